#!/usr/bin/env python3
"""How many cases a second `renkei assess` answers, and how many times what json-rules-engine (npm) does in the same run.

Usage: run.py RENKEI [FOLDER]        FOLDER takes the generated cases and node_modules; default a temporary one

Both read JSON Lines from a file and write JSON to a pipe. renkei judges all rules of law/; the other only APPI 26.
That the two agree on which duties of APPI 26 arise is checked on the way. Seconds are processor seconds, user and system, of the
whole program, and the best of three runs counts for each, so that neighbours on the machine count as little as can be; the
seconds on the clock stand beside them.
"""
import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
CASES, OTHER_CASES = 100_000, 3_000


def spent():
    use = resource.getrusage(resource.RUSAGE_CHILDREN)
    return use.ru_utime + use.ru_stime


def measure(renkei, path, *options):
    best = clock = None
    for _ in range(3):
        begin, before = time.perf_counter(), spent()
        done = subprocess.run([renkei, "assess", *options, str(path)], stdout=subprocess.PIPE, check=True)
        took, cpu = time.perf_counter() - begin, spent() - before
        best = cpu if best is None else min(best, cpu)
        clock = took if clock is None else min(clock, took)
    return CASES / best, CASES / clock, done.stdout


def main():
    renkei = str(pathlib.Path(sys.argv[1]).resolve())
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    cases = folder / "cases.jsonl"
    with cases.open("w") as out:
        subprocess.run([sys.executable, HERE / "generate.py", str(CASES)], stdout=out, check=True)
    ours, clock, answers = measure(renkei, cases, "--assume-defaults")
    unknown, _, _ = measure(renkei, cases)
    result = {"bench": "assess", "cases": CASES, "per_second": round(ours), "per_second_on_the_clock": round(clock),
              "per_second_nothing_assumed": round(unknown),
              "least_per_second": 200_000}
    if not (folder / "node_modules/json-rules-engine").is_dir():
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), "json-rules-engine@7"],
                       check=True)
    (folder / "rules.mjs").write_text((HERE / "rules.mjs").read_text())
    other, differ = 0, 0
    for _ in range(3):
        done = subprocess.run(["node", str(folder / "rules.mjs"), str(cases), str(OTHER_CASES)], capture_output=True, check=True)
        other = max(other, json.loads(done.stderr)["per_second"])
    for mine, theirs in zip(answers.splitlines(), done.stdout.splitlines()):
        want = {d["id"] for d in json.loads(mine)["duties"] if d["id"].startswith("APPI26.")}
        got = {d["id"] for d in json.loads(theirs)["duties"]}
        differ += want != got
    result |= {"json_rules_engine_per_second": other, "ratio": round(ours / other, 1), "least_ratio": 50, "differing": differ}
    print(json.dumps(result))
    sys.exit(0 if ours >= 200_000 and ours / other >= 50 and differ == 0 else 1)


main()
