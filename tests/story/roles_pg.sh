# shellcheck shell=sh
# On PostgreSQL with two roles: the node works with one that can add to the record and not change it; whoever steals its password rewrites
# nothing. A node with one role is told so, and parts them without losing anything.
. "$TESTS/cli/lib.sh"
host=$(printf '%s' "$RENKEI_PG" | sed 's/^host=\([^ ]*\).*/\1/')
owner() { psql -qAt -h "$host" -U renkei postgres -c "$1"; }
# with the stolen password
thief() { psql -qAt -v ON_ERROR_STOP=1 -h "$host" -U renkei_node postgres -c "$1"; }
r() { "$RENKEI" "$@" --store="$n"; }
export RENKEI_AS=op-1:lead
owner 'CREATE ROLE renkei_node LOGIN; CREATE ROLE renkei_owner LOGIN; GRANT renkei_node TO renkei_owner; GRANT CREATE ON DATABASE postgres TO renkei_owner, renkei_node' || exit 1
node="host=$host user=renkei_node dbname=postgres"
works() {
	r case open --known-at=2026-11-20 "--title=t $1" org_type=private "summary=text $1" >/dev/null || fails=$((fails + 1))
	says 0 "text $1" r case show "$1" --lang=en
	says 0 'holds' r record verify --lang=en
	says 0 'rebuilt from' r record rebuild
}
# refused WHAT SQL
refused() {
	thief "SET search_path TO $schema; $2" >out 2>&1
	if [ $? = 0 ] || ! grep -qE 'permission denied|must be owner|violates row-level' out; then
		echo "not refused: $1: $(cat out)"
		fails=$((fails + 1))
	fi
}
# whatever else the doctor finds on this machine
doctor_says() { r doctor 2>&1 | grep -q "$1" || { echo "the doctor does not say: $1"; fails=$((fails + 1)); }; }
# nothing that a stolen password could rewrite
guarded() {
	refused 'an entry is changed' "UPDATE entry SET body = body"
	refused 'an entry is deleted' "DELETE FROM entry WHERE seq = 1"
	refused 'all entries are deleted' "TRUNCATE entry"
	refused 'the guard is switched off' "ALTER TABLE entry DISABLE TRIGGER ALL"
	refused 'the guard is dropped' "DROP TRIGGER entry_no_change ON entry"
	refused 'the guard is replaced' "CREATE OR REPLACE FUNCTION entry_refuse() RETURNS trigger AS 'BEGIN RETURN NEW; END' LANGUAGE plpgsql"
	refused 'the table is dropped' "DROP TABLE entry"
	refused 'the table is renamed' "ALTER TABLE entry RENAME TO other"
	refused 'another table takes its place' "CREATE TABLE entry2 (seq bigint)"
	refused 'the schema is dropped' "DROP SCHEMA $schema CASCADE"
	refused 'a checkpoint is changed' "UPDATE checkpoint SET note = note"
	refused 'a checkpoint is deleted' "DELETE FROM checkpoint"
	refused 'a rule does it' "CREATE RULE r AS ON INSERT TO entry DO INSTEAD NOTHING"
	refused 'a grant is given on' "GRANT UPDATE ON entry TO renkei_node; UPDATE entry SET body = body"
	refused 'a migration is noted' "INSERT INTO migration VALUES (99999)"
	[ "$(thief "SET search_path TO $schema; DELETE FROM migration RETURNING number" | wc -l)" = 0 ] || { echo 'migrations are deleted'; fails=$((fails + 1)); }
}

n=two schema=renkei_two_example
says 2 'must be two' r node init --name=two.example "--pg=$node" "--pg-owner=$node"
for o in renkei_owner renkei; do   # a role that is nothing but the owner, and a superuser
	n=two_$o name=two-$o
	schema=renkei_$(echo "two_${o}_example")
	says 0 "two-" r node init "--name=$(echo "$name" | tr _ -).example" "--pg=$node" "--pg-owner=host=$host user=$o dbname=postgres"
	works 2026-0001
	guarded
	doctor_says "cannot change or delete"
	grep -q "user=$o " "$n/node.json" && { echo 'the owner is remembered'; fails=$((fails + 1)); }
done
# a disposal leaves no ciphertext in the tables
id=$(r case show 2026-0001 --json 2>/dev/null | jq -r '.id // .case // .case_id' | head -n 1)
r disposal propose 2026-0001 --early=request.of.person --rule=own.request.0 >/dev/null || fails=$((fails + 1))
p=$(r disposal list --json | jq -r .proposal)
r disposal approve "$p" --as=op-7:lead >/dev/null
says 0 'Disposed of' r disposal carry-out "$p" --lang=en --as=op-7:lead
[ "$(owner "SELECT sum(n_dead_tup) FROM pg_stat_user_tables WHERE schemaname = '$schema' AND relname = 'blob'")" = 0 ] ||
	[ "$(owner "SELECT count(*) FROM pg_stat_user_tables WHERE schemaname = '$schema' AND relname = 'blob' AND last_vacuum IS NOT NULL")" = 1 ] ||
	{ echo 'the ciphertext was not vacuumed'; fails=$((fails + 1)); }
says 0 'holds' r record verify --lang=en
# what the stolen password can still do, add, is found
thief "SET search_path TO $schema; INSERT INTO entry SELECT seq + 1000, leaf, body FROM entry ORDER BY seq DESC LIMIT 1" || fails=$((fails + 1))
says 1 'does not hold' r record verify --lang=en

# one role: it works, the doctor says so, and the roles are parted
n=one schema=renkei_one_example
r node init --name=one.example "--pg=$node" >/dev/null || exit 1
works 2026-0001
doctor_says 'owns the record'
says 2 'which role owns' r node upgrade
says 0 'not change it' r node upgrade "--pg-owner=$RENKEI_PG"
works 2026-0002
guarded
doctor_says "cannot change or delete"
# a later version brings a table: the node's role says who has to make it, the owner does, the tables are filled
owner "SET search_path TO $schema; DROP TABLE clock_step; DELETE FROM migration WHERE number = 70"
says 4 'renkei node upgrade' r record verify --lang=en
says 0 'not change it' r node upgrade "--pg-owner=$RENKEI_PG"
works 2026-0003
guarded
says 2 'not on PostgreSQL' sh -c '"$RENKEI" node init --store=lite --name=lite.example >/dev/null && "$RENKEI" node upgrade --store=lite "--pg-owner=$RENKEI_PG"'
n=lite
doctor_says 'only who may write the file'
finish
