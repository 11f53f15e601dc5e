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
"$RENKEI" watch match --indicators=few many | sed 's/.*"indicator":"\([^"]*\)".*/\1/' | tr '\n' ' ' >order
says 0 "198.51.100.2 evil.ru 198.51.100.17 198.51.100.40 198.51.100.99 203.1.115.7 " cat order
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

# lists as they come: a remark, a port, all below a name, another script, capitals, IPv6 blocks and spellings, a bare link
cat >list <<'L'
203.1.115.7:4444   # C2
evil.example.net:8443
*.wild.example.com
例え.example.jp
HTTP://Host.Example.ORG/
http://203.1.115.9/
2a0c:b641:0070::001F
2a0c:b642::/32
hxxps://bad[.]example[.]org/drop/a.php
http://bad.example.org/q?id=1
t13d1516h2_8daaf6152771_b186095e22b6
{"type": "ipv4", "value": "203.1.115.11", "role": "ioc"}
L
while IFS='|' read -r type indicator line; do
	printf '%s\n' "$line" >log
	says 1 "\"type\":\"$type\",\"indicator\":\"$indicator\"" "$RENKEI" watch match --indicators=list log
done <<'L'
ipv4|203.1.115.7|date=2026-11-20 srcip=10.0.0.5 dstip=203.1.115.7 dstport=443
ipv4|203.1.115.7|Nov 20 rule 3/(match) block in on em0: 203.1.115.7.4444 > 192.168.1.1.22: S 1:1(0) win 1
ipv4|203.1.115.7|%ASA-4-106023: Deny tcp src outside:203.1.115.7/1234 dst inside:192.0.2.1/22
ipv4|203.1.115.7|peer ::ffff:203.1.115.7 closed
ipv4|203.1.115.9|ip:203.1.115.9
ipv4|203.1.115.11|a,203.1.115.11,b
domain|evil.example.net|1 TCP_TUNNEL/200 1234 CONNECT evil.example.net:443 - HIER_DIRECT/192.0.2.4 -
domain|evil.example.net|IP 10.0.0.5.53412 > evil.example.net.443: Flags [S]
domain|wild.example.com|query[A] a.wild.example.com from 192.168.1.5
domain|xn--r8jz45g.example.jp|query[A] xn--r8jz45g.example.jp from 192.168.1.5
domain|host.example.org|unbound info: 192.168.1.5 host.example.org. A IN
ipv6|2a0c:b641:70::1f|kernel: IN=eth0 SRC=2a0c:b641:0070:0000:0000:0000:0000:001f DST=fe80:0000:0000:0000:0000:0000:0000:0001 LEN=60
ipv6|2a0c:b641:70::1f|dst:2A0C:B641:70::1F port 443
cidr|2a0c:b642::/32|"destinationIPv6Address":"2a0c:b642:1:0:0:0:0:7"
url|https://bad.example.org/drop/a.php|2026-11-20 10:00:01 120 192.168.1.5 - TCP_NC_MISS 200 GET http bad.example.org 80 /drop/a.php - "Mozilla/5.0"
url|http://bad.example.org/q?id=1|2026-11-20 10:00:01 120 192.168.1.5 - TCP_NC_MISS 200 GET http bad.example.org 80 /q ?id=1 "Mozilla/5.0"
url|https://bad.example.org/drop/a.php|{"http":{"hostname":"bad.example.org","url":"\/drop\/a.php?x=1"}}
url|https://bad.example.org/drop/a.php|GET http://bad.example.org:80/drop/a.php HTTP/1.1
ja4|t13d1516h2_8daaf6152771_b186095e22b6|{"tls":{"ja4":"t13d1516h2_8daaf6152771_b186095e22b6"}}
L
cat >log <<'L'
x notevil.example.net evil.example.net.example.com 203.1.115.70 203.1.115.7.1.2 1203.1.115.7
bad.example.org/drop/a.php2 bad.example.org /other bad.example.org.example.com/drop/a.php
2a0c:b641:70::1f0 10:20:30 2a0c:b643::1 xt13d1516h2_8daaf6152771_b186095e22b6
L
says 0 "" "$RENKEI" watch match --indicators=list log
lacks "indicator" "$RENKEI" watch match --indicators=list log
# a name twice in a line is one sighting
printf 'client 10.0.0.5#53412 (evil.example.net): query: evil.example.net IN A\n' >log
says 1 "" "$RENKEI" watch match --indicators=list --sightings=seen log
says 0 '"count":1,' cat seen
# the debug log of Windows' DNS server
cat >log <<'L'
11/20/2026 10:00:01 AM 0F3C PACKET  000001D2B0C0B0B0 UDP Rcv 10.0.0.5 0002 Q [0001 D NOERROR] A (3)www(4)evil(7)example(3)net(0)
11/20/2026 10:00:01 AM 0F3C PACKET  000001D2B0C0B0B0 UDP Rcv 10.0.0.5 0002 Q [0001 D NOERROR] A (7)notevil(7)example(3)net(0)
L
says 1 '"line":1,"type":"domain","indicator":"evil.example.net","seen":"www.evil.example.net"' "$RENKEI" watch match --indicators=list log
lacks '"line":2' "$RENKEI" watch match --indicators=list log
# logs in a container: UTF-16, gzip
printf 'dst=203.1.115.9\r\n' | iconv -f UTF-8 -t UTF-16 >wide
says 1 '{"doc":"wide","line":1,"type":"ipv4","indicator":"203.1.115.9"}' "$RENKEI" watch match --indicators=list wide
printf 'x\ndst=203.1.115.9\n' | gzip >log.gz
says 1 '{"doc":"log.gz","part":"1","line":2,"type":"ipv4","indicator":"203.1.115.9"}' "$RENKEI" watch match --indicators=list log.gz
# archives that only a place further on tells: LZH with Japanese names, tar with a packed log
printf '185.174.101.240\n' >one
says 1 '{"doc":"names.lzh","part":"1","line":1,"type":"ipv4","indicator":"185.174.101.240"}' "$RENKEI" watch match --indicators=one "$TESTS/data/selection/containers/names.lzh"
tar cf logs.tar log log.gz
says 1 '{"doc":"logs.tar","part":"2/1","line":2,"type":"ipv4","indicator":"203.1.115.9"}' "$RENKEI" watch match --indicators=list logs.tar
says 2 "name the list" "$RENKEI" watch match log
finish
