. "$TESTS/cli/lib.sh"

cat >memo.txt <<'T'
当社の斎藤麻衣様（2002-01-28生）より、070-7255-1184あてに不審な電話があったとの申告を受けた。
偽サイトは hxxp://update-check979[.]com/705614.zip、送信元は 185[.]122[.]243[.]143:8080。
連絡先: mai.saito@sakura-shop.co.jp
T
says 0 '{"doc":"memo.txt","type":"url","value":"http://update-check979.com/705614.zip","role":"ioc"' "$RENKEI" select --withheld=held memo.txt
says 0 '"port":8080' "$RENKEI" select memo.txt
says 0 '"doc":"-"' "$RENKEI" select - <memo.txt
for form in jsonl csv stix misp redact; do
	lacks "斎藤麻衣" "$RENKEI" select --$form memo.txt
	lacks "070-7255-1184" "$RENKEI" select --$form memo.txt
	lacks "mai.saito" "$RENKEI" select --$form memo.txt
done
# what was held back is told by type and place
says 0 '{"doc":"memo.txt","type":"name","start":3,"end":7' cat held
lacks "斎藤" cat held
says 0 "update-check979[.]com/705614.zip" "$RENKEI" select --redact memo.txt
says 0 "doc,type,value,role,reason,port,offset,part,defanged" "$RENKEI" select --csv memo.txt
if command -v jq >/dev/null; then
	"$RENKEI" select --stix --tlp=green memo.txt >bundle
	says 0 "TLP:GREEN" jq -r '.objects[0].name' bundle
	says 0 "[url:value = 'http://update-check979.com/705614.zip']" jq -r '.objects[].pattern // empty' bundle
	"$RENKEI" select --misp memo.txt >event
	says 0 "tlp:amber" jq -r '.Event.Tag[0].name' event
	says 0 "ip-dst 185.122.243.143" jq -r '.Event.Attribute[] | .type + " " + .value' event
fi
if command -v python3 >/dev/null; then
	"$RENKEI" select --stix --refs "$TESTS/data/selection/made" memo.txt memo.txt >bundle
	says 0 "stix: " python3 "$TESTS/stix_check.py" bundle
fi
# a feed: an event, the manifest over all events, and hashes to find a value by
says 0 "" "$RENKEI" select --misp-feed=feed --org="架空市" --now=2026-05-01T09:00:00+09:00 memo.txt
says 0 "" "$RENKEI" select --misp-feed=feed --tlp=clear --now=2026-05-02T09:00:00+09:00 memo.txt
if command -v jq >/dev/null; then
	says 0 "2" jq length feed/manifest.json
	says 0 "架空市 tlp:amber 2026-05-01" jq -r '.[] | .Orgc.name + " " + .Tag[0].name + " " + .date' feed/manifest.json
	event=$(jq -r 'keys[0]' feed/manifest.json)
	says 0 "$event" jq -r .Event.uuid "feed/$event.json"
	says 0 "$(printf '185.122.243.143' | md5sum | cut -c1-32),$event" cat feed/hashes.csv
