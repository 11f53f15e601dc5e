/* Random bits for those who ask for them: engines have no source of their own, so the same bits give the same result. */
#ifndef ENGINE_DEID_CHANCE_H
#define ENGINE_DEID_CHANCE_H

#include <stdint.h>

struct chance {
	uint64_t (*next)(void *p);   /* 64 fair bits */
	void *p;
};

/* A number below n, each equally likely; n > 0. */
static inline uint64_t chance_below(struct chance *r, uint64_t n)
{
	uint64_t limit = UINT64_MAX - UINT64_MAX % n, v;

	do
		v = r->next(r->p);
	while (v >= limit);
	return v % n;
}

#endif
