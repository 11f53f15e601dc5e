#!/usr/bin/env python3
"""
Running nodes (renkei serve) witness one another over mutual TLS: what one signs the other cosigns by itself, acts never wait, a node
that comes back with an older record is found out, refuses to sign, and people are told.
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from node import check, wait_for
from pair import Node, ask, certificate, renkei


def shown(node):
    return json.loads(node.say("node", "show", "--json"))


def act(node):
    node.say("case", "open", "--known-at=2026-11-20", "--title=t", "org_type=private", who="op-2:lead")


def cosigned(node, why):
    """All that stands in the record when this is called."""
    want = shown(node)["entries"]
    wait_for(lambda: shown(node).get("witnessed_entries", 0) >= want, 60, f"{why}: {shown(node)}")


def again(node):
    """Whoever begins asks at once, not after a minute."""
    node.stop()
    node.start()


def post(node, pair, body):
    return ask(node.port, pair, b"POST /add-checkpoint HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body))[1]


def run(folder):
    log, other = Node(folder, "log", "reporter"), Node(folder, "wit", "advisor")
    nodes = [log, other]
    try:
        for n in nodes:
            n.say("exchange", "init", f"--class={n.cls}", f"--out={n.card}", who="op-2:lead")
        for a, b in ((log, other), (other, log)):
            a.say("partner", "add", str(b.card), f"--class={b.cls}", "--host=127.0.0.1", f"--port={b.port}", who="op-2:lead")
        other.start()
        log.start()
        # made known while both run: nobody starts anything again
        other.say("record", "witness", "know", shown(log)["key"])
        log.say("record", "witness", "add", other.say("record", "witness", "key").strip())
        cosigned(log, "the first cosignature comes by itself")
        act(log)
        again(log)
        cosigned(log, "and the next one")
        log.say("record", "export", str(folder / "bundle"), "--cosigned", "--as=op-2:lead")
        got = subprocess.run([renkei, "verify", str(folder / "bundle")], capture_output=True, text=True)
        check("1 cosignatures" in got.stdout, f"an export has the cosignature: {got}")
        # strangers and rubbish
        check(post(other, certificate(folder), b"x").startswith(b"HTTP/1.1 403 "), "a stranger is refused")
        partner = (log.dir / "exchange" / "g1.tls.crt", log.dir / "exchange" / "g1.tls.key")
        got = post(other, partner, b"x")
        check(got.startswith(b"HTTP/1.1 400 "), f"rubbish is no checkpoint: {got[:80]!r}")
        key = log.say("record", "checkpoint").encode()
        got = post(other, partner, b"old 1\n\n" + key)
        check(got.startswith(b"HTTP/1.1 409 ") and b"text/x.tlog.size" in got, f"another size is told as C2SP says: {got[:200]!r}")
        # the witness is away: acts go on, and what they wrote is cosigned when it is back
        other.stop()
        act(log)
        check("holds" in log.say("record", "verify"), "acts do not wait")
        other.start()
        again(log)
        cosigned(log, "what was written meanwhile is cosigned")
        # an older copy, with all that belongs to it, comes back
        log.stop()
        shutil.copytree(log.dir, folder / "copy")
        log.start()
        act(log)
        again(log)
        cosigned(log, "the newest is cosigned")
        log.stop()
        shutil.move(log.dir, folder / "newer")
        shutil.move(folder / "copy", log.dir)
        log.start()
        wait_for(lambda: "ALARM" in log.say("node", "show"), 60, "the older record is found out")
        act(log)   # acts go on
        got = log.try_("record", "checkpoint")
        check(got.returncode == 1 and "SEEN MORE" in got.stderr + got.stdout, f"and nothing is signed: {got}")
        check('"alarm":true' in log.say("record", "witness", "list", "--json"), "the list says which witness")
        for n in nodes:
            n.stop()
        check("holds" in other.say("record", "verify"), "the record of the witness holds")
    except SystemExit:
        for n in nodes:
            print(n.name, n.log.read_text()[-3000:])
        raise
    finally:
        for n in nodes:
            if n.process and n.process.poll() is None:
                n.process.kill()


with tempfile.TemporaryDirectory(prefix="renkei-witnesses-") as name:
    os.chmod(name, 0o755)   # the processes of a node have users of their own
    run(pathlib.Path(name))
