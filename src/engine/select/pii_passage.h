/* Passages of a stream that come again: what their lines gave is taken from memory. Only pii_*.c include it. */
#ifndef ENGINE_SELECT_PII_PASSAGE_H
#define ENGINE_SELECT_PII_PASSAGE_H

#include "base/known.h"
#include "engine/select/pii_unit.h"

/* Some lines of the block that is read. */
struct passage {
	size_t from, to;
	struct mark state;   /* of the state in which its first line is read, */
	struct mark mark;    /* of that and all else that decides what its lines give */
	struct mark found;   /* of all that was found in it, second looks included; { 0, 0 } when that is not known */
};

/* For a stream; in c->a. */
MUST_USE rc passages_new(struct ctx *c, struct passages **ret);
/* Says in w->by_passages whether they are looked for in the block: where few come again, or hardly a line matters, that costs more than it saves. */
MUST_USE rc passages_begin(struct ctx *c, struct pii_work *w);
/* Behind the last line of the block. */
void passages_end(const struct pii_work *w);
/* How many were looked for, and found, in the whole stream. */
uint64_t passages_tried(const struct passages *p);
uint64_t passages_known(const struct passages *p);

/*
 * The passage that begins with the line at `from`, false when its lines are too long. *ret_known: it was read before, behind and
 * before the same text and in the same state, and what it gave is in w and the state again. Else its lines are to be read, and passage_keep()
 * told from where on spans and mails of w are its own.
 */
MUST_USE rc passage_begin(struct unit *u, size_t from, struct passage *ret, bool *ret_known);
struct passage_marks { size_t spans, mails, scanned; };
void passage_keep(struct unit *u, const struct passage *p, const struct passage_marks *before);

/* To w->passages. */
MUST_USE rc passage_add(struct ctx *c, struct pii_work *w, const struct passage *p);

/* The same for second looks (pii_hunt.c) at the passage whose findings are spans [k, n): what they gave. { 0, 0 } for none. */
struct mark passage_hunt_mark(const struct unit *u, const struct passage *p, size_t k, size_t n);
MUST_USE rc passage_hunt_known(struct unit *u, const struct passage *p, struct mark m, bool *ret_known);
void passage_hunt_keep(struct unit *u, const struct passage *p, struct mark m, size_t first);

/* The same for what stands again in a passage that has a mark of all found (pii_repeat.c): bytes of the caller, without alignment. */
bool passage_again_find(const struct pii_work *w, const struct passage *p, slice *ret);
char *passage_again_keep(const struct pii_work *w, const struct passage *p, size_t n);

#endif
