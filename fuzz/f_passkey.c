/* Registrations and assertions of passkeys, and CBOR. First byte: 0 registration, 1 assertion, 2 CBOR. */
#include "base/cbor.h"
#include "core/people/people_inside.h"

#define SITE ((struct site){ S("r"), S("o") })

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const slice client = S_INIT("{\"type\":\"webauthn.create\",\"origin\":\"o\",\"challenge\":\"YQ\"}");
	static const slice sealed = S_INIT("{\"alg\":-8,\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}");
	static const slice get = S_INIT("{\"type\":\"webauthn.get\",\"origin\":\"o\",\"challenge\":\"YQ\"}");
	AUTO_ARENA a = arena_new((size_t)16 << 20);
	struct ctx c = { .a = a };
	struct site site = SITE;
	slice bytes, one, two;
	int64_t counter;

	if (!a || len == 0)
		return 0;
	bytes = (slice){ (const char *)data + 1, len - 1 };
	if (data[0] % 3 == 0) {
		const struct passkey_made m = { client, bytes };

		(void)(passkey_read_new(&c, &site, S("a"), &m, &one, &two, &counter) == OK);
	} else if (data[0] % 3 == 1) {
		const struct passkey_answer x = { S("i"), data[0] & 4 ? bytes : get, bytes, slice_sub(bytes, 0, 64) };

		(void)(passkey_verify(&c, &site, sealed, S("a"), &x, &counter) == OK);
	} else {
		struct cbor r = { .in = bytes };

		while (r.at < bytes.len && cbor_skip(&c, &r) == OK)
			;
	}
	return 0;
}
