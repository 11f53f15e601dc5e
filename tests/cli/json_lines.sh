#!/bin/sh
# With --json every line on standard output is an object that names its schema, also of verbs that are seldom read by programs.
. "$TESTS/cli/lib.sh"
export RENKEI_STORE="$PWD/node" RENKEI_AS=op-7:lead
now=--now=2026-11-20T12:00+09:00

# lines COUNT COMMAND …: at least so many lines, each with a schema
lines() {
	least=$1
	shift
	"$RENKEI" "$@" --json $now >lines.out 2>lines.err
	if ! jq -se "length >= $least and all(.[]; type == \"object\" and (.schema | startswith(\"renkei.\")))" lines.out >/dev/null 2>&1; then
		echo "no lines of JSON: $*"
		head -n 3 lines.out lines.err
		fails=$((fails + 1))
	fi
}

says 0 '' "$RENKEI" node init --name=city.example --exercise --now=2026-11-20T08:00+09:00
says 0 '' "$RENKEI" exchange init --class=reporter --out=own.card $now
says 0 '' "$RENKEI" node init --store="$PWD/other" --name=ppc.example --exercise --now=2026-11-20T08:00+09:00
says 0 '' "$RENKEI" exchange init --store="$PWD/other" --class=regulator --agency=PPC --out=ppc.card $now
says 0 '' "$RENKEI" partner add ppc.card --class=regulator --agency=PPC $now

lines 1 case open --title=試験 cause=ransomware leak=suspected persons=5000
lines 1 case state 2026-0001 sensitive=?
lines 1 case show 2026-0001
lines 1 case list
lines 1 case timeline 2026-0001 --add=検知
lines 1 duty list 2026-0001
lines 1 duty done 2026-0001 POLICE
lines 1 report draft 2026-0001 --form=PV
lines 1 report list 2026-0001
lines 1 partner list
lines 1 partner show ppc.example
lines 1 reserve add 2026-0001 optout --to=NCO
lines 1 reserve list 2026-0001
lines 1 thread open report ppc.example form=PV course=x --case=2026-0001
lines 1 thread drafts
draft=$("$RENKEI" thread drafts --json $now 2>/dev/null | jq -r .draft)
lines 1 thread preview "$draft"
lines 1 thread send "$draft" --as=op-2:chief
thread=$("$RENKEI" thread list --json $now 2>/dev/null | jq -r .thread)
lines 1 thread show "$thread"
"$RENKEI" thread show "$thread" --json $now 2>/dev/null | jq -e '.steps[0].step == "open" and .sent[0].state == "wait"' >/dev/null ||
	{ echo 'thread show --json has no steps'; fails=$((fails + 1)); }
lines 0 thread inbox "$thread"
lines 0 thread documents "$thread"
lines 1 exchange status
lines 1 room judge 2026-0001 --grounds=小規模
lines 3 room show 2026-0001
lines 1 memo draft ppc.example advice
lines 1 memo list
lines 1 disposal hold 2026-0001
lines 1 disposal release 2026-0001
lines 1 record show
lines 1 record looks 2026-0001
lines 1 node show

# what is not known yet is no "no"; a kind that is not there is a wrong call
says 2 '土台となる条件がまだ決まりません' "$RENKEI" room judge 2026-0001 --social --grounds=x $now
says 2 'その種類のやりとりはありません' "$RENKEI" memo draft ppc.example advise $now
says 2 'no such kind' "$RENKEI" thread kinds advise
says 0 'opened by  regulator' "$RENKEI" thread kinds advice
says 0 '監督機関' "$RENKEI" partner list $now
says 2 '：from' "$RENKEI" memo draft ppc.example advice --from=never $now

# whoever lost the file with both signatures takes theirs again
"$RENKEI" memo draft ppc.example advice --out=one.memo $now 2>/dev/null
says 0 '' "$RENKEI" partner add own.card --store="$PWD/other" --class=reporter $now
says 0 '' "$RENKEI" memo take one.memo --store="$PWD/other" --out=both.memo $now
rm both.memo
says 0 '' "$RENKEI" memo take one.memo --store="$PWD/other" --out=both.memo $now
says 0 'm-' "$RENKEI" memo take both.memo $now
says 0 '覚書 amber' "$RENKEI" memo check ppc.example advice $now
finish
