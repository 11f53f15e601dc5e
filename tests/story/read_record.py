#!/usr/bin/env python3
"""A second, independent reading of a record: read_record.py ENTRIES CHECKPOINT KEY.

ENTRIES: output of `renkei record show --json`; CHECKPOINT: output of `renkei record checkpoint`; KEY: the public key. Checks canonical form,
seqs, times, the root (RFC 9162) and, where the module `cryptography` is there, the signature.
"""
import base64
import hashlib
import json
import sys


def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def root(hashes):
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root(hashes[:half]) + root(hashes[half:])).digest()


def raw_entry(line):
    """The bytes of the member `entry`: it is the last one of its line."""
    return line[line.index('"entry":') + len('"entry":'):].rstrip("\n")[:-1]


def main():
    entries, note, key = open(sys.argv[1], encoding="utf-8").readlines(), open(sys.argv[2], encoding="utf-8").read(), sys.argv[3]
    hashes, last = [], 0
    for i, line in enumerate(entries):
        raw = raw_entry(line)
        entry = json.loads(raw)
        if json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False) != raw:
            sys.exit(f"#{i} is not in canonical form")
        if entry["seq"] != i or (entry["at"] < last and entry["act"] != "clock.step"):
            sys.exit(f"#{i}: seq or time")
        last = entry["at"]
        hashes.append(leaf(raw.encode()))
    body, signatures = note.split("\n\n")
    origin, size, printed = body.split("\n")
    name, key_id, public = key.split("+", 2)
    if origin != name or int(size) != len(hashes) or base64.b64decode(printed) != root(hashes):
        sys.exit("the root is another one")
    public = base64.b64decode(public)
    if hashlib.sha256(name.encode() + b"\n" + public).digest()[:4].hex() != key_id:
        sys.exit("the key id is another one")
    signature = base64.b64decode(signatures.split(" ")[2])
    if signature[:4].hex() != key_id:
        sys.exit("signed by another key")
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(signature[4:], (body + "\n").encode())


main()
