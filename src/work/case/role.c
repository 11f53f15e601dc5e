#include "work/case/case.h"

#include "base/banned.h"

/*
 * The roles that the safeguards of a public body name (総括責任者 … 事務取扱担当者), one who may only read, and the
 * program itself. The record keeps the word.
 */
const struct role role_table[] = {
	{ "chief", "総括責任者", "chief of protection" },
	{ "lead", "保護責任者", "head of protection of the section" },
	{ "handler", "事務取扱担当者", "handler" },
	{ "auditor", "監査責任者", "auditor" },
	{ "reader", "閲覧者", "reader" },
	{ "system", "プログラム", "the program" },
	{ 0 },
};

const char *role_name(slice word, bool ja)
{
	for (const struct role *r = role_table; r->word; r++)
		if (slice_is(word, r->word))
			return ja ? r->ja : r->en;
	return ja ? "不明な役割" : "unknown role";
}

rc actor_parse(struct ctx *c, slice text, struct actor *ret)
{
	size_t colon = slice_find(text, S(":"), 0);
	slice id = slice_sub(text, 0, colon), role;

	if (colon == SIZE_MAX || colon == 0)
		return FAIL(c, E_INVALID, "role.form");
	role = slice_sub(text, colon + 1, text.len);
	if (!word_is_valid(id) || id.len > 64)
		return FAIL(c, E_INVALID, "role.form");
	for (const struct role *r = role_table; r->word; r++) {
		if (!slice_is(role, r->word) && !slice_is(role, r->ja))
			continue;
		if (slice_is(S("system"), r->word))
			break;
		*ret = (struct actor){ .id = id, .role = slice_of(r->word) };
		return OK;
	}
	return FAIL(c, E_INVALID, "role.unknown");
}
