. "$TESTS/cli/lib.sh"

# a folder of many small documents: texts are read by one child after the other, containers have a child each
mkdir all all/deep
cat >all/a.txt <<'END'
担当: 柊原 慎太郎 様(電話 090-1234-5678)
通信先は update.evil-site[.]net と 198.51.100.77 です。
END
printf 'name,mail\n柊木 一花,h.ichika@city.kumo.lg.jp\n' | iconv -f UTF-8 -t CP932 >all/b.csv
echo '{"c2": "hxxps://login.evil-site[.]net/a.php", "note": "柊原も見た"}' >all/c.json
echo '2026-11-02T10:00:00 fw DENY src=203.0.113.9 user=hiiragi' >all/deep/d.log
printf 'From: 柊 花 <hana@example.jp>\r\nTo: soc@example.jp\r\nSubject: x\r\n\r\nsee 203.0.113.66\r\n' >all/e.eml
printf '<html><body><p>鳥居 みお 様</p><a href="http://drop.evil-site.net/x.exe">x</a></body></html>' >all/h.html
printf '通信先 c2.evil-host.net\n' | iconv -f UTF-8 -t UTF-16 >all/i.txt
printf '%%PDF-1.4 that is none' >all/m.pdf
printf 'PK\003\004garbage' >all/n.zip
gzip -c all/a.txt >all/p.gz
{
	printf 'From: a@example.jp\r\nTo: b@example.jp\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=zz\r\n\r\n'
	printf -- '--zz\r\nContent-Type: text/plain\r\n\r\nsee 203.0.113.77\r\n--zz\r\nContent-Type: application/gzip; name=a.gz\r\n'
	printf 'Content-Transfer-Encoding: base64\r\n\r\n'
	base64 all/p.gz
	printf -- '--zz--\r\n'
} >all/q.eml
for i in $(seq 100 400); do
	echo "$i 番: host$i.evil-host.net に接続した。担当: 柊木 一花 様" >"all/t$i.txt"
done

# in the order of their names, and each as if it were alone
"$RENKEI" select --withheld=held all >items 2>said
says 0 'could not read all of all/m.pdf' cat said
: >items_one
: >held_one
for f in all/[a-c]* all/deep/d.log all/[e-i]* all/[n-q]*; do
	"$RENKEI" select --withheld=held_now "$f" >>items_one 2>>said_one
	cat held_now >>held_one
done
for i in 100 355 356 400; do
	"$RENKEI" select --withheld=held_now "all/t$i.txt" >>items_one
	cat held_now >>held_one
done
grep -v '"doc":"t' items >few
grep -E '"doc":"t(100|355|356|400)' items >>few
cmp few items_one || fails=$((fails + 1))
grep -v '"doc":"t' held >few
grep -E '"doc":"t(100|355|356|400)' held >>few
cmp few held_one || fails=$((fails + 1))
[ "$(grep -c '"doc":"t.*host' items)" -eq 301 ] || fails=$((fails + 1))
sed 's/.*"doc":"\([^"]*\)".*/\1/' items | uniq >names
sed 's/d.log/deep/' names | LC_ALL=C sort -c || fails=$((fails + 1))
says 0 '203.0.113.77' cat items
says 0 '"doc":"t400.txt"' cat held
[ "$(grep -c 'update.evil-site.net' items)" -ge 3 ] || fails=$((fails + 1))   # a.txt, p.gz and what q.eml has attached
"$RENKEI" select --redact all >masked 2>/dev/null
lacks 慎太郎 cat masked

# the child that reads is killed in the middle: what it would have read next is read by another
mkfifo in
"$RENKEI" select all/a.txt in all/c.json >items_killed &
pid=$!
until grep -q evil-site.net items_killed; do sleep 0.1; done
read -r child <"/proc/$pid/task/$pid/children"
[ -n "$child" ] && kill -9 "$child"
cat all/a.txt >in
wait "$pid" || fails=$((fails + 1))
{
	"$RENKEI" select all/a.txt
	"$RENKEI" select all/a.txt | sed 's/"doc":"a.txt"/"doc":"in"/'
	"$RENKEI" select all/c.json
} | cmp - items_killed || fails=$((fails + 1))

finish
