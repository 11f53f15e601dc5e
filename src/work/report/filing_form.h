/*
 * Forms seen from a case: texts in, texts and bytes out. It stands between the forms (which know values) and the filings
 * (which know entries and tables), so that neither has to know the other's types.
 */
#ifndef WORK_REPORT_FILING_FORM_H
#define WORK_REPORT_FILING_FORM_H

#include "base/json.h"
#include "base/rc.h"

struct shelf;
struct sheet;
struct record_schema;

/* Reads all forms and forms/procedures.yaml of the data folder. Lives in c->a. */
MUST_USE rc shelf_load(struct ctx *c, const char *data, const struct shelf **ret);
const struct record_schema *shelf_record(const struct shelf *p);
/* The procedure of a duty ("APPI26.PRE" → "appi26"), or S_NONE. */
slice shelf_procedure(const struct shelf *p, slice rule);
/* The row of legal_grounds that a predicate of the law stands for; false when it stands for none. */
bool shelf_ground(const struct shelf *p, slice met, slice *ret_law, slice *ret_article, slice *ret_item);

/* The sections of the record, in their order, and the one that a path stands in (empty: no path of the record). */
struct shelf_section { slice id, ja, en; };
size_t shelf_sections(const struct shelf *p);
struct shelf_section shelf_section(const struct shelf *p, size_t i);
slice shelf_section_of(const struct shelf *p, slice path);

struct sheet_head { slice id, version, title; bool draft; };

/* The definition in force that day; the id in any case ("pv", "PV"). E_NOTFOUND "form.unknown", "form.not_in_force". */
MUST_USE rc shelf_find(struct ctx *c, const struct shelf *p, slice id, jday day, struct sheet_head *ret);

/* What the report says of itself; see struct report_meta. */
struct sheet_meta {
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
MUST_USE rc sheet_fill(struct ctx *c, const struct shelf *p, slice id, slice version, jday day, slice values,
                       slice facts, const struct sheet_meta *meta, struct sheet **ret);

struct sheet_missing { slice sheet, code, ja; bool unknown; };   /* unknown: stated as not known; else nothing stated */
struct sheet_change { slice code, ja, before, after; char kind; };   /* kind '+' '~' '-' */

MUST_USE rc sheet_missing(struct ctx *c, const struct sheet *p, struct sheet_missing **ret, size_t *ret_n);
MUST_USE rc sheet_diff(struct ctx *c, const struct sheet *before, const struct sheet *now, struct sheet_change **ret,
                       size_t *ret_n);
/* Prints what changed since `before` at the end of `now`. */
MUST_USE rc sheet_mark_changes(struct ctx *c, const struct sheet *before, struct sheet *now);
/* Each line of the filled form that has a value: code, label, text. */
typedef void sheet_line_fn(void *p, slice sheet, slice code, slice label, slice text, bool missing);
MUST_USE rc sheet_each(struct ctx *c, const struct sheet *p, sheet_line_fn *fn, void *arg);

/* A field as somebody fills it in on a screen: where its values come from. */
struct sheet_field {
	slice sheet, section, section_ja, section_en, code, ja, en;
	slice text;               /* as printed */
	bool applies, required, missing;
	const slice *paths;       /* of the record, without those of the report itself */
	const bool *must;         /* by path: a required field is not whole without it */
	size_t npaths;
};

/* All fields in the order of the form, also those that do not apply. */
MUST_USE rc sheet_fields(struct ctx *c, const struct sheet *p, struct sheet_field **ret, size_t *ret_n);

MUST_USE rc sheet_put_json(struct ctx *c, const struct sheet *p, struct buf *out);
MUST_USE rc sheet_pdf(struct ctx *c, const struct sheet *p, slice *ret);
MUST_USE rc sheet_xlsx(struct ctx *c, const struct sheet *p, slice *ret);
/*
 * An agency's own blank workbook, filled by the cell map at `map_path`. `blank` is foreign: it is opened in a cage. Fails as
 * cell_map_load() and blank_fill() do (work/report/blank.h).
 */
MUST_USE rc sheet_blank(struct ctx *c, const struct shelf *p, const struct sheet *sheet, const char *map_path, slice blank,
                        slice *ret);
/*
 * The copy that may be shared with the National Cybersecurity Office (国家サイバー統括室): without what the reporter reserved
 * and without the list of changes. E_DENIED "form.nco_optout" when the reporter wished it not to be shared at all.
 */
MUST_USE rc sheet_for_nco(struct ctx *c, const struct sheet *p, struct sheet **ret);
struct sheet_head sheet_head(const struct sheet *p);

#endif
