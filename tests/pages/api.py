"""The description of the API against the running node: every path, every status that can be brought about, every schema.

usage: api.py RENKEI MAKE_TOWN"""
import base64
import hashlib
import json
import subprocess
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0])
from town import Town, finish

renkei, make_town = sys.argv[1:3]
spec = json.loads(subprocess.run([renkei, "api", "describe"], check=True, capture_output=True, text=True).stdout)
town = Town(renkei, make_town)
failures, seen = [], set()


def check(value, schema, at):
    if "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    kind = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}[schema["type"]]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        failures.append(f"{at}: {type(value).__name__} and not {schema['type']}")
    elif kind is dict:
        for name in schema.get("required", []):
            if name not in value:
                failures.append(f"{at}: {name} is missing")
        for name, member in value.items():
            if name not in schema["properties"]:
                failures.append(f"{at}: {name} is not described")
            else:
                check(member, schema["properties"][name], f"{at}.{name}")
    elif kind is list:
        for i, member in enumerate(value[:20]):
            check(member, schema["items"], f"{at}[{i}]")


def call(method, pattern, token, path=None, data=None, want=None, **more):
    path = path or pattern
    answer = town.api(path, token, data if method == "post" else None, **more)
    described = spec["paths"][pattern][method]["responses"]
    at = f"{method.upper()} {pattern} {answer.status}"
    seen.add((pattern, method, str(answer.status)))
    if str(answer.status) not in described:
        failures.append(f"{at}: the status is not described")
        return answer
    kind, content = next(iter(described[str(answer.status)]["content"].items()))
    if not (answer.headers["Content-Type"] or "").startswith(kind):
        failures.append(f"{at}: {answer.headers['Content-Type']} and not {kind}")
    elif "schema" in content:
        check(answer.json, content["schema"], at)
    if want and answer.status != want:
        failures.append(f"{at}: {want} was wanted: {answer.text[:300]}")
    return answer


chief = town.token("soukatsu", "page: case. fact. duty. report. approval. look: grant. people. review. deputy. absence. notice.")
clerk = town.token("tantou", "page: case. fact. duty. report. notice. evidence. told. look: ")
admin = town.token("system", "page: account. grant. section. session. secret. self: look:")
reader = town.token("etsuran", "page: ")

opened = call("post", "/first-report", clerk, data={"known": "令和8年1月5日", "title": "API", "fact": {
    "cause": "ransomware", "org_type": "local_gov", "handles_data": True, "has_personal_data": True, "data_state": "held", "leak": "suspected",
    "persons": {"about": 1200}, "encryption": "none", "recovered_unviewed": False, "other_copy_exists": False, "dishonest_purpose": True,
    "against_handler": True, "pseudonymized": False, "key_compromised": False, "mynumber": None}}, want=201)
num = opened.headers["Location"].split("/")[4]
case = f"/cases/{num}"
state = call("get", "/cases/{case}", clerk, case, want=200)
rule = next(d["rule"] for d in state.json["must"] if d["form"])
other = next(d["rule"] for d in state.json["must"] + state.json["may"] if d["rule"] != rule)

# what is written
call("post", "/cases/{case}/duties/{rule}/confirm", clerk, f"{case}/duties/{rule}/confirm", data={}, want=201)
call("post", "/cases/{case}/facts", clerk, case + "/facts", data={"fact": {"mynumber": False}}, want=200)
call("post", "/cases/{case}/facts", clerk, case + "/facts", data={"fact": {"persons": "many"}}, want=422)
call("post", "/cases/{case}/facts", clerk, case + "/facts", data={"facts": 1}, want=400)
call("post", "/cases/{case}/facts", clerk, case + "/facts", data={"fact": {"mynumber": True}}, headers={"If-Match": '"1"'}, want=412)
call("post", "/cases/{case}/facts", reader, case + "/facts", data={"fact": {"mynumber": True}}, want=403)
call("post", "/cases/{case}/facts", "t-none.none", case + "/facts", data={}, want=401)
call("post", "/cases/{case}/timeline", clerk, case + "/timeline", data={"at": "2026-01-05T10:00:00+09:00", "what": "検知"}, want=201)
call("post", "/cases/{case}/timeline", clerk, case + "/timeline", data={"what": "検知"}, want=422)
report = call("post", "/cases/{case}/reports", clerk, case + "/reports", data={"rule": rule}, want=201).headers["Location"].rsplit("/", 1)[1]
paper = f"{case}/reports/{report}"
step = call("get", "/cases/{case}/reports/{no}", clerk, paper, want=200).json["steps"][0]["id"]
call("get", "/cases/{case}/reports/{no}/steps/{step}", clerk, f"{paper}/steps/{step}", want=200)
saved = call("post", "/cases/{case}/reports/{no}/steps/{step}", clerk, f"{paper}/steps/{step}", data={"fact": {"summary": "調査中"}, "stay": True}, want=201)
report = saved.headers["Location"].split("/reports/")[1].split("/")[0]
paper = f"{case}/reports/{report}"
call("post", "/cases/{case}/reports/{no}/submit", clerk, paper + "/submit", data={"on": "2026-01-06"}, want=403)
lead = town.token("hogo", "page: case. fact. duty. report. approval. look:")
call("post", "/cases/{case}/reports/{no}/submit", lead, paper + "/submit", data={"on": "2026-01-06"}, want=403)   # nobody checked it yet
call("post", "/cases/{case}/reports/{no}/approve", lead, paper + "/approve", data={}, want=201)
once = {"Idempotency-Key": "the-first-sending"}
first = call("post", "/cases/{case}/reports/{no}/submit", chief, paper + "/submit", data={"on": "2026-01-06"}, headers=once, want=201)
again = call("post", "/cases/{case}/reports/{no}/submit", chief, paper + "/submit", data={"on": "2026-01-06"}, headers=once)
if again.status != first.status or again.headers["Location"] != first.headers["Location"]:
    failures.append(f"the second sending of one key: {again.status}")
