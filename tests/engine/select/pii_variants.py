#!/usr/bin/env python3
"""Makes labelled documents with invented persons, in other words and layouts than tests/data/pii has.

  pii_variants.py SEED COUNT FOLDER    writes FOLDER/docs/* and FOLDER/expected.jsonl (doc, type, start, end, role)

In the templates {type:...} marks what must be held back, {-...} what must not (decoys), {+...} indicators to be kept.
"""
import json, os, random, re, sys

SUR = '''佐藤/サトウ/sato 鈴木/スズキ/suzuki 高橋/タカハシ/takahashi 渡邊/ワタナベ/watanabe 伊東/イトウ/ito 五十嵐/イガラシ/igarashi 長谷部/ハセベ/hasebe
小笠原/オガサワラ/ogasawara 佐々木/ササキ/sasaki 髙田/タカダ/takada 山﨑/ヤマザキ/yamazaki 林/ハヤシ/hayashi 森/モリ/mori 辻/ツジ/tsuji 東/アズマ/azuma
西園寺/サイオンジ/saionji 三宅/ミヤケ/miyake 久保田/クボタ/kubota 大西/オオニシ/onishi 黒木/クロキ/kuroki 比嘉/ヒガ/higa 知念/チネン/chinen 羽田野/ハタノ/hatano
塚原/ツカハラ/tsukahara 深谷/フカヤ/fukaya 権田/ゴンダ/gonda 雨宮/アメミヤ/amemiya 逸見/ヘンミ/henmi 沼尻/ヌマジリ/numajiri 宇佐美/ウサミ/usami'''.split()
GIV = '''太一/タイチ/taichi 美穂/ミホ/miho 翔/ショウ/sho 由紀恵/ユキエ/yukie 健司/ケンジ/kenji 陽太/ヨウタ/yota 千夏/チナツ/chinatsu 雄一郎/ユウイチロウ/yuichiro
玲奈/レナ/rena 隼人/ハヤト/hayato 琴音/コトネ/kotone 和彦/カズヒコ/kazuhiko 恵美子/エミコ/emiko 渉/ワタル/wataru 聡子/サトコ/satoko 拓海/タクミ/takumi
真理/マリ/mari 雅人/マサト/masato 光/ヒカル/hikaru 志乃/シノ/shino かおり/カオリ/kaori 早紀/サキ/saki 幹夫/ミキオ/mikio 朋花/トモカ/tomoka 義隆/ヨシタカ/yoshitaka'''.split()
TOWN = '''岩手県盛岡市内丸 島根県松江市殿町 千葉県市川市八幡 東京都武蔵野市吉祥寺本町 愛知県名古屋市中区三の丸 神奈川県横浜市西区みなとみらい 山梨県甲府市丸の内
兵庫県三田市三輪 東京都練馬区豊玉北 宮崎県宮崎市橘通東 香川県丸亀市大手町 徳島市幸町 枚方市大垣内町 札幌市北区北十条西 佐賀県唐津市西城内 高槻市桃園町 三重県四日市市諏訪町
長野県北佐久郡軽井沢町大字長倉 岐阜県各務原市那加桜町 福井県越前市府中 江東区東陽'''.split()
BLD = ['', '', '', 'パークハイツ{n}号室', '　第二松風荘{n}', ' レジデンス桜台 {n}号室', '　サニーコート{n}', ' グランドメゾン本町{n}号']
BANK = 'みずほ銀行 三菱UFJ銀行 百五銀行 京都信用金庫 ゆうちょ銀行 PayPay銀行 北洋銀行'.split()
EVIL = 'secure-login{n}.top amazon-verify{n}.xyz rakuten-id{n}.shop jibun-bank{n}.cn post-office{n}.icu'.split()
FREE = 'gmail.com yahoo.co.jp docomo.ne.jp ezweb.ne.jp icloud.com outlook.com kaisha-{n}.co.jp town.minami{n}.lg.jp univ{n}.ac.jp'.split()
HY = ['-', '-', '-', '－', '‐', '−', '–', 'ー']
R = random.Random()


