/* Values of the record as a part of a form wants them; used by the filling only. */
#ifndef WORK_REPORT_GATHER_H
#define WORK_REPORT_GATHER_H

#include "work/report/filled.h"

/* What a source gives: one value for a plain path, one per row for a column of a table (NULL where a row has none). */
struct gathered {
	enum value_state state;        /* of the whole: absent, unknown, … */
	const struct json **values;    /* bare */
	enum value_state *states;      /* of each */
	uint32_t n;
	bool list;                     /* the source is a list, even if it has one or none */
};

/* What the filling works with. */
struct filling {
	const struct json *values;
	const struct json *own;        /* the report being made, as a row of reports[] */
	slice addressee;
};

/* `part` gives the filter on rows; NULL: none. */
MUST_USE rc gather(struct ctx *c, const struct filling *f, const struct source *s, const struct form_part *part,
	struct gathered *ret);
/* The rows of a table that pass the part's filter. */
MUST_USE rc gather_rows(struct ctx *c, const struct filling *f, const struct form_part *part, struct gathered *ret);
/* The report being made as a row of reports[]. */
MUST_USE rc gather_own(struct ctx *c, const struct form *form, const struct report_meta *meta, const struct json **ret);
/* All conditions hold. */
MUST_USE rc gather_holds(struct ctx *c, const struct filling *f, const struct condition *when, uint32_t n, bool *ret);

/* Printing single values: words.c. */
void put_count(struct buf *b, int64_t n);
/* A day or instant in era form; `day_only` leaves the time of day out. Texts that are no time are left out. */
void put_time(struct ctx *c, struct buf *b, slice text, bool day_only);
/* Any value of a column or path as people read it. */
void put_value(struct ctx *c, struct buf *b, const struct record_path *p, const struct json *v, enum part_as as);
void put_prefecture(struct buf *b, slice address);
/* Thirteen digits of which the first is the check digit (法人番号の指定等に関する省令). */
bool corporate_number_is_right(slice s);

#endif
