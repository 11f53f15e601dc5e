#!/usr/bin/env python3
"""Every write, flush, rename and allocation of a writer fails once in turn: faults.py WRITER SHIM [every].

Of the allocations 150 are taken, with `every` each one.

After each run without the fault: what was acknowledged is there, nothing is half applied, the record verifies. A run in which
a call failed may succeed only when the failure could not matter; it never dies by a signal, and says what was wrong.
"""
import errno
import os
import resource
import shutil
import subprocess
import sys
import tempfile

writer, shim = sys.argv[1], sys.argv[2]


def run(node, env, number, limit=None):
    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        import signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    return subprocess.run([writer, node, "op-1", str(number), "5"], capture_output=True, text=True,
                          env={**os.environ, **env}, preexec_fn=small if limit else None)


def check(node, acknowledged, what):
    done = subprocess.run([writer, node, "--verify"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{what}: the record does not hold afterwards: {done.stderr}")
    lost = acknowledged - set(done.stdout.splitlines())
    if lost:
        sys.exit(f"{what}: acknowledged and lost: {sorted(lost)}")


def memory_faults(node, acknowledged, runs):
    """An allocation that fails is told, or does not matter; nobody dies of it."""
    env = {"LD_PRELOAD": shim, "FAULT_CALLS": "m", "FAULT_ERRNO": str(errno.ENOMEM)}
    done = run(node, {**env, "FAULT_AT": "1000000000", "FAULT_COUNT": "1"}, 5000000)
    acknowledged |= {l for l in done.stdout.split("\n") if l}
    calls, number, refused = int(done.stderr.split()[-1]), 5000000, 0
    for at in range(1, calls + 1, max(1, calls // runs)):
        number += 100
        done = run(node, {**env, "FAULT_AT": str(at)}, number)
        what = f"memory at call {at} of {calls}"
        if done.returncode < 0:
            sys.exit(f"{what}: died by signal {-done.returncode}")
        if done.returncode != 0 and not done.stderr.strip():
            sys.exit(f"{what}: failed without a word")
        refused += done.returncode != 0
        acknowledged |= {l for l in done.stdout.split("\n") if l}
        if done.returncode != 0:
            check(node, acknowledged, what)
    if refused < 15:
        sys.exit(f"only {refused} of {runs} allocations met their fault: the shim does not bite")
    print(f"memory: {calls} allocations, of {runs} that failed {refused} were told and the others did not matter")


def main():
    folder = tempfile.mkdtemp(prefix="renkei-faults.")
    node, number, runs, refused = folder + "/node", 0, 0, 0
    acknowledged = set()
    try:
        subprocess.run([writer, node, "--init"], check=True)
        for kinds, error, stays in (("w", errno.EIO, False), ("s", errno.EIO, False), ("r", errno.EIO, False),
                                    ("w", errno.ENOSPC, True), ("s", errno.ENOSPC, True), ("t", errno.EIO, False)):
            at, quiet = 1, 0
            while quiet < 2 and at < 80:
                number += 100
                env = {"LD_PRELOAD": shim, "FAULT_AT": str(at), "FAULT_CALLS": kinds, "FAULT_ERRNO": str(error)}
                if stays:
                    env["FAULT_ON"] = "1"
                done = run(node, env, number)
                what = f"{kinds} {errno.errorcode[error]} at call {at}"
                if done.returncode < 0:
                    sys.exit(f"{what}: died by signal {-done.returncode}")
                if done.returncode != 0 and not done.stderr.strip():
                    sys.exit(f"{what}: failed without a word")
                acknowledged |= {l for l in done.stdout.split("\n") if l}
                refused += done.returncode != 0
                quiet = quiet + 1 if done.returncode == 0 else 0
                check(node, acknowledged, what)
                at += 1
                runs += 1
        memory_faults(node, acknowledged, 1000000 if "every" in sys.argv else 150)
        # a disk that is nearly full is told before anything is written; with more room it goes on
        for free, good in ((3, False), (6, True)):
            number += 100
            done = run(node, {"LD_PRELOAD": shim, "FAULT_FREE": str(free)}, number)
            if (done.returncode == 0) != good or (not good and ("nearly full" not in done.stderr or done.stdout)):
                sys.exit(f"{free} percent free: {done.returncode} {done.stderr}")
            acknowledged |= {l for l in done.stdout.split("\n") if l}
            check(node, acknowledged, "nearly full")
        # a file that may not grow: the disk is full for this process
        for extra in (0, 4096, 9000, 20000):
            number += 100
            size = max(os.path.getsize(node + "/record.db"), 65536)
            done = run(node, {}, number, size + extra)
            acknowledged |= {l for l in done.stdout.split("\n") if l}
            if done.returncode < 0 or (done.returncode != 0 and "full" not in done.stderr):
                sys.exit(f"no room for {extra} bytes more: {done.returncode} {done.stderr}")
            check(node, acknowledged, "no room")
            runs += 1
        if refused < 15:
            sys.exit(f"only {refused} of {runs} runs met their fault: the shim does not bite")
        print(f"{runs} runs, {refused} refused with a message, {len(acknowledged)} pairs acknowledged, none lost")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
