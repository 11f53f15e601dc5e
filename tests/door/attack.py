#!/usr/bin/env python3
"""The server under attack: slow, oversized, ambiguous, too many. After each the node still answers at once."""
import re
import socket
import sys
import threading
import time

from node import Node, check, read_all, wait_for

CONFIG = """[limits]
head = 2
sending = 3
idle = 2
reading = 2
connections = 300
per_address = 250
body = 1024
bodies = 4096
"""


def answers(node):
    began = time.monotonic()
    status, body, headers = node.get("/healthz")
    check(status == 200 and body == b"ok\n", f"the node answers, but with {status}")
    check(time.monotonic() - began < 2, "the node answers in time")
    return headers


def smuggling(node):
    """Two readers must never see different requests: one answer, 400, and the connection ends."""
    hidden = b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
    for head in (b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                 b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", b"Transfer-Encoding : chunked\r\n",
                 b"Transfer-Encoding:\tchunked, chunked\r\n", b"Content-Length: 0\r\nContent-Length: 4\r\n",
                 b"Content-Length: 4,4\r\n", b"Content-Length: +4\r\n", b"X: y\r\n Transfer-Encoding: chunked\r\n",
                 b"X: y\nTransfer-Encoding: chunked\r\n", b"X: y\rTransfer-Encoding: chunked\r\n", b"X\0: y\r\n"):
        got = node.exchange(b"POST /x HTTP/1.1\r\nHost: h\r\n" + head + b"\r\n0\r\n\r\n" + hidden)
        check(got.startswith(b"HTTP/1.1 400 "), f"{head!r} is refused, not {got[:40]!r}")
        check(got.count(b"HTTP/1.1 ") == 1, f"nothing hides behind {head!r}")
        check(b"Connection: close" in got, "and the connection ends")


def pipelining(node):
    """What comes behind a request is the next one, answered in order."""
    one = b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
    post = b"POST /healthz HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    got = node.exchange(one + post + one * 40 + b"GET /static/none HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    statuses = re.findall(rb"HTTP/1\.1 (\d+) ", got)
    check(statuses == [b"200", b"405"] + [b"200"] * 40 + [b"404"], f"42 answers in order, not {statuses}")


