#!/usr/bin/env python3
"""What tells the commonest names from those that a list knows: tables of engine/select/common.c.

common_tops: top level names of at most eight letters that stand in no other list, as numbers, placed by hash (0: empty).
common_firsts, common_names, common_pairs, common_reserved: 65,536 bits each. A label, or the last two labels of a name, one of whose two bits
is clear is in none of the lists; common_pairs: and no suffix. common_firsts has first labels under 0, those before the last one under 1. common_resolvers: addresses; common_resolver_firsts: a bit for each of
their first numbers. common_tellings: 1,024 bits, of the first four bytes of the words that announce reading matter.
Usage: gen_common.py PUBLIC_SUFFIX_LIST FOLDER OUT.c
"""
import ipaddress
import pathlib
import sys

from gen_lists import MASK, read_list
from gen_suffixes import read_suffixes

TOPS = 4096


def label_key(label):
    return int.from_bytes(label.encode()[:8], 'little')


def places(label, top):
    """has_bits() of common.c."""
    h = (label_key(label) ^ top * 0x9E3779B97F4A7C15 & MASK) + len(label.encode()) & MASK
    h = h * 0xD6E8FEB86659FD93 & MASK
    h ^= h >> 32
    h = h * 0x9E3779B97F4A7C15 & MASK
    return h >> 48, h >> 32 & 0xffff


def telling(word):
    """may_tell() of role.c."""
    v = int.from_bytes(word.encode()[:4], 'little') | 0x20202020
    return v * 0x9E3779B1 % (1 << 32) >> 22


def write_numbers(out, head, numbers):
    out.write('%s = {\n' % head)
    for i in range(0, len(numbers), 4):
        out.write('\t' + ', '.join('0x%x' % n for n in numbers[i:i + 4]) + ',\n')
    out.write('};\n\n')


def write_bits(out, name, pairs):
    words = [0] * 1024
    for p in (p for pair in pairs for p in pair):
        words[p >> 6] |= 1 << (p & 63)
    write_numbers(out, 'const uint64_t %s[COMMON_BITS / 64]' % name, words)


def main():
    folder = pathlib.Path(sys.argv[2])
    tops, rules = read_suffixes(sys.argv[1])
    lists = {name: read_list(folder / (name + '.txt')) for name in
             ('benign_files', 'double_endings', 'file_tops', 'no_names', 'objects', 'package_tops', 'reserved_names', 'resolvers', 'services', 'vendors')}
    whole = set().union(*(lists[n] for n in ('benign_files', 'no_names', 'reserved_names', 'resolvers', 'services', 'vendors')))
    # an onion name has a checksum; where each second label is a suffix, more have to be looked at
    ordinary = {t for t in tops if 2 <= len(t) <= 8 and '*.' + t not in rules} - lists['file_tops'] - {w for w in whole if '.' not in w} - {'onion'}
    suffixes = {r for r in rules if r.count('.') == 1 and r.split('.')[0] in tops}
    slots = [0] * TOPS
    for t in sorted(ordinary, key=lambda t: (t not in lists['package_tops'], len(t), t)):   # the commonest in their own places
        k = label_key(t) * 0x9E3779B97F4A7C15 % (MASK + 1) >> 52
        while slots[k]:
            k = (k + 1) % TOPS
        slots[k] = label_key(t)
    with open(sys.argv[3], 'w', encoding='ascii') as out:
        out.write('/* Made by tools/gen_common.py from the public suffix list and selection/; do not edit. */\n')
        out.write('#include "engine/select/common.h"\n\n#include "base/banned.h"\n\n')
        write_numbers(out, 'const uint64_t common_tops[COMMON_TOPS]', slots)
        write_bits(out, 'common_firsts', {places(w, 0) for w in lists['objects'] | lists['package_tops']} |
                   {places(w, 1) for w in lists['double_endings']})
        for name, words in (('common_names', whole), ('common_pairs', whole | suffixes), ('common_reserved', lists['reserved_names'])):
            pairs = {tuple(w.split('.')[-2:]) for w in words if '.' in w}
            write_bits(out, name, {places(a, label_key(b)) for a, b in pairs})
        addresses = sorted(int(ipaddress.IPv4Address(w)) for w in lists['resolvers'] if ':' not in w)
        write_numbers(out, 'const uint32_t common_resolvers[]', addresses + [0])
        firsts = sum(1 << n for n in {a >> 24 for a in addresses})
        write_numbers(out, 'const uint64_t common_resolver_firsts[4]', [firsts >> 64 * i & MASK for i in range(4)])
        words = read_list(folder / 'reference_words.txt')
        assert all(len(w.encode()) >= 4 for w in words)
        bits = sum(1 << n for n in {telling(w) for w in words})
        write_numbers(out, 'const uint64_t common_tellings[16]', [bits >> 64 * i & MASK for i in range(16)])


if __name__ == '__main__':
    main()
