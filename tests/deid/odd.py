#!/usr/bin/env python3
"""Tables that nobody would make, against a plain reference: odd.py RENKEI [SEED …], in an empty folder.

Skewed, tiny, wide, all alike, each row its own, letters of all kinds, missing values, hierarchies of ragged depth. For each
way of asking: k holds in the text that was written, every value covers its source, the report tells the loss that a plain
count gives, ℓ and t are what the papers say, the optimum is that of looking at all nodes (with weights, bounds on levels,
a population too), and the order of the rows is another one.
"""
import collections
import csv
import itertools
import json
import math
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from score import rows_of, score  # noqa: E402

LETTERS = ["あ", "髙", "𠮷", "é", "👪", "a b", "x'y", "1,2", 'q"q', "½", "ー", "０"]
fails = 0


def complain(*what):
    global fails
    fails += 1
    print(*what)


def tree_of(chance, leaves, depth, ragged):
    """Lines leaf, label …, "*"; laminar by splitting runs; ragged: a leaf that keeps its name on some levels."""
    lines = [[leaf] for leaf in leaves]
    runs = [list(range(len(leaves)))]
    levels = []
    for level in range(depth):
        levels.append([runs_copy[:] for runs_copy in runs])
        finer = []
        for run in runs:
            cut = chance.randint(1, len(run))
            finer += [run[:cut], run[cut:]] if cut < len(run) else [run]
        runs = finer
    for level, groups in reversed(list(enumerate(levels))):
        for number, group in enumerate(groups):
            for i in group:
                alone = ragged and len(group) == 1
                lines[i].append("*" if level == 0 else leaves[i] if alone else f"L{level}.{number}")
    return lines


def quoted(text):
    return '"' + text.replace('"', '""') + '"' if any(ch in text for ch in ',"\n') else text


def make(seed, folder):
    """A table and its hierarchies; returns the names of the quasi-identifiers."""
    chance = random.Random(seed)
    shape = ["skewed", "tiny", "wide", "alike", "own", "letters", "missing", "ragged"][seed % 8]
    cols = {"wide": 9, "own": 2}.get(shape, chance.randint(1, 4))
    rows = {"tiny": chance.randint(1, 6), "own": 60}.get(shape, chance.randint(8, 160))
    folder.mkdir(parents=True, exist_ok=True)
    names, trees = [], {}
    for i in range(cols):
        name = f"q{i}"
        count = {"own": rows, "wide": 2, "alike": 1}.get(shape, chance.randint(2, 12))
        leaves = [f"{LETTERS[(j + i) % len(LETTERS)]}{j}" if shape == "letters" else str(j * 3) for j in range(count)]
        if shape == "missing":
            leaves[0] = ""
        trees[name] = tree_of(chance, leaves, 1 if shape == "wide" else chance.randint(1, 4), shape == "ragged")
        names.append(name)
        text = "".join(",".join(quoted(x) for x in line) + "\n" for line in trees[name])
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    with open(folder / "data.csv", "w", encoding="utf-8", newline="") as f:
        f.write("who," + ",".join(names) + ",s\n")
        for i in range(rows):
            cells = []
            for name in names:
                leaves = [line[0] for line in trees[name]]
                at = int(chance.random() ** (4 if shape == "skewed" else 1) * len(leaves))
                cells.append(leaves[i if shape == "own" else at])
            f.write(f"identity-{seed}-{i:05}," + ",".join(quoted(x) for x in cells) + "," + chance.choice("abcc") + "\n")
    # score.py looks for hierarchies in a folder of that name
    (folder / "hierarchies").mkdir(exist_ok=True)
    for name in names:
        (folder / "hierarchies" / f"{name}.csv").write_bytes((folder / f"{name}.csv").read_bytes())
    return names


