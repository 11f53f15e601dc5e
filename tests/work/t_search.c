/* On SQLite, and with $RENKEI_PG (tests/with_pg.sh) on PostgreSQL. */
#include "tests/work/house.h"

#include "work/search/search.h"

static const struct variants *variants(struct ctx *c)
{
	const struct variants *v;

	assert_ok(c, variants_load(c, SOURCE_ROOT, &v));
	return v;
}

static void spellings_that_people_take_for_the_same_are_the_same(void **state)
{
	static const struct { const char *a, *b; } same[] = {
		{ "髙橋", "高橋" }, { "渡邊", "渡辺" }, { "渡邉", "渡辺" }, { "斎藤", "齋藤" }, { "山﨑", "山崎" },
		{ "ＡＢＣ１２３", "abc123" }, { "ｻｰﾊﾞｰ", "サーバ" }, { "ﾊﾟｽﾜｰﾄﾞ", "ぱすわーど" }, { "ヴァイオリン", "ｳﾞｧｲｵﾘﾝ" },
		{ "個人　情報", "個人情報" }, { "ガギグゲゴザジズゼゾダヂヅデド", "ｶﾞｷﾞｸﾞｹﾞｺﾞｻﾞｼﾞｽﾞｾﾞｿﾞﾀﾞﾁﾞﾂﾞﾃﾞﾄﾞ" },
		{ "バビブベボパピプペポ", "ﾊﾞﾋﾞﾌﾞﾍﾞﾎﾞﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟ" }, { "が", "か\xe3\x82\x99" }, { "ﾃﾞｰﾀ・ﾍﾞｰｽ", "データベース" },
	};
	static const struct { const char *a, *b; } other[] = {
		{ "高橋", "高僑" }, { "はし", "ばし" }, { "っ", "つ" }, { "ア゛", "ア" },
	};
	struct ctx *c = *state;
	const struct variants *v = variants(c);
	slice a, b;

	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		assert_ok(c, search_fold(c, v, slice_of(same[i].a), &a));
		assert_ok(c, search_fold(c, v, slice_of(same[i].b), &b));
		if (!slice_eq(a, b))
			fail_msg("%s and %s: %.*s, %.*s", same[i].a, same[i].b, S_ARG(a), S_ARG(b));
	}
	for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
		assert_ok(c, search_fold(c, v, slice_of(other[i].a), &a));
		assert_ok(c, search_fold(c, v, slice_of(other[i].b), &b));
		if (slice_eq(a, b))
			fail_msg("%s and %s", other[i].a, other[i].b);
	}
}

static rc only_that(struct ctx *c, void *p, slice case_id, bool *ret)
{
	(void)c;
	*ret = slice_eq(case_id, *(const slice *)p);
	return OK;
}

static size_t found(struct ctx *c, struct house *h, const char *query, search_may *may, void *p, struct hit **ret)
{
	struct search_at at = { 0 };
	size_t n;

	assert_ok(c, search_find(c, h->node, variants(c), slice_of(query), may, p, 1000, 100, &at, ret, &n));
	assert_true(at.over);
	return n;
}

static slice noted(struct ctx *c, struct house *h, slice ref, const char *what)
{
	struct case_head x = head(c, h, ref);
	struct act act;
	int64_t seq;

	assert_ok(c, case_act_event(c, &lead, &x, (struct when){ c->now, false }, EVENT_MINUTE, S("note"), slice_of(what), S_NONE, S_NONE,
	                            -1, &act));
	assert_ok(c, node_append(c, h->node, &act, &seq));
	return x.id;
}

static void words_are_found_in_what_lies_sealed_and_to_see_them_is_a_look(void **state)
{
	static const slice code[] = { S_INIT("search") };
	const struct look look = { .actor = lead, .code = { code, 1 } };
	struct ctx *c = *state;
	struct house h;
	struct hit *v;
	slice one, two;
	int64_t before;

	house_open(c, &h);
	(void)opened(c, &h, "2026-11-20 09:00", TEXTS("cause=ransomware"));
	(void)opened(c, &h, "2026-11-20 10:00", TEXTS("cause=ransomware"));
	one = noted(c, &h, S("2026-0001"), "髙橋建設のｻｰﾊﾞｰが暗号化された");
	two = noted(c, &h, S("2026-0002"), "渡邊さんから電話");
	before = node_size(h.node);
	assert_int_equal(found(c, &h, "高橋", NULL, NULL, &v), 1);
	assert_slice(v[0].head.id, one);
	assert_slice(v[0].act, S("case.event"));
	assert_int_equal(v[0].text.len, 0);
	assert_int_equal(found(c, &h, "サーバー　高橋", NULL, NULL, &v), 1);
	assert_int_equal(found(c, &h, "サーバー 渡辺", NULL, NULL, &v), 0);
	assert_int_equal(found(c, &h, "2026-0002", NULL, NULL, &v), 1);
	assert_slice(v[0].path, S("num"));
	/* a case that one may not open is not found */
	assert_int_equal(found(c, &h, "高橋", only_that, &two, &v), 0);
	assert_int_equal(found(c, &h, "渡辺", only_that, &two, &v), 1);
	assert_int_equal(node_size(h.node), before);
	assert_ok(c, search_show(c, h.node, &look, v, 1));
	assert_int_equal(node_size(h.node), before + 1);
	assert_slice(v[0].text, S("渡邊さんから電話"));
	house_close(c, &h);
}

