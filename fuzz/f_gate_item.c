/* Items and recipients of the gate: what is taken can be decided and written, and nothing personal goes on a memorandum. */
#include <assert.h>

#include "base/file.h"
#include "base/limits.h"
#include "core/gate/gate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct ctx keep;
	static const struct gate *g;
	AUTO_ARENA a = arena_new((size_t)32 << 20);
	struct ctx c = { .a = a };
	struct gate_outcome outcomes[GATE_FIELDS_MOST];
	struct gate_recipient to = { .memo = true };
	const struct json *v;
	struct gate_item item;
	struct json_out o;
	struct buf b;

	if (!g) {
		keep.a = arena_new((size_t)16 << 20);
		if (!keep.a || gate_load(&keep, SOURCE_ROOT, &g) != OK)
			return 0;
	}
	if (!a || json_parse(&c, (slice){ (const char *)data, len }, &v) != OK)
		return 0;
	(void)(gate_recipient_read(&c, g, json_get(v, S("to")), &to) == OK);
	to.contract = false;
	if (gate_item_read(&c, g, json_get(v, S("item")), &item) != OK)
		return 0;
	item.nconsents = 0;
	for (uint32_t p = 0; p < gate_purpose_count(g); p++) {
		gate_decide(g, &item, &to, p, 1000, outcomes);
		for (size_t i = 0; i < item.nfields; i++)
			assert(outcomes[i].basis != BASIS_NONE || outcomes[i].effect == GATE_KEEP);
		for (size_t i = 0; i < item.nfields; i++)
			assert(!gate_class_at(g, item.fields[i].cls)->personal || outcomes[i].basis < BASIS_MEMO ||
			       outcomes[i].effect == GATE_KEEP);
	}
	buf_init(&b, a, (size_t)8 << 20);
	o = json_out_on(&b);
	if (gate_put_redacted(&c, g, &item, outcomes, &o) == OK && !b.full)
		assert(json_parse(&c, buf_slice(&b), &v) == OK);
	return 0;
}
