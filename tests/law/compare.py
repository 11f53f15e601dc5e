#!/usr/bin/env python3
"""Compares `renkei assess --assume-defaults` with cases of tests/law/*.jsonl.

A case passes when every duty in expect.duties is produced with equal id, recipient, kind, mandatory, due (and target_by
when given) and no id in expect.not is produced. Two rules of our own follow for each case:
- monotone: with a random part of the facts taken away and no defaults, no duty is told otherwise than with all facts;
- fully stated: with every default written out, the answer without --assume-defaults is the same and nothing is open.
"""
import json
import random
import subprocess
import sys


def assess(renkei, cases, *options):
    lines = "".join(json.dumps(c, ensure_ascii=False) + "\n" for c in cases)
    done = subprocess.run([renkei, "assess", *options], input=lines.encode(), capture_output=True)
    if done.returncode != 0:
        sys.exit(f"assess {' '.join(options)}: exit {done.returncode}\n{done.stderr.decode()[:2000]}")
    return {a["id"]: a for a in map(json.loads, done.stdout.splitlines())}


def compare(case, answer):
    wrong, got = [], {}
    for duty in answer["duties"]:
        if duty["id"] in got:
            wrong.append(f"{duty['id']} twice")
        got[duty["id"]] = duty
    for want in case["expect"]["duties"]:
        duty = got.get(want["id"])
        if not duty:
            wrong.append(f"{want['id']} missing")
            continue
        for key in ("recipient", "kind", "mandatory", "due", "target_by"):
            if key in want and duty[key] != want[key]:
                wrong.append(f"{want['id']}.{key}: got {duty[key]}, want {want[key]}")
        if not duty["basis"]:
            wrong.append(f"{want['id']}: no basis")
    wrong += [f"{i} produced" for i in case["expect"]["not"] if i in got]
    return wrong


def less_known(cases, seed):
    """Each case with some facts dropped and some said to be unknown, known_at kept."""
    dice = random.Random(seed)
    out = []
    for case in cases:
        facts = {k: v for k, v in case["facts"].items() if dice.random() < 0.7}
        for k in list(facts):
            if dice.random() < 0.2:
                facts[k] = None
        out.append({"id": case["id"], "facts": facts, "known_at": case["known_at"]})
    return out


def check_monotone(full, part):
    wrong = []
    arises = {d["id"]: d for d in full["duties"]}
    told = {d["id"]: d for d in part["duties"]}
    open_ = {d["id"] for d in part["undetermined"]}
    for i, duty in told.items():
        if i not in arises:
            wrong.append(f"{i} said to arise with fewer facts")
            continue
        if duty["recipient"] not in (None, arises[i]["recipient"]):
            wrong.append(f"{i}: recipient told otherwise")
        if duty["due"] != arises[i]["due"] and not (duty.get("needs") and duty["due"] <= arises[i]["due"]):
            wrong.append(f"{i}: due {duty['due']} told otherwise, and not earlier")
    for i in arises:
        if i not in told and i not in open_:
            wrong.append(f"{i} said not to arise with fewer facts")
    for duty in part["undetermined"]:
        if not duty["needs"]:
            wrong.append(f"{duty['id']} open without needs")
    return wrong


def main():
    renkei, failed, count = sys.argv[1], 0, 0
    for path in sys.argv[2:]:
        cases = [json.loads(line) for line in open(path, encoding="utf-8") if line.strip()]
        full = assess(renkei, cases, "--assume-defaults")
        count += len(cases)
        for case in cases:
            for text in compare(case, full[case["id"]]):
                failed += 1
                print(f"{case['id']}: {text}")
        for seed in range(8):
            with_defaults = [dict(c, facts=c["facts"]) for c in cases]
            part = assess(renkei, less_known(with_defaults, seed), "--as-of=2099-01-01T00:00:00Z")
            for case in cases:
                for text in check_monotone(full[case["id"]], part[case["id"]]):
                    failed += 1
                    print(f"{case['id']} (seed {seed}): {text}")
    print(f"{count} cases, {failed} wrong")
    sys.exit(1 if failed else 0)


main()
