#!/usr/bin/env python3
"""Makes a large log from a small generated one: one organisation after the other, each with its own staff and residents, tables included.

Usage: gen_large.py SMALL_DIR OUT_DIR COPIES      SMALL_DIR from gen_log.py with --orgs=1 (organisation 990021)

Accounts and numbers of persons are moved on from copy to copy, as no two towns have the same ones: a query over all of
it, "distinct persons per user and day", would otherwise find the same few groups again and again. Steps between numbers,
check digits and lengths stay, so that each copy gives the same list but for the names.
"""
import gzip
import pathlib
import re
import sys

MOVED = re.compile(rb"(?<![0-9A-Za-z])(990021\d{10}|990021|s\d{5}|adm-\d{5}|03\d{8})(?![0-9A-Za-z])")


def text(path):
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def moved(word, k):
    if word.startswith(b"990021"):
        return b"%d" % (990021 + k) + word[6:]
    if word.startswith(b"03"):
        return b"03%07d" % (int(word[2:9]) + 10000 * k) + word[9:]
    head, n = word[:-5], int(word[-5:])
    return head + b"%d" % (10000 + (n - 10000 + 409 * k) % 90000)


def main():
    small, out, copies = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(small.glob("*.gz")):
        pieces = MOVED.split(text(path))
        words = set(pieces[1::2])
        name = path.name[:-3]
        for k in range(copies):
            to = {w: moved(w, k) for w in words}
            pieces_k = pieces[:]
            pieces_k[1::2] = [to[w] for w in pieces[1::2]]
            copy = b"".join(pieces_k)
            if name.startswith("oplog"):
                (out / name.replace("990021", str(990021 + k))).write_bytes(copy)
            else:
                with (out / name).open("ab" if k else "wb") as f:
                    f.write(copy if k == 0 else copy.split(b"\n", 1)[1] if b"org" in copy.split(b"\n", 1)[0] else b"")


main()
