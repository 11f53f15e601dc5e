#!/usr/bin/env python3
"""A backup of a running node that people write into, and the way back: the restored node serves what stood in the backup."""
import json
import re
import shutil
import subprocess
import sys
import threading
import urllib.parse

from node import check, running

renkei = sys.argv[1]
PASSWORD = "ame no hi no neko 7"


def say(node, *args, stdin=None, want=0):
    got = subprocess.run([renkei, *args, f"--store={node.dir}"], input=stdin, capture_output=True, text=True, timeout=120)
    check(got.returncode == want, f"{args}: {got.returncode} {got.stderr[-500:]}")
    return got.stdout


def join(node, made):
    made = json.loads(made.splitlines()[-1])
    say(node, "people", "join", stdin=f"{made['code']}\n{PASSWORD}\n{PASSWORD}\n")
    return made["account"]


def cookies(text):
    return "; ".join(c.split(";")[0] for c in text.splitlines() if not c.split(";")[0].endswith("="))


class Person:
    def __init__(self, node, login):
        self.node = node
        _, body, headers = node.get("/sign-in")
        form = {"csrf": self.word(body, "csrf"), "login": login, "password": PASSWORD}
        status, _, headers = self.send("/sign-in", form, cookies(headers["set-cookie"]))
        check(status == 303, f"signed in: {status}")
        self.cookie = cookies(headers["set-cookie"])

    @staticmethod
    def word(body, name):
        return re.findall(rf'name="{name}" value="([^"]*)"'.encode(), body)[-1].decode()

    def send(self, path, form, cookie):
        return self.node.get(path, "POST", urllib.parse.urlencode(form), {"Content-Type": "application/x-www-form-urlencoded",
                                                                          "Origin": self.node.url.rstrip("/"), "Cookie": cookie})

    def page(self, path):
        return self.node.get(path, headers={"Cookie": self.cookie})

    def open_case(self, title):
        status, body, _ = self.page("/first-report")
        check(status == 200, f"first report: {status}")
        form = {"csrf": self.word(body, "csrf"), "once": self.word(body, "once"), "known": "2026-01-05", "title": title, "fact.cause": "ransomware"}
        status, body, headers = self.send("/first-report", form, self.cookie)
        check(status == 303, f"a case is opened: {status} {body[:300]!r}")
        return re.search(r"\d{4}-\d{4}", headers["location"]).group(0)


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
