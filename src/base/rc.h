/*
 * The one error idiom: a function that can fail returns `rc`, says why once where it knows (FAIL), and callers
 * pass it up (TRY). Details ride in the context; results go out through ret_ parameters, which are untouched
 * on failure and always set on success.
 */
#ifndef BASE_RC_H
#define BASE_RC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"

#define MUST_USE __attribute__((warn_unused_result))

typedef enum rc {
	OK = 0,
	E_INVALID,   /* what came in is wrong; the sender can mend it            */
	E_NOTFOUND,
	E_DENIED,    /* not allowed, or the gate kept it back                    */
	E_CONFLICT,  /* somebody else was quicker; read again and retry          */
	E_LIMIT,     /* too big, too deep, too many, too long                    */
	E_BUSY,      /* try again later                                          */
	E_TAMPER,    /* a signature, hash or chain does not hold                 */
	E_IO,
	E_NOMEM,
	E_BUG,       /* cannot happen; the request ends, the process is replaced */
} rc;

#define RC_CODES 11

/* Instants are UTC milliseconds since 1970, days are days since 1970-01-01 in JST. See base/calendar.h. */
typedef int64_t msec;
typedef int32_t jday;

/* What went wrong and where. `key` names a message in ui/messages/; the value that was wrong is never kept. */
struct fault {
	rc code;
	const char *key;
	const char *file;   /* of our source, for E_BUG and logs */
	int line;
	bool has_at;
	uint64_t at;        /* byte offset in the input */
	uint32_t row, col;  /* 1-based place in a text file; 0 = not said */
	int sys;            /* errno where the system said no; 0 = none */
	char name[128];     /* an identifier of ours or identifier-shaped: field, fact, rule; never free text */
	char where[256];    /* a file name of ours (pack, option); never content */
};

struct app;             /* what the process may use; defined by the door */
struct cage_door;       /* base/cage.h */

/* What a piece of work carries along. Made by the door, one per request, job or command. */
struct ctx {
	struct arena *a;    /* memory of this work; borrowed */
	msec now;           /* nobody below the door calls the clock */
	msec ahead;         /* of the machine's clock, in an exercise that pretends a time: a telephone's codes do not pretend */
	const struct app *app;
	const struct aside *aside;      /* who does what takes long (base/aside.h); NULL: it is done here */
	bool again;                     /* the call is begun again, with an answer of `aside` */
	const struct cage_door *cage;   /* where foreign files are parsed; NULL: in a child of this process */
	struct fault fault;
};

/* Records the fault; FAIL yields its code, so that callers write `return FAIL(c, E_INVALID, "port.range");`. */
void fault_set(struct ctx *c, rc code, const char *key, const char *file, int line);

/* Add to the fault last set. fault_name keeps only identifier-shaped names (letters, digits, . _ - : /). */
void fault_at(struct ctx *c, uint64_t offset);
void fault_place(struct ctx *c, uint32_t row, uint32_t col);
void fault_name(struct ctx *c, slice name);
void fault_where(struct ctx *c, const char *file);
void fault_errno(struct ctx *c, int err);
void fault_clear(struct ctx *c);

/* A stable English word for the code ("invalid", "notfound", …), for logs and JSON. */
const char *rc_word(rc code);

#define FAIL(c, code, key) (fault_set((c), (code), (key), __FILE__, __LINE__), (rc)(code))
#define FAIL_SYS(c, key) fault_set_errno((c), (key), __FILE__, __LINE__)
#define TRY(expr) do { rc rc_ = (expr); if (rc_ != OK) return rc_; } while (0)
#define NEVER(x) do { if (x) return FAIL(c, E_BUG, "bug"); } while (0)

/* E_IO (E_LIMIT for ENOSPC, EFBIG, EDQUOT) with errno kept. */
rc fault_set_errno(struct ctx *c, const char *key, const char *file, int line);

/* A copy of the text in c->a. E_LIMIT "memory.limit". */
MUST_USE rc slice_keep(struct ctx *c, slice s, slice *ret);

/* Zeroed memory of the work for a pointer variable; E_LIMIT when the arena's largest size is reached. */
#define TRY_NEW(c, p) TRY_ARRAY(c, p, 1)
#define TRY_ARRAY(c, p, n) do { \
	(p) = arena_alloc((c)->a, (n), sizeof *(p)); \
	if (!(p)) return FAIL((c), E_LIMIT, "memory.limit"); \
} while (0)

/* Makes the array `v` of `room` elements twice as large (at first: `first`) when its `n` elements fill it. */
#define TRY_ROOM(c, v, n, room, first) do { \
	if ((n) == (room)) { \
		size_t bigger_ = (room) ? (room) * 2 : (first); \
		(v) = arena_grow((c)->a, (v), (room) * sizeof *(v), bigger_ * sizeof *(v)); \
		if (!(v)) return FAIL((c), E_LIMIT, "memory.limit"); \
		(room) = bigger_; \
	} \
} while (0)

#endif