def digits(n, first='0123456789'):
    return R.choice(first) + ''.join(R.choice('0123456789') for _ in range(n - 1))


def wide(s):
    return ''.join(chr(ord(c) + 0xFEE0) if '!' <= c <= '~' else c for c in s) if R.random() < .15 else s


def mod11(d):
    n = len(d)
    r = sum(int(d[n - k]) * (k + 1 if k <= 6 else k - 5) for k in range(1, n + 1)) % 11
    return d + str(0 if r <= 1 else 11 - r)


def luhn(d):
    s = sum(sum(divmod(int(c) * (2 if i % 2 == 0 else 1), 10)) for i, c in enumerate(reversed(d)))
    return d + str(-s % 10)


def my_number():
    v = mod11(digits(11))
    return wide(R.choice([v, v, '-'.join((v[:4], v[4:8], v[8:])), ' '.join((v[:4], v[4:8], v[8:]))]))


def card():
    lead = R.choice(['4', '52', '3542'])
    v = luhn(lead + digits(15 - len(lead)))
    return wide(R.choice([v, ' '.join(v[i:i + 4] for i in (0, 4, 8, 12)), '-'.join(v[i:i + 4] for i in (0, 4, 8, 12))]))


def phone():
    h = R.choice(HY)
    if R.random() < .6:
        p = R.choice(['090', '080', '070', '050', '060'])
        a, b = digits(4, '123456789'), digits(4)
        return wide(R.choice([p + h + a + h + b, p + a + b, '+81-%s-%s-%s' % (p[1:], a, b), '%s %s %s' % (p, a, b)]))
    a, b = R.choice([('03', 4), ('06', 4), ('045', 3), ('0566', 2), ('011', 3)])
    m, e = digits(b, '23456789'), digits(4)
    return wide(R.choice([a + h + m + h + e, '%s(%s)%s' % (a, m, e), '(%s)%s-%s' % (a, m, e)]))


