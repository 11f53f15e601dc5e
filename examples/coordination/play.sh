#!/bin/sh
# Five nodes on this machine play an incident modelled on the public case of 2023 (社会保険労務システムの委託先のランサムウェア被害):
# a processor, an office that is its principal, the commission (PPC), the national office (NCO) and IPA. All people and the office are
# made up. Each node is a process of its own behind mutual TLS; what goes and what is kept back is printed step by step.
#   play.sh DIR      $RENKEI: the program
set -u
dir=$1
renkei=${RENKEI:-renkei}
mkdir -p "$dir" && cd "$dir" || exit 2
unset RENKEI_STORE
export RENKEI_AS=sato:handler
pids=
end() { for p in $pids; do kill "$p" 2>/dev/null; done; wait 2>/dev/null; }
trap end EXIT
trap 'exit 2' INT TERM

n() { # NODE COMMAND …: as the handler; v: as the head of the section, who approves
	node=$1
	shift
	RENKEI_STORE="$PWD/$node" "$renkei" "$@" 2>>"$node.log" || { echo "（$node: $*）"; tail -n 1 "$node.log"; return 1; }
}
v() { RENKEI_AS=suzuki:lead n "$@"; }
say() { printf '\n%s\n' "== $*"; }
draft() { n "$1" thread drafts | tail -n 1 | cut -d' ' -f1; }
send() { v "$1" thread send "$(draft "$1")" >/dev/null; }
run() { for x in "$@"; do n "$x" exchange run >/dev/null; done; }
# The incident is of these days, so that the deadlines on the pages are of use: day DAYS FORMAT.
day() { TZ=Asia/Tokyo date -d "$1 days" +"$2"; }
known=$(day -2 %Y-%m-%d) knew=$(day -2 %-m月%-d日) heard=$(day 4 %-m月%-d日)
# newest NODE: the thread that came last; envelope NODE THREAD: what came last in it
newest() { n "$1" thread list --json | jq -r --arg k "$2" 'select(.kind == $k) | .thread' | tail -n 1; }
envelope() { n "$1" thread inbox "$2" | tail -n 1 | cut -d' ' -f1; }

nodes='processor:processor: office:principal: ppc:regulator:PPC nco:coordinator:NCO ipa:advisor:IPA'
for x in $nodes; do
	a=${x%%:*} rest=${x#*:}
	v "$a" node init --name="$a.example" --exercise >/dev/null || exit 1
	agency=${rest#*:}
	v "$a" exchange init --class="${rest%%:*}" ${agency:+--agency=$agency} --out="$a.card" >/dev/null || exit 1
	RENKEI_STORE="$PWD/$a" "$renkei" exchange serve --port=0 >"$a.port" 2>>"$a.log" &
	pids="$pids $!"
done
for x in processor office ppc nco ipa; do
	i=0
	while ! grep -q listening "$x.port" && [ $i -lt 100 ]; do sleep 0.2; i=$((i + 1)); done
	sed -n 's/listening on //p' "$x.port" >"$x.p"
done
pair() { # WHO OTHER CLASS AGENCY; an organisation that is in no list has its name from us
	name=
	case $2 in processor) name=株式会社みほん ;; office) name=みどり社会保険労務士事務所 ;; esac
	v "$1" partner add "$2.card" --class="$3" ${4:+--agency=$4} ${name:+--name=$name} --host=127.0.0.1 --port="$(cat "$2.p")" >/dev/null || exit 1
}
memo() { # A B KIND … : drafted by A, signed by both
	a=$1 b=$2
	shift 2
	v "$a" memo draft "$b.example" "$@" --out=m1 >/dev/null && v "$b" memo take m1 --out=m2 >/dev/null && v "$a" memo take m2 >/dev/null || exit 1
}

