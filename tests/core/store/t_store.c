/* The same on both databases: $RENKEI_PG names a PostgreSQL server (tests/with_pg.sh), otherwise it is SQLite. */
#include "tests/support.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <sqlite3.h>

#include "core/store/stmt_table.h"

static struct store *fresh(struct ctx *c)
{
	const char *pg = getenv("RENKEI_PG");
	static int made;
	struct store *st = NULL;
	char schema[40];

	(void)snprintf(schema, sizeof schema, "t_%d_%d", (int)getpid(), made++);
	if (pg)
		assert_ok(c, store_open_pg(c, pg, schema, true, &st));
	else
		assert_ok(c, store_open_sqlite(c, "", true, &st));
	return st;
}

static void every_statement_prepares_and_matches_its_heading(void **state)
{
	struct ctx *c = *state;
	AUTO_STORE st = fresh(c);

	for (int i = 0; i < STMTS; i++) {
		slice plan;
		rc r = store_explain(c, st, (enum stmt)i, &plan);

		if (r != OK)
			fail_msg("%s: %s", stmt_table[i].name, c->fault.key);
	}
}

/* SQLite says SCAN where it walks a whole table or index. */
static void no_statement_scans_a_table_unless_it_says_why(void **state)
{
	struct ctx *c = *state;
	AUTO_STORE st = fresh(c);

	for (int i = 0; i < STMTS; i++) {
		slice plan, line;

		assert_ok(c, store_explain(c, st, (enum stmt)i, &plan));
		while (slice_next(&plan, '\n', &line)) {
			/* the last row of an index is found without walking it; constants and subqueries are no tables */
			bool cheap = slice_find(slice_of(stmt_table[i].sql[0]), S("LIMIT 1"), 0) != SIZE_MAX ||
			             slice_starts(line, S("SCAN CONSTANT")) || slice_starts(line, S("SCAN (subquery"));

			if (slice_starts(line, S("SCAN")) && !stmt_table[i].scan && !cheap)
				fail_msg("%s: %.*s", stmt_table[i].name, S_ARG(line));
		}
	}
}

static void put_word(struct ctx *c, struct store *st, int64_t no, slice word)
{
	assert_ok(c, STORE_RUN(c, st, STMT_WORD_INSERT, v_int(no), v_text(word)));
}

static void a_rollback_leaves_nothing_and_a_commit_stays(void **state)
{
	struct ctx *c = *state;
	AUTO_STORE st = fresh(c);
	AUTO_QUERY q = { 0 };
	bool found;

	assert_ok(c, store_begin(c, st));
	put_word(c, st, 1, S("a"));
	store_rollback(st);
	assert_ok(c, STORE_ONE(c, st, &q, &found, STMT_WORD_NUMBER, v_text(S("a"))));
	assert_false(found);
	query_close(&q);
	assert_ok(c, store_begin(c, st));
	put_word(c, st, 7, S("\xe9\xab\x99"));
	assert_ok(c, store_commit(c, st));
	assert_ok(c, STORE_ONE(c, st, &q, &found, STMT_WORD_NUMBER, v_text(S("\xe9\xab\x99"))));
	assert_true(found);
	assert_int_equal(query_int(&q, 0), 7);
}

static void a_value_of_another_type_is_our_mistake(void **state)
{
	struct ctx *c = *state;
	AUTO_STORE st = fresh(c);

	assert_fault(c, STORE_RUN(c, st, STMT_WORD_INSERT, v_text(S("1")), v_text(S("a"))), E_BUG, "store.values");
	assert_fault(c, STORE_RUN(c, st, STMT_WORD_INSERT, v_int(1)), E_BUG, "store.values");
	assert_fault(c, STORE_RUN(c, st, STMT_WORD_INSERT, v_int(1), v_null()), E_BUG, "store.values");
}

static void the_record_cannot_be_updated_or_deleted_by_slip(void **state)
{
	struct ctx *c = *state;
	AUTO_STORE st = fresh(c);

	assert_ok(c, STORE_RUN(c, st, STMT_ENTRY_INSERT, v_int(0), v_blob(S("y")), v_blob(S("x"))));
	assert_fault(c, STORE_RUN(c, st, STMT_ENTRY_INSERT, v_int(0), v_blob(S("z")), v_blob(S("y"))), E_CONFLICT, "store.constraint");
}

