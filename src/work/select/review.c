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
	{ "undo", MEMBER_BOOL, false, NULL },   /* true: not decided any more; readers that do not know it see a place kept in */
	{ 0 },
};

const struct act_kind select_kinds[] = {
	{ "select.decide", decide_members, "handler lead chief", ACT_CASE, NULL, NULL,
	  "%a decided about a place held back (%{type}) of case %c; released: %{release}",
	  "%a が事案 %c の伏せた箇所（%{type}）について決めました。外に出すか：%{release}" },
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

/* Text [from, to) with what was held back in it masked. */
static rc masked(struct ctx *c, slice text, const struct pii_result *found, size_t from, size_t to, slice *ret)
{
	size_t first = span_after(found, from), last = first, n = 0;
	struct pii_policy policy = pii_policy_default();
	struct pii_span *in;
	struct buf b;

	while (last < found->n_spans && found->spans[last].start < to)
		last++;
	TRY_ARRAY(c, in, last - first + 1);
	for (size_t i = first; i < last; i++) {
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

/* How far a part was counted: its places come in their order. */
struct counted { size_t at; uint64_t chars, line; };

static void count_to(struct counted *n, slice text, size_t at)
{
	slice more = slice_sub(text, n->at, at - n->at);

	n->chars += utf8_count(more);
	for (const char *nl; (nl = memchr(more.p, '\n', more.len)) != NULL; n->line++)
		more = slice_sub(more, (size_t)(nl - more.p) + 1, more.len);
	n->at = at;
}

static rc add_doubt(struct ctx *c, struct select_review *r, uint32_t part, const struct doc_part *of, const struct pii_result *found,
	const struct pii_span *s, struct counted *n)
{
	slice text = of->text;
	size_t from = char_edge(text, s->start > AROUND ? s->start - AROUND : 0);
	size_t to = char_edge(text, s->end + AROUND < text.len ? s->end + AROUND : text.len);
	struct doubt *d = &r->doubts[r->n++];

	count_to(n, text, s->start);
	*d = (struct doubt){ .part = part, .path = of->whole ? S_NONE : of->path, .type = s->type, .rule = s->rule ? s->rule : "", .check_failed = s->check_failed,
		.value = slice_sub(text, s->start, s->end - s->start), .start = n->chars, .line = n->line, .seq = -1 };
	d->end = d->start + utf8_count(d->value);
	TRY(masked(c, text, found, from, s->start, &d->before));
	return masked(c, text, found, s->end, to, &d->behind);
}

/* The doubts of a document stand in the order of their places. */
static struct doubt *doubt_at(const struct select_review *r, int64_t part, int64_t start, int64_t end, slice type)
{
	size_t lo = 0, hi = r->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct doubt *d = &r->doubts[mid];

		if (d->part < part || (d->part == part && (int64_t)d->start < start))
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < r->n && r->doubts[lo].part == part && (int64_t)r->doubts[lo].start == start; lo++)
		if ((int64_t)r->doubts[lo].end == end && slice_is(type, pii_type_word(r->doubts[lo].type)))
			return &r->doubts[lo];
	return NULL;
}

/* A later decision stands for an earlier one. */
static rc on_entry(struct ctx *c, const struct entry *e, void *p)
{
	const struct json *part = json_get(e->json, S("part")), *start = json_get(e->json, S("start")), *end = json_get(e->json, S("end"));
	const struct select_review *r = p;
	struct doubt *d;

	if (!slice_is(json_text(json_get(e->json, S("doc"))), r->doc) || !part || !start || !end)
		return OK;
	d = doubt_at(r, part->num, start->num, end->num, json_text(json_get(e->json, S("type"))));
	if (!d)
		return OK;
	d->state = json_is_true(json_get(e->json, S("undo"))) ? DOUBT_OPEN : json_is_true(json_get(e->json, S("release"))) ? DOUBT_RELEASED : DOUBT_KEPT;
	d->actor = arena_copy(c->a, e->actor.id);
	d->at = e->at;
	d->seq = e->seq;
	return OK;
}

/* One of many that cannot be read does not hold up the others. */
static rc read_pdf(struct ctx *c, const struct doc *doc, struct doc_part *p, struct select_review *r)
{
	rc result = pdf_text(c, p->text, &p->text);

	if (result != OK && (result != E_INVALID || doc->n == 1))
		return result;
	if (result == OK && !pdf_is_scan(p->text))
		return OK;
	fault_clear(c);
	p->text = S_NONE;
	r->unread++;
	return OK;
}

static rc read_part(struct ctx *c, const struct doc *doc, uint32_t part, struct select_review *r)
{
	struct doc_part *p = &doc->parts[part];
	struct pii_hints hints = { .kind = withhold_kind(p), .strict = true };
	struct counted counted = { .line = 1 };
	struct pii_result found;

	if (p->pdf)
		TRY(read_pdf(c, doc, p, r));
	if (!p->cover)
		r->chars += p->text.len;
	TRY(pii_scan(c, p->text, &hints, NULL, &found));
	for (size_t k = 0; k < found.n_spans && !p->cover; k++) {
		if (found.spans[k].doubt != PII_DOUBTFUL && !found.spans[k].check_failed)
			continue;
		if (r->n < DOUBTS_MOST)
			TRY(add_doubt(c, r, part, p, &found, &found.spans[k], &counted));
		else
			r->left++;
	}
	return OK;
}

rc select_review_read(struct ctx *c, struct node *n, slice case_id, slice name, slice bytes, struct select_review *ret)
{
	struct entry_filter filter = { .case_id = case_id, .act = S("select.decide") };
	struct doc doc;

	*ret = (struct select_review){ .case_id = case_id };
	TRY(hash_of(c, bytes, ret->doc));
	TRY_ARRAY(c, ret->doubts, DOUBTS_MOST);
	TRY(take_caged(c, bytes, name, &doc));
	ret->unread = doc.unread;
	ret->parts = (uint32_t)doc.n;
	for (uint32_t i = 0; i < doc.n; i++)
		TRY(read_part(c, &doc, i, ret));
	return record_each(c, n, &filter, on_entry, ret);
}

static rc put_members(struct ctx *c, const struct select_review *r, const struct doubt *d, enum doubt_state to, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "doc", slice_of(r->doc));
	jo_kv_int(&o, "end", (int64_t)d->end);
	jo_kv_int(&o, "part", d->part);
	jo_kv_bool(&o, "release", to == DOUBT_RELEASED);
	jo_kv_int(&o, "start", (int64_t)d->start);
	jo_kv_text(&o, "type", slice_of(pii_type_word(d->type)));
	if (to == DOUBT_OPEN)
		jo_kv_bool(&o, "undo", true);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

static rc put_reason(struct ctx *c, slice reason, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, PAYLOAD_MOST);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "reason", reason);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

rc select_review_acts(struct ctx *c, const struct actor *who, const struct select_review *r, const uint32_t *numbers, size_t n,
	enum doubt_state to, slice reason, struct act **ret)
{
	struct act *acts;
	slice sealed;

	if (n == 0)
		return FAIL(c, E_INVALID, "select.review_choose");
	if (to != DOUBT_OPEN && slice_trim(reason).len == 0)
		return FAIL(c, E_INVALID, "select.review_reason");
	TRY(free_text_check(c, "reason", reason, LIMIT_VALUE_TEXT));
	TRY(put_reason(c, reason, &sealed));
	TRY_ARRAY(c, acts, n);
	for (size_t i = 0; i < n; i++) {
		if (numbers[i] == 0 || numbers[i] > r->n)
			return FAIL(c, E_NOTFOUND, "select.review_none");
		acts[i] = (struct act){ .act = S("select.decide"), .actor = *who, .case_id = r->case_id };
		TRY(put_members(c, r, &r->doubts[numbers[i] - 1], to, &acts[i].members));
		if (slice_trim(reason).len)
			TRY(act_seal(c, &acts[i], sealed));
	}
	*ret = acts;
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
