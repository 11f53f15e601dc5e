#!/usr/bin/env python3
"""Scores a list of `renkei screen` against the truth of a generated log: average precision, kinds, look-alikes.

Usage: score_screen.py DATA_DIR LIST [--verbose] [--need=0.92]
An item counts for an episode when at least 20 % of its record ids belong to it; the second item for the same episode
counts as wrong (--kind: as nothing). Standard library only.
"""
import csv
import json
import pathlib
import sys


def load(folder):
    truth = [json.loads(line) for line in (folder / "truth.jsonl").open(encoding="utf-8")]
    owner = {}
    with (folder / "truth_events.csv").open(encoding="utf-8") as f:
        for row in csv.DictReader(f):
            owner.setdefault(row["id"], set()).add((row["org"], int(row["ep"])))
    return {(str(t["org"]), t["ep"]): t for t in truth}, owner


def episode_of(item, owner, found, truth):
    count = {}
    for event in item["events"]:
        for ep in owner.get(event, ()):
            count[ep] = count.get(ep, 0) + 1
    fit = [(n, ep) for ep, n in count.items() if n >= 0.2 * len(item["events"])]
    fresh = [x for x in fit if x[1] not in found and truth[x[1]]["class"] == "misuse"]
    return (max(fresh) if fresh else max(fit))[1] if fit else None


def main():
    args = [a for a in sys.argv[1:] if not a.startswith("--")]
    verbose = "--verbose" in sys.argv
    need = [float(a[7:]) for a in sys.argv if a.startswith("--need=")]
    truth, owner = load(pathlib.Path(args[0]))
    misuse = {k for k, t in truth.items() if t["class"] == "misuse"}
    items = [json.loads(line) for line in open(args[1], encoding="utf-8")]
    found, hits, total, named, decoys, double, within50 = set(), 0, 0.0, 0, 0, 0, 0
    share = []
    ids = {}
    for event, eps in owner.items():
        for ep in eps:
            ids.setdefault(ep, set()).add(event)
    for place, item in enumerate(items, 1):
        ep = episode_of(item, owner, found, truth)
        mark = "-"
        if ep in misuse and ep not in found:
            found.add(ep)
            hits += 1
            total += hits / place
            named += item["kind"] == truth[ep]["kind"]
            own = sum(e in ids[ep] for e in item["events"])
            share.append(own / len(item["events"]))
            within50 += place <= 50
            mark = "HIT " + truth[ep]["kind"]
        elif ep in misuse:
            double += 1
            mark = "again " + truth[ep]["kind"]
        elif ep is not None:
            decoys += place <= 100
            mark = "DECOY " + truth[ep]["kind"]
        if verbose:
            print(place, item["score"], item["kind"], ",".join(item["users"][:3]), item["n_events"], mark)
    ap = total / len(misuse) if misuse else 1.0
    if verbose:
        for ep in sorted(misuse - found):
            print("MISSED", ep, truth[ep]["kind"], truth[ep]["users"][:3], truth[ep]["events"], truth[ep]["from"])
    print(f"AP {ap:.3f}  found {len(found)}/{len(misuse)}  in first 50 {within50}  kind {named}/{hits}  "
          f"evidence {sum(share) / max(1, len(share)):.2f}  again {double}  look-alikes in first 100 {decoys}")
    if need and ap < need[0]:
        sys.exit(f"average precision below {need[0]}")


main()
