/* The rules of the gate: what is taken keeps its two promises. */
#include <assert.h>

#include "core/gate/gate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	AUTO_ARENA a = arena_new((size_t)32 << 20);
	struct ctx c = { .a = a };
	struct gate_outcome outcome;
	const struct gate *g;

	if (!a || gate_parse(&c, "pack", (slice){ (const char *)data, len }, &g) != OK)
		return 0;
	for (uint32_t cls = 0; cls < gate_class_count(g); cls++)
		for (uint32_t r = 0; r < gate_recipient_count(g); r++) {
			const struct gate_field f = { .path = S("x"), .cls = cls };
			const struct gate_item item = { .fields = &f, .nfields = 1 };
			const struct gate_recipient to = { .code = S("y"), .cls = r, .memo = true };

			for (uint32_t p = 0; p < gate_purpose_count(g); p++) {
				gate_decide(g, &item, &to, p, 0, &outcome);
				assert(outcome.basis != BASIS_NONE || outcome.effect == GATE_KEEP);
				assert(!gate_class_at(g, cls)->personal || outcome.basis < BASIS_MEMO || outcome.effect == GATE_KEEP);
			}
		}
	return 0;
}
