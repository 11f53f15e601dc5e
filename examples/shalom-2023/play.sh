#!/bin/sh
# Plays the "Shalom" ransomware case of June and July 2023 from two sides, act by act, at the times of the public record:
# the processor (株式会社エムケイシステム) and one client office as principal (社会保険労務士法人みどり事務所, fictional).
# Shows what was owed on 5, 8 and 30 June and on 19 July 2023 under the law then in force, writes the forms as PDF and
# verifies both records. See README.md for what is public and what is assumed.
#
# usage: RENKEI=path/of/renkei play.sh OUT     OUT: a folder that does not exist yet
set -eu

renkei=${RENKEI:-renkei}
out=${1:?say where the stores and papers go}
here=$(cd "$(dirname "$0")" && pwd)
mkdir "$out" "$out/pdf"
nowhere=$out/stderr.txt

# mk TIME ARGS…   office TIME ARGS…: an act of one side at that moment
mk() {
	at=$1; shift
	RENKEI_STORE=$out/processor RENKEI_AS=mk-1:総括責任者 "$renkei" "$@" --now="$at" 2>>"$nowhere"
}
office() {
	at=$1; shift
	RENKEI_STORE=$out/office RENKEI_AS=midori-1:総括責任者 "$renkei" "$@" --now="$at" 2>>"$nowhere"
}
title() { printf '\n======== %s ========\n' "$1"; }
event() { mk "$1" case timeline 2023-0001 --at="$2" --kind="$3" --add="$4" --source='公表資料' >/dev/null; }

title '二つの訓練用ノードを作ります'
mk 2023-06-05T08:00+09:00 node init --name=processor.example --exercise
office 2023-06-05T08:00+09:00 node init --name=midori-office.example --exercise

title '6月5日：委託先が事案を開き、分かっていることを述べます'
mk 2023-06-05T10:00+09:00 case open --known-at=2023-06-05T07:00+09:00 --title='社労夢サーバのランサムウェア被害' \
	--facts="$here/processor/0605-first-day.json"
event 2023-06-05T10:05+09:00 2023-06-05T06:00+09:00 detection 'システムとサービスに接続できない。異常を検知'
event 2023-06-05T10:06+09:00 2023-06-05T07:00+09:00 recognition '社内調査を開始し、ランサムウェアへの感染を認識'
event 2023-06-05T17:00+09:00 2023-06-05 organisation '対策本部を設置'
event 2023-06-05T17:05+09:00 '2023-06-05 15:00' expert '外部の専門会社に依頼し、初動対応とデータ保全を開始'

title '6月6日：警察への相談、適時開示。みどり事務所が連絡を受けて自分の事案を開きます'
mk 2023-06-06T10:30+09:00 case state 2023-0001 --known-at=2023-06-06T10:00+09:00 \
	'police={"consulted":"planned","kind":"report","office":"大阪府警察","complaint_state":"considering","urgency":"urgent"}'
mk 2023-06-06T11:00+09:00 report draft 2023-0001 --duty=POLICE --to=大阪府警察
mk 2023-06-06T11:30+09:00 report submit 2023-0001/1 --on=2023-06-06T11:20+09:00 --channel=面談
event 2023-06-06T12:00+09:00 2023-06-06 police '大阪府警察に連絡し、事情を説明'
mk 2023-06-06T16:00+09:00 duty done 2023-0001 TSE402 --on=2023-06-06T15:30+09:00 --how=publication --note='第1報'
event 2023-06-06T16:10+09:00 2023-06-06 disclosure '適時開示（第1報）'
mk 2023-06-06T17:00+09:00 case state 2023-0001 --facts="$here/processor/0606-police-and-disclosure.json" >/dev/null
mk 2023-06-06T17:30+09:00 report draft 2023-0001 --duty=APPI26.PRINCIPAL
office 2023-06-06T11:00+09:00 case open --known-at=2023-06-06T10:00+09:00 --title='委託先サービスのランサムウェア被害' \
	--facts="$here/office/0606-notice-received.json"

title '6月8日：委託先が速報を出します'
mk 2023-06-08T10:00+09:00 case state 2023-0001 --facts="$here/processor/0608-before-first-report.json" >/dev/null
mk 2023-06-08T11:00+09:00 report draft 2023-0001 --duty=APPI26.PRE
mk 2023-06-08T15:00+09:00 report submit 2023-0001/3 --receipt='例-2023-0608' --channel=ウェブ
event 2023-06-08T15:10+09:00 2023-06-08 ppc '個人情報保護委員会へ速報'

