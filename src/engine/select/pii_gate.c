/*
 * The gate: one quick pass over the bytes that decides, sentence by sentence, whether the finders need to look at all.
 * It may let through what holds nothing; it must not stop what holds something. Most of a text is stopped here, and most
 * bytes of it by the masks of pii_mask.h.
 */
#include "engine/select/pii_gate.h"

#include "base/banned.h"

#define SIXTEEN(k) k, k, k, k, k, k, k, k, k, k, k, k, k, k, k, k
/* 0x80 to 0xDF are parts or beginnings of two-byte letters, 0xE0 to 0xEF begin wide ones. */
const uint8_t gate_kinds[256] = {
	['0'] = B_DIGIT, ['1'] = B_DIGIT, ['2'] = B_DIGIT, ['3'] = B_DIGIT, ['4'] = B_DIGIT, ['5'] = B_DIGIT,
		['6'] = B_DIGIT,
	['7'] = B_DIGIT, ['8'] = B_DIGIT, ['9'] = B_DIGIT, ['\n'] = B_END, ['@'] = B_AT, ['+'] = B_PLUS,
	[':'] = B_SIGN, ['='] = B_SIGN, ['\t'] = B_SIGN, [' '] = B_SIGN, ['"'] = B_SIGN, ['|'] = B_SIGN,
		['\''] = B_SIGN,
	['<'] = B_OPEN, ['('] = B_OPEN, ['['] = B_OPEN, ['%'] = B_ESCAPE, ['\\'] = B_ESCAPE, ['/'] = B_SLASH,
	[0x80] = SIXTEEN(B_HIGH), SIXTEEN(B_HIGH), SIXTEEN(B_HIGH), SIXTEEN(B_HIGH), SIXTEEN(B_HIGH),
		SIXTEEN(B_HIGH),
	SIXTEEN(B_WIDE), SIXTEEN(B_HIGH),
};

/* The two wide letters that end before i; blanks and quotes in between do not count. */
void gate_look_back(struct gate *g, size_t i)
{
	g->before = g->last = 0;
	g->class = 0;
	/* A label stands near: without a limit, a run of quotes would be walked again from each of them. */
	for (unsigned n = 0; n < 16 && i && (g->p[i - 1] == ' ' || g->p[i - 1] == '"'); n++)
		i--;
	if (i < 3 || !is_wide(g, i - 3))
		return;
	g->class = pii_gate[wide(g->p + i - 3)];
	g->last = pii_fold[wide(g->p + i - 3)];
	while (i >= 6 && memcmp(g->p + i - 6, "\xE3\x80\x80", 3) == 0)      /* 氏　　名： */
		i -= 3;
	if (i >= 6 && is_wide(g, i - 6))
		g->before = pii_fold[wide(g->p + i - 6)];
}

/* A surname begins at i, behind no kanji or behind a role: does a name? */
static inline bool surname_matters(const struct gate *g, size_t i, bool lax)
{
	return begins_surname(g, i) && (gate_name_matters(g, i, lax) || gate_after_office(g, i));
}

/* 丁目 番地 生年 日生 〒 ＠ ＋; signs behind a label; a blank between two words in katakana. */
static bool special_matters(struct gate *g, size_t i, uint32_t cp, uint8_t class)
{
	uint32_t next = is_wide(g, i + 3) ? wide(g->p + i + 3) : i + 3 < g->n ? g->p[i + 3] : 0;

	gate_look_back(g, i);
	if ((class & PG_SIGN) && pii_pair(pii_tail_pairs, 16, g->before, g->last) && gate_label_before(g, i))
		return true;
	if ((class & PG_SIGN) && i && is_letter(g->p[i - 1]))
		return gate_key_before(g, i, LABELS_PERSONAL) != 0;
	if (cp == 0x3000 && (g->class & PG_KATA) && (pii_gate[next] & PG_KATA))
		return true;
	if (!(class & PG_SPECIAL))
		return false;
	if (cp == 0x4E01)
		return next == 0x76EE;
	if (cp == 0x756A)
		return next == 0x5730 || (pii_gate[next] & PG_DIGIT) || (next >= '0' && next <= '9') ||
			next == 0x5341 || next == 0x4E00;
	if (cp == 0x751F)
		return next == 0x5E74 || g->last == 0x65E5 || g->last == ')' ||
			(i && (digit_at(g, i - 1) || g->p[i - 1] == ')')) ||
			(i > 2 && digit_at(g, i - 3) == 3);
	return true;
}

