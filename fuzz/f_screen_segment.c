#include <sodium.h>
#include <stdlib.h>

#include "engine/screen/model.h"

/* A segment from the network or a journal: as it is, and with the sum set right, so that what is behind it is read. */
static void apply(slice in, const struct pack *words, const struct pack *rules)
{
	static const unsigned char key[16] = "0123456789abcde";
	AUTO_ARENA a = arena_new((size_t)256 << 20);
	AUTO_ARENA work = arena_new((size_t)64 << 20);
	struct ctx c = { .a = a };
	struct screen_segment seg;
	struct source *src;
	struct screen *s;
	struct buf out;
	uint32_t n;

	if (!a || !work || !screen_segment_at(in, &seg) || screen_new(&c, words, rules, key, &s) != OK || screen_tables_end(&c, s) != OK ||
	    screen_source_new(&c, s, S("fuzz"), S("990021"), &src) != OK || screen_segment_apply(&c, s, src, work, in) != OK)
		return;
	buf_init(&out, a, 16 << 20);
	if (screen_list(&c, s, 50, &out, &n) != OK)
		return;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct ctx packs;
	static const struct pack *words, *rules;
	char *copy;

	if (len < 16 || len > 100000)
		return 0;
	if (!packs.a) {
		packs.a = arena_new((size_t)16 << 20);
		if (pack_read(&packs, SOURCE_ROOT "/screening/words.yaml", &words) != OK || pack_read(&packs, SOURCE_ROOT "/screening/rules.yaml", &rules) != OK)
			abort();
	}
	apply((slice){ (const char *)data, len }, words, rules);
	copy = malloc(len);
	if (!copy)
		return 0;
	memcpy(copy, data, len);
	(void)crypto_generichash((unsigned char *)copy + len - 16, 16, (const unsigned char *)copy, len - 16, NULL, 0);
	apply((slice){ copy, len }, words, rules);
	free(copy);
	return 0;
}
