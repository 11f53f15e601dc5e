"""Opens sealed payloads of a bundle with an auditor's private key; standard library only, no code shared with the C.

X25519 (RFC 7748), HPKE base mode (RFC 9180), ChaCha20-Poly1305 (RFC 8439), XChaCha20 (draft-irtf-cfrg-xchacha), and the stream of
libsodium's secretstream. For checking, not for secrets: nothing here runs in constant time.
"""
import base64
import hashlib
import hmac
import json
import os
import struct


class Wrong(Exception):
    pass


def need(yes, why):
    if not yes:
        raise Wrong(why)


# ---- X25519, RFC 7748 section 5 ----
P = 2**255 - 19


def x25519(k, u):
    k = bytearray(k)
    k[0] &= 248
    k[31] = k[31] & 127 | 64
    k = int.from_bytes(k, "little")
    x1 = int.from_bytes(u, "little") & (1 << 255) - 1
    x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
    for t in range(254, -1, -1):
        bit = k >> t & 1
        if swap ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = (x2 + z2) % P, (x2 - z2) % P, (x3 + z3) % P, (x3 - z3) % P
        da, cb, aa, bb = d * a % P, c * b % P, a * a % P, b * b % P
        x3, z3 = (da + cb) ** 2 % P, x1 * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, (aa - bb) * (aa + 121665 * (aa - bb)) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


# ---- ChaCha20 and Poly1305, RFC 8439 ----
def rounds(state):
    x = list(state)

    def quarter(a, b, c, d):
        for s, (i, j, k) in ((16, (a, b, d)), (12, (c, d, b)), (8, (a, b, d)), (7, (c, d, b))):
            x[i] = x[i] + x[j] & 0xffffffff
            v = x[k] ^ x[i]
            x[k] = (v << s | v >> 32 - s) & 0xffffffff

    for _ in range(10):
        quarter(0, 4, 8, 12), quarter(1, 5, 9, 13), quarter(2, 6, 10, 14), quarter(3, 7, 11, 15)
        quarter(0, 5, 10, 15), quarter(1, 6, 11, 12), quarter(2, 7, 8, 13), quarter(3, 4, 9, 14)
    return x


CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")


