#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/banned.h"

#define BLOCK_FIRST ((size_t)16 << 10)
#define BLOCK_LARGEST ((size_t)4 << 20)
#define BLOCK_KEPT ((size_t)256 << 10)
#define HUGE_PAGE ((size_t)2 << 20)
#define HUGE_LEAST (4 * HUGE_PAGE)   /* tables of that size are looked at here and there: small pages cost more than the look */
#define ALIGN alignof(max_align_t)

struct block {
	struct block *prev;
	size_t size, used;
	alignas(max_align_t) char bytes[];
};

struct end {
	struct end *prev;
	void (*fn)(void *);
	void *p;
};

struct arena {
	struct block *top;   /* owned */
	struct end *ends;    /* in the arena itself */
	size_t total, max;
};

struct arena *arena_new(size_t max)
{
	struct arena *a = calloc(1, sizeof *a);

	if (a)
		a->max = max;
	return a;
}

static void run_ends(struct arena *a)
{
	for (struct end *e = a->ends; e; e = e->prev)
		e->fn(e->p);
	a->ends = NULL;
}

void arena_reset(struct arena *a)
{
	struct block *kept = NULL;

	run_ends(a);
	/* the largest one of moderate size stays, so that work of the same size needs no new memory */
	while (a->top) {
		struct block *b = a->top;

		a->top = b->prev;
		if (!kept && (b->size <= BLOCK_KEPT || !b->prev)) {
			kept = b;
			continue;
		}
		a->total -= b->size;
		free(b);
	}
	a->top = kept;
	if (kept) {
		kept->prev = NULL;
		kept->used = 0;
	}
}

void arena_free(struct arena *a)
{
	arena_reset(a);
	free(a->top);
	free(a);
}

static struct block *block_add(struct arena *a, size_t need)
{
	size_t size = a->top ? a->top->size * 2 : BLOCK_FIRST;
	struct block *b;

	if (size > BLOCK_LARGEST)
		size = BLOCK_LARGEST;
	if (size < need)
		size = need;
	if (size > a->max - a->total) {
		size = need;
		if (size > a->max - a->total)
			return NULL;
	}
	b = malloc(sizeof *b + size);
	if (!b)
		return NULL;
	if (size >= HUGE_LEAST) {
		uintptr_t from = ((uintptr_t)b + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);

		/* Without them it is slower, no more. */
		(void)madvise((char *)b + (from - (uintptr_t)b), (size - (from - (uintptr_t)b)) & ~(HUGE_PAGE - 1), MADV_HUGEPAGE);
	}
	b->prev = a->top;
	b->size = size;
	b->used = 0;
	a->top = b;
	a->total += size;
	return b;
}

void *arena_bytes(struct arena *a, size_t n)
{
	struct block *b = a->top;
	size_t need;
	void *p;

	if (n > SIZE_MAX - ALIGN)
		return NULL;
	need = (n + ALIGN - 1) & ~(ALIGN - 1);
	if (need == 0)
		need = ALIGN;
	if (!b || need > b->size - b->used)
		b = block_add(a, need);
	if (!b)
		return NULL;
	p = b->bytes + b->used;
	b->used += need;
	return p;
}

void *arena_alloc(struct arena *a, size_t n, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	p = arena_bytes(a, bytes);
	if (p)
		memset(p, 0, bytes);
	return p;
}

void *arena_grow(struct arena *a, void *p, size_t old, size_t size)
{
	struct block *b = a->top;
	size_t had = (old + ALIGN - 1) & ~(ALIGN - 1);
	void *bigger;

	if (p && size <= old)
		return p;
	if (p && b && had > 0 && size <= SIZE_MAX - ALIGN && (char *)p + had == b->bytes + b->used) {
		size_t need = (size + ALIGN - 1) & ~(ALIGN - 1);

		if (need - had <= b->size - b->used) {
			b->used += need - had;
			return p;
		}
	}
	bigger = arena_bytes(a, size);
	if (bigger && p)
		memcpy(bigger, p, old);
	return bigger;
}

slice arena_copy(struct arena *a, slice s)
{
	char *p = arena_cstr(a, s);

	return p ? (slice){ p, s.len } : S_NONE;
}

char *arena_cstr(struct arena *a, slice s)
{
	char *p = s.len < SIZE_MAX ? arena_bytes(a, s.len + 1) : NULL;

	if (!p)
		return NULL;
	if (s.len > 0)
		memcpy(p, s.p, s.len);
	p[s.len] = '\0';
	return p;
}

int arena_on_end(struct arena *a, void (*fn)(void *), void *p)
{
	struct end *e = arena_alloc(a, 1, sizeof *e);

	if (!e)
		return -1;
	*e = (struct end){ a->ends, fn, p };
	a->ends = e;
	return 0;
}

size_t arena_used(const struct arena *a)
{
	size_t sum = 0;

	for (const struct block *b = a->top; b; b = b->prev)
		sum += b->used;
	return sum;
}
