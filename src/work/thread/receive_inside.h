/* What the files of the way in share: receive.c, receive_step.c, receive_act.c. */
#ifndef WORK_THREAD_RECEIVE_INSIDE_H
#define WORK_THREAD_RECEIVE_INSIDE_H

#include "work/thread/thread_inside.h"

/* One envelope on its way through. */
struct arrival {
	struct envelope e;
	struct receipt r;
	bool append;              /* an act waits for the group */
	struct act act;
	slice thread;
};

struct reception {
	const struct exchange *x;
	struct store *st;
	slice peer;
	struct arrival v[RECEIVE_MOST];
	size_t n;
};

/* A step that an envelope brings, as far as it is known. */
struct incoming {
	const struct thread_kind *k;
	const struct thread_step *s;
	struct partner from;
	struct thread t;
	bool opens;
	const struct json *body;
	struct move m;
	slice home;
};

static inline slice word_of(const struct json *o, const char *name) { return json_text(json_get(o, slice_of(name))); }

static inline int64_t int_of(const struct json *o, const char *name)
{
	const struct json *v = json_get(o, slice_of(name));

	return v && v->type == JSON_INT && v->num > 0 ? v->num : 0;
}

/* What the receipt will say. */
static inline void receive_refuse(struct arrival *a, enum receipt_state state, const char *code)
{
	a->r.state = state;
	a->r.code = slice_of(code);
}

bool receive_is_for_us(const struct reception *r, slice to);

/* ---- receive_step.c: may this step be taken, by this node, in this thread, now? Else refused, and *ret_ok is false. ---- */

bool receive_mark_is_known(const struct gate *g, const struct envelope_mark *m);
/* The one before, of the same thread, must be here: nothing is taken out of order. */
MUST_USE rc receive_order(struct ctx *c, const struct reception *r, struct arrival *a, slice prev, bool *ret_ok);
MUST_USE rc receive_step(struct ctx *c, const struct reception *r, struct arrival *a, struct incoming *in, bool *ret_ok);

/* ---- receive_act.c: the entries that what came in makes ---- */

void receive_digest(struct ctx *c, const struct envelope *e, slice *ret);
MUST_USE rc receive_in_act(struct ctx *c, const struct arrival *a, const struct incoming *in, slice text, struct act *ret);
/* A refusal of somebody whom we know stands on record. */
MUST_USE rc receive_refuse_act(struct ctx *c, const struct arrival *a, struct act *ret);
/* Into a->act, or refused. */
MUST_USE rc receive_recall_act(struct ctx *c, const struct reception *r, struct arrival *a, const struct json *body, slice text);
MUST_USE rc receive_piece_act(struct ctx *c, const struct reception *r, struct arrival *a, const struct json *body, slice text);

#endif
