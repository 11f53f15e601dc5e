/* law/predicates.yaml and the duties of each act. */
#include "core/law/law_in.h"

#include "base/banned.h"

/* ---- predicates: names first, so that they may stand in any order ---- */

static rc load_predicate_name(struct ctx *c, struct law *law, const struct pack *p)
{
	static const char *const keys[] = { "id", "ja", "en", "yes_ja", "no_ja", "reason", "basis", "certainty", "when",
		"versions", NULL };
	struct law_predicate *out = &law->predicates[law->npredicates];

	TRY(pack_keys(c, p, keys));
	TRY(load_id(c, p, "id", &out->id));
	TRY(pack_text(c, p, "ja", &out->name_ja));
	TRY(pack_text(c, p, "en", &out->name_en));
	TRY(pack_text_or(c, p, "yes_ja", S_NONE, &out->yes_ja));
	TRY(pack_text_or(c, p, "no_ja", S_NONE, &out->no_ja));
	TRY(pack_bool_or(c, p, "reason", false, &out->reason));
	TRY(load_basis(c, p, &out->basis, &out->nbasis));
	TRY(load_certainty(c, p, &out->certainty));
	if (predicate_find(law, out->id) >= 0 || law_fact_find(law, out->id) >= 0)
		return PACK_FAIL(c, p, "law.id_twice");
	law->inside[law->npredicates].place = p;
	law->npredicates++;
	return OK;
}

rc load_predicate_names(struct ctx *c, struct law *law, const struct pack *const *roots, uint32_t n)
{
	static const char *const top[] = { "predicates", NULL };
	const struct pack *list = NULL;
	size_t count = 0;

	for (uint32_t i = 0; i < n; i++) {
		TRY(pack_keys(c, roots[i], top));
		TRY(pack_need(c, roots[i], "predicates", &list));
		TRY(pack_is(c, list, PACK_LIST));
		count += list->count;
	}
	TRY_ARRAY(c, law->predicates, count + 1);
	TRY_ARRAY(c, law->inside, count + 1);
	for (uint32_t i = 0; i < n; i++) {
		TRY(pack_need(c, roots[i], "predicates", &list));
		for PACK_EACH(p, list)
			TRY(load_predicate_name(c, law, p));
	}
	return OK;
}

static rc load_version(struct ctx *c, struct law *law, struct predicate *in, const struct pack *p)
{
	struct version *v = &in->versions[in->nversions];
	const struct pack *when = NULL;

	v->place = p;
	TRY(pack_day_or(c, p, "from", JDAY_LEAST, &v->from));
	TRY(pack_day_or(c, p, "to", JDAY_MOST, &v->to));
	TRY(pack_need(c, p, "when", &when));
	TRY(expr_parse(c, law, when, &v->when));
	if (v->from > v->to)
		return PACK_FAIL(c, p, "law.days");
	for (uint32_t i = 0; i < in->nversions; i++)
		if (v->from <= in->versions[i].to && in->versions[i].from <= v->to)
			return PACK_FAIL(c, p, "law.overlap");
	in->nversions++;
	return OK;
}

static rc load_predicate(struct ctx *c, struct law *law, struct predicate *in)
{
	static const char *const keys[] = { "from", "to", "when", NULL };
	const struct pack *list = pack_get(in->place, S("versions"));

	if (!list) {
		TRY_ARRAY(c, in->versions, 1);
		return load_version(c, law, in, in->place);
	}
	if (pack_get(in->place, S("when")))
		return PACK_FAIL(c, in->place, "law.versions");
	TRY(pack_is(c, list, PACK_LIST));
	if (list->count == 0)
		return PACK_FAIL(c, list, "law.versions");
	TRY_ARRAY(c, in->versions, list->count);
	for PACK_EACH(p, list) {
		TRY(pack_keys(c, p, keys));
		TRY(load_version(c, law, in, p));
	}
	return OK;
}

