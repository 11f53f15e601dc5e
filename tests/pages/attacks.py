"""Who may what, and what strangers try: each route as each role, foreign forms, markup and SQL in every field.

usage: attacks.py RENKEI MAKE_TOWN RIGHTS"""
import html.parser
import json
import re
import subprocess
import sys
import urllib.parse

sys.path.insert(0, __file__.rsplit("/", 1)[0])
from town import Town, finish

renkei, make_town, rights_file = sys.argv[1:4]
spec = json.loads(subprocess.run([renkei, "api", "describe"], check=True, capture_output=True, text=True).stdout)
rights = {}
for line in open(rights_file, encoding="utf-8"):
    m = re.match(r'\s*- \{ what: "?([\w:.*]+)"?, roles: \[([^\]]*)\](.*)\}', line)
    if m:
        rights[m.group(1)] = (set(filter(None, re.split(r",\s*", m.group(2)))), "self: true" in m.group(3))
town = Town(renkei, make_town, neighbours=True)
failures = []


def expect(ok, what):
    if not ok:
        failures.append(what)


num = town.case()
case = f"/cases/{num}"
rule = re.search(r"/duties/([A-Z0-9.]+)", town.ask(case, "hogo").text).group(1)
town.post(case + "/reports", "hogo", {"rule": rule}, page=case + "/reports")
near = town.near
home = f"/cases/{near['case']}"
advice = {"to.ipa.example": "1", "field.phase": "containment", "field.question": "端末"}
draft = town.post(home + "/threads/advice", "tantou", advice, page=home + "/threads/advice").headers["Location"].rsplit("/", 1)[1]
document = town.post(home + "/selection", "tantou", {"text": "C:\\Users\\kiosk77\\a.exe"}, page=home + "/selection").headers["Location"].rsplit("/", 1)[1]
sought = town.post(home + "/watch", "tantou", {"text": "45.76.10.9"}, page=home + "/watch").headers["Location"].rsplit("/", 1)[1]
partner = re.search(r"/partners/(p-[a-z0-9]+)", town.ask("/partners", "hogo").text).group(1)
memo = re.search(r"/memos/(m-[a-z0-9]+)", town.ask("/memos", "hogo").text).group(1)
office = re.findall(r"/partners/(p-[a-z0-9]+)", town.ask("/partners", "hogo").text)[-1]
motion = town.post(f"/partners/{office}/end", "hogo", {}, page=f"/partners/{office}").headers["Location"].rsplit("/", 1)[1]
# an item that nobody is in, so that it is the role that decides; the chief may read it
kept = [json.dumps({"rank": 1, "org": "990001", "kind": "vip_peek", "score": 8.5, "severity": 4, "users": ["s1"], "why": "一件", "would_explain": "確認",
                    "events": ["1"], "n_events": 1}, ensure_ascii=False)]
proof = json.dumps({"schema": "renkei/screen-proof/1", "sources": [{"name": "log", "form": "csv", "encoding": "utf-8", "lines": 1, "read": 1}], "rules": []})
town.post("/screening", "hogo", {"run": "2026-01", "list": "\n".join(kept), "proof": proof}, page="/screening")
item = re.search(r"/screening/items/(w-[a-z0-9]+)", town.ask("/screening/lists/2026-01", "kensa").text).group(1)
ask = town.post("/screening/persons", "tantou", {"number": "1234"}, page="/screening/persons").headers["Location"].rsplit("/", 1)[1]
names = {"{release}": "0", "{run}": "2026-01", "{item}": item, "{ask}": ask, "{wish}": "1", "{draft}": draft, "{document}": document, "{list}": sought, "{partner}": partner, "{memo}": memo, "{motion}": motion, "{thread}": near["thread"],
         "{env}": near["env"], "{kind}": "advice", "{case}": num, "{no}": "1", "{rule}": rule, "{path}": "cause", "{step}": "reporter", "{account}": "op-none", "{session}": "s-none"}

