"""The description of the API against the running node: every path, every status that can be brought about, every schema.

usage: api.py RENKEI MAKE_TOWN"""
import base64
import csv
import gzip
import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

sys.path.insert(0, __file__.rsplit("/", 1)[0])
from town import Town, finish

renkei, make_town = sys.argv[1:3]
spec = json.loads(subprocess.run([renkei, "api", "describe"], check=True, capture_output=True, text=True).stdout)
town = Town(renkei, make_town, neighbours=True)
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


shared = " approve erase. incident. item. memo. motion. partner. select. thread. watch. wish."
chief = town.token("soukatsu", "page: case. fact. duty. report. approval. look: grant. people. review. deputy. absence. notice." + shared)
clerk = town.token("tantou", "page: case. fact. duty. report. notice. evidence. told. look: item. motion. partner. select. thread. watch. wish.")
admin = town.token("system", "page: account. grant. section. session. secret. self: look:")
reader = town.token("etsuran", "page: ")
# for the screening: those who decide, those who check, those who may not
screens = "page: look: screening. case."
lead_s, chief_s = (town.token(who, screens) for who in ("hogo", "soukatsu"))
clerk_s, auditor_s = (town.token(who, "page: look: screening.") for who in ("tantou", "kansa"))
reader_s, second_s = town.token("etsuran", "page:"), town.token("hogo2", screens)

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
lead = town.token("hogo", "page: case. fact. duty. report. approval. look:" + shared)
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

# acting together: prepared by one, kept back more, sent by another, recalled; partners and memoranda through two hands
near = town.near
home = f"/cases/{near['case']}"


def place(answer, part=-1):
    return (answer.headers["Location"] or "").split("/")[part]


def two_hands(answer, want=201):
    motion = place(answer)
    call("get", "/motions/{motion}", chief, f"/motions/{motion}", want=200)
    call("post", "/motions/{motion}/carry", lead, f"/motions/{motion}/carry", data={}, want=403)   # who made it does not carry it out
    return call("post", "/motions/{motion}/carry", chief, f"/motions/{motion}/carry", data={}, want=want)


call("get", "/cases/{case}/threads/{kind}", clerk, home + "/threads/advice", want=200)
call("get", "/cases/{case}/threads/{kind}", clerk, home + "/threads/nothing", want=404)
asked = {"to": {"ipa.example": True}, "field": {"phase": "containment", "question": "山田太郎様 090-1234-5678 の端末", "persons": 1200, "config": "VPN"}}
call("post", "/cases/{case}/threads/{kind}", clerk, home + "/threads/advice", data={**asked, "field": {"phase": "containment"}}, want=422)
call("post", "/cases/{case}/threads/{kind}", clerk, home + "/threads/advice", data={"field": asked["field"]}, want=422)
call("post", "/cases/{case}/threads/{kind}", clerk, home + "/threads/advice", data={**asked, "to": {"nco.example": True}}, want=403)
call("post", "/cases/{case}/threads/{kind}", reader, home + "/threads/advice", data=asked, want=403)
draft = place(call("post", "/cases/{case}/threads/{kind}", clerk, home + "/threads/advice", data=asked, want=201))
sides = {r["path"]: r for r in call("get", "/previews/{draft}", clerk, f"/previews/{draft}", want=200).json["recipients"][0]["rows"]}
if "山田" in sides["question"]["right"] or "山田" not in sides["question"]["left"] or not sides["question"]["reason"]:
    failures.append(f"the preview shows both sides and says why: {sides['question']}")
call("post", "/previews/{draft}/hold", clerk, f"/previews/{draft}/hold", data={"hold": {"nothing": "*"}}, want=422)
draft = place(call("post", "/previews/{draft}/hold", clerk, f"/previews/{draft}/hold", data={"hold": {"config": "ipa.example"}}, want=201))
sides = {r["path"]: r for r in call("get", "/previews/{draft}", chief, f"/previews/{draft}", want=200).json["recipients"][0]["rows"]}
if not sides["config"]["held"] or sides["config"]["right"]:
    failures.append(f"the officer keeps back more: {sides['config']}")
call("post", "/previews/{draft}/send", clerk, f"/previews/{draft}/send", data={}, want=403)
thread = place(call("post", "/previews/{draft}/send", chief, f"/previews/{draft}/send", data={}, want=201))
call("post", "/previews/{draft}/send", chief, f"/previews/{draft}/send", data={}, want=404)
sent = call("get", "/threads/{thread}", clerk, f"/threads/{thread}", want=200).json["sent"][0]["env"]
if any(f["id"] == "config" for f in call("get", "/threads/{thread}/sent/{env}", clerk, f"/threads/{thread}/sent/{sent}", want=200).json["fields"]):
    failures.append("what was kept back went out")
call("post", "/threads/{thread}/sent/{env}/recall", clerk, f"/threads/{thread}/sent/{sent}/recall", data={"code": "because"}, want=422)
two_hands(call("post", "/threads/{thread}/sent/{env}/recall", lead, f"/threads/{thread}/sent/{sent}/recall", data={"code": "wrong_content"}, want=201))
call("post", "/threads/{thread}/sent/{env}/recall", lead, f"/threads/{thread}/sent/{sent}/recall", data={"code": "wrong_content"}, want=409)
came = f"/threads/{near['thread']}"
call("get", "/threads/{thread}/received/{env}", clerk, f"{came}/received/{near['env']}", want=200)
call("get", "/threads/{thread}/received/{env}", reader, f"{came}/received/{near['env']}", want=403)
call("get", "/threads/{thread}/received/{env}", clerk, f"/threads/{thread}/received/{near['env']}", want=404)
call("post", "/threads/{thread}/received/{env}/answer", lead, f"{came}/received/{near['env']}/answer", data={"answer": "done"}, want=409)
back = f"/threads/{near['recalled']}/received/{near['recalled_env']}"
asked_back = call("get", "/threads/{thread}/received/{env}", lead, back, want=200).json
if asked_back["fields"] or not asked_back["refused"] or not asked_back["may_answer"]:
    failures.append(f"what was recalled is not shown: {asked_back}")
