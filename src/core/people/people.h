/*
 * The people of a node: accounts, the roles that they hold and since when, sections, who stands in for whom, what each
 * role may, and how somebody signs in. All of it are acts: the tables are made from the record. What a person is called
 * lies sealed under the account's own key (the account's id stands in the entry as its `case`), so it can be shredded
 * alone when the person has left. Secrets (password hashes, keys of second factors) lie sealed likewise and are opened
 * to check them, never kept in a table: docs/record.md, "People".
 *
 * How a request is done (branches of the door: this is all that they need):
 *
 *	people_session(c, node, token, &who)     who is it? E_DENIED "people.no_session"
 *	people_may(c, st, rights, &who, S("page:cases"), case_id, &actor)
 *	... the handler, with `actor` for its acts and people_look() for what it opens ...
 */
#ifndef CORE_PEOPLE_PEOPLE_H
#define CORE_PEOPLE_PEOPLE_H

#include "core/record/record.h"

/*
 * account.* grant.* deputy.* absence.* section.* people.* case.assign approval.give review.done;
 * and the row "*", which is asked for every act once there are accounts
 */
extern const struct act_kind people_kinds[];
/* secret.* session.* token.* signin.* */
extern const struct act_kind signin_kinds[];

/* ---- roles ---- */

/* Words of the record, names for people, and who holds them in a public body. */
struct role {
	const char *word, *ja, *en;
	bool privileged;           /* signs in with a second factor */
	bool person;               /* somebody may hold it; else it is the program's */
};

extern const struct role role_table[];   /* ended by NULL */
/* NULL when there is none. */
const struct role *role_find(slice word);
/* "op-7:lead", "op-7:保護責任者". E_INVALID "role.form", "role.unknown". The texts are borrowed or constant. */
MUST_USE rc actor_parse(struct ctx *c, slice text, struct actor *ret);
/* Name of a role word for people. */
const char *role_name(slice word, bool ja);

/* ---- rights ---- */

/* people/rights.yaml: which role may which act, see which page. What stands in no row nobody may. */
struct rights;

MUST_USE rc rights_load(struct ctx *c, const char *data, const struct rights **ret);

/* Whether the table lets the role do it, leaving aside sections and sessions. */
bool rights_has(const struct rights *r, slice role, slice what);

struct right { slice what; const slice *roles; size_t nroles; bool self; bool any_section; };
/* All rows, by word: for the inventory and tests. */
const struct right *rights_rows(const struct rights *r, size_t *ret_n);

/* A role that somebody holds now: own, or of one who is absent. */
struct grant {
	slice role;
	slice section;             /* empty: the whole organisation */
	slice instead_of;          /* account of the absent one; empty: own */
	jday from, to;             /* first and last day; JDAY_MOST: without end */
	int64_t seq;               /* entry that gave it */
};

/* Somebody who has come in. All in c->a. */
struct who {
	slice account;             /* "op-…" */
	slice session;             /* "s-…", "t-…" for an API token; empty: the command line */
	bool token;
	bool factor;               /* has given a second factor (or needs none: token, command line) */
	bool must_enrol;           /* holds a privileged role and has no second factor yet */
	const struct grant *grants;   /* in force on the day of c->now */
	size_t ngrants;
	const slice *scopes;       /* of a token: words of the rights table, "case." for a group */
	size_t nscopes;
	char csrf[44];             /* for forms of this session: base64url, not terminated by anything but NUL */
};

/*
 * May they? `what` is the word of an act ("case.open") or of a page or doing of the door ("page:cases", "api:cases").
 * `case_id` empty: no case. A case that was assigned to sections is open to grants of one of them and to grants of the
 * whole organisation. *ret_actor is who acts in the entry: own roles go before those of an absent one, the least
 * powerful role that suffices before others; `via` is "for:op-…" for a deputy and the id of the API token.
 * E_DENIED "people.may_not", "people.need_factor", "people.scope", "people.other_section"; the word rides along.
 */
