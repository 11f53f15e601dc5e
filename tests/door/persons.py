"""People of a node for the scripts beside this file: they sign in, look and write."""
import json
import re
import subprocess
import sys
import urllib.parse

from node import check

RENKEI = sys.argv[1]
PASSWORD = "ame no hi no neko 7"


def say(node, *args, stdin=None, want=0):
    got = subprocess.run([RENKEI, *args, f"--store={node.dir}"], input=stdin, capture_output=True, text=True, timeout=120)
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