def date():
    y, m, d = R.randint(1935, 2012), R.randint(1, 12), R.randint(1, 28)
    k = lambda n: ('' if n < 10 else ('' if n < 20 else '一二三四五六七八九'[n // 10 - 1]) + '十') + ('一二三四五六七八九'[n % 10 - 1] if n % 10 else '')
    if y < 1989:
        era, n, e = '昭和', y - 1925, 'S'
    else:
        era, n, e = '平成', y - 1988, 'H'
    return R.choice(['%d年%d月%d日' % (y, m, d), '%d/%02d/%02d' % (y, m, d), '%d-%02d-%02d' % (y, m, d), '%d%02d%02d' % (y, m, d), '%s%d年%d月%d日' % (era, n, m, d),
                     '%s%d.%d.%d' % (e, n, m, d), '%s%s年%s月%s日' % (era, k(n), k(m), k(d))])


def block():
    a, b, c = R.randint(1, 30), R.randint(1, 40), R.randint(1, 30)
    return R.choice(['%d-%d-%d' % (a, b, c), '%d-%d' % (a, b), '%d丁目%d番%d号' % (a % 9 + 1, b, c), '%d丁目%d番地%d' % (a % 9 + 1, b, c), '%d丁目%d-%d' % (a % 9 + 1, b, c), '%d番地%d' % (b, c)])


def person():
    s, g = R.choice(SUR).split('/'), R.choice(GIV).split('/')
    gap = R.choice(['', '', ' ', '　'])
    dom = R.choice(FREE).format(n=R.randint(1, 99))
    local = R.choice(['{s}.{g}', '{g}_{s}', '{s}{n}', '{g}.{s}{n}', '{s}-{g}']).format(s=s[2], g=g[2], n=R.randint(1, 99))
    post = digits(3, '123456789') + R.choice(HY) + digits(4)
    return dict(name=s[0] + gap + g[0], sei=s[0], name_kana=s[1] + R.choice([' ', '　']) + g[1], email=local + '@' + dom, phone=phone(), birth_date=date(), my_number=my_number(),
                card=card(), postal=wide(post), address=R.choice(TOWN) + block() + R.choice(BLD).format(n=R.choice([101, 203, 305, 1102])), bank_account=digits(7), passport=R.choice(['TR', 'MZ', 'TK']) + digits(7),
                residence_card=R.choice(['AB', 'UF']) + digits(8) + R.choice(['CD', 'EA']), drivers_license=wide(digits(12, '1234567')), pension=digits(4) + '-' + digits(6),
                employment_insurance=digits(4) + '-' + digits(6) + '-' + digits(1), juminhyo=mod11(digits(10)), care_insurance=digits(10), health_insurer=luhn(digits(7)),
                health_insured=R.choice(['{a}-{b}', '{a}・{b}']).format(a=digits(5), b=digits(3)), bank=R.choice(BANK), branch=R.choice(['本店', '駅前支店', '中央支店', '栄支店']))


def evil():
    return R.choice(EVIL).format(n=R.randint(1, 999))


PROSE = '''
{date0}、当市福祉課の職員が外部のクラウドに申請書を誤って保存し、{name:name}様（{birth_date:birth_date}生まれ）の記録が外部から閲覧できる状態になっていた。
申請者本人の{name:name}さん（{name_kana:name_kana}）に電話（{phone:phone}）で連絡し、{postal:postal} {address:address}の自宅へ文書を送付した。
流出したのは{name:name}氏のマイナンバー{my_number:my_number}およびパスポート番号{passport:passport}である。
また、{bank}{branch}の普通口座{bank_account:bank_account}（口座名義 {name_kana:name_kana}）が不正送金に使われた。
担当の{sei:name}さんによれば、在留カード（{residence_card:residence_card}）の写しも含まれていたという。
攻撃者は{+evil_mail}から{email:email}宛てに偽のメールを送り、{+url}へ誘導した。
運転免許証番号は{drivers_license:drivers_license}、基礎年金番号は{pension:pension}であった。
問い合わせ窓口の受付番号は{-ticket}、製品は{-company}、検知は{-version}以降で発生した。
平成30年度の予算は{-money}円、会場は{-hall}で、参加者は1234名であった。
山口県と石川県では被害がなく、大和証券や三井住友銀行、東京都民銀行でも確認されていない。
'''.strip().split('\n')
FORM = '''
氏　　名：{name:name}
お名前＝{name:name}
ふりがな：{name_kana:name_kana}
フリガナ　{name_kana:name_kana}
生年月日： {birth_date:birth_date}
電話（自宅）：{phone:phone}
携帯電話 {phone:phone}
TEL: {phone:phone}
〒{postal:postal}　{address:address}
住所：{address:address}
ご住所 {address:address}
メールアドレス：{email:email}
E-mail：{email:email}
個人番号（マイナンバー）：{my_number:my_number}
クレジットカード：{card:card}
免許証番号：{drivers_license:drivers_license}
旅券番号　{passport:passport}
在留カード番号：{residence_card:residence_card}
基礎年金番号：{pension:pension}
雇用保険被保険者番号：{employment_insurance:employment_insurance}
住民票コード　{juminhyo:juminhyo}
介護保険被保険者番号：{care_insurance:care_insurance}
保険者番号：{health_insurer:health_insurer}
記号・番号：{health_insured:health_insured}
振込先：{bank} {branch} 普通 {bank_account:bank_account} 名義 {name_kana:name_kana}
受付番号：{-ticket}
会社名：{-company}
法人番号：{-corp}
'''.strip().split('\n')
HEADS = dict(name=['氏名', 'customer_name', 'fullName', '契約者名', '社員氏名'], name_kana=['フリガナ', 'name_kana', '氏名カナ', 'furigana'], email=['メール', 'email', 'mail_address', 'E-mail'],
             phone=['電話番号', 'tel_no', 'mobile', '携帯電話番号', 'phoneNumber'], postal=['郵便番号', 'zip_code', 'postalCode'], address=['住所', 'address', '現住所'], birth_date=['生年月日', 'birthday', 'date_of_birth', '誕生日'],
             my_number=['個人番号', 'my_number', 'マイナンバー'], card=['カード番号', 'card_number', 'creditCard'], bank_account=['口座番号', 'account_number', 'bank_account_no'], pension=['基礎年金番号', 'pension_number'],
             drivers_license=['免許証番号', 'license_number', 'drivers_license_no'], juminhyo=['住民票コード', 'juminhyo_code'], employment_insurance=['雇用保険番号', 'employment_insurance_no'], health_insurer=['保険者番号', 'insurer_number'],
             passport=['旅券番号', 'passport_number'], id=['会員ID', 'id', 'no'], ticket=['注文番号', 'order_id'], created=['登録日時', 'created_at', 'updated_at'])


def value(p, key):
    if key in p:
        return p[key]
    n = R.randint(1, 999)
    return {'date0': '2025年%d月%d日' % (R.randint(1, 12), R.randint(1, 28)), 'evil_mail': R.choice(['info', 'billing', 'notice', 'support']) + '@' + evil(), 'url': 'hxxps://%s/login' % evil(), 'ticket': digits(12, '123456789'),
            'company': R.choice(['佐藤食品工業株式会社', '渡辺電機', '高橋書店', '田中貴金属']), 'version': '%d.%d.%d.%d' % (R.randint(1, 9), R.randint(0, 9), R.randint(100, 9999), n), 'money': '%d,%03d,%03d' % (n, n, n),
            'hall': R.choice(['大阪府庁別館3階', '東京都庁第二本庁舎10階', '長野県庁西館']), 'corp': '7123456789012', 'id': str(n), 'created': '2025-0%d-1%d 10:%02d:11' % (R.randint(1, 9), R.randint(0, 9), R.randint(0, 59)), 'evil': evil()}[key]


class Doc:
    def __init__(self):
        self.text, self.marks, self.at = [], [], 0

    def put(self, s):
        self.text.append(s)
        self.at += len(s)

    def mark(self, s, kind, role):
        if s:
            self.marks.append((kind, self.at, self.at + len(s), role))
        self.put(s)

    def fill(self, line, p):
        for part in re.split(r'(\{[^}]*\})', line):
            m = re.match(r'\{([-+]?)(\w+)(?::(\w+))?\}', part)
            if not m:
                self.put(part)
            elif m[1]:
                self.mark(value(p, m[2]), {'evil_mail': 'email', 'url': 'url', 'evil': 'domain'}.get(m[2], 'decoy'), 'ioc' if m[1] == '+' else 'decoy')
            elif m[3]:
                self.mark(value(p, m[2]), m[3], 'pii')
            else:
                self.put(value(p, m[2]))


def prose(d):
    for _ in range(R.randint(3, 6)):
        d.fill(R.choice(PROSE) + '\n', person())


def form(d):
    for _ in range(R.randint(1, 3)):
        p = person()
        for line in R.sample(FORM, R.randint(6, 14)):
            d.fill(line + '\n', p)
        d.put('\n')


def columns(fixed=()):
    keys = [k for k in HEADS if k not in ('id', 'created', 'ticket')]
    use = list(fixed) + [k for k in R.sample(keys, R.randint(4, 8)) if k not in fixed]
    return ['id'] + use + R.sample(['ticket', 'created'], R.randint(0, 2))


def cell(d, p, k):
    v = value(p, k)
    if k in ('id', 'created'):
        d.put(v)
    elif k == 'ticket':
        d.mark(v, 'decoy', 'neutral')
    else:
        d.mark(v, k, 'pii')


def csv(d):
    cols, sep, q = columns(), R.choice(',,\t;'), R.choice(['', '"'])
    style = R.randint(0, 9)
    d.put(sep.join(q + HEADS[k][style % len(HEADS[k])] + q for k in cols) + '\n')
    for _ in range(R.randint(3, 12)):
        p = person()
        for i, k in enumerate(cols):
            d.put((sep if i else '') + q)
            cell(d, p, k)
            d.put(q)
        d.put('\n')


def js(d):
    cols = columns(('name',))
    style = R.randint(1, 2)
    d.put('[\n')
    for n in range(R.randint(2, 5)):
        p = person()
        d.put('  {' if n == 0 else ',\n  {')
        for i, k in enumerate(cols):
            d.put((', ' if i else '') + '"%s": "' % HEADS[k][style % len(HEADS[k])])
            cell(d, p, k)
            d.put('"')
        d.put('}')
    d.put('\n]\n')


def html(d):
    cols = columns(('name',))
    if R.random() < .5:
        d.put('<table><thead><tr>' + ''.join('<th class="c">%s</th>' % HEADS[k][0] for k in cols) + '</tr></thead>\n<tbody>\n')
        for _ in range(R.randint(2, 5)):
            p = person()
            d.put('<tr>\n')
            for k in cols:
                d.put('  <td>')
                cell(d, p, k)
                d.put('</td>\n')
            d.put('</tr>\n')
        d.put('</tbody></table>\n')
    else:
        p = person()
        for k in cols:
            d.put('<dt>%s</dt><dd>' % HEADS[k][0] if R.random() < .5 else '<tr><th>%s</th><td>' % HEADS[k][0])
            cell(d, p, k)
            d.put('</dd>\n')
    d.fill('<p>偽サイト https://{+evil}/jp/ を確認</p>\n', {})


def sql(d):
    cols = columns(('name',))
    d.put('INSERT INTO `users` (%s) VALUES\n' % ', '.join('`%s`' % HEADS[k][1 % len(HEADS[k])] for k in cols))
    n = R.randint(2, 6)
    for i in range(n):
        p = person()
        d.put('(')
        for j, k in enumerate(cols):
            d.put((', ' if j else '') + "'")
            cell(d, p, k)
            d.put("'")
        d.put(');\n' if i == n - 1 else '),\n')


def log(d):
    for _ in range(R.randint(6, 20)):
        p = person()
        d.fill(R.choice(['{created} [info] login user={email:email} ip=192.0.2.7 job={-ticket}\n', '{created} app[311]: POST /entry?name_kana=&tel={phone:phone}&zip={postal:postal}&card_no={card:card} 200\n',
                         '{created} WARN reject mynumber={my_number:my_number} reason=duplicate\n', '{created} DEBUG body={"fullName":"{name:name}","phoneNumber":"{phone:phone}","orderId":"{ticket}"}\n',
                         '{created} ALERT c2 dst={+evil} bytes=118273645\n', '{created} notice sms to {phone:phone} sent\n', '{created} INFO ver={-version} uptime=8123456\n']), p)


def mail(d):
    p, q = person(), person()
    d.fill('From: {name:name} <{email:email}>\n', p)
    d.fill('To: {name:name} <{email:email}>\nSubject: 打合せの件\n\n', q)
    d.fill('{sei:name}様\n\nいつもお世話になっております。{company}の担当です。\n', q)
    d.fill('先日の不審メール（{+evil_mail}）についてご報告いたします。\n\n-- \n{name:name}\n〒{postal:postal} {address:address}\nTEL {phone:phone}\n', p)


def md(d):
    cols = columns(('name',))
    d.put('# 名簿\n\n| ' + ' | '.join(HEADS[k][0] for k in cols) + ' |\n|' + '---|' * len(cols) + '\n')
    for _ in range(R.randint(2, 5)):
        p = person()
        for k in cols:
            d.put('| ')
            cell(d, p, k)
            d.put(' ')
        d.put('|\n')


def main():
    R.seed(int(sys.argv[1]))
    to = sys.argv[3]
    os.makedirs(to + '/docs', exist_ok=True)
    kinds = [(prose, 'txt'), (form, 'txt'), (csv, 'csv'), (js, 'json'), (html, 'html'), (sql, 'sql'), (log, 'log'), (mail, 'eml'), (md, 'md')]
    with open(to + '/expected.jsonl', 'w', encoding='utf-8') as out:
        for i in range(int(sys.argv[2])):
            make, ext = kinds[i % len(kinds)]
            d = Doc()
            make(d)
            doc = 'v%s-%04d-%s.%s' % (sys.argv[1], i, make.__name__, ext)
            with open('%s/docs/%s' % (to, doc), 'w', encoding='utf-8') as f:
                f.write(''.join(d.text))
            for kind, start, end, role in d.marks:
                out.write(json.dumps({'doc': doc, 'type': kind, 'start': start, 'end': end, 'role': role}) + '\n')


main()
