/*
 * The people of a node as the door needs them: who came in with this cookie or token, and whether they may do a thing.
 */
#ifndef DOOR_HTTP_WHO_H
#define DOOR_HTTP_WHO_H

#include "core/record/record.h"

struct rights;

struct visitor {
	bool in;                     /* somebody has signed in; else all below is empty */
	bool token;                  /* by an API token */
	bool must_enrol;             /* a second factor has to be set up first */
	slice account;
	slice role, section;         /* the highest one held now, for the head of the page */
	slice csrf;                  /* for forms of this session */
	const void *inside;
};

enum who_step { WHO_DONE, WHO_FACTOR, WHO_ENROL };

#define WHO_STEPS 3

struct who_signin { enum who_step step; slice token, device; msec until; };

/* An unknown or ended session is nobody: OK with in == false. */
MUST_USE rc who_came(struct ctx *c, struct node *n, slice token, struct visitor *ret);
/* E_DENIED "people.may_not" and others; `what` is a word of people/rights.yaml. */
MUST_USE rc who_may(struct ctx *c, struct node *n, const struct rights *r, const struct visitor *w, slice what,
                    slice case_id, struct actor *ret);
bool who_can(struct ctx *c, struct node *n, const struct rights *r, const struct visitor *w, const char *what, slice case_id);
MUST_USE rc who_password(struct ctx *c, struct node *n, slice login, slice password, slice peer, slice device,
                         struct who_signin *ret);
/* Six digits of the app, or a recovery code. */
MUST_USE rc who_code(struct ctx *c, struct node *n, slice token, slice code, slice peer, slice device, struct who_signin *ret);
/* By what the identity provider said of them. E_DENIED "signin.not_tied". */
MUST_USE rc who_identity(struct ctx *c, struct node *n, slice issuer, slice subject, bool mfa, slice peer, slice device,
                         struct who_signin *ret);
/* Takes an invitation: its code and the wanted password. */
MUST_USE rc who_invited(struct ctx *c, struct node *n, const char *data, slice code, slice password, slice peer,
                        struct who_signin *ret);
/* A new secret for the app, or `secret` shown again; it counts when a first code confirms it. */
MUST_USE rc who_enrol_begin(struct ctx *c, struct node *n, const struct visitor *w, slice secret, slice *ret_secret,
                            slice *ret_uri);
MUST_USE rc who_enrol(struct ctx *c, struct node *n, slice token, slice secret, slice code, struct who_signin *ret);
MUST_USE rc who_leave(struct ctx *c, struct node *n, slice token);
MUST_USE rc who_rights(struct ctx *c, const char *data, const struct rights **ret);
/* The name of an account for people; its id when there is none. */
slice who_name(struct ctx *c, struct node *n, slice account);

#endif
