/* What is written without being read again says what the strict reader reads of it. */
#include "tests/support.h"

#include <stdio.h>

#include "core/record/build.h"

static uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33) % below;
}

static slice word(struct ctx *c, uint64_t *seed)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:/+=";
	size_t n = 1 + draw(seed, draw(seed, 8) ? 20 : WORD_MOST);
	char *p = arena_bytes(c->a, n);

	for (size_t i = 0; i < n; i++)
		p[i] = letters[draw(seed, sizeof letters - 1)];
	return (slice){ p, n };
}

static struct words words(struct ctx *c, uint64_t *seed)
{
	size_t n = draw(seed, 4) ? draw(seed, 4) : draw(seed, ENTRY_LIST_MOST + 1);
	slice *v = arena_alloc(c->a, n + 1, sizeof *v);

	for (size_t i = 0; i < n; i++)
		v[i] = word(c, seed);
	return (struct words){ v, n };
}

static struct ints ints(struct ctx *c, uint64_t *seed)
{
	size_t n = draw(seed, 4);
	int64_t *v = arena_alloc(c->a, n + 1, sizeof *v);

	for (size_t i = 0; i < n; i++)
		v[i] = draw(seed, 2) ? (int64_t)draw(seed, 1000) : -1 - (int64_t)draw(seed, 3);
	return (struct ints){ v, n };
}

static const struct member_spec inner[] = { { "b", MEMBER_BOOL, false, NULL }, { "a", MEMBER_INTS, true, NULL }, { 0 } };
static const struct member_spec schema[] = {
	{ "zz", MEMBER_INT, true, NULL }, { "aa", MEMBER_OBJECTS, false, inner }, { "count", MEMBER_VALUE, false, NULL },
	{ "nod", MEMBER_WORDS, false, NULL }, { 0 },
};

static slice members(uint64_t *seed)
{
	static const slice all[] = {
		S_INIT("{\"zz\":-9007199254740991}"),
		S_INIT("{ \"zz\" : 7, \"aa\":[{\"b\":true,\"a\":[1,-2]},{\"a\":[0]}] }"),
		S_INIT("{\"nod\":[\"x\",\"\\u0079\"],\"count\":\"a/b\",\"zz\":0}"),
		S_INIT("{\"zz\":1,\"mark\":{\"tlp\":\"amber\",\"expires\":12},\"keys\":[\"k-c-1\"],\"env\":\"e-1\",\"count\":false}"),
	};

	return all[draw(seed, 4)];
}

static void expect_words(struct words got, struct words want)
{
	assert_int_equal(got.n, want.n);
	for (size_t i = 0; i < got.n; i++)
		assert_slice(got.v[i], want.v[i]);
}

static void expect_ints(struct ints got, struct ints want)
{
	assert_int_equal(got.n, want.n);
	for (size_t i = 0; i < got.n; i++)
		assert_int_equal(got.v[i], want.v[i]);
}

static void expect_same(const struct entry *got, const struct entry *want)
{
	assert_int_equal(got->seq, want->seq);
	assert_int_equal(got->at, want->at);
	assert_slice(got->node, want->node);
	assert_slice(got->zone, want->zone);
	assert_slice(got->act, want->act);
	assert_slice(got->actor.id, want->actor.id);
	assert_slice(got->actor.role, want->actor.role);
	assert_slice(got->actor.via, want->actor.via);
	assert_slice(got->case_id, want->case_id);
	expect_words(got->obj, want->obj);
	expect_words(got->basis, want->basis);
	expect_words(got->code, want->code);
	expect_words(got->to, want->to);
	expect_words(got->keys, want->keys);
	expect_ints(got->ref, want->ref);
	expect_ints(got->appr, want->appr);
	assert_int_equal(got->nseals, want->nseals);
	for (size_t i = 0; i < got->nseals; i++) {
		assert_slice(got->seals[i].key, want->seals[i].key);
		assert_slice(got->seals[i].alg, want->seals[i].alg);
		assert_int_equal(got->seals[i].len, want->seals[i].len);
		assert_memory_equal(got->seals[i].ct, want->seals[i].ct, 32);
		assert_memory_equal(got->seals[i].kc, want->seals[i].kc, 32);
		assert_memory_equal(got->seals[i].n, want->seals[i].n, 24);
	}
	for (const struct member_spec *s = schema; s->name; s++)
		assert_int_equal(!json_get(got->json, slice_of(s->name)), !json_get(want->json, slice_of(s->name)));
}

