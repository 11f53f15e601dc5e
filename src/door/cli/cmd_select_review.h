/* The verb `review` of `renkei select`. Only cmd_select.c and cmd_select_review.c include it. */
#ifndef DOOR_CLI_CMD_SELECT_REVIEW_H
#define DOOR_CLI_CMD_SELECT_REVIEW_H

#include "door/cli/cli.h"
#include "work/select/select.h"

MUST_USE rc run_select_review(struct ctx *c, const struct call *in, struct answer *out);
/* The items of one document on standard output as JSON Lines, these places let out. */
MUST_USE rc select_released(struct ctx *c, slice name, slice bytes, const struct select_place *places, size_t n);

#endif