call("post", "/threads/{thread}/received/{env}/answer", clerk, back + "/answer", data={"answer": "done"}, want=403)
call("post", "/threads/{thread}/received/{env}/answer", lead, back + "/answer", data={"answer": "kept"}, want=422)
two_hands(call("post", "/threads/{thread}/received/{env}/answer", lead, back + "/answer", data={"answer": "done"}, want=201))
if not call("get", "/threads/{thread}/received/{env}", lead, back, want=200).json["recall_answer"] == "done":
    failures.append("the answer to a recall stands")
call("post", "/threads/{thread}/link", clerk, came + "/link", data={"to_case": "2019-0001"}, want=422)
call("post", "/threads/{thread}/link", clerk, came + "/link", data={"to_case": near["case"]}, want=201)
call("get", "/threads/{thread}/steps/{step}", clerk, came + "/steps/comment", want=200)
call("post", "/threads/{thread}/steps/{step}", clerk, came + "/steps/comment", data={"field": {"comment": "了解"}}, want=201)
# sharing on what may not be shared on: prepared, but the gate keeps every field back, and says why
onward = place(call("post", "/cases/{case}/threads/{kind}", clerk, home + "/threads/request", want=201,
                    data={"to": {"ipa.example": True}, "field": {"request": "届いた注意喚起の写し"}, "received": {near["env"]: True}}))
rows = call("get", "/previews/{draft}", clerk, f"/previews/{onward}", want=200).json["recipients"][0]["rows"]
if not all(r["kept"] and r["reason"] for r in rows):
    failures.append(f"onward sharing is refused with the reason: {rows}")
call("post", "/previews/{draft}/drop", clerk, f"/previews/{onward}/drop", data={}, want=201)
call("post", "/cases/{case}/room/judge", lead, home + "/room/judge", data={"social": True}, want=422)
# whether the law's own condition holds is not known yet: that is no "no", and nobody judges on it
if not call("get", "/cases/{case}/room", lead, home + "/room", want=200).json["base_open"]:
    failures.append("the room asks for the fact that the judgement hangs on")
call("post", "/cases/{case}/room/judge", lead, home + "/room/judge", data={"social": True, "grounds": "全国の委託元"}, want=422)
call("post", "/cases/{case}/facts", clerk, home + "/facts", data={"fact": {
    "org_type": "private", "handles_data": True, "has_personal_data": True, "data_state": "held", "cause": "ransomware", "medium": "electronic_file",
    "damage": "confirmed", "leak": "suspected", "dishonest_purpose": True, "against_handler": True, "encryption": "none",
    "loss": "none", "recovered_unviewed": False, "other_copy_exists": False, "key_compromised": False, "contactable": True}}, want=200)
call("post", "/cases/{case}/room/judge", lead, home + "/room/judge", data={"social": True, "grounds": "全国の委託元"}, want=201)
room = call("get", "/cases/{case}/room", clerk, home + "/room", want=200).json
if len(room["events"]) < 2 or not all(e["visible"] for e in room["events"]) or [e["at_iso"] for e in room["events"]] != sorted(e["at_iso"] for e in room["events"]):
    failures.append("the room has one line of time, each entry with who sees it")
board = call("get", "/cases/{case}/exercise", clerk, home + "/exercise", want=200).json
if board["players"]:
    failures.append("a case without injects has no players")
call("get", "/cases/{case}/exercise", reader, home + "/exercise", want=403)
table = call("get", "/cases/{case}/principals", clerk, home + "/principals", want=200).json
seen_principals = [p["node"] for p in table["principals"]]
while table["next_principal"]:
    table = call("get", "/cases/{case}/principals", clerk, home + "/principals?after=" + table["next_principal"], want=200).json
    seen_principals += [p["node"] for p in table["principals"]]
if len(seen_principals) != 130 or len(set(seen_principals)) != 130:
    failures.append(f"the table of principals goes through all: {len(seen_principals)}")
if call("get", "/cases/{case}/principals", clerk, home + "/principals?state=answered&words=office-01", want=200).json["found"] != 0:
    failures.append("the table of principals can be narrowed down")
partners = {p["node"]: p["id"] for p in call("get", "/partners", clerk, "/partners", want=200).json["partners"]}
nco = f"/partners/{partners['nco.example']}"
call("post", "/partners/{partner}/notes", clerk, nco + "/notes", data={"what": "contact", "text": "03-0000-0000 当直", "since": "令和8年4月1日"}, want=201)
call("post", "/partners/{partner}/notes", clerk, nco + "/notes", data={"what": "contact", "text": "x", "since": "2026-04-01", "until": "2026-03-01"}, want=422)
call("post", "/partners/{partner}/address", lead, nco + "/address", data={"host": "nco.example", "port": 8443}, want=201)
call("post", "/partners/{partner}/memos", clerk, nco + "/memos", data={"dir": {"alert": "both"}}, want=403)
call("post", "/partners/{partner}/memos", lead, nco + "/memos", data={}, want=422)
memo = place(two_hands(call("post", "/partners/{partner}/memos", lead, nco + "/memos", data={"dir": {"alert": "both", "hearing": "give"},
      "tlp": {"alert": "green"}, "kept_of": {"alert.attack.indicator": True}, "condition": {"no_judicial": True}}, want=201)))
call("post", "/partners/{partner}/memos", lead, nco + "/memos", data={"dir": {"alert": "both"}, "kept_of": {"alert.nothing": True}}, want=422)
call("post", "/partners/{partner}/memos", lead, nco + "/memos", data={"dir": {"alert": "both"}, "kept_of": {"alert": {"attack.indicator": True}}}, want=422)
state = call("get", "/memos/{memo}", clerk, f"/memos/{memo}", want=200).json
if state["state"] != "ours" or not state["ours"] or state["theirs"]:
    failures.append(f"a memorandum that they did not sign covers nothing: {state['state']}")
