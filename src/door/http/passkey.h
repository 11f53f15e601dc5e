/* Passkeys on pages (W3C Web Authentication Level 2): what the script of the page needs, and what it sends back. */
#ifndef DOOR_HTTP_PASSKEY_H
#define DOOR_HTTP_PASSKEY_H

#include "door/http/visit.h"

/*
 * Object `passkey`: challenge, ids, rp, user. `sign_in`: for the account of a half session; nothing when it has no passkey.
 * A host that is a bare address cannot have passkeys (Web Authentication §5.1.2: a domain): nothing then.
 */
MUST_USE rc passkey_put(struct visit *v, struct json_out *o, bool sign_in);

#endif
