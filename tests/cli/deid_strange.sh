# shellcheck shell=sh
# The same table in every form that files come in, k from 2 to 50; and what must be refused with its place.
. "$TESTS/cli/lib.sh"
python3 "$TESTS/deid/strange.py" "$RENKEI" 1 2 7 15 || fails=$((fails + 1))
finish
