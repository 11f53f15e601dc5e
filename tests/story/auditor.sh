# shellcheck shell=sh
# An auditor gets the keys of some cases in an export and opens their content, here and by a program that shares no code with us; never
# what was shredded, what lies outside, or what belongs to accounts. The record says who got which keys.
. "$TESTS/cli/lib.sh"
export RENKEI_AS=op-1:lead
second() { says 0 "$1" python3 "$TESTS/story/verify_bundle.py" "$2" "$key" "$3" "$4"; }
"$RENKEI" node init --store=n --name=city-a.example >/dev/null || exit 1
for i in 1 2 3; do
	"$RENKEI" case open --store=n --known-at=2026-11-20 "--title=case $i" org_type=private "summary=sealed text $i" >/dev/null || exit 1
done
head -c 1300000 /dev/urandom >big.bin
printf 'about one person' >small.txt
"$RENKEI" case evidence 2026-0001 big.bin --store=n >/dev/null || exit 1
"$RENKEI" case evidence 2026-0001 small.txt --person=p-1 --store=n >/dev/null || exit 1
"$RENKEI" record show --store=n --json | grep -q '"alg":"xc20s"' || { echo 'a large file is no stream'; fails=$((fails + 1)); }
key=$("$RENKEI" node show --store=n --json | jq -r .key)
# the auditor's own machine
"$RENKEI" record auditor-key audit.key --name=ppc-audit >audit.pub || exit 1
"$RENKEI" record auditor-key other.key --name=other >other.pub
[ "$(stat -c '%a %s' audit.key)" = '600 32' ] || { echo 'the private key is readable, or no key'; fails=$((fails + 1)); }
says 3 '' "$RENKEI" record auditor-key audit.key --name=again
says 2 'public key of an auditor' "$RENKEI" record export x --case=2026-0001 --auditor=nonsense --store=n --lang=en
says 2 'for which cases' "$RENKEI" record export x "--auditor=$(cat audit.pub)" --store=n --lang=en
says 2 'exclude' "$RENKEI" record export x --bare --case=2026-0001 "--auditor=$(cat audit.pub)" --store=n --lang=en
says 4 '' "$RENKEI" record export x --case=2026-0001 "--auditor=$(cat audit.pub)" --store=n --as=op-9:handler
[ -e x ] && { echo 'a refused export left something'; fails=$((fails + 1)); }
says 2 'no such case' "$RENKEI" record export x --open=2026-0009 "--auditor=$(cat audit.pub)" --store=n --lang=en