said = {f["kind"]: f for f in state["functions"]}
if said["alert"]["kept"] != ["侵害の痕跡"] or said["hearing"]["kept"] or any(len(f["conditions"]) != 1 for f in said.values()):
    failures.append(f"reservations of a memorandum stand by kind: {said}")
memo_file = call("get", "/memos/{memo}/file", clerk, f"/memos/{memo}/file", want=200).text
call("post", "/memos", lead, "/memos", data={"file": "{}"}, want=422)
taken = call("post", "/memos", lead, "/memos", data={"file": memo_file}, want=201)   # our own signature is not theirs
call("post", "/motions/{motion}/carry", chief, f"/motions/{place(taken)}/carry", data={})
call("post", "/motions/{motion}/drop", lead, f"/motions/{place(taken)}/drop", data={}, want=201)
two_hands(call("post", "/memos/{memo}/end", lead, f"/memos/{memo}/end", data={}, want=201))
two_hands(call("post", "/partners/{partner}/end", lead, f"/partners/{partners['office-130.example']}/end", data={}, want=201))
card = json.loads(subprocess.run([renkei, "exchange", "card", f"--store={town.dir}"], check=True, capture_output=True, text=True).stdout)
call("post", "/partners", lead, "/partners", data={"card": "{}", "class": "police"}, want=422)
two_hands(call("post", "/partners", lead, "/partners", want=201,
               data={"card": json.dumps({**card, "node": "npa.example"}), "class": "police", "host": "npa.example", "port": 8443, "name": "警察の試験"}))
guide = call("get", "/guidelines", clerk, "/guidelines", want=200).json
if [(g["document"], g["version"], g["our_task"]) for g in guide["tasks"]] != [("安全管理の手引き", "3", True)] or not guide["may_open"]:
    failures.append(f"what is asked of us about a guideline is a task: {guide}")
for ending in ("csv", "xlsx"):
    if len(call("get", f"/guidelines.{ending}", clerk, f"/guidelines.{ending}", want=200).body) < 100:
        failures.append(f"the register of guidelines as {ending}")
call("get", "/guidelines/new", clerk, "/guidelines/new", want=200)
call("post", "/guidelines", clerk, "/guidelines", data={"field": {"document": "対応の手引き"}}, want=422)
call("post", "/guidelines", clerk, "/guidelines", data={"to": {"ipa.example": True}, "field": {"version": "1"}}, want=422)
ours = place(call("post", "/guidelines", clerk, "/guidelines", data={"to": {"ipa.example": True}, "field": {"document": "対応の手引き", "version": "1"}}, want=201))
call("post", "/previews/{draft}/send", chief, f"/previews/{ours}/send", data={}, want=201)
if not any(g["ours"] and g["document"] == "対応の手引き" and g["waiting_for"] for g in call("get", "/guidelines", clerk, "/guidelines", want=200).json["guides"]):
    failures.append("a guideline of ours stands in the register with whose answer is waited for")
text = "山田太郎様 連絡先 090-1234-5678\n攻撃元 198.51.100[.]7 hxxp://evil.example/a.php\n確認中\n端末の C:\\Users\\kiosk77\\AppData\\x.exe を確認。\n"
document = place(call("post", "/cases/{case}/selection", clerk, home + "/selection", data={"text": text, "name": "mail.txt"}, want=201))
call("post", "/cases/{case}/selection", clerk, home + "/selection", data={"text": ""}, want=422)
both = call("get", "/cases/{case}/selection/{document}", clerk, f"{home}/selection/{document}", want=200).json
if not any(i["value"] == "198.51.100.7" for i in both["items"]) or not both["kept"] or "090-1234" in both["text"] or "山田" in both["text"]:
    failures.append(f"both sides of a document: {both['items']} {both['kept']} {both['text'][:80]}")
if not both["doubts"]:
    failures.append("the document of the test has no doubtful place")
chosen, of = f"{home}/selection/{document}", "/cases/{case}/selection/{document}"


def decide(want=201, **data):
    call("post", of + "/decide", clerk, chosen + "/decide", data=data, want=want)
    return call("get", of, clerk, chosen, want=200).json


decide(number=1, what="release", want=422)
decide(what="keep", reason="何も選んでいない", want=422)
decide(number=99, what="keep", reason="ない番号", want=404)
if decide(number=1, what="release", reason="共用端末の名")["doubts"][0]["state"] != "released":
    failures.append("a place that was released says so")
if "kiosk77" not in call("get", of + "/indicators.jsonl", clerk, chosen + "/indicators.jsonl", want=200).text:
    failures.append("what was released goes out")
if decide(number=1, what="open")["doubts"][0]["state"] != "open":
    failures.append("a decision is taken back")
if "kiosk77" in call("get", of + "/indicators.jsonl", clerk, chosen + "/indicators.jsonl", want=200).text:
    failures.append("what is not decided any more stays in")
files = {"indicators.csv": "198.51.100.7", "stix.json": "marking-definition", "misp.json": '"Event"', "redacted.txt": "電話番号", "held.csv": "氏名"}
for name, word in files.items():
    text = call("get", f"{of}/{name}", clerk, f"{chosen}/{name}", want=200).text
    if word not in text or "山田" in text or "090-1234" in text or "kiosk77" in text:
        failures.append(f"a selected document as {name}: {text[:200]}")
for name in ("indicators.xlsx", "held.xlsx"):
    if len(call("get", f"{of}/{name}", clerk, f"{chosen}/{name}", want=200).body) < 1000:
        failures.append(f"a selected document as {name}")
if "TLP:GREEN" not in call("get", of + "/stix.json", clerk, chosen + "/stix.json?tlp=green&refs=1", want=200).text.upper():
    failures.append("the marking of a bundle is the one that was chosen")
