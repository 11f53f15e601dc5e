"""A running node for the scripts beside this file."""
import contextlib
import http.client
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

ROLES = ("tls", "web", "core", "sign", "keep", "parse", "out")


class Node:
    def __init__(self, renkei, *options, config=""):
        self.renkei = renkei
        self.folder = tempfile.TemporaryDirectory(prefix="renkei-door-")
        os.chmod(self.folder.name, 0o755)
        self.dir = pathlib.Path(self.folder.name) / "node"
        self.log = open(pathlib.Path(self.folder.name) / "log", "w+b")
        subprocess.run([renkei, "node", "init", f"--store={self.dir}", "--name=a.example"], check=True, stdout=subprocess.DEVNULL)
        conf = pathlib.Path(self.folder.name) / "renkei.conf"
        conf.write_text(config)
        self.args = [renkei, "serve", str(self.dir), "--listen=127.0.0.1:0", f"--config={conf}", *options]
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.args, stdout=subprocess.PIPE, stderr=self.log)
        self.url = self.process.stdout.readline().decode().strip()
        if not self.url:
            sys.exit("the node did not start:\n" + self.said()[-3000:])
        self.tls = self.url.startswith("https")
        self.port = int(self.url.rsplit(":", 1)[1].rstrip("/"))

    def said(self):
        self.log.flush()
        return pathlib.Path(self.log.name).read_text()

    def raw(self, timeout=10):
        s = socket.create_connection(("127.0.0.1", self.port), timeout=timeout)
        if self.tls:
            s = context().wrap_socket(s)
        return s

    def get(self, path="/", method="GET", body=None, headers=None, timeout=30):
        c = http.client.HTTPSConnection("127.0.0.1", self.port, context=context(), timeout=timeout) if self.tls else \
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            c.request(method, path, body=body, headers=headers or {})
            r = c.getresponse()
            return r.status, r.read(), {k.lower(): "\n".join(r.headers.get_all(k)) for k in r.headers}
        finally:
            c.close()

    def exchange(self, data, timeout=10):
        """Sends bytes, returns all that comes back until the end."""
        with self.raw(timeout) as s:
            s.sendall(data)
            return read_all(s)

    def pids(self):
        out = {}
        for p in pathlib.Path("/proc").iterdir():
            if not p.name.isdigit():
                continue
            try:
                line = (p / "cmdline").read_bytes().split(b"\0")
                parent = int((p / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            if parent == self.process.pid and len(line) > 1 and line[1].startswith(b"--role="):
                out[line[1][7:].decode()] = int(p.name)
        return out

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.folder.cleanup()


@contextlib.contextmanager
def running(renkei, *options, config=""):
    """A node that is ended whatever happens; what it said last is shown when something does not hold."""
    node = Node(renkei, *options, config=config)
    try:
        yield node
    except SystemExit:
        print(node.said()[-3000:])
        raise
    finally:
        node.end()


def context():
    c = ssl.create_default_context()
    c.check_hostname = False
    c.verify_mode = ssl.CERT_NONE
    return c


def read_all(s):
    got = bytearray()
    try:
        while True:
            piece = s.recv(65536)
            if not piece:
                return bytes(got)
            got += piece
    except (ConnectionError, ssl.SSLError):
        return bytes(got)


def wait_for(what, seconds, why):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.02)
    sys.exit(f"waited {seconds} s in vain: {why}")


def check(good, why):
    if not good:
        sys.exit(f"does not hold: {why}")
