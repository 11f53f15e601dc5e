#include "base/file.h"
#include "door/cli/deid_job.h"

/* A spec is read or refused with a place; what was read holds together. The command line around it is not there. */

const char *call_value(const struct call *in, const char *option)
{
	(void)in;
	(void)option;
	return NULL;
}

bool call_has(const struct call *in, const char *option)
{
	return call_value(in, option) != NULL;
}

rc read_text_hash(struct ctx *c, const char *path, slice *ret, char ret_hash[65])
{
	(void)path;
	(void)ret;
	(void)ret_hash;
	return FAIL(c, E_BUG, "bug");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	AUTO_ARENA a = arena_new((size_t)32 << 20);
	struct ctx c = { .a = a };
	struct asked ask = { 0 };

	if (!a || len > 8192)
		return 0;
	if (spec_parse(&c, "spec.yaml", (slice){ (const char *)data, len }, &ask) != OK) {
		if (c.fault.code != E_LIMIT && c.fault.row == 0 && c.fault.key && c.fault.code != E_INVALID)
			__builtin_trap();
		return 0;
	}
	for (uint32_t i = 0; i < ask.specs; i++) {
		const struct asked_column *col = &ask.column[i];

		if (col->is.role == ROLE_QUASI && !col->is.build && col->file.len == 0)
			__builtin_trap();
		if (col->is.role == ROLE_IDENTIFYING && col->treat.what != 0)
			__builtin_trap();
	}
	if (ask.model.k < 1 || (ask.sets && ask.global))
		__builtin_trap();
	return 0;
}
