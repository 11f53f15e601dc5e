#!/bin/sh
# The worked example, played whole: its key lines are those of the public record of 2023 (deadlines counted with the day of
# knowing as day 1: preliminary to be aimed at by 9 June, final by 3 August, filed on day 45), and both records verify.
. "$TESTS/cli/lib.sh"
"$TESTS/../examples/shalom-2023/play.sh" "$PWD/play" >out.txt || { tail -n 3 play/stderr.txt; exit 1; }

# on DAY SIDE: the lines that show what one side owed that day
on() { awk -v head="======== $1 の時点の義務：$2 ========" '$0 == head { on = 1; next } /^======== / { on = 0 } on' out.txt; }
# has DAY SIDE WORDS
has() {
	on "$1" "$2" | grep -qF -- "$3" || { echo "$1 $2: no \"$3\""; fails=$((fails + 1)); }
}
not() {
	! on "$1" "$2" | grep -qF -- "$3" || { echo "$1 $2: \"$3\" should not be there"; fails=$((fails + 1)); }
}
# row DAY SIDE WORDS DUTY: the words stand on the line of the duty
row() {
	on "$1" "$2" | grep -F "[$4]" | grep -qF -- "$3" || { echo "$1 $2 $4: no \"$3\""; fails=$((fails + 1)); }
}

row 2023-06-05 委託先 '目標日まであと4日（6月9日（金））' APPI26.PRE
row 2023-06-05 委託先 'あと59日（期限 8月3日（木））' APPI26.FIN
row 2023-06-05 委託先 '速やかに' APPI26.PERSON
row 2023-06-05 委託先 '東京証券取引所' TSE402
has 2023-06-05 委託先 '1日目'
has 2023-06-05 みどり事務所 'まだ知っていませんでした'
has 2023-06-08 委託先 '4日目'
row 2023-06-08 委託先 '6月8日（木）に済み' APPI26.PRE
row 2023-06-08 委託先 '6月6日（火）に済み' POLICE
row 2023-06-08 委託先 'あと56日（期限 8月3日（木））' APPI26.FIN
row 2023-06-08 みどり事務所 '目標日まであと2日（6月10日（土））' APPI26.PRE
row 2023-06-30 委託先 'あと34日（期限 8月3日（木））' APPI26.FIN
row 2023-06-30 委託先 '目標日を21日過ぎ' APPI26.PRINCIPAL
row 2023-06-30 みどり事務所 '6月20日（火）に済み' APPI26.PERSON
row 2023-06-30 みどり事務所 'あと35日（期限 8月4日（金））' APPI26.FIN
has 2023-07-19 委託先 '45日目'
row 2023-07-19 委託先 '7月19日（水）に済み' APPI26.FIN
row 2023-07-19 みどり事務所 'あと16日（期限 8月4日（金））' APPI26.FIN
# law that was not there yet in 2023
for day in 2023-06-05 2023-07-19; do
	not $day 委託先 'FORM.RANSOM'
	not $day 委託先 '様式2'
	not $day 委託先 'ACD5'
done
[ "$(grep -c '^The record holds' out.txt)" -eq 2 ] || { echo 'records do not hold'; fails=$((fails + 1)); }
for f in processor-1-police processor-2-notice-to-principal processor-3-ppc-preliminary processor-4-ppc-final \
	office-1-ppc-preliminary office-2-notice-to-persons; do
	[ "$(head -c 5 "play/pdf/$f.pdf")" = '%PDF-' ] || { echo "no $f.pdf"; fails=$((fails + 1)); }
done
# rebuilt from the record the tables are the same
says 0 '' env RENKEI_STORE="$PWD/play/processor" "$RENKEI" record rebuild --now=2023-07-20T09:00+09:00
says 0 'The record holds' env RENKEI_STORE="$PWD/play/processor" "$RENKEI" record verify --now=2023-07-20T09:00+09:00
finish
