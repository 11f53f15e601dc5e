/*
 * CP932 (Windows-31J), the encoding of most Japanese packages' exports, NEC and IBM characters included. Trail bytes
 * are 0x40–0x7E and 0x80–0xFC, so comma, quote, tab, colon and line ends are never part of a character, and a file can
 * be split on raw bytes; backslash and | [ ] { } ~ can be.
 */
#ifndef ENGINE_SCREEN_CP932_H
#define ENGINE_SCREEN_CP932_H

#include <stdint.h>

#include "base/buf.h"

#define CP932_LEADS 60
#define CP932_TRAILS 189

/* Made at build time; rows by cp932_row(lead), columns trail - 0x40. */
extern const uint16_t cp932_pairs[CP932_LEADS][CP932_TRAILS];

/* Is the byte the first of two? */
static inline bool cp932_is_lead(unsigned char b)
{
	return (b >= 0x81 && b <= 0x9f) || (b >= 0xe0 && b <= 0xfc);
}

/* Writes the text as UTF-8; what is no character comes out as U+FFFD. False when there was such. */
bool cp932_put(struct buf *out, slice text);
/* Share of lead bytes that are followed by a fitting trail, and of UTF-8 that is valid: which of the two is it? */
bool text_is_cp932(slice sample);

#endif
