/* The answer: what is owed, to whom, by when, why; and what cannot be told yet. */
#include "core/law/law_in.h"

#include "base/message.h"

#include "base/banned.h"

struct work {
	struct ctx *c;
	const struct law *law;
	const struct program *p;
	const struct law_facts *f;
	struct truth t;
	const struct rule *rule;
	struct law_owed *owed;
	uint16_t open[64];         /* nodes that keep recipient or days from being told */
	uint32_t nopen;
};

static void add_open(struct work *w, uint16_t node)
{
	if (w->nopen < sizeof w->open / sizeof w->open[0])
		w->open[w->nopen++] = node;
}

/* The first line whose condition holds; nothing while one before it cannot be told. */
static slice find_recipient(struct work *w, const struct rule *rule, bool *ret_unlisted)
{
	const struct row *row = &w->law->rows[rule->row];

	*ret_unlisted = false;
	for (uint32_t i = 0; i < row->nrecipient; i++) {
		const struct to *to = &row->recipient[i];
		unsigned v = rule->recipient[i] == NODE_NONE ? IS_T : w->t.val[rule->recipient[i]];

		if (v == IS_F)
			continue;
		if (v == IS_U) {
			add_open(w, rule->recipient[i]);
			return S_NONE;
		}
		if (to->fact < 0)
			return to->code;
		if (w->f->state[to->fact] != FACT_KNOWN)
			return S_NONE;
		*ret_unlisted = !law_agency_find(w->law, w->f->text[to->fact]);
		return w->f->text[to->fact];
	}
	return S_NONE;
}

/* ---- clocks ---- */

static jday start_day(const struct work *w, uint32_t fact)
{
	int64_t v = w->f->num[fact];

	return w->law->facts[fact].type == FACT_DAY ? (jday)v : msec_jday(v);
}

/*
 * The day the clock starts: the first line that holds. Lines that cannot be told yet count as well, and the earliest day
 * wins, so that no deadline is ever shown later than it may turn out to be.
 */
static jday find_start(struct work *w, const struct clock *k, const struct ticking *tick)
{
	jday known = msec_jday(w->t.q.known_at), best = JDAY_MOST;

	for (uint32_t i = 0; i < k->nstarts; i++) {
		unsigned v = w->t.val[tick->starts[i]];
		bool has = w->f->state[k->starts[i].fact] == FACT_KNOWN && w->f->num[k->starts[i].fact] != LAW_NONE;

		if (v == IS_F)
			continue;
		if (v == IS_U)
			add_open(w, tick->starts[i]);
		if (has && start_day(w, k->starts[i].fact) < best)
			best = start_day(w, k->starts[i].fact);
		if (v == IS_T && has)
			return best;
	}
	return known < best ? known : best;
}

static int32_t find_days(struct work *w, const struct clock *k, const struct ticking *tick)
{
	int32_t best = INT32_MAX;

	for (uint32_t i = 0; i < k->ndays; i++) {
		unsigned v = tick->days[i] == NODE_NONE ? IS_T : w->t.val[tick->days[i]];

		if (v == IS_F)
			continue;
		if (v == IS_U)
			add_open(w, tick->days[i]);
		if (k->days[i].n < best)
			best = k->days[i].n;
		if (v == IS_T)
			break;
	}
	return best;
}

static rc run_clock(struct work *w, int32_t which, jday *ret)
{
	const struct clock *k = &w->law->clocks[which];
	const struct ticking *tick = &w->p->clocks[which];
	jday day;

	if (k->hours) {
		w->owed->started = msec_jday(w->t.q.known_at);
		*ret = msec_jday(w->t.q.known_at + (msec)k->hours * 3600000);
		return OK;
	}
	w->owed->started = find_start(w, k, tick);
	day = w->owed->started + find_days(w, k, tick) - (k->first_counted ? 1 : 0);
	if (!holidays_cover(w->law->holidays, w->owed->started, day + 31))
		return FAIL(w->c, E_LIMIT, "calendar.range");
	*ret = k->next_open ? holidays_open_from(w->law->holidays, day) : day;
	return OK;
}