say '準備：名刺を交わし、覚書と委託契約を結ぶ（双方の署名）'
pair processor office principal; pair office processor processor
pair processor ppc regulator PPC; pair ppc processor processor
for x in nco:coordinator:NCO ipa:advisor:IPA; do
	o=${x%%:*} c=${x#*:}
	pair ppc "$o" "${c%%:*}" "${c#*:}"
	pair "$o" ppc regulator PPC
done
memo processor office notice --contract
memo ppc nco guideline hearing results-attack.indicator+no_judicial advice alert power@red foreign
memo ppc ipa advice alert
v ppc memo list

say "$knew：委託先が知り、事案を開く。報告者はNCOへの共有を望まない（留保）"
n processor case open --known-at="$known" --title='サーバーの暗号化' org_type=private cause=ransomware medium=electronic_file >/dev/null
case=$(n processor case list --json | jq -r .num | head -n 1)
n processor reserve add "$case" deny --to=NCO >/dev/null
n processor reserve add "$case" deny --field-class=system.config >/dev/null
n processor reserve list "$case"

say '委託元（事務所）への通知：事務所ごとに、その事務所の分だけ'
printf '%s\n' '{"to":"office.example","fields":{"course":"'"$knew"'早朝、サーバーがランサムウェアにより暗号化されました。","persons":48,"names":["山田 花子","佐藤 太郎"],"items":["氏名","住所","個人番号の有無"],"measures":"全サーバーを停止しました。","ask":"本人への連絡の要否をご検討ください。"}}' |
	n processor principals tell "$case" - --by=suzuki:lead
run processor
t=$(newest office notice)
n office thread read "$(envelope office "$t")"
n office thread step "$t" answer answer='連名の報告に加わります。' joint=yes >/dev/null
run office
n processor principals progress "$case"

say '委員会への報告（法26条）：法令に基づくため、留保より先に立ち、その旨が残る'
n processor thread open report ppc.example --case="$case" form=rw course="$knew、ランサムウェアによりサーバーが暗号化された。" \
	reporter=株式会社みほん method=T1486 config='VPN装置、業務サーバー' persons=22420000 officer='鈴木 一郎'
send processor
run processor
t=$(newest ppc report)
n ppc thread read "$(envelope ppc "$t")"
report=$(envelope ppc "$t")
n ppc thread step "$t" receive receipt=R-0001 >/dev/null
run ppc

say '委員会が事案を開き、報告を結び、重大性を判断する'
n ppc case open --known-at="$(day -1 %Y-%m-%d)" --title='委託先のランサムウェア' node_role=ppc org_type=private sector=general delegated_to=- \
	processor_role=none handles_data=true has_personal_data=true data_state=held cause=ransomware medium=electronic_file damage=confirmed \
	leak=suspected loss=none recovered_unviewed=false other_copy_exists=false dishonest_purpose=true against_handler=true encryption=none \
	key_compromised=false pseudonymized=false contactable=true unauthorized_subdelegation=false persons=22420000 >/dev/null
pcase=$(n ppc case list --json | jq -r .num | head -n 1)
n ppc thread link "$t" "$pcase"
v ppc room judge "$pcase" --social --size --grounds='多数の事業者の給与・社会保険の業務が止まった。'

say '報告者に他の制度を紹介する：報告を受けたときに下書きができている（一度だけ。義務に代わるものではない）'
n ppc thread drafts
n ppc thread preview "$(draft ppc)"
send ppc
run ppc
n ppc duty done "$pcase" COOP.INTRODUCE --how=online >/dev/null
t=$(newest processor referral)
n processor thread read "$(envelope processor "$t")"

say 'IPAに技術的助言を求める：組織を特定する情報と個人情報は出ない'
n ppc thread open advice ipa.example --case="$pcase" phase=containment method=T1486 config='VPN装置、業務サーバー' persons=22420000 \
	reporter=株式会社みほん question='担当の鈴木一郎様（電話 03-1234-5678）の端末から広がった。封じ込めは。'
send ppc
run ppc
t=$(newest ipa advice)
n ipa thread read "$(envelope ipa "$t")"
n ipa thread step "$t" answer answer='VPN装置を切り離し、認証情報を全て改めてください。' >/dev/null
send ipa
run ipa
n ppc thread read "$(envelope ppc "$t")"

say '報告で得た情報をNCOに渡そうとする：提供元の同意がないので渡らない（記録に残る）'
printf '{"fields":{"method":"T1486","note":"委託先の報告による"},"received":{"method":"%s"}}' "$report" >onward.json
n ppc thread open results nco.example --case="$pcase" --content=onward.json
v ppc thread drop "$(draft ppc)"

say '共同ヒアリング：双方の質問を一つにまとめ（同じ質問は一つに）、報告者への招請は一度だけ'
printf '{"fields":{"dates":"%s、%s","questions":"いつ知りましたか。\\n通信の記録は残っていますか。\\nバックアップはありますか。"}}' "$(day 3 %-m月%-d日)" "$heard" >plan.json
n ppc thread open hearing nco.example,processor.example --case="$pcase" --content=plan.json >/dev/null
send ppc
run ppc
t=$(newest nco hearing)
printf '{"fields":{"dates":"%s","questions":"いつ、知りましたか？\\n通信記録は残っていますか。\\n暗号化された端末は何台ですか。"}}' "$heard" >ours.json
n nco thread step "$t" dates --content=ours.json >/dev/null
run nco
n ppc thread merge "$t"
n ppc thread step "$t" agree date="$heard 10時" >/dev/null
send ppc
n ppc thread step "$t" invite date="$heard 10時" place=会議室 members='個人情報保護委員会、国家サイバー統括室' >/dev/null
send ppc
run ppc
n processor thread read "$(envelope processor "$t")"

say 'NCOへの権限行使の事前共有：解禁の日時まで、名指しされた相手だけ'
n ppc thread open power nco.example --case="$pcase" power=report_demand article=146 content='経過と措置の報告' planned=2030-01-15 \
	addressee=株式会社みほん --embargo=2030-01-15T10:00+09:00
send ppc
run ppc
t=$(newest nco power)
n nco thread read "$(envelope nco "$t")"
n nco thread step "$t" read comment=承知しました。 >/dev/null
run nco

say '連名の注意喚起：全員が同じ版に署名するまで公表できない'
n ppc thread open alert nco.example,ipa.example --case="$pcase" title='VPN装置の更新のお願い' text='VPN装置を直ちに更新してください。' >/dev/null
send ppc
run ppc
t=$(newest ipa alert)
n ipa thread step "$t" sign >/dev/null
send ipa
run ipa
n ppc thread step "$t" publish title=VPN装置の更新のお願い text=x url=alert-1
n nco thread step "$t" sign >/dev/null
send nco
run nco
n ppc thread step "$t" publish title='VPN装置の更新のお願い' text='VPN装置を直ちに更新してください。' url=alert-1 >/dev/null
send ppc
run ppc
n ppc thread show "$t"

say '基準・ガイドラインの協議：引用している機関にだけ、改訂が期限のある仕事として届く'
n ppc thread open guideline nco.example document='漏えい等の対応の手引き' version=1 text='案' >/dev/null
send ppc
run ppc
t=$(newest nco guideline)
n nco thread step "$t" comment comment='用語を統一基準に合わせてください。' >/dev/null
send nco
n nco thread step "$t" cite citing='政府統一基準の解説' >/dev/null
run nco
n ppc thread step "$t" change document='漏えい等の対応の手引き' version=2 text='用語を改めた。' >/dev/null
send ppc
run ppc
n nco guideline list

say '誤って送ったものの取消し：相手は破棄し、そのことが両方の記録に残る'
t=$(newest ipa advice)
e=$(n ppc exchange status "$(n ppc thread list --case="$pcase" --json | jq -r 'select(.kind == "advice") | .thread')" | head -n 1 | cut -d' ' -f1)
n ppc exchange recall "$e" --code=wrong_recipient --as=sato:handler --by=suzuki:lead
run ppc
n ipa thread read "$e"
v ipa exchange answer "$e" done --basis=asked --by=takahashi:chief
run ipa

say '調整室：誰がいて、何を渡し、何が求められているか'
n ppc room show "$pcase"

say '五つの記録の検証'
for x in processor office ppc nco ipa; do printf '%s: ' "$x"; n "$x" record verify; done
