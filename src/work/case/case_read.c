/* Reading the tables of a case. */
#include "work/case/case.h"

#include "base/banned.h"

const char *const event_precision_words[EVENT_PRECISIONS] = { "minute", "about", "day", "open" };

static rc head_from_row(struct ctx *c, const struct query *q, struct case_head *ret)
{
	struct case_head h = {
		.seq = query_int(q, 2), .opened = query_int(q, 3), .known = query_int(q, 4),
		.known_day_only = query_int(q, 5) != 0, .closed = slice_is(query_text(q, 6), "closed"),
		.changed = query_int(q, 7), .last_seq = query_int(q, 8), .next_day = (jday)query_int(q, 10),
		.open_must = query_int(q, 11), .open_may = query_int(q, 12), .asked = query_int(q, 13),
	};

	TRY(slice_keep(c, query_text(q, 0), &h.id));
	TRY(slice_keep(c, query_text(q, 1), &h.num));
	if (!query_is_null(q, 9))
		TRY(slice_keep(c, query_text(q, 9), &h.cause));
	*ret = h;
	return OK;
}

rc case_find(struct ctx *c, struct store *st, slice ref, struct case_head *ret)
{
	AUTO_QUERY q = { 0 };
	bool found, id = slice_starts(ref, S("c-"));

	TRY(STORE_ONE(c, st, &q, &found, id ? STMT_CASE_BY_ID : STMT_CASE_BY_NUM, v_text(ref)));
	if (!found) {
		(void)FAIL(c, E_NOTFOUND, "case.none");
		fault_name(c, ref);
		return E_NOTFOUND;
	}
	return head_from_row(c, &q, ret);
}

rc case_page(struct ctx *c, struct store *st, bool closed, const struct case_head *after, size_t most,
             struct case_head **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };
	struct case_head *page;
	size_t n = 0;
	bool more;

	if (most == 0 || most > CASE_PAGE_MOST)
		return FAIL(c, E_INVALID, "number.range");
	TRY_ARRAY(c, page, most);
	TRY(STORE_QUERY(c, st, &q, STMT_CASE_PAGE, v_text(closed ? S("closed") : S("open")),
	                v_int(after ? after->next_day : JDAY_LEAST), v_text(after ? after->num : S("")), v_int((int64_t)most)));
	for (;;) {
		TRY(query_next(c, &q, &more));
		if (!more || n == most)
			break;
		TRY(head_from_row(c, &q, &page[n++]));
	}
	*ret = page;
	*ret_n = n;
	return OK;
}

/* ---- facts ---- */

/* A path that the packs of today no longer know keeps its own name as label. */
static rc term_for(struct ctx *c, const struct terms *t, slice path, const struct term **ret)
{
	struct term *lost;

	*ret = terms_find(t, path);
	if (*ret)
		return OK;
	TRY_NEW(c, lost);
	TRY(slice_keep(c, path, &lost->path));
	lost->ja = lost->en = lost->path;
	lost->law_index = -1;
	lost->place = UINT32_MAX;
	*ret = lost;
	return OK;
}

static rc said_from_row(struct ctx *c, const struct query *q, struct fact *f)
{
	struct buf b;
	unsigned i = 0;

	TRY(said_word(c, said_state_words, SAID_STATES, query_text(q, 3), &i));
	f->said.state = (enum said_state)i;
	TRY(said_word(c, said_exact_words, SAID_EXACTS, query_text(q, 4), &i));
	f->said.exact = (enum said_exact)i;
	TRY(said_word(c, said_sure_words, SAID_SURES, query_text(q, 5), &i));
	f->sure = (enum said_sure)i;
	f->sealed = query_int(q, 6) != 0;
	if (f->said.state != SAID_VALUE || f->sealed)
		return OK;
	buf_init(&b, c->a, 2 * WORD_MOST + 32);
	if (!query_is_null(q, 7)) {
		f->said.num = query_int(q, 7);
		if (f->term->type == TERM_BOOL)
			buf_put(&b, f->said.num ? S("true") : S("false"));
		else
			buf_put_i64(&b, f->said.num);
	} else {
		json_put_text(&b, query_text(q, 8));
	}
	return buf_done(c, &b, &f->said.json);
}

