/* The verbs of renkei thread that look. */
#ifndef DOOR_CLI_THREAD_LOOK_H
#define DOOR_CLI_THREAD_LOOK_H

#include "door/cli/cli.h"

MUST_USE rc run_thread_documents(struct ctx *c, const struct call *in, struct answer *out);
MUST_USE rc run_thread_drafts(struct ctx *c, const struct call *in, struct answer *out);
MUST_USE rc run_thread_inbox(struct ctx *c, const struct call *in, struct answer *out);
MUST_USE rc run_thread_list(struct ctx *c, const struct call *in, struct answer *out);
MUST_USE rc run_thread_merge(struct ctx *c, const struct call *in, struct answer *out);
MUST_USE rc run_thread_read(struct ctx *c, const struct call *in, struct answer *out);
MUST_USE rc run_thread_show(struct ctx *c, const struct call *in, struct answer *out);

#endif
