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
