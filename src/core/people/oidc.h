/*
 * Signing in by an identity provider: OpenID Connect Core 1.0, authorization code flow with PKCE (RFC 7636, S256). The
 * node never calls the network here: whoever calls gives a function that fetches (role `out`), and the rest is computed
 * from the bytes that came back. An identity signs in only where its account was tied to it before (oidc_tie).
 */
#ifndef CORE_PEOPLE_OIDC_H
#define CORE_PEOPLE_OIDC_H

#include "core/people/people.h"

struct oidc_provider {
	slice issuer, client_id, client_secret;   /* secret: empty for a public client */
	slice authorize_url, token_url, jwks_url;
	bool secret_in_form;         /* the provider takes it in the form only (client_secret_post) */
	slice redirect_url;
};

/*
 * Fetches: GET when `form` is empty, else POST of application/x-www-form-urlencoded; `login` is "user:password" of RFC 7617, or
 * empty. TLS is checked there.
 */
typedef rc oidc_fetch(struct ctx *c, void *p, slice url, slice form, slice login, slice *ret_body);

/* The provider's /.well-known/openid-configuration. E_INVALID "signin.oidc": another issuer, addresses without TLS, no way to show the client's secret that we know. */
MUST_USE rc oidc_discover(struct ctx *c, slice bytes, struct oidc_provider *p);

/*
 * Where to send the browser. `ret_state` goes into a cookie as well (HttpOnly, SameSite=Lax, ten minutes): the answer
 * counts only in the browser that asked.
 */
MUST_USE rc oidc_begin(struct ctx *c, struct node *n, const struct oidc_provider *p, slice *ret_url, slice *ret_state);

struct oidc_identity { slice issuer, subject; bool mfa; };

/* The browser is back with `state` and `code`. E_DENIED "signin.oidc". Then signin_oidc() or oidc_tie(). */
MUST_USE rc oidc_finish(struct ctx *c, struct node *n, const struct oidc_provider *p, slice cookie, slice state, slice code,
                        oidc_fetch *fetch, void *fetch_p, struct oidc_identity *ret);

/* The pure part: an ID token (OpenID Connect Core section 3.1.3.7) against a key set (RFC 7517); RS256 and ES256 only. */
MUST_USE rc oidc_verify(struct ctx *c, const struct oidc_provider *p, slice jwks, slice id_token, slice nonce,
                        struct oidc_identity *ret);

#endif
