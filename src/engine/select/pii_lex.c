/* Words: the fingerprints of names and places, and the lexicon of labels. */
#include "engine/select/pii_name.h"

#include "base/banned.h"

uint32_t pii_word_find(uint64_t h)
{
	uint32_t i = (uint32_t)h & pii_word_mask, print = (uint32_t)(h >> 32);

	if (!print)
		print = 1;
	for (; pii_word_print[i]; i = (i + 1) & pii_word_mask)
		if (pii_word_print[i] == print)
			return pii_word_info[i];
	return 0;
}

uint32_t word_info(const uint16_t *cp, uint32_t n)
{
	uint64_t h = WORD_HASH;

	for (uint32_t i = 0; i < n; i++)
		h = word_step(h, cp[i]);
	return pii_word_find(h);
}

static bool is_word_two(const uint16_t cp[2])
{
	uint32_t want = (uint32_t)cp[0] << 16 | cp[1];
	size_t from = 0, to = pii_words_two_n;

	while (from < to) {
		size_t at = from + (to - from) / 2;

		if (pii_words_two[at] == want)
			return true;
		if (pii_words_two[at] < want)
			from = at + 1;
		else
			to = at;
	}
	return false;
}

bool word_is_plain(const uint16_t *cp, uint32_t n)
{
	if (n < 2 || n > 4 || !is_word_two(cp) || PW_SURNAME(word_info(cp, n)))
		return false;
	return n == 2 || (n == 4 ? is_word_two(cp + 2) : is_in(cp[2], u"者化的性中後前上下時内外等力量数書類物品用元側系型表録案版率度点面法権制"));
}

/* The node of a first letter, or NULL. */
static const struct pii_lex_node *lex_first(uint16_t ch)
{
	for (uint32_t at = ch * 40503u & 2047; pii_lex_starts[at].ch; at = (at + 1) & 2047)
		if (pii_lex_starts[at].ch == ch)
			return &pii_lex[pii_lex_starts[at].node];
	return NULL;
}

static const struct pii_lex_node *lex_next(const struct pii_lex_node *node, uint16_t ch)
{
	const struct pii_lex_node *kid = &pii_lex[node->child], *end = kid + node->n;

	while (kid < end && kid->ch < ch)
		kid++;
	return kid < end && kid->ch == ch ? kid : NULL;
}

static uint32_t lex_longest(const uint16_t *cp, uint32_t n, uint64_t want, uint64_t *ret_mask)
{
	const struct pii_lex_node *node = n ? lex_first(small_letter(cp[0])) : NULL;
	uint32_t best = 0;

	for (uint32_t i = 1; node; i++) {
		if (node->mask & want) {
			best = i;
			*ret_mask = node->mask;
		}
		node = i < n ? lex_next(node, small_letter(cp[i])) : NULL;
	}
	return best;
}

uint64_t lex_whole(const uint16_t *cp, uint32_t n, uint64_t want)
{
	uint64_t mask = 0;

	if (n > 1 && !pii_pair(pii_end_pairs, 16, small_letter(cp[n - 2]), small_letter(cp[n - 1])))
		return 0;
	return lex_longest(cp, n, want, &mask) == n ? mask : 0;
}

uint32_t lex_match(const struct unit *u, uint32_t i, uint64_t want, uint64_t *ret_mask)
{
	uint16_t cl = u_class(u, i);

	if (!(cl & PC_LEX) ||
		(!(cl & PC_LEX1) && !pii_pair(pii_lex_pairs, 16, small_letter(u->cp[i]), small_letter(u_cp(u, i + 1)))))
		return 0;
	return lex_longest(u->cp + i, u->n - i, want, ret_mask);
}

uint32_t lex_spaced(const struct unit *u, uint32_t i, uint64_t *ret_mask)
{
	uint16_t word[8];
	uint32_t at[8], n = 0, len;

	for (uint32_t k = i; k < u->n && n < 8 && (u_is(u, k, PC_KANJI) || u->cp[k] == ' '); k++)
		if (u->cp[k] != ' ') {
			at[n] = k + 1;
			word[n++] = u->cp[k];
		}
	len = n > 1 ? lex_longest(word, n, LX_TYPES, ret_mask) : 0;
	return len > 1 ? at[len - 1] - i : 0;
}

uint32_t lex_before(const struct unit *u, uint32_t i, uint64_t want)
{
	for (uint32_t k = i < 8 ? i : 8; k; k--)
		if (u_is(u, i - k, PC_LEX) && lex_whole(u->cp + i - k, k, want))
			return k;
	return 0;
}

#define IDENT_MOST 40u

/* Exactly the letters of `word` as a label, or 0. */
static uint64_t ident_mask(const uint16_t *word, uint32_t n)
{
	return n > 1 && pii_pair(pii_lex_pairs, 16, word[0], word[1]) ? lex_whole(word, n, LX_LABEL) : 0;
}

/* Do the last two letters of a word stand at the end of one for a number, as strip_number() has them? */
static bool ends_in_number(const uint16_t last[2])
{
	static const char ends[][3] = { "er", "de", "um", "no", "cd", "tr", "xt" };

	for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
		if (last[0] == (uint16_t)(unsigned char)ends[k][0] && last[1] == (uint16_t)(unsigned char)ends[k][1])
			return true;
	return false;
}

/* "passport_no", "zip_cd": what is left without the word for a number. */
static uint32_t strip_number(const uint16_t *word, uint32_t n)
{
	static const slice tails[] = { { "number", 6 }, { "code", 4 }, { "num", 3 }, { "no", 2 }, { "cd", 2 }, { "str", 3 }, { "txt", 3 } };

	for (size_t k = 0; k < sizeof tails / sizeof *tails; k++) {
		uint32_t len = (uint32_t)tails[k].len, i = 0;

		while (len + 2 < n && i < len && word[n - len + i] == (uint16_t)(unsigned char)tails[k].p[i])
			i++;
		if (i == len)
			return n - len;
	}
	return 0;
}

