#!/bin/sh
# User seconds a gigabyte on the same files in one run: run.sh BUILD FILE... (logs, dense reports, prose; 50 MB and more each).
# Vectorscan needs libvectorscan-dev when the build is set up; ioc-extractor a folder with it in $IOC_EXTRACTOR.
set -eu
build=$1
shift
here=$(dirname "$0")
ninja -C "$build" bench/select/bench_select_parts >/dev/null
ninja -C "$build" bench/select/bench_select_vectorscan >/dev/null 2>&1 || true
for file; do
	size=$(stat -c %s "$file")
	best=
	for i in 1 2 3; do
		user=$( { /usr/bin/time -f '%U %M' "$build/renkei" select "$file" >/dev/null; } 2>&1 | tail -n 1)
		case $best in
		'') best=$user ;;
		*) best=$(printf '%s\n%s\n' "$best" "$user" | sort -n | head -n 1) ;;
		esac
	done
	echo "$best" | awk -v f="$file" -v s="$size" '{ printf "%s\trenkei select\t%.2f s/GB, %d KB\n", f, $1 * 1e9 / s, $2 }'
	"$build/bench/select/bench_select_parts" "$file"
	[ ! -x "$build/bench/select/bench_select_vectorscan" ] || "$build/bench/select/bench_select_vectorscan" "$file"
	[ -z "${IOC_EXTRACTOR:-}" ] || node "$here/ioc_extractor.mjs" "$IOC_EXTRACTOR" "$file" 1000000
done
