/* A line: bytes to folded code points and back, and the findings in it. */
#include "engine/select/pii_unit.h"

#include "base/utf8.h"

#include "base/banned.h"

#define REPLACED 0xFFFDu

rc unit_new(struct ctx *c, struct pii_work *w, struct unit **ret_unit)
{
	struct unit *u;

	TRY_NEW(c, u);
	u->c = c;
	u->w = w;
	/* not zeroed: each line writes what it uses */
	u->cp = arena_bytes(c->a, (UNIT_MOST + 8) * sizeof *u->cp);
	u->kind = arena_bytes(c->a, (UNIT_MOST + 8) * sizeof *u->kind);
	u->at = arena_bytes(c->a, (UNIT_MOST + 9) * sizeof *u->at);
	u->claim = arena_bytes(c->a, UNIT_MOST + 8);
	u->tags = arena_bytes(c->a, TAGS_MOST * sizeof *u->tags);
	if (!u->cp || !u->kind || !u->at || !u->claim || !u->tags)
		return FAIL(c, E_LIMIT, "memory.limit");
	*ret_unit = u;
	return OK;
}

/* 𠮷 and its like: characters above the basic plane that stand in names. */
static uint16_t fold_wide(uint32_t cp)
{
	if (cp == 0x20BB7)
		return 0x5409;   /* 𠮷 → 吉 */
	if (cp == 0x2363A)
		return 0x6A4B;   /* 𣘺 → 橋 */
	/* some kanji: a rare one of the basic plane */
	return cp >= 0x20000 && cp < 0x32000 ? 0x4E00 + 0x51FF : REPLACED;
}

#define EACH(k) (UINT64_C(0x0101010101010101) * (k))

/* Is one of the eight bytes zero? (Mycroft's test: no other byte sets a bit below the first that is.) */
static inline bool has_zero(uint64_t v) { return ((v - EACH(1)) & ~v & EACH(0x80)) != 0; }

/* The beginning of the line that is ASCII and may hold no escape, eight bytes at a time; how many. */
static size_t read_plain(struct unit *u, slice line)
{
	size_t i = 0;

	for (; i + 8 <= line.len && i + 8 <= UNIT_MOST; i += 8) {
		uint64_t v;

		memcpy(&v, line.p + i, 8);
		if ((v & EACH(0x80)) || has_zero(v ^ EACH('%')) || has_zero(v ^ EACH('=')) || has_zero(v ^ EACH('\\')) || has_zero(v ^ EACH('&')))
			break;
		for (unsigned k = 0; k < 8; k++) {
			u->cp[i + k] = (uint8_t)line.p[i + k];
			u->kind[i + k] = pii_class[(uint8_t)line.p[i + k]];
			u->at[i + k] = (uint32_t)(i + k);
		}
	}
	return i;
}

/* ｶﾞ is ガ and ﾊﾟ is パ: a mark goes into the letter before it. */
static bool join_voiced(uint16_t *ch, uint16_t mark)
{
	uint16_t k = kata(*ch);
	bool ha = k >= 0x30CF && k <= 0x30DB && (k - 0x30CF) % 3 == 0;

	if (mark == 0x3099 ? ha || (k >= 0x30AB && k <= 0x30C1 && k % 2) || k == 0x30C4 || k == 0x30C6 || k == 0x30C8 : ha)
		*ch = (uint16_t)(*ch + (mark == 0x3099 ? 1 : 2));
	else if (mark == 0x3099 && k == 0x30A6)
		*ch = (uint16_t)(*ch == k ? 0x30F4 : 0x3094);
	else
		return false;
	return true;
}

void unit_read(struct unit *u, slice line, size_t base)
{
	const unsigned char *p = (const unsigned char *)line.p;
	size_t i = read_plain(u, line), escape;
	uint32_t n = (uint32_t)i, ascii = n;
	uint16_t seen = 0;
	bool percent = false;   /* the letter before was written with percent signs: a + behind it is a blank */

	while (i < line.len && n < UNIT_MOST) {
		uint32_t cp = p[i];
		uint16_t folded;

		u->at[n] = (uint32_t)i;
		if (cp >= 0xE0 && cp < 0xF0 && i + 2 < line.len) {
			folded = pii_fold[((cp & 15) << 12 | (p[i + 1] & 63u) << 6 | (p[i + 2] & 63u)) & 0xFFFF];
			i += 3;
		} else if ((cp == '%' || cp == '=' || cp == '\\' || cp == '&') && (escape = escape_read(line, i, &cp)) > 0) {
			folded = cp < 0x10000 ? pii_fold[cp] : fold_wide(cp);
			percent = p[i] == '%' && cp >= 0x80;
			i += escape;
		} else if (cp < 0x80) {
			folded = cp == '+' && percent ? ' ' : (uint16_t)cp;
			percent = false;
			i++;
		} else if (utf8_next(line, &i, &cp)) {
			folded = cp < 0x10000 ? pii_fold[cp] : fold_wide(cp);
		} else {
			folded = REPLACED;
		}
		if ((folded == 0x3099 || folded == 0x309A) && n && join_voiced(&u->cp[n - 1], folded)) {
			u->kind[n - 1] = pii_class[u->cp[n - 1]];
			continue;
		}
		u->cp[n] = folded;
		u->kind[n] = pii_class[folded];
		seen |= u->kind[n++];
	}
	u->at[n] = (uint32_t)i;
	memset(u->cp + n, 0, 8 * sizeof *u->cp);
	memset(u->kind + n, 0, 8 * sizeof *u->kind);
	memset(u->claim, 0, n + 1);
	u->n = n;
	u->n_tags = 0;
	u->w->around = AROUND_UNKNOWN;
	u->base = base;
	u->plain = n == line.len ? line : (slice){ 0 };
	for (uint32_t k = 0; k < ascii; k++)
		seen |= u->kind[k];
	u->classes = seen;
	u->latin_only = !(seen & (PC_KANJI | PC_HIRA | PC_KATA));
	u->w->state->seen_japanese |= !u->latin_only;
}

