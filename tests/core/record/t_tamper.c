/* Whoever changes the record behind the node's back is found, and the first bad entry is named. */
#include "tests/support.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/record/record.h"
#include "core/record/tree.h"

#define ENTRIES 40

struct victim { const char *dir; char db[300]; };

__attribute__((format(printf, 1, 2))) static void shell(const char *fmt, ...)
{
	char cmd[4000];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(cmd, sizeof cmd, fmt, ap);
	va_end(ap);
	assert_int_equal((system)(cmd), 0);
}

/* A record whose entries stand several in a row, 4,200 of them: one full block of the index. */
static void make_grouped_victim(struct ctx *c, struct victim *v)
{
	struct node_options o = { .name = S("grouped.example") };
	struct act a = { .act = S("approve"), .actor = { S("op-1"), S("lead"), S_NONE }, .case_id = S("c-1") };
	char *dir = arena_cstr(c->a, S("/tmp/renkei-tamper-XXXXXX"));
	struct batch b[60];
	struct node *n;

	assert_non_null(mkdtemp(dir));
	v->dir = dir;
	(void)snprintf(v->db, sizeof v->db, "%s/record.db", dir);
	assert_ok(c, node_create(c, dir, &o));
	assert_ok(c, node_open(c, dir, NULL, &n));
	for (int i = 0; i < 70; i++) {
		for (size_t k = 0; k < 60; k++)
			b[k] = (struct batch){ .acts = &a, .n = 1 };
		assert_ok(c, node_append_group(c, n, b, 60));
	}
	assert_ok(c, node_close(c, n));
}

/* A record with 40 entries, signed at 1, 20 and 40; every third one has a sealed payload. */
static void make_victim(struct ctx *c, struct victim *v)
{
	struct node_options o = { .name = S("victim.example") };
	char *dir = arena_cstr(c->a, S("/tmp/renkei-tamper-XXXXXX"));
	struct node *n;
	slice note;

	assert_non_null(mkdtemp(dir));
	v->dir = dir;
	(void)snprintf(v->db, sizeof v->db, "%s/record.db", dir);
	assert_ok(c, node_create(c, dir, &o));
	assert_ok(c, node_open(c, dir, NULL, &n));
	for (int i = 1; i < ENTRIES; i++) {
		const struct payload p = { .bytes = S("{\"name\":\"\xe5\xb1\xb1\xe7\x94\xb0\"}") };
		struct act a = { .act = S("approve"), .actor = { S("op-1"), S("lead"), S_NONE }, .case_id = S("c-1"),
		                 .seal = &p, .nseal = i % 3 == 0 };
		int64_t seq;

		assert_ok(c, node_append(c, n, &a, &seq));
		if (i == 19)
			assert_ok(c, node_checkpoint(c, n, &note));
	}
	assert_ok(c, node_close(c, n));
}

