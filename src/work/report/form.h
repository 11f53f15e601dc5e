/*
 * Official forms as data (forms/<name>/fields.yaml): fields, choices, what is required when, where each value comes
 * from in the record, and from which day to which a definition holds. A version of a form is fixed content; an
 * included part names the version it takes.
 */
#ifndef WORK_REPORT_FORM_H
#define WORK_REPORT_FORM_H

#include "work/report/record.h"

enum part_type {
	PART_TEXT, PART_LONG, PART_DATE, PART_DATETIME, PART_INT, PART_DECIMAL, PART_BOOL, PART_ONE, PART_MANY,
	PART_TABLE, PART_FILE,
	PART_PRESENT,    /* 有 / 無: whether there is any such row or text */
	PART_FLAG,       /* あり / なし: whether a list has the code `is` */
	PART_DURATION,   /* from one instant to another */
	PART_SUM,        /* of a column */
	PART_NOTE,       /* fixed text, printed when the field's condition holds */
};

#define PART_TYPES 16

enum part_as {
	AS_PLAIN, AS_CHOSEN,           /* only what was chosen, without boxes */
	AS_DATE,                       /* the day of an instant */
	AS_PREFECTURE,                 /* an address up to its prefecture */
	AS_CORPORATE_NUMBER,           /* thirteen digits with check digit, else a remark for the clerk */
	AS_OTHERS,                     /* rows of reports[] to others than this addressee */
};

#define PART_AS 6

enum required { REQUIRED_OPT, REQUIRED_PRELIMINARY, REQUIRED_FINAL, REQUIRED_IF };

/* What the value is read from: a path of the record or a column of one; `own` is the report being made. */
struct source {
	const struct record_path *path;     /* NULL: none */
	const struct record_path *column;   /* NULL: the path itself */
	bool own;
	slice text;                         /* as it is written in the form */
};

/* Holds when the source has one of the values; "true", "false" for bool. */
struct condition {
	struct source source;
	slice *is;
	uint32_t n_is;
};

/* A box of the form, ticked by any of the record's codes in `is`. */
struct form_choice {
	slice code, ja, en;
	slice *is;
	uint32_t n_is;
};

struct form_column {
	slice ja, en;
	const struct record_path *column;
	enum part_as as;
	uint32_t width;                     /* share of the table's width in percent */
};

struct form_part {
	slice ja, en, unit;
	enum part_type type;
	enum part_as as;
	bool optional, bare;                /* bare: printed without its label */
	bool hide_rest;                     /* what is no choice of this form is not printed */
	struct source from, to, precision;
	const struct record_path *where;    /* only rows in which this column … */
	slice *where_is;                    /* … has one of these; `this_report.agency` stands for the addressee */
	uint32_t nwhere;
	slice is;                           /* PART_FLAG */
	struct form_choice *choices;
	struct form_column *columns;
	uint32_t nchoices, ncolumns;
};

struct form_field {
	slice code, ja, en, text;
	enum required required;
	char certainty;                     /* 'A', 'B', 'C'; shown on screen, never on paper */
	bool print, nco;
	struct condition *when;
	struct form_part *parts;
	uint32_t nwhen, nparts;
};

struct form_section {
	slice id, ja, en;
	struct form_field *fields;
	uint32_t nfields;
};

/* The form's own sheet, or an annex (別紙) with a code. */
struct form_sheet {
	slice code, ja, en;
	char certainty;
	bool nco;                           /* may go to the National Cybersecurity Office */
	struct condition *when;
	struct form_section *sections;
	uint32_t nwhen, nsections;
};

enum form_layout { LAYOUT_TABLE, LAYOUT_LETTER, LAYOUT_ANNOUNCEMENT };

struct form {
	slice id, version, title, title_en, heading, basis, honorific, origin, intro, opening, closing;
	slice folder;                       /* folder of its definition, for the cell map and blank beside it */
	enum form_layout layout;
	jday valid_from, valid_to;          /* JDAY_LEAST, JDAY_MOST: open */
	bool draft;                         /* 案: the exact print is not known */
	struct form_sheet *sheets;          /* the first is the form itself */
	uint32_t nsheets;
	const struct pack *node;            /* where it was read */
	int reading;                        /* 0 not yet, 1 being read, 2 done: includes may not go in a circle */
};

struct forms {
	const struct record_schema *record;
	struct form *all;
	uint32_t n;
};

/*
 * Reads `dir`/record.yaml and every `dir`/<name>/fields.yaml. A mistake is E_INVALID with file, row and column:
 * "form.unknown_path", "form.unknown_choice", "form.duplicate", "form.type", "form.overlap", "form.include",
 * "form.circle", "form.certainty", "form.prefix", "form.placeholder" and those of packs.
 */
MUST_USE rc forms_load(struct ctx *c, const char *dir, const struct forms **ret);
/* The definition in force that day. E_NOTFOUND "form.unknown" (no such form), "form.not_in_force". */
MUST_USE rc form_find(struct ctx *c, const struct forms *f, slice id, jday on_day, const struct form **ret);
/* The field of a sheet ("" is the form itself); NULL when there is none. */
const struct form_field *form_field_find(const struct form *form, slice sheet, slice code);
const char *part_type_word(enum part_type t);
const char *required_word(enum required r);
/* Calls fn for every source of every part, column and condition; for tests of the mapping. */
void form_each_source(const struct form *form, void (*fn)(void *arg, const struct form_field *f, const struct source *s),
	void *arg);

#endif
