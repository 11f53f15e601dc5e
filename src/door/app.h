/* What the process may use; one, made in main. */
#ifndef DOOR_APP_H
#define DOOR_APP_H

struct idp;
struct packs;

struct app {
	const char *data;    /* folder with law/, forms/, agencies/, … */
	const char *store;   /* folder of the node's store; NULL when not given */
	const char *now;     /* --now, for exercises only; NULL otherwise */
	struct packs *packs; /* packs that a serving process read at its start (door/http/packs.h); NULL for commands */
	const struct idp *idp; /* the identity provider (door/http/idp.h); NULL: none */
};

#endif
