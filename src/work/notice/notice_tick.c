/* The clock's turn: what the ladder asks for now goes on record. */
#include "work/notice/notice.h"

#include "base/limits.h"

#include "base/banned.h"

static const struct actor notice_actor = { S_INIT("notice"), S_INIT("system"), S_INIT("") };

struct notice_turn {
	struct arena *a;           /* owned: of the whole turn */
	struct arena *page;        /* owned: of one piece */
	struct node *node;
	const struct law *law;
	const struct ladder *ladder;
	const struct notice_people *people;
	struct roster roster;
	msec now;
	jday until;                /* days up to here are found by day, later ones by when they opened */
	int by;                    /* 0 and 1: by day, those that need not and those that must; 2: by when they opened; 3: done */
	bool first;
	struct duty last;          /* of the page before */
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

/* What a piece found to be sent: one commit. */
struct wave { struct act *acts; size_t n, room; };

static rc follow_duty(struct ctx *c, struct notice_turn *t, const struct duty *d, struct wave *w)
{
	struct notice *sent, *next;
	size_t nsent, n, ns = 0;
	slice *sections = NULL;

	TRY(notice_of_duty(c, node_store(t->node), d, &sent, &nsent));
	if (t->people->sections)
		TRY(t->people->sections(c, t->node, d->case_id, &sections, &ns));
	TRY(notice_next(c, t->ladder, d, sent, nsent, &t->roster, sections, ns, c->now, &next, &n));
	for (size_t i = 0; i < n; i++) {
		TRY_ROOM(c, w->acts, w->n, w->room, 64);
		TRY(send_act(c, &next[i], &w->acts[w->n++]));
	}
	return OK;
}

static rc get_page(struct ctx *c, struct notice_turn *t, size_t most, struct duty **ret, size_t *ret_n)
{
	struct store *st = node_store(t->node);
	const struct duty *after = t->first ? NULL : &t->last;

	if (t->by < 2)
		return duty_page(c, st, t->law, t->by == 0, after, most, ret, ret_n);
	return duty_opened_page(c, st, t->law, t->now - (t->ladder->behind + 2) * (msec)86400000, after, most, ret, ret_n);
}

static rc follow_page(struct ctx *c, struct notice_turn *t, size_t most)
{
	struct wave w = { 0 };
	struct duty *v;
	int64_t first;
	size_t n;

	TRY(get_page(c, t, most, &v, &n));
	for (size_t i = 0; i < n; i++) {
		bool near = v[i].sort_day <= t->until;

		if (t->by < 2 && !near) {
			n = 0;   /* by day: all that follow are later still */
			break;
		}
		if (near == (t->by < 2))
			TRY(follow_duty(c, t, &v[i], &w));
	}
	if (w.n > 0)
		TRY(node_append_all(c, t->node, w.acts, w.n, &first));
	t->sent += w.n;
	t->first = n < most;
	if (n < most) {
		t->by++;
		return OK;
	}
	t->last = v[n - 1];
	t->last.case_id = arena_copy(t->a, t->last.case_id);
	t->last.rule = arena_copy(t->a, t->last.rule);
	return t->last.case_id.p && t->last.rule.p ? OK : FAIL(c, E_LIMIT, "memory.limit");
}

size_t notice_turn_end(struct notice_turn *t)
{
	size_t sent = t->sent;

	arena_freep(&t->page);
	arena_free(t->a);
	return sent;
}

rc notice_turn_begin(struct ctx *c, struct node *n, const struct law *law, const struct ladder *l,
                     const struct notice_people *people, struct notice_turn **ret)
{
	struct arena *a = arena_new(LIMIT_ARENA_PAGE), *page = arena_new(LIMIT_ARENA_PAGE);
	struct notice_turn *t = a ? arena_alloc(a, 1, sizeof *t) : NULL;
	struct ctx own = { .a = a, .now = c->now, .app = c->app };
	rc r;

	if (!t || !page) {
		arena_freep(&page);
		arena_freep(&a);
		return FAIL(c, E_NOMEM, "memory.limit");
	}
	*t = (struct notice_turn){ .a = a, .page = page, .node = n, .law = law, .ladder = l, .people = people, .now = c->now,
		.until = msec_jday(c->now) + (jday)l->ahead, .first = true };
	r = people->roster(&own, n, msec_jday(c->now), &t->roster);
	if (r != OK) {
		c->fault = own.fault;
		(void)notice_turn_end(t);
		return r;
	}
	*ret = t;
	return OK;
}

rc notice_turn_go(struct ctx *c, struct notice_turn *t, size_t most, bool *ret_more)
{
	struct ctx own = { .a = t->page, .now = c->now, .app = c->app };
	rc r = t->by < 3 ? follow_page(&own, t, most) : OK;

	c->fault = own.fault;
	arena_reset(t->page);
	*ret_more = t->by < 3;
	return r;
}

rc notice_tick(struct ctx *c, struct node *n, const struct law *law, const struct ladder *l,
               const struct notice_people *people, size_t *ret_n)
{
	struct notice_turn *t;
	bool more = true;
	rc r = OK;

	TRY(notice_turn_begin(c, n, law, l, people, &t));
	while (r == OK && more)
		r = notice_turn_go(c, t, CASE_PAGE_MOST, &more);
	*ret_n = notice_turn_end(t);
	return r;
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
