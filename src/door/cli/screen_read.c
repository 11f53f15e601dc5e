#include "door/cli/screen_read.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/file.h"
#include "engine/screen/screen.h"
#include "engine/screen/unpack.h"

#include "base/banned.h"

#define PACKED_BYTES ((size_t)256 << 10)
#define BLOCK_BYTES ((size_t)1 << 20)
#define LINE_MOST ((size_t)1 << 20)
#define LOG_MOST ((uint64_t)1 << 46)
#define TABLE_MOST ((size_t)512 << 20)
#define EVENT_MEMORY ((size_t)4 << 20)
#define BLOCK_MEMORY ((size_t)64 << 20)

/* An open file and what of it is read but not yet unpacked. */
struct reader { int fd; struct unpack *u; char *packed; slice in; bool end; };

static rc reader_open(struct ctx *c, const char *path, struct reader *r)
{
	ssize_t n;

	r->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (r->fd < 0) {
		(void)FAIL_SYS(c, "file.open");
		fault_where(c, path);
		return E_IO;
	}
	r->packed = arena_bytes(c->a, PACKED_BYTES);
	if (!r->packed)
		return FAIL(c, E_LIMIT, "memory.limit");
	n = read(r->fd, r->packed, PACKED_BYTES);
	if (n < 0)
		return FAIL_SYS(c, "file.read");
	r->in = (slice){ r->packed, (size_t)n };
	r->end = n == 0;
	return unpack_new(c, r->in, LOG_MOST, &r->u);
}

/* Fills out with up to `room` bytes; fewer only at the end. */
static rc reader_fill(struct ctx *c, struct reader *r, char *out, size_t room, size_t *ret_len)
{
	size_t len = 0;

	while (len < room) {
		size_t got;
		ssize_t n;

		TRY(unpack_some(c, r->u, &r->in, out + len, room - len, &got));
		len += got;
		if (got || r->in.len)
			continue;
		if (r->end)
			break;
		do
			n = read(r->fd, r->packed, PACKED_BYTES);
		while (n < 0 && errno == EINTR);
		if (n < 0)
			return FAIL_SYS(c, "file.read");
		r->in = (slice){ r->packed, (size_t)n };
		r->end = n == 0;
	}
	*ret_len = len;
	return len < room ? unpack_end(c, r->u) : OK;
}

rc screen_read_whole(struct ctx *c, const char *path, slice *ret)
{
	struct reader r = { .fd = -1 };
	size_t cap = BLOCK_BYTES, len = 0, got;
	char *p = arena_bytes(c->a, cap);
	rc res = reader_open(c, path, &r);

	while (res == OK && p) {
		res = reader_fill(c, &r, p + len, cap - len, &got);
		len += got;
		if (res != OK || len < cap)
			break;
		if (cap >= TABLE_MOST)
			res = FAIL(c, E_LIMIT, "file.limit");
		else
			p = arena_grow(c->a, p, cap, cap * 2);
		cap *= 2;
	}
	if (r.fd >= 0)
		(void)close(r.fd);
	if (res == OK && !p)
		res = FAIL(c, E_LIMIT, "memory.limit");
	if (res != OK)
		fault_where(c, path);
	*ret = (slice){ p, len };
	return res;
}

rc screen_first_record(struct ctx *c, const char *path, uint64_t *ret)
{
	struct arena *a = arena_new(BLOCK_MEMORY);
	struct ctx own = { .a = a, .now = c->now, .app = c->app };
	struct reader r = { .fd = -1 };
	char *p = a ? arena_bytes(a, 8192) : NULL;
	size_t len = 0, n = 0;
	uint64_t v = 0;
	rc res;

	if (p)
		res = reader_open(&own, path, &r);
	else
		res = FAIL(&own, E_NOMEM, "memory.limit");
	if (res == OK)
		res = reader_fill(&own, &r, p, 8192, &len);
	for (size_t i = 0; res == OK && i <= len; i++) {
		uint64_t d = i < len ? (uint64_t)(unsigned char)p[i] - '0' : 10;
		bool digit = d <= 9;

		if (!digit && n >= 9)
			break;
		v = digit ? (n ? v * 10 : 0) + d : 0;
		if (digit && n < 18)
			n++;
		else
			n = 0;
	}
	if (r.fd >= 0)
		(void)close(r.fd);
	arena_free(a);
	*ret = v;
	c->fault = own.fault;
	return res;
}

