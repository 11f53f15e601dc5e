#!/bin/sh
# A bad line is refused with its number, the fact and the reason; the others are answered; the exit code is 2.
set -eu
: "${RENKEI:?}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
good='{"id":"good","facts":{"leak":"confirmed"},"known_at":"2026-05-08T09:00+09:00","title":"unknown members are ignored"}'

# bad LINE MESSAGE: LINE stands between two good ones
bad() {
	{ printf '%s\n' "$good"; printf "$1"; printf '\n%s\n' "$good"; } >"$work/in"
	status=0
	"$RENKEI" assess ${3:-} "$work/in" >"$work/out" 2>"$work/err" || status=$?
	lines=$(wc -l <"$work/out")
	if [ "$status" != 2 ] || [ "$lines" != 2 ] || ! grep -q "in:2" "$work/err" || ! grep -q -- "$2" "$work/err"; then
		printf '%s: exit %s, %s lines, stderr: ' "$(printf "$1" | cut -c1-80)" "$status" "$lines"
		cat "$work/err"
		failed=1
	fi
}

at='"known_at":"2026-05-08T09:00+09:00"'
bad '{"id":"x"' 'not valid JSON'
bad '[]' 'a case is an object'
bad '{"facts":{},'"$at"'}' 'id must be a text'
bad '{"id":"x",'"$at"'}' 'facts must be an object: facts'
bad '{"id":"x","facts":[],'"$at"'}' 'facts must be an object: facts'
bad '{"id":"x","facts":{}}' 'known_at'
bad '{"id":"x","facts":{},"known_at":20260508}' 'known_at'
bad '{"id":"x","facts":{},"known_at":"2026-02-30T09:00+09:00"}' 'there is no such day: known_at'
bad '{"id":"x","facts":{},"known_at":"2026-05-08T25:00+09:00"}' 'no such time of day: known_at'
bad '{"id":"x","facts":{},"known_at":"2026-05-08"}' 'not a time'
bad '{"id":"x","facts":{},"known_at":"2026-05-08T09:00"}' 'not a time'
bad '{"id":"x","facts":{},"known_at":"2199-01-01T09:00+09:00"}' 'lies in the future: known_at'
bad '{"id":"x","facts":{},"known_at":"2199-01-01T09:00+09:00"}' 'lies in the future: known_at' --assume-defaults
bad '{"id":"x","facts":{},"known_at":"2026-06-01T09:00+09:00"}' 'after the time asked about' --as-of=2026-05-31
bad '{"id":"x","facts":{"presons":3},'"$at"'}' 'there is no such fact: presons'
bad '{"id":"x","facts":{"persons":-1},'"$at"'}' 'below zero: persons'
bad '{"id":"x","facts":{"persons":1.5},'"$at"'}' 'whole number was expected: persons'
bad '{"id":"x","facts":{"persons":"3"},'"$at"'}' 'whole number was expected: persons'
bad '{"id":"x","facts":{"persons":90071992547409930},'"$at"'}' 'whole number was expected: persons'
bad '{"id":"x","facts":{"sensitive":"yes"},'"$at"'}' 'true or false was expected: sensitive'
bad '{"id":"x","facts":{"sensitive":1},'"$at"'}' 'true or false was expected: sensitive'
bad '{"id":"x","facts":{"leak":"perhaps"},'"$at"'}' 'words that this fact may be: leak'
bad '{"id":"x","facts":{"leak":true},'"$at"'}' 'text was expected: leak'
bad '{"id":"x","facts":{"occurred_on":"2026-02-30"},'"$at"'}' 'no such day: occurred_on'
bad '{"id":"x","facts":{"occurred_on":"令和元年4月30日"},'"$at"'}' 'does not belong to that era: occurred_on'
bad '{"id":"x","facts":{"occurred_on":"soon"},'"$at"'}' 'not a date'
bad '{"id":"x","facts":{"count_known_at":"2026-05-09"},'"$at"'}' 'not a time'
bad '{"id":"x","facts":{"delegated_to":"the FSA"},'"$at"'}' 'code of an agency: delegated_to'
bad '{"id":"x","facts":{"leak":"none","leak":"confirmed"},'"$at"'}' 'stands twice'
bad '{"id":"x","facts":{"leak":"\377"},'"$at"'}' 'not valid UTF-8'
bad '{"id":"x\\u0000","facts":{},'"$at"'}' 'NUL'
bad '{"id":"x","facts":{},'"$at"'}garbage' 'something follows'

# a line of 10 MB is passed over in constant memory
{ printf '%s\n{"id":"' "$good"; head -c 10000000 /dev/zero | tr '\0' a; printf '","facts":{},%s}\n%s\n' "$at" "$good"; } >"$work/in"
status=0
"$RENKEI" assess "$work/in" >"$work/out" 2>"$work/err" || status=$?
if [ "$status" != 2 ] || [ "$(wc -l <"$work/out")" != 2 ] || ! grep -q 'in:2: the line is longer' "$work/err"; then
	echo "10 MB line: exit $status"
	cat "$work/err"
	failed=1
fi

# the last line needs no end; empty lines are nothing; CR LF is a blank
printf '\n%s\r\n\n%s' "$good" "$good" | "$RENKEI" assess - >"$work/out"
[ "$(wc -l <"$work/out")" = 2 ] || { echo "line ends"; failed=1; }
printf '' | "$RENKEI" assess >"$work/out"
[ ! -s "$work/out" ] || { echo "empty input"; failed=1; }

# what may lie ahead: up to the end of next year where defaults are assumed, nothing otherwise, and never behind --as-of
ahead='{"id":"x","facts":{},"known_at":"2026-12-03T09:00+09:00"}'
printf '%s\n' "$ahead" | "$RENKEI" assess --assume-defaults --now=2026-11-21T09:00+09:00 - >"$work/out" || failed=1
! printf '%s\n' "$ahead" | "$RENKEI" assess --now=2026-11-21T09:00+09:00 - >"$work/out" 2>&1 || failed=1
printf '%s\n' "$ahead" | "$RENKEI" assess --now=2026-11-21T09:00+09:00 --as-of=2026-12-31 - >"$work/out" || failed=1

# the same bytes every time
"$RENKEI" assess --assume-defaults "$(dirname "$0")/../law/cases.jsonl" >"$work/a"
"$RENKEI" assess --assume-defaults --json - <"$(dirname "$0")/../law/cases.jsonl" >"$work/b"
cmp "$work/a" "$work/b" || failed=1
exit $failed
