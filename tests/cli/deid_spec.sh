# shellcheck shell=sh
# What is asked for as data: hierarchies from files and built, treatments, encodings; each slip has its place, nothing goes out.
. "$TESTS/cli/lib.sh"
cat >people.csv <<'END'
number,birth,sex,postal,muni,income,job,note
901,昭和28年5月17日,男,100-0001,131016,210,B12,x
902,R1.5.1,女,1000002,13101,0,C03,x
903,1953-06-02,男,〒100-0003,131016,1850,B12,x
904,令和元年5月2日,女,1000002,131024,15,C03,y
905,H1.1.8,男,1000001,131016,,B11,x
906,昭和64年1月7日,女,1000003,131024,220,D01,y
END
cat >good.yaml <<'END'
spec: 1
columns:
  - { name: number, kind: identifying, treat: { pseudonym: true } }
  - { name: birth, kind: quasi, hierarchy: { built: date, steps: [month, year, 5, 10, 50] } }
  - { name: sex, kind: quasi, hierarchy: { built: flat } }
  - { name: postal, kind: quasi, hierarchy: { built: postal }, levels: { least: 1 } }
  - { name: muni, kind: quasi, hierarchy: { built: municipality } }
  - { name: income, kind: quasi, hierarchy: { built: number, steps: [10, 100], top: 1000, missing: [""] }, weight: 2 }
  - { name: job, kind: quasi, hierarchy: { built: occupation } }
  - { name: note, kind: other, treat: { rare: 3 } }
model: { k: 2 }
END
run() { "$RENKEI" deid run --in=people.csv --out=o.csv "$@"; }
says 0 "" run --spec=good.yaml --keep-order --report=r.json
head -n 1 o.csv | grep -q '^number,birth,sex,postal,muni,income,job,note$' || { echo "another header"; fails=$((fails + 1)); }
grep -q '90[1-6]\|x,y\|,y$' o.csv && { echo "a number, or a rare value, went out"; fails=$((fails + 1)); }
grep -q '1000001\|1000002\|1000003' o.csv && { echo "a postal code went out whole"; fails=$((fails + 1)); }
# the same seed, the same bytes; pseudonyms too; another seed, others
says 0 "" run --spec=good.yaml --seed=1 && cp o.csv a.csv
says 0 "" run --spec=good.yaml --seed=1 && cmp a.csv o.csv || fails=$((fails + 1))
says 0 "" run --spec=good.yaml --seed=2
cmp -s a.csv o.csv && { echo "two seeds, the same bytes"; fails=$((fails + 1)); }
says 0 "" run --spec=good.yaml --threads=4 --seed=1 && cmp a.csv o.csv || fails=$((fails + 1))
# CP932 in and out
iconv -f UTF-8 -t CP932 people.csv >sjis.csv
sed 's/^model/encoding: cp932\nmodel/' good.yaml >sjis.yaml
says 0 "" "$RENKEI" deid run --spec=sjis.yaml --in=sjis.csv --out=s.csv --seed=1
iconv -f CP932 -t UTF-8 s.csv | cmp - a.csv || { echo "CP932 and back is another text"; fails=$((fails + 1)); }
# standard input
says 0 "" "$RENKEI" deid run --spec=good.yaml --in=- --out=o.csv --seed=1 <people.csv && cmp a.csv o.csv || fails=$((fails + 1))