/* One block on its way: read, being parsed, parsed. */
struct job {
	enum { JOB_FREE, JOB_READ, JOB_PARSING, JOB_PARSED } state;
	char *bytes;
	size_t cap, len;
	uint64_t number;
	struct ctx c;          /* memory of the parsed events */
	rc res;
	struct screen_events *ev;
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t turn;
	struct screen *s;
	const struct source *src;
	struct job *jobs;
	uint32_t njobs;
	uint64_t next_parse;
	bool stop;
};

static void parse_job(struct screen *s, struct screen_worker *w, const struct source *src, struct job *j)
{
	arena_reset(j->c.a);
	j->res = screen_parse(&j->c, s, w, src, (slice){ j->bytes, j->len }, &j->ev);
}

static void *work(void *arg)
{
	struct pool *p = arg;
	struct arena *a = arena_new(BLOCK_MEMORY);
	struct ctx c = { .a = a };
	struct screen_worker *w = NULL;
	rc res = a ? screen_worker_new(&c, &w) : E_NOMEM;

	(void)pthread_mutex_lock(&p->lock);
	while (!p->stop) {
		struct job *j = &p->jobs[p->next_parse % p->njobs];

		if (j->state != JOB_READ || j->number != p->next_parse) {
			(void)pthread_cond_wait(&p->turn, &p->lock);
			continue;
		}
		j->state = JOB_PARSING;
		p->next_parse++;
		(void)pthread_mutex_unlock(&p->lock);
		if (res == OK)
			parse_job(p->s, w, p->src, j);
		else
			j->res = FAIL(&j->c, E_NOMEM, "memory.limit");
		(void)pthread_mutex_lock(&p->lock);
		j->state = JOB_PARSED;
		(void)pthread_cond_broadcast(&p->turn);
	}
	(void)pthread_mutex_unlock(&p->lock);
	if (a)
		arena_free(a);
	return NULL;
}

/* The next block of whole lines; what is left over opens the one after. */
static rc read_block(struct ctx *c, struct reader *r, const struct source *src, struct buf *rest, struct job *j)
{
	size_t got = 0, cut;

	for (;;) {
		if (rest->len > j->cap - BLOCK_BYTES)
			return FAIL(c, E_LIMIT, "screen.long_line");
		memcpy(j->bytes, rest->p, rest->len);
		j->len = rest->len;
		TRY(reader_fill(c, r, j->bytes + j->len, BLOCK_BYTES, &got));
		j->len += got;
		if (got < BLOCK_BYTES) {
			buf_reset(rest);
			return OK;
		}
		cut = screen_cut(src, (slice){ j->bytes, j->len });
		buf_reset(rest);
		buf_put(rest, (slice){ j->bytes + cut, j->len - cut });
		if (rest->full)
			return FAIL(c, E_LIMIT, "screen.long_line");
		j->len = cut;
		if (cut)
			return OK;
	}
}

static rc apply_job(struct ctx *c, struct screen *s, struct source *src, struct job *j)
{
	if (j->res != OK) {
		c->fault = j->c.fault;
		return j->res;
	}
	return screen_apply(c, s, src, j->ev);
}

static rc one_by_one(struct ctx *c, struct screen *s, struct source *src, struct reader *r, struct buf *rest, struct job *j)
{
	struct screen_worker *w;

	TRY(screen_worker_new(c, &w));
	do {
		TRY(read_block(c, r, src, rest, j));
		parse_job(s, w, src, j);
		TRY(apply_job(c, s, src, j));
	} while (j->len || rest->len);
	return OK;
}

