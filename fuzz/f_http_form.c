/* Bodies and queries of strangers, in the three forms that are taken. The first byte chooses. */
#include "door/http/form.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct field_spec specs[] = {
		{ "known", FIELD_MOMENT, .ja = "", .en = "" }, { "title", FIELD_TEXT, .ja = "", .en = "" },
		{ "count", FIELD_COUNT, .ja = "", .en = "" }, { "file", FIELD_LONG, .ja = "", .en = "" },
		{ "how", FIELD_CHOICE, .choices = "a b", .ja = "", .en = "" }, { "fact.", FIELD_ANY, .ja = "", .en = "" }, { 0 },
	};
	AUTO_ARENA a = arena_new((size_t)64 << 20);
	struct ctx c = { .a = a };
	struct form f = { 0 };
	const char *key;
	slice in;
	rc r;

	if (n == 0)
		return 0;
	in = (slice){ (const char *)data + 1, n - 1 };
	if (data[0] % 3 == 0)
		r = form_from_query(&c, in, specs, &f);
	else if (data[0] % 3 == 1)
		r = form_from_json(&c, in, specs, &f);
	else
		r = form_from_parts(&c, S("multipart/form-data; boundary=x"), in, specs, &f);
	for (size_t i = 0; r == OK && specs[i].name; i++)
		if (field_check(&c, &specs[i], &f, &key) != OK)
			break;
	return 0;
}
