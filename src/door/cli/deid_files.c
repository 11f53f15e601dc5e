#include "door/cli/deid_files.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/runner.h"
#include "base/utf8.h"

#include "base/banned.h"

#define PIECE ((size_t)4 << 20)
/* What a feed has not used of one piece stands before the next one: a row that is not whole, at most CSV_ROW_MOST. */
#define REST ((size_t)2 << 20)
#define PADDING 64u

/* A piece as UTF-8, behind the rest of the one before. */
struct window {
	char *room;           /* [REST + PIECE + PADDING] */
	size_t rest, len;     /* bytes before room + REST, and from there on */
	uint64_t read;        /* bytes of the file so far */
	bool final;           /* nothing follows */
};

struct pump {
	int fd;
	enum encoding enc;
	iconv_t cd;
	EVP_MD_CTX *md;
	char *raw;            /* [PIECE] bytes of the file; made when they are not UTF-8 */
	size_t raws;          /* not converted yet */
	uint64_t read;
	bool eof, first;
	struct window window[2];
};

static void pump_end(struct pump *p)
{
	if (p->fd >= 0)
		(void)close(p->fd);
	if (p->cd != (iconv_t)-1)
		(void)iconv_close(p->cd);
	EVP_MD_CTX_free(p->md);
}

static rc read_piece(struct ctx *c, struct pump *p, char *to, size_t room, size_t *ret)
{
	size_t n = 0;

	while (n < room) {
		ssize_t got = read(p->fd, to + n, room - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return FAIL_SYS(c, "file.read");
		if (got == 0) {
			p->eof = true;
			break;
		}
		n += (size_t)got;
	}
	p->read += n;
	*ret = n;
	return p->md && n > 0 && EVP_DigestUpdate(p->md, to, n) != 1 ? FAIL(c, E_BUG, "bug") : OK;
}

/* Whether the beginning is UTF-8 but for a character that the end of the piece cut. */
static bool looks_utf8(const char *p, size_t n, bool whole)
{
	size_t good = utf8_valid_prefix((slice){ p, n });

	return good == n || (!whole && n - good < 4);
}

static rc choose_encoding(struct ctx *c, struct pump *p, const char *bytes, size_t n)
{
	if (p->enc == ENCODING_AUTO)
		p->enc = looks_utf8(bytes, n, p->eof) ? ENCODING_UTF8 : ENCODING_CP932;
	if (p->enc != ENCODING_CP932)
		return OK;
	p->cd = iconv_open("UTF-8", "CP932");
	if (p->cd == (iconv_t)-1)
		return FAIL_SYS(c, "deid.no_cp932");
	p->raw = arena_bytes(c->a, PIECE);
	if (!p->raw)
		return FAIL(c, E_LIMIT, "memory.limit");
	memcpy(p->raw, bytes, n);
	p->raws = n;
	return OK;
}

/* What is in raw goes on into the window; a character cut at the end, and what has no room, waits for the next piece. */
static rc convert(struct ctx *c, struct pump *p, struct window *w)
{
	char *in = p->raw, *out = w->room + REST;
	size_t in_left = p->raws, out_left = PIECE, r = iconv(p->cd, &in, &in_left, &out, &out_left);

	if (r == (size_t)-1 && errno != E2BIG && (errno != EINVAL || p->eof))
		return FAIL(c, E_INVALID, "deid.bad_cp932");
	w->len = PIECE - out_left;
	memmove(p->raw, in, in_left);
	p->raws = in_left;
	return OK;
}

/* A byte order mark is no part of the first cell, which may be quoted. */
static void drop_mark(struct window *w)
{
	char *p = w->room + REST;

	if (w->len < 3 || memcmp(p, "\xef\xbb\xbf", 3) != 0)
		return;
	w->len -= 3;
	memmove(p, p + 3, w->len);
}

static rc fill(struct ctx *c, struct pump *p, struct window *w)
{
	bool first = p->first;
	size_t n = 0;

	p->first = false;
	if (first || p->enc != ENCODING_CP932)
		TRY(read_piece(c, p, w->room + REST, PIECE, &w->len));
	if (first)
		TRY(choose_encoding(c, p, w->room + REST, w->len));
	if (p->enc == ENCODING_CP932) {
		if (!first)
			TRY(read_piece(c, p, p->raw + p->raws, PIECE - p->raws, &n));
		p->raws += n;
		TRY(convert(c, p, w));
	}
	if (first)
		drop_mark(w);
	memset(w->room + REST + w->len, 0, PADDING);
	w->read = p->read;
	w->final = p->eof && p->raws == 0;
	return OK;
}

struct feeding {
	struct ctx *c, fill_ctx;      /* a fault of each */
	struct pump *p;
	struct window *now, *next;
	feed_fn feed;
	void *to;
	size_t used;
	rc fed, filled;
};

/* The next piece is read, hashed and converted while this one is made use of: neither needs the other. */
static void feed_or_fill(void *arg, uint32_t i)
{
	struct feeding *f = arg;
	const struct window *w = f->now;

	if (i == 0)
		f->fed = f->feed(f->c, f->to, w->room + REST - w->rest, w->rest + w->len, w->final, &f->used);
	else
		f->filled = fill(&f->fill_ctx, f->p, f->next);
}

static rc feed_window(struct ctx *c, struct pump *p, const struct runner *runner, struct feeding *f)
{
	size_t rest;

	f->fill_ctx = *c;
	f->p = p;
	runner_each(runner, f->now->final ? 1 : 2, feed_or_fill, f);
	TRY(f->fed);
	if (f->now->final)
		return OK;
	if (f->filled != OK) {
		c->fault = f->fill_ctx.fault;
		return f->filled;
	}
	rest = f->now->rest + f->now->len - f->used;
	if (rest > REST)
		return FAIL(c, E_LIMIT, "csv.row");
	memcpy(f->next->room + REST - rest, f->now->room + REST + f->now->len - rest, rest);
	f->next->rest = rest;
	return OK;
}

/* Somebody at a terminal wants to know that a register of a nation is being read. */
#define PROGRESS_BYTES ((uint64_t)256 << 20)

static void progress(uint64_t before, uint64_t now)
{
	if (before / PROGRESS_BYTES != now / PROGRESS_BYTES && isatty(STDERR_FILENO))
		fprintf(stderr, "\rrenkei: %llu MB read", (unsigned long long)(now >> 20));
	if (before == now && now >= PROGRESS_BYTES && isatty(STDERR_FILENO))
		fputc('\n', stderr);
}

static rc pump_all(struct ctx *c, struct pump *p, const struct runner *runner, feed_fn feed, void *to)
{
	struct feeding f = { .c = c, .feed = feed, .to = to, .now = &p->window[0], .next = &p->window[1] };
	uint64_t before = 0;

	TRY(fill(c, p, f.now));
	for (;;) {
		struct window *now = f.now;

		TRY(feed_window(c, p, runner, &f));
		progress(before, now->read);
		before = now->read;
		if (now->final)
			break;
		f.now = f.next;
		f.next = now;
	}
	progress(before, before);
	return OK;
}

static rc pump_run(struct ctx *c, struct pump *p, const char *path, const struct runner *runner, feed_fn feed, void *to,
	char *ret_hash)
{
	unsigned char digest[32];
	unsigned n = 0;

	p->fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (p->fd < 0)
		return FAIL_SYS(c, "file.open");
	if (ret_hash) {
		p->md = EVP_MD_CTX_new();
		if (!p->md || EVP_DigestInit_ex(p->md, EVP_sha256(), NULL) != 1)
			return FAIL(c, E_NOMEM, "memory.limit");
	}
	for (unsigned i = 0; i < 2; i++) {
		p->window[i].room = arena_bytes(c->a, REST + PIECE + PADDING);
		if (!p->window[i].room)
			return FAIL(c, E_LIMIT, "memory.limit");
	}
	TRY(pump_all(c, p, runner, feed, to));
	if (ret_hash && EVP_DigestFinal_ex(p->md, digest, &n) != 1)
		return FAIL(c, E_BUG, "bug");
	for (unsigned i = 0; ret_hash && i < sizeof digest; i++)
		(void)snprintf(ret_hash + (size_t)2 * i, 3, "%02x", digest[i]);
	return OK;
}

rc pump_file(struct ctx *c, const char *path, enum encoding enc, const struct runner *runner, feed_fn feed, void *to,
	char ret_hash[65])
{
	struct pump p = { .fd = -1, .enc = enc, .cd = (iconv_t)-1, .first = true };
	rc r = pump_run(c, &p, path, runner, feed, to, ret_hash);

	pump_end(&p);
	if (r != OK && c->fault.where[0] == '\0')
		fault_where(c, path);
	return r;
}

static rc feed_whole(struct ctx *c, void *to, const char *p, size_t len, bool final, size_t *ret_used)
{
	struct buf *b = to;

	(void)final;
	buf_put(b, (slice){ p, len });
	*ret_used = len;
	return b->full ? FAIL(c, E_LIMIT, "file.limit") : OK;
}

static rc read_whole(struct ctx *c, const char *path, enum encoding enc, slice *ret, char *ret_hash)
{
	struct buf b;

	buf_init(&b, c->a, LIMIT_FILE_SMALL * 8);
	TRY(pump_file(c, path, enc, NULL, feed_whole, &b, ret_hash));
	if (!utf8_is_valid(buf_slice(&b))) {
		(void)FAIL(c, E_INVALID, "csv.utf8");
		fault_where(c, path);
		return E_INVALID;
	}
	return buf_done(c, &b, ret);
}

rc read_text(struct ctx *c, const char *path, enum encoding enc, slice *ret)
{
	return read_whole(c, path, enc, ret, NULL);
}

rc read_text_hash(struct ctx *c, const char *path, slice *ret, char ret_hash[65])
{
	return read_whole(c, path, ENCODING_UTF8, ret, ret_hash);
}

void fresh_drop(struct fresh *f)
{
	if (f->fd >= 0)
		(void)close(f->fd);
	if (f->tmp && !f->nameless)
		(void)unlink(f->tmp);
	if (f->cp932)
		(void)iconv_close(f->cp932);
	f->cp932 = NULL;
	f->fd = -1;
	f->tmp = NULL;
}

/* A file without a name in the folder of f->path; fd stays -1 where that cannot be. */
static rc open_nameless(struct ctx *c, struct fresh *f)
{
	char *copy = arena_cstr(c->a, slice_of(f->path)), *link = arena_bytes(c->a, 64);

	if (!copy || !link)
		return FAIL(c, E_LIMIT, "memory.limit");
	f->fd = open(dirname(copy), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (f->fd < 0)
		return OK;
	(void)snprintf(link, 64, "/proc/self/fd/%d", f->fd);
	f->nameless = access(link, R_OK) == 0;
	f->tmp = link;
	if (f->nameless)
		return OK;
	(void)close(f->fd);
	f->fd = -1;
	f->tmp = NULL;
	return OK;
}

rc fresh_open(struct ctx *c, struct fresh *f, const char *path, bool cp932)
{
	size_t len = strlen(path);
	char *tmp;

	*f = (struct fresh){ .fd = -1 };
	if (file_is_special(path)) {
		(void)FAIL(c, E_INVALID, "file.special");
		fault_where(c, path);
		return E_INVALID;
	}
	if (cp932) {
		iconv_t cd = iconv_open("CP932", "UTF-8");

		if (cd == (iconv_t)-1)
			return FAIL_SYS(c, "deid.no_cp932");
		f->cp932 = cd;
	}
	f->path = arena_cstr(c->a, slice_of(path));
	tmp = arena_bytes(c->a, len + 8);
	if (!f->path || !tmp)
		return FAIL(c, E_LIMIT, "memory.limit");
	TRY(open_nameless(c, f));
	if (f->fd >= 0)
		return OK;
	memcpy(tmp, path, len);
	memcpy(tmp + len, ".XXXXXX", 8);
	f->fd = mkostemp(tmp, O_CLOEXEC);
	if (f->fd < 0) {
		(void)FAIL_SYS(c, "file.create");
		fault_where(c, path);
		return c->fault.code;
	}
	f->tmp = tmp;
	return OK;
}

/* Whole lines as CP932, which is never longer than UTF-8 of the same text. */
static rc write_cp932(struct ctx *c, struct fresh *f, slice text)
{
	char *out = malloc(text.len + 1), *to = out, *from = (char *)(uintptr_t)text.p;
	size_t in_left = text.len, out_left = in_left;
	rc r = OK;

	if (!out)
		return FAIL(c, E_NOMEM, "memory.limit");
	if (iconv(f->cp932, &from, &in_left, &to, &out_left) == (size_t)-1)
		r = FAIL(c, E_INVALID, "deid.not_in_cp932");
	else
		r = fd_write_all(c, f->fd, (slice){ out, text.len - out_left });
	free(out);
	return r;
}

rc fresh_write(struct ctx *c, struct fresh *f, slice text)
{
	rc r = OK;

	if (text.len > 0)
		r = f->cp932 ? write_cp932(c, f, text) : fd_write_all(c, f->fd, text);
	if (r != OK)
		fault_where(c, f->path);
	return r;
}

rc fresh_close(struct ctx *c, struct fresh *f)
{
	if (fchmod(f->fd, 0640) != 0)
		return FAIL_SYS(c, "file.write");
	/* the disk may begin: what is read back comes from memory */
	(void)sync_file_range(f->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	f->closed = true;
	return OK;
}

/* A name beside the one that it will have: a link cannot replace a file, a rename can. */
static rc give_name(struct ctx *c, struct fresh *f)
{
	size_t room = strlen(f->path) + 32;
	char *name = arena_bytes(c->a, room);

	if (!name)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (unsigned i = 0; i < 100; i++) {
		(void)snprintf(name, room, "%s.%ld-%u", f->path, (long)getpid(), i);
		if (linkat(AT_FDCWD, f->tmp, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0) {
			f->nameless = false;
			f->tmp = name;
			return OK;
		}
		if (errno != EEXIST)
			break;
	}
	(void)FAIL_SYS(c, "file.create");
	fault_where(c, f->path);
	return c->fault.code;
}

rc fresh_keep(struct ctx *c, struct fresh *f)
{
	if (!f->closed)
		TRY(fresh_close(c, f));
	if (fsync(f->fd) != 0)
		return FAIL_SYS(c, "file.write");
	if (f->nameless)
		TRY(give_name(c, f));
	if (rename(f->tmp, f->path) != 0) {
		(void)FAIL_SYS(c, "file.rename");
		fault_where(c, f->path);
		return c->fault.code;
	}
	f->tmp = NULL;
	return OK;
}
