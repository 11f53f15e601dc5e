#!/usr/bin/env python3
"""Compiles the files of ui/ that are served as they are (style, script, pictures) into C: gen_static.py UI OUT DEPFILE"""
import hashlib
import pathlib
import sys

KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png",
         ".ico": "image/x-icon", ".woff2": "font/woff2", ".webmanifest": "application/manifest+json"}


def main():
    ui, out, dep = map(pathlib.Path, sys.argv[1:])
    folders = [f for f in (ui, ui / "static") if f.is_dir()]
    files = sorted((p for f in folders for p in f.iterdir() if p.suffix in KINDS), key=lambda p: p.name)
    names = [p.name for p in files]
    twice = {n for n in names if names.count(n) > 1}
    if twice:
        sys.exit(f"ui: two files of one name: {sorted(twice)}")
    lines = ["/* Made by tools/gen_static.py. */", '#include "door/serve/static.h"', ""]
    for i, p in enumerate(files):
        body = p.read_bytes()
        rows = [", ".join(str(b) for b in body[at:at + 32]) for at in range(0, len(body), 32)]
        lines += [f"static const unsigned char bytes_{i}[] = {{", *[r + "," for r in rows], "0 };"]
    lines.append("\nconst struct static_file static_table[] = {")
    for i, p in enumerate(files):
        body = p.read_bytes()
        tag = hashlib.sha256(body).hexdigest()[:16]
        lines.append(f'\t{{ "{p.name}", "{KINDS[p.suffix]}", "\\"{tag}\\"", bytes_{i}, {len(body)} }},')
    lines += ["\t{ NULL, NULL, NULL, NULL, 0 },", "};", f"\nconst size_t static_count = {len(files)};", ""]
    out.write_text("\n".join(lines), encoding="utf-8")
    dep.write_text(f"{out}: " + " ".join(str(p) for p in [*folders, *files]) + "\n", encoding="utf-8")


main()
