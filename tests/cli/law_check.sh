#!/bin/sh
# Every kind of mistake in a pack is refused with file, place and reason; the packs as they are hold.
set -eu
: "${RENKEI:?}"
source=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

"$RENKEI" law check "$source" >/dev/null

# mistake FILE SED PLACE MESSAGE: after the edit the check answers no, at PLACE (row:col, or * for any)
mistake() {
	rm -rf "$work/data"
	mkdir "$work/data"
	cp -R "$source/law" "$source/agencies" "$work/data"
	sed -i "$2" "$work/data/$1"
	if cmp -s "$source/$1" "$work/data/$1"; then
		echo "no edit: $1 $2"
		failed=1
		return
	fi
	status=0
	"$RENKEI" law check "$work/data" >"$work/out" 2>&1 || status=$?
	case $(cat "$work/out") in
	"$work/data/"*"$1:"$3": "*"$4"*) [ "$status" = 1 ] && return ;;
	esac
	echo "$1 $2: exit $status, got: $(cat "$work/out")"
	failed=1
}

# ---- unknown names ----
mistake law/appi.yaml '0,/when: appi26_situation/s//when: appi26_situatoin/' 20:11 'no fact and no predicate'
mistake law/predicates.yaml '0,/leak != none/s//leek != none/' '*' 'no fact and no predicate'
mistake law/predicates.yaml '0,/leak != none/s//leak != nonne/' '*' 'this is no choice of the fact'
mistake law/predicates.yaml '0,/{full_card_number, payment_credentials}/s//{full_card_number, full_card_number}/' '*' 'this choice stands twice'
mistake law/appi.yaml '0,/code: PPC/s//code: PPPC/' '*' 'no agency has this code'
mistake law/appi.yaml '0,/forms: \[pv, rw\]/s//forms: [pv, zz]/' '*' 'no form has this id'
mistake law/appi.yaml '0,/target: appi26_target/s//target: appi26_tarket/' '*' 'no clock has this id'
mistake law/appi.yaml '0,/kind: preliminary/s//kind: preliminery/' '*' 'no kind of duty'
mistake law/appi.yaml '0,/content: \[outline/s//content: [outlines/' '*' 'no content item'
mistake law/appi.yaml '0,/certainty: S/s//certanty: S/' '*' 'no such key'

# ---- types ----
mistake law/predicates.yaml '0,/persons > 1000/s//persons == many/' '*' 'a whole number was expected'
mistake law/predicates.yaml '0,/persons > 1000/s//persons > 01000/' '*' 'a whole number was expected'
mistake law/predicates.yaml '0,/persons > 1000/s//sensitive > 1000/' '*' 'the expression cannot be read'
mistake law/predicates.yaml '0,/data_state == held and sensitive/s//data_state and sensitive/' '*' 'does not suit the type'
mistake law/predicates.yaml '0,/data_state == held and sensitive/s//data_state > held and sensitive/' '*' 'does not suit the type'
mistake law/appi.yaml '0,/occurred_on < 2022-04-01/s//occurred_on < 2022-04-31/' '*' 'a day was expected'
mistake law/common.yaml '0,/days: 60/s//days: 060/' '*' 'not a whole number in plain digits'
mistake law/common.yaml '0,/days: 60/s//days: 60日/' '*' 'not a whole number in plain digits'
mistake law/appi.yaml '0,/mandatory: true/s//mandatory: yes/' '*' 'only true or false'
mistake law/appi.yaml '0,/from: 2022-04-01/s//from: 2022-02-30/' '*' 'not a day'
mistake law/appi.yaml '0,/certainty: S/s//certainty: X/' '*' 'marks S G T M I'
mistake law/facts.yaml '0,/default: reporter/s//default: repoter/' '*' 'the default is no value'
mistake law/facts.yaml '0,/type: choice/s//type: choise/' '*' 'not one of the words'
mistake law/facts.yaml 's/^    type: bool$/    type: boolean/' '*' 'not one of the words'
mistake law/facts.yaml '0,/default: true/s//default: 1/' '*' 'only true or false'

# ---- dates, twice, missing ----
mistake law/predicates.yaml '0,/to: 2024-03-31/s//to: 2024-04-01/' '*' 'in force twice'
mistake law/predicates.yaml '0,/to: 2024-03-31/s//to: 2021-03-31/' '*' 'lies before'
mistake law/sector.yaml 's/to: 2026-09-30/to: 2026-10-01/' '*' 'in force twice'
mistake agencies/agencies.yaml '0,/to: 2025-06-30/s//to: 2025-07-01/' '*' 'in force twice'
mistake law/appi.yaml 's/id: APPI26.FIN/id: APPI26.PRE/' '*' 'in force twice'
mistake law/predicates.yaml 's/id: loss_event/id: leak_event/' '*' 'stands twice'
mistake law/appi.yaml '0,/    basis: \[.*/{/    basis: \[.*/d}' 9:5 'a legal basis is missing'
mistake law/appi.yaml '0,/basis: \[.*\]/s//basis: []/' 9:5 'a legal basis is missing'
mistake law/appi.yaml '0,/    from: 2022-04-01/{/    from: 2022-04-01/d}' 9:5 'a key is missing here: from'
mistake law/appi.yaml '0,/kind: preliminary/s//kind: preliminary\n    kind: final/' '*' 'stands twice in the same map'
mistake law/appi.yaml '0,/code: PPC/s//code: \&x PPC/' '*' 'anchors'

# ---- logic ----
mistake law/predicates.yaml 's/when: leak_event or loss_event or damage_event/when: leak_event or coop_scope/' '*' 'depends on itself'
mistake law/forms.yaml 's/when: cause == ddos/when: cause == ddos and cause == ransomware/' '*' 'can never arise'
mistake law/appi.yaml 's/when: appi26_situation and not reachable/when: appi26_situation and exempt_data/' '*' 'can never arise'
mistake law/acd.yaml '0,/from: 2026-10-01/s//from: 2026-10-01\n    to: 2026-09-01/' '*' 'lies before'
mistake law/appi.yaml '0,/- { when: delegated_to is set, fact: delegated_to }/s//- { fact: delegated_to }/' '*' 'recipient: every line'
mistake law/common.yaml '0,/- { when: rule7_item3, days: 60 }/s//- { days: 60 }/' '*' 'days: every line but the last'
mistake law/common.yaml '0,/fact: count_known_at/s//fact: persons/' '*' 'a clock starts on'

# ---- calendars ----
mistake law/calendars/japan.yaml 's/equinox: "20.8431"/equinox: "20,8431"/' '*' 'mean day of an equinox'
mistake law/calendars/japan.yaml 's/month: 2, day: 11/month: 2, day: 30/' '*' 'no such day'
mistake law/calendars/japan.yaml 's/from: 12-29/from: 12-32/' '*' 'day of the year'
mistake law/calendars/japan.yaml 's/weekday: monday }/weekday: mondey }/' '*' 'not one of the words'

# a pack that cannot be read is no answer but an error
rm -rf "$work/data"
mkdir "$work/data"
cp -R "$source/law" "$source/agencies" "$work/data"
rm "$work/data/law/facts.yaml"
status=0
"$RENKEI" law check "$work/data" >"$work/out" 2>&1 || status=$?
if [ "$status" != 2 ]; then
	echo "missing file: exit $status"
	failed=1
fi

exit $failed
