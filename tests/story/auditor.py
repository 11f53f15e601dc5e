"""Opens sealed payloads of a bundle with an auditor's private key, by the ciphers of plain.py; no code shared with the C."""
import base64
import hashlib
import json
import os

from plain import Wrong, hpke_open, need, stream_open, xaead_open


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
