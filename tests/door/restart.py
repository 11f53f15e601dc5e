#!/usr/bin/env python3
"""SIGHUP begins anew with the sockets open: no request is lost, whichever moment it comes. SIGTERM finishes what was begun."""
import http.client
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time

from node import Node, check, wait_for

renkei = sys.argv[1]


def under_load(node, times):
    lost, done, stop = [], [0], threading.Event()

    def load():
        while not stop.is_set():
            try:
                status, _, _ = node.get("/x", timeout=30)
                done[0] += 1
                if status >= 500:
                    lost.append(status)
            except (OSError, http.client.HTTPException) as e:
                lost.append(repr(e))

    threads = [threading.Thread(target=load) for _ in range(4)]
    for t in threads:
        t.start()
    for _ in range(times):
        before = node.pids()
        node.process.send_signal(signal.SIGHUP)
        wait_for(lambda: len(node.pids()) == 7 and not set(node.pids().values()) & set(before.values()), 30, "all roles are new")
        wait_for(lambda: node.get("/readyz")[0] == 200, 10, "the node is ready again")
        time.sleep(0.2)
    stop.set()
    for t in threads:
        t.join()
    check(done[0] > 5, f"there was a load: {done[0]}")
    check(not lost, f"no request was lost of {done[0]}: {lost[:5]}")


def finishes(node):
    """A request that is coming in when the stop comes is still answered."""
    s = node.raw()
    s.sendall(b"POST /healthz HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na")
    time.sleep(0.2)
    node.process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    s.sendall(b"bc")
    got = s.recv(65536)
    check(got.startswith(b"HTTP/1.1 405 ") and b"Connection: close" in got, f"what was begun is answered, not {got[:40]!r}")
    s.close()
    check(node.process.wait(60) == 0, "the node ends in order")


def refuses():
    """What must not start says why."""
    node = Node(renkei, "--plain")
    try:
        for options, words in ((["--plain", "--listen=0.0.0.0:0"], "loopback address only"), (["--listen=localhost:1"], "IP address and a port"),
                               ([f"--listen=127.0.0.1:{node.port}"], "somebody listens")):
            got = subprocess.run([renkei, "serve", str(node.dir), *options], capture_output=True, timeout=30)
            check(got.returncode != 0 and words in got.stderr.decode(), f"{options}: {got.returncode} {got.stderr.decode()[-300:]}")
        got = subprocess.run([renkei, "--role=core"], capture_output=True, timeout=10)
        check(got.returncode == 2, "a role cannot be started by hand")
    finally:
        node.stop()
        node.end()


def key_of_others(node):
    """A private key that others can read stops the start."""
    key = node.dir / "tls" / "key.pem"
    check(key.stat().st_mode & 0o77 == 0, "the key that was made is its owner's alone")
    node.stop()
    key.chmod(0o644)
    got = subprocess.run(node.args, capture_output=True, timeout=30)
    check(got.returncode == 4 and "private key" in got.stderr.decode(), f"{got.returncode} {got.stderr.decode()[-300:]}")


for options in (("--plain",), ()):
    node = Node(renkei, *options)
    try:
        under_load(node, 3)
        if options:
            finishes(node)
        else:
            key_of_others(node)
    except SystemExit:
        print(node.said()[-3000:])
        raise
    finally:
        node.end()
refuses()
