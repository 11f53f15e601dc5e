#!/usr/bin/env python3
"""
Two running nodes over mutual TLS 1.3: an envelope that is sent goes out by itself, comes in, its receipt comes back, and so does the
answer. A stranger is told so and no more; a partner that is down, or whose address shows another key, is tried again.
"""
import pathlib
import tempfile

from node import check, wait_for
from pair import Node, ask, certificate, pair_up


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
