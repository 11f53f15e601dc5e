"""Two nodes that are partners, each with a listener for the other."""
import json
import socket
import ssl
import subprocess
import sys

from node import check, read_all

renkei = sys.argv[1]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Node:
    def __init__(self, folder, name, cls):
        self.name, self.cls, self.dir, self.card = name, cls, folder / name, folder / f"{name}.card"
        self.port, self.process, self.log = free_port(), None, folder / f"{name}.log"
        self.conf = folder / f"{name}.conf"
        self.conf.write_text(f"[serve]\nexchange = 127.0.0.1:{self.port}\n")
        self.say("node", "init", f"--name={name}.example", "--exercise")

    def call(self, *args, who="op-1:handler"):
        return [renkei, *args, f"--store={self.dir}", *([f"--as={who}"] if args[0] not in ("node", "record") else [])]

    def try_(self, *args, who="op-1:handler"):
        return subprocess.run(self.call(*args, who=who), capture_output=True, text=True, timeout=60)

    def say(self, *args, who="op-1:handler"):
        got = self.try_(*args, who=who)
        check(got.returncode == 0, f"{self.name} {args}: {got.stderr[-800:]}")
        return got.stdout

    def start(self, ahead=0):
        now = [f"--now={subprocess.run(['date', '-u', '-d', f'+{ahead} minutes', '+%Y-%m-%dT%H:%M:%SZ'], capture_output=True, text=True).stdout.strip()}"]
        self.process = subprocess.Popen([renkei, "serve", str(self.dir), "--plain", "--listen=127.0.0.1:0", f"--config={self.conf}",
                                         *(now if ahead else [])], stdout=subprocess.PIPE, stderr=open(self.log, "ab"))
        check(self.process.stdout.readline().startswith(b"http://"), "the node serves")

    def stop(self):
        self.process.terminate()
        check(self.process.wait(30) == 0, f"{self.name} ends in order")

    def sent(self, thread=None):
        return [json.loads(x) for x in self.say("exchange", "status", *([thread] if thread else []), "--json").splitlines()]

    def threads(self):
        return {json.loads(x)["thread"] for x in self.say("thread", "list", "--json").splitlines()}

    def send(self, *step):
        """Somebody prepares, another one sends; returns the thread."""
        before = self.threads()
        self.say("thread", *step)
        drafts = self.say("thread", "drafts").splitlines()
        if drafts:
            self.say("thread", "send", drafts[-1].split(" ")[0], who="op-2:lead")
        return step[1] if step[0] == "step" else (self.threads() - before).pop()


def pair_up(ppc, ipa):
    for a, b in ((ppc, ipa), (ipa, ppc)):
        agency = ["--agency=PPC"] if b is ppc else []
        a.say("partner", "add", str(b.card), f"--class={b.cls}", *agency, "--host=127.0.0.1", f"--port={b.port}", who="op-2:lead")
    folder = ppc.dir.parent
    ppc.say("memo", "draft", "ipa.example", "advice", "alert", f"--out={folder}/m1", who="op-2:lead")
    ipa.say("memo", "take", f"{folder}/m1", f"--out={folder}/m2", who="op-2:lead")
    ppc.say("memo", "take", f"{folder}/m2", who="op-2:lead")


def certificate(folder):
    key, cert = folder / "stranger.key", folder / "stranger.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=stranger", "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


def ask(port, pair, request):
    c = ssl.create_default_context()
    c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
    if pair:
        c.load_cert_chain(*pair)
    try:
        with c.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=10)) as s:
            s.sendall(request)
            return s.version(), read_all(s)
    except (ssl.SSLError, ConnectionError):
        return None, b""