def spec_of(folder, names, model, more="", columns=None):
    lines = ["spec: 1", "columns:"]
    for name in names:
        lines.append(f"  - {{ name: {name}, kind: quasi, hierarchy: {{ file: {name}.csv }}{(columns or {}).get(name, '')} }}")
    lines += ["  - { name: s, kind: sensitive }", f"model: {{ {model} }}", more]
    path = folder / "spec.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(folder, spec, *options):
    for name in ("o.csv", "r.json"):
        pathlib.Path(name).unlink(missing_ok=True)
    command = [sys.argv[1], "deid", "run", f"--spec={spec}", f"--in={folder / 'data.csv'}", "--out=o.csv", "--report=r.json",
               *options]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        complain("exit", done.returncode, done.stderr.strip(), folder, spec.read_text())
    if "identity" in done.stderr or (done.returncode != 0 and pathlib.Path("o.csv").exists()):
        complain("a value in a message, or a release that must not be", folder)
    return done.returncode


class Lattice:
    """All nodes, looked at one after the other."""

    def __init__(self, folder, names):
        self.names = names
        self.lines = [rows_of(folder / f"{n}.csv") for n in names]
        self.up = [{line[0]: line for line in lines} for lines in self.lines]
        self.cost = []
        for lines in self.lines:
            size = [collections.Counter(line[level] for line in lines) for level in range(len(lines[0]))]
            top, others = len(lines[0]) - 1, max(len(lines) - 1, 1)
            self.cost.append({line[0]: [1.0 if level == top else (size[level][line[level]] - 1) / others
                                        for level in range(top + 1)] for line in lines})

    def read(self, path):
        rows = list(csv.DictReader(open(path, encoding="utf-8", newline="")))
        return [tuple(row[n] for n in self.names) for row in rows]

    def nodes(self):
        return itertools.product(*(range(len(lines[0])) for lines in self.lines))

    def labels(self, row, node):
        return tuple(self.up[i][row[i]][node[i]] for i in range(len(node)))

    def best(self, rows, k, limit, people=None, k_map=0, presence=None, weight=None, least=None, most=None, secret=None,
             holds=None, gone_weight=1):
        """The least loss; with another weight of suppressed rows, the least cost."""
        weight = weight or [1] * len(self.names)
        found = None
        for node in self.nodes():
            if any(l < (least or {}).get(n, 0) or l > (most or {}).get(n, 99) for n, l in zip(self.names, node)):
                continue
            mine = collections.Counter(self.labels(r, node) for r in rows)
            theirs = collections.Counter(self.labels(r, node) for r in people) if people else None
            if presence and presence[0] > 0 and any(label not in mine for label in theirs):
                continue
            bad = {label for label, n in mine.items() if n < k or (people and (theirs[label] < k_map or (presence and not (
                presence[0] <= n / max(theirs[label], 1e-9) <= presence[1]))))}
            if holds:
                values = collections.defaultdict(list)
                for r, s in zip(rows, secret):
                    values[self.labels(r, node)].append(s)
                bad |= {label for label, v in values.items() if not holds(v)}
            gone = sum(mine[label] for label in bad)
            if gone > int(limit * len(rows) + 1e-9):
                continue
            loss = 0.0
            for r in rows:
                if self.labels(r, node) in bad:
                    loss += sum(weight) * gone_weight
                else:
                    loss += sum(w * self.cost[i][r[i]][node[i]] for i, w in enumerate(weight))
            found = loss if found is None or loss < found else found
        return None if found is None else found / len(rows) / sum(weight)


def checked(folder, names, k, options):
    got, report = score(folder, "o.csv", names), json.load(open("r.json", encoding="utf-8"))
    if got["untrue"] or (got["classes"] and got["least"] < k):
        complain("broken", folder, k, options, got)
    if abs(report["utility"]["loss"] - got["loss"]) > 1e-6:
        complain("the report tells another loss", folder, k, options, got["loss"], report["utility"]["loss"])
    text = pathlib.Path("o.csv").read_text(encoding="utf-8")
    if "identity" in text:
        complain("an identifying value", folder)
    return got, report


