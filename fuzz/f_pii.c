#include "base/utf8.h"
#include "engine/select/pii_redact.h"

/* Spans stand in order, inside of the text and on whole characters, whole or in two blocks. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	AUTO_ARENA a = arena_new((size_t)256 << 20);
	struct ctx c = { .a = a };
	struct pii_result r;
	struct pii_policy p = pii_policy_default();
	struct pii_state *s;
	struct buf out;
	slice text = { (const char *)data, len };
	size_t end = 0, half = len / 2;
	bool valid;

	if (!a || len > (size_t)1 << 20 || pii_scan(&c, text, NULL, NULL, &r) != OK)
		return 0;
	valid = utf8_is_valid(text);
	for (size_t i = 0; i < r.n_spans; i++) {
		if (r.spans[i].start < end || r.spans[i].end <= r.spans[i].start || r.spans[i].end > len)
			__builtin_trap();
		if (valid && (!utf8_is_valid(slice_sub(text, r.spans[i].start, len)) || !utf8_is_valid(slice_sub(text, r.spans[i].end, len))))
			__builtin_trap();
		end = r.spans[i].end;
	}
	buf_init(&out, a, (size_t)64 << 20);
	if (pii_redact(&c, text, r.spans, r.n_spans, &p, &out, NULL) != OK && !out.full)
		__builtin_trap();
	while (half && data[half - 1] != '\n')
		half--;
	if (pii_state_new(&c, &s) != OK || pii_scan(&c, slice_sub(text, 0, half), NULL, s, &r) != OK ||
		pii_scan(&c, slice_sub(text, half, len), NULL, s, &r) != OK)
		return 0;
	for (size_t i = 0; i < r.n_spans; i++)
		if (r.spans[i].end > len - half)
			__builtin_trap();
	return 0;
}
