. "$TESTS/cli/lib.sh"

town="$TESTS/data/screen/town"

# the list is good on an organisation that no rule was set for
says 0 "" "$RENKEI" screen --data "$town" --out list --proof proof
says 0 "AP " python3 "$TESTS/score_screen.py" "$town" list --need=0.92

# the same list, byte for byte, for any form, encoding, number of workers and key
for form in csv jsonl ltsv; do
	for encoding in utf-8 cp932; do
		python3 "$TESTS/cli/screen_forms.py" "$town" "$form-$encoding" "$form" "$encoding"
		says 0 "" "$RENKEI" screen --data "$form-$encoding" --out "list-$form-$encoding"
		says 0 "" cmp list "list-$form-$encoding"
	done
done
head -c 32 /dev/urandom >key
says 0 "" "$RENKEI" screen --data csv-utf-8 --workers 3 --key key --out list-3
says 0 "" cmp list list-3

# the log twice, once in each encoding, is the log once: every line of the second is counted as double
cp -r csv-utf-8 twice
cp csv-cp932/oplog* twice/oplog_again.csv
says 0 "" "$RENKEI" screen --data twice --out list-twice --proof proof-twice
says 0 "" cmp list list-twice
says 0 "" jq -e '.sources | length == 2 and .[1].read == 0 and .[1].twice > 1000' proof-twice

# zstd, and daily files that come in the wrong order
if command -v zstd >/dev/null; then
	mkdir parts
	cp csv-utf-8/*.csv.gz parts/ 2>/dev/null
	cp csv-utf-8/[!o]*.csv parts/ 2>/dev/null
	head -n 20000 csv-utf-8/oplog_990021.csv | zstd -q >parts/oplog_b.csv.zst
	{ head -n 1 csv-utf-8/oplog_990021.csv; tail -n +20001 csv-utf-8/oplog_990021.csv; } | gzip >parts/oplog_a_990021.csv.gz
	says 0 "" "$RENKEI" screen --data parts --out list-parts
	says 0 "" cmp list list-parts
fi

# the proof page accounts for every line
says 0 "" jq -e '.sources | all(.lines == .read + .twice + .damaged + .headers + .empty)' proof
says 0 "" jq -e '.sources[0].damaged == 3 and .missing_records > 0 and (.rules | length) > 30' proof

# nothing of a person comes out: no number, no name, no address of the residents' table
gzip -dc "$town/residents.csv.gz" | tail -n +2 | awk -F, '{ print $2; print $4; print $6 }' | sort -u >raw
cat list proof list-* proof-twice >all
if grep -Ff raw all >leaked; then
	echo "personal data in the output: $(wc -l <leaked) lines"
	exit 1
fi

# tables that are missing are told, and the list still comes
mkdir few
cp "$town"/oplog* "$town"/staff.csv.gz few/
says 0 "" "$RENKEI" screen --data few --out list-few --proof proof-few
says 0 "" jq -e '[.tables[] | select(.given)] | length == 1' proof-few
says 0 "" sh -c 'jq -se "[.[].not_judged[]] | index(\"cases\") != null" list-few'

# for inspectors: the same on paper, the missing tables by name; what is no proof is refused and writes nothing
says 0 "" "$RENKEI" screen paper proof-few proof.pdf
says 0 "アクセス記録の点検の証明" pdftotext -layout proof.pdf -
says 0 "担当" pdftotext -layout proof.pdf -
says 2 "follows after" "$RENKEI" screen paper list none.pdf
printf '{"schema":"x"}' >no-proof
says 2 "no proof page" "$RENKEI" screen paper no-proof none.pdf
[ -e none.pdf ] && { echo 'a paper of nothing was left'; exit 1; }

# what is broken is said, without its content
says 2 "which folder" "$RENKEI" screen
mkdir none
says 2 "there is no log" "$RENKEI" screen --data none
mkdir broken
head -c 3000 "$town/oplog_990021.csv.gz" >broken/oplog_1.csv.gz
says 2 "damaged or ends early" "$RENKEI" screen --data broken
mkdir odd
printf 'name,number\nx,1\n' >odd/oplog_1.csv
says 2 "could not find the columns" "$RENKEI" screen --data odd
# zeros without end: refused before they are unpacked
mkdir bomb
{ head -n 1 csv-utf-8/oplog_990021.csv; head -c 50000000 /dev/zero; } | gzip >bomb/oplog_1.csv.gz
says 2 "line is longer" "$RENKEI" screen --data bomb
# the memory that a screening will need is said before
says 0 '"memory_mb"' "$RENKEI" screen plan --data csv-utf-8 --workers 2
finish