MUST_USE rc people_may(struct ctx *c, struct store *st, const struct rights *r, const struct who *w, slice what,
                       slice case_id, struct actor *ret_actor);
/* The same as a question: for showing or hiding a button. */
MUST_USE rc people_can(struct ctx *c, struct store *st, const struct rights *r, const struct who *w, slice what,
                       slice case_id, bool *ret);
/* Who + why for a look at sealed content. `code`: a reason word of the door ("casework", "report", "search", …). */
MUST_USE rc people_look(struct ctx *c, const struct actor *a, slice code, struct look *ret);

/* Sections that a case was assigned to; none: not assigned. */
MUST_USE rc people_case_sections(struct ctx *c, struct store *st, slice case_id, slice **ret, size_t *ret_n);

/* ---- accounts ---- */

enum account_state { ACCOUNT_INVITED, ACCOUNT_ACTIVE, ACCOUNT_SUSPENDED, ACCOUNT_LEFT };

#define ACCOUNT_STATES 4

extern const char *const account_state_words[ACCOUNT_STATES];

struct account {
	slice id;
	enum account_state state;
	int64_t seq, name_seq;     /* entries: made; that holds the present name */
	msec made, changed;
	msec last_in;              /* last sign-in; 0: never */
	bool has_password;
	int64_t factors;           /* second factors enrolled: passkeys and TOTP */
	slice name, login, mail;   /* after people_names_open */
};

/* Whether the node has accounts at all (people.begin stands in the record). */
MUST_USE rc people_begun(struct ctx *c, struct store *st, bool *ret);
/* E_NOTFOUND "people.none". `ref` is an id. */
MUST_USE rc people_find(struct ctx *c, struct store *st, slice ref, struct account *ret);
/* By the name that they sign in with. E_NOTFOUND "people.none". */
MUST_USE rc people_find_login(struct ctx *c, struct node *n, slice login, struct account *ret);
/* All accounts by id; at most `most` after the id `after`. */
MUST_USE rc people_list(struct ctx *c, struct store *st, slice after, size_t most, struct account **ret, size_t *ret_n);
/* Opens names: a look (one act for all). Names whose key was destroyed stay empty. `look` NULL: one's own name only. */
MUST_USE rc people_names_open(struct ctx *c, struct node *n, const struct look *look, struct account *v, size_t nv);
/* Grants in force on a day, deputies included; the account must be active, else none. */
MUST_USE rc people_grants(struct ctx *c, struct store *st, slice account, jday day, struct grant **ret, size_t *ret_n);
/* For an inventory: also what is given to an account that is invited, suspended or gone, which may do nothing with it. */
MUST_USE rc people_granted(struct ctx *c, struct store *st, const struct account *a, jday day, struct grant **ret, size_t *ret_n);
/* Checks an actor named on the command line, once the node has accounts: E_DENIED "people.not_active", "people.not_held". */
MUST_USE rc people_check_actor(struct ctx *c, struct store *st, const struct actor *a);

struct section { slice id, name, parent; bool closed; };   /* names are no personal data */
MUST_USE rc people_sections(struct ctx *c, struct node *n, struct section **ret, size_t *ret_n);

/* Accounts that must answer for somebody: for notices. Deputies of an account on a day, in order. */
MUST_USE rc people_deputies(struct ctx *c, struct store *st, slice account, jday day, slice **ret, size_t *ret_n);
/* The same with their days, also those that are over or lie ahead; absences that are not over on `day`. */
struct deputy { slice account; jday from, to; bool standing; };
MUST_USE rc people_deputy_list(struct ctx *c, struct store *st, slice account, struct deputy **ret, size_t *ret_n);
struct absence { jday from, to; };
MUST_USE rc people_absences(struct ctx *c, struct store *st, slice account, jday day, struct absence **ret, size_t *ret_n);
MUST_USE rc people_is_absent(struct ctx *c, struct store *st, slice account, jday day, bool *ret);

/* ---- signing in ---- */

