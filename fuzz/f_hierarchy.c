#include "engine/deid/cover.h"

/* A hierarchy that was read holds together: each leaf lies under its labels, and each label says what it covers. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	AUTO_ARENA a = arena_new((size_t)32 << 20);
	struct ctx c = { .a = a };
	const struct hierarchy *h = NULL;
	struct cover_reader reader;
	struct cover cover;

	if (!a || len > 8192 || hierarchy_read(&c, (slice){ (const char *)data, len }, &h) != OK)
		return 0;
	if (cover_reader_init(&c, &reader, h) != OK)
		return 0;
	for (uint32_t leaf = 0; leaf < h->leaves; leaf++) {
		if (hierarchy_leaf(h, h->node[leaf].text) != leaf)
			__builtin_trap();
		for (uint32_t l = 0; l < h->levels; l++) {
			const struct hnode *node = &h->node[h->level_first[l] + h->up[l][leaf]];

			if (leaf < node->first || leaf >= node->end)
				__builtin_trap();
			if (cover_read(&c, &reader, node->text, &cover) == OK && !cover_has(&cover, leaf))
				__builtin_trap();
		}
	}
	/* any text may stand in a release */
	if (cover_read(&c, &reader, (slice){ (const char *)data, len < 64 ? len : 64 }, &cover) == OK && cover.n > h->leaves)
		__builtin_trap();
	return 0;
}
