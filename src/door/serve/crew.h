/* The inside of the supervisor: the seats of the roles. */
#ifndef DOOR_SERVE_CREW_H
#define DOOR_SERVE_CREW_H

#include "door/serve/station.h"

struct seat {
	pid_t pid;             /* 0: nobody sits there */
	int control;           /* owned */
	bool ready, told_stop;
	msec since, again;     /* started; to be started again (0: now) */
	uint32_t falls, starts;
	char counts[ROLE_COUNTS * 8];   /* as it told them last */
	bool counted;
};

enum phase { PHASE_SERVE, PHASE_DRAIN, PHASE_CORE, PHASE_REST, PHASE_OVER };

struct crew {
	const struct settings *set;
	struct seat seats[ROLES];
	int listener[LISTENERS];
	int signals;
	enum phase phase;
	msec phase_end;
	bool said, anew;       /* anew: begin again after the end */
	rc failed;             /* why a role could not start */
	struct fault fault;
};

/* Starts a role and joins its channels to the roles that are there. */
MUST_USE rc crew_seat(struct ctx *c, struct crew *h, enum process r);
void crew_clear(struct crew *h, enum process r);

#endif
