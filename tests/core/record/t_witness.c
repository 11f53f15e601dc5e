/* A witness answers a published session of another implementation as that one did, and remembers what it said. */
#include "tests/support.h"

#include <sodium.h>

#include "base/file.h"
#include "base/parse.h"
#include "core/record/note.h"
#include "core/record/witness.h"

static char dir[64];

static const struct json *session(struct ctx *c)
{
	const struct json *v = NULL;
	slice text;

	assert_ok(c, file_read(c, TESTS_DATA "/vectors/witness.json", 4u << 20, &text));
	assert_ok(c, json_parse(c, text, &v));
	return v;
}

static slice text_of(const struct json *v, const char *name)
{
	const struct json *m = json_get(v, slice_of(name));

	assert_non_null(m);
	return json_text(m);
}

/* The log's name stands in the first line of its note, after the empty line that ends the proof. */
static slice origin_of(slice body)
{
	size_t from = slice_find(body, S("\n\n"), 0) + 2;

	return slice_sub(body, from, slice_find(body, S("\n"), from) - from);
}

static slice log_key(struct ctx *c, const struct json *v, slice origin)
{
	AUTO_HASHER h = hasher_new();
	unsigned char pk[32];
	struct buf b;

	assert_ok(c, parse_hex(c, text_of(v, "log_pk"), pk, sizeof pk));
	buf_init(&b, c->a, 1024);
	note_key_put(h, &b, origin, NOTE_ED25519, pk);
	return buf_slice(&b);
}

static struct witness *opened(struct ctx *c)
{
	struct witness *w;

	assert_ok(c, witness_open(c, dir, S("example.com"), &w));
	return w;
}

static void check_step(struct ctx *c, struct witness *w, const struct json *step, int number)
{
	slice said = text_of(step, "response"), body = text_of(step, "body");
	int want = (int)json_get(step, S("http_status_observed"))->num;
	struct witness_answer a;

	/* what it calls an unknown log was 403 then and is 404 in the text of today */
	if (slice_is(said, "contains unknown log"))
		want = 404;
	assert_ok(c, witness_answer(c, w, body, &a));
	if (a.status != want)
		fail_msg("step %d: %d, want %d: %.*s", number, a.status, want, (int)a.body.len, a.body.p);
	if (want == 200)
		assert_true(slice_starts(a.body, S("\xe2\x80\x94 example.com/witness ")));
	if (want == 409)   /* the size that it has seen, and nothing else */
		assert_true(a.body.len == 2 && a.body.p[0] == said.p[0] && a.body.p[1] == '\n');
	assert_false(a.alarm);
}

static void a_session_of_another_implementation_ends_the_same(void **state)
{
	struct ctx *c = *state;
	const struct json *v = session(c);
	struct witness *w = opened(c);
	bool known = false;
	int number = 0;

	for JSON_EACH(step, json_get(v, S("steps"))) {
		if (!known)
			assert_ok(c, witness_know(c, w, log_key(c, v, origin_of(text_of(step, "body")))));
		known = true;
		check_step(c, w, step, ++number);
	}
	assert_int_equal(number, 9);
	witness_close(w);
}

/* After a restart it still knows the tree of five: the first step of the session comes too late. */
static void what_it_cosigned_it_remembers(void **state)
{
	struct ctx *c = *state;
	const struct json *v = session(c);
	struct witness *w = opened(c);
	struct witness_answer a;
	struct witnessed *all;
	size_t n;

	assert_ok(c, witness_answer(c, w, text_of(json_get(v, S("steps"))->child, "body"), &a));
	assert_int_equal(a.status, 409);
	assert_true(slice_is(a.body, "5\n"));
	assert_ok(c, witness_list(c, w, &all, &n));
	assert_int_equal(n, 1);
	assert_int_equal(all[0].size, 5);
	assert_false(all[0].alarm);
	witness_close(w);
}

static void what_is_no_request_is_refused_as_such(void **state)
{
	static const char *const wrong[] = {
		"", "\n", "old\n", "old 0", "old -1\n\nx\n1\n", "old 00\n\nx\n1\n", "old 18446744073709551616\n\nx\n1\n",
		"old 0\nAAAA\n\nx\n1\nAAAA\n", "new 0\n\nx\n1\n", "old 0\n\nx\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
	};
	struct ctx *c = *state;
	struct witness *w = opened(c);
	struct witness_answer a;

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_ok(c, witness_answer(c, w, slice_of(wrong[i]), &a));
		if (a.status != 400)
			fail_msg("request %d: %d", (int)i, a.status);
	}
	witness_close(w);
}

/* ---- a log of our own making ---- */

struct log { unsigned char pk[32], sk[64]; struct hash leaf[8]; slice origin; };

static void root_of(const struct log *l, uint64_t size, struct hash *ret)
{
	AUTO_HASHER h = hasher_new();
	struct frontier f = { 0 };
	struct full full[8];

	for (uint64_t i = 0; i < size; i++)
		(void)frontier_add(h, &f, &l->leaf[i], full);
	frontier_root(h, &f, ret);
}

