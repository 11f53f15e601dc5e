/* ID tokens and key sets of an identity provider; nothing made up holds. First byte: 0 token, 1 key set, 2 discovery. */
#include <stdlib.h>

#include "core/people/oidc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const slice jwks = S_INIT("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
		"\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}");
	static const slice token = S_INIT("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2kifQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw"
		"5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
	AUTO_ARENA a = arena_new((size_t)16 << 20);
	struct ctx c = { .a = a, .now = 1795219200000 };
	struct oidc_provider p = { .issuer = S("https://i"), .client_id = S("c") };
	struct oidc_identity id;
	slice text;

	if (!a || len == 0)
		return 0;
	text = (slice){ (const char *)data + 1, len - 1 };
	if (data[0] % 3 == 2)
		(void)(oidc_discover(&c, text, &p) == OK);
	else if (oidc_verify(&c, &p, data[0] % 3 ? text : jwks, data[0] % 3 ? token : text, S("n"), &id) == OK)
		abort();
	return 0;
}