/* Where a sign-in comes from. Nothing of it is kept but keyed tags. */
struct from_where {
	slice source;              /* address of the peer: "192.0.2.7" */
	slice device;              /* value of the cookie of a known device; empty: none */
};

enum signin_step { SIGNIN_DONE, SIGNIN_FACTOR, SIGNIN_ENROL };

#define SIGNIN_STEPS 3

struct signin {
	enum signin_step step;     /* FACTOR: the second factor is asked next; ENROL: one must be enrolled first */
	slice token;               /* for the session cookie: "s-….<43 letters>"; a new one at each step */
	slice device;              /* for the cookie of this device; empty: keep what there is */
	slice account;
	msec until;                /* the session ends then at the latest */
	bool totp, passkey, recovery;   /* FACTOR: what they have */
};

/*
 * E_DENIED "signin.wrong" for an unknown name, a wrong password and a suspended account alike and in the same time;
 * E_BUSY "signin.wait" when it is too soon (fault.at: seconds). Password: UTF-8, as typed.
 */
MUST_USE rc signin_password(struct ctx *c, struct node *n, slice login, slice password, const struct from_where *f,
                            struct signin *ret);
/* `token`: of the step before. E_DENIED "signin.code", "people.no_session"; E_BUSY "signin.wait". */
MUST_USE rc signin_totp(struct ctx *c, struct node *n, slice token, slice code, const struct from_where *f, struct signin *ret);
MUST_USE rc signin_recovery(struct ctx *c, struct node *n, slice token, slice code, const struct from_where *f,
                            struct signin *ret);

/* WebAuthn (W3C Web Authentication Level 2). The site that passkeys belong to: one per node. */
struct site { slice rp_id, origin; };   /* "node.example.lg.jp", "https://node.example.lg.jp" */

/* A challenge for navigator.credentials.get() or .create(), base64url in c->a; kept for this session until used. */
MUST_USE rc passkey_challenge(struct ctx *c, struct node *n, slice token, slice *ret);
/* Ids of the passkeys of the session's account, base64url: allowCredentials and excludeCredentials. */
MUST_USE rc passkey_ids(struct ctx *c, struct node *n, slice token, slice **ret, size_t *ret_n);

struct passkey_answer { slice id, client_data, auth_data, signature; };   /* bytes, not base64 */
MUST_USE rc signin_passkey(struct ctx *c, struct node *n, const struct site *s, slice token, const struct passkey_answer *a,
                           const struct from_where *f, struct signin *ret);

/* Takes an invitation: the one-time code, the wanted password. E_DENIED "invite.wrong"; what password_check says. */
MUST_USE rc signin_invited(struct ctx *c, struct node *n, const char *data, slice code, slice password,
                           const struct from_where *f, struct signin *ret);

/* OpenID Connect: an account that was tied to (issuer, subject) by oidc_verify()'s result. See oidc.h. */
MUST_USE rc signin_oidc(struct ctx *c, struct node *n, slice issuer, slice subject, bool mfa, const struct from_where *f,
                        struct signin *ret);

/* What a password of a question (base/aside.h, ASIDE_VERIFY) is: for whoever answers it. */
MUST_USE rc password_answer(struct ctx *c, slice question, bool *ret_right);

/* ---- sessions and tokens ---- */

#define SESSION_IDLE ((msec)30 * 60000)
#define SESSION_MOST ((msec)12 * 3600000)

/*
 * Who is it? `token` is the cookie's value or the bearer token of an API call ("t-….…"). Moves the idle time on (at most
 * one small write a minute, no act). E_DENIED "people.no_session": unknown, ended, revoked, expired, account not active.
 */
MUST_USE rc people_session(struct ctx *c, struct node *n, slice token, struct who *ret);
MUST_USE rc session_end(struct ctx *c, struct node *n, slice token);

