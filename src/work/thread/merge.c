/* Lists that several parties write, put together. */
#include "work/thread/merge.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "work/thread/thread_inside.h"

#include "base/banned.h"

#define KEY_MOST 400u
#define LIKE_AT 60u   /* of 100: from here on a person is asked; tried on questions of two agencies that mean the same */

/* ---- comparing ---- */

struct key { uint32_t cp[KEY_MOST]; size_t n; };

/* Blanks, marks and the half of the full-width forms fall away. */
static void key_of(slice text, struct key *ret)
{
	uint32_t cp;

	ret->n = 0;
	for (size_t i = 0; i < text.len && ret->n < KEY_MOST;) {
		if (!utf8_next(text, &i, &cp))
			continue;
		if (cp >= 0xFF01 && cp <= 0xFF5E)
			cp -= 0xFEE0;
		if (cp >= 'A' && cp <= 'Z')
			cp += 32;
		if (cp < '0' || (cp > '9' && cp < 'a') || (cp > 'z' && cp < 0x80) || (cp >= 0x3000 && cp <= 0x301F) || cp == 0x30FB ||
		    (cp >= 0x2010 && cp <= 0x203E))
			continue;
		ret->cp[ret->n++] = cp;
	}
}

static bool same_key(const struct key *a, const struct key *b)
{
	return a->n == b->n && memcmp(a->cp, b->cp, a->n * sizeof a->cp[0]) == 0;
}

/* Pairs of characters that both have, in both directions (Dice 1945). */
static unsigned likeness(const struct key *a, const struct key *b)
{
	bool used[KEY_MOST] = { false };
	size_t both = 0;

	if (same_key(a, b))
		return 100;
	if (a->n < 2 || b->n < 2)
		return 0;
	for (size_t i = 0; i + 1 < a->n; i++)
		for (size_t k = 0; k + 1 < b->n; k++)
			if (!used[k] && a->cp[i] == b->cp[k] && a->cp[i + 1] == b->cp[k + 1]) {
				used[k] = true;
				both++;
				break;
			}
	return (unsigned)(200 * both / (a->n + b->n - 2));
}

unsigned text_likeness(slice a, slice b)
{
	struct key x, y;

	key_of(a, &x);
	key_of(b, &y);
	return likeness(&x, &y);
}

/* ---- what everybody said ---- */

struct wrote { slice node; const struct json *value; };
struct lists { struct wrote v[PARTIES_MOST + 1]; size_t n; struct wrote before[4 * PARTIES_MOST]; size_t nbefore; };

static void put_list(struct lists *l, slice node, const struct json *value, bool all)
{
	size_t at = 0;

	if (all) {   /* who put what stays known; what stands is this list alone */
		for (size_t i = 0; i < l->n && l->nbefore < 4 * PARTIES_MOST; i++)
			l->before[l->nbefore++] = l->v[i];
		l->n = 0;
	}
	while (at < l->n && !slice_eq(l->v[at].node, node))
		at++;
	if (at == PARTIES_MOST + 1)
		return;
	l->v[at] = (struct wrote){ node, value };
	if (at == l->n)
		l->n++;
}

/* The field in what a step carried: ours lies as a request, theirs as the body of an envelope. */
static const struct json *field_in(const struct json *body, slice field)
{
	const struct json *content = json_get(body, S("content"));

	return json_get(json_get(content ? content : body, S("fields")), field);
}

/* What stands in the seal of each step, in one look for each case or thread that the steps lie under. */
rc thread_contents(struct ctx *c, const struct exchange *x, const struct look *look, const struct thread_event *e, size_t n,
                   const struct json **ret)
{
	for (size_t i = 0, to; i < n; i = to) {
		const struct opened *opened[64];
		int64_t seqs[64];
		size_t counts[64];
		struct entry first, next;

		TRY(record_get(c, x->n, e[i].seq, &first));
		for (to = i; to < n && to - i < 64; to++) {
			TRY(record_get(c, x->n, e[to].seq, &next));
			if (!slice_eq(next.case_id, first.case_id))   /* hung on a case in between */
				break;
			seqs[to - i] = e[to].seq;
		}
		TRY(node_view(c, x->n, look, first.case_id, seqs, to - i, opened, counts));
		for (size_t k = i; k < to; k++)
			if (counts[k - i] > 0 && opened[k - i][0].state != PAYLOAD_GONE)
				TRY(json_parse(c, opened[k - i][0].bytes, &ret[k]));
	}
	return OK;
}

