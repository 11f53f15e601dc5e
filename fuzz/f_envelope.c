/* Envelopes, receipts and cards: what is taken is whole, and what comes behind is left as it was. */
#include <assert.h>

#include "core/exchange/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const unsigned char pk[32] = { 1 };
	AUTO_ARENA a = arena_new((size_t)32 << 20);
	struct ctx c = { .a = a };
	slice rest = { (const char *)data, len }, body, sig;
	struct envelope e;
	struct receipt r;
	struct card card;

	if (!a)
		return 0;
	while (rest.len > 0 && envelope_read(&c, &rest, &e) == OK) {
		assert(e.body.len == e.len && e.seq >= 1 && e.exp >= e.at);
		assert(word_is_valid(e.id) && word_is_valid(e.from) && word_is_valid(e.to) && word_is_valid(e.kind));
		assert(envelope_verify(&c, &e, pk) != OK);
	}
	rest = (slice){ (const char *)data, len };
	while (rest.len > 0 && receipt_read(&c, &rest, &r, &body, &sig) == OK)
		assert(receipt_verify(&c, body, sig, pk) != OK);
	(void)(exchange_card_read(&c, (slice){ (const char *)data, len }, &card) == OK);
	return 0;
}
