/* The gate: labels and keys before a sign, and what may be their value. */
#include "engine/select/pii_gate.h"

#include "base/banned.h"

/* Do Japanese letters follow at i, or first blanks and then they? */
static bool japanese_follows(const struct gate *g, size_t i)
{
	while (i + 2 < g->n && (g->p[i] == ' ' || memcmp(g->p + i, "\xE3\x80\x80", 3) == 0))
		i += g->p[i] == ' ' ? 1 : 3;
	return is_wide(g, i) && (pii_gate[wide(g->p + i)] & (PG_KANJI | PG_HIRA | PG_KATA));
}

/* A label ends right before the sign at i: of a name, reading, address or date when Japanese follows, else any. */
bool gate_label_before(const struct gate *g, size_t i)
{
	uint16_t word[12];
	uint32_t n = 12;
	size_t k = i;
	uint16_t mark = 0;
	bool any = !japanese_follows(g, i + (is_wide(g, i) ? 3 : 1));

	while (k && (g->p[k - 1] == ' ' || g->p[k - 1] == '"'))
		k--;
	while (n && k >= 3 && is_wide(g, k - 3)) {
		word[--n] = pii_fold[wide(g->p + k - 3)];
		k -= 3;
		if (word[n] == 0x3099 || word[n] == 0x309A)
			mark = word[n++];   /* ﾌﾘｶﾞﾅ */
		else if (word[n] == ' ')
			n++;
		else if (mark) {
			word[n] = (uint16_t)(word[n] + (mark == 0x3099 ? 1 : 2));
			mark = 0;
		}
	}
	return label_tail(word + n, 12 - n, any);
}

/* The label that a key of two letters and more is; asked of those that were seen before first. */
static uint64_t key_mask(struct gate_key *keys, const char *text, size_t len)
{
	uint32_t h = 0, n = 0;
	uint16_t word[KEY_MOST];
	struct gate_key *key;

	/* its length, the first two letters and the last two tell most of them apart */
	memcpy(&h, text, 2);
	memcpy((char *)&h + 2, text + len - 2, 2);
	key = &keys[(h * 2654435761u + (uint32_t)len * 0x9E3779B1u) >> (32 - KEY_BITS)];
	if (key->len == len && memcmp(key->text, text, len) == 0)
		return key->mask;
	for (size_t i = 0; i < len; i++)
		if (text[i] != ' ')
			word[n++] = (unsigned char)text[i];
	key->len = (uint8_t)len;
	memcpy(key->text, text, len);
	key->mask = label_ends(word, n);
	return key->mask;
}

/* "My Number", "Date of Birth": the last of two or three words stands at [i, k). */
static uint64_t words_before(const struct gate *g, size_t i, size_t k)
{
	uint64_t mask = 0;

	for (int words = 1; words < 3 && i > 2 && g->p[i - 1] == ' ' && is_letter(g->p[i - 2]); words++) {
		for (i--; i && k - i < KEY_MOST && is_letter(g->p[i - 1]); i--)
			;
		if (k - i >= KEY_MOST || (i && is_letter(g->p[i - 1])))
			break;
		if (pii_pair(pii_lex_pairs, 16, small_letter(g->p[i]), small_letter(g->p[i + 1])))
			mask |= key_mask(g->keys, (const char *)g->p + i, k - i);
	}
	return mask;
}

uint64_t gate_key_before(const struct gate *g, size_t i, uint64_t want)
{
	size_t k = i;
	uint64_t mask;

	while (k && i - k < 4 &&
		(g->p[k - 1] == '"' || g->p[k - 1] == ' ' || g->p[k - 1] == '\'' || g->p[k - 1] == ':' ||
		g->p[k - 1] == '=' ||
		g->p[k - 1] == '\\' || g->p[k - 1] == '.'))
		k--;
	if (k < 2 || !is_letter(g->p[k - 1]) || !is_letter(g->p[k - 2]))
		return k && g->p[k - 1] >= 0x80 ? want : 0;
	if (!pii_pair(pii_tail_pairs, 16, small_letter(g->p[k - 2]), small_letter(g->p[k - 1])) && g->p[k - 2] != '_')
		return 0;
	for (i = k; i && k - i < KEY_MOST && (is_letter(g->p[i - 1]) || g->p[i - 1] == '-'); i--)
		;
	mask = key_mask(g->keys, (const char *)g->p + i, k - i);
	if (i && g->p[i - 1] == ' ')
		mask |= words_before(g, i, k);
	return mask & want;
}

