/* What forms and letters share on their way to paper. */
#ifndef WORK_REPORT_PRINT_H
#define WORK_REPORT_PRINT_H

#include "work/report/filled.h"
#include "work/report/paper.h"

/* The boxes of a part in one running text. */
MUST_USE rc print_boxes(struct ctx *c, const struct filled_part *p, struct rich *out);
/* Something of the field is known. */
bool print_has(const struct filled_field *f);
/* The head and rows of a table over the whole width. */
void print_table(struct paper *paper, const struct filled_part *p);
/* One line or paragraph without a frame; nothing for an empty text. */
void print_line(struct paper *paper, slice text, enum ink ink, enum align align, double before, const char *tag);
slice print_wide_title(struct ctx *c, slice title);
/* A text of the record; empty when it is not there. */
slice print_value(const struct filled *f, const char *path);
/* Letters and announcements; `arg` is the filled form. */
MUST_USE rc print_letter(struct ctx *c, struct paper *paper, const void *arg);

#endif