# several rows of a person: k counts persons; the report says how many
awk 'BEGIN { print "who,a,b"; for (i = 0; i < 60; i++) printf "p%d,%d,%d\n", i % 20, i % 20 + i % 3, i % 2 }' >visits.csv
printf 'spec: 1\ncolumns:\n  - { name: a, kind: quasi, hierarchy: { built: number, steps: [5, 10] } }\n  - { name: b, kind: other }\nmodel: { k: 4, person: who }\n' >visits.yaml
says 0 "" "$RENKEI" deid run --spec=visits.yaml --in=visits.csv --out=v.csv --report=v.json
grep -q '"persons":[12]*[0-9],"class_least_persons":[1-9]' v.json || { echo "persons are not counted"; fails=$((fails + 1)); }
head -n 1 v.csv | grep -q '^a,b$' || { echo "the column of persons went out"; fails=$((fails + 1)); }
sed 's/k: 4/k: 21/' visits.yaml >many.yaml
says 1 "nothing was released" "$RENKEI" deid run --spec=many.yaml --in=visits.csv --out=w.csv
sed 's/name: b, kind: other/name: who, kind: other/' visits.yaml >linked.yaml
says 2 "linked.yaml:5:24: the column that tells persons apart is left out" "$RENKEI" deid run --spec=linked.yaml --in=visits.csv --out=w.csv
rm -f o.csv r.json
# slips in the spec
bad() { want=$1 && shift && sed "$1" good.yaml >bad.yaml && says 2 "$want" run --spec=bad.yaml; }
bad 'bad.yaml:1:7: the number is outside' 's/^spec: 1/spec: 2/'
bad 'bad.yaml:5:' 's/name: sex/nane: sex/'
bad 'bad.yaml:5:24: not one of the words' 's/name: sex, kind: quasi/name: sex, kind: secret/'
bad 'the steps are no hierarchy' 's/steps: \[month, year, 5, 10, 50\]/steps: [year, month]/'
bad 'the steps are no hierarchy' 's/steps: \[10, 100\]/steps: [10, 25]/'
bad 'the steps are no hierarchy' 's/\[month, year, 5, 10, 50\]/[era-year, 10]/'
bad 'a pseudonym is for an identifying column' 's/pseudonym: true/pseudonym: true, rare: 3/'
bad 'this treatment is for sensitive and other' 's/built: flat }/built: flat }, treat: { rare: 3 }/'
bad 'this column name stands twice' 's/name: sex/name: birth/'
bad 'the header has no such column' 's/name: sex/name: gender/'
bad 'these models need the population' 's/k: 2/k: 2, k_map: 3/'
bad 'this is for global recoding only' 's/levels: { least: 1 }/levels: { most: 1 }/'
bad 'needs a sensitive column' 's/k: 2/k: 2, l: 2/'
says 2 "this option is missing" run --spec=good.yaml --k=3
says 2 "this option is missing" "$RENKEI" deid run --spec=good.yaml --out=o.csv
# slips in the table
cell() { want=$1 && shift && sed "$1" people.csv >bad.csv && says 2 "$want" "$RENKEI" deid run --spec=good.yaml --in=bad.csv --out=o.csv; }
cell 'bad.csv:2:2: this value is no date' 's/昭和28年5月17日/昭和65年1月1日/'
cell 'bad.csv:4:4: this value is no code' 's/100-0003/100-003/'
cell 'bad.csv:5:5: this value is no code' 's/131024,15/131025,15/'
cell 'bad.csv:3:6: this value is "*"' 's/,0,C03/,*,C03/'
cell 'bad.csv:2:6: this value is no number' 's/,210,/,many,/'
sed 's/, missing: \[""\]//' good.yaml >bad.yaml
says 2 'people.csv:6:6: an empty value' run --spec=bad.yaml
lacks "昭和65" "$RENKEI" deid run --spec=good.yaml --in=bad.csv --out=o.csv
# numbers that the law calls identifying stop the run, whatever the spec calls them
printf 'id,a\n123456789018,x\n987654321018,x\n111111111118,x\n' >codes.csv
printf 'spec: 1\ncolumns:\n  - { name: a, kind: quasi, hierarchy: { built: flat } }\n  - { name: id, kind: other }\nmodel: { k: 1 }\n' >codes.yaml
says 4 "individual identification codes" "$RENKEI" deid run --spec=codes.yaml --in=codes.csv --out=o.csv
# CP932 has no such letter
printf 'a\n👪\n👪\n' >letters.csv
printf 'spec: 1\ncolumns:\n  - { name: a, kind: quasi, hierarchy: { built: flat } }\nmodel: { k: 1 }\nencoding: cp932\n' >letters.yaml
says 2 "characters that CP932 does not have" "$RENKEI" deid run --spec=letters.yaml --in=letters.csv --out=o.csv
ls o.csv* 2>/dev/null && { echo "something was released"; fails=$((fails + 1)); }
# two columns microaggregated together: twelve groups of five
awk 'BEGIN { print "q,a,b"; for (i = 0; i < 60; i++) printf "x,%d,%d\n", i * 37 % 101, i * 53 % 97 }' >m.csv
printf 'spec: 1\ncolumns:\n  - { name: q, kind: quasi, hierarchy: { built: flat } }\n  - { name: a, kind: other }\n  - { name: b, kind: other }\nmodel: { k: 2 }\nmdav: { columns: [a, b], k: 5 }\n' >m.yaml
says 0 "" "$RENKEI" deid run --spec=m.yaml --in=m.csv --out=m.out
[ "$(tail -n +2 m.out | sort | uniq -c | awk '$1 == 5' | wc -l)" -eq 12 ] || { echo "groups are not of five"; fails=$((fails + 1)); }
# a profile proposes a spec that runs
"$RENKEI" deid profile --spec people.csv >proposed.yaml
sed -i 's/k: 10/k: 2/' proposed.yaml
says 0 "" run --spec=proposed.yaml
# amounts, ages with their unit, moments, what is not known: a profile knows them, and what it proposes runs
awk 'BEGIN { print "氏名,年収,年齢,来院日時,店"; for (i = 0; i < 60; i++) printf "山田 %d,\"%d,%03d,000\",%s,2024-%02d-%02d 10:%02d,%s\n", i, 1 + i % 9,
	i * 37 % 1000, i == 7 ? "不明" : 20 + i "歳", 1 + i % 12, 1 + i % 28, i % 60, i % 3 ? "東" : "西" }' >forms.csv
