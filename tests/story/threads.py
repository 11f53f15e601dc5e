#!/usr/bin/env python3
"""Every kind of thread in a story, between real node processes over TLS: threads.py STORIES [KIND …]

A story is a file of lines, `NODE verb …`; README.md of the folder lists the verbs. At the end each step of each kind must have been taken
in some story, every record must hold, and no envelope may be left over."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from coord import RENKEI, WORDS, Failed, World, check, split, stamp

stories, only = pathlib.Path(sys.argv[1]), sys.argv[2:]
SPANS = {"s": 1000, "m": 60000, "h": 3600000, "d": 86400000}


def build(folder):
    w = World(folder)
    made = [("ppc", "regulator", "PPC"), ("nco", "coordinator", "NCO"), ("npa", "police", "POLICE"), ("ipa", "advisor", "IPA"), ("mic", "ministry", ""),
            ("csirt", "csirt", "JPCERT"), ("office", "reporter", ""), ("proc", "processor", ""), ("town", "principal", "")]
    n = {name: w.add(name, cls, agency) for name, cls, agency in made}
    w.up()
    both = ["hearing", "results", "advice", "alert", "power@red", "foreign@amber_strict", "request", "guideline", "training", "exercise", "callout", "recommend", "sighting"]
    for other in ("nco", "ipa"):
        w.pair(n["ppc"], n[other], *both)
    w.pair(n["ppc"], n["npa"], *[k if k != "results" else "results-attack.indicator-reporter.name+no_judicial" for k in both])
    w.pair(n["ppc"], n["mic"], "guideline", "training", "request")
    w.pair(n["ppc"], n["office"], "request", "exercise")
    w.pair(n["ppc"], n["proc"])
    w.pair(n["nco"], n["ipa"], *[k if k != "results" else "results@red" for k in both])
    w.pair(n["nco"], n["csirt"], "callout", "sighting", "alert")
    w.pair(n["nco"], n["office"], "recommend", "callout")
    w.pair(n["proc"], n["town"], "notice", contract=True)
    return w


class Story:
    def __init__(self, world, kind, taken):
        self.w, self.n, self.kind, self.taken = world, world.nodes, kind, taken
        self.thread, self.names, self.shown = None, {}, ""

    def fill(self, word):
        for name, value in self.names.items():
            word = word.replace("{" + name + "}", value)
        word = re.sub(r"\{msec\+(\d+)([smhd])\}", lambda m: str(self.w.now + int(m[1]) * SPANS[m[2]]), word)
        return re.sub(r"\{now\+(\d+)([smhd])\}", lambda m: self.time(int(m[1]) * SPANS[m[2]]), word)

    def time(self, ahead):
        return stamp(self.w.now + ahead)

    def parties(self, word):
        return ",".join(f"{p}.example" for p in word.split(","))

    def opening(self, node, args):
        kind, parties, *rest = args
        rest = [f"--case={self.names[r[5:]]}" if r.startswith("case=") else r for r in rest]
        return ("open", kind, self.parties(parties), *rest)

    def do(self, node, verb, *args):
        args = [self.fill(a) for a in args]
        n = self.n.get(node)
        getattr(self, "v_" + verb.replace("-", "_"))(n, *args)

    # ---- verbs ----

    def v_open(self, n, *args):
        got = n.begin(*self.opening(n, args))
        self.thread, self.shown = got["thread"], json.dumps(got, ensure_ascii=False)
        self.names["thread"] = self.thread
        self.taken.add((got["kind"], got["step"]))
        n.deliver()

    def v_step(self, n, *args):
        got = n.begin("step", self.thread, *args)
        self.shown = json.dumps(got, ensure_ascii=False)
        self.taken.add((got["kind"], got["step"]))
        n.deliver()

    def v_refused(self, n, key, verb, *args):
        words = self.opening(n, args) if verb == "open" else ("step", self.thread, verb, *args)
        got = n.call("thread", *words)
        check(got.returncode != 0 and WORDS[key] in got.stderr, f"{n.name}: not refused by {key}: {got.stdout[:300]}{got.stderr}")

    def v_drafted(self, n, *args):
        """Prepared, looked at, dropped."""
        words = self.opening(n, args[1:]) if args[0] == "open" else ("step", self.thread, *args)
        got = json.loads(n.run("thread", *words, "--json"))
        self.shown = json.dumps(got, ensure_ascii=False)
        n.run("thread", "drop", got["draft"])

    def v_rule(self, n, field, effect, rule="", node=""):
        got = json.loads(self.shown)["recipients"]
        found = [(r["node"], f) for r in got for f in r["fields"] if f["path"] == field and node in r["node"]]
        check(found and all(f["effect"] == effect and (not rule or f.get("rule") == rule) for _, f in found), f"{field}: {found}")

    def v_proposed(self, n, kind, count, *fields):
        found = [d for d in n.drafts() if d[1] == kind]
        check(len(found) == int(count), f"{n.name}: {len(found)} proposals, want {count}")
        if found:
            self.names["draft"], self.thread = found[-1][0], found[-1][3]
            self.names["thread"] = self.thread

    def v_sends(self, n, step="open"):
        d = [d for d in n.drafts() if d[0] == self.names["draft"]][0]
        n.send(d[0])
        self.taken.add((d[1], d[2]))
        n.deliver()

    def v_on(self, n, kind, number="-1"):
        """The thread of that kind at this node is the one that the next lines are about."""
        found = n.threads(kind)
        check(found, f"{n.name} has no {kind}")
        self.thread = found[int(number)]["thread"]
        self.names["thread"] = self.thread

    def v_state(self, n, state):
        t = n.thread(self.thread)
        check(t and t["state"] == state, f"{n.name}: {t and t['state']}, want {state}")

    def v_knows_nothing(self, n):
        check(n.thread(self.thread) is None, f"{n.name} has the thread")

    def v_due(self, n, yes):
        t = n.thread(self.thread)
        check(("due" in t) == (yes == "yes"), f"{n.name}: due {t.get('due')}, want {yes}")

    def v_sees(self, n, *words):
        text = n.read(n.inbox(self.thread)[-1])
        for w in words:
            check(w in text, f"{n.name} does not see {w!r}: {text}")

    def v_lacks(self, n, *words):
        text = n.read(n.inbox(self.thread)[-1])
        for w in words:
            check(w not in text, f"{n.name} sees {w!r}: {text}")

    def v_unreadable(self, n, key):
        got = n.call("thread", "read", n.inbox(self.thread)[-1])
        check(got.returncode != 0 and WORDS[key] in got.stderr, f"{n.name} reads it: {got.stdout}{got.stderr}")

    def v_remember(self, n, name):
        self.names[name] = n.inbox(self.thread)[-1]

    def v_case(self, n, name, *facts):
        n.run("case", "open", f"--known-at={self.time(0)}", "--title=x", *facts)
        self.names[name] = sorted(c["num"] for c in n.lines("case", "list"))[-1]

    def v_link(self, n, name):
        n.run("thread", "link", self.thread, self.names[name])

    def v_reserve(self, n, name, *args):
        n.run("reserve", "add", self.names[name], *args)

    def v_says(self, n, words, *args):
        got = n.call(*[self.names.get(a, a) if a != "thread" else a for a in args])
        check(words in got.stdout + got.stderr, f"{n.name} {args}: no {words!r} in {got.stdout}{got.stderr}")

    def v_lacks_in(self, n, words, *args):
        got = n.call(*[self.names.get(a, a) if a != "thread" else a for a in args])
        check(words not in got.stdout + got.stderr, f"{n.name} {args}: {words!r} in {got.stdout}{got.stderr}")

    def v_delivers(self, n, received="", rung=""):
        got = n.deliver()
        check(not received or got["received"] == int(received), f"{n.name}: {got}")
        check(not rung or got["rung"] == int(rung), f"{n.name}: {got}")
        if got["rung"]:
            self.taken.add(("callout", "next"))

    def v_forward(self, n, span):
        self.w.forward(int(span[:-1]) * SPANS[span[-1]])

    def v_content(self, n, name, text):
        path = self.w.dir / f"{name}.json"
        path.write_text(text, encoding="utf-8")
        self.names[name] = str(path)

    def v_watch(self, n, name, known, line):
        listed, log, out = self.w.dir / "known", self.w.dir / "log", self.w.dir / f"{name}.json"
        listed.write_text("\n".join(known.split()) + "\n")
        log.write_text(line + "\n")
        n.run("watch", "match", f"--indicators={listed}", f"--sightings={out}", log, want=1)   # 1: something was seen
        self.names[name] = str(out)

    def v_tells(self, n, case, text):
        n.run("principals", "tell", self.names[case], "-", "--by=op-2:lead", stdin=text)
        self.taken.add(("notice", "open"))
        n.deliver()

    def run(self, path):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            words = split(line)
            if not words:
                continue
            try:
                self.do(*words)
            except (Failed, IndexError, KeyError, AttributeError, json.JSONDecodeError) as e:
                return f"{path.name}:{number}: {line}\n    {type(e).__name__} {e}"
        return None


def steps():
    out = subprocess.run([RENKEI, "thread", "kinds"], capture_output=True, text=True, check=True).stdout
    every = set()
    for kind in [line.split()[0] for line in out.splitlines()]:
        text = subprocess.run([RENKEI, "thread", "kinds", kind], capture_output=True, text=True, check=True).stdout
        at = False
        for line in text.splitlines():
            if not line.startswith(" "):
                at = line.split()[0] == kind
            elif at and re.match(r"    \S+ +\S+:", line):
                every.add((kind, line.split()[0]))
    return every


def main():
    failed, taken = [], set()
    with tempfile.TemporaryDirectory() as folder, build(folder) as w:
        print("each node in its own network namespace" if w.net.real else "no network namespaces here: every node at 127.0.0.1")
        for path in sorted(stories.glob("*.txt")):
            if only and path.stem not in only:
                continue
            wrong = Story(w, path.stem, taken).run(path)
            print(f"{'FAILED' if wrong else 'ok    '} {path.stem}", flush=True)
            if wrong:
                failed.append(wrong)
        for node in w.nodes.values():
            node.deliver()
        for node in w.nodes.values():
            left = node.run("exchange", "status")
            if left.strip():
                failed.append(f"{node.name}: left over: {left}")
            if not node.holds():
                failed.append(f"{node.name}: the record does not hold")
    if not only and steps() - taken:
        failed.append(f"steps that no story takes: {sorted(steps() - taken)}")
    print("\n".join(failed))
    sys.exit(1 if failed else 0)


main()
