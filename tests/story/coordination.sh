#!/bin/sh
# Five node processes over mutual TLS play the worked case; then the line is cut, a partner is down, what was sent comes twice.
. "$TESTS/cli/lib.sh"
"$RENKEI" demo coordination "$PWD/play" >out.txt 2>err.txt || { tail -n 5 out.txt err.txt; exit 1; }
has() { grep -qF -- "$1" out.txt || { echo "no \"$1\""; fails=$((fails + 1)); }; }
lacks_after() { ! sed -n "/$1/,/^==/p" out.txt | sed 1d | grep -qF -- "$2" || { echo "\"$2\" after $1"; fails=$((fails + 1)); }; }
has '渡す（記録）  構成  [reserve.deny_law]'
has '山田 花子'
has '渡さない  報告者  [class.identifies]'
has '本人の数: 10000000+'
has '[氏名]様（電話 [電話番号]）'
has '渡さない  攻撃手法  [purpose.outside]'
has 'TLP:RED'
has '2 と似ています'
has '刑事手続や訴訟の証拠には使えません'
has 'まだ署名していない機関があります'
has '公表済み'
has '送り主が取り消しました'
has '重大インシデント'
has '計 1、受領 1、回答 1'
[ "$(grep -c 'The record holds' out.txt)" -eq 5 ] || { echo 'records do not hold'; fails=$((fails + 1)); }
[ "$(grep -c '1 shredded' out.txt)" -eq 1 ] || { echo 'nothing was shredded'; fails=$((fails + 1)); }

cd play || exit 1
export RENKEI_AS=op-1:handler
n() { node=$1; shift; RENKEI_STORE="$PWD/$node" "$RENKEI" "$@" 2>/dev/null; }
v() { RENKEI_AS=op-2:lead n "$@"; }
# the demo's servers are down: nothing goes, it is tried again, and after five days a person sees it
n ppc thread open advice ipa.example phase=facts question=x >/dev/null
v ppc thread send "$(n ppc thread drafts | cut -d' ' -f1)" >/dev/null
says 1 '再試行 1' n ppc exchange run
says 0 '再試行 0' n ppc exchange run
e=$(n ppc exchange status | cut -d' ' -f1)
before=$(n ipa node show --json | jq .entries)
# up again, on another port: the address is set anew, the pins are the same
rm -f ipa.port
RENKEI_STORE="$PWD/ipa" "$RENKEI" exchange serve --port=0 >ipa.port 2>>ipa.log &
pid=$!
i=0
while ! grep -qs listening ipa.port && [ $i -lt 100 ]; do sleep 0.2; i=$((i + 1)); done
v ppc partner address ipa.example 127.0.0.1 "$(sed -n 's/listening on //p' ipa.port)"
later=$(date -u -d '+3 minutes' +%Y-%m-%dT%H:%M:%SZ)
# carried by hand first: then the line brings it a second time, and nothing is doubled
says 0 '1' n ppc exchange pack ipa.example parcel
n ipa exchange take parcel receipts
says 0 '"st":"accepted"' cat receipts
entries=$(n ipa node show --json | jq .entries)
[ "$entries" -eq $((before + 1)) ] || { echo "$before then $entries entries"; fails=$((fails + 1)); }
says 0 '受領 1' n ppc exchange run --now="$later"
[ "$(n ipa node show --json | jq .entries)" -eq "$entries" ] || { echo 'doubled'; fails=$((fails + 1)); }
says 0 '0' n ppc exchange settle receipts
# cut short, changed, another's: refused, and the record is as it was
head -c 300 parcel >cut
says 2 '' n ipa exchange take cut
says 0 'address' n office exchange take parcel
says 0 'signature' sh -c 'sed "s/advice/advicf/" parcel >forged; RENKEI_STORE=$PWD/ipa "$RENKEI" exchange take forged 2>/dev/null'
# a clock that is wrong by an hour: not lost, later taken
n ppc thread open advice ipa.example phase=cause question=y --now="$(date -u -d '+2 hours' +%Y-%m-%dT%H:%M:%SZ)" >/dev/null
v ppc thread send "$(n ppc thread drafts | cut -d' ' -f1)" --now="$(date -u -d '+2 hours' +%Y-%m-%dT%H:%M:%SZ)" >/dev/null
n ppc exchange run --now="$(date -u -d '+2 hours' +%Y-%m-%dT%H:%M:%SZ)" >/dev/null
says 0 'wait' n ppc exchange status
n ppc exchange pack ipa.example parcel >/dev/null
says 0 'accepted' n ipa exchange take parcel --now="$(date -u -d '+2 hours' +%Y-%m-%dT%H:%M:%SZ)"
kill $pid
wait
for x in ppc ipa; do says 0 'The record holds' n $x record verify; done
v ppc record rebuild >/dev/null
says 0 'The record holds' n ppc record verify
finish
