#!/usr/bin/env python3
"""Passwords are compared beside: while many sign in, wrong and right, others get their pages at once; what is right is let in, what is wrong is not."""
import re
import sys
import threading
import time
import urllib.parse

from node import check, running
from persons import PASSWORD, cookies, join, say

renkei = sys.argv[1]


def sign_in(node, login, password):
    status, body, headers = node.get("/sign-in")
    csrf = re.search(rb'name="csrf" value="([^"]+)"', body).group(1).decode()
    form = urllib.parse.urlencode({"csrf": csrf, "login": login, "password": password})
    return node.get("/sign-in", "POST", form, {"Content-Type": "application/x-www-form-urlencoded", "Origin": node.url.rstrip("/"),
                                               "Cookie": headers["set-cookie"].split(";")[0]})


with running(renkei, "--plain") as node:
    admin = join(node, say(node, "people", "begin", "--json"))
    for i in range(4):
        join(node, say(node, "people", "add", f"試験 {i}号", f"--login=neko{i}x", "--role=handler", "--json", f"--as={admin}:admin"))
    status, _, headers = sign_in(node, "neko0x", PASSWORD)
    check(status == 303 and "renkei=" in headers.get("set-cookie", ""), f"the right password lets in: {status}")
    cookie = cookies(headers["set-cookie"])
    check(node.get("/", headers={"Cookie": cookie})[0] == 200, "and the home page opens")
    check(sign_in(node, "neko1x", PASSWORD + "x")[0] in (403, 422), "a wrong one does not")
    check(sign_in(node, "nobody", PASSWORD)[0] in (403, 422), "nor an unknown name")

    def many(i):
        for k in range(3):
            began = time.monotonic()
            results.append(sign_in(node, f"neko{i}x" if k == 2 else f"stranger{i}{k}", PASSWORD)[0])
            took.append(time.monotonic() - began)

    results, times, took = [], [], []
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
    took.sort()
    # whatever else the machine does: who waited for a password would take as long as it
    check(times[len(times) // 2] < took[len(took) // 2] / 2, f"nobody waits for somebody else's password: {times[len(times) // 2]:.3f} s beside {took[len(took) // 2]:.3f}")
    print(f"{len(times)} pages while {len(results)} passwords were compared, half of them within {times[len(times) // 2] * 1000:.1f} ms")
    check(node.stop() == 0, "the node ends in order")
