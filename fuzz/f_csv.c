#include <stdlib.h>

#include "engine/deid/table.h"

/*
 * A table shown whole and the same table shown in pieces are the same table, or both are refused. The first byte says
 * how large the pieces are.
 */
static rc read_table(struct ctx *c, const char *text, size_t len, size_t piece, struct table *t)
{
	const struct column_spec spec = { .name = S("a"), .role = ROLE_SENSITIVE };
	char *window = calloc(1, len + CSV_PADDING);
	struct table_reader r;
	size_t from = 0, to = 0, used = 0;
	bool final = false;
	rc got = window ? table_reader_init(c, &r, t, &spec, 1, ROLE_OTHER, NULL) : E_NOMEM;

	while (got == OK && !final) {
		to = piece < len - to ? to + piece : len;
		final = to == len;
		/* exactly what may be read, so that a sanitizer sees one byte more */
		if (to > from)
			memcpy(window, text + from, to - from);
		memset(window + (to - from), 0, CSV_PADDING);
		got = table_feed(c, &r, window, to - from, final, &used);
		from += used;
	}
	free(window);
	return got;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	AUTO_ARENA a = arena_new((size_t)64 << 20);
	struct ctx c = { .a = a };
	struct table whole, pieces;
	rc first, second;

	if (!a || len < 1 || len > 4096)
		return 0;
	first = read_table(&c, (const char *)data + 1, len - 1, len, &whole);
	second = read_table(&c, (const char *)data + 1, len - 1, (size_t)data[0] + 1, &pieces);
	if (first == E_LIMIT || second == E_LIMIT)
		return 0;
	if (first != second || (first == OK && (whole.rows != pieces.rows || whole.cols != pieces.cols)))
		__builtin_trap();
	return 0;
}
