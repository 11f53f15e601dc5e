/* Why a duty changed: which of the facts just stated decided it. */
#include "work/duty/duty_inside.h"

#include "base/banned.h"

static bool is_law_statement(const struct statement *s) { return s->term->law; }

/* The facts after the statements, but with one of them as it was before. */
static size_t without(const struct fact *after, size_t nafter, const struct fact *before, size_t nbefore,
                      const struct term *term, struct fact *out)
{
	const struct fact *old = NULL;
	size_t n = 0;

	for (size_t i = 0; i < nbefore && !old; i++)
		if (before[i].term == term)
			old = &before[i];
	for (size_t i = 0; i < nafter; i++) {
		if (after[i].term != term)
			out[n++] = after[i];
		else if (old)
			out[n++] = *old;
	}
	return n;
}

/* Would the change have come without this statement? Then it did not decide it. */
static bool decided(const struct duty_change *ch, const struct law_answer *other)
{
	struct duty d = { 0 };

	for (uint32_t i = 0; i < other->nowed; i++) {
		if (!slice_eq(other->owed[i].duty->id, ch->duty.rule))
			continue;
		duty_from_owed(&other->owed[i], &d);
		if (ch->step == STEP_LAPSE)
			return true;
		return !duty_same_days(&d, &ch->duty) || !slice_eq(d.recipient, ch->duty.recipient);
	}
	return ch->step != STEP_LAPSE;
}

static rc add_why(struct ctx *c, struct duty_change *ch, slice path)
{
	slice *more;

	if (ch->nwhy == WHY_MOST)
		return OK;
	TRY_ARRAY(c, more, ch->nwhy + 1);
	for (size_t i = 0; i < ch->nwhy; i++)
		more[i] = ch->why[i];
	more[ch->nwhy] = path;
	ch->why = more;
	ch->nwhy++;
	return OK;
}

/*
 * Several facts would each have sufficed. Takes back one after the other as long as the change still comes; what
 * cannot be taken back any more is a reason with nothing superfluous in it.
 */
static rc smallest_reason(struct ctx *c, const struct frame *f, struct duty_change *ch, struct fact *some)
{
	struct fact *left;
	size_t nleft = f->nafter;

	TRY_ARRAY(c, left, f->nafter + 1);
	for (size_t i = 0; i < nleft; i++)
		left[i] = f->after[i];
	for (size_t i = 0; i < f->ns; i++) {
		struct law_answer other;
		size_t n;

		if (!is_law_statement(&f->s[i]))
			continue;
		n = without(left, nleft, f->before, f->nbefore, f->s[i].term, some);
		TRY(duty_assess(c, f->t, some, n, f->known, &other));
		if (decided(ch, &other)) {
			TRY(add_why(c, ch, f->s[i].term->path));
			continue;
		}
		for (size_t k = 0; k < n; k++)
			left[k] = some[k];
		nleft = n;
	}
	return OK;
}

/* The days moved because the moment of knowing was corrected. */
static rc known_as_reason(struct ctx *c, const struct frame *f, struct duty_change *changes, size_t n)
{
	struct law_answer other;

	if (f->known == f->known_before || n == 0)
		return OK;
	TRY(duty_assess(c, f->t, f->after, f->nafter, f->known_before, &other));
	for (size_t k = 0; k < n; k++)
		if (decided(&changes[k], &other))
			TRY(add_why(c, &changes[k], S(CASE_KNOWN_PATH)));
	return OK;
}

rc duty_find_reasons(struct ctx *c, const struct frame *f, struct duty_change *changes, size_t n)
{
	struct fact *some;

	TRY_ARRAY(c, some, f->nafter + 1);
	for (size_t i = 0; i < f->ns && n > 0; i++) {
		struct law_answer other;
		size_t nsome;

		if (!is_law_statement(&f->s[i]))
			continue;
		nsome = without(f->after, f->nafter, f->before, f->nbefore, f->s[i].term, some);
		TRY(duty_assess(c, f->t, some, nsome, f->known, &other));
		for (size_t k = 0; k < n; k++)
			if (decided(&changes[k], &other))
				TRY(add_why(c, &changes[k], f->s[i].term->path));
	}
	TRY(known_as_reason(c, f, changes, n));
	for (size_t k = 0; k < n; k++)
		if (changes[k].nwhy == 0)
			TRY(smallest_reason(c, f, &changes[k], some));
	return OK;
}
