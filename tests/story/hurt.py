#!/usr/bin/env python3
"""Every file beside the database is cut short, emptied, taken away or has a bit flipped: hurt.py RENKEI [rounds].

Keys of the keeper, files of the signer, the settings, what is known of witnesses, and what a witness knows. After each hurt a
node either refuses with a message, or shows exactly what it showed before; a witness never cosigns a second history.
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile

renkei, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2
seed = int(os.environ.get("SEED", "11"))
chance = random.Random(seed)
os.environ.update(RENKEI_AS="op-1:lead", LC_ALL="C.UTF-8")
NOW = "--now=2026-11-20T09:00+09:00"
QUIET = ("lock",)


def run(*words, store):
    done = subprocess.run([renkei, *words, f"--store={store}", *(["--lang=en"] if words[0] == "case" else [])], capture_output=True, text=True, check=False)
    if done.returncode < 0:
        sys.exit(f"seed {seed}: {words} died by signal {-done.returncode}: {done.stderr}")
    return done.returncode, done.stdout, done.stderr


def must(*words, store):
    code, out, err = run(*words, store=store)
    if code != 0:
        sys.exit(f"{words}: {err}")
    return out


def open_case(store, title):
    must("case", "open", "--known-at=2026-11-20", f"--title={title}", "org_type=private", NOW, store=store)


def ask(store, folder):
    path = folder + "/request"
    with open(path, "w", encoding="utf-8") as f:
        f.write(must("record", "witness", "ask", "b.example/witness", store=store))
    return path


def make(folder):
    a, b = folder + "/a", folder + "/b"
    for store, name in ((a, "a.example"), (b, "b.example")):
        must("node", "init", f"--name={name}", "--exercise", NOW, store=store)
    open_case(a, "first")
    shutil.copytree(a, folder + "/fork")
    key = [l for l in must("node", "show", "--json", store=a).split('"') if l.startswith("a.example/renkei")]
    must("record", "witness", "know", next(k for k in key if "+" in k), NOW, store=b)
    must("record", "witness", "add", must("record", "witness", "key", store=b).strip(), NOW, store=a)
    must("record", "witness", "add", must("record", "witness", "key", store=b).strip(), NOW, store=folder + "/fork")
    open_case(a, "second")
    open_case(folder + "/fork", "another history")
    with open(folder + "/answer", "w", encoding="utf-8") as f:
        f.write(must("record", "witness", "sign", ask(a, folder), NOW, store=b))
    must("record", "witness", "take", "b.example/witness", folder + "/answer", NOW, store=a)
    return a, b


def hurt(path, how):
    size = os.path.getsize(path)
    if how == "gone":
        os.unlink(path)
    elif how == "empty":
        os.truncate(path, 0)
    elif how == "cut":
        os.truncate(path, chance.randrange(size))
    else:
        with open(path, "r+b") as f:
            at = chance.randrange(size)
            f.seek(at)
            byte = f.read(1)[0]
            f.seek(at)
            f.write(bytes([byte ^ 1 << chance.randrange(8)]))
        return f"{how} at {at}"
    return how


def files_of(store):
    for base, _, names in os.walk(store):
        for name in sorted(names):
            path = os.path.join(base, name)
            if not name.startswith("record.db") and name not in QUIET and os.path.getsize(path):
                yield os.path.relpath(path, store)


def look(store):
    """What a person sees: each either the words, or None when it was refused with a message."""
    seen = []
    for words in (("node", "show"), ("record", "verify"), ("record", "witness", "list"), ("case", "show", "2026-0001"),
                  ("case", "show", "2026-0002")):
        code, out, err = run(*words, NOW, store=store)
        if code != 0 and not (out + err).strip():
            sys.exit(f"seed {seed}: {words} failed without a word")
        # what grows with each look is not compared
        seen.append(None if code else "\n".join(l for l in out.splitlines() if not any(w in l for w in ("entries", "witnesses", "holds", "tail"))))
    return seen


def damaged(a, whole, folder, name, how):
    """True when the node refused something; what it shows is what was there."""
    copy = folder + "/copy"
    shutil.copytree(a, copy)
    what = f"{name}: {hurt(os.path.join(copy, name), how)}"
    code, _, err = run("case", "state", "2026-0001", "org_type=private", NOW, store=copy)
    write = code != 0
    if write and not err.strip():
        sys.exit(f"seed {seed}: {what}: refused without a word")
    seen = look(copy)
    for got, want in zip(seen, whole):
        if got is not None and got != want:
            sys.exit(f"seed {seed}: {what}: silently shows\n{got}\ninstead of\n{want}")
    shutil.rmtree(copy)
    return write or None in seen


def witness_damaged(b, folder, name, how, request):
    copy = folder + "/copy"
    shutil.copytree(b, copy)
    what = f"b/{name}: {hurt(os.path.join(copy, name), how)}"
    code, out, err = run("record", "witness", "sign", request, NOW, store=copy)
    if out.startswith("200"):
        sys.exit(f"seed {seed}: {what}: cosigned a second history")
    if code and not err.strip():
        sys.exit(f"seed {seed}: {what}: refused without a word")
    shutil.rmtree(copy)
    return code != 0


def main():
    folder = tempfile.mkdtemp(prefix="renkei-hurt.")
    try:
        a, b = make(folder)
        request = ask(folder + "/fork", folder)
        whole = look(a)
        if None in whole:
            sys.exit("the unhurt node does not hold")
        hurts = [("gone",), ("empty",), *[("cut",)] * (rounds // 2), *[("flip",)] * rounds]
        runs = refused = 0
        for name in list(files_of(a)):
            for (how,) in hurts:
                refused += damaged(a, whole, folder, name, how)
                runs += 1
        for name in [n for n in files_of(b) if n.startswith("witness/")]:
            for (how,) in hurts:
                refused += witness_damaged(b, folder, name, how, request)
                runs += 1
        print(f"{runs} hurts: {refused} refused with a message, the others changed nothing that is shown")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
