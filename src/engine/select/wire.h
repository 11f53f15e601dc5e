/* Reads fields of the network from the front, their highest byte first. Past the end all are 0, and `ok` says so. */
#ifndef ENGINE_SELECT_WIRE_H
#define ENGINE_SELECT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire { const uint8_t *p; size_t n; bool ok; };

static inline uint16_t wire_u16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }

/* A number of so many bytes, at most 8. */
static inline uint64_t wire_take(struct wire *w, size_t bytes)
{
	uint64_t v = 0;

	if (w->n < bytes) {
		w->ok = false;
		w->n = 0;
		return 0;
	}
	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | w->p[i];
	w->p += bytes;
	w->n -= bytes;
	return v;
}

/* The next n bytes, or what there is of them: then both are not ok. */
static inline struct wire wire_part(struct wire *w, uint64_t n)
{
	struct wire part = { w->p, n < w->n ? (size_t)n : w->n, n <= w->n };

	w->ok &= n <= w->n;
	w->p += part.n;
	w->n -= part.n;
	return part;
}

#endif
