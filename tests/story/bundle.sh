# shellcheck shell=sh
# What is exported holds for our own verification and for one that shares no code with it; whatever is changed, both see.
. "$TESTS/cli/lib.sh"
export RENKEI_AS=op-1:lead
"$RENKEI" node init --store=n --name=city-a.example >/dev/null || exit 1
open() { "$RENKEI" case open --store=n --known-at=2026-11-20 "--title=$1" org_type=private cause=ransomware "summary=$2" >/dev/null || exit 1; }
for i in 1 2 3 4 5 6 7; do open "case $i" "sealed text $i"; done
"$RENKEI" record show --store=n 2>/dev/null | wc -l >before
key=$("$RENKEI" node show --store=n --json | jq -r .key)
says 0 'Exported' "$RENKEI" record export all --store=n --lang=en
says 0 'Exported' "$RENKEI" record export tail --from=9 --store=n --lang=en
says 0 'Exported' "$RENKEI" record export one --case=2026-0003 --store=n --lang=en
says 0 'Exported' "$RENKEI" record export bare --bare --store=n --lang=en
says 3 'something of this name' "$RENKEI" record export all --store=n --lang=en
says 0 'export' "$RENKEI" record show --store=n --act=export
for d in all tail one bare; do
	says 0 'It holds' "$RENKEI" verify $d
	says 0 'It holds' "$RENKEI" verify $d "--key=$key"
	says 0 'it holds' python3 "$TESTS/story/verify_bundle.py" $d "$key"
done
says 0 '"good":true' "$RENKEI" verify all --json
grep -rl 'sealed text' all tail one bare && { echo 'sealed text in an export'; fails=$((fails + 1)); }
"$RENKEI" node init --store=m --name=city-a.example >/dev/null
other=$("$RENKEI" node show --store=m --json | jq -r .key)
says 1 'does not hold' "$RENKEI" verify all "--key=$other"
says 1 'does not hold' python3 "$TESTS/story/verify_bundle.py" all "$other"

# seen DIR WHAT: both say no
seen() {
	"$RENKEI" verify "$1" "--key=$key" >verdict 2>&1
	[ $? -eq 1 ] || { echo "not seen: $2 in $1: $(cat verdict)"; fails=$((fails + 1)); }
	python3 "$TESTS/story/verify_bundle.py" "$1" "$key" >verdict2 2>&1
	[ $? -eq 1 ] || { echo "not seen by the second reading: $2 in $1: $(cat verdict2)"; fails=$((fails + 1)); }
}
for d in all tail one; do
	for f in $(cd $d && find . -type f | sort | awk 'NR % 5 == 1 || !/blobs/'); do
		cp -r $d x
		size=$(wc -c <x/$f)
		[ "$size" -gt 0 ] || { rm -rf x; continue; }
		printf '\001' | dd of=x/$f bs=1 seek=$((size * 2 / 3)) conv=notrunc 2>/dev/null
		seen x "a byte of $f"
		rm -rf x
		cp -r $d x && rm x/$f
		seen x "$f missing"
		rm -rf x
	done
	cp -r $d x && touch x/more && seen x 'a file added' && rm -rf x
	cp -r $d x && sed -i 2d x/entries.jsonl && seen x 'an entry removed' && rm -rf x
	cp -r $d x && sed -i '2{h;d};3{G}' x/entries.jsonl && seen x 'two entries swapped' && rm -rf x
	cp -r $d x && sed -i '$p' x/entries.jsonl && seen x 'an entry twice' && rm -rf x
	cp -r $d x && sed -i '2s/"role":"lead"/"role":"head"/' x/entries.jsonl && seen x 'an entry changed' && rm -rf x
done
cp -r all x && sed -i '5s/"role":"[a-z]*"/"role":"head"/' x/entries.jsonl && says 1 'first at #4' "$RENKEI" verify x && rm -rf x
finish