def inside(names):
    """The sensitive values of each class of the release."""
    classes = collections.defaultdict(list)
    rows = list(csv.DictReader(open("o.csv", encoding="utf-8", newline="")))
    for row in rows:
        shown = tuple(row[n] for n in names)
        if any(x != "*" for x in shown):
            classes[shown].append(row["s"])
    return classes


def entropy_of(values):
    return math.exp(-sum(m / len(values) * math.log(m / len(values)) for m in collections.Counter(values).values()))


def is_recursive(values):
    falling = sorted(collections.Counter(values).values(), reverse=True)
    return len(falling) > 1 and falling[0] < 3 * sum(falling[1:])


def try_inside_optimum(folder, names):
    """The optimum with diversity: a part of a class may keep to it where the whole does not."""
    lattice = Lattice(folder, names)
    if math.prod(len(lines[0]) for lines in lattice.lines) > 300:
        return
    rows = lattice.read(folder / "data.csv")
    secret = [row["s"] for row in csv.DictReader(open(folder / "data.csv", encoding="utf-8", newline=""))]
    for model, holds in (("k: 2, l: 2", lambda v: len(set(v)) > 1), ("k: 2, l: 'entropy:1.6'", lambda v: entropy_of(v) >= 1.6 - 1e-9),
                         ("k: 3, l: 'recursive:3:2'", is_recursive)):
        for limit in (0.0, 0.2):
            want = lattice.best(rows, int(model[3]), limit, secret=secret, holds=holds)
            got = run(folder, spec_of(folder, names, model, f"recoding: global\nsuppress: {limit}"), "--keep-order")
            if (got == 0) != (want is not None):
                complain("diversity: possible or not", folder, model, limit, got, want)
            elif want is not None and abs(json.load(open("r.json", encoding="utf-8"))["utility"]["loss"] - want) > 1e-8:
                complain("diversity: not the optimum", folder, model, limit, want)


def try_inside(folder, names, chance):
    for model in ("k: 2, l: 2", "k: 2, l: 'entropy:1.6'", "k: 3, l: 'recursive:3:2'", "k: 2, t: 0.35"):
        for more in ("recoding: local", "recoding: global\nsuppress: 20%", "recoding: local\nlabels: sets"):
            if run(folder, spec_of(folder, names, model, more), "--keep-order") != 0:
                continue
            checked(folder, names, 2, (model, more))
            classes = inside(names)
            kept = collections.Counter(x for v in classes.values() for x in v)
            for v in classes.values():
                n, count = len(v), collections.Counter(v)
                entropy = math.exp(-sum(m / n * math.log(m / n) for m in count.values()))
                falling = sorted(count.values(), reverse=True)
                apart = sum(abs(count[x] / n - kept[x] / sum(kept.values())) for x in kept) / 2
                if "l: 2" in model and len(count) < 2 or "entropy" in model and entropy < 1.6 - 1e-6:
                    complain("diversity", folder, model, more, v)
                if "recursive" in model and (len(count) < 2 or falling[0] >= 3 * sum(falling[1:])):
                    complain("recursive", folder, model, more, v)
                if "t:" in model and apart > 0.35 + 1e-6:
                    complain("closeness", folder, model, more, apart)