static bool sign_matters(struct gate *g, size_t i)
{
	unsigned char ch = g->p[i];
	uint64_t label;

	if (!i || (g->p[i - 1] < 0x80 && ch == ' '))
		return false;
	gate_look_back(g, i);
	if (g->last) {
		if ((pii_pair(pii_tail_pairs, 16, g->before, g->last) && gate_label_before(g, i)) ||
			(ch == ':' && g->last == 0x540D))
			return true;
		return ch == ' ' && (g->class & PG_KATA) && i + 3 < g->n && g->p[i + 1] >= 0xE0 &&
			g->p[i + 1] <= 0xEF &&
			(pii_gate[wide(g->p + i + 1) & 0xFFFF] & PG_KATA);
	}
	if (ch != ':' && ch != '=')
		return false;
	/* digits after a key are looked at when they come */
	if (i + 1 >= g->n || kind_of(g->p[i + 1]) == B_DIGIT)
		return false;
	label = gate_key_before(g, i, LABELS_PERSONAL);
	return (label & LX(LX_NAME_PART)) || (label && gate_value_possible(g, i + 1, label));
}

static slice gate_text(const struct gate *g) { return (slice){ (const char *)g->p, g->n }; }

/* A name with a dot, from i on, as domain_end() of pii_mail.c reads it; a dot may be in another writing, or the line end in its midst. */
static bool domain_possible(const struct gate *g, size_t i)
{
	uint32_t label = 0, dots = 0, cp;

	for (; i < g->n; i++) {
		unsigned char ch = g->p[i], next = i + 1 < g->n ? g->p[i + 1] : '\n';

		if (ch >= 0x80 || ch == '@')
			return true;
		if ((is_letter(ch) && ch != '_') || gate_kinds[ch] == B_DIGIT || (ch == '-' && label)) {
			label++;
		} else if (ch == '.' && label && ((is_letter(next) && next != '_') || gate_kinds[next] == B_DIGIT || next >= 0x80)) {
			dots++;
			label = 0;
		} else if (ch == '[' || ch == '(' || ch == '{') {
			if (label && (next == '.' || (next | 0x20) == 'd' || next >= 0x80 || gate_kinds[next] == B_ESCAPE))
				return true;
			break;
		} else {
			if ((gate_kinds[ch] == B_ESCAPE || ch == '=') && (next == '.' || next == '\n' || next == '\r' || escape_read(gate_text(g), i, &cp)))
				return true;
			break;
		}
	}
	return dots && label >= 2;
}

/* An address: also the sign in brackets, of which the first stands at i. */
static bool mail_possible(const struct gate *g, size_t i)
{
	unsigned char ch = i ? g->p[i - 1] : 0;

	if (!is_letter(ch) && gate_kinds[ch] != B_DIGIT && ch < 0x80 && !memchr(".-+%'", ch, 5) && (ch != ']' || g->p[i] == '@'))
		return false;
	return g->p[i] == '@' ? domain_possible(g, i + 1) : domain_possible(g, i + 3) || (i + 2 < g->n && g->p[i + 2] >= 0x80);
}

static bool open_matters(struct gate *g, size_t i)
{
	unsigned char next = i + 1 < g->n ? g->p[i + 1] : 0;

	if (g->p[i] == '<' && (next == 't' || next == 'T'))
		return true;
	if ((next == '@' && mail_possible(g, i)) ||
		((next == 'a' || next == 'A') && i + 3 < g->n && (g->p[i + 2] | 32) == 't' &&
		(g->p[i + 3] == ')' || g->p[i + 3] == ']')))
		return true;
	if (g->p[i] == '(' && next == '0' && digit_at(g, i + 2))
		return true;
	gate_look_back(g, i);
	return g->last && pii_pair(pii_tail_pairs, 16, g->before, g->last) && gate_label_before(g, i);
}

/*
 * A file may be one line (JSON), of which hardly anything matters: of a sentence that is longer, so much on both sides is let through,
 * up to where it can be cut: behind a separator within CUT_MOST more, else between words within as much again.
 */
#define SENTENCE_MOST 1024u
#define CUT_MOST 256u

