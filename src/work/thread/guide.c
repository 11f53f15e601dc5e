/* Which document, which version, who cites it, who has not checked yet: newest words stand. */
#include "work/thread/guide.h"

#include "work/thread/desk.h"

#include "base/banned.h"

/* A version may be a number. What the step does not say stays as it was. */
static rc newer(struct ctx *c, const struct json *body, const char *name, slice *ret)
{
	const struct json *content = json_get(body, S("content")), *v = json_get(json_get(content ? content : body, S("fields")), slice_of(name));
	struct buf b;

	if (!v || v->type == JSON_TEXT) {
		if (json_text(v).len > 0)
			*ret = json_text(v);
		return OK;
	}
	buf_init(&b, c->a, 64);
	if (v->type == JSON_INT)
		buf_put_i64(&b, v->num);
	return buf_keep(c, &b, ret);
}

static rc read_cite(struct ctx *c, slice node, const struct json *body, struct guide *g)
{
	size_t at = 0;

	while (at < g->nby && !slice_eq(g->by[at].node, node))
		at++;
	if (at == PARTIES_MOST)
		return OK;
	g->by[at].node = node;
	g->nby += at == g->nby;
	return newer(c, body, "citing", &g->by[at].in);
}

/* Whose answer the owner waits for: those who cite it, all while nobody does. */
static rc read_waiting(struct ctx *c, struct store *st, struct guide *g)
{
	struct thread_party *v;
	size_t n;

	if (!g->t.has_due)
		return OK;
	TRY(thread_parties(c, st, g->t.id, &v, &n));
	for (size_t i = 0; i < n && g->nwaiting < PARTIES_MOST; i++)
		if (!v[i].has_step)
			g->waiting[g->nwaiting++] = v[i].node;
	return OK;
}

static rc read_guide(struct ctx *c, const struct exchange *x, const struct look *look, struct guide *g)
{
	const struct json **bodies;
	struct thread_event *e;
	size_t n;

	TRY(thread_events(c, node_store(x->n), g->t.id, &e, &n));
	TRY_ARRAY(c, bodies, n + 1);
	TRY(thread_contents(c, x, look, e, n, bodies));
	for (size_t i = 0; i < n; i++) {
		if (!bodies[i])
			continue;
		TRY(newer(c, bodies[i], "document", &g->document));
		TRY(newer(c, bodies[i], "version", &g->version));
		TRY(newer(c, bodies[i], "cites", &g->cites));
		TRY(newer(c, bodies[i], "text", &g->text));
		if (slice_is(e[i].step, "cite"))
			TRY(read_cite(c, e[i].node, bodies[i], g));
	}
	return read_waiting(c, node_store(x->n), g);
}

rc guide_list(struct ctx *c, const struct exchange *x, const struct look *look, bool over, struct guide **ret, size_t *ret_n)
{
	struct thread *t;
	struct guide *v;
	size_t n;

	TRY(desk_of_kind(c, node_store(x->n), GUIDE_KIND, over, GUIDES_MOST, &t, &n));
	TRY_ARRAY(c, v, n + 1);
	for (size_t i = 0; i < n; i++) {
		v[i].t = t[i];
		TRY(read_guide(c, x, look, &v[i]));
	}
	*ret = v;
	*ret_n = n;
	return OK;
}

slice guide_cited_in(const struct guide *g, slice node)
{
	for (size_t i = 0; i < g->nby; i++)
		if (slice_eq(g->by[i].node, node))
			return g->by[i].in;
	return S_NONE;
}
