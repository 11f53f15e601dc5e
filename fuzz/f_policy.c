/* Policies of strangers (C2SP tlog-policy), and a note checked against them: nothing made up passes. */
#include "core/record/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	AUTO_ARENA a = arena_new((size_t)16 << 20);
	struct ctx c = { .a = a };
	slice text = { (const char *)data, len };
	static struct policy p;
	struct note note;
	size_t witnesses, cut;

	if (!a || policy_parse(&c, text, &p) != OK)
		return 0;
	/* what stands behind an empty comment line is a note */
	cut = slice_find(text, S("\n#\n"), 0);
	if (cut == SIZE_MAX || note_parse(&c, slice_sub(text, cut + 3, text.len), &note) != OK)
		return 0;
	(void)(policy_check(&c, &p, &note, &witnesses) == OK);
	return 0;
}
