#!/usr/bin/env python3
"""Packs selection/pii/*.txt into the tables that src/engine/select/pii_tables.h declares.

  gen_pii.py selection/pii pii_tables.c

Words become fingerprints (no text of a name is in the program): 32 bits of a 64-bit hash, found by another 18, so that
about one foreign word in 10^9 is taken for one of ours. The hash is that of pii_hash() in pii_lex.c.
"""
import os, re, sys

SECTIONS = ('my_number card bank_account drivers_license passport residence_card health_insurer health_insured pension '
            'employment_insurance juminhyo care_insurance phone postal address name name_kana email birth_date other_id '
            'none name_weak address_weak fill honorific title role notname building birth_after bank_before victim_mail '
            'hostile_near prefecture name_part address_part people').split()
# Bits of the information on a word; the same in pii_tables.h.
SUR, SUR_W, GIVEN, GIVEN_W, PLACE, VETO, SKANA, GKANA, SROMA, GROMA, FREE, DESK = (
    0, 1 << 2, 3, 1 << 5, 1 << 6, 1 << 7, 1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13)
# Bits of the class of a character; the same in pii_tables.h.
(C_SUR, C_GIVEN, C_LEX, C_KANJI, C_HIRA, C_KATA, C_DIGIT, C_ALPHA, C_BLANK, C_HYPHEN, C_PLACE, C_SKANA, C_KNUM, C_LEX1, C_SUREND, C_SIGN) = (
    1 << i for i in range(16))
MASK = (1 << 64) - 1
# What often ends a surname of two kanji: so that 権田 is known although no list has it.
SURNAME_ENDS = '田川山野村原本木口井島崎沢谷藤橋岡石林松上下中内尾倉塚辺部浦瀬宮森杉永津坂江岸戸場屋浜池根城地見平丸羽西東越畑関堀'


def word_hash(word):
    h = 0xcbf29ce484222325
    for ch in word:
        h = ((h ^ ord(ch)) * 0x9E3779B97F4A7C15) & MASK
        h ^= h >> 29
    return h


def lines(folder, name):
    with open(os.path.join(folder, name), encoding='utf-8') as f:
        return [l.rstrip('\n') for l in f if l.strip() and not l.startswith('#')]


def folds(folder):
    table = list(range(65536))
    for i in range(0xFF01, 0xFF5F):
        table[i] = i - 0xFEE0
    for i in (0x3000, 0xA0, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200A, 0x202F, 0x205F):
        table[i] = 0x20
    for i in (0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xFE63, 0x2500, 0x30FB - 0x30FB + 0xFF0D, 0x02D7):
        table[i] = ord('-')
    half = 'ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン'
    for i, ch in enumerate(half):
        table[0xFF66 + i] = ord(ch)
    table[0xFF9E], table[0xFF9F] = 0x3099, 0x309A
    table[0x309B], table[0x309C] = 0x3099, 0x309A
    table[0xFF65] = 0x30FB
    table[0xFF62], table[0xFF63], table[0xFF61], table[0xFF64] = 0x300C, 0x300D, 0x3002, 0x3001
    table[0x2019] = table[0x2018] = 0x27
    table[0x201C] = table[0x201D] = 0x22
    table[0xA5] = 0x5C
    table[0x2502] = table[0x2503] = table[0x2551] = ord('|')   # tables drawn with lines
    table[0xFEFF] = 0x20   # the mark of the byte order
    done = set()
    for line in lines(folder, 'folds.txt'):
        for group in line.split():
            if group[0] in done:
                continue
            for ch in group[1:]:
                if ord(ch) < 65536 and ch not in done and table[ord(ch)] == ord(ch):
                    table[ord(ch)] = ord(group[0])
                    done.add(ch)
            done.add(group[0])
    for i in range(65536):          # a fold of a fold
        table[i] = table[table[i]]
    return table


