/* Kinds of threads: what is taken has a first step that opens it and bits that stand for something. */
#include <assert.h>

#include "work/thread/kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct ctx keep;
	static const struct gate *g;
	AUTO_ARENA a = arena_new((size_t)16 << 20);
	struct ctx c = { .a = a };
	struct thread_kind k;

	if (!g) {
		keep.a = arena_new((size_t)16 << 20);
		if (!keep.a || gate_load(&keep, SOURCE_ROOT, &g) != OK)
			return 0;
	}
	if (!a || thread_kind_parse(&c, "kind", (slice){ (const char *)data, len }, g, &k) != OK)
		return 0;
	assert(k.nsteps > 0 && k.steps[0].from == 0 && k.steps[0].to >= 0);
	for (uint32_t i = 0; i < k.nsteps; i++)
		assert(k.steps[i].to < (int32_t)k.nstates && (k.nfields == 40 || k.steps[i].fields >> k.nfields == 0));
	return 0;
}
