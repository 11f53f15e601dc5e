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