call("get", of + "/misp.json", clerk, chosen + "/misp.json?tlp=pink", want=422)
alert = call("get", "/cases/{case}/threads/{kind}", clerk, f"{home}/threads/advice?document={document}", want=200).json["form"]
given = {x["id"]: x["value"] for x in alert["fields"]}
if "x.exe" not in given["indicators"] or "山田" in json.dumps(given, ensure_ascii=False) or "198.51.100.7" in given["indicators"]:
    failures.append(f"what goes out is written into the form of a thread, what is a reference is not: {given}")
acts = [e["text"] for e in call("get", "/record", chief, "/record?act=select.decide", want=200).json["entries"]]
if len(acts) != 2 or "（氏名）について決めました。外に出すか：はい" not in acts[1] or "外に出すか：いいえ" not in acts[0]:
    failures.append(f"decisions stand on the record in words: {acts}")
# many at once: those of the same text, those that were ticked, all that fit
many = "".join(f"端末の C:\\Users\\kiosk{n % 3}\\AppData\\{n}.exe を確認。\n" for n in range(30))
document = place(call("post", "/cases/{case}/selection", clerk, home + "/selection", data={"text": many, "name": "many.txt"}, want=201))
chosen = f"{home}/selection/{document}"
got = call("get", of, clerk, chosen, want=200).json
if got["doubts_open"] != 30 or len(got["doubts"]) != 25 or got["doubts_next"] != 25 or got["doubts"][0]["same"] != 9:
    failures.append(f"thirty doubtful places: {got['doubts_open']} {len(got['doubts'])} {got['doubts_next']}")
if decide(number=1, same="1", what="release", reason="共用端末の名")["doubts_open"] != 20:
    failures.append("a decision about the same text stands for each of its places")
if decide(n={"2": True, "3": True}, what="keep", reason="念のため")["doubts_open"] != 18:
    failures.append("what was ticked is decided")
if decide(all="1", kind="name", what="keep", reason="念のため")["doubts_open"] != 0:
    failures.append("all that are left are decided")
if [x["count"] for x in call("get", of, clerk, chosen + "?state=released&items=10", want=200).json["states"]] != [0, 20, 10]:
    failures.append("the states of the places are counted")
zipped = io.BytesIO()
with zipfile.ZipFile(zipped, "w") as z:
    z.writestr("報告.txt", "攻撃元 198.51.100.33")
    z.writestr("写真.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(256)) * 8)
document = place(call("post", "/cases/{case}/selection", clerk, home + "/selection", want=201,
                      data={"file": base64.b64encode(zipped.getvalue()).decode(), "file.name": "C:\\山田\\報告.zip"}))
got = call("get", of, clerk, f"{home}/selection/{document}", want=200).json
if got["unread"] != 1 or [i["value"] for i in got["items"]] != ["198.51.100.33"] or got["name"] != "報告.zip":
    failures.append(f"what could not be read is told: {got['unread']} {got['items']} {got['name']}")
call("post", "/cases/{case}/selection", clerk, home + "/selection", want=422, data={"file": base64.b64encode(b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(256)) * 8).decode()})
if not any(x["name"] == "報告.zip" for x in call("get", "/cases/{case}/selection", clerk, home + "/selection", want=200).json["documents"]):
    failures.append("documents stand in the list by their names")
call("get", "/cases/{case}/selection/{document}", clerk, f"{home}/selection/1", want=404)
pdf = """%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 60>>stream
BT /F 12 Tf 10 200 Td (see 198.51.100.9 and ask tel 090-1234-5678) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
"""
if os.path.exists("/usr/bin/pdftotext"):   # the role that has foreign files opened starts it
    leaflet = place(call("post", "/cases/{case}/selection", clerk, home + "/selection", data={"text": pdf, "name": "a.pdf"}, want=201))
    both = call("get", "/cases/{case}/selection/{document}", clerk, f"{home}/selection/{leaflet}", want=200).json
    if [i["value"] for i in both["items"]] != ["198.51.100.9"] or "090-1234" in both["text"] or "see" not in both["text"]:
        failures.append(f"both sides of a PDF: {both['items']} {both['kept']} {both['text'][:80]}")
    scan = pdf.replace("(see 198.51.100.9 and ask tel 090-1234-5678) Tj", "")
    call("post", "/cases/{case}/selection", clerk, home + "/selection", data={"text": scan, "name": "scan.pdf"}, want=422)

# known indicators in logs: the list, the log, what was seen, files, counts for a partner
watch, of = home + "/watch", "/cases/{case}/watch/{list}"
call("get", "/cases/{case}/watch", clerk, watch, want=200)
call("post", "/cases/{case}/watch", clerk, watch, data={"text": "よろしく"}, want=422)
call("post", "/cases/{case}/watch", clerk, watch, data={"file": base64.b64encode(b'{"type":"bundle"').decode()}, want=422)
stix = {"type": "bundle", "id": "bundle--1", "objects": [{"type": "indicator", "id": "indicator--1", "pattern_type": "stix",
        "pattern": "[ipv4-addr:value = '45.76.10.9'] OR [domain-name:value IN ('evil-update.top', 'zeek.org')]"}]}
listed = place(call("post", "/cases/{case}/watch", clerk, watch, want=201, data={"file": base64.b64encode(json.dumps(stix).encode()).decode(), "file.name": "a.json"}))
chosen = f"{watch}/{listed}"
got = call("get", of, clerk, chosen, want=200).json
if got["count"] != 3 or got["name"] != "a.json" or got["hits_all"]:
    failures.append(f"a bundle as a list: {got['count']} {got['name']}")
