/* C2SP tlog-witness over the line between nodes: the bytes are those of core/record/witness.h. */
#include <stdio.h>

#include "base/file.h"
#include "core/record/witness.h"
#include "door/app.h"
#include "door/exchange/exchange.h"

#include "base/banned.h"

/* ---- as a witness ---- */

const char *witnessing_type(int status) { return status == 409 ? "text/x.tlog.size" : "text/plain"; }

rc witnessing_decide(struct ctx *c, struct node *n, slice request, struct witness_answer *ret)
{
	AUTO_WITNESS w = NULL;
	const char *dir;

	TRY(path_join(c, c->app->store, "witness", &dir));
	TRY(witness_open(c, dir, node_name(n), &w));
	return witness_answer(c, w, request, ret);
}

rc witnessing_answer(struct ctx *c, struct node *n, struct line *l, slice request)
{
	struct witness_answer a;

	TRY(witnessing_decide(c, n, request, &a));
	if (a.alarm)
		(void)fputs("renkei: ALARM: a log has shown two histories; it is never cosigned again (renkei record witness list)\n", stderr);
	return line_answer_as(c, l, a.status, witnessing_type(a.status), a.body);
}

/* ---- being witnessed ---- */

/* Asks once, and once more when the witness knew another size than we thought. */
static rc ask_over(struct ctx *c, struct node *n, struct line *l, const char *host, const struct cosigner *s)
{
	slice request, answer;
	int status = 409;

	for (int i = 0; i < 2 && status == 409; i++) {
		TRY(cosigner_ask(c, n, s->name, &request));
		TRY(line_ask(c, l, host, LINE_WITNESS, request, &status, &answer));
		TRY(cosigner_take(c, n, s->name, status, answer));
	}
	return OK;
}

static rc ask_one(struct ctx *c, const struct exchange *x, const struct line_keys *k, const struct cosigner *s)
{
	AUTO_LINE l = NULL;
	const char *host;
	slice peer = s->name;

	if (!slice_ends(peer, S("/witness")))
		return FAIL(c, E_NOTFOUND, "witness.unknown");   /* no partner: its answers are carried */
	peer.len -= strlen("/witness");
	TRY(post_connect(c, x, k, peer, &host, &l));
	return ask_over(c, x->n, l, host, s);
}

/* Whether this says something about the way to a witness or about what it said, and not about ourselves. */
static bool goes_on(rc r) { return r == E_BUSY || r == E_DENIED || r == E_NOTFOUND || r == E_INVALID || r == E_TAMPER; }

rc witnessing_run(struct ctx *c, const struct exchange *x, const struct line_keys *k, struct witnessing *ret)
{
	struct witnessing t = { 0 };
	struct cosigner *v;
	size_t n;
	slice note;
	rc r;

	*ret = t;
	TRY(cosigner_list(c, x->n, &v, &n));
	if (n == 0)
		return OK;
	r = node_checkpoint(c, x->n, &note);
	if (r != OK && r != E_TAMPER)
		return r;
	fault_clear(c);
	for (size_t i = 0; i < n; i++) {
		r = ask_one(c, x, k, &v[i]);
		if (r != OK && !goes_on(r))
			return r;
		fault_clear(c);
		*(r == OK ? &t.cosigned : r == E_TAMPER ? &t.alarms : &t.unreached) += 1;
	}
	*ret = t;
	return OK;
}
