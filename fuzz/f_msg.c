#include <stdint.h>
#include <stdlib.h>

#include "engine/select/doc.h"
#include "engine/select/ole.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Compound files: every stream can be read, and as a message of Outlook. */
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO_ARENA a = arena_new((size_t)1 << 30);
	slice bytes = { (const char *)p, n }, text;
	struct ctx c = { .a = a };
	struct doc d = { 0 };
	struct ole o;

	if (!a)
		return 0;
	if (ole_open(&c, bytes, &o) == OK)
		for (uint32_t i = 0; i < o.n && i < 64; i++)
			if (o.entries[i].kind == 2 && ole_read(&c, &o, i, (size_t)1 << 20, &text) == OK && text.len > n)
				abort();
	if (doc_take_msg(&c, &d, bytes, S(""), 0) == E_BUG)
		abort();
	return 0;
}