/*
 * Up to four Latin words from i on of which one is a name by the lists, or two that begin with a capital; with `weak` two are of the
 * lists, as romaji_words() of pii_name_latin.c asks.
 */
static bool words_possible(const struct gate *g, size_t i, bool weak)
{
	bool capital = g->p[i] < 'a';
	uint32_t words = 0, known = 0;

	while (words < 4 && i < g->n && is_letter(g->p[i])) {
		uint64_t h = WORD_HASH;

		for (; i < g->n && (is_letter(g->p[i]) || g->p[i] == '-'); i++)
			h = word_step(h, small_letter(g->p[i]));
		known += (pii_word_find(h) & (PW_SURNAME_ROMAJI | PW_GIVEN_ROMAJI)) != 0;
		words++;
		i += i + 1 < g->n && g->p[i] == ',' && g->p[i + 1] == ' ';
		if (i >= g->n || (g->p[i] != ' ' && g->p[i] != '+'))
			break;
		i++;
	}
	return weak ? known >= 2 : words >= 2 && (known || capital);
}

/* jimbo.naoya: two words of the lists. */
static bool account_possible(const struct gate *g, size_t i)
{
	for (int words = 0; words < 2; words++) {
		uint64_t h = WORD_HASH;
		size_t from = i;

		for (; i < g->n && is_letter(g->p[i]) && g->p[i] != '_'; i++)
			h = word_step(h, small_letter(g->p[i]));
		if (i == from || !(pii_word_find(h) & (PW_SURNAME_ROMAJI | PW_GIVEN_ROMAJI)))
			return false;
		if (words)
			return true;
		if (i >= g->n || (g->p[i] != '.' && g->p[i] != '_' && g->p[i] != '-'))
			return false;
		i++;
	}
	return false;
}

/* Behind the sign of a key that is `label`: can a value of it begin here? A Latin one has two words, or digits among its letters. */
bool gate_value_possible(const struct gate *g, size_t i, uint64_t label)
{
	bool words = !(label & ~LABELS_WORDS), weak = words && !(label & LX(PII_NAME));
	size_t k = i, from;
	uint32_t digits = 0;

	while (k < g->n && k - i < 40 && g->p[k] < 0x80 && g->p[k] && strchr(" \t\"'([>\\*`{)]:=|.", g->p[k]))
		k++;
	if (k < g->n && words && (gate_kinds[g->p[k]] == B_DIGIT || gate_kinds[g->p[k]] == B_SLASH))
		return false;
	if (k >= g->n || k - i >= 40 || gate_kinds[g->p[k]] != B_PLAIN || g->p[k] == '\r')
		return true;
	if (!is_letter(g->p[k]))
		return false;
	for (from = k; k < g->n && (is_letter(g->p[k]) || g->p[k] == '-' || gate_kinds[g->p[k]] == B_DIGIT); k++)
		digits += gate_kinds[g->p[k]] == B_DIGIT;
	/* July 14, 1988 */
	if (!words && k + 1 < g->n && (g->p[k] == ' ' || g->p[k] == '.') && gate_kinds[g->p[k + 1]] == B_DIGIT)
		return true;
	return (!words && digits >= 2) || (k < g->n && (g->p[k] >= 0x80 || gate_kinds[g->p[k]] == B_ESCAPE)) || words_possible(g, from, weak) ||
		account_possible(g, from);
}
