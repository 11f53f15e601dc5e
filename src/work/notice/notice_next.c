/* Which notice comes next: the ladder applied to one duty. Plain computation, no tables. */
#include "work/notice/notice.h"

#include "base/banned.h"

#define DAY ((msec)86400000)
#define MINUTE ((msec)60000)

/* The step that counts now. `key` is its id, with "+2" on its third day. */
struct moment_of_step { const struct step *step; slice key; msec at; };

/* False: this duty has no such moment. */
static bool step_begins(const struct step *s, const struct duty *d, msec *ret)
{
	jday day;

	if (s->from == ANCHOR_OPENED && s->minute < 0) {
		*ret = d->opened + s->days * DAY;
		return true;
	}
	if ((s->from == ANCHOR_TARGET && !d->has_target) || (s->from == ANCHOR_DUE && !d->has_due))
		return false;
	day = s->from == ANCHOR_OPENED ? msec_jday(d->opened) : s->from == ANCHOR_TARGET ? d->target : d->due;
	*ret = jday_msec(day) + s->days * DAY + s->minute * MINUTE;
	return *ret >= d->opened;
}

static const struct rungs *rungs_of(const struct ladder *l, const struct duty *d)
{
	bool days = d->has_due || d->has_target;

	for (uint32_t i = 0; i < l->n; i++)
		if (l->rungs[i].must == d->must && l->rungs[i].days == days)
			return &l->rungs[i];
	return NULL;
}

static rc numbered(struct ctx *c, slice id, int64_t times, slice *ret)
{
	struct buf b;

	*ret = id;
	if (times == 0)
		return OK;
	buf_init(&b, c->a, WORD_MOST);
	buf_putf(&b, "%" S_FMT "+%lld", S_ARG(id), (long long)times);
	return buf_keep(c, &b, ret);
}

static rc step_of_now(struct ctx *c, const struct rungs *r, const struct duty *d, msec now, struct moment_of_step *ret)
{
	int64_t times = 0;

	*ret = (struct moment_of_step){ 0 };
	for (uint32_t i = 0; i < r->n; i++) {
		const struct step *s = &r->steps[i];
		int64_t n;
		msec at;

		if (!step_begins(s, d, &at) || at > now)
			continue;
		n = s->every_day ? (now - at) / DAY : 0;
		at += n * DAY;
		if (ret->step && at < ret->at)
			continue;
		*ret = (struct moment_of_step){ s, S_NONE, at };
		times = n;
	}
	return ret->step ? numbered(c, ret->step->id, times, &ret->key) : OK;
}

/* ---- who ---- */

struct telling {
	const struct duty *duty;
	const struct roster *roster;
	const slice *sections;
	size_t nsections;
	slice key;
	const struct notice *sent;
	size_t nsent;
	struct notice *out;
	size_t n, room;
	bool reached;              /* somebody who is there */
};

static bool told(const struct telling *t, slice account)
{
	for (size_t i = 0; i < t->n; i++)
		if (slice_eq(t->out[i].account, account))
			return true;
	for (size_t i = 0; i < t->nsent; i++)
		if (slice_eq(t->sent[i].step, t->key) && slice_eq(t->sent[i].account, account))
			return true;
	return false;
}

static const struct helper *helper_of(const struct roster *r, slice account)
{
	for (size_t i = 0; i < r->n; i++)
		if (slice_eq(r->v[i].account, account))
			return &r->v[i];
	return NULL;
}

static rc tell(struct ctx *c, struct telling *t, const struct helper *h, slice instead_of, enum notice_why why, int64_t level)
{
	if (told(t, h->account))
		return OK;
	TRY_ROOM(c, t->out, t->n, t->room, 8);
	t->out[t->n++] = (struct notice){ .case_id = t->duty->case_id, .rule = t->duty->rule, .recipient = t->duty->recipient,
		.step = t->key, .level = level, .account = h->account, .instead_of = instead_of, .why = why };
	t->reached = t->reached || !h->absent;
	return OK;
}

static rc tell_deputies(struct ctx *c, struct telling *t, const struct helper *h, enum notice_why why, int64_t level)
{
	for (size_t i = 0; i < h->ndeputies; i++) {
		const struct helper *d = helper_of(t->roster, h->deputies[i]);

		if (d)
			TRY(tell(c, t, d, h->account, why, level));
	}
	return OK;
}