/* Can the sentence be cut before byte i, which is so far beyond SENTENCE_MOST? */
static bool may_cut(const struct gate *g, size_t i, size_t far)
{
	unsigned char ch = g->p[i - 1];

	if ((g->p[i] & 0xC0) == 0x80)
		return false;
	if (ch == '}' || ch == ';' || ch == '>' || ch == ',' || ch == ' ' || (i >= 3 && (ch & 0xFC) == 0x80 && g->p[i - 2] == 0x80 && g->p[i - 3] == 0xE3))
		return true;   /* also the wide blank and 、 */
	return far >= 2 * CUT_MOST || (far >= CUT_MOST && (ch >= 0x80 || g->p[i] >= 0x80));
}

/* Where the sentence around i begins: behind the last 。 from `from` on. */
static size_t sentence_begin(const struct gate *g, size_t from, size_t i)
{
	size_t most = i > from + SENTENCE_MOST ? i - SENTENCE_MOST : from, k;

	for (k = i; k >= most + 3; k--)
		if (g->p[k - 1] == 0x82 && g->p[k - 2] == 0x80 && g->p[k - 3] == 0xE3)
			return k;
	if (most == from)
		return from;
	for (k = most; k > from && !may_cut(g, k, most - k);)
		k--;
	return k;
}

/* The rest of a sentence that is let through anyway. */
static size_t sentence_end(const struct gate *g, size_t i)
{
	size_t most = i + SENTENCE_MOST;

	for (; i < g->n && g->p[i] != '\n'; i++) {
		if (g->p[i] == 0xE3 && i + 2 < g->n && g->p[i + 1] == 0x80 && g->p[i + 2] == 0x82)
			return i + 3;
		if (i >= most && may_cut(g, i, i - most))
			return i;
	}
	return i;
}

/* \Users\, /home/ and their like. */
static bool folder_matters(const struct gate *g, size_t i)
{
	static const char *const words[] = { "users", "home", "documents and settings" };

	for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
		size_t n = strlen(words[k]), j = 0;

		while (j < n && i + 1 + j < g->n && (g->p[i + 1 + j] | 0x20) == (unsigned char)words[k][j])
			j++;
		if (j == n && i + 1 + n < g->n && (g->p[i + 1 + n] == '\\' || g->p[i + 1 + n] == '/'))
			return true;
	}
	return false;
}

/* What a byte other than a digit, a line end or a wide letter asks for. */
static bool byte_matters(struct gate *g, size_t i)
{
	switch (kind_of(g->p[i])) {
	case B_SIGN: return (g->p[i] == '=' && escape_matters(gate_text(g), i)) || sign_matters(g, i);
	case B_ESCAPE: return escape_matters(gate_text(g), i) || (g->p[i] == '\\' && folder_matters(g, i));
	case B_SLASH: return folder_matters(g, i);
	case B_PLAIN: return nest_matters(gate_text(g), i);
	case B_OPEN: return open_matters(g, i);
	case B_PLUS: return i + 2 < g->n && g->p[i + 1] == '8' && g->p[i + 2] == '1';
	case B_AT: return mail_possible(g, i);
	case B_HIGH: return g->p[i] >= 0xF0;   /* 𠮷 and other kanji beyond the basic plane */
	}
	return false;
}

/* A sign at i, or a run of kanji from i on; stops at what matters, or at the end of the run. */
static size_t wide_run(struct gate *g, size_t i, bool *ret_matters)
{
	static const uint8_t ask[2] = { PG_SIGN | PG_SPECIAL | PG_SURNAME, PG_SIGN | PG_SPECIAL };
	uint8_t class = 0;

	do {
		uint32_t cp = wide(g->p + i);
		uint8_t before = class, want;

		class = pii_gate[cp];
		want = class & ask[(before & (PG_KANJI | PG_ROLE_END)) == PG_KANJI];
		if (((want & PG_SURNAME) && surname_matters(g, i, before & PG_ROLE_END)) ||
			((want & (PG_SIGN | PG_SPECIAL)) && special_matters(g, i, cp, class))) {
			*ret_matters = true;
			return i;
		}
		i += 3;
	} while ((class & PG_KANJI) && is_wide(g, i) && (pii_gate[wide(g->p + i)] & PG_KANJI));
	return i;
}

/*
 * Digits that cannot matter: within or before letters (hashes, versions, names of files), or up to four that nothing joins
 * to more. Behind them, or 0. Most digits of logs and reports are such.
 */
