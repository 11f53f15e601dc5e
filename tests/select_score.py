#!/usr/bin/env python3
"""Runs `renkei select` over labelled documents and fails below the thresholds.

Usage: select_score.py RENKEI FOLDER LABELS LEAST_F1 LEAST_F1_OF_ROLES TYPES|all
A value is right when it stands in the labels; for the roles, only attack information counts and what the program calls a
reference is left out. Hosts of labelled URLs and mail addresses, and values within labelled URLs, are neither.
"""
import ipaddress
import json
import re
import subprocess
import sys


def plain(kind, value):
    v = value.strip()
    if kind in ('cidr', 'ipv6', 'ipv4'):
        try:
            return str(ipaddress.ip_network(v, strict=False) if kind == 'cidr' else ipaddress.ip_address(v))
        except ValueError:
            return v
    if kind == 'url':
        v = re.sub(r'^[a-z][a-z0-9+.-]*://', '', v, flags=re.I)
        head, slash, tail = re.match(r'([^/?#]*)([/?#]?)(.*)', v, re.S).groups()
        head = re.sub(r':(80|443)$', '', head.split('@')[-1]).lower()
        return re.sub(r'[.,;:?/#]+$', '', head + slash + tail)
    if kind in ('btc',):
        return v
    v = v.lower()
    if kind in ('registry', 'file_path'):
        v = re.sub(r'\\+', r'\\', v).rstrip('\\')
        for long, short in (('hkey_local_machine', 'hklm'), ('hkey_current_user', 'hkcu'), ('hkey_classes_root', 'hkcr')):
            v = v.replace(long, short)
    return v


def load(lines, ref_too=True):
    found = {}
    for line in lines:
        j = json.loads(line)
        key = (j['doc'], j['type'], plain(j['type'], j['value']))
        if found.get(key) != 'ioc':
            found[key] = j.get('role', 'ioc')
    return found


def f1(expected, got, roles):
    inside = {}
    for doc, kind, value in expected:
        if kind in ('url', 'email'):
            inside.setdefault(doc, []).append(value.lower())
    want = {k for k, r in expected.items() if r == 'ioc' or (r == 'ref' and not roles)}
    neutral = {k for k, r in expected.items() if k not in want}
    have = {k for k, r in got.items() if not (roles and r == 'ref')}
    wrong = []
    for doc, kind, value in have - want - neutral:
        if any(value in u for u in inside.get(doc, ())) or (doc, 'domain', value) in want or (doc, 'ipv4', value) in want:
            continue
        wrong.append((doc, kind, value))
    if roles:
        wrong += [k for k in have & neutral if expected[k] == 'ref']
    missing = [k for k in want - have if not (k[1] in ('domain', 'ipv4') and (k[0], 'url', k[2]) in have)]
    right = len(want) - len(missing)
    return 2 * right / (2 * right + len(wrong) + len(missing)), wrong, missing


def main():
    renkei, folder, labels, least, least_roles, kinds = sys.argv[1:7]
    expected = load(open(labels, encoding='utf-8'))
    types = {k[1] for k in expected} if kinds == 'all' else set(kinds.split(','))
    run = subprocess.run([renkei, 'select', folder], capture_output=True, check=True)
    got = {k: r for k, r in load(run.stdout.decode().splitlines()).items() if k[1] in types}
    expected = {k: r for k, r in expected.items() if k[1] in types}
    bad = False
    for roles, limit in ((False, float(least)), (True, float(least_roles))):
        score, wrong, missing = f1(expected, got, roles)
        print('%s F1 %.4f (at least %.4f)' % ('roles' if roles else 'values', score, limit))
        if score < limit:
            bad = True
            for k in wrong[:20]:
                print('  wrong  ', *k)
            for k in missing[:20]:
                print('  missing', *k)
    return bad


sys.exit(main())
