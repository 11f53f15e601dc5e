#!/usr/bin/env python3
"""Makes the table of CP932 (Windows-31J) two-byte characters as UTF-16 units, NEC and IBM characters included.

Rows are lead bytes 0x81–0x9F and 0xE0–0xFC, columns trail bytes 0x40–0xFC; 0 is no character. The mapping is that of
Microsoft's code page 932, as Python's own codec has it; the user-defined rows 0xF0–0xF9 go to U+E000 and on.
"""
import pathlib
import sys


def unit(lead, trail):
    if trail == 0x7F:
        return 0
    if 0xF0 <= lead <= 0xF9:
        return 0xE000 + (lead - 0xF0) * 188 + trail - (0x40 if trail < 0x7F else 0x41)
    try:
        text = bytes((lead, trail)).decode("cp932")
    except UnicodeDecodeError:
        return 0
    return ord(text) if len(text) == 1 else 0


def main():
    leads = [*range(0x81, 0xA0), *range(0xE0, 0xFD)]
    rows = []
    for lead in leads:
        cells = ",".join(str(unit(lead, trail)) for trail in range(0x40, 0xFD))
        rows.append("\t{ " + cells + " },")
    pathlib.Path(sys.argv[1]).write_text(
        "/* Made by tools/gen_cp932.py. */\n#include \"engine/screen/cp932.h\"\n\n"
        "const uint16_t cp932_pairs[CP932_LEADS][CP932_TRAILS] = {\n" + "\n".join(rows) + "\n};\n",
        encoding="utf-8",
    )


main()
