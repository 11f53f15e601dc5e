/* From statements to duties: what changes, why, and what is still open. */
#include "work/duty/duty_inside.h"

#include <stdlib.h>

#include "base/banned.h"

rc duty_assess(struct ctx *c, const struct terms *t, const struct fact *facts, size_t n, msec known, struct law_answer *ret)
{
	const struct law_question q = { .known_at = known, .as_of = LAW_NOW };
	struct law_facts *f;

	TRY(law_facts_new(c, terms_law(t), &f));
	TRY(case_law_facts(c, t, facts, n, f));
	return law_assess(c, f, &q, ret);
}

void duty_from_owed(const struct law_owed *o, struct duty *d)
{
	d->rule = o->duty->id;
	d->recipient = o->recipient;
	d->kind = o->duty->kind;
	d->must = o->duty->mandatory;
	d->has_due = o->has_due;
	d->due = o->due;
	d->has_target = o->has_target;
	d->target = o->target;
	d->started = o->started;
	d->row = o->duty;
	d->owed = o;
	d->sort_day = JDAY_MOST;
	if (o->has_due)
		d->sort_day = o->due;
	if (o->has_target && o->target < d->sort_day)
		d->sort_day = o->target;
}

bool duty_same_days(const struct duty *a, const struct duty *b)
{
	return a->has_due == b->has_due && (!a->has_due || a->due == b->due) && a->has_target == b->has_target &&
	       (!a->has_target || a->target == b->target) && a->must == b->must && a->started == b->started;
}

static struct duty *row_for(struct duty *rows, size_t n, slice rule, slice recipient)
{
	struct duty *nameless = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!slice_eq(rows[i].rule, rule))
			continue;
		if (slice_eq(rows[i].recipient, recipient))
			return &rows[i];
		if (rows[i].recipient.len == 0 && rows[i].state == DUTY_OPEN)
			nameless = &rows[i];
	}
	return nameless;
}

static bool is_owed(const struct law_answer *a, slice rule, slice recipient)
{
	for (uint32_t i = 0; i < a->nowed; i++)
		if (slice_eq(a->owed[i].duty->id, rule) && (recipient.len == 0 || slice_eq(a->owed[i].recipient, recipient)))
			return true;
	return false;
}

/* What was done stays done; what was waived as voluntary comes back when it has become mandatory. */
static bool comes_up(const struct duty *row, const struct duty *now)
{
	if (!row)
		return true;
	return row->state == DUTY_LAPSED || (row->state == DUTY_WAIVED && now->must && !row->must);
}

static rc find_changes(struct ctx *c, const struct law_answer *a, struct duty *rows, size_t nrows,
                       struct duty_change **ret, size_t *ret_n)
{
	struct duty_change *v;
	size_t n = 0;

	TRY_ARRAY(c, v, a->nowed + nrows + 1);
	for (uint32_t i = 0; i < a->nowed; i++) {
		struct duty_change ch = { .step = STEP_CHANGE };
		const struct duty *row = row_for(rows, nrows, a->owed[i].duty->id, a->owed[i].recipient);

		duty_from_owed(&a->owed[i], &ch.duty);
		if (comes_up(row, &ch.duty))
			ch.step = STEP_OPEN;
		else if (row->state != DUTY_OPEN ||
		         (duty_same_days(row, &ch.duty) && slice_eq(row->recipient, ch.duty.recipient)))
			continue;
		ch.duty.state = DUTY_OPEN;
		v[n++] = ch;
	}
	for (size_t i = 0; i < nrows; i++) {
		if (rows[i].state != DUTY_OPEN || is_owed(a, rows[i].rule, rows[i].recipient))
			continue;
		v[n] = (struct duty_change){ .step = STEP_LAPSE, .duty = rows[i] };
		v[n++].duty.state = DUTY_LAPSED;
	}
	*ret = v;
	*ret_n = n;
	return OK;
}

/* ---- the act ---- */

static void put_words(struct json_out *o, const char *name, const slice *v, size_t n)
{
	if (n == 0)
		return;
	jo_key(o, slice_of(name));
	jo_array(o);
	for (size_t i = 0; i < n; i++)
		jo_text(o, v[i]);
	jo_end_array(o);
}

static void put_met(struct json_out *o, const struct law_owed *owed)
{
	if (!owed || owed->nbecause == 0)
		return;
	jo_key(o, S("met"));
	jo_array(o);
	for (uint32_t i = 0; i < owed->nbecause && i < WHY_MOST; i++)
		jo_text(o, owed->because[i]->id);
	jo_end_array(o);
}

