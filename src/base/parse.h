/* Numbers and small forms from text. Each rejects what it does not consume: no blanks, no sign where none belongs. */
#ifndef BASE_PARSE_H
#define BASE_PARSE_H

#include "base/rc.h"

/* Decimal ASCII digits, no leading '+', "0" but not "00". E_INVALID "number.form", E_LIMIT "number.range". */
MUST_USE rc parse_u64(struct ctx *c, slice text, uint64_t least, uint64_t most, uint64_t *ret);
MUST_USE rc parse_u32(struct ctx *c, slice text, uint32_t least, uint32_t most, uint32_t *ret);
MUST_USE rc parse_i64(struct ctx *c, slice text, int64_t least, int64_t most, int64_t *ret);
/* Lower- or upper-case hexadecimal of exactly 2 × n digits. E_INVALID "hex.form"; `out` is then undefined. */
MUST_USE rc parse_hex(struct ctx *c, slice text, unsigned char *out, size_t n);
/*
 * Free text as a person gives it: at most `most` bytes, UTF-8, no control characters but line ends and tabs.
 * E_LIMIT "value.long", E_INVALID "value.utf8", "value.control", with the name of the field.
 */
MUST_USE rc free_text_check(struct ctx *c, const char *name, slice s, size_t most);

#endif
