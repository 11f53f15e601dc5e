# From a list to reviews on the record: who may not, what an incident brings, two people for one number.
. "$TESTS/cli/lib.sh"
export RENKEI_STORE="$PWD/node" RENKEI_AS=op-1:lead
town="$TESTS/data/screen/town"

says 0 '' "$RENKEI" node init --name=city.example
says 0 '' "$RENKEI" screen --data "$town" --items 30 --out list --proof proof-kept
# a finding with one user, and one on the log itself
rank=$(jq -r 'select((.users | length) == 1 and (.kind | test("vip|bulk|protected|repeat|export"))) | .rank' list | head -n 1)
user=$(jq -r "select(.rank == $rank) | .users[0]" list)
log_rank=$(jq -r 'select(.kind == "log_gap") | .rank' list | head -n 1)

says 0 '' "$RENKEI" review reviewer op-1 --account s00001
says 0 '' "$RENKEI" review reviewer op-2 --account "$user"
says 0 '' "$RENKEI" review reviewer op-3 --account s00003 --superior "$user"
says 0 '' "$RENKEI" review reviewer op-9 --auditor
says 2 'screen --proof' "$RENKEI" review keep 2025-09 list --proof list
says 0 '30' "$RENKEI" review keep 2025-09 list --proof proof-kept --tables "$town"
says 3 'すでに登録' "$RENKEI" review keep 2025-09 list
says 0 '' sh -c '"$RENKEI" review items 2025-09 --json >items'
says 2 'その点検の項目は記録にありません' "$RENKEI" review items 2025-08
says 0 '' jq -se 'length == 30 and all(.state == "new")' items
item=$(jq -r "select(.rank == $rank) | .id" items)
log_item=$(jq -r "select(.rank == $log_rank) | .id" items)

# given to the one who has no part in it; items about the log to the auditor
says 0 '' jq -se "any(.rank == $rank and .reviewer == \"op-1\")" items
says 0 '' jq -se "any(.rank == $log_rank and .reviewer == \"op-9\")" items

# nobody reviews himself or his superior, and whose account is not known may not either
says 4 '別の担当' env RENKEI_AS=op-2:handler "$RENKEI" review decide "$item" justified --reason case
says 4 '別の担当' env RENKEI_AS=op-3:handler "$RENKEI" review decide "$item" justified --reason case
says 4 '利用者IDが登録' env RENKEI_AS=op-8:handler "$RENKEI" review decide "$item" justified --reason case
says 4 '監査の担当' "$RENKEI" review decide "$log_item" justified --reason data
says 4 '事案を扱う役割' env RENKEI_AS=op-9:auditor "$RENKEI" review decide "$log_item" incident
says 0 '' env RENKEI_AS=op-9:auditor "$RENKEI" review decide "$log_item" justified --reason data
says 2 '結果は' "$RENKEI" review decide "$item" justified

# an incident opens a case with its duties
says 0 '事案' "$RENKEI" review decide "$item" incident
says 0 '' sh -c '"$RENKEI" review items 2025-09 --json >items-after'
says 0 '' jq -se "any(.rank == $rank and .state == \"incident\" and (.case | length) > 0)" items-after
says 0 '' "$RENKEI" case list
says 3 'すでに事案' "$RENKEI" review decide "$item" justified --reason case

# what reviews show changes the weights where everybody can see it, and only when the file is given
says 0 '' sh -c '"$RENKEI" review weights >weights'
says 0 '' jq -se 'any(.kind == "log_gap" and .judged == 1 and .weight == 80)' weights
says 0 '' "$RENKEI" screen --data "$town" --items 30 --weights weights --out list-weighed --proof proof
says 0 '' jq -e '.rules[] | select(.kind == "log_gap") | .weight == 80' proof
says 1 '' cmp list list-weighed

# numbers for the staff: small ones are hidden
says 0 '3未満' "$RENKEI" review stats 2025-09

# one asks, another one agrees, once
event=$(jq -r "select(.rank == $rank) | .events[-1]" list)
asking=$("$RENKEI" review ask "$item" "$event")
says 4 '別の人の同意' "$RENKEI" review reveal "$asking" "$town/oplog_990021.csv.gz"
want=$(gzip -dc "$town/oplog_990021.csv.gz" | grep "^$event," | cut -d, -f9)
says 0 "$want" env RENKEI_AS=op-9:auditor "$RENKEI" review reveal "$asking" "$town/oplog_990021.csv.gz"
says 4 'すでに済んで' env RENKEI_AS=op-9:auditor "$RENKEI" review reveal "$asking" "$town/oplog_990021.csv.gz"

# a person asks who looked at their record: one takes it in, another one agrees, once; nobody is named unless asked for
number=$(gzip -dc "$town/oplog_990021.csv.gz" | sed -n 500,900p | cut -d, -f9 | grep -E '^[0-9]+$' | head -n 1)
lines=$(gzip -dc "$town/oplog_990021.csv.gz" | cut -d, -f9 | grep -c "^$number$")
printf '%s\n' "$number" >number
asking=$("$RENKEI" review person number)
says 2 '数字だけ' sh -c 'echo 山田 | "$RENKEI" review person -'
says 4 '別の人の同意' "$RENKEI" review looked "$asking" "$town/oplog_990021.csv.gz"
says 0 '' sh -c 'RENKEI_AS=op-9:auditor "$RENKEI" review looked "$1" "$2" >looked' sh "$asking" "$town/oplog_990021.csv.gz"
says 0 '' jq -se ".[-1].accesses == $lines and length == $lines + 1" looked
says 0 '' jq -se 'all(.account == null) and (.[0].worker == 1) and (.[0].at | startswith("20"))' looked
lacks "$number" cat looked
says 4 'すでに済んで' env RENKEI_AS=op-9:auditor "$RENKEI" review looked "$asking" "$town/oplog_990021.csv.gz"
asking=$("$RENKEI" review person number)
says 0 '"account":"s' env RENKEI_AS=op-9:auditor "$RENKEI" review looked "$asking" --accounts "$town/oplog_990021.csv.gz"
says 1 '' grep -rq "$number" node

# the answer is kept sealed for the page only when asked to
asking=$("$RENKEI" review person number)
says 0 '' env RENKEI_AS=op-9:auditor "$RENKEI" review looked "$asking" --keep "$town/oplog_990021.csv.gz"
says 0 'screening.answer' "$RENKEI" record show --act=screening.answer --json

# users lie sealed: they stand in no table
says 0 '' "$RENKEI" review show "$item"
says 0 '' "$RENKEI" record verify
finish