def chacha20(key, counter, nonce, data):
    words, out = struct.unpack("<8I", key), bytearray()
    tail = struct.unpack("<3I", nonce)
    for at in range(0, len(data), 64):
        state = (*CONSTANTS, *words, counter + at // 64, *tail)
        block = struct.pack("<16I", *((a + b) & 0xffffffff for a, b in zip(rounds(state), state)))
        piece = data[at:at + 64]
        out += (int.from_bytes(piece, "little") ^ int.from_bytes(block[:len(piece)], "little")).to_bytes(len(piece), "little")
    return bytes(out)


def poly1305(key, data):
    r = int.from_bytes(key[:16], "little") & 0x0ffffffc0ffffffc0ffffffc0fffffff
    acc = 0
    for at in range(0, len(data), 16):
        acc = (acc + int.from_bytes(data[at:at + 16] + b"\1", "little")) * r % (2**130 - 5)
    return (acc + int.from_bytes(key[16:], "little") & 2**128 - 1).to_bytes(16, "little")


def pad(data):
    return data + bytes(-len(data) % 16)


def aead_open(key, nonce, aad, ct):
    body, tag = ct[:-16], ct[-16:]
    mac = pad(aad) + pad(body) + struct.pack("<QQ", len(aad), len(body))
    need(len(ct) >= 16 and poly1305(chacha20(key, 0, nonce, bytes(32)), mac) == tag, "a tag does not hold")
    return chacha20(key, 1, nonce, body)


def hchacha20(key, nonce):
    x = rounds((*CONSTANTS, *struct.unpack("<8I", key), *struct.unpack("<4I", nonce)))
    return struct.pack("<8I", *x[:4], *x[12:])


def xaead_open(key, nonce, aad, ct):
    return aead_open(hchacha20(key, nonce[:16]), bytes(4) + nonce[16:], aad, ct)


def stream_open(key, head, aad, ct, piece=65536):
    """crypto_secretstream_xchacha20poly1305: each piece has a tag byte in front, the last one says that it is."""
    key, nonce, counter, out = hchacha20(key, head[:16]), head[16:], 1, []
    for at in range(0, len(ct), piece + 17):
        part = ct[at:at + piece + 17]
        need(len(part) > 17, "a piece is too short")
        n = struct.pack("<I", counter) + nonce
        block = chacha20(key, 1, n, part[:1] + bytes(63))
        body, mac = part[1:-16], part[-16:]
        text = pad(aad) + part[:1] + block[1:] + body + bytes((0x10 - 64 + len(body)) & 0xf)
        text += struct.pack("<QQ", len(aad), 64 + len(body))
        need(poly1305(chacha20(key, 0, n, bytes(32)), text) == mac, "a tag does not hold")
        last = at + len(part) == len(ct)
        need(block[0] == (3 if last else 0), "the end of a stream")
        out.append(chacha20(key, 2, n, body))
        nonce = bytes(a ^ b for a, b in zip(nonce, mac[:8]))
        counter += 1
    return b"".join(out)


# ---- HPKE, RFC 9180: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305 ----
def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def extract(suite, salt, label, ikm):
    return mac(salt or bytes(32), b"HPKE-v1" + suite + label + ikm)


def expand(suite, prk, label, info, n):
    return mac(prk, struct.pack(">H", n) + b"HPKE-v1" + suite + label + info + b"\1")[:n]


def hpke_open(sk, enc, info, ct):
    kem, suite = b"KEM\0\x20", b"HPKE\0\x20\0\1\0\3"
    pk = x25519(sk, (9).to_bytes(32, "little"))
    prk = extract(kem, b"", b"eae_prk", x25519(sk, enc))
    shared = expand(kem, prk, b"shared_secret", enc + pk, 32)
    context = b"\0" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    secret = extract(suite, shared, b"secret", b"")
    return aead_open(expand(suite, secret, b"key", context, 32), expand(suite, secret, b"base_nonce", context, 12), b"", ct)


# ---- the bundle ----
def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def keys_of(folder, node, sk):
    """{key id: key} and {key id: the entry that destroyed it}."""
    keys, erased = {}, {}
    with open(os.path.join(folder, "keys.jsonl"), encoding="ascii") as f:
        for line in f:
            j = json.loads(line)
            if "erased" in j:
                erased[j["key"]] = j["erased"]
                continue
            info = f"renkei/keys/v1\n{node}\n{j['key']}\n{j['to']}".encode()
            key = hpke_open(sk, unb64(j["enc"]), info, unb64(j["ct"]))
            need(commitment(key, j["key"]) == unb64(j["kc"]), f"{j['key']}: another key")
            keys[j["key"]] = key
    return keys, erased


def commitment(key, key_id):
    return hashlib.blake2b(b"renkei/kc/v1\n" + key_id.encode(), key=key, digest_size=32).digest()


def open_payload(key, entry, seal, ct):
    need(commitment(key, seal["key"]) == unb64(seal["kc"]), f"#{entry['seq']}: not the key that it was sealed with")
    aad = f"renkei/seal/v1\n{entry['node']}\n{entry.get('case', '')}\n{seal['key']}".encode()
    way = {"xc20p": xaead_open, "xc20s": stream_open}[seal["alg"]]
    return way(key, unb64(seal["n"]), aad, ct)


def open_all(folder, entries, key_file, contents=None):
    """Number of payloads that the auditor's key opens."""
    with open(os.path.join(folder, "bundle.json"), encoding="utf-8") as f:
        node = json.load(f)["node"]
    with open(key_file, "rb") as f:
        keys, erased = keys_of(folder, node, f.read())
    gone = {k: e["seq"] for e in entries if e["act"] == "erase.done" for k in e["keys"]}
    need(all(gone.get(k, s) == s for k, s in erased.items()), "a key was destroyed by another entry")
    need(not set(keys) & set(gone), "a key that was destroyed was handed out")
    n = 0
    for e in entries:
        for i, s in enumerate(e.get("seal", [])):
            path = os.path.join(folder, "blobs", unb64(s["ct"]).hex())
            if s["key"] not in keys or not os.path.exists(path):
                continue
            with open(path, "rb") as f:
                plain = open_payload(keys[s["key"]], e, s, f.read())
            n += 1
            if contents:
                with open(os.path.join(contents, f"{e['seq']}-{i + 1}"), "wb") as f:
                    f.write(plain)
    return n
