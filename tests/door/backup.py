#!/usr/bin/env python3
"""A backup of a running node that people write into, and the way back: the restored node serves what stood in the backup."""
import re
import shutil
import subprocess
import sys
import threading

from node import check, running
from persons import Person, join, say

renkei = sys.argv[1]


def cases(person):
    return set(re.findall(rb"/cases/(\d{4}-\d{4})", person.page("/cases")[1]))


with running(renkei, "--plain") as node:
    admin = join(node, say(node, "people", "begin", "--json"))
    join(node, say(node, "people", "add", "試験 一号", "--login=neko1x", "--role=handler", "--json", f"--as={admin}:admin"))
    clerk = Person(node, "neko1x")
    before = {clerk.open_case(f"前 {i}") for i in range(3)}
    made, failed, stop = [], [], threading.Event()

    def write():
        while not stop.is_set():
            try:
                made.append(clerk.open_case("同時"))
            except SystemExit as e:
                failed.append(e)
                return

    writer = threading.Thread(target=write)
    writer.start()
    copy = str(node.dir) + ".backup"
    check("Copied and checked" in say(node, "backup", copy), "the backup of a running node is made and checked")
    stop.set()
    writer.join()
    check(made and not failed, f"people wrote meanwhile: {len(made)}, {failed}")
    check(all(p in node.pids() for p in ("core", "keep", "sign")), "no process ended of it")
    check(node.stop() == 0, "the node ends in order")
    check("holds" in say(node, "record", "verify"), "the record of the running node holds")

    # the disk with the database is lost; keys lie apart. What was signed after the backup is lost, and the record says so
    for f in node.dir.glob("record.db*"):
        f.unlink()
    got = subprocess.run([renkei, "restore", copy, f"--store={node.dir}"], capture_output=True, text=True, timeout=120)
    if got.returncode != 0:
        check("older than what was signed" in got.stderr, f"a restore that loses something must be asked for: {got.stderr[-400:]}")
        check("lost" in say(node, "restore", copy, "--new-origin"), "and says what is lost")
    node.start()
    clerk = Person(node, "neko1x")
    have = {c.decode() for c in cases(clerk)}
    check(before <= have, f"what stood in the backup is there: {before - have}")
    clerk.open_case("後")
    check(node.stop() == 0, "the node ends in order")
    check("holds" in say(node, "record", "verify"), "the restored record holds")
    shutil.rmtree(copy)
    print(f"{len(made)} cases were opened while the copy was made; {len(have)} of {len(before) + len(made)} stood in it")