call("post", of + "/logs", clerk, chosen + "/logs", data={"text": ""}, want=422)
call("post", of + "/logs", clerk, chosen + "/logs", want=422, data={"file": base64.b64encode(b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(256)) * 8).decode()})
call("post", of + "/logs", clerk, f"{watch}/1/logs", data={"text": "x"}, want=404)
lines = "2026-11-20T10:00:00Z src=10.1.2.3 user=山田太郎 dst=45.76.10.9\n2026-11-20T10:00:01Z src=10.1.2.4 login=ytanaka host=a.evil-update.top\n"
call("post", of + "/logs", clerk, chosen + "/logs", data={"text": lines, "name": "fw.log"}, want=201)
packed = gzip.compress(b"x\n2026-11-20T11:00:00Z 10.1.2.5 45.76.10.9\n")
call("post", of + "/logs", clerk, chosen + "/logs", data={"file": base64.b64encode(packed).decode(), "file.name": "p.log.gz"}, want=201)
got = call("get", of, clerk, chosen, want=200).json
if got["hits_all"] != 3 or [x["count"] for x in got["seen"]] != [2, 1] or [x["client"] for x in got["hits"]] != ["10.1.2.3", "10.1.2.4", "10.1.2.5"]:
    failures.append(f"what was seen in two logs: {got['seen']} {got['hits']}")
if got["hits"][2]["doc"] != "p.log.gz" or got["hits"][2]["line"] != 2 or got["hits"][1]["time"] != "2026-11-20T10:00:01Z":
    failures.append(f"where it was seen: {got['hits']}")
if len(call("get", of, clerk, chosen + "?indicator=evil-update.top&type=domain", want=200).json["hits"]) != 1:
    failures.append("hits of one indicator")
for name, word in {"hits.jsonl": "10.1.2.3", "hits.csv": "10.1.2.3", "sightings.json": '"count":2'}.items():
    text = call("get", f"{of}/{name}", clerk, f"{chosen}/{name}", want=200).text
    if word not in text or "山田" in text or "ytanaka" in text or (name == "sightings.json" and "10.1.2" in text):
        failures.append(f"what was seen as {name}: {text[:300]}")
if len(call("get", of + "/hits.xlsx", clerk, chosen + "/hits.xlsx", want=200).body) < 1000:
    failures.append("what was seen as a table")
call("get", of + "/sightings.json", clerk, chosen + "/sightings.json?tlp=pink", want=422)
call("get", of, clerk, f"{watch}/1", want=404)
document = place(call("post", "/cases/{case}/selection", clerk, home + "/selection", data={"text": "攻撃元 45.76[.]10[.]9\r\n山田太郎", "name": "w.txt"}, want=201))
again = place(call("post", "/cases/{case}/watch", clerk, watch, data={"source": f"document:{document}"}, want=201))
if call("get", of, clerk, f"{watch}/{again}", want=200).json["count"] != 1:
    failures.append("what goes out of a document is a list")
call("post", "/cases/{case}/watch", clerk, watch, data={"source": "thread:t-none"}, want=404)
tell = call("get", "/cases/{case}/threads/{kind}", clerk, f"{home}/threads/sighting?watch={listed}", want=200).json["form"]
given = {x["id"]: x["value"] for x in tell["fields"]}
if given["indicators"].split() != ["45.76.10.9", "evil-update.top"] or "2" not in given["seen"] or "10.1.2" in json.dumps(given):
    failures.append(f"what was seen is written into the form of a thread: {given}")
acts = [e["text"] for e in call("get", "/record", chief, "/record?act=watch.log", want=200).json["entries"]]
if len(acts) != 2 or "該当 2 件" not in "".join(acts):
    failures.append(f"looks through logs stand on the record in words: {acts}")
call("post", "/cases/{case}/wishes", clerk, home + "/wishes", data={"kind": "consent"}, want=422)
call("post", "/cases/{case}/wishes", clerk, home + "/wishes", data={"kind": "deny", "class": "nothing"}, want=422)
call("post", "/cases/{case}/wishes", clerk, home + "/wishes", data={"kind": "deny", "recipient": "ipa.example", "class": "attack.method"}, want=201)
barred = place(call("post", "/cases/{case}/threads/{kind}", clerk, home + "/threads/advice", data={**asked, "field": {**asked["field"], "method": "T1486"}}, want=201))
barred = {r["path"]: r for r in call("get", "/previews/{draft}", clerk, f"/previews/{barred}", want=200).json["recipients"][0]["rows"]}
if not barred["method"]["kept"] or not barred["method"]["reason"] or barred["phase"]["kept"]:
    failures.append(f"a reservation of one class holds for it alone: {barred}")
wish = call("get", "/cases/{case}/wishes", clerk, home + "/wishes", want=200).json["wishes"][0]["seq"]
call("post", "/cases/{case}/wishes/{wish}/end", clerk, f"{home}/wishes/{wish}/end", data={}, want=201)
call("post", "/cases/{case}/wishes/{wish}/end", clerk, f"{home}/wishes/{wish}/end", data={}, want=404)
got, before = [], ""
while True:
    part = call("get", "/record", chief, "/record" + (f"?before={before}" if before else ""), want=200).json
    got += [e["seq"] for e in part["entries"]]
    before = part["next_before"]
    if not before:
        break
if got != list(range(got[0], -1, -1)) or got[0] < 200:
    failures.append(f"the record page by page: {len(got)} of {got[0] + 1}")
if call("get", "/record", chief, "/record?since=2100-01-01", want=200).json["entries"] or not call("get", "/record", chief, "/record?since=2020-01-01&until=2100-01-01&act=case.open", want=200).json["entries"]:
    failures.append("the record by days")

# ---- the screening of access logs: a list is kept, given out, read, decided ----
logs = pathlib.Path(__file__).resolve().parent.parent / "data/screen/town"
screened = pathlib.Path(town.dir + ".screened")
screened.mkdir()
subprocess.run([renkei, "screen", f"--data={logs}", "--items=30", f"--out={screened}/list", f"--proof={screened}/proof"], check=True, stderr=subprocess.DEVNULL)
found = [json.loads(line) for line in (screened / "list").read_text(encoding="utf-8").splitlines()]
b64 = lambda data: base64.b64encode(data).decode()
table_of = lambda name: b64(gzip.decompress((logs / f"{name}.csv.gz").read_bytes()))
kept = {"run": "2025-10", "list": b64((screened / "list").read_bytes()), "proof": b64((screened / "proof").read_bytes()),
        "accounts": table_of("accounts"), "departments": table_of("departments")}
