#!/usr/bin/env python3
"""
Two running nodes over mutual TLS 1.3: an envelope that is sent goes out by itself, comes in, its receipt comes back, and so does the
answer. A stranger is told so and no more; a partner that is down, or whose address shows another key, is tried again.
"""
import json
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile

from node import check, read_all, wait_for

renkei = sys.argv[1]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Node:
    def __init__(self, folder, name, cls):
        self.name, self.cls, self.dir, self.card = name, cls, folder / name, folder / f"{name}.card"
        self.port, self.process, self.log = free_port(), None, folder / f"{name}.log"
        self.conf = folder / f"{name}.conf"
        self.conf.write_text(f"[serve]\nexchange = 127.0.0.1:{self.port}\n")
        self.say("node", "init", f"--name={name}.example", "--exercise")

    def call(self, *args, who="op-1:handler"):
        return [renkei, *args, f"--store={self.dir}", *([f"--as={who}"] if args[0] not in ("node", "record") else [])]

    def say(self, *args, who="op-1:handler"):
        got = subprocess.run(self.call(*args, who=who), capture_output=True, text=True, timeout=60)
        check(got.returncode == 0, f"{self.name} {args}: {got.stderr[-800:]}")
        return got.stdout

    def start(self, ahead=0):
        now = [f"--now={subprocess.run(['date', '-u', '-d', f'+{ahead} minutes', '+%Y-%m-%dT%H:%M:%SZ'], capture_output=True, text=True).stdout.strip()}"]
        self.process = subprocess.Popen([renkei, "serve", str(self.dir), "--plain", "--listen=127.0.0.1:0", f"--config={self.conf}",
                                         *(now if ahead else [])], stdout=subprocess.PIPE, stderr=open(self.log, "ab"))
        check(self.process.stdout.readline().startswith(b"http://"), "the node serves")

    def stop(self):
        self.process.terminate()
        check(self.process.wait(30) == 0, f"{self.name} ends in order")

    def sent(self, thread=None):
        return [json.loads(x) for x in self.say("exchange", "status", *([thread] if thread else []), "--json").splitlines()]

    def threads(self):
        return {json.loads(x)["thread"] for x in self.say("thread", "list", "--json").splitlines()}

    def send(self, *step):
        """Somebody prepares, another one sends; returns the thread."""
        before = self.threads()
        self.say("thread", *step)
        drafts = self.say("thread", "drafts").splitlines()
        if drafts:
            self.say("thread", "send", drafts[-1].split(" ")[0], who="op-2:lead")
        return step[1] if step[0] == "step" else (self.threads() - before).pop()


def certificate(folder):
    key, cert = folder / "stranger.key", folder / "stranger.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=stranger", "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


def ask(port, pair, request):
    c = ssl.create_default_context()
    c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
    if pair:
        c.load_cert_chain(*pair)
    try:
        with c.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=10)) as s:
            s.sendall(request)
            return s.version(), read_all(s)
    except (ssl.SSLError, ConnectionError):
        return None, b""


def strangers(folder, ipa):
    post = b"POST /exchange HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    pair = certificate(folder)
    version, got = ask(ipa.port, pair, post)
    check(version == "TLSv1.3" and got.startswith(b"HTTP/1.1 403 "), f"a stranger's envelopes are refused: {version} {got[:60]!r}")
    for path in (b"/sign-in", b"/healthz", b"/metrics", b"/"):
        got = ask(ipa.port, pair, b"GET " + path + b" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")[1]
        check(got.startswith(b"HTTP/1.1 404 "), f"no pages for other nodes: {got[:60]!r}")
    check(ask(ipa.port, None, post)[1] == b"", "nobody comes in without a certificate")
    own = (ipa.dir / "exchange" / "g1.tls.crt", ipa.dir / "exchange" / "g1.tls.key")
    got = ask(ipa.port, own, post)[1]
    check(got.startswith(b"HTTP/1.1 403 "), f"the node is no partner of itself: {got[:60]!r}")


def pair_up(ppc, ipa):
    for a, b in ((ppc, ipa), (ipa, ppc)):
        agency = ["--agency=PPC"] if b is ppc else []
        a.say("partner", "add", str(b.card), f"--class={b.cls}", *agency, "--host=127.0.0.1", f"--port={b.port}", who="op-2:lead")
    folder = ppc.dir.parent
    ppc.say("memo", "draft", "ipa.example", "advice", "alert", f"--out={folder}/m1", who="op-2:lead")
    ipa.say("memo", "take", f"{folder}/m1", f"--out={folder}/m2", who="op-2:lead")
    ppc.say("memo", "take", f"{folder}/m2", who="op-2:lead")


def went(node, thread, why):
    wait_for(lambda: (s := node.sent(thread)) and all(x.get("receipt_at") for x in s), 20, f"{why}: {node.sent(thread)}")


def run(folder):
    ppc, ipa = Node(folder, "ppc", "regulator"), Node(folder, "ipa", "advisor")
    try:
        for n in (ppc, ipa):
            n.say("exchange", "init", f"--class={n.cls}", *(["--agency=PPC"] if n is ppc else []), f"--out={n.card}", who="op-2:lead")
        pair_up(ppc, ipa)
        ppc.start()
        ipa.start()
        strangers(folder, ipa)
        # out by itself, in by itself, receipt, answer
        thread = ppc.send("open", "advice", "ipa.example", "phase=containment", "question=x")
        went(ppc, thread, "the envelope goes out and its receipt comes back")
        inbox = ipa.say("thread", "inbox", thread)
        check(inbox.strip(), "it came in")
        ipa.send("step", thread, "answer", "answer=y")
        went(ipa, thread, "the answer goes back")
        check("y" in ppc.say("thread", "read", ppc.say("thread", "inbox", thread).splitlines()[-1].split(" ")[0]), "it can be read")
        # many at once, in order
        threads = [ppc.send("open", "advice", "ipa.example", "phase=facts", f"question={i}") for i in range(5)]
        for x in threads:
            went(ppc, x, "each of them goes out")
        # a partner that is down: put on record, tried again
        ipa.stop()
        thread = ppc.send("open", "advice", "ipa.example", "phase=cause", "question=z")
        wait_for(lambda: "line.connect" in ppc.log.read_text() or "job=fetch" in ppc.log.read_text(), 20, "it was tried")
        check(not ppc.sent(thread)[0].get("receipt_at"), "and did not arrive")
        ipa.start()
        ppc.stop()
        ppc.start(ahead=3)
        went(ppc, thread, "the next try brings it")
        # another key at the partner's address
        ppc.say("partner", "address", "ipa.example", "127.0.0.1", str(ppc.port), who="op-2:lead")
        before = ppc.log.read_text().count("job=fetch")
        thread = ppc.send("open", "advice", "ipa.example", "phase=cause", "question=w")
        wait_for(lambda: ppc.log.read_text().count("job=fetch") > before, 20, "it was tried")
        check(not ppc.sent(thread)[0].get("receipt_at"), "what shows another key gets nothing")
        for n in (ppc, ipa):
            n.stop()
            check("holds" in n.say("record", "verify"), "the record holds")
    except SystemExit:
        for n in (ppc, ipa):
            print(n.name, n.log.read_text()[-1500:])
        raise
    finally:
        for n in (ppc, ipa):
            if n.process and n.process.poll() is None:
                n.process.kill()


with tempfile.TemporaryDirectory(prefix="renkei-exchange-") as name:
    run(pathlib.Path(name))
