/* Texts to codes 0, 1, 2 … in the order of their first sight. Open addressing over full 64-bit hashes. */
#ifndef ENGINE_DEID_DICT_H
#define ENGINE_DEID_DICT_H

#include "base/rc.h"

#define DICT_NONE UINT32_MAX

struct dict_slot { uint64_t hash; uint32_t code, used; };

struct dict {
	struct arena *a;           /* borrowed */
	struct dict_slot *slots;
	slice *texts;              /* by code; owned by the arena */
	uint32_t count, cap;       /* cap: room in texts; slots are a power of two ≥ 2 × count */
	uint64_t mask;
};

void dict_init(struct dict *d, struct arena *a);
/* The code of a text, or DICT_NONE. */
uint32_t dict_find(const struct dict *d, slice text);
/* The code of a text, given anew when it was not seen before (the text is copied). */
MUST_USE rc dict_add(struct ctx *c, struct dict *d, slice text, uint32_t *ret_code);
/* Not keyed: for tables in memory only. */
uint64_t text_hash(slice text);
static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
	__uint128_t m = (__uint128_t)(a ^ 0x9e3779b97f4a7c15u) * (b ^ 0xd1b54a32d192ed03u);

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

#endif