struct session {
	slice id, account;
	bool token;
	msec begun, seen, until;
	slice how;                 /* "password", "totp", "passkey", "recovery", "oidc", "invite", "token" */
	slice label;               /* of a token: word; of a session: empty */
	const slice *scopes; size_t nscopes;
};
/* Open ones of an account (empty: of everybody). */
MUST_USE rc session_list(struct ctx *c, struct node *n, slice account, struct session **ret, size_t *ret_n);
/* By id: sessions and tokens. One's own, or who may "session.revoke". Takes effect at once. E_NOTFOUND "people.no_session". */
MUST_USE rc session_revoke(struct ctx *c, struct node *n, const struct actor *by, slice id);

/* A token for programs: shown once. `scopes` words of the rights table. E_INVALID "token.scope", "token.until". */
MUST_USE rc token_add(struct ctx *c, struct node *n, const struct actor *by, slice account, slice label,
                      const slice *scopes, size_t nscopes, msec until, slice *ret_token);

/* ---- what an account holds ---- */

/*
 * How good a password is: E_INVALID "password.short" (under 12 characters), "password.long" (over 256), "password.common",
 * "password.own_name", "password.same_letters". The list of common ones: people/passwords.txt.
 */
MUST_USE rc password_check(struct ctx *c, const char *data, slice password, const slice *own, size_t nown);
/* One's own: the old password first (empty only when there was none). Other sessions of the account end. */
MUST_USE rc password_change(struct ctx *c, struct node *n, const char *data, const struct who *w, slice old, slice password);

/* A new TOTP secret, base32; counts only after totp_confirm. */
MUST_USE rc totp_begin(struct ctx *c, slice *ret_secret);
/* The secret as otpauth:// for the picture that a telephone reads. */
MUST_USE rc totp_uri(struct ctx *c, struct node *n, const struct who *w, slice secret, slice *ret_uri);
/* With the secret of totp_begin as the form gave it back and a first code. `token` is renewed: *ret. */
MUST_USE rc totp_confirm(struct ctx *c, struct node *n, slice token, slice secret, slice code, struct signin *ret);

struct passkey_made { slice client_data, attestation; };   /* bytes */
MUST_USE rc passkey_add(struct ctx *c, struct node *n, const struct site *s, slice token, slice label,
                        const struct passkey_made *m, struct signin *ret);

/* Ten new codes, shown once; the old ones are void. Needs a second factor. */
MUST_USE rc recovery_make(struct ctx *c, struct node *n, const struct who *w, slice **ret, size_t *ret_n);

struct factor {
	slice id, kind, label;     /* "totp" "passkey" "recovery" "oidc" */
	msec made, used;           /* used 0: never */
	int64_t left;              /* recovery codes that are still good */
	int64_t seq, last;         /* entry; step, counter or used codes */
};
/* Ties the account of this session to a subject of an identity provider (see oidc.h). */
MUST_USE rc oidc_tie(struct ctx *c, struct node *n, slice token, slice issuer, slice subject, struct signin *ret);

MUST_USE rc factor_list(struct ctx *c, struct store *st, slice account, struct factor **ret, size_t *ret_n);
/* One's own with a factor given, or by who may "factor.drop" (a lost telephone). */
MUST_USE rc factor_drop(struct ctx *c, struct node *n, const struct actor *by, slice account, slice id);

/* ---- what administrators do; `by` comes from people_may ---- */

/* First start: makes the node's login key, the first administrator, and a one-time code, printed once by the door. */
MUST_USE rc people_begin(struct ctx *c, struct node *n, slice *ret_account, slice *ret_code);
/*
 * E_CONFLICT "people.login_taken". `first`: the role that goes with it, its role, section, from and to; NULL for none. The
 * account, its role and its invitation are made together or not at all. `code`: of the invitation; in c->a, shown once,
 * good for 7 days.
 */
MUST_USE rc account_add(struct ctx *c, struct node *n, const struct actor *by, slice name, slice login, slice mail,
                        const struct grant *first, slice *ret_account, slice *ret_code);
