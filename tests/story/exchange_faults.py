#!/usr/bin/env python3
"""What can go wrong between two nodes: a cut line, a partner that is down, wrong clocks, a full disk, killed receivers, and bytes that come
twice, late, out of order, cut short, from somebody else. Nothing may be lost and nothing doubled."""
import json
import os
import pathlib
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time

from coord import Failed, World, check, sh

HOUR, DAY = 3600000, 86400000
SENDER = """
import socket, ssl, sys
host, port, key, cert, path = sys.argv[1:6]
c = ssl.create_default_context(); c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
c.minimum_version = ssl.TLSVersion.TLSv1_3
c.load_cert_chain(cert, key)
body = open(path, "rb").read()
length = int(sys.argv[6]) if len(sys.argv) > 6 else len(body)
try:
    with c.wrap_socket(socket.create_connection((host, int(port)), timeout=10)) as s:
        s.sendall(b"POST " + (sys.argv[7] if len(sys.argv) > 7 else "/exchange").encode() + b" HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: %d\\r\\n\\r\\n" % length + body)
        if length > len(body):
            sys.exit(0)
        got = b""
        while b"\\r\\n\\r\\n" not in got or len(got.split(b"\\r\\n\\r\\n", 1)[1]) < int(got.lower().split(b"content-length:")[1].split(b"\\r\\n")[0]):
            piece = s.recv(65536)
            if not piece:
                break
            got += piece
        sys.stdout.buffer.write(got)
except (OSError, ssl.SSLError) as e:
    sys.stdout.write("refused " + type(e).__name__)
"""


def post(node, to, data, length=None):
    """Raw bytes to another node's listener with the TLS key of `node`."""
    path = node.world.dir / "raw"
    path.write_bytes(data)
    keys = sorted((node.dir / "exchange").glob("*.tls.key"))
    certs = sorted((node.dir / "exchange").glob("*.tls.crt"))
    got = subprocess.run([*node.enter, sys.executable, "-c", SENDER, to.host, str(to.port), keys[0], certs[0], path,
                          *([str(length)] if length else [])], capture_output=True)
    check(got.returncode == 0, got.stderr.decode())
    return got.stdout.decode()


def receipts(answer):
    lines = answer.split("\r\n\r\n", 1)[-1].splitlines()
    return [json.loads(line) for line in lines[::2]] if answer.startswith("HTTP/1.1 200") else []


def ask(node, to, text):
    node.run("thread", "open", "advice", to.full, "phase=facts", f"question={text}")
    node.send()


def packed(node, to):
    path = node.world.dir / "parcel"
    node.run("exchange", "pack", to.full, path)
    return path.read_bytes()


def pieces(data):
    out = []
    while data:
        header, rest = data.split(b"\n", 1)
        size = len(header) + 1 + 87 + json.loads(header)["body"]["len"]
        out.append(data[:size])
        data = data[size:]
    return out


def waiting(node):
    return len(node.lines("exchange", "status"))


def gained(node, before, want, what):
    after = node.entries()
    check(after - before == want, f"{what}: {after - before} entries came, want {want}")


# ---- the scenes ----

def the_line_is_cut_and_mended(w, ppc, ipa):
    before = ipa.entries()
    ask(ppc, ipa, "cut")
    if w.net.real:
        w.net.cut(ipa.number, True)
    else:
        ipa.down()
    check(ppc.deliver()["failed"] == 1, "nothing goes through a cut line")
    if w.net.real:
        w.net.cut(ipa.number, False)
    else:
        ipa.up()
    check(ppc.deliver()["received"] == 0, "it is tried again after a pause only")
    w.forward(3 * 60000)
    check(ppc.deliver()["received"] == 1, "it goes when the line is there again")
    gained(ipa, before, 1, "after the cut")


