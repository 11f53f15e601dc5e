/*
 * A value as somebody states it: a value, "not known", or "does not apply"; how exact a number is; how sure. The
 * value itself is kept as compact JSON: true, 320, "ransomware", "2023-06-05", ["name","address"], {…}, [{…}].
 */
#ifndef WORK_CASE_SAID_H
#define WORK_CASE_SAID_H

#include "base/buf.h"
#include "base/json.h"
#include "base/limits.h"
#include "work/case/term.h"

#define LIMIT_VALUE_JSON ((size_t)400000)   /* bytes of one table; single texts: base/limits.h */

enum said_state { SAID_VALUE, SAID_UNKNOWN, SAID_NOT_APPLICABLE };

#define SAID_STATES 3

/* 確定, 概数, 以下, 以上. */
enum said_exact { EXACT, EXACT_ABOUT, EXACT_AT_MOST, EXACT_AT_LEAST };

#define SAID_EXACTS 4

/* 確認済み, 推定, 仮定, 伝聞. */
enum said_sure { SURE_CONFIRMED, SURE_ESTIMATED, SURE_ASSUMED, SURE_HEARD };

#define SAID_SURES 4

struct said {
	enum said_state state;
	enum said_exact exact;   /* TERM_INT only */
	slice json;               /* empty unless SAID_VALUE */
	int64_t num;              /* TERM_INT */
};

/*
 * From a command line: `true`, `はい`, `ransomware`, `ランサムウェア`, `約2242万人`, `1000人以下`, `令和5年6月5日`, `?`,
 * `不明`, `-`; tables and groups as JSON.
 * E_INVALID "value.yes_no", "value.choice", "value.count", "value.negative", "value.utf8", "value.empty",
 * "value.column", "value.kind", those of dates; E_LIMIT "value.long".
 */
MUST_USE rc said_from_text(struct ctx *c, const struct term *t, slice text, struct said *ret);
/* From JSON: null is "not known"; {"about":N}, {"at_most":N}, {"at_least":N} for numbers; texts as above. */
MUST_USE rc said_from_json(struct ctx *c, const struct term *t, const struct json *v, struct said *ret);

/* The words kept in the record: "said" "unknown" "na"; "exact" "about" "at_most" "at_least"; "confirmed" … */
extern const char *const said_state_words[SAID_STATES];
extern const char *const said_exact_words[SAID_EXACTS];
extern const char *const said_sure_words[SAID_SURES];
/* The index of `word`, or E_INVALID "value.word". */
MUST_USE rc said_word(struct ctx *c, const char *const *words, unsigned n, slice word, unsigned *ret);

/* The value for people: 約22,420,000, 最大1,000, はい, ランサムウェア, 令和5年6月5日, 不明; tables row by row. */
void said_put(struct ctx *c, struct buf *b, const struct term *t, const struct said *v, bool ja);

#endif
