#!/usr/bin/env python3
"""Passwords are compared beside: while many sign in, wrong and right, others get their pages at once; what is right is let in, what is wrong is not."""
import json
import re
import subprocess
import sys
import threading
import time
import urllib.parse

from node import check, running

renkei = sys.argv[1]
PASSWORD = "ame no hi no neko 7"


def sign_in(node, login, password):
    status, body, headers = node.get("/sign-in")
    csrf = re.search(rb'name="csrf" value="([^"]+)"', body).group(1).decode()
    form = urllib.parse.urlencode({"csrf": csrf, "login": login, "password": password})
    return node.get("/sign-in", "POST", form, {"Content-Type": "application/x-www-form-urlencoded", "Origin": node.url.rstrip("/"),
                                               "Cookie": headers["set-cookie"].split(";")[0]})


def people(node):
    def say(*args, stdin=None):
        got = subprocess.run([renkei, "people", *args, "--json", f"--store={node.dir}"], input=stdin, capture_output=True, text=True, timeout=60)
        check(got.returncode == 0, f"{args}: {got.stderr[-500:]}")
        return json.loads(got.stdout.splitlines()[-1]) if got.stdout.startswith("{") else {}

    def join(made):
        say("join", stdin=f"{made['code']}\n{PASSWORD}\n{PASSWORD}\n")
        return made["account"]

    admin = join(say("begin"))
    for i in range(4):
        join(say("add", f"試験 {i}号", f"--login=neko{i}x", "--role=handler", f"--as={admin}:admin"))


with running(renkei, "--plain") as node:
    people(node)
    status, _, headers = sign_in(node, "neko0x", PASSWORD)
    check(status == 303 and "renkei=" in headers.get("set-cookie", ""), f"the right password lets in: {status}")
    cookie = "; ".join(c.split(";")[0] for c in headers["set-cookie"].splitlines())
    check(node.get("/", headers={"Cookie": cookie})[0] == 200, "and the home page opens")
    check(sign_in(node, "neko1x", PASSWORD + "x")[0] in (403, 422), "a wrong one does not")
    check(sign_in(node, "nobody", PASSWORD)[0] in (403, 422), "nor an unknown name")

    def many(i):
        for k in range(3):
            results.append(sign_in(node, f"neko{i}x" if k == 2 else f"stranger{i}{k}", PASSWORD)[0])

    results, times = [], []
    threads = [threading.Thread(target=many, args=(i,)) for i in range(1, 4)]
    for t in threads:
        t.start()
    while any(t.is_alive() for t in threads):
        began = time.monotonic()
        check(node.get("/", headers={"Cookie": cookie})[0] == 200, "others are served meanwhile")
        times.append(time.monotonic() - began)
    for t in threads:
        t.join()
    check(results.count(303) >= 1 and len(results) == 9, f"each sign-in is answered: {results}")
    times.sort()
    check(times[len(times) // 2] < 0.1, f"nobody waits for somebody else's password: {times[len(times) // 2]:.3f} s")
    print(f"{len(times)} pages while {len(results)} passwords were compared, half of them within {times[len(times) // 2] * 1000:.1f} ms")
    check(node.stop() == 0, "the node ends in order")