KANA = {'キャ': 'kya', 'キュ': 'kyu', 'キョ': 'kyo', 'シャ': 'sha', 'シュ': 'shu', 'ショ': 'sho', 'チャ': 'cha', 'チュ': 'chu', 'チョ': 'cho',
        'ニャ': 'nya', 'ニュ': 'nyu', 'ニョ': 'nyo', 'ヒャ': 'hya', 'ヒュ': 'hyu', 'ヒョ': 'hyo', 'ミャ': 'mya', 'ミュ': 'myu', 'ミョ': 'myo',
        'リャ': 'rya', 'リュ': 'ryu', 'リョ': 'ryo', 'ギャ': 'gya', 'ギュ': 'gyu', 'ギョ': 'gyo', 'ジャ': 'ja', 'ジュ': 'ju', 'ジョ': 'jo',
        'ビャ': 'bya', 'ビュ': 'byu', 'ビョ': 'byo', 'ピャ': 'pya', 'ピュ': 'pyu', 'ピョ': 'pyo', 'シェ': 'she', 'ジェ': 'je', 'チェ': 'che',
        'ファ': 'fa', 'フィ': 'fi', 'フェ': 'fe', 'フォ': 'fo', 'ティ': 'ti', 'ディ': 'di', 'ヴァ': 'va'}
KANA.update(zip('アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヰヱヲンガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ',
                'a i u e o ka ki ku ke ko sa shi su se so ta chi tsu te to na ni nu ne no ha hi fu he ho ma mi mu me mo ya yu yo ra ri ru re ro '
                'wa i e o n ga gi gu ge go za ji zu ze zo da ji zu de do ba bi bu be bo pa pi pu pe po vu'.split()))


def romaji(kana):
    out, i, double = '', 0, False
    while i < len(kana):
        if kana[i] == 'ッ':
            double, i = True, i + 1
            continue
        if kana[i] == 'ー':
            out, i = out + '-', i + 1
            continue
        part = KANA.get(kana[i:i + 2])
        step = 2 if part else 1
        part = part or KANA.get(kana[i])
        if not part:
            return []
        out += ('t' if part.startswith('ch') else part[0]) + part if double else part
        double, i = False, i + step
    plain = out.replace('-', '')
    short = re.sub('uu', 'u', re.sub('o[ou]', 'o', plain))
    kunrei = plain.replace('shi', 'si').replace('tsu', 'tu').replace('chi', 'ti').replace('fu', 'hu').replace('ji', 'zi')
    return {plain, short, re.sub('o[ou]', 'oh', plain), re.sub('ou(?!$)', 'o', plain), re.sub('oo', 'o', plain), kunrei,
            re.sub('n(?=[bmp])', 'm', short), re.sub('o[ou]$', 'o', plain), re.sub('^(.*?)o[ou]', r'\1o', plain, 1)}


class Words:
    def __init__(self, fold):
        self.info, self.fold = {}, fold

    def key(self, word):
        return ''.join(chr(self.fold[ord(c)]) if ord(c) < 65536 else c for c in word)

    def add(self, word, bits):
        k = self.key(word)
        self.info[k] = self.info.get(k, 0) | bits

    def raise_to(self, word, shift, weight):
        k = self.key(word)
        old = self.info.get(k, 0)
        w = max(old >> shift & 3, weight)
        self.info[k] = old & ~(3 << shift) | w << shift


def people(words, folder):
    for name, shift, wbit, kbit, rbit in (('surnames.txt', SUR, SUR_W, SKANA, SROMA), ('given.txt', GIVEN, GIVEN_W, GKANA, GROMA),
                                          ('surnames_rare.txt', SUR, SUR_W, SKANA, SROMA), ('given_rare.txt', GIVEN, GIVEN_W, GKANA, GROMA)):
        for line in lines(folder, name):
            word, weight, reading = (line.split('\t') + ['', ''])[:3]
            words.raise_to(word, shift, int(weight[0]))
            if weight.endswith('w'):
                words.add(word, wbit)
            readings(words, reading, kbit, rbit)
    for line in lines(folder, 'given_common.txt'):
        word, reading = line.split('\t')
        words.raise_to(word, GIVEN, 3)
        readings(words, reading, GKANA, GROMA)
    for line in lines(folder, 'surnames_common.txt'):
        for word in line.split():
            words.raise_to(word, SUR, 3)


