/* The line of time of a coordination room. */
#include "work/thread/room.h"

#include <stdlib.h>

#include "work/thread/thread_inside.h"

#include "base/banned.h"

struct line { struct room_entry *v; size_t n, room; };

static rc add_seen(struct ctx *c, slice **v, size_t *n, size_t *room, slice node)
{
	for (size_t i = 0; i < *n; i++)
		if (slice_eq((*v)[i], node))
			return OK;
	TRY_ROOM(c, *v, *n, *room, 4);
	(*v)[(*n)++] = node;
	return OK;
}

/* What was sent behind a step and before the next one of the thread belongs to it; a recall gives nobody anything. */
static rc seen_by(struct ctx *c, const struct thread_event *e, int64_t until, const struct sent *sent, size_t ns, struct room_entry *ret)
{
	size_t room = 0;
	slice *v = NULL;

	ret->nseen = 0;
	if (e->env.len > 0)
		TRY(add_seen(c, &v, &ret->nseen, &room, e->node));
	for (size_t i = 0; i < ns; i++)
		if (sent[i].seq > e->seq && sent[i].seq < until && !slice_starts(sent[i].kind, S("recall")))
			TRY(add_seen(c, &v, &ret->nseen, &room, sent[i].peer));
	ret->seen_by = v;
	return OK;
}

static rc add_thread(struct ctx *c, struct store *st, const struct thread *t, struct line *l)
{
	struct thread_event *e;
	struct sent *sent;
	size_t n, ns;

	TRY(thread_events(c, st, t->id, &e, &n));
	TRY(outbox_of(c, st, t->id, S_NONE, &sent, &ns));
	for (size_t i = 0; i < n; i++) {
		TRY_ROOM(c, l->v, l->n, l->room, 64);
		l->v[l->n] = (struct room_entry){ .at = e[i].at, .seq = e[i].seq, .t = t, .step = e[i] };
		TRY(seen_by(c, &e[i], i + 1 < n ? e[i + 1].seq : INT64_MAX, sent, ns, &l->v[l->n++]));
	}
	return OK;
}

static int by_time(const void *x, const void *y)
{
	const struct room_entry *a = x, *b = y;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

rc room_timeline(struct ctx *c, struct store *st, const struct thread *t, size_t nt, const struct event *course, size_t ncourse,
                 struct room_entry **ret, size_t *ret_n)
{
	struct line l = { 0 };

	for (size_t i = 0; i < nt; i++)
		TRY(add_thread(c, st, &t[i], &l));
	for (size_t i = 0; i < ncourse; i++) {
		TRY_ROOM(c, l.v, l.n, l.room, 64);
		l.v[l.n++] = (struct room_entry){ .at = course[i].at, .seq = course[i].seq, .own = &course[i] };
	}
	if (l.n > 1)
		qsort(l.v, l.n, sizeof l.v[0], by_time);
	*ret = l.v;
	*ret_n = l.n;
	return OK;
}
