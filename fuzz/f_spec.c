#include "door/cli/deid_job.h"

/* A spec is read or refused; what was read holds together. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	AUTO_ARENA a = arena_new((size_t)32 << 20);
	struct ctx c = { .a = a };
	struct asked ask = { 0 };

	if (!a || len > 8192)
		return 0;
	if (spec_parse(&c, "spec.yaml", (slice){ (const char *)data, len }, &ask) != OK)
		return 0;
	for (uint32_t i = 0; i < ask.specs; i++) {
		const struct asked_column *col = &ask.column[i];

		if (col->is.role == ROLE_QUASI && !col->is.build && col->file.len == 0)
			__builtin_trap();
		if (col->is.role == ROLE_IDENTIFYING && col->treat.what != 0)
			__builtin_trap();
	}
	if (ask.model.k < 1 || (ask.sets && ask.global))
		__builtin_trap();
	return 0;
}
