#!/usr/bin/env python3
"""Makes a large log from a small generated one: the same organisation under other numbers, tables included.

Usage: gen_large.py SMALL_DIR OUT_DIR COPIES      SMALL_DIR from gen_log.py with --orgs=1 (organisation 990021)
"""
import gzip
import pathlib
import sys


def text(path):
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def main():
    small, out, copies = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(small.glob("*.gz")):
        data = text(path)
        name = path.name[:-3]
        for k in range(copies):
            number = str(990021 + k).encode()
            copy = data.replace(b"990021", number)
            if name.startswith("oplog"):
                (out / name.replace("990021", number.decode())).write_bytes(copy)
            else:
                with (out / name).open("ab" if k else "wb") as f:
                    f.write(copy if k == 0 else copy.split(b"\n", 1)[1] if b"org" in copy.split(b"\n", 1)[0] else b"")


main()
