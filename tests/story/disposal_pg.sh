# shellcheck shell=sh
# The same search on PostgreSQL: tables, indexes, write-ahead log, temporary files and an older copy of the whole server are
# searched for texts and keys. The ciphertext of what was disposed of is gone from the tables; its key is gone everywhere.
. "$TESTS/cli/lib.sh"
r() { "$RENKEI" "$@" --store=n; }
hex() { printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n'; echo; }
find_in() { python3 "$TESTS/story/search_keys.py" find "$@"; }
server() { psql -qAt -h "$(dirname "$data")" -U renkei postgres -c "$1"; }
export RENKEI_AS=op-3:handler TMPDIR="$PWD/tmp"
mkdir tmp
data=$(printf '%s' "$RENKEI_PG" | sed 's/^host=\([^ ]*\).*/\1/')/data
r node init --name=city.example "--pg=$RENKEI_PG" >/dev/null || exit 1
for i in 1 2; do
	r case open --known-at=2026-11-20 "--title=marker-title-$i" org_type=private "summary=marker-summary-$i-$(printf '%0500d' $i)" >/dev/null || exit 1
done
id=$(r case show 2026-0001 --json 2>/dev/null | jq -r '.id // .case // .case_id' | head -n 1)
says 0 'marker-summary-1' r case show 2026-0001
r record export before >/dev/null
server CHECKPOINT
# copies from before: the server's files as a backup would have them, and the wrapped keys
cp -r "$data" old && mkdir oldkeep && cp n/keep/keys oldkeep/
python3 "$TESTS/story/search_keys.py" keys n/keep "$id" >secret || { echo 'no key of the case'; exit 1; }
sed -n '1p;$p' secret >raw
{ hex 'marker-title-1'; hex 'marker-summary-1-'; } >texts
find_in secret n >/dev/null && { echo 'the search is blind'; fails=$((fails + 1)); }
for f in before/blobs/*; do
	ct=$(basename "$f" | xxd -r -p | base64 | tr '+/' '-_' | tr -d '=')
	grep -q "\"case\":\"$id\".*$ct" before/entries.jsonl && od -An -v -tx1 -N 48 "$f" | tr -d ' \n' && echo
done >ciphers
[ -s ciphers ] || { echo 'no ciphertext to look for'; fails=$((fails + 1)); }
find_in ciphers "$data/base" >/dev/null && { echo 'the search of tables is blind'; fails=$((fails + 1)); }

r disposal propose 2026-0001 --early=request.of.person --rule=own.request.0 >/dev/null || fails=$((fails + 1))
p=$(r disposal list --json | jq -r .proposal)
r disposal approve "$p" --as=op-7:lead >/dev/null
says 0 'Disposed of' r disposal carry-out "$p" --lang=en --as=op-7:lead
server CHECKPOINT
find_in raw n old oldkeep before tmp "$data" || { echo 'a key is still there'; fails=$((fails + 1)); }
find_in secret n before tmp "$data" || { echo 'a wrapped key is still there'; fails=$((fails + 1)); }
find_in texts n old oldkeep before tmp "$data" || { echo 'text is there'; fails=$((fails + 1)); }
find_in ciphers "$data/base" || { echo 'ciphertext is still in a table'; fails=$((fails + 1)); }
lacks 'marker' r case show 2026-0001
says 0 'marker-summary-2' r case show 2026-0002
says 0 'The record holds' r record verify
finish
