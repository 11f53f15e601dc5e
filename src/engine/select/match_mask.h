/*
 * What matching asks of 64 bytes, as masks: where names and addresses may stand, and how far they go. With AVX-512 or AVX2 where the
 * machine has it; tests hold the fast ones against the plain one.
 */
#ifndef ENGINE_SELECT_MATCH_MASK_H
#define ENGINE_SELECT_MATCH_MASK_H

#include <stdint.h>

struct match_masks {
	uint64_t host;      /* letters, digits, dots, - and _ */
	uint64_t digits, dots;
	uint64_t points;    /* dots before a letter, digit or byte beyond ASCII */
	uint64_t others;    /* @ before the same; a colon that may be of an IPv6 address */
	uint64_t runs;      /* first of 16 letters and digits or more */
};

/* Of 64 bytes at `p`; p[-1] and p[0..127] are readable. */
typedef void match_mask_fn(const char *p, struct match_masks *ret);
match_mask_fn match_mask_plain;
match_mask_fn *match_mask_best(void);

/* The fastest first, the plain one last; this machine runs them from wide_skip() on. */
extern match_mask_fn *const match_mask_all[3];

#endif
