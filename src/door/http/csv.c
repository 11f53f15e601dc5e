#include "door/http/csv.h"

#include "base/banned.h"

void csv_begin(struct buf *b) { buf_putz(b, "\xEF\xBB\xBF"); }

void csv_cell(struct buf *b, slice s, bool last)
{
	buf_putc(b, '"');
	if (s.len > 0 && strchr("=+-@\t\r", s.p[0]))
		buf_putc(b, '\'');
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"')
			buf_putc(b, '"');
		buf_putc(b, s.p[i]);
	}
	buf_putz(b, last ? "\"\r\n" : "\",");
}
