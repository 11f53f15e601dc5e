/* renkei select review: the doubtful places of a document, and decisions about them. */
#include "door/cli/cmd_select_review.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "base/parse.h"
#include "door/cli/desk.h"
#include "work/select/review.h"

#include "base/banned.h"

#define DOCUMENT_MOST ((size_t)256 << 20)

static void put_text(struct desk *d, const struct doubt *x, uint32_t number, bool show)
{
	buf_putf(&d->out, "%" PRIu32 "  %s  %s", number, pii_type_word(x->type), doubt_state_word(x->state));
	if (x->state != DOUBT_OPEN)
		buf_putf(&d->out, " (%" S_FMT ")", S_ARG(x->actor));
	buf_putf(&d->out, "  %s%s\n    %" S_FMT "【", x->rule, x->check_failed ? ", check digit wrong" : "", S_ARG(x->before));
	if (show)
		buf_put(&d->out, x->value);
	else
		buf_putz(&d->out, "■■■");
	buf_putf(&d->out, "】%" S_FMT "\n", S_ARG(x->behind));
}

static void put_json(struct desk *d, const struct doubt *x, uint32_t number, bool show)
{
	struct json_out o = json_out_on(&d->out);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.select.review.1"));
	jo_kv_int(&o, "number", number);
	jo_kv_int(&o, "part", x->part);
	jo_kv_text(&o, "type", slice_of(pii_type_word(x->type)));
	jo_kv_int(&o, "start", (int64_t)x->start);
	jo_kv_int(&o, "end", (int64_t)x->end);
	jo_kv_text(&o, "rule", slice_of(x->rule));
	jo_kv_text(&o, "state", slice_of(doubt_state_word(x->state)));
	if (x->seq >= 0)
		jo_kv_int(&o, "seq", x->seq);
	if (show)
		jo_kv_text(&o, "value", x->value);
	jo_end_object(&o);
	buf_putc(&d->out, '\n');
}

/* "3:release", "1:keep", "1:open". */
static rc decide(struct desk *d, const struct select_review *r)
{
	static const struct { const char *word; enum doubt_state to; } words[] = {
		{ "keep", DOUBT_KEPT }, { "release", DOUBT_RELEASED }, { "open", DOUBT_OPEN },
	};
	slice rest = desk_option(d, "decide"), number;
	struct act *acts;
	uint32_t no;
	int64_t seq;

	(void)slice_next(&rest, ':', &number);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (!slice_is(rest, words[i].word))
			continue;
		TRY(parse_u32(d->c, number, 1, 1000000, &no));
		TRY(select_review_acts(d->c, &d->actor, r, &no, 1, words[i].to, desk_option(d, "reason"), &acts));
		return node_append(d->c, d->node, acts, &seq);
	}
	return FAIL(d->c, E_INVALID, "select.review_decide");
}

rc run_select_review(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	const char *slash = strrchr(in->args[1], '/');
	struct case_head head;
	struct select_review r;
	slice bytes, name = slice_of(slash ? slash + 1 : in->args[1]);
	bool open = false;

	TRY(desk_open(c, in, out, call_value(in, "decide") ? DESK_ACTOR : 0, &d));
	TRY(case_find(c, d.st, slice_of(in->args[0]), &head));
	TRY(file_read(c, in->args[1], DOCUMENT_MOST, &bytes));
	TRY(select_review_read(c, d.node, head.id, name, bytes, &r));
	if (call_value(in, "decide")) {
		TRY(decide(&d, &r));
		TRY(select_review_read(c, d.node, head.id, name, bytes, &r));
	}
	if (call_has(in, "apply")) {
		struct select_place *places;
		size_t n;

		TRY(select_review_released(c, &r, &places, &n));
		TRY(desk_close(&d));
		return select_released(c, name, bytes, places, n);
	}
	for (uint32_t i = 0; i < r.n; i++) {
		open |= r.doubts[i].state == DOUBT_OPEN;
		if (d.json)
			put_json(&d, &r.doubts[i], i + 1, call_has(in, "show"));
		else
			put_text(&d, &r.doubts[i], i + 1, call_has(in, "show"));
	}
	if (r.left)
		fprintf(stderr, "renkei: %zu more place(s) are not listed; they stay in\n", r.left);
	out->no = open;
	return desk_close(&d);
}
