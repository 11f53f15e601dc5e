/*
 * What every role has: its settings, the control channel to the supervisor, and its ends of the channels to other roles, which
 * come over the control channel and come anew when the other side was replaced.
 */
#ifndef DOOR_SERVE_STATION_H
#define DOOR_SERVE_STATION_H

#include "base/sandbox.h"
#include "door/serve/settings.h"

#define CONTROL_FD 3
#define SETTINGS_FD 4

/* Counted by each role, shown at /metrics. */
enum count {
	COUNT_CONNECTIONS, COUNT_HANDSHAKES_FAILED, COUNT_REQUESTS, COUNT_2XX, COUNT_3XX, COUNT_4XX, COUNT_5XX, COUNT_REFUSED,
	COUNT_TIMEOUTS, COUNT_CALLS, COUNT_CALLS_US, COUNT_FAULTS, COUNT_ASKED, COUNT_ENTRIES, COUNT_STARTS, COUNT_RSS, COUNT_OPEN,
	COUNT_WITNESS,
	COUNT_REBUILD, COUNT_REBUILT,    /* core: entries to go through before it can serve, and how many it has; 0: none */
};

#define ROLE_COUNTS 20

struct act_kind;

struct station {
	enum process role;
	struct settings *set;            /* borrowed */
	const struct act_kind *const *kinds;
	int control;
	int channel[CHANNELS];           /* owned; -1: not there, or a pipe has it */
	uint32_t fresh;                  /* bits of channels that came anew and were not looked at yet */
	int listener[LISTENERS];         /* owned; -1: none */
	bool stop;
	uint64_t counts[ROLE_COUNTS];
	uint64_t others[ROLES][ROLE_COUNTS];
	struct sandbox_state sandbox;
	char scratch[64];                /* core: a folder in memory for libraries that write to a path only; "" none */
};

/* The other side of a channel. */
enum process channel_peer(enum channel ch, enum process own);
/* Reads and obeys one control message. An error means that the supervisor has gone: the role ends. */
MUST_USE rc station_control(struct ctx *c, struct station *s);
/* Waits up to `wait` ms for control messages until the channel is there; E_BUSY "serve.no_role". */
MUST_USE rc station_need(struct ctx *c, struct station *s, enum channel ch, int wait);
void station_drop(struct station *s, enum channel ch);
/*
 * Moves a channel that came anew into a pipe, which owns it from then on, and closes what the pipe held; false: none came. Until
 * then the pipe keeps the old one, so that what is told of a descriptor is always told of the channel that was asked about.
 */
bool station_take(struct station *s, enum channel ch, struct wire_pipe *p);
MUST_USE rc station_ready(struct ctx *c, struct station *s);
/* Tells the supervisor what was counted, every second at most. `mono`: monotonic clock. */
void station_tell(struct ctx *c, struct station *s, msec *last, msec mono);
/* User, Landlock, seccomp, by the role's row of the table in sandboxes.c. The user alone first, where files follow. */
MUST_USE rc station_user(struct ctx *c, struct station *s);
MUST_USE rc station_enter(struct ctx *c, struct station *s);
/* Asks over a channel of the one-at-a-time kind; once more when the other side was replaced meanwhile. */
MUST_USE rc station_ask(struct ctx *c, struct station *s, enum channel ch, uint32_t type, slice body, int wait, slice *ret);

typedef rc role_answer(struct ctx *c, void *to, uint32_t type, slice body, struct buf *reply);
/* The loop of a role that answers on one channel: until stopped. `most`: memory of one request. */
MUST_USE rc station_serve(struct ctx *c, struct station *s, enum channel ch, size_t most, role_answer *answer, void *to);

msec clock_mono(void);
int64_t clock_us(void);   /* monotonic, microseconds */
msec clock_real(void);

/* The roles. Each returns when it was told to stop. */
rc role_tls(struct ctx *c, struct station *s);
rc role_web(struct ctx *c, struct station *s);
rc role_core(struct ctx *c, struct station *s);
rc role_sign(struct ctx *c, struct station *s);
rc role_keep(struct ctx *c, struct station *s);
rc role_parse(struct ctx *c, struct station *s);
rc role_out(struct ctx *c, struct station *s);

#endif
