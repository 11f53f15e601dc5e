. "$TESTS/cli/lib.sh"

# the same six values in every form that lists are sent in
cat >report.txt <<'T'
evil[.]ru hxxp://shop[.]example-x[.]net/gate.php 441b8b23523412186f2920db3a999bee 203.1.115.7 setup.exe c2@evil[.]ru
T
cat >log <<'L'
2025-03-01T10:00:00Z src=10.0.0.5 dst=203.1.115.7 host=www.evil.ru user=tanaka.ichiro
2025-03-01T10:00:01Z GET http://shop.example-x.net/gate.php?id=3 md5=441B8B23523412186F2920DB3A999BEE
2025-03-01T10:00:02Z setup.exe started
L
seen() { "$RENKEI" watch match --indicators="$1" log 2>/dev/null | wc -l | tr -d ' '; }
for form in jsonl csv stix misp; do
	"$RENKEI" select --$form report.txt >list.$form
	says 0 "[4]" echo "[$(seen list.$form)]"
done
"$RENKEI" select --misp-feed=feed report.txt >/dev/null
says 0 "[4]" echo "[$(seen feed)]"
# a file's name is no name of a host
echo '{"doc":"x","type":"file_name","value":"setup.exe","role":"ioc"}' >>list.jsonl
lacks "setup.exe" "$RENKEI" watch match --indicators=list.jsonl log
says 1 "of no kind that can be matched" "$RENKEI" watch match --indicators=list.jsonl log

# STIX of others: several comparisons, sets, subnets; what is negated, revoked or another language is passed over
cat >s.json <<'S'
{"type":"bundle","id":"bundle--1","objects":[{"type":"identity","id":"identity--1","name":"x"},
{"type":"indicator","id":"indicator--1","pattern_type":"stix","pattern":"[ipv4-addr:value = '203.1.115.7' AND network-traffic:dst_port = 443] OR [domain-name:value IN ('a.example', 'evil.ru')]"},
{"type":"indicator","id":"indicator--2","pattern_type":"stix","pattern":"[ipv4-addr:value ISSUBSET '10.0.0.0/24' START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00Z']"},
{"type":"indicator","id":"indicator--3","pattern_type":"stix","pattern":"[file:hashes.'MD5' = '441b8b23523412186f2920db3a999bee' AND file:name = 'x\\'y.exe']"},
{"type":"indicator","id":"indicator--4","pattern_type":"stix","pattern":"[domain-name:value != 'shop.example-x.net']"},
{"type":"indicator","id":"indicator--5","pattern_type":"stix","revoked":true,"pattern":"[domain-name:value = 'shop.example-x.net']"},
{"type":"indicator","id":"indicator--6","pattern_type":"sigma","pattern":"shop.example-x.net"}]}
S
says 0 "[4]" echo "[$(seen s.json)]"
for want in '"indicator":"203.1.115.7"' '"indicator":"evil.ru"' '"indicator":"10.0.0.0/24"' '"type":"md5"'; do
	says 1 "$want" "$RENKEI" watch match --indicators=s.json log
done
lacks "example-x" "$RENKEI" watch match --indicators=s.json log
tr -d '\n' <s.json >one.json
says 0 "[4]" echo "[$(seen one.json)]"

# MISP of others: pairs, objects, a search; what is not for detection or deleted is passed over
cat >m.json <<'M'
{"response":[{"Event":{"info":"x","Attribute":[{"type":"ip-dst|port","value":"203.1.115.7|443","to_ids":true},{"type":"domain","value":"example-x.net","to_ids":false},
{"type":"hostname","value":"started","to_ids":true,"deleted":true}],"Object":[{"name":"file","Attribute":[{"type":"filename|md5","value":"a b.exe|441b8b23523412186f2920db3a999bee","to_ids":true}]},
{"name":"x","Attribute":[{"type":"domain|ip","value":"evil.ru|192.0.2.1","to_ids":true}]}]}}]}
M
says 0 "[3]" echo "[$(seen m.json)]"

