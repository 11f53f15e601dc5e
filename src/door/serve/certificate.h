/* Keys and certificates of the role `tls`. Keys are read before the role gives its user away, and written by nobody else. */
#ifndef DOOR_SERVE_CERTIFICATE_H
#define DOOR_SERVE_CERTIFICATE_H

#include <openssl/ssl.h>

#include "door/serve/settings.h"

/*
 * What a listener needs. Without a given certificate the one in DIR/tls is used; it is made when there is none: P-256 (what
 * every browser takes), signed by itself, for 397 days, for the names of the settings, "localhost" and the address.
 * The exchange listener shows the node's key of the exchange (DIR/exchange) and asks for the other side's.
 */
MUST_USE rc certificate_open(struct ctx *c, const struct settings *s, enum listener l, SSL_CTX **ret);
/* Base64url of SHA-256 of the public key (SubjectPublicKeyInfo, RFC 7469 §2.4) that the other side showed. */
bool certificate_peer(SSL *ssl, char *ret_pin, size_t room);

#endif
