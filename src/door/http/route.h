/* The routes: one row a page or act. The API has the same under /api/v1. */
#ifndef DOOR_HTTP_ROUTE_H
#define DOOR_HTTP_ROUTE_H

#include "base/rc.h"

struct visit;
struct page;
struct field_spec;

typedef rc page_fn(struct visit *v, struct page *p);

enum method { GET, POST };

#define METHODS 2

struct route {
	enum method method;
	const char *path;                /* "/cases/{case}"; NULL ends the table */
	const char *may;                 /* word of people/rights.yaml; NULL: everybody, also who has not signed in */
	const struct field_spec *fields; /* of the query or the body; NULL: none */
	page_fn *run;
	page_fn *back;                   /* POST: the page of the form, shown again with what was wrong */
	unsigned flags;
	const char *ja, *en;             /* what it does, for the API's description */
	const char *answer;              /* members of the answer: see describe.c; NULL: bytes, or a place to go to */
};

#define ROUTE_FILE 1u        /* takes multipart/form-data */
#define ROUTE_PAGE_ONLY 2u   /* not in the API: signing in, language */
#define ROUTE_OPEN 4u        /* for those who are signing in: no second factor yet */
#define ROUTE_KEEP 8u        /* GET: a form whose typing is kept (draft.h) */
#define ROUTE_STATE 16u      /* takes the cookie `oidc`: the way back from an identity provider */

extern const struct route route_table[];

#define ROUTE_PARTS 4u

struct route_part { slice name, value; };

/*
 * The route of a path; parts decoded. *ret NULL when no route has that path; when the path is known but not the method,
 * *ret_allow is "GET", "POST" or "GET, POST".
 */
MUST_USE rc route_find(struct ctx *c, slice method, slice path, const struct route **ret, struct route_part *parts,
                       size_t *ret_nparts, const char **ret_allow);

#endif
