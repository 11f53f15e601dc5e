/*
 * Two roles of PostgreSQL: the owner makes the schema and its tables, and is not used again; the node's role can add to the record and
 * cannot change it, whoever has got hold of its password. Tables that are made from the record, and the ciphertext that a disposal has
 * to drop and vacuum, belong to the node's role.
 */
#include <libpq-fe.h>

#include "base/buf.h"
#include "core/store/store_inside.h"

#include "base/banned.h"

/* %1 the schema, %2 the node's role, both quoted. CREATE is lent: a new owner of tables must have it (ALTER TABLE, PostgreSQL 15). */
static const char give[] =
	"ALTER SCHEMA %1 OWNER TO CURRENT_USER;"
	"ALTER TABLE entry OWNER TO CURRENT_USER; ALTER TABLE checkpoint OWNER TO CURRENT_USER;"
	"ALTER TABLE meta OWNER TO CURRENT_USER; ALTER TABLE migration OWNER TO CURRENT_USER;"
	"ALTER FUNCTION entry_refuse() OWNER TO CURRENT_USER;"
	"GRANT USAGE, CREATE ON SCHEMA %1 TO %2;"
	"DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
	" AND tablename NOT IN ('entry', 'checkpoint', 'meta', 'migration') LOOP"
	" EXECUTE format('ALTER TABLE %I OWNER TO %2', t); END LOOP; END $$;"
	"REVOKE CREATE ON SCHEMA %1 FROM %2; REVOKE CREATE ON SCHEMA %1 FROM PUBLIC;"
	"REVOKE ALL ON entry, checkpoint, meta, migration FROM %2, PUBLIC;"
	"GRANT SELECT, INSERT ON entry, checkpoint TO %2; GRANT SELECT ON meta TO %2; GRANT SELECT, DELETE ON migration TO %2;"
	/* the node takes away the mark that its tables wait for a rebuild, and no other row */
	"ALTER TABLE migration ENABLE ROW LEVEL SECURITY;"
	"DROP POLICY IF EXISTS node_reads ON migration; DROP POLICY IF EXISTS node_filled ON migration;"
	"CREATE POLICY node_reads ON migration FOR SELECT TO %2 USING (true);"
	"CREATE POLICY node_filled ON migration FOR DELETE TO %2 USING (number = 0)";

static rc put_sql(struct ctx *c, slice schema, slice role, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, 16384);
	for (const char *s = give; *s; s++) {
		if (*s != '%' || (s[1] != '1' && s[1] != '2')) {
			buf_putc(&b, *s);
			continue;
		}
		s++;
		buf_put(&b, *s == '1' ? schema : role);
	}
	buf_putc(&b, '\0');
	return buf_done(c, &b, ret);
}

/* In c->a, quoted; names with what would end a quotation inside the script are none of ours. */
static rc quoted(struct ctx *c, PGconn *db, const char *name, slice *ret)
{
	char *q = strpbrk(name, "\"'\\$%") ? NULL : PQescapeIdentifier(db, name, strlen(name));
	rc r = q ? slice_keep(c, slice_of(q), ret) : FAIL(c, E_INVALID, "store.role");

	PQfreemem(q);
	return r;
}

static void end(PGconn **db) { PQfinish(*db); }

/* The node's role, which must be another one than the owner. */
static rc role_of(struct ctx *c, const char *owner, const char *conninfo, const char *schema, slice *ret_role, slice *ret_schema)
{
	__attribute__((cleanup(end))) PGconn *o = PQconnectdb(owner);
	__attribute__((cleanup(end))) PGconn *n = PQconnectdb(conninfo);

	if (PQstatus(o) != CONNECTION_OK || PQstatus(n) != CONNECTION_OK)
		return FAIL(c, E_IO, "store.open");
	if (strcmp(PQuser(o), PQuser(n)) == 0)
		return FAIL(c, E_INVALID, "store.role");
	TRY(quoted(c, n, PQuser(n), ret_role));
	return quoted(c, n, schema, ret_schema);
}

rc store_make_pg(struct ctx *c, const char *owner, const char *conninfo, const char *schema)
{
	AUTO_STORE st = NULL;
	slice role, name, sql;
	rc r;

	TRY(role_of(c, owner, conninfo, schema, &role, &name));
	TRY(store_open_pg(c, owner, schema, true, &st));
	TRY(put_sql(c, name, role, &sql));
	TRY(store_begin(c, st));
	r = st->ops->script(c, st, sql.p);
	if (r == OK)
		return store_commit(c, st);
	store_rollback(st);
	return r == E_DENIED ? FAIL(c, E_DENIED, "store.owner_weak") : r;
}

rc store_rights(struct ctx *c, struct store *st, enum store_rights *ret)
{
	AUTO_QUERY q = { 0 };
	bool more;

	*ret = STORE_RIGHTS_FILE;
	if (st->backend != BACKEND_PG)
		return OK;
	TRY(store_raw(c, st, &q,
	              "SELECT bool_or(pg_has_role(c.relowner, 'MEMBER') OR has_table_privilege(c.oid, 'UPDATE') OR"
	              " has_table_privilege(c.oid, 'DELETE') OR has_table_privilege(c.oid, 'TRUNCATE') OR"
	              " has_table_privilege(c.oid, 'TRIGGER')) OR has_schema_privilege(current_schema(), 'CREATE')"
	              " FROM pg_class c WHERE c.oid IN ('entry'::regclass, 'checkpoint'::regclass)"));
	TRY(query_next(c, &q, &more));
	*ret = more && st->ops->column(&q, 0, CELL_INT).num == 0 ? STORE_RIGHTS_ADD : STORE_RIGHTS_ALL;
	return OK;
}
