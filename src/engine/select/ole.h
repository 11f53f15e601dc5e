/*
 * Compound files ([MS-CFB]): storages and streams in one file, as Outlook's messages (.msg) are. Reading only; every chain of
 * sectors has a limit, so that a file that points into itself ends.
 */
#ifndef ENGINE_SELECT_OLE_H
#define ENGINE_SELECT_OLE_H

#include <stdint.h>

#include "base/rc.h"

#define OLE_ENTRIES_MOST 16384u
#define OLE_NONE UINT32_MAX

struct ole_entry {
	char name[32];           /* ASCII letters of it; others become '?' */
	uint8_t kind;            /* 1 storage, 2 stream, 5 root, 0 unused */
	uint32_t left, right, child, start;
	uint64_t size;
	uint32_t parent;         /* index of the storage; OLE_NONE for the root and what is reached by nothing */
};

struct ole {
	slice file, mini;        /* the stream of small streams */
	const uint32_t *fat, *mini_fat;
	size_t n_fat, n_mini_fat;
	unsigned shift;          /* of the sector's size: 9 or 12 */
	struct ole_entry *entries;
	uint32_t n;
};

bool ole_is(slice bytes);
/* In c->a. E_INVALID "select.ole". */
MUST_USE rc ole_open(struct ctx *c, slice bytes, struct ole *ret);
/* The stream called `name` in the storage; OLE_NONE when there is none. */
uint32_t ole_find(const struct ole *o, uint32_t storage, const char *name);
/* Its bytes, in c->a; fewer than it says when the file is cut. At most `most`. */
MUST_USE rc ole_read(struct ctx *c, const struct ole *o, uint32_t stream, size_t most, slice *ret);

#endif