static bool serves(const struct telling *t, const struct helper *h, slice role)
{
	for (size_t i = 0; i < h->nheld; i++) {
		if (!slice_eq(h->held[i].role, role))
			continue;
		if (h->held[i].section.len == 0 || t->nsections == 0)
			return true;
		for (size_t k = 0; k < t->nsections; k++)
			if (slice_eq(h->held[i].section, t->sections[k]))
				return true;
	}
	return false;
}

/* Who holds the role; of those who are away, the deputies too. */
static rc tell_role(struct ctx *c, struct telling *t, slice role, enum notice_why why, int64_t level)
{
	for (size_t i = 0; i < t->roster->n; i++) {
		const struct helper *h = &t->roster->v[i];

		if (!serves(t, h, role))
			continue;
		TRY(tell(c, t, h, S_NONE, why, level));
		if (h->absent)
			TRY(tell_deputies(c, t, h, WHY_ABSENT, level));
	}
	return OK;
}

/* Up from `level` until somebody who is there and was not told yet is reached. */
static rc escalate(struct ctx *c, const struct ladder *l, struct telling *t, int64_t level, enum notice_why why)
{
	for (; level <= l->nescalate && !t->reached; level++) {
		slice whom = l->escalate[level - 1];

		if (!slice_is(whom, "deputy")) {
			TRY(tell_role(c, t, whom, why, level));
			continue;
		}
		for (size_t i = 0; i < t->nsent; i++) {
			const struct notice *s = &t->sent[i];
			const struct helper *h = helper_of(t->roster, s->account);

			if (h && slice_eq(s->step, t->key) && s->instead_of.len == 0)
				TRY(tell_deputies(c, t, h, why, level));
		}
	}
	return OK;
}

/* What was told at this step: how far up, when last, and whether somebody took it on. */
static bool step_stands(const struct telling *t, int64_t *ret_level, msec *ret_last, bool *ret_confirmed)
{
	bool any = false;

	*ret_level = 0;
	*ret_last = 0;
	*ret_confirmed = false;
	for (size_t i = 0; i < t->nsent; i++) {
		const struct notice *s = &t->sent[i];

		if (!slice_eq(s->step, t->key))
			continue;
		any = true;
		*ret_level = s->level > *ret_level ? s->level : *ret_level;
		*ret_last = s->at > *ret_last ? s->at : *ret_last;
		*ret_confirmed = *ret_confirmed || s->confirmed > 0;
	}
	return any;
}

rc notice_next(struct ctx *c, const struct ladder *l, const struct duty *d, const struct notice *sent, size_t nsent,
               const struct roster *r, const slice *sections, size_t nsections, msec now, struct notice **ret, size_t *ret_n)
{
	struct telling t = { .duty = d, .roster = r, .sections = sections, .nsections = nsections, .sent = sent, .nsent = nsent };
	const struct rungs *rungs = rungs_of(l, d);
	struct moment_of_step m = { 0 };
	bool confirmed;
	int64_t level;
	msec last;

	if (rungs && d->state == DUTY_OPEN)
		TRY(step_of_now(c, rungs, d, now, &m));
	if (m.step) {
		t.key = m.key;
		if (!step_stands(&t, &level, &last, &confirmed)) {
			for (uint32_t i = 0; i < m.step->nto; i++)
				TRY(tell_role(c, &t, m.step->to[i], WHY_STEP, 0));
			TRY(escalate(c, l, &t, 1, WHY_NOBODY));
		} else if (!confirmed && m.step->confirm_minutes > 0 && now >= last + m.step->confirm_minutes * MINUTE) {
			TRY(escalate(c, l, &t, level + 1, WHY_SILENT));
		}
	}
	*ret = t.out;
	*ret_n = t.n;
	return OK;
}

rc notice_coming(struct ctx *c, const struct ladder *l, const struct duty *d, msec now, struct coming **ret, size_t *ret_n)
{
	const struct rungs *r = rungs_of(l, d);
	struct coming *v;
	size_t n = 0;

	TRY_ARRAY(c, v, (r ? r->n : 0) + 1);
	for (uint32_t i = 0; r && d->state == DUTY_OPEN && i < r->n; i++) {
		struct coming x = { .step = &r->steps[i] };
		size_t k = n;

		if (!step_begins(x.step, d, &x.at))
			continue;
		if (x.at <= now && x.step->every_day)
			x.at += ((now - x.at) / DAY + 1) * DAY;
		if (x.at <= now)
			continue;
		for (; k > 0 && v[k - 1].at > x.at; k--)
			v[k] = v[k - 1];
		v[k] = x;
		n++;
	}
	*ret = v;
	*ret_n = n;
	return OK;
}
