/* Which texts count as the same when somebody searches. */
#include "tests/support.h"

#include "door/http/fold.h"

static void widths_kana_and_old_characters_count_as_the_same(void **state)
{
	static const char *const same[][2] = {
		{ "髙橋", "高橋" }, { "渡邉", "渡辺" }, { "渡邊", "渡辺" }, { "𠮷田", "吉田" }, { "山﨑", "山崎" }, { "齋藤", "斉藤" },
		{ "ﾊﾟｿｺﾝ", "パソコン" }, { "ぱそこん", "パソコン" }, { "ｶﾞｽ", "ガス" }, { "ＡＢＣ１２３", "abc123" }, { "個人 情報", "個人情報" },
		{ "ｳﾞｧ", "ヴァ" }, { "ｰ", "ー" }, { "Ｒａｎｓｏｍ", "RANSOM" },
	};
	struct ctx *c = *state;
	slice a, b;

	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		assert_ok(c, fold_search(c, slice_of(same[i][0]), &a));
		assert_ok(c, fold_search(c, slice_of(same[i][1]), &b));
		assert_slice(a, b);
	}
	assert_ok(c, fold_search(c, S("田中"), &a));
	assert_ok(c, fold_search(c, S("中田"), &b));
	assert_false(slice_eq(a, b));
}

int main(void)
{
	const struct CMUnitTest tests[] = { WORK_TEST(widths_kana_and_old_characters_count_as_the_same) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
