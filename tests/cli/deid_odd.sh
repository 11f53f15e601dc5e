# shellcheck shell=sh
# Tables that nobody would make, and tables of counts, against programs that share nothing with ours.
. "$TESTS/cli/lib.sh"
python3 "$TESTS/deid/odd.py" "$RENKEI" 0 1 2 3 4 5 6 7 11 103 || fails=$((fails + 1))
python3 "$TESTS/deid/counts.py" "$RENKEI" || fails=$((fails + 1))
finish
