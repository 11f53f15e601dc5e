#include <stdlib.h>

#include "base/file.h"
#include "base/limits.h"
#include "engine/screen/screen.h"
#include "engine/screen/unpack.h"

/* The data: a table, a line of four dashes, a log. Both are read, a list is made; or, packed, they are unpacked. */
static int unpack_all(struct ctx *c, slice in)
{
	struct unpack *u;
	char out[4096];
	size_t len;

	if (unpack_new(c, in, 1 << 20, &u) != OK)
		return 0;
	do {
		size_t before = in.len;

		if (unpack_some(c, u, &in, out, sizeof out, &len) != OK)
			return 0;
		if (len == 0 && in.len == before)
			break;
	} while (1);
	return 0;
}

static void read_and_list(struct ctx *c, slice table, slice log, unsigned which, const struct pack *words,
	const struct pack *rules)
{
	static const unsigned char key[16] = "0123456789abcde";
	struct screen_worker *w;
	struct screen_events *ev;
	struct source *src;
	struct screen *s;
	struct buf out;
	struct screen_sum sum = { 0 };
	uint32_t items;

	if (screen_new(c, words, rules, key, &s) != OK || screen_table(c, s, which % SCREEN_TABLES, table, c->a) != OK ||
	    screen_tables_end(c, s) != OK || screen_open(c, s, S("fuzz"), S("990021"), log, &src) != OK ||
	    screen_worker_new(c, &w) != OK || screen_parse(c, s, w, src, log, &ev) != OK || screen_apply(c, s, src, ev) != OK)
		return;
	buf_init(&out, c->a, 16 << 20);
	if (screen_list(c, s, 50, &out, &items) != OK)
		return;
	screen_proof(s, &sum, S_NONE, &out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	AUTO_ARENA a = arena_new((size_t)256 << 20);
	struct ctx c = { .a = a };
	slice all = { (const char *)data, len };
	static struct ctx packs;
	static const struct pack *words, *rules;
	size_t cut;

	if (!a || len == 0 || len > 200000)
		return 0;
	if (data[0] == 0x1f || data[0] == 0x28)
		return unpack_all(&c, all);
	if (!packs.a) {
		packs.a = arena_new((size_t)16 << 20);
		if (pack_read(&packs, SOURCE_ROOT "/screening/words.yaml", &words) != OK || pack_read(&packs, SOURCE_ROOT "/screening/rules.yaml", &rules) != OK)
			abort();
	}
	cut = slice_find(all, S("\n----\n"), 0);
	if (cut == SIZE_MAX)
		cut = 0;
	read_and_list(&c, slice_sub(all, 1, cut), slice_sub(all, cut ? cut + 6 : 1, len), data[0], words, rules);
	return 0;
}
