/* What the one who runs the node asks: /healthz (this role lives), /readyz (the node serves), /metrics (Prometheus text). */
#ifndef DOOR_SERVE_OPERATION_H
#define DOOR_SERVE_OPERATION_H

#include "base/buf.h"
#include "door/http/http.h"

struct station;

struct operation {
	bool ready, single;            /* single: all in one process */
	uint64_t rebuild, rebuilt;     /* core goes through so many entries before it serves, and has gone through so many; 0: no */
	const struct station *s;       /* borrowed; NULL when single */
};

/* Takes over how things stand. */
void operation_look(struct operation *o, const struct station *s, bool core_open);
/* Answers the three paths; false for all others. Numbers are for the machine's own addresses unless the settings open them. */
bool operation_answer(struct ctx *c, const struct operation *o, const struct http_request *q, struct http_response *ret);
/* All numbers in the text format of Prometheus 0.0.4; names and numbers only, so no personal data can be in them. */
void operation_put_metrics(struct buf *b, const struct station *s, bool ready);

#endif
