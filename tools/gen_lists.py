#!/usr/bin/env python3
"""Turns the warning lists in selection/*.txt into sorted C tables.

Usage: gen_lists.py FOLDER OUT.c OUT.h
"""
import pathlib
import sys


MASK = (1 << 64) - 1


def label_hash(label):
    """Eight bytes at a time; label_hash() of chars.c."""
    h = len(label)
    for i in range(0, len(label), 8):
        h = (h ^ int.from_bytes(label[i:i + 8], 'little')) * 0x9E3779B97F4A7C15 & MASK
        h ^= h >> 32
    return h


def word_hash(word):
    """From the last label to the first, so that the hashes of a name and of all names above it come in one pass."""
    h = 0
    for label in reversed(word.encode().split(b'.')):
        h = (h ^ label_hash(label)) * 0xD6E8FEB86659FD93 & MASK
        h ^= h >> 32
    return h


def write_table(out, name, words):
    """A slot has the number of its word, and above it 16 bits of the hash that tell most others without a look at the word."""
    words = sorted(words, key=lambda w: w.encode())
    size = 8
    while size < 3 * len(words):
        size *= 2
    slots = [0] * size
    for n, w in enumerate(words, 1):
        h = word_hash(w)
        k = h & (size - 1)
        while slots[k]:
            k = (k + 1) & (size - 1)
        slots[k] = h >> 48 << 16 | n
    assert len(words) < 65536
    out.write('static const char *const %s_words[] = {\n' % name)
    for w in words:
        out.write('\t"%s",\n' % w)
    out.write('\tNULL,\n};\nstatic const uint32_t %s_slots[] = {\n' % name)
    for i in range(0, size, 8):
        out.write('\t' + ', '.join(map(str, slots[i:i + 8])) + ',\n')
    out.write('};\nconst struct words %s = { %s_words, %s_slots, %d };\n\n' % (name, name, name, size - 1))


def read_list(path):
    words = set()
    for n, line in enumerate(open(path, encoding='utf-8'), 1):
        line = line.rstrip('\n')
        if not line or line.startswith('#'):
            continue
        if line != line.strip().lower() or '"' in line or '\\' in line:
            sys.exit('%s:%d: want one lower-case word' % (path, n))
        words.add(line)
    return words


def main():
    folder, out_c, out_h = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    with open(out_c, 'w', encoding='utf-8') as c, open(out_h, 'w', encoding='utf-8') as h:
        h.write('/* Made by tools/gen_lists.py from selection/; do not edit. */\n#ifndef ENGINE_SELECT_LISTS_H\n'
                '#define ENGINE_SELECT_LISTS_H\n\n#include "engine/select/chars.h"\n\n')
        c.write('/* Made by tools/gen_lists.py from selection/; do not edit. */\n#include "engine/select/lists.h"\n\n')
        for path in sorted(folder.glob('*.txt')):
            words = read_list(path)
            name = 'list_' + path.stem
            h.write('extern const struct words %s;\n' % name)
            write_table(c, name, words)
        h.write('\n#endif\n')


if __name__ == '__main__':
    main()
