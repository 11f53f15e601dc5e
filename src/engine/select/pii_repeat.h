/* Values of a document that are looked for wherever they stand again. Only pii_repeat*.c include it. */
#ifndef ENGINE_SELECT_PII_REPEAT_H
#define ENGINE_SELECT_PII_REPEAT_H

#include "engine/select/chars.h"
#include "engine/select/pii_places.h"
#include "engine/select/pii_unit.h"

#define DIGITS_LEAST 8u
#define DIGITS_MOST 20u
#define REPEAT_POOL ((size_t)512 << 10)   /* of a stream */

enum word_kind { WORD_NAME, WORD_SURNAME, WORD_GIVEN, WORD_ACCOUNT };

struct word { const char *p; uint16_t len; uint16_t next; enum word_kind kind; enum pii_type type; };
struct digits { uint64_t hash; enum pii_type type; };

/* By itself, with its tables behind it: a letter needs few words, a stream many. */
struct repeats {
	struct pii_work *w;
	struct ctx *c;
	slice text;
	uint32_t words_most, slot_bits;
	struct word *words;                  /* words_most + 1, from 1 on */
	uint16_t *slots;
	struct digits *digits;
	uint32_t n_words, n_digits;
	struct begins kinds;
	char *pool;                          /* of a stream; else NULL */
	size_t used;
	uint64_t learnt;                     /* how often anything was added or all forgotten */
	uint64_t forgotten;                  /* how often that */
	uint64_t learnt_before;              /* the first at the beginning of the block before */
	bool retyped;                        /* a number was found as two types: that of the last counts */
	uint8_t threes[8192];                /* three bytes that begin a word, by their hash */
	uint8_t fours[1250];                 /* the first four digits of numbers */
};

static inline uint32_t slot_of(const struct repeats *r, const char *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return v * 2654435761u >> (32 - r->slot_bits);
}

/* Three bytes: a kanji, or the beginning of an account. Four are readable. */
static inline uint32_t three_of(const char *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return (v & 0xFFFFFF) * 2654435761u >> 16;
}

/* The folded letter at byte i and its length; 0 at the end. */
static inline uint16_t letter(slice s, size_t i, size_t *ret_len)
{
	const unsigned char *p = (const unsigned char *)s.p;

	*ret_len = 1;
	if (i >= s.len)
		return 0;
	if (p[i] < 0x80)
		return p[i];
	if (p[i] >= 0xE0 && p[i] < 0xF0 && i + 2 < s.len) {
		*ret_len = 3;
		return pii_fold[((p[i] & 15u) << 12 | (p[i + 1] & 63u) << 6 | (p[i + 2] & 63u)) & 0xFFFF];
	}
	return 0xFFFD;
}

static inline bool is_word_byte(char ch) { return is_alnum(ch) || ch == '_'; }

static inline struct digits *digits_slot(struct repeats *r, uint64_t h)
{
	uint32_t most = ((uint32_t)1 << r->slot_bits) - 1, k = (uint32_t)(h >> 20) & most;

	while (r->digits[k].hash && r->digits[k].hash != h)
		k = (k + 1) & most;
	return &r->digits[k];
}

/* pii_repeat_learn.c: one that was found; what is known already changes nothing. */
void repeat_learn(struct repeats *r, slice value, enum pii_type type);
void repeat_add_word(struct repeats *r, slice s, enum word_kind kind, enum pii_type type);
/* The digits of [i, end) without what parts them; how many. Half- and full-width. */
uint32_t repeat_digits(slice s, size_t i, size_t end, uint64_t *ret_hash);

#endif
