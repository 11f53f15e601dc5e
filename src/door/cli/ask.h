/* What a person types and nobody else shall see: never an argument of a command. */
#ifndef DOOR_CLI_ASK_H
#define DOOR_CLI_ASK_H

#include "base/rc.h"

/*
 * A line from the terminal, without echo when `secret`; the question goes to standard error. Where standard input is no
 * terminal, its next line. E_INVALID "ask.none" at its end, E_LIMIT "value.long" over 1024 bytes.
 */
MUST_USE rc ask_line(struct ctx *c, const char *question, bool secret, slice *ret);

#endif
