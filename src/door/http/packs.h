/*
 * What `core` reads once, before it locks itself in: the law, the forms, the terms, the rights, the gate, the kinds of
 * threads. Every request borrows from it. app->packs points to it; a process that has none reads it at the first request (one
 * process alone, tests).
 */
#ifndef DOOR_HTTP_PACKS_H
#define DOOR_HTTP_PACKS_H

#include "base/rc.h"
#include "work/screen/screening_words.h"

struct ladder;
struct gate;
struct law;
struct shelf;
struct terms;
struct rights;
struct exchange_keys;
struct marks;
struct thread_kinds;

struct packs {
	struct arena *a;             /* owned: everything below lies in it */
	const char *data;
	const struct ladder *ladder; /* of notices */
	const struct law *law;
	const struct shelf *shelf;
	const struct terms *terms;
	const struct rights *rights;
	const struct gate *gate;
	const struct thread_kinds *kinds;
	struct screening_strength strength;   /* of the signs of a screening, in words */
	struct exchange_keys *keys;  /* of this node, to sign memoranda with; NULL: it has none, or nobody read them (packs_keys) */
	struct marks *marks;         /* owned; for searching (marks.h) */
};

/* E_NOMEM, and what the packs say. */
MUST_USE rc packs_open(struct ctx *c, const char *data, struct packs **ret);
/* Reads the keys of the exchange in the folder of the store, when there are any; before the walls go up. */
MUST_USE rc packs_keys(struct ctx *c, struct packs *h, const char *store);
void packs_close(struct packs *h);

#endif
