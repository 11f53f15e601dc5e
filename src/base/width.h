/*
 * Text in columns of a terminal or a plain-text file: a full-width character takes two columns (UAX #11), a combining
 * mark or variation selector none. Ambiguous characters (○, →, α) count one, as in a UTF-8 terminal.
 */
#ifndef BASE_WIDTH_H
#define BASE_WIDTH_H

#include "base/buf.h"

/* Columns of one code point: 0, 1 or 2. */
unsigned codepoint_width(uint32_t cp);
/* Columns of a text without line ends; a bad byte counts one. */
size_t text_width(slice s);
/* The longest beginning that takes at most `cols` columns; never half a character. */
slice text_cut(slice s, size_t cols);

/* The text and blanks up to `cols` columns. Longer text is cut and ends with "…" (one column). */
void buf_put_cell(struct buf *b, slice s, size_t cols);
/*
 * The text in lines of at most `cols` columns, each but the first after `indent` blanks; the first is taken to begin
 * there already. Breaks at blanks, or between any two full-width characters but not before 、。）」 and their like
 * (JIS X 4051 line-start prohibition, the short list). Line ends of the text stay. No line end after the last line.
 */
void buf_put_wrapped(struct buf *b, slice s, size_t indent, size_t cols);

#endif
