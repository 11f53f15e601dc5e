/*
 * Work that takes long and is done beside by somebody else (a slow hash, a question to another machine): whoever needs the answer
 * asks for it before it writes anything. Is the answer not there yet, the whole call fails with E_BUSY "aside.later" and is begun
 * again, from its first step, when it is; the same question is then answered at once.
 */
#ifndef BASE_ASIDE_H
#define BASE_ASIDE_H

#include "base/rc.h"

enum aside_kind { ASIDE_VERIFY, ASIDE_FETCH };

struct aside {
	void *to;
	rc (*ask)(struct ctx *c, void *to, enum aside_kind kind, slice question, slice *ret_answer);
};

/* Whether the call stopped only to be begun again. */
static inline bool aside_is_later(const struct ctx *c) { return c->fault.key && strcmp(c->fault.key, "aside.later") == 0; }

#endif
