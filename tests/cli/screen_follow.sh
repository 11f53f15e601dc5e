. "$TESTS/cli/lib.sh"

town="$TESTS/data/screen/town"

# a folder whose log grows; the list of the whole log is what must come out
mkdir data
for f in "$town"/*.csv.gz; do
	case $f in */oplog*) ;; *) cp "$f" data/ ;; esac
done
gzip -dc "$town/oplog_990021.csv.gz" >whole.csv
says 0 "" "$RENKEI" screen --data "$town" --out list

# killed with -9 at moments that nobody chose, again and again, while lines come in pieces of any size
size=$(wc -c <whole.csv)
at=0
piece=90007
: >data/oplog_990021.csv
while [ $at -lt "$size" ]; do
	"$RENKEI" screen --data data --follow --state state --every 1 --out list-now >/dev/null 2>&1 &
	pid=$!
	tail -c +$((at + 1)) whole.csv | head -c $piece >>data/oplog_990021.csv
	at=$((at + piece))
	piece=$((piece * 3 + 1013))
	sleep 0.$((at / 7 % 9))
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
done
says 0 "" "$RENKEI" screen --data data --follow --state state --every 1 --idle 1 --out list-end --proof proof-end
says 0 "" cmp list list-end
says 0 "" jq -e '.sources | length == 1 and (.[0] | .lines == .read + .twice + .damaged + .headers + .empty and .twice == 0)' proof-end

# a journal whose last entry was cut while it was written
says 0 "" sh -c 'head -c $(($(wc -c <state/journal) - 1000)) state/journal >cut && cp cut state/journal'
says 0 "" "$RENKEI" screen --data data --follow --state state --every 1 --idle 1 --out list-cut
says 0 "" cmp list list-cut

# from the journal alone, when the log is gone
rm data/oplog_990021.csv
says 0 "" "$RENKEI" screen --data data --follow --state state --every 1 --idle 1 --out list-gone
says 0 "" cmp list list-gone

# nothing of a person lies in the journal
gzip -dc "$town/residents.csv.gz" | tail -n +2 | awk -F, '{ print $2; print $4; print $6 }' | sort -u >raw
if grep -aFf raw state/journal >leaked; then
	echo "personal data in the journal"
	exit 1
fi
says 2 "where the journal is kept" "$RENKEI" screen --data data --follow
finish
