#!/bin/sh
# Accounts on the command line: first start, invitation, roles, deputies, tokens, review; nothing secret in arguments or files.
. "$TESTS/cli/lib.sh"
export RENKEI_STORE="$PWD/node"
now=--now=2026-11-21T09:00+09:00
p() { "$RENKEI" people "$@" $now; }
code_of() { sed -n 's/.*"code":"\([^"]*\)".*/\1/p'; }
account_of() { sed -n 's/.*"account":"\([^"]*\)".*/\1/p'; }

says 0 'EXERCISE city' "$RENKEI" node init --name=city.example --exercise --now=2026-11-21T08:00+09:00
p begin --json >begin 2>/dev/null
admin=$(account_of <begin) code=$(code_of <begin)
[ -n "$admin" ] && [ -n "$code" ] || { echo 'begin'; fails=$((fails + 1)); }
says 3 'すでに使われて' p begin
says 4 '利用できません' p list --as="$admin:admin"
join() { printf '%s\n' "$@" | p join; }
says 4 '招待コード' join AAAA-BBBB-CCCC-DDDD 'kumo to takenoko 7' 'kumo to takenoko 7'
says 2 '12文字以上' join "$code" short short
says 2 '同じではありません' join "$code" 'kumo to takenoko 7' 'kumo to takenoko 8'
says 0 'パスワードを登録' join "$(printf %s "$code" | tr 'A-Z' 'a-z')" 'kumo to takenoko 7' 'kumo to takenoko 7'
says 4 '招待コード' join "$code" 'kumo to takenoko 7' 'kumo to takenoko 7'
export RENKEI_AS="$admin:admin"

says 0 '部署を登録' p section zeimu 税務課
says 0 '税務課' p section
p add '山田 一郎' --login=yamada.i --role=保護責任者 --section=zeimu --json >yamada 2>/dev/null
yamada=$(account_of <yamada)
says 0 'パスワードを登録' join "$(code_of <yamada)" 'hashi no shita de' 'hashi no shita de'
says 3 'ほかの人が使っています' p add '山田 次郎' --login=YAMADA.I
says 2 'その役割はありません' p add '佐藤 花子' --login=sato.h --role=king
p add '佐藤 花子' --login=sato.h --role=chief --json >sato 2>/dev/null
sato=$(account_of <sato)
says 0 'パスワードを登録' join "$(code_of <sato)" 'ame no hi no neko' 'ame no hi no neko'
# refused whole: no account without its role; who is invited stands in the inventory with the role; a code needs no --as
says 2 'その部署は' p add '鈴木 次郎' --login=suzuki.j --role=lead --section=nashi
says 0 '招待コード' p add '鈴木 次郎' --login=suzuki.j --role=lead --section=zeimu
says 0 '招待中  鈴木 次郎  保護責任者(zeimu)' p list
says 4 '新しい招待を' env RENKEI_AS=op-7:lead "$RENKEI" people join $now <<'J'
AAAA-BBBB-CCCC-DDDD
kumo to takenoko 7
kumo to takenoko 7
J
says 0 '山田 一郎' p list
says 0 '保護責任者(zeimu)' p list
says 0 '"login":"yamada.i"' p show yamada.i --json
says 0 'サインイン名' p list --csv
says 4 '与えることはできません' p role "$admin" chief
says 3 '最後のシステム管理者' p state "$admin" left
says 0 '代理を決めました' p deputy sato.h yamada.i --to=2026-12-31
says 0 '不在を登録' p absence sato.h --to=2026-11-23
says 0 'の代理' p show yamada.i
says 0 '外しました' p role yamada.i lead --section=zeimu --end
says 4 '持っていません' "$RENKEI" case open --known-at=2026-11-21T07:00+09:00 --as="$yamada:lead" $now
says 0 '与えました' p role yamada.i lead
says 0 '2026-0001' "$RENKEI" case open --known-at=2026-11-21T07:00+09:00 --as="$yamada:lead" $now
says 4 '利用できません' "$RENKEI" case open --known-at=2026-11-21T07:00+09:00 --as=op-7:lead $now

# four eyes: the one who drafted does not approve; an emergency passes and is reviewed by somebody else
"$RENKEI" case state 2026-0001 cause=ransomware medium=electronic_file org_type=private sector=general handles_data=true \
	has_personal_data=true data_state=held damage=confirmed leak=suspected dishonest_purpose=true --as="$yamada:lead" $now >/dev/null 2>&1
says 0 '下書き' "$RENKEI" report draft 2026-0001 --form=PV --kind=preliminary --as="$yamada:lead" $now
says 4 '承認が必要です' "$RENKEI" report submit 2026-0001/1 --as="$yamada:lead" $now
says 4 '承認することはできません' "$RENKEI" report approve 2026-0001/1 --as="$yamada:lead" $now
says 0 '承認しました' "$RENKEI" report approve 2026-0001/1 --as="$sato:chief" $now
says 0 '提出済み' "$RENKEI" report submit 2026-0001/1 --as="$yamada:lead" $now
says 0 '下書き' "$RENKEI" report draft 2026-0001 --form=PV --kind=follow_up --as="$yamada:lead" $now
says 0 '提出済み' "$RENKEI" report submit 2026-0001/2 --emergency --as="$yamada:lead" $now
says 0 '承認を待たずに' p review
review=$(p review | sed -n 's/^#\([0-9]*\).*承認を待たずに.*/\1/p')
says 4 '本人ではなく' p review "$review" --as="$yamada:lead"
says 0 '確認済み' p review "$review" --result=right --as="$sato:chief"

# search: in the spelling of another, and only what one may open
"$RENKEI" case timeline 2026-0001 --add='髙橋建設のｻｰﾊﾞｰ' --at=2026-11-21T08:30+09:00 --as="$yamada:lead" $now >/dev/null 2>&1 ||
	{ echo 'case timeline'; fails=$((fails + 1)); }
says 0 '髙橋建設' "$RENKEI" search '高橋 サーバー' --as="$yamada:lead" $now
says 0 '経過  髙橋' "$RENKEI" search '高橋 サーバー' --as="$yamada:lead" $now
says 1 '' "$RENKEI" search '高橋 パソコン' --as="$yamada:lead" $now
says 2 '2文字以上' "$RENKEI" search 高 --as="$yamada:lead" $now

token=$(p token yamada.i siem --scope=case.open --days=30 2>/dev/null)
case $token in t-*.*) ;; *) echo "token: $token"; fails=$((fails + 1)) ;; esac
says 0 'siem' p session yamada.i
says 0 '終了しました' p session --revoke="${token%%.*}"
lacks 'siem' p session yamada.i
says 2 '用途' p token yamada.i x

says 0 'アカウントと権限の点検' p review
now=--now=2027-12-01T09:00+09:00
says 1 '2027-11-21' p review
says 0 'case.open: 事務取扱担当者' p rights
says 0 'case.open: handler head of' p rights --lang=en
says 0 '停止' sh -c '"$RENKEI" people state yamada.i suspended '"$now"' && "$RENKEI" people list '"$now"
says 0 'The record holds' "$RENKEI" record verify
says 0 '' "$RENKEI" record rebuild
says 0 'The record holds' "$RENKEI" record verify
for secret in 山田 yamada.i 'kumo to' "$token" "$code" argon2; do
	! grep -rqaF -- "$secret" node || { echo "readable in the node: $secret"; fails=$((fails + 1)); }
done
finish