# What goes past the check of the fields, so that it is the section that refuses.
GOOD = {"/cases/{case}/facts": {"fact.mynumber": "false"}, "/cases/{case}/timeline": {"at": "2026-01-05", "what": "x"}, "/cases/{case}/close": {},
        "/cases/{case}/duties/{rule}/done": {"how": "call", "on": "2026-01-06"}, "/cases/{case}/duties/{rule}/undo": {"reason": "x"},
        "/cases/{case}/duties/{rule}/waive": {"ground": "authority_agreed", "reason": "x"}, "/cases/{case}/assign": {"section.hoken": "1"},
        "/cases/{case}/people": {"how": "call", "on": "2026-01-06", "sent": "1"}, "/cases/{case}/reports/{no}/submit": {"on": "2026-01-06"}}

# ---- route × role: who may not, is refused; who may, is not ----
tried = 0
for pattern, methods in spec["paths"].items():
    path = pattern
    for name, value in names.items():
        path = path.replace(name, value)
    for method, what in methods.items():
        roles, own = rights[what["x-scope"]]
        for login, person in town.people.items():
            may = own or person["role"] in roles
            answer = town.ask(path, login) if method == "get" else town.post(path, login, {})
            tried += 1
            if not may:
                expect(answer.status == 403, f"{method} {pattern} as {person['role']}: {answer.status}, and it may not")
            elif method == "get":
                expect(answer.status in (200, 404), f"{method} {pattern} as {person['role']}: {answer.status}, and it may")
            else:
                expect(answer.status != 403 or "approval" in answer.text or "own_grant" in answer.text or "record" in answer.text
                       or "用意した人" in answer.text,
                       f"{method} {pattern} as {person['role']}: {answer.status}, and it may: {re.sub(r'<[^>]+>', ' ', answer.text)[-200:]}")
        answer = town.ask(path) if method == "get" else town.post(path, None, {})
        tried += 1
        expect(answer.status in (303, 401, 403) and num not in answer.text, f"{method} {pattern} as nobody: {answer.status}")
        if answer.status == 303:
            expect(answer.headers["Location"] == "/sign-in", f"{method} {pattern} as nobody: to {answer.headers['Location']}")
print(f"{tried} of route and role tried")

# ---- what is no part of the API: signing in, one's own account ----
routes = [json.loads(line) for line in subprocess.run([renkei, "api", "routes"], check=True, capture_output=True, text=True).stdout.splitlines()]
described = {(m.upper(), p) for p, ms in spec["paths"].items() for m in ms}
expect({(r["method"], r["path"]) for r in routes if r["api"]} == described, "every route is in the API's description or tried here")
bearer = town.token("tantou", ["page:", "self:"])
tried = 0
for route in routes:
    method, path = route["method"], route["path"].replace("{token}", "t-none.none")
    if route["api"]:
        continue
    what = f"{method} {route['path']}"
    answer = town.api(path, bearer, {} if method == "POST" else None)
    tried += 1
    expect(answer.status == 404, f"{what} by a program: {answer.status}")
    answer = town.ask(path) if method == "GET" else town.post(path, None, {})
    expect(num not in answer.text and not any(p["token"] in answer.text for p in town.people.values()), f"{what} as nobody shows something")
    if route.get("may"):
        expect(answer.status == 303 and answer.headers["Location"] == "/sign-in" if method == "GET" else answer.status in (401, 403), f"{what} as nobody: {answer.status}")
    else:
        expect(answer.status in ((200, 303, 403, 404, 422) if method == "GET" else (403,)), f"{what} as nobody: {answer.status}")
    for login, person in town.people.items():
        tried += 1
        roles, own = rights[route["may"]] if route.get("may") else (set(), True)
        if method == "POST" and not route.get("may"):   # its own form, or none: that of a session that was not asked for is refused
            expect(town.post(path, login, {"csrf": "x" * 43}).status == 403, f"{what} as {person['role']} with a foreign form")
            continue
        answer = town.ask(path, login) if method == "GET" else town.post(path, login, {})
        if own or person["role"] in roles:
            # a way back that was not begun, and what asks for a second factor that this person has not, are refused for that
            other = route["path"].endswith("/back") and answer.status == 403 and num not in answer.text or answer.status == 401 and "self:factor" == route.get("may")
            expect(other or answer.status in ((200, 303, 404, 422) if method == "GET" else (200, 204, 303, 404, 409, 422)),
                   f"{what} as {person['role']}: {answer.status}, and it may")
        else:
            expect(answer.status == 403, f"{what} as {person['role']}: {answer.status}, and it may not")
