#!/usr/bin/env python3
"""What tells the commonest names from those that a list knows: tables of engine/select/common.c.

common_tops: top level names of at most eight letters that stand in no other list, as numbers, placed by hash (0: empty).
common_near: 65,536 bits, of the labels that the following know. One that has none there is in none of them.
common_firsts, common_others, common_listed, common_reserved: 65,536 bits each. A label, or the last two labels of a name, one of whose
three bits is clear is in none of the lists. common_firsts has first labels with 0, those before the last one with 1; common_others names
that are none, and its second half, for names of two labels, suffixes; common_listed those of which a list says something.
common_resolvers: addresses; common_resolver_firsts: a bit for each of their first numbers. common_tellings: 1,024 bits, of the first
four bytes of the words that announce reading matter.
Usage: gen_common.py PUBLIC_SUFFIX_LIST FOLDER OUT.c
"""
import ipaddress
import pathlib
import sys

from gen_lists import MASK, read_list
from gen_suffixes import read_suffixes

TOPS = 4096


def label_key(label):
    """label_key() of common.c."""
    b = label.encode()[:8]
    return int.from_bytes(b, 'little') << 8 * (8 - len(b))


def label_place(label):
    """label_place() of common.c."""
    return (label_key(label) + len(label.encode())) * 0xD6E8FEB86659FD93 & MASK


def pair_place(label, behind):
    """pair_place() of common.c."""
    v = (label_place(label) ^ behind) * 0x9E3779B97F4A7C15
    return (v ^ v >> 64) & MASK


def telling(word):
    """may_tell() of role.c."""
    v = int.from_bytes(word.encode()[:4], 'little') | 0x20202020
    return v * 0x9E3779B1 % (1 << 32) >> 22


def write_numbers(out, head, numbers):
    out.write('%s = {\n' % head)
    for i in range(0, len(numbers), 4):
        out.write('\t' + ', '.join('0x%x' % n for n in numbers[i:i + 4]) + ',\n')
    out.write('};\n\n')


def bits(places):
    """has_bits() of common.c."""
    words = [0] * 1024
    for p in places:
        words[p >> 54] |= 1 << (p & 63) | 1 << (p >> 6 & 63) | 1 << (p >> 12 & 63)
    return words


def pairs(names):
    """Their last two labels."""
    return {tuple(name.split('.')[-2:]) for name in names if '.' in name}


def pair_bits(names):
    return bits({pair_place(a, label_key(b)) for a, b in pairs(names)})


def near_bits(labels):
    """is_near() of common.c."""
    words = [0] * 1024
    for place in map(label_place, labels):
        words[place >> 54] |= 1 << (place >> 48 & 63)
    return words


def main():
    folder = pathlib.Path(sys.argv[2])
    tops, rules = read_suffixes(sys.argv[1])
    lists = {name: read_list(folder / (name + '.txt')) for name in
             ('benign_files', 'double_endings', 'file_tops', 'no_names', 'objects', 'package_tops', 'reserved_names', 'resolvers', 'services', 'vendors')}
    others = lists['benign_files'] | lists['no_names']
    listed = lists['reserved_names'] | lists['services'] | lists['vendors']
    whole = others | listed
    # an onion name has a checksum; where each second label is a suffix, more have to be looked at
    ordinary = {t for t in tops if 2 <= len(t) <= 8 and '*.' + t not in rules} - lists['file_tops'] - {w for w in whole if '.' not in w} - {'onion'}
    suffixes = {r for r in rules if r.count('.') == 1 and r.split('.')[0] in tops}
    firsts = lists['objects'] | lists['package_tops']
    slots = [0] * TOPS
    for t in sorted(ordinary, key=lambda t: (t not in lists['package_tops'], len(t), t)):   # the commonest in their own places
        k = (label_key(t) * 0x9E3779B97F4A7C15 & MASK) >> 52
        while slots[k]:
            k = (k + 1) % TOPS
        slots[k] = label_key(t)
    with open(sys.argv[3], 'w', encoding='ascii') as out:
        out.write('/* Made by tools/gen_common.py from the public suffix list and selection/; do not edit. */\n')
        out.write('#include "engine/select/common.h"\n\n#include "base/banned.h"\n\n')
        write_numbers(out, 'const uint64_t common_tops[COMMON_TOPS]', slots)
        write_numbers(out, 'const uint64_t common_near[COMMON_WORDS]', near_bits(firsts | lists['double_endings'] | {a for a, b in pairs(whole | suffixes)}))
        write_numbers(out, 'const uint64_t common_firsts[COMMON_WORDS]', bits({pair_place(w, 0) for w in firsts} | {pair_place(w, 1) for w in lists['double_endings']}))
        write_numbers(out, 'const uint64_t common_others[2 * COMMON_WORDS]', pair_bits(others) + pair_bits(others | suffixes))
        write_numbers(out, 'const uint64_t common_listed[COMMON_WORDS]', pair_bits(listed))
        write_numbers(out, 'const uint64_t common_reserved[COMMON_WORDS]', pair_bits(lists['reserved_names']))
        addresses = sorted(int(ipaddress.IPv4Address(w)) for w in lists['resolvers'] if ':' not in w)
        write_numbers(out, 'const uint32_t common_resolvers[]', addresses + [0])
        begins = sum(1 << n for n in {a >> 24 for a in addresses})
        write_numbers(out, 'const uint64_t common_resolver_firsts[4]', [begins >> 64 * i & MASK for i in range(4)])
        words = read_list(folder / 'reference_words.txt')
        assert all(len(w.encode()) >= 4 and (w[0].isalpha() if w[0].isascii() else 0xe5 <= w.encode()[0] <= 0xe8) for w in words)   # line_says() of role.c
        tells = sum(1 << n for n in {telling(w) for w in words})
        write_numbers(out, 'const uint64_t common_tellings[16]', [tells >> 64 * i & MASK for i in range(16)])


if __name__ == '__main__':
    main()
