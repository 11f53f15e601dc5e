#include <stdint.h>

#include "work/report/report.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct forms *forms;
	static struct ctx keep;
	AUTO_ARENA a = arena_new((size_t)64 << 20);
	struct ctx c = { .a = a };
	const struct cell_map *map;
	const struct pack *root;

	if (!forms) {
		keep.a = arena_new((size_t)64 << 20);
		if (!keep.a || forms_load(&keep, SOURCE_ROOT "/forms", &forms) != OK)
			__builtin_trap();
	}
	if (!a || pack_parse(&c, "fuzz.yaml", (slice){ (const char *)data, size }, &root) != OK)
		return 0;
	for (uint32_t i = 0; i < forms->n; i++)
		if (cell_map_read(&c, forms, root, &forms->all[i], &map) != OK && !c.fault.key)
			__builtin_trap();
	return 0;
}