def a_partner_is_down_for_hours_then_for_days(w, ppc, ipa):
    before = ipa.entries()
    ipa.down()
    ask(ppc, ipa, "down")
    for hours in (0, 1, 5, 24):
        w.now += hours * HOUR
        ppc.deliver()
    check(waiting(ppc) == 1, "it still waits")
    ipa.up()
    w.forward(2 * HOUR)
    check(ppc.deliver()["received"] == 1, "it goes after a day")
    gained(ipa, before, 1, "after a day")
    ipa.down()
    ask(ppc, ipa, "expires")
    for _ in range(6):
        w.now += DAY
        got = ppc.deliver()
        if got["expired"]:
            break
    check(got["expired"] == 1, "after five days it is expired and somebody's task")
    ipa.up()
    check(waiting(ppc) == 0, "and does not wait any more")


def clocks_differ(w, ppc, ipa):
    before = ipa.entries()
    ppc.skew = 2 * HOUR
    ask(ppc, ipa, "ahead")
    got = ppc.deliver()
    check(got["received"] == 0 and waiting(ppc) == 1, f"two hours ahead: not taken yet, not lost: {got}")
    w.forward(2 * HOUR)
    w.forward(2 * 60000)
    check(ppc.deliver()["received"] == 1, "taken when the time has come")
    ppc.skew = 0
    w.forward(3 * HOUR)   # the record of the one that was ahead does not go back
    ipa.skew = 9 * 60000
    ipa.down()
    ipa.up()
    ask(ppc, ipa, "behind")
    check(ppc.deliver()["received"] == 1, "nine minutes behind: taken")
    ipa.skew = 0
    w.forward(10 * 60000)
    gained(ipa, before, 2, "clocks")


def twice_late_cut_and_from_somebody_else(w, ppc, ipa):
    before = ipa.entries()
    ask(ppc, ipa, "first")
    one = pieces(packed(ppc, ipa))
    check(len(one) == 1, "one waits")
    # cut short on the line, and cut short as a whole
    post(ppc, ipa, one[0][:200], len(one[0]))
    check("HTTP/1.1 400" in post(ppc, ipa, one[0][:-7]), "an envelope that ends too early is no envelope")
    # a stranger's key, and a partner that brings what another one signed
    stranger = w.nodes["rogue"]
    check(not receipts(post(stranger, ipa, one[0])), "a stranger gets no answer at all")
    check(receipts(post(w.nodes["nco"], ipa, one[0]))[0]["code"] == "peer", "nobody brings another's envelopes over the line")
    # a changed header, a changed body
    header, rest = one[0].split(b"\n", 1)
    check(receipts(post(ppc, ipa, header.replace(b'"advice"', b'"alert"') + b"\n" + rest))[0]["code"] == "signature", "a changed header")
    check(receipts(post(ppc, ipa, one[0][:-3] + bytes(3)))[0]["st"] in ("rejected", "quarantined"), "a changed body")
    gained(ipa, before, 0, "nothing of that")
    # a good one, twice in one request, then again: the first receipt each time
    got = receipts(post(ppc, ipa, one[0] + one[0]))
    check(len(got) == 2 and got[0] == got[1] and got[0]["st"] == "accepted", f"twice in one request: {got}")
    again = receipts(post(ppc, ipa, one[0]))
    check(again == got[:1], f"the first receipt again: {again}")
    gained(ipa, before, 1, "twice")
    # days later, replayed
    w.forward(2 * DAY)
    check(receipts(post(ppc, ipa, one[0])) == got[:1], "replayed: the first receipt, nothing new")
    gained(ipa, before, 1, "replayed")
    check(ppc.deliver()["received"] == 1 and waiting(ppc) == 0, "the sender learns of it when it sends it itself")
    gained(ipa, before, 1, "sent again")


def steps_come_in_the_wrong_order(w, ppc, ipa):
    before = ipa.entries()
    ppc.run("thread", "open", "results", ipa.full, "course=one")
    ppc.send()
    thread = [json.loads(x) for x in ppc.run("thread", "list", "--json").splitlines()]
    number = [t["thread"] for t in thread if t["kind"] == "results"][-1]
    ppc.run("thread", "step", number, "fix", "course=two")
    ppc.send()
    one, two = pieces(packed(ppc, ipa))
    got = receipts(post(ppc, ipa, two))
    check(got[0]["st"] == "later" and got[0]["code"] == "order", f"the second before the first: {got}")
    gained(ipa, before, 0, "out of order")
    got = receipts(post(ppc, ipa, two + one + two))
    check([r["st"] for r in got] == ["later", "accepted", "accepted"], f"in one request: {[r['st'] for r in got]}")
    check(ppc.deliver()["received"] == 2, "the sender gets both receipts")
    gained(ipa, before, 2, "both, once")