call("post", "/cases/{case}/reports/{no}/submit", chief, paper + "/submit", data={"on": "2026-01-06"}, want=409)
second = call("post", "/cases/{case}/reports", clerk, case + "/reports", data={"rule": rule, "kind": "follow_up"}, want=201).headers["Location"].rsplit("/", 1)[1]
call("get", "/cases/{case}/reports/{no}/changes", clerk, f"{case}/reports/{second}/changes", want=200)
call("post", "/cases/{case}/duties/{rule}/done", clerk, f"{case}/duties/{other}/done", data={"how": "call", "on": "2026-01-06"}, want=201)
call("post", "/cases/{case}/duties/{rule}/undo", lead, f"{case}/duties/{other}/undo", data={"reason": "誤り"}, want=201)
call("post", "/cases/{case}/duties/{rule}/waive", chief, f"{case}/duties/{other}/waive", data={"ground": "authority_agreed", "reason": "訓練"})
call("post", "/cases/{case}/close", chief, case + "/close", data={})
call("post", "/cases/{case}/reopen", chief, case + "/reopen", data={})
made = call("post", "/accounts", admin, data={"name": "新人 五郎", "login": "shinjin", "mail": "s@town.example"}, want=200).json["account"]
call("post", "/accounts", admin, data={"name": "新人 六郎", "login": "shinjin"}, want=409)
call("post", "/accounts/{account}/grants", admin, f"/accounts/{made}/grants", data={"role": "handler"}, want=201)
call("post", "/accounts/{account}/grants/end", admin, f"/accounts/{made}/grants/end", data={"role": "handler"}, want=201)
call("post", "/accounts/{account}/invite", admin, f"/accounts/{made}/invite", data={}, want=200)
call("post", "/accounts/{account}/state", admin, f"/accounts/{made}/state", data={"state": "left"}, want=201)
call("post", "/sections", admin, data={"id": "kokuho", "name": "国保課"}, want=201)
call("post", "/sections/close", admin, data={"id": "kokuho"}, want=201)


# what waits, who stands in, reviews, evidence, who was told
call("post", "/cases/{case}/duties/{rule}/confirm", clerk, f"{case}/duties/{rule}/confirm", data={})
accounts = {a["login"]: a["id"] for a in call("get", "/accounts", chief, want=200).json["accounts"]}
absent = f"/accounts/{accounts['hogo']}"
call("post", "/accounts/{account}/deputies", chief, absent + "/deputies", data={"deputy": accounts["hogo2"]}, want=201)
call("post", "/accounts/{account}/deputies", chief, absent + "/deputies", data={"deputy": accounts["hogo"]})
call("post", "/accounts/{account}/absence", chief, absent + "/absence", data={"from": "2030-01-01", "to": "2030-01-09"}, want=201)
away = call("get", "/accounts/{account}", chief, absent, want=200).json
if away["deputies"][0]["deputy"] != accounts["hogo2"] or away["absences"][0]["to_iso"] != "2030-01-09":
    failures.append(f"deputy and absence: {away}")