/* A request without proof lines; `others`: signatures of strangers before its own. */
static slice request_for(struct ctx *c, const struct log *l, uint64_t old, uint64_t size, const struct hash *root, int others)
{
	AUTO_HASHER h = hasher_new();
	unsigned char sig[64];
	struct buf b, body;

	buf_init(&body, c->a, 1024);
	checkpoint_put(&body, l->origin, size, root);
	buf_init(&b, c->a, NOTE_MOST);
	buf_putf(&b, "old %llu\n\n", (unsigned long long)old);
	buf_put(&b, buf_slice(&body));
	buf_putc(&b, '\n');
	(void)crypto_sign_detached(sig, NULL, (const unsigned char *)body.p, body.len, l->sk);
	for (int i = 0; i < others; i++)
		note_put_signature(h, &b, S("stranger.example"), NOTE_ED25519, l->pk, 0, sig);
	note_put_signature(h, &b, l->origin, NOTE_ED25519, l->pk, 0, sig);
	return buf_slice(&b);
}

static void make_log(struct ctx *c, struct witness *w, const char *origin, struct log *ret)
{
	unsigned char seed[32] = { 9 };
	AUTO_HASHER h = hasher_new();
	struct buf b;

	ret->origin = slice_of(origin);
	(void)crypto_sign_seed_keypair(ret->pk, ret->sk, seed);
	for (int i = 0; i < 8; i++)
		hash_leaf(h, (slice){ "abcdefgh" + i, 1 }, &ret->leaf[i]);
	buf_init(&b, c->a, 1024);
	note_key_put(h, &b, ret->origin, NOTE_ED25519, ret->pk);
	assert_ok(c, witness_know(c, w, buf_slice(&b)));
}

static void asked(struct ctx *c, struct witness *w, slice request, int want, const char *body)
{
	struct witness_answer a;

	assert_ok(c, witness_answer(c, w, request, &a));
	if (a.status != want || (body && !slice_is(a.body, body)))
		fail_msg("%d %.*s, want %d", a.status, S_ARG(a.body), want);
}

static void the_empty_tree_has_one_root_and_grows_from_there(void **state)
{
	struct ctx *c = *state;
	struct witness *w = opened(c);
	struct hash root, wrong;
	struct log l;

	make_log(c, w, "empty.example", &l);
	root_of(&l, 0, &root);
	wrong = root;
	wrong.b[0] ^= 1;
	asked(c, w, request_for(c, &l, 0, 0, &wrong, 0), 422, NULL);
	asked(c, w, request_for(c, &l, 0, 0, &root, 0), 200, NULL);
	asked(c, w, request_for(c, &l, 0, 0, &root, 0), 200, NULL);
	root_of(&l, 3, &root);
	asked(c, w, request_for(c, &l, 4, 3, &root, 0), 400, NULL);
	asked(c, w, request_for(c, &l, 1, 3, &root, 0), 409, "0\n");
	asked(c, w, request_for(c, &l, 0, 3, &root, 0), 200, NULL);
	asked(c, w, request_for(c, &l, 3, 3, &root, 0), 200, NULL);
	asked(c, w, request_for(c, &l, 0, 3, &root, 0), 409, "3\n");
	root_of(&l, 4, &root);
	asked(c, w, request_for(c, &l, 3, 4, &root, 0), 422, NULL);   /* no proof */
	asked(c, w, request_for(c, &l, 2, 4, &root, 0), 409, "3\n");
	witness_close(w);
}

/* Signatures of others, as many as a note may carry, neither count nor come in the way of the next time. */
static void strangers_signatures_are_passed_over(void **state)
{
	struct ctx *c = *state;
	struct witness *w = opened(c);
	struct hash root;
	struct log l;

	make_log(c, w, "many.example", &l);
	root_of(&l, 5, &root);
	asked(c, w, request_for(c, &l, 0, 5, &root, (int)NOTE_SIGNATURES_MOST - 1), 200, NULL);
	asked(c, w, request_for(c, &l, 5, 5, &root, 15), 200, NULL);
	asked(c, w, request_for(c, &l, 5, 5, &root, (int)NOTE_SIGNATURES_MOST), 400, NULL);
	l.sk[0] ^= 1;
	asked(c, w, request_for(c, &l, 5, 5, &root, 15), 403, NULL);
	l.origin = S("nobody.example");
	asked(c, w, request_for(c, &l, 5, 5, &root, 0), 404, NULL);
	witness_close(w);
}

static int folder(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/renkei-witness-XXXXXX");
	return sodium_init() < 0 || !mkdtemp(dir);
}

static int no_folder(void **state)
{
	char cmd[128];

	(void)state;
	(void)snprintf(cmd, sizeof cmd, "rm -rf '%s'", dir);
	return (system)(cmd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(a_session_of_another_implementation_ends_the_same),
		WORK_TEST(what_it_cosigned_it_remembers),
		WORK_TEST(the_empty_tree_has_one_root_and_grows_from_there),
		WORK_TEST(strangers_signatures_are_passed_over),
		WORK_TEST(what_is_no_request_is_refused_as_such),
	};

	return cmocka_run_group_tests(tests, folder, no_folder);
}
