/* Keys as two people read them to each other over the telephone. */
#include <sodium.h>

#include "base/base64.h"
#include "work/partner/partner.h"

#include "base/banned.h"

void key_print_put(struct buf *b, const unsigned char sign[32], const unsigned char box[32], const unsigned char tls[32])
{
	unsigned char all[96], hash[crypto_hash_sha256_BYTES];

	memcpy(all, sign, 32);
	memcpy(all + 32, box, 32);
	memcpy(all + 64, tls, 32);
	(void)crypto_hash_sha256(hash, all, sizeof all);
	for (int i = 0; i < 16; i++)   /* 128 bits: enough against a second key made to fit */
		buf_putf(b, "%s%02X", i > 0 && i % 2 == 0 ? " " : "", hash[i]);
}

rc partner_key_print(struct ctx *c, const struct partner_key *k, struct buf *b)
{
	unsigned char tls[32];

	TRY(base64url_parse_n(c, k->tls, tls, 32));
	key_print_put(b, k->sign, k->box, tls);
	return OK;
}