MUST_USE rc account_invite(struct ctx *c, struct node *n, const struct actor *by, slice account, slice *ret_code);
MUST_USE rc account_rename(struct ctx *c, struct node *n, const struct actor *by, slice account, slice name, slice mail);
/* Active, suspended, left; sessions and tokens end at once. E_CONFLICT "people.last_admin". `why`: a code word. */
MUST_USE rc account_set_state(struct ctx *c, struct node *n, const struct actor *by, slice account, enum account_state s,
                              slice why);
/* E_DENIED "people.own_grant": nobody gives a role to oneself. */
MUST_USE rc grant_add(struct ctx *c, struct node *n, const struct actor *by, slice account, slice role, slice section,
                      jday from, jday to);
MUST_USE rc grant_end(struct ctx *c, struct node *n, const struct actor *by, slice account, slice role, slice section);
/* `deputy` acts for `account` from–to: while the other is absent, or always when `standing`. */
MUST_USE rc deputy_set(struct ctx *c, struct node *n, const struct actor *by, slice account, slice deputy, jday from, jday to,
                       bool standing);
MUST_USE rc deputy_end(struct ctx *c, struct node *n, const struct actor *by, slice account, slice deputy);
MUST_USE rc absence_set(struct ctx *c, struct node *n, const struct actor *by, slice account, jday from, jday to);
MUST_USE rc absence_end(struct ctx *c, struct node *n, const struct actor *by, slice account);
/* `id` a word chosen by the organisation: "zeimu". */
MUST_USE rc section_add(struct ctx *c, struct node *n, const struct actor *by, slice id, slice name, slice parent);
MUST_USE rc section_close(struct ctx *c, struct node *n, const struct actor *by, slice id);
/* The case belongs to these sections from now on. */
MUST_USE rc case_assign(struct ctx *c, struct node *n, const struct actor *by, slice case_id, const slice *sections, size_t ns);

/* ---- four eyes ---- */

/*
 * Approves an entry (a draft to be submitted, a disclosure). `what` is the act that it is for: "report.submit",
 * "item.disclose". *ret_seq goes into that act's `appr`. E_DENIED "approval.own" for the one who made it.
 */
MUST_USE rc approval_give(struct ctx *c, struct node *n, const struct actor *by, slice what, slice case_id, int64_t target,
                          int64_t *ret_seq);
/* Whether submission and disclosure ask for a second person (on from the beginning); only the chief changes it. */
MUST_USE rc people_four_eyes(struct ctx *c, struct store *st, bool *ret);
MUST_USE rc people_set_four_eyes(struct ctx *c, struct node *n, const struct actor *by, bool on);
/* Approvals of an entry for that act. */
MUST_USE rc approval_list(struct ctx *c, struct store *st, slice case_id, slice what, int64_t target, int64_t **ret,
                          size_t *ret_n);
/*
 * For the `validate` of an act that needs four eyes: e->appr names an approval of the entry `target` for e->act. Who
 * approved is not who made the target, nor one in the name of the other; the approver may well be who submits it. The
 * member `emergency` (bool, with a code) passes and leaves a review that is due (approval_project). A node without
 * accounts asks for none. E_DENIED "approval.need"; E_INVALID "approval.reason".
 */
MUST_USE rc approval_check(struct ctx *c, struct store *st, const struct entry *e, int64_t target);
/* For the `project` of the same act. */
MUST_USE rc approval_project(struct ctx *c, struct store *st, const struct entry *e);

/* ---- reviews ---- */

struct review { int64_t seq; slice kind, case_id, act; jday due; msec done; slice done_by; };   /* "emergency" "rights" */
/* Open ones, the most urgent first; the yearly review of rights among them. */
MUST_USE rc review_list(struct ctx *c, struct store *st, bool open, struct review **ret, size_t *ret_n);
/*
 * Done: of an emergency by somebody else; of rights with every account that holds one named as kept or ended.
 * E_CONFLICT "review.none", "review.moved"; E_DENIED "review.own".
 */
MUST_USE rc review_done(struct ctx *c, struct node *n, const struct actor *by, int64_t seq, slice result);

#endif
