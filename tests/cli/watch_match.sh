. "$TESTS/cli/lib.sh"

cat >list <<'L'
evil[.]ru
# a comment
203.1.115.0/24
203.1.115.7
441b8b23523412186f2920db3a999bee
hxxp://shop[.]example-x[.]net/gate.php
2a0c:b641:70::1f
L
cat >log <<'L'
2025-03-01 src=10.0.0.5 dst=203.1.115.7 host=www.evil.ru
2025-03-01 host=notevil.ru ok dst=203.1.116.7 evil.ru.example.com
2025-03-01 GET http://shop.example-x.net/gate.php?id=3 user=山田太郎 mail=taro.yamada@sakura-shop.co.jp md5=441B8B23523412186F2920DB3A999BEE
2025-03-01 dst=203.1.115.99 peer=[2a0c:b641:70::1f]:443
L
says 1 '{"doc":"log","line":1,"type":"ipv4","indicator":"203.1.115.7"}' "$RENKEI" watch match --indicators=list log
says 1 '{"doc":"log","line":1,"type":"domain","indicator":"evil.ru","seen":"www.evil.ru"}' "$RENKEI" watch match --indicators=list log
says 1 '"line":3,"type":"url"' "$RENKEI" watch match --indicators=list log
says 1 '"line":3,"type":"md5"' "$RENKEI" watch match --indicators=list log
says 1 '{"doc":"log","line":4,"type":"cidr","indicator":"203.1.115.0/24","seen":"203.1.115.99"}' "$RENKEI" watch match --indicators=list log
says 1 '"line":4,"type":"ipv6"' "$RENKEI" watch match --indicators=list log
lacks '"line":2' "$RENKEI" watch match --indicators=list log
lacks 'taro.yamada' "$RENKEI" watch match --indicators=list --evidence log
lacks '山田太郎' "$RENKEI" watch match --indicators=list --evidence log
says 1 '"doc":"-"' "$RENKEI" watch match --indicators=list - <log
echo 'zeek.org' >names
says 1 '"indicator":"zeek.org"' "$RENKEI" watch match --indicators=names "$TESTS/data/selection/captures/zeek-tls-openjdk.pcap"
says 0 "" "$RENKEI" watch match --indicators=names log
# a name within a mail address is told before all of it
printf 'y.example.com\nfoo.bar.x+y.example.com@z.example.net\n' >inner
printf 'one\nfoo.bar.x+y.example.com@z.example.net' >mail
says 1 '{"doc":"mail","line":2,"type":"email","indicator":"foo.bar.x+y.example.com@z.example.net"}' "$RENKEI" watch match --indicators=inner mail
# hits in the order of the text, also where many addresses stand in a line
awk 'BEGIN { for (i = 1; i < 100; i++) printf "198.51.100.%d%s", i, i % 9 ? "," : " www.evil.ru "; print "203.1.115.7 notevil.ru" }' >many
printf '198.51.100.2\n198.51.100.17\n198.51.100.99\n198.51.100.40\nevil.ru\n203.1.115.7\n' >few
"$RENKEI" watch match --indicators=few many | sed 's/.*"indicator":"\([^"]*\)".*/\1/' | uniq | tr '\n' ' ' >order
says 0 "198.51.100.2 evil.ru 198.51.100.17 evil.ru 198.51.100.40 evil.ru 198.51.100.99 evil.ru 203.1.115.7 " cat order
# sightings: counts, of the indicator that every house makes of the value
says 1 "" "$RENKEI" watch match --indicators=list --sightings=seen --tlp=green log
if command -v jq >/dev/null; then
	id=$(printf 'x evil[.]ru' >d && "$RENKEI" select --stix d | jq -r '.objects[1].id')
	says 0 "$id 1" jq -r '.objects[] | select(.type == "sighting") | .sighting_of_ref + " " + (.count | tostring)' seen
fi
if command -v python3 >/dev/null; then
	says 0 "stix: " python3 "$TESTS/stix_check.py" seen
fi
lacks "10.0.0.5" cat seen
says 2 "name the list" "$RENKEI" watch match log
finish
