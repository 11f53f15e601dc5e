#!/bin/sh
# Measures the whole screening against mawk and, when its package is there, DuckDB. Usage: run.sh [COPIES] (40 is about 390 MB)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
renkei=${RENKEI:-$here/../../build/renkei}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 "$here/gen_log.py" "$dir/small" --seed=77 --difficulty=3
python3 "$here/gen_large.py" "$dir/small" "$dir/large" "${1:-40}"
cat "$dir"/large/* >/dev/null
wc -lc "$dir"/large/oplog* | tail -n 1
for workers in 1 2; do
	/usr/bin/time -f "whole screening, $workers worker(s): %U s user, %S s system, %e s, %M KB" \
		"$renkei" screen --data "$dir/large" --workers "$workers" --out "$dir/list$workers"
done
cmp "$dir/list1" "$dir/list2"
/usr/bin/time -f "count per user: %U s user, %S s system, %M KB" "$renkei" screen count --data "$dir/large" --out "$dir/count"
/usr/bin/time -f "mawk, count per user: %U s user" mawk -F, '{ n[$4]++ } END { for (k in n) c++; print c, "users" }' "$dir"/large/oplog*
if [ -d "$here/node_modules/@duckdb" ] || [ -n "${NODE_PATH:-}" ]; then node "$here/duck.mjs" "$dir/large"; fi
