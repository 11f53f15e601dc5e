#!/usr/bin/env python3
"""Holds a STIX 2.1 bundle against the specification (OASIS, June 2021): what each object must have, forms of ids and times,
references, vocabulary, and the grammar of patterns as far as we write them. Usage: stix_check.py BUNDLE.json
"""
import json
import re
import sys

UUID = r'[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'
TIME = re.compile(r'^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?Z$')   # §2.12
STEP = r"(?:\.[a-z0-9_-]+|\.'[A-Za-z0-9_-]+')"
PATTERN = re.compile(r"^\[[a-z0-9-]{3,250}:[a-z0-9_-]+" + STEP + r"* = (?:'(?:[^'\\]|\\['\\])*'|\d+)\]$")                # §9
MUST = {   # beside type, spec_version, id, created, modified
    'indicator': {'pattern', 'pattern_type', 'valid_from'}, 'vulnerability': {'name'}, 'attack-pattern': {'name'},
    'sighting': {'sighting_of_ref'}, 'marking-definition': set(),
}
KINDS = {'anomalous-activity', 'anonymization', 'benign', 'compromised', 'malicious-activity', 'attribution', 'unknown'}   # §10.5
TLP = {'clear': '94868c89-83c2-464b-929b-a1a8aa3c8487', 'green': 'bab4a63c-aed9-4cf5-a766-dfca5abac2bb',
       'amber': '55d920b0-5e8b-4f79-9ee9-91f868d9b421', 'amber+strict': '939a9414-2ddd-4d32-a0cd-375ea402b003',
       'red': 'e828b379-4e03-4974-9ac4-e53a884c97c1'}
EXTENSION = 'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d'


def marking(o):
    ext = o.get('extensions', {}).get(EXTENSION, {})
    yield ext.get('extension_type') == 'property-extension', 'the marking has no extension'
    yield o['id'].endswith(TLP.get(ext.get('tlp_2_0'), '?')), 'this is not the id of its marking'
    yield o.get('name') == 'TLP:' + ext.get('tlp_2_0', '').upper(), 'the name of the marking'


def indicator(o):
    yield o['pattern_type'] != 'stix' or PATTERN.match(o['pattern']), 'pattern'
    yield TIME.match(o['valid_from']), 'valid_from'
    yield set(o.get('indicator_types', [])) <= KINDS, 'indicator_types'


def sighting(o):
    yield re.match('^(indicator|malware)--' + UUID + '$', o['sighting_of_ref']), 'sighting_of_ref'
    yield 0 <= o.get('count', 1) <= 999999999, 'count'


def one(o, ids):
    kind = o.get('type')
    if kind not in MUST:
        yield False, 'type'
        return
    yield re.match('^' + kind + '--' + UUID + '$', o.get('id', '')), 'id'
    yield o.get('spec_version') == '2.1', 'spec_version'
    want = {'created'} | MUST[kind] | (set() if kind == 'marking-definition' else {'modified'})
    yield want <= set(o), 'lacks ' + ' '.join(sorted(want - set(o)))
    for key in ('created', 'modified'):
        yield key not in o or TIME.match(o[key]), key
    yield all(r in ids for r in o.get('object_marking_refs', [])), 'a marking that is not there'
    yield '' not in [v for v in o.values() if isinstance(v, str)], 'an empty text'
    yield [] not in list(o.values()), 'an empty list'
    yield from {'marking-definition': marking, 'indicator': indicator, 'sighting': sighting}.get(kind, lambda o: ())(o)


def main():
    bundle = json.load(open(sys.argv[1], encoding='utf-8'))
    bad = []
    if bundle.get('type') != 'bundle' or not re.match('^bundle--' + UUID + '$', bundle.get('id', '')) or 'spec_version' in bundle:
        bad.append('bundle')
    ids = [o['id'] for o in bundle['objects']]
    if len(ids) != len(set(ids)):
        bad.append('an object stands twice')
    for o in bundle['objects']:
        bad += ['%s: %s' % (o.get('id'), why) for ok, why in one(o, set(ids)) if not ok]
    print('\n'.join(bad[:20]) or 'stix: %d objects' % len(ids))
    return bool(bad)


sys.exit(main())
