/* What was seen in logs, as files: hits for programs and for the office's tables, and counts for those who sent the list. */
#include "door/http/listing.h"
#include "door/http/selection_pages.h"
#include "door/http/watch_pages.h"
#include "work/select/sighting.h"

#include "base/banned.h"

#define OUT_MOST ((size_t)64 << 20)

static rc to_buf(struct ctx *c, void *to, slice bytes)
{
	buf_put(to, bytes);
	return ((struct buf *)to)->full ? FAIL(c, E_LIMIT, "text.limit") : OK;
}

static rc put_sightings(struct visit *v, const struct watched *w, struct buf *b)
{
	struct sightings *sums;
	enum tlp tlp = TLP_AMBER;
	uint64_t more;

	if (visit_text(v, "tlp").len && !tlp_from_word(visit_text(v, "tlp"), &tlp))
		return visit_wrong_key(v, S("tlp"), "select.tlp");
	TRY(sightings_new(v->c, &sums));
	for (size_t i = 0; i < w->n_seen; i++) {
		enum ind_type type;

		if (watched_type(w->seen[i].type, &type))
			TRY(sightings_add(v->c, sums, type, w->seen[i].indicator, (uint64_t)w->seen[i].count));
	}
	return sightings_write(v->c, sums, tlp, (struct select_sink){ to_buf, b }, &more);
}

rc page_watch_file(struct visit *v, struct page *p)
{
	bool sightings = slice_ends(slice_of(v->route->path), S("/sightings.json"));
	struct watched w;
	struct buf b;
	slice line;

	TRY(watched_open(v, "page:selection", visit_text(v, "list"), &w));
	buf_init(&b, v->c->a, OUT_MOST);
	if (sightings) {
		TRY(put_sightings(v, &w, &b));
		return page_bytes(p, "application/stix+json;version=2.1", S("sightings.json"), buf_slice(&b));
	}
	for (struct hits_walk k = hits_of(v, &w); hits_next(&k, &line);) {
		buf_put(&b, line);
		buf_putc(&b, '\n');
	}
	return page_bytes(p, "application/jsonl", S("hits.jsonl"), buf_slice(&b));
}

rc page_watch_table(struct visit *v, struct page *p)
{
	struct hits_walk k;
	struct watched w;
	struct listing l;
	slice line;

	TRY(watched_open(v, "page:selection", visit_text(v, "list"), &w));
	TRY(listing_begin(&l, v, say(v, "ログ,部分,行,種類,指標,見えたもの,日時,接続元,接続先,該当した行（個人情報は伏せています）",
		"log,part,line,type,indicator,seen,time,from,to,line without personal information")));
	for (k = hits_of(v, &w); hits_next(&k, &line);) {
		struct hit x;

		TRY(hit_read(v, line, &x));
		TRY(listing_cell(&l, x.doc));
		TRY(listing_cell(&l, x.part));
		TRY(listing_int(&l, x.line));
		TRY(listing_cell(&l, indicator_name(v, x.type)));
		TRY(listing_cell(&l, x.indicator));
		TRY(listing_cell(&l, x.seen));
		TRY(listing_cell(&l, x.time));
		TRY(listing_cell(&l, x.client));
		TRY(listing_cell(&l, x.server));
		TRY(listing_cell(&l, x.evidence));
	}
	return listing_done(&l, p, say(v, "該当した行", "hits"));
}
