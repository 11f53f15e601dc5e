#include "engine/screen/asks.h"

#include "base/banned.h"

/* So many later ones are begun before one goes on. */
#define STEP 32u

void tokens_begin(struct tokens *t)
{
	t->run = sip_best();
	for (unsigned i = 0; i < TOKEN_WORDS; i++)
		t->list[i].n = 0;
}

static void list_end(const struct screen *s, struct tokens *t, unsigned words)
{
	struct token_list *l = &t->list[words - 1];
	uint64_t out[SIP_LANES];

	for (uint32_t i = 0; i < l->n; i += SIP_LANES) {
		t->run(s->sip, l->in + (size_t)i * words, words, out);
		for (uint32_t k = 0; k < SIP_LANES && i + k < l->n; k++)
			*l->to[i + k] = out[k] ? out[k] : 1;
	}
	l->n = 0;
}

void tokens_end(const struct screen *s, struct tokens *t)
{
	for (unsigned words = 1; words <= TOKEN_WORDS; words++)
		if (t->list[words - 1].n)
			list_end(s, t, words);
}

/* Up to 16 bytes as two words, zeros behind; nothing beyond the text is read. */
static inline void two_words(slice s, uint64_t *a, uint64_t *b)
{
	*b = 0;
	if (s.len > 8) {
		*a = load8(s.p);
		*b = load8(s.p + s.len - 8) >> (16 - s.len) * 8;
		return;
	}
	*a = 0;
	if (s.len)   /* an empty text may have no place */
		memcpy(a, s.p, s.len);
}

static inline uint64_t *next_lane(struct token_list *l, unsigned words)
{
	return l->in + (l->n & ~(SIP_LANES - 1)) * words + (l->n & (SIP_LANES - 1));
}

static inline void lane_taken(const struct screen *s, struct tokens *t, struct token_list *l, unsigned words, uint64_t *ret)
{
	l->to[l->n++] = ret;
	if (l->n == TOKENS_WAIT)
		list_end(s, t, words);
}

/* Names are longer than numbers. */
static void add_long(const struct screen *s, struct tokens *t, char domain, uint32_t org, slice text, uint64_t *ret)
{
	unsigned char in[TOKEN_WORDS * 8] = { 0 };
	size_t len = text.len + 5;
	unsigned words = (unsigned)(len / 8) + 1;
	struct token_list *l;
	uint64_t *lane, w;

	if (words > TOKEN_WORDS) {
		*ret = screen_token(s, domain, org, text);
		return;
	}
	in[0] = (unsigned char)domain;
	memcpy(in + 1, &org, 4);
	memcpy(in + 5, text.p, text.len);
	in[words * 8 - 1] = (unsigned char)len;
	l = &t->list[words - 1];
	lane = next_lane(l, words);
	for (unsigned i = 0; i < words; i++) {
		memcpy(&w, in + (size_t)i * 8, sizeof w);
		lane[i * SIP_LANES] = w;
	}
	lane_taken(s, t, l, words, ret);
}

/* The domain's letter, the organisation, the text, as screen_token lays them out; the last byte is the length. */
void tokens_add(const struct screen *s, struct tokens *t, char domain, uint32_t org, slice text, uint64_t *ret)
{
	size_t len = text.len + 5;
	unsigned words = (unsigned)(len / 8) + 1;
	uint64_t a, b, *lane, length = (uint64_t)len << 56;
	struct token_list *l;

	if (text.len > 16) {
		add_long(s, t, domain, org, text, ret);
		return;
	}
	two_words(text, &a, &b);
	l = &t->list[words - 1];
	lane = next_lane(l, words);
	lane[0] = (uint64_t)(unsigned char)domain | (uint64_t)org << 8 | a << 40 | (words == 1 ? length : 0);
	if (words > 1)
		lane[SIP_LANES] = a >> 24 | b << 40 | (words == 2 ? length : 0);
	if (words > 2)
		lane[2 * SIP_LANES] = b >> 24 | length;
	lane_taken(s, t, l, words, ret);
}

void asks_drop(struct asks *a)
{
	for (unsigned i = 0; i < TOKEN_WORDS; i++)
		a->tokens.list[i].n = 0;
	if (a->answered != a->n)
		a->answered = a->n += ASKS;
}

uint64_t asks_put(const struct screen *s, struct asks *a, bool is_case, uint32_t org, slice raw, uint32_t serial)
{
	struct ask *q = &a->v[a->n % ASKS];

	q->serial = serial;
	q->org = (uint8_t)org;
	q->is_case = is_case;
	tokens_add(s, &a->tokens, is_case ? 'C' : 'S', org, is_case ? raw : screen_number_bare(raw), &q->token);
	return a->n++;
}

static inline const struct dense *table_of(const struct screen *s, const struct ask *q)
{
	return q->is_case ? &s->org[q->org].tickets : &s->org[q->org].residents;
}

/* Cells are fetched first, somewhat later the rows that they tell of, which are looked at when those have come. */
void asks_answer(const struct screen *s, struct asks *a)
{
	tokens_end(s, &a->tokens);
	for (uint64_t i = a->answered; i < a->n + 2 * STEP; i++) {
		struct ask *q = &a->v[i % ASKS];

		if (i < a->n)
			dense_fetch(table_of(s, q), q->token);
		if (i >= a->answered + STEP && i < a->n + STEP) {
			q = &a->v[(i - STEP) % ASKS];
			q->at = dense_fetch_row(table_of(s, q), q->token);
		}
		if (i >= a->answered + 2 * STEP) {
			q = &a->v[(i - 2 * STEP) % ASKS];
			if (q->at != NONE && dense_key(table_of(s, q), q->at) != q->token)
				q->at = dense_get(table_of(s, q), q->token);
		}
	}
	a->answered = a->n;
}