def readings(words, text, kbit, rbit):
    for r in text.split(','):
        if len(r) < 2:
            continue
        words.add(r, kbit)
        for form in romaji(r):
            if len(form) > 2:
                words.add(form, rbit)


def lexicon(folder, fold):
    lex, bit = {}, None
    for line in lines(folder, 'labels.txt'):
        if line.startswith('['):
            bit = SECTIONS.index(line[1:-1])
            continue
        for word in line.split():
            word = ''.join(chr(fold[ord(c)]) for c in word.replace('_', ' ')).lower()
            if re.match(r'^[a-z0-9 -]+$', word):
                word = re.sub('[ -]', '', word)
            lex[word] = lex.get(word, 0) | 1 << bit
    return sorted(lex.items(), key=lambda kv: [ord(c) for c in kv[0]])


def classes(words, lex, fold):
    cl = [0] * 65536
    for i in range(65536):
        ch = chr(i)
        if 0x4E00 <= i <= 0x9FFF or 0x3400 <= i <= 0x4DBF or 0xF900 <= i <= 0xFAFF or ch in '々〆〇':
            cl[i] |= C_KANJI
        if 0x3041 <= i <= 0x309A or i == 0x309D or i == 0x309E:
            cl[i] |= C_HIRA
        if 0x30A1 <= i <= 0x30FA or 0x30FC <= i <= 0x30FE or i in (0x3099, 0x309A):
            cl[i] |= C_KATA
    for ch in '0123456789':
        cl[ord(ch)] |= C_DIGIT
    for ch in 'abcdefghijklmnopqrstuvwxyz':
        cl[ord(ch)] |= C_ALPHA
        cl[ord(ch.upper())] |= C_ALPHA
    for ch in SURNAME_ENDS:
        cl[fold[ord(ch)]] |= C_SUREND
    for ch in ' \t':
        cl[ord(ch)] |= C_BLANK
    for ch in '@[({/\\':
        cl[ord(ch)] |= C_SIGN
    for ch in '-ー':
        cl[ord(ch)] |= C_HYPHEN
    for ch in '〇一二三四五六七八九十百千元':
        cl[ord(ch)] |= C_KNUM
    for word, bits in words.info.items():
        first = ord(word[0])
        if first > 65535:
            continue
        if bits & 3:
            cl[first] |= C_SUR
        if bits >> 3 & 3:
            for ch in word:
                if ord(ch) < 65536:
                    cl[ord(ch)] |= C_GIVEN
        if bits & PLACE:
            cl[first] |= C_PLACE
        if bits & SKANA:
            cl[first] |= C_SKANA
    for word, _ in lex:
        cl[ord(word[0])] |= C_LEX
        cl[ord(word[0].upper())] |= C_LEX
        if len(word) == 1:
            cl[ord(word)] |= C_LEX1
    return cl


# Bits of the class of a raw character for the gate; the same in pii_gate.c.
(G_KANJI, G_SURNAME, G_ROLE_END, G_DIGIT, G_SPECIAL, G_KATA, G_HIRA, G_SIGN) = (1 << i for i in range(8))


def gate(cl, fold, lex):
    out = [0] * 65536
    role_end = {w[-1] for w, m in lex if m >> SECTIONS.index('role') & 1}
    for i in range(0x80, 65536):
        f = fold[i]
        c = cl[f]
        g = (G_KANJI if c & C_KANJI else 0) | (G_KATA if c & C_KATA else 0) | (G_HIRA if c & C_HIRA else 0)
        if c & C_KANJI and c & C_SUR:
            g |= G_SURNAME
        if chr(f) in role_end:
            g |= G_ROLE_END
        if c & C_DIGIT:
            g |= G_DIGIT
        if chr(i) in '。〒丁番生＠＋':
            g |= G_SPECIAL
        if chr(i) in '：＝　「『（［【〔＜＞｜→”“＂）』」\u00a0':
            g |= G_SIGN
        out[i] = g
    return out


def pair(a, b):
    return (a * 2654435761 & 0xFFFFFFFF) ^ (b * 0x9E3779B1 & 0xFFFFFFFF)


