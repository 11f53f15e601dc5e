#include "door/cli/cli.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/parse.h"

#include "base/banned.h"

static size_t option_index(const struct option_spec *specs, const char *name)
{
	for (size_t i = 0; specs && specs[i].name; i++)
		if (strcmp(specs[i].name, name) == 0)
			return i;
	return SIZE_MAX;
}

const char *call_value(const struct call *in, const char *option)
{
	size_t i = option_index(in->cmd->options, option);

	return i < CLI_OPTIONS_MOST ? in->values[i] : NULL;
}

bool call_has(const struct call *in, const char *option)
{
	return call_value(in, option) != NULL;
}

static rc name_option(struct ctx *c, rc r, const char *option)
{
	if (r != OK)
		fault_name(c, slice_of(option));
	return r;
}

rc call_u32(struct ctx *c, const struct call *in, const char *option, uint32_t least, uint32_t most, uint32_t *ret)
{
	const char *text = call_value(in, option);

	return text ? name_option(c, parse_u32(c, slice_of(text), least, most, ret), option) : OK;
}

rc call_i64(struct ctx *c, const struct call *in, const char *option, int64_t least, int64_t most, int64_t *ret)
{
	const char *text = call_value(in, option);

	return text ? name_option(c, parse_i64(c, slice_of(text), least, most, ret), option) : OK;
}

const char *call_arg(const struct call *in, size_t i, const char *other)
{
	return i < in->nargs ? in->args[i] : other;
}

const struct command *command_table(const char *noun)
{
	for (size_t i = 0; command_tables[i]; i++)
		if (strcmp(command_tables[i]->noun, noun) == 0)
			return command_tables[i];
	return NULL;
}

/* How many words of argv name the command: `assess FILE` one, `law show ID` two. */
static rc find_command(struct ctx *c, int argc, char **argv, const struct command **ret, int *ret_words)
{
	const struct command *table = argc > 1 ? command_table(argv[1]) : NULL;

	if (argc < 2)
		return FAIL(c, E_INVALID, "cli.no_command");
	if (!table) {
		(void)FAIL(c, E_INVALID, "cli.unknown_command");
		fault_name(c, slice_of(argv[1]));
		return E_INVALID;
	}
	for (const struct command *cmd = table; cmd->noun; cmd++) {
		if (cmd->verb && (argc < 3 || strcmp(argv[2], cmd->verb) != 0))
			continue;
		*ret = cmd;
		*ret_words = cmd->verb ? 2 : 1;
		return OK;
	}
	(void)FAIL(c, E_INVALID, argc < 3 || argv[2][0] == '-' ? "cli.no_verb" : "cli.unknown_verb");
	fault_name(c, slice_of(argc < 3 || argv[2][0] == '-' ? argv[1] : argv[2]));
	return E_INVALID;
}

/* getopt's table: the command's own options first, then the common ones. */
static size_t long_options(const struct command *cmd, struct option *out, size_t *ret_own)
{
	size_t n = 0;

	for (size_t i = 0; cmd->options && cmd->options[i].name && n < CLI_OPTIONS_MOST; i++)
		out[n++] = (struct option){ cmd->options[i].name, cmd->options[i].arg ? required_argument : no_argument, NULL, 0 };
	*ret_own = n;
	for (size_t i = 0; common_options[i].name; i++)
		out[n++] = (struct option){ common_options[i].name,
			common_options[i].arg ? required_argument : no_argument, NULL, 0 };
	out[n] = (struct option){ 0 };
	return n;
}

static void common_option(struct app *app, const char *name, const char *value, const struct command *cmd, bool *ret_done)
{
	if (strcmp(name, "data") == 0) {
		app->data = value;
	} else if (strcmp(name, "store") == 0) {
		app->store = value;
	} else if (strcmp(name, "now") == 0) {
		app->now = value;
	} else if (strcmp(name, "help") == 0) {
		help_print_command(stdout, cmd);
		*ret_done = true;
	} else {
		printf("renkei %s\n", RENKEI_VERSION);
		*ret_done = true;
	}
}

static rc parse_options(struct ctx *c, int argc, char **argv, struct app *app, struct call *call, bool *ret_done)
{
	struct option longs[CLI_OPTIONS_MOST + 8];
	size_t own = 0;
	int which = 0, ch;

	(void)long_options(call->cmd, longs, &own);
	opterr = 0;
	optind = 1;
	while ((ch = getopt_long(argc, argv, ":", longs, &which)) != -1) {
		if (ch != 0) {
			const char *word = argv[optind - 1];

			(void)FAIL(c, E_INVALID, ch == ':' ? "cli.option_value" : "cli.unknown_option");
			fault_name(c, (slice){ word, strcspn(word, "=") });
			return E_INVALID;
		}
		if ((size_t)which < own)
			call->values[which] = optarg ? optarg : "";
		else
			common_option(app, longs[which].name, optarg, call->cmd, ret_done);
		if (*ret_done)
			return OK;
	}
	call->args = (const char *const *)argv + optind;
	call->nargs = (size_t)(argc - optind);
	if (call->nargs < call->cmd->args_least)
		return FAIL(c, E_INVALID, "cli.too_few");
	if (call->nargs > call->cmd->args_most)
		return FAIL(c, E_INVALID, "cli.too_many");
	return OK;
}

rc cli_parse(struct ctx *c, int argc, char **argv, struct app *app, struct call *ret_call, bool *ret_done)
{
	struct call call = { .app = app };
	int words = 0;

	*ret_done = false;
	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "--version") == 0)) {
		if (argv[1][2] == 'h')
			help_print_all(stdout);
		else
			printf("renkei %s\n", RENKEI_VERSION);
		*ret_done = true;
		return OK;
	}
	/* `renkei law --help` helps with every verb of the noun */
	if (argc == 3 && strcmp(argv[2], "--help") == 0 && command_table(argv[1]) && command_table(argv[1])->verb) {
		for (const struct command *cmd = command_table(argv[1]); cmd->noun; cmd++)
			help_print_command(stdout, cmd);
		*ret_done = true;
		return OK;
	}
	TRY(find_command(c, argc, argv, &call.cmd, &words));
	TRY(parse_options(c, argc - words, argv + words, app, &call, ret_done));
	*ret_call = call;
	return OK;
}

rc out_write(struct ctx *c, slice bytes)
{
	if (fflush(stdout) != 0)
		return FAIL_SYS(c, "file.write");
	return fd_write_all(c, STDOUT_FILENO, bytes);
}
