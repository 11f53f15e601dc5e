/*
 * What `core` reads once, before it locks itself in: the law, the forms, the terms, the rights. Every request borrows
 * from it. app->packs points to it; a process that has none reads it at the first request (one process alone, tests).
 */
#ifndef DOOR_HTTP_PACKS_H
#define DOOR_HTTP_PACKS_H

#include "base/rc.h"

struct ladder;
struct law;
struct shelf;
struct terms;
struct rights;

struct packs {
	struct arena *a;             /* owned: everything below lies in it */
	const char *data;
	const struct ladder *ladder; /* of notices */
	const struct law *law;
	const struct shelf *shelf;
	const struct terms *terms;
	const struct rights *rights;
};

/* E_NOMEM, and what the packs say. */
MUST_USE rc packs_open(struct ctx *c, const char *data, struct packs **ret);
void packs_close(struct packs *h);

#endif
