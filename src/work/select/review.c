#include "work/select/review.h"

#include <openssl/evp.h>
#include <stdio.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/parse.h"
#include "base/utf8.h"
#include "engine/select/pii_redact.h"
#include "work/select/pdf.h"
#include "work/select/take.h"
#include "work/select/withhold.h"

#include "base/banned.h"

#define DOUBTS_MOST 10000u
#define AROUND 60u     /* bytes on each side, cut at characters */

static const struct member_spec decide_members[] = {
	{ "doc", MEMBER_WORD, true, NULL },
	{ "end", MEMBER_INT, true, NULL },
	{ "part", MEMBER_INT, true, NULL },
	{ "release", MEMBER_BOOL, true, NULL },
	{ "start", MEMBER_INT, true, NULL },
	{ "type", MEMBER_WORD, true, NULL },
	{ 0 },
};

const struct act_kind select_kinds[] = {
	{ "select.decide", decide_members, "handler lead chief", ACT_CASE, NULL, NULL,
	  "%a decided about a place held back (%{type}) of case %c", "%a が事案 %c の伏せた箇所（%{type}）について決めました" },
	{ 0 },
};

static const char *const state_words[DOUBT_STATES] = { "open", "kept", "released" };

const char *doubt_state_word(enum doubt_state s) { return state_words[s]; }

static rc hash_of(struct ctx *c, slice bytes, char out[65])
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(bytes.p, bytes.len, md, &n, EVP_sha256(), NULL) != 1)
		return FAIL(c, E_NOMEM, "memory.limit");
	for (unsigned i = 0; i < 32; i++)
		snprintf(out + 2 * i, 3, "%02x", md[i]);
	return OK;
}

static uint64_t chars(slice text, size_t at) { return utf8_count(slice_sub(text, 0, at)); }

/* Text [from, to) with what was held back in it masked. */
static rc masked(struct ctx *c, slice text, const struct pii_result *found, size_t from, size_t to, slice *ret)
{
	struct pii_policy policy = pii_policy_default();
	struct pii_span *in;
	size_t n = 0;
	struct buf b;

	TRY_ARRAY(c, in, found->n_spans + 1);
	for (size_t i = 0; i < found->n_spans; i++)
		if (found->spans[i].end > from && found->spans[i].start < to) {
			struct pii_span s = found->spans[i];

			s.start = s.start > from ? s.start - from : 0;
			s.end = (s.end < to ? s.end : to) - from;
			in[n++] = s;
		}
	buf_init(&b, c->a, 4096);
	TRY(pii_redact(c, slice_sub(text, from, to - from), in, n, &policy, &b, NULL));
	return buf_done(c, &b, ret);
}

static size_t char_edge(slice text, size_t at)
{
	while (at > 0 && at < text.len && ((uint8_t)text.p[at] & 0xc0) == 0x80)
		at--;
	return at;
}

static rc add_doubt(struct ctx *c, struct select_review *r, uint32_t part, slice text, const struct pii_result *found, const struct pii_span *s)
{
	size_t from = char_edge(text, s->start > AROUND ? s->start - AROUND : 0);
	size_t to = char_edge(text, s->end + AROUND < text.len ? s->end + AROUND : text.len);
	struct doubt *d = &r->doubts[r->n++];

	*d = (struct doubt){ .part = part, .type = s->type, .rule = s->rule ? s->rule : "", .check_failed = s->check_failed,
		.value = slice_sub(text, s->start, s->end - s->start), .seq = -1 };
	d->start = chars(text, s->start);
	d->end = d->start + utf8_count(d->value);
	TRY(masked(c, text, found, from, s->start, &d->before));
	return masked(c, text, found, s->end, to, &d->behind);
}

struct decided { struct select_review *r; };

