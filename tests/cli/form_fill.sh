# Filled forms compared with what was reviewed: the text of the PDF, the cells of the workbook, the JSON.
# BLESS=1 writes the expected files anew; look at the difference before committing it.
. "$TESTS/cli/lib.sh"
command -v pdftotext >/dev/null && command -v python3 >/dev/null || exit 77
T=$TESTS/forms
fill() {
	"$RENKEI" form fill --values="$T/town.json" --at=2026-11-21T09:30+09:00 --document=みさき教情第123号 "$@" 2>missing.txt
}
# like NAME FILE: FILE is what stands in tests/forms/expected/NAME
like() {
	if [ "${BLESS:-}" ]; then
		cp "$2" "$T/expected/$1"
	elif ! cmp -s "$2" "$T/expected/$1"; then
		echo "$1 differs"
		diff "$T/expected/$1" "$2" | head -n 10
		fails=$((fails + 1))
	fi
}

for f in PV PB MN PN RW DD OT IU IV PO JP PM SN SM PU; do
	case $f in
	SN) to="葛󠄀城　惠子" ;;
	PU | SM) to= ;;
	*) to=個人情報保護委員会 ;;
	esac
	fill --form=$f --to="$to" --procedure=appi68,police --pdf=a.pdf --xlsx=a.xlsx --json >a.json
	[ $? -le 1 ] || { echo "$f: not filled"; fails=$((fails + 1)); }
	pdftotext -raw a.pdf a.txt
	python3 "$T/cells.py" a.xlsx >a.cells || fails=$((fails + 1))
	like $f.txt a.txt
	like $f.missing missing.txt
	case $f in
	PB | SN) like $f.cells a.cells ;;
	esac
	case $f in
	PV) like $f.json a.json ;;
	esac
	# certainty stands on the screen only
	grep -q '"certainty":"[ABC]"' a.json || { echo "$f: no certainty in JSON"; fails=$((fails + 1)); }
	# every paper says which definition filled it
	grep -q "^$f 20.*版\|^$f .*版" a.txt || { echo "$f: no version on paper"; fails=$((fails + 1)); }
	pdfinfo a.pdf | grep -q "^Tagged: *yes" || { echo "$f: not tagged"; fails=$((fails + 1)); }
	if pdffonts a.pdf | tail -n +3 | grep -v "yes yes yes"; then
		echo "$f: a font is not embedded as a subset"
		fails=$((fails + 1))
	fi
	case $f in
	PB | RW | SN) ;;
	*) continue ;;
	esac
	# another process, the same bytes
	fill --form=$f --to="$to" --procedure=appi68,police --pdf=b.pdf --xlsx=b.xlsx --json >b.json
	for x in pdf xlsx json; do
		cmp a.$x b.$x || fails=$((fails + 1))
	done
	if command -v qpdf >/dev/null; then
		says 0 "No syntax or stream encoding errors" qpdf --check a.pdf
	fi
done

# names come back from paper with their code points: 髙 﨑 𠮷 and 葛 with its variation selector
fill --form=RW --to=x --pdf=a.pdf
pdftotext -raw a.pdf - | grep -qF "髙橋" || { echo "lost 髙"; fails=$((fails + 1)); }
fill --form=PB --to=x --pdf=a.pdf
pdftotext -raw a.pdf a.txt
for name in "葛󠄀城" "𠮷田" "﨑子"; do
	grep -qF "$name" a.txt || { echo "lost a name"; fails=$((fails + 1)); }
done

# an exercise is marked on every page
fill --form=PB --exercise --pdf=a.pdf
pages=$(pdfinfo a.pdf | sed -n 's/^Pages: *//p')
marks=$(pdftotext -raw a.pdf - | grep -c "訓練（実際の事案ではありません）")
[ "$pages" -eq "$marks" ] || { echo "$marks marks on $pages pages"; fails=$((fails + 1)); }

# a long text runs over pages and loses nothing
python3 - "$T/town.json" <<'PY' >long.json
import json, sys
v = json.load(open(sys.argv[1], encoding="utf-8"))
v["discovery_story"] = "".join(f"第{i:04d}文：ＶＰＮ機器の記録を調べ、「確認」した。" for i in range(1500))
print(json.dumps(v, ensure_ascii=False))
PY
"$RENKEI" form fill --form=PV --values=long.json --at=2026-11-21T09:30+09:00 --pdf=a.pdf 2>/dev/null
[ "$(pdftotext -raw a.pdf - | tr -d '\f' | grep -vE '^(キ 事実経過（発覚の経緯）|（続き）|PV 2026.*)$' | tr -d '\n' | grep -o '第[0-9]\{4\}文' | sort -u | wc -l)" -eq 1500 ] || {
	echo "lost sentences of a long text"
	fails=$((fails + 1))
}
# kinsoku: no line of it begins with what may not begin a line
if pdftotext -raw a.pdf - | grep -E "^[、。」）ー]"; then
	echo "a line begins with what may not begin a line"
	fails=$((fails + 1))
