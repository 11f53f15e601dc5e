/* The end of a PDF that cairo made; used by paper.c only. */
#ifndef WORK_REPORT_PDF_TAIL_H
#define WORK_REPORT_PDF_TAIL_H

#include "base/rc.h"

/* The same document, marked as tagged and Japanese. */
MUST_USE rc pdf_add_tail(struct ctx *c, slice pdf, slice *ret);

#endif
