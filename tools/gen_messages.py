#!/usr/bin/env python3
"""Makes the table of messages from ui/messages/<language>/*.txt.

A line is `key = text`; `#` begins a comment line. A key stands once a language and in every language;
anything else stops the build.
"""
import pathlib
import re
import sys


def read(folder):
    found = {}
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            match = re.fullmatch(r"([a-z][a-z0-9_.]*) = (\S.*)", line)
            if not match:
                sys.exit(f"{path}:{number}: not of the form `key = text`")
            key, text = match.groups()
            if key in found:
                sys.exit(f"{path}:{number}: {key} stands twice")
            found[key] = text
    return found


def quoted(text):
    out = text.encode("utf-8")
    return '"' + "".join(
        chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else f"\\{b:03o}" for b in out
    ) + '"'


def main():
    root, out, dep = (pathlib.Path(a) for a in sys.argv[1:4])
    en, ja = read(root / "en"), read(root / "ja")
    if en.keys() != ja.keys():
        sys.exit("messages in one language only: " + ", ".join(sorted(en.keys() ^ ja.keys())))
    rows = [f"\t{{ {quoted(k)}, {quoted(en[k])}, {quoted(ja[k])} }}," for k in sorted(en)]
    out.write_text(
        '/* Made by tools/gen_messages.py from ui/messages/. */\n#include "base/message.h"\n\n'
        "const struct message message_table[] = {\n" + "\n".join(rows) + "\n};\n"
        f"const size_t message_count = {len(rows)};\n",
        encoding="utf-8",
    )
    # the folders too: a file that is added changes its folder
    needs = [root / "en", root / "ja", *sorted(root.glob("*/*.txt"))]
    dep.write_text(f"{out}: " + " ".join(str(n).replace(" ", "\\ ") for n in needs) + "\n", encoding="utf-8")


main()
