#!/usr/bin/env python3
"""Checks an exported record, independent of the C: verify_bundle.py FOLDER [KEY [AUDITOR-KEY-FILE [CONTENTS]]]. Exit 0 good, 1 not, with
the reason. With an auditor's private key it opens what keys were given for, and writes it into the folder CONTENTS.

Standard library only; signatures are checked by the few lines of Ed25519 (RFC 8032, section 6) at the end.
"""
import base64
import hashlib
import json
import os
import sys

import auditor


class Bad(Exception):
    pass


def need(yes, why):
    if not yes:
        raise Bad(why)


def sha(data):
    return hashlib.sha256(data).digest()


def leaf(data):
    return sha(b"\0" + data)


def inner(left, right):
    return sha(b"\1" + left + right)


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as f:
        return f.read()


def check_manifest(folder):
    listed = {}
    for line in read(folder, "MANIFEST").decode().splitlines():
        listed[line[66:]] = line[:64]
    there = set()
    for base, _, names in os.walk(folder):
        there |= {os.path.relpath(os.path.join(base, n), folder) for n in names}
    need(there == set(listed) | {"MANIFEST"}, "files and MANIFEST differ")
    for name, want in listed.items():
        need(hashlib.sha256(read(folder, name)).hexdigest() == want, f"{name} differs from MANIFEST")


def parse_key(text):
    name, key_id, raw = text.split("+", 2)
    raw = base64.b64decode(raw, validate=True)
    need(sha(name.encode() + b"\n" + raw)[:4].hex() == key_id, "key id")
    return {"name": name, "id": bytes.fromhex(key_id), "type": raw[0], "pk": raw[1:]}


def signed(note, key):
    body, signatures = note[:note.rindex("\n\n") + 1], note[note.rindex("\n\n") + 2:]
    for line in signatures.splitlines():
        dash, name, raw = line.split(" ")
        raw = base64.b64decode(raw, validate=True)
        need(dash == "\u2014", "signature line")
        if name != key["name"] or raw[:4] != key["id"]:
            continue
        if key["type"] == 1:
            return ed25519_verify(key["pk"], body.encode(), raw[4:])
        time = int.from_bytes(raw[4:12], "big")
        return ed25519_verify(key["pk"], f"cosignature/v1\ntime {time}\n{body}".encode(), raw[12:])
    return False


def check_policy(policy, note, trusted):
    origin = note.split("\n")[0]
    logs, good, quorum = [], {}, None
    for line in policy.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "log":
            logs.append(words[1])
        elif words[0] == "witness":
            good[words[1]] = signed(note, parse_key(words[2]))
        elif words[0] == "group":
            least = {"any": 1, "all": len(words) - 3}.get(words[2]) or int(words[2])
            good[words[1]] = sum(good[w] for w in words[3:]) >= least
        elif words[0] == "quorum":
            quorum = words[1]
    if trusted:
        logs = [trusted]
    keys = [k for k in map(parse_key, logs) if k["name"] == origin]
    need(any(signed(note, k) for k in keys), "the checkpoint is not signed by the log")
    need(quorum is not None, "the policy has no quorum line")
    need(quorum == "none" or trusted or good[quorum], "quorum")


def root_of(frontier, leaves):
    """frontier: [(size, hash)] of full subtrees, largest first."""
    stack = list(frontier)
    for h in leaves:
        stack.append((1, h))
        while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
            size, right = stack.pop()
            stack[-1] = (2 * size, inner(stack[-1][1], right))
    got = stack.pop()[1]
    while stack:
        got = inner(stack.pop()[1], got)
    return got