static void blobs_with_any_byte_come_back(void **state)
{
	struct ctx *c = *state;
	AUTO_STORE st = fresh(c);
	AUTO_QUERY q = { 0 };
	char all[256];
	bool found;

	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	assert_ok(c, STORE_RUN(c, st, STMT_BLOB_INSERT, v_blob(S("k")), v_blob(((slice){ all, 256 }))));
	assert_ok(c, STORE_ONE(c, st, &q, &found, STMT_BLOB_GET, v_blob(S("k"))));
	assert_slice(query_blob(&q, 0), ((slice){ all, 256 }));
	assert_true(query_is_null(&q, 1));
}

static void tables_are_compared_row_by_row_across_databases(void **state)
{
	struct ctx *c = *state;
	AUTO_STORE a = fresh(c);
	AUTO_STORE b = NULL;
	const char *table;

	assert_ok(c, store_open_sqlite(c, "", true, &b));
	put_word(c, a, 1, S("b"));
	put_word(c, a, 2, S("\xe9\xab\x99"));
	put_word(c, b, 2, S("\xe9\xab\x99"));
	put_word(c, b, 1, S("b"));
	assert_ok(c, store_compare_projections(c, a, b, &table));
	put_word(c, b, 3, S("c"));
	assert_fault(c, store_compare_projections(c, a, b, &table), E_TAMPER, "store.tables_differ");
	assert_string_equal(table, "word");
	put_word(c, a, 3, S("d"));
	assert_fault(c, store_compare_projections(c, a, b, &table), E_TAMPER, "store.tables_differ");
}

static void write_file(const char *path, const char *bytes)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fputs(bytes, f) >= 0, 1);
	assert_int_equal(fclose(f), 0);
}

static void a_file_that_is_no_database_is_refused(void **state)
{
	struct ctx *c = *state;
	char path[] = "/tmp/renkei-store-XXXXXX";
	struct store *st;

	assert_true(mkstemp(path) >= 0);
	assert_fault(c, store_open_sqlite(c, path, false, &st), E_TAMPER, "store.damaged");
	write_file(path, "this is not a database, it only has the length of one; this is not a database, it only has the length");
	assert_fault(c, store_open_sqlite(c, path, false, &st), E_TAMPER, "store.damaged");
	assert_int_equal(unlink(path), 0);
	assert_fault(c, store_open_sqlite(c, path, false, &st), E_NOTFOUND, "store.open");
}

/* A branch brings 0051 when 0060 has run long ago. */
static void a_lower_migration_that_came_later_is_run(void **state)
{
	struct ctx *c = *state;
	char path[] = "/tmp/renkei-store-XXXXXX";
	struct store *st = NULL;
	int fd = mkstemp(path);
	sqlite3 *db;

	assert_true(fd >= 0);
	(void)close(fd);
	assert_ok(c, store_open_sqlite(c, path, true, &st));
	store_close(st);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "DROP INDEX notice_account; DELETE FROM migration WHERE number = 51", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	st = NULL;
	assert_ok(c, store_open_sqlite(c, path, true, &st));
	store_close(st);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "DROP INDEX notice_account; INSERT INTO migration VALUES (52000)", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	st = NULL;
	assert_fault(c, store_open_sqlite(c, path, true, &st), E_CONFLICT, "store.newer");
	(void)unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(every_statement_prepares_and_matches_its_heading),
		WORK_TEST(no_statement_scans_a_table_unless_it_says_why),
		WORK_TEST(a_rollback_leaves_nothing_and_a_commit_stays),
		WORK_TEST(a_value_of_another_type_is_our_mistake),
		WORK_TEST(the_record_cannot_be_updated_or_deleted_by_slip),
		WORK_TEST(blobs_with_any_byte_come_back),
		WORK_TEST(tables_are_compared_row_by_row_across_databases),
		WORK_TEST(a_file_that_is_no_database_is_refused),
		WORK_TEST(a_lower_migration_that_came_later_is_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