static void an_entry_says_what_the_strict_reader_reads_of_it(void **state)
{
	struct ctx *c = *state;
	struct seal seals[2] = { { .alg = S("xc20p"), .key = S("k-c-1"), .len = 16 }, { .alg = S("xc20p"), .key = S("k-c-1.p"), .len = 99 } };
	uint64_t seed = 1;

	for (int i = 0; i < 3000; i++) {
		struct entry_frame f = { .seq = 1000 + i, .at = (msec)draw(&seed, 4000000000u), .node = S("a.example"), .zone = S("proc"),
		                         .batch_first = 990, .seals = seals };
		struct act a = {
			.act = word(c, &seed), .actor = { word(c, &seed), word(c, &seed), draw(&seed, 2) ? word(c, &seed) : S_NONE },
			.case_id = draw(&seed, 2) ? word(c, &seed) : S_NONE, .obj = words(c, &seed), .basis = words(c, &seed),
			.code = words(c, &seed), .to = words(c, &seed), .ref = ints(c, &seed), .appr = ints(c, &seed),
			.members = members(&seed), .nseal = draw(&seed, 3),
		};
		struct entry got, want;
		rc r = entry_build(c, &a, &f, schema, &got);

		if (r == E_LIMIT)
			assert_string_equal(c->fault.key, "entry.limit");
		else
			assert_ok(c, r);
		if (r == OK) {
			assert_ok(c, entry_parse(c, got.bytes, schema, &want));
			expect_same(&got, &want);
		}
		arena_reset(c->a);
	}
}

static void refused(struct ctx *c, const struct act *a, rc code, const char *key)
{
	struct entry_frame f = { .seq = 5, .at = 1, .node = S("a.example"), .zone = S("proc"), .batch_first = 4 };
	struct entry e;

	assert_fault(c, entry_build(c, a, &f, schema, &e), code, key);
}

/* What the strict reader would refuse is not written. */
static void what_could_not_be_read_is_not_written(void **state)
{
	struct ctx *c = *state;
	static const slice bad_word[] = { S_INIT("a b") }, good_word[] = { S_INIT("ab") };
	static const int64_t itself[] = { 5 }, before_batch[] = { -2 };
	const struct act good = { .act = S("x"), .actor = { S("op-1"), S("lead"), S_NONE }, .members = S("{\"zz\":1}") };
	struct act a;
	char *members;

	a = good, a.act = S("");
	refused(c, &a, E_INVALID, "entry.word");
	a = good, a.actor.id = S("");
	refused(c, &a, E_INVALID, "entry.word");
	a = good, a.actor.via = S("\"");
	refused(c, &a, E_INVALID, "entry.word");
	a = good, a.case_id = S("c 1");
	refused(c, &a, E_INVALID, "entry.word");
	a = good, a.obj = (struct words){ bad_word, 1 };
	refused(c, &a, E_INVALID, "entry.word");
	a = good, a.to = (struct words){ good_word, ENTRY_LIST_MOST + 1 };
	refused(c, &a, E_INVALID, "entry.list");
	a = good, a.ref = (struct ints){ itself, 1 };
	refused(c, &a, E_INVALID, "entry.ref");
	a = good, a.appr = (struct ints){ before_batch, 1 };
	refused(c, &a, E_INVALID, "entry.ref");
	a = good, a.members = S("{}");
	refused(c, &a, E_INVALID, "entry.missing");
	a = good, a.members = S("{\"zz\":1,\"other\":1}");
	refused(c, &a, E_INVALID, "entry.unknown_member");
	a = good, a.members = S("{\"zz\":1,\"seq\":1}");
	refused(c, &a, E_INVALID, "entry.unknown_member");
	a = good, a.members = S("{\"zz\":1,\"mark\":{\"who\":1}}");
	refused(c, &a, E_INVALID, "entry.unknown_member");
	a = good, a.members = S("{\"zz\":1,\"keys\":[\"\"]}");
	refused(c, &a, E_INVALID, "entry.word");
	a = good, a.members = S("{\"zz\":1.5}");
	refused(c, &a, E_INVALID, "jcs.form");
	members = arena_cstr(c->a, S("{\"zz\":1,\"nod\":\"\"}"));
	a = good, a.members = slice_of(members);
	refused(c, &a, E_INVALID, "entry.list");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(an_entry_says_what_the_strict_reader_reads_of_it),
		WORK_TEST(what_could_not_be_read_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
