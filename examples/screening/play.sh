#!/bin/sh
# Screens the (fictional) logs beside this script and keeps the list on a node, so that its page has something to show: one decides
# about most items, another about those on the log itself; two items are decided already.
#
# usage: RENKEI=path/of/renkei play.sh STORE TIME LEAD AUDITOR     the accounts of who decides
set -eu

renkei=${RENKEI:-renkei}
store=${1:?say which store} now=${2:?say which time} lead=${3:?say who leads} auditor=${4:?say who audits}
here=$(cd "$(dirname "$0")" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

run() { "$renkei" "$@" 2>"$out/err" || { cat "$out/err" >&2; exit 1; }; }
on() { run "$@" --store="$store" --now="$now"; }

run screen --data="$here/logs" --items=30 --out="$out/list" --proof="$out/proof"
on review reviewer "$lead" --account=m101 --as="$lead:lead" >/dev/null
on review reviewer "$auditor" --auditor --as="$lead:lead" >/dev/null
on review keep 2023-07 "$out/list" --proof="$out/proof" --tables="$here/logs" --as="$lead:lead"
# the item of a kind
item() { on review items 2023-07 --json | sed -n "s/.*\"id\":\"\([^\"]*\)\".*\"kind\":\"$1\".*/\1/p" | head -n 1; }

echo 'パスワードの一斉変更の後、端末に残っていた古いパスワードが送られ続けていた。情報担当が確認した。' >"$out/note"
on review decide "$(item login_bruteforce)" justified --reason=data --note="$out/note" --as="$lead:lead" >/dev/null
echo '退職者のIDを後任が使っていた。誰が使ったかを、本人たちに聞く。' >"$out/note"
on review decide "$(item left_account)" needs_talk --note="$out/note" --as="$lead:lead" >/dev/null