static rc fact_from_row(struct ctx *c, const struct terms *t, const struct query *q, struct fact *ret)
{
	struct fact f = {
		.seq = query_int(q, 0), .idx = (uint32_t)query_int(q, 1),
		.known = { query_int(q, 9), query_int(q, 10) != 0 }, .stated = query_int(q, 12), .mends = -1,
	};

	TRY(term_for(c, t, query_text(q, 2), &f.term));
	TRY(said_from_row(c, q, &f));
	if (!query_is_null(q, 11)) {
		f.has_from = true;
		f.holds_from = query_int(q, 11);
	}
	if (!query_is_null(q, 14))
		f.mends = query_int(q, 14);
	TRY(slice_keep(c, query_text(q, 13), &f.actor));
	*ret = f;
	return OK;
}

rc case_facts_all(struct ctx *c, struct store *st, const struct terms *t, slice case_id, slice path, struct fact **ret,
                  size_t *ret_n)
{
	AUTO_QUERY q = { 0 };
	struct fact *v = NULL;
	size_t n = 0, room = 0;
	bool more;

	TRY(STORE_QUERY(c, st, &q, STMT_CASE_FACTS, v_text(case_id)));
	for (;;) {
		TRY(query_next(c, &q, &more));
		if (!more)
			break;
		if (path.len > 0 && !slice_eq(query_text(&q, 2), path))
			continue;
		TRY_ROOM(c, v, n, room, 64);
		TRY(fact_from_row(c, t, &q, &v[n++]));
	}
	*ret = v;
	*ret_n = n;
	return OK;
}

rc case_known_by(struct ctx *c, struct store *st, const struct case_head *h, const struct fact *facts, size_t n,
                 struct when *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	for (size_t i = 0; i < n; i++) {
		const struct said *s = &facts[i].said;

		if (slice_is(facts[i].term->path, CASE_KNOWN_PATH) && s->state == SAID_VALUE && s->json.len > 2)
			return when_parse(c, slice_sub(s->json, 1, s->json.len - 2), ret);
	}
	TRY(STORE_ONE(c, st, &q, &found, STMT_CASE_FIRST, v_text(h->id)));
	*ret = found ? (struct when){ query_int(&q, 0), query_int(&q, 1) != 0 } : (struct when){ h->known, h->known_day_only };
	return OK;
}

/* ---- events ---- */

static rc event_from_row(struct ctx *c, const struct query *q, struct event *ret)
{
	struct event e = {
		.seq = query_int(q, 0), .at = query_int(q, 1), .stated = query_int(q, 4),
		.mends = query_is_null(q, 6) ? -1 : query_int(q, 6),
	};
	unsigned i = 0;

	TRY(said_word(c, event_precision_words, EVENT_PRECISIONS, query_text(q, 2), &i));
	e.precision = (enum event_precision)i;
	TRY(slice_keep(c, query_text(q, 3), &e.kind));
	TRY(slice_keep(c, query_text(q, 5), &e.actor));
	*ret = e;
	return OK;
}

/* Takes out events that another one mends, be that one mended itself or not. */
static rc drop_mended(struct ctx *c, struct event *v, size_t n, size_t *ret_n)
{
	bool *mended;
	size_t kept = 0;

	TRY_ARRAY(c, mended, n + 1);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n && !mended[i]; k++)
			mended[i] = v[k].mends == v[i].seq;
	for (size_t i = 0; i < n; i++)
		if (!mended[i])
			v[kept++] = v[i];
	*ret_n = kept;
	return OK;
}

rc case_events_at(struct ctx *c, struct store *st, slice case_id, msec stated, struct event **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };
	struct event *v = NULL;
	size_t n = 0, room = 0;
	bool more;

	TRY(STORE_QUERY(c, st, &q, STMT_CASE_EVENTS, v_text(case_id)));
	for (;;) {
		TRY(query_next(c, &q, &more));
		if (!more)
			break;
		if (query_int(&q, 4) > stated)
			continue;
		TRY_ROOM(c, v, n, room, 32);
		TRY(event_from_row(c, &q, &v[n++]));
	}
	TRY(drop_mended(c, v, n, ret_n));
	*ret = v;
	return OK;
}
