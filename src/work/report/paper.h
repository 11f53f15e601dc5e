/*
 * Forms seen from a case: texts in, texts and bytes out. It stands between the forms (which know values) and the filings
 * (which know entries and tables), so that neither has to know the other's types.
 */
#ifndef WORK_REPORT_PAPER_H
#define WORK_REPORT_PAPER_H

#include "base/json.h"
#include "base/rc.h"

struct papers;
struct paper;
struct record_schema;

/* Reads all forms and forms/procedures.yaml of the data folder. Lives in c->a. */
MUST_USE rc papers_load(struct ctx *c, const char *data, const struct papers **ret);
const struct record_schema *papers_record(const struct papers *p);
/* The procedure of a duty ("APPI26.PRE" → "appi26"), or S_NONE. */
slice papers_procedure(const struct papers *p, slice rule);
/* The row of legal_grounds that a predicate of the law stands for; false when it stands for none. */
bool papers_ground(const struct papers *p, slice met, slice *ret_law, slice *ret_article, slice *ret_item);

struct paper_head { slice id, version, title; bool draft; };

/* The definition in force that day; the id in any case ("pv", "PV"). E_NOTFOUND "form.unknown", "form.not_in_force". */
MUST_USE rc papers_find(struct ctx *c, const struct papers *p, slice id, jday day, struct paper_head *ret);

/* What the report says of itself; see struct report_meta. */
struct paper_meta {
	slice kind;               /* "preliminary" "follow_up" "final" "other" */
	bool follow_up;
	msec at;
	slice addressee;
	const slice *procedures;
	size_t nprocedures;
	bool has_previous;
	msec previous;
	slice receipt, document;
	bool exercise;
};

/*
 * values  object keyed by path of the record
 * facts   object keyed by fact of the law; values follow from it where none stands under their own path
 */
MUST_USE rc paper_fill(struct ctx *c, const struct papers *p, slice id, slice version, jday day, slice values,
                       slice facts, const struct paper_meta *meta, struct paper **ret);

struct paper_missing { slice sheet, code, ja; bool unknown; };   /* unknown: stated as not known; else nothing stated */
struct paper_change { slice code, ja, before, after; char kind; };   /* kind '+' '~' '-' */

MUST_USE rc paper_missing(struct ctx *c, const struct paper *p, struct paper_missing **ret, size_t *ret_n);
MUST_USE rc paper_diff(struct ctx *c, const struct paper *before, const struct paper *now, struct paper_change **ret,
                       size_t *ret_n);
/* Prints what changed since `before` at the end of `now`. */
MUST_USE rc paper_mark_changes(struct ctx *c, const struct paper *before, struct paper *now);
/* Each line of the filled form that has a value: code, label, text. */
typedef void paper_line_fn(void *p, slice sheet, slice code, slice label, slice text, bool missing);
MUST_USE rc paper_each(struct ctx *c, const struct paper *p, paper_line_fn *fn, void *arg);

MUST_USE rc paper_put_json(struct ctx *c, const struct paper *p, struct buf *out);
MUST_USE rc paper_pdf(struct ctx *c, const struct paper *p, slice *ret);
MUST_USE rc paper_xlsx(struct ctx *c, const struct paper *p, slice *ret);
struct paper_head paper_head(const struct paper *p);

#endif
