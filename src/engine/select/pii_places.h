/*
 * Where a second look at a long text is worth it: masks of 64 bytes, as those of pii_mask.h, for what pii_hunt.c and pii_repeat.c ask.
 * Tests hold the fast ones against the plain ones.
 */
#ifndef ENGINE_SELECT_PII_PLACES_H
#define ENGINE_SELECT_PII_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEAK_BEHIND 5u   /* bytes that must be readable behind the 64; one before them */

/*
 * Of the 64 bytes at p, those where a weak sign of a name may stand: さん, 様, 氏, 殿, the wide blank, 〇, a dot behind r or s and before
 * a blank, a tab between a digit and kanji. At the first byte of each.
 */
typedef uint64_t weak_fn(const char *p);
weak_fn weak_plain;
weak_fn *weak_best(void);

/*
 * How words and numbers that were learnt begin: with E4 to E9, E3, other bytes beyond ASCII, a digit, ASCII; and the first three bytes
 * of each, as eight sets: byte k may be that of a word of set b when low[k] of its lower half and high[k] of its upper one have bit b.
 */
struct begins {
	bool kanji, kana, rare, digits, accounts;
	uint8_t low[3][16], high[3][16];
};

/* A word with these first bytes, three at least. */
void begins_learn(struct begins *b, const char *word);
/* A number with these first three digits, whatever joins them. */
void begins_learn_digits(struct begins *b, const char digits[3]);

#define BEGINS_BEHIND 2u   /* bytes that must be readable behind the 64 */

/* Of the 64 bytes at p, those where one may begin; `before` is the byte before them. */
typedef uint64_t begins_fn(const struct begins *b, const char *p, char before);
begins_fn begins_plain;
begins_fn *begins_best(void);

/* The fastest first, the plain one last; how many at the beginning this machine cannot run. */
extern weak_fn *const weak_all[3];
extern begins_fn *const begins_all[3];

#endif
