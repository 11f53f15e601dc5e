#!/bin/sh
# A case from opening to closing: good calls, wrong calls, --json, past moments, and bad input that leaves nothing behind.
. "$TESTS/cli/lib.sh"
export RENKEI_STORE="$PWD/node" RENKEI_AS=op-7:lead
now=--now=2026-11-20T12:00+09:00
case_() { "$RENKEI" "$@" $now; }

says 0 'EXERCISE city' "$RENKEI" node init --name=city.example --exercise --now=2026-11-20T08:00+09:00
says 0 '事案 2026-0001 を開きました' case_ case open '--known-at=令和8年11月20日 9時30分' --title=試験 \
	org_type=private cause=ransomware leak=suspected 'persons=約4200人' 'summary=山田太郎の件'
says 0 '約4,200' case_ case show 2026-0001
says 0 '山田太郎の件' case_ case show 2026-0001
says 0 '（封印' env -u RENKEI_AS "$RENKEI" case show 2026-0001 $now
says 0 '（封印' env RENKEI_AS=op-9:閲覧者 "$RENKEI" case show 2026-0001 $now
says 0 'about 4,200' case_ case show 2026-0001 --lang=en
says 0 '"schema":"renkei.case/1"' case_ case show 2026-0001 --json
says 0 '2026-0001' case_ case list
says 0 '"schema":"renkei.case.row/1"' case_ case list --json
says 0 '"2026-0001","open","2026-11-20 09:30"' case_ case list --csv
case_ case show 2026-0001 --json 2>/dev/null | jq -e '.facts[] | select(.path == "persons") | .value == 4200 and .exact == "about"' >/dev/null ||
	{ echo 'the count lost its state'; fails=$((fails + 1)); }

# a past moment: a day means its end
says 0 '事実 1 件' "$RENKEI" case state 2026-0001 persons=9000 --now=2026-11-21T09:00+09:00
says 0 '9,000' "$RENKEI" case show 2026-0001 --now=2026-11-22T09:00+09:00
says 0 '約4,200' "$RENKEI" case show 2026-0001 --as-of=2026-11-20 --now=2026-11-22T09:00+09:00
says 0 'まだ知っていませんでした' "$RENKEI" case show 2026-0001 --as-of=2026-11-19 --now=2026-11-22T09:00+09:00
says 0 '事実 1 件' "$RENKEI" case state 2026-0001 persons:=9100 --reason=誤記 --now=2026-11-21T10:00+09:00
says 0 'の訂正）' "$RENKEI" case show 2026-0001 --history --now=2026-11-22T09:00+09:00

# the moment of knowing is corrected with a reason, never later than the opening; deadlines follow, past moments stand
later=--now=2026-11-22T09:00+09:00
says 2 '--known-at' "$RENKEI" case open known_at=2026-11-20 $later
says 0 '生じた' "$RENKEI" case open --known-at='2026-11-19 10:00' listed=false org_type=private leak=confirmed sensitive=true handles_data=true \
	has_personal_data=true pseudonymized=false recovered_unviewed=false encryption=none data_state=held delegated_to=- cause=ransomware processor_role=none \
	contactable=true key_compromised=false $later
says 2 '理由' "$RENKEI" case state 2026-0002 known_at=2026-11-16 $later
says 2 '空けておけません' "$RENKEI" case state 2026-0002 known_at='?' --reason=x $later
says 2 '後にする' "$RENKEI" case state 2026-0002 known_at='2026-11-22 10:00' --reason=x $later
says 0 '決め手：知った時点' "$RENKEI" case state 2026-0002 'known_at=令和８年１１月１６日 午後３時' --reason=日付の誤記 $later
says 0 '知った時：    令和8年11月16日 15:00' "$RENKEI" case show 2026-0002 $later
says 0 '"target_by":"2026-11-20"' "$RENKEI" duty list 2026-0002 --json $later
says 0 '令和8年11月19日 10:00' "$RENKEI" case show 2026-0002 --as-of=2026-11-21 $later
says 0 '"target_by":"2026-11-23"' "$RENKEI" duty list 2026-0002 --as-of=2026-11-21 --json $later
says 0 '2026-11-16 15:00' "$RENKEI" case list $later
says 0 '11月21日（土）' "$RENKEI" case state 2026-0002 known_at:=2026-11-17 --reason=訂正 $later
says 0 '2026-11-17' "$RENKEI" case list --csv $later

# the timeline
later=--now=2026-11-22T09:00+09:00
says 0 '検知' "$RENKEI" case timeline 2026-0001 --add=検知 '--at=2026-11-20 09:00' --kind=detection $later
says 0 '"kind":"detection"' "$RENKEI" case timeline 2026-0001 --json $later