fi

# 続報: the changes stand at the end
sed 's/"value": 12480/"value": 13021/' "$T/town.json" >later.json
"$RENKEI" form fill --form=PB --values=later.json --before="$T/town.json" --kind=follow-up --previous=2026-11-21T09:30+09:00 \
	--receipt=R8-77 --at=2026-11-28T10:00+09:00 --pdf=a.pdf --json >a.json 2>/dev/null
pdftotext -raw a.pdf - | grep -q "前回の報告からの変更点" || fails=$((fails + 1))
[ "$(jq -c '[.changes[].code]' a.json)" = '["PV-34"]' ] || { echo "changes: $(jq -c .changes a.json)"; fails=$((fails + 1)); }

# files are written whole or not at all
mkdir dir && chmod 500 dir
if [ "$(id -u)" -ne 0 ]; then
	says 3 "could not" "$RENKEI" form fill --form=PV --values="$T/town.json" --pdf=dir/a.pdf
fi
says 2 "" "$RENKEI" form fill --form=PV --values="$T/town.json" --at=2026-11-21T09:30+09:00 --pdf=no/such/folder/a.pdf
[ -z "$(ls dir)" ] || fails=$((fails + 1))

# facts of the law are not asked for again
echo '{}' >empty.json
echo '{"cause":"ransomware","persons":1200}' >facts.json
"$RENKEI" form fill --form=PV --values=empty.json --facts=facts.json --at=2026-11-21T09:30+09:00 --json 2>/dev/null >a.json
[ "$(jq -r '[.sheets[].sections[].fields[] | select(.code=="PV-41")][0].text' a.json)" = 不正アクセス ] || fails=$((fails + 1))

# what may be shared with the NCO
fill --form=RW --to=x --procedure=appi68 --for-nco --json >a.json
[ "$(jq '.sheets | length' a.json)" -eq 1 ] || fails=$((fails + 1))

# an agency's own blank
says 1 "PV-73" "$RENKEI" form fill --form=pv --values="$T/town.json" --at=2026-11-21T09:30+09:00 --blank="$T/blank/blank.xlsx" \
	--map="$T/blank/cells.yaml" --out=filled.xlsx
python3 "$T/cells.py" filled.xlsx >a.cells
like blank.cells a.cells

# nothing is written when one of the documents cannot be made
python3 - "$T/town.json" <<'PY' >long.json
import json, sys
v = json.load(open(sys.argv[1], encoding="utf-8"))
v["timeline"] = [{"at": "2026-11-17", "what": "長い。" * 20000}]
print(json.dumps(v, ensure_ascii=False))
PY
says 2 "too long for a cell of a workbook: PV-28" "$RENKEI" form fill --form=pv --values=long.json --at=2026-11-21T09:30+09:00 \
	--xlsx=never.xlsx --blank="$T/blank/blank.xlsx" --map="$T/blank/cells.yaml" --out=never2.xlsx
[ ! -e never.xlsx ] && [ ! -e never2.xlsx ] || { echo "written by halves"; fails=$((fails + 1)); }

# wrong calls and wrong values
says 2 "--form and --values" "$RENKEI" form fill
says 2 "there is no such form" "$RENKEI" form fill --form=QQ --values="$T/town.json"
says 2 "no version of the form is in force" "$RENKEI" form fill --form=OT --values="$T/town.json" --on=2026-01-01
says 2 "--blank, --map and --out" "$RENKEI" form fill --form=PV --values="$T/town.json" --out=never.json
# an agency may be named by its code, a time as people write it
fill --form=PV --to=PPC --at='令和８年１１月２１日 午前９時３０分' --pdf=code.pdf
pdftotext -layout code.pdf - | grep -q '個人情報保護委員会 *殿' || { echo 'the code stands on the paper'; fails=$((fails + 1)); }
says 2 "--map and --out" "$RENKEI" form fill --form=PV --values="$T/town.json" --blank="$T/blank/blank.xlsx"
says 2 "preliminary, follow-up or final" "$RENKEI" form fill --form=PV --values="$T/town.json" --kind=x
echo '{"subjects_count":-5}' >bad.json
says 2 "subjects_count" "$RENKEI" form fill --form=PV --values=bad.json
echo '{"山田":1}' >bad.json
lacks "山田" "$RENKEI" form fill --form=PV --values=bad.json
printf '{"summary":"\377"}' >bad.json
says 2 "not valid UTF-8" "$RENKEI" form fill --form=PV --values=bad.json
finish
