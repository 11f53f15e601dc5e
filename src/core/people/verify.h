/* Signatures of others: of passkeys and of identity providers. */
#ifndef CORE_PEOPLE_VERIFY_H
#define CORE_PEOPLE_VERIFY_H

#include "base/rc.h"

/* ECDSA on P-256 with SHA-256. `der`: ASN.1 (WebAuthn), else r ‖ s of 64 bytes (JWS). A point off the curve: not right. */
MUST_USE rc verify_es256(struct ctx *c, const unsigned char x[32], const unsigned char y[32], slice message, slice signature,
                         bool der, bool *ret_right);
/* RSASSA-PKCS1-v1_5 with SHA-256; a modulus of 2048 to 8192 bits, else not right. */
MUST_USE rc verify_rs256(struct ctx *c, slice n, slice e, slice message, slice signature, bool *ret_right);

#endif
