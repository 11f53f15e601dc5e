/* An entry of the journal, or a message of the stream: a segment, and of which log it is. */
#ifndef DOOR_CLI_SCREEN_JOURNAL_H
#define DOOR_CLI_SCREEN_JOURNAL_H

#include "base/buf.h"
#include "engine/screen/screen.h"

struct journal_entry { slice name; uint64_t inode; struct screen_segment segment; size_t len; };

/* What stands before the segment. */
void journal_head_put(struct buf *out, slice name, uint64_t inode);
/* False when no whole entry begins here. */
bool journal_entry_at(slice bytes, struct journal_entry *ret);

#endif
