#!/usr/bin/env python3
"""Files as they come: strange.py RENKEI [SEED …], in an empty folder.

The same odd table is written as UTF-8, with a BOM, as CP932, with CRLF, with every cell quoted, with cells over several lines;
numbers with zeros before them, empty cells, many columns, one row, rows all alike, each row its own. For k from 2 to 50, both
recodings, both labels, with and without a sensitive column, suppression and persons of several rows: what was written has no
class under k, every cell covers its source, `check` agrees with `run`, and it is the same whatever the file looked like.
Then what must be refused: with line and column in the message, no value in it, and nothing written.
"""
import collections
import csv
import io
import json
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from score import covered, hierarchy  # noqa: E402

SECRET = "ひみつ太郎"
fails = 0


def complain(*what):
    global fails
    fails += 1
    print(*what)


def quote(text, always):
    return '"' + text.replace('"', '""') + '"' if always or any(ch in text for ch in ',"\r\n') else text


def text_of(rows, how):
    end = "\r\n" if "crlf" in how else "\n"
    lines = [",".join(quote(x, "quoted" in how) for x in row) for row in rows]
    text = end.join(lines) + ("" if "no-end" in how else end)
    return text.encode("cp932") if "cp932" in how else (b"\xef\xbb\xbf" if "bom" in how else b"") + text.encode()


def make(seed):
    """Header, rows, hierarchies {name: lines}, quasi-identifiers, persons."""
    chance = random.Random(seed)
    shape = ["plain", "skewed", "one", "alike", "own", "wide", "zeros", "high"][seed % 8]
    rows = {"one": 1, "own": 80, "wide": 40, "high": 300}.get(shape, chance.randint(20, 200))
    names = [f"列{i}" for i in range({"wide": 14, "high": 1}.get(shape, chance.randint(2, 4)))]
    trees = {}
    for name in names:
        count = {"own": rows, "alike": 1, "wide": 3, "high": 250}.get(shape, chance.randint(2, 15))
        leaves = [f"{i:03}" if shape == "zeros" else ("" if i == 1 else f"値,{i}" if i == 2 else str(i * 7)) for i in range(count)]
        wide, wider = chance.randint(2, 4), chance.randint(2, 3)
        trees[name] = [[x, f"群{i // wide}", f"大群\"{i // wide // wider}", "*"] for i, x in enumerate(leaves)]
    table = []
    for i in range(rows):
        row = [f"{SECRET}{i:04}"]
        for name in names:
            n = len(trees[name])
            at = i if shape == "own" else int(chance.random() ** (5 if shape == "skewed" else 1) * n)
            row.append(trees[name][at][0])
        row += [chance.choice(["病\nA", "病B", "病C", "病D"]), f"{chance.randint(0, rows // 2):05}"]
        table.append(row)
    return ["氏名"] + names + ["病名", "番号"], table, trees, names


def write(folder, header, table, trees, how):
    (folder / "hierarchies").mkdir(parents=True, exist_ok=True)
    (folder / "data.csv").write_bytes(text_of([header] + table, how))
    for name, lines in trees.items():
        (folder / "hierarchies" / f"{name}.csv").write_bytes(text_of(lines, how - {"bom", "no-end"}))


def call(*words):
    return subprocess.run([sys.argv[1], "deid", *map(str, words)], capture_output=True, text=True)


def judged(folder, header, table, names, trees_path, k, limit, person, what):
    """The release as text against its source."""
    rows = list(csv.reader(io.StringIO(pathlib.Path("o.csv").read_text(encoding="utf-8"), newline="")))
    at, to = [header.index(n) for n in names], [rows[0].index(n) for n in names]
    if len(rows) - 1 != len(table) or "氏名" in rows[0] or "番号" in rows[0]:
        complain("rows or columns", folder, what)
    trees = [hierarchy(trees_path / f"{n}.csv") for n in names]
    known, classes, gone = [{} for _ in names], collections.defaultdict(list), 0
    for source, row in zip(table, rows[1:]):
        shown = tuple(row[i] for i in to)
        for i, text in enumerate(shown):
            if text not in known[i]:
                known[i][text] = covered(text, *trees[i])
            if source[at[i]] not in known[i][text]:
                complain("untrue", folder, what)
        if all(x == "*" for x in shown):
            gone += 1
        else:
            classes[shown].append(source[-1])
    least = min((len(set(v)) if person else len(v) for v in classes.values()), default=k)
    if least < k or (gone > limit * len(table) and gone < k):
        complain("a class of", least, "suppressed", gone, folder, k, what)
    if SECRET in pathlib.Path("o.csv").read_text(encoding="utf-8"):
        complain("a name went out", folder, what)


