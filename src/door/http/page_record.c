/* The record for those who check: sentences, filtered; and as a table. */
#include "door/http/pages.h"

#include "door/http/listing.h"
#include "door/http/sentences.h"

#include "base/banned.h"

#define ROWS 200u
#define ROWS_TABLE 20000u

static rc filter_of(struct visit *v, struct entry_filter *f)
{
	slice ref = visit_text(v, "case");
	struct case_head h;

	*f = (struct entry_filter){ .actor = visit_text(v, "actor"), .act = visit_text(v, "act") };
	if (ref.len == 0)
		return OK;
	TRY(case_find(v->c, v->st, ref, &h));
	f->case_id = h.id;
	return OK;
}

rc page_record(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "record");
	struct entry_filter f;

	TRY(filter_of(v, &f));
	jo_kv_text(o, "case_given", visit_text(v, "case"));
	jo_kv_text(o, "actor_given", visit_text(v, "actor"));
	jo_kv_text(o, "act_given", visit_text(v, "act"));
	jo_kv_int(o, "size", node_size(v->n));
	jo_kv_text(o, "origin", node_origin(v->n));
	jo_kv_text(o, "vkey", node_vkey(v->n));
	return sentences_put(v, o, "entries", &f, "", ROWS);
}

rc page_record_table(struct visit *v, struct page *p)
{
	struct entry_filter f;
	struct sentence *s;
	struct listing l;
	size_t n;

	TRY(filter_of(v, &f));
	TRY(sentences_read(v, &f, "", ROWS_TABLE, &s, &n));
	TRY(listing_begin(&l, v, say(v, "番号,日時,操作者,役割,行為,文", "seq,time,actor,role,act,sentence")));
	for (size_t i = 0; i < n; i++) {
		TRY(listing_int(&l, s[i].seq));
		TRY(listing_time(&l, true, s[i].at));
		TRY(listing_cell(&l, s[i].actor));
		TRY(listing_cell(&l, s[i].role));
		TRY(listing_cell(&l, s[i].act));
		TRY(listing_cell(&l, s[i].text));
	}
	return listing_done(&l, p, say(v, "記録", "record"));
}
