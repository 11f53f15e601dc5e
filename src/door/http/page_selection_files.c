/* What a selected document gives, as files: for programs (JSON Lines, STIX, MISP), for the office's tables, and as text. */
#include "door/http/listing.h"
#include "door/http/selection_pages.h"

#include "base/banned.h"

/* What goes out, for the programs that take it up: the form by the ending of the route. */
rc page_selection_file(struct visit *v, struct page *p)
{
	static const struct { const char *ending, *type, *name; enum select_form form; } files[] = {
		{ ".jsonl", "application/jsonl", "indicators.jsonl", SELECT_JSONL },
		{ "/stix.json", "application/stix+json;version=2.1", "stix.json", SELECT_STIX },
		{ "/misp.json", "application/json", "misp.json", SELECT_MISP },
		{ "/redacted.txt", "text/plain; charset=utf-8", "redacted.txt", SELECT_REDACT },
	};
	struct select_options opt = { .tlp = TLP_AMBER, .with_refs = form_has(v->in, "refs") };
	slice path = slice_of(v->route->path), tlp = visit_text(v, "tlp");
	struct select_tally tally;
	struct selected s;
	struct buf out;
	size_t i = 0;

	while (i + 1 < sizeof files / sizeof files[0] && !slice_ends(path, slice_of(files[i].ending)))
		i++;
	opt.form = files[i].form;
	if (tlp.len && !tlp_from_word(tlp, &opt.tlp))
		return visit_wrong_key(v, S("tlp"), "select.tlp");
	TRY(selected_open(v, "page:selection", &s));
	TRY(selected_run(v, &s, &opt, &out, NULL, &tally));
	return page_bytes(p, files[i].type, slice_of(files[i].name), buf_slice(&out));
}

/* The same as a table for people. */
rc page_selection_table(struct visit *v, struct page *p)
{
	static const struct select_options opt = { .form = SELECT_JSONL };
	struct select_tally tally;
	struct selected s;
	struct listing l;
	slice rest, line;
	struct buf out;

	TRY(selected_open(v, "page:selection", &s));
	TRY(selected_run(v, &s, &opt, &out, NULL, &tally));
	TRY(listing_begin(&l, v, say(v, "種類,値,攻撃か", "type,value,attack")));
	for (rest = buf_slice(&out); slice_next(&rest, '\n', &line);) {
		struct going g;

		if (line.len == 0)
			continue;
		TRY(going_read(v, line, &g));
		TRY(listing_cell(&l, indicator_name(v, g.type)));
		TRY(listing_cell(&l, g.value));
		TRY(listing_cell(&l, slice_of(g.attack ? say(v, "攻撃", "attack") : say(v, "参照", "reference"))));
	}
	return listing_done(&l, p, say(v, "外に出す情報", "indicators"));
}

/* What stays in, by kind and place: no content. */
rc page_selection_held(struct visit *v, struct page *p)
{
	static const struct select_options opt = { .form = SELECT_JSONL };
	struct select_tally tally;
	struct buf out, withheld;
	struct selected s;
	struct listing l;
	slice rest, line;

	TRY(selected_open(v, "page:selection", &s));
	TRY(selected_run(v, &s, &opt, &out, &withheld, &tally));
	TRY(listing_begin(&l, v, say(v, "種類,部分,文字の始め,文字の終わり,手がかり", "type,part,first character,last character,sign")));
	for (rest = buf_slice(&withheld); slice_next(&rest, '\n', &line);) {
		const struct json *x;

		if (line.len == 0)
			continue;
		TRY(json_parse(v->c, line, &x));
		TRY(listing_cell(&l, pii_name(v, json_text(json_get(x, S("type"))))));
		TRY(listing_cell(&l, json_text(json_get(x, S("part")))));
		TRY(listing_int(&l, json_get(x, S("start"))->num + 1));
		TRY(listing_int(&l, json_get(x, S("end"))->num));
		TRY(listing_cell(&l, rule_name(v, json_text(json_get(x, S("rule"))))));
	}
	return listing_done(&l, p, say(v, "手元に残す箇所", "held"));
}
