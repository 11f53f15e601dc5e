#!/bin/sh
# Lets four (fictional) people into the client office's node of the example, each with a password made now.
#
# usage: RENKEI=path/of/renkei people.sh STORE TIME [FILE]
#   prints a line each: name to sign in with, password, who it is; FILE gets the names to sign in with and the accounts
set -eu

renkei=${RENKEI:-renkei}
store=${1:?say which store} now=${2:?say which time} list=${3:-/dev/null}
out=$(mktemp)
trap 'rm -f "$out" "$out.err"' EXIT

run() { "$renkei" "$@" --store="$store" --now="$now" 2>"$out.err" >"$out" || { cat "$out.err" >&2; exit 1; }; }
word() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$out"; }

# takes the invitation in $out
join() {   # LOGIN WHO
	code=$(word code)
	password=$(head -c 10 /dev/urandom | base32 | sed 's/..../&-/g; s/-$//')
	printf '%s\n%s\n%s\n' "$code" "$password" "$password" | run people join
	printf '  %-8s %s  %s\n' "$1" "$password" "$2"
}

run people begin --json
admin=$(word account)
join admin 'システム管理者（アカウントと権限）'
while read -r login role name who; do
	run people add "$name" --login="$login" --role="$role" --as="$admin:admin" --json
	printf '%s %s\n' "$login" "$(word account)" >>"$list"
	join "$login" "$who"
done <<'PEOPLE'
sato handler 佐藤花子 事務取扱担当者（事案を扱う）
suzuki lead 鈴木一郎 保護責任者（承認する）
tanaka auditor 田中次郎 監査責任者（記録を見る）
PEOPLE
