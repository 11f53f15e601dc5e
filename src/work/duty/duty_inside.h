/* What the files of this folder share. */
#ifndef WORK_DUTY_INSIDE_H
#define WORK_DUTY_INSIDE_H

#include "work/duty/duty.h"

/* The table's duties of a case. */
MUST_USE rc duty_rows(struct ctx *c, struct store *st, const struct law *law, slice case_id, struct duty **ret, size_t *ret_n);
/* Assesses facts: the law's answer, in c->a. */
MUST_USE rc duty_assess(struct ctx *c, const struct terms *t, const struct fact *facts, size_t n, msec known,
                        struct law_answer *ret);
/* Fills the days of a duty from the law's answer. */
void duty_from_owed(const struct law_owed *o, struct duty *d);

#define WHY_MOST 12u   /* facts or predicates named as the reason of one change */

/* What was before, what is stated, what is after. */
struct frame {
	const struct terms *t;
	const struct fact *before, *after;
	size_t nbefore, nafter;
	const struct statement *s;
	size_t ns;
	msec known, known_before;   /* differ when it is corrected */
};

/* Mandatory or not, the days and the start of the clock are the same. */
bool duty_same_days(const struct duty *a, const struct duty *b);
/*
 * Names for each change the facts without which it would not have come; where several would each have sufficed, a
 * smallest set of them.
 */
MUST_USE rc duty_find_reasons(struct ctx *c, const struct frame *f, struct duty_change *changes, size_t n);

#endif
