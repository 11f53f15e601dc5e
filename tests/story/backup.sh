# shellcheck shell=sh
# A backup while others write; a lost database comes back; what was shredded in between does not. The key is replaced.
. "$TESTS/cli/lib.sh"
export RENKEI_AS=op-3:handler
r() { "$RENKEI" "$@" --store=n; }
act() { r case open --known-at=2026-11-20 "--title=$1" org_type=private "summary=marker $1" >/dev/null || fails=$((fails + 1)); }
r node init --name=city.example >/dev/null || exit 1
for i in 1 2 3; do act "before $i"; done
(for i in 4 5 6 7 8 9; do act "meanwhile $i"; done) &
says 0 'Copied and checked' r backup one
wait
says 3 'already' r backup one
find one -name 'kek*' -o -name 'keys' -o -name '*.key' | grep . && { echo 'a key is in the backup'; fails=$((fails + 1)); }
grep -rl 'marker' one && { echo 'sealed text in the backup'; fails=$((fails + 1)); }

# the key is replaced: old signatures hold, new ones as well
says 0 'another key' r record roll-key
says 0 'The record holds' r record verify
says 0 'Hashes and signatures hold' r record verify --hashes
act after
says 0 'key.roll' r record show --act=key.roll --json
says 0 'Exported' r record export e --lang=en
says 0 'It holds' "$RENKEI" verify e "--key=$(r node show --json | jq -r .key)"

# hashes in two parts, as after an interruption
says 3 'not through' r record verify --resume=state --stop-after=5
says 0 'Hashes and signatures hold' r record verify --resume=state
[ -e state ] && { echo 'the state was left'; fails=$((fails + 1)); }
echo rubbish >state
says 2 'begin anew' r record verify --resume=state

# everything signed is in the backup: the same record goes on
says 0 'Copied' r backup full
says 3 'move it away' r restore full
rm n/record.db*
cp -r full bad && printf x >>bad/record.db
says 1 'list of files' r restore bad
says 0 'goes on as city.example/renkei/record/1.' r restore full
says 0 'The record holds' r record verify
says 0 'marker before 2' r case show 2026-0002
says 0 'restored' r record show --act=import

# a case is shredded, then the database is lost, and the backup is older
r disposal propose 2026-0001 --early=request.of.person --rule=own.request.0 >/dev/null || exit 1
p=$(r disposal list --json | jq -r .proposal)
r disposal approve "$p" --as=op-7:lead >/dev/null && r disposal carry-out "$p" --as=op-7:lead >/dev/null || exit 1
act 'lost with the disk'
mkdir away && mv n/record.db* away/
says 1 'older than what was signed' r restore full
[ -e n/record.db ] && { echo 'a database that cannot go on was left'; fails=$((fails + 1)); }
says 0 'goes on as city.example/renkei/record/2.' r restore full --new-origin
says 0 'The record holds' r record verify
lacks 'marker' r case show 2026-0001
says 0 'marker before 2' r case show 2026-0002
says 0 'shredded by' r record show --act=case.open
act 'and on'
says 0 'The record holds' r record verify
r record rebuild >/dev/null
says 0 'The record holds' r record verify
says 0 'Exported' r record export e2 --lang=en
says 0 'it holds' python3 "$TESTS/story/verify_bundle.py" e2
rm -r n/keep n/record.db*
says 2 'keeper' r restore full --new-origin
finish
