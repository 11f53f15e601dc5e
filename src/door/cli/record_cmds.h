/* What `renkei record` does beside reading: each in a file of its own. */
#ifndef DOOR_CLI_RECORD_CMDS_H
#define DOOR_CLI_RECORD_CMDS_H

#include "door/cli/cli.h"

MUST_USE rc run_record_auditor_key(struct ctx *c, const struct call *in, struct answer *out);
MUST_USE rc run_record_export(struct ctx *c, const struct call *in, struct answer *out);
MUST_USE rc run_record_looks(struct ctx *c, const struct call *in, struct answer *out);
MUST_USE rc run_record_witness(struct ctx *c, const struct call *in, struct answer *out);
/* Alarms and the age of what nobody cosigned, for `node show`. */
struct node;
struct buf;
struct json_out;
MUST_USE rc witness_put_tail(struct ctx *c, struct node *n, struct buf *b, struct json_out *j);

#endif
