/* Inside of the reading of office documents: a stream of tags and text. Only office.c, sheet.c and archive.c include it. */
#ifndef ENGINE_SELECT_OFFICE_H
#define ENGINE_SELECT_OFFICE_H

#include "base/buf.h"
#include "base/rc.h"

/* The text up to the next tag and the tag without its brackets, from *i on; false at the end, where `tag` is empty. */
bool office_next(slice xml, size_t *i, slice *text, slice *tag);
/* "/w:p" or "w:br/", with attributes or without. */
bool office_tag_is(slice tag, const char *name);
/* Text as it stands between tags, with its entities read. */
void office_put(struct buf *b, slice text);

/* The strings of a workbook, which the cells of its sheets point to. */
struct office_strings { slice text; size_t *end; bool *used; size_t n; };
MUST_USE rc office_strings_read(struct ctx *c, slice xml, struct office_strings *ret);
/* A sheet: rows are lines, cells are parted by tabs and stand in the column that they say. */
MUST_USE rc office_sheet(struct ctx *c, slice xml, struct office_strings *s, slice *ret);
/* Those that no cell pointed to, a line each. */
MUST_USE rc office_strings_rest(struct ctx *c, const struct office_strings *s, slice *ret);

#endif