static bool reaches(const struct law *law, const struct law_expr *x, uint8_t *seen, uint32_t goal)
{
	if (x->op == X_PRED) {
		if (x->pred == goal)
			return true;
		if (seen[x->pred])
			return false;
		seen[x->pred] = 1;
		for (uint32_t i = 0; i < law->inside[x->pred].nversions; i++)
			if (reaches(law, law->inside[x->pred].versions[i].when, seen, goal))
				return true;
		return false;
	}
	return (x->a && reaches(law, x->a, seen, goal)) || (x->b && reaches(law, x->b, seen, goal));
}

rc load_predicates(struct ctx *c, struct law *law)
{
	for (uint32_t i = 0; i < law->npredicates; i++)
		TRY(load_predicate(c, law, &law->inside[i]));
	for (uint32_t i = 0; i < law->npredicates; i++) {
		uint8_t *seen;

		TRY_ARRAY(c, seen, law->npredicates);
		for (uint32_t j = 0; j < law->inside[i].nversions; j++) {
			if (!reaches(law, law->inside[i].versions[j].when, seen, i))
				continue;
			(void)PACK_FAIL(c, law->inside[i].place, "law.cycle");
			fault_name(c, law->predicates[i].id);
			return E_INVALID;
		}
	}
	return OK;
}

/* ---- duties ---- */

static rc load_parts(struct ctx *c, struct law *law, const struct pack *p, const char *key, struct part **ret, uint32_t *ret_n)
{
	static const char *const keys[] = { "when", "from", "to", "ja", "basis", NULL };
	const struct pack *list = pack_get(p, slice_of(key)), *when = NULL;
	struct part *out;
	uint32_t n = 0;

	if (!list)
		return OK;
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, out, (size_t)list->count + 1);
	for PACK_EACH(v, list) {
		TRY(pack_keys(c, v, keys));
		TRY(pack_need(c, v, "when", &when));
		TRY(expr_parse(c, law, when, &out[n].when));
		TRY(pack_day_or(c, v, "from", JDAY_LEAST, &out[n].from));
		TRY(pack_day_or(c, v, "to", JDAY_MOST, &out[n].to));
		TRY(pack_text(c, v, "ja", &out[n].ja));
		TRY(pack_text_or(c, v, "basis", S_NONE, &out[n].basis));
		if (out[n].from > out[n].to)
			return PACK_FAIL(c, v, "law.days");
		n++;
	}
	*ret = out;
	*ret_n = n;
	return OK;
}

static rc load_recipient(struct ctx *c, struct law *law, const struct pack *p, struct row *row)
{
	static const char *const keys[] = { "when", "code", "fact", NULL };
	const struct pack *list = NULL;

	TRY(pack_need(c, p, "recipient", &list));
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, row->recipient, (size_t)list->count + 1);
	for PACK_EACH(v, list) {
		struct to *t = &row->recipient[row->nrecipient++];
		const struct pack *when = pack_get(v, S("when")), *code = pack_get(v, S("code")), *fact = pack_get(v, S("fact"));

		TRY(pack_keys(c, v, keys));
		t->fact = -1;
		if (!!code == !!fact || !when != (row->nrecipient == list->count))
			return PACK_FAIL(c, v, "law.recipient");
		if (when)
			TRY(expr_parse(c, law, when, &t->when));
		if (code) {
			TRY(pack_as_text(c, code, &t->code));
			if (!law_agency_find(law, t->code)) {
				(void)PACK_FAIL(c, code, "law.unknown_recipient");
				fault_name(c, t->code);
				return E_INVALID;
			}
		} else {
			t->fact = law_fact_find(law, fact->text);
			if (t->fact < 0 || law->facts[t->fact].type != FACT_CODE)
				return PACK_FAIL(c, fact, "law.recipient");
		}
	}
	return row->nrecipient > 0 ? OK : PACK_FAIL(c, list, "law.recipient");
}

