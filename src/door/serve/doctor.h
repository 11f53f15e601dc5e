/* What this machine gives to protect the node, looked at by trying. */
#ifndef DOOR_SERVE_DOCTOR_H
#define DOOR_SERVE_DOCTOR_H

#include "base/rc.h"

enum finding { FINDING_GOOD, FINDING_WEAK, FINDING_BAD };

#define FINDINGS 3

struct check {
	const char *name;          /* "seccomp" */
	enum finding finding;
	char says[160];            /* English, one sentence */
};

#define CHECKS_MOST 24

/* `dir`: folder of a node, or NULL. `data`: the packs. */
size_t doctor_look(struct ctx *c, const char *dir, const char *data, struct check ret[CHECKS_MOST]);

#endif
