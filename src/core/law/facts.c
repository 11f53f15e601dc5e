/* What is known of a case, checked against law/facts.yaml. */
#include "core/law/law_in.h"

#include "base/banned.h"

rc law_facts_new(struct ctx *c, const struct law *law, struct law_facts **ret)
{
	struct law_facts *f;

	TRY_NEW(c, f);
	f->law = law;
	TRY_ARRAY(c, f->state, law->nfacts);
	TRY_ARRAY(c, f->num, law->nfacts);
	TRY_ARRAY(c, f->text, law->nfacts);
	*ret = f;
	return OK;
}

void law_facts_clear(struct law_facts *f)
{
	memset(f->state, FACT_UNSET, f->law->nfacts);
}

static rc bad(struct ctx *c, const char *key, slice name)
{
	(void)FAIL(c, E_INVALID, key);
	fault_name(c, name);
	return E_INVALID;
}

static rc take_bool(struct ctx *c, const struct law_fact *f, const struct json *v, int64_t *ret)
{
	if (!json_is_bool(v))
		return bad(c, "fact.type_bool", f->id);
	*ret = v->type == JSON_TRUE;
	return OK;
}

static rc take_choice(struct ctx *c, const struct law_fact *f, const struct json *v, int64_t *ret)
{
	if (v->type != JSON_TEXT)
		return bad(c, "fact.type_text", f->id);
	for (uint32_t i = 0; i < f->nchoices; i++)
		if (slice_eq(f->choices[i].id, v->text)) {
			*ret = i;
			return OK;
		}
	return bad(c, "fact.choice", f->id);
}

static rc take_count(struct ctx *c, const struct law_fact *f, const struct json *v, int64_t *ret)
{
	if (v->type != JSON_INT)
		return bad(c, "fact.type_count", f->id);
	if (v->num < 0)
		return bad(c, "fact.negative", f->id);
	*ret = v->num;
	return OK;
}

/* ISO, or as people write Japanese dates: 令和8年11月21日. */
static rc take_day(struct ctx *c, const struct law_fact *f, slice text, int64_t *ret)
{
	rc r;
	jday d;

	if (text.len == 10 && text.p[4] == '-')
		r = jday_parse(c, text, &d);
	else
		r = jday_parse_ja(c, text, &d);
	if (r != OK) {
		fault_name(c, f->id);
		return r;
	}
	*ret = d;
	return OK;
}

static rc take_time(struct ctx *c, const struct law_fact *f, slice text, int64_t *ret)
{
	msec t;
	rc r = msec_parse(c, text, &t);

	if (r != OK) {
		fault_name(c, f->id);
		return r;
	}
	*ret = t;
	return OK;
}

/* A code of capital letters. One that no pack names is taken, as lists of delegations change; it gets a review mark. */
static rc take_code(struct ctx *c, struct law_facts *facts, uint32_t i, slice text, int64_t *ret)
{
	const struct law_fact *f = &facts->law->facts[i];

	for (size_t j = 0; j < text.len; j++) {
		char ch = text.p[j];
		bool ok = (ch >= 'A' && ch <= 'Z') || (j > 0 && ((ch >= '0' && ch <= '9') || ch == '_' || ch == '+' || ch == '-'));

		if (!ok || text.len < 2 || text.len > 32)
			return bad(c, "fact.code", f->id);
	}
	facts->text[i] = text;
	*ret = 0;
	return text.len >= 2 ? OK : bad(c, "fact.code", f->id);
}

static rc take_text(struct ctx *c, struct law_facts *facts, uint32_t i, const struct json *v, int64_t *ret)
{
	const struct law_fact *f = &facts->law->facts[i];

	if (v->type != JSON_TEXT)
		return bad(c, "fact.type_text", f->id);
	if (v->text.len == 0) {
		*ret = LAW_NONE;
		return OK;
	}
	if (f->type == FACT_DAY)
		return take_day(c, f, v->text, ret);
	if (f->type == FACT_TIME)
		return take_time(c, f, v->text, ret);
	return take_code(c, facts, i, v->text, ret);
}

rc law_fact_set(struct ctx *c, struct law_facts *facts, slice id, const struct json *v)
{
	int32_t found = law_fact_find(facts->law, id);
	const struct law_fact *f;
	int64_t n = 0;
	uint32_t i;

	if (found < 0)
		return bad(c, "fact.unknown", id);
	i = (uint32_t)found;
	f = &facts->law->facts[i];
	if (v->type == JSON_NULL) {
		facts->state[i] = FACT_ASKED;
		return OK;
	}
	switch (f->type) {
	case FACT_BOOL:
		TRY(take_bool(c, f, v, &n));
		break;
	case FACT_CHOICE:
		TRY(take_choice(c, f, v, &n));
		break;
	case FACT_COUNT:
		TRY(take_count(c, f, v, &n));
		break;
	case FACT_DAY:
	case FACT_TIME:
	case FACT_CODE:
		TRY(take_text(c, facts, i, v, &n));
		break;
	}
	facts->num[i] = n;
	facts->state[i] = FACT_KNOWN;
	return OK;
}

rc law_facts_set_all(struct ctx *c, struct law_facts *f, const struct json *object)
{
	if (!object || object->type != JSON_OBJECT)
		return FAIL(c, E_INVALID, "fact.object");
	for JSON_EACH(m, object)
		TRY(law_fact_set(c, f, m->name, m));
	return OK;
}

void law_facts_assume_defaults(struct law_facts *f)
{
	for (uint32_t i = 0; i < f->law->nfacts; i++) {
		const struct law_fact *fact = &f->law->facts[i];

		if (f->state[i] != FACT_UNSET)
			continue;
		if (fact->other_from < 0) {
			f->num[i] = fact->other;
			f->state[i] = FACT_KNOWN;
		} else {
			/* the other one stands above and has its value by now */
			f->num[i] = f->num[fact->other_from];
			f->state[i] = f->state[fact->other_from];
		}
	}
}

bool law_fact_is_known(const struct law_facts *f, uint32_t i)
{
	return i < f->law->nfacts && f->state[i] == FACT_KNOWN;
}

void law_fact_put(struct buf *b, const struct law_facts *f, uint32_t i, bool ja)
{
	const struct law_fact *fact = law_fact_at(f->law, i);

	if (!law_fact_is_known(f, i) || f->num[i] == LAW_NONE)
		return;
	switch (fact->type) {
	case FACT_BOOL:
		buf_putz(b, ja ? (f->num[i] ? "はい" : "いいえ") : f->num[i] ? "true" : "false");
		break;
	case FACT_CHOICE:
		buf_put(b, ja ? fact->choices[f->num[i]].ja : fact->choices[f->num[i]].id);
		break;
	case FACT_COUNT:
		buf_put_i64(b, f->num[i]);
		break;
	case FACT_DAY:
		if (ja)
			jday_put_era(b, (jday)f->num[i]);
		else
			jday_put(b, (jday)f->num[i]);
		break;
	case FACT_TIME:
		msec_put(b, f->num[i]);
		break;
	case FACT_CODE:
		buf_put(b, f->text[i]);
		break;
	}
}
