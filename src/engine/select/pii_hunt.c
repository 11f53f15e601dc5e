/*
 * Second looks at texts that are too long to be looked at as a whole. The gate passes over what only a rule of weak signs would
 * take for a name: 柊木さん, Ms. Usami, 石　黒　浩　一. Where such a sign stands, and where a line is the record of a person, the
 * line is read again as if it were a letter; of a long one, what stands around the sign.
 */
#include "engine/select/pii_passage.h"
#include "engine/select/pii_places.h"

#include "base/banned.h"

#define LOOK_MOST 1024u     /* bytes to each side, in a line that is longer */

static const unsigned char *bytes(slice s) { return (const unsigned char *)s.p; }

/* The wide letter at byte i, or ASCII; 0 outside of the text. */
static uint32_t letter_at(slice s, size_t i)
{
	const unsigned char *p = bytes(s) + i;

	if (i >= s.len)
		return 0;
	if (*p < 0x80)
		return *p;
	return *p >= 0xE0 && *p < 0xF0 && i + 2 < s.len ? (p[0] & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u) : 0xFFFD;
}

/* Where the letter that ends before i begins; 0 when there is none. */
static size_t before(slice s, size_t i) { return i >= 3 && bytes(s)[i - 1] >= 0x80 ? i - 3 : i ? i - 1 : 0; }

static bool is_kanji(slice s, size_t i) { return i < s.len && bytes(s)[i] >= 0xE4 && bytes(s)[i] <= 0xE9; }
static bool is_blank(uint32_t ch) { return ch == ' ' || ch == 0x3000; }
static bool is_digit(uint32_t ch) { return ch >= '0' && ch <= '9'; }
static bool is_capital(uint32_t ch) { return ch >= 'A' && ch <= 'Z'; }
static bool is_latin(uint32_t ch) { return is_capital(ch) || (ch >= 'a' && ch <= 'z'); }

/* さん behind kanji or a Latin letter; 様, 氏 and 殿 behind two kanji, as the end of a word. A blank may stand between. */
static bool is_called(slice s, size_t i, bool san)
{
	size_t k = i ? before(s, i) : i;
	uint32_t last;

	if (k < i && is_blank(letter_at(s, k)))
		k = before(s, k);
	last = letter_at(s, k);
	if (k >= i || (san && is_latin(last)))
		return k < i;
	if (!is_kanji(s, k) || name_is_called_word((uint16_t)last))
		return false;
	return san || (k >= 3 && is_kanji(s, k - 3) && !is_kanji(s, i + 3));
}

/* 石　黒　浩: at the first blank, or one that is as good. */
static bool is_set_apart(slice s, size_t i)
{
	size_t k = i;

	if (i < 3 || !is_kanji(s, i - 3))
		return false;
	while (letter_at(s, k) == 0x3000)
		k += 3;
	if (!is_kanji(s, k))
		return false;
	return is_blank(letter_at(s, k + 3));
}

/* 〇九〇 */
static bool is_numeral(slice s, size_t i)
{
	uint32_t next = letter_at(s, i + 3);

	return next < 0x10000 && (pii_class[next] & PC_KNUM);
}

/* Mr. Ms. Dr. before a capital letter. */
static bool is_titled(slice s, size_t i)
{
	const unsigned char *p = bytes(s) + i;

	return i >= 2 && i + 2 < s.len && ((p[-2] == 'M' && (p[-1] == 'r' || p[-1] == 's')) || (p[-2] == 'D' && p[-1] == 'r')) && p[1] == ' ' && is_capital(p[2]);
}

/* 09:12 and a tab at the beginning of a line, and Japanese behind it. */
static bool is_talk(slice s, size_t i)
{
	const unsigned char *p = bytes(s) + i;
	size_t from = i >= 5 && is_digit(p[-5]) ? 5 : 4;

	return i >= 4 && is_digit(p[-1]) && is_digit(p[-2]) && p[-3] == ':' && is_digit(p[-4]) && (i == from || s.p[i - from - 1] == '\n') && is_kanji(s, i + 1);
}

static bool is_sign(slice s, size_t i)
{
	switch (letter_at(s, i)) {
	case 0x3055: return letter_at(s, i + 3) == 0x3093 && is_called(s, i, true);
	case 0x69D8: case 0x6C0F: case 0x6BBF: return is_called(s, i, false);
	case 0x3000: return is_set_apart(s, i);
	case 0x3007: return is_numeral(s, i);
	case '.': return is_titled(s, i);
	case '\t': return is_talk(s, i);
	default: return false;
	}
}

/* The next one from i on. At the edges of the text each byte is asked. */
static size_t next_sign(slice s, size_t i)
{
	weak_fn *weak = weak_best();

	if (i == 0 && s.len && is_sign(s, i++))
		return 0;
	for (; i + 64 + WEAK_BEHIND <= s.len; i += 64)
		for (uint64_t m = weak(s.p + i); m; m &= m - 1)
			if (is_sign(s, i + (size_t)__builtin_ctzll(m)))
				return i + (size_t)__builtin_ctzll(m);
	while (i < s.len && !is_sign(s, i))
		i++;
	return i;
}

