# shellcheck shell=sh
# From the end of a retention period to the certificate; then nothing of the content is found in any file, copy or export.
. "$TESTS/cli/lib.sh"
r() { "$RENKEI" "$@" --store=n; }
hex() { printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n'; echo; }
export RENKEI_AS=op-3:handler TMPDIR="$PWD/tmp"
mkdir tmp
r node init --name=city.example >/dev/null || exit 1
for i in 1 2 3; do
	r case open --known-at=2026-11-20 "--title=marker-title-$i" org_type=private "summary=marker-summary-$i-$(printf '%0500d' $i)" >/dev/null || exit 1
done
case_id() { r case show "$1" --json 2>/dev/null | jq -r '.id // .case // .case_id' | head -n 1; }
id=$(case_id 2026-0001)
says 0 'marker-summary-1' r case show 2026-0001
r case show 2026-0001 >shown

# copies from before: the database with its side files, the keys that are wrapped, an export with sealed payloads
mkdir old
cp n/record.db* n/node.json old/ && cp n/keep/keys old/keys
says 0 'Exported' r record export before --lang=en
python3 "$TESTS/story/search_keys.py" keys n/keep "$id" >secret || { echo "no key of the case"; exit 1; }
sed -n '1p;$p' secret >raw
{ hex 'marker-title-1'; hex 'marker-summary-1-'; } >texts
# the search itself finds what is there: the wrapped key in the live file
python3 "$TESTS/story/search_keys.py" find secret n >/dev/null && { echo "the search is blind"; fails=$((fails + 1)); }
# sealed content was never in the clear anywhere
python3 "$TESTS/story/search_keys.py" find texts n old before tmp || fails=$((fails + 1))
for f in before/blobs/*; do
	od -An -v -tx1 -N 48 "$f" | tr -d ' \n'
	echo
done >ciphers

# who may, and when not
says 3 'not closed' r disposal propose 2026-0001 --lang=en
says 0 'On hold' r disposal hold 2026-0001 --code=dispute --lang=en --as=op-7:lead
says 3 'on hold' r disposal propose 2026-0001 --early=request.of.person --lang=en
says 0 'is lifted' r disposal release 2026-0001 --lang=en --as=op-7:lead
says 2 'no such hold' r disposal release 2026-0001 --lang=en --as=op-7:lead
says 2 'no such rule' r disposal propose 2026-0001 --early=x --rule=none --lang=en
says 0 'Proposed as' r disposal propose 2026-0001 --early=request.of.person --rule=own.request.0 --lang=en
p=$(r disposal list --json | jq -r .proposal)
says 4 'approval of another' r disposal carry-out "$p" --lang=en --as=op-7:lead
says 4 'approval of another' r disposal approve "$p" --lang=en --as=op-3:lead
says 4 'may not' r disposal approve "$p" --lang=en --as=op-8:handler
says 0 'Approved as' r disposal approve "$p" --lang=en --as=op-7:lead
r disposal hold 2026-0001 --as=op-9:auditor >/dev/null
says 3 'on hold' r disposal carry-out "$p" --lang=en --as=op-7:lead
r disposal release 2026-0001 --as=op-9:auditor >/dev/null
says 0 'Disposed of' r disposal carry-out "$p" --lang=en --as=op-7:lead
says 3 'already' r disposal carry-out "$p" --lang=en --as=op-7:lead

# nothing is left
python3 "$TESTS/story/search_keys.py" find raw n old before tmp || { echo "a key is still there"; fails=$((fails + 1)); }
python3 "$TESTS/story/search_keys.py" find secret n before tmp || { echo "a wrapped key is still there"; fails=$((fails + 1)); }
python3 "$TESTS/story/search_keys.py" find texts n old before tmp || { echo "text is there"; fails=$((fails + 1)); }
for f in before/blobs/*; do
	name=$(basename "$f")
	ct=$(printf '%s' "$name" | xxd -r -p | base64 | tr '+/' '-_' | tr -d '=')
	grep -q "\"case\":\"$id\".*$ct" before/entries.jsonl && od -An -v -tx1 -N 48 "$f" | tr -d ' \n' && echo
done >gone
[ -s gone ] || { echo "no ciphertext to look for"; fails=$((fails + 1)); }
python3 "$TESTS/story/search_keys.py" find gone n tmp || { echo "ciphertext is still in the store"; fails=$((fails + 1)); }
lacks 'marker' r case show 2026-0001
says 0 'marker-summary-2' r case show 2026-0002
says 0 'The record holds' r record verify
says 0 'shredded by' r record show --case="$id"
says 0 'Exported' r record export after --lang=en
says 0 'It holds' "$RENKEI" verify after
says 0 'it holds' python3 "$TESTS/story/verify_bundle.py" after

# an old copy of the keys does not open
cp -r n back && cp old/keys back/keep/keys
says 1 'epoch whose key was destroyed' "$RENKEI" case show 2026-0002 --store=back --lang=en
# an old copy of the database brings nothing back: it is older than what was signed
cp -r n back2 && rm -f back2/record.db* && cp old/record.db* back2/
says 1 'shorter' "$RENKEI" case show 2026-0001 --store=back2 --lang=en

# one person in a case alone: a key of its own, the others and the case stay
for who in p-1 p-2; do
	printf 'marker-file-of-%s' $who >file-$who
	says 0 "$who" r case evidence 2026-0003 file-$who --person=$who "--note=marker-note-of-$who" --lang=en
done
says 2 'not a name' r case evidence 2026-0003 file-p-1 --person=山田 --lang=en
says 2 'not a name' r case evidence 2026-0003 file-p-1 --person=a.b --lang=en
id3=$(case_id 2026-0003)
cp n/record.db* old/ && cp n/keep/keys old/keys2
python3 "$TESTS/story/search_keys.py" keys n/keep "$id3.p-1" >secret1 || { echo "no key of the person"; exit 1; }
sed -n '1p;$p' secret1 >raw1
seq=$(r case evidence 2026-0003 --json | jq -r 'select(.person == "p-1") | .seq')
says 0 '' r case evidence 2026-0003 saved --save="$seq" && cmp -s saved file-p-1 || { echo "the file came back otherwise"; fails=$((fails + 1)); }
says 0 '2 items' r record looks 2026-0003 --person=p-1 --extract --lang=en
lacks op-3 r record looks 2026-0003 --person=p-1 --extract --lang=en
rm -f saved file-p-*
says 0 'Proposed as' r disposal propose 2026-0003 --person=p-1 --early=request.of.person --rule=own.request.0 --lang=en
q=$(r disposal list --json | jq -r .proposal | sort -n | tail -n 1)
says 0 'Approved as' r disposal approve "$q" --lang=en --as=op-7:lead
says 0 'Disposed of' r disposal carry-out "$q" --lang=en --as=op-7:lead
python3 "$TESTS/story/search_keys.py" find raw1 n old before tmp || { echo "a key of the person is still there"; fails=$((fails + 1)); }
python3 "$TESTS/story/search_keys.py" find secret1 n tmp || { echo "a wrapped key of the person is still there"; fails=$((fails + 1)); }
{ hex 'marker-file-of-p-1'; hex 'marker-note-of-p-1'; } >texts1
python3 "$TESTS/story/search_keys.py" find texts1 n old tmp || { echo "text of the person is there"; fails=$((fails + 1)); }
lacks marker-note-of-p-1 r case evidence 2026-0003
says 0 'marker-note-of-p-2' r case evidence 2026-0003
says 0 'marker-summary-3' r case show 2026-0003
says 0 'The record holds' r record verify
says 2 'disposed of' r case evidence 2026-0003 saved --save="$seq" --lang=en

# the certificate: the same bytes each time
r disposal certificate "$p" one.pdf && sleep 1 && r disposal certificate "$p" two.pdf
cmp one.pdf two.pdf || fails=$((fails + 1))
if command -v pdftotext >/dev/null; then
	pdftotext -layout one.pdf one.txt
	for words in '廃棄したことを証明します' '2026-0001' 'op-3' 'op-7' '復元できない' "#$p"; do
		grep -q "$words" one.txt || { echo "the certificate lacks $words"; fails=$((fails + 1)); }
	done
fi

# the end of a period, on a node for exercises
x() { "$RENKEI" "$@" --store=x; }
"$RENKEI" node init --store=x --name=x.example --exercise --now=2026-11-20T08:00+09:00 >/dev/null 2>&1
x case open --known-at=2026-11-20 org_type=none_such --now=2026-11-20T09:00+09:00 >/dev/null 2>&1
x case open --known-at=2026-11-20 "--title=old" --now=2026-11-20T09:00+09:00 >/dev/null 2>&1
x case close 2026-0001 --as=op-7:lead --now=2026-12-20T09:00+09:00 >closed 2>&1 || { cat closed; fails=$((fails + 1)); }
says 0 'No case is due' x disposal due --lang=en --now=2032-03-31T09:00+09:00
says 0 '2026-0001' x disposal due --lang=en --now=2032-04-01T09:00+09:00
says 3 'has not ended' x disposal propose 2026-0001 --lang=en --now=2032-03-31T09:00+09:00
says 0 'Proposed as' x disposal propose 2026-0001 --lang=en --now=2032-04-01T09:00+09:00
finish
