/* What the rest of the program may use of the server. */
#ifndef DOOR_SERVE_SERVE_H
#define DOOR_SERVE_SERVE_H

#include "door/serve/config.h"
#include "door/serve/doctor.h"
#include "door/serve/settings.h"

struct act_kind;
struct node;

struct serve_call {
	struct settings *set;
	bool single;               /* all in one process, no TLS: for finding mistakes */
	bool check;                /* fetch the home page once, then stop */
	/* Tells the address as soon as the node serves. */
	rc (*say)(struct ctx *c, const char *url);
};

/* Serves until SIGTERM or SIGINT; SIGHUP begins anew with the program and the configuration as they are then. */
MUST_USE rc serve_run(struct ctx *c, const struct serve_call *call);
/* All in one process. */
MUST_USE rc serve_single(struct ctx *c, const struct serve_call *call, struct node *n);
/* When the program was started as a role ("--role=web"): runs it and ends. Returns when it was not. */
void serve_if_role(int argc, char **argv, const struct act_kind *const *kinds);

/* The clock, without --now. */
msec serve_clock(void);
/* Usual values of everything. */
void settings_usual(struct settings *s);

#endif
