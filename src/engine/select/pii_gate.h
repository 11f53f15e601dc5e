/* Inside of the gate: what its files share. Only pii_gate*.c include it. */
#ifndef ENGINE_SELECT_PII_GATE_H
#define ENGINE_SELECT_PII_GATE_H

#include "engine/select/pii_unit.h"

enum { B_PLAIN, B_DIGIT, B_SIGN, B_END, B_AT, B_PLUS, B_OPEN, B_WIDE, B_HIGH, B_ESCAPE, B_SLASH };

/* What kind each byte is. */
extern const uint8_t gate_kinds[256];

static inline uint8_t kind_of(unsigned char ch) { return gate_kinds[ch]; }

struct gate {
	const unsigned char *p;
	size_t n;
	/* folded letters right before: last but one, last; 0 for ASCII; set by gate_look_back() */
	uint32_t before, last;
	uint8_t class;             /* of `last` */
	struct gate_key *keys;
};

static inline uint32_t wide(const unsigned char *p) { return (p[0] & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u); }

static inline bool is_wide(const struct gate *g, size_t i) { return i + 2 < g->n && g->p[i] >= 0xE0 &&
	g->p[i] < 0xF0; }

/* Digit at i, ASCII or full-width: its bytes, else 0. */
static inline size_t digit_at(const struct gate *g, size_t i)
{
	if (i >= g->n)
		return 0;
	if (kind_of(g->p[i]) == B_DIGIT)
		return 1;
	return g->p[i] == 0xEF && i + 2 < g->n && g->p[i + 1] == 0xBC && g->p[i + 2] >= 0x90 &&
		g->p[i + 2] <= 0x99 ? 3 : 0;
}

#define DIGITS_MOST 40u
#define GROUPS_MOST 8u

/* Groups of digits that signs join. `date_end` is where the date ends that a time may follow, or 0. */
struct digits {
	uint32_t count, groups, first_len;
	size_t date_end;
	uint8_t len[GROUPS_MOST];
	char d[DIGITS_MOST];
	bool hyphen, wide;   /* wide: signs or digits beyond ASCII */
};

static inline bool is_letter(unsigned char ch) { return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
	ch == '_'; }

/* The key before a sign is a label of ours or ends in one: mail=, "tel": , customer_name: */
#define LABELS_PERSONAL (LX_LABEL & ~LX(LX_NONE))
/* … whose values are words, or have a sign of their own (@); */
#define LABELS_WORDS (LX(PII_NAME) | LX(PII_NAME_KANA) | LX(PII_EMAIL) | LX(LX_NAME_WEAK) | LX(LX_NAME_PART) | LX(LX_NONE))
#define LABELS_NUMBERED (LX_TYPES & ~(LX(PII_NAME) | LX(PII_NAME_KANA) | LX(PII_EMAIL) | LX(PII_ADDRESS)))

/* Do the letters at i begin like a surname? Asked of their bytes as they stand. */
static inline bool begins_surname(const struct gate *g, size_t i)
{
	uint32_t a, b;

	if (i + 6 > g->n)
		return i + 4 < g->n;
	a = (uint32_t)g->p[i] | (uint32_t)g->p[i + 1] << 8 | (uint32_t)g->p[i + 2] << 16;
	b = g->p[i + 3];
	if (b >= 0x80)
		b |= (uint32_t)g->p[i + 4] << 8 | (uint32_t)g->p[i + 5] << 16;
	return pii_pair(pii_name_pairs, 19, a, b);
}

/* pii_gate.c: the two wide letters that end before i into g; blanks and quotes in between do not count. */
void gate_look_back(struct gate *g, size_t i);

/* pii_gate_keys.c */
/* A label ends right before the sign at i: of a name, reading, address or date when Japanese follows, else any. */
bool gate_label_before(const struct gate *g, size_t i);
/* The key before a sign is a label of `want` or ends in one: mail=, "tel": , customer_name: which, or 0. */
uint64_t gate_key_before(const struct gate *g, size_t i, uint64_t want);
/* Behind the sign of a key that is `label`: can a value of it begin here? */
bool gate_value_possible(const struct gate *g, size_t i, uint64_t label);

/* pii_gate_digits.c */
/* Groups of digits and what joins them from i on; where they end. */
size_t gate_digits_read(const struct gate *g, size_t i, struct digits *d);
/* 2025-01-19, 2025/01/19: the date of a log line and no more. */
bool gate_is_timestamp(const struct digits *d);
bool gate_digits_matter(struct gate *g, size_t start, size_t end, const struct digits *d);

/* pii_gate_names.c */
/* Some kanji from i: a surname, and then a given name or an honorific? `lax` after a role. */
bool gate_name_matters(const struct gate *g, size_t i, bool lax);
/* 主任　鵜飼, 係長の仲宗根: the end of an office, and の or blanks, before i. */
bool gate_after_office(const struct gate *g, size_t i);

#endif
