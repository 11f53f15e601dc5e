/* The gate: do kanji ask for a look because they may be a name? */
#include "engine/select/pii_gate.h"

#include "base/banned.h"

/* As in believed() of pii_name.c: how frequent surname and given name must be when nothing else speaks for them. */
static bool weights_suffice(uint32_t surname, uint32_t letters, uint32_t ws, uint32_t wg)
{
	if (surname == 1 && wg < 2)
		return false;
	return letters >= 4 ? ws + wg >= 3 : ws == 3 || (ws == 2 && wg >= 2);
}

/*
 * Behind a surname of s letters and weight ws: an honorific or title, a given name that ends there, or after a blank any
 * letters. `lax` after a role (従業員), where any weight will do.
 */
static bool given_matters(const uint16_t *cp, uint32_t n, bool blank, uint32_t s, uint32_t ws, bool lax)
{
	uint16_t cl = pii_class[cp[0]];

	if (blank && (cl & (PC_KANJI | PC_HIRA | PC_KATA)))
		return true;
	if (((cl & PC_LEX1) || ((cl & PC_LEX) && n > 1 && pii_pair(pii_lex_pairs, 16, cp[0], cp[1]))) &&
		honour_begins(cp, n))
		return true;
	/* one of two letters and more begins with a pair of its own */
	for (uint32_t k = 1; k <= 4 && k <= n && (k == 1 || pii_pair(pii_given_pairs, 16, cp[0], cp[1])); k++) {
		uint32_t wg;

		if (k < n && (pii_class[cp[k]] & PC_KANJI) && !(pii_class[cp[k]] & PC_LEX))
			continue;
		wg = PW_GIVEN(word_info(cp, k));
		if (wg && (lax || k == n || (cp[k] == '(') || (pii_class[cp[k]] & PC_LEX) ||
			weights_suffice(s, s + k, ws, wg)))
			return true;
	}
	/* an unknown given name */
	for (uint32_t k = 1; k <= 3 && k < n && (pii_class[cp[k - 1]] & PC_KANJI); k++)
		if (cp[k] == 0x69D8 || cp[k] == 0x3055 || cp[k] == 0x6C0F || cp[k] == 0x6BBF || cp[k] == '(')
			return true;
	return false;
}

/* Can a given name, honorific or title begin here? Kana mostly are particles: no need to ask for the surname before them. */
static inline bool may_follow(const uint16_t *cp, uint32_t n, bool blank)
{
	uint16_t cl = pii_class[cp[0]];

	if ((cl & PC_KANJI) || (blank && (cl & (PC_HIRA | PC_KATA))))
		return true;
	return n > 1 && (((cl & (PC_HIRA | PC_KATA)) && pii_pair(pii_given_pairs, 16, cp[0], cp[1])) || (cl & PC_LEX1) ||
		((cl & PC_LEX) && pii_pair(pii_lex_pairs, 16, cp[0], cp[1])));
}

/* Some kanji from i: a surname, and then a given name or an honorific? */
bool gate_name_matters(const struct gate *g, size_t i, bool lax)
{
	uint16_t cp[12];
	uint32_t n = 0;
	uint64_t h = WORD_HASH;

	for (; n < 12 && i + 2 < g->n; n++) {
		if (is_wide(g, i)) {
			cp[n] = pii_fold[wide(g->p + i)];
			i += 3;
		} else if (g->p[i] == ' ' || g->p[i] == '(') {
			cp[n] = g->p[i++];
		} else {
			break;
		}
	}
	for (uint32_t s = 1; s <= 5 && s < n; s++) {
		uint32_t j = s + (cp[s] == ' ' || cp[s] == 0x30FB), w;

		h = word_step(h, cp[s - 1]);
		if (j >= n || !may_follow(cp + j, n - j, j > s))
			continue;
		w = PW_SURNAME(pii_word_find(h)) | (s == 2 && is_surname_like(cp));
		if (w && (s > 1 || w == 3) && given_matters(cp + j, n - j, j > s, s, w, lax))
			return true;
	}
	return false;
}

/* 主任　鵜飼, 係長の仲宗根: the end of an office, and の or blanks, before i. */
bool gate_after_office(const struct gate *g, size_t i)
{
	static const char ends[] = "長任事員師授士監役";
	size_t k = i;

	if (k >= 6 && memcmp(g->p + k - 3, "の", 3) == 0)
		k -= 3;
	while (k == i || i - k < 9) {
		size_t n = k >= 4 && g->p[k - 1] == ' ' ? 1 : k >= 6 && memcmp(g->p + k - 3, "\xE3\x80\x80", 3) == 0 ? 3 : 0;

		if (!n)
			break;
		k -= n;
	}
	return k < i && k >= 3 && memmem(ends, sizeof ends - 1, g->p + k - 3, 3) != NULL;
}
