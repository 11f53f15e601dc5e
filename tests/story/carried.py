#!/usr/bin/env python3
"""What is carried: large documents in pieces over a line that breaks, envelopes in a file by hand, new keys with an overlap, names by date,
memoranda that both have signed."""
import hashlib
import json
import os
import random
import signal
import sys
import tempfile

from coord import WORDS, Failed, World, check

DAY = 86400000


def refused(node, key, *args, who="handler"):
    got = node.call(*args, who=who)
    check(got.returncode != 0 and WORDS[key] in got.stderr, f"{args}: not refused by {key}: {got.stdout}{got.stderr}")


def newest(node, kind):
    return node.threads(kind)[-1]["thread"]


def documents(node, thread):
    return [line.split() for line in node.run("thread", "documents", thread).splitlines()]


def a_large_document_goes_in_pieces(w, office, ppc, ipa):
    path, back = w.dir / "report.pdf", w.dir / "back.pdf"
    path.write_bytes(random.Random(7).randbytes(5 * 1024 * 1024 + 12345))
    office.begin("open", "report", ppc.full, "form=rw", "course=x")
    thread = newest(office, "report")
    refused(office, "thread.self", "thread", "attach", thread, path, "--by=op-1:handler")
    out = office.run("thread", "attach", thread, path, "--by=op-2:lead").split()
    check(out[1] == "11", f"pieces: {out}")
    check(office.run("thread", "attach", thread, path, "--by=op-2:lead").split()[1] == "0", "asked again: nothing is sent twice")
    # the receiver dies in the middle: what has a receipt stays, the rest goes later
    one = w.dir / "one"
    office.run("exchange", "pack", ppc.full, one)
    data, parts = one.read_bytes(), []
    while data:
        header = data.split(b"\n", 1)[0]
        size = len(header) + 88 + json.loads(header)["body"]["len"]
        parts.append(data[:size])
        data = data[size:]
    check(len(parts) == 12, f"{len(parts)} envelopes")
    # the pieces before what opens the thread: later, not lost
    one.write_bytes(parts[3])
    check('"st":"later"' in ppc.run("exchange", "take", one), "a piece before its thread")
    one.write_bytes(b"".join(parts[:5]))
    check(ppc.run("exchange", "take", one).count('"st":"accepted"') == 5, "the first five by hand")
    check(documents(ppc, thread)[0][5] == "4/11", f"four pieces are here: {documents(ppc, thread)}")
    refused(ppc, "thread.pieces", "thread", "fetch", thread, out[0], back)
    ppc.down(signal.SIGKILL)
    office.deliver()
    ppc.up()
    w.forward(3 * 60000)
    check(office.deliver()["received"] == 12, "the rest goes, and what was there gets its first receipt")
    check(documents(ppc, thread)[0][5] == "11/11" and documents(office, thread)[0][5] == "11/11", "all is there")
    ppc.run("thread", "fetch", thread, out[0], back)
    check(hashlib.sha256(back.read_bytes()).digest() == hashlib.sha256(path.read_bytes()).digest(), "the same bytes")
    # later steps do not wait for pieces, and a memorandum alone lets no document go
    office.begin("step", thread, "follow", "form=rw")
    check(office.deliver()["received"] == 1, "a step after it")
    ppc.begin("open", "advice", ipa.full, "phase=facts", "question=x")
    got = ppc.call("thread", "attach", newest(ppc, "advice"), path, "--by=op-2:lead")
    check(got.returncode == 4 and "deid.document" in got.stderr, f"kept back by the gate: {got.stderr}")
    ppc.deliver()


def by_hand_there_and_back(w, office, ppc, ipa):
    ipa.down()
    ppc.begin("open", "advice", ipa.full, "phase=cause", "question=紙で運ぶ")
    parcel, back = w.dir / "parcel", w.dir / "receipts"
    ppc.run("exchange", "pack", ipa.full, parcel)
    check("紙で運ぶ".encode() not in parcel.read_bytes(), "nobody reads it on the way")
    got = office.call("exchange", "take", parcel)
    check('"code":"address"' in got.stdout, f"not for others: {got.stdout}")
    ipa.run("exchange", "take", parcel, back)
    check(ppc.run("exchange", "settle", back).strip() == "1", "the receipt is carried back")
    check(ppc.run("exchange", "settle", back).strip() == "0", "twice is once")
    thread = newest(ipa, "advice")
    check("紙で運ぶ" in ipa.read(ipa.inbox(thread)[-1]), "it is read there")
    ipa.begin("step", thread, "answer", "answer=答え")
    ipa.run("exchange", "pack", ppc.full, parcel)
    ppc.run("exchange", "take", parcel, back)
    check(ipa.run("exchange", "settle", back).strip() == "1", "and so the answer")
    check("答え" in ppc.read(ppc.inbox(newest(ppc, "advice"))[-1]), "read")
    ipa.up()