static void put_change(struct json_out *o, const struct duty_change *ch, const struct duty *row)
{
	static const char *const steps[CHANGE_STEPS] = { "open", "change", "lapse" };
	const struct duty *d = &ch->duty;

	jo_object(o);
	jo_kv_text(o, "do", slice_of(steps[ch->step]));
	if (d->has_due)
		jo_kv_int(o, "due", d->due);
	jo_kv_text(o, "kind", d->kind);
	put_met(o, d->owed);
	jo_kv_bool(o, "must", d->must);
	if (ch->step == STEP_CHANGE && row && !slice_eq(row->recipient, d->recipient))
		jo_kv_bool(o, "renamed", true);
	jo_kv_text(o, "rule", d->rule);
	jo_kv_int(o, "started", d->started);
	if (d->has_target)
		jo_kv_int(o, "target", d->target);
	if (d->recipient.len > 0)
		jo_kv_text(o, "to", d->recipient);
	put_words(o, "why", ch->why, ch->nwhy);
	jo_end_object(o);
}

#define ASK_MOST 3u   /* the screen asks the law again and shows all */

static void put_asks(struct json_out *o, const struct law *law, const struct law_answer *a)
{
	if (a->nopen == 0)
		return;
	jo_key(o, S("asks"));
	jo_array(o);
	for (uint32_t i = 0; i < a->nopen; i++) {
		if (a->open[i].nneeds == 0)
			continue;
		jo_object(o);
		jo_key(o, S("facts"));
		jo_array(o);
		for (uint32_t k = 0; k < a->open[i].nneeds && k < ASK_MOST; k++)
			jo_text(o, law_fact_at(law, a->open[i].needs[k])->id);
		jo_end_array(o);
		jo_kv_text(o, "rule", a->open[i].duty->id);
		jo_end_object(o);
	}
	jo_end_array(o);
}

/* The same questions as before? Then there is nothing to write. */
static rc asks_changed(struct ctx *c, struct store *st, const struct law *law, const struct law_answer *a, slice case_id,
                       bool *ret)
{
	AUTO_QUERY q = { 0 };
	size_t rows = 0, want = 0, hits = 0;
	bool more = true;

	for (uint32_t i = 0; i < a->nopen; i++)
		want += a->open[i].nneeds < ASK_MOST ? a->open[i].nneeds : ASK_MOST;
	TRY(STORE_QUERY(c, st, &q, STMT_DUTY_ASKS, v_text(case_id)));
	for (;; rows++) {
		TRY(query_next(c, &q, &more));
		if (!more)
			break;
		for (uint32_t i = 0; i < a->nopen; i++)
			if (slice_eq(a->open[i].duty->id, query_text(&q, 0)) && query_int(&q, 1) < a->open[i].nneeds &&
			    slice_eq(law_fact_at(law, a->open[i].needs[query_int(&q, 1)])->id, query_text(&q, 2)))
				hits++;
	}
	*ret = rows != want || hits != want;
	return OK;
}

static rc assess_act(struct ctx *c, const struct frame *f, const struct law_answer *a, const struct duty_change *changes,
                     size_t n, struct duty *rows, size_t nrows, slice case_id, struct act *ret)
{
	const struct law *law = terms_law(f->t);
	struct json_out o;
	struct buf b;
	int64_t *ref;

	buf_init(&b, c->a, ENTRY_MOST);
	o = json_out_on(&b);
	jo_object(&o);
	put_asks(&o, law, a);
	if (n > 0) {
		jo_key(&o, S("changes"));
		jo_array(&o);
		for (size_t i = 0; i < n; i++)
			put_change(&o, &changes[i], row_for(rows, nrows, changes[i].duty.rule, changes[i].duty.recipient));
		jo_end_array(&o);
	}
	jo_kv_int(&o, "law_day", msec_jday(f->known));
	jo_end_object(&o);
	TRY_NEW(c, ref);
	*ref = -1;
	*ret = (struct act){
		.act = S("duty.assess"), .actor = { .id = S("law"), .role = S("system") }, .case_id = case_id,
		.ref = { ref, 1 },
	};
	return buf_done(c, &b, &ret->members);
}

static int by_urgency(const void *a, const void *b)
{
	const struct duty_change *x = a, *y = b;

	if (x->duty.must != y->duty.must)
		return x->duty.must ? -1 : 1;
	if (x->duty.sort_day != y->duty.sort_day)
		return x->duty.sort_day < y->duty.sort_day ? -1 : 1;
	return slice_cmp(x->duty.rule, y->duty.rule);
}

