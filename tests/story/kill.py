#!/usr/bin/env python3
"""Kills writers at random moments and looks at what is left: kill.py WRITER [rounds].

Each round starts one to four writers on one node and kills them (SIGKILL) after 1 to 60 ms, later where the machine is slow. Every act that was acknowledged must
be there afterwards, pairs must be whole, and the record must verify. The record is verified every few rounds and at the end.
"""
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

writer, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 220
seed = int(os.environ.get("SEED", "20261121"))
chance = random.Random(seed)


def check(node, acknowledged):
    done = subprocess.run([writer, node, "--verify"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"seed {seed}: the record does not hold: {done.stderr}")
    there = set(done.stdout.splitlines())
    lost = acknowledged - there
    if lost:
        sys.exit(f"seed {seed}: acknowledged and lost: {sorted(lost)[:5]}")
    return len(there)


def collect(process, acknowledged, lock):
    for line in process.stdout:
        if line.endswith("\n"):          # a line cut short by the kill was not acknowledged
            with lock:
                acknowledged.add(line.strip())


def time_to_first(node):
    """Seconds until a writer that is left alone acknowledges its first act."""
    p = subprocess.Popen([writer, node, "op-9", "1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    begun = time.monotonic()
    p.stdout.readline()
    took = time.monotonic() - begun
    p.kill()
    p.wait()
    p.stdout.close()
    return max(took, 0.02)


def main():
    folder = tempfile.mkdtemp(prefix="renkei-kill.")
    node = folder + "/node"
    try:
        subprocess.run([writer, node, "--init"], check=True)
        acknowledged, lock, kills, wrote = set(), threading.Lock(), 0, 0
        runs = {f"op-{i}": 0 for i in range(1, 5)}
        window, fast = 3 * time_to_first(node), True
        while kills < rounds:
            names = list(runs)[:chance.choice((1, 1, 2, 3, 4))]
            before = len(acknowledged)
            running = []
            for name in names:
                runs[name] += 100000
                p = subprocess.Popen([writer, node, name, str(runs[name])], stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, text=True)
                reader = threading.Thread(target=collect, args=(p, acknowledged, lock))
                reader.start()
                running.append((p, reader))
            # up to the first acts it is opening and recovering; both are worth a kill. On a busy machine that takes longer.
            time.sleep(chance.uniform(0.001, 0.060 if fast else window))
            fast = not fast or len(acknowledged) > before
            for p, reader in running:
                p.send_signal(signal.SIGKILL)
            for p, reader in running:
                p.wait()
                reader.join()
                if p.returncode != -signal.SIGKILL:
                    sys.exit(f"seed {seed}: a writer ended by itself: {p.stderr.read()}")
                kills += 1
                p.stdout.close()
                p.stderr.close()
            wrote += len(acknowledged) > before
            if kills % 25 < len(names):
                check(node, acknowledged)
        there = check(node, acknowledged)
        if wrote < kills // 20:
            sys.exit("hardly any round wrote anything: this proves nothing")
        print(f"{kills} kills, {len(acknowledged)} pairs acknowledged, {there} there, none lost, none half applied")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
