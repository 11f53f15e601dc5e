#include "door/cli/cli.h"

#include <string.h>

#include "base/banned.h"

static void print_synopsis(FILE *out, const struct command *cmd)
{
	fprintf(out, "renkei %s%s%s", cmd->noun, cmd->verb ? " " : "", cmd->verb ? cmd->verb : "");
	if (cmd->options)
		fputs(" [OPTION ...]", out);
	if (cmd->args[0])
		fprintf(out, " %s", cmd->args);
}

static bool has_option(const struct option_spec *o, const char *name)
{
	for (; o && o->name; o++)
		if (strcmp(o->name, name) == 0)
			return true;
	return false;
}

/* Those of `o` that `own` does not have itself: a command's own option stands before the common one of its name. */
static void print_options(FILE *out, const struct option_spec *o, const struct option_spec *own)
{
	for (; o && o->name; o++) {
		char left[64];

		if (has_option(own, o->name))
			continue;
		(void)snprintf(left, sizeof left, "--%s%s%s", o->name, o->arg ? "=" : "", o->arg ? o->arg : "");
		fprintf(out, "  %-24s %s\n", left, o->help);
	}
}

void help_print_command(FILE *out, const struct command *cmd)
{
	fputs("Usage: ", out);
	print_synopsis(out, cmd);
	fprintf(out, "\n%s.\n\n", cmd->summary);
	print_options(out, cmd->options, NULL);
	print_options(out, common_options, cmd->options);
	fputs("\n", out);
}

void help_print_all(FILE *out)
{
	fputs("Renkei: duties, deadlines, forms and cooperation when personal data is in danger.\n\n", out);
	for (size_t i = 0; command_tables[i]; i++)
		for (const struct command *cmd = command_tables[i]; cmd->noun; cmd++) {
			char name[64];

			(void)snprintf(name, sizeof name, "%s%s%s", cmd->noun, cmd->verb ? " " : "",
			               cmd->verb ? cmd->verb : "");
			fprintf(out, "  renkei %-22s %s\n", name, cmd->summary);
		}
	fputs("\n`renkei NOUN --help` tells more; the manual pages are renkei(1) and renkei-NOUN(1).\n", out);
}

static void man_escape(FILE *out, const char *z)
{
	for (; *z; z++) {
		if (*z == '\\')
			fputs("\\e", out);
		else if (*z == '-')
			fputs("\\-", out);
		else
			fputc(*z, out);
	}
}

static void man_options(FILE *out, const struct option_spec *o)
{
	for (; o && o->name; o++) {
		fprintf(out, ".It Fl \\-%s", o->name);
		if (o->arg)
			fprintf(out, " Ns = Ns Ar %s", o->arg);
		fputs("\n", out);
		man_escape(out, o->help);
		fputs("\n", out);
	}
}

static void man_command(FILE *out, const struct command *cmd)
{
	fprintf(out, ".It Nm renkei Cm %s%s%s", cmd->noun, cmd->verb ? " " : "", cmd->verb ? cmd->verb : "");
	if (cmd->args[0])
		fprintf(out, " Ar %s", cmd->args);
	fputs("\n", out);
	man_escape(out, cmd->summary);
	fputs(".\n", out);
	if (cmd->options && cmd->options[0].name) {
		fputs(".Bl -tag -width Ds\n", out);
		man_options(out, cmd->options);
		fputs(".El\n", out);
	}
}