/* A later decision stands for an earlier one. */
static rc on_entry(struct ctx *c, const struct entry *e, void *p)
{
	struct select_review *r = ((struct decided *)p)->r;
	const struct json *part = json_get(e->json, S("part")), *start = json_get(e->json, S("start")), *end = json_get(e->json, S("end"));
	const struct json *release = json_get(e->json, S("release"));

	if (!slice_is(json_text(json_get(e->json, S("doc"))), r->doc) || !part || !start || !end || !release)
		return OK;
	for (size_t i = 0; i < r->n; i++) {
		struct doubt *d = &r->doubts[i];

		if ((int64_t)d->part != part->num || (int64_t)d->start != start->num || (int64_t)d->end != end->num ||
				!slice_is(json_text(json_get(e->json, S("type"))), pii_type_word(d->type)))
			continue;
		d->state = release->type == JSON_TRUE ? DOUBT_RELEASED : DOUBT_KEPT;
		d->actor = arena_copy(c->a, e->actor.id);
		d->at = e->at;
		d->seq = e->seq;
	}
	return OK;
}

rc select_review_read(struct ctx *c, struct node *n, slice case_id, slice name, slice bytes, struct select_review *ret)
{
	struct entry_filter filter = { .case_id = case_id, .act = S("select.decide") };
	struct decided decided = { ret };
	struct doc doc;

	*ret = (struct select_review){ .case_id = case_id };
	TRY(hash_of(c, bytes, ret->doc));
	TRY_ARRAY(c, ret->doubts, DOUBTS_MOST);
	TRY(take_caged(c, bytes, name, &doc));
	for (uint32_t i = 0; i < doc.n; i++) {
		struct doc_part *p = &doc.parts[i];
		struct pii_hints hints = { .kind = withhold_kind(p) };
		struct pii_result found;

		if (p->pdf)
			TRY(pdf_text(c, p->text, &p->text));
		TRY(pii_scan(c, p->text, &hints, NULL, &found));
		for (size_t k = 0; k < found.n_spans && !p->cover; k++)
			if (found.spans[k].doubt == PII_DOUBTFUL || found.spans[k].check_failed) {
				if (ret->n == DOUBTS_MOST)
					return FAIL(c, E_LIMIT, "select.review_many");
				TRY(add_doubt(c, ret, i, p->text, &found, &found.spans[k]));
			}
	}
	return record_each(c, n, &filter, on_entry, &decided);
}

rc select_review_act(struct ctx *c, const struct actor *who, const struct select_review *r, uint32_t number, bool release, slice reason, struct act *ret)
{
	struct act act = { .act = S("select.decide"), .actor = *who, .case_id = r->case_id };
	const struct doubt *d;
	struct json_out o;
	struct buf b;

	if (number == 0 || number > r->n)
		return FAIL(c, E_NOTFOUND, "select.review_none");
	if (slice_trim(reason).len == 0)
		return FAIL(c, E_INVALID, "select.review_reason");
	TRY(free_text_check(c, "reason", reason, LIMIT_VALUE_TEXT));
	d = &r->doubts[number - 1];
	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "doc", slice_of(r->doc));
	jo_kv_int(&o, "end", (int64_t)d->end);
	jo_kv_int(&o, "part", d->part);
	jo_kv_bool(&o, "release", release);
	jo_kv_int(&o, "start", (int64_t)d->start);
	jo_kv_text(&o, "type", slice_of(pii_type_word(d->type)));
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &act.members));
	buf_init(&b, c->a, PAYLOAD_MOST);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "reason", reason);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &reason));
	TRY(act_seal(c, &act, reason));
	*ret = act;
	return OK;
}

rc select_review_released(struct ctx *c, const struct select_review *r, struct select_place **ret, size_t *ret_n)
{
	struct select_place *places;
	size_t n = 0;

	TRY_ARRAY(c, places, r->n + 1);
	for (size_t i = 0; i < r->n; i++)
		if (r->doubts[i].state == DOUBT_RELEASED)
			places[n++] = (struct select_place){ r->doubts[i].part, r->doubts[i].start, r->doubts[i].end };
	*ret = places;
	*ret_n = n;
	return OK;
}
