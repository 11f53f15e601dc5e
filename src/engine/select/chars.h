/* Classes of bytes, shared by the scanner's parts. Bytes from 0x80 are never letters here: see char_letter_len(). */
#ifndef ENGINE_SELECT_CHARS_H
#define ENGINE_SELECT_CHARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum { CH_DIGIT = 1, CH_ALPHA = 2, CH_HEX = 4, CH_HOST = 8, CH_SPACE = 16, CH_HIGH = 32, CH_URL = 64, CH_LOCAL = 128 };
extern const uint8_t char_class[256];
/* Bytes of a URL that never need a second look; that end the name of a browser in any case; letters of host names; letters, digits
 * and "-"; signs right before and right behind a name that may make something else of it. */
enum { FAST_URL = 1, FAST_AGENT_END = 2, FAST_HOST = 4, FAST_LABEL = 8, FAST_UNSURE_BEFORE = 16, FAST_UNSURE_BEHIND = 32 };
extern const uint8_t char_fast[256];

static inline bool is_fast(char ch, int set) { return (char_fast[(uint8_t)ch] & set) != 0; }

static inline bool is_class(char ch, int set) { return (char_class[(uint8_t)ch] & set) != 0; }
static inline bool is_alnum(char ch) { return is_class(ch, CH_DIGIT | CH_ALPHA); }
static inline bool is_digit(char ch) { return is_class(ch, CH_DIGIT); }
static inline bool is_alpha(char ch) { return is_class(ch, CH_ALPHA); }
static inline bool is_space(char ch) { return is_class(ch, CH_SPACE); }
static inline char lower(char ch) { return ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch; }

/* The text at `at` begins with z (lower case, not empty), without regard to case. Nearly always the first letter tells. */
bool begins_whole(slice t, size_t at, const char *z);
static inline bool begins(slice t, size_t at, const char *z) { return at < t.len && lower(t.p[at]) == z[0] && begins_whole(t, at, z); }
/* A list compiled by tools/gen_lists.py: words in lower case and a table of places by hash (0: empty). */
struct words { const char *const *words; const uint32_t *slots; uint32_t mask; };

/* The hash of a word (any case), made of those of its labels from the last to the first: a name and all above it in one pass. */
uint64_t label_hash(const char *p, size_t n);
static inline uint64_t label_join(uint64_t above, uint64_t label)
{
	uint64_t h = (above ^ label) * UINT64_C(0xD6E8FEB86659FD93);

	return h ^ h >> 32;
}
/* The same of a label in lower case behind which eight bytes are readable. */
static inline uint64_t label_hash_lower(const char *p, size_t n)
{
	uint64_t h = n, v;

	for (;; p += 8, n -= 8) {
		if (!n)
			return h;
		memcpy(&v, p, 8);
		if (n < 8)
			v &= ~(uint64_t)0 >> (64 - n * 8);
		h = (h ^ v) * UINT64_C(0x9E3779B97F4A7C15);
		h ^= h >> 32;
		if (n <= 8)
			return h;
	}
}
uint64_t word_hash(slice s);
/* Equal without regard to ASCII case; z is in lower case. */
bool same_word(slice s, const char *z);
/* Is `s`, which has this hash, in the list? Most places are empty, or hold a word of another tag. */
static inline bool in_list_hashed(const struct words *list, uint64_t h, slice s)
{
	uint32_t slot, tag = (uint32_t)(h >> 48);

	for (uint32_t k = (uint32_t)h & list->mask; (slot = list->slots[k]) != 0; k = (k + 1) & list->mask)
		if (slot >> 16 == tag && same_word(s, list->words[(slot & 0xffff) - 1]))
			return true;
	return false;
}
/* Is `s` (any case) in the list? */
bool in_list(const struct words *list, slice s);
/* Is the name `host`, or one of the names above it, in the list? */
bool in_list_above(const struct words *list, slice host);

/* The first of `lists` in which `host` or a name above it stands; n when it stands in none. */
size_t in_lists_above(const struct words *const *lists, size_t n, slice host);

/* Bytes of the letter (of any script but ASCII) at `at`, 0 when none. *ret_cjk: kanji, kana or the like. */
size_t char_letter_len(slice t, size_t at, bool *ret_cjk);
/* Bytes of the character that ends before `at`; 1 for ASCII and for broken text. */
size_t char_before(slice t, size_t at);

#endif
