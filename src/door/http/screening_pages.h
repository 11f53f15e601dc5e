/* What the pages of the screening of access logs share: which items this person may read, an item as a model. */
#ifndef DOOR_HTTP_SCREENING_PAGES_H
#define DOOR_HTTP_SCREENING_PAGES_H

#include "door/http/visit.h"
#include "work/screen/screening.h"
#include "work/screen/screening_words.h"

/* One list as this person sees it. */
struct list_view {
	slice name;
	struct screening_run run;               /* .run empty: kept by an older version, only its items are known */
	const struct json *sealed;              /* departments and proof; NULL: none, or destroyed */
	struct screening_item *items;           /* all of them, by rank */
	size_t n;
	struct screening_reviewer *reviewers;
	size_t nreviewers;
};

/* Looking at the list of the path: E_NOTFOUND "screening.no_run". */
MUST_USE rc list_open(struct visit *v, struct list_view *ret);
/* The same for an item by itself, without the other items. */
MUST_USE rc list_of_item(struct visit *v, const struct screening_item *i, struct list_view *ret);

struct look screening_look(const struct visit *v);
/* Do they check what others decide: auditors, inspectors? */
bool screening_checks(const struct visit *v);
/* May they read it: they decide, or they check what others decide (auditors, inspectors) and have no part in it. */
bool may_read(const struct visit *v, enum screening_stand stand);
/* The item opened; *ret_stand says whether it may be shown. A destroyed one is *ret NULL. */
MUST_USE rc item_open(struct visit *v, const struct list_view *l, const struct screening_item *i, const struct json **ret,
	enum screening_stand *ret_stand);
/* Who decides: whoever it was given to, else who could. Empty when there is nobody. */
slice item_decider(struct visit *v, const struct list_view *l, const struct screening_item *i, const struct json *item,
	enum screening_stand stand);

slice department_name(struct visit *v, const struct list_view *l, slice word);
/* 9.76 */
slice score_text(struct visit *v, int64_t hundredths);
/* "ask", "why", "known" and so on as members of an object that is open. */
MUST_USE rc m_item(struct visit *v, struct json_out *o, const struct list_view *l, const struct screening_item *i,
	const struct json *item, enum screening_stand stand);
/* What is known of an item as sentences: what explains some of it, what else was found, what could not be judged. */
MUST_USE rc item_known(struct visit *v, const struct json *item, slice **ret, size_t *ret_n);
/* For the first page: "screening", the lists in which items wait for this person; "screening_newest", for numbers told to all. */
MUST_USE rc screening_put_waiting(struct visit *v, struct json_out *o);

#endif
