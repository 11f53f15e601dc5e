/* The paper of a disposal. Texts come ready: this file knows paper and nothing of the record. */
#ifndef WORK_DISPOSAL_CERTIFICATE_H
#define WORK_DISPOSAL_CERTIFICATE_H

#include "base/rc.h"

#define CERTIFICATE_ROWS 8

struct certificate {
	slice node;
	msec done;
	bool exercise;
	struct { const char *label; slice text; } row[CERTIFICATE_ROWS];
};

MUST_USE rc certificate_make(struct ctx *c, const struct certificate *k, slice *ret_pdf);

#endif
