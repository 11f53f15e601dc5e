# shellcheck shell=sh
# Two nodes: one has its record cosigned by the other. Two histories and an older copy are found out; acts never wait.
. "$TESTS/cli/lib.sh"
export RENKEI_AS=op-1:lead
a() { "$RENKEI" "$@" --store=a; }
b() { "$RENKEI" "$@" --store=b; }
act() { "$RENKEI" case open --store="$1" --known-at=2026-11-20 "--title=$2" org_type=private >/dev/null || fails=$((fails + 1)); }
# round STORE: asks, answers, takes; a second time when the witness had another size; prints what `take` says
round() {
	once "$1" || return
	[ "$(head -n 1 answer)" != 409 ] || once "$1"
}
once() {
	"$RENKEI" record witness ask b.example/witness --store="$1" >request 2>&1 || { cat request; return 1; }
	b record witness sign request >answer 2>>alarms
	"$RENKEI" record witness take b.example/witness answer --store="$1" --lang=en 2>&1
}

a node init --name=a.example >/dev/null && b node init --name=b.example >/dev/null || exit 1
says 0 'none is set' a node show
b record witness know "$(a node show --json | jq -r .key)" || exit 1
a record witness add "$(b record witness key)" || exit 1
says 2 'other arguments' a record witness add --lang=en
says 2 'the action is one of' a record witness dance --lang=en
says 2 'not known here' a record witness ask c.example/witness --lang=en

# growth
for i in 1 2 3; do
	act a "one $i"
	says 0 '' round a
	[ "$(head -n 1 answer)" = 200 ] || { echo "round $i:"; cat answer; fails=$((fails + 1)); }
done
says 0 'witnesses up to' a node show
lacks ALARM a node show
says 0 '"alarm":false' b record witness list --json
# the same request again is answered with the size
b record witness sign request >again
[ "$(head -n 1 again)" = 409 ] || { echo "a stale request: $(cat again)"; fails=$((fails + 1)); }
says 0 'Exported' a record export cosigned --cosigned --lang=en && says 0 '1 cosignatures' "$RENKEI" verify cosigned
says 0 'it holds' python3 "$TESTS/story/verify_bundle.py" cosigned
# a log that is not known, one that has not signed, rubbish
"$RENKEI" node init --store=c --name=c.example >/dev/null
"$RENKEI" record witness add "$(b record witness key)" --store=c
says 4 'did not cosign' round c
[ "$(head -n 1 answer)" = 404 ] || { echo "unknown log: $(cat answer)"; fails=$((fails + 1)); }
# people see that it refuses, until it does not
says 0 'refuses to cosign (404)' "$RENKEI" record witness list --store=c --lang=en
says 0 '"refused":404' "$RENKEI" record witness list --store=c --json
says 0 '1 refusing' "$RENKEI" node show --store=c
sed 's/^\(. a.example[^ ]* ....\)./\1x/' request | sed 's/c\.example/a.example/g' >forged
b record witness sign forged >answer
[ "$(head -n 1 answer)" = 403 ] || { echo "forged: $(cat answer)"; fails=$((fails + 1)); }
echo rubbish >rubbish
b record witness sign rubbish >answer
[ "$(head -n 1 answer)" = 400 ] || { echo "rubbish: $(cat answer)"; fails=$((fails + 1)); }

# the log signs with another key: what its witness saw stays known
a record roll-key >/dev/null || exit 1
says 4 'did not cosign' round a
[ "$(head -n 1 answer)" = 403 ] || { echo "another key: $(cat answer)"; fails=$((fails + 1)); }
says 3 'renew' b record witness know "$(a node show --json | jq -r .key)"
b record witness renew "$(a node show --json | jq -r .key)" || exit 1
says 2 'not known here' b record witness renew "$("$RENKEI" node show --store=c --json | jq -r .key)" --lang=en
says 0 '' round a
[ "$(head -n 1 answer)" = 200 ] || { echo "renewed: $(cat answer)"; fails=$((fails + 1)); }
lacks refusing a node show
says 0 'Exported' a record export renewed --cosigned --lang=en && says 0 '1 cosignatures' "$RENKEI" verify renewed
says 0 'it holds' python3 "$TESTS/story/verify_bundle.py" renewed

# an older copy is put back, with everything that belongs to it
cp -r a older
act a 'later'
says 0 '' round a
says 1 'A WITNESS HAS SEEN MORE' round older
says 0 'ALARM, a witness has seen' "$RENKEI" node show --store=older
act older 'acts go on'
says 1 'A WITNESS HAS SEEN MORE' "$RENKEI" record checkpoint --store=older
says 0 'ALARM' "$RENKEI" record witness list --store=older --lang=en
rm -rf older

# a second history that is longer: no proof leads there
cp -r a fork
act fork 'other 1'
act a 'mine 1'
says 0 '' round a
act fork 'other 2'
act fork 'other 3'
says 1 'A WITNESS' round fork
rm -rf fork

# a second history of the same size: both signed, the witness keeps the proof and cosigns neither any more
cp -r a fork
act a 'mine 2'
act fork 'other 4'
says 0 '' round a
says 1 'A WITNESS' round fork
says 0 'ALARM' b record witness list --lang=en
grep -q 'ALARM: this log has shown two histories' alarms || { echo "no alarm"; fails=$((fails + 1)); }
[ "$(ls b/witness/*.alarm | wc -l)" = 1 ] || { echo "no evidence kept"; fails=$((fails + 1)); }
says 0 'ALARM, 1 logs have shown two histories' b node show
act a 'mine 3'
round a >/dev/null
[ "$(head -n 1 answer)" = 409 ] || { echo "cosigned a log that forked"; fails=$((fails + 1)); }
act a 'acts never wait for witnesses'
finish
