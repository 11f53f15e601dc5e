#include "work/select/seen.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "base/banned.h"

#define SEEN_FIRST 1024u
#define HUGE_PAGE ((size_t)2 << 20)

/* In huge pages where it is large: nearly each look falls on another small one, and finding that costs more than the look. */
uint64_t *seen_slots(size_t cap)
{
	size_t size = cap * sizeof(uint64_t);
	uint64_t *slots = aligned_alloc(size >= HUGE_PAGE ? HUGE_PAGE : 64, size);

	if (!slots)
		return NULL;
	if (size >= HUGE_PAGE)
		(void)madvise(slots, size, MADV_HUGEPAGE);   /* without them it is slower, no more */
	memset(slots, 0, size);
	return slots;
}

static rc seen_grow(struct ctx *c, struct seen *s)
{
	size_t cap = s->cap ? s->cap * 4 : SEEN_FIRST;
	uint64_t *slots = seen_slots(cap);

	if (!slots)
		return FAIL(c, E_NOMEM, "memory.limit");
	for (size_t i = 0; i < s->cap; i++)
		if (s->slots[i]) {
			size_t k = seen_place(cap, s->slots[i]);

			while (slots[k])
				k = (k + 1) & (cap - 1);
			slots[k] = s->slots[i];
		}
	free(s->slots);
	s->slots = slots;
	s->cap = cap;
	return OK;
}

rc seen_room(struct ctx *c, struct seen *s)
{
	if (s->cap < SEEN_MOST)
		return seen_grow(c, s);
	memset(s->slots, 0, s->cap * sizeof *s->slots);
	s->n = 0;
	s->begun++;
	return OK;
}

void seen_forget(struct seen *s)
{
	free(s->slots);
	*s = (struct seen){ .begun = s->begun + 1 };
}