def try_optimum(folder, names, chance):
    lattice = Lattice(folder, names)
    rows = lattice.read(folder / "data.csv")
    if math.prod(len(lines[0]) for lines in lattice.lines) > 700:
        return
    for k, limit in ((2, 0.0), (chance.randint(2, 9), 0.15)):
        weight = [chance.randint(1, 5) for _ in names]
        low = {n: chance.randint(0, 1) for n in names}
        high = {n: max(low[n], len(lattice.lines[i][0]) - 1 - chance.randint(0, 1)) for i, n in enumerate(names)}
        plain = lattice.best(rows, k, limit)
        bent = lattice.best(rows, k, limit, weight=weight, least=low, most=high)
        columns = {n: f", weight: {weight[i]}, levels: {{ least: {low[n]}, most: {high[n]} }}" for i, n in enumerate(names)}
        for want, extra in ((plain, None), (bent, columns)):
            got = run(folder, spec_of(folder, names, f"k: {k}", f"recoding: global\nsuppress: {limit}", extra), "--keep-order")
            if (got == 0) != (want is not None):
                complain("possible or not", folder, k, limit, extra, got, want)
            elif want is not None:
                loss = json.load(open("r.json", encoding="utf-8"))["utility"]["loss"]
                if abs(loss - want) > 1e-8:
                    complain("not the optimum", folder, k, limit, extra, loss, want)
                if extra is None:
                    checked(folder, names, k, "global")
        for dear in (0.2, 3):
            want = lattice.best(rows, k, limit, gone_weight=dear)
            got = run(folder, spec_of(folder, names, f"k: {k}", f"recoding: global\nsuppress: {limit}\nsuppress_weight: {dear}"),
                      "--keep-order")
            if got == 0:
                report = json.load(open("r.json", encoding="utf-8"))
                cost = report["utility"]["loss"] + (dear - 1) * report["result"]["suppressed"] / len(rows)
                # the class that shows nothing reads like suppressed rows
                if report["result"]["suppressed"] < len(rows) and abs(cost - want) > 1e-8:
                    complain("not the cheapest", folder, k, limit, dear, cost, want)


def try_people(folder, names, chance):
    """A part of the rows as the table, all of them as the population."""
    lattice = Lattice(folder, names)
    people = lattice.read(folder / "data.csv")
    if math.prod(len(lines[0]) for lines in lattice.lines) > 500 or len(people) < 10:
        return
    lines = (folder / "data.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    part = folder / "part"
    part.mkdir(exist_ok=True)
    kept = [i for i in range(len(people)) if chance.random() < 0.5] or [0]
    (part / "data.csv").write_text(lines[0] + "".join(lines[1 + i] for i in kept), encoding="utf-8")
    for name in names:
        (part / f"{name}.csv").write_bytes((folder / f"{name}.csv").read_bytes())
    rows = [people[i] for i in kept]
    for model, want in ((f"k: 1, k_map: 4, population: ../data.csv", lattice.best(rows, 1, 0.1, people, k_map=4)),
                        ("k: 1, presence: { least: 0.1, most: 0.8 }, population: ../data.csv",
                         lattice.best(rows, 1, 0.1, people, presence=(0.1, 0.8)))):
        got = run(part, spec_of(part, names, model, "recoding: global\nsuppress: 10%"), "--keep-order")
        if (got == 0) != (want is not None):
            complain("population: possible or not", folder, model, got, want)
        elif want is not None:
            loss = json.load(open("r.json", encoding="utf-8"))["utility"]["loss"]
            if abs(loss - want) > 1e-8:
                complain("population: not the optimum", folder, model, loss, want)


def try_table(seed):
    folder = pathlib.Path(f"odd{seed}")
    names = make(seed, folder)
    chance = random.Random(seed + 1000)
    for more in ("recoding: local", "recoding: local\nlabels: sets", "recoding: local\nsuppress: 10%"):
        k = chance.choice((1, 2, 3, 5))
        if run(folder, spec_of(folder, names, f"k: {k}", more), "--keep-order") == 0:
            checked(folder, names, k, more)
            kept = sorted(rows_of(pathlib.Path("o.csv")))
            if run(folder, spec_of(folder, names, f"k: {k}", more), f"--seed={seed}") != 0 \
                    or sorted(rows_of(pathlib.Path("o.csv"))) != kept:
                complain("another order has other rows", folder)
        elif len(rows_of(folder / "data.csv")) - 1 >= k:
            complain("refused", folder, k, more)
    try_optimum(folder, names, chance)
    try_inside(folder, names, chance)
    try_inside_optimum(folder, names)
    try_people(folder, names, chance)


for number in map(int, sys.argv[2:] or range(32)):
    try_table(number)
sys.exit(1 if fails else 0)
