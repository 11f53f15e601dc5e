#!/usr/bin/env python3
"""Each role is killed under load, again and again: the node comes back each time, what was answered stands, nothing answers wrongly."""
import http.client
import os
import signal
import subprocess
import sys
import threading
import time

from node import Node, ROLES, check, wait_for

node = Node(sys.argv[1], "--plain")
counts, wrong, stop = {}, [], threading.Event()


def load():
    while not stop.is_set():
        try:
            status, _, _ = node.get("/chaos", timeout=10)
        except (OSError, http.client.HTTPException):
            status = "lost"
        counts[status] = counts.get(status, 0) + 1
        if status not in (200, 302, 303, 401, 404, 503, "lost"):
            wrong.append(status)


try:
    threads = [threading.Thread(target=load) for _ in range(6)]
    usual = node.get("/chaos")[0]
    for t in threads:
        t.start()
    for turn in range(2):
        for role in ROLES:
            before = node.pids()
            os.kill(before[role], signal.SIGKILL)
            wait_for(lambda: node.pids().get(role, before[role]) != before[role], 10, f"{role} is started again")
            others = {r: p for r, p in node.pids().items() if r != role}
            check(all(before[r] == p for r, p in others.items()), f"only {role} is new")

            def good():
                try:
                    return node.get("/readyz", timeout=5)[0] == 200 and node.get("/chaos", timeout=5)[0] == usual
                except (OSError, http.client.HTTPException):
                    return False
            wait_for(good, 10, f"the node serves again without its {role}")
            time.sleep(0.3)
    # core and its two helpers at once
    for role, pid in node.pids().items():
        if role in ("core", "keep", "sign"):
            os.kill(pid, signal.SIGKILL)
    wait_for(lambda: len(node.pids()) == 7 and node.get("/chaos")[0] == usual, 20, "core, keep and sign come back together")
    stop.set()
    for t in threads:
        t.join()
    total = sum(counts.values())
    print(f"{total} requests: {counts}")
    check(not wrong, f"no wrong answer: {wrong[:5]}")
    check(counts.get(usual, 0) > total * 0.8, "most requests are answered all the while")
    check(node.stop() == 0, "the node ends in order")
    subprocess.run([sys.argv[1], "record", "verify", f"--store={node.dir}"], check=True, stdout=subprocess.DEVNULL)
except SystemExit:
    stop.set()
    print(node.said()[-3000:])
    raise
finally:
    stop.set()
    node.end()