void help_print_man(FILE *out, const struct command *table, slice body)
{
	/* mdoc(7) wants EXAMPLES behind EXIT STATUS */
	size_t examples = slice_find(body, S("\n.Sh EXAMPLES"), 0);
	slice prose = slice_sub(body, 0, examples == SIZE_MAX ? body.len : examples + 1);

	fputs(".Dd November 21, 2026\n.Dt RENKEI-", out);
	for (const char *p = table->noun; *p; p++)
		fputc(*p >= 'a' && *p <= 'z' ? *p - 32 : *p, out);
	fprintf(out, " 1\n.Os\n.Sh NAME\n.Nm renkei-%s\n.Nd ", table->noun);
	man_escape(out, table->summary);
	fputs("\n.Sh SYNOPSIS\n", out);
	for (const struct command *cmd = table; cmd->noun; cmd++) {
		fprintf(out, ".Nm renkei Cm %s%s%s", cmd->noun, cmd->verb ? " " : "", cmd->verb ? cmd->verb : "");
		if (cmd->options)
			fputs(" Oo Ar OPTION ... Oc", out);
		if (cmd->args[0])
			fprintf(out, " Ar %s", cmd->args);
		fputs(cmd[1].noun ? "\n.Pp\n" : "\n", out);
	}
	fwrite(prose.p, 1, prose.len, out);
	fputs(".Sh COMMANDS\n.Bl -tag -width Ds\n", out);
	for (const struct command *cmd = table; cmd->noun; cmd++)
		man_command(out, cmd);
	fputs(".El\n.Sh COMMON OPTIONS\n.Bl -tag -width Ds\n", out);
	man_options(out, common_options);
	fputs(".El\n.Sh EXIT STATUS\n"
	      "0 done; 1 done and the answer is no; 2 wrong call or input; 3 try again later; 4 not allowed; "
	      "70 an error of ours.\n", out);
	fwrite(body.p + prose.len, 1, body.len - prose.len, out);
	fputs(".Sh SEE ALSO\n.Xr renkei 1\n", out);
}

static void completion_row(FILE *out, const struct command *cmd)
{
	fprintf(out, "\t\t'%s%s%s') opts='", cmd->noun, cmd->verb ? " " : "", cmd->verb ? cmd->verb : "");
	for (const struct option_spec *o = cmd->options; o && o->name; o++)
		fprintf(out, "--%s%s ", o->name, o->arg ? "=" : "");
	fputs("' ;;\n", out);
}

void help_print_completion(FILE *out)
{
	fputs("# bash completion for renkei; made from the option tables by `renkei help --completion`\n_renkei()\n{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} noun=${COMP_WORDS[1]-} verb=${COMP_WORDS[2]-} opts='' words=''\n"
	      "\tCOMPREPLY=()\n\tcase $noun in\n", out);
	for (size_t i = 0; command_tables[i]; i++) {
		fprintf(out, "\t%s) words='", command_tables[i]->noun);
		for (const struct command *cmd = command_tables[i]; cmd->noun; cmd++)
			fprintf(out, "%s ", cmd->verb ? cmd->verb : "");
		fputs("' ;;\n", out);
	}
	fputs("\tesac\n\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\tCOMPREPLY=($(compgen -W '", out);
	for (size_t i = 0; command_tables[i]; i++)
		fprintf(out, "%s ", command_tables[i]->noun);
	fputs("--help --version' -- \"$cur\"))\n\t\treturn\n\tfi\n\tfor key in \"$noun $verb\" \"$noun\"; do\n\t\tcase $key in\n",
	      out);
	for (size_t i = 0; command_tables[i]; i++)
		for (const struct command *cmd = command_tables[i]; cmd->noun; cmd++)
			completion_row(out, cmd);
	fputs("\t\tesac\n\tdone\n\tcase $cur in\n\t--*) COMPREPLY=($(compgen -W \"$opts ", out);
	for (const struct option_spec *o = common_options; o->name; o++)
		fprintf(out, "--%s%s ", o->name, o->arg ? "=" : "");
	fputs("\" -- \"$cur\")) ;;\n\t*) [ \"$COMP_CWORD\" -eq 2 ] && COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
	      "\t   COMPREPLY+=($(compgen -f -- \"$cur\")) ;;\n\tesac\n}\ncomplete -o nospace -F _renkei renkei\n", out);
}
