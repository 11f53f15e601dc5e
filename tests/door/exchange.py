#!/usr/bin/env python3
"""The listener for other nodes: TLS 1.3 with a known key on both sides, and nobody else comes in."""
import hashlib
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile

from node import check, read_all, running

renkei = sys.argv[1]
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    port = s.getsockname()[1]


def certificate(folder, name):
    key, cert = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", f"/CN={name}", "-keyout", key, "-out", cert], check=True, capture_output=True)
    der = subprocess.run(["openssl", "x509", "-in", cert, "-pubkey", "-noout"], check=True, capture_output=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=der, check=True, capture_output=True).stdout
    return cert, key, hashlib.sha256(der).hexdigest()


def ask(pair):
    c = ssl.create_default_context()
    c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
    if pair:
        c.load_cert_chain(*pair)
    try:
        with c.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=10)) as s:
            s.sendall(b"GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            return s.version(), read_all(s)
    except (ssl.SSLError, ConnectionError):
        return None, b""


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    known, stranger = certificate(folder, "known"), certificate(folder, "stranger")
    with running(renkei, config=f"[serve]\nexchange = 127.0.0.1:{port}\n") as node:
        check(ask(known[:2])[1] == b"", "nobody is known at first")
        node.stop()
        (node.dir / "tls" / "peers").write_text(f"# partners\n{known[2]} city-b.example\n")
        node.start()
        version, got = ask(known[:2])
        check(version == "TLSv1.3" and got.startswith(b"HTTP/1.1 200 "), f"the known node comes in: {version} {got[:40]!r}")
        check(ask(stranger[:2])[1] == b"", "a stranger does not")
        check(ask(None)[1] == b"", "nor one without a certificate")
        check(node.get("/healthz")[0] == 200, "browsers come in without one")
        check(node.stop() == 0, "the node ends in order")
