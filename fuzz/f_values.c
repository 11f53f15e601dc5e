/* Values of the record: checked, filled into every form, written as JSON; what was written can be read again. */
#include <stdint.h>

#include "base/limits.h"
#include "work/report/report.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fill_all(struct ctx *c, const struct forms *forms, const struct json *values)
{
	static const struct report_meta meta = { .kind = REPORT_FINAL, .at = 1795219200000, .addressee = S_INIT("x") };

	for (uint32_t i = 0; i < forms->n; i++) {
		const struct json *doc, *back;
		struct filled *f;
		struct buf b;

		if (form_fill(c, forms, &forms->all[i], values, &meta, &f) != OK)
			continue;
		buf_init(&b, c->a, LIMIT_DOCUMENT);
		if (filled_put_json(c, f, &b) == OK &&
		    (json_parse(c, buf_slice(&b), &doc) != OK || filled_read_json(c, forms, doc, &back) != OK) &&
		    c->fault.code != E_LIMIT)
			__builtin_trap();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct forms *forms;
	static struct ctx keep;
	AUTO_ARENA a = arena_new((size_t)256 << 20);
	struct ctx c = { .a = a };
	const struct json *values, *all;

	if (!forms) {
		keep.a = arena_new((size_t)64 << 20);
		if (!keep.a || forms_load(&keep, SOURCE_ROOT "/forms", &forms) != OK)
			__builtin_trap();
	}
	if (!a || json_parse(&c, (slice){ (const char *)data, size }, &values) != OK ||
	    record_check(&c, forms->record, values) != OK)
		return 0;
	/* the same object as facts and as values: any mixture must do */
	if (record_derive(&c, forms->record, values, values, &all) == OK)
		fill_all(&c, forms, all);
	return 0;
}