static rc load_review(struct ctx *c, struct law *law, const struct pack *p, struct law_duty *d)
{
	static const char *const keys[] = { "when", "ja", NULL };
	const struct pack *list = pack_get(p, S("review"));
	struct law_note *out;
	uint32_t n = 0;

	if (!list)
		return OK;
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, out, (size_t)list->count + 1);
	for PACK_EACH(v, list) {
		const struct pack *when = pack_get(v, S("when"));

		TRY(pack_keys(c, v, keys));
		TRY(pack_text(c, v, "ja", &out[n].ja));
		if (when)
			TRY(expr_parse(c, law, when, &out[n].when));
		n++;
	}
	d->review = out;
	d->nreview = n;
	return OK;
}

static rc load_clock_name(struct ctx *c, const struct law *law, const struct pack *p, const char *key, int32_t *ret)
{
	const struct pack *v = pack_get(p, slice_of(key));

	*ret = -1;
	if (!v)
		return OK;
	for (uint32_t i = 0; i < law->nclocks; i++)
		if (slice_eq(law->clocks[i].id, v->text))
			*ret = (int32_t)i;
	return *ret >= 0 ? OK : PACK_FAIL(c, v, "law.unknown_clock");
}

static rc load_content(struct ctx *c, const struct law *law, const struct pack *p, struct law_duty *d)
{
	slice *ids = NULL, *forms = NULL;
	struct law_word *out;

	TRY(pack_texts(c, p, "content", &ids, &d->ncontent));
	TRY_ARRAY(c, out, (size_t)d->ncontent + 1);
	for (uint32_t i = 0; i < d->ncontent; i++) {
		const struct law_word *w = word_find(law->contents, law->ncontents, ids[i]);

		if (!w)
			return PACK_FAIL(c, pack_get(p, S("content")), "law.unknown_content");
		out[i] = *w;
	}
	d->content = out;
	TRY(pack_texts(c, p, "forms", &forms, &d->nforms));
	for (uint32_t i = 0; i < d->nforms; i++)
		if (!word_find(law->forms, law->nforms, forms[i])) {
			(void)PACK_FAIL(c, pack_get(p, S("forms")), "law.unknown_form");
			fault_name(c, forms[i]);
			return E_INVALID;
		}
	d->forms = forms;
	return OK;
}

static rc load_dates(struct ctx *c, const struct pack *p, struct law_duty *d)
{
	const struct pack *from = NULL;

	/* `from: unknown` says that nobody established it, which is not the same as forgetting it */
	TRY(pack_need(c, p, "from", &from));
	d->from = JDAY_LEAST;
	d->from_open = from->kind == PACK_TEXT && slice_is(from->text, "unknown");
	if (!d->from_open)
		TRY(pack_as_day(c, from, &d->from));
	TRY(pack_day_or(c, p, "to", JDAY_MOST, &d->to));
	return d->from <= d->to ? OK : PACK_FAIL(c, p, "law.days");
}

static rc load_scope(struct ctx *c, struct law *law, const struct pack *root, const struct pack *p, struct row *row)
{
	const struct pack *v = pack_get(p, S("scope"));

	if (!v)
		TRY(pack_need(c, root, "scope", &v));
	return expr_parse(c, law, v, &row->scope);
}

static rc load_duty_words(struct ctx *c, struct law *law, const struct pack *p, struct law_duty *d)
{
	const struct law_word *kind;
	slice word;

	TRY(load_id(c, p, "id", &d->id));
	TRY(pack_text(c, p, "ja", &d->title_ja));
	TRY(pack_text(c, p, "en", &d->title_en));
	TRY(pack_text(c, p, "kind", &word));
	kind = word_find(law->kinds, law->nkinds, word);
	if (!kind)
		return PACK_FAIL(c, pack_get(p, S("kind")), "law.unknown_kind");
	d->kind = kind->id;
	d->kind_ja = kind->ja;
	TRY(pack_bool(c, p, "mandatory", &d->mandatory));
	TRY(load_basis(c, p, &d->basis, &d->nbasis));
	TRY(load_certainty(c, p, &d->certainty));
	d->file = p->file;
	d->row = p->row;
	return OK;
}

