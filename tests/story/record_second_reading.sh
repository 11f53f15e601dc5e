# shellcheck shell=sh
# What the record prints is read a second time by a program that shares no code with it.
"$RENKEI" node init --store=n --name=city-a.example >/dev/null || exit 1
"$WRITER" w --init && "$WRITER" w op-1 0 40 >/dev/null || exit 1
for node in n w; do
	"$RENKEI" record checkpoint --store=$node >checkpoint || exit 1
	"$RENKEI" record show --store=$node --json >entries || exit 1
	key=$("$RENKEI" node show --store=$node | awk '$1 == "key" { print $2 }')
	python3 "$TESTS/story/read_record.py" entries checkpoint "$key" || exit 1
	# one bit elsewhere must be seen by it as well
	sed '1s/"zone":"proc"/"zone":"send"/' entries >changed
	python3 "$TESTS/story/read_record.py" changed checkpoint "$key" 2>/dev/null && { echo "a changed entry was not seen"; exit 1; }
done
exit 0