def bits(pairs, width):
    out = bytearray(1 << width >> 3)
    for a, b in pairs:
        h = pair(a, b) >> (32 - width)
        out[h >> 3] |= 1 << (h & 7)
    return list(out)


# The bytes of a character as one number, the first byte lowest.
def raw(ch):
    return int.from_bytes(ch.encode('utf-8'), 'little')


# All that folds to each character, itself included; of what is longer than three bytes nothing.
def unfold(fold):
    out = {}
    for i in list(range(0x20, 0xD800)) + list(range(0xE000, 65536)):
        if i < 0x80 or i >= 0x800:
            out.setdefault(fold[i], []).append(raw(chr(i)))
    return out


def raw_pairs(words, fold):
    forms = unfold(fold)
    for a, b in name_pairs(words):
        for x in forms.get(a, ()):
            for y in forms.get(b, ()):
                yield x, y


# A surname of two letters or more begins with such a pair, or a frequent one of one letter stands before such a letter.
def name_pairs(words):
    single, first = set(), set(' (・様氏殿さくち君先')
    for word, b in words.info.items():
        if len(word) >= 2 and b & 3:
            yield ord(word[0]) & 0xFFFF, ord(word[1]) & 0xFFFF
        if len(word) == 1 and b & 3 == 3:
            single.add(word)
        if (b >> 3 & 3) >= 2:
            first.add(word[0])
    for a in single:
        for c in first:
            yield ord(a) & 0xFFFF, ord(c) & 0xFFFF


# The first two letters of given names of two and more.
def given_pairs(words):
    for word, b in words.info.items():
        if len(word) >= 2 and b >> 3 & 3:
            yield ord(word[0]) & 0xFFFF, ord(word[1]) & 0xFFFF


def positive(mask):
    return mask & ((1 << SECTIONS.index('none')) - 1) or mask >> SECTIONS.index('name_weak') & 3


# The last three letters of labels as three sets of classes, a bit each: a label is missed by no class. Before two letters that are a
# whole label, or the word for a number behind one (phone_no), anything may stand; _, - and a blank may part any of them.
def tail_classes(lex):
    every = frozenset(range(32))
    groups = [(every, frozenset([31]), every)]
    labels = [w for w, m in lex if positive(m) or m >> SECTIONS.index('name_part') & 1]
    tails = {w[-3:] for w in labels if re.search('[a-z]{2}$', w)} | {'no', 'cd', 'str', 'ber', 'ode', 'num'}
    for t in sorted(tails):
        first = {ord(t[-3]) & 31, 0, 13, 31} if len(t) == 3 and t[-3] < '\x7f' else every
        groups.append((frozenset(first), frozenset([ord(t[-2]) & 31]), frozenset([ord(t[-1]) & 31])))
    # the two that admit the fewest others when they become one
    while len(groups) > 8:
        _, i, j = min((size(join(groups[i], groups[j])) - size(groups[i]) - size(groups[j]), i, j)
                      for j in range(2, len(groups)) for i in range(1, j))
        groups[i] = join(groups[i], groups[j])
        del groups[j]
    return [[sum(1 << k for k, g in enumerate(groups) if ch in g[at]) for ch in range(32)] for at in range(3)]


def join(a, b):
    return tuple(x | y for x, y in zip(a, b))


def size(group):
    return len(group[0]) * len(group[1]) * len(group[2])


# The lexicon as a tree of letters: (letter, first child, children, mask of the word that ends here), the children of a node side by
# side; and where the nodes of the first letters stand, found by a hash of the letter.
def tree(lex):
    root = {}
    for word, mask in lex:
        at = root
        for ch in word:
            at = at.setdefault(ch, {})
        at[''] = mask
    nodes, level = [], [root]
    roots = 0
    while level:
        below = []
        for at in level:
            kids = sorted(ch for ch in at if len(ch) == 1)
            if at is root:
                roots = len(kids)
            else:
                nodes[at['node']][1:3] = len(nodes), len(kids)
            for ch in kids:
                nodes.append([ord(ch), 0, 0, at[ch].get('', 0)])
                below.append(at[ch])
                at[ch]['node'] = len(nodes) - 1
        level = below
    slots = [(0, 0)] * 2048
    for i in range(roots):
        at = nodes[i][0] * 40503 & 2047
        while slots[at][0]:
            at = (at + 1) & 2047
        slots[at] = (nodes[i][0], i)
    return ['{%d,%d,%d,UINT64_C(%d)}' % tuple(n) for n in nodes], ['{%d,%d}' % s for s in slots]


