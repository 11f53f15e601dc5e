/* Reading duties: as the tables have them, and as they stood at a past moment. */
#include "work/duty/duty_inside.h"

#include <stdlib.h>

#include "base/banned.h"

const char *const duty_state_words[DUTY_STATES] = { "open", "done", "waived", "lapsed" };

/* Rows of the id have one title each; which one was in force decides the days of knowing, so any serves the words. */
static const struct law_duty *find_row(const struct law *law, slice rule, jday started)
{
	const struct law_duty *row = law_duty_on(law, rule, started);

	for (uint32_t i = 0; !row && i < law_duty_count(law); i++)
		if (slice_eq(law_duty_at(law, i)->id, rule))
			row = law_duty_at(law, i);
	return row;
}

static rc duty_from_row(struct ctx *c, const struct law *law, const struct query *q, struct duty *ret)
{
	struct duty d = {
		.must = query_int(q, 4) != 0, .has_due = !query_is_null(q, 6), .has_target = !query_is_null(q, 7),
		.started = (jday)query_int(q, 8), .sort_day = (jday)query_int(q, 9), .opened = query_int(q, 10),
		.opened_seq = query_int(q, 11), .changed = query_int(q, 12), .changed_seq = query_int(q, 13),
	};
	unsigned i;

	TRY(slice_keep(c, query_text(q, 0), &d.case_id));
	TRY(slice_keep(c, query_text(q, 1), &d.rule));
	TRY(slice_keep(c, query_text(q, 2), &d.recipient));
	TRY(slice_keep(c, query_text(q, 3), &d.kind));
	TRY(said_word(c, duty_state_words, DUTY_STATES, query_text(q, 5), &i));
	d.state = (enum duty_state)i;
	d.due = d.has_due ? (jday)query_int(q, 6) : 0;
	d.target = d.has_target ? (jday)query_int(q, 7) : 0;
	d.row = law ? find_row(law, d.rule, d.started) : NULL;
	*ret = d;
	return OK;
}

static rc all_rows(struct ctx *c, struct query *q, const struct law *law, size_t most, struct duty **ret, size_t *ret_n)
{
	struct duty *v = NULL;
	size_t n = 0, room = 0;
	bool more;

	for (;;) {
		TRY(query_next(c, q, &more));
		if (!more || n == most)
			break;
		TRY_ROOM(c, v, n, room, 16);
		TRY(duty_from_row(c, law, q, &v[n++]));
	}
	*ret = v;
	*ret_n = n;
	return OK;
}

rc duty_rows(struct ctx *c, struct store *st, const struct law *law, slice case_id, struct duty **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_DUTY_OF_CASE, v_text(case_id)));
	return all_rows(c, &q, law, SIZE_MAX, ret, ret_n);
}

rc duty_page(struct ctx *c, struct store *st, const struct law *law, bool must, const struct duty *after, size_t most,
             struct duty **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	if (most == 0 || most > CASE_PAGE_MOST)
		return FAIL(c, E_INVALID, "number.range");
	TRY(STORE_QUERY(c, st, &q, STMT_DUTY_PAGE, v_int(must), v_int(after ? after->sort_day : JDAY_LEAST),
	                v_text(after ? after->case_id : S("")), v_text(after ? after->rule : S("")), v_int((int64_t)most)));
	return all_rows(c, &q, law, most, ret, ret_n);
}

rc duty_opened_page(struct ctx *c, struct store *st, const struct law *law, msec since, const struct duty *after,
                    size_t most, struct duty **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	if (most == 0 || most > CASE_PAGE_MOST)
		return FAIL(c, E_INVALID, "number.range");
	TRY(STORE_QUERY(c, st, &q, STMT_DUTY_OPENED, v_int(after ? after->opened : since),
	                v_text(after ? after->case_id : S("")), v_text(after ? after->rule : S("")), v_int((int64_t)most)));
	return all_rows(c, &q, law, most, ret, ret_n);
}

rc duty_find(struct ctx *c, struct store *st, const struct law *law, const struct case_head *h, slice rule,
             struct duty *ret)
{
	const struct duty *hit = NULL;
	struct duty *rows;
	size_t n;