static rc read_lists(struct ctx *c, const struct exchange *x, const struct look *look, const struct thread *t, slice field, struct lists *l)
{
	const struct thread_kind *k = thread_kind_find(x->kinds, t->kind);
	const struct json **bodies;
	struct thread_event *e;
	size_t n;

	TRY(thread_events(c, node_store(x->n), t->id, &e, &n));
	TRY_ARRAY(c, bodies, n + 1);
	TRY(thread_contents(c, x, look, e, n, bodies));
	for (size_t i = 0; i < n; i++) {
		const struct thread_step *s = k ? thread_step_find(k, e[i].step) : NULL;
		const struct json *value = bodies[i] ? field_in(bodies[i], field) : NULL;

		if (s && value)
			put_list(l, e[i].node, value, s->flags & STEP_MERGES && slice_eq(e[i].node, t->hub));
	}
	return OK;
}

/* ---- putting together ---- */

struct heap { struct merged v[MERGED_MOST]; struct key keys[MERGED_MOST]; slice by[MERGED_MOST][PARTIES_MOST + 1]; size_t n; };

static void add_by(struct heap *h, size_t i, slice node)
{
	for (size_t k = 0; k < h->v[i].nby; k++)
		if (slice_eq(h->by[i][k], node))
			return;
	if (h->v[i].nby <= PARTIES_MOST)
		h->by[i][h->v[i].nby++] = node;
}

static rc add_entry(struct ctx *c, struct heap *h, slice node, slice text, bool is_new)
{
	struct key *key = &h->keys[h->n];
	unsigned best = 0;
	uint32_t like = LIKE_NONE;

	if (h->n == MERGED_MOST)
		return FAIL(c, E_LIMIT, "thread.list");
	text = slice_trim(text);
	key_of(text, key);
	if (key->n == 0)
		return OK;
	for (size_t i = 0; i < h->n; i++) {
		unsigned much = likeness(&h->keys[i], key);

		if (much == 100) {
			add_by(h, i, node);
			return OK;
		}
		if (much >= LIKE_AT && much > best) {
			best = much;
			like = (uint32_t)i;
		}
	}
	if (!is_new)
		return OK;
	h->v[h->n] = (struct merged){ .text = text, .by = h->by[h->n], .like = like };
	add_by(h, h->n++, node);
	return OK;
}

static rc add_list(struct ctx *c, struct heap *h, const struct wrote *s, bool is_new)
{
	slice rest = json_text(s->value), line;

	for JSON_EACH(v, s->value)
		TRY(add_entry(c, h, s->node, json_text(v), is_new));
	while (slice_next(&rest, '\n', &line))
		TRY(add_entry(c, h, s->node, line, is_new));
	return OK;
}

rc thread_merged(struct ctx *c, const struct exchange *x, const struct look *look, const struct thread *t, slice field,
                 struct merged **ret, size_t *ret_n)
{
	struct lists *l;
	struct heap *h;

	TRY_NEW(c, l);
	TRY_NEW(c, h);
	TRY(read_lists(c, x, look, t, field, l));
	for (size_t i = 0; i < l->n; i++)
		TRY(add_list(c, h, &l->v[i], true));
	for (size_t i = 0; i < l->nbefore; i++)
		TRY(add_list(c, h, &l->before[i], false));
	*ret = h->v;
	*ret_n = h->n;
	return OK;
}

rc merged_text(struct ctx *c, const struct merged *v, size_t n, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, LIMIT_VALUE_LONG);
	for (size_t i = 0; i < n; i++)
		buf_putf(&b, "%s%.*s", i ? "\n" : "", S_ARG(v[i].text));
	return buf_keep(c, &b, ret);
}