def table(words, extra):
    items = dict(words.info)
    for word, bits in extra:
        items[word] = items.get(word, 0) | bits
    size = 1
    while size < len(items) * 1.5:
        size *= 2
    fp, info = [0] * size, [0] * size
    for word, bits in items.items():
        h = word_hash(word)
        i, f = h & (size - 1), h >> 32 or 1
        while fp[i]:
            i = (i + 1) & (size - 1)
        fp[i], info[i] = f, bits
    return size, fp, info


def plain_words(words, folder, fold):
    """Two letters as one number each, in order; surnames that another list has are none."""
    for w in lines(folder, 'words_two.txt'):
        a, b = (fold[ord(ch)] for ch in w)
        if not words.info.get(chr(a) + chr(b), 0) >> SUR & 3:
            yield a << 16 | b


def emit(out, decl, values, per=24):
    out.write(decl + ' = {\n')
    for i in range(0, len(values), per):
        out.write(','.join(map(str, values[i:i + per])) + ',\n')
    out.write('};\n')


def main():
    folder, target = sys.argv[1:3]
    fold = folds(folder)
    words = Words(fold)
    people(words, folder)
    for w in lines(folder, 'places.txt') + lines(folder, 'places_new.txt'):
        words.add(w, PLACE)
    for w in lines(folder, 'words.txt'):
        words.add(w, VETO)
    lex = lexicon(folder, fold)
    cl = classes(words, lex, fold)
    extra = [(w, FREE) for l in lines(folder, 'mail_domains.txt') for w in l.split()]
    extra += [(w, DESK) for l in lines(folder, 'role_accounts.txt') for w in l.split()]
    size, fp, info = table(words, extra)
    nodes, starts = tree(lex)
    two = sorted(set(plain_words(words, folder, fold)))
    with open(target, 'w', encoding='ascii') as out:
        out.write('/* Made by tools/gen_pii.py from selection/pii. */\n#include "engine/select/pii_tables.h"\n')
        emit(out, 'const uint16_t pii_fold[65536]', fold)
        emit(out, 'const uint16_t pii_class[65536]', cl)
        out.write('const uint32_t pii_word_mask = %du;\n' % (size - 1))
        emit(out, 'const uint32_t pii_word_print[%d]' % size, ['%du' % v for v in fp])
        emit(out, 'const uint16_t pii_word_info[%d]' % size, info)
        out.write('const size_t pii_words_two_n = %d;\n' % len(two))
        emit(out, 'const uint32_t pii_words_two[%d]' % len(two), ['%du' % v for v in two])
        emit(out, 'const uint8_t pii_gate[65536]', gate(cl, fold, lex), 40)
        emit(out, 'const uint8_t pii_name_pairs[65536]', bits(raw_pairs(words, fold), 19), 40)
        emit(out, 'const uint8_t pii_given_pairs[8192]', bits(given_pairs(words), 16), 40)
        emit(out, 'const uint8_t pii_lex_pairs[8192]', bits(((ord(w[0]), ord(w[1])) for w, _ in lex if len(w) > 1), 16), 40)
        emit(out, 'const uint8_t pii_tail_pairs[8192]',
             bits(((ord(w[-2]), ord(w[-1])) for w, m in lex if len(w) > 1 and positive(m)), 16), 40)
        emit(out, 'const uint8_t pii_end_pairs[8192]', bits(((ord(w[-2]), ord(w[-1])) for w, _ in lex if len(w) > 1), 16), 40)
        emit(out, 'const uint8_t pii_tail_classes[3][32]', ['{%s}' % ','.join(map(str, t)) for t in tail_classes(lex)], 1)
        emit(out, 'const struct pii_lex_node pii_lex[%d]' % len(nodes), nodes, 8)
        emit(out, 'const struct pii_lex_start pii_lex_starts[2048]', starts, 12)


main()
