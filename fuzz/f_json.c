#include "base/json.h"

/* What was read is written and read again: the second text must equal the first. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	AUTO_ARENA a = arena_new((size_t)64 << 20);
	struct ctx c = { .a = a };
	const struct json *v, *again;
	struct buf one, two;
	struct json_out o;

	if (!a || json_parse(&c, (slice){ (const char *)data, len }, &v) != OK)
		return 0;
	buf_init(&one, a, (size_t)16 << 20);
	buf_init(&two, a, (size_t)16 << 20);
	o = json_out_on(&one);
	jo_value(&o, v);
	if (one.full)
		return 0;
	if (json_parse(&c, buf_slice(&one), &again) != OK)
		__builtin_trap();
	o = json_out_on(&two);
	jo_value(&o, again);
	if (!slice_eq(buf_slice(&one), buf_slice(&two)))
		__builtin_trap();
	return 0;
}
