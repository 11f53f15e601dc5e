/*
 * Subcommands as data: one table gives the parser, --help, the manual page and the shell completion.
 * `renkei <noun> <verb> [--option=value] [argument …]`; results on standard output, everything else on standard error.
 * Exit: 0 done, 1 done and the answer is no, 2 wrong call or input, 3 try again later, 4 not allowed, 70 our bug.
 */
#ifndef DOOR_CLI_CLI_H
#define DOOR_CLI_CLI_H

#include <stdio.h>

#include "base/rc.h"
#include "door/app.h"

#define CLI_OPTIONS_MOST 48

struct option_spec {
	const char *name;    /* long name without dashes; NULL ends the table */
	const char *arg;     /* what the value is ("FILE", "N"); NULL for a switch */
	const char *help;    /* one sentence */
};

struct call {
	const struct command *cmd;
	const struct app *app;
	const char *values[CLI_OPTIONS_MOST];   /* by place in cmd->options; "" for a switch that was given */
	const char *const *args;
	size_t nargs;
};

/* What a command answers beside "done": `no` makes the exit code 1. */
struct answer {
	bool no;
	bool ja;   /* faults are said in Japanese */
};

struct command {
	const char *noun;                    /* NULL ends the table */
	const char *verb;                    /* NULL: the noun alone is the command */
	const char *args;                    /* "[FILE|-]" for the synopsis; "" for none */
	size_t args_least, args_most;
	const char *summary;                 /* one sentence, no full stop */
	const struct option_spec *options;   /* NULL: none beside the common ones */
	rc (*run)(struct ctx *c, const struct call *in, struct answer *out);
};

/* One table for each noun, in commands.c; NULL ends it. */
extern const struct command *const command_tables[];
/* Options that every command takes: --data, --store, --now, --help, --version. */
extern const struct option_spec common_options[];

bool call_has(const struct call *in, const char *option);
/* The value, or NULL when the option was not given. Asking for an option that the table lacks is a bug. */
const char *call_value(const struct call *in, const char *option);
/* A number that an option gives, or `ret` as it was; the fault names the option. */
MUST_USE rc call_u32(struct ctx *c, const struct call *in, const char *option, uint32_t least, uint32_t most, uint32_t *ret);
MUST_USE rc call_i64(struct ctx *c, const struct call *in, const char *option, int64_t least, int64_t most, int64_t *ret);
/* The first argument, or `other` when there is none. */
const char *call_arg(const struct call *in, size_t i, const char *other);

/* Finds the command for argv, fills `ret_call`; on --help or --version prints it and sets *ret_done. */
MUST_USE rc cli_parse(struct ctx *c, int argc, char **argv, struct app *app, struct call *ret_call, bool *ret_done);

/* cli_help.c */
void help_print_all(FILE *out);
void help_print_command(FILE *out, const struct command *cmd);
/* The manual page (mdoc) of a noun; `body` is the text of man/<noun>.mdoc. */
void help_print_man(FILE *out, const struct command *table, slice body);
void help_print_completion(FILE *out);
/* The table of a noun, or NULL. */
const struct command *command_table(const char *noun);

/* Standard output of a result: E_IO when the reader has gone or the disk is full. */
MUST_USE rc out_write(struct ctx *c, slice bytes);

#endif
