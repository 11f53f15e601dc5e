"""A node with accounts of every role, served by the real program; requests with the session of one of them."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


OPENER = urllib.request.build_opener(Stay)


class Answer:
    def __init__(self, raw):
        self.status, self.headers, self.body = raw.status, raw.headers, raw.read()

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.body)


class Town:
    def __init__(self, renkei, make_town, neighbours=False):
        self.dir = tempfile.mkdtemp(prefix="renkei-pages-")
        made = self.dir + ".json"
        env = dict(os.environ, TOWN=self.dir, TOWN_JSON=made)
        if neighbours:
            env["TOWN_NEIGHBOURS"] = made + ".n"
        subprocess.run([make_town], check=True, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.people = json.loads(pathlib.Path(made).read_text(encoding="utf-8"))
        os.unlink(made)
        self.near = {}
        if neighbours:
            self.near = json.loads(pathlib.Path(made + ".n").read_text(encoding="utf-8"))
            os.unlink(made + ".n")
        self.log = open(self.dir + ".log", "w+", encoding="utf-8")
        self.server = subprocess.Popen([renkei, "serve", "--plain", "--listen=127.0.0.1:0", self.dir], stdout=subprocess.PIPE,
                                       stderr=self.log, text=True)
        self.base = re.search(r"http://127\.0\.0\.1:\d+", self.server.stdout.readline()).group(0)

    def close(self):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(20)
        self.log.seek(0)
        log = self.log.read()
        self.log.close()
        os.unlink(self.dir + ".log")
        shutil.rmtree(self.dir, ignore_errors=True)
        return log

    def ask(self, path, who=None, data=None, headers=None):
        h = dict(headers or {})
        if who:
            h["Cookie"] = "renkei=" + self.people[who]["token"]
        try:
            return Answer(OPENER.open(urllib.request.Request(self.base + path, data=data, headers=h), timeout=30))
        except urllib.error.HTTPError as e:
            return Answer(e)

    def tokens(self, who, page):
        """csrf and once of the forms of a page."""
        html = self.ask(page, who).text
        find = lambda name: (re.findall(rf'name="{name}" value="([^"]*)"', html) or [""])[-1]
        return {"csrf": find("csrf"), "once": find("once")}

    def post(self, path, who, fields, page="/own", **change):
        form = {**self.tokens(who, page), **fields, **change}
        form = {k: v for k, v in form.items() if v is not None}
        return self.ask(path, who, urllib.parse.urlencode(form, doseq=True).encode(),
                        {"Content-Type": "application/x-www-form-urlencoded"})

    def api(self, path, token, data=None, headers=None, lang="ja"):
        h = {"Authorization": "Bearer " + token, "Accept-Language": lang, **(headers or {})}
        body = None
        if data is not None:
            body = json.dumps(data).encode()
            h.setdefault("Content-Type", "application/json")
        return self.ask("/api/v1" + path, None, body, h)

    def token(self, who, scopes):
        html = self.post("/own/tokens", who, {"label": "test", "scopes": scopes, "days": "5"}).text
        return re.search(r't-[a-z2-7]+\.[\w-]+', html).group(0)

    def case(self, who="tantou", **facts):
        """Opens a case for which a report is due; its number."""
        facts = {"cause": "ransomware", "org_type": "local_gov", "handles_data": "true", "has_personal_data": "true", "data_state": "held",
                 "leak": "suspected", "damage": "confirmed", "persons": "1200", "encryption": "none", "recovered_unviewed": "false",
                 "other_copy_exists": "false", "dishonest_purpose": "true", "against_handler": "true", "pseudonymized": "false",
                 "key_compromised": "false", **facts}
        form = {f"fact.{k}": v for k, v in facts.items()}
        a = self.post("/first-report", who, {"known": "2026-01-05", "title": "試験", **form}, page="/first-report")
        return re.search(r"\d{4}-\d{4}", a.headers["Location"] or a.text).group(0)


def finish(failures):
    for f in failures:
        print(f)
    print(f"{len(failures)} failures" if failures else "all hold")
    raise SystemExit(1 if failures else 0)
