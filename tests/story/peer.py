#!/usr/bin/env python3
"""Another program that speaks renkei-exchange(5): written from the manual page and the RFCs alone, sharing no code with the node. Plain
Python, slow and without any care for secrets: a second reading, not a node.

It signs a memorandum, opens an envelope that was carried by hand and gives a receipt, answers over mutual TLS and checks the node's
receipt."""
import base64
import hashlib
import json
import os
import secrets
import subprocess
import sys
import tempfile

from coord import Failed, World, check
from exchange_faults import SENDER
from plain import NINE, P, hpke_open, hpke_seal, known_answers, x25519

# ---- Ed25519 (RFC 8032 §5.1) ----

L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT = pow(2, (P - 1) // 4, P)


def x_of(y, sign):
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT % P
    check((x * x - x2) % P == 0, "a point off the curve")
    return P - x if x & 1 != sign else x


BY = 4 * pow(5, P - 2, P) % P
BASE = (x_of(BY, 0), BY, 1, x_of(BY, 0) * BY % P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def mul(s, p):
    q = (0, 1, 1, 0)
    while s:
        if s & 1:
            q = add(q, p)
        p, s = add(p, p), s >> 1
    return q


def pack(p):
    z = pow(p[2], P - 2, P)
    x, y = p[0] * z % P, p[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def unpack(b):
    n = int.from_bytes(b, "little")
    y = n & ((1 << 255) - 1)
    x = x_of(y, n >> 255)
    return x, y, 1, x * y % P


def number(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L


def expand_seed(seed):
    h = hashlib.sha512(seed).digest()
    a = int.from_bytes(h[:32], "little") & ((1 << 254) - 8) | 1 << 254
    return a, h[32:]


def sign(seed, text):
    a, prefix = expand_seed(seed)
    public = pack(mul(a, BASE))
    r = number(prefix, text)
    point = pack(mul(r, BASE))
    return point + ((r + number(point, public, text) * a) % L).to_bytes(32, "little")


def verify(public, text, sig):
    s = int.from_bytes(sig[32:], "little")
    return s < L and pack(mul(s, BASE)) == pack(add(unpack(sig[:32]), mul(number(sig[:32], public, text), unpack(public))))


# ---- the manual page ----


def b64(b):
    return base64.urlsafe_b64encode(b).decode().rstrip("=")


def raw(s):
    return base64.urlsafe_b64decode(s + "=" * (-len(s) % 4))


def canonical(v):
    return json.dumps(v, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Peer:
    def __init__(self, name, folder):
        self.name, self.seed, self.box, self.seq, self.folder = name, secrets.token_bytes(32), secrets.token_bytes(32), {}, folder
        self.sign_pk, self.box_pk = pack(mul(expand_seed(self.seed)[0], BASE)), x25519(self.box, NINE)
        self.key, self.cert = folder / "peer.key", folder / "peer.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "3", "-subj", "/CN=any", "-keyout", self.key,
                        "-out", self.cert], check=True, capture_output=True)
        pem = subprocess.run(["openssl", "x509", "-in", self.cert, "-noout", "-pubkey"], check=True, capture_output=True).stdout
        der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=pem, check=True, capture_output=True).stdout
        self.pin = hashlib.sha256(der).digest()

    def card(self):
        return canonical({"schema": "renkei.card/1", "node": self.name, "keys": [
            {"id": "k1", "from": 0, "sign": b64(self.sign_pk), "box": b64(self.box_pk), "tls": b64(self.pin)}]})

    def signed(self, label, text):
        return b64(sign(self.seed, label + b"\n" + text))

    def agree(self, file, partner):
        """Countersigns a memorandum that the partner has signed."""
        memo = canonical(file["memo"])
        theirs = [s for s in file["signatures"] if s["by"] == partner["node"]][0]
        check(verify(raw(partner["keys"][0]["sign"]), b"renkei-memo/v1\n" + memo, raw(theirs["sig"])), "the partner's signature of the memorandum")
        file["signatures"].append({"by": self.name, "key": "k1", "sig": self.signed(b"renkei-memo/v1", memo)})
        return canonical(file)

    def take(self, data, partner, now):
        """One envelope: the header, the opened body, the receipt."""
        header, sig, body = data.split(b"\n", 2)
        h = json.loads(header)
        check(canonical(h) == header, "the header is canonical")
        text = b"renkei-envelope/v1\n" + header
        check(verify(raw(partner["keys"][0]["sign"]), text, raw(sig.decode())), "the signature of the envelope")
        body = body[:h["body"]["len"]]
        check(hashlib.sha256(body).digest() == raw(h["body"]["ct"]), "the sum of the body")
        plain = hpke_open(self.box, raw(h["body"]["enc"]), f"renkei/env/v1\n{h['from']}\n{h['to']}\n{h['id']}".encode(), body)
        receipt = canonical({"v": 1, "id": h["id"], "env": b64(hashlib.sha256(text).digest()), "at": now, "by": self.name, "st": "accepted", "key": "k1"})
        return h, json.loads(plain), receipt + b"\n" + self.signed(b"renkei-receipt/v1", receipt).encode() + b"\n"

    def envelope(self, partner, kind, body, now, mark):
        to, number_ = partner["node"], self.seq.get(partner["node"], 0) + 1
        self.seq[to] = number_
        ident = "e-" + secrets.token_hex(16)
        enc, sealed = hpke_seal(raw(partner["keys"][0]["box"]), f"renkei/env/v1\n{self.name}\n{to}\n{ident}".encode(), canonical(body))
        header = canonical({"v": 1, "id": ident, "from": self.name, "to": to, "seq": number_, "at": now, "exp": now + 5 * 86400000, "kind": kind,
                            "exercise": True, "mark": mark, "rec": {"origin": f"{self.name}/other/1", "seq": number_}, "sk": "k1",
                            "body": {"alg": "hpke-0020-0001-0003", "ct": b64(hashlib.sha256(sealed).digest()), "enc": b64(enc), "len": len(sealed),
                                     "rk": partner["keys"][0]["id"]}})
        return header, header + b"\n" + self.signed(b"renkei-envelope/v1", header).encode() + b"\n" + sealed

    def receipt(self, text, header, partner):
        line, sig = text.splitlines()[:2]
        check(verify(raw(partner["keys"][0]["sign"]), b"renkei-receipt/v1\n" + line.encode(), raw(sig)), "the signature of the receipt")
        r = json.loads(line)
        check(raw(r["env"]) == hashlib.sha256(b"renkei-envelope/v1\n" + header).digest(), "the receipt is for these bytes")
        return r

    def post(self, node, data):
        path = self.folder / "post"
        path.write_bytes(data)
        got = subprocess.run([*node.enter, sys.executable, "-c", SENDER, node.host, str(node.port), self.key, self.cert, path], capture_output=True)
        check(got.stdout.startswith(b"HTTP/1.1 200"), f"{got.stdout} {got.stderr}")
        return got.stdout.decode().split("\r\n\r\n", 1)[1]

    # ---- C2SP: a log of this program's own, cosigned by the node ----

    def checkpoint(self, leaves, by=None):
        """A signed note over these leaves; `by`: another seed signs."""
        body = f"{self.name}/log\n{len(leaves)}\n{base64.b64encode(root(leaves)).decode()}\n".encode()
        sig = hashlib.sha256(f"{self.name}/log\n".encode() + b"\x01" + self.sign_pk).digest()[:4] + sign(by or self.seed, body)
        return body, body + f"\n\u2014 {self.name}/log {base64.b64encode(sig).decode()}\n".encode()

    def log_key(self):
        ident = hashlib.sha256(f"{self.name}/log\n".encode() + b"\x01" + self.sign_pk).hexdigest()[:8]
        return f"{self.name}/log+{ident}+{base64.b64encode(bytes([1]) + self.sign_pk).decode()}"

    def add_checkpoint(self, node, old, proof, note):
        """Status, content type and body of the witness's answer."""
        path = self.folder / "ask"
        path.write_bytes(f"old {old}\n".encode() + b"".join(base64.b64encode(p) + b"\n" for p in proof) + b"\n" + note)
        got = subprocess.run([*node.enter, sys.executable, "-c", SENDER, node.host, str(node.port), self.key, self.cert, path,
                              str(path.stat().st_size), "/add-checkpoint"], capture_output=True)
        head, body = got.stdout.decode().split("\r\n\r\n", 1)
        kind = [l.split(": ")[1] for l in head.split("\r\n") if l.lower().startswith("content-type:")]
        return int(head.split()[1]), kind[0], body


def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def root(leaves):
    """RFC 9162 §2.1.1 as it is written."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaf(leaves[0])
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root(leaves[:k]) + root(leaves[k:])).digest()


def a_log_is_cosigned(w, node, other):
    """C2SP tlog-witness, each status in turn, and the cosignature (tlog-cosignature) read by this program."""
    ask = other.add_checkpoint
    vkey = node.run("record", "witness", "key").strip()
    name, ident, public = vkey.split("+", 2)
    leaves = [bytes([i]) for i in range(7)]
    body, note = other.checkpoint(leaves[:4])
    check(ask(node, 0, [], note)[0] == 404, "a log that nobody knows")
    node.run("record", "witness", "know", other.log_key())
    check(ask(node, 0, [], other.checkpoint(leaves[:4], by=bytes(32))[1])[0] == 403, "another key signed")
    check(ask(node, 5, [], note)[0] == 400, "an old size beyond the new one")
    check(ask(node, 0, [], note[:-1])[0] == 400, "no newline at the end")
    status, kind, text = ask(node, 0, [], note)
    check(status == 200, f"{status} {text}")
    dash, who, sig = text.rstrip("\n").split(" ")
    sig = base64.b64decode(sig)
    check((dash, who) == ("\u2014", name) and sig[:4].hex() == ident, "the line of the cosignature")
    stamp = int.from_bytes(sig[4:12], "big")
    check(verify(base64.b64decode(public)[1:], b"cosignature/v1\ntime %d\n" % stamp + body, sig[12:]), "the cosignature")
    check(ask(node, 0, [], note) == (409, "text/x.tlog.size", "4\n"), "a stale request is told the size")
    check(ask(node, 4, [], other.checkpoint([b"x"] * 4)[1])[0] == 409, "two trees of one size")
    check('"alarm":true' in node.run("record", "witness", "list", "--json"), "and people see it")
    other.name = "third.example"
    node.run("record", "witness", "know", other.log_key())
    check(ask(node, 0, [], other.checkpoint(leaves[:4])[1])[0] == 200, "another log")
    # 4 to 7: the right half of the tree is the proof
    right = root(leaves[4:7])
    check(ask(node, 4, [right[::-1]], other.checkpoint(leaves)[1])[0] == 422, "a proof that does not hold")
    check(ask(node, 4, [], other.checkpoint(leaves)[1])[0] == 422, "no proof")
    check(ask(node, 4, [right] * 64, other.checkpoint(leaves)[1])[0] == 400, "more hashes than a tree has heights")
    check(ask(node, 4, [right], other.checkpoint(leaves)[1])[0] == 200, "grown")
    check(ask(node, 7, [], other.checkpoint(leaves)[1])[0] == 200, "the same again")


def signatures_known():
    """RFC 8032 section 7.1, test 2."""
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    check(pack(mul(expand_seed(seed)[0], BASE)).hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "Ed25519 key")
    check(sign(seed, b"\x72").hex().startswith("92a009a9f0d4cab8720e820b5f642540"), "Ed25519 signature")


def main():
    known_answers()
    signatures_known()
    with tempfile.TemporaryDirectory() as folder, World(folder, tag=os.getpid() % 50 + 1) as w:
        ppc = w.add("ppc", "regulator", "PPC")
        ppc.up()
        other = Peer("other.example", w.dir)
        card = w.dir / "other.card"
        card.write_bytes(other.card())
        ppc.run("partner", "add", card, "--class=advisor", "--agency=IPA", who="lead")
        node = json.loads(ppc.card.read_text())
        one, two = w.dir / "m1", w.dir / "m2"
        ppc.run("memo", "draft", other.name, "advice", f"--out={one}", who="lead")
        two.write_bytes(other.agree(json.loads(one.read_text()), node))
        ppc.run("memo", "take", two, who="lead")
        # carried by hand, because this program does not listen
        ppc.begin("open", "advice", other.name, "phase=facts", "question=なぜ広がったか")
        parcel, back = w.dir / "parcel", w.dir / "receipts"
        ppc.run("exchange", "pack", other.name, parcel)
        header, body, receipt = other.take(parcel.read_bytes(), node, w.now)
        check(header["kind"] == "advice" and body["step"] == "open" and body["fields"] == {"phase": "facts", "question": "なぜ広がったか"}, f"{body}")
        check(body["hub"] == ppc.full and header["mark"]["tlp"] == "amber", f"{header}")
        back.write_bytes(receipt)
        check(ppc.run("exchange", "settle", back).strip() == "1", "the node takes this program's receipt")
        # the answer goes over mutual TLS
        answer = {"v": 1, "thread": body["thread"], "kind": "advice", "step": "answer", "state": "answered", "hub": body["hub"],
                  "version": body["version"], "fields": {"answer": "認証情報が使い回されていました。"}}
        sent, data = other.envelope(node, "advice", answer, w.now, {"tlp": "amber", "purpose": "advice", "onward": "ask"})
        got = other.receipt(other.post(ppc, data), sent, node)
        check(got["st"] == "accepted" and got["rec"]["seq"] > 0, f"{got}")
        check(other.receipt(other.post(ppc, data), sent, node) == got, "twice: the same receipt")
        check(ppc.thread(body["thread"])["state"] == "answered", "the thread went on")
        check("使い回されて" in ppc.read(ppc.inbox(body["thread"])[-1]), "it is read")
        # what it may not do is refused, and said so
        sent, data = other.envelope(node, "advice", dict(answer, step="close"), w.now, {"tlp": "amber", "purpose": "advice"})
        got = other.receipt(other.post(ppc, data), sent, node)
        check((got["st"], got["code"]) == ("rejected", "by"), f"{got}")
        a_log_is_cosigned(w, ppc, other)
        check(ppc.holds(), "the record holds")
    print("a program written from renkei-exchange(5) exchanges with the node")


if __name__ == "__main__":
    try:
        main()
    except Failed as e:
        sys.exit(str(e))
