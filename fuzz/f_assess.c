/* One line of `renkei assess`: facts of any kind in, an answer that keeps its promises out. */
#include <stdlib.h>

#include "core/law/law.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ctx shared;
static const struct law *law;

static void check(const struct law_answer *a)
{
	for (uint32_t i = 0; i < a->nopen; i++)
		if (a->open[i].nneeds == 0)
			abort();
	for (uint32_t i = 0; i < a->nowed; i++) {
		if (a->owed[i].has_due && a->owed[i].due < a->owed[i].started)
			abort();
		if (a->owed[i].recipient.len == 0 && a->owed[i].nneeds == 0)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_ARENA a = arena_new((size_t)64 << 20);
	struct ctx c = { .a = a };
	const struct json *doc = NULL;
	struct law_facts *f = NULL;
	struct law_question q = { 0, LAW_NOW };
	struct law_answer answer = { 0 };

	if (!law) {
		shared.a = arena_new((size_t)256 << 20);
		if (!shared.a || law_load(&shared, SOURCE_ROOT, &law) != OK)
			abort();
	}
	if (!a || json_parse(&c, (slice){ (const char *)data, size }, &doc) != OK || law_facts_new(&c, law, &f) != OK)
		return 0;
	if (msec_parse(&c, json_text(json_get(doc, S("known_at"))), &q.known_at) != OK)
		q.known_at = 1778198400000;
	if (law_facts_set_all(&c, f, json_get(doc, S("facts"))) != OK)
		return 0;
	if (law_assess(&c, f, &q, &answer) == OK)
		check(&answer);
	law_facts_assume_defaults(f);
	if (law_assess(&c, f, &q, &answer) == OK)
		check(&answer);
	return 0;
}
