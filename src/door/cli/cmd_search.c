#include "base/parse.h"
#include "door/cli/commands.h"
#include "door/cli/desk.h"
#include "work/search/search.h"

#include "base/banned.h"

#define CASES 10000u

/* Sections hold at the command line too, once the node has accounts. */
struct asking { struct desk *d; };

static rc may_open(struct ctx *c, void *p, slice case_id, bool *ret)
{
	struct desk *d = ((struct asking *)p)->d;
	struct grant *g;
	bool begun;
	slice *sections;
	size_t n, ns;

	*ret = true;
	TRY(people_begun(c, d->st, &begun));
	TRY(people_case_sections(c, d->st, case_id, &sections, &ns));
	if (!begun || ns == 0)
		return OK;
	*ret = false;
	TRY(people_grants(c, d->st, d->actor.id, d->today, &g, &n));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < ns; k++)
			*ret = *ret || (slice_eq(g[i].role, d->actor.role) &&
			                (g[i].section.len == 0 || slice_eq(g[i].section, sections[k])));
	return OK;
}

static const char *act_label(const struct desk *d, slice act)
{
	static const char *const words[][3] = {
		{ "case.open", "件名", "title" }, { "case.event", "経過", "timeline" }, { "fact.state", "事実", "fact" },
		{ "report.draft", "報告書", "report" }, { "case.close", "終結", "closing" },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (slice_is(act, words[i][0]))
			return desk_say(d, words[i][1], words[i][2]);
	return desk_say(d, "その他", "other");
}

/* The fact in words; empty when the passage stands in none. */
static slice path_label(const struct desk *d, slice path)
{
	const struct term *t = terms_find(d->terms, path);

	return !t ? S_NONE : d->ja ? t->ja : t->en;
}

static void put_hit(struct desk *d, const struct hit *h)
{
	struct json_out o = json_out_on(&d->out);

	if (!d->json) {
		slice fact = path_label(d, h->path);

		buf_putf(&d->out, "%.*s  %s%s%.*s  %.*s\n", S_ARG(h->head.num), act_label(d, h->act), fact.len > 0 ? "  " : "",
		         S_ARG(fact), S_ARG(h->text));
		return;
	}
	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.hit/1"));
	jo_kv_text(&o, "case", h->head.num);
	jo_kv_int(&o, "seq", h->seq);
	jo_kv_text(&o, "act", h->act);
	jo_kv_text(&o, "path", h->path);
	jo_kv_text(&o, "text", h->text);
	jo_end_object(&o);
	buf_putc(&d->out, '\n');
}

static rc run_search(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct variants *v;
	struct search_at at = { 0 };
	AUTO_DESK d = { 0 };
	struct asking asking = { &d };
	uint32_t most = 50;
	struct look look;
	struct hit *hits;
	size_t n;

	TRY(desk_open(c, in, out, DESK_ACTOR | DESK_PACKS, &d));
	if (!desk_may_look(&d))
		return FAIL(c, E_DENIED, "people.may_not");
	TRY(call_u32(c, in, "limit", 1, 500, &most));
	TRY(variants_load(c, c->app->data, &v));
	TRY(search_find(c, d.node, v, slice_of(call_arg(in, 0, "")), may_open, &asking, CASES, most, &at, &hits, &n));
	TRY(people_look(c, &d.actor, S("search"), &look));
	TRY(search_show(c, d.node, &look, hits, n));
	for (size_t i = 0; i < n; i++)
		put_hit(&d, &hits[i]);
	out->no = n == 0;
	if (!at.over)
		(void)fputs("renkei: there may be more; give other words\n", stderr);
	return desk_close(&d);
}

static const struct option_spec search_options[] = {
	{ "limit", "N", "At most N hits (default 50, at most 500)." },
	DESK_OPTIONS,
	{ 0 },
};

const struct command cmd_search[] = {
	{ "search", NULL, "WORDS", 1, 1, "Find words in cases, facts, events and reports", search_options, run_search },
	{ 0 },
};
