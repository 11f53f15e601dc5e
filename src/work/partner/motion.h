/*
 * What one person writes and another one carries out, where the act behind it has no draft of its own: taking up a partner,
 * signing and ending a memorandum, asking for a recall and answering one. Nothing leaves and nothing counts before that.
 */
#ifndef WORK_PARTNER_MOTION_H
#define WORK_PARTNER_MOTION_H

#include "core/record/record.h"

/* motion.make motion.carry motion.drop */
extern const struct act_kind motion_kinds[];

/* `home`: case, partner or thread that it belongs to. `what` a word ("memo.draft"), `about` the thing ("m-…", "e-…"). */
struct motion {
	slice id, home, what, about, actor;
	int64_t seq;
	msec at;
	bool waiting;
};

/* The body, a JSON object, is sealed under the home. */
MUST_USE rc motion_act(struct ctx *c, const struct actor *who, slice home, slice what, slice about, slice body, struct act *ret,
                       slice *ret_id);
/* E_NOTFOUND "motion.none". */
MUST_USE rc motion_find(struct ctx *c, struct store *st, slice id, struct motion *ret);
/* Those that wait, by time. */
MUST_USE rc motion_list(struct ctx *c, struct store *st, struct motion **ret, size_t *ret_n);
/* Its body, for somebody who looks. E_NOTFOUND "motion.none" when it was shredded. */
MUST_USE rc motion_open(struct ctx *c, struct node *n, const struct look *look, const struct motion *m, const struct json **ret_body);
/* Who made it, to act in the name of the two. E_DENIED "thread.self" when it is `by` itself; E_CONFLICT "motion.done". */
MUST_USE rc motion_maker(struct ctx *c, struct node *n, const struct actor *by, const struct motion *m, struct actor *ret);
MUST_USE rc motion_act_end(struct ctx *c, const struct actor *who, const struct motion *m, bool carried, struct act *ret);
/* The approval that stands before the acts that rest on it. */
MUST_USE rc motion_act_approve(struct ctx *c, const struct actor *by, const struct motion *m, struct act *ret);

#endif