# one case with the people in it
says 0 'Keys for the auditor ppc-audit: 2' "$RENKEI" record export one --case=2026-0001 "--auditor=$(cat audit.pub)" --store=n --lang=en
says 0 'Opened with your key' "$RENKEI" verify one "--key=$key" --open=audit.key --contents=c1
mkdir c2
second 'it holds; opened' one audit.key c2
diff -r c1 c2 || { echo 'the two readings differ'; fails=$((fails + 1)); }
grep -qr 'sealed text 1' c1 || { echo 'the content is not there'; fails=$((fails + 1)); }
found=0
for f in c1/*; do cmp -s "$f" big.bin && found=$((found + 1)); cmp -s "$f" small.txt && found=$((found + 1)); done
[ $found = 2 ] || { echo "the files are not what was sealed: $found"; fails=$((fails + 1)); }
[ "$(stat -c %a c1)" = 700 ] || { echo 'the contents are readable'; fails=$((fails + 1)); }
# nobody else, and not without a key
says 1 'not for you' "$RENKEI" verify one "--key=$key" --open=other.key
says 1 'does not hold' python3 "$TESTS/story/verify_bundle.py" one "$key" other.key
says 0 'It holds' "$RENKEI" verify one "--key=$key"
grep -r 'sealed text' one && { echo 'clear text in a bundle'; fails=$((fails + 1)); }
# on record, in both languages, and for the case
says 0 'to the auditor ppc-audit, who can read' "$RENKEI" record show --store=n --act=export.keys
says 0 '監査人 ppc-audit に渡しました' "$RENKEI" record show --store=n --act=export.keys --lang=ja
case_id=$("$RENKEI" record show --store=n --act=export.keys --json 2>/dev/null | jq -r '.entry.case')
says 0 "k-$case_id.p-1" "$RENKEI" record show --store=n --case="$case_id" --act=export.keys

# a range: the cases that were named, and nothing of the others or of the node's own
says 0 'Keys for the auditor ppc-audit: 1' "$RENKEI" record export all --open=2026-0002 "--auditor=$(cat audit.pub)" --store=n --lang=en
"$RENKEI" verify all "--key=$key" --open=audit.key --contents=c3 >/dev/null || fails=$((fails + 1))
grep -qr 'sealed text 2' c3 || { echo 'the case that was named is not there'; fails=$((fails + 1)); }
grep -rE 'sealed text [13]' c3 && { echo 'more than was named'; fails=$((fails + 1)); }
second 'it holds; opened' all audit.key
says 0 'Keys for the auditor ppc-audit: 1' "$RENKEI" record export person --open=2026-0001.p-1 "--auditor=$(cat audit.pub)" --store=n --lang=en
"$RENKEI" verify person "--key=$key" --open=audit.key --contents=c4 >/dev/null || fails=$((fails + 1))
grep -qr 'about one person' c4 && ! grep -qr 'sealed text' c4 || { echo 'one person is not one person'; fails=$((fails + 1)); }

# who looked: an auditor with the keys looks without our seeing it
says 0 'keys.given  auditor ppc-audit' "$RENKEI" record looks 2026-0001 --store=n --lang=en
says 0 'ppc-audit' "$RENKEI" record looks 2026-0001 --person=p-1 --extract --store=n --lang=en

# what is shredded is handed to nobody
"$RENKEI" disposal propose 2026-0001 --person=p-1 --early=request.of.person --rule=own.request.0 --store=n >/dev/null || fails=$((fails + 1))
p=$("$RENKEI" disposal list --store=n --json | jq -r .proposal)
"$RENKEI" disposal approve "$p" --store=n --as=op-2:lead >/dev/null || fails=$((fails + 1))
"$RENKEI" disposal carry-out "$p" --store=n >/dev/null || fails=$((fails + 1))
"$RENKEI" disposal certificate "$p" paper.pdf --store=n >/dev/null && pdftotext paper.pdf - | grep -q 'ppc-audit' || { echo 'the certificate does not name the auditor'; fails=$((fails + 1)); }
says 0 'Keys for the auditor ppc-audit: 1' "$RENKEI" record export after --case=2026-0001 "--auditor=$(cat audit.pub)" --store=n --lang=en
says 0 '"shredded":2' "$RENKEI" verify after "--key=$key" --open=audit.key --contents=c5 --json
grep -r 'about one person' c5 && { echo 'shredded content came with a bundle'; fails=$((fails + 1)); }
grep -q '"erased":[0-9]*,"key":"k-'"$case_id"'.p-1"' after/keys.jsonl || { echo 'the list does not say what was destroyed'; fails=$((fails + 1)); }
mkdir c6
second 'it holds; opened' after audit.key c6
diff -r c5 c6 || { echo 'the two readings differ'; fails=$((fails + 1)); }

# a key of the list in the place of another one, and a changed one
cp -r one x
python3 - x/keys.jsonl <<'P'
import json, sys
lines = [json.loads(l) for l in open(sys.argv[1])]
a, b = [l for l in lines if "ct" in l][:2]
a["ct"], b["ct"], a["enc"], b["enc"] = b["ct"], a["ct"], b["enc"], a["enc"]
open(sys.argv[1], "w").writelines(json.dumps(l, sort_keys=True, separators=(",", ":")) + "\n" for l in lines)
P
(cd x && sed -i '/keys.jsonl$/d' MANIFEST && sha256sum keys.jsonl >>MANIFEST)
says 1 'not for you' "$RENKEI" verify x "--key=$key" --open=audit.key
says 1 'does not hold' python3 "$TESTS/story/verify_bundle.py" x "$key" audit.key
says 0 'holds' "$RENKEI" record verify --store=n --lang=en
finish
