/* What the packs share: ids, words in two languages, bases, certainty marks, clocks, facts, agencies. */
#include "core/law/law_in.h"

#include "base/banned.h"

rc load_id(struct ctx *c, const struct pack *p, const char *key, slice *ret)
{
	const struct pack *v = NULL;
	slice s;

	TRY(pack_need(c, p, key, &v));
	TRY(pack_as_text(c, v, &s));
	for (size_t i = 0; i < s.len; i++) {
		char ch = s.p[i];

		if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
		      (ch && strchr("_.+-", ch))) || s.len > 64)
			return PACK_FAIL(c, v, "law.id");
	}
	*ret = s;
	return s.len > 0 ? OK : PACK_FAIL(c, v, "law.id");
}

rc load_basis(struct ctx *c, const struct pack *p, const slice **ret, uint32_t *ret_n)
{
	slice *basis = NULL;
	uint32_t n = 0;

	TRY(pack_texts(c, p, "basis", &basis, &n));
	if (n == 0)
		return PACK_FAIL(c, p, "law.basis");
	*ret = basis;
	*ret_n = n;
	return OK;
}

rc load_certainty(struct ctx *c, const struct pack *p, slice *ret)
{
	const struct pack *v = NULL;
	slice s;

	TRY(pack_need(c, p, "certainty", &v));
	TRY(pack_as_text(c, v, &s));
	for (size_t i = 0; i < s.len; i++)
		if (i % 2 == 0 ? !strchr("SGTMI", s.p[i]) || !s.p[i] : s.p[i] != '/')
			return PACK_FAIL(c, v, "law.certainty");
	*ret = s;
	return s.len % 2 == 1 ? OK : PACK_FAIL(c, v, "law.certainty");
}

const struct law_word *word_find(const struct law_word *words, uint32_t n, slice id)
{
	for (uint32_t i = 0; i < n; i++)
		if (slice_eq(words[i].id, id))
			return &words[i];
	return NULL;
}

rc load_words(struct ctx *c, const struct pack *root, const char *key, struct law_word **ret, uint32_t *ret_n)
{
	static const char *const keys[] = { "id", "ja", "en", NULL };
	const struct pack *list = NULL;
	struct law_word *out;
	uint32_t n = 0;

	TRY(pack_need(c, root, key, &list));
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, out, (size_t)list->count + 1);
	for PACK_EACH(p, list) {
		TRY(pack_keys(c, p, keys));
		TRY(load_id(c, p, "id", &out[n].id));
		TRY(pack_text(c, p, "ja", &out[n].ja));
		TRY(pack_text(c, p, "en", &out[n].en));
		if (word_find(out, n, out[n].id))
			return PACK_FAIL(c, p, "law.id_twice");
		n++;
	}
	*ret = out;
	*ret_n = n;
	return OK;
}

rc load_common(struct ctx *c, struct law *law, const struct pack *root)
{
	static const char *const keys[] = { "kinds", "clocks", "content_items", "forms", NULL };

	TRY(pack_keys(c, root, keys));
	TRY(load_words(c, root, "kinds", &law->kinds, &law->nkinds));
	TRY(load_words(c, root, "content_items", &law->contents, &law->ncontents));
	return load_words(c, root, "forms", &law->forms, &law->nforms);
}

/* ---- clocks: after the predicates, whose names their conditions use ---- */

static rc load_starts(struct ctx *c, struct law *law, const struct pack *p, struct clock *k)
{
	static const char *const keys[] = { "when", "fact", NULL };
	const struct pack *list = pack_get(p, S("start")), *v = NULL;
	slice name;

	if (!list)
		return OK;
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, k->starts, (size_t)list->count + 1);
	for PACK_EACH(s, list) {
		struct clock_start *out = &k->starts[k->nstarts++];
		int32_t fact;

		TRY(pack_keys(c, s, keys));
		TRY(pack_need(c, s, "when", &v));
		TRY(expr_parse(c, law, v, &out->when));
		TRY(pack_text(c, s, "fact", &name));
		fact = law_fact_find(law, name);
		if (fact < 0 || (law->facts[fact].type != FACT_DAY && law->facts[fact].type != FACT_TIME))
			return PACK_FAIL(c, pack_get(s, S("fact")), "law.clock_fact");
		out->fact = (uint32_t)fact;
	}
	return OK;
}

static rc load_days(struct ctx *c, struct law *law, const struct pack *p, struct clock *k)
{
	static const char *const keys[] = { "when", "days", NULL };
	const struct pack *list = NULL, *v;
	int64_t n;

	TRY(pack_need(c, p, "days", &list));
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, k->days, (size_t)list->count + 1);
	for PACK_EACH(s, list) {
		struct clock_days *out = &k->days[k->ndays++];

		TRY(pack_keys(c, s, keys));
		TRY(pack_int(c, s, "days", 1, 3650, &n));
		out->n = (int32_t)n;
		v = pack_get(s, S("when"));
		if (v)
			TRY(expr_parse(c, law, v, &out->when));
		/* the last line, and no other, holds for all that is left */
		if (!v != (k->ndays == list->count))
			return PACK_FAIL(c, s, "law.clock_days");
	}
	return k->ndays > 0 ? OK : PACK_FAIL(c, list, "law.clock_days");
}

