/* The act kinds of all floors below, for opening a node. */
#ifndef DOOR_CLI_ACTS_H
#define DOOR_CLI_ACTS_H

#include "core/record/record.h"

extern const struct act_kind *const act_tables[];

#endif