shutil.rmtree(screened)
if call("get", "/screening", lead_s, want=200).json["lists"]:
    failures.append("a node without a list says so")
call("get", "/screening", clerk_s, want=403)
call("get", "/screening/lists/{run}", lead_s, "/screening/lists/2025-10", want=404)
call("get", "/screening/lists/{run}/numbers", reader_s, "/screening/lists/2025-10/numbers", want=404)
call("post", "/screening", clerk_s, data=kept, want=403)
call("post", "/screening", lead_s, data={**kept, "list": b64(b"{}")}, want=422)
call("post", "/screening", lead_s, data={**kept, "proof": b64(b"{}")}, want=422)
call("post", "/screening", lead_s, data={**kept, "accounts": b64(b"a,b\n1,2\n")}, want=422)
call("post", "/screening", lead_s, data={"run": "2025-10"}, want=422)
call("post", "/screening", lead_s, data=kept, want=201)
call("post", "/screening", lead_s, data=kept, want=409)
run = "/screening/lists/2025-10"


def items(token, query=""):
    """All items as this person sees them, page by page."""
    rows, after = [], 0
    while True:
        part = call("get", "/screening/lists/{run}", token, f"{run}?from={after}{query}", want=200).json
        rows += part["items"]
        after = part["next_from"]
        if not after:
            return rows, part


rows, part = items(lead_s)
if len(rows) != 30 or part["alone"] != 30 or part["registered"] or any(r["open"] or "why" in r or "kind" in r for r in rows):
    failures.append("whose account is not known sees no item")
# whom the first finding is about, that person's subordinate, and one without a part in it
one = next(r for r in found if len(r["users"]) == 1 and r["kind"] not in ("admin_off_window", "self_grant", "log_gap", "log_backdate", "remote_snoop"))
log = next(r for r in found if r["kind"] == "log_gap")
people = {p["label"]: p["value"] for p in call("get", "/screening/reviewers", lead_s, want=200).json["people"]}
call("post", "/screening/reviewers", lead_s, data={"actor": "op-none", "log_account": "s1"}, want=422)
call("post", "/screening/reviewers", auditor_s, data={"actor": people["保護 太郎"]}, want=403)
for name, data in (("保護 太郎", {"log_account": one["users"][0]}), ("総括 花子", {"log_account": "s99002"}),
                   ("保護 次郎", {"log_account": "s99003", "superior": one["users"][0]}), ("監査 一郎", {"auditor": True})):
    own = name == "保護 太郎"   # nobody says of themselves which account is theirs
    if own:
        call("post", "/screening/reviewers", lead_s, data={"actor": people[name], **data}, want=422)
    call("post", "/screening/reviewers", chief_s if own else lead_s, data={"actor": people[name], **data}, want=201)
call("post", "/screening/lists/{run}/assign", lead_s, run + "/assign", data={}, want=201)
rows, part = items(chief_s)
if part["alone"] != 0 or not part["registered"] or len([d for d in part["departments"] if d["label"] != d["value"]]) < 3:
    failures.append(f"the list is given out, departments by name: {part['alone']} {part['departments']}")
mine = {r["rank"]: r for r in rows}
want = one["rank"]
if not mine[want]["open"] or mine[want]["users"] != one["users"] or mine[want]["why"] != one["why"] or not mine[want]["department_name"]:
    failures.append(f"who has no part in an item reads it: {mine[want]}")
if mine[log["rank"]]["open"] or mine[log["rank"]]["decider"] != "監査 一郎":
    failures.append(f"items about the log are the auditors': {mine[log['rank']]}")
samples = [r for r in rows if r.get("sample")]
steps = ((8.5, "とても強い"), (7, "強い"), (5, "中くらい"), (0.01, "弱い"), (0, "なし（無作為）"))   # as screening/rules.yaml has them
if not all(i["score_name"] == next(name for least, name in steps if float(i["score"]) >= least) for i in rows if "score" in i):
    failures.append("how strong a sign is called does not go by its score")
if len(samples) != len([r for r in found if r["kind"] == "explained_sample"]) or not all(r["score"] == "0.00" for r in samples):
    failures.append("what was chosen by chance is marked")
for token in (lead_s, second_s):
    row = next(r for r in items(token)[0] if r["rank"] == want)
    if not row["part"] or row["open"] or "users" in row or "kind" in row or row["decider"] != "総括 花子":
        failures.append(f"nobody sees an item about themselves or their superior, but who decides it: {row}")
    if [r for query in (f"&kind={one['kind']}", "&state=new") for r in items(token, query)[0] if r["rank"] == want] or row["state"]:
        failures.append("an item that one may not read is not found by its kind, nor is it told how it stands")
if not all(r["open"] for r in items(auditor_s)[0]):
    failures.append("an auditor reads all items")
severe = [r["rank"] for r in items(auditor_s, "&sort=severity")[0]]
if sorted(severe) != list(range(1, 31)) or [found[r - 1]["severity"] for r in severe] != sorted((r["severity"] for r in found), reverse=True):
    failures.append("the list by severity")
item, path = mine[want]["item"], "/screening/items/" + mine[want]["item"]
whole = call("get", "/screening/items/{item}", chief_s, path, want=200).json
if whole["events"] != one["events"] or whole["decisions"] or not whole["may_decide"]:
    failures.append("an item has the numbers of its records")
hidden = call("get", "/screening/items/{item}", lead_s, path, want=200).json
if "events" in hidden or "why" in hidden or hidden["may_decide"]:
    failures.append("an item is not shown to whom it is about")
