#!/usr/bin/env python3
"""Turns the public suffix list (Mozilla Foundation, MPL 2.0, read from the system at build time) into C tables.

suffix_top: every top level name in its ASCII form; suffix_rule: every rule of two labels and more.
Usage: gen_suffixes.py LIST OUT.c
"""
import sys

from gen_lists import write_table


def ascii_form(name):
    return '.'.join(p.encode('idna').decode() if any(ord(c) > 127 for c in p) else p for p in name.split('.'))


def read_suffixes(path):
    """All top level names, and the rules of two labels and more."""
    top, rules = {'onion', 'i2p', 'bit'}, set()
    for line in open(path, encoding='utf-8'):
        line = line.strip()
        if not line or line.startswith('//'):
            continue
        rule = line.split()[0].lstrip('!').lower()
        try:
            rule = ascii_form(rule.replace('*.', '*.', 1)) if '*' not in rule else '*.' + ascii_form(rule[2:])
        except UnicodeError:
            continue
        bare = rule[2:] if rule.startswith('*.') else rule
        top.add(bare.split('.')[-1])
        if '.' in rule:
            rules.add(('!' if line.startswith('!') else '') + rule)
    return top, rules


def main():
    top, rules = read_suffixes(sys.argv[1])
    with open(sys.argv[2], 'w', encoding='ascii') as out:
        out.write('/* Made by tools/gen_suffixes.py from the public suffix list; do not edit. */\n')
        out.write('#include "engine/select/suffix.h"\n\n#include "base/banned.h"\n\n')
        write_table(out, 'suffix_top', top)
        write_table(out, 'suffix_rule', rules)


if __name__ == '__main__':
    main()
