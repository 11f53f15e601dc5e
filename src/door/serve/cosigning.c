#include "door/serve/cosigning.h"

#include <stdlib.h>

#include "base/log.h"
#include "core/record/witness.h"
#include "door/exchange/exchange.h"
#include "door/serve/outbox.h"
#include "door/serve/posting.h"

#include "base/banned.h"

#define LOOK_EVERY ((msec)5000)        /* at the list of witnesses */
#define ASK_ANYWAY ((msec)3600000)
#define NAME_MOST 256u

/* A witness that was asked since the start. */
struct asked {
	char name[NAME_MOST];
	msec at;              /* on the clock that only runs forward */
	uint64_t number;      /* of the job that is under way; 0: none */
	bool again, twice;    /* it knew another size than we thought: ask from there, once */
};

struct cosigning {
	const struct exchange *x;
	msec look;
	struct asked v[WITNESSES_MOST];
	size_t n;
};

rc cosigning_open(struct ctx *c, const struct exchange *x, struct cosigning **ret)
{
	struct cosigning *g = calloc(1, sizeof *g);

	if (!g)
		return FAIL(c, E_NOMEM, "memory.limit");
	g->x = x;
	*ret = g;
	return OK;
}

void cosigning_close(struct cosigning *g) { free(g); }

void cosigning_lost(struct cosigning *g)
{
	for (size_t i = 0; i < g->n; i++)
		g->v[i].number = 0;
}

/* Its place; NULL when there is none left: some were removed and others added since the start. */
static struct asked *asked_of(struct cosigning *g, slice name, bool *ret_new)
{
	*ret_new = false;
	for (size_t i = 0; i < g->n; i++)
		if (slice_eq(slice_of(g->v[i].name), name))
			return &g->v[i];
	if (name.len >= NAME_MOST)
		return NULL;
	if (g->n == WITNESSES_MOST)
		g->n = 0;
	*ret_new = true;
	g->v[g->n] = (struct asked){ .number = 0 };
	memcpy(g->v[g->n].name, name.p, name.len);
	return &g->v[g->n++];
}

static bool is_due(const struct cosigning *g, const struct cosigner *s, const struct asked *a, bool fresh, msec mono)
{
	bool news = s->refused || s->size < (uint64_t)node_size(g->x->n);

	if (a->number)
		return false;
	return fresh || a->again || mono - a->at >= (news ? WITNESSING_EVERY : ASK_ANYWAY);
}

/* E_NOTFOUND: it is no partner with an address, so its answers are carried. */
static rc make_job(struct ctx *c, struct cosigning *g, slice name, slice *ret)
{
	slice peer = name, url, request;
	struct way w;

	if (!slice_ends(peer, S("/witness")))
		return FAIL(c, E_NOTFOUND, "witness.unknown");
	peer.len -= strlen("/witness");
	TRY(way_find(c, g->x, peer, &w));
	TRY(posting_url(c, &w, LINE_WITNESS, &url));
	TRY(cosigner_ask(c, g->x->n, name, &request));
	return posting_job(c, &w, url, S("text/plain"), request, ret);
}

/* What was signed now, and who is asked about it. A record that may not be signed any more is still shown to its witnesses. */
static rc ask(struct ctx *c, struct cosigning *g, const struct cosigner *s, struct asked *a, uint64_t number, slice *ret_job)
{
	slice note;
	rc r = node_checkpoint(c, g->x->n, &note);

	if (r != OK && r != E_TAMPER)
		return r;
	fault_clear(c);
	r = make_job(c, g, s->name, ret_job);
	if (r == OK)
		a->number = number;
	if (r != E_NOTFOUND && r != E_TAMPER)
		return r;
	if (r == E_TAMPER)
		LOG("witness.alarm", FAULT(c));
	fault_clear(c);
	return OK;
}

rc cosigning_next(struct ctx *c, struct cosigning *g, msec mono, uint64_t number, slice *ret_job)
{
	struct cosigner *all;
	size_t n;
	rc r;

	*ret_job = S_NONE;
	if (mono < g->look)
		return OK;
	g->look = mono + LOOK_EVERY;
	r = cosigner_list(c, g->x->n, &all, &n);
	if (r == E_TAMPER) {   /* node_tail() makes an alarm of it */
		fault_clear(c);
		return OK;
	}
	TRY(r);
	for (size_t i = 0; i < n && ret_job->len == 0; i++) {
		bool fresh;
		struct asked *a = asked_of(g, all[i].name, &fresh);

		if (!a || !is_due(g, &all[i], a, fresh, mono))
			continue;
		a->at = mono;
		a->twice = a->again;
		a->again = false;
		TRY(ask(c, g, &all[i], a, number, ret_job));
	}
	if (ret_job->len)
		g->look = 0;   /* perhaps another one */
	return OK;
}

static rc take(struct ctx *c, struct cosigning *g, struct asked *a, slice answer)
{
	unsigned status;
	slice body;
	rc r;

	TRY(outbox_get_answer(c, answer, &status, &body));
	r = cosigner_take(c, g->x->n, slice_of(a->name), (int)status, body);
	a->again = r == OK && status == 409 && !a->twice;
	if (a->again)
		g->look = 0;
	/* what it says against this record is kept by cosigner_take(), and told wherever node_tail() is */
	if (r != E_TAMPER && r != E_DENIED && r != E_INVALID && r != E_NOTFOUND)
		return r;
	LOG("witness.refused", NUM("status", status), FAULT(c));
	fault_clear(c);
	return OK;
}

rc cosigning_done(struct ctx *c, struct cosigning *g, uint64_t number, rc result, slice answer, bool *ret_mine)
{
	for (size_t i = 0; i < g->n; i++) {
		if (g->v[i].number != number)
			continue;
		*ret_mine = true;
		g->v[i].number = 0;
		return result == OK ? take(c, g, &g->v[i], answer) : OK;
	}
	*ret_mine = false;
	return OK;
}
