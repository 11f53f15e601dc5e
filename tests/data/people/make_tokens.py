#!/usr/bin/env python3
"""Makes oidc.json: a key set and ID tokens, good and bad, signed with python3-cryptography. Time: 2026-11-21T09:00+09:00."""
import base64
import hashlib
import hmac
import json
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

NOW = 1795219200
ISS, AUD, NONCE = "https://idp.example.lg.jp", "renkei-node", "n-0S6_WzA2Mj"


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def number(n, size=None):
    return b64(n.to_bytes(size or (n.bit_length() + 7) // 8, "big"))


R = rsa.generate_private_key(65537, 2048)
SMALL = rsa.generate_private_key(65537, 1024)
E = ec.generate_private_key(ec.SECP256R1())
OTHER = ec.generate_private_key(ec.SECP256R1())


def rsa_jwk(key, kid):
    n = key.public_key().public_numbers()
    return {"kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256", "n": number(n.n), "e": number(n.e)}


def ec_jwk(key, kid):
    n = key.public_key().public_numbers()
    return {"kty": "EC", "kid": kid, "crv": "P-256", "x": number(n.x, 32), "y": number(n.y, 32)}


def sign(alg, message, key):
    if alg == "RS256":
        return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def token(alg, key, kid, head=None, raw=None, signature=None, **change):
    body = {"iss": ISS, "aud": AUD, "sub": "248289761001", "nonce": NONCE, "iat": NOW - 5, "exp": NOW + 300, **change}
    body = {k: v for k, v in body.items() if v is not None}
    h = {"alg": alg, "kid": kid, "typ": "JWT"} if head is None else head
    text = b64(json.dumps(h).encode()) + "." + (b64(json.dumps(body).encode()) if raw is None else raw)
    sig = sign(alg, text.encode(), key) if signature is None else signature
    return text + "." + b64(sig)


def main():
    jwks = {"keys": [rsa_jwk(R, "r1"), ec_jwk(E, "e1"), ec_jwk(OTHER, "e2"), rsa_jwk(SMALL, "small")]}
    good = {
        "RS256": token("RS256", R, "r1"), "ES256": token("ES256", E, "e1"),
        "several audiences": token("ES256", E, "e1", aud=[AUD, "x"], azp=AUD), "list of one": token("ES256", E, "e1", aud=[AUD]),
        "with more": token("ES256", E, "e1", amr=["pwd", "mfa"], email="a@example.jp", nbf=NOW - 5),
    }
    t = good["ES256"].split(".")
    public = json.dumps(jwks["keys"][0]).encode()
    hs = b64(b'{"alg":"HS256","kid":"r1"}') + "." + t[1]
    bad = {
        "another issuer": token("ES256", E, "e1", iss="https://evil.example"),
        "another audience": token("ES256", E, "e1", aud="other"),
        "several audiences without azp": token("ES256", E, "e1", aud=[AUD, "x"]),
        "azp of another": token("ES256", E, "e1", azp="x"),
        "no audience": token("ES256", E, "e1", aud=None),
        "another nonce": token("ES256", E, "e1", nonce="x"), "no nonce": token("ES256", E, "e1", nonce=None),
        "over": token("ES256", E, "e1", exp=NOW - 61), "no end": token("ES256", E, "e1", exp=None),
        "end as text": token("ES256", E, "e1", exp=str(NOW + 300)), "end with a fraction": token("ES256", E, "e1", exp=NOW + 300.5),
        "made long ago": token("ES256", E, "e1", iat=NOW - 601), "made in the future": token("ES256", E, "e1", iat=NOW + 61),
        "not yet": token("ES256", E, "e1", nbf=NOW + 61),
        "no subject": token("ES256", E, "e1", sub=None), "empty subject": token("ES256", E, "e1", sub=""),
        "subject too long": token("ES256", E, "e1", sub="x" * 256),
        "another key of the set": token("ES256", OTHER, "e1"), "a key that is not there": token("ES256", E, "e9"),
        "no kid where two keys fit": token("ES256", E, None, head={"alg": "ES256"}),
        "kind of key and algorithm differ": token("ES256", E, "r1"),
        "alg none": b64(b'{"alg":"none"}') + "." + t[1] + ".",
        "alg none with a signature": b64(b'{"alg":"none","kid":"e1"}') + "." + t[1] + "." + t[2],
        "HMAC with the public key": hs + "." + b64(hmac.new(public, hs.encode(), hashlib.sha256).digest()),
        "crit": token("ES256", E, "e1", head={"alg": "ES256", "kid": "e1", "crit": ["x"], "x": 1}),
        "RSA of 1024 bits": token("RS256", SMALL, "small"),
        "signature of zeros": ".".join(t[:2]) + "." + b64(bytes(64)),
        "signature short": ".".join(t[:2]) + "." + t[2][:-2], "no signature": ".".join(t[:2]) + ".",
        "two parts": ".".join(t[:2]), "four parts": ".".join(t) + "." + t[2], "empty": "", "padding": ".".join(t) + "=",
        "body of another token": t[0] + "." + good["RS256"].split(".")[1].replace("a", "b") + "." + t[2],
        "body is a list": token("ES256", E, "e1", raw=b64(b"[]")), "body is no JSON": token("ES256", E, "e1", raw=b64(b"{")),
        "member twice": token("ES256", E, "e1", raw=b64(json.dumps({"iss": ISS})[:-1].encode() + b',"iss":"x"}')),
    }
    json.dump({"issuer": ISS, "client_id": AUD, "nonce": NONCE, "jwks": json.dumps(jwks), "good": good, "bad": bad}, sys.stdout, indent=0)
    print()


main()
