. "$TESTS/cli/lib.sh"

# a text of some MB: passages that differ, and all of it three times
awk 'BEGIN {
	print "受付簿。申請者は柊原 慎太郎様、連絡先 0120-345-678 と k.hiiragi@city.kumo.lg.jp、会員番号は 090-1234-5678。";
	for (i = 0; i < 30000; i++)
		printf "%d 回目の点検では設備の状態に異常が無いことを確認し、結果を取りまとめた。通信先 host%d.evil-%d.com を記録した。\n", i, i, i % 97;
	print "後日、窓口で柊原が対応した。柊木さんも同席。番号は09012345678。";
	print "通信先 198.51.100.77 と update.evil-site.net";
}' >one.txt
cat one.txt one.txt one.txt >three.txt

# what was held back once is held back further on, and a weak sign is seen there, too
"$RENKEI" select --redact one.txt >masked
for part in 柊原 慎太郎 柊木 k.hiiragi 0120-345 09012345678; do
	lacks "$part" cat masked
done
says 0 '異常が無いことを確認し' cat masked

# passages that come again are not read again; what is held back in them is told as if they were
"$RENKEI" select --withheld=held three.txt >items
"$RENKEI" select --redact --withheld=held_read three.txt >masked
cmp held held_read
lacks 柊原 cat masked
"$RENKEI" select one.txt | sed 's/"doc":"one.txt"//' >items_one
sed 's/"doc":"three.txt"//' items | cmp - items_one
says 0 '"value":"update.evil-site.net"' cat items

# the same through a pipe, and in another encoding
"$RENKEI" select --withheld=held_pipe - <three.txt >/dev/null
sed 's/"doc":"-"//' held_pipe >a
sed 's/"doc":"three.txt"//' held >b
cmp a b
iconv -f UTF-8 -t CP932 three.txt >sjis.txt
"$RENKEI" select --withheld=held_sjis sjis.txt >/dev/null
sed 's/"doc":"sjis.txt"//' held_sjis | cmp - b

# a long table whose head names no column of persons: its rows go past what looks for persons, theirs do not
awk 'BEGIN {
	print "date,type,value,sha256";
	for (i = 0; i < 4000; i++)
		printf "2024-05-%02d,domain,host%d.evil-%d.net,%064x\n", i % 28 + 1, i, i % 97, i * 7919 + 1;
	print "4001,note,連絡先 柊原 慎太郎様,-";
	print "4002,note,s.hiiragi@city.kumo.lg.jp,090-1234-5678";
	print "name,phone,note";
	print "HIIRAGI SHINTARO,0120-345-678,-";
}' >list.csv
"$RENKEI" select --redact list.csv >masked
for part in 柊原 慎太郎 s.hiiragi 090-1234 HIIRAGI 0120-345; do
	lacks "$part" cat masked
done
says 0 'host3999.evil-22.net' cat masked
finish
