/*
 * CBOR (RFC 8949) as CTAP2 has it: definite lengths, shortest heads, depth ≤ 8. A reader that goes forward and allocates
 * nothing; what it does not take is E_INVALID "cbor.form".
 */
#ifndef BASE_CBOR_H
#define BASE_CBOR_H

#include "base/rc.h"

enum cbor_type { CBOR_UINT, CBOR_NINT, CBOR_BYTES, CBOR_TEXT, CBOR_ARRAY, CBOR_MAP, CBOR_TAG, CBOR_SIMPLE };

#define CBOR_TYPES 8

struct cbor { slice in; size_t at; };

struct cbor_item {
	enum cbor_type type;
	uint64_t n;       /* value, tag, simple value, number of elements or of pairs */
	slice bytes;      /* BYTES, TEXT; borrowed */
};

/* The next head; the elements of an array or map follow as items of their own. */
MUST_USE rc cbor_next(struct ctx *c, struct cbor *r, struct cbor_item *ret);
/* The next item must be of that type. */
MUST_USE rc cbor_need(struct ctx *c, struct cbor *r, enum cbor_type type, struct cbor_item *ret);
/* The next integer, negative ones too; within int64. */
MUST_USE rc cbor_int(struct ctx *c, struct cbor *r, int64_t *ret);
/* Passes over one whole item. */
MUST_USE rc cbor_skip(struct ctx *c, struct cbor *r);

#endif
