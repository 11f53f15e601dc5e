#!/usr/bin/env python3
"""What a lying disk leaves: torn.py WRITER [rounds].

A writer is killed; then its database and the side file are cut short, lose half a page, or have a bit flipped, as after a power
cut under a disk that had not flushed. Each time the node is refused with a message, or what it shows is a part of what was
written, in order and whole: no pair is half there and nothing is there that nobody wrote.
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

writer, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 60
seed = int(os.environ.get("SEED", "7"))
chance = random.Random(seed)


def hurt(path):
    size = os.path.getsize(path)
    at = chance.randrange(size)
    with open(path, "r+b") as f:
        how = chance.choice(("cut", "zero", "flip"))
        if how == "cut":
            f.truncate(at)
        elif how == "zero":                   # half a page never reached the disk
            f.seek(at // 4096 * 4096)
            f.write(bytes(min(4096, size - at // 4096 * 4096)))
        else:
            f.seek(at)
            byte = f.read(1)[0]
            f.seek(at)
            f.write(bytes([byte ^ 1 << chance.randrange(8)]))
    return f"{how} {os.path.basename(path)} at {at} of {size}"


def main():
    folder = tempfile.mkdtemp(prefix="renkei-torn.")
    node, copy, refused, shorter = folder + "/node", folder + "/copy", 0, 0
    try:
        subprocess.run([writer, node, "--init"], check=True)
        p = subprocess.Popen([writer, node, "op-1", "1"], stdout=subprocess.DEVNULL)
        time.sleep(0.4)
        p.kill()
        p.wait()
        shutil.copytree(node, copy)
        whole = subprocess.run([writer, copy, "--verify"], capture_output=True, text=True)
        shutil.rmtree(copy)
        if whole.returncode != 0 or whole.stdout.count("\n") < 20:
            sys.exit(f"the writer wrote too little: {whole.stderr}")
        for _ in range(rounds):
            shutil.copytree(node, copy)
            wal = copy + "/record.db-wal"
            what = hurt(wal if os.path.exists(wal) and os.path.getsize(wal) and chance.random() < 0.7 else copy + "/record.db")
            done = subprocess.run([writer, copy, "--verify"], capture_output=True, text=True)
            if done.returncode < 0 or (done.returncode and not done.stderr.strip()):
                sys.exit(f"seed {seed}: {what}: ended with {done.returncode}: {done.stderr[-3000:] or 'no word'}")
            if done.returncode == 0 and not whole.stdout.startswith(done.stdout):
                sys.exit(f"seed {seed}: {what}: shows something that was not written")
            refused += done.returncode != 0
            shorter += done.returncode == 0 and done.stdout != whole.stdout
            shutil.rmtree(copy)
        print(f"{rounds} hurts: {refused} refused, {shorter} shorter by what was not flushed, the others unhurt")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
