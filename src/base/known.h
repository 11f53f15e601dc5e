/*
 * A table of a fixed size that knows bytes by a mark, for what is costly to work out and comes again. Two keys that differ have the
 * same mark with less than 1 in 2^60, whoever wrote them (the marks are made under a random key); the keys themselves are not kept.
 */
#ifndef BASE_KNOWN_H
#define BASE_KNOWN_H

#include <stdint.h>

#include "base/rc.h"

#define KNOWN_KEY_MOST ((size_t)320 << 10)   /* all pieces of a key together */
#define KNOWN_PIECES 4u

struct known;
struct mark { uint64_t a, b; };

/* In c->a: a power of two of slots, of which half are used, and `pool` bytes for what is kept. */
MUST_USE rc known_new(struct ctx *c, uint32_t slots, size_t pool, struct known **ret);
/* Of the pieces, and of where each ends. */
struct mark known_mark(const struct known *k, const slice *pieces, size_t n);
/* What was put there, aligned for any type; valid until the next known_put(). What is found is kept longer. */
bool known_find(struct known *k, struct mark m, slice *ret);
/* Room for n bytes, to be written at once; NULL when they are too many. When half of the table is full, the other half is forgotten. */
void *known_put(struct known *k, struct mark m, size_t n);

#endif
