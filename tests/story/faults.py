#!/usr/bin/env python3
"""Every write, flush, rename, truncation and allocation of a writer fails once in turn: faults.py WRITER SHIM [disk|memory].

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


def memory_verdict(folder, line):
    """What one allocation that failed did: an error, or whether it was told."""
    at, how, checked = (int(x) for x in line.split())

    def text(end):
        with open(f"{folder}/{at}.{end}", encoding="utf-8") as f:
            return f.read()
    what = f"allocation {at}"
    if os.WIFSIGNALED(how):
        return f"{what}: died by signal {os.WTERMSIG(how)}"
    if how and not text("err").strip():
        return f"{what}: failed without a word"
    if checked:
        return f"{what}: the record does not hold afterwards: {text('check')}"
    if {l for l in text("out").split("\n") if l} - set(text("after").splitlines()):
        return f"{what}: acknowledged and lost"
    shutil.rmtree(f"{folder}/{at}")
    return how != 0


def memory_faults(template):
    """An allocation that fails is told, or does not matter; nobody dies of it. Copies lie in memory: no disk is asked here."""
    folder = tempfile.mkdtemp(prefix="renkei-faults.", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    told, wrong, n = 0, [], os.cpu_count()
    try:
        parts = [subprocess.Popen([writer, template, "--memory", folder, str(i + 1), str(n)], stdout=subprocess.PIPE, text=True,
                                  env={**os.environ, "LD_PRELOAD": shim}) for i in range(n)]
        runs = 0
        for part in parts:
            for line in part.stdout:
                got = memory_verdict(folder, line)
                runs += 1
                wrong += [got] if isinstance(got, str) else []
                told += got is True
            if part.wait() != 0:
                sys.exit("the writer could not begin a run")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if wrong:
        sys.exit("\n".join(wrong[:20]))
    if told < 15:
        sys.exit(f"only {told} of {runs} allocations met their fault: the shim does not bite")
    print(f"memory: each of {runs} allocations failed once; {told} were told and the others did not matter")


def main():
    folder = tempfile.mkdtemp(prefix="renkei-faults.")
    node, number, runs, refused = folder + "/node", 0, 0, 0
    acknowledged = set()
    try:
        subprocess.run([writer, node, "--init"], check=True)
        if "disk" not in sys.argv:
            memory_faults(node)
        if "memory" in sys.argv:
            return
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
