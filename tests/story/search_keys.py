#!/usr/bin/env python3
"""What must not be found after a disposal.

search_keys.py keys KEEP CASE      prints, in hex, the raw keys of the case's units, their wrapped rows and the epoch key
search_keys.py find NEEDLES DIR …  looks for every needle (hex, a line each) in every file; prints and exits 1 when found
The keeper's files are read by a second program on purpose (docs/record.md, section 7): XChaCha20 by RFC 8439 and its draft.
"""
import os
import struct
import sys

ROW = struct.Struct("<BB128s6s24s48s32s16s")


def rotate(x, n):
    return (x << n | x >> 32 - n) & 0xFFFFFFFF


def rounds(s):
    for _ in range(10):
        for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                           (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            for left, right in ((16, 12), (8, 7)):
                s[a] = s[a] + s[b] & 0xFFFFFFFF
                s[d] = rotate(s[d] ^ s[a], left)
                s[c] = s[c] + s[d] & 0xFFFFFFFF
                s[b] = rotate(s[b] ^ s[c], right)
    return s


SIGMA = struct.unpack("<4I", b"expand 32-byte k")


def keystream(key, nonce):
    """The first 32 bytes of block 1 of XChaCha20."""
    s = rounds(list(SIGMA + struct.unpack("<8I", key) + struct.unpack("<4I", nonce[:16])))
    sub = tuple(s[:4] + s[12:])
    start = list(SIGMA + sub + (1, 0) + struct.unpack("<2I", nonce[16:]))
    return struct.pack("<16I", *(x + y & 0xFFFFFFFF for x, y in zip(rounds(start[:]), start)))[:32]


def keys(keep, case):
    rows = open(os.path.join(keep, "keys"), "rb").read()
    epoch = int.from_bytes(ROW.unpack_from(rows)[3], "little")
    kek = open(os.path.join(keep, f"kek-{epoch}"), "rb").read()
    found = 0
    for at in range(256, len(rows), 256):
        kind, length, name, _, nonce, wrapped, _, _ = ROW.unpack_from(rows, at)
        name = name[:length].decode()
        if kind == ord("K") and (name == "k-" + case or name.startswith("k-" + case + ".")):
            print(bytes(a ^ b for a, b in zip(wrapped, keystream(kek, nonce))).hex())
            print(wrapped.hex())
            found += 1
    print(kek.hex())
    return 0 if found else 1


def find(needles, folders):
    needles = [bytes.fromhex(line) for line in open(needles)]
    bad = 0
    for folder in folders:
        for base, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(base, name)
                data = open(path, "rb").read()
                for needle in needles:
                    if needle in data:
                        print(f"{path}: {needle[:12].hex()}…")
                        bad = 1
    return bad


sys.exit(keys(*sys.argv[2:]) if sys.argv[1] == "keys" else find(sys.argv[2], sys.argv[3:]))
