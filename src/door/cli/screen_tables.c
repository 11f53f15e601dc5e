#include "door/cli/screen_tables.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "door/cli/screen_read.h"
#include "engine/screen/line.h"
#include "engine/screen/screen.h"

#include "base/banned.h"

#define PIECE_BYTES ((size_t)512 << 10)
#define HEADER_MOST 4096u
#define ANY UINT32_MAX

/* Rows of one organisation that follow each other; they end where the next run begins. */
struct run { uint64_t from; uint32_t org; };

struct table_file {
	bool given;
	int fd;                /* a plain file; else -1 and `whole` */
	slice whole, header;
	struct run *runs;      /* in the order of the file */
	size_t n, room;
	uint64_t end;          /* of the last run */
};

struct table_files {
	struct table_file t[SCREEN_TABLES];
	const slice *orgs;
	uint32_t norgs;
};

static void files_close(void *arg)
{
	struct table_files *f = arg;

	for (unsigned i = 0; i < SCREEN_TABLES; i++)
		if (f->t[i].given && f->t[i].fd >= 0)
			(void)close(f->t[i].fd);
}

/* Bytes [at, at + room) of the table; fewer at its end. */
static rc table_bytes(struct ctx *c, const struct table_file *t, uint64_t at, char *p, size_t room, size_t *ret_len)
{
	size_t len = 0;

	if (t->fd < 0) {
		slice s = slice_sub(t->whole, at, room);

		if (s.len)
			memcpy(p, s.p, s.len);
		*ret_len = s.len;
		return OK;
	}
	while (len < room) {
		ssize_t n = pread(t->fd, p + len, room - len, (off_t)(at + len));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return FAIL_SYS(c, "file.read");
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*ret_len = len;
	return OK;
}

static uint32_t org_find(const struct table_files *f, slice name)
{
	uint32_t lo = 0, hi = f->norgs;

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;
		int d = slice_cmp(f->orgs[mid], name);

		if (d == 0)
			return mid;
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return ANY;
}

/* Which place the organisation has in a row; UINT32_MAX when the table has none. */
static uint32_t org_place(slice header)
{
	slice part;
	uint32_t n = 0;

	if (slice_starts(header, S("\xef\xbb\xbf")))
		header = slice_sub(header, 3, header.len);
	for (; slice_next(&header, ',', &part); n++) {
		part = slice_trim(part);
		if (slice_is(part, "org") || slice_is(part, "\"org\""))
			return n;
	}
	return ANY;
}

static slice value_at(slice line, uint32_t place)
{
	slice part = S_NONE;

	for (uint32_t i = 0; i <= place; i++)
		if (!slice_next(&line, ',', &part))
			return S_NONE;
	part = slice_trim(part);
	return part.len >= 2 && part.p[0] == '"' ? slice_sub(part, 1, part.len - 2) : part;
}

static uint64_t run_end(const struct table_file *t, size_t k)
{
	return k + 1 < t->n ? t->runs[k + 1].from : t->end;
}

/* The next rows are the organisation's; a table in order has one run for each of `norgs`. */
static inline rc run_add(struct ctx *c, struct table_file *t, uint32_t norgs, uint32_t org, uint64_t bytes)
{
	if (t->n == 0 || t->runs[t->n - 1].org != org) {
		TRY_ROOM(c, t->runs, t->n, t->room, norgs + 2);
		t->runs[t->n++] = (struct run){ t->end, org };
	}
	t->end += bytes;
	return OK;
}

/* The organisation and a comma as one word, of which the mask's bits count; else what no row can begin with. */
static uint64_t word_of(slice org, uint64_t *ret_mask)
{
	char text[8] = { 0 };
	uint64_t word;

	*ret_mask = 0;
	if (org.len == 0 || org.len > 7)
		return 1;
	memcpy(text, org.p, org.len);
	text[org.len] = ',';
	memcpy(&word, text, sizeof word);
	*ret_mask = UINT64_MAX >> (7 - org.len) * 8;
	return word;
}

/*
 * A row whose organisation nobody asks for stays with the run before it: it may be the second half of a row with a
 * line end in quotes, and rows of others are passed over later.
 */
static rc index_rows(struct ctx *c, const struct table_files *f, struct table_file *t, char *piece)
{
	uint32_t place = f->norgs > 1 ? org_place(t->header) : ANY, now = ANY;
	uint64_t at = t->header.len, word, known = 1, mask = 0;

	t->end = at;
	for (;;) {
		size_t len, used = 0;

		TRY(table_bytes(c, t, at, piece, PIECE_BYTES, &len));
		if (len == 0)
			return OK;
		if (place == ANY) {
			TRY(run_add(c, t, 0, ANY, len));
			at += len;
			continue;
		}
		while (used < len) {
			const char *p = piece + used, *nl = memchr(p, '\n', len - used);
			size_t n = nl ? (size_t)(nl - p) + 1 : len - used;

			if (!nl && len == PIECE_BYTES && used > 0)
				break;
			if (place > 0 || n < sizeof word || (memcpy(&word, p, sizeof word), (word & mask) != known)) {
				uint32_t org = org_find(f, value_at((slice){ p, n }, place));

				now = org == ANY ? now : org;
				known = now == ANY ? 1 : word_of(f->orgs[now], &mask);
			}
			TRY(run_add(c, t, f->norgs, now, n));
			used += n;
		}
		at += used;
	}
}

static rc file_open(struct ctx *c, struct table_files *f, unsigned table, const char *path, bool packed, char *piece)
{
	struct table_file *t = &f->t[table];
	const char *nl;
	size_t len;

	t->fd = -1;
	t->given = true;
	if (packed) {
		TRY(screen_read_whole(c, path, &t->whole));
	} else {
		t->fd = open(path, O_RDONLY | O_CLOEXEC);
		if (t->fd < 0) {
			(void)FAIL_SYS(c, "file.open");
			fault_where(c, path);
			return E_IO;
		}
	}
	TRY(table_bytes(c, t, 0, piece, HEADER_MOST, &len));
	nl = memchr(piece, '\n', len);
	len = nl ? (size_t)(nl - piece) + 1 : len;
	TRY(slice_keep(c, (slice){ piece, len }, &t->header));
	return index_rows(c, f, t, piece);
}

rc table_files_open(struct ctx *c, const char *dir, const slice *orgs, uint32_t norgs, struct table_files **ret)
{
	static const char *const ends[] = { ".csv", ".csv.gz", ".csv.zst" };
	struct table_files *f;
	char *piece = arena_bytes(c->a, PIECE_BYTES);
	struct buf path;

	TRY_NEW(c, f);
	f->orgs = orgs;
	f->norgs = norgs;
	if (!piece || arena_on_end(c->a, files_close, f) != 0)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (unsigned t = 0; screen_table_names[t]; t++)
		for (unsigned i = 0; i < 3; i++) {
			buf_init(&path, c->a, 8192);
			buf_putf(&path, "%s/%s%s", dir, screen_table_names[t], ends[i]);
			buf_putc(&path, '\0');
			if (path.full)
				return FAIL(c, E_LIMIT, "text.limit");
			if (access(path.p, R_OK) != 0)
				continue;
			TRY(file_open(c, f, t, path.p, i > 0, piece));
			break;
		}
	*ret = f;
	return OK;
}

/* Rows [at, to) of the file, a piece at a time with the header before each. */
static rc read_run(struct ctx *c, const struct table_file *t, unsigned table, uint64_t at, uint64_t to, char *piece,
	struct arena *work, struct screen *s)
{
	const struct layout csv = { .form = FORM_CSV };

	memcpy(piece, t->header.p, t->header.len);
	do {
		size_t want = to - at < PIECE_BYTES ? (size_t)(to - at) : PIECE_BYTES, len = 0;
		slice rows;

		TRY(table_bytes(c, t, at, piece + t->header.len, want, &len));
		rows = (slice){ piece + t->header.len, len };
		if (at + len < to && len == want && line_cut(&csv, rows))
			rows.len = line_cut(&csv, rows);
		arena_reset(work);
		TRY(screen_table(c, s, table, (slice){ piece, t->header.len + rows.len }, work));
		if (rows.len == 0)
			return OK;
		at += rows.len;
	} while (at < to);
	return OK;
}

rc table_files_read(struct ctx *c, const struct table_files *f, uint32_t org, struct screen *s)
{
	AUTO_ARENA work = arena_new(16 * PIECE_BYTES + ((size_t)1 << 20));
	AUTO_ARENA text = arena_new(PIECE_BYTES + 2 * HEADER_MOST);
	char *piece = text ? arena_bytes(text, PIECE_BYTES + HEADER_MOST) : NULL;

	if (!work || !piece)
		return FAIL(c, E_NOMEM, "memory.limit");
	for (unsigned i = 0; i < SCREEN_TABLES; i++) {
		const struct table_file *t = &f->t[i];

		if (!t->given)
			continue;
		screen_expect(s, i, table_files_bytes(f, i, org));
		/* a table without a row for the organisation is there all the same */
		TRY(read_run(c, t, i, t->header.len, t->header.len, piece, work, s));
		for (size_t k = 0; k < t->n; k++)
			if (org == ANY || t->runs[k].org == ANY || t->runs[k].org == org)
				TRY(read_run(c, t, i, t->runs[k].from, run_end(t, k), piece, work, s));
	}
	return screen_tables_end(c, s);
}

uint64_t table_files_bytes(const struct table_files *f, unsigned table, uint32_t org)
{
	uint64_t sum = 0;

	for (size_t k = 0; f->t[table].given && k < f->t[table].n; k++)
		if (org == ANY || f->t[table].runs[k].org == ANY || f->t[table].runs[k].org == org)
			sum += run_end(&f->t[table], k) - f->t[table].runs[k].from;
	return sum;
}