def try_forms(seed):
    header, table, trees, names = make(seed)
    chance = random.Random(seed + 77)
    ways = [set(), {"bom"}, {"crlf"}, {"quoted"}, {"cp932"}, {"cp932", "crlf", "quoted"}, {"no-end"}, {"bom", "crlf", "quoted"}]
    plain = pathlib.Path(f"plain{seed}")
    write(plain, header, table, trees, set())
    for _ in range(8):
        k, sets, whole = chance.choice([2, 3, 4, 5, 7, 10, 20, 50]), chance.random() < 0.5, chance.random() < 0.4
        limit, secret, person = chance.choice([0, 0, 0.03, 0.1]), chance.random() < 0.5, chance.random() < 0.3
        options = [f"--qi={','.join(names)}", f"--k={k}", f"--recoding={'global' if whole else 'local'}", f"--suppress={limit}",
                   f"--effort={chance.randint(0, 8)}"]
        options += ["--labels=sets"] if sets and not whole else []
        options += ["--sensitive=病名"] + (["--l=2"] if chance.random() < 0.3 else []) if secret else []
        options += ["--person=番号"] if person else []
        kept = None
        for how in [set()] + chance.sample(ways[1:], 2):
            folder = pathlib.Path(f"t{seed}")
            write(folder, header, table, trees, how)
            pathlib.Path("o.csv").unlink(missing_ok=True)
            done = call("run", f"--data={folder}", *options, "--out=o.csv", "--report=r.json")
            what = (sorted(how), options)
            if done.returncode not in (0, 1) or SECRET in done.stderr:
                complain("exit", done.returncode, done.stderr, folder, what)
                continue
            if done.returncode == 1:
                if pathlib.Path("o.csv").exists():
                    complain("a release that must not be", folder, what)
                persons = len({r[-1] for r in table}) if person else len(table)
                if persons >= k and "--l=2" not in options:
                    complain("refused", folder, what)
                kept = kept or (None, b"")
                if kept[1] != b"":
                    complain("refused in one form alone", folder, what)
                continue
            judged(folder, header, table, names, plain / "hierarchies", k, limit, person, what)
            check = call("check", f"--data={folder}", *[x for x in options if "effort" not in x], "o.csv")
            ran, checked = json.load(open("r.json", encoding="utf-8")), json.loads(check.stdout or "{}")
            if check.returncode != 0 or any(ran[x] != checked.get(x) for x in ("result", "risk", "utility")):
                complain("check tells other figures", folder, what, check.stderr)
            if kept is None:
                kept = (done, pathlib.Path("o.csv").read_bytes())
            elif kept[1] != pathlib.Path("o.csv").read_bytes():
                complain("another form, another release", folder, what)


def try_shuffle(seed):
    """Where a row stands tells nothing of where it stood."""
    header, table, trees, names = make(seed)
    n = 400
    rows = [[f"x{i:05}", trees[names[0]][i % 2][0], f"{i:04}", ""] for i in range(n)]
    folder = pathlib.Path("shuffle")
    write(folder, ["氏名", names[0], "連番", "番号"], rows, {names[0]: trees[names[0]]}, set())
    (folder / "s.yaml").write_text(f"spec: 1\ncolumns:\n  - {{ name: {names[0]}, kind: quasi, hierarchy: {{ file: hierarchies/{names[0]}.csv }} }}\n"
                                   "  - { name: 連番, kind: other }\nmodel: { k: 2 }\n", encoding="utf-8")
    if call("run", f"--spec={folder}/s.yaml", f"--in={folder}/data.csv", "--out=o.csv").returncode != 0:
        return complain("shuffle")
    order = [int(r[1]) for r in csv.reader(io.StringIO(pathlib.Path("o.csv").read_text(encoding="utf-8"))) if r[1].isdigit()]
    mean = (n - 1) / 2
    link = sum((i - mean) * (v - mean) for i, v in enumerate(order)) / sum((i - mean) ** 2 for i in range(n))
    if abs(link) > 0.25 or sorted(order) != list(range(n)):
        complain("the order is linked", link)


