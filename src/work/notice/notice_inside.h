/* Between the files of this folder. */
#ifndef WORK_NOTICE_NOTICE_INSIDE_H
#define WORK_NOTICE_NOTICE_INSIDE_H

#include "work/notice/notice.h"

/* Those of one duty, in order. */
MUST_USE rc notice_of_duty(struct ctx *c, struct store *st, const struct duty *d, struct notice **ret, size_t *ret_n);

#endif