def the_receiver_is_killed_again_and_again(w, ppc, ipa):
    before = ipa.entries()
    for i in range(30):
        ask(ppc, ipa, f"q{i}")
    stop = threading.Event()

    def killer():
        while not stop.is_set():
            time.sleep(0.15)
            ipa.down(signal.SIGKILL)
            ipa.up()

    t = threading.Thread(target=killer)
    t.start()
    try:
        for _ in range(8):
            ppc.deliver()
            w.now += 3 * 60000
    finally:
        stop.set()
        t.join()
    ipa.down()
    ipa.up()
    for _ in range(20):
        if waiting(ppc) == 0:
            break
        ppc.deliver()
        w.forward(2 * HOUR)
    check(waiting(ppc) == 0, f"{waiting(ppc)} still wait")
    gained(ipa, before, 30, "killed")


def the_disk_of_the_receiver_is_full(w, ppc, ipa):
    small = w.nodes.get("small")
    if not small:
        print("skipped: no small file system can be mounted here")
        return
    w.forward(60000)
    ask(ppc, small, "before")
    check(ppc.deliver()["received"] == 1, "there is room")
    before = small.entries()
    filler = w.small / "filler"
    with open(filler, "wb") as f:
        try:
            while True:
                f.write(bytes(65536))
                f.flush()
        except OSError:
            pass
    for i in range(5):
        ask(ppc, small, "full " + "x" * 20000)
    got = ppc.deliver()
    taken = got["received"]
    check(taken < 5, f"a full disk cannot take all: {got}")
    filler.unlink()
    if small.server.poll() is not None:   # it ended; whoever looks after it starts it again
        small.server = None
        small.up()
    for _ in range(10):
        if waiting(ppc) == 0:
            break
        w.forward(2 * HOUR)
        ppc.deliver()
    check(waiting(ppc) == 0, "all arrive when there is room again")
    gained(small, before, 5, "full disk")


def main():
    failed = []
    with tempfile.TemporaryDirectory() as folder, World(folder, tag=os.getpid() % 120 + 120) as w:
        ppc, ipa, nco, rogue = w.add("ppc", "regulator", "PPC"), w.add("ipa", "advisor", "IPA"), w.add("nco", "coordinator", "NCO"), w.add("rogue", "advisor")
        del rogue
        w.small = pathlib.Path(folder) / "small"
        w.small.mkdir()
        mounted = os.geteuid() == 0 and sh("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", w.small).returncode == 0
        try:
            if mounted:
                w.add("small", "coordinator", "NCO")
            w.up()
            w.pair(ppc, ipa, "advice", "results")
            w.pair(nco, ipa, "alert")
            if mounted:
                w.pair(ppc, w.nodes["small"], "advice")
            print("each node in its own network namespace" if w.net.real else "no network namespaces here: every node at 127.0.0.1")
            for scene in (the_line_is_cut_and_mended, a_partner_is_down_for_hours_then_for_days, clocks_differ, twice_late_cut_and_from_somebody_else,
                          steps_come_in_the_wrong_order, the_receiver_is_killed_again_and_again, the_disk_of_the_receiver_is_full):
                try:
                    scene(w, ppc, ipa)
                    print("ok    ", scene.__name__, flush=True)
                except Failed as e:
                    failed.append(f"{scene.__name__}: {e}")
                    print("FAILED", scene.__name__, e, flush=True)
            for node in w.nodes.values():
                if not node.holds():
                    failed.append(f"{node.name}: the record does not hold")
        finally:
            for node in w.nodes.values():
                node.down()
            if mounted:
                sh("umount", w.small)
    print("\n".join(failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
