#!/usr/bin/env python3
"""Special uniques and the frontier against plain counts: special.py RENKEI, in an empty folder."""
import collections
import itertools
import json
import math
import random
import subprocess
import sys

fails = 0


def complain(*what):
    global fails
    fails += 1
    print(*what)


def call(*words):
    return subprocess.run([sys.argv[1], "deid", *words], capture_output=True, text=True)


def by_hand(rows, cols, most):
    """Minimal sets of each row, by looking at every set of columns."""
    sets = [collections.defaultdict(set) for _ in rows]
    for size in range(1, most + 1):
        for at in itertools.combinations(range(cols), size):
            seen = collections.Counter(tuple(r[i] for i in at) for r in rows)
            for i, r in enumerate(rows):
                if seen[tuple(r[i] for i in at)] == 1 and not any(set(s) < set(at) for s in sets[i]):
                    sets[i][at] = True
    return sets


for seed in range(12):
    chance = random.Random(seed)
    cols, n, most = chance.randint(1, 6), chance.randint(1, 90), chance.randint(1, 4)
    rows = [[str(int(chance.random() ** 2 * 9)) for _ in range(cols)] for _ in range(n)]
    names = [f"c{i}" for i in range(cols)]
    with open("t.csv", "w") as f:
        f.write("\n".join(",".join(r) for r in [names] + rows) + "\n")
    done = call("risk", "t.csv", f"--columns={','.join(names)}", f"--most={most}", "--list=1000")
    got = [json.loads(line) for line in done.stdout.splitlines()]
    sets, deep = by_hand(rows, cols, most), min(most, cols)
    worth = {s: math.prod(max(cols - i, 1) for i in range(s, deep + 1)) for s in range(1, deep + 1)}
    score = {i + 2: float(sum(worth[len(s)] for s in v)) for i, v in enumerate(sets) if v}
    if {x["row"]: x["score"] for x in got if "score" in x} != score:
        complain("scores", seed)
    if {x["row"]: x["columns_needed"] for x in got if "score" in x} != {i + 2: min(map(len, v)) for i, v in enumerate(sets) if v}:
        complain("sizes", seed)
    count = collections.Counter(tuple(names[i] for i in s) for v in sets for s in v)
    if {tuple(x["columns"]): x["rows_recognised"] for x in got[1:] if "columns" in x} != dict(count):
        complain("sets", seed)
    if got[0]["rows_recognised"] != len(score):
        complain("rows", seed)

with open("t.csv", "w") as f:
    f.write("a,b\n" + "".join(f"{i * 7 % 40},{i % 5}\n" for i in range(300)))
with open("s.yaml", "w") as f:
    f.write("spec: 1\ncolumns:\n  - { name: a, kind: quasi, hierarchy: { built: number, steps: [5, 10, 20] } }\n"
            "  - { name: b, kind: quasi, hierarchy: { built: flat } }\nmodel: { k: 2 }\nrecoding: global\n")
points = [json.loads(x) for x in call("frontier", "--spec=s.yaml", "--in=t.csv", "--k=2,9,400", "--suppress=0,10").stdout.splitlines()]
if [(p["k"], p["suppress"], p["possible"]) for p in points] != [(k, s, k < 400) for k in (2, 9, 400) for s in (0, 0.1)]:
    complain("points", points)
for p in points[:4]:
    text = open("s.yaml").read().replace("k: 2", f"k: {p['k']}") + f"suppress: {p['suppress']}\n"
    open("one.yaml", "w").write(text)
    call("run", "--spec=one.yaml", "--in=t.csv", "--out=o.csv", "--report=r.json")
    one = json.load(open("r.json"))
    if abs(one["utility"]["loss"] - p["loss"]) > 1e-5 or one["result"]["suppressed"] != p["suppressed"]:
        complain("another point", p, one["utility"])
sys.exit(1 if fails else 0)
