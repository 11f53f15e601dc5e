#include <stdint.h>

#include "base/pack.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_ARENA a = arena_new((size_t)64 << 20);
	struct ctx c = { .a = a };
	const struct pack *p;

	if (a && pack_parse(&c, "fuzz.yaml", (slice){ (const char *)data, size }, &p) != OK && !c.fault.key)
		__builtin_trap();   /* a refusal always says why */
	return 0;
}
