/*
 * What can be stated of a case: the facts that the law asks for (law/facts.yaml) and the values that forms print
 * (forms/record.yaml), one name space. A path of the record that is the `same` as a fact of the law is kept under the
 * fact, so that nothing is entered twice.
 */
#ifndef WORK_CASE_TERM_H
#define WORK_CASE_TERM_H

#include "base/rc.h"
#include "core/law/law.h"

enum term_type {
	TERM_TEXT, TERM_LONG, TERM_DAY, TERM_TIME, TERM_INT, TERM_DECIMAL, TERM_BOOL, TERM_ONE, TERM_MANY, TERM_TABLE,
	TERM_GROUP, TERM_FILE, TERM_REF,
};

#define TERM_TYPES 13

struct term_choice { slice code, ja, en; };

struct term {
	slice path;
	slice ja, en;
	slice ask_ja, ask_en;        /* the question that it answers; empty when the label must do */
	enum term_type type;
	bool law;                    /* the law asks for it */
	bool personal;               /* names, addresses, free text in which somebody may be named */
	bool repeats;                /* a list of such values */
	const struct term_choice *choices;
	size_t nchoices;
	const struct term *columns;  /* TERM_TABLE, TERM_GROUP */
	size_t ncolumns;
	const struct term *same;     /* stated under this fact instead; NULL for most */
	int32_t law_index;           /* of the fact in the law; -1 when it is none */
	uint32_t place;              /* its own index in the terms */
};

struct terms;
struct record_schema;        /* work/report/record.h */

/*
 * Out of the facts of the law and the paths of the record; borrows from both. E_INVALID "term.same" when a path is said
 * to be the same as a fact that the law has not.
 */
MUST_USE rc terms_make(struct ctx *c, const struct law *law, const struct record_schema *r, const struct terms **ret);
/* The term as it is kept (after `same`); NULL when there is none. */
const struct term *terms_find(const struct terms *t, slice path);
const struct law *terms_law(const struct terms *t);
/* All: the facts of the law, then the record in its order. */
size_t terms_count(const struct terms *t);
const struct term *terms_at(const struct terms *t, size_t i);

/* The choice with that code, or (labels) with that label in either language; NULL for none. */
const struct term_choice *term_choice(const struct term *t, slice word, bool labels);

/*
 * May the value stand in the clear part of the record and in tables? Facts of the law and numbers, days, yes/no and
 * single choices that are not personal; all else is sealed.
 */
bool term_is_clear(const struct term *t);

#endif
