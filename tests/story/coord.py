"""Nodes as real processes for the stories of the exchange: each with a store, keys, a listener over mutual TLS and a clock that the
story moves. Where the machine allows it, each node sits in its own network namespace behind a bridge."""
import calendar
import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RENKEI = os.environ.get("RENKEI", "renkei")
PORT = 8443


class Failed(Exception):
    pass


def check(good, what):
    if not good:
        raise Failed(what)


def words():
    """Texts of the faults by key, as people read them."""
    found = {}
    for path in (ROOT / "ui/messages/ja").glob("*.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            key, eq, text = line.partition(" = ")
            if eq and not line.startswith("#"):
                found[key.strip()] = text.split("{")[0].strip()
    return found


WORDS = words()


def sh(*args, **kw):
    return subprocess.run(args, capture_output=True, text=True, **kw)


class Net:
    """A bridge with one namespace for each node; or nothing, and everybody listens at 127.0.0.1."""

    def __init__(self, tag):
        self.tag, self.bridge, self.made = tag, f"rk{tag}", []
        self.real = os.geteuid() == 0 and shutil.which("ip") is not None and sh("ip", "link", "add", self.bridge, "type", "bridge").returncode == 0
        if self.real:
            self.real = sh("ip", "link", "set", self.bridge, "up").returncode == 0 and self._try()
        if not self.real and shutil.which("ip"):
            sh("ip", "link", "del", self.bridge)

    def _try(self):
        ok = sh("ip", "netns", "add", f"{self.bridge}t").returncode == 0
        sh("ip", "netns", "del", f"{self.bridge}t")
        return ok

    def add(self, i):
        """A namespace with an address; what to put before a command that runs in it."""
        if not self.real:
            return [], "127.0.0.1"
        name, address = f"{self.bridge}n{i}", f"10.213.{self.tag}.{i + 1}"
        for command in (f"ip netns add {name}", f"ip link add {name} type veth peer name eth0 netns {name}",
                        f"ip link set {name} master {self.bridge} up", f"ip netns exec {name} ip link set lo up",
                        f"ip netns exec {name} ip addr add {address}/24 dev eth0", f"ip netns exec {name} ip link set eth0 up"):
            got = sh(*command.split())
            check(got.returncode == 0, f"{command}: {got.stderr}")
        self.made.append(name)
        return ["ip", "netns", "exec", name], address

    def cut(self, i, on):
        """The cable of a node is pulled or put in again."""
        sh("ip", "link", "set", f"{self.bridge}n{i}", "down" if on else "up")

    def end(self):
        for name in self.made:
            sh("ip", "link", "del", name)
            sh("ip", "netns", "del", name)
        if self.real:
            sh("ip", "link", "del", self.bridge)


def stamp(msec):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(msec // 1000)) + "Z"


class Node:
    def __init__(self, world, name, cls, agency="", exercise=True):
        self.world, self.name, self.cls, self.agency, self.exercise = world, name, cls, agency, exercise
        self.full, self.dir, self.server, self.skew = f"{name}.example", (world.small if name == "small" else world.dir) / name, None, 0
        self.enter, self.host = world.net.add(len(world.nodes))
        self.number, self.port = len(world.nodes), PORT if world.net.real else 0
        self.run("node", "init", f"--name={self.full}", *(["--exercise"] if exercise else []), who="lead")
        self.card = world.dir / f"{name}.card"
        self.run("exchange", "init", f"--class={cls}", *([f"--agency={agency}"] if agency else []), f"--out={self.card}", who="lead")

    def now(self):
        return stamp(self.world.now + self.skew)

    def call(self, *args, who="handler", stdin=None, now=True):
        env = dict(os.environ, RENKEI_STORE=str(self.dir), RENKEI_AS={"handler": "op-1:handler", "lead": "op-2:lead", "chief": "op-3:chief"}[who])
        more = [f"--now={self.now()}"] if now and self.exercise else []
        return subprocess.run([*self.enter, RENKEI, *map(str, args), *more], capture_output=True, text=True, env=env, input=stdin)

    def run(self, *args, who="handler", stdin=None, want=0):
        got = self.call(*args, who=who, stdin=stdin)
        check(got.returncode in (want, *([0, 1] if want is None else [])), f"{self.name}: {' '.join(map(str, args))}: {got.returncode} {got.stdout[-500:]}{got.stderr}")
        return got.stdout

    def lines(self, *args):
        return [json.loads(line) for line in self.run(*args, "--json").splitlines()]

    # ---- the listener ----

    def up(self):
        check(self.server is None, "up twice")
        env = dict(os.environ, RENKEI_STORE=str(self.dir))
        self.server = subprocess.Popen([*self.enter, RENKEI, "exchange", "serve", f"--host={self.host}", f"--port={self.port}",
                                        *([f"--now={self.now()}"] if self.exercise else [])],
                                       stdout=subprocess.PIPE, stderr=open(self.world.dir / f"{self.name}.log", "a"), text=True, env=env)
        line = self.server.stdout.readline()
        check(line.startswith("listening on "), f"{self.name} does not listen: {line}")
        self.port = int(line.split()[-1])

    def down(self, how=signal.SIGTERM):
        if self.server:
            self.server.send_signal(how)
            self.server.wait(20)
            self.server.stdout.close()
            self.server = None

    # ---- partners ----

    def knows(self, other, cls=None):
        self.run("partner", "add", other.card, f"--class={cls or other.cls}", *([f"--agency={other.agency}"] if other.agency else []),
                 f"--host={other.host}", f"--port={other.port}", who="lead")

    def agrees(self, other, *kinds, contract=False):
        one, two = self.world.dir / "m1", self.world.dir / "m2"
        self.run("memo", "draft", other.full, *kinds, f"--out={one}", *(["--contract"] if contract else []), who="lead")
        other.run("memo", "take", one, f"--out={two}", who="lead")
        self.run("memo", "take", two, who="lead")

    # ---- threads ----

    def drafts(self):
        return [line.split() for line in self.run("thread", "drafts").splitlines()]

    def send(self, number=None):
        drafts = self.drafts()
        check(drafts, f"{self.name}: nothing waits for approval")
        self.run("thread", "send", number or drafts[-1][0], who="lead")

    def begin(self, *args):
        """Prepares, and lets the second person send what needs one; the preview."""
        got = json.loads(self.run("thread", *args, "--json"))
        if got["needs_approval"]:
            self.send(got["draft"])
        return got

    def deliver(self, want=None):
        return json.loads(self.run("exchange", "run", "--json", want=want))

    def threads(self, kind=None):
        found = self.lines("thread", "list") + self.lines("thread", "list", "--over")
        return [t for t in found if kind in (None, t["kind"])]

    def thread(self, number):
        found = [t for t in self.threads() if t["thread"] == number]
        return found[0] if found else None

    def inbox(self, thread):
        return [line.split()[0] for line in self.run("thread", "inbox", thread).splitlines()]

    def read(self, env, want=0):
        return self.run("thread", "read", env, want=want)

    def entries(self):
        return self.lines("node", "show")[0]["entries"]

    def holds(self):
        return "holds" in self.run("record", "verify")


class World:
    def __init__(self, folder, start="2026-06-01T00:00:00Z", tag=None, namespaces=True):
        self.dir, self.nodes = pathlib.Path(folder), {}
        self.now = calendar.timegm(time.strptime(start, "%Y-%m-%dT%H:%M:%SZ")) * 1000
        self.net = Net(tag if tag is not None else os.getpid() % 250 + 1) if namespaces else type("N", (), {
            "real": False, "add": lambda s, i: ([], "127.0.0.1"), "end": lambda s: None})()

    def add(self, name, cls, agency="", exercise=True):
        self.nodes[name] = Node(self, name, cls, agency, exercise)
        return self.nodes[name]

    def up(self):
        for node in self.nodes.values():
            node.up()

    def pair(self, a, b, *kinds, a_is=None, b_is=None, contract=False):
        a.knows(b, b_is)
        b.knows(a, a_is)
        if kinds:
            a.agrees(b, *kinds, contract=contract)

    def forward(self, msec):
        """All clocks go on; listeners of exercises stand at the new time."""
        running = [n for n in self.nodes.values() if n.server]
        for node in running:
            node.down()
        self.now += msec
        for node in running:
            node.up()

    def end(self):
        for node in self.nodes.values():
            node.down()
        self.net.end()

    def __enter__(self):
        return self

    def __exit__(self, *how):
        self.end()


def split(line):
    return shlex.split(line, comments=True)
