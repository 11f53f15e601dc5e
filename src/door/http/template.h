/* Templates as tables (made by tools/gen_pages.py) and the one function that runs them. */
#ifndef DOOR_HTTP_TEMPLATE_H
#define DOOR_HTTP_TEMPLATE_H

#include "base/json.h"

enum tpl_kind {
	TPL_TEXT, TPL_SAY, TPL_MESSAGE, TPL_VALUE, TPL_IF, TPL_UNLESS, TPL_JUMP, TPL_EACH, TPL_NEXT, TPL_END,
};

#define TPL_KINDS 10

/* For where a value stands. PATH: a whole address, which must be one of ours; PART: behind a written path. */
enum tpl_escape { TPL_HTML, TPL_PATH, TPL_PART };

#define TPL_ESCAPES 3

struct tpl_op {
	enum tpl_kind kind;
	enum tpl_escape escape;
	uint32_t jump;
	slice text, other;           /* name of a value; text or Japanese, English; compared word */
};

struct view { const char *name; const struct tpl_op *ops; };

extern const struct view view_table[];   /* ended by NULL */

/* NULL when there is none. */
const struct view *view_find(slice name);
/* Names are looked for in `data`, then in `frame`. E_BUG "http.view" when the table is wrong. */
MUST_USE rc view_run(struct ctx *c, const struct view *v, const struct json *data, const struct json *frame, bool ja,
                     struct buf *out);
void put_html(struct buf *b, slice s);
void put_url_part(struct buf *b, slice s);

#endif