"$RENKEI" deid profile --spec forms.csv >forms.yaml
for line in 'built: number, steps: \[100000, 500000, 1000000\]' 'steps: \[5, 10, 50, 100\], missing: \["不明"\]' 'built: date'; do
	grep -q "$line" forms.yaml || { echo "not proposed: $line"; fails=$((fails + 1)); }
done
sed -i 's/k: 10/k: 3/; s/name: "店"/name: 店/' forms.yaml
says 0 "" "$RENKEI" deid run --spec=forms.yaml --in=forms.csv --out=forms.out --keep-order
grep -q '山田' forms.out && { echo "a name was released"; fails=$((fails + 1)); }
# forty columns that have nothing to do with each other: the search ends, and does not say that it proved anything
awk 'BEGIN { srand(3); for (j = 0; j < 40; j++) printf "c%d%s", j, j < 39 ? "," : "\n"
	for (i = 0; i < 100; i++) for (j = 0; j < 40; j++) printf "%d%s", rand() * 2, j < 39 ? "," : "\n" }' >wide.csv
{ printf 'spec: 1\ncolumns:\n'; for j in $(seq 0 39); do echo "  - { name: c$j, kind: quasi, hierarchy: { built: flat } }"; done
	printf 'model: { k: 3 }\nrecoding: global\nnodes_most: 500\n'; } >wide.yaml
says 0 "" "$RENKEI" deid run --spec=wide.yaml --in=wide.csv --out=wide.out --report=wide.json
says 0 '"optimal":false' cat wide.json
[ "$(tail -n +2 wide.out | sort | uniq -c | awk '$1 < 3' | wc -l)" -eq 0 ] || { echo "a class under k"; fails=$((fails + 1)); }
# several sensitive columns: what is asked holds for each by itself
mkdir -p two/hierarchies
awk 'BEGIN { for (i = 0; i < 40; i++) printf "%d,a%d,*\n", i, i / 10 }' >two/hierarchies/age.csv
awk 'BEGIN { print "age,ill,job"; for (i = 0; i < 400; i++) printf "%d,d%d,j%d\n", i % 40, i % 3, int(i / 40) % 2 + (i % 40 < 20 ? 0 : i % 5) }' >two/data.csv
for recoding in global local; do
	says 0 "" "$RENKEI" deid run --data=two --qi=age --sensitive=ill,job --k=4 --l=2 --recoding=$recoding --out=two.csv --report=two.json
	grep -q '"met":true' two.json || { echo "two sensitive columns: not met"; fails=$((fails + 1)); }
	for col in 2 3; do
		tail -n +2 two.csv | awk -F, -v c=$col '{ if (!s[$1 "," $c]++) n[$1]++ } END { for (i in n) if (n[i] < 2) exit 1 }' ||
			{ echo "a class has one value in column $col ($recoding)"; fails=$((fails + 1)); }
	done
done
# one that has a single value in a class refuses it, whichever it is
awk 'BEGIN { print "age,ill,job"; for (i = 0; i < 400; i++) printf "%d,d%d,%s\n", i % 40, i % 3, "same" }' >two/data.csv
says 1 "" "$RENKEI" deid run --data=two --qi=age --sensitive=ill,job --k=4 --l=2 --out=no.csv --report=two.json
says 1 "" "$RENKEI" deid run --data=two --qi=age --sensitive=job,ill --k=4 --l=2 --recoding=global --out=no.csv --report=two.json
[ ! -e no.csv ] || { echo "released what is not diverse"; fails=$((fails + 1)); }
says 0 "" "$RENKEI" deid run --data=two --qi=age --sensitive=ill,job --k=4 --t=0.3 --out=yes.csv --report=two.json
finish
