/* Values in templates are escaped for where they stand. */
#include "tests/support.h"

#include "door/http/template.h"

static const struct tpl_op ops[] = {
	{ TPL_EACH, TPL_HTML, 9, S_INIT("rows"), S_INIT("") },
	{ TPL_TEXT, TPL_HTML, 0, S_INIT("<a href=\""), S_INIT("") },
	{ TPL_VALUE, TPL_PATH, 0, S_INIT("path"), S_INIT("") },
	{ TPL_TEXT, TPL_HTML, 0, S_INIT("?x="), S_INIT("") },
	{ TPL_VALUE, TPL_PART, 0, S_INIT("part"), S_INIT("") },
	{ TPL_TEXT, TPL_HTML, 0, S_INIT("\">"), S_INIT("") },
	{ TPL_VALUE, TPL_HTML, 0, S_INIT("text"), S_INIT("") },
	{ TPL_TEXT, TPL_HTML, 0, S_INIT("</a>"), S_INIT("") },
	{ TPL_NEXT, TPL_HTML, 0, S_INIT(""), S_INIT("") },
	{ TPL_END, TPL_HTML, 0, S_INIT(""), S_INIT("") },
};

static slice run(struct ctx *c, const char *model)
{
	const struct view v = { "x", ops };
	const struct json *root;
	struct buf b;

	assert_ok(c, json_parse(c, slice_of(model), &root));
	buf_init(&b, c->a, 4096);
	assert_ok(c, view_run(c, &v, root, NULL, true, &b));
	return buf_slice(&b);
}

static void each_place_has_its_own_escape(void **state)
{
	struct ctx *c = *state;

	assert_slice(run(c, "{\"rows\":[{\"path\":\"/cases/1\",\"part\":\"a b&c\",\"text\":\"<b>\\\"'&\"}]}"),
	             S("<a href=\"/cases/1?x=a%20b%26c\">&lt;b&gt;&#34;&#39;&amp;</a>"));
	assert_slice(run(c, "{\"rows\":[{\"path\":\"javascript:alert(1)\",\"part\":\"\\\"><x\",\"text\":\"\"}]}"),
	             S("<a href=\"#?x=%22%3E%3Cx\"></a>"));
	assert_slice(run(c, "{\"rows\":[{\"path\":\"//evil.example/\",\"part\":\"%\",\"text\":1},{\"path\":\"/\\\\evil\",\"part\":\"\",\"text\":null}]}"),
	             S("<a href=\"#?x=%25\">1</a><a href=\"#?x=\"></a>"));
	assert_slice(run(c, "{\"rows\":[]}"), S(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = { WORK_TEST(each_place_has_its_own_escape) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
