/* The register of guidelines that comes of the consultations: which document, which version, who cites it, who has not checked yet. */
#include "door/cli/commands.h"
#include "door/cli/counter.h"

#include "work/thread/guide.h"

#include "base/banned.h"

static void put_theirs(struct counter *k, const struct guide *g)
{
	struct desk *d = &k->d;
	slice ours = guide_cited_in(g, node_name(d->node));

	if (ours.len > 0)
		buf_putf(&d->out, d->ja ? "  当方の「%.*s」が引用" : "  cited in our %.*s", S_ARG(ours));
	if (g->t.has_due) {
		buf_putz(&d->out, desk_say(d, "  確かめる期限 ", "  to be checked by "));
		counter_put_time(d, g->t.due);
	}
	buf_putc(&d->out, '\n');
}

static void put_ours(struct counter *k, const struct guide *g)
{
	struct desk *d = &k->d;

	buf_putc(&d->out, '\n');
	for (size_t i = 0; i < g->nby; i++)
		buf_putf(&d->out, d->ja ? "    引用：%.*s「%.*s」\n" : "    cited by %.*s in %.*s\n", S_ARG(g->by[i].node), S_ARG(g->by[i].in));
	for (size_t i = 0; i < g->nwaiting; i++)
		buf_putf(&d->out, d->ja ? "    未確認：%.*s\n" : "    not checked by %.*s\n", S_ARG(g->waiting[i]));
}

static void json_guide(struct counter *k, const struct guide *g)
{
	struct json_out o = json_out_on(&k->d.out);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.guideline/1"));
	jo_kv_text(&o, "thread", g->t.id);
	jo_kv_text(&o, "owner", g->t.hub);
	jo_kv_text(&o, "document", g->document);
	jo_kv_text(&o, "version", g->version);
	jo_key(&o, S("cited_by"));
	jo_array(&o);
	for (size_t i = 0; i < g->nby; i++) {
		jo_object(&o);
		jo_kv_text(&o, "node", g->by[i].node);
		jo_kv_text(&o, "in", g->by[i].in);
		jo_end_object(&o);
	}
	jo_end_array(&o);
	if (g->t.has_due)
		jo_kv_int(&o, "due", g->t.due);
	jo_end_object(&o);
	buf_putc(&k->d.out, '\n');
}

static rc run_list(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct look look;
	struct guide *g;
	size_t n;

	TRY(counter_open(c, in, out, DESK_ACTOR, &k));
	look = desk_look(&k.d);
	TRY(guide_list(c, &k.x, &look, call_has(in, "over"), &g, &n));
	for (size_t i = 0; i < n; i++) {
		if (k.d.json) {
			json_guide(&k, &g[i]);
			continue;
		}
		buf_putf(&k.d.out, k.d.ja ? "%.*s  第%.*s版  %.*s" : "%.*s  version %.*s  %.*s", S_ARG(g[i].document), S_ARG(g[i].version),
		         S_ARG(g[i].t.hub));
		if (g[i].t.ours)
			put_ours(&k, &g[i]);
		else
			put_theirs(&k, &g[i]);
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
