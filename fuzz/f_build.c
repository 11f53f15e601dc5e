#include "engine/deid/build.h"

/*
 * A column of any values becomes a hierarchy or is refused. The first byte says of which kind, the second of which steps;
 * values are lines.
 */
static rc build_of(struct ctx *c, const uint8_t *data, size_t len, struct build *b, struct dict *raw)
{
	static const slice missing[] = { S_INIT(""), S_INIT("-") };
	slice rest = { (const char *)data + 2, len - 2 }, value;
	uint32_t code = 0;

	*b = (struct build){ .kind = (enum build_kind)(data[0] % BUILD_KINDS), .missing = missing, .missings = 2,
		.has_top = data[0] & 128, .top = 1000 };
	b->steps = data[1] % 4;
	for (uint32_t i = 0; i < b->steps; i++)
		b->step[i] = b->kind == BUILD_DATE ? (data[1] & 64 ? STEP_ERA_MONTH : STEP_MONTH) + i
			: b->kind == BUILD_POSTAL || b->kind == BUILD_PREFIX || b->kind == BUILD_FREQUENT ? 5 - i : (uint32_t)(data[1] % 7 + 2) << i;
	TRY(build_check(c, b));
	dict_init(raw, c->a);
	while (slice_next(&rest, '\n', &value))
		TRY(dict_add(c, raw, value, &code));
	return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	AUTO_ARENA a = arena_new((size_t)64 << 20);
	struct ctx c = { .a = a };
	const struct hierarchy *h = NULL;
	uint32_t *leaf = NULL;
	struct build b;
	struct dict raw;

	if (!a || len < 3 || len > 4096 || build_of(&c, data, len, &b, &raw) != OK)
		return 0;
	if (build_hierarchy(&c, &b, &raw, NULL, &h, &leaf) != OK)
		return 0;
	for (uint32_t i = 0; i < raw.count; i++)
		if (leaf[i] >= h->leaves)
			__builtin_trap();
	return 0;
}