def oversized(node):
    for data, status in ((b"GET /" + b"a" * 70000, 414), (b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"a" * 70000, 431),
                         (b"GET / HTTP/1.1\r\nHost: h\r\n" + b"X: y\r\n" * 9000, 431),
                         (b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n" + b"a" * 70000, 413),
                         (b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", 413)):
        got = node.exchange(data)
        check(got.startswith(b"HTTP/1.1 %d " % status), f"{data[:20]!r}… is {status}, not {got[:20]!r}")


def injection(node):
    """Nothing of a target comes back as a header."""
    for path in ("/%0d%0aSet-Cookie:%20a=b", "/x?next=%0d%0aSet-Cookie:a", "/static/%0d%0aX:y"):
        _, _, headers = node.get(path)
        check("set-cookie" not in headers and "x" not in headers, f"{path} makes no header")


def paths(node):
    for path in ("/static/../../etc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fetc%2fpasswd", "/static//etc/passwd",
                 "/static/%00", "/static/.", "/static/app.css%00.png"):
        got = node.exchange(f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
        check(got.startswith(b"HTTP/1.1 404 "), f"{path} is 404, not {got[:20]!r}")
        check(b"root:" not in got, f"{path} shows no file")


def slow(node):
    """Slowloris: heads and bodies byte by byte end by the clock, not by the sender."""
    def drip(data, rest, want):
        began = time.monotonic()
        with node.raw(20) as s:
            try:
                s.sendall(data)
                while time.monotonic() - began < 15:
                    s.sendall(rest)
                    time.sleep(0.2)
                    s.settimeout(0.01)
                    try:
                        got = s.recv(100)
                        check(got == b"" or got.startswith(want), f"a slow client gets {want!r}, not {got[:30]!r}")
                        break
                    except TimeoutError:
                        s.settimeout(20)
            except (BrokenPipeError, ConnectionResetError):
                pass
        took = time.monotonic() - began
        check(took < 8, f"a slow client ends by the clock, not after {took:.1f} s")

    drips = [threading.Thread(target=drip, args=a) for a in [
        (b"GET / HTTP/1.1\r\nHost: h\r\n", b"X: y\r\n", b"HTTP/1.1 408"), (b"G", b"E", b"HTTP/1.1 4"),
        (b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n", b"a", b"HTTP/1.1 408"),
        (b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n", b"HTTP/1.1 408")] * 10]
    for t in drips:
        t.start()
    answers(node)
    for t in drips:
        t.join()


def silent_readers(node):
    """Clients that ask for much and read nothing do not hold the node."""
    held = []
    for _ in range(40):
        s = node.raw()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        s.settimeout(0.2)
        try:
            for _ in range(200):
                s.sendall(b"GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n" * 20)
        except (TimeoutError, ConnectionError):
            pass
        held.append(s)
        answers(node)
    for s in held:
        s.close()


def many(node):
    """More connections than allowed: the surplus is closed, the others and the node live."""
    held = []
    for _ in range(260):
        try:
            held.append(node.raw(5))
        except OSError:
            break
    time.sleep(0.3)
    gone = 0
    for s in held:
        s.settimeout(0.02)
        try:
            gone += s.recv(1) == b""
        except OSError:
            pass
    check(gone >= 5, f"the surplus is closed: {gone} of {len(held)}")
    for s in held:
        s.close()
    wait_for(lambda: node.get("/healthz")[0] == 200, 5, "places are free again")


def half_open(node):
    """A client that has said all and shuts its side still gets the answer; one that leaves takes nothing with it."""
    if not node.tls:
        with node.raw() as s:
            s.sendall(b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
            s.shutdown(socket.SHUT_WR)
            check(b"ok\n" in read_all(s), "a half-closed connection is answered")
    for _ in range(50):
        s = node.raw()
        s.sendall(b"GET /x HTTP/1.1\r\nHost: h\r\n\r\nGET /x HT")
        s.close()
    answers(node)


def bodies(node):
    """Many large bodies at a time meet one sum."""
    held, refused = [], 0
    for _ in range(12):
        s = node.raw()
        s.sendall(b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n" + b"a" * 900000)
        held.append(s)
    time.sleep(0.5)
    for s in held:
        s.settimeout(0.05)
        try:
            refused += s.recv(100).startswith(b"HTTP/1.1 503")
        except OSError:
            pass
        s.close()
    check(refused >= 3, f"the sum of bodies has a limit: {refused} of 12 refused")
    wait_for(lambda: node.get("/x", "POST", b"a")[0] != 503, 5, "and is free again")


def continues(node):
    with node.raw() as s:
        s.sendall(b"POST /healthz HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
        check(s.recv(100).startswith(b"HTTP/1.1 100 Continue\r\n\r\n"), "a client that asks may go on")
        s.sendall(b"abc")
        check(b"HTTP/1.1 405 " in read_all(s), "and gets its answer")


def tls_only(node):
    """No HTTP and no older TLS at the TLS port."""
    import ssl
    with socket.create_connection(("127.0.0.1", node.port), timeout=5) as s:
        s.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        check(b"HTTP/" not in read_all(s), "HTTP without TLS gets no answer at the TLS port")
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    try:
        old.wrap_socket(socket.create_connection(("127.0.0.1", node.port), timeout=5)).close()
        check(False, "TLS 1.2 is refused")
    except ssl.SSLError:
        pass
    for _ in range(100):
        s = socket.create_connection(("127.0.0.1", node.port), timeout=5)
        s.sendall(bytes([22, 3, 1, 2, 0]) + b"\xff" * 300)
        s.close()
    headers = answers(node)
    check("max-age" in headers.get("strict-transport-security", ""), "over TLS the answer says Strict-Transport-Security")


for options in (("--plain",), ()):
    node = Node(sys.argv[1], *options, config=CONFIG)
    try:
        before = node.pids()
        check(len(before) == 7, f"seven processes, not {before}")
        headers = answers(node)
        for name in ("content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options", "cache-control"):
            check(name in headers, f"every answer says {name}")
        for attack in (smuggling, pipelining, oversized, injection, paths, slow, silent_readers, many, half_open, bodies, continues):
            attack(node)
            answers(node)
        if node.tls:
            tls_only(node)
        check(node.pids() == before, "no process died under the attacks")
        check(node.stop() == 0, "the node ends in order")
    except SystemExit:
        print(node.said()[-2000:])
        raise
    finally:
        node.end()
