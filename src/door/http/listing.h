/* A list for the office's own tables: rows of cells, given out as CSV or XLSX by the ending of the route. */
#ifndef DOOR_HTTP_LISTING_H
#define DOOR_HTTP_LISTING_H

#include "door/http/pages.h"

struct listing {
	struct visit *v;
	slice *cells;
	size_t n, room, cols;
};

/* `head`: titles with commas between. */
MUST_USE rc listing_begin(struct listing *l, struct visit *v, const char *head);
MUST_USE rc listing_cell(struct listing *l, slice text);
MUST_USE rc listing_int(struct listing *l, int64_t n);
MUST_USE rc listing_day(struct listing *l, bool has, jday d);
MUST_USE rc listing_time(struct listing *l, bool has, msec t);
/* `name` without its ending. */
MUST_USE rc listing_done(struct listing *l, struct page *p, const char *name);

#endif
