#!/bin/sh
# The floors: base 0, engine 1, core 2, work 3, door 4. An include goes down, or stays in its own folder, or names the
# front header of a neighbour on the same floor (folder/folder.h), or what lies in the floor itself (door/app.h). engine includes base only, and engines not each other.
set -u
cd "${1:-$(dirname "$0")/..}" || exit 2
list=$(grep -rnoE '^#include "[^"]+"' src --include='*.c' --include='*.h' | sed 's/#include "//; s/"$//')
printf '%s\n' "$list" | awk -F: '
function floor(p,  a) { split(p, a, "/"); return a[1] in level ? level[a[1]] : -1 }
BEGIN { level["base"] = 0; level["engine"] = 1; level["core"] = 2; level["work"] = 3; level["door"] = 4 }
{
	from = substr($1, 5); to = $3
	f = floor(from); t = floor(to)
	if (t < 0) { print $1 ":" $2 ": write the path from src/: " to; bad = 1; next }
	if (t > f) { print $1 ":" $2 ": include upwards: " to; bad = 1; next }
	if (t < f || f == 0) next
	split(from, a, "/"); split(to, b, "/")
	if (a[2] == b[2] || b[2] ~ /[.]h$/) next
	if (f == 1) { print $1 ":" $2 ": engines do not know each other: " to; bad = 1; next }
	if (b[3] != b[2] ".h") { print $1 ":" $2 ": into the inside of a neighbour: " to; bad = 1 }
}
END { exit bad }'