static void sql(const struct victim *v, const char *text)
{
	sqlite3 *db;
	char *why = NULL;

	assert_int_equal(sqlite3_open(v->db, &db), SQLITE_OK);
	(void)sqlite3_exec(db, "DROP TRIGGER IF EXISTS entry_no_update; DROP TRIGGER IF EXISTS entry_no_delete", NULL, NULL, NULL);
	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", text, why);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void check(struct ctx *c, const struct victim *v, const char *key, int64_t first_bad)
{
	struct verdict got;
	struct node *n;
	rc r = node_open_inspect(c, v->dir, NULL, &n);

	assert_ok(c, r);
	assert_ok(c, record_verify(c, n, &got));
	node_drop(n);
	assert_false(got.good);
	if (key)
		assert_string_equal(got.key, key);
	if (first_bad >= -1)
		assert_int_equal(got.first_bad, first_bad);
}

static void put_back(const struct victim *v)
{
	shell("rm -rf '%s' && mv '%s.copy' '%s'", v->dir, v->dir, v->dir);
}

static void with_change(struct ctx *c, const struct victim *v, const char *change, const char *key, int64_t first_bad)
{
	shell("cp -r '%s' '%s.copy'", v->dir, v->dir);
	sql(v, change);
	check(c, v, key, first_bad);
	put_back(v);
}

static void a_changed_removed_added_or_swapped_entry_is_named(void **state)
{
	struct ctx *c = *state;
	struct victim v;

	make_victim(c, &v);
	with_change(c, &v, "UPDATE entry SET body = CAST(replace(body, 'lead', 'dead') AS BLOB) WHERE seq = 7", "record.leaf", 7);
	with_change(c, &v, "UPDATE entry SET leaf = zeroblob(32) WHERE seq = 11", "record.leaf", 11);
	with_change(c, &v, "DELETE FROM entry WHERE seq = 13", "record.gap", 13);
	with_change(c, &v, "DELETE FROM entry WHERE seq = 0", "record.gap", 0);
	with_change(c, &v, "DELETE FROM entry WHERE seq = 39", "record.short", 39);
	with_change(c, &v, "DELETE FROM entry WHERE seq > 19", "record.short", 20);
	with_change(c, &v, "INSERT INTO entry (seq, leaf, body) SELECT 40, leaf, body FROM entry WHERE seq = 39", "record.seq", 40);
	with_change(c, &v, "UPDATE entry SET seq = 100 WHERE seq = 5; UPDATE entry SET seq = 5 WHERE seq = 6;"
	            "UPDATE entry SET seq = 6 WHERE seq = 100", "record.seq", 5);
	with_change(c, &v, "UPDATE checkpoint SET note = replace(note, '20', '21') WHERE size = 20", "record.checkpoint", 20);
	with_change(c, &v, "UPDATE blob SET data = zeroblob(length(data))", "record.blob", 3);
	with_change(c, &v, "DELETE FROM blob", "record.blob", 3);
	with_change(c, &v, "UPDATE blob SET data = NULL, dropped_at = 1", "record.blob", 3);
	with_change(c, &v, "INSERT INTO word VALUES (98, 'op-8'); INSERT INTO entry_word VALUES (98, 2, 0, x'0008')",
	            "store.tables_differ", -1);
	with_change(c, &v, "INSERT INTO word VALUES (99, 'op-9')", "store.tables_differ", -1);
	shell("rm -rf '%s'", v.dir);
}

static void entries_that_share_a_row_are_named_each_by_itself(void **state)
{
	struct ctx *c = *state;
	struct victim v;

	make_grouped_victim(c, &v);
	with_change(c, &v, "UPDATE entry SET body = CAST(replace(body, '\"seq\":70,', '\"seq\":71,') AS BLOB)", "record.leaf", 70);
	with_change(c, &v, "UPDATE entry SET body = CAST(replace(body, '\"seq\":70,', char(10) || 'seq\":70,') AS BLOB)", "record.leaf", 70);
	with_change(c, &v, "UPDATE entry SET leaf = substr(leaf, 1, length(leaf) - 32) WHERE seq = 1", "record.leaf", -3);
	with_change(c, &v, "UPDATE entry SET leaf = substr(leaf, 1, 7) WHERE seq = 1", "record.row", 1);
	with_change(c, &v, "DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry WHERE seq < 3000)", "record.gap", -2);
	with_change(c, &v, "UPDATE entry SET leaf = substr(leaf, 33), body = CAST(substr(body, instr(body, char(10)) + 1) AS BLOB), seq = seq + 1"
	            " WHERE seq = 1", "record.gap", 1);
	shell("rm -rf '%s'", v.dir);
}

static void a_deleted_or_altered_row_of_the_index_is_found(void **state)
{
	struct ctx *c = *state;
	struct victim v;

	make_grouped_victim(c, &v);
	with_change(c, &v, "DELETE FROM entry_word WHERE role = 1 AND block = 0", "store.tables_differ", -1);
	with_change(c, &v, "DELETE FROM entry_word WHERE role = 2", "store.tables_differ", -1);
	with_change(c, &v, "UPDATE entry_word SET places = CAST(substr(places, 3) AS BLOB) WHERE role = 1", "store.tables_differ", -1);
	with_change(c, &v, "UPDATE entry_word SET places = CAST(substr(places, 1, 100) || x'ff' || substr(places, 102) AS BLOB) WHERE role = 1",
	            "store.tables_differ", -1);
	with_change(c, &v, "UPDATE entry_word SET block = 1 WHERE role = 1", "store.tables_differ", -1);
	with_change(c, &v, "UPDATE word SET word = 'c-2' WHERE word = 'c-1'", "store.tables_differ", -1);
	shell("rm -rf '%s'", v.dir);
}

/* The one who changes an entry and its hash as well is found by the signature over the whole. */
static void an_entry_changed_with_its_hash_breaks_the_signed_root(void **state)
{
	struct ctx *c = *state;
	struct victim v;
	AUTO_HASHER h = hasher_new();
	struct node *n;
	struct entry e;
	struct hash leaf;
	struct buf b;
	char *body;

	make_victim(c, &v);
	assert_ok(c, node_open(c, v.dir, NULL, &n));
	assert_ok(c, record_get(c, n, 25, &e));
	assert_ok(c, node_close(c, n));
	body = arena_cstr(c->a, e.bytes);
	*(strstr(body, "op-1") + 3) = '2';
	hash_leaf(h, (slice){ body, e.bytes.len }, &leaf);
	buf_init(&b, c->a, 4096);
	buf_putf(&b, "UPDATE entry SET body = CAST('%s' AS BLOB), leaf = x'", body);
	for (int i = 0; i < 32; i++)
		buf_putf(&b, "%02x", leaf.b[i]);
	buf_putz(&b, "' WHERE seq = 25");
	buf_putc(&b, '\0');
	sql(&v, b.p);
	check(c, &v, "record.root", 20);   /* between the checkpoint at 20 and the one at 40 */
	assert_fault(c, node_open(c, v.dir, NULL, &n), E_TAMPER, "record.forked");
	shell("rm -rf '%s'", v.dir);
}

static void an_old_copy_put_back_is_refused_and_never_signed(void **state)
{
	struct ctx *c = *state;
	struct act a = { .act = S("approve"), .actor = { S("op-1"), S("lead"), S_NONE } };
	struct victim v;
	struct node *n;
	int64_t seq;

	make_victim(c, &v);
	shell("cp '%s' '%s.old'", v.db, v.db);
	assert_ok(c, node_open(c, v.dir, NULL, &n));
	assert_ok(c, node_append(c, n, &a, &seq));
	assert_ok(c, node_close(c, n));
	shell("rm -f '%s-wal' '%s-shm'; mv '%s.old' '%s'", v.db, v.db, v.db, v.db);
	assert_fault(c, node_open(c, v.dir, NULL, &n), E_TAMPER, "record.forked");
	check(c, &v, "record.short", ENTRIES);
	shell("rm -rf '%s'", v.dir);
}

/* Every byte of the stored entries: any single one changed in the file is found. */
static void any_flipped_byte_of_an_entry_is_found(void **state)
{
	struct ctx *c = *state;
	struct victim v;
	char change[200];

	make_victim(c, &v);
	for (int at = 1; at <= 120; at += 7) {
		int seq = at % ENTRIES;

		(void)snprintf(change, sizeof change, "UPDATE entry SET body = CAST(substr(body, 1, %d) || x'7e' || substr(body, %d) AS BLOB) WHERE seq = %d",
		               at - 1, at + 1, seq);
		with_change(c, &v, change, "record.leaf", seq);
	}
	shell("rm -rf '%s'", v.dir);
}

static void a_truncated_or_flipped_file_is_refused_with_a_message(void **state)
{
	struct ctx *c = *state;
	struct victim v;
	struct stat st;
	struct node *n;

	make_victim(c, &v);
	assert_int_equal(stat(v.db, &st), 0);
	for (off_t size = 0; size < st.st_size; size += st.st_size / 9 + 1) {
		rc r;

		shell("cp -r '%s' '%s.copy'", v.dir, v.dir);
		assert_int_equal(truncate(v.db, size), 0);
		r = node_open(c, v.dir, NULL, &n);
		assert_int_equal(r, E_TAMPER);
		put_back(&v);
	}
	for (off_t at = 16; at < st.st_size; at += st.st_size / 37 + 1) {
		AUTO_ARENA a = arena_new((size_t)64 << 20);
		struct ctx one = { .a = a, .now = c->now };
		int fd;
		char byte;
		struct verdict got;
		rc r;

		shell("cp -r '%s' '%s.copy'", v.dir, v.dir);
		fd = open(v.db, O_RDWR);
		assert_int_equal(pread(fd, &byte, 1, at), 1);
		byte = (char)(byte ^ 0x10);
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		assert_int_equal(close(fd), 0);
		/* whatever it hit: no crash, no silent acceptance of a changed entry; a byte in unused space changes nothing */
		r = node_open_inspect(&one, v.dir, NULL, &n);
		if (r == OK) {
			r = record_verify(&one, n, &got);
			if (!(r == OK || r == E_TAMPER || r == E_IO))
				fail_msg("byte %lld: %s %s", (long long)at, rc_word(r), one.fault.key);
			node_drop(n);
		} else {
			assert_true(r == E_TAMPER || r == E_IO || r == E_CONFLICT);
		}
		put_back(&v);
	}
	shell("rm -rf '%s'", v.dir);
}

static void another_nodes_keys_or_a_readable_key_file_are_refused(void **state)
{
	struct ctx *c = *state;
	struct victim v, w;
	struct node *n;

	make_victim(c, &v);
	make_victim(c, &w);
	shell("chmod 644 '%s/sign/record.key'", v.dir);
	assert_fault(c, node_open(c, v.dir, NULL, &n), E_TAMPER, "secret.file");
	shell("chmod 600 '%s/sign/record.key'", v.dir);
	shell("cp -p '%s/sign/record.key' '%s/sign/record.key'", w.dir, v.dir);
	assert_fault(c, node_open(c, v.dir, NULL, &n), E_TAMPER, "sign.key");
	shell("cp -p '%s/sign/'* '%s/sign/'", w.dir, v.dir);
	assert_fault(c, node_open(c, v.dir, NULL, &n), E_TAMPER, "record.forked");
	shell("rm -rf '%s' '%s'", v.dir, w.dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(a_changed_removed_added_or_swapped_entry_is_named),
		WORK_TEST(entries_that_share_a_row_are_named_each_by_itself),
		WORK_TEST(a_deleted_or_altered_row_of_the_index_is_found),
		WORK_TEST(an_entry_changed_with_its_hash_breaks_the_signed_root),
		WORK_TEST(an_old_copy_put_back_is_refused_and_never_signed),
		WORK_TEST(any_flipped_byte_of_an_entry_is_found),
		WORK_TEST(a_truncated_or_flipped_file_is_refused_with_a_message),
		WORK_TEST(another_nodes_keys_or_a_readable_key_file_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
