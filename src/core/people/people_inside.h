/* What the files of this folder share. */
#ifndef CORE_PEOPLE_PEOPLE_INSIDE_H
#define CORE_PEOPLE_PEOPLE_INSIDE_H

#include "base/calendar.h"
#include "core/people/people.h"

#define ORG_UNIT S("org")             /* `case` of acts that concern no single account */
#define INVITE_MOST (7 * DAY_MSEC)
#define DEVICE_MOST (180 * DAY_MSEC)
#define HALF_MOST ((msec)10 * 60000)  /* between the password and the second factor */
#define RECOVERY_CODES 10
#define REVIEW_YEAR 365
#define EMERGENCY_DAYS 7
#define SYSTEM ((struct actor){ .id = S("op-0"), .role = S("system") })

static inline slice entry_word(const struct entry *e, const char *name)
{
	return json_text(json_get(e->json, slice_of(name)));
}

static inline int64_t entry_int(const struct entry *e, const char *name, int64_t other)
{
	const struct json *v = json_get(e->json, slice_of(name));

	return v && v->type == JSON_INT ? v->num : other;
}

static inline bool entry_is(const struct entry *e, const char *name)
{
	const struct json *v = json_get(e->json, slice_of(name));

	return json_is_true(v);
}

/* "<data>/people/<name>" in c->a. */
MUST_USE rc people_data_path(struct ctx *c, const char *data, const char *name, const char **ret);
/* E_DENIED etc. with an identifier of ours beside it. */
rc people_fail(struct ctx *c, rc code, const char *key, slice name);

/* Columns of the statements account_by_… and account_page. Texts are copied to c->a. */
MUST_USE rc account_from_row(struct ctx *c, const struct query *q, struct account *ret);
/* The account whom `via` says that the actor stands in for; empty for none. */
slice via_account(slice via);
/* Whether the account holds the role on that day, by itself or (`instead_of` not empty) for an absent one. */
MUST_USE rc people_holds(struct ctx *c, struct store *st, slice account, slice role, slice instead_of, jday day, bool *ret);
/* Whether somebody else also holds it for the whole organisation. */
MUST_USE rc people_has_other(struct ctx *c, struct store *st, slice role, slice account, jday day, bool *ret);
/* The row "*" of people_kinds: asked for every act once the node has accounts. */
MUST_USE rc people_guard(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads);

/* For the acts' checks: an account that has not left; a sealed payload is there. */
MUST_USE rc people_need_account(struct ctx *c, struct store *st, slice id, struct account *ret);
MUST_USE rc people_need_payload(struct ctx *c, const struct entry *e);
/* All sessions and remembered devices of an account end. */
MUST_USE rc people_end_all(struct ctx *c, struct store *st, slice account);

/* What lies sealed in the first act: made once, opened for each sign-in. */
struct login_key { unsigned char key[32]; slice decoy; };   /* decoy: a password hash that nobody's password has */
MUST_USE rc login_key_open(struct ctx *c, struct node *n, struct login_key *ret);
/* Keyed tag of something that is not kept: kind 'l' login, 's' source, 'd' device … 22 letters in c->a. */
MUST_USE rc login_tag(struct ctx *c, const struct login_key *k, char kind, slice a, slice b, slice *ret);
/* Name to sign in with, as it is compared: lower case, full-width letters made narrow. E_INVALID "people.login". */
MUST_USE rc login_fold(struct ctx *c, slice login, slice *ret);

/* Opens payload `i` of the entry for the program (shows nothing to anybody). E_NOTFOUND "people.gone" when shredded. */
MUST_USE rc people_open_payload(struct ctx *c, struct node *n, int64_t seq, size_t i, slice *ret);
MUST_USE rc people_open_json(struct ctx *c, struct node *n, int64_t seq, const struct json **ret);

/* 256 random bits, base64url, and the hash under which they are kept. */
MUST_USE rc token_random(struct ctx *c, slice *ret_text);
MUST_USE rc token_hash(struct ctx *c, slice text, slice *ret_hash);

/* The session row behind "s-….<secret>"; E_DENIED "people.no_session". */
struct session_row { struct session s; int64_t level; };
MUST_USE rc session_find(struct ctx *c, struct node *n, slice token, struct session_row *ret);
/* Begins a session: one act. `was`: the session that it takes the place of; `secret`/`last`: the second factor and its state. */
struct beginning {
	slice account, how, was, secret;
	int64_t level, last;
	bool device;              /* this device is known from now on */
};
MUST_USE rc session_begin(struct ctx *c, struct node *n, const struct beginning *b, struct signin *ret);
/* The act alone, for a batch. */
MUST_USE rc session_begin_act(struct ctx *c, const struct beginning *b, struct signin *ret, struct act *ret_act);
/* What follows a right first proof: which step is next. */
MUST_USE rc signin_next(struct ctx *c, struct node *n, slice account, slice how, slice was, bool mfa, const struct from_where *f,
                        struct signin *ret);

/* Codes for people: 80 bits, 16 letters in fours; the hash under which one is kept. */
MUST_USE rc code_new(struct ctx *c, slice *ret);
MUST_USE rc code_hash(struct ctx *c, slice code, slice *ret);

/* approval.c, for the table of kinds */
MUST_USE rc approval_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads);
MUST_USE rc approval_given(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads);

/* webauthn.c */
/* The challenge of that session, which counts once. E_DENIED "signin.code". */
MUST_USE rc challenge_take(struct ctx *c, struct node *n, slice session, slice *ret);
/* Verifies the answer against the account's passkeys; gives the factor's id and the new counter. */
MUST_USE rc passkey_check(struct ctx *c, struct node *n, const struct site *s, slice account, slice challenge,
                          const struct passkey_answer *a, slice *ret_id, int64_t *ret_counter);
/* The pure part: `sealed` is what passkey_read_new gave. E_DENIED "signin.passkey". */
MUST_USE rc passkey_verify(struct ctx *c, const struct site *s, slice sealed, slice challenge, const struct passkey_answer *a,
                           int64_t *ret_counter);
/* Reads a registration: what to seal, the tag of the credential id, its counter. */
MUST_USE rc passkey_read_new(struct ctx *c, const struct site *s, slice challenge, const struct passkey_made *m,
                             slice *ret_sealed, slice *ret_tag, int64_t *ret_counter);

/* lockout.c */
/* What an address counts under: itself, or the network of an IPv6 one. In c->a. */
slice source_network(struct ctx *c, slice source);
/* E_BUSY "signin.wait" when it is too soon; else counts a wrong guess beforehand. */
MUST_USE rc lockout_enter(struct ctx *c, struct node *n, const struct login_key *k, slice who, const struct from_where *f);
/* It was right after all. */
MUST_USE rc lockout_right(struct ctx *c, struct node *n, const struct login_key *k, slice who, const struct from_where *f);

/* password.c */
MUST_USE rc password_hash(struct ctx *c, slice password, slice *ret);
MUST_USE rc password_verify(struct ctx *c, slice hash, slice password, bool *ret_right);

/* totp.c: RFC 6238 with SHA-1, 30 s, 6 digits (RFC 4226 section 5). */
uint32_t totp_code(const unsigned char *key, size_t n, int64_t step);
/* The step within ±1 of now whose code it is; -1 for none. */
int64_t totp_step_of(const unsigned char *key, size_t n, msec now, slice code);
void base32_put(struct buf *b, slice bytes);
MUST_USE rc base32_parse(struct ctx *c, slice text, slice *ret);

#endif
