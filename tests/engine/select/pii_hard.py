#!/usr/bin/env python3
"""Each line of a file is a document; {type|…} marks exactly what must be held back. By itself, with the gate and without it, and
behind a text that is so long that only the gate and what hunts for weak signs look at it (but for lines that begin with ~).

  pii_hard.py PII_DRIVER FILE
"""
import json, os, re, subprocess, sys, tempfile


def marked(line):
    text, spans = '', []
    for part in re.split(r'(\{\w+\|[^}]*\})', line.replace('⏎', '\n')):
        mark = re.fullmatch(r'\{(\w+)\|([^}]*)\}', part, re.S)
        if mark:
            spans.append((len(text), len(text) + len(mark[2]), mark[1]))
        text += mark[2] if mark else part
    return text, spans


FILLER = '定例の作業として本日の点検結果を取りまとめ、設備の状態に異常が無いことを確認した。次回の点検は来月を予定している。\n\n' * 1600


def main():
    driver, wrong = sys.argv[1], 0
    with open(sys.argv[2], encoding='utf-8') as f:
        lines = [line.rstrip('\n') for line in f if not line.startswith('#')]
    docs, short = [marked(line.lstrip('~')) for line in lines], [line.startswith('~') for line in lines]
    with tempfile.TemporaryDirectory() as tmp:
        paths = [os.path.join(tmp, '%d.txt' % n) for n in range(len(docs))]
        for path, (text, _) in zip(paths, docs):
            with open(path, 'w', encoding='utf-8') as f:
                f.write(text + '\n')
        for flags, before in [([], ''), (['--thorough'], ''), ([], FILLER)]:
            for path, (text, _) in zip(paths, docs):
                if before:
                    with open(path, 'w', encoding='utf-8') as f:
                        f.write(before + text + '\n\n' + FILLER[:400])
            found = [[] for _ in docs]
            for line in subprocess.run([driver] + flags + paths, capture_output=True, check=True).stdout.decode().splitlines():
                j = json.loads(line)
                found[int(j['doc'].split('.')[0])].append((j['start'] - len(before), j['end'] - len(before), j['type']))
            for (text, want), got, only_short in zip(docs, found, short):
                if sorted(got) != want and not (before and only_short):
                    wrong += 1
                    print('%r %s\n  want %s\n  got  %s' % (text, ' '.join(flags) + ' behind a long text' * (before != ''), [(t, text[a:b]) for a, b, t in want], [(t, text[a:b]) for a, b, t in sorted(got)]))
    print('%d documents, %d wrong' % (len(docs), wrong))
    sys.exit(wrong > 0 or not docs)


main()
