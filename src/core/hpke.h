/*
 * HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305; one message for each context.
 * Binds `info`, needs no sender key: the signature stands beside it.
 */
#ifndef CORE_HPKE_H
#define CORE_HPKE_H

#include "base/rc.h"

#define HPKE_ALG "hpke-0020-0001-0003"
#define HPKE_TAG 16u

/* `seed` is the ephemeral private key: 32 random bytes, used for this message alone. In c->a. E_INVALID "hpke.key". */
MUST_USE rc hpke_seal(struct ctx *c, const unsigned char pk[32], const unsigned char seed[32], slice info, slice aad, slice plain,
                      unsigned char ret_enc[32], slice *ret_ct);
/* E_TAMPER "hpke.open" when anything differs. */
MUST_USE rc hpke_open(struct ctx *c, const unsigned char sk[32], const unsigned char enc[32], slice info, slice aad, slice ct,
                      slice *ret_plain);

#endif
