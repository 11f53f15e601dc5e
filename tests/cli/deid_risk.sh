# shellcheck shell=sh
# Who is recognised from little knowledge, and what each k costs; against plain counts.
. "$TESTS/cli/lib.sh"
python3 "$TESTS/deid/special.py" "$RENKEI" || fails=$((fails + 1))
printf 'a,b\n1,2\n' >t.csv
says 2 "the header has no such column: z" "$RENKEI" deid risk t.csv --columns=a,z
says 2 "missing or has a value it cannot take: k" "$RENKEI" deid frontier --data=. --qi=a --k=
says 2 "outside the allowed range" "$RENKEI" deid risk t.csv --columns=a,b --most=9
finish
