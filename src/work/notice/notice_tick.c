/* The clock's turn: what the ladder asks for now goes on record. */
#include "work/notice/notice.h"

#include "base/limits.h"

#include "base/banned.h"

static const struct actor notice_actor = { S_INIT("notice"), S_INIT("system"), S_INIT("") };

struct turn {
	struct node *node;
	const struct law *law;
	const struct ladder *ladder;
	const struct notice_people *people;
	struct roster roster;
	jday until;                /* days up to here are found by day, later ones by when they opened */
	size_t sent;
};

static rc send_act(struct ctx *c, const struct notice *w, struct act *ret)
{
	struct act act = { .act = S("notice.send"), .actor = notice_actor, .case_id = w->case_id };
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 2048);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "account", w->account);
	if (w->recipient.len > 0)
		jo_kv_text(&o, "duty_to", w->recipient);
	if (w->instead_of.len > 0)
		jo_kv_text(&o, "instead_of", w->instead_of);
	jo_kv_int(&o, "level", w->level);
	jo_kv_text(&o, "rule", w->rule);
	jo_kv_text(&o, "step", w->step);
	jo_kv_text(&o, "why", slice_of(notice_why_words[w->why]));
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &act.members));
	*ret = act;
	return OK;
}

static rc follow_duty(struct ctx *c, struct turn *t, const struct duty *d)
{
	struct notice *sent, *next;
	size_t nsent, n, ns = 0;
	slice *sections = NULL;
	struct act *acts;
	int64_t first;

	TRY(notice_of_duty(c, node_store(t->node), d, &sent, &nsent));
	if (t->people->sections)
		TRY(t->people->sections(c, t->node, d->case_id, &sections, &ns));
	TRY(notice_next(c, t->ladder, d, sent, nsent, &t->roster, sections, ns, c->now, &next, &n));
	if (n == 0)
		return OK;
	TRY_ARRAY(c, acts, n);
	for (size_t i = 0; i < n; i++)
		TRY(send_act(c, &next[i], &acts[i]));
	TRY(node_append_all(c, t->node, acts, n, &first));
	t->sent += n;
	return OK;
}

/* One page of open duties; *last is the last one of it, kept in `own`; *ret_n how many there were. */
static rc follow_page(struct ctx *c, struct turn *t, int by, msec since, struct arena *own, struct duty *last, bool *first,
                      size_t *ret_n)
{
	struct store *st = node_store(t->node);
	struct duty *v;
	size_t n;

	if (by < 2)
		TRY(duty_page(c, st, t->law, by == 0, *first ? NULL : last, CASE_PAGE_MOST, &v, &n));
	else
		TRY(duty_opened_page(c, st, t->law, since, *first ? NULL : last, CASE_PAGE_MOST, &v, &n));
	*ret_n = n;
	for (size_t i = 0; i < n; i++) {
		bool near = v[i].sort_day <= t->until;

		if (by < 2 && !near) {
			*ret_n = 0;   /* by day: all that follow are later still */
			return OK;
		}
		if (near == (by < 2))
			TRY(follow_duty(c, t, &v[i]));
	}
	if (n > 0) {
		*last = v[n - 1];
		last->case_id = arena_copy(own, last->case_id);
		last->rule = arena_copy(own, last->rule);
		*first = false;
	}
	return OK;
}

rc notice_tick(struct ctx *c, struct node *n, const struct law *law, const struct ladder *l,
               const struct notice_people *people, size_t *ret_n)
{
	struct turn t = { .node = n, .law = law, .ladder = l, .people = people,
		.until = msec_jday(c->now) + (jday)l->ahead };
	msec since = c->now - (l->behind + 2) * (msec)86400000;
	struct arena *own = c->a;

	TRY(people->roster(c, n, msec_jday(c->now), &t.roster));
	for (int by = 0; by < 3; by++) {
		AUTO_ARENA page = arena_new(LIMIT_ARENA_PAGE);
		struct duty last = { 0 };
		bool first = true;
		size_t got;
		rc r;

		if (!page)
			return FAIL(c, E_NOMEM, "memory.limit");
		do {
			c->a = page;
			r = follow_page(c, &t, by, since, own, &last, &first, &got);
			c->a = own;
			arena_reset(page);
			TRY(r);
		} while (got == CASE_PAGE_MOST);
	}
	*ret_n = t.sent;
	return OK;
}

static rc note_tried(struct ctx *c, struct node *n, const struct notice *w, slice act, slice code)
{
	struct act a = { .act = act, .actor = notice_actor, .case_id = w->case_id, .ref = { &w->seq, 1 } };
	struct json_out o;
	struct buf b;
	int64_t seq;

	buf_init(&b, c->a, 128);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_int(&o, "tries", w->tries + 1);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &a.members));
	if (code.len > 0)
		a.code = (struct words){ &code, 1 };
	return node_append(c, n, &a, &seq);
}

rc notice_note_handed(struct ctx *c, struct node *n, const struct notice *w)
{
	return note_tried(c, n, w, S("notice.handed"), S_NONE);
}

rc notice_note_failed(struct ctx *c, struct node *n, const struct notice *w, slice code)
{
	return note_tried(c, n, w, S("notice.failed"), code);
}