static bool ident_char(uint16_t ch)
{
	return (pii_class[ch] & (PC_ALPHA | PC_DIGIT)) || ch == '_' || ch == '-';
}

/*
 * Letters without _ and -, in small ones; first[] has a bit at each letter that begins a part (after _ or at a hump).
 * Returns the end of the identifier.
 */
static uint32_t ident_letters(const uint16_t *cp, uint32_t limit, uint32_t i, uint16_t out[IDENT_MOST],
	uint64_t *first, uint32_t *ret_n)
{
	uint32_t n = 0;
	bool begin = true;

	*first = 0;
	for (; i < limit && ident_char(cp[i]) && n < IDENT_MOST; i++) {
		uint16_t ch = cp[i];

		if (ch == '_' || ch == '-') {
			begin = true;
			continue;
		}
		if (begin || (ch >= 'A' && ch <= 'Z' && i && cp[i - 1] >= 'a' && cp[i - 1] <= 'z'))
			*first |= (uint64_t)1 << n;
		begin = false;
		out[n++] = small_letter(ch);
	}
	*ret_n = n;
	return i;
}

static uint64_t ident_label(const uint16_t *word, uint32_t n, uint64_t first)
{
	bool ends = n > 1 && pii_pair(pii_end_pairs, 16, word[n - 2], word[n - 1]);   /* as all of them do but without a word for a number */
	uint64_t mask = ends ? ident_mask(word, n) : 0;
	uint32_t less;

	if (!mask && (less = strip_number(word, n)) > 0)
		mask = ident_mask(word, less);
	for (uint32_t k = 1; ends && k < n && !mask; k++)
		if (first >> k & 1)
			mask = ident_mask(word + k, n - k);
	return mask;
}

uint64_t label_ends(const uint16_t *ident, uint32_t n)
{
	uint16_t word[IDENT_MOST] = { 0 };
	uint64_t first;
	uint32_t letters;

	(void)ident_letters(ident, n, 0, word, &first, &letters);
	return ident_label(word, letters, first);
}

bool label_tail(const uint16_t *cp, uint32_t n, bool any)
{
	uint64_t want = LX(PII_NAME) | LX(PII_NAME_KANA) | LX(PII_ADDRESS) | LX(PII_BIRTH_DATE) | LX(LX_NAME_WEAK) | LX(LX_ADDRESS_WEAK);

	if (any)
		want |= LX_TYPES;
	for (uint32_t k = n < 12 ? n : 12; k >= 2; k--)
		if (lex_whole(cp + n - k, k, want))
			return true;
	return false;
}

bool honour_begins(const uint16_t *cp, uint32_t n)
{
	uint64_t mask;

	return lex_longest(cp, n, LX(LX_HONORIFIC) | LX(LX_TITLE), &mask) > 0;
}

bool lex_ident_may(const struct unit *u, uint32_t i)
{
	bool begin = true, may = false;
	uint32_t n = 0, k = i;
	uint16_t last[2] = { 0, 0 };

	/* No further than lex_ident() goes. */
	for (; k < u->n && n < IDENT_MOST && ident_char(u->cp[k]); k++) {
		uint16_t ch = u->cp[k];

		if (ch == '_' || ch == '-') {
			begin = true;
			continue;
		}
		/* a part of one letter goes on in the next */
		if ((begin || (ch >= 'A' && ch <= 'Z' && k && u->cp[k - 1] >= 'a' && u->cp[k - 1] <= 'z')) &&
				(!u_alnum(u, k + 1) || pii_pair(pii_lex_pairs, 16, small_letter(ch), small_letter(u->cp[k + 1]))))
			may = true;
		begin = false;
		last[0] = last[1];
		last[1] = small_letter(ch);
		n++;
	}
	/* a label ends as one does, or in a word for a number, or goes on in the next word */
	return may && (pii_pair(pii_end_pairs, 16, last[0], last[1]) || ends_in_number(last) || (u_cp(u, k) == ' ' && u_is(u, k + 1, PC_ALPHA)));
}

/* "My Number", "Date of Birth": further words to the n letters of the first, which ends at `end`. Where the label ends, or 0. */
static uint32_t ident_words(const struct unit *u, uint32_t end, uint16_t word[IDENT_MOST], uint32_t n, uint64_t *ret_mask)
{
	uint32_t best = 0, more;

	if (n > 1 && !pii_pair(pii_lex_pairs, 16, word[0], word[1]))
		return 0;
	for (int k = 0; k < 2 && u_cp(u, end) == ' ' && u_is(u, end + 1, PC_ALPHA); k++) {
		uint16_t next[IDENT_MOST];
		uint64_t ignored, mask;

		end = ident_letters(u->cp, u->n, end + 1, next, &ignored, &more);
		if (n + more > IDENT_MOST)
			break;
		memcpy(word + n, next, more * sizeof *next);
		n += more;
		mask = ident_mask(word, n);
		if (mask) {
			*ret_mask = mask;
			best = end;
		}
	}
	return best;
}

uint32_t lex_ident(const struct unit *u, uint32_t i, uint64_t *ret_mask)
{
	uint16_t word[IDENT_MOST] = { 0 };
	uint64_t first;
	uint32_t n, end = ident_letters(u->cp, u->n, i, word, &first, &n), several = ident_words(u, end, word, n, ret_mask);

	if (several)
		return several - i;
	*ret_mask = ident_label(word, n, first);
	return *ret_mask ? end - i : 0;
}
