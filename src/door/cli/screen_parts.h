/*
 * A screening, organisation by organisation: each has its own tables, rules and memory, which end with it; only its
 * items stay. So memory grows with the largest organisation and the number of workers, not with the lines.
 */
#ifndef DOOR_CLI_SCREEN_PARTS_H
#define DOOR_CLI_SCREEN_PARTS_H

#include "base/pack.h"
#include "base/rc.h"
#include "door/cli/screen_maps.h"
#include "engine/screen/screen.h"

struct log_file { const char *path; slice name, org; uint64_t first; };

struct screen_task {
	const char *dir;                /* of the tables; NULL for none */
	struct log_file *logs;          /* by organisation, then by first record */
	uint32_t nlogs, workers, most;
	bool proof;                     /* the sources will be asked for; else nothing of a log stays */
	const struct pack *words, *rules, *own;   /* own: rules beside them, or NULL */
	unsigned char key[16];
	struct screen_maps maps;
	struct task_weight { slice kind; int32_t weight; } *weights;   /* of renkei review weights */
	uint32_t nweights;
};

struct screen_outcome {
	struct screen_item *items;
	uint32_t n;
	struct screen_sum sum;
	struct buf sources;

};

/* A screening with the packs, maps and weights of the task. */
MUST_USE rc screen_for_task(struct ctx *c, const struct screen_task *task, struct screen **ret);
MUST_USE rc screen_run(struct ctx *c, const struct screen_task *task, struct screen_outcome *ret);

#endif
