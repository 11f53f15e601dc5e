#!/bin/sh
# Measures the whole screening against mawk and, when its package is there, DuckDB: user CPU, one thread each.
# Usage: run.sh [COPIES]     40 is about 390 MB of log, 206 are 2 GB. JSON Lines and CP932 are made of 40 copies.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
renkei=${RENKEI:-$here/../../build/renkei}
copies=${1:-40}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# timed WHAT COMMAND...
timed() {
	what=$1
	shift
	/usr/bin/time -f "$what: %U s user, %S s system, %e s by the clock, %M KB" "$@"
}

duck() {
	if [ -d "$here/node_modules/@duckdb" ] || [ -n "${NODE_PATH:-}" ]; then node "$here/$1" "$2"; fi
}

large() {
	python3 "$here/gen_large.py" "$dir/$1" "$dir/$2" "$3"
	cat "$dir/$2"/* >/dev/null
}

python3 "$here/gen_log.py" "$dir/small" --seed=77 --difficulty=3
large small utf-8 "$copies"
cat "$dir/utf-8"/oplog* | wc -lc
for workers in 1 2; do
	timed "whole screening, $workers worker(s)" "$renkei" screen --data "$dir/utf-8" --workers "$workers" --out "$dir/list$workers"
done
cmp "$dir/list1" "$dir/list2"
timed "count per user, all fields found" "$renkei" screen count --data "$dir/utf-8" --out "$dir/count"
timed "mawk, count per user" mawk -F, '{ n[$4]++ } END { for (k in n) c++; print c, "users" }' "$dir"/utf-8/oplog*
duck duck.mjs "$dir/utf-8"

[ "$copies" -le 40 ] || rm -rf "$dir/utf-8"
for form in csv:cp932 jsonl:utf-8 csv:utf-8; do
	python3 "$here/../../tests/cli/screen_forms.py" "$dir/small" "$dir/small-$form" "${form%:*}" "${form#*:}"
	gzip "$dir/small-$form"/oplog*
	large "small-$form" "$form" 40
	timed "$form, count per user" "$renkei" screen count --data "$dir/$form" --out "$dir/count"
	timed "$form, whole screening" "$renkei" screen --data "$dir/$form" --workers 1 --out "$dir/list-$form"
	[ "$form" != jsonl:utf-8 ] || duck duck_json.mjs "$dir/$form"
	cmp "$dir/list-csv:cp932" "$dir/list-$form"
	rm -rf "${dir:?}/$form"
done