	TRY(duty_rows(c, st, law, h->id, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (!slice_eq(rows[i].rule, rule))
			continue;
		/* one that is open goes before one that has ended */
		if (hit && (hit->state == DUTY_OPEN) == (rows[i].state == DUTY_OPEN))
			return FAIL(c, E_INVALID, "duty.which");
		if (!hit || rows[i].state == DUTY_OPEN)
			hit = &rows[i];
	}
	if (!hit) {
		(void)FAIL(c, E_NOTFOUND, "duty.none");
		fault_name(c, rule);
		return E_NOTFOUND;
	}
	*ret = *hit;
	return OK;
}

rc duty_find_owed(struct ctx *c, struct store *st, const struct law *law, const struct case_head *h, slice rule, slice recipient,
                  struct duty *ret)
{
	struct duty *rows;
	size_t n;

	TRY(duty_rows(c, st, law, h->id, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (slice_eq(rows[i].rule, rule) && slice_eq(rows[i].recipient, recipient)) {
			*ret = rows[i];
			return OK;
		}
	(void)FAIL(c, E_NOTFOUND, "duty.none");
	fault_name(c, rule);
	return E_NOTFOUND;
}

/* ---- a past moment ---- */

/* What ended a duty by then: the last of done, waive, undo. */
static rc mark_steps(struct ctx *c, struct store *st, slice case_id, struct moment m, struct duty *v, size_t n)
{
	AUTO_QUERY q = { 0 };
	bool more;

	TRY(STORE_QUERY(c, st, &q, STMT_DUTY_STEPS, v_text(case_id)));
	for (;;) {
		slice step;

		TRY(query_next(c, &q, &more));
		if (!more)
			return OK;
		step = query_text(&q, 3);
		if (query_int(&q, 4) > m.stated || (!query_is_null(&q, 5) && query_int(&q, 5) > m.known))
			continue;
		/* a waiver or an undoing has no day of its own: it counts from when it was stated */
		if (query_is_null(&q, 5) && query_int(&q, 4) > m.known)
			continue;
		for (size_t i = 0; i < n; i++) {
			struct duty *d = &v[i];

			if (!slice_eq(d->rule, query_text(&q, 1)) || !slice_eq(d->recipient, query_text(&q, 2)))
				continue;
			if (slice_is(step, "done") || slice_is(step, "waive")) {
				d->state = slice_is(step, "done") ? DUTY_DONE : DUTY_WAIVED;
				d->done_on = query_is_null(&q, 5) ? query_int(&q, 4) : query_int(&q, 5);
				TRY(slice_keep(c, query_text(&q, 7), &d->report));
				TRY(slice_keep(c, query_text(&q, 8), &d->code));
			} else if (slice_is(step, "undo")) {
				d->state = DUTY_OPEN;
			}
			d->changed = query_int(&q, 4);
			d->changed_seq = query_int(&q, 0);
		}
	}
}

static int rank_of(const struct duty *d)
{
	return d->state == DUTY_OPEN ? (d->must ? 0 : 1) : 2;
}

static int by_urgency(const void *a, const void *b)
{
	const struct duty *x = a, *y = b;

	if (rank_of(x) != rank_of(y))
		return rank_of(x) - rank_of(y);
	if (x->sort_day != y->sort_day)
		return x->sort_day < y->sort_day ? -1 : 1;
	return slice_cmp(x->rule, y->rule);
}

static int by_weight(const void *a, const void *b)
{
	const struct question *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return x->term->place < y->term->place ? -1 : x->term->place > y->term->place;
}

static rc add_need(struct ctx *c, struct duty_view *v, const struct term *term, uint32_t weight, slice rule)
{
	struct question *q = NULL;
	slice *rules;

	for (size_t i = 0; i < v->nasks && !q; i++)
		if (v->asks[i].term == term)
			q = &v->asks[i];
	if (!q) {
		q = &v->asks[v->nasks++];
		q->term = term;
	}
	TRY_ARRAY(c, rules, q->nrules + 1);
	for (uint32_t i = 0; i < q->nrules; i++)
		rules[i] = q->rules[i];
	rules[q->nrules++] = rule;
	q->rules = rules;
	q->weight += weight;
	return OK;
}

/*
 * How much an answer decides: the k-th fact that a duty waits for counts 1/(k+1) of it (2520 = lcm(1..9) keeps it whole), a
 * mandatory duty twice a voluntary one, and one of an optional pack a tenth.
 */
static uint32_t weight_of(const struct law_duty *d, uint32_t k, uint32_t times)
{
	return 2520 / (k + 1) * times / (d->optional ? 10 : 1);
}

static rc find_asks(struct ctx *c, const struct terms *t, const struct law_answer *a, struct duty_view *v)
{
	const struct law *law = terms_law(t);

	TRY_ARRAY(c, v->asks, law_fact_count(law) + 1);
	for (uint32_t i = 0; i < a->nopen; i++)
		for (uint32_t k = 0; k < a->open[i].nneeds && k < 9; k++) {
			const struct law_fact *f = law_fact_at(law, a->open[i].needs[k]);

			TRY(add_need(c, v, terms_find(t, f->id),
			             weight_of(a->open[i].duty, k, a->open[i].duty->mandatory ? 2 : 1), a->open[i].duty->id));
		}
	for (uint32_t i = 0; i < a->nowed; i++)
		for (uint32_t k = 0; k < a->owed[i].nneeds && k < 9; k++) {
			const struct law_fact *f = law_fact_at(law, a->owed[i].needs[k]);

			TRY(add_need(c, v, terms_find(t, f->id), weight_of(a->owed[i].duty, k, 1), a->owed[i].duty->id));
		}
	if (v->nasks > 0)
		qsort(v->asks, v->nasks, sizeof *v->asks, by_weight);
	return OK;
}

/* Those done or waived that the facts no longer ask for are still part of the picture. */
static rc add_ended(struct ctx *c, struct store *st, const struct law *law, slice case_id, struct duty_view *v)
{
	struct duty *rows;
	size_t n, owed = v->n;

	TRY(duty_rows(c, st, law, case_id, &rows, &n));
	v->duties = arena_grow(c->a, v->duties, (owed + 1) * sizeof *rows, (owed + n + 1) * sizeof *rows);
	if (!v->duties)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (size_t i = 0; i < n; i++) {
		bool there = false;

		for (size_t k = 0; k < owed; k++) {
			struct duty *d = &v->duties[k];

			if (slice_eq(d->rule, rows[i].rule) && slice_eq(d->recipient, rows[i].recipient)) {
				there = true;
				d->opened = rows[i].opened;
				d->opened_seq = rows[i].opened_seq;
			}
		}
		if (there)
			continue;
		rows[i].state = DUTY_LAPSED;
		v->duties[v->n++] = rows[i];
	}
	return OK;
}

/* Lapsed ones that were never done by then fall out. */
static void drop_lapsed(struct duty_view *v)
{
	size_t kept = 0;

	for (size_t i = 0; i < v->n; i++)
		if (v->duties[i].state != DUTY_LAPSED)
			v->duties[kept++] = v->duties[i];
	v->n = kept;
}

rc duties_at(struct ctx *c, struct store *st, const struct terms *t, const struct case_head *h, struct moment m,
             struct duty_view *ret)
{
	struct duty_view v = { 0 };
	struct law_answer a = { 0 };
	struct fact *facts;
	size_t n;

	TRY(case_facts_at(c, st, t, h->id, m, &facts, &n));
	TRY(case_known_by(c, st, h, facts, n, &v.known));
	v.before = m.known < v.known.at || m.stated < h->opened;
	if (v.before) {
		*ret = v;
		return OK;
	}
	TRY(duty_assess(c, t, facts, n, v.known.at, &a));
	TRY_ARRAY(c, v.duties, a.nowed + 1);
	for (; v.n < a.nowed; v.n++) {
		duty_from_owed(&a.owed[v.n], &v.duties[v.n]);
		v.duties[v.n].case_id = h->id;
	}
	TRY(add_ended(c, st, terms_law(t), h->id, &v));
	TRY(mark_steps(c, st, h->id, m, v.duties, v.n));
	drop_lapsed(&v);
	if (v.n > 0)
		qsort(v.duties, v.n, sizeof *v.duties, by_urgency);
	TRY(find_asks(c, t, &a, &v));
	*ret = v;
	return OK;
}
