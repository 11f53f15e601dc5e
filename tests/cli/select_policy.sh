. "$TESTS/cli/lib.sh"

cat >memo.txt <<'T'
2026-05-01T10:22:31+09:00 熊谷 太一様の自宅回線（93.184.216.77）と 185.174.101.240:443 の通信を確認、連絡先 090-1234-5678
[01/May/2026:10:23:00 +0900] 185.174.102.9 から t.kumagai@city.kumo.lg.jp 宛て
昭和56年3月12日生 埼玉県熊谷市箱田5-12-3
T
# the default: everything personal stays in, an address of a home too
lacks "93.184.216.77" "$RENKEI" select memo.txt
lacks "93.184.216.77" "$RENKEI" select --redact memo.txt
lacks "t.kumagai" "$RENKEI" select memo.txt
# time and context, masked
says 0 '"time":"2026-05-01T10:22:31+09:00"' "$RENKEI" select memo.txt
says 0 '"time":"01/May/2026:10:23:00 +0900"' "$RENKEI" select memo.txt
says 0 '[氏名]様の自宅回線' "$RENKEI" select --context memo.txt
for part in 熊谷 太一 090-1234 t.kumagai 93.184.216.77; do
	lacks "$part" "$RENKEI" select --context memo.txt
done
# a policy is data
cat >policy <<'T'
# ours
name token
phone drop
birth_date generalise   # the year
address generalise
person-email out
own-network 185.174.102.0/24 in
own-network 185.174.101.0/24 ref
T
says 0 "1981年" "$RENKEI" select --redact --policy=policy memo.txt
says 0 "埼玉県" "$RENKEI" select --redact --policy=policy memo.txt
lacks "箱田" "$RENKEI" select --redact --policy=policy memo.txt
says 0 "[name:" "$RENKEI" select --redact --policy=policy memo.txt
lacks "[電話番号]" "$RENKEI" select --redact --policy=policy memo.txt
lacks "185.174.102.9" "$RENKEI" select --policy=policy memo.txt
says 0 '"value":"185.174.101.240","role":"ref","reason":"own"' "$RENKEI" select --policy=policy memo.txt
says 0 't.kumagai@city.kumo.lg.jp' "$RENKEI" select --policy=policy memo.txt
# with a key the token of a value is the same in each run
head -c 64 /dev/urandom >key
"$RENKEI" select --redact --policy=policy --token-key=key memo.txt >one
"$RENKEI" select --redact --policy=policy --token-key=key --tally=tally memo.txt >two
says 0 "" cmp one two
says 0 '"withheld":{"phone":1,"address":1,"name":1,"email":1,"birth_date":1,"other_id":1}' cat tally
says 0 '"actions":{"drop":1,"mask":2,"token":1,"generalise":2}' cat tally
lacks "熊谷" cat tally
# what a policy cannot say
echo "name keep" >bad
says 2 "line 1" "$RENKEI" select --policy=bad memo.txt
printf 'name mask\nown-network 300.1.1.1/8\n' >bad
says 2 "line 2" "$RENKEI" select --policy=bad memo.txt
echo short >key
says 2 "32 bytes" "$RENKEI" select --token-key=key memo.txt

# an event log and an archive of Japanese offices
box="$TESTS/data/selection/containers"
says 0 '"type":"ipv4","value":"185.174.101.240"' "$RENKEI" select "$box/events.evtx"
says 0 '"time":"2024-01-18T21:20:00Z"' "$RENKEI" select "$box/events.evtx"
lacks "kumagai" "$RENKEI" select --redact "$box/events.evtx"
says 0 '"value":"http://lzh-evil.top/a"' "$RENKEI" select "$box/list.lzh"
lacks "太一" "$RENKEI" select --redact "$box/list.lzh"
# names of files in CP932, in heads of the three levels
says 0 '"value":"185.174.101.240"' "$RENKEI" select "$box/names.lzh"
says 0 '"value":"http://lzh-one.top/a"' "$RENKEI" select "$box/names.lzh"
says 0 '"value":"http://lzh-two.top/b"' "$RENKEI" select "$box/names.lzh"
# names of files in UTF-8 hold nothing up, and an archive that is cut is told, with what came before the cut
says 0 '"value":"185.174.101.240"' "$RENKEI" select "$box/names.zip"
says 0 '"value":"http://zip-evil.top/a"' "$RENKEI" select "$box/names.zip"
lacks "could not be read" "$RENKEI" select "$box/names.zip"
head -c 140 "$box/names.zip" >cut.zip
says 0 '"value":"185.174.101.240"' "$RENKEI" select cut.zip
says 0 "1 part(s) could not be read" "$RENKEI" select cut.zip

# a mail: its head tells whose name stands in its text, and no code is left in the masked copy
cat >mail.eml <<'T'
From: =?ISO-2022-JP?B?GyRCOWJAUBsoQiAbJEJMLRsoQg==?= <m.takaishi@city.kumo.lg.jp>
To: soc@city.kumo.lg.jp
Subject: =?UTF-8?B?6auY55+z44Gu5Lu2?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain; charset=UTF-8

送信元 185.174.101.240
--x
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: base64

6auY55+z44GM44Oq44Oz44Kv44KS6ZaL44GE44Gf44CC
--x--
T
lacks "高石" "$RENKEI" select --redact mail.eml
lacks "6auY55" "$RENKEI" select --redact mail.eml
lacks "ISO-2022-JP?B" "$RENKEI" select --redact mail.eml
says 0 "がリンクを開いた" "$RENKEI" select --redact mail.eml
finish
