#!/bin/sh
# Duties and reports on the command line: lists in three forms, done, waive, undo; draft, submit, diff, print.
. "$TESTS/cli/lib.sh"
export RENKEI_STORE="$PWD/node" RENKEI_AS=op-1:総括責任者
examples=$TESTS/../examples/shalom-2023
now=--now=2023-06-08T12:00+09:00
r() { "$RENKEI" "$@" $now; }

says 0 'EXERCISE city' "$RENKEI" node init --name=city.example --exercise --now=2023-06-05T08:00+09:00
says 0 'あと59日（期限 8月3日（木））' "$RENKEI" case open --known-at=2023-06-05T07:00+09:00 \
	--facts="$examples/processor/0605-first-day.json" --now=2023-06-05T10:00+09:00
says 0 '目標日まであと1日（6月9日（金））' r duty list 2023-0001
says 0 '2023-0001' r duty list
says 0 'POLICE' r duty list --voluntary
says 0 '1 day to the target day (2023-06-09)' r duty list 2023-0001 --lang=en
says 0 '"APPI26.FIN"' r duty list 2023-0001 --csv
r duty list 2023-0001 --json 2>/dev/null | jq -se '
	(map(select(.id == "APPI26.FIN"))[0] | .due == "2023-08-03" and .recipient == "PPC" and .mandatory and .state == "open") and
	(map(select(.id == "APPI26.PRE"))[0] | .due == null and .target_by == "2023-06-09") and
	(map(select(.schema == "renkei.asks/1"))[0].undetermined | length > 0)' >/dev/null ||
	{ echo 'duty list --json'; fails=$((fails + 1)); }

says 2 'その義務はありません' r duty done 2023-0001 NO.SUCH
says 2 'その事案はありません' r duty done 2023-0009 POLICE
says 2 '未来' r duty done 2023-0001 POLICE --on=2023-06-09
says 2 'missing' r duty done 2023-0001
says 4 'できません' r duty waive 2023-0001 APPI26.FIN --reason=不要
says 2 '理由' r duty waive 2023-0001 POLICE
says 2 '根拠' r duty waive 2023-0001 POLICE --ground=because --reason=x
says 4 '総括責任者だけ' env RENKEI_AS=op-2:lead "$RENKEI" duty waive 2023-0001 APPI26.FIN --ground=joint_report --reason=x $now
says 4 '' env RENKEI_AS=op-3:handler "$RENKEI" duty waive 2023-0001 POLICE --reason=x $now
says 0 '済みと記録' r duty done 2023-0001 POLICE --how=call --on=2023-06-06T11:00+09:00
says 3 '既に終わって' r duty done 2023-0001 POLICE
says 0 '取り消しました' r duty undo 2023-0001 POLICE --reason=誤り
says 0 '"state":"done"' r duty done 2023-0001 POLICE --json

says 2 '--duty' r report draft 2023-0001
says 2 '有効な版' r report draft 2023-0001 --form=RW
says 2 '様式' r report draft 2023-0001 --duty=TSE402
says 0 '漏えい等報告書（速報）' r report draft 2023-0001 --duty=APPI26.PRE
says 0 '株式会社エムケイシステム' r report show 2023-0001/1
says 0 '"schema":"renkei.filled/1"' r report show 2023-0001/1 --json
says 0 'preliminary' r report list 2023-0001 --json
says 2 'その報告書はありません' r report show 2023-0001/7
says 2 '前回の報告書がありません' r report diff 2023-0001/1
says 2 'どれかを指定' r report print 2023-0001/1
says 3 'No space' r report print 2023-0001/1 --pdf=/dev/full
says 0 '下書き' r report list 2023-0001
says 2 '：limit' r duty list --limit=none
says 0 '義務も済みました' r report submit 2023-0001/1 --receipt=A-1
says 3 '下書きではありません' r report submit 2023-0001/1
says 0 '6月8日（木）に済み' r duty list 2023-0001
now=--now=2023-07-19T12:00+09:00
says 0 'あと15日（期限 8月3日（木））' r duty list 2023-0001
says 0 'A-1' sh -c '"$RENKEI" report draft 2023-0001 --duty=APPI26.FIN '$now' 2>&1 && "$RENKEI" report show 2023-0001/2 '$now
says 0 'PV-34' r report diff 2023-0001/2
says 2 '足りません' r report submit 2023-0001/2
says 0 'out.pdf' r report print 2023-0001/2 --pdf=out.pdf --xlsx=out.xlsx --out=out.json
[ "$(head -c 5 out.pdf)" = '%PDF-' ] && [ "$(head -c 2 out.xlsx)" = PK ] && jq -e .schema out.json >/dev/null ||
	{ echo 'print'; fails=$((fails + 1)); }
r report print 2023-0001/2 --pdf=again.pdf >/dev/null 2>&1
cmp out.pdf again.pdf || fails=$((fails + 1))
says 0 'The record holds' "$RENKEI" record verify
finish