def check_inclusion(proof, entry, seq, note, size, root):
    """RFC 9162, section 2.1.3.2."""
    head, own_note = proof.split("\n\n", 1)
    lines = head.split("\n")
    need(lines[0] == "c2sp.org/tlog-proof@v1" and lines[1] == f"index {seq}" and own_note == note, f"proof of {seq}")
    fn, sn, r = seq, size - 1, leaf(entry)
    for line in lines[2:]:
        p = base64.b64decode(line, validate=True)
        need(sn > 0, f"proof of {seq}")
        if fn & 1 or fn == sn:
            r = inner(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = inner(r, p)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0 and r == root, f"proof of {seq}")


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def check_seals(folder, entries):
    erased = {k for e in entries if e["act"] == "erase.done" for k in e["keys"]}
    for e in entries:
        for s in e.get("seal", []):
            path = os.path.join("blobs", unb64(s["ct"]).hex())
            if not os.path.exists(os.path.join(folder, path)):
                need(s["key"] in erased, f"#{e['seq']}: a payload is missing")
                continue
            data = read(folder, path)
            need(len(data) == s["len"] and sha(data) == unb64(s["ct"]), f"#{e['seq']}: a payload differs")


def check(folder, trusted):
    head = json.loads(read(folder, "bundle.json"))
    note = read(folder, "checkpoint").decode()
    origin, size, root = note.split("\n")[:3]
    size, root = int(size), base64.b64decode(root, validate=True)
    check_policy(read(folder, "policy").decode(), note, trusted)
    need(size == head["upto"], "size")
    lines = read(folder, "entries.jsonl").split(b"\n")
    need(lines.pop() == b"", "the last line has no end")
    stored, entries, last, expect = read(folder, "leaves"), [], 0, head["from"]
    need(len(stored) == 32 * len(lines) and len(lines) == head["entries"], "number of entries")
    for i, line in enumerate(lines):
        e = json.loads(line)
        canonical = json.dumps(e, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        need(leaf(line) == stored[32 * i:32 * i + 32] and canonical == line, f"#{expect}: an entry differs")
        need(e["seq"] >= expect if head["chosen"] else e["seq"] == expect, f"#{expect}: order")
        need(e["at"] >= last or e["act"] == "clock.step", f"#{expect}: time")
        last, expect = e["at"], e["seq"] + 1
        entries.append(e)
    if head["chosen"]:
        for line, e in zip(lines, entries):
            check_inclusion(read(folder, f"proofs/{e['seq']}.tlog-proof").decode(), line, e["seq"], note, size, root)
    else:
        need(expect == size, "entries are missing at the end")
        bits = [1 << b for b in range(63, -1, -1) if head["from"] >> b & 1]
        left = [base64.b64decode(h, validate=True) for h in read(folder, "frontier").split()]
        need(len(left) == len(bits), "frontier")
        need(root_of(zip(bits, left), map(leaf, lines)) == root, "the entries do not give the signed root")
    if head["sealed"]:
        check_seals(folder, entries)
    check_manifest(folder)
    return entries


# ---- Ed25519, RFC 8032 section 6 ----
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
I = pow(2, (P - 1) // 4, P)


def add(a, b):
    x, y, z, t = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P, 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = y - x, t - z, t + z, y + x
    return e * f % P, g * h % P, f * g % P, e * h % P


def mul(s, a):
    q = (0, 1, 1, 0)
    while s > 0:
        if s & 1:
            q = add(q, a)
        a, s = add(a, a), s >> 1
    return q


def point(raw):
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * I % P
    need((x * x - x2) % P == 0 and y < P, "a point is not on the curve")
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def ed25519_verify(pk, message, signature):
    if len(signature) != 64:
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(r + pk + message).digest(), "little") % L
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    a, b = mul(s, base), add(point(r), mul(k, point(pk)))
    return s < L and (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def main():
    try:
        entries = check(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
        opened = auditor.open_all(sys.argv[1], entries, *sys.argv[3:5]) if len(sys.argv) > 3 else None
    except (Bad, auditor.Wrong, OSError, ValueError, KeyError, UnicodeDecodeError) as why:
        print(f"it does not hold: {why}")
        return 1
    print("it holds" if opened is None else f"it holds; opened {opened}")
    return 0


sys.exit(main())
