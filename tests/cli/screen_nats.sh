. "$TESTS/cli/lib.sh"
command -v nats-server >/dev/null || exit 77

town="$TESTS/data/screen/town"

# three towns under three numbers
mkdir data
for n in 990021 990031 990041; do
	gzip -dc "$town/oplog_990021.csv.gz" | sed "s/990021/$n/g" >data/oplog_$n.csv
	for f in "$town"/*.csv.gz; do
		name=$(basename "$f" .gz)
		case $name in oplog*) continue ;; esac
		gzip -dc "$f" | sed "s/990021/$n/g" | if [ -s "data/$name" ]; then tail -n +2; else cat; fi >>data/"$name.part"
		case $name in calendar.csv | departments.csv) mv "data/$name.part" "data/$name" ;; *) cat "data/$name.part" >>"data/$name" && rm "data/$name.part" ;; esac
	done
done
says 0 "" "$RENKEI" screen --data data --out list --proof proof
head -c 32 /dev/urandom >key

port=$((20000 + $$ % 20000))
nats-server -js -sd "$PWD/js" -a 127.0.0.1 -p $port >server.log 2>&1 &
server=$!
trap 'kill $server $workers 2>/dev/null' EXIT
for i in 1 2 3 4 5 6 7 8 9 10; do
	grep -q "Server is ready" server.log && break
	sleep 0.2
done
url=nats://127.0.0.1:$port
worker() { "$RENKEI" screen --nats $url --data data --key key --patience 2 "$@"; }

# the jobs lie there; a worker takes one and dies, another one dies later, a third and a fourth do the rest
"$RENKEI" screen send --nats $url --data data --key key --run one --patience 2 --out list-nats --proof proof-nats --idle 60 >send.log 2>&1 &
sender=$!
workers=
for pause in 0.3 0.1; do
	worker >/dev/null 2>&1 &
	w=$!
	sleep $pause
	kill -9 $w 2>/dev/null
	wait $w 2>/dev/null
done
worker --idle 30 >w1.log 2>&1 &
workers="$!"
worker --idle 30 >w2.log 2>&1 &
workers="$workers $!"
if ! wait $sender; then
	echo "the sender failed"
	cat send.log w1.log w2.log
	fails=1
fi
says 0 "" cmp list list-nats
says 0 "" sh -c 'jq -S "del(.sources)" proof >a && jq -S "del(.sources)" proof-nats >b && cmp a b'
says 0 "" jq -e '.sources | length == 3 and all(.lines == .read + .twice + .damaged + .headers + .empty)' proof-nats

# a sender that died and sends all again under the same name: nothing is doubled
"$RENKEI" screen send --nats $url --data data --key key --run two --out list-two --idle 1 >/dev/null 2>&1 &
sender=$!
sleep 0.15
kill -9 $sender 2>/dev/null
wait $sender 2>/dev/null
says 0 "" "$RENKEI" screen send --nats $url --data data --key key --run two --out list-two --idle 60
says 0 "" cmp list list-two

# nothing of a person went through the server
for t in "$town"/residents.csv.gz; do gzip -dc "$t" | tail -n +2 | awk -F, '{ print $2; print $4; print $6 }'; done | sort -u >raw
if find js -type f -exec cat {} + | grep -aFf raw >leaked; then
	echo "personal data in the stream"
	fails=1
fi
says 2 "the key must be given" "$RENKEI" screen --nats $url --data data
says 3 "could not reach" "$RENKEI" screen --nats nats://127.0.0.1:1 --data data --key key
finish