/* Is [from, to) the record of a person by what was found in it: fields and one thing of a person, or a name and something else? */
static bool is_record(slice text, size_t from, size_t to, const struct pii_span *spans, size_t n)
{
	size_t names = 0, more = 0, fields = 0;

	for (size_t i = 0; i < n && spans[i].start < to; i++) {
		names += spans[i].type == PII_NAME;
		more += spans[i].type != PII_NAME && spans[i].type != PII_NAME_KANA && spans[i].type != PII_EMAIL;
	}
	if (!more || names)
		return more > 0;
	for (size_t i = from; i < to && fields < 2; i++)
		fields += text.p[i] == ',' || text.p[i] == '\t' || text.p[i] == ';' || text.p[i] == '|';
	return fields >= 2;
}

/* The line around i; of a long one a part. */
static slice line_around(slice text, size_t i)
{
	size_t from = i > LOOK_MOST ? i - LOOK_MOST : 0, to = text.len - i > LOOK_MOST ? i + LOOK_MOST : text.len;
	const char *nl = i > from ? memrchr(text.p + from, '\n', i - from) : NULL;

	from = nl ? (size_t)(nl + 1 - text.p) : from;
	nl = memchr(text.p + i, '\n', to - i);
	to = nl ? (size_t)(nl - text.p) : to;
	while (from < i && ((unsigned char)text.p[from] & 0xC0) == 0x80)
		from++;
	while (to > i && to < text.len && ((unsigned char)text.p[to] & 0xC0) == 0x80)
		to--;
	if (to > from && text.p[to - 1] == '\r')
		to--;
	return slice_sub(text, from, to - from);
}

static bool overlaps(const struct pii_span *s, const struct pii_span *spans, size_t n)
{
	for (size_t i = 0; i < n && spans[i].start < s->end; i++)
		if (spans[i].end > s->start)
			return true;
	return false;
}

/* Of all that was known at the end of the block no more counts: passage_hunt_mark() has the rest. */
static void forget_tables(struct pii_state *s)
{
	s->pending = 0;
	s->table = TABLE_NONE;
	s->html_column = 0;
	s->html_head = false;
}

/*
 * Reads a line once more, whose findings so far are spans [k, n). What was known of the document stays as it is; whose a mail
 * address is was decided from where it was found first.
 */
static rc read_again(struct unit *u, slice text, slice line, size_t k, size_t n)
{
	struct pii_work *w = u->w;
	__attribute__((uninitialized)) char state[sizeof(struct pii_state)];
	slice was = pii_state_bytes(w->state);
	size_t mails = w->n_mails, first = w->n_spans, kept = first;

	memcpy(state, was.p, was.len);
	forget_tables(w->state);
	u->whole = false;
	w->thorough = true;
	w->own = first;
	TRY(line_scan(u, line, (size_t)(line.p - text.p)));
	w->thorough = false;
	memcpy(w->state, state, was.len);
	w->n_mails = mails;
	for (size_t i = first; i < w->n_spans; i++)
		if (w->spans[i].type != PII_EMAIL && !overlaps(&w->spans[i], w->spans + k, n - k))
			w->spans[kept++] = w->spans[i];
	w->n_spans = kept;
	return OK;
}

/* How far the hunt is: the next of n findings, and the next sign, looked for from `from` on when it is asked for. */
struct hunt { size_t k, n, sign, from; bool known; };

static bool sign_before(struct hunt *h, slice text, size_t to)
{
	if (!h->known && h->from >= to)
		return false;
	if (!h->known)
		h->sign = next_sign(text, h->from);
	h->known = true;
	return h->sign < to;
}

/* What stands before `from` was hunted. */
static void go_on(struct hunt *h, size_t from)
{
	if (h->known ? h->sign < from : h->from < from) {
		h->from = from;
		h->known = false;
	}
}

static rc hunt_to(struct unit *u, slice text, struct hunt *h, size_t to)
{
	struct pii_work *w = u->w;

	while (sign_before(h, text, to) || (h->k < h->n && w->spans[h->k].start < to)) {
		bool sign = sign_before(h, text, h->k < h->n ? w->spans[h->k].start + 1 : to);
		slice line = line_around(text, sign ? h->sign : w->spans[h->k].start);
		size_t from = (size_t)(line.p - text.p), end = from + line.len;

		if (sign_before(h, text, end) || is_record(text, from, end, w->spans + h->k, h->n - h->k))
			TRY(read_again(u, text, line, h->k, h->n));
		while (h->k < h->n && w->spans[h->k].start <= end)
			h->k++;
		go_on(h, end + 1);
	}
	return OK;
}

/* All lines of a passage. */
static rc hunt_passage(struct unit *u, slice text, struct hunt *h, struct passage *p)
{
	struct pii_work *w = u->w;
	struct mark m = passage_hunt_mark(u, p, h->k, h->n);
	size_t first = w->n_spans;
	bool known;

	p->found = m;
	TRY(passage_hunt_known(u, p, m, &known));
	if (!known) {
		TRY(hunt_to(u, text, h, p->to));
		passage_hunt_keep(u, p, m, first);
		return OK;
	}
	while (h->k < h->n && w->spans[h->k].start < p->to)
		h->k++;
	go_on(h, p->to);
	return OK;
}

rc hunt(struct unit *u, slice text)
{
	struct hunt h = { .n = u->w->n_spans };

	for (size_t i = 0; i < u->w->n_passages; i++) {
		TRY(hunt_to(u, text, &h, u->w->passages[i].from));
		TRY(hunt_passage(u, text, &h, &u->w->passages[i]));
	}
	return hunt_to(u, text, &h, text.len);
}
