#include <stdint.h>
#include <stdlib.h>

#include "engine/select/doc.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Captures: frames, streams, DNS, TLS, certificates. Given as they are, and as the body of one frame. */
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO_ARENA a = arena_new((size_t)1 << 30);
	struct ctx c = { .a = a };
	struct doc d = { 0 };

	if (!a)
		return 0;
	if (doc_take_capture(&c, &d, (slice){ (const char *)p, n }, S("")) == E_BUG)
		abort();
	for (size_t i = 0; i < d.n; i++)
		for (size_t k = 0; k < d.parts[i].text.len; k++)
			if ((uint8_t)d.parts[i].text.p[k] >= 0x7f)
				abort();
	return 0;
}
