#!/usr/bin/env python3
"""Makes passkeys.jsonl: registrations and assertions by another implementation (python3-cryptography signs, python3-fido2
encodes). Keys are random each time; what counts is stored. The good ones are first shown to python3-fido2's own server."""
import base64
import hashlib
import json
import os
import struct
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fido2 import cbor
from fido2.client import ClientData
from fido2.ctap2 import AttestationObject, AuthenticatorData
from fido2.server import Fido2Server
from fido2.webauthn import PublicKeyCredentialRpEntity

RP, ORIGIN = "node.example.lg.jp", "https://node.example.lg.jp"
UP, UV, AT = 1, 4, 64


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def client(kind, challenge, origin=ORIGIN, **more):
    return json.dumps({"type": "webauthn." + kind, "challenge": b64(challenge), "origin": origin, **more}).encode()


def auth(flags, counter, rp=RP, rest=b""):
    return hashlib.sha256(rp.encode()).digest() + bytes([flags]) + struct.pack(">I", counter) + rest


def cose(key):
    pub = key.public_key()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        n = pub.public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: n.x.to_bytes(32, "big"), -3: n.y.to_bytes(32, "big")}
    if isinstance(key, rsa.RSAPrivateKey):
        n = pub.public_numbers()
        return {1: 3, 3: -257, -1: n.n.to_bytes(256, "big"), -2: n.e.to_bytes(3, "big")}
    return {1: 1, 3: -8, -1: 6, -2: pub.public_bytes(Encoding.Raw, PublicFormat.Raw)}


def sign(key, message):
    return key.sign(message, ec.ECDSA(hashes.SHA256())) if isinstance(key, ec.EllipticCurvePrivateKey) else key.sign(message)


def attestation(key, cred, flags=UP | UV | AT, counter=0, rp=RP):
    rest = bytes(16) + struct.pack(">H", len(cred)) + cred + cbor.encode(cose(key))
    return cbor.encode({"fmt": "none", "attStmt": {}, "authData": auth(flags, counter, rp, rest)})


def put(name, good, challenge, cdata, **more):
    print(json.dumps({"name": name, "good": good, "challenge": b64(challenge), "client_data": b64(cdata),
                      **{k: b64(v) for k, v in more.items()}}))


def server_agrees(key, cred, challenge, cdata, att, gchallenge, gdata, gauth, sig):
    server = Fido2Server(PublicKeyCredentialRpEntity(RP, "node"))
    state = server._make_internal_state(challenge, "required")
    data = server.register_complete(state, ClientData(cdata), AttestationObject(att))
    state = server._make_internal_state(gchallenge, "required")
    server.authenticate_complete(state, [data.credential_data], cred, ClientData(gdata), AuthenticatorData(gauth), sig)


def main():
    for alg in ("es256", "eddsa"):
        key = ec.generate_private_key(ec.SECP256R1()) if alg == "es256" else ed25519.Ed25519PrivateKey.generate()
        cred, ch, gch = os.urandom(48), os.urandom(32), os.urandom(32)
        cdata, att = client("create", ch, crossOrigin=False), attestation(key, cred)
        gdata, gauth = client("get", gch), auth(UP | UV, 7)
        sig = sign(key, gauth + hashlib.sha256(gdata).digest())
        server_agrees(key, cred, ch, cdata, att, gch, gdata, gauth, sig)
        put(f"{alg} registration", True, ch, cdata, attestation=att)
        put(f"{alg} assertion", True, gch, gdata, auth_data=gauth, signature=sig, id=cred, of=att)

        def reg(name, cdata=cdata, att=att, ch=ch):
            put(f"{alg} registration: {name}", False, ch, cdata, attestation=att)

        def get(name, gdata=gdata, gauth=gauth, gch=gch, bend=0):
            s = bytearray(sign(key, gauth + hashlib.sha256(gdata).digest()))
            s[-1] ^= bend
            put(f"{alg} assertion: {name}", False, gch, gdata, auth_data=gauth, signature=bytes(s), id=cred, of=att)

        reg("another origin", client("create", ch, "https://node.example.lg.jp.evil.example"))
        reg("another challenge", client("create", os.urandom(32)))
        reg("type of an assertion", client("get", ch))
        reg("in a frame of another site", client("create", ch, crossOrigin=True))
        reg("another rp", att=attestation(key, cred, rp="evil.example"))
        reg("person not verified", att=attestation(key, cred, UP | AT))
        reg("nobody present", att=attestation(key, cred, UV | AT))
        reg("no key data", att=attestation(key, cred, UP | UV))
        reg("bytes behind", att=att + b"\0")
        reg("cut", att=att[:-1])
        reg("empty credential id", att=attestation(key, b""))
        get("another origin", client("get", gch, "http://node.example.lg.jp"))
        get("another challenge", client("get", os.urandom(32)))
        get("type of a registration", client("create", gch))
        get("another rp", gauth=auth(UP | UV, 7, "evil.example"))
        get("person not verified", gauth=auth(UP, 7))
        get("nobody present", gauth=auth(UV, 7))
        get("signature bent", bend=1)
        get("short data", gauth=auth(UP | UV, 7)[:36])
    key = rsa.generate_private_key(65537, 2048)
    ch = os.urandom(32)
    put("a key of a kind that was not asked for", False, ch, client("create", ch), attestation=attestation(key, os.urandom(16)))
    key = ec.generate_private_key(ec.SECP256R1())
    att = bytearray(attestation(key, os.urandom(16)))
    att[-1] ^= 1   # y: the point is off the curve; the registration is read, no signature ever holds
    gch = os.urandom(32)
    gdata, gauth = client("get", gch), auth(UP | UV, 1)
    put("a point off the curve", False, gch, gdata, auth_data=gauth, signature=sign(key, gauth + hashlib.sha256(gdata).digest()),
        id=b"x", of=bytes(att))


sys.exit(main())
