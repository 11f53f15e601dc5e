#!/usr/bin/env python3
"""Scores a release without any of our C: score.py DIR RELEASE K QI[,QI…] [SUPPRESS] [--loss=AT_MOST] [--shuffled]

DIR has data.csv (or data.csv.gz) and hierarchies/. Prints loss, classes and suppressed rows as JSON and ends with 1 when a
class is under k, a value does not cover its source, too many rows are suppressed, or the loss is over AT_MOST.
loss: mean over all cells of (leaves covered - 1) / (leaves of the column - 1); "*" is 1.
"""
import collections
import csv
import gzip
import json
import pathlib
import re
import sys


def rows_of(path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as f:
        return list(csv.reader(f))


def hierarchy(path):
    covers, leaves = collections.defaultdict(set), []
    for line in rows_of(path):
        leaves.append(line[0])
        for label in line:
            covers[label].add(line[0])
    return covers, leaves


def covered(text, covers, leaves):
    if text in covers:
        return covers[text]
    if text.startswith("{") and text.endswith("}"):
        return set().union(*(covers[x] for x in text[1:-1].split(";")))
    m = re.fullmatch(r"(\d+)-(\d+)", text) or re.fullmatch(r"\[(\d+),(\d+)\[", text)
    if not m:
        raise SystemExit(f"not to be read: {text}")
    low, high = int(m[1]), int(m[2]) - (1 if text[0] == "[" else 0)
    return {x for x in leaves if x.isdigit() and low <= int(x) <= high}


def score(folder, release, qi, shuffled=False):
    folder = pathlib.Path(folder)
    table = next(p for p in (folder / "data.csv", folder / "data.csv.gz") if p.exists())
    source, out = rows_of(table), rows_of(pathlib.Path(release))
    at = [source[0].index(q) for q in qi]
    to = [out[0].index(q) for q in qi]
    assert len(source) == len(out), "rows"
    trees = [hierarchy(folder / "hierarchies" / f"{q}.csv") for q in qi]
    known = [{} for _ in qi]
    loss, classes, suppressed, untrue = 0.0, collections.Counter(), 0, 0
    for a, b in zip(source[1:], out[1:]):
        shown = tuple(b[i] for i in to)
        for i, text in enumerate(shown):
            if text not in known[i]:
                known[i][text] = covered(text, *trees[i])
            n, leaves = len(known[i][text]), len(trees[i][1])
            loss += 1.0 if text == "*" else (n - 1) / (leaves - 1) if leaves > 1 else 0.0
            untrue += not shuffled and a[at[i]] not in known[i][text]
        if all(text == "*" for text in shown):
            suppressed += 1
        else:
            classes[shown] += 1
    n = len(source) - 1
    return {"loss": round(loss / (n * len(qi)), 9), "classes": len(classes), "least": min(classes.values(), default=0),
            "suppressed": suppressed, "untrue": untrue, "rows": n}


def main():
    args = [a for a in sys.argv[1:] if not a.startswith("--")]
    flags = dict(a[2:].partition("=")[::2] for a in sys.argv[1:] if a.startswith("--"))
    k, limit = int(args[2]), float(args[4]) if len(args) > 4 else 0.0
    got = score(args[0], args[1], args[3].split(","), "shuffled" in flags)
    print(json.dumps(got))
    bad = got["untrue"] > 0 or (got["classes"] and got["least"] < k) or got["suppressed"] > limit * got["rows"] + 1e-9
    sys.exit(1 if bad or got["loss"] > float(flags.get("loss", "1")) else 0)


if __name__ == "__main__":
    main()
