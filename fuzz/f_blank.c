/* The reader of blank workbooks, without its cage, so that the fuzzer sees it. */
#include <stdint.h>

#include "work/report/report.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct cell_text cells[] = {
		{ .sheet = S_INIT("様式"), .text = S_INIT("葛\xf3\xa0\x84\x80城 <&>\"'\n二行目"), .row = 3, .col = 4 },
		{ .sheet = S_INIT("様式"), .text = S_INIT("1200"), .row = 1000, .col = 300, .number = true },
		{ .sheet = S_INIT("別紙"), .text = S_INIT(""), .row = 1, .col = 1 },
	};
	const struct blank_job job = { cells, sizeof cells / sizeof cells[0] };
	AUTO_ARENA a = arena_new((size_t)192 << 20);
	struct ctx c = { .a = a };
	struct buf out;

	if (!a)
		return 0;
	buf_init(&out, a, (size_t)64 << 20);
	if (blank_in_cage(&c, (slice){ (const char *)data, size }, &job, &out) != OK && !c.fault.key)
		__builtin_trap();
	return 0;
}
