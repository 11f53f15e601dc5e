/*
 * Values that identify a person by law or in fact, found by their form: numbers with a check digit, telephone numbers,
 * mail addresses. One value proves nothing (one in eleven numbers has a fitting digit): a column is judged as a whole.
 */
#ifndef ENGINE_DEID_CODES_H
#define ENGINE_DEID_CODES_H

#include "engine/deid/build.h"

enum code_kind {
	CODE_NONE,
	CODE_MY_NUMBER,       /* 個人番号, 12 digits, the last of them a check digit */
	CODE_RESIDENT,        /* 住民票コード, 11 digits, check digit */
	CODE_PASSPORT,        /* 旅券番号, two letters and seven digits */
	CODE_PHONE,
	CODE_MAIL,
};

#define CODE_KINDS 6

extern const char *const code_words[CODE_KINDS];
/* The kind that nine of ten values have, when there are any. */
enum code_kind codes_find(const struct dict *texts);
/* Individual identification codes (個人識別符号): must never be released. */
static inline bool code_is_of_law(enum code_kind k) { return k == CODE_MY_NUMBER || k == CODE_RESIDENT || k == CODE_PASSPORT; }
/* Texts that people write where a value is not known; the first is the empty one. */
#define CODES_UNKNOWN 12
extern const slice codes_unknown[CODES_UNKNOWN];
/* Names of what is measured of a person: most may have a value of their own, and still it is no number of theirs. */
bool codes_called_measure(slice name);
/* The kind of hierarchy that all values but these allow. */
enum build_kind codes_build(struct ctx *c, const struct dict *texts, slice name);
/* Values that are not of the kind that nearly all are of; ret_first: the code of the first of them. */
uint32_t codes_unlike(struct ctx *c, const struct dict *texts, enum build_kind kind, uint32_t *ret_first);

#endif