/* The act that lets the duties follow, if anything changed. */
static rc follow(struct ctx *c, struct store *st, const struct frame *f, slice case_id, struct act *acts, size_t *nacts,
                 struct followed *ret)
{
	struct law_answer a;
	struct duty *rows;
	size_t nrows;
	bool asks;

	TRY(duty_assess(c, f->t, f->after, f->nafter, f->known, &a));
	TRY(duty_rows(c, st, terms_law(f->t), case_id, &rows, &nrows));
	TRY(find_changes(c, &a, rows, nrows, &ret->changes, &ret->n));
	TRY(duty_find_reasons(c, f, ret->changes, ret->n));
	if (ret->n > 0)
		qsort(ret->changes, ret->n, sizeof *ret->changes, by_urgency);
	TRY(asks_changed(c, st, terms_law(f->t), &a, case_id, &asks));
	if (ret->n > 0 || asks)
		TRY(assess_act(c, f, &a, ret->changes, ret->n, rows, nrows, case_id, &acts[(*nacts)++]));
	return OK;
}

rc duty_open_acts(struct ctx *c, struct store *st, const struct terms *t, const struct actor *who, struct when known,
                  slice title, int64_t no, const struct statement *s, size_t ns, const struct origin *o,
                  struct act *acts, size_t *ret_n, struct followed *ret)
{
	struct case_head h = { .known = known.at, .last_seq = -1 };
	struct frame f = { .t = t, .s = s, .ns = ns, .known = known.at, .known_before = known.at };
	struct followed out = { 0 };
	struct fact *after;
	size_t n = 0;

	TRY(case_act_open(c, st, who, known, title, no, &out.case_id, &out.num, &acts[n++]));
	h.id = out.case_id;
	if (ns > 0)
		TRY(case_act_state(c, who, &h, NULL, 0, s, ns, o, &acts[n++]));
	TRY(case_facts_with(c, t, NULL, 0, s, ns, &after, &f.nafter));
	f.after = after;
	TRY(follow(c, st, &f, out.case_id, acts, &n, &out));
	*ret_n = n;
	*ret = out;
	return OK;
}

rc duty_open_case(struct ctx *c, struct node *n, const struct terms *t, const struct actor *who, struct when known,
                  slice title, const struct statement *s, size_t ns, const struct origin *o, struct followed *ret)
{
	struct act acts[3];
	size_t nacts = 0;
	rc r = E_CONFLICT;

	for (int tries = 0; r == E_CONFLICT && tries < 5; tries++) {
		TRY(duty_open_acts(c, node_store(n), t, who, known, title, 0, s, ns, o, acts, &nacts, ret));
		r = node_append_all(c, n, acts, nacts, &ret->seq);
	}
	return r;
}

static rc state_once(struct ctx *c, struct node *n, const struct terms *t, const struct actor *who, slice case_ref,
                     const struct statement *s, size_t ns, const struct origin *o, struct followed *ret)
{
	struct store *st = node_store(n);
	struct frame f = { .t = t, .s = s, .ns = ns };
	struct followed out = { 0 };
	struct fact *before, *after;
	struct case_head h;
	struct when known;
	struct act acts[2];
	size_t nacts = 0;

	TRY(case_find(c, st, case_ref, &h));
	TRY(case_facts_at(c, st, t, h.id, MOMENT_NOW, &before, &f.nbefore));
	TRY(case_facts_with(c, t, before, f.nbefore, s, ns, &after, &f.nafter));
	f.before = before;
	f.after = after;
	TRY(case_known_by(c, st, &h, after, f.nafter, &known));
	f.known = known.at;
	f.known_before = h.known;
	out.case_id = h.id;
	out.num = h.num;
	TRY(case_act_state(c, who, &h, before, f.nbefore, s, ns, o, &acts[nacts++]));
	TRY(follow(c, st, &f, h.id, acts, &nacts, &out));
	TRY(node_append_all(c, n, acts, nacts, &out.seq));
	*ret = out;
	return OK;
}

rc duty_state_facts(struct ctx *c, struct node *n, const struct terms *t, const struct actor *who, slice case_ref,
                    const struct statement *s, size_t ns, const struct origin *o, struct followed *ret)
{
	rc r = E_CONFLICT;

	for (int tries = 0; r == E_CONFLICT && tries < 5; tries++) {
		r = state_once(c, n, t, who, case_ref, s, ns, o, ret);
		if (r == E_CONFLICT && c->fault.key && !slice_is(slice_of(c->fault.key), "case.moved"))
			return r;
	}
	return r;
}