static rc load_clock(struct ctx *c, struct law *law, const struct pack *p, struct clock *k)
{
	static const char *const keys[] = { "id", "ja", "en", "basis", "certainty", "start", "days", "hours", "first_day",
		"closed_day", NULL };
	static const char *const first[] = { "counted", "not_counted", NULL }, *const closed[] = { "next_open", "stays", NULL };
	int64_t n = 0;
	unsigned w = 0;

	TRY(pack_keys(c, p, keys));
	TRY(load_id(c, p, "id", &k->id));
	TRY(pack_text(c, p, "ja", &k->ja));
	TRY(pack_text(c, p, "en", &k->en));
	TRY(load_basis(c, p, &k->basis, &k->nbasis));
	TRY(load_certainty(c, p, &k->certainty));
	TRY(load_starts(c, law, p, k));
	if (pack_get(p, S("hours"))) {
		if (pack_get(p, S("days")) || pack_get(p, S("first_day")) || pack_get(p, S("closed_day")))
			return PACK_FAIL(c, p, "law.clock_days");
		TRY(pack_int(c, p, "hours", 1, 24 * 3650, &n));
		k->hours = (int32_t)n;
		return OK;
	}
	TRY(load_days(c, law, p, k));
	TRY(pack_word(c, p, "first_day", first, &w));
	k->first_counted = w == 0;
	TRY(pack_word(c, p, "closed_day", closed, &w));
	k->next_open = w == 0;
	return OK;
}

rc load_clocks(struct ctx *c, struct law *law, const struct pack *root)
{
	const struct pack *list = NULL;

	TRY(pack_need(c, root, "clocks", &list));
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, law->clocks, (size_t)list->count + 1);
	for PACK_EACH(p, list) {
		struct clock *k = &law->clocks[law->nclocks];

		TRY(load_clock(c, law, p, k));
		for (uint32_t i = 0; i < law->nclocks; i++)
			if (slice_eq(law->clocks[i].id, k->id))
				return PACK_FAIL(c, p, "law.id_twice");
		law->nclocks++;
	}
	return OK;
}

/* ---- agencies ---- */

static rc load_names(struct ctx *c, const struct pack *p, struct law_agency *a)
{
	static const char *const keys[] = { "from", "to", "ja", "en", NULL };
	const struct pack *list = NULL;
	struct law_names *names;
	uint32_t n = 0;

	TRY(pack_need(c, p, "names", &list));
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, names, (size_t)list->count + 1);
	for PACK_EACH(v, list) {
		struct law_names *x = &names[n];

		TRY(pack_keys(c, v, keys));
		TRY(pack_day_or(c, v, "from", JDAY_LEAST, &x->from));
		TRY(pack_day_or(c, v, "to", JDAY_MOST, &x->to));
		TRY(pack_text(c, v, "ja", &x->ja));
		TRY(pack_text(c, v, "en", &x->en));
		if (x->from > x->to)
			return PACK_FAIL(c, v, "law.days");
		if (n > 0 && x->from <= names[n - 1].to)
			return PACK_FAIL(c, v, "law.overlap");
		n++;
	}
	a->names = names;
	a->nnames = n;
	return n > 0 ? OK : PACK_FAIL(c, list, "law.names");
}

rc load_agencies(struct ctx *c, struct law *law, const struct pack *root)
{
	static const char *const top[] = { "agencies", NULL }, *const keys[] = { "code", "names", "channel_ja", NULL };
	const struct pack *list = NULL;

	TRY(pack_keys(c, root, top));
	TRY(pack_need(c, root, "agencies", &list));
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, law->agencies, (size_t)list->count + 1);
	for PACK_EACH(p, list) {
		struct law_agency *a = &law->agencies[law->nagencies];

		TRY(pack_keys(c, p, keys));
		TRY(load_id(c, p, "code", &a->code));
		TRY(load_names(c, p, a));
		TRY(pack_text_or(c, p, "channel_ja", S_NONE, &a->channel_ja));
		if (law_agency_find(law, a->code))
			return PACK_FAIL(c, p, "law.id_twice");
		law->nagencies++;
	}
	return OK;
}

const struct law_agency *law_agency_find(const struct law *law, slice code)
{
	for (uint32_t i = 0; i < law->nagencies; i++)
		if (slice_eq(law->agencies[i].code, code))
			return &law->agencies[i];
	return NULL;
}

slice law_agency_name(const struct law *law, slice code, jday day, bool ja)
{
	const struct law_agency *a = law_agency_find(law, code);
	const struct law_names *n;

	if (!a)
		return code;
	n = &a->names[0];
	for (uint32_t i = 1; i < a->nnames; i++)
		if (a->names[i].from <= day)
			n = &a->names[i];
	return ja ? n->ja : n->en;
}
