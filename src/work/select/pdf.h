/* The text of a PDF, read by pdftotext (poppler-utils) in a process of its own that can do nothing but read and answer. */
#ifndef WORK_SELECT_PDF_H
#define WORK_SELECT_PDF_H

#include "base/cage.h"

/* Where c->cage leads to another process, it is started there. */
extern const struct cage_kind pdf_cage;

/* No letter in it: a scan, or pages of pictures. */
bool pdf_is_scan(slice text);
/* In c->a. E_IO "select.pdf" when the program is not there, E_INVALID "select.pdf" when it gave up or broke a rule. */
MUST_USE rc pdf_text(struct ctx *c, slice pdf, slice *ret);

#endif
