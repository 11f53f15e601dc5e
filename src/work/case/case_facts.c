/* Which of the statements hold at a moment, and what the law makes of them. */
#include "work/case/case.h"

#include <stdlib.h>

#include "base/banned.h"

static bool in_moment(const struct fact *f, struct moment m)
{
	return f->known.at <= m.known && f->stated <= m.stated;
}

/* A correction counts from the moment at which it was known; before that the mended statement was what we knew. */
static bool is_mended(const struct fact *f, const struct fact *from, size_t n, struct moment m)
{
	for (size_t i = 0; i < n; i++)
		if (from[i].mends == f->seq && in_moment(&from[i], m))
			return true;
	return false;
}

static int by_place(const void *a, const void *b)
{
	const struct fact *x = a, *y = b;

	if (x->term->place != y->term->place)
		return x->term->place < y->term->place ? -1 : 1;
	return slice_cmp(x->term->path, y->term->path);
}

/* `all` is in order of path, known, seq; keeps for each path the last one that holds. */
static size_t pick(struct fact *all, size_t n, struct moment m)
{
	size_t kept = 0;

	for (size_t i = 0; i < n;) {
		size_t end = i + 1;
		const struct fact *best = NULL;

		while (end < n && slice_eq(all[end].term->path, all[i].term->path))
			end++;
		for (size_t k = i; k < end; k++)
			if (in_moment(&all[k], m) && !is_mended(&all[k], all + i, end - i, m))
				best = &all[k];
		if (best)
			all[kept++] = *best;
		i = end;
	}
	return kept;
}

rc case_facts_at(struct ctx *c, struct store *st, const struct terms *t, slice case_id, struct moment m,
                 struct fact **ret, size_t *ret_n)
{
	struct fact *all;
	size_t n;

	TRY(case_facts_all(c, st, t, case_id, S_NONE, &all, &n));
	n = pick(all, n, m);
	if (n > 0)
		qsort(all, n, sizeof *all, by_place);
	*ret = all;
	*ret_n = n;
	return OK;
}

rc case_facts_with(struct ctx *c, const struct terms *t, const struct fact *before, size_t nbefore,
                   const struct statement *s, size_t n, struct fact **ret, size_t *ret_n)
{
	struct fact *v;
	size_t count = nbefore;

	(void)t;
	TRY_ARRAY(c, v, nbefore + n + 1);
	for (size_t i = 0; i < nbefore; i++)
		v[i] = before[i];
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < count && v[k].term != s[i].term)
			k++;
		/* what was known later than this statement still holds */
		if (k < count && !s[i].mend && v[k].known.at > s[i].known.at)
			continue;
		v[k] = (struct fact){
			.seq = -1, .term = s[i].term, .said = s[i].said, .sure = s[i].sure, .known = s[i].known, .stated = c->now,
			.has_from = s[i].has_from, .holds_from = s[i].holds_from, .mends = -1,
		};
		if (k == count)
			count++;
	}
	*ret = v;
	*ret_n = count;
	return OK;
}

/* ---- for the law ---- */

static rc set_json(struct ctx *c, struct law_facts *f, slice id, slice json)
{
	const struct json *v;

	TRY(json_parse(c, json, &v));
	return law_fact_set(c, f, id, v);
}

static rc set_int(struct ctx *c, struct law_facts *f, slice id, int64_t n)
{
	struct buf b;

	buf_init(&b, c->a, 32);
	buf_put_i64(&b, n);
	return set_json(c, f, id, buf_slice(&b));
}

static const struct fact *find_fact(const struct fact *facts, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is(facts[i].term->path, path))
			return &facts[i];
	return NULL;
}

/*
 * `persons` has a sibling for the largest possible number: "at most N" says both, "at least N" leaves the largest one
 * open.
 */
static rc set_persons(struct ctx *c, struct law_facts *f, const struct fact *facts, size_t n, const struct said *s)
{
	const struct fact *most = find_fact(facts, n, "persons_max");

	TRY(set_int(c, f, S("persons"), s->num));
	if (most && most->said.state == SAID_VALUE)
		return OK;
	if (s->exact == EXACT_AT_LEAST)
		return set_json(c, f, S("persons_max"), S("null"));
	return set_int(c, f, S("persons_max"), s->num);
}

/* What "does not apply" means to a rule: no, none, nobody. */
static slice none_of(const struct term *t)
{
	switch (t->type) {
	case TERM_BOOL: return S("false");
	case TERM_INT: return S("0");
	case TERM_DAY:
	case TERM_TIME:
	case TERM_REF: return S("\"\"");
	case TERM_ONE: return term_choice(t, S("none"), false) ? S("\"none\"") : S("null");
	case TERM_TEXT:
	case TERM_LONG:
	case TERM_DECIMAL:
	case TERM_MANY:
	case TERM_TABLE:
	case TERM_GROUP:
	case TERM_FILE: break;
	}
	return S("null");
}

rc case_law_facts(struct ctx *c, const struct terms *t, const struct fact *facts, size_t n, struct law_facts *f)
{
	(void)t;
	if (!find_fact(facts, n, "phase"))
		TRY(set_json(c, f, S("phase"), S("\"incident\"")));
	if (!find_fact(facts, n, "node_role"))
		TRY(set_json(c, f, S("node_role"), S("\"reporter\"")));
	for (size_t i = 0; i < n; i++) {
		const struct said *s = &facts[i].said;
		slice path = facts[i].term->path;

		if (!facts[i].term->law)
			continue;
		if (s->state == SAID_UNKNOWN)
			TRY(set_json(c, f, path, S("null")));
		else if (s->state == SAID_NOT_APPLICABLE)
			TRY(set_json(c, f, path, none_of(facts[i].term)));
		else if (slice_is(path, "persons"))
			TRY(set_persons(c, f, facts, n, s));
		else
			TRY(set_json(c, f, path, s->json));
	}
	return OK;
}
