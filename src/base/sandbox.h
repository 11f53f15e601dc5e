/*
 * What a process gives away before it meets foreign bytes, in this order: its user, the files (Landlock), the system calls
 * (seccomp). What the machine cannot give is told, not hidden: sandbox_enter() says what was reached.
 */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include <sys/types.h>

#include "base/rc.h"

enum sandbox_path { SANDBOX_READ, SANDBOX_WRITE, SANDBOX_RUN };

#define SANDBOX_PATHS 3

struct sandbox_rule {
	const char *path;            /* NULL ends; one that does not exist is passed over */
	enum sandbox_path may;       /* WRITE: read, make, write, rename, remove in it; RUN: read and start as a program */
};

/* What happens to a call that is not on the list. */
enum sandbox_else { SANDBOX_KILL, SANDBOX_REFUSE };

#define SANDBOX_ELSES 2

struct sandbox {
	const int *calls;                 /* numbers (SCMP_SYS), beside those that every process needs */
	size_t ncalls;
	enum sandbox_else otherwise;
	bool threads;                     /* may make threads of its own */
	const struct sandbox_rule *paths; /* NULL: no file at all */
	bool network;                     /* may bind or connect with TCP as far as the calls allow */
	size_t files;                     /* largest number of descriptors */
	size_t memory;                    /* bytes of address space; 0: not limited */
	bool processes;                   /* may fork */
};

struct sandbox_state { bool user, landlock, seccomp; int landlock_abi; };

/* The user and group, no others, for good. Only as root; uid 0 leaves the user as it is. E_DENIED "sandbox.user". */
MUST_USE rc sandbox_user(struct ctx *c, uid_t uid, gid_t gid, struct sandbox_state *state);
/* Limits, no new privileges, no dump, Landlock, seccomp. E_BUG "sandbox.seccomp" when the filter cannot be loaded. */
MUST_USE rc sandbox_enter(struct ctx *c, const struct sandbox *s, struct sandbox_state *state);
/* Version of Landlock that the kernel has; 0: none. */
int sandbox_landlock_abi(void);

#endif
