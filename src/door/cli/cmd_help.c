#include "base/file.h"
#include "base/limits.h"
#include "door/cli/commands.h"

#include "base/banned.h"

static rc run_help(struct ctx *c, const struct call *in, struct answer *out)
{
	const char *noun = call_arg(in, 0, NULL);
	const struct command *table = noun ? command_table(noun) : NULL;
	slice body = S_NONE;

	(void)out;
	if (call_has(in, "completion")) {
		help_print_completion(stdout);
		return OK;
	}
	if (!noun) {
		help_print_all(stdout);
		return OK;
	}
	if (!table) {
		(void)FAIL(c, E_INVALID, "cli.unknown_command");
		fault_name(c, slice_of(noun));
		return E_INVALID;
	}
	if (!call_has(in, "man")) {
		for (const struct command *cmd = table; cmd->noun; cmd++)
			help_print_command(stdout, cmd);
		return OK;
	}
	TRY(file_read(c, call_value(in, "man"), LIMIT_FILE_SMALL, &body));
	help_print_man(stdout, table, body);
	return OK;
}

static const struct option_spec options[] = {
	{ "man", "FILE", "Print the manual page (mdoc) of NOUN with the text of FILE in it; used by the build." },
	{ "completion", NULL, "Print the completion script for bash." },
	{ 0 },
};

const struct command cmd_help[] = {
	{ "help", NULL, "[NOUN]", 0, 1, "Tell what the commands do", options, run_help },
	{ 0 },
};
