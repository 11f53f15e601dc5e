"""The ciphers of the record and of the exchange read a second time: standard library only, no code shared with the C.

X25519 (RFC 7748), HPKE base mode (RFC 9180), ChaCha20-Poly1305 (RFC 8439), XChaCha20 (draft-irtf-cfrg-xchacha), and the stream of
libsodium's secretstream. For checking, not for secrets: nothing here runs in constant time.
"""
import hashlib
import hmac
import secrets
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


NINE = (9).to_bytes(32, "little")


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


def tag_of(key, nonce, aad, body):
    text = pad(aad) + pad(body) + struct.pack("<QQ", len(aad), len(body))
    return poly1305(chacha20(key, 0, nonce, bytes(32)), text)


def aead_seal(key, nonce, aad, plain):
    body = chacha20(key, 1, nonce, plain)
    return body + tag_of(key, nonce, aad, body)


def aead_open(key, nonce, aad, ct):
    need(len(ct) >= 16 and tag_of(key, nonce, aad, ct[:-16]) == ct[-16:], "a tag does not hold")
    return chacha20(key, 1, nonce, ct[:-16])


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


def schedule(dh, enc, public, info):
    """The key and the nonce of the one message."""
    kem, suite = b"KEM\0\x20", b"HPKE\0\x20\0\1\0\3"
    shared = expand(kem, extract(kem, b"", b"eae_prk", dh), b"shared_secret", enc + public, 32)
    context = b"\0" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    secret = extract(suite, shared, b"secret", b"")
    return expand(suite, secret, b"key", context, 32), expand(suite, secret, b"base_nonce", context, 12)


def hpke_seal(public, info, plain):
    one = secrets.token_bytes(32)
    enc = x25519(one, NINE)
    return enc, aead_seal(*schedule(x25519(one, public), enc, public, info), b"", plain)


def hpke_open(sk, enc, info, ct):
    return aead_open(*schedule(x25519(sk, enc), enc, x25519(sk, NINE), info), b"", ct)


def known_answers():
    """RFC 7748 section 6.1, RFC 8439 section 2.3.2, and what was sealed opens: the reading itself is right."""
    alice = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    need(x25519(alice, NINE).hex() == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", "X25519")
    block = chacha20(bytes(range(32)), 1, bytes.fromhex("000000090000004a00000000"), bytes(16))
    need(block.hex() == "10f1e7e4d13b5915500fdd1fa32071c4", "ChaCha20")
    enc, ct = hpke_seal(x25519(alice, NINE), b"info", b"plain")
    need(hpke_open(alice, enc, b"info", ct) == b"plain", "HPKE")
