#!/bin/sh
# Every command has a manual page made from its own table, and mandoc finds nothing wrong with any of them.
set -u
mandoc=$1 renkei=$2 folder=$3
shift 3
bad=0
for noun in $("$renkei" --help | awk '$1 == "renkei" { print $2 }' | sort -u); do
	case " $* " in
	*" $noun "*) ;;
	*) echo "no manual page for: renkei $noun"; bad=1 ;;
	esac
done
for noun in "$@"; do
	out=$("$renkei" help "$noun" --man="$folder/$noun.mdoc" | "$mandoc" -T lint -W warning 2>&1) || true
	out=$(printf '%s\n' "$out" | grep -v 'referenced manual not found' | grep -v '^$')
	[ -z "$out" ] || { printf 'renkei-%s(1): %s\n' "$noun" "$out"; bad=1; }
done
"$mandoc" -T lint -W warning "$folder/renkei.1" | grep -v 'referenced manual not found' && bad=1
exit "$bad"
