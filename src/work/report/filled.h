/* A form filled from values of the record, and what is made of it: what is missing, what changed, JSON, PDF, XLSX. */
#ifndef WORK_REPORT_FILLED_H
#define WORK_REPORT_FILLED_H

#include "work/report/form.h"

enum report_kind { REPORT_PRELIMINARY, REPORT_FOLLOW_UP, REPORT_FINAL };

#define REPORT_KINDS 3

/* The report that is being made; also the row of reports[] that it will become. */
struct report_meta {
	enum report_kind kind;
	bool follow_up;             /* 続報, else 新規 */
	msec at;                    /* of the report */
	slice addressee;            /* 個人情報保護委員会, or a person's name on a letter */
	slice *procedures;          /* codes of the record's list `procedure` */
	uint32_t nprocedures;
	bool has_previous;
	msec previous;
	slice receipt_no;           /* empty: none */
	slice document_id;          /* printed at the foot; decides nothing */
	bool exercise;              /* 訓練: marked on every page */
	bool only_known;            /* leave out of print what has no value (続報) */
};

struct tick {
	const struct form_choice *choice;
	bool on;
	slice words;                /* added words */
};

struct filled_part {
	const struct form_part *part;
	enum value_state state;
	const struct json *value;   /* value of the record that it came from, with its state; NULL: none */
	slice text;                 /* as printed; empty for boxes and tables */
	struct tick *ticks;         /* PART_ONE, PART_MANY, PART_BOOL, PART_PRESENT, PART_FLAG; one per choice */
	slice **rows;               /* PART_TABLE: nrows × part->ncolumns texts */
	uint32_t nticks, nrows;
};

struct filled_field {
	const struct form_field *field;
	struct filled_part *parts;  /* one per part of the field */
	bool applies;               /* its condition holds, or it has none */
	bool missing, changed;
	const char *why;            /* when missing: "absent", "unknown" */
};

struct filled_section {
	const struct form_section *section;
	struct filled_field *fields;
	uint32_t nfields;
};

struct filled_sheet {
	const struct form_sheet *sheet;
	struct filled_section *sections;
	uint32_t nsections;
};

enum change_kind { CHANGE_ADDED, CHANGE_CHANGED, CHANGE_REMOVED };

struct change {
	enum change_kind kind;
	slice sheet, code, ja, before, after;
};

struct filled {
	const struct form *form;
	const struct record_schema *record;
	const struct json *values;
	struct report_meta meta;
	struct filled_sheet *sheets;
	struct change *changes;     /* since the previous report; see filled_mark_changes */
	uint32_t nsheets, nchanges;
	bool compared, for_nco;
};

/*
 * `values` is an object keyed by path (record.h); it is checked. What the facts of the law give must be in it already
 * (record_derive). The result borrows from form and values.
 */
MUST_USE rc form_fill(struct ctx *c, const struct forms *f, const struct form *form, const struct json *values,
	const struct report_meta *meta, struct filled **ret);

struct missing { slice sheet, code, ja; const char *why; };

/* What is required for this kind of report and not there, in the order of the form. */
MUST_USE rc filled_missing(struct ctx *c, const struct filled *f, struct missing **ret, uint32_t *ret_n);
/* What differs in `now` from `before`, in the order of the form; fields of which the text is the same are left out. */
MUST_USE rc filled_diff(struct ctx *c, const struct filled *before, const struct filled *now,
	struct change **ret, uint32_t *ret_n);
/* The same, kept in `now`, so that it is printed at the end. */
MUST_USE rc filled_mark_changes(struct ctx *c, const struct filled *before, struct filled *now);
/*
 * What may be shared with the National Cybersecurity Office: without annexes of the PPC's procedures and without the
 * fields that the reporter named (nco_share_optout_fields, or by code or label in nco_share_optout_scope).
 * E_DENIED "form.nco_optout" when the reporter wished no sharing, named no part and is no critical infrastructure.
 */
MUST_USE rc filled_for_nco(struct ctx *c, const struct filled *f, struct filled **ret);
/* The field as one text: for diff, cell maps and screens. */
MUST_USE rc filled_text(struct ctx *c, const struct filled_field *f, slice *ret);
/* The field's place in the filled form; NULL when there is none. */
const struct filled_field *filled_find(const struct filled *f, slice sheet, slice code);

/* One JSON object, schema "renkei.filled/1": every field with label, text, state, certainty, source, value, missing. */
MUST_USE rc filled_put_json(struct ctx *c, const struct filled *f, struct buf *out);
/* The values of the record that such an object carries; the way back. E_INVALID "filled.form". */
MUST_USE rc filled_read_json(struct ctx *c, const struct forms *f, const struct json *doc, const struct json **ret_values);

/* The bytes of a PDF (A4, tagged) and of a workbook: the same bytes for the same input. */
MUST_USE rc filled_pdf(struct ctx *c, const struct filled *f, slice *ret);
MUST_USE rc filled_xlsx(struct ctx *c, const struct filled *f, slice *ret);
/* The same to a file, whole or not at all. */
MUST_USE rc filled_write_pdf(struct ctx *c, const struct filled *f, const char *path);
MUST_USE rc filled_write_xlsx(struct ctx *c, const struct filled *f, const char *path);

#endif
