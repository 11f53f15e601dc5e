/* Reading the body of a form's definition; used by form.c only. */
#ifndef WORK_REPORT_FORM_READ_H
#define WORK_REPORT_FORM_READ_H

#include "work/report/form.h"

/* One part from its map; `as_field`: the map is a field that is its own single part. */
MUST_USE rc form_read_part(struct ctx *c, const struct forms *f, const struct pack *node, bool as_field,
	struct form_part *out);
/* {path: [values]} */
MUST_USE rc form_read_conditions(struct ctx *c, const struct forms *f, const struct pack *map, struct condition **ret,
	uint32_t *ret_n);
/* Where `text` points: a path, a column of one, or a column of the report being made. */
MUST_USE rc form_read_source(struct ctx *c, const struct forms *f, const struct pack *node, struct source *out);
/* Sections, annexes and what they include. */
MUST_USE rc form_read_body(struct ctx *c, struct forms *f, struct form *form);

#endif