fi
lacks "斎藤麻衣" cat feed/*.json
says 2 "one form of output" "$RENKEI" select --csv --stix memo.txt
says 2 "the marking is" "$RENKEI" select --tlp=blue memo.txt
says 2 "cannot open the file" "$RENKEI" select nothing-here
# a folder is read to the bottom, names in order; what cannot be read is counted
mkdir -p in/deep
cp memo.txt in/deep/
printf '\177ELF\000\001' >in/x.bin
says 0 "1 part(s) could not be read" "$RENKEI" select in
# a line longer than a block, a block that ends within a character
head -c 3000000 /dev/zero | tr '\0' 'x' >long
printf ' evil-site.ru\n' >>long
says 0 '"value":"evil-site.ru"' "$RENKEI" select long
# the hive of a key is written out
printf 'made HKCU\\Software\\Evil-a and HKLM:\\SOFTWARE\\X here' >keys
says 0 'HKEY_CURRENT_USER\\\\Software\\\\Evil-a' "$RENKEI" select --stix keys
says 0 'HKEY_LOCAL_MACHINE\\\\SOFTWARE' "$RENKEI" select --stix keys
# addresses of captures
says 0 '"type":"ja3","value":"bddb16608b241c89053080cf80771423"' "$RENKEI" select "$TESTS/data/selection/captures"
says 0 '"value":"zeek.org"' "$RENKEI" select "$TESTS/data/selection/captures"
says 0 '"value":"http://suricata.io/"' "$RENKEI" select "$TESTS/data/selection/captures"
# a request and certificates cut over segments, out of order and sent twice; no payload
captures="$TESTS/data/selection/captures"
says 0 '"value":"http://drop.invalid-example.ru/gate/split.php?x=1"' "$RENKEI" select "$captures/made-split.pcap"
says 0 '"type":"sha256","value":"c491ba3292ed08b34808d40c1b0a0d894fc4bc66c6114ea9110eab9598b84e23"' "$RENKEI" select "$captures/made-split.pcap"
says 0 '"value":"alt.invalid-example.ru"' "$RENKEI" select "$captures/made-split.pcap"
says 0 '"type":"ja3s"' "$RENKEI" select "$captures/made-split.pcap"
lacks "secret payload" "$RENKEI" select --redact "$captures/made-split.pcap"
# a message of Outlook with an archive and a table
msg="$TESTS/data/selection/containers/mail.msg"
says 0 '"value":"https://msg-evil.top/a"' "$RENKEI" select --withheld=held "$msg"
says 0 '"value":"45.67.89.10"' "$RENKEI" select "$msg"
says 0 '"type":"name","start":7,"end":10,"part":"2","rule":"column"' cat held
for form in jsonl csv stix misp redact; do
	lacks "山田" "$RENKEI" select --$form "$msg"
	lacks "hanako" "$RENKEI" select --$form "$msg"
	lacks "ken@" "$RENKEI" select --$form "$msg"
done
head -c 9000 "$msg" >cut.msg
says 0 "" "$RENKEI" select cut.msg
# what is written in an encoding is personal all the same, and a link to a victim leaves without whom it was sent to
cat >coded.txt <<'T'
添付データ：5rCP5ZCN77ya5bGx55Sw5aSq6YOOCumbu+ipse+8mjA5MC0xMjM0LTU2NzgK
GET /form?name=%E5%B1%B1%E7%94%B0%E5%A4%AA%E9%83%8E&tel=090-1234-5678 HTTP/1.1
=E6=B0=8F=E5=90=8D=EF=BC=9A=E5=B1=B1=E7=94=B0=E5=A4=AA=E9=83=8E
https://phish-login.ru/verify?email=taro.yamada@sakura-shop.co.jp を受信
C:\Users\t.yamada\AppData\Roaming\svc.exe と C:\Users\Public\x.exe
T
for form in jsonl csv stix misp redact; do
	for secret in 5bGx55Sw5aSq %E5%B1%B1 =E5=B1=B1 taro.yamada t.yamada 090-1234; do
		lacks "$secret" "$RENKEI" select --$form coded.txt
	done
done
says 0 '"value":"https://phish-login.ru/verify","role":"ioc","reason":"cut"' "$RENKEI" select coded.txt
says 0 '"value":"%USERPROFILE%\\AppData\\Roaming\\svc.exe"' "$RENKEI" select coded.txt
says 0 'C:\\Users\\Public\\x.exe' "$RENKEI" select coded.txt
# a bomb ends at the limit
if command -v python3 >/dev/null; then
	python3 -c "import gzip,sys; sys.stdout.buffer.write(gzip.compress(b'a' * 300000000))" >bomb.gz
	says 2 "unpacks to more than allowed" "$RENKEI" select bomb.gz
fi
finish
