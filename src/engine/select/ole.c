#include "engine/select/ole.h"

#include "base/banned.h"

#define MINI_SHIFT 6u
#define MINI_CUTOFF 4096u
#define SECTOR_MOST 0xfffffffau   /* from here on marks, no sectors */

static uint32_t le32(const char *p)
{
	const uint8_t *u = (const uint8_t *)p;

	return (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

static uint16_t le16(const char *p) { return (uint16_t)((uint8_t)p[0] | (uint8_t)p[1] << 8); }

bool ole_is(slice b) { return b.len >= 1536 && slice_starts(b, S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")); }

/* The bytes of a sector; short or empty behind the end of the file. */
static slice sector(const struct ole *o, uint32_t n)
{
	return n < SECTOR_MOST ? slice_sub(o->file, ((size_t)n + 1) << o->shift, (size_t)1 << o->shift) : S_NONE;
}

/* The table of chains: its sectors are listed in the header, and further lists hang on a chain of their own. */
static rc read_fat(struct ctx *c, struct ole *o)
{
	size_t per = (size_t)1 << (o->shift - 2), most = (o->file.len >> o->shift) + 1;
	uint32_t *fat, next = le32(o->file.p + 68);
	size_t n = 0;

	TRY_ARRAY(c, fat, most + per);
	for (size_t i = 0; i < 109 && n < most; i++) {
		slice s = sector(o, le32(o->file.p + 76 + 4 * i));

		for (size_t k = 0; k + 4 <= s.len && n < most; k += 4)
			fat[n++] = le32(s.p + k);
	}
	for (size_t lists = 0; next < SECTOR_MOST && lists < most; lists++) {
		slice list = sector(o, next);

		if (list.len < (size_t)1 << o->shift)
			break;
		for (size_t i = 0; i + 1 < per && n < most; i++) {
			slice s = sector(o, le32(list.p + 4 * i));

			for (size_t k = 0; k + 4 <= s.len && n < most; k += 4)
				fat[n++] = le32(s.p + k);
		}
		next = le32(list.p + 4 * (per - 1));
	}
	o->fat = fat;
	o->n_fat = n;
	return OK;
}

/* Follows a chain from sector `at`; at most `size` bytes and as many sectors as the file has. */
static rc read_chain(struct ctx *c, const struct ole *o, uint32_t at, size_t size, slice *ret)
{
	size_t most = o->file.len < size ? o->file.len : size, n = 0;
	char *out = arena_bytes(c->a, most + 1);

	if (!out)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (size_t steps = 0; at < o->n_fat && n < most && steps <= o->n_fat; steps++) {
		slice s = sector(o, at);

		if (s.len > most - n)
			s.len = most - n;
		if (s.len)
			memcpy(out + n, s.p, s.len);
		n += s.len;
		at = o->fat[at];
	}
	*ret = (slice){ out, n };
	return OK;
}

static rc read_mini(struct ctx *c, const struct ole *o, uint32_t at, size_t size, slice *ret)
{
	size_t most = o->mini.len < size ? o->mini.len : size, n = 0;
	char *out = arena_bytes(c->a, most + 1);

	if (!out)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (size_t steps = 0; at < o->n_mini_fat && n < most && steps <= o->n_mini_fat; steps++) {
		slice s = slice_sub(o->mini, (size_t)at << MINI_SHIFT, (size_t)1 << MINI_SHIFT);

		if (s.len > most - n)
			s.len = most - n;
		if (s.len)
			memcpy(out + n, s.p, s.len);
		n += s.len;
		at = o->mini_fat[at];
	}
	*ret = (slice){ out, n };
	return OK;
}

static void read_entry(const char *p, struct ole_entry *e)
{
	size_t n = le16(p + 64) / 2;

	*e = (struct ole_entry){ .kind = (uint8_t)p[66], .left = le32(p + 68), .right = le32(p + 72), .child = le32(p + 76),
		.start = le32(p + 116), .size = le32(p + 120), .parent = OLE_NONE };
	for (size_t i = 0; i + 1 < n && i + 1 < sizeof e->name; i++)
		e->name[i] = p[2 * i + 1] == 0 && p[2 * i] > ' ' ? p[2 * i] : '?';
}

/* Who hangs below whom: siblings are a tree; nobody is visited twice. */
static rc adopt(struct ctx *c, struct ole *o)
{
	uint32_t *stack, n = 0;

	TRY_ARRAY(c, stack, (size_t)o->n * 3 + 3);
	for (uint32_t root = 0; root < o->n; root++) {
		if (o->entries[root].kind != 5 && o->entries[root].kind != 1)
			continue;
		stack[n++] = o->entries[root].child;
		while (n) {
			uint32_t at = stack[--n];

			if (at >= o->n || at == root || o->entries[at].parent != OLE_NONE || o->entries[at].kind == 5)
				continue;
			o->entries[at].parent = root;
			stack[n++] = o->entries[at].left;
			stack[n++] = o->entries[at].right;
		}
	}
	return OK;
}

rc ole_open(struct ctx *c, slice bytes, struct ole *ret)
{
	struct ole o = { .file = bytes };
	slice dir, table;
	uint32_t *mini;

	if (!ole_is(bytes))
		return FAIL(c, E_INVALID, "select.ole");
	o.shift = le16(bytes.p + 30);
	if (o.shift != 9 && o.shift != 12)
		return FAIL(c, E_INVALID, "select.ole");
	TRY(read_fat(c, &o));
	TRY(read_chain(c, &o, le32(bytes.p + 48), (size_t)OLE_ENTRIES_MOST * 128, &dir));
	o.n = (uint32_t)(dir.len / 128);
	if (o.n == 0)
		return FAIL(c, E_INVALID, "select.ole");
	TRY_ARRAY(c, o.entries, o.n);
	for (uint32_t i = 0; i < o.n; i++)
		read_entry(dir.p + (size_t)i * 128, &o.entries[i]);
	TRY(adopt(c, &o));
	TRY(read_chain(c, &o, le32(bytes.p + 60), bytes.len, &table));
	TRY_ARRAY(c, mini, table.len / 4 + 1);
	for (size_t i = 0; i + 4 <= table.len; i += 4)
		mini[i / 4] = le32(table.p + i);
	o.mini_fat = mini;
	o.n_mini_fat = table.len / 4;
	TRY(read_chain(c, &o, o.entries[0].start, (size_t)o.entries[0].size, &o.mini));
	*ret = o;
	return OK;
}

uint32_t ole_find(const struct ole *o, uint32_t storage, const char *name)
{
	for (uint32_t i = 0; i < o->n; i++)
		if (o->entries[i].kind == 2 && o->entries[i].parent == storage && slice_is(slice_of(o->entries[i].name), name))
			return i;
	return OLE_NONE;
}

rc ole_read(struct ctx *c, const struct ole *o, uint32_t stream, size_t most, slice *ret)
{
	const struct ole_entry *e = &o->entries[stream];
	size_t size = e->size < most ? (size_t)e->size : most;

	return e->size < MINI_CUTOFF ? read_mini(c, o, e->start, size, ret) : read_chain(c, o, e->start, size, ret);
}
