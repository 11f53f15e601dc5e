#!/usr/bin/env python3
"""Takes the names and places out of naist-jdic (Debian package naist-jdic, BSD-3-Clause) into selection/pii/.

  pii_names_from_jdic.py /usr/share/chasen/dic/naist-jdic/naist-jdic.dic selection/pii

Run by hand when the dictionary changes; the build reads only what it wrote. Weight 3 frequent … 1 rare, from the cost
of the entry. Names that are common words at the same time are marked `w`: they need more around them to be believed.
"""
import collections, os, re, sys

ENTRY = re.compile(r'\(品詞 \(([^)]*)\)\) \(\(見出し語 \((.+?) (\d+)\)\)(?: \(読み ([^)]*)\))?')
KANJI = re.compile(r'^[々〆ヶ一-鿿𠀀-𪛟]+$')
NAMELIKE = re.compile(r'^[々〆ヶケノツ一-鿿ぁ-ん]+$')
HEAD = '# From naist-jdic 0.4.3, (c) 2008 Nara Institute of Science and Technology, BSD-3-Clause (see README.md). %s\n'
WORDS = ('名詞 一般', '名詞 サ変接続', '名詞 形容動詞語幹', '名詞 副詞可能', '名詞 接尾 一般', '副詞 一般')
ENDS = '田川河山村木野原井口谷沢島嶋崎橋藤岡森林松石坂塚宮浦江津浜尾瀬波城屋根垣池丸守坊園戸辺部倉葉枝花梅桜杉竹'
NOT_NAMES = WORDS + ('名詞 固有名詞 一般', '名詞 固有名詞 組織', '名詞 固有名詞 地域 一般')


def read(path):
    words = collections.defaultdict(list)
    with open(path, encoding='euc-jp', errors='ignore') as f:
        for line in f:
            m = ENTRY.match(line)
            if m:
                words[m[1]].append((m[2], int(m[3]), m[4] or ''))
    return words


def readings(text):
    """{ワタナベ/ワタベ} and カ{ワ/カ}ダ are written out."""
    m = re.search(r'\{([^{}]*)\}', text)
    if not m:
        return [text] if re.match(r'^[ァ-ヴー]+$', text) else []
    return [r for part in m[1].split('/') for r in readings(text[:m.start()] + part + text[m.end():])]


def weigh(cost, common):
    return 3 if cost < 2100 else 2 if cost < common else 1


def collect(entries, common, form):
    out = {}
    for word, cost, reading in entries:
        if not form.match(word) or len(word) > 6:
            continue
        w, rs = out.get(word, (0, []))
        out[word] = (max(w, weigh(cost, common)), rs + [r for r in readings(reading) if r not in rs])
    return out


def write(path, title, rows):
    with open(path, 'w', encoding='utf-8') as f:
        f.write(HEAD % title)
        f.writelines(row + '\n' for row in rows)


def main():
    d = read(sys.argv[1])
    to = sys.argv[2]
    plain = {w for k in WORDS for w, _, _ in d[k]}
    surnames = collect(d['名詞 固有名詞 人名 姓'], 2900, NAMELIKE)
    given = collect(d['名詞 固有名詞 人名 名'], 2900, NAMELIKE)
    for name, table in (('surnames', surnames), ('given', given)):
        write(os.path.join(to, name + '.txt'), 'name<TAB>weight[w]<TAB>readings',
              ['%s\t%d%s\t%s' % (w, n, 'w' if w in plain else '', ','.join(r))
               for w, (n, r) in sorted(table.items())])
    places = sorted({w for w, _, _ in d['名詞 固有名詞 地域 一般'] if NAMELIKE.match(w) and 1 < len(w) <= 5})
    write(os.path.join(to, 'places.txt'), 'names of towns and places, without 市 区 町 村', places)
    # Words that fall apart into a surname and a given name by accident: 森林, 平成, 大和銀行.
    veto = set()
    for k in NOT_NAMES:
        for w, _, _ in d[k]:
            if 2 <= len(w) <= 6 and KANJI.match(w):
                if any(w[:i] in surnames and w[i:] in given for i in range(1, len(w))):
                    veto.add(w)
    write(os.path.join(to, 'words.txt'), 'words that look like surname and given name, and are neither', sorted(veto))
    # What a guess at a name must never be: 報告, 隔離. Things whose last letter many surnames have may be rare ones: 袖垣.
    things = {w for w, _, _ in d['名詞 一般'] if w[-1] in ENDS}
    acts = {w for k in WORDS[1:] for w, _, _ in d[k]}
    two = {w for w in plain if len(w) == 2 and KANJI.match(w) and w not in surnames and given.get(w, (0,))[0] < 2 and (w not in things or w in acts)}
    write(os.path.join(to, 'words_two.txt'), 'common words of two kanji that are no surname', sorted(two))


main()
