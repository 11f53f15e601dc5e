/*
 * What somebody was typing when the session ended or the telephone rang. The script sends the form every few seconds;
 * it is kept sealed for this account and page, offered when the page is opened again, and gone when the form was sent.
 */
#ifndef DOOR_HTTP_DRAFT_H
#define DOOR_HTTP_DRAFT_H

#include "door/http/visit.h"

#define DRAFT_DAYS 30

/* The page that the draft belongs to: its path with its parts; S_NONE for routes without a form to keep. */
MUST_USE rc draft_page(struct visit *v, slice *ret);
/* When there is one: *ret_at. With ?draft=1 its fields stand in v->in as if they had just come back. */
MUST_USE rc draft_offer(struct visit *v);
/* Gone: sent, or thrown away. */
MUST_USE rc draft_drop(struct visit *v, slice page);

#endif
