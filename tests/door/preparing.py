#!/usr/bin/env python3
"""While tables are filled anew after an upgrade, people and programs are told so, and how far it is; then the same page works."""
import http.client
import json
import os
import pathlib
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

from node import Node, check
from persons import say

renkei = sys.argv[1]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def until(what, happens, seconds=100):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = happens()
        if got:
            return got
        time.sleep(0.02)
    sys.exit(f"{what}: not within {seconds} s")


def asked(node, path, **more):
    try:
        return node.get(path, **more)
    except (ConnectionError, http.client.HTTPException):
        return None


node = Node.__new__(Node)
node.folder = tempfile.TemporaryDirectory(prefix="renkei-preparing-")
os.chmod(node.folder.name, 0o755)
node.renkei, node.dir, node.tls = renkei, pathlib.Path(node.folder.name) / "node", False
node.log = open(pathlib.Path(node.folder.name) / "log", "w+b")
node.port = free_port()
subprocess.run([renkei, "node", "init", f"--store={node.dir}", "--name=a.example"], check=True, stdout=subprocess.DEVNULL)
db = sqlite3.connect(node.dir / "record.db", isolation_level=None)
db.execute("INSERT INTO migration VALUES (0)")   # as a migration does that brings tables into a node with entries
db.execute("BEGIN IMMEDIATE")                    # so that the filling cannot begin before it was looked at
node.process = subprocess.Popen([renkei, "serve", str(node.dir), f"--listen=127.0.0.1:{node.port}", "--plain"], stdout=subprocess.PIPE, stderr=node.log)
core = 0
try:
    until("core says that it begins", lambda: "store.rebuild" in node.said())
    core = node.pids()["core"]
    os.kill(core, signal.SIGSTOP)
    until("web knows", lambda: (got := asked(node, "/readyz")) and got[1] == b"preparing\n")
    status, body, headers = node.get("/cases", headers={"Accept-Language": "ja"})
    check(status == 503 and "準備中です".encode() in body and b"<strong>0 %</strong>" in body, f"a page says so in Japanese: {status} {body[:300]}")
    check(headers.get("refresh") == "5" and headers.get("retry-after") == "5", f"and asks again by itself: {headers}")
    check(headers["content-type"].startswith("text/html") and "default-src 'none'" in headers["content-security-policy"], "a page like all others")
    status, body, headers = node.get("/", headers={"Accept-Language": "en", "Cookie": "lang=en"})
    check(status == 503 and b"Getting ready" in body, f"in English too: {body[:300]}")
    status, body, headers = node.get("/api/v1/cases")
    told = json.loads(body)
    check(status == 503 and headers["content-type"] == "application/problem+json" and told["code"] == "serve.preparing" and told["percent"] == 0 and
          "refresh" not in headers and headers["retry-after"] == "5", f"a program gets problem+json: {told}")
    status, body, headers = node.get("/sign-in", method="POST", body="login=a&password=b", headers={"Content-Type": "application/x-www-form-urlencoded"})
    check(status == 503 and "refresh" not in headers, "what is sent is not sent again by itself")
    check(node.get("/healthz")[0] == 200 and node.get("/static/renkei.css")[0] == 200, "health and style are there")
    status, body, _ = node.get("/metrics")
    check(b"\nrenkei_ready 0" in body and int(body.split(b"\nrenkei_record_rebuild_entries ")[1].split()[0]) > 0, "the numbers say how many entries")
    db.execute("ROLLBACK")
    os.kill(core, signal.SIGCONT)
    core = 0
    check(node.process.stdout.readline().startswith(b"http://"), "then it serves")
    until("it is ready", lambda: node.get("/readyz")[0] == 200)
    status, body, _ = node.get("/sign-in")
    check(status == 200 and b"<form" in body, f"the same page works: {status}")
    check(b"\nrenkei_record_rebuild_entries 0" in node.get("/metrics")[1] or until("zero is told", lambda: b"\nrenkei_record_rebuild_entries 0" in node.get("/metrics")[1]), "and nothing is left to do")
    check(node.stop() == 0, "it ends in order")
    check("holds" in say(node, "record", "verify"), "the record holds, and its tables")
    check(not db.execute("SELECT 1 FROM migration WHERE number = 0").fetchall(), "the mark is gone")
finally:
    db.close()
    if core:
        os.kill(core, signal.SIGCONT)
    node.end()
print("a node being prepared says so")
