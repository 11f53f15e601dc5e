/* The inside of the set of known indicators. Only match.c and match_set.c include it. */
#ifndef ENGINE_SELECT_MATCH_SET_H
#define ENGINE_SELECT_MATCH_SET_H

#include "engine/select/match.h"

#define VALUE_MOST 4096u

/* Where the line of a value stands in the list; print 0: empty. */
struct entry { uint32_t print, at; };

/* Of the blocks of addresses in the set, the longest first. */
struct match_lengths { uint8_t bits[129]; size_t n; };

/*
 * One table of fingerprints. A filter of two bits lies before it, so that a look-up that finds nothing (nearly all) touches one
 * cache line. What a fingerprint promises is compared with the value itself, read again from the list.
 */
struct match_set {
	slice text;
	struct entry *slots;
	uint64_t mask, n;
	uint64_t *filter;
	uint64_t filter_mask;
	uint64_t tops[64];    /* last labels of the names and hosts: most words with a dot end in none of them */
	struct match_lengths ipv4, ipv6;
	uint64_t *hosts;      /* of URLs, URL_HOST_BITS: near enough to ask for every name, which the filter is not */
	bool has_urls, has_mails, has_ja4;
	uint64_t types[IND_TYPES];
};

/* A line of the list, understood. */
struct known {
	enum ind_type type;
	unsigned family;      /* 4 or 6: an address or a block, of so many bits */
	unsigned bits;
	uint8_t address[16];
	slice value;          /* plain, in `room` or in the list */
	slice key;            /* what is compared: without the scheme and a slash at the end */
	char room[VALUE_MOST];
};

/* match_known.c: false when the line holds nothing that can be matched. */
bool known_read(slice line, struct known *ret);
/* FoxIO's JA4: t13d1516h2_8daaf6152771_b186095e22b6. */
#define JA4_LEN 36u
bool is_ja4(slice v);
slice known_line(const struct match_set *set, const struct entry *e);

/* Fingerprints: a name's from its last byte to its first, in lower case, so that those of the names above it are on the way. */
#define HASH_START UINT64_C(0x9e3779b97f4a7c15)
static inline uint64_t hash_step(uint64_t h, uint8_t b) { return (h ^ b) * UINT64_C(0x100000001b3); }
static inline uint64_t hash_end(uint64_t h, unsigned kind)
{
	h ^= (uint64_t)kind << 56;
	h ^= h >> 32;
	h *= UINT64_C(0xd6e8feb86659fd93);
	return h ^ h >> 32;
}
uint64_t hash_back(slice s);
uint64_t hash_ipv4(const uint8_t a[4], unsigned bits);
uint64_t hash_ipv6(const uint8_t a[16], unsigned bits);
/* Not a type of indicator: hosts of the URLs in the set. */
#define KIND_URL_HOST 99u
#define URL_HOST_BITS ((size_t)1 << 20)

/* Two bits of one word. */
static inline uint64_t filter_bits(uint64_t h, uint64_t bit) { return (uint64_t)1 << bit % 64 | (uint64_t)1 << (h >> 14 & 63); }

static inline bool set_may_hold(const struct match_set *set, uint64_t h)
{
	uint64_t bit = h >> 20 & set->filter_mask, bits = filter_bits(h, bit);

	return (set->filter[bit / 64] & bits) == bits;
}

/* Does a URL of the set have this host? */
static inline bool set_may_link(const struct match_set *set, uint64_t h)
{
	uint64_t bit = h >> 44;

	return (set->hosts[bit / 64] >> bit % 64 & 1) && set_may_hold(set, h);
}

static inline void set_prefetch(const struct match_set *set, uint64_t h) { __builtin_prefetch(&set->filter[(h >> 20 & set->filter_mask) / 64]); }

static inline bool top_is_used(const struct match_set *set, uint64_t h)
{
	uint64_t bit = h >> 40 & 4095;

	return set->tops[bit / 64] >> bit % 64 & 1;
}

#endif