print(f"{tried} of route and role outside the API tried")

# ---- route × wrong section: a case of another section is closed to every route, in every list ----
closed = town.case()
town.post(f"/cases/{closed}/evidence", "soukatsu", {}, page=f"/cases/{closed}/evidence")
expect(town.post(f"/cases/{closed}/assign", "soukatsu", {"section.zeimu": "1"}, page=f"/cases/{closed}/assign").status == 303, "a case is assigned to a section")
expect(town.ask(f"/cases/{closed}", "zeimu-lead").status == 200, "the section itself sees its case")
expect(town.ask(f"/cases/{closed}", "soukatsu").status == 200, "the whole organisation's chief sees it")
any_section = {m.group(1) for m in re.finditer(r'what: "?([\w:.*]+)"?, roles.*any_section: true', open(rights_file, encoding="utf-8").read())}
tried = 0
for pattern, methods in spec["paths"].items():
    if "{case}" not in pattern:
        continue
    path = pattern.replace("{case}", closed)
    for name, value in names.items():
        path = path.replace(name, value)
    for method, what in methods.items():
        expect(what["x-scope"] not in any_section, f"{method} {pattern}: {what['x-scope']} is not bound to the section of the case")
        for login in ("hoken-lead", "hoken-clerk"):
            answer = town.ask(path, login) if method == "get" else town.post(path, login, GOOD.get(pattern, {}))
            tried += 1
            expect(answer.status in (403, 404, 422) and "試験" not in answer.text, f"{method} {pattern} of another section as {login}: {answer.status}")
            expect(method != "get" or answer.status != 422, f"{method} {pattern} of another section as {login}: {answer.status}")
for path in ("/", "/cases", "/cases?state=closed", "/duties", "/duties?kind=may", "/calendar", "/notices", "/search?words=%E8%A9%A6%E9%A8%93", "/cases.csv", "/duties.csv", "/calendar.ics"):
    for login in ("hoken-lead", "hoken-clerk"):
        tried += 1
        expect(closed not in town.ask(path, login).text, f"{path} as {login} names a case of another section")
print(f"{tried} of route and wrong section tried")

# ---- forms from elsewhere ----
good = {"known": "2026-01-05", "fact.cause": "ransomware"}
before = town.ask("/cases", "tantou").text.count("/cases/2026")
for change, why in (({"csrf": None}, "no token"), ({"csrf": ""}, "empty token"), ({"csrf": "x" * 43}, "a wrong token"),
                    ({"csrf": town.tokens("hogo", "/first-report")["csrf"]}, "the token of another session")):
    answer = town.post("/first-report", "tantou", good, page="/first-report", **change)
    expect(answer.status == 403, f"a form with {why}: {answer.status}")
form = urllib.parse.urlencode({**good, **town.tokens("tantou", "/first-report")}).encode()
kind = {"Content-Type": "application/x-www-form-urlencoded"}
for headers, why in (({"Sec-Fetch-Site": "cross-site"}, "cross-site"), ({"Origin": "https://evil.example"}, "a foreign origin"),
                     ({"Sec-Fetch-Site": "same-site"}, "a neighbour site")):
    answer = town.ask("/first-report", "tantou", form, {**kind, **headers})
    expect(answer.status == 403, f"a form from {why}: {answer.status}")
answer = town.ask("/first-report", "tantou", form, {"Content-Type": "text/plain"})
expect(answer.status == 415, f"a form as text/plain: {answer.status}")
answer = town.ask("/api/v1/first-report", "tantou", json.dumps(good).encode(), {"Content-Type": "application/json"})
expect(answer.status == 401, f"the API with a cookie: {answer.status}")
answer = town.ask("/sign-in", None, urllib.parse.urlencode({"login": "tantou", "password": "x"}).encode(), kind)
expect(answer.status == 403, f"a foreign sign-in: {answer.status}")
expect(town.ask("/cases", "tantou").text.count("/cases/2026") == before, "a refused form opened a case")