static inline size_t dull_digits(const struct gate *g, size_t i)
{
	size_t k = i;
	unsigned char ch, before = i ? g->p[i - 1] : '\n';

	if (before >= 0x80)
		return 0;
	while (k < g->n && gate_kinds[g->p[k]] == B_DIGIT)
		k++;
	ch = k < g->n ? g->p[k] : '\n';
	/* Further digits of the same word are asked for themselves. */
	if (is_letter(before) ? k - i != 7 && k - i != 8 : is_letter(ch))
		return k;
	if (k - i > 4 || ch >= 0x80 || ch == '-' || ch == '(' || ch == ')')
		return 0;
	if (ch == ' ' && k + 1 < g->n && gate_kinds[g->p[k + 1]] == B_DIGIT && k - i > 1)
		return 0;
	return k;
}

/*
 * Drops stops at kanji that neither begin like a surname nor are 丁番生 nor begin a run of four and more, in which a role may
 * stand before a name. Without branches: which of them it is cannot be foreseen, and most are dull.
 */
static uint64_t without_dull_kanji(const unsigned char *block, uint64_t stops)
{
	uint64_t keep = 0;

	for (uint64_t m = stops; m; m &= m - 1) {
		const unsigned char *p = block + __builtin_ctzll(m);
		uint32_t a = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16, b = p[3], plain = (uint32_t)-(p[3] < 0x80);
		bool kanji = (unsigned)(p[0] - 0xE4) <= 5u, run = (p[3] >= 0xE4) & (p[6] >= 0xE4) & (p[9] >= 0xE4);
		bool block_word = ((a & 0xFFFF) == 0xB8E4) | ((a & 0xFFFF) == 0x95E7) | ((a & 0xFFFF) == 0x94E7);

		b |= ~plain & ((uint32_t)p[4] << 8 | (uint32_t)p[5] << 16);
		keep |= (uint64_t)(!kanji | run | block_word | (pii_pair(pii_name_pairs, 19, a, b) != 0)) << __builtin_ctzll(m);
	}
	return keep;
}

#define VIEW ((size_t)MASK_BLOCKS * MASK_BLOCK)

/* Without the dull stops of blocks that have bytes beyond ASCII, a bit of `high` each. */
static void drop_dull(struct gate_view *v, const unsigned char *p, unsigned high)
{
	for (; high; high &= high - 1) {
		unsigned k = (unsigned)__builtin_ctz(high);

		v->masks.stops[k] = without_dull_kanji(p + k * MASK_BLOCK, v->masks.stops[k]);
	}
}

/* Lines that begin where the text is about to end are looked at, each by itself: so many bytes behind a line end must be there. */
static void stop_at_last_lines(struct gate_view *v, size_t at)
{
	for (size_t i = v->text.len > SHORT_LINE + 1 ? v->text.len - SHORT_LINE - 1 : 0; i < v->text.len; i++)
		if (i >= at && i < at + VIEW) {
			size_t k = (i - at) / MASK_BLOCK;

			v->masks.stops[k] |= v->masks.ends[k] & (uint64_t)1 << (i - at) % MASK_BLOCK;
		}
}

/* The masks near the edges of the text, of a padded copy. What ends at the end of the text stays: it may be anything. */
static __attribute__((noinline)) void look_from_copy(struct gate_view *v, size_t at)
{
	unsigned char edge[MASK_BEFORE + VIEW + MASK_BEHIND];
	size_t from = at < MASK_BEFORE ? 0 : at - MASK_BEFORE, skip = from + MASK_BEFORE - at;
	size_t len = v->text.len - from < sizeof edge - skip ? v->text.len - from : sizeof edge - skip, whole = (v->text.len - at) / MASK_BLOCK;
	unsigned high;

	memset(edge, '\n', skip);
	memcpy(edge + skip, v->text.p + from, len);
	memset(edge + skip + len, '\n', sizeof edge - skip - len);
	high = v->look(edge + MASK_BEFORE, &v->masks);
	drop_dull(v, edge + MASK_BEFORE, whole > MASK_BLOCKS ? high : high & ((1u << (whole ? whole - 1 : 0)) - 1));
	stop_at_last_lines(v, at);
}

