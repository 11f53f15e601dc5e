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

#endif
