. "$TESTS/cli/lib.sh"

# every form that is described: four lines, three of s1, one of s2, none damaged
for log in "$TESTS"/data/screen/forms/oplog_*; do
	says 0 "" "$RENKEI" screen "$log" --out list --proof proof
	says 0 "" jq -e '.sources[0] | .read == 4 and .damaged == 0 and .map != null' proof
	says 0 "" sh -c '"$RENKEI" screen count "$1" --out count && jq -se ".[0] == {schema: \"renkei/screen-count/1\", user: \"s1\", lines: 3} and .[1].user == \"s2\" and .[1].lines == 1" count' - "$log"
done

# from standard input, and with the map named
says 0 "" sh -c '"$RENKEI" screen --map syslog - --proof proof --out list <"$TESTS/data/screen/forms/oplog_s5424.log"'
says 0 "" jq -e '.sources[0].map == "syslog" and .accesses == 2' proof
says 2 "no map of this name" "$RENKEI" screen --map nothing "$TESTS/data/screen/forms/oplog_s5424.log"

# a log with names of its own: the map is proposed, completed by hand, and then the log is read
i=0
echo "通番,発生時刻,担当者,作業,相手の番号,メモ" >own.csv
while [ $i -lt 20 ]; do
	i=$((i + 1))
	echo "99002100000000$((i + 10)),R7.3.3 8:$((i + 10)):00,s$((i % 3)),照会,03000175$((i + 10)),x" >>own.csv
done
says 2 "could not find the columns" "$RENKEI" screen own.csv
says 0 "" "$RENKEI" screen map own.csv --out own.yaml
says 0 "通番" grep "id: " own.yaml
says 0 "発生時刻" grep "ts: " own.yaml
says 0 "" sed -i "s/# user: .*/user: ['担当者']/; s/# not used: '担当者'//; s/^  # not used: '作業'/  operation: ['作業']/; s/^  # not used: '相手の番号'/  subject: ['相手の番号']/" own.yaml
says 0 "" "$RENKEI" screen own.csv --map own.yaml --out list --proof proof
says 0 "" jq -e '.sources[0].read == 20 and .accesses == 20' proof

# a map that is wrong is refused with its place
printf 'name: x\nform: csv\ncolumns:\n  user: [a]\n  ts: [a]\n' >wrong.yaml
says 2 "map of a log is not right" "$RENKEI" screen own.csv --map wrong.yaml
finish