/* The masks from byte `at` on. */
static void look_from(struct gate_view *v, size_t at)
{
	const unsigned char *p = (const unsigned char *)v->text.p + at;

	v->from = at + 1;
	if (at < MASK_BEFORE || at + VIEW + MASK_BEHIND > v->text.len)
		look_from_copy(v, at);
	else
		drop_dull(v, p, v->look(p, &v->masks));
}

/* The masks of the view that byte i is in; where it begins. */
static inline size_t view_of(struct gate_view *v, size_t i)
{
	size_t from = i / VIEW * VIEW;

	if (v->from != from + 1)
		look_from(v, from);
	return from;
}

/* The next place from i on that is worth a look, or the end of the text; ends of lines are, too, unless it goes on over `lines`. */
static inline size_t next_stop(struct gate_view *v, size_t i, bool lines)
{
	uint64_t ends = lines ? 0 : ~(uint64_t)0;

	while (i < v->text.len) {
		size_t from = view_of(v, i), k = (i - from) / MASK_BLOCK;
		uint64_t m = (v->masks.stops[k] | (v->masks.ends[k] & ends)) & ~(uint64_t)0 << i % MASK_BLOCK;

		while (!m && ++k < MASK_BLOCKS)
			m = v->masks.stops[k] | (v->masks.ends[k] & ends);
		if (m) {
			i = from + k * MASK_BLOCK + (size_t)__builtin_ctzll(m);
			return i < v->text.len ? i : v->text.len;
		}
		i = from + VIEW;
	}
	return v->text.len;
}

/* Is a byte of the text a sign that parts cells? */
static bool has_fields(slice text)
{
	return text.len && (memchr(text.p, ',', text.len) || memchr(text.p, '\t', text.len) || memchr(text.p, ';', text.len) || memchr(text.p, '|', text.len));
}

slice gate_line(struct gate_view *v, size_t at, bool *ret_fields)
{
	size_t from = view_of(v, at), k = (at - from) / MASK_BLOCK;
	uint64_t here = ~(uint64_t)0 << at % MASK_BLOCK, m = v->masks.ends[k] & here, fields = 0;
	const char *nl;
	slice rest;

	for (; !m && ++k < MASK_BLOCKS; m = v->masks.ends[k], here = ~(uint64_t)0)
		fields |= v->masks.fields[k - 1] & here;
	if (m) {
		size_t end = from + k * MASK_BLOCK + (size_t)__builtin_ctzll(m);

		*ret_fields = (fields | (v->masks.fields[k] & here & (m ^ (m - 1)))) != 0;
		return slice_sub(v->text, at, (end < v->text.len ? end : v->text.len) - at);
	}
	/* it goes on behind what is at hand */
	rest = slice_sub(v->text, from + VIEW, v->text.len);
	nl = rest.len ? memchr(rest.p, '\n', rest.len) : NULL;
	rest.len = nl ? (size_t)(nl - rest.p) : rest.len;
	*ret_fields = (fields | (v->masks.fields[MASK_BLOCKS - 1] & here)) || rest.len > HEAD_MOST || has_fields(rest);
	return slice_sub(v->text, at, from + VIEW - at + rest.len);
}

/* Looks at a stop at i: does it matter? Where to go on. */
static size_t stop_read(struct gate *g, size_t i, bool *ret_matters)
{
	uint8_t kind = kind_of(g->p[i]);
	struct digits d;
	size_t begin;

	if (kind == B_WIDE && is_wide(g, i) && !digit_at(g, i))
		return wide_run(g, i, ret_matters);
	if (kind != B_DIGIT && !digit_at(g, i)) {
		*ret_matters = byte_matters(g, i);
		return i + 1;
	}
	if (kind == B_DIGIT && nest_matters(gate_text(g), i)) {
		*ret_matters = true;
		return i;
	}
	begin = kind == B_DIGIT ? dull_digits(g, i) : 0;
	if (begin)
		return begin;
	begin = i;
	i = gate_digits_read(g, i, &d);
	*ret_matters = gate_digits_matter(g, begin, i, &d);
	/* what is joined to a date by a blank is asked for itself */
	return !*ret_matters && d.date_end && gate_is_timestamp(&d) ? d.date_end : i;
}

