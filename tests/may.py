#!/usr/bin/env python3
"""Each statement runs only where its heading says: a file of src/<floor>/<module>/ that names STMT_X needs a word ".<module>" in
the `-- may:` of x."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
may = {}
for path in root.glob("src/**/sql/*.sql"):
    name = None
    for line in path.read_text(encoding="utf-8").splitlines():
        head = re.fullmatch(r"-- (name|may):\s*(.*)", line)
        if head and head.group(1) == "name":
            name = head.group(2).strip()
        elif head:
            may.setdefault(name, set()).update(head.group(2).split())
bad = 0
for path in sorted(root.glob("src/**/*.c")):
    module = path.relative_to(root / "src").parts[1]
    for name in set(re.findall(r"\bSTMT_([A-Z0-9_]+)\b", path.read_text(encoding="utf-8"))):
        words = may.get(name.lower())
        if words is not None and not any(w.split(".")[-1] == module for w in words):
            print(f"{path.relative_to(root)}: {name.lower()} is for {' '.join(sorted(words))}, not for {module}")
            bad = 1
if not may:
    sys.exit("no statements found")
sys.exit(bad)
