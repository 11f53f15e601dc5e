# shellcheck shell=sh
# A backup that is older than the record, and an export that goes further: together they give the record back, under its own name, with
# nothing that was shredded. An export that is not of this record, not whole, or was changed, fills nothing.
. "$TESTS/cli/lib.sh"
export RENKEI_AS=op-3:handler
r() { "$RENKEI" "$@" --store=n; }
act() { r case open --known-at=2026-11-20 "--title=$1" org_type=private "summary=marker $1" >/dev/null || fails=$((fails + 1)); }
lose() { rm -f n/record.db*; }
r node init --name=city.example >/dev/null || exit 1
for i in 1 2 3; do act "before $i"; done
says 0 'Copied' r backup full
had=$(r node show --json | jq .entries)
# after the backup: cases, a large file, a case of before is shredded, and one that came and went
act 'after 4'
head -c 1200000 /dev/urandom >big.bin
r case evidence 2026-0004 big.bin >/dev/null || fails=$((fails + 1))
act 'came and went 5'
for case in 2026-0001 2026-0005; do
	r disposal propose "$case" --early=request.of.person --rule=own.request.0 >/dev/null || fails=$((fails + 1))
	p=$(r disposal list --json | jq -r .proposal | sort -n | tail -n 1)
	r disposal approve "$p" --as=op-7:lead >/dev/null && r disposal carry-out "$p" --as=op-7:lead >/dev/null || fails=$((fails + 1))
done
says 0 'Exported' r record export early --lang=en
act 'after 6'
says 0 'Exported' r record export tail --from=$((had - 2)) --lang=en
says 0 'Exported' r record export late --from=$((had + 2)) --lang=en
says 0 'Exported' r record export one --case=2026-0004 --lang=en
says 0 'Exported' r record export bare --bare --lang=en
says 0 'Exported' r record export all --lang=en
entries=$(r node show --json | jq .entries)
r record show >sentences 2>/dev/null
cp -r n whole

lose
says 1 'older than what was signed' r restore full
says 2 'missing' r restore full --fill=late
says 2 'single entries' r restore full --fill=one
says 2 'single entries' r restore full --fill=bare
says 1 'older than what was signed' r restore full --fill=early
cp -r all x && sed -i '$s/"role":"[a-z]*"/"role":"head"/' x/entries.jsonl
says 1 'changed' r restore full --fill=x
"$RENKEI" node init --store=m --name=other.example >/dev/null && "$RENKEI" record export other --store=m >/dev/null
says 1 '' r restore full --fill=other
# another history under this name: a key of its own, so nobody of ours signed it
"$RENKEI" node init --store=o --name=city.example >/dev/null && "$RENKEI" record export fork --store=o >/dev/null
says 1 '' r restore full --fill=fork
[ -e n/record.db ] && { echo 'a database that cannot go on was left'; fails=$((fails + 1)); }

says 0 "$((entries - had)) of them came from the export" r restore full --fill=all
says 0 '"lost":0' r record show --act=import --json
says 0 'city.example/renkei/record/1' r node show
says 0 'The record holds' r record verify --lang=en
says 0 '"filled":'"$((entries - had))" r record show --act=import --json
r record show 2>/dev/null | head -n "$entries" >again
cmp sentences again || { echo 'the entries are not the same'; fails=$((fails + 1)); }
says 0 'marker after 4' r case show 2026-0004
says 0 'marker after 6' r case show 2026-0006
lacks 'marker' r case show 2026-0001
lacks 'marker' r case show 2026-0005
r record rebuild >/dev/null
says 0 'The record holds' r record verify --lang=en
act 'and on'
# no ciphertext of what is shredded is left: what the tables hold is what the export has, and the one new case
python3 - n/record.db all <<'P' || fails=$((fails + 1))
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
held = {bytes(r[0]).hex() for r in db.execute("SELECT ct FROM blob WHERE data IS NOT NULL")}
there = set(os.listdir(os.path.join(sys.argv[2], "blobs")))
new = len(held - there)
sys.exit(0 if there <= held and 0 < new <= 4 else f"other payloads than the export has: {len(there - held)} missing, {new} more")
P

# from the tail alone, which begins inside of the backup
rm -r n && cp -r whole n && lose
says 0 'came from the export' r restore full --fill=tail --new-origin
says 0 'The record holds' r record verify --lang=en
# an export that does not reach the end: what it has is not lost, the rest is, and the record says so under its next name
rm -r n && cp -r whole n && lose
says 0 'goes on as city.example/renkei/record/2' r restore full --fill=early --new-origin
says 0 'The record holds' r record verify --lang=en
says 0 'marker after 4' r case show 2026-0004
lacks 'marker after 6' r case show 2026-0006
lacks 'marker' r case show 2026-0001
act 'and on'
says 0 'The record holds' r record verify --lang=en
finish
