#include "work/report/blank.h"

#include "base/banned.h"

rc cell_map_load(struct ctx *c, const char *path, const struct form *form, const struct cell_map **ret)
{
	(void)path; (void)form; (void)ret;
	return FAIL(c, E_BUG, "bug");
}

rc blank_fill(struct ctx *c, slice blank, const struct cell_map *map, const struct filled *f, slice *ret)
{
	(void)blank; (void)map; (void)f; (void)ret;
	return FAIL(c, E_BUG, "bug");
}
