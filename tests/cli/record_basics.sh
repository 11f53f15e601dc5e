# shellcheck shell=sh
# A node is made, its record read and checked; what must not be is refused with a message.
. "$TESTS/cli/lib.sh"

says 2 "say which node" env -u RENKEI_STORE "$RENKEI" record verify
says 2 "there is no node here" "$RENKEI" record verify --store=none
says 2 "not a name for a node" "$RENKEI" node init --store=n --name="City A"
says 2 "a node needs a name" "$RENKEI" node init --store=n
says 4 "exercises only" "$RENKEI" node init --store=n --name=city-a.example --now=2023-06-05T09:00+09:00
says 0 "city-a.example" "$RENKEI" node init --store=n --name=city-a.example
says 3 "a node here already" "$RENKEI" node init --store=n --name=city-a.example
lacks "EXERCISE" "$RENKEI" node show --store=n
says 4 "exercises only" "$RENKEI" record checkpoint --store=n --now=2023-06-05T09:00+09:00
says 0 "The record holds: 1 entries" "$RENKEI" record verify --store=n
says 0 '"good":true' "$RENKEI" record verify --store=n --json
says 0 "記録は正しいです" "$RENKEI" record verify --store=n --lang=ja
says 0 "記録 city-a.example/renkei/record/1 を開始しました" "$RENKEI" record show --store=n --lang=ja
says 0 '"schema":"renkei.record.entry/1"' "$RENKEI" record show 0 --store=n --json
says 2 "no such entry" "$RENKEI" record show 7 --store=n
says 0 "city-a.example/renkei/record/1" "$RENKEI" record checkpoint --store=n
says 0 "rebuilt from 1 entries" "$RENKEI" record rebuild --store=n

# a proof for somebody who has only the public key
"$RENKEI" record prove 0 --store=n >proof && "$RENKEI" record prove 0 --entry --store=n >entry
key=$("$RENKEI" node show --store=n | awk '$1 == "key" { print $2 }')
says 0 "stands in the record at #0" "$RENKEI" record verify-proof proof entry --key="$key"
sed 's/proc/send/' entry >other
says 1 "the proof does not show" "$RENKEI" record verify-proof proof other --key="$key"
says 2 "not a proof" "$RENKEI" record verify-proof entry entry --key="$key"
says 2 "no such entry" "$RENKEI" record prove 5 --store=n

says 0 "#0" "$RENKEI" record show --store=n --since=2026-01-01 --until=2126-01-01
[ -z "$("$RENKEI" record show --store=n --until=2020-01-01)" ] || { echo "an entry after the time asked for"; fails=1; }

# keys are for the node alone
[ "$(stat -c %a n/sign/record.key n/keep/kek-1 n/keep/keys n/record.db n/node.json | sort -u)" = 600 ] || { echo "a key is readable"; fails=1; }

# an exercise says so everywhere
says 0 "EXERCISE" "$RENKEI" node init --store=x --name=city-b.example --exercise --now=2023-06-05T09:00+09:00
says 0 "[EXERCISE] #0 2023-06-05T09:00:00+09:00" "$RENKEI" record show --store=x
says 0 '"exercise":true' "$RENKEI" node show --store=x --json
says 0 '"exercise":true' "$RENKEI" record verify --store=x --json

# a clock that leaps ahead ten years and comes back: each step back is an act, and the record holds
for at in 2023-06-05T10:00:00 2033-06-05T10:00:00 2023-06-05T10:05:00 2023-06-05T10:04:59.500 2023-06-05T10:04:00; do
	"$RENKEI" case open --store=x --known-at=2023-06-05 --title=clock org_type=private --as=op-1:lead --now=$at+09:00 >/dev/null 2>&1 || { echo "no act at $at"; fails=1; }
done
[ "$("$RENKEI" record show --store=x --act=clock.step --json 2>/dev/null | wc -l)" = 2 ] || { echo "steps of the clock"; fails=1; }
says 0 "The record holds" "$RENKEI" record verify --store=x
says 0 "Hashes and signatures hold" "$RENKEI" record verify --store=x --hashes

# a database cut short, an empty one, another file
cp -r n cut
truncate -s 5000 cut/record.db
says 1 "damaged or cut short" "$RENKEI" record verify --store=cut
truncate -s 0 cut/record.db
says 1 "damaged or cut short" "$RENKEI" record checkpoint --store=cut
echo "not a database" >cut/record.db
says 1 "damaged or cut short" "$RENKEI" record show --store=cut
finish
