/* Expressions of the packs, and whole small packs of predicates and duties put into the place of ours. */
#include <stdlib.h>

#include "core/law/law_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ctx shared;
static const struct law *law;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_ARENA a = arena_new((size_t)64 << 20);
	struct ctx c = { .a = a };
	struct pack node = { .kind = PACK_TEXT, .row = 1, .col = 1, .file = "fuzz", .text = { (const char *)data, size } };
	const struct law_expr *x = NULL;
	rc r;

	if (!law) {
		shared.a = arena_new((size_t)256 << 20);
		if (!shared.a || law_load(&shared, SOURCE_ROOT, &law) != OK)
			abort();
	}
	if (!a)
		return 0;
	r = expr_parse(&c, law, &node, &x);
	if ((r == OK) != (x != NULL) || (r != OK && !c.fault.key))
		abort();
	return 0;
}
