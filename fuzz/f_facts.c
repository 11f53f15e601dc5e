/* A facts file, or words of a command line, one a line. */
#include <stdint.h>
#include <stdlib.h>

#include "base/when.h"
#include "work/case/case.h"
#include "work/report/filing_form.h"

#include "base/banned.h"

static const struct terms *all_terms(void)
{
	static struct ctx packs;
	static const struct terms *terms;
	const struct shelf *shelf;
	const struct law *law;

	if (terms)
		return terms;
	packs.a = arena_new((size_t)256 << 20);
	if (!packs.a || law_load(&packs, SOURCE_ROOT, &law) != OK || shelf_load(&packs, SOURCE_ROOT, &shelf) != OK ||
	    terms_make(&packs, law, shelf_record(shelf), &terms) != OK)
		abort();
	return terms;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct terms *terms = all_terms();
	AUTO_ARENA a = arena_new((size_t)64 << 20);
	struct ctx c = { .a = a, .now = 1795219200000 };
	const struct statement given = { .known = { c.now, false } };
	slice text = { (const char *)data, size }, line;
	const struct json *root;
	struct facts_file f;
	struct statement s;
	struct when w;
	struct buf b;

	if (!a)
		return 0;
	if (json_parse(&c, text, &root) == OK) {
		(void)!case_facts_from_json(&c, terms, root, &given, &f);
		return 0;
	}
	while (slice_next(&text, '\n', &line)) {
		(void)!when_parse(&c, line, &w);
		if (case_fact_from_word(&c, terms, line, &given, &s) != OK)
			continue;
		/* what was taken can be said again */
		buf_init(&b, c.a, 1 << 22);
		said_put(&c, &b, s.term, &s.said, true);
	}
	return 0;
}
