#include <math.h>

#include "tests/support.h"

#include "engine/deid/cover.h"
#include "engine/deid/leak.h"
#include "engine/deid/model.h"
#include "engine/deid/refine.h"
#include "engine/deid/unique.h"

static const struct hierarchy *ages(struct ctx *c)
{
	const struct hierarchy *h = NULL;

	assert_ok(c, hierarchy_read(c, S("3,0-4,0-9,*\n7,5-9,0-9,*\n1,0-4,0-9,*\n12,10-14,10-19,*\n"), &h));
	return h;
}

static void leaves_of_a_label_are_neighbours(void **state)
{
	struct ctx *c = *state;
	const struct hierarchy *h = ages(c);
	uint32_t three = hierarchy_leaf(h, S("3")), one = hierarchy_leaf(h, S("1")), seven = hierarchy_leaf(h, S("7"));
	uint32_t low = three < one ? three : one, high = three < one ? one : three;

	assert_int_equal(h->leaves, 4);
	assert_int_equal(h->levels, 4);
	assert_slice(h->node[hierarchy_over(h, low, high)].text, S("0-4"));
	low = low < seven ? low : seven;
	high = high > seven ? high : seven;
	assert_slice(h->node[hierarchy_over(h, low, high)].text, S("0-9"));
	assert_slice(h->node[hierarchy_over(h, 0, 3)].text, S("*"));
}

static void a_released_text_says_what_it_covers(void **state)
{
	static const struct { const char *text; uint32_t n; } cases[] = {
		{ "3", 1 }, { "0-4", 2 }, { "0-9", 3 }, { "*", 4 }, { "{3;12}", 2 }, { "{0-4;7}", 3 }, { "3-12", 3 },
		{ "[3,12[", 2 }, { "[3,12]", 3 }, { "nothing", 0 }, { "{3;nothing}", 0 }, { "", 0 }, { "{}", 0 },
	};
	struct ctx *c = *state;
	struct cover_reader r;
	struct cover v;

	assert_ok(c, cover_reader_init(c, &r, ages(c)));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_ok(c, cover_read(c, &r, slice_of(cases[i].text), &v));
		if (v.n != cases[i].n)
			fail_msg("%s covers %u, want %u", cases[i].text, v.n, cases[i].n);
	}
}

static void diversity_is_measured_as_in_the_papers(void **state)
{
	struct ctx *c = *state;
	const double share[3] = { 0.5, 0.25, 0.25 };
	const uint32_t class[8] = { 0, 0, 0, 0, 1, 1, 2, 2 }, one[4] = { 0, 0, 0, 0 };
	struct model m = { .k = 2, .values = 3, .share = share, .t_kind = T_EQUAL, .t = 0.1 };
	struct judge j;

	assert_ok(c, judge_init(c, &j, &m));
	judge_class(&j, class, 8);
	assert_int_equal(j.seens, 3);
	assert_true(fabs(judge_entropy(&j, 8) - exp2(1.5)) < 1e-9);
	/* G(8), G(4) and G(2) of the paper */
	assert_true(fabs(log(judge_grassberger(&j, 8)) - (2.0820181069194743 - (4 * 1.3963038212051886 + 2 * 2 * 0.7296371545385218) / 8)) < 1e-9);
	assert_true(judge_distance(&j, 8) < 1e-9);
	assert_true(fabs(judge_recursive(&j, 2) - 1.0) < 1e-9);
	judge_end(&j);
	j.sensitive = class;
	assert_true(judge_ok(&j, NULL, 8));
	/* half of the table is value 0: a class of it alone is 0.5 away */
	judge_class(&j, one, 4);
	assert_true(fabs(judge_distance(&j, 4) - 0.5) < 1e-9);
	judge_end(&j);
	j.sensitive = one;
	assert_false(judge_ok(&j, NULL, 4));
}

/* Li, Li, Venkatasubramanian 2007, §5: nine salaries, and classes of three of them. */
static void the_ordered_distance_is_that_of_the_paper(void **state)
{
	struct ctx *c = *state;
	uint32_t order[9];
	double share[9];
	const uint32_t low[3] = { 0, 1, 2 }, spread[3] = { 3, 5, 8 };
	struct model m = { .k = 2, .values = 9, .share = share, .t_kind = T_ORDERED, .t = 0.2, .t_order = order };
	struct judge j;

	for (uint32_t i = 0; i < 9; i++) {
		order[i] = i;
		share[i] = 1.0 / 9;
	}
	assert_ok(c, judge_init(c, &j, &m));
	judge_class(&j, low, 3);
	assert_true(fabs(judge_distance(&j, 3) - 0.375) < 1e-9);
	judge_end(&j);
	judge_class(&j, spread, 3);
	assert_true(fabs(judge_distance(&j, 3) - 1.0 / 6) < 1e-9);
	judge_end(&j);
}

