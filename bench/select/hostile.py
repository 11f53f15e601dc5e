#!/usr/bin/env python3
"""Hostile input: user CPU of `renkei select` at one and at two times the length must not grow by more than 2.05.

Usage: hostile.py RENKEI [MEGABYTES]
"""
import resource
import subprocess
import sys
import tempfile

SHAPES = {
    'dots': 'a.', 'dots only': '.', 'brackets': 'a[.]b', 'open brackets': '[', 'open round': '(', 'half': 'a[.', 'blank dots': 'a [dot] ',
    'mail': 'a@', 'mail dots': 'a.b@c.', 'at dots': '@a.', 'colons': 'a:', 'colons only': ':', 'slashes': '/a', 'scheme': 'http://',
    'scheme a': 'http://a.', 'schemes': 'hxxp://a.com/http://', 'hex': 'deadbeef', 'base64': 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo/',
    'base64 text': 'aHR0cDovL2V2aWwuY29tL2E', 'percent': '%3A%2F%2F', 'back': '\\', 'back dots': 'a\\.', 'x': '\\x41', 'drive': 'C:\\a ',
    'hive': 'HKLM\\a ', 'wide': 'あ', 'wide dots': 'あ.', 'wide names': 'a.comあ', 'stops': 'a。', 'quotes': '"', 'commas': ',', 'digits': '1',
    'digit dots': '1.', 'ip': '1.2.3.4', 'dash': '-', 'mac': 'aa-', 'cve': 'CVE-', 'mutex': 'mutex ', 'agent': 'User-Agent: ',
    'entity': '&amp;', 'entity hash': '&#', 'under': '_', 'json': '\\u0041', 'tags': '<', 'cr': 'a.com/\r', 'ssdeep': '3:aaaaaaaaaaaa:',
    'spaces': ' ', 'lines': '\n', 'phones': '090-', 'names': '山田', 'full': '０９０', 'bank': '口座', 'label': '氏名：', 'era': '昭和',
    'percent names': '%E5%B1%B1%E7%94%B0', 'printable': '=E5=B1=B1', 'folder': 'C:\\Users\\a ', 'home': ' /home/a/', 'link mail': 'http://a.com/?e=a@b.jp ',
    'base64 names': '5bGx55Sw5aSq6YOOCumbu+ipse+8 ', 'base64 long': '5bGx55Sw5aSq6YOO', 'file': 'yamada_taro_', 'offices': '担当：課 ', 'spaced': '氏名　山　田　',
}


def seconds(renkei, data, ending):
    with tempfile.NamedTemporaryFile(suffix=ending) as f:
        f.write(data)
        f.flush()
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        try:
            subprocess.run([renkei, 'select', f.name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20)
        except subprocess.TimeoutExpired:
            return 99.0
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def main():
    renkei = sys.argv[1]
    size = int(float(sys.argv[2] if len(sys.argv) > 2 else 0.5) * 1e6)
    bad = 0
    for ending in ['.txt', '.csv', '.json', '.html', '.eml']:
        for name, shape in SHAPES.items():
            unit = shape.encode()
            one = unit * (size // len(unit))
            if ending == '.eml':
                one = b'From: a@b.example\nSubject: x\nContent-Type: text/plain\n\n' + one
            t1, t2 = seconds(renkei, one, ending), seconds(renkei, one + unit * (size // len(unit)), ending)
            if t2 > 2.05 * t1 + 0.02 or t2 > 60 * size / 1e6:
                bad += 1
                print('%-14s %s %.3f s, doubled %.3f s (x %.2f)' % (name, ending, t1, t2, t2 / max(t1, 0.001)))
    print('hostile: %d of %d shapes too slow' % (bad, 5 * len(SHAPES)))
    return bad > 0


sys.exit(main())