title '6月9日から20日：みどり事務所の速報と本人への通知'
office 2023-06-06T11:30+09:00 case timeline 2023-0001 --at=2023-06-06T10:00+09:00 --kind=notice \
	--add='委託先から、サービスのサーバがランサムウェアに感染したとの連絡を受けた' >/dev/null
office 2023-06-09T10:00+09:00 report draft 2023-0001 --duty=APPI26.PRE
office 2023-06-09T13:00+09:00 report submit 2023-0001/1 --receipt='例-2023-0609' --channel=ウェブ
event 2023-06-09T18:00+09:00 2023-06-09 disclosure '対応状況の開示'
office 2023-06-20T09:00+09:00 report draft 2023-0001 --duty=APPI26.PERSON
office 2023-06-20T14:00+09:00 report submit 2023-0001/2 --on=2023-06-20T13:00+09:00 --channel=郵送
office 2023-06-20T15:30+09:00 case state 2023-0001 --facts="$here/office/0620-persons-told.json"
event 2023-06-21T18:00+09:00 2023-06-21 disclosure '第2報の開示'

title '6月30日：一部のサービスが再開します'
event 2023-06-30T09:00+09:00 2023-06-30T00:00+09:00 resumption '社労夢 V5.0 系列、DirectHR を再開'
mk 2023-06-30T10:00+09:00 case state 2023-0001 --facts="$here/processor/0630-part-resumed.json"

title '7月19日：委託先が確報を出します（知った日から45日目）'
event 2023-07-07T12:00+09:00 2023-07-07T09:00+09:00 resumption '社労夢 V3.4 系列、MYNABOX、MYNABOX CL を再開'
event 2023-07-11T09:00+09:00 2023-07-11T00:00+09:00 resumption '社内版 V5.0、DirectHR、MYNABOX を再開'
mk 2023-07-19T10:00+09:00 case state 2023-0001 --facts="$here/processor/0719-before-final-report.json"
mk 2023-07-19T11:00+09:00 report draft 2023-0001 --duty=APPI26.FIN
mk 2023-07-19T15:00+09:00 report submit 2023-0001/4 --receipt='例-2023-0719' --channel=ウェブ --incomplete
event 2023-07-19T16:00+09:00 2023-07-19 publication '調査結果を公表（第3報）'
mk 2023-07-19T16:05+09:00 duty waive 2023-0001 APPI26.PRINCIPAL --ground=voluntary \
	--reason='自ら委員会へ報告したため、委託元への通知による免除は使わない'
mk 2023-07-19T16:06+09:00 duty waive 2023-0001 APPI26.PERSON --ground=filed_by_other \
	--reason='本人への通知は、本人と直接の関係がある委託元が行う'
title '速報から変わったところ'
mk 2023-07-19T16:10+09:00 report diff 2023-0001/4 2023-0001/3

for day in 2023-06-05 2023-06-08 2023-06-30 2023-07-19; do
	title "$day の時点の義務：委託先"
	mk 2023-07-20T09:00+09:00 duty list 2023-0001 --as-of="$day"
	title "$day の時点の義務：みどり事務所"
	office 2023-07-20T09:00+09:00 duty list 2023-0001 --as-of="$day"
done

title '様式をPDFにします'
mk 2023-07-20T09:00+09:00 report print 2023-0001/1 --pdf="$out/pdf/processor-1-police.pdf"
mk 2023-07-20T09:00+09:00 report print 2023-0001/2 --pdf="$out/pdf/processor-2-notice-to-principal.pdf"
mk 2023-07-20T09:00+09:00 report print 2023-0001/3 --pdf="$out/pdf/processor-3-ppc-preliminary.pdf"
mk 2023-07-20T09:00+09:00 report print 2023-0001/4 --pdf="$out/pdf/processor-4-ppc-final.pdf" --xlsx="$out/pdf/processor-4-ppc-final.xlsx"
office 2023-07-20T09:00+09:00 report print 2023-0001/1 --pdf="$out/pdf/office-1-ppc-preliminary.pdf"
office 2023-07-20T09:00+09:00 report print 2023-0001/2 --pdf="$out/pdf/office-2-notice-to-persons.pdf"

title '二つの記録を検証します'
mk 2023-07-20T09:00+09:00 record verify
office 2023-07-20T09:00+09:00 record verify
printf '\n書類は %s にあります。\n' "$out/pdf"