bool gate_short(const struct gate_view *v, size_t at, size_t len)
{
	struct gate g = { .p = (const unsigned char *)v->text.p, .n = v->text.len };

	for (size_t i = at; i + 3 <= at + len; i += is_wide(&g, i) ? 3 : 1)
		if (g.p[i] >= 0xE3 && is_wide(&g, i) && (pii_gate[wide(g.p + i)] & PG_KANJI) &&
			(begins_surname(&g, i) || (is_wide(&g, i + 3) && (pii_class[pii_fold[wide(g.p + i + 3)]] & PC_SURNAME_END))))
			return true;
	return false;
}

void gate_begin(struct gate_view *v, slice text, struct gate_key *keys)
{
	v->text = text;
	v->from = 0;
	v->look = mask_best();
	v->keys = keys;
}

static inline bool begins_dear(const struct gate *g, size_t i)
{
	return i + GATE_DEAR < g->n && g->p[i] == 'D' && memcmp(g->p + i, "Dear ", GATE_DEAR) == 0 && (i == 0 || g->p[i - 1] == '\n');
}

static bool is_field(unsigned char ch) { return ch == ',' || ch == '\t' || ch == ';' || ch == '|'; }

/* INSERT INTO …, CREATE TABLE …: six bytes of a line at p, and perhaps one more. */
static bool is_statement(const char *p, size_t len)
{
	return (len == 6 || !is_letter((unsigned char)p[6])) && (memcmp(p, "INSERT", 6) == 0 || memcmp(p, "CREATE", 6) == 0 ||
		memcmp(p, "insert", 6) == 0 || memcmp(p, "create", 6) == 0);
}

/* Without cells in its first bytes, and no statement? */
static bool is_no_statement(const struct gate *g, size_t i)
{
	bool fields = false;

	for (size_t k = i; k < i + 6; k++)
		fields |= is_field(g->p[k]);
	return !fields && !is_statement((const char *)g->p + i, 6);
}

/*
 * Can the line from i on be nothing but sentences: no head of a table, no statement, no name alone? What else it may be the caller
 * knows. `*heads` lines may still be heads; after an empty one, two may.
 */
static bool is_plain_line(struct gate_view *v, const struct gate *g, size_t i, uint32_t *heads)
{
	unsigned char ch = i < g->n ? g->p[i] : '\n';
	bool fields;

	if (i + SHORT_LINE >= g->n || begins_dear(g, i) || (ch >= 0xE0 && memchr(g->p + i, '\n', SHORT_LINE + 1)))
		return false;
	if (ch == '\n' || g->p[i + 1] == '\n') {
		*heads = *heads < HEADS_BEHIND_NONE ? HEADS_BEHIND_NONE : *heads;
		return true;
	}
	if (!*heads)
		return ((ch | 32) != 'c' && (ch | 32) != 'i') || is_no_statement(g, i);
	(void)gate_line(v, i, &fields);
	if (fields || is_statement((const char *)g->p + i, 7))
		return false;
	--*heads;
	return true;
}

size_t gate_next(struct gate_view *v, size_t i, uint32_t *heads, size_t last, size_t *ret_start, bool *ret_matters)
{
	struct gate g = { .p = (const unsigned char *)v->text.p, .n = v->text.len, .keys = v->keys };
	size_t from = i;

	*ret_start = i;
	*ret_matters = begins_dear(&g, i);
	if (*ret_matters)
		return sentence_end(&g, i);
	while ((i = next_stop(v, i, heads && !*heads)) < g.n) {
		size_t stop = i;

		if (g.p[i] == '\n') {
			if (!heads || i + 1 >= last || !is_plain_line(v, &g, i + 1, heads))
				return i;
			i++;
			continue;
		}
		i = stop_read(&g, i, ret_matters);
		if (*ret_matters) {
			const unsigned char *nl = memrchr(g.p + from, '\n', stop - from);

			*ret_start = sentence_begin(&g, nl ? (size_t)(nl + 1 - g.p) : from, stop);
			return sentence_end(&g, i);
		}
	}
	return i;
}

bool gate_head(slice line, bool fields)
{
	size_t separators = 0, run = 0;

	if (line.len >= 6 && is_statement(line.p, line.len))
		return true;
	for (size_t i = 0; fields && i < line.len && line.len <= HEAD_MOST; i++) {
		char ch = line.p[i];

		run = ch >= '0' && ch <= '9' ? run + 1 : 0;
		separators += is_field((unsigned char)ch);
		if (run >= 4 || ch == '=' || ch == '{' || ch == '<')
			return false;
	}
	return separators > 0;
}
