/* Text is a slice: pointer and length, UTF-8 unless its name says otherwise, not terminated. */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct slice {
	const char *p;   /* borrowed; may be NULL when len is 0 */
	size_t len;      /* bytes */
} slice;

#define S(lit) ((slice){ "" lit, sizeof(lit) - 1 })
#define S_INIT(lit) { "" lit, sizeof(lit) - 1 }
#define S_NONE ((slice){ NULL, 0 })
/* For printf: printf("%" S_FMT, S_ARG(s)). */
#define S_FMT ".*s"
#define S_ARG(s) (int)(s).len, (s).p

/* Only at the border to libraries that speak C strings. */
static inline slice slice_of(const char *z) { return (slice){ z, z ? strlen(z) : 0 }; }

static inline bool slice_eq(slice a, slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

static inline bool slice_is(slice a, const char *z) { return slice_eq(a, slice_of(z)); }

/* <0, 0, >0 in byte order, which for UTF-8 is code point order. */
int slice_cmp(slice a, slice b);
bool slice_starts(slice s, slice prefix);
bool slice_ends(slice s, slice suffix);
/*
 * A quick hash of its length and its first and last 8 bytes, spread over all 64 bits: for small tables of names. Not for keys
 * that a stranger may choose without a limit on their number.
 */
uint64_t slice_hash(slice s);

/* Has it no byte beyond ASCII? Asked of all of it, whatever it begins with. */
bool slice_is_ascii(slice s);

/* FNV-1a with 64 bits (Fowler, Noll, Vo), all bytes of s, going on from h, at first FNV_START. As above: a stranger can find keys that meet. */
#define FNV_START UINT64_C(0xcbf29ce484222325)
static inline uint64_t slice_fnv(uint64_t h, slice s)
{
	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (uint8_t)s.p[i]) * UINT64_C(0x100000001b3);
	return h;
}

/* Index of the first `what` at or after `from`; SIZE_MAX if there is none. */
size_t slice_find(slice s, slice what, size_t from);
/* Bytes [from, from+len), cut to what is there. */
slice slice_sub(slice s, size_t from, size_t len);
/* Without ASCII blanks, tabs and line ends at both sides. */
slice slice_trim(slice s);
/*
 * Cuts the next part off `rest`, up to `sep`; false when nothing is left. "a,,b" gives "a", "", "b";
 * a trailing separator gives no empty last part.
 */
bool slice_next(slice *rest, char sep, slice *ret_part);

#endif
