#!/usr/bin/env python3
"""Runs pii_driver over labelled documents and holds the result against thresholds.

  pii_score.py DRIVER FOLDER              FOLDER/docs, FOLDER/expected.jsonl
  pii_score.py DRIVER --variants SEED N   made by pii_variants.py

typed: a true span counts when spans of its class cover 80 % of it, a found one is wrong when it meets no personal or
neutral span; masked: covered by any class; leaked: characters of true spans left open; decoys and indicators must stay.
"""
import collections, json, os, subprocess, sys, tempfile

SAME = {('name', 'name_kana'), ('health_insured', 'health_insurer'), ('postal', 'address'), ('juminhyo', 'employment_insurance')}
LIMITS = {'typed f1': (0.985, 1), 'masked': (0.99, 1), 'leaked': (0, 0.005), 'decoys withheld': (0, 0.01), 'indicators kept': (0.99, 1)}


def meets(a, b):
    return max(a['start'], b['start']) < min(a['end'], b['end'])


def alike(a, b):
    return a == b or (a, b) in SAME or (b, a) in SAME


def covered(true, spans):
    return len({i for s in spans for i in range(max(s['start'], true['start']), min(s['end'], true['end']))})


def score(expected, found):
    n = collections.Counter()
    for doc, truth in expected.items():
        spans = found[doc]
        for t in truth:
            size, near = t['end'] - t['start'], [s for s in spans if meets(s, t)]
            whole = covered(t, near)
            if t['role'] == 'pii':
                n['pii'] += 1
                n['chars'] += size
                n['open'] += size - whole
                n['masked'] += whole >= .8 * size
                n['typed'] += covered(t, [s for s in near if alike(s['type'], t['type'])]) >= .8 * size
            elif t['role'] in ('decoy', 'ioc'):
                n[t['role']] += 1
                n[t['role'] + ' hit'] += whole > .5 * size
        n['wrong'] += sum(not any(meets(s, t) and t['role'] in ('pii', 'neutral') for t in truth) for s in spans)
    precision, recall = n['typed'] / max(1, n['typed'] + n['wrong']), n['typed'] / max(1, n['pii'])
    return {'typed f1': 2 * precision * recall / max(1e-9, precision + recall), 'masked': n['masked'] / max(1, n['pii']), 'leaked': n['open'] / max(1, n['chars']),
            'decoys withheld': n['decoy hit'] / max(1, n['decoy']), 'indicators kept': 1 - n['ioc hit'] / max(1, n['ioc'])}, n


def run(driver, folder):
    docs = sorted(os.listdir(folder + '/docs'))
    paths = [folder + '/docs/' + d for d in docs]
    lines = subprocess.run([driver] + paths, capture_output=True, check=True).stdout.decode().splitlines()
    if subprocess.run([driver, '--thorough'] + paths, capture_output=True, check=True).stdout.decode().splitlines() != lines:
        sys.exit('the gate stops what the finders would find')
    found, expected = collections.defaultdict(list), collections.defaultdict(list)
    for line in lines:
        j = json.loads(line)
        found[j['doc']].append(j)
    with open(folder + '/expected.jsonl', encoding='utf-8') as f:
        for line in f:
            j = json.loads(line)
            expected[j['doc']].append(j)
    return score(expected, found)


def main():
    if sys.argv[2] == '--variants':
        with tempfile.TemporaryDirectory() as tmp:
            subprocess.run([sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'pii_variants.py'), sys.argv[3], sys.argv[4], tmp], check=True)
            result, n = run(sys.argv[1], tmp)
    else:
        result, n = run(sys.argv[1], sys.argv[2])
    bad = [k for k, v in result.items() if not LIMITS[k][0] <= v <= LIMITS[k][1]]
    print('%d personal values; ' % n['pii'] + ', '.join('%s %.4f%s' % (k, v, ' OUT OF BOUNDS' if k in bad else '') for k, v in result.items()))
    sys.exit(bool(bad) or not n['pii'])


main()
