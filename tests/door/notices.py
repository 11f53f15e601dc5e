#!/usr/bin/env python3
"""
The ladder of notices in the running node: a mail goes out with date, time and zone; one that could not be sent is tried again;
silence goes on to the deputy; absence goes there at once; a confirmation ends it. The clock is moved by starting anew.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import time

from node import check, wait_for
from smtp import Mails

renkei = sys.argv[1]
FACTS = pathlib.Path(__file__).resolve().parents[2] / "examples/shalom-2023/processor/0605-first-day.json"


class Town:
    def __init__(self, folder):
        self.dir = pathlib.Path(folder) / "node"
        self.mails = Mails()
        self.conf = pathlib.Path(folder) / "renkei.conf"
        self.conf.write_text(self.mails.config() + "[serve]\nhosts = renkei.city.example localhost 127.0.0.1\n")
        self.log = pathlib.Path(folder) / "log"
        self.say("node", "init", "--name=city.example", "--exercise", at="08:00")

    def say(self, *args, at, who=None, stdin=None):
        call = [renkei, *args, f"--store={self.dir}", f"--now=2026-11-20T{at}+09:00"]
        got = subprocess.run(call + ([f"--as={who}"] if who else []), input=stdin, capture_output=True, text=True, timeout=60)
        check(got.returncode == 0, f"{args}: {got.stderr[-800:]}")
        return got.stdout

    def person(self, name, login, *options, who=None):
        made = self.say("people", *(["begin"] if who is None else ["add", name, f"--login={login}", *options]), "--json", at="08:01", who=who)
        made = json.loads(made.splitlines()[-1])
        self.say("people", "join", at="08:02", stdin=f"{made['code']}\name no hi no neko 7\name no hi no neko 7\n")
        return made["account"]

    def serve(self, at, until, why):
        """Runs the node from a moment on until something holds, then stops it in order."""
        with open(self.log, "ab") as log:
            p = subprocess.Popen([renkei, "serve", str(self.dir), "--plain", "--listen=127.0.0.1:0", f"--config={self.conf}",
                                  f"--now=2026-11-20T{at}+09:00"], stdout=subprocess.PIPE, stderr=log)
            try:
                p.stdout.readline()
                wait_for(until, 20, why)
            except SystemExit:
                print(self.log.read_text()[-3000:])
                print(self.list(at))
                raise
            finally:
                p.terminate()
                check(p.wait(30) == 0, "the node ends in order")

    def list(self, at, case="2026-0001"):
        return [json.loads(line) for line in self.say("notice", "list", case, "--json", at=at).splitlines()]

    def states(self, at, account):
        return [n["state"] for n in self.list(at) if n["account"] == account]

    def all_tried(self, at):
        """True when each notice that waits has an outcome on record: the node then has nothing in its hands."""
        waiting = [n for n in self.list(at) if n["state"] == "queued"]
        return bool(waiting) and all(n["tries"] > 0 for n in waiting)


with tempfile.TemporaryDirectory(prefix="renkei-notices-") as folder:
    t = Town(folder)
    admin = t.person("", "root") + ":admin"
    hanako = t.person("佐藤 花子", "sato.h", "--mail=hanako@city.example", "--role=handler", who=admin)
    jiro = t.person("山田 次郎", "yamada.j", "--mail=jiro@city.example", "--role=lead", who=admin)
    saburo = t.person("田中 三郎", "tanaka.s", "--mail=saburo@city.example", "--role=reader", who=admin)
    nobody = t.person("無 番地", "mu.b", "--role=handler", who=admin)
    t.say("people", "deputy", "sato.h", "tanaka.s", "--to=2026-12-31", "--standing", at="08:03", who=admin)
    t.say("case", "open", "--known-at=2026-11-20T09:00+09:00", f"--facts={FACTS}", at="09:00", who=hanako + ":handler")

    # the mail server is out of order: put on record, tried again later
    t.mails.usual = "451 later"
    t.serve("09:05", lambda: t.all_tried("09:06"), "every mail is tried, and its refusal stands on record")
    check(t.mails.asked >= 2 and not t.mails.mails, "the mail server was asked, and took none")
    check(t.states("09:06", hanako)[0] == "queued", f"what could not be sent waits: {t.list('09:06')}")
    check(t.states("09:06", nobody)[0] == "failed", "who has no address cannot be told by mail, and that stands there")
    asked = t.mails.asked
    t.serve("09:06", lambda: time.sleep(2.5) or True, "")
    check(t.mails.asked == asked, "not before its pause of five minutes is over")
    t.mails.usual = "250 good"
    t.serve("09:20", lambda: t.mails.to("jiro@city.example") and set(t.states("09:21", hanako)) == {"handed"}, "the mails go out at the next try")
    check(set(t.states("09:21", hanako)) == {"handed"}, f"handed over, on record: {t.list('09:21')}")
    m = t.mails.to("hanako@city.example")[0]
    text = m.get_content()
    check("【訓練】" in m["Subject"] and "2026-0001" in m["Subject"], f"the subject says what and until when: {m['Subject']}")
    for words in ("期限", "日本時間、UTC+9", "令和8年11月20日", "https://renkei.city.example/cases/2026-0001"):
        check(words in text, f"the mail says {words!r}: {text}")
    check("ransomware" not in text and "漏えい" not in m["Subject"][:4], "nothing of what happened")
    ids = [x["Message-ID"] for _, x in t.mails.mails]
    check(len(ids) == len(set(ids)), "none went out twice")
    check(not t.mails.to("saburo@city.example"), "the deputy is not told yet")

    # nobody confirms within two hours: the deputy is told, and why
    t.serve("11:30", lambda: t.mails.to("saburo@city.example"), "the deputy is told when nobody confirms")
    check("確認がまだない" in t.mails.to("saburo@city.example")[0].get_content(), "the mail says why the deputy is told")

    # taken on: nobody else is chased
    for rule in {n["duty"] for n in t.list("11:31")}:
        t.say("notice", "confirm", "2026-0001", rule, at="11:31", who=jiro + ":lead")
    before, sent = len(t.list("14:00")), len(t.mails.mails)
    t.serve("14:00", lambda: time.sleep(2.5) or True, "")
    check(len(t.list("14:01")) == before and len(t.mails.mails) == sent, "a confirmation ends it")

    # who is away: the deputy is told at once, not after days
    t.say("people", "absence", "sato.h", "--to=2026-11-23", at="14:02", who=admin)
    t.say("case", "open", "--known-at=2026-11-20T14:30+09:00", f"--facts={FACTS}", at="14:30", who=jiro + ":lead")
    told = len(t.mails.to("saburo@city.example"))
    t.serve("14:31", lambda: len(t.mails.to("saburo@city.example")) > told, "absence must not cost days")
    check("不在" in t.mails.to("saburo@city.example")[-1].get_content(), "the mail says that the other is away")
    check("holds" in subprocess.run([renkei, "record", "verify", f"--store={t.dir}"], capture_output=True, text=True).stdout, "the record holds")