call("get", "/screening/items/{item}", chief_s, "/screening/items/w-none", want=404)
decide = lambda token, data, want, at=path: call("post", "/screening/items/{item}/decide", token, at + "/decide", data=data, want=want)
refused = decide(lead_s, {"result": "justified", "reason": "case", "note": "自分のこと"}, 403)
if "上司" not in refused.json["title_ja"] or refused.json["code"] != "screening.conflict":
    failures.append(f"a conflict of interest is said: {refused.text}")
decide(chief_s, {"result": "justified", "note": "受付があった"}, 422)
decide(chief_s, {"result": "reviewed"}, 422)
decide(clerk_s, {"result": "reviewed", "note": "x"}, 403)
decide(chief_s, {"result": "needs_talk", "note": "本人に聞く"}, 201)
if call("get", "/screening/items/{item}", chief_s, path, want=200).json["decisions"][0]["note"] != "本人に聞く":
    failures.append("a decision stands with its reason")
log_path = "/screening/items/" + mine[log["rank"]]["item"]
decide(chief_s, {"result": "justified", "reason": "data", "note": "x"}, 403, log_path)
decide(auditor_s, {"result": "incident", "note": "欠けている"}, 422, log_path)   # auditors open no cases
decide(auditor_s, {"result": "justified", "reason": "data", "note": "保守で止めた"}, 201, log_path)
opened = decide(chief_s, {"result": "incident", "note": "本人が認めた"}, 201)
born = opened.headers["Location"].split("/cases/")[1].split("/")[0]
if call("get", "/cases/{case}", chief, f"/cases/{born}", want=200).json["num"] != born or not call("get", "/cases/{case}/told", chief, f"/cases/{born}/told", want=200).json:
    failures.append("an incident opens a case")
if call("get", "/screening/items/{item}", chief_s, path, want=200).json["case"] != born:
    failures.append("an incident leads to its case")
decide(chief_s, {"result": "reviewed", "note": "x"}, 409)
weights = {w["kind"]: w for w in call("get", "/screening/weights", chief_s, want=200).json["weights"]}
if weights["log_gap"]["weight"] != 80 or weights[one["kind"]]["confirmed"] != 1:
    failures.append(f"what is decided shows in the weights: {weights['log_gap']} {weights[one['kind']]}")
if len(call("get", "/screening/weights.jsonl", chief_s, want=200).text.splitlines()) != len(weights):
    failures.append("the weights as a file")
numbers = {r["name"]: r["number"] for r in call("get", "/screening/lists/{run}/numbers", reader_s, run + "/numbers", want=200).json["states"]}
if numbers["正当"] != "3件未満" or numbers["事案"] != "3件未満" or numbers["一覧に載った項目"] != "30":
    failures.append(f"small numbers are hidden from the staff: {numbers}")
proof = call("get", "/screening/lists/{run}/proof", auditor_s, run + "/proof", want=200).json
if proof["sources"][0]["lines"] != "37,194" or proof["missing"] != "8" or len(proof["rules"]) < 36:
    failures.append(f"the proof page: {proof['sources']} {proof['missing']} {len(proof['rules'])}")
if call("get", "/screening/lists/{run}/proof/pdf", auditor_s, run + "/proof/pdf", want=200).body[:5] != b"%PDF-":
    failures.append("the proof page as PDF")
for ending in ("csv", "xlsx"):
    table = call("get", f"/screening/lists/{{run}}/items.{ending}", lead_s, f"{run}/items.{ending}", want=200)
    if len(table.body) < 2000 or ending == "csv" and (one["why"] in table.text or table.text.count("\r\n") != 31):
        failures.append(f"the list as {ending}, without what this person may not read")
# who looked at my record: taken in by one, agreed to where the logs lie by another, printed here
number = next(f[8] for f in csv.reader(gzip.open(logs / "oplog_990021.csv.gz", "rt", encoding="utf-8", errors="replace")) if len(f) > 8 and len(f[8]) == 10)
call("post", "/screening/persons", clerk_s, data={"number": "山田"}, want=422)
call("post", "/screening/persons", reader_s, data={"number": number}, want=403)
ask = place(call("post", "/screening/persons", clerk_s, data={"number": number}, want=201))
call("get", "/screening/persons/{ask}", clerk_s, "/screening/persons/0", want=404)
call("get", "/screening/persons/{ask}/accesses.csv", clerk_s, f"/screening/persons/{ask}/accesses.csv", want=404)
if call("get", "/screening/persons/{ask}", clerk_s, f"/screening/persons/{ask}", want=200).json["answered"] or number in town.ask(f"/screening/persons/{ask}", "tantou").text:
    failures.append("a question waits for another person, and shows no number")
subprocess.run([renkei, "review", "looked", ask, str(logs / "oplog_990021.csv.gz"), "--keep", f"--store={town.dir}", f"--as={people['監査 一郎']}:auditor"],
               check=True, stdout=subprocess.DEVNULL)
answer = call("get", "/screening/persons/{ask}", clerk_s, f"/screening/persons/{ask}", want=200).json
if not answer["answered"] or answer["count"] < 1 or not all(a["worker"].startswith("職員") for a in answer["accesses"]):
    failures.append(f"the answer stands, without names of staff: {str(answer)[:300]}")
for ending in ("csv", "xlsx"):
    if len(call("get", f"/screening/persons/{{ask}}/accesses.{ending}", clerk_s, f"/screening/persons/{ask}/accesses.{ending}", want=200).body) < 60:
        failures.append(f"the answer as {ending}")
acts, of_chief = ([e["text"] for e in call("get", "/record", t, "/record?act=screening.review", want=200).json["entries"]] for t in (auditor_s, chief))
if len(of_chief) != 3 or not any(f"「2025-10」の{want}番" in t for t in of_chief) or any("聞き取りが必要" in t for t in of_chief):
    failures.append(f"who may have a part in an item does not read on the record how it ended: {of_chief}")
