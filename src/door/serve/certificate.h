/* Keys and certificates of the role `tls`. Keys are read before the role gives its user away, and written by nobody else. */
#ifndef DOOR_SERVE_CERTIFICATE_H
#define DOOR_SERVE_CERTIFICATE_H

#include <openssl/ssl.h>

#include "door/serve/settings.h"

/*
 * What a listener needs. Without a given certificate the one in DIR/tls is used; it is made when there is none: P-256 (what
 * every browser takes), signed by itself, for 397 days, for the names of the settings, "localhost" and the address.
 * The exchange listener asks for the client's certificate; who it is, DIR/tls/peers says.
 */
MUST_USE rc certificate_open(struct ctx *c, const struct settings *s, enum listener l, SSL_CTX **ret);
/*
 * The name of the node whose key the other side showed, by the pins in DIR/tls/peers (lines of "<SHA-256 of the public key in
 * hex> <name>"). false: none, or not one of those.
 */
bool certificate_peer(SSL *ssl, char *ret_name, size_t room);
/* SHA-256 over the public key (SubjectPublicKeyInfo, RFC 7469 §2.4) of the own certificate, in hex; what partners pin. */
MUST_USE rc certificate_pin(struct ctx *c, const char *path, char ret_hex[65]);

#endif