# wrong calls and bad input: a clear message, and not one entry more
entries() { "$RENKEI" node show --json 2>/dev/null | jq .entries; }
before=$(entries)
says 2 'その事案はありません' "$RENKEI" case state 2026-9999 persons=1 $later
says 2 '事実はありません：presons' "$RENKEI" case state 2026-0001 presons=1 $later
says 2 '負の数' "$RENKEI" case state 2026-0001 persons=-1 $later
says 2 '元号' "$RENKEI" case state 2026-0001 occurred_on=令和元年4月30日 $later
says 2 '日付は存在しません' "$RENKEI" case state 2026-0001 occurred_on=2026-02-30 $later
says 2 '未来' "$RENKEI" case state 2026-0001 persons=1 --known-at=2026-11-23 $later
says 2 '未来' "$RENKEI" case open --known-at=2026-11-23 $later
says 2 '未来' "$RENKEI" case state 2026-0001 --facts=/dev/stdin $later <<'J'
{"facts":{"sensitive":{"value":true,"known_at":"2027-01-01"},"persons":7}}
J
says 2 'UTF-8' "$RENKEI" case state 2026-0001 "org_name=$(printf 'a\377')" $later
says 2 '選択肢' "$RENKEI" case state 2026-0001 cause=無い $later
says 2 'PATH=VALUE' "$RENKEI" case state 2026-0001 persons --lang=en $later
says 2 'stated twice' "$RENKEI" case state 2026-0001 persons=1 subjects_count=2 --lang=en $later
says 2 '訂正する元' "$RENKEI" case state 2026-0001 org_name:=x $later
says 2 'ID:役割' env -u RENKEI_AS "$RENKEI" case state 2026-0001 persons=1 $later
says 2 'その役割はありません' env RENKEI_AS=op-1:king "$RENKEI" case state 2026-0001 persons=1 $later
says 2 'その役割はありません' env RENKEI_AS=op-1:system "$RENKEI" case state 2026-0001 persons=1 $later
says 4 '' env RENKEI_AS=op-9:reader "$RENKEI" case state 2026-0001 persons=1 $later
says 2 'missing' "$RENKEI" case state
says 2 'ja' "$RENKEI" case list --lang=fr
printf '{"facts":' >cut.json
says 2 'JSON' "$RENKEI" case state 2026-0001 --facts=cut.json $later
printf '{"facts":{"persons":1,"persons":2}}' >twice.json
says 2 'JSON' "$RENKEI" case state 2026-0001 --facts=twice.json $later
{ printf '{"facts":{"persons":5,"summary":"'; head -c 10000000 /dev/zero | tr '\0' a; printf '"}}'; } >long.json
says 2 '上限' "$RENKEI" case state 2026-0001 --facts=long.json $later
[ "$(entries)" = "$before" ] || { echo 'bad input left something behind'; fails=$((fails + 1)); }

says 2 '：sure' "$RENKEI" case state 2026-0001 persons=1 --sure=maybe $later
says 2 '：precision' "$RENKEI" case timeline 2026-0001 --add=x --precision=maybe $later
says 2 '当てはまらないときは -' "$RENKEI" case state 2026-0001 delegated_to= $later
says 0 'ランサムウェア' "$RENKEI" case list $later
says 0 '事案 c-' "$RENKEI" record show --case=2026-0001 --lang=ja
says 2 'その事案はありません' "$RENKEI" record show --case=2026-9999 --lang=ja

# the largest possible number stands on the paper, also when it is said to be a bound
says 0 '事実 1 件' "$RENKEI" case state 2026-0002 persons_max=9000人以下 $later
says 0 '漏えい等報告書' "$RENKEI" report draft 2026-0002 --form=PV $later
says 0 '最大：約9,000人' "$RENKEI" report show 2026-0002/1 $later

# a report into an agency's own blank, and the copy for the NCO with what was reserved left out
B=$TESTS/forms/blank
says 0 '漏えい等報告書' "$RENKEI" report draft 2026-0001 --form=PV $later
says 2 '--map' "$RENKEI" report print 2026-0001/1 --blank="$B/blank.xlsx" $later
says 0 'filled.xlsx' "$RENKEI" report print 2026-0001/1 --blank="$B/blank.xlsx" --map="$B/cells.yaml" --filled=filled.xlsx $later
[ "$(head -c 2 filled.xlsx)" = PK ] || { echo 'the blank was not filled'; fails=$((fails + 1)); }
says 0 'nco.json' "$RENKEI" report print 2026-0001/1 --for-nco --out=nco.json $later
says 0 '事実 1 件' "$RENKEI" case state 2026-0001 nco_share_optout=true $later
says 0 '漏えい等報告書' "$RENKEI" report draft 2026-0001 --form=PV $later
says 4 '共有することを希望していません' "$RENKEI" report print 2026-0001/2 --for-nco --out=never.json $later
[ ! -e never.json ] || { echo 'reserved, yet written'; fails=$((fails + 1)); }

# closing: not while something that must be done is open
says 0 '生じた' "$RENKEI" case state 2026-0001 listed=true material_to_investors=true $later
says 3 '残っています' "$RENKEI" case close 2026-0001 --reason=終わり $later
says 0 '済みと記録' "$RENKEI" duty done 2026-0001 TSE402 --how=publication $later
says 0 '終結しました' "$RENKEI" case close 2026-0001 --reason=終わり $later
says 0 '終結しました' sh -c '"$RENKEI" case open --known-at=2026-11-22 persons=1 --now=2026-11-22T09:00+09:00 >/dev/null 2>&1 &&
	"$RENKEI" case close 2026-0003 --reason=誤り --now=2026-11-22T09:00+09:00'
says 3 '終結しています' "$RENKEI" case state 2026-0003 persons=2 $later
says 0 '2026-0003' "$RENKEI" case list --closed $later
says 0 '再び開きました' "$RENKEI" case reopen 2026-0003 $later
says 0 'The record holds' "$RENKEI" record verify
finish