# ---- the session ----
html0 = town.ask("/sign-in")
start = re.search(r"start=([^;]+)", html0.headers["Set-Cookie"]).group(1)
login = {"login": "tantou", "password": town.people["tantou"]["password"], "csrf": start}
mine = "s-aaaaaaaaaaaaaaaa." + "A" * 43
answer = town.ask("/sign-in", None, urllib.parse.urlencode(login).encode(), {**kind, "Cookie": f"start={start}; renkei={mine}"})
got = [c for c in answer.headers.get_all("Set-Cookie") or [] if c.startswith("renkei=")]
expect(answer.status == 303 and got and mine not in got[0], f"session fixation: {answer.status} {got}")
for word in ("HttpOnly", "SameSite=Strict", "Path=/"):
    expect(got and word in got[0], f"the cookie of the session: {word} is missing")
answer = town.ask("/sign-in", None, urllib.parse.urlencode({**login, "password": "wrong password"}).encode(), {**kind, "Cookie": f"start={start}"})
expect(answer.status in (403, 503) and "wrong password" not in answer.text, f"a wrong password: {answer.status}")

# ---- the address for calendars: it does this and nothing else ----
feed = re.search(r"/feed/(t-[^<]+)\.ics", town.post("/own/feed", "tantou", {}).text)
answer = town.ask(feed.group(0))
expect(answer.status == 200 and "BEGIN:VEVENT" in answer.text and num in answer.text, f"the calendar's address: {answer.status}")
expect("試験" not in answer.text and closed in answer.text, "the calendar names numbers, no titles")
for path in ("/cases", case, "/duties", "/calendar", "/"):
    expect(town.api(path, feed.group(1)).status == 403, f"the calendar's token opens {path}")
expect(town.ask(feed.group(0).replace("/feed/t-", "/feed/t-a")).status == 404, "another token")
session = town.people["tantou"]["token"]
expect(town.ask("/feed/" + urllib.parse.quote(session) + ".ics").status == 404, "a session is no calendar's address")
feed = re.search(r"/feed/(t-[^<]+)\.ics", town.post("/own/feed", "hoken-clerk", {}).text)
expect(closed not in town.ask(feed.group(0)).text, "the calendar of another section")

# ---- headers ----
for path in ("/language?to=en%0d%0aX-Evil:%201", "/cases/%0d%0aX-Evil:%201", "/cases?after=2026%0d%0aX-Evil:1", "/record?case=%0d%0aSet-Cookie:a=b"):
    answer = town.ask(path, "soukatsu")
    expect("X-Evil" not in answer.headers and "a=b" not in str(answer.headers), f"header injection by {path}")
