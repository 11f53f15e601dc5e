#include <stdint.h>
#include <stdlib.h>

#include "engine/select/match.h"
#include "engine/select/match_list.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static rc on_hit(struct ctx *c, void *to, const struct match_hit *h)
{
	(void)c;
	if (h->start >= h->end || h->end > *(size_t *)to || h->line_start > h->start || h->line_end < h->end || h->indicator.len == 0)
		abort();
	return OK;
}

/* A list of indicators in any form up to the first empty line, then a log. */
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO_ARENA a = arena_new((size_t)256 << 20);
	slice all = { (const char *)p, n };
	struct ctx c = { .a = a };
	struct match_list list;
	struct match_set *set;
	size_t at = slice_find(all, S("\n\n"), 0), skipped, len;

	if (!a || at == SIZE_MAX || match_list_read(&c, slice_sub(all, 0, at), &list) != OK ||
			match_load(&c, list.lines, NULL, NULL, &set, &skipped) != OK)
		return 0;
	len = n - at - 2;
	(void)!match_text(&c, set, slice_sub(all, at + 2, len), on_hit, &len);
	return 0;
}
