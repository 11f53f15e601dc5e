#!/usr/bin/env python3
"""Prints the cells of a workbook, one a line: sheet!cell, style, type, text. An independent reader for the tests."""
import re
import sys
import zipfile
import xml.etree.ElementTree as ET

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def main():
    archive = zipfile.ZipFile(sys.argv[1])
    assert archive.testzip() is None
    shared = []
    if "xl/sharedStrings.xml" in archive.namelist():
        for si in ET.fromstring(archive.read("xl/sharedStrings.xml")):
            shared.append("".join(t.text or "" for t in si.iter(M + "t")))
    targets = {r.get("Id"): r.get("Target") for r in ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))}
    for sheet in ET.fromstring(archive.read("xl/workbook.xml")).find(M + "sheets"):
        root = ET.fromstring(archive.read("xl/" + targets[sheet.get(R + "id")]))
        last = (0, 0)
        for row in root.find(M + "sheetData"):
            for c in row:
                kind, v = c.get("t", "n"), c.find(M + "v")
                letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", c.get("r")).groups()
                place = (int(digits), sum((ord(ch) - 64) * 26 ** i for i, ch in enumerate(reversed(letters))))
                assert place > last and place[0] == int(row.get("r")), "cells out of order"
                last = place
                if kind == "s":
                    text = shared[int(v.text)]
                elif kind == "inlineStr":
                    text = "".join(t.text or "" for t in c.iter(M + "t"))
                else:
                    text = v.text if v is not None else ""
                if c.find(M + "f") is not None:
                    text = "=" + c.find(M + "f").text
                if text:
                    print(f'{sheet.get("name")}!{c.get("r")}\t{c.get("s", "0")}\t{kind}\t{text!r}')
        for merge in root.iter(M + "mergeCell"):
            print(f'{sheet.get("name")}!{merge.get("ref")}\tmerged')


main()
