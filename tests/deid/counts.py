#!/usr/bin/env python3
"""Tables of counts and treated columns against plain references: counts.py RENKEI, in an empty folder.

Suppression: whatever a reader can work out of a hidden cell is found by trying all tables of whole numbers that fit what is
shown; the range must be as wide as promised. Rounding: multiples next to the number, all sums hold, right on average.
"""
import collections
import csv
import itertools
import json
import pathlib
import random
import subprocess
import sys

fails = 0


def complain(*what):
    global fails
    fails += 1
    print(*what)


def write(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(header + "\n")
        for row in rows:
            f.write(",".join(map(str, row)) + "\n")


def table(*options, out="t.csv"):
    pathlib.Path(out).unlink(missing_ok=True)
    done = subprocess.run([sys.argv[1], "deid", "table", "--in=p.csv", f"--out={out}", *options], capture_output=True, text=True)
    return done.returncode, (json.loads(done.stdout) if done.stdout else {}), done.stderr


def cells(path="t.csv"):
    rows = list(csv.reader(open(path, encoding="utf-8", newline="")))[1:]
    return {tuple(row[:-1]): row[-1] for row in rows}


def ranges(shown, true, rows, cols):
    """Least and most of each hidden cell over all tables that fit; hidden inner cells are tried from 0 to a bound."""
    hidden = [(r, c) for r in rows for c in cols if shown[(r, c)] == "X"]
    bound = 12
    found = {}
    fits = []
    for values in itertools.product(range(bound), repeat=len(hidden)):
        inner = {(r, c): int(shown[(r, c)]) for r in rows for c in cols if shown[(r, c)] != "X"}
        inner.update(zip(hidden, values))
        good = True
        for r in rows:
            if shown[(r, "計")] != "X" and sum(inner[(r, c)] for c in cols) != int(shown[(r, "計")]):
                good = False
                break
        for c in cols:
            if good and shown[("計", c)] != "X" and sum(inner[(r, c)] for r in rows) != int(shown[("計", c)]):
                good = False
        if good and shown[("計", "計")] != "X" and sum(inner.values()) != int(shown[("計", "計")]):
            good = False
        if good:
            fits.append(values)
    for i, cell in enumerate(hidden):
        found[cell] = (min(v[i] for v in fits), max(v[i] for v in fits))
    return found


def try_suppression(seed):
    chance = random.Random(seed)
    rows, cols = [f"r{i}" for i in range(3)], [f"c{i}" for i in range(3)]
    true = {(r, c): chance.choice((0, 1, 2, 3, 5, 8, 11)) for r in rows for c in cols}
    people = [key for key, n in true.items() for _ in range(n)]
    if len({p[0] for p in people}) < 3 or len({p[1] for p in people}) < 3:
        return
    chance.shuffle(people)
    write("p.csv", "a,b", people)
    code, report, err = table("--by=a,b", "--least=3", "--width=3")
    if code not in (0, 1):
        complain("exit", code, err)
        return
    if code == 1:
        if report["ranges_wide_enough"]:
            complain("refused without a reason", seed)
        return
    shown = cells()
    for key, n in true.items():
        if shown[key] != "X" and int(shown[key]) != n:
            complain("a shown cell is wrong", seed, key)
        if 0 < n < 3 and shown[key] != "X":
            complain("a small cell is shown", seed, key)
    hidden = [k for k in true if shown[k] == "X"]
    if len(hidden) > 4:
        return
    for key, (low, high) in ranges(shown, true, rows, cols).items():
        if 0 < true[key] < 3 and high - low < 3 and high < 11:
            complain("a hidden cell can be worked out", seed, key, low, high)


def try_rounding():
    chance = random.Random(5)
    people = [(f"r{chance.randint(0, 4)}", f"c{chance.randint(0, 6)}") for _ in range(217)]
    write("p.csv", "a,b", people)
    true = collections.Counter(people)
    sums = collections.Counter()
    for seed in range(40):
        code, _, err = table("--by=a,b", "--round=5", f"--seed={seed}")
        shown = {k: int(v) for k, v in cells().items()}
        if code != 0 or any(v % 5 for v in shown.values()):
            complain("rounding", code, err)
        for (a, b), v in shown.items():
            n = sum(m for (x, y), m in true.items() if a in (x, "計") and b in (y, "計"))
            if abs(v - n) >= 5:
                complain("not next to it", a, b, n, v)
            sums[(a, b)] += v - n
            parts = [w for (x, y), w in shown.items() if (x != "計" and y == b) and a == "計"]
            if a == "計" and sum(parts) != v:
                complain("a sum does not hold", a, b)
    if max(abs(s) for s in sums.values()) / 40 > 1.9:
        complain("rounding leans to one side", sums.most_common(2))
    code, _, _ = table("--by=a", "--round=3", "--seed=1")
    one = {k[0]: int(v) for k, v in cells().items()}
    if code != 0 or sum(v for k, v in one.items() if k != "計") != one["計"] or any(v % 3 for v in one.values()):
        complain("rounding of one column", one)


def try_noise():
    write("p.csv", "a", [("x",)] * 1000 + [("y",)] * 1000)
    apart = []
    for seed in range(120):
        code, _, _ = table("--by=a", "--epsilon=1/2", f"--seed={seed}")
        shown = cells()
        apart += [int(shown[("x",)]) - 1000, int(shown[("y",)]) - 1000]
    mean, spread = sum(apart) / len(apart), sum(a * a for a in apart) / len(apart)
    # variance of the discrete Laplace distribution: 2q / (1 - q)^2, q = exp(-1/2): 7.8
    if abs(mean) > 0.6 or not 5.3 < spread < 10.6:
        complain("noise", mean, spread)


def try_differences():
    write("p.csv", "a", [("x",)] * 50 + [("y",)] * 40)
    table("--by=a", out="before.csv")
    write("p.csv", "a", [("x",)] * 52 + [("y",)] * 40)
    code, report, _ = table("--by=a", "--previous=before.csv")
    if code != 1 or report["differences_small"] == 0 or pathlib.Path("t.csv").exists():
        complain("a difference of two persons went out")
    write("p.csv", "a", [("x",)] * 50 + [("y",)] * 40)
    if table("--by=a", "--previous=before.csv")[0] != 0:
        complain("the same table again is refused")


def treated(treat, values, *options):
    write("p.csv", "v,q", [(v, "a") for v in values])
    pathlib.Path("q.csv").write_text("a,*\n")
    pathlib.Path("spec.yaml").write_text("spec: 1\ncolumns:\n  - { name: q, kind: quasi, hierarchy: { file: q.csv } }\n"
                                         f"  - {{ name: v, kind: other, treat: {{ {treat} }} }}\nmodel: {{ k: 1 }}\norder: kept\n")
    done = subprocess.run([sys.argv[1], "deid", "run", "--spec=spec.yaml", "--in=p.csv", "--out=o.csv", *options],
                          capture_output=True, text=True)
    if done.returncode != 0:
        complain("treat", treat, done.stderr)
        return []
    return [row["v"] for row in csv.DictReader(open("o.csv", encoding="utf-8", newline=""))]


def best_error(values, k):
    """The least squared error of groups of neighbours, by trying all."""
    values = sorted(values)
    best = [0.0] + [float("inf")] * len(values)
    for end in range(1, len(values) + 1):
        for start in range(end - k + 1):
            part = values[start:end]
            mean = sum(part) / len(part)
            best[end] = min(best[end], best[start] + sum((v - mean) ** 2 for v in part))
    return best[-1]


def try_treat():
    chance = random.Random(7)
    values = [chance.randint(-30, 400) for _ in range(70)]
    if treated("round: 10", values) != [str((abs(v) + 5) // 10 * 10 * (1 if v >= 0 else -1)) if (abs(v) + 5) // 10 else "0"
                                        for v in values]:
        complain("round")
    got = treated("top: 300, bottom: 0", values)
    if got != ["300以上" if v >= 300 else "0以下" if v <= 0 else str(v) for v in values]:
        complain("top and bottom")
    few = [1] * 30 + [2] * 3 + [3] * 12
    if treated("rare: 10", few) != ["1"] * 30 + ["*"] * 3 + ["3"] * 12:
        complain("rare")
    if sorted(treated("swap: 100%", values, "--seed=4"), key=int) != sorted(map(str, values), key=int):
        complain("swap loses values")
    got = list(map(int, treated("random_round: 10", values, "--seed=4")))
    if any(g % 10 or abs(g - v) >= 10 for g, v in zip(got, values)):
        complain("random rounding")
    spread = list(chance.sample(range(1000), 40))
    for k in (2, 3, 5):
        got = list(map(int, treated(f"micro: {k}", spread)))
        error = sum((g - v) ** 2 for g, v in zip(got, spread))
        if min(collections.Counter(got).values()) < k or error > best_error(spread, k) + 0.3 * len(spread):
            complain("microaggregation", k, error, best_error(spread, k))


for number in range(24):
    try_suppression(number)
try_rounding()
try_noise()
try_differences()
try_treat()
sys.exit(1 if fails else 0)