call("post", "/accounts/{account}/absence/end", chief, absent + "/absence/end", data={}, want=201)
call("post", "/accounts/{account}/deputies/end", chief, absent + "/deputies/end", data={"deputy": accounts["hogo2"]}, want=201)
theirs = call("get", "/accounts/{account}", admin, f"/accounts/{accounts['kensa']}", want=200).json
call("post", "/accounts/{account}/sessions/end", admin, f"/accounts/{accounts['kensa']}/sessions/end", data={"session": theirs["sessions"][0]["id"]}, want=201)
call("post", "/accounts/{account}/sessions/end", admin, f"/accounts/{accounts['kensa']}/sessions/end", data={"session": "s-none"}, want=404)
if theirs["factors"]:
    call("post", "/accounts/{account}/factors/drop", admin, f"/accounts/{accounts['kensa']}/factors/drop", data={"factor": theirs["factors"][0]["id"]}, want=201)
waiting = call("get", "/reviews", chief, want=200).json["open"]
call("post", "/reviews/done", chief, data={"review": waiting[0]["seq"], "result": "kept"}, want=201)
call("post", "/reviews/done", chief, data={"review": waiting[0]["seq"], "result": "kept"}, want=409)
call("post", "/settings/policy", chief, data={"four_eyes": "off"}, want=201)
call("post", "/settings/policy", chief, data={"four_eyes": "on"}, want=201)
if not call("get", "/settings", chief, want=200).json["four_eyes"]:
    failures.append("four eyes are off")
log = b"\x00\xff<script>" * 1000
call("post", "/cases/{case}/evidence", clerk, case + "/evidence", data={"file": base64.b64encode(log).decode(), "note": "ファイアウォールの記録"}, want=201)
call("post", "/cases/{case}/evidence", clerk, case + "/evidence", data={"note": "空"}, want=422)
kept = call("get", "/cases/{case}/evidence", clerk, case + "/evidence", want=200).json["files"][0]
got = call("get", "/cases/{case}/evidence/{no}", clerk, f"{case}/evidence/{kept['seq']}", want=200)
if got.body != log or not got.headers["Content-Disposition"].startswith("attachment") or kept["digest"] != hashlib.sha256(log).hexdigest():
    failures.append("the evidence is not what was brought in")
call("get", "/cases/{case}/evidence/{no}", reader, f"{case}/evidence/{kept['seq']}", want=403)
call("post", "/cases/{case}/people", clerk, case + "/people", data={"how": "letter", "on": "2026-01-06", "sent": "1,000", "returned": "12", "note": "郵送"}, want=201)
call("post", "/cases/{case}/people", clerk, case + "/people", data={"how": "letter", "on": "2026-01-06"}, want=422)
told = call("get", "/cases/{case}/people", clerk, case + "/people", want=200).json
if (told["persons"], told["reached"], told["rest"]) != (1200, 988, 212):
    failures.append(f"the progress: {told['persons']} {told['reached']} {told['rest']}")
if not call("get", "/cases/{case}/looks", chief, case + "/looks", want=200).json["looks"]:
    failures.append("nobody looked, they say")
call("post", "/cases/{case}/assign", chief, case + "/assign", data={"section": {"hoken": True}}, want=201)
call("post", "/cases/{case}/assign", chief, case + "/assign", data={}, want=422)

# what is read, with every path of the description
names = {"{case}": num, "{no}": report, "{rule}": rule, "{path}": "cause", "{step}": step, "{account}": made, "{session}": "s-none"}
for pattern, methods in spec["paths"].items():
    path = pattern
    for name, value in names.items():
        path = path.replace(name, value)
    token = admin if pattern == "/accounts" else chief
    for method in methods:
        if method == "get":
            call("get", pattern, token, path + ("?words=%E8%A9%A6%E9%A8%93" if pattern == "/search" else ""))
            call("get", pattern, token, path + ("?words=%E8%A9%A6%E9%A8%93" if pattern == "/search" else ""), lang="en")
        call(method, pattern, "t-none.none", path, data={})
for pattern in ("/cases/{case}", "/cases/{case}/facts"):
    call("get", pattern, chief, pattern.replace("{case}", "2019-0001"), want=404)
    call("get", pattern, reader, pattern.replace("{case}", num), want=200)

good = {(p, m) for p, m, s in seen if s in ("200", "201")}
for pattern, methods in spec["paths"].items():
    for method in methods:
        if (pattern, method) not in good and not pattern.endswith(("/xlsx", "/close", "/reopen", "/waive")):
            failures.append(f"{method.upper()} {pattern}: never done, only {[s for p, m, s in seen if (p, m) == (pattern, method)]}")
print(f"{len(spec['paths'])} paths, {len(seen)} of path, method and status seen")
town.close()
finish(failures)
