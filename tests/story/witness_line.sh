# shellcheck shell=sh
# Three nodes over mutual TLS: two have their records cosigned by the third. An older copy and a second history are found out
# by the line, the alarm shows, acts never wait, and a day without any witness is an act of the record.
. "$TESTS/cli/lib.sh"
export RENKEI_AS=op-1:lead
n() { node=$1; shift; "$RENKEI" "$@" --store="$node"; }
day() { printf -- '--now=2026-11-%02dT%s:00+09:00' "$1" "$2"; }
t=$(day 20 09:00)
act() { n "$1" case open --known-at=2026-11-20 "--title=$2" org_type=private "${3:-$t}" >/dev/null || fails=$((fails + 1)); }
entries() { n "$1" node show --json | jq .entries; }
# serve NODE TIME: listens on a port that the system chooses
serve() {
	"$RENKEI" exchange serve --port=0 "$2" --store="$1" >"$1.port" 2>>"$1.log" &
	pid=$!
	i=0
	while ! grep -qs listening "$1.port" && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done
	port=$(sed -n 's/listening on //p' "$1.port")
}

for x in a b w; do
	n $x node init --name=$x.example --exercise "$t" >/dev/null || exit 1
	n $x exchange init --class=reporter --out=$x.card "$t" >/dev/null || exit 1
done
serve w "$t"
for x in a b; do
	n $x partner add w.card --class=advisor --name=fictional "$t" >out 2>&1 || { cat out; exit 1; }
	n w partner add $x.card --class=advisor --name=fictional "$t" >out 2>&1 || { cat out; exit 1; }
	n $x partner address w.example 127.0.0.1 "$port" "$t" >/dev/null || exit 1
	n $x record witness add "$(n w record witness key)"
	n w record witness know "$(n $x node show --json | jq -r .key)"
	act $x one
	says 0 '' n $x exchange run "$t"
	says 0 'witnesses up to' n $x node show "$t"
	lacks ALARM n $x node show "$t"
	says 0 '"alarm":false' n $x record witness list --json
done
says 0 "up to $(entries a) of $(entries a)" n a node show "$t"
# nothing new is no mistake; something new is cosigned the next time
says 0 '' n a exchange run "$t"
act a two
says 0 '' n a exchange run "$t"
says 0 "up to $(entries a) of $(entries a)" n a node show "$t"
n a record export cosigned --cosigned "$t" >/dev/null && says 0 '1 cosignatures' "$RENKEI" verify cosigned --lang=en

# an older copy is put back, with all that belongs to it
cp -r a older
act a three
says 0 '' n a exchange run "$t"
says 1 'ALARM' n older exchange run "$t"
says 0 'ALARM, a witness has seen' n older node show "$t"
act older 'acts go on'
says 1 'SEEN MORE' n older record checkpoint
says 0 '"alarm":true' n older record witness list --json
# a second history, longer and then of the same size
cp -r a fork
act fork 'other'
act a 'mine'
says 0 '' n a exchange run "$t"
act fork 'other still'
says 1 'ALARM' n fork exchange run "$t"
says 0 'ALARM' n fork node show "$t"
cp -r b fork2
act fork2 'other'
act b 'mine'
says 0 '' n b exchange run "$t"
says 1 'ALARM' n fork2 exchange run "$t"
grep -q 'ALARM: a log has shown two histories' w.log || { echo 'the witness gives no alarm'; cat w.log; fails=$((fails + 1)); }
says 0 '"alarm":true' n w record witness list --json
[ "$(ls w/witness/*.alarm | wc -l)" = 1 ] || { echo 'no evidence kept'; fails=$((fails + 1)); }

# the witness is down: acts go on, after a day it is an alarm, and when it is back the record itself says so
kill $pid
wait $pid 2>/dev/null
act a 'without a witness'
before=$(entries a)
says 0 '' n a exchange run "$t"
says 0 'WARNING' n a node show "$(day 20 11:00)"
says 0 'ALARM, nobody has cosigned for more than a day' n a node show "$(day 21 11:00)"
serve w "$(day 21 11:00)"
n a partner address w.example 127.0.0.1 "$port" "$(day 21 11:00)" >/dev/null
says 0 '' n a exchange run "$(day 21 11:00)"
says 0 'witness.gap' n a record show --json
says 0 'more than a day' n a record show --lang=en
says 0 '' n a exchange run "$(day 21 11:02)"
lacks ALARM n a node show "$(day 21 11:02)"
[ "$(n a record show --json | grep -c witness.gap)" = 1 ] || { echo 'more than one gap'; fails=$((fails + 1)); }
# one witness of several is silent: the others carry the record, and people are told which one
n x2 node init --name=x2.example --exercise "$t" >/dev/null
n a record witness add "$(n x2 record witness key)"
says 0 '' n a exchange run "$(day 23 11:00)"
lacks ALARM n a node show "$(day 23 11:00)"
says 0 'of 2 witnesses 1 silent' n a node show "$(day 23 11:00)"
says 0 'silent for' n a record witness list --lang=en "$(day 23 11:00)"
says 0 '"witnesses_silent":1' n a node show --json "$(day 23 11:00)"
n a record witness remove x2.example/witness
lacks silent n a node show "$(day 23 11:00)"
# who is not known, or sends rubbish over the line, gets no cosignature and the witness stays up
says 0 'ready' sh -c "echo | openssl s_client -connect 127.0.0.1:$port -brief >/dev/null 2>&1; echo ready"
says 0 '' n a exchange run "$(day 21 11:04)"
kill $pid
wait $pid 2>/dev/null
for x in a w; do says 0 'holds' n $x record verify --lang=en; done
[ "$before" -gt 0 ] || fails=$((fails + 1))
finish
