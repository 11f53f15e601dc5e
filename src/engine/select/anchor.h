/*
 * Where a look is worth it: 64 bytes at a time become bit masks, with AVX-512 or AVX2 where the machine has it and a plain
 * twin otherwise (tests hold one against the other). Everything else of the text is never looked at again.
 */
#ifndef ENGINE_SELECT_ANCHOR_H
#define ENGINE_SELECT_ANCHOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ANCHOR_BLOCK 64u
#define ANCHOR_PAD 192u   /* bytes that must be readable behind the text */

enum anchor_kind {
	ANCHOR_POINTS,    /* . : @ \ / % in a place where they can belong to something, and "ミ"; not the colons of a time of day */
	ANCHOR_RUNS,      /* first letters of runs of 16 letters and digits or more */
	ANCHOR_LOOKS,     /* both of them, and first letters of words that may be telling (CVE, T1059, AS…, mutex, …): where a look is worth it */
	ANCHOR_INNER,     /* what a link may carry: those first letters, and "%3" */
	ANCHOR_LABEL,     /* small letters, digits and dashes */
	ANCHOR_ALNUM, ANCHOR_DIGITS, ANCHOR_HEX, ANCHOR_DOTS,
	ANCHOR_URL,       /* FAST_URL of chars.h */
	ANCHOR_WORDY,     /* letters, and bytes beyond ASCII */
	ANCHOR_ENDS,      /* line ends */
};
#define ANCHOR_KINDS 12

#define BITS_BLOCKS 16u   /* blocks whose masks are made at a time */
#define BITS_WORDS (BITS_BLOCKS + 3)

/*
 * Masks of a stretch of the text, a bit a byte in their order in memory, so that those from a place on are one load and one shift
 * away. The block before the stretch and the one behind it are there, too.
 */
struct scan_bits {
	size_t at;        /* place of the first bit; of the first stretch a block before the text */
	uint64_t of[ANCHOR_KINDS][BITS_WORDS];
};

/* Of n blocks from `p` on, for those from i on of the masks; p[-1] and 64 bytes behind them are readable. */
typedef void anchor_fn(const char *p, unsigned n, struct scan_bits *ret, unsigned i);
anchor_fn anchor_plain;
/* The fastest that this machine can do. */
anchor_fn *anchor_best(void);

enum { FOLD_CSV = 1, FOLD_HTML = 2, FOLD_JSON = 4 };

#define FOLD_BEFORE 3u
#define FOLD_BEHIND 4u

/*
 * Bits of the bytes of n blocks that the folding must look at; FOLD_ bits add those of a format. FOLD_BEFORE bytes before and FOLD_BEHIND
 * behind them are readable.
 */
typedef void fold_fn(const char *p, unsigned n, unsigned kind, uint64_t *ret);
fold_fn anchor_fold_plain;
fold_fn *anchor_fold_best(void);

/* The fastest first, the plain ones last; this machine runs them from wide_skip() on. */
extern anchor_fn *const anchor_all[3];
extern fold_fn *const anchor_fold_all[3];

#endif
