. "$TESTS/cli/lib.sh"

town="$TESTS/data/screen/town"

# the rules of the house are listed with what they look for
says 0 "" sh -c '"$RENKEI" screen rules >rules'
says 0 "" jq -se 'map(.id) | index("R01") != null and index("R35") != null' rules
says 0 "" jq -se '[.[] | select(.when)] | length > 10' rules

# a rule of one's own: prints at night by people outside one department, each person once
cat >own.yaml <<'END'
rules:
  - {id: OWN1, kind: prints_of_protected, base: 600, gain: 10, cap: 800, severity: 4, least: 1, days: 14, lines: all,
     per: [user, person], claim_from: 101, when: "protected and access and not (department in ('SM', 'FK'))",
     why: '支援措置の方の記録を{n}回扱っています。', ask: '依頼を受けた仕事かを確認してください。'}
  - {id: OWN2, kind: many_systems, base: 100, gain: 10, cap: 300, severity: 1, least: 3, days: 1, count: systems,
     claim_from: 101, when: unexplained, why: '{k}つの業務を使っています。', ask: '応援でなかったかを確認してください。'}
END
says 0 "" sh -c '"$RENKEI" screen rules own.yaml >rules'
says 0 "" jq -se 'map(.id) | index("OWN1") != null' rules
says 0 "" "$RENKEI" screen --data "$town" --items 1000 --own own.yaml --out list --proof proof
says 0 "" jq -se '[.[] | select(.rule == "OWN1")] | length > 0 and all(.users | length == 1)' list
says 0 "" jq -e '[.rules[] | select(.id == "OWN1" and .when != null)] | length == 1' proof

# what the own rules do not claim does not change what ours find
says 0 "" "$RENKEI" screen --data "$town" --items 1000 --out plain
says 0 "" sh -c 'jq -c "[.kind, .score, .users, .from]" plain | sort >a; jq -c "select(.rule | startswith(\"OWN\") | not) | [.kind, .score, .users, .from]" list | sort >b'
says 0 "" sh -c '[ "$(comm -23 a b | wc -l)" -le 2 ]'

# the same for any number of workers
says 0 "" "$RENKEI" screen --data "$town" --items 1000 --own own.yaml --workers 3 --out list-3
says 0 "" cmp list list-3

# explained accesses chosen by chance: at the end, the same ones in any form and encoding, a tenth of a short list
says 0 "" jq -se '.[-1].kind == "explained_sample" and .[-1].score == 0 and .[-2].kind == "explained_sample"' plain
says 0 "" jq -se '[.[] | select(.kind == "explained_sample")] | length == 2 and all(.explanations.none == null)' plain
says 0 "" "$RENKEI" screen --data "$town" --items 20 --out short
says 0 "" jq -se 'length == 20 and ([.[] | select(.kind == "explained_sample")] | length == 2)' short
python3 "$TESTS/cli/screen_forms.py" "$town" ltsv ltsv cp932
says 0 "" "$RENKEI" screen --data ltsv --items 20 --workers 2 --out short-ltsv
says 0 "" cmp short short-ltsv

# mistakes are told with their line and column
wrong()   # the condition, and where
{
	printf 'rules:\n  - id: OWN1\n    kind: mine\n    why: a\n    ask: b\n    when: %s\n' "$1" >wrong.yaml
	says 2 "wrong.yaml:6:$2:" "$RENKEI" screen rules wrong.yaml
}
wrong 'unexplained and hur > 3' 27
wrong 'unexplained and' 26
wrong 'action in (view, pint)' 28
wrong '(access or night' 27
wrong 'hour > late' 18
wrong 'system is tax' 21
wrong 'access access' 18
printf 'rules:\n  - {id: R01, kind: mine, why: a, ask: b, when: access}\n' >twice.yaml
says 2 "twice.yaml:2:" "$RENKEI" screen rules twice.yaml
printf 'rules:\n  - {id: MY1, kind: mine, why: a, ask: b}\n' >none.yaml
says 2 "none.yaml:2:" "$RENKEI" screen rules none.yaml
deep=$(printf '(%.0s' $(seq 40))
printf 'rules:\n  - {id: MY1, kind: mine, why: a, ask: b, when: "%saccess"}\n' "$deep" >deep.yaml
says 2 "deep.yaml:2:" "$RENKEI" screen rules deep.yaml
finish