static rc no_overlap(struct ctx *c, const struct law *law, const struct pack *p, const struct law_duty *d)
{
	for (uint32_t i = 0; i < law->nduties; i++) {
		const struct law_duty *x = &law->duties[i];

		if (!slice_eq(x->id, d->id) || d->from > x->to || x->from > d->to)
			continue;
		(void)PACK_FAIL(c, p, "law.overlap");
		fault_name(c, d->id);
		return E_INVALID;
	}
	return OK;
}

static rc load_duty(struct ctx *c, struct law *law, const struct pack *root, const struct pack *p)
{
	static const char *const keys[] = { "id", "ja", "en", "kind", "mandatory", "basis", "from", "to", "certainty", "scope",
		"who", "when", "unless", "recipient", "target", "due", "content", "forms", "review", "remarks_ja", "serious", NULL };
	struct law_duty *d = &law->duties[law->nduties];
	struct row *row = &law->rows[law->nduties];
	const struct pack *when = NULL;

	TRY(pack_keys(c, p, keys));
	row->place = p;
	TRY(load_duty_words(c, law, p, d));
	TRY(pack_text(c, root, "act", &d->act));
	TRY(pack_text(c, root, "ja", &d->act_ja));
	TRY(pack_bool_or(c, root, "optional", false, &d->optional));
	TRY(pack_bool_or(c, p, "serious", false, &d->serious));
	TRY(load_dates(c, p, d));
	TRY(load_scope(c, law, root, p, row));
	TRY(load_parts(c, law, p, "who", &row->who, &row->nwho));
	TRY(pack_need(c, p, "when", &when));
	TRY(expr_parse(c, law, when, &row->when));
	TRY(load_parts(c, law, p, "unless", &row->unless, &row->nunless));
	TRY(load_recipient(c, law, p, row));
	TRY(load_clock_name(c, law, p, "target", &row->target));
	TRY(load_clock_name(c, law, p, "due", &row->due));
	TRY(load_content(c, law, p, d));
	TRY(load_review(c, law, p, d));
	TRY(pack_texts(c, p, "remarks_ja", &row->remarks, &row->nremarks));
	TRY(no_overlap(c, law, p, d));
	law->nduties++;
	return OK;
}

rc load_duties(struct ctx *c, struct law *law, const struct pack *const *roots, uint32_t n)
{
	static const char *const top[] = { "act", "ja", "en", "optional", "scope", "duties", NULL };
	const struct pack *list = NULL;
	size_t count = 0;
	slice act;

	for (uint32_t i = 0; i < n; i++) {
		TRY(pack_keys(c, roots[i], top));
		TRY(load_id(c, roots[i], "act", &act));
		TRY(pack_need(c, roots[i], "duties", &list));
		TRY(pack_is(c, list, PACK_LIST));
		count += list->count;
	}
	TRY_ARRAY(c, law->duties, count + 1);
	TRY_ARRAY(c, law->rows, count + 1);
	for (uint32_t i = 0; i < n; i++) {
		TRY(pack_need(c, roots[i], "duties", &list));
		for PACK_EACH(p, list)
			TRY(load_duty(c, law, roots[i], p));
	}
	return OK;
}

uint32_t law_duty_count(const struct law *law) { return law->nduties; }
const struct law_duty *law_duty_at(const struct law *law, uint32_t i) { return i < law->nduties ? &law->duties[i] : NULL; }

const struct law_duty *law_duty_on(const struct law *law, slice id, jday day)
{
	for (uint32_t i = 0; i < law->nduties; i++)
		if (slice_eq(law->duties[i].id, id) && law->duties[i].from <= day && day <= law->duties[i].to)
			return &law->duties[i];
	return NULL;
}

uint32_t law_predicate_count(const struct law *law) { return law->npredicates; }

const struct law_predicate *law_predicate_at(const struct law *law, uint32_t i)
{
	return i < law->npredicates ? &law->predicates[i] : NULL;
}
