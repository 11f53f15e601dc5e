/*
 * The commonest values of reports, judged from the masks of the text: names and links in small letters that no list knows and
 * around which nothing speaks against them. Everything else goes the long way (host.c, url.c, role.c); tests hold both against
 * each other. Only files of this folder include it.
 */
#ifndef ENGINE_SELECT_COMMON_H
#define ENGINE_SELECT_COMMON_H

#include <endian.h>

#include "engine/select/scan.h"

#define COMMON_TOPS 4096u
#define COMMON_BITS 65536u
/* Made by tools/gen_common.py, which says what they hold. */
extern const uint64_t common_tops[COMMON_TOPS];
extern const uint64_t common_firsts[COMMON_BITS / 64], common_names[COMMON_BITS / 64], common_pairs[COMMON_BITS / 64],
	common_reserved[COMMON_BITS / 64];
extern const uint32_t common_resolvers[];   /* 0 at the end */
extern const uint64_t common_resolver_firsts[4], common_tellings[16];

#define BITS_BLOCKS 16u   /* blocks whose masks are made at a time */
#define BITS_WORDS (BITS_BLOCKS + 3)

/*
 * Masks of a stretch of the text, a bit a byte in their order in memory, so that those from a place on are one load and one shift
 * away. The block before the stretch and the one behind it are there, too.
 */
struct scan_bits {
	size_t at;        /* place of the first bit; of the first stretch a block before the text */
	/* as in struct anchor_masks */
	uint64_t label[BITS_WORDS], alnum[BITS_WORDS], digits[BITS_WORDS], hex[BITS_WORDS], dots[BITS_WORDS], dashes[BITS_WORDS], url[BITS_WORDS],
		words[BITS_WORDS];
};

#define BITS_SEEN 56u   /* bits that bits_from() has in any case */

static inline bool bits_have(const struct scan_bits *b, size_t at) { return at - b->at < (BITS_BLOCKS + 1) * ANCHOR_BLOCK; }

/* The mask from a place that it has on. */
static inline uint64_t bits_from(const struct scan_bits *b, const uint64_t *mask, size_t at)
{
	size_t d = at - b->at;
	uint64_t v;

	memcpy(&v, (const char *)mask + d / 8, sizeof v);
	return le64toh(v) >> d % 8;
}

/* The first place in [at, limit) that the mask has and where no bit is set; behind what it has, or limit, when there is none. */
static inline size_t bits_skip(const struct scan_bits *b, const uint64_t *mask, size_t at, size_t limit)
{
	while (at < limit && bits_have(b, at)) {
		size_t n = (size_t)__builtin_ctzll(~bits_from(b, mask, at) | (uint64_t)1 << BITS_SEEN);

		at += n;
		if (n < BITS_SEEN)
			break;
	}
	return at < limit ? at : limit;
}

/* The address, name or page that the dot at `at` is the first of is claimed when it is a common one; nothing before s->done is touched. */
MUST_USE rc common_value(struct scan *s, size_t at, bool *ret_claimed);
/* The same for the link whose scheme ends with the colon at `colon`, behind which "//" stands. */
MUST_USE rc common_url(struct scan *s, size_t colon, bool *ret_claimed);

#endif
