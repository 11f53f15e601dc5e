#!/bin/sh
# run.sh RENKEI ADULT-DIR [ROWS …]: CPU seconds, memory and loss of the releases that the readme speaks of.
set -eu
renkei=$1 adult=$2 make=$(dirname "$1")/bench/deid/gen_residents
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
one() {
	name=$1
	shift
	/usr/bin/time -f '%U %S %M' -o "$work/time" "$renkei" deid run "$@" --k=5 --out="$work/o.csv" --report="$work/r.json"
	read -r user sys memory <"$work/time"
	loss=$(sed 's/.*"utility":{"loss":\([0-9.e-]*\).*/\1/' "$work/r.json")
	printf '%-28s %7.2f s %6d MB  loss %.6f\n' "$name" "$(echo "$user + $sys" | bc)" $((memory / 1024)) "$loss"
}
nine=sex,age,race,marital-status,education,native-country,workclass,occupation,salary-class
one "adult local" --data="$adult" --qi=$nine
one "adult sets" --data="$adult" --qi=$nine --labels=sets
for p in 0 2 4; do one "adult global $p %" --data="$adult" --qi=$nine --recoding=global --suppress=$p; done
for rows in "$@"; do
	"$make" "$rows" 1 "$work/r"
	one "residents $rows local" --data="$work/r" --sensitive=disease \
		--qi=birth,sex,postal,muni,nationality,occupation,household,income
done
