# Bad input: a message with its place, exit 2, and nothing is released.
. "$TESTS/cli/lib.sh"
mkdir -p good/hierarchies
printf 'x,1,*\ny,1,*\nz,2,*\n' >good/hierarchies/a.csv
printf 'a,b\nx,1\ny,2\nz,3\n' >good/data.csv
run() { "$RENKEI" deid run --qi=a --k=1 --out=o.csv --report=r.json "$@"; }
table() { rm -rf t && cp -r good t && printf "$1" >t/data.csv; }
tree() { rm -rf t && cp -r good t && printf "$1" >t/hierarchies/a.csv; }

says 0 "" run --data=good
rm -f o.csv r.json
table 'a,b\nx,1\ny\n';      says 2 "data.csv:3:1: this row has more or fewer cells" run --data=t
table 'a,b\nx,1\ny,2,3\n';  says 2 "data.csv:3:2: this row has more or fewer cells" run --data=t
table 'a,b\nx,1\n\nz,3\n';  says 2 "data.csv:3:1: this row" run --data=t
table 'a,b\nx,1\nw,2\n';    says 2 "data.csv:3:1: this value does not stand in the hierarchy" run --data=t
table 'a,b\n*,1\n';         says 2 "does not stand in the hierarchy" run --data=t
table 'a,b\n';              says 2 "the table has no rows" run --data=t
table '';                   says 2 "the table has no rows" run --data=t
table 'c,b\nx,1\n';         says 2 "the header has no such column" run --data=t
table 'a,a\nx,1\n';         says 2 "this column name stands twice" run --data=t
table 'a,b\n"x,1\ny,2\n';   says 2 "a quoted cell does not end" run --data=t
table 'a,b\n"x"y,1\n';      says 2 "a quoted cell does not end, or something follows" run --data=t
tree '';                    says 2 "a.csv:1:1: the hierarchy has no lines" run --data=t
tree 'x,1,*\ny,*\nz,2,*\n'; says 2 "a.csv:2:2: this line has another number of levels" run --data=t
tree 'x,1,*\ny,1,2\n';      says 2 "a.csv:2:3: a line of a hierarchy must end in *" run --data=t
tree 'x,1,*\nx,1,*\n';      says 2 "stands twice" run --data=t
tree 'x,1,2,1,*\n';         says 2 "a.csv:1:4: a label comes back above another one" run --data=t
tree 'x,1,3,*\ny,1,4,*\n';  says 2 "a.csv:2:3: two lines share a label here" run --data=t
tree 'x,y,*\ny,z,*\nz,z,*\n'; says 2 "one label stands for two different sets" run --data=t
rm -f t/hierarchies/a.csv;  says 2 "cannot open the file" run --data=t
says 2 "this option is missing" "$RENKEI" deid run --data=good --qi=a --out=o.csv
says 2 "this option is missing" "$RENKEI" deid run --data=good --k=2 --out=o.csv
says 2 "has a value it cannot take" run --data=good --labels=stars
says 2 "has a value it cannot take" run --data=good --suppress=-1
says 2 "needs a sensitive column" run --data=good --l=2
says 2 "cannot open the file" run --data=nothing-here
# a device or a pipe is not replaced; a report may go to one
mkfifo pipe
says 2 "this is a device or a pipe" "$RENKEI" deid run --data=good --qi=a --k=1 --out=pipe
[ -p pipe ] || { echo "the pipe was replaced"; fails=$((fails + 1)); }
says 0 '"met":true' "$RENKEI" deid run --data=good --qi=a --k=1 --out=p.csv --report=/dev/stdout
# no report, no release
says 2 "could not create the file" "$RENKEI" deid run --data=good --qi=a --k=1 --out=q.csv --report=no/r.json
[ -e q.csv ] && { echo "released without its report"; fails=$((fails + 1)); }
# a full disk leaves nothing behind
awk 'BEGIN { print "a,b"; for (i = 0; i < 20000; i++) print "x," i }' >large.csv
mkdir small
(ulimit -f 8 && says 3 "could not write the file" "$RENKEI" deid run --data=good --in=large.csv --qi=a --sensitive=b --k=1 --out=small/o.csv && finish) || fails=$((fails + 1))
[ -z "$(ls small)" ] || { echo "a part of a release was left"; fails=$((fails + 1)); }
# no value of a table stands in a message
table 'a,b\nx,1\n山田太郎,2\n'
lacks "山田" run --data=t
ls o.csv* r.json* 2>/dev/null && { echo "something was released"; fails=$((fails + 1)); }
# one row, all rows alike, many columns
table 'a,b\nx,1\n';         says 0 "" run --data=t
table 'a,b\nx,1\nx,1\nx,1\n'; says 0 "" "$RENKEI" deid run --data=t --qi=a --k=3 --out=o.csv
cut -d, -f1 o.csv | sort -u | tr '\n' ' ' | grep -q '^a x $' || { echo "rows that are alike were generalised"; fails=$((fails + 1)); }
awk 'BEGIN { printf "a"; for (i = 0; i < 10000; i++) printf ",c%d", i; print ""; for (r = 0; r < 3; r++) { printf "x"; for (i = 0; i < 10000; i++) printf ",%d", r; print "" } }' >t/data.csv
says 0 "" "$RENKEI" deid run --data=t --qi=a --k=3 --out=o.csv
# quotes, CRLF, a byte order mark, no line end at the end
printf '\357\273\277a,b\r\n"x","1 ""2"", 3"\r\ny,2\r\n"z",3' >t/data.csv
says 0 "" "$RENKEI" deid run --data=t --qi=a --sensitive=b --k=1 --out=o.csv
grep -q '^x,"1 ""2"", 3"$' o.csv || { echo "a quoted cell is not what it was"; fails=$((fails + 1)); }
# a byte order mark before a quoted name
printf '\357\273\277"a","b"\r\n"x","1"\r\n' >t/data.csv
says 0 "" "$RENKEI" deid run --data=t --qi=a --sensitive=b --k=1 --out=o.csv
# cells with line ends and quotes in them, also more than one thread looks at
awk 'BEGIN { print "a,b"; for (i = 0; i < 40000; i++) printf "%s,\"line %d\nof \"\"two\"\"\"\n", substr("xyz", i % 3 + 1, 1), i % 7 }' >t/data.csv
for n in 1 2 3; do says 0 "" "$RENKEI" deid run --data=t --qi=a --sensitive=b --k=2 --threads=$n --out=o$n.csv; done
cmp o1.csv o2.csv && cmp o1.csv o3.csv && [ "$(wc -l <o1.csv)" -eq 80001 ] || { echo "quoted cells differ by threads"; fails=$((fails + 1)); }
finish