static rc find_days_of_duty(struct work *w)
{
	const struct row *row = &w->law->rows[w->rule->row];

	w->owed->started = msec_jday(w->t.q.known_at);
	w->owed->has_target = row->target >= 0;
	if (w->owed->has_target)
		TRY(run_clock(w, row->target, &w->owed->target));
	w->owed->has_due = row->due >= 0;
	if (w->owed->has_due)
		TRY(run_clock(w, row->due, &w->owed->due));
	return OK;
}

/* ---- grounds ---- */

static rc find_reasons(struct work *w)
{
	const struct law_predicate **out = arena_bytes(w->c->a, ((size_t)w->rule->nreasons + 1) * sizeof *out);
	uint32_t n = 0;

	if (!out)
		return FAIL(w->c, E_LIMIT, "memory.limit");
	for (uint32_t i = 0; i < w->rule->nreasons; i++)
		if (w->t.val[w->rule->reasons[i].node] == IS_T)
			out[n++] = &w->law->predicates[w->rule->reasons[i].pred];
	w->owed->because = out;
	w->owed->nbecause = n;
	return OK;
}

static rc find_notes(struct work *w, bool unlisted)
{
	const struct law_duty *d = w->owed->duty;
	slice *out = arena_bytes(w->c->a, ((size_t)d->nreview + 2) * sizeof *out);
	uint32_t n = 0;

	if (!out)
		return FAIL(w->c, E_LIMIT, "memory.limit");
	for (uint32_t i = 0; i < d->nreview; i++)
		if (w->rule->review[i] == NODE_NONE || w->t.val[w->rule->review[i]] == IS_T)
			out[n++] = d->review[i].ja;
	if (unlisted)
		out[n++] = slice_of(message_text("law.note_unlisted", LANGUAGE_JA));
	w->owed->notes = out;
	w->owed->nnotes = n;
	w->owed->review = n > 0;
	return OK;
}

static rc add_owed(struct work *w, struct law_owed *owed)
{
	bool unlisted;

	w->owed = owed;
	w->nopen = 0;
	memset(owed, 0, sizeof *owed);
	owed->duty = &w->law->duties[w->rule->row];
	owed->recipient = find_recipient(w, w->rule, &unlisted);
	TRY(find_days_of_duty(w));
	TRY(find_reasons(w));
	TRY(find_notes(w, unlisted));
	if (w->nopen > 0)
		TRY(truth_needs(w->c, &w->t, w->open, w->nopen, &owed->needs, &owed->nneeds));
	return OK;
}

static rc add_open_rule(struct work *w, struct law_open *open)
{
	bool unlisted;

	open->duty = &w->law->duties[w->rule->row];
	w->nopen = 0;
	open->recipient = find_recipient(w, w->rule, &unlisted);
	return truth_needs(w->c, &w->t, &w->rule->root, 1, &open->needs, &open->nneeds);
}

rc law_assess(struct ctx *c, const struct law_facts *f, const struct law_question *q, struct law_answer *ret)
{
	struct work w = { .c = c, .law = f->law, .f = f, .p = program_on(f->law, msec_jday(q->known_at)) };
	struct law_owed *owed = arena_bytes(c->a, ((size_t)w.p->nrules + 1) * sizeof *owed);
	struct law_open *open = arena_bytes(c->a, ((size_t)w.p->nrules + 1) * sizeof *open);
	struct law_answer out = { .owed = owed, .open = open };

	if (!owed || !open)
		return FAIL(c, E_LIMIT, "memory.limit");
	TRY(truth_of(c, w.p, f, q, &w.t));
	for (uint32_t i = 0; i < w.p->nrules; i++) {
		unsigned v = w.t.val[w.p->rules[i].root];

		w.rule = &w.p->rules[i];
		if (v == IS_T)
			TRY(add_owed(&w, &owed[out.nowed++]));
		else if (v == IS_U)
			TRY(add_open_rule(&w, &open[out.nopen++]));
	}
	*ret = out;
	return OK;
}
