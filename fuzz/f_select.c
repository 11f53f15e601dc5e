#include <stdint.h>
#include <stdlib.h>

#include "engine/select/indicator.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The scanner on text of every kind: places lie within the text, values are never empty. */
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	slice text = { (const char *)p, n };

	for (int kind = 0; kind < IND_KINDS; kind++) {
		AUTO_ARENA a = arena_new((size_t)256 << 20);
		struct ctx c = { .a = a };
		struct ind_list list = { 0 };

		if (!a || ind_scan(&c, text, (enum ind_kind)kind, &list) != OK)
			continue;
		for (size_t i = 0; i < list.n; i++)
			if (list.items[i].start > list.items[i].end || list.items[i].end > n || list.items[i].value.len == 0)
				abort();
	}
	return 0;
}
