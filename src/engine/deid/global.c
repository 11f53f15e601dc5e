#include "engine/deid/global.h"

#include "base/banned.h"

rc global_run(struct ctx *c, const struct problem *p, struct global *ret)
{
	(void)p;
	*ret = (struct global){ 0 };
	return FAIL(c, E_BUG, "bug");
}
