#include "door/cli/commands.h"

#include "door/cli/cli.h"

#include "base/banned.h"

const struct command *const command_tables[] = {
	cmd_api,
	cmd_assess,
	cmd_backup,
	cmd_case,
	cmd_config,
	cmd_deid,
	cmd_demo,
	cmd_doctor,
	cmd_disposal,
	cmd_duty,
	cmd_exchange,
	cmd_exercise,
	cmd_form,
	cmd_gate,
	cmd_guideline,
	cmd_help,
	cmd_law,
	cmd_memo,
	cmd_node,
	cmd_notice,
	cmd_partner,
	cmd_people,
	cmd_record,
	cmd_report,
	cmd_review,
	cmd_restore,
	cmd_principals,
	cmd_reserve,
	cmd_room,
	cmd_screen,
	cmd_search,
	cmd_select,
	cmd_thread,
	cmd_serve,
	cmd_verify,
	cmd_watch,
	NULL,
};

const struct option_spec common_options[] = {
	{ "data", "DIR", "Folder with the data packs law/, forms/, agencies/ (default: beside the program, or $RENKEI_DATA)." },
	{ "store", "DIR", "Folder of the node's store (default: $RENKEI_STORE)." },
	{ "now", "TIME", "Pretend that it is TIME (RFC 3339); only a store made for exercises takes it." },
	{ "help", NULL, "Print this help and exit." },
	{ "version", NULL, "Print the version and exit." },
	{ 0 },
};
