/*
 * How often something may be begun by whoever asks, kept in memory: so many at once, then one at a time (the leaky bucket of
 * ITU-T I.371 as one number for each source). What is forgotten with a restart is no loss: it bounds work, it guards no secret.
 */
#ifndef CORE_PEOPLE_PACE_H
#define CORE_PEOPLE_PACE_H

#include "base/rc.h"

#define PACE_SOURCES 1024u

struct pace {
	bool keyed;
	unsigned char key[16];          /* sources are strangers: they must not choose their place */
	msec whole, at[PACE_SOURCES];   /* when what was taken so far will have leaked away */
};

/* One more from `source` (an address). E_BUSY "signin.often" when its network or all together are too many. */
MUST_USE rc pace_take(struct ctx *c, struct pace *p, slice source);

#endif
