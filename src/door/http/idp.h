/*
 * The organisation's identity provider, as the settings name it. Its own addresses are asked for at each sign-in, so that new keys
 * of it count at once.
 */
#ifndef DOOR_HTTP_IDP_H
#define DOOR_HTTP_IDP_H

#include "core/people/oidc.h"
#include "core/people/pace.h"

struct idp {
	struct oidc_provider provider;   /* issuer, client and redirect; no addresses */
	slice name;                      /* on the button; may be empty */
	struct pace *pace;               /* borrowed; how often the way there is begun. NULL: nobody counts */
};

/* A question for the process `out` (base/aside.h): bytes of {address, form, login}; an empty form asks by GET. */
MUST_USE rc idp_question(struct ctx *c, slice url, slice form, slice login, slice *ret);
MUST_USE rc idp_question_read(struct ctx *c, slice question, slice *ret_url, slice *ret_form, slice *ret_login);

#endif
