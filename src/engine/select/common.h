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
#define COMMON_WORDS 1024u
/* Made by tools/gen_common.py, which says what they hold. */
extern const uint64_t common_tops[COMMON_TOPS];
extern const uint64_t common_near[COMMON_WORDS], common_firsts[COMMON_WORDS], common_others[2 * COMMON_WORDS], common_listed[COMMON_WORDS],
	common_reserved[COMMON_WORDS];
extern const uint32_t common_resolvers[];   /* 0 at the end */
extern const uint64_t common_resolver_firsts[4], common_tellings[16];

/* The text itself as the value, with a role that is known: a reference for this reason; NULL: of the attack. NULL when out of memory. */
static inline struct indicator *scan_claim_as(struct scan *s, enum ind_type type, size_t start, size_t end, uint16_t port, const char *reason)
{
	struct ind_list *l = s->list;
	struct indicator *it;

	if (l->n == l->cap && !scan_room(s))
		return NULL;
	it = &l->items[l->n++];
	it->type = type;
	it->role = reason ? IND_REF : IND_IOC;
	it->value = (slice){ s->t.p + start, end - start };
	it->port = port;
	it->depth = s->depth;
	it->defanged = false;
	it->reason = reason ? reason : "plain";
	if (!fold_whole(s->f, start, end, &it->start, &it->end))
		scan_origin(s, it, start, end);
	if (s->depth) {
		it->start = s->base;
		it->end = s->base_end;
	}
	if (end > s->done)
		s->done = end;
	return it;
}

#define BITS_SEEN 56u   /* bits that bits_from() has in any case */

static inline bool bits_have(const struct scan_bits *b, size_t at) { return at - b->at < (BITS_BLOCKS + 1) * ANCHOR_BLOCK; }

/* The mask from a place that it has on. */
static inline uint64_t bits_from(const struct scan_bits *b, enum anchor_kind kind, size_t at)
{
	size_t d = at - b->at;
	uint64_t v;

	memcpy(&v, (const char *)b->of[kind] + d / 8, sizeof v);
	return le64toh(v) >> d % 8;
}

/* The mask of the 56 bytes before a place of the stretch itself, the last one on top. */
static inline uint64_t bits_before(const struct scan_bits *b, enum anchor_kind kind, size_t at)
{
	size_t d = at - b->at;
	uint64_t v;

	memcpy(&v, (const char *)b->of[kind] + d / 8 - 7, sizeof v);
	return le64toh(v) << (8 - d % 8);
}

/* The first place in [at, limit) that the mask has and where no bit is set; behind what it has, or limit, when there is none. */
static inline size_t bits_skip(const struct scan_bits *b, enum anchor_kind kind, size_t at, size_t limit)
{
	while (at < limit && bits_have(b, at)) {
		size_t n = (size_t)__builtin_ctzll(~bits_from(b, kind, at) | (uint64_t)1 << BITS_SEEN);

		at += n;
		if (n < BITS_SEEN)
			break;
	}
	return at < limit ? at : limit;
}

/* Is no bit of [at, end) set? Not told of more than is seen at once. */
static inline bool bits_none(const struct scan_bits *b, enum anchor_kind kind, size_t at, size_t end)
{
	return end - at <= BITS_SEEN && bits_have(b, at) && !(bits_from(b, kind, at) & ~(~(uint64_t)0 << (end - at)));
}

/*
 * The address, name or page that the dot at `at` is the first of is claimed when it is a common one, and so are those of the lines
 * behind it; s->done is behind `at` then. Nothing before s->done is touched.
 */
MUST_USE rc common_value(struct scan *s, size_t at);
/* The same for the link whose scheme ends with the colon at `colon`, behind which "//" stands. */
MUST_USE rc common_url(struct scan *s, size_t colon);

#endif
