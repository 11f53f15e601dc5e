. "$TESTS/cli/lib.sh"

export RENKEI_STORE="$PWD/node"
E="--now=2026-06-01T10:00+09:00"
says 0 "" "$RENKEI" node init --name=city-a.example --exercise $E
says 0 "" "$RENKEI" case open cause=ransomware --as=op-7:handler "--known-at=2026-06-01T09:00+09:00" $E
cat >memo.txt <<'X'
端末の C:\Users\kiosk77\AppData\x.exe と 45[.]67[.]89[.]10 を確認。
氏名：山田太郎
X
says 1 "1  name  open  profile folder" "$RENKEI" select review 2026-0001 memo.txt $E
lacks "kiosk77" "$RENKEI" select review 2026-0001 memo.txt $E
lacks "山田太郎" "$RENKEI" select review 2026-0001 memo.txt --show $E
says 1 "【kiosk77】" "$RENKEI" select review 2026-0001 memo.txt --show $E
says 0 '%USERPROFILE%' "$RENKEI" select review 2026-0001 memo.txt --apply $E
# a decision is an act: by somebody, with a reason
says 2 "" "$RENKEI" select review 2026-0001 memo.txt --decide=1:release --as=op-7:lead $E
says 2 "この番号の箇所はありません" "$RENKEI" select review 2026-0001 memo.txt --decide=9:release --reason=x --as=op-7:lead $E
says 2 "番号:keep" "$RENKEI" select review 2026-0001 memo.txt --decide=1:perhaps --reason=x --as=op-7:lead $E
says 0 "1  name  released (op-7)" "$RENKEI" select review 2026-0001 memo.txt --decide=1:release --reason="共用端末の名" --as=op-7:lead $E
says 0 'kiosk77\\AppData' "$RENKEI" select review 2026-0001 memo.txt --apply $E
lacks "山田太郎" "$RENKEI" select review 2026-0001 memo.txt --apply $E
# of this document only, and the last word counts
sed s/45/46/ memo.txt >other.txt
says 1 "1  name  open" "$RENKEI" select review 2026-0001 other.txt $E
says 0 "1  name  kept" "$RENKEI" select review 2026-0001 memo.txt --decide=1:keep --reason="念のため" --as=op-7:lead $E
# a decision is taken back without a reason
says 1 "1  name  open" "$RENKEI" select review 2026-0001 memo.txt --decide=1:open --as=op-7:lead $E
lacks 'kiosk77' "$RENKEI" select review 2026-0001 memo.txt --apply $E
says 0 "select.decide" "$RENKEI" record show --json $E
lacks "共用端末" "$RENKEI" record show --json $E
says 0 "" "$RENKEI" record verify $E
# people named line by line
printf '担当 佐藤\n高橋に確認\n端末の C:\\Users\\kiosk77\\x.exe を確認。\n' >people.txt
says 1 "1  name  open  profile folder" "$RENKEI" select review 2026-0001 people.txt $E
says 0 '[氏名]' "$RENKEI" select --redact people.txt
finish
