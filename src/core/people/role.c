/* The roles of a node. */
#include "core/people/people.h"

#include "base/banned.h"

/*
 * The roles that the safeguards of a public body name (総括責任者 … 事務取扱担当者), the one who runs the system, one from
 * outside who inspects, one who may only read, the person as such (本人: one's own account), and the program itself.
 * The record keeps the word, so a word is never changed.
 */
const struct role role_table[] = {
	{ "chief", "総括責任者", "chief of protection", true, true },
	{ "lead", "保護責任者", "head of protection of the section", true, true },
	{ "handler", "事務取扱担当者", "handler", false, true },
	{ "auditor", "監査責任者", "auditor", true, true },
	{ "admin", "システム管理者", "system administrator", true, true },
	{ "reader", "閲覧者", "reader", false, true },
	{ "inspector", "外部検査者", "external inspector", true, true },
	{ "self", "本人", "the person", false, false },
	{ "system", "プログラム", "the program", false, false },
	{ 0 },
};

const struct role *role_find(slice word)
{
	for (const struct role *r = role_table; r->word; r++)
		if (slice_is(word, r->word))
			return r;
	return NULL;
}

const char *role_name(slice word, bool ja)
{
	const struct role *r = role_find(word);

	if (r)
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
		if (!r->person || (!slice_is(role, r->word) && !slice_is(role, r->ja)))
			continue;
		*ret = (struct actor){ .id = id, .role = slice_of(r->word) };
		return OK;
	}
	return FAIL(c, E_INVALID, "role.unknown");
}
