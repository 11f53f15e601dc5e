#include <stdlib.h>
#include <string.h>

#include "engine/screen/model.h"

/* A file of own rules; when it is one, its conditions are asked of lines of all kinds. */
static void ask(const struct screen *s, const struct rule *r)
{
	for (uint32_t i = 0; i < 64; i++) {
		struct cand k = { .rec = i, .ts = (wall)i * 7919 * 60, .subject = i % 3 ? i : NONE, .household = i, .term = NONE,
			.mark = i * 2654435761u, .act = (uint8_t)(i % ACTS), .why = (uint8_t)(i % WHYS), .expl = (uint8_t)(i % EXPLS),
			.query = (uint8_t)(i % 7), .sys = (uint8_t)i, .n = i * i * 100, .x = (int8_t)(i % 16 - 5) };

		(void)when_holds(r->when, s, &k);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const unsigned char key[16] = "0123456789abcde";
	AUTO_ARENA a = arena_new((size_t)64 << 20);
	struct ctx c = { .a = a };
	static struct ctx packs;
	static const struct pack *words, *rules;
	const struct pack *own;
	struct screen *s;
	struct buf out;
	uint32_t had, org, account;

	if (!a || len > 20000)
		return 0;
	if (!packs.a) {
		packs.a = arena_new((size_t)16 << 20);
		if (pack_read(&packs, SOURCE_ROOT "/screening/words.yaml", &words) != OK || pack_read(&packs, SOURCE_ROOT "/screening/rules.yaml", &rules) != OK)
			abort();
	}
	if (screen_new(&c, words, rules, key, &s) != OK || org_of(&c, s, S("990021"), &org) != OK ||
	    account_of(&c, s, org, S("s1"), &account) != OK || pack_parse(&c, "own", (slice){ (const char *)data, len }, &own) != OK)
		return 0;
	had = s->rules.n;
	if (screen_rules_add(&c, s, own) != OK)
		return 0;
	for (uint32_t i = had; i < s->rules.n; i++)
		ask(s, &s->rules.v[i]);
	buf_init(&out, a, 1 << 20);
	screen_rules_write(s, &out);
	return 0;
}