if len(acts) != 3 or not any(f"「2025-10」の{want}番" in t and "聞き取りが必要" in t for t in acts):
    failures.append(f"decisions are acts on the record, in words: {acts}")
call("get", "/screening/persons", clerk_s, want=200)
home_of = lambda token: {w["run"]: w["count"] for w in call("get", "/", token, want=200).json["screening"]}
if home_of(chief_s).get("2025-10", 0) < 5 or home_of(clerk_s):
    failures.append(f"the first page says how many items wait: {home_of(chief_s)} {home_of(clerk_s)}")

# ---- the register of de-identified releases: what the command signed into the record ----
if call("get", "/deid", clerk_s, want=200).json["releases"]:
    failures.append("a register without a release is empty")
call("get", "/deid", reader_s, want=403)
small = pathlib.Path(__file__).resolve().parent.parent / "data/deid/small"
subprocess.run([renkei, "deid", "officer", f"--out={town.dir}.officer"], check=True)
subprocess.run([renkei, "deid", "run", f"--spec={small}/spec.yaml", f"--in={small}/persons.csv", f"--out={town.dir}.o.csv", f"--sealed={town.dir}.o.sealed",
                f"--officer={town.dir}.officer.pub", "--record", f"--store={town.dir}", f"--as={people['担当 桃子']}:handler"], check=True)
for rest in pathlib.Path(town.dir).parent.glob(pathlib.Path(town.dir).name + ".*"):
    if rest.suffix in (".csv", ".sealed", ".pub", ".key", ".yaml") or rest.name.endswith(".marking.json"):
        rest.unlink()
releases = call("get", "/deid", clerk_s, want=200).json["releases"]
release = str(releases[0]["release"])
if len(releases) != 1 or releases[0]["receiver"] != "架空大学" or not releases[0]["law_met"] or releases[0]["by"] != "担当 桃子":
    failures.append(f"a release stands in the register: {releases}")
whole = call("get", "/deid/{release}", auditor_s, f"/deid/{release}", want=200).json
if not whole["banned"] or not whole["sealed"] or len(whole["criteria"]) < 8 or not all(c["met"] and c["by"] for c in whole["criteria"]) or not whole["risk"] or not whole["utility"]:
    failures.append(f"a release with its criteria, risk, utility and marking: {whole}")
call("get", "/deid/{release}", auditor_s, "/deid/0", want=404)
for ending in ("csv", "xlsx"):
    if len(call("get", f"/deid.{ending}", clerk_s, f"/deid.{ending}", want=200).body) < 200:
        failures.append(f"the register of releases as {ending}")

# what is read, with every path of the description
more = {"{partner}": partners["ipa.example"], "{memo}": memo, "{motion}": place(taken), "{thread}": near["thread"], "{env}": near["env"], "{kind}": "advice",
        "{document}": document, "{list}": listed, "{wish}": str(wish), "{run}": "2025-10", "{release}": release, "{item}": item, "{ask}": ask, "{draft}": place(call("post", "/cases/{case}/threads/{kind}", clerk, home + "/threads/advice", data=asked, want=201))}
names = {"{case}": num, "{no}": report, "{rule}": rule, "{path}": "cause", "{step}": step, "{account}": made, "{session}": "s-none"}
for pattern, methods in spec["paths"].items():
    path = pattern
    if "{document}" in pattern or "{kind}" in pattern:
        path = path.replace("{case}", near["case"])
    if pattern.endswith("/sent/{env}"):
        path = f"/threads/{thread}/sent/{sent}"
    if pattern == "/threads/{thread}/steps/{step}":
        path = f"/threads/{near['thread']}/steps/comment"
    for name, value in {**names, **more}.items():
        path = path.replace(name, value)
    token = admin if pattern.startswith("/accounts") else chief
    for method in methods:
        if method == "get":
            call("get", pattern, token, path + ("?words=%E8%A9%A6%E9%A8%93" if pattern == "/search" else ""))
            call("get", pattern, token, path + ("?words=%E8%A9%A6%E9%A8%93" if pattern == "/search" else ""), lang="en")
        call(method, pattern, "t-none.none", path, data={})
for pattern in ("/cases/{case}", "/cases/{case}/facts"):
    call("get", pattern, chief, pattern.replace("{case}", "2019-0001"), want=404)
    call("get", pattern, reader, pattern.replace("{case}", num), want=200)

def workbook(answer, least):
    """Rows of the first sheet; a failure when it is no workbook."""
    if not zipfile.is_zipfile(io.BytesIO(answer.body)):
        failures.append(f"no workbook: {answer.status} {answer.text[:200]!r}")
        return
    rows = zipfile.ZipFile(io.BytesIO(answer.body)).read("xl/worksheets/sheet1.xml").count(b"<row ")
    if rows < least:
        failures.append(f"a workbook of {rows} rows")


workbook(town.api(paper + "/xlsx", chief), 5)
for path, token in (("/cases", chief), ("/duties", chief), ("/record", chief), (f"{case}/reports", chief), ("/accounts", admin)):
    least = 1 if path == "/duties" else 2   # all done by now: the head only
    workbook(town.api(path + ".xlsx", token), least)
    table = town.api(path + ".csv", token)
    if table.body[:3] != b"\xef\xbb\xbf" or table.text.count("\r\n") < least:
        failures.append(f"{path}.csv: {table.status} {table.text[:200]!r}")

good = {(p, m) for p, m, s in seen if s in ("200", "201")}
for pattern, methods in spec["paths"].items():
    for method in methods:
        if (pattern, method) not in good and not pattern.endswith(("/close", "/reopen", "/waive")):
            failures.append(f"{method.upper()} {pattern}: never done, only {[s for p, m, s in seen if (p, m) == (pattern, method)]}")
print(f"{len(spec['paths'])} paths, {len(seen)} of path, method and status seen")
town.close()
finish(failures)
