/* The register of guidelines that comes of the consultations: which document, which version, who cites it, who has not checked yet. */
#include "door/cli/commands.h"
#include "door/cli/counter.h"

#include "base/banned.h"

struct cited { slice node, in; };
struct guide { const struct thread *t; slice document, version; struct cited by[PARTIES_MOST]; size_t n; };

/* A version may be a number. */
static rc field_of(struct counter *k, const struct json *body, const char *name, slice *ret)
{
	const struct json *content = json_get(body, S("content")), *v = json_get(json_get(content ? content : body, S("fields")), slice_of(name));
	struct buf b;

	if (!v || v->type == JSON_TEXT) {
		if (json_text(v).len > 0)
			*ret = json_text(v);
		return OK;
	}
	buf_init(&b, k->d.c->a, 64);
	if (v->type == JSON_INT)
		buf_putf(&b, "%lld", (long long)v->num);
	return buf_keep(k->d.c, &b, ret);
}

/* Newest words stand: of the document those of its owner, of a citing document those of the one that cites. */
static rc read_guide(struct counter *k, const struct thread *t, struct guide *ret)
{
	struct look look = desk_look(&k->d);
	const struct json **bodies;
	struct thread_event *e;
	size_t n;

	*ret = (struct guide){ .t = t };
	TRY(thread_events(k->d.c, k->d.st, t->id, &e, &n));
	TRY_ARRAY(k->d.c, bodies, n + 1);
	TRY(thread_contents(k->d.c, &k->x, &look, e, n, bodies));
	for (size_t i = 0; i < n; i++) {
		size_t at = 0;

		if (!bodies[i])
			continue;
		TRY(field_of(k, bodies[i], "document", &ret->document));
		TRY(field_of(k, bodies[i], "version", &ret->version));
		if (!slice_is(e[i].step, "cite"))
			continue;
		while (at < ret->n && !slice_eq(ret->by[at].node, e[i].node))
			at++;
		if (at == PARTIES_MOST)
			continue;
		ret->by[at].node = e[i].node;
		TRY(field_of(k, bodies[i], "citing", &ret->by[at].in));
		ret->n += at == ret->n;
	}
	return OK;
}

static void put_theirs(struct counter *k, const struct guide *g)
{
	struct desk *d = &k->d;

	for (size_t i = 0; i < g->n; i++)
		if (slice_eq(g->by[i].node, node_name(d->node)))
			buf_putf(&d->out, d->ja ? "  当方の「%.*s」が引用" : "  cited in our %.*s", S_ARG(g->by[i].in));
	if (g->t->has_due) {
		buf_putz(&d->out, desk_say(d, "  確かめる期限 ", "  to be checked by "));
		counter_put_time(d, g->t->due);
	}
	buf_putc(&d->out, '\n');
}

static rc put_ours(struct counter *k, const struct guide *g)
{
	struct thread_party *v;
	struct desk *d = &k->d;
	size_t n;

	buf_putc(&d->out, '\n');
	for (size_t i = 0; i < g->n; i++)
		buf_putf(&d->out, d->ja ? "    引用：%.*s「%.*s」\n" : "    cited by %.*s in %.*s\n", S_ARG(g->by[i].node), S_ARG(g->by[i].in));
	if (!g->t->has_due)
		return OK;
	TRY(thread_parties(d->c, d->st, g->t->id, &v, &n));
	for (size_t i = 0; i < n; i++)
		if (!v[i].has_step)
			buf_putf(&d->out, d->ja ? "    未確認：%.*s\n" : "    not checked by %.*s\n", S_ARG(v[i].node));
	return OK;
}

static void json_guide(struct counter *k, const struct guide *g)
{
	struct json_out o = json_out_on(&k->d.out);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.guideline/1"));
	jo_kv_text(&o, "thread", g->t->id);
	jo_kv_text(&o, "owner", g->t->hub);
	jo_kv_text(&o, "document", g->document);
	jo_kv_text(&o, "version", g->version);
	jo_key(&o, S("cited_by"));
	jo_array(&o);
	for (size_t i = 0; i < g->n; i++) {
		jo_object(&o);
		jo_kv_text(&o, "node", g->by[i].node);
		jo_kv_text(&o, "in", g->by[i].in);
		jo_end_object(&o);
	}
	jo_end_array(&o);
	if (g->t->has_due)
		jo_kv_int(&o, "due", g->t->due);
	jo_end_object(&o);
	buf_putc(&k->d.out, '\n');
}

static rc run_list(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct thread *t;
	size_t n;

	TRY(counter_open(c, in, out, DESK_ACTOR, &k));
	TRY(thread_list(c, k.d.st, S_NONE, call_has(in, "over"), 5000, &t, &n));
	for (size_t i = 0; i < n; i++) {
		struct guide g;

		if (!slice_is(t[i].kind, "guideline"))
			continue;
		TRY(read_guide(&k, &t[i], &g));
		if (k.d.json) {
			json_guide(&k, &g);
			continue;
		}
		buf_putf(&k.d.out, k.d.ja ? "%.*s  第%.*s版  %.*s" : "%.*s  version %.*s  %.*s", S_ARG(g.document), S_ARG(g.version), S_ARG(t[i].hub));
		if (!t[i].ours)
			put_theirs(&k, &g);
		else
			TRY(put_ours(&k, &g));
	}
	return counter_close(&k);
}

static const struct option_spec list_options[] = {
	{ "over", NULL, "Consultations that are closed instead of those that stand." },
	DESK_OPTIONS,
	{ 0 },
};

const struct command cmd_guideline[] = {
	{ "guideline", "list", "", 0, 0, "Documents that agencies agree on, who cites each, who has not checked a change", list_options, run_list },
	{ 0 },
};
