#include "tests/support.h"

#include "engine/select/pii_redact.h"

static slice redact(struct ctx *c, const char *text, const struct pii_policy *p, struct pii_tally *tally)
{
	struct pii_result r;
	struct buf out;

	buf_init(&out, c->a, 1 << 16);
	assert_ok(c, pii_scan(c, slice_of(text), NULL, NULL, &r));
	assert_ok(c, pii_redact(c, slice_of(text), r.spans, r.n_spans, p, &out, tally));
	return buf_slice(&out);
}

static void each_class_is_dealt_with_as_the_policy_says(void **state)
{
	struct ctx *c = *state;
	struct pii_policy p = pii_policy_default();
	struct pii_tally tally = { 0 };
	const char *text = "氏名：山田太郎\n生年月日：昭和47年4月3日\n住所：東京都新宿区西新宿3-2-1\n電話：090-1234-5678\n";

	assert_slice(redact(c, text, &p, &tally),
		S("氏名：[氏名]\n生年月日：[生年月日]\n住所：[住所]\n電話：[電話番号]\n"));
	assert_int_equal(tally.n[PII_NAME][PII_MASK], 1);
	p.act[PII_NAME] = PII_BLOT;
	p.act[PII_BIRTH_DATE] = PII_GENERALISE;
	p.act[PII_ADDRESS] = PII_GENERALISE;
	p.act[PII_PHONE] = PII_DROP;
	assert_slice(redact(c, text, &p, &tally), S("氏名：■■■■\n生年月日：1972年\n住所：東京都\n電話：\n"));
	assert_int_equal(tally.n[PII_NAME][PII_BLOT], 1);
	assert_int_equal(tally.n[PII_PHONE][PII_DROP], 1);
}

static void the_same_value_in_other_writing_has_the_same_token_under_one_key_only(void **state)
{
	struct ctx *c = *state;
	uint8_t key[32] = { 1 };
	struct pii_policy p = pii_policy_default();
	slice one, two, other;

	p.act[PII_PHONE] = PII_TOKEN;
	p.key = key;
	one = redact(c, "電話：090-1234-5678", &p, NULL);
	two = redact(c, "電話：０９０ー１２３４ー５６７８", &p, NULL);
	assert_slice(one, two);
	assert_int_equal(slice_find(one, S("1234"), 0), SIZE_MAX);
	key[31] = 9;
	other = redact(c, "電話：090-1234-5678", &p, NULL);
	assert_false(slice_eq(one, other));
	p.key = NULL;
	assert_slice(redact(c, "電話：090-1234-5678", &p, NULL), S("電話：[電話番号]"));
}

static void spans_out_of_order_are_our_own_mistake(void **state)
{
	struct ctx *c = *state;
	struct pii_policy p = pii_policy_default();
	struct pii_span bad[] = { { .start = 4, .end = 6 }, { .start = 2, .end = 3 } },
		beyond = { .start = 1, .end = 99 };
	struct buf out;

	buf_init(&out, c->a, 1000);
	assert_fault(c, pii_redact(c, S("0123456789"), bad, 2, &p, &out, NULL), E_BUG, "bug");
	assert_fault(c, pii_redact(c, S("0123456789"), &beyond, 1, &p, &out, NULL), E_BUG, "bug");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(each_class_is_dealt_with_as_the_policy_says),
		WORK_TEST(the_same_value_in_other_writing_has_the_same_token_under_one_key_only),
		WORK_TEST(spans_out_of_order_are_our_own_mistake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
