#!/bin/sh
# floors.sh must find what it is there for: each bad include below, alone in a small tree, makes it fail.
set -u
floors=$(cd "$(dirname "$0")" && pwd)/floors.sh
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0

tree() {   # file, include, wanted exit, what the rule is
	rm -rf "$tmp/src"
	mkdir -p "$tmp/src/$(dirname "$1")"
	printf '#include "%s"\n' "$2" >"$tmp/src/$1"
	"$floors" "$tmp" >/dev/null
	[ $? -eq "$3" ] || { echo "not as it should be: $4"; bad=1; }
}

tree core/law/law.c base/json.h 0 "down is allowed"
tree door/cli/main.c engine/deid/deid.h 0 "far down is allowed"
tree work/duty/duty.c work/case/case.h 0 "the front header of a neighbour is allowed"
tree base/json.c core/law/law.h 1 "upwards"
tree engine/deid/deid.c core/store/store.h 1 "upwards from an engine"
tree engine/deid/deid.c engine/select/select.h 1 "from one engine to another"
tree work/duty/duty.c work/case/case_sql.h 1 "into the inside of a neighbour"
tree work/duty/duty.c ../case/case.h 1 "relative path"
exit "$bad"
