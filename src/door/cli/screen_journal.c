#include "door/cli/screen_journal.h"

#include "base/banned.h"

#define MAGIC "RKJE"
#define NAME_MOST 4096u

struct head { char magic[4]; uint32_t name_len; uint64_t inode; };

void journal_head_put(struct buf *out, slice name, uint64_t inode)
{
	struct head h = { .name_len = (uint32_t)name.len, .inode = inode };

	memcpy(h.magic, MAGIC, sizeof h.magic);
	buf_put(out, (slice){ (const char *)&h, sizeof h });
	buf_put(out, name);
}

bool journal_entry_at(slice bytes, struct journal_entry *ret)
{
	struct head h;

	if (bytes.len < sizeof h)
		return false;
	memcpy(&h, bytes.p, sizeof h);
	if (memcmp(h.magic, MAGIC, sizeof h.magic) != 0 || h.name_len > NAME_MOST || h.name_len > bytes.len - sizeof h)
		return false;
	ret->name = slice_sub(bytes, sizeof h, h.name_len);
	ret->inode = h.inode;
	if (!screen_segment_at(slice_sub(bytes, sizeof h + h.name_len, bytes.len), &ret->segment))
		return false;
	ret->len = sizeof h + h.name_len + ret->segment.bytes.len;
	return true;
}
