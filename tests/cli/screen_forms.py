#!/usr/bin/env python3
"""Writes a folder's CSV log again as another form and encoding: screen_forms.py FROM TO csv|jsonl|ltsv utf-8|cp932.

Tables are copied. Damaged lines stay damaged and keep their number.
"""
import csv
import gzip
import json
import pathlib
import shutil
import sys

KEYS = "id ts sys user term ip op scr subj case q n why res sess".split()


def again(line, form):
    fields = next(csv.reader([line]))
    if form == "csv" or len(fields) != len(KEYS):
        return line
    fields[1] = fields[1].replace("/", "-").replace(" ", "T") + "+09:00"
    pairs = list(zip(KEYS, fields))
    if form == "ltsv":
        return "\t".join(f"{k}:{v or '-'}" for k, v in pairs)
    return json.dumps({k: v for k, v in pairs if v}, ensure_ascii=False, separators=(",", ":"))


def main():
    source, target, form, encoding = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    target.mkdir()
    for path in source.glob("*.csv*"):
        if not path.name.startswith("oplog"):
            shutil.copy(path, target / path.name)
            continue
        lines = gzip.decompress(path.read_bytes()).decode("utf-8").split("\n")
        lines = lines[:-1] if form == "csv" else lines[1:-1]
        text = "\n".join(again(x, form) for x in lines) + "\n"
        (target / (path.name.split(".")[0] + "." + form)).write_bytes(text.encode(encoding))


main()
