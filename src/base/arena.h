/*
 * Memory of one piece of work: a request, a job, a message. It ends with the work, all at once.
 * It has a largest size, so that hostile input meets a limit and not the OOM killer.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/slice.h"

struct arena;

/* NULL when the system has no memory. `max` is the sum of all bytes that it may ever hold at a time. */
struct arena *arena_new(size_t max);
void arena_free(struct arena *a);
static inline void arena_freep(struct arena **a) { if (*a) arena_free(*a); }
#define AUTO_ARENA __attribute__((cleanup(arena_freep))) struct arena *

/* Ends all that was made in it, keeps its first block: for loops that do the same work again and again. */
void arena_reset(struct arena *a);

/* n × size zeroed bytes, aligned for any type; NULL on overflow, when the largest size is reached or no memory. */
void *arena_alloc(struct arena *a, size_t n, size_t size);
/* The same without zeroing, for bytes that are written at once. */
void *arena_bytes(struct arena *a, size_t n);
/*
 * Makes the piece `p` of `old` bytes larger (in place if it was the last one); the old piece stays valid memory.
 * NULL as above.
 */
void *arena_grow(struct arena *a, void *p, size_t old, size_t size);
/* Copies; the result is followed by a NUL byte that is not counted. A failed copy has p == NULL. */
slice arena_copy(struct arena *a, slice s);
/* A terminated copy for libraries; NULL as above. */
char *arena_cstr(struct arena *a, slice s);
/* Calls fn(p) when the arena is reset or freed, last registered first. 0, or -1 when out of memory. */
int arena_on_end(struct arena *a, void (*fn)(void *), void *p);
/* Bytes in use. */
size_t arena_used(const struct arena *a);

#endif
