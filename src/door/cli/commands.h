/* The tables of all nouns, one row in command_tables each; A to Z. */
#ifndef DOOR_CLI_COMMANDS_H
#define DOOR_CLI_COMMANDS_H

#include "door/cli/cli.h"

extern const struct command cmd_api[];
extern const struct command cmd_assess[];
extern const struct command cmd_backup[];
extern const struct command cmd_case[];
extern const struct command cmd_config[];
extern const struct command cmd_deid[];
extern const struct command cmd_demo[];
extern const struct command cmd_doctor[];
extern const struct command cmd_disposal[];
extern const struct command cmd_duty[];
extern const struct command cmd_exchange[];
extern const struct command cmd_exercise[];
extern const struct command cmd_form[];
extern const struct command cmd_gate[];
extern const struct command cmd_guideline[];
extern const struct command cmd_help[];
extern const struct command cmd_law[];
extern const struct command cmd_memo[];
extern const struct command cmd_node[];
extern const struct command cmd_notice[];
extern const struct command cmd_partner[];
extern const struct command cmd_people[];
extern const struct command cmd_record[];
extern const struct command cmd_report[];
extern const struct command cmd_review[];
extern const struct command cmd_restore[];
extern const struct command cmd_principals[];
extern const struct command cmd_reserve[];
extern const struct command cmd_room[];
extern const struct command cmd_screen[];
extern const struct command cmd_search[];
extern const struct command cmd_select[];
extern const struct command cmd_thread[];
extern const struct command cmd_verify[];
extern const struct command cmd_serve[];
extern const struct command cmd_watch[];

#endif
