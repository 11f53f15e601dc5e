/* Reading notices/ladder.yaml. */
#include "work/notice/notice.h"

#include "base/pack.h"

#include "base/banned.h"

static const char *const anchor_words[] = { "opened", "target", "due", NULL };

/* "09:00" → 540. */
static rc read_clock(struct ctx *c, const struct pack *step, int64_t *ret)
{
	const struct pack *p = pack_get(step, S("at"));
	slice s;

	*ret = -1;
	if (!p)
		return OK;
	TRY(pack_as_text(c, p, &s));
	for (size_t i = 0; i < s.len; i++)
		if (i == 2 ? s.p[i] != ':' : s.p[i] < '0' || s.p[i] > '9')
			return PACK_FAIL(c, p, "notice.clock");
	if (s.len != 5)
		return PACK_FAIL(c, p, "notice.clock");
	*ret = (s.p[0] - '0') * 600 + (s.p[1] - '0') * 60 + (s.p[3] - '0') * 10 + (s.p[4] - '0');
	if (s.p[3] > '5' || *ret >= 1440)
		return PACK_FAIL(c, p, "notice.clock");
	return OK;
}

static bool is_role(slice word)
{
	for (const struct role *r = role_table; r->word; r++)
		if (slice_is(word, r->word))
			return true;
	return false;
}

static rc read_roles(struct ctx *c, const struct pack *map, const char *key, bool deputy, const slice **ret, uint32_t *ret_n)
{
	slice *v;

	TRY(pack_texts(c, map, key, &v, ret_n));
	if (*ret_n == 0)
		return PACK_FAIL(c, map, "notice.nobody");
	for (uint32_t i = 0; i < *ret_n; i++)
		if (!(deputy && slice_is(v[i], "deputy")) && !is_role(v[i])) {
			(void)PACK_FAIL(c, pack_get(map, slice_of(key)), "notice.role");
			fault_name(c, v[i]);
			return E_INVALID;
		}
	*ret = v;
	return OK;
}

static rc read_step(struct ctx *c, const struct pack *p, struct step *ret)
{
	static const char *const keys[] = { "id", "from", "days", "at", "to", "confirm_minutes", "every_day", NULL };
	unsigned from;

	TRY(pack_keys(c, p, keys));
	TRY(pack_text(c, p, "id", &ret->id));
	if (!word_is_valid(ret->id) || slice_find(ret->id, S("+"), 0) != SIZE_MAX)
		return PACK_FAIL(c, p, "notice.step");
	TRY(pack_word(c, p, "from", anchor_words, &from));
	ret->from = (enum anchor)from;
	TRY(pack_int(c, p, "days", -365, 365, &ret->days));
	TRY(read_clock(c, p, &ret->minute));
	/* a day has no minute of its own, and nobody can be told before the duty opened */
	if (ret->from == ANCHOR_OPENED ? ret->days < 0 : ret->minute < 0)
		return PACK_FAIL(c, p, "notice.step");
	TRY(read_roles(c, p, "to", false, &ret->to, &ret->nto));
	if (pack_get(p, S("confirm_minutes")))
		TRY(pack_int(c, p, "confirm_minutes", 5, 10080, &ret->confirm_minutes));
	return pack_bool_or(c, p, "every_day", false, &ret->every_day);
}

static rc read_rungs(struct ctx *c, const struct pack *p, struct rungs *ret)
{
	static const char *const keys[] = { "id", "must", "days", "steps", NULL };
	const struct pack *steps;
	struct step *v;

	TRY(pack_keys(c, p, keys));
	TRY(pack_text(c, p, "id", &ret->id));
	TRY(pack_bool(c, p, "must", &ret->must));
	TRY(pack_bool(c, p, "days", &ret->days));
	TRY(pack_need(c, p, "steps", &steps));
	TRY(pack_is(c, steps, PACK_LIST));
	TRY_ARRAY(c, v, steps->count + 1);
	for PACK_EACH(s, steps) {
		TRY(read_step(c, s, &v[ret->n]));
		for (uint32_t i = 0; i < ret->n; i++)
			if (slice_eq(v[i].id, v[ret->n].id))
				return PACK_FAIL(c, s, "notice.twice");
		ret->n++;
	}
	ret->steps = v;
	return OK;
}

static void measure(struct ladder *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		for (uint32_t k = 0; k < l->rungs[i].n; k++) {
			const struct step *s = &l->rungs[i].steps[k];

			if (s->from == ANCHOR_OPENED && s->days > l->behind)
				l->behind = s->days;
			if (s->from != ANCHOR_OPENED && -s->days > l->ahead)
				l->ahead = -s->days;
		}
}

static rc read_ladder(struct ctx *c, const struct pack *root, struct ladder *l)
{
	static const char *const keys[] = { "schema", "escalate", "ladders", NULL };
	static const char *const schemas[] = { "renkei.notices/1", NULL };
	const struct pack *list;
	struct rungs *v;
	unsigned schema;

	TRY(pack_keys(c, root, keys));
	TRY(pack_word(c, root, "schema", schemas, &schema));
	TRY(read_roles(c, root, "escalate", true, &l->escalate, &l->nescalate));
	TRY(pack_need(c, root, "ladders", &list));
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, v, list->count + 1);
	for PACK_EACH(p, list) {
		TRY(read_rungs(c, p, &v[l->n]));
		for (uint32_t i = 0; i < l->n; i++)
			if (v[i].must == v[l->n].must && v[i].days == v[l->n].days)
				return PACK_FAIL(c, p, "notice.twice");
		l->n++;
	}
	l->rungs = v;
	measure(l);
	return OK;
}

rc ladder_load(struct ctx *c, const char *data, const struct ladder **ret)
{
	const struct pack *root;
	struct ladder *l;
	struct buf b;

	buf_init(&b, c->a, 4096);
	buf_putf(&b, "%s/notices/ladder.yaml", data);
	buf_putc(&b, '\0');
	if (b.full)
		return FAIL(c, E_LIMIT, "text.limit");
	TRY(pack_read(c, b.p, &root));
	TRY_NEW(c, l);
	TRY(read_ladder(c, root, l));
	*ret = l;
	return OK;
}
