/*
 * The commonest values of reports, judged from the masks of the text: names and links in small letters that no list knows and
 * around which nothing speaks against them. Everything else goes the long way (host.c, url.c, role.c); tests hold both against
 * each other. Only files of this folder include it.
 */
#ifndef ENGINE_SELECT_COMMON_H
#define ENGINE_SELECT_COMMON_H

#include "engine/select/scan.h"

#define COMMON_TOPS 4096u
#define COMMON_BITS 65536u
/* Made by tools/gen_common.py, which says what they hold. */
extern const uint64_t common_tops[COMMON_TOPS];
extern const uint64_t common_firsts[COMMON_BITS / 64], common_names[COMMON_BITS / 64], common_pairs[COMMON_BITS / 64],
	common_reserved[COMMON_BITS / 64];
extern const uint32_t common_resolvers[];   /* 0 at the end */

/* The address or name that the dot at `at` is the first of is claimed when it is a common one; nothing before s->done is touched. */
MUST_USE rc common_value(struct scan *s, size_t at, bool *ret_claimed);
/* The same for the link whose scheme ends with the colon at `colon`, behind which "//" stands. */
MUST_USE rc common_url(struct scan *s, size_t colon, bool *ret_claimed);

#endif
