/*
 * The screening over several machines. Beside the logs one process reads and tokenises them and sends segments to a
 * stream, an organisation after the other; then it gives out one job for each. Any number of workers, which have the
 * tables and the key, take jobs; a worker that dies leaves its job to another one. What comes of a job depends on the
 * segments alone, so the list is that of one machine. Source of the verbs: NATS documentation, JetStream wire API.
 */
#ifndef DOOR_CLI_SCREEN_NATS_H
#define DOOR_CLI_SCREEN_NATS_H

#include "door/cli/screen_parts.h"

struct screen_stream {
	const char *url;
	slice run;           /* name of this screening: letters, digits, - and _ */
	uint32_t patience;   /* seconds after which the job of a silent worker is given to another one */
	uint32_t idle;       /* worker: end after so many seconds without a job, 0 = never; sender: wait so long for results */
};

MUST_USE rc screen_send(struct ctx *c, const struct screen_task *task, const struct screen_stream *st,
	struct screen_outcome *ret);
MUST_USE rc screen_serve(struct ctx *c, const struct screen_task *task, const struct screen_stream *st);

#endif