/* Reads ahead while the workers parse; events are applied in the order of the file, so their number does not matter. */
static rc in_parallel(struct ctx *c, struct pool *p, struct source *src, struct reader *r, struct buf *rest)
{
	uint64_t number = 0, applied = 0;
	bool end = false;

	while (!end || applied < number) {
		struct job *j = &p->jobs[number % p->njobs];
		rc res = OK;

		if (!end && number - applied < p->njobs) {
			res = read_block(c, r, src, rest, j);
			if (res != OK)
				return res;
			end = j->len == 0;
			if (end)
				continue;
			(void)pthread_mutex_lock(&p->lock);
			j->number = number++;
			j->state = JOB_READ;
			(void)pthread_cond_broadcast(&p->turn);
			(void)pthread_mutex_unlock(&p->lock);
			if (number - applied < p->njobs)
				continue;
		}
		j = &p->jobs[applied % p->njobs];
		(void)pthread_mutex_lock(&p->lock);
		while (j->state != JOB_PARSED)
			(void)pthread_cond_wait(&p->turn, &p->lock);
		(void)pthread_mutex_unlock(&p->lock);
		TRY(apply_job(c, p->s, src, j));
		j->state = JOB_FREE;
		applied++;
	}
	return OK;
}

static rc with_threads(struct ctx *c, struct pool *p, struct source *src, struct reader *r, struct buf *rest,
	uint32_t workers)
{
	pthread_t threads[64];
	uint32_t n = 0;
	rc res = OK;

	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->turn, NULL);
	while (res == OK && n < workers)
		if (pthread_create(&threads[n], NULL, work, p) == 0)
			n++;
		else
			res = FAIL(c, E_BUSY, "screen.thread");
	if (res == OK)
		res = in_parallel(c, p, src, r, rest);
	(void)pthread_mutex_lock(&p->lock);
	p->stop = true;
	(void)pthread_cond_broadcast(&p->turn);
	(void)pthread_mutex_unlock(&p->lock);
	for (uint32_t i = 0; i < n; i++)
		(void)pthread_join(threads[i], NULL);
	(void)pthread_mutex_destroy(&p->lock);
	(void)pthread_cond_destroy(&p->turn);
	return res;
}

static rc jobs_new(struct ctx *own, struct pool *p, uint32_t n)
{
	struct ctx *c = own;

	p->njobs = n;
	TRY_ARRAY(c, p->jobs, n);
	for (uint32_t i = 0; i < n; i++) {
		struct job *j = &p->jobs[i];

		j->cap = BLOCK_BYTES + LINE_MOST;
		j->bytes = arena_bytes(c->a, j->cap);
		j->c.a = arena_new(BLOCK_MEMORY);
		/* one large first piece, which stays when the arena is reset for the next block */
		if (!j->bytes || !j->c.a || !arena_bytes(j->c.a, EVENT_MEMORY))
			return FAIL(c, E_NOMEM, "memory.limit");
	}
	return OK;
}

static rc read_log(struct ctx *c, struct ctx *own, struct screen *s, struct reader *r, struct pool *p, slice name,
	slice org, uint32_t workers)
{
	struct source *src;
	struct buf rest;
	size_t got = 0;

	buf_init(&rest, own->a, BLOCK_BYTES + LINE_MOST);
	if (!buf_room(&rest, BLOCK_BYTES + LINE_MOST))
		return FAIL(c, E_LIMIT, "memory.limit");
	TRY(reader_fill(own, r, rest.p, 65536, &got));
	rest.len = got;
	TRY(screen_open(c, s, name, org, buf_slice(&rest), &src));
	p->s = s;
	p->src = src;
	TRY(jobs_new(own, p, workers > 1 ? workers * 2 + 2 : 1));
	return workers > 1 ? with_threads(c, p, src, r, &rest, workers) : one_by_one(c, s, src, r, &rest, &p->jobs[0]);
}

rc screen_read_log(struct ctx *c, struct screen *s, const char *path, slice name, slice org, uint32_t workers)
{
	struct arena *a = arena_new((size_t)1 << 30);
	struct ctx own = { .a = a, .now = c->now, .app = c->app };
	struct reader r = { .fd = -1 };
	struct pool p = { 0 };
	rc res;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	res = reader_open(&own, path, &r);
	if (res == OK)
		res = read_log(c, &own, s, &r, &p, name, org, workers);
	if (res != OK && !c->fault.key)
		c->fault = own.fault;
	if (res != OK)
		fault_where(c, path);
	for (uint32_t i = 0; i < p.njobs; i++)
		if (p.jobs[i].c.a)
			arena_free(p.jobs[i].c.a);
	if (r.fd >= 0)
		(void)close(r.fd);
	arena_free(a);
	return res;
}