BROKEN = [  # what, table, hierarchy of a, words of the message
    ("ragged", "n,a,s\n1,x,p\n2,x\n", None, "data.csv:3:2:"),
    ("too long a row", "n,a,s\n1,x,p\n2,x,p,q\n", None, "data.csv:3:3:"),
    ("value unknown", "n,a,s\n1,x,p\n2,zz,p\n", None, "data.csv:3:2:"),
    ("header alone", "n,a,s\n", None, "data.csv:1:1: the table has no rows"),
    ("nothing", "", None, "data.csv:1:1: the table has no rows"),
    ("twice", "n,a,a,s\n1,x,x,p\n", None, "data.csv:1:3: this column name stands twice"),
    ("no such column", "n,b,s\n1,x,p\n", None, "data.csv:1: the header has no such column"),
    ("open quote", 'n,a,s\n1,x,"p\n', None, "data.csv:2:"),
    ("behind a quote", 'n,a,s\n1,x,p\n2,"x"y,p\n', None, "data.csv:3:2:"),
    ("blank line", "n,a,s\n1,x,p\n\n2,x,p\n", None, "data.csv:3:1:"),
    ("NUL", "n,a,s\n1,x\0,p\n", None, "data.csv:2:2:"),
    ("loop", "n,a,s\n1,x,p\n", "x,g,h,*\ny,h,g,*\n", "a.csv:"),
    ("no top", "n,a,s\n1,x,p\n", "x,g\ny,g\n", "a.csv:1:2: a line of a hierarchy must end in *"),
    ("gap", "n,a,s\n1,x,p\n", "x,g,*\ny,*\n", "a.csv:2:2: this line has another number of levels"),
    ("wrong levels", "n,a,s\n1,x,p\n", "x,g,h,*\ny,g,i,*\n", "a.csv:2:"),
    ("leaf twice", "n,a,s\n1,x,p\n", "x,g,*\nx,i,*\n", "a.csv:2:1: this value stands twice"),
    ("two meanings", "n,a,s\n1,x,p\n", "x,g,h,*\ny,k,g,*\n", "a.csv:"),
    ("empty hierarchy", "n,a,s\n1,x,p\n", "", "a.csv"),
]


def try_broken():
    folder = pathlib.Path("broken")
    (folder / "hierarchies").mkdir(parents=True, exist_ok=True)
    for what, table, tree, words in BROKEN:
        (folder / "data.csv").write_text(table, encoding="utf-8", newline="")
        (folder / "hierarchies" / "a.csv").write_text("x,g,*\ny,g,*\n" if tree is None else tree, encoding="utf-8", newline="")
        pathlib.Path("o.csv").unlink(missing_ok=True)
        for extra in ([], ["--recoding=global"], ["--labels=sets", "--sensitive=s"]):
            done = call("run", f"--data={folder}", "--qi=a", "--k=1", *extra, "--out=o.csv", "--report=r.json")
            if done.returncode != 2 or words not in done.stderr or "zz" in done.stderr:
                complain(what, done.returncode, done.stderr.strip())
            if pathlib.Path("o.csv").exists():
                complain(what, "something was written")
    (folder / "data.csv").write_bytes(b"n,a,s\n1,x,p\n2,\xff\xfe,p\n")
    done = call("run", f"--data={folder}", "--qi=a", "--k=1", "--sensitive=s", "--out=o.csv")
    if done.returncode != 2 or pathlib.Path("o.csv").exists():
        complain("bytes that are no text", done.returncode, done.stderr.strip())
    wide = ",".join(f"c{i}" for i in range(10000))
    (folder / "data.csv").write_text(f"a,{wide}\n" + f"x,{wide}\n" * 5, encoding="utf-8")
    (folder / "hierarchies" / "a.csv").write_text("x,g,*\ny,g,*\n", encoding="utf-8")
    if call("run", f"--data={folder}", "--qi=a", "--k=2", "--out=o.csv").returncode != 0:
        complain("ten thousand columns")


for number in map(int, sys.argv[2:] or range(64)):
    try_forms(number)
try_shuffle(1)
try_broken()
sys.exit(1 if fails else 0)