for path in ("/", "/sign-in", "/nothing", case, "/cases.csv"):
    answer = town.ask(path, "soukatsu")
    for name, value in (("Content-Security-Policy", "frame-ancestors 'none'"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
                        ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"), ("Cache-Control", "no-store")):
        expect(value in (answer.headers[name] or ""), f"{path}: {name} is {answer.headers[name]}")
    expect("unsafe" not in (answer.headers["Content-Security-Policy"] or ""), f"{path}: the policy allows inline")

# ---- paths ----
for path in ("/../etc/passwd", "/cases/..%2f..%2fetc", "/static/../renkei.conf", "/static/%2e%2e/keys", "//cases", "/cases//facts", "/cases/%00", "/api/v1/../record"):
    answer = town.ask(path, "soukatsu")
    expect(answer.status in (400, 404), f"path {path}: {answer.status}")


# ---- markup and SQL in every field that is shown ----
class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.bad = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name.startswith("on") or name == "style" or (name in ("href", "src", "action") and re.match(r"\s*(javascript|data|https?):|//", value or "")):
                self.bad.append(f"<{tag} {name}={value}>")
        if tag in ("iframe", "object", "embed", "base", "math", "x-evil") or (tag == "img"):
            self.bad.append(f"<{tag}>")
        if tag == "script" and dict(attrs).get("src") != "/static/renkei.js":
            self.bad.append("<script>")


EVIL = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'><x-evil onclick=alert(1)>", "javascript:alert(1)", "</textarea><script>1</script>",
        "{{me.name}}{{#each cases}}", "[[a|b]]", "'; DROP TABLE case_file; --", "\" OR 1=1 --", "%27%20OR%201", "\u202e\u2066evil", "＜script＞", "&lt;b&gt;", "$(id)", "../../x"]
evil = " ".join(EVIL)
answer = town.post("/first-report", "hogo", {**good, "title": evil[:280], "summary": evil, "fact.org_name": evil, "fact.address": evil,
                                             "fact.contacts.0.name": evil[:180], "fact.contacts.0.email": "<script>@x"}, page="/first-report")
expect(answer.status == 303, f"texts with markup are texts: {answer.status} {re.sub(r'<[^>]+>', ' ', answer.text)[:500]}")
evil_case = "/cases/" + re.search(r"\d{4}-\d{4}", answer.headers["Location"] or num).group(0)
for path, fields in ((evil_case + "/timeline", {"at": "2026-01-05", "what": evil, "by": evil[:380], "source": evil[:380]}),
                     (evil_case + "/facts", {"fact.discovery_story": evil, "by": evil[:380], "source": evil[:380], "reason": evil[:380]})):
    answer = town.post(path, "hogo", fields, page=evil_case + "/timeline")
    expect(answer.status in (200, 303), f"{path}: {answer.status} {re.sub(r'<[^>]+>', ' ', answer.text)[:300]}")
town.post(evil_case + "/threads/advice", "hogo", {**advice, "field.question": evil, "field.method": evil, "field.config": evil}, page=evil_case + "/threads/advice")
evil_draft = re.findall(r"/previews/(d-[a-z0-9]+)", town.ask("/threads", "soukatsu").text)[-1]
town.post(evil_case + "/threads/advice", "hogo", {**advice, "field.question": evil, "field.persons": evil, "tlp": evil}, page=evil_case + "/threads/advice")
town.post(evil_case + "/room/judge", "hogo", {"grounds": evil, "social": "1"}, page=evil_case + "/room")
evil_paper = town.post(evil_case + "/selection", "hogo", {"text": evil + "\n氏名：山田太郎 <x-evil onclick=1>\n端末の C:\\Users\\<script>\\a.exe", "name": evil[:180]},
                       page=evil_case + "/selection").headers["Location"]
evil_list = town.post(evil_case + "/watch", "hogo", {"text": evil + "\nhttp://evil-update.top/<script>alert(1)</script>\n45.76.10.9", "name": evil[:180]}, page=evil_case + "/watch").headers["Location"]
town.post(evil_list + "/logs", "hogo", {"text": "45.76.10.9 " + evil, "name": evil[:180]}, page=evil_list)
town.post(f"/partners/{partner}/notes", "hogo", {"what": "contact", "text": evil[:900]}, page=f"/partners/{partner}")
town.post(f"/partners/{partner}/address", "hogo", {"host": evil[:180], "port": "1"}, page=f"/partners/{partner}")
town.post("/memos", "hogo", {"file": evil}, page="/memos")
town.post("/partners", "hogo", {"card": evil, "class": "police", "name": evil[:180]}, page="/partners")
answer = town.post("/sections", "system", {"id": "evil", "name": evil[:180]}, page="/accounts")
answer = town.post("/accounts", "system", {"name": evil[:180], "login": "evil<script>", "mail": "<script>@x"}, page="/accounts")
town.post(evil_case + "/people", "hogo", {"how": "call", "on": "2026-01-06", "sent": "3", "note": evil}, page=evil_case + "/people")
boundary = "b" * 30
parts = {**town.tokens("hogo", evil_case + "/evidence"), "note": evil[:900]}
body = "".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in parts.items())
body += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="../../<script>alert(1)<_script>.html"\r\nContent-Type: text/html\r\n\r\n{evil}\r\n--{boundary}--\r\n'
answer = town.ask(evil_case + "/evidence", "hogo", body.encode(), {"Content-Type": "multipart/form-data; boundary=" + boundary})
expect(answer.status == 303, f"evidence with markup is kept: {answer.status}")
kept = re.search(evil_case + r"/evidence/\d+", town.ask(evil_case + "/evidence", "hogo").text)
answer = town.ask(kept.group(0), "hogo") if kept else None
expect(answer and answer.headers["Content-Type"] == "application/octet-stream" and answer.headers["Content-Disposition"].startswith("attachment")
       and ".." not in answer.headers["Content-Disposition"] and answer.body.decode() == evil, f"evidence is given out as a file: {answer and answer.headers}")
