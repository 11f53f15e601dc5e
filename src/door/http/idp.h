/*
 * The organisation's identity provider, as the settings name it. Its own addresses are asked for at each sign-in, so that new keys
 * of it count at once.
 */
#ifndef DOOR_HTTP_IDP_H
#define DOOR_HTTP_IDP_H

#include "core/people/oidc.h"

struct idp {
	struct oidc_provider provider;   /* issuer, client and redirect; no addresses */
	slice name;                      /* on the button; may be empty */
};

/* A question for the process `out` (base/aside.h): bytes of {address, form}; an empty form asks by GET. */
MUST_USE rc idp_question(struct ctx *c, slice url, slice form, slice *ret);
MUST_USE rc idp_question_read(struct ctx *c, slice question, slice *ret_url, slice *ret_form);

#endif
