/*
 * What `core` reads once, before it locks itself in: the law, the forms, the terms, the rights. Every request borrows
 * from it. app->house points to it; a process that has none reads it at the first request (one process alone, tests).
 */
#ifndef DOOR_HTTP_HOUSE_H
#define DOOR_HTTP_HOUSE_H

#include "door/http/who.h"
#include "work/case/case.h"
#include "work/report/filing_form.h"

struct house {
	struct arena *a;             /* owned: everything below lies in it */
	const char *data;
	const struct law *law;
	const struct shelf *shelf;
	const struct terms *terms;
	const struct rights *rights;
};

/* E_NOMEM, and what the packs say. */
MUST_USE rc house_open(struct ctx *c, const char *data, struct house **ret);
void house_close(struct house *h);

#endif
