/* What nobody can read in a mail, but any mail program can: encoded words of its head, parts in base64. */
#ifndef WORK_SELECT_CODES_H
#define WORK_SELECT_CODES_H

#include "base/buf.h"
#include "base/rc.h"

/* The mail as it came without them; its parts follow elsewhere as text. In w->a. */
MUST_USE rc without_codes(struct ctx *w, slice mail, slice *ret);

#endif