# tables, arrays, marks of byte order, UTF-16
printf 'id,Indicator,comment\n1,"evil.ru","a, ""b"""\n2,203.1.115.7,\n' >t.csv
says 0 "[2]" echo "[$(seen t.csv)]"
printf '["evil.ru","203.1.115.7"]' >a.json
says 0 "[2]" echo "[$(seen a.json)]"
printf '\357\273\277evil.ru\r\n' >bom
says 0 "[1]" echo "[$(seen bom)]"
printf 'evil.ru\r\n203.1.115.7\r\n' | iconv -f UTF-8 -t UTF-16 >wide
says 0 "[2]" echo "[$(seen wide)]"
printf '[2001:db8::1]:443\nevil.ru\n' >bracket
says 0 "[1]" echo "[$(seen bracket)]"

# what is no list is told, not taken for a clean log
while IFS='|' read -r text told; do
	printf '%b' "$text" >bad
	says 2 "$told" "$RENKEI" watch match --indicators=bad log
done <<'L'
%PDF-1.5\n|this is a document
<!DOCTYPE html><p>evil.ru|this is a document
PK\003\004xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|this is a document
{"type":"bundle","objects":[|broken or cut off (at byte 28)
{"a":1}|no list of indicators
# nothing but a remark\n|has no indicator
setup.exe file\n|has no indicator
L
says 2 "manifest of a MISP feed" "$RENKEI" watch match --indicators=feed/manifest.json log
mkdir none
says 2 "no manifest.json" "$RENKEI" watch match --indicators=none log
says 2 "none/x: cannot open" "$RENKEI" watch match --indicators=none/x log

# evidence: when, who asked whom; users held back; own networks by the policy
echo 203.1.115.7 >list
echo zeek.org >names
says 1 '"time":"2025-03-01T10:00:00Z","client":"10.0.0.5","server":"203.1.115.7","evidence":"2025-03-01T10:00:00Z src=10.0.0.5 dst=203.1.115.7 host=www.evil.ru user=[氏名]"' \
	"$RENKEI" watch match --indicators=list --evidence log
printf 'own-network 10.0.0.0/8 in\nname drop\n' >policy
says 1 '"client":"[address]","server":"203.1.115.7","evidence":"2025-03-01T10:00:00Z src=[address] dst=203.1.115.7 host=www.evil.ru user="' \
	"$RENKEI" watch match --indicators=list --evidence --policy=policy log
says 1 '"seen":"zeek.org","time":"2026-04-15T17:52:08.894+09:00","client":"192.168.64.6","server":"192.0.78.150:443","evidence":"sni zeek.org"' \
	"$RENKEI" watch match --indicators=names --evidence "$TESTS/data/selection/captures/zeek-tls-openjdk.pcap"
for f in "$TESTS"/data/selection/captures/made/*; do
	"$RENKEI" select "$f" | sed -n 's/.*"type":"domain","value":"\([^"]*\)".*/\1/p' >names
	[ -s names ] || continue
	says 1 '","client":"' "$RENKEI" watch match --indicators=names --evidence "$f"
done
while IFS='|' read -r client server line; do
	printf '%s\n' "$line" >line
	says 1 "\"client\":\"$client\"" "$RENKEI" watch match --indicators=list --evidence line
	[ -z "$server" ] || says 1 "\"server\":\"$server\"" "$RENKEI" watch match --indicators=list --evidence line
done <<'L'
10.0.0.5:53412|203.1.115.7:443|TCP 10.0.0.5:53412 -> 203.1.115.7:443
192.168.1.5||1610000000.123 120 192.168.1.5 TCP_TUNNEL/200 39 CONNECT 203.1.115.7:443 - HIER_DIRECT/203.1.115.7 -
203.1.115.7||sshd[1]: Failed password for invalid user admin from 203.1.115.7 port 22 ssh2
2001:db8::5|203.1.115.7|{"src_ip":"2001:db8::5","dest_ip":"203.1.115.7"}
10.0.0.8#53||client @0x7f 10.0.0.8#53 (x): answer 203.1.115.7
L
finish
