#include "work/deid/criteria.h"

#include <stdio.h>

#include "base/pack.h"

#include "base/banned.h"

const char *const deid_check_words[DEID_CHECKS] = {
	"identifying_removed", "truthful", "codes_none", "links_cut", "order_unlinked", "rare_none", "model_met",
	"releases_apart", "handlers_named", "rules_written", "method_sealed", "items_published", "matching_banned",
	"purpose_said", "receiver_said",
};

static rc read_checks(struct ctx *c, const struct pack *item, struct criterion *to)
{
	const char *words[DEID_CHECKS + 1] = { 0 };
	const struct pack *list = NULL;

	for (unsigned i = 0; i < DEID_CHECKS; i++)
		words[i] = deid_check_words[i];
	TRY(pack_need(c, item, "checks", &list));
	TRY(pack_is(c, list, PACK_LIST));
	for PACK_EACH(check, list) {
		unsigned word = 0;

		if (to->nchecks == DEID_CHECKS)
			return PACK_FAIL(c, check, "pack.range");
		TRY(pack_as_word(c, check, words, &word));
		to->checks[to->nchecks++] = (enum deid_check)word;
	}
	return OK;
}

static rc read_item(struct ctx *c, const struct pack *item, struct criterion *to)
{
	static const char *const keys[] = { "id", "article", "basis", "ja", "en", "review", "checks", NULL };

	TRY(pack_keys(c, item, keys));
	TRY(pack_text(c, item, "id", &to->id));
	TRY(pack_text(c, item, "article", &to->article));
	TRY(pack_text(c, item, "basis", &to->basis));
	TRY(pack_text(c, item, "ja", &to->ja));
	TRY(pack_text(c, item, "en", &to->en));
	TRY(pack_bool_or(c, item, "review", false, &to->review));
	return read_checks(c, item, to);
}

static rc read_set(struct ctx *c, const struct pack *set, struct criteria *to)
{
	static const char *const keys[] = { "regime", "name", "from", "review", "items", NULL };
	const struct pack *items = NULL;

	*to = (struct criteria){ 0 };
	TRY(pack_keys(c, set, keys));
	TRY(pack_text(c, set, "regime", &to->regime));
	TRY(pack_text(c, set, "name", &to->name));
	TRY(pack_day(c, set, "from", &to->from));
	TRY(pack_bool_or(c, set, "review", false, &to->review));
	TRY(pack_need(c, set, "items", &items));
	TRY(pack_is(c, items, PACK_LIST));
	TRY_ARRAY(c, to->items, items->count);
	for PACK_EACH(item, items)
		TRY(read_item(c, item, &to->items[to->n++]));
	return OK;
}

rc criteria_load(struct ctx *c, const char *data, slice regime, jday day, struct criteria *ret)
{
	static const char *const keys[] = { "criteria", "sets", NULL };
	const struct pack *root = NULL, *sets = NULL;
	struct criteria best = { 0 };
	int64_t version = 0;
	char path[4096];

	if (snprintf(path, sizeof path, "%s/deid/criteria.yaml", data) >= (int)sizeof path)
		return FAIL(c, E_LIMIT, "file.name");
	TRY(pack_read(c, path, &root));
	TRY(pack_keys(c, root, keys));
	TRY(pack_int(c, root, "criteria", 1, 1, &version));
	TRY(pack_need(c, root, "sets", &sets));
	TRY(pack_is(c, sets, PACK_LIST));
	for PACK_EACH(set, sets) {
		struct criteria v;

		TRY(read_set(c, set, &v));
		if (slice_eq(v.regime, regime) && v.from <= day && (best.n == 0 || v.from > best.from))
			best = v;
	}
	if (best.n == 0)
		return FAIL(c, E_NOTFOUND, "criteria.none");
	*ret = best;
	return OK;
}

bool criteria_judge(struct criteria *v, const struct check_found found[DEID_CHECKS])
{
	bool all = true;

	for (uint32_t i = 0; i < v->n; i++) {
		struct criterion *item = &v->items[i];

		item->met = true;
		for (uint32_t j = 0; j < item->nchecks; j++)
			item->met = item->met && found[item->checks[j]].state == CHECK_MET;
		all = all && item->met;
	}
	return all;
}
