/* How a subcommand gets at the node. */
#ifndef DOOR_CLI_CLI_NODE_H
#define DOOR_CLI_CLI_NODE_H

#include "core/record/record.h"
#include "door/cli/cli.h"

/* The act kinds of the whole house; a part of the work adds its table in cli_node.c. */
extern const struct act_kind *const house_kinds[];

/*
 * Opens the node of --store. For writing, --now is refused unless the node was made for exercises: E_DENIED "node.now".
 * An exercise node says so on standard error.
 */
MUST_USE rc cli_node_open(struct ctx *c, const struct call *in, bool write, struct node **ret);
/* For writing, before other processes open it: tables that an upgrade left empty are filled by those. */
MUST_USE rc cli_node_look(struct ctx *c, const struct call *in, struct node **ret);
/* The same for a record that may not hold. */
MUST_USE rc cli_node_inspect(struct ctx *c, const struct call *in, struct node **ret);
/* --lang=ja|en; English when not given. */
MUST_USE rc cli_japanese(struct ctx *c, const struct call *in, bool *ret);

#endif
