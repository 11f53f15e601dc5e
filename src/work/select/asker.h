/* Who asked whom in a line of a log, as far as the line says it. Only files of this folder include it. */
#ifndef WORK_SELECT_ASKER_H
#define WORK_SELECT_ASKER_H

#include "base/buf.h"
#include "work/select/policy.h"

/* Both as they stand in the line, with a port that is written behind; empty when it does not say. */
struct asker { slice client, server; };

/*
 * By the names that logs give to both ends (src, dst, client, from …); else an address of a private network asked, the first of
 * the line, or the first address that is not at [start, end), where the indicator stands.
 */
struct asker asker_find(slice line, size_t start, size_t end);

/* The text with addresses of our own networks that stay in (policy: own-network … in) as [address]. policy NULL: as it is. */
void asker_put(struct buf *b, slice text, const struct select_policy *policy);

#endif
