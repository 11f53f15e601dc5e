/*
 * Where a look is worth it: 64 bytes at a time become bit masks, with AVX-512 or AVX2 where the machine has it and a plain
 * twin otherwise (tests hold one against the other). Everything else of the text is never looked at again.
 */
#ifndef ENGINE_SELECT_ANCHOR_H
#define ENGINE_SELECT_ANCHOR_H

#include <stdbool.h>
#include <stdint.h>

#define ANCHOR_BLOCK 64u
#define ANCHOR_PAD 192u   /* bytes that must be readable behind the text */

struct anchor_masks {
	uint64_t points;      /* . : @ \ / % in a place where they can belong to something, and "ミ" */
	uint64_t words;       /* first letters of words that may be telling (CVE, T1059, AS…, mutex, …) */
	uint64_t runs;        /* first letters of runs of 16 letters and digits or more */
	uint64_t label;       /* small letters, digits and dashes */
	uint64_t alnum, digits, hex, dots, dashes;
	uint64_t url;         /* FAST_URL of chars.h */
};

/* Of 64 bytes at `p`; p[-1] and p[0..127] are readable. */
typedef void anchor_fn(const char *p, struct anchor_masks *ret);
anchor_fn anchor_plain;
/* The fastest that this machine can do. */
anchor_fn *anchor_best(void);

enum { FOLD_CSV = 1, FOLD_HTML = 2, FOLD_JSON = 4 };

#define FOLD_BEFORE 3u
#define FOLD_BEHIND 4u

/* Bits of the bytes that the folding must look at; FOLD_ bits add those of a format. p[-FOLD_BEFORE..63 + FOLD_BEHIND] is readable. */
typedef uint64_t fold_fn(const char *p, unsigned kind);
fold_fn anchor_fold_plain;
fold_fn *anchor_fold_best(void);

/* The fastest first, the plain ones last; this machine runs them from wide_skip() on. */
extern anchor_fn *const anchor_all[3];
extern fold_fn *const anchor_fold_all[3];

#endif