static void a_search_goes_on_where_it_stopped(void **state)
{
	struct ctx *c = *state;
	struct search_at at = { 0 };
	struct house h;
	size_t n, all = 0, rounds = 0;
	struct hit *v;

	house_open(c, &h);
	for (int i = 0; i < 5; i++)
		(void)opened(c, &h, "2026-11-20 09:00", TEXTS("cause=ransomware"));
	for (; !at.over && rounds < 20; rounds++, all += n)
		assert_ok(c, search_find(c, h.node, variants(c), S("title"), NULL, NULL, 2, 100, &at, &v, &n));
	assert_int_equal(all, 5);
	house_close(c, &h);
}

static void after_a_disposal_nothing_is_found(void **state)
{
	struct ctx *c = *state;
	struct house h;
	struct act propose = { .act = S("erase.propose"), .actor = chief }, approve = { .act = S("approve"), .actor = lead };
	struct act order = { .act = S("erase.order"), .actor = chief };
	int64_t appr, seq, proposal;
	struct hit *v;
	struct buf b;
	slice id, key;

	house_open(c, &h);
	(void)opened(c, &h, "2026-11-20 09:00", TEXTS("cause=ransomware"));
	id = noted(c, &h, S("2026-0001"), "髙橋建設のサーバー");
	assert_int_equal(found(c, &h, "高橋建設", NULL, NULL, &v), 1);
	propose.case_id = approve.case_id = order.case_id = id;
	assert_ok(c, unit_key_id(c, id, &key));
	buf_init(&b, c->a, 200);
	buf_putf(&b, "{\"keys\":[\"%" S_FMT "\"],\"rule\":\"own\"}", S_ARG(key));
	propose.members = buf_slice(&b);
	assert_ok(c, node_append(c, h.node, &propose, &proposal));
	approve.ref = order.ref = (struct ints){ &proposal, 1 };
	assert_ok(c, node_append(c, h.node, &approve, &appr));
	order.appr = (struct ints){ &appr, 1 };
	buf_init(&b, c->a, 200);
	buf_putf(&b, "{\"keys\":[\"%" S_FMT "\"]}", S_ARG(key));
	order.members = buf_slice(&b);
	assert_ok(c, node_append(c, h.node, &order, &seq));
	assert_ok(c, node_erase(c, h.node, seq, &seq));
	assert_int_equal(found(c, &h, "高橋建設", NULL, NULL, &v), 0);
	assert_int_equal(found(c, &h, "2026-0001", NULL, NULL, &v), 1);
	house_close(c, &h);
}

static void a_word_has_two_characters(void **state)
{
	struct ctx *c = *state;
	struct search_at at = { 0 };
	struct house h;
	struct hit *v;
	size_t n;

	house_open(c, &h);
	assert_fault(c, search_find(c, h.node, variants(c), S("高"), NULL, NULL, 1, 1, &at, &v, &n), E_INVALID, "search.short");
	assert_fault(c, search_find(c, h.node, variants(c), S("　 "), NULL, NULL, 1, 1, &at, &v, &n), E_INVALID, "search.short");
	assert_fault(c, search_find(c, h.node, variants(c), S("aa bb cc dd ee ff gg hh ii"), NULL, NULL, 1, 1, &at, &v, &n), E_LIMIT,
	             "search.words");
	house_close(c, &h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(spellings_that_people_take_for_the_same_are_the_same),
		WORK_TEST(words_are_found_in_what_lies_sealed_and_to_see_them_is_a_look),
		WORK_TEST(a_search_goes_on_where_it_stopped),
		WORK_TEST(after_a_disposal_nothing_is_found),
		WORK_TEST(a_word_has_two_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
