#!/usr/bin/env python3
"""A slow reader gets its own file, whole, whatever others are given meanwhile."""
import re
import socket
import sys

from node import check, read_all, running
from persons import Person, join, say

renkei = sys.argv[1]
SIZE = 6 << 20   # more than all buffers on the way take


def put(person, case, letter):
    page = f"/cases/{case}/evidence"
    body = person.page(page)[1]
    boundary = "b" * 30
    fields = {"csrf": person.word(body, "csrf"), "once": person.word(body, "once"), "note": letter}
    form = "".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items())
    form += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{letter}.bin"\r\n\r\n{letter * SIZE}\r\n--{boundary}--\r\n'
    before = set(re.findall(page + r"/\d+", body.decode()))
    status, body, _ = person.node.get(page, "POST", form.encode(), {"Content-Type": "multipart/form-data; boundary=" + boundary,
                                                                     "Origin": person.node.url.rstrip("/"), "Cookie": person.cookie}, timeout=100)
    check(status == 303, f"a file is kept: {status} {body[-300:]!r}")
    return (set(re.findall(page + r"/\d+", person.page(page)[1].decode())) - before).pop()


def begin(node, person, path):
    """Asks, and reads no more than the head."""
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    s.settimeout(100)
    s.connect(("127.0.0.1", node.port))
    s.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {person.cookie}\r\nConnection: close\r\n\r\n".encode())
    return s, s.recv(16)


with running(renkei, "--plain") as node:
    admin = join(node, say(node, "people", "begin", "--json"))
    join(node, say(node, "people", "add", "試験 一号", "--login=neko1x", "--role=handler", "--json", f"--as={admin}:admin"))
    clerk = Person(node, "neko1x")
    case = clerk.open_case("遅い受け手")
    files = {letter: put(clerk, case, letter) for letter in "AB"}
    slow, first = begin(node, clerk, files["A"])
    check(first.startswith(b"HTTP/1.1 200"), f"the slow one's answer has begun: {first!r}")
    status, body, _ = clerk.page(files["B"])
    check(status == 200 and body == b"B" * SIZE, f"somebody else gets another file: {status} {len(body)}")
    for path in ("/cases", "/", f"/cases/{case}"):
        check(clerk.page(path)[0] == 200, f"and pages: {path}")
    with slow:
        answer = first + read_all(slow)
    head, _, body = answer.partition(b"\r\n\r\n")
    check(body == b"A" * SIZE, f"the slow one has its own file, whole: {len(body)} bytes, {set(body)}")
    check(node.stop() == 0, "the node ends in order")
print("a slow reader gets its own file")