expect(kept and town.ask(kept.group(0).replace(evil_case, case), "hogo").status == 404, "evidence of another case")
pages = ["/evidence", "/looks", "/assign", "", "/told", "/ask", "/facts", "/facts?section=R1", "/facts?section=R4", "/facts/summary", "/facts/org_name", "/timeline", "/people", "/record", "/reports"]
town.post(evil_case + "/reports", "hogo", {"form": "PB", "kind": "preliminary"}, page=evil_case + "/reports")
shown = [evil_case + p for p in pages] + [evil_case + "/reports/1", evil_case + "/reports/1/steps/reporter", "/", "/cases", "/duties", "/calendar", "/accounts",
         "/record", "/own", "/notices", "/deputies", "/reviews", "/settings", evil_case + "/room", evil_case + "/wishes", evil_case + "/threads", evil_case + "/principals", evil_case + "/selection", evil_paper, evil_case + "/watch", evil_list, f"/previews/{evil_draft}",
         "/threads", "/partners", f"/partners/{partner}", "/memos", "/search?words=" + urllib.parse.quote(evil[:60])]
for path in shown:
    for login in ("hogo", "soukatsu"):
        answer = town.ask(path, login)
        reader = Reader()
        reader.feed(answer.text)
        for bad in reader.bad:
            failures.append(f"markup got through on {path}: {bad}")
expect(sum(evil_case in town.ask(p, "hogo").text for p in ("/cases",)) == 1, "the tables are there")

# ---- the same strings in every input there is: a refusal or a page, never a fault ----
tried = 0
for pattern, methods in spec["paths"].items():
    for text in (EVIL[0], EVIL[7], "\u0000", "x" * 5000, "２" * 300, "-1", "99999999999999999999", "[" * 50, "{\"a\":", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")):
        path = pattern
        for name, value in names.items():
            path = path.replace(name, urllib.parse.quote(text[:60], safe="") if name != "{case}" else num)
        for method, what in methods.items():
            fields = [p["name"] for p in what["parameters"] if p["in"] == "query"]
            if method == "get":
                query = urllib.parse.urlencode({f: text for f in fields})
                answer = town.ask(path + ("?" + query if query else ""), "soukatsu")
            else:
                body = what.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {}).get("properties", {})
                fields = {**{f: text for f in body}, "fact.persons": text, "fact.contacts.0.name": text, "fact.contacts": text, "known.y": text}
                if pattern.endswith(("/close", "/reopen")):
                    continue
                answer = town.post(path, "soukatsu", fields, page="/own")
            tried += 1
            expect(answer.status < 500, f"{method} {pattern} with {text[:20]!r}: {answer.status}")
print(f"{tried} inputs tried")
expect(town.ask("/cases", "hogo").status == 200, "the node is still there")
log = town.close()
expect("core.lost" not in log and "signal=" not in re.sub(r"signal=0", "", log), "a process fell: " + "\n".join(l for l in log.splitlines() if "lost" in l or "signal" in l)[:600])
for secret in ("alert(1)", "DROP TABLE", "takenoko", "試験"):
    expect(secret not in log, f"the log holds what came in: {secret}")
finish(failures)
