/* Under which users the roles run, and whose the files of the node are. */
#ifndef DOOR_SERVE_USERS_H
#define DOOR_SERVE_USERS_H

#include "door/serve/settings.h"

/*
 * Fills s->uid and s->gid. Not root: the roles stay the user who started the program, and Landlock and seccomp part them. Root:
 * the system users "<prefix><role>" when all of them exist; else, when none of them exists, the seven ids from `user_base` on, if
 * no account has them. E_INVALID "serve.users_some" when some exist, E_CONFLICT "serve.users_taken". With USERS_AUTO the roles stay
 * root when the store or the packs lie in a folder that other users cannot enter; *ret_why says so ("folder"), else NULL.
 */
MUST_USE rc users_find(struct ctx *c, struct settings *s, const char **ret_why);
/* Gives keep/ to keep, sign/ to sign, tls/ to tls, all else to core. Only as root with users of their own. */
MUST_USE rc users_own(struct ctx *c, const struct settings *s);

#endif