#define AROUND_MOST 8192u

/* A letter of three bytes begins at p, E3 to E9: kana and kanji, but 。 as well. */
static bool is_wide_lead(char ch) { return (unsigned char)ch >= 0xE3 && (unsigned char)ch <= 0xE9; }
static bool is_stop(slice s, size_t i) { return s.len - i >= 3 && memcmp(s.p + i, "\xE3\x80\x82", 3) == 0; }

bool unit_among_japanese(const struct unit *u)
{
	slice s = u->w->text;
	size_t from = u->base, to = u->base + u->at[u->n], left = from > AROUND_MOST ? from - AROUND_MOST : 0, right = s.len - to > AROUND_MOST ? to + AROUND_MOST : s.len;

	if (!u->latin_only || u->w->thorough || u->w->nested)
		return !u->latin_only;
	if (u->w->around == AROUND_UNKNOWN) {
		while (from > left && s.p[from - 1] != '\n' && !is_wide_lead(s.p[from - 1]))
			from--;
		while (to < right && s.p[to] != '\n' && !is_wide_lead(s.p[to]))
			to++;
		u->w->around = (from > left && s.p[from - 1] != '\n' && !is_stop(s, from - 1)) || (to < right && s.p[to] != '\n' && !is_stop(s, to)) ? AROUND_JAPANESE :
			AROUND_LATIN;
	}
	return u->w->around == AROUND_JAPANESE;
}

bool unit_free(const struct unit *u, uint32_t start, uint32_t end)
{
	for (uint32_t i = start; i < end; i++)
		if (u->claim[i])
			return false;
	return true;
}

void unit_close(struct unit *u, uint32_t start, uint32_t end)
{
	for (uint32_t i = start; i < end; i++)
		if (!u->claim[i])
			u->claim[i] = 2;
}

static rc room(struct ctx *c, void **list, size_t *cap, size_t need, size_t size)
{
	size_t more = *cap ? *cap : 32;
	void *p;

	while (more < need)
		more *= 2;
	p = arena_grow(c->a, *list, *cap * size, more * size);
	if (!p)
		return FAIL(c, E_LIMIT, "memory.limit");
	*list = p;
	*cap = more;
	return OK;
}

rc work_room(struct ctx *c, struct pii_work *w, size_t spans, size_t mails)
{
	size_t near = w->cap_mails;

	if (spans > w->cap_spans - w->n_spans)
		TRY(room(c, (void **)&w->spans, &w->cap_spans, w->n_spans + spans, sizeof *w->spans));
	if (mails <= w->cap_mails - w->n_mails)
		return OK;
	TRY(room(c, (void **)&w->mail_near, &near, w->n_mails + mails, sizeof *w->mail_near));
	return room(c, (void **)&w->mails, &w->cap_mails, w->n_mails + mails, sizeof *w->mails);
}

/* Without blanks at the ends; nothing when something else was found there before. */
rc unit_span(struct unit *u, uint32_t start, uint32_t end, enum pii_type type, enum pii_doubt doubt,
	const char *rule)
{
	struct pii_work *w = u->w;

	while (start < end && u_is(u, start, PC_BLANK))
		start++;
	while (start < end && u_is(u, end - 1, PC_BLANK))
		end--;
	for (uint32_t i = start; i < end; i++)
		if (u->claim[i] == 1)
			return OK;
	if (start >= end)
		return OK;
	TRY(work_room(u->c, w, 1, 0));
	w->spans[w->n_spans++] = (struct pii_span){
		.start = u->base + u->at[start], .end = u->base + u->at[end], .type = type, .doubt = doubt,
			.rule = rule,
	};
	memset(u->claim + start, 1, end - start);
	if (type != PII_EMAIL)
		w->state->seen_person = true;
	return OK;
}

rc unit_widen(struct unit *u, uint32_t start, uint32_t end, enum pii_type type, const char *rule)
{
	struct pii_work *w = u->w;
	size_t from = u->base + u->at[start], to = u->base + u->at[end], k = w->n_spans, n;

	while (k > w->own && w->spans[k - 1].start >= u->base)
		k--;
	for (size_t i = k; i < w->n_spans; i++) {
		const struct pii_span *s = &w->spans[i];

		if (s->start < to && s->end > from && (s->type != type || s->start < from || s->end > to || (s->start == from && s->end == to)))
			return OK;
	}
	for (n = k; k < w->n_spans; k++)
		if (w->spans[k].end <= from || w->spans[k].start >= to)
			w->spans[n++] = w->spans[k];
	w->n_spans = n;
	memset(u->claim + start, 0, end - start);
	return unit_span(u, start, end, type, PII_DOUBTFUL, rule);
}
