#!/usr/bin/env python3
"""Made documents in other words and layouts than the labelled ones: what must stay in no output shows, what must go out is there,
and look-alikes are left alone. All persons are invented. Usage: select_hard.py RENKEI
"""
import base64
import json
import os
import subprocess
import sys
import tempfile
import urllib.parse as up

cases=[]
def c(name, text, hide=(), out=(), no=(), keep=()):
    cases.append((name,text,hide,out,no,keep))
b64=lambda s:base64.b64encode(s.encode()).decode()
N='山田太郎'
c('b64.txt', 'メモ\n添付データ：%s\n以上'%b64('氏名：山田太郎\n電話：090-1234-5678\n住所：東京都港区芝1-2-3'), hide=[b64('氏名：山田太郎\n電話：090-1234-5678\n住所：東京都港区芝1-2-3')[:40]])
c('b64b.txt', 'payload=%s end'%b64('user=taro.yamada@sakura-shop.co.jp&tel=09012345678'), hide=[b64('user=taro.yamada@sakura-shop.co.jp&tel=09012345678')[:30]])
c('pct.txt', 'GET /form?name=%s&tel=090-1234-5678 HTTP/1.1\n'%up.quote('山田太郎'), hide=[up.quote('山田太郎'),'090-1234-5678'])
c('pct2.txt', 'GET /form?shimei=%s&addr=%s HTTP/1.1\n'%(up.quote('鈴木花子'),up.quote('東京都港区芝1-2-3')), hide=[up.quote('鈴木花子'),up.quote('港区芝')])
c('qp.txt', '本文(QP): =E6=B0=8F=E5=90=8D=EF=BC=9A=E5=B1=B1=E7=94=B0=E5=A4=AA=E9=83=8E\n', hide=['=E5=B1=B1=E7=94=B0=E5=A4=AA=E9=83=8E'])
c('urlmail.txt', 'フィッシングURL https://phish-login.ru/verify?email=taro.yamada@sakura-shop.co.jp を受信', hide=['taro.yamada'], out=['phish-login.ru'])
c('urlmail64.txt', 'フィッシングURL https://phish-login.ru/v#%s を受信'%b64('taro.yamada@sakura-shop.co.jp'), hide=[b64('taro.yamada@sakura-shop.co.jp')[:20]], out=['phish-login.ru'])
c('urlpct.txt', '不審なURL hxxps://phish-login[.]ru/v?m=%s&n=%s を受信'%(up.quote('taro.yamada@sakura-shop.co.jp',safe=''),up.quote('山田太郎')), hide=[up.quote('taro.yamada@sakura-shop.co.jp',safe=''),up.quote('山田太郎')], out=['phish-login.ru'])
c('users.txt', r'マルウェアは C:\Users\yamada\AppData\Roaming\svc.exe に保存された。 /home/suzuki/.ssh/authorized_keys も改変。 C:\Users\Public\x.exe は残る。 C:\Users\山田太郎\Desktop\a.docx', hide=['yamada','suzuki','山田太郎'], out=[r'C:\\Users\\Public\\x.exe',r'AppData\\Roaming\\svc.exe'])
c('users2.txt', r'"C:\Users\t.yamada\Downloads\setup.exe" と C:\Users\taro.suzuki\x.ps1, C:\Documents and Settings\sato\a.exe, C:\Users\HanakoTanaka\b.exe', hide=['t.yamada','taro.suzuki','sato','HanakoTanaka'], out=['setup.exe'])
c('files.txt', '流出したファイル: 履歴書_山田太郎.pdf、yamada_taro_resume.docx、診断書（鈴木花子）.xlsx', hide=['山田太郎','鈴木花子','yamada_taro'])
c('head.txt', '差出人：総務課　山田\n宛先：佐藤 健一\nCC：鈴木花子; 田中一郎\n文責　高橋\n担当：渡辺（内線1234）\n', hide=['山田','佐藤 健一','鈴木花子','田中一郎','高橋','渡辺'])
c('read.txt', '申請者 山田太郎（やまだ たろう）、ﾔﾏﾀﾞ ﾀﾛｳ、ヤマダタロウ\nYAMADA Taro\n氏名（ローマ字）：YAMADA TARO\n', hide=['山田太郎','やまだ たろう','ﾔﾏﾀﾞ ﾀﾛｳ','YAMADA TARO'])
c('addr.txt', '〒105-0014\n東京都港区芝一丁目２番３号　芝マンション101\n架空市長　鈴木　一郎　様\n', hide=['港区芝','鈴木　一郎','105-0014'])
c('sig.txt', 'よろしくお願いいたします。\n--\n架空市役所 総務部情報政策課\n主任 伊藤 健太\nTEL: 03-1234-5678 (内線 321)\nE-mail: k.ito@city.kaku.lg.jp\n', hide=['伊藤 健太','k.ito@'])
c('minutes.txt', '会議録\n出席者：山田課長、鈴木係長、佐藤主事、（株）架空システム 高橋様\n欠席者：田中（育休）\n発言\n山田：ログを確認した。\n鈴木：了解。', hide=['山田課長','鈴木係長','佐藤主事','高橋様'])
c('form.txt', '申請書\n氏　名　　山　田　太　郎\n生年月日　　昭和５６年３月１２日生\n住　所　　北海道札幌市中央区北一条西２丁目\n電　話　　０９０−１２３４−５６７８\n個人番号　１２３４ ５６７８ ９０１８\n', hide=['山　田　太　郎','昭和５６年','札幌市中央区','０９０−','１２３４ ５６７８'])
c('csv1.csv', 'お名前,ふりがな,ご住所,TEL,携帯,続柄,保護者名,備考\n山田太郎,やまだたろう,東京都港区芝1-2-3,03-1234-5678,090-1111-2222,本人,山田一郎,なし\n"鈴木, 花子",すずきはなこ,"大阪府大阪市北区梅田1-1",06-1234-5678,080-1234-5678,妻,,\n', hide=['山田太郎','やまだたろう','港区芝','090-1111','山田一郎','すずきはなこ','梅田1-1'])
c('csv2.csv', 'id;cust_name;cust_kana;zip;pref;city;addr1;mail;dob\n1;佐藤健;サトウケン;100-0001;東京都;千代田区;千代田1-1;ken@example.ne.jp;1980/01/02\n', hide=['佐藤健','サトウケン','100-0001','千代田1-1','ken@','1980/01/02'])
c('tsv.tsv', '社員番号\t氏\t名\tセイ\tメイ\t内線\n1001\t山田\t太郎\tヤマダ\tタロウ\t123\n', hide=['山田','太郎','ヤマダ'])
c('log1.log', '2025-03-01T10:00:00 INFO login user=taro.yamada name="山田太郎" ip=203.0.113.9\n2025-03-01 10:00:01 app[1]: 利用者 鈴木花子(090-1234-5678) がログイン from 185.220.101.4\n', hide=['山田太郎','鈴木花子','090-1234-5678'], out=['185.220.101.4'])
c('json1.json', json.dumps({'customer':{'lastName':'山田','firstName':'太郎','phoneNumber':'090-1234-5678','birthday':'1980-01-02','address':{'postalCode':'105-0014','line1':'東京都港区芝1-2-3'}},'c2':'185.220.101.4'},ensure_ascii=True), hide=['090-1234-5678','1980-01-02','105-0014','\\u5c71\\u7530'], out=['185.220.101.4'])
c('json2.json', json.dumps([{'氏名':'佐藤花子','フリガナ':'サトウハナコ','連絡先':'hanako@example.ne.jp'}],ensure_ascii=False), hide=['佐藤花子','サトウハナコ','hanako@'])
c('html.html', '<table><tr><th>氏名</th><th>電話番号</th></tr><tr><td>山田&nbsp;太郎</td><td>090-1234-5678</td></tr></table><p>&#23665;&#30000;太郎様</p>', hide=['090-1234-5678'])
c('eml.eml', 'From: =?UTF-8?B?%s?= <t.yamada@city.kaku.lg.jp>\nTo: hanako@example.ne.jp\nSubject: =?ISO-2022-JP?B?GyRCOzNFREJATzobKEI=?=\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n%s\n'%(b64('山田 太郎'),b64('鈴木花子様\n不審なURL hxxp://evil-mail[.]ru/a を確認\n090-1234-5678')), hide=['t.yamada','hanako@','鈴木花子','090-1234-5678'], out=['evil-mail.ru/a'])
c('defang.txt', '''hxxps[:]//a1-evil[.]com[/]path
a2-evil[dot]com, a3-evil(dot)com; a4-evil{.}com
1.2.3[.]14 と 45[.]67[.]89[.]10[:]8080
http://a5-evil。com/x
bad[at]a6-evil[dot]ru
hXXp://a7-evil[.com/x
h**p://a8-evil.com/y
a9-evil DOT com
a10-evil[.]co[.]jp/login?x=1
http[:]//a11-evil[.]com:8080/x
185.220.101[.]5/24
hxxps://a12-evil[.]com\\path
ｈｔｔｐ：／／ａ１３−ｅｖｉｌ．ｃｏｍ／ｘ
「a14-evil[.]com」、『http://a15-evil.com/q?a=1』。
<http://a16-evil.com/z>, (http://a17-evil.com/w).
sftp://a18-evil[.]com/x
a19-evil[.]com。
a20-evil_com
http://user:pass@a21-evil.com:8443/p
[http://a22-evil.com/k](http://a22-evil.com/k)
a23-evil[punkt]de
hxxp://xn--a24-evil-xyz.com/
http://2130706433/
''', out=['a%d-evil'%i for i in (1,2,3,4,5,6,7,8,10,11,12,14,15,16,17,18,19,21,22)]+['1.2.3.14','45.67.89.10','185.220.101.5'])
c('wallet.txt', '''ETH 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed and bad 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAEd
onion facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion bad facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfye.onion
T1059.001 T1566 T1999 TA0001 TA0099 T1003.099 T1234
''', out=['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed','facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion','T1059.001','T1566','TA0001'], no=['T1999','TA0099'])
c('town1.txt', '''架総第123号
令和7年5月1日

架空町長　　殿

                                   住所　架空県架空郡架空町大字架空１２３番地４
                                   氏名　　佐々木　晴美　　印
                                   電話　0123-45-6789

住民票の写しの交付について（請求）
　世帯主　佐々木　隆　　続柄　妻
　本籍　架空県架空郡架空町大字架空１２３番地
　届出人の兄　佐々木　茂（昭和四十五年二月三日生）
''', hide=['佐々木　晴美','0123-45-6789','佐々木　隆','佐々木　茂','昭和四十五年二月三日','大字架空１２３番地４'])
c('town2.txt', '''苦情受付票
受付日：2025/5/1　受付者：窓口係 中村
申出人：吉田(女性・60代)　連絡先：吉田宅 0120-000-000、携帯０８０(１２３４)５６７８
内容：隣の小林さん宅の犬が… 息子の翔太くん（小3）が噛まれた。主治医は加藤クリニックの加藤医師。
口座：架空銀行 架空支店 普通 1234567 ヨシダ ミチコ
''', hide=['中村','０８０(１２３４)５６７８','小林さん','翔太','1234567','ヨシダ ミチコ'])
c('fp.txt', '''山田養蜂場の商品を中村屋で購入。田中貴金属、森永製菓、松本市役所、本田技研、鈴木商店、佐藤錦、高橋まんじゅう。
大阪府内の中小企業。東京都は発表した。長野県で開催。福岡ソフトバンク。上田市、三田線、川口駅、石川県庁。
電話番号は非公開。2025-03-01 10:00:00 ERROR code=12345678901 order=123456789012 build 10.0.19045.3803
第三者委員会、林野庁、森林組合、原因究明、平成三十年、谷底、前田建設工業株式会社
''', keep=['山田養蜂場','中村屋','田中貴金属','松本市役所','本田技研','佐藤錦','長野県','上田市','川口駅','林野庁','森林組合','123456789012','12345678901'])
c('mixed.txt', '''被害端末 PC-0123（利用者: 総務課 木村 航平、k.kimura@city.kaku.lg.jp）から 193[.]56[.]28[.]103:443 へ通信。
添付「請求書_木村様.zip」(SHA256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8aa)。送信元 billing@inv0ice-pay[.]top、
被害者メール一覧: sato1985@gmail.com, hanako.s@docomo.ne.jp。
''', hide=['木村 航平','k.kimura','木村様','sato1985','hanako.s'], out=['193.56.28.103','inv0ice-pay.top','b8aa'])


def failures(renkei, folder):
    for name, text, hide, out, no, keep in cases:
        path = os.path.join(folder, name)
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)
        forms = {f: subprocess.run([renkei, 'select', '--' + f, path], capture_output=True, check=True).stdout.decode(errors='replace')
                 for f in ('jsonl', 'redact', 'stix', 'csv')}
        items = forms['jsonl'].replace('\\\\', '\\')
        yield from ('%s: leaks %s in %s' % (name, h, f) for h in hide for f in forms if h in forms[f])
        yield from ('%s: misses %s' % (name, o) for o in out if o.replace('\\\\', '\\') not in items)
        yield from ('%s: takes %s' % (name, o) for o in no if o in items)
        yield from ('%s: holds %s back' % (name, k) for k in keep if k not in forms['redact'])


with tempfile.TemporaryDirectory() as folder:
    bad = list(failures(sys.argv[1], folder))
print('\n'.join(bad) or '%d documents' % len(cases))
sys.exit(bool(bad))
