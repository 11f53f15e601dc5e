/* The register of standards and guidelines: which version stands, who cites it, who has to check a change by when. */
#include "door/http/pages.h"
#include "door/http/together.h"

#include "door/http/listing.h"
#include "work/thread/guide.h"

#include "base/banned.h"

static rc guides(struct visit *v, struct guide **ret, size_t *ret_n)
{
	struct exchange x = together(v);
	struct look look;

	TRY(visit_may(v, "page:threads", S_NONE));
	look = visit_look(v);
	return guide_list(v->c, &x, &look, slice_is(visit_text(v, "state"), "over"), ret, ret_n);
}

static void put_guide(struct visit *v, struct json_out *o, const struct guide *g)
{
	slice ours = guide_cited_in(g, node_name(v->n));

	jo_object(o);
	jo_kv_text(o, "thread", g->t.id);
	jo_kv_text(o, "document", g->document);
	jo_kv_text(o, "version", g->version);
	jo_kv_text(o, "owner", node_title(v, g->t.hub));
	jo_kv_bool(o, "ours", g->t.ours);
	jo_kv_text(o, "state_name", state_title(v, thread_kind_find(v->h->kinds, g->t.kind), g->t.state));
	jo_kv_text(o, "cites", g->cites);
	jo_kv_text(o, "cited_in", ours);
	jo_kv_bool(o, "our_task", !g->t.ours && g->t.has_due);
	thread_due_put(v, o, &g->t);
	jo_key(o, S("cited_by"));
	jo_array(o);
	for (size_t i = 0; i < g->nby; i++) {
		jo_object(o);
		jo_kv_text(o, "title", node_title(v, g->by[i].node));
		jo_kv_text(o, "in", g->by[i].in);
		jo_end_object(o);
	}
	jo_end_array(o);
	jo_key(o, S("waiting_for"));
	jo_array(o);
	for (size_t i = 0; g->t.ours && i < g->nwaiting; i++)
		jo_text(o, node_title(v, g->waiting[i]));
	jo_end_array(o);
	jo_end_object(o);
}

rc page_guidelines(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "guidelines");
	struct guide *g;
	size_t n;

	TRY(guides(v, &g, &n));
	jo_kv_bool(o, "showing_over", slice_is(visit_text(v, "state"), "over"));
	for (int task = 1; task >= 0; task--) {
		jo_key(o, task ? S("tasks") : S("guides"));
		jo_array(o);
		for (size_t i = 0; i < n; i++)
			if (!task || (!g[i].t.ours && g[i].t.has_due))
				put_guide(v, o, &g[i]);
		jo_end_array(o);
	}
	jo_kv_bool(o, "may_open", guideline_may_open(v));
	return OK;
}

static rc list_guide(struct listing *l, const struct guide *g, const struct guide_cite *by)
{
	struct visit *v = l->v;
	bool waits = false;

	for (size_t i = 0; by && g->t.ours && i < g->nwaiting; i++)
		waits = waits || slice_eq(g->waiting[i], by->node);
	TRY(listing_cell(l, g->document));
	TRY(listing_cell(l, g->version));
	TRY(listing_cell(l, node_title(v, g->t.hub)));
	TRY(listing_cell(l, g->cites));
	TRY(listing_cell(l, by ? node_title(v, by->node) : S_NONE));
	TRY(listing_cell(l, by ? by->in : S_NONE));
	TRY(listing_time(l, g->t.has_due, g->t.due));
	return listing_cell(l, waits ? slice_of(say(v, "未確認", "not checked")) : S_NONE);
}

/* A row for each that cites it; a document that nobody cites has one. */
rc page_guidelines_table(struct visit *v, struct page *p)
{
	struct listing l;
	struct guide *g;
	size_t n;

	TRY(guides(v, &g, &n));
	TRY(listing_begin(&l, v, say(v, "文書,版,所管,引用する文書,引用している機関,引用している文書,確かめる期限,状況",
	                             "document,version,owner,cites,cited by,cited in,to be checked by,state")));
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < g[i].nby; k++)
			TRY(list_guide(&l, &g[i], &g[i].by[k]));
		if (g[i].nby == 0)
			TRY(list_guide(&l, &g[i], NULL));
	}
	return listing_done(&l, p, say(v, "基準・ガイドラインの一覧", "guidelines"));
}