def new_keys_overlap_with_the_old(w, office, ppc, ipa):
    refused(ppc, "partner.known", "partner", "add", ipa.card, "--class=advisor", who="lead")
    ppc.begin("open", "advice", ipa.full, "phase=facts", "question=before")
    waiting = w.dir / "before"
    ppc.run("exchange", "pack", ipa.full, waiting)   # sealed for the first keys, on its way for days
    ipa.run("exchange", "roll", f"--from={stamp_in(w, 2)}", f"--out={ipa.card}", who="lead")
    ppc.run("partner", "key", ipa.full, ipa.card, "--overlap=5", who="lead")
    check('"st":"accepted"' in ipa.run("exchange", "take", waiting), "what was sealed for the old keys still opens")
    w.forward(60000)
    ppc.deliver()
    w.forward(3 * DAY)   # the new ones sign now, and are shown on the line
    ppc.begin("open", "advice", ipa.full, "phase=facts", "question=after")
    check(ppc.deliver()["received"] == 1, "with the new keys")
    ipa.begin("step", newest(ipa, "advice"), "answer", "answer=new")
    check(ipa.deliver()["received"] == 1, "signed by the new key, in the overlap")
    w.forward(4 * DAY)
    ipa.begin("step", newest(ipa, "advice"), "answer", "answer=later")
    check(ipa.deliver()["received"] == 1, "and after it")


def stamp_in(w, days):
    from coord import stamp
    return stamp(w.now + days * DAY)


def old_papers_show_the_old_name(w, office, ppc, ipa):
    nco = w.nodes["nco"].full
    for day, name in (("2024-03-01", "内閣サイバーセキュリティセンター"), ("2025-06-30", "内閣サイバーセキュリティセンター"), ("2025-07-01", "国家サイバー統括室")):
        got = ppc.call("partner", "show", nco, f"--now={day}T12:00:00+09:00", now=False)
        check(name in got.stdout, f"{day}: {got.stdout}{got.stderr}")


def a_memorandum_needs_both_signatures(w, office, ppc, ipa):
    nco = w.nodes["nco"]
    refused(ppc, "memo.missing", "thread", "open", "alert", nco.full, "title=a", "text=b")
    one, two = w.dir / "a1", w.dir / "a2"
    ppc.run("memo", "draft", nco.full, "alert", f"--out={one}", who="lead")
    refused(ppc, "memo.unsigned", "thread", "open", "alert", nco.full, "title=a", "text=b")
    changed = w.dir / "a3"
    changed.write_bytes(one.read_bytes().replace(b'alert', b'power', 1))
    check(nco.call("memo", "take", changed, who="lead").returncode != 0, "a changed text is not signed")
    nco.run("memo", "take", one, f"--out={two}", who="lead")
    refused(ppc, "memo.unsigned", "thread", "open", "alert", nco.full, "title=a", "text=b")
    ppc.run("memo", "take", two, who="lead")
    ppc.begin("open", "alert", nco.full, "title=a", "text=b")
    check(ppc.deliver()["received"] == 1, "covered now")
    w.forward(1200 * DAY)
    refused(ppc, "memo.over", "thread", "open", "alert", nco.full, "title=a", "text=b")


def main():
    failed = []
    with tempfile.TemporaryDirectory() as folder, World(folder, tag=os.getpid() % 60 + 190) as w:
        office, ppc, ipa, nco = w.add("office", "reporter"), w.add("ppc", "regulator", "PPC"), w.add("ipa", "advisor", "IPA"), w.add("nco", "coordinator", "NCO")
        w.up()
        w.pair(office, ppc)
        w.pair(ppc, ipa, "advice")
        w.pair(ppc, nco)
        for scene in (a_large_document_goes_in_pieces, by_hand_there_and_back, new_keys_overlap_with_the_old, old_papers_show_the_old_name,
                      a_memorandum_needs_both_signatures):
            try:
                scene(w, office, ppc, ipa)
                print("ok    ", scene.__name__, flush=True)
            except Failed as e:
                failed.append(scene.__name__)
                print("FAILED", scene.__name__, e, flush=True)
        for node in w.nodes.values():
            if not node.holds():
                failed.append(f"{node.name}: the record does not hold")
    print("\n".join(failed))
    sys.exit(1 if failed else 0)


main()
