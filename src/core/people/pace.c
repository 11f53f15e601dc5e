#include "core/people/pace.h"

#include <sodium.h>

#include "core/people/people_inside.h"

#include "base/banned.h"

/* One source may be a whole office behind one address. */
#define SOURCE_AT_ONCE 60
#define SOURCE_EACH ((msec)1000)
#define ALL_AT_ONCE 600
#define ALL_EACH ((msec)50)

static bool take(msec *at, msec now, msec each, int64_t at_once)
{
	msec from = *at > now ? *at : now;

	/* later than it can ever be: the clock was put back */
	if (from > now + each * (at_once + 1))
		from = now;
	if (from + each > now + each * at_once)
		return false;
	*at = from + each;
	return true;
}

rc pace_take(struct ctx *c, struct pace *p, slice source)
{
	slice network = source_network(c, source);
	uint64_t place;

	if (!p->keyed)
		randombytes_buf(p->key, sizeof p->key);
	p->keyed = true;
	(void)crypto_shorthash((unsigned char *)&place, (const unsigned char *)(network.p ? network.p : ""), network.len, p->key);
	if (take(&p->at[place % PACE_SOURCES], c->now, SOURCE_EACH, SOURCE_AT_ONCE) && take(&p->whole, c->now, ALL_EACH, ALL_AT_ONCE))
		return OK;
	return FAIL(c, E_BUSY, "signin.often");
}
