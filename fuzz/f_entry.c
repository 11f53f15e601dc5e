/* Canonical JSON and entries: what is taken must come out the same. */
#include <assert.h>

#include "core/record/entry.h"
#include "core/record/jcs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	AUTO_ARENA a = arena_new((size_t)16 << 20);
	struct ctx c = { .a = a };
	slice text = { (const char *)data, len };
	const struct json *v;
	struct entry e;
	struct buf b;

	if (!a)
		return 0;
	if (jcs_parse(&c, text, &v) == OK) {
		buf_init(&b, a, JCS_MOST);
		assert(jcs_put(&c, &b, v) == OK);
		assert(slice_eq(buf_slice(&b), text));
	}
	if (entry_parse_any(&c, text, &e) == OK)
		assert(word_is_valid(e.act) && word_is_valid(e.actor.id));
	return 0;
}
