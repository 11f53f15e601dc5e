#include <stdint.h>
#include <stdlib.h>

#include "engine/select/doc.h"

#include "base/banned.h"

#define HEAD 4096u
#define CHUNK 65536u
#define FIRST 512u

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The records of one chunk: what is given stands where the first begins. */
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO_ARENA a = arena_new((size_t)1 << 30);
	struct ctx c = { .a = a };
	struct doc d = { 0 };
	char *file = a ? arena_bytes(a, HEAD + CHUNK) : NULL;

	if (!file)
		return 0;
	memset(file, 0, HEAD + CHUNK);
	memcpy(file, "ElfFile", 8);
	memcpy(file + HEAD, "ElfChnk", 8);
	memcpy(file + HEAD + FIRST, p, n < CHUNK - FIRST ? n : CHUNK - FIRST);
	if (doc_take_evtx(&c, &d, (slice){ file, HEAD + CHUNK }, S("")) == E_BUG)
		abort();
	return 0;
}
