#!/usr/bin/env python3
"""Small tables of chance against the binary: small.py RENKEI, in an empty folder.

Every way of asking keeps its promises (classes, truth, no identifying value), and the optimum of global recoding is that
of looking at all nodes of the lattice.
"""
import collections
import csv
import itertools
import json
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from score import rows_of, score  # noqa: E402

QI = ["a", "b", "c"]
fails = 0


def quoted(text):
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text


def make(seed, rows, folder):
    chance = random.Random(seed)
    (folder / "hierarchies").mkdir(parents=True, exist_ok=True)
    numbers = [str(n) for n in range(chance.randint(4, 24))]
    words = [f"語{n}" for n in range(chance.randint(2, 9))]
    codes = [f'k{n},"x"' if n == 1 else f"k{n}" for n in range(chance.randint(1, 6))]
    trees = {"a": [[n, f"a{int(n) // 3}", f"A{int(n) // 9}", "*"] for n in numbers],
             "b": [[w, f"類{int(w[1:]) // 3}", "*"] for w in chance.sample(words, len(words))],
             "c": [[w, "*"] for w in codes]}
    for name, lines in trees.items():
        text = "".join(",".join(quoted(x) for x in line) + "\n" for line in lines)
        (folder / "hierarchies" / f"{name}.csv").write_text(text, encoding="utf-8")
    with open(folder / "data.csv", "w", encoding="utf-8", newline="") as f:
        f.write("id,a,b,c,s\n")
        for i in range(rows):
            f.write(f"person-{seed}-{i},{numbers[int(chance.random() ** 2 * len(numbers))]},{chance.choice(words)},"
                    f"{quoted(chance.choice(codes))},{'病' if chance.random() < 0.3 else '-'}\n")


def best(folder, k, limit):
    """The least loss of all nodes; None when none holds."""
    rows = list(csv.DictReader(open(folder / "data.csv", encoding="utf-8", newline="")))
    up, cost = [], []
    for q in QI:
        lines = rows_of(folder / "hierarchies" / f"{q}.csv")
        size = [collections.Counter(line[level] for line in lines) for level in range(len(lines[0]))]
        top, others = len(lines[0]) - 1, max(len(lines) - 1, 1)
        up.append({line[0]: line for line in lines})
        cost.append({line[0]: [1.0 if level == top else (size[level][line[level]] - 1) / others
                               for level in range(top + 1)] for line in lines})
    least = None
    for node in itertools.product(*(range(len(next(iter(u.values())))) for u in up)):
        groups = collections.defaultdict(list)
        for row in rows:
            groups[tuple(up[i][row[q]][node[i]] for i, q in enumerate(QI))].append(row)
        gone = sum(len(g) for g in groups.values() if len(g) < k)
        if gone > int(limit * len(rows) + 1e-9):
            continue
        loss = gone * len(QI) + sum(cost[i][row[q]][node[i]] for g in groups.values() if len(g) >= k for row in g
                                    for i, q in enumerate(QI))
        least = loss if least is None or loss < least else least
    return None if least is None else least / len(rows) / len(QI)


def complain(*what):
    global fails
    fails += 1
    print(*what)


def run(folder, *options):
    for name in ("o.csv", "r.json"):
        pathlib.Path(name).unlink(missing_ok=True)
    command = [sys.argv[1], "deid", "run", f"--data={folder}", "--qi=a,b,c", "--out=o.csv", "--report=r.json", *options]
    return subprocess.run(command, capture_output=True, text=True).returncode


def try_table(seed, rows, k):
    folder = pathlib.Path(f"t{seed}")
    for options in (["--recoding=local"], ["--labels=sets"], ["--suppress=10%"], ["--labels=sets", "--effort=40"]):
        if run(folder, f"--k={k}", "--sensitive=s", *options) != 0:
            complain("refused", seed, k, options)
            continue
        got, report = score(folder, "o.csv", QI), json.load(open("r.json", encoding="utf-8"))
        if got["untrue"] or (got["classes"] and got["least"] < k):
            complain("broken", seed, k, options, got)
        if abs(report["utility"]["loss"] - got["loss"]) > 1e-6:
            complain("the report tells another loss", seed, k, options, got["loss"])
        text = pathlib.Path("o.csv").read_text(encoding="utf-8")
        if "person" in text or text.splitlines()[0] != "a,b,c,s":
            complain("an identifying value or another header", seed, k, options)
    for limit in (0.0, 0.1):
        want = best(folder, k, limit)
        got = run(folder, f"--k={k}", "--recoding=global", f"--suppress={limit}")
        if (got == 0) != (want is not None):
            complain("possible or not", seed, k, limit)
        elif want is not None and abs(score(folder, "o.csv", QI)["loss"] - want) > 1e-8:
            complain("not the optimum", seed, k, limit, score(folder, "o.csv", QI)["loss"], want)


def main():
    for seed in range(1, 13):
        make(seed, seed * seed * 3 + 6, pathlib.Path(f"t{seed}"))
        for k in (2, 5):
            try_table(seed, seed * seed * 3 + 6, k)
    # ℓ and t hold in each class
    for options in (["--l=2"], ["--l=entropy:1.5"], ["--l=recursive:4:2"], ["--t=0.3"],
                    ["--l=2", "--recoding=global", "--suppress=5"], ["--t=0.4", "--recoding=global"]):
        if run("t12", "--k=3", "--sensitive=s", *options) != 0:
            complain("refused", options)
        elif json.load(open("r.json", encoding="utf-8"))["result"]["classes_refused"] != 0:
            complain("a class breaks", options)
    # what cannot be met is said, and nothing is released
    for table, options in (("t12", ["--k=3", "--l=3", "--sensitive=s"]), ("t1", ["--k=1000"])):
        if run(table, *options) != 1 or pathlib.Path("o.csv").exists():
            complain("released what does not keep to", options)
    sys.exit(1 if fails else 0)


main()
