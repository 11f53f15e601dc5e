/* The tables of all nouns, one row in command_tables each; A to Z. */
#ifndef DOOR_CLI_COMMANDS_H
#define DOOR_CLI_COMMANDS_H

#include "door/cli/cli.h"

extern const struct command cmd_help[];
extern const struct command cmd_select[];

#endif
