/* Room on the disk: a record that is nearly out of it says so before it breaks off in the middle of an incident. */
#include <sys/statvfs.h>

#include "core/record/node_inside.h"

#include "base/banned.h"

#define LOW_PART 20u                       /* less than a twentieth is free, */
#define LOW_BYTES ((uint64_t)1 << 30)      /* and less than this: a twentieth of a large disk is years */
#define LOOK_EVERY ((msec)1000)

static bool is_low(const char *dir)
{
	struct statvfs v;

	if (statvfs(dir, &v) != 0 || v.f_blocks == 0)
		return false;   /* not known: the database says when it is full */
	return v.f_bavail < v.f_blocks / LOW_PART && v.f_bavail < LOW_BYTES / (v.f_frsize ? v.f_frsize : 1);
}

bool node_space_is_low(const struct node *n) { return is_low(n->dir); }

void space_look(struct ctx *c, struct node *n)
{
	if (n->space_at && c->now >= n->space_at && c->now - n->space_at < LOOK_EVERY)
		return;
	n->space_at = c->now;
	n->low = is_low(n->dir);
}

/* What makes room, takes a copy away, lets somebody in to do so, or concerns the record itself. */
static const char *const goes_on[] = {
	"approve", "clock.step", "erase.", "export", "hold.", "import", "item.view", "key.roll", "log.open", "secret.", "session.",
	"signin.", "witness.gap",
};

rc space_check(struct ctx *c, const struct node *n, slice act)
{
	if (!n->low)
		return OK;
	for (size_t i = 0; i < sizeof goes_on / sizeof goes_on[0]; i++)
		if (slice_starts(act, slice_of(goes_on[i])))
			return OK;
	return FAIL(c, E_LIMIT, "store.low");
}
