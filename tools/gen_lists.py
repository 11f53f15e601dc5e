#!/usr/bin/env python3
"""Turns the warning lists in selection/*.txt into sorted C tables.

Usage: gen_lists.py FOLDER OUT.c OUT.h
"""
import pathlib
import sys


def main():
    folder, out_c, out_h = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    with open(out_c, 'w', encoding='utf-8') as c, open(out_h, 'w', encoding='utf-8') as h:
        h.write('/* Made by tools/gen_lists.py from selection/; do not edit. */\n#ifndef ENGINE_SELECT_LISTS_H\n'
                '#define ENGINE_SELECT_LISTS_H\n\n#include <stddef.h>\n\n')
        c.write('/* Made by tools/gen_lists.py from selection/; do not edit. */\n#include "engine/select/lists.h"\n\n')
        for path in sorted(folder.glob('*.txt')):
            words = set()
            for n, line in enumerate(open(path, encoding='utf-8'), 1):
                line = line.rstrip('\n')
                if not line or line.startswith('#'):
                    continue
                if line != line.strip().lower() or '"' in line or '\\' in line:
                    sys.exit('%s:%d: want one lower-case word' % (path, n))
                words.add(line)
            name = 'list_' + path.stem
            h.write('extern const char *const %s[];\nextern const size_t %s_count;\n' % (name, name))
            c.write('const char *const %s[] = {\n' % name)
            for w in sorted(words, key=lambda w: w.encode()):
                c.write('\t"%s",\n' % w)
            c.write('};\nconst size_t %s_count = %d;\n\n' % (name, len(words)))
        h.write('\n#endif\n')


main()
