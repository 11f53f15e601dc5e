/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdint.h>

#include "base/slice.h"

/* Length of the valid beginning; equals s.len when all is valid. */
size_t utf8_valid_prefix(slice s);
static inline bool utf8_is_valid(slice s) { return utf8_valid_prefix(s) == s.len; }
/*
 * Decodes the code point at byte *i and moves *i behind it; false (and *i one further) on a bad byte.
 * Call only while *i < s.len.
 */
bool utf8_next(slice s, size_t *i, uint32_t *ret_cp);
/* Writes 1 to 4 bytes to out; 0 for what is no code point. */
size_t utf8_encode(uint32_t cp, char out[4]);
/* Code points of a valid text. */
size_t utf8_count(slice s);

#endif
