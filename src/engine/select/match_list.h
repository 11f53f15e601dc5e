/*
 * Lists of known indicators as they are sent around, as lines that match_load() reads: STIX 2.0 and 2.1 (bundle, TAXII envelope,
 * objects as JSON Lines), MISP (event, events of a search), tables with a column of values, arrays of values. Which form it is
 * shows in the bytes, not in a name.
 */
#ifndef ENGINE_SELECT_MATCH_LIST_H
#define ENGINE_SELECT_MATCH_LIST_H

#include "base/buf.h"
#include "base/json.h"
#include "base/rc.h"

enum match_form { MATCH_LINES, MATCH_CSV, MATCH_STIX, MATCH_MISP, MATCH_ARRAY };

struct match_list {
	enum match_form form;
	slice lines;             /* one value a line, or JSON Lines with "type" and "value"; in `text` where nothing had to change */
	size_t passed;           /* what the sender does not mean for matching, or is of a kind that cannot be matched */
};

/* A list in JSON or with columns is held in memory as a whole. */
#define MATCH_LIST_MOST ((size_t)96 << 20)

/*
 * E_INVALID "watch.list_document" (a document, an archive, a page: renkei select takes indicators out of these), "watch.list_manifest",
 * "watch.list_json" (broken, with offset), "watch.list_form" (JSON of another kind); E_LIMIT "watch.list_size".
 */
MUST_USE rc match_list_read(struct ctx *c, slice text, struct match_list *ret);

/* match_exchange.c: what one object of STIX, or an event of MISP, is looked for by. False: it is none. */
struct list_out { struct buf *lines; size_t passed; };
bool list_stix(struct list_out *o, const struct json *v);
bool list_misp(struct list_out *o, const struct json *v);
/* A value as a line; what would be none is passed over. */
void list_put(struct list_out *o, slice value);

#endif
