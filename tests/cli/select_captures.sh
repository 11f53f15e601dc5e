. "$TESTS/cli/lib.sh"

# Each capture holds one thing in its own wrapping: what must be told of it.
made="$TESTS/data/selection/captures/made"
while read -r file value; do
	says 0 "\"value\":\"$value\"" "$RENKEI" select --jsonl "$made/$file"
done <<'L'
dns.pcap plain.a.invalid-example.ru
dns6.pcap v6.a.invalid-example.ru
dnsans.pcap cname.b.invalid-example.ru
dnsans.pcap 2001:db8:77::1
dnsptr.pcap edge.invalid-example.ru
dnstcp.pcap dnstcpb.a.invalid-example.ru
ext6.pcap exthdr.a.invalid-example.ru
frag4.pcap aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.frag4.a.invalid-example.ru
frag6.pcap frag6.a.invalid-example.ru
fragrev.pcap cccccccccccccccccccccccccccccccccccccccccccccccccc.dddddddddddddddddddddddddddddddddddddddddddddddddd.fragrev.a.invalid-example.ru
gre.pcap gre.a.invalid-example.ru
http.pcap http://http.a.invalid-example.ru/a/b.php?x=1
http.pcap EvilBot/1.0
httpfrag.pcap http://httpfrag.a.invalid-example.ru/gate.php
httpnohost.pcap http://203.0.113.9:8080/nohost.bin
ipip.pcap ipip.a.invalid-example.ru
mpls.pcap mpls.a.invalid-example.ru
ng.pcapng ng.a.invalid-example.ru
null.pcap null.a.invalid-example.ru
pppoe.pcap pppoe.a.invalid-example.ru
quic.pcap quic.a.invalid-example.ru
quic2.pcap quictwo.a.invalid-example.ru
quic2.pcap q13d0207h2_c1929292aa6b_dc49850d21d7
quicv2.pcap quicvtwo.a.invalid-example.ru
raw.pcap raw.a.invalid-example.ru
raw12.pcap raw12.a.invalid-example.ru
sixin4.pcap sixinfour.a.invalid-example.ru
sll.pcap sll.a.invalid-example.ru
sll2.pcap sll2.a.invalid-example.ru
smtp.pcap helo.a.invalid-example.ru
sni.pcap t13d0206h2_c1929292aa6b_fb71836bce29
sni6.pcap snisix.a.invalid-example.ru
snifrag.pcap snifrag.a.invalid-example.ru
sniooo.pcap sniooo.a.invalid-example.ru
snirec.pcap snirec.a.invalid-example.ru
vlan.pcap vlan.a.invalid-example.ru
vlan.pcap qinq.a.invalid-example.ru
vxlan.pcap vxlan.a.invalid-example.ru
L
# whom a mail is for, and what a form sends, is nobody's business here
lacks sakura "$RENKEI" select --jsonl "$made/smtp.pcap"
lacks secret "$RENKEI" select --jsonl "$made/httpfrag.pcap"
finish
