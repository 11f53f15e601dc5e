/* The two messages between `web` and `core`: what is read is written again as the same bytes. */
#include "door/http/call.h"

#include <stdlib.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA a = arena_new((size_t)64 << 20);
	struct ctx c = { .a = a };
	slice in = { (const char *)data, n }, out;
	struct http_call call;
	struct reply reply;

	if (call_read(&c, in, &call) == OK && (call_write(&c, &call, &out) != OK || !slice_eq(in, out)))
		abort();
	if (reply_read(&c, in, &reply) == OK && (reply_write(&c, &reply, &out) != OK || !slice_eq(in, out)))
		abort();
	return 0;
}