static void a_class_is_as_large_as_its_persons_are_many(void **state)
{
	struct ctx *c = *state;
	const uint32_t person[6] = { 0, 0, 0, 1, 1, 2 }, two[2] = { 0, 5 }, one[3] = { 0, 1, 2 };
	struct model m = { .k = 2, .persons = 3 };
	struct judge j;

	assert_ok(c, judge_init(c, &j, &m));
	j.person = person;
	assert_true(judge_ok(&j, two, 2));
	assert_false(judge_ok(&j, one, 3));
	assert_true(judge_ok(&j, NULL, 6));
}

static void the_tree_distance_moves_inside_a_branch_first(void **state)
{
	struct ctx *c = *state;
	const struct hierarchy *h = NULL;
	const double share[4] = { 0.25, 0.25, 0.25, 0.25 };
	const uint32_t near[2] = { 0, 2 };
	uint32_t leaf[4];
	struct model m = { .k = 2, .values = 4, .share = share, .t_kind = T_HIERARCHICAL, .t = 0.5, .t_leaf = leaf };
	struct judge j;

	assert_ok(c, hierarchy_read(c, S("a,x,*\nb,x,*\nc,y,*\nd,y,*\n"), &h));
	for (uint32_t i = 0; i < 4; i++)
		leaf[i] = i;
	m.t_tree = h;
	assert_ok(c, judge_init(c, &j, &m));
	judge_class(&j, near, 2);
	/* a quarter from a to b and one from c to d, half the height each */
	assert_true(fabs(judge_distance(&j, 2) - 0.25) < 1e-9);
	judge_end(&j);
}

/* A population of the model's own kind, a fifth of it drawn: what is expected of the table, summed class by class. */
static void people_alone_are_estimated_from_the_sizes_of_classes(void **state)
{
	const double classes = 1e6, alpha = 0.5, p = 0.2, f = 0.2;
	double of_size = pow(p, alpha), alone = 0, missed = 0, people = 0, got;
	struct sizes s = { .large = 0 };
	struct uniqueness u = { .known = true };

	(void)state;
	for (int j = 1; j < 2000; j++) {
		alone += of_size * j * f * pow(1 - f, j - 1);
		missed += of_size * pow(1 - f, j);
		people += of_size * j;
		of_size *= (alpha + j - 1) / j * (1 - p);
	}
	s.of[1] = (uint64_t)(classes * alone);
	s.classes = (uint64_t)(classes * (1 - missed));
	s.rows = (uint64_t)(classes * people * f);
	got = unique_snb(&s, f);
	assert_true(fabs(got / (classes * pow(p, alpha)) - 1) < 0.001);
	u.snb = got;
	u.zayatz = got * 2;
	u.pitman = 7;
	assert_true(fabs(unique_dankar(&u, f) - got) < 1e-9);
	assert_true(fabs(unique_dankar(&u, 0.1) - 7) < 1e-9);
}

static void small_classes_are_dropped_when_split(void **state)
{
	struct ctx *c = *state;
	const struct model m = { .k = 2 };
	const uint32_t codes[5] = { 0, 0, 1, 2, 2 }, up[3] = { 0, 1, 2 };
	struct refiner f;
	struct live in, out;

	assert_ok(c, refiner_init(c, &f, 5, &m, NULL));
	assert_ok(c, live_init(c, &in, 5));
	assert_ok(c, live_init(c, &out, 5));
	for (uint32_t i = 0; i < 5; i++)
		in.row[i] = i;
	in.n = 5;
	assert_true(refine(&f, &in, codes, up, 3, UINT64_MAX, &out));
	assert_int_equal(out.n, 4);
	assert_int_equal(out.groups, 2);
	assert_int_equal(out.weight, 4);
	assert_false(refine(&f, &in, codes, up, 3, 0, &out));
}

static void a_name_inside_a_text_is_found(void **state)
{
	struct ctx *c = *state;
	struct leak l = { 0 };
	const slice names[] = { S("山田 花子"), S("佐藤 次郎"), S("鈴木 三郎") };
	uint64_t hash[3];

	for (size_t i = 0; i < 3; i++)
		hash[i] = leak_hash(names[i], &l.lengths);
	assert_ok(c, leak_add(c, &l, hash, 3));
	assert_true(leak_stands_in(&l, S("備考：佐藤 次郎の紹介")));
	assert_false(leak_stands_in(&l, S("備考：なし")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(leaves_of_a_label_are_neighbours),
		WORK_TEST(a_released_text_says_what_it_covers),
		WORK_TEST(diversity_is_measured_as_in_the_papers),
		WORK_TEST(the_tree_distance_moves_inside_a_branch_first),
		WORK_TEST(the_ordered_distance_is_that_of_the_paper),
		WORK_TEST(a_class_is_as_large_as_its_persons_are_many),
		WORK_TEST(people_alone_are_estimated_from_the_sizes_of_classes),
		WORK_TEST(small_classes_are_dropped_when_split),
		WORK_TEST(a_name_inside_a_text_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
