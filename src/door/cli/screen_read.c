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
#define BLOCK_BYTES ((size_t)128 << 10)
#define LINE_MOST ((size_t)1 << 20)
#define LOG_MOST ((uint64_t)1 << 46)
#define TABLE_MOST ((size_t)512 << 20)
#define EVENT_MEMORY ((size_t)256 << 10)
#define BLOCK_MEMORY ((size_t)64 << 20)

/* An open file and what of it is read but not yet unpacked. */
struct reader { int fd; struct unpack *u; char *packed; slice in; bool end; };

static rc reader_open(struct ctx *c, const char *path, struct reader *r)
{
	size_t n;

	r->fd = path[0] == '-' && path[1] == '\0' ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (r->fd < 0) {
		(void)FAIL_SYS(c, "file.open");
		fault_where(c, path);
		return E_IO;
	}
	if (!r->packed)
		r->packed = arena_bytes(c->a, PACKED_BYTES);
	if (!r->packed)
		return FAIL(c, E_LIMIT, "memory.limit");
	/* a pipe may hand out its first bytes one by one */
	TRY(fd_fill(c, r->fd, r->packed, 4096, &n));
	r->in = (slice){ r->packed, n };
	r->end = n < 4096;
	return unpack_new(c, r->in, LOG_MOST, &r->u);
}

/* Fills out with up to `room` bytes; fewer only at the end. */
static rc reader_fill(struct ctx *c, struct reader *r, char *out, size_t room, size_t *ret_len)
{
	size_t len = 0;

	while (len < room) {
		size_t got;
		ssize_t n;

		if (r->in.len == 0 && !r->end && unpack_is_plain(r->u)) {
			TRY(fd_fill(c, r->fd, out + len, room - len, &got));
			len += got;
			r->end = len < room;
			break;
		}

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

rc screen_read_begin(struct ctx *c, const char *path, size_t most, slice *ret)
{
	struct reader r = { .fd = -1 };
	char *p = arena_bytes(c->a, most);
	size_t len = 0;
	rc res;

	if (!p)
		return FAIL(c, E_LIMIT, "memory.limit");
	res = reader_open(c, path, &r);
	if (res == OK)
		res = reader_fill(c, &r, p, most, &len);
	if (r.fd > 0)
		(void)close(r.fd);
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

/* One block on its way: free, read, being parsed, parsed. */
struct job {
	enum { JOB_FREE, JOB_READ, JOB_PARSING, JOB_PARSED } state;
	char *bytes;
	size_t cap, len;
	struct ctx c;          /* memory of the parsed events */
	rc res;
	struct screen_events *ev;
};

/*
 * Threads share all work on one log: whoever is free applies the next parsed block, else parses one, else reads one.
 * Blocks are applied in the order of the file, so the number of threads does not matter.
 */
struct pool {
	pthread_mutex_t lock;
	pthread_cond_t turn;
	struct ctx *c;         /* of the screening; used by the one who applies */
	struct ctx *own;       /* of the reading; used by the one who reads */
	struct screen *s;
	struct source *src;
	struct reader *r;
	struct job *jobs;
	uint32_t njobs;
	struct screen_counts *counts;     /* lines are only counted */
	const struct screen_sink *sink;   /* or handed on, parsed */
	struct screen_person *person;     /* or those of one person are told */
	slice record, number;             /* or one record is looked for, and the number in it */
	char *rest;
	size_t rest_len;
	uint64_t read, parsed, applied;   /* block numbers, each the next one */
	bool reading, applying, end;
	rc res;
	struct fault fault;
};

/* The next block of whole lines; what is left over opens the one after. */
static rc read_block(struct ctx *c, struct pool *p, struct job *j)
{
	size_t got = 0, cut;

	for (;;) {
		if (p->rest_len > j->cap - BLOCK_BYTES)
			return FAIL(c, E_LIMIT, "screen.long_line");
		if (p->rest_len)
			memcpy(j->bytes, p->rest, p->rest_len);
		j->len = p->rest_len;
		p->rest_len = 0;
		TRY(reader_fill(c, p->r, j->bytes + j->len, BLOCK_BYTES, &got));
		j->len += got;
		if (got < BLOCK_BYTES)
			return OK;
		cut = screen_cut(p->src, (slice){ j->bytes, j->len });
		p->rest_len = j->len - cut;
		if (p->rest_len > LINE_MOST)
			return FAIL(c, E_LIMIT, "screen.long_line");
		memcpy(p->rest, j->bytes + cut, p->rest_len);
		j->len = cut;
		if (cut)
			return OK;
	}
}

static void parse_job(struct screen *s, struct screen_worker *w, const struct source *src, struct job *j)
{
	arena_reset(j->c.a);
	fault_clear(&j->c);
	j->res = screen_parse(&j->c, s, w, src, (slice){ j->bytes, j->len }, &j->ev);
}

static rc apply_job(struct ctx *c, struct screen *s, struct source *src, struct job *j)
{
	if (j->res != OK) {
		c->fault = j->c.fault;
		return j->res;
	}
	return screen_apply(c, s, src, j->ev);
}

static rc one_by_one(struct ctx *c, struct pool *p, struct screen_worker *w)
{
	struct job *j = &p->jobs[0];
	uint64_t at = 0;

	for (;;) {
		TRY(read_block(p->own, p, j));
		if (j->len == 0)
			return OK;
		if (p->record.len) {
			if (screen_record_number(p->own, w, p->src, (slice){ j->bytes, j->len }, p->record, &p->number))
				return slice_keep(c, p->number, &p->number);
			continue;
		}
		if (p->person) {
			TRY(screen_person_lines(c, p->person, p->s, p->src, (slice){ j->bytes, j->len }));
			continue;
		}
		if (p->counts) {
			TRY(screen_count(c, p->counts, w, p->src, (slice){ j->bytes, j->len }));
			continue;
		}
		parse_job(p->s, w, p->src, j);
		if (p->sink) {
			if (j->res != OK)
				c->fault = j->c.fault;
			TRY(j->res);
			TRY(p->sink->put(c, p->sink->arg, p->s, j->ev, at, at + j->len));
			at += j->len;
			continue;
		}
		TRY(apply_job(c, p->s, p->src, j));
	}
}

static void pool_failed(struct pool *p, rc res, const struct ctx *c)
{
	if (p->res == OK) {
		p->res = res;
		p->fault = c->fault;
	}
}

/* One piece of work, the lock held before and after; false when there is none just now. */
static bool some_work(struct pool *p, struct screen_worker *w)
{
	struct job *j = &p->jobs[p->applied % p->njobs];
	rc res;

	if (!p->applying && p->applied < p->parsed && j->state == JOB_PARSED) {
		p->applying = true;
		(void)pthread_mutex_unlock(&p->lock);
		res = apply_job(p->c, p->s, p->src, j);
		(void)pthread_mutex_lock(&p->lock);
		if (res != OK)
			pool_failed(p, res, p->c);
		p->applying = false;
		p->applied++;
		j->state = JOB_FREE;
		return true;
	}
	if (p->parsed < p->read) {
		j = &p->jobs[p->parsed++ % p->njobs];
		j->state = JOB_PARSING;
		(void)pthread_mutex_unlock(&p->lock);
		parse_job(p->s, w, p->src, j);
		(void)pthread_mutex_lock(&p->lock);
		j->state = JOB_PARSED;
		return true;
	}
	if (!p->reading && !p->end && p->read - p->applied < p->njobs) {
		j = &p->jobs[p->read % p->njobs];
		p->reading = true;
		(void)pthread_mutex_unlock(&p->lock);
		res = read_block(p->own, p, j);
		(void)pthread_mutex_lock(&p->lock);
		p->reading = false;
		if (res != OK)
			pool_failed(p, res, p->own);
		else if (j->len == 0)
			p->end = true;
		else
			p->read++;
		j->state = JOB_READ;
		return true;
	}
	return false;
}

static void share_work(struct pool *p, struct screen_worker *w)
{
	(void)pthread_mutex_lock(&p->lock);
	while (p->res == OK && !(p->end && p->applied == p->read))
		if (some_work(p, w))
			(void)pthread_cond_broadcast(&p->turn);
		else
			(void)pthread_cond_wait(&p->turn, &p->lock);
	(void)pthread_cond_broadcast(&p->turn);
	(void)pthread_mutex_unlock(&p->lock);
}

static void *work(void *arg)
{
	struct pool *p = arg;
	struct arena *a = arena_new(BLOCK_MEMORY);
	struct ctx c = { .a = a };
	struct screen_worker *w;

	/* a thread that has no memory leaves the work to the others */
	if (a && screen_worker_new(&c, &w) == OK)
		share_work(p, w);
	if (a)
		arena_free(a);
	return NULL;
}

static rc with_threads(struct ctx *c, struct pool *p, struct screen_worker *w, uint32_t workers)
{
	pthread_t threads[SCREEN_WORKERS_MOST];
	uint32_t n = 0;

	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->turn, NULL);
	while (n + 1 < workers && pthread_create(&threads[n], NULL, work, p) == 0)
		n++;
	share_work(p, w);
	for (uint32_t i = 0; i < n; i++)
		(void)pthread_join(threads[i], NULL);
	(void)pthread_mutex_destroy(&p->lock);
	(void)pthread_cond_destroy(&p->turn);
	if (p->res != OK)
		c->fault = p->fault;
	return p->res;
}

/* What one reading thread keeps from log to log, so that no log needs new memory. */
struct screen_desk {
	struct arena *a;
	struct ctx log;            /* memory of one log: its reader */
	struct screen_worker *w;
	struct job *jobs;
	uint32_t njobs;
	char *rest, *packed;
};

static void desk_free(void *arg)
{
	struct screen_desk *d = arg;

	for (uint32_t i = 0; i < d->njobs; i++)
		if (d->jobs[i].c.a)
			arena_free(d->jobs[i].c.a);
	if (d->log.a)
		arena_free(d->log.a);
}

rc screen_desk_new(struct ctx *c, uint32_t workers, struct screen_desk **ret)
{
	uint32_t n = workers > 1 ? workers * 2 + 2 : 1;
	struct screen_desk *d;

	TRY_NEW(c, d);
	d->log.a = arena_new(BLOCK_MEMORY);
	if (!d->log.a)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY_ARRAY(c, d->jobs, n);
	if (arena_on_end(c->a, desk_free, d) != 0) {
		desk_free(d);
		return FAIL(c, E_LIMIT, "memory.limit");
	}
	d->rest = arena_bytes(c->a, LINE_MOST);
	d->packed = arena_bytes(c->a, PACKED_BYTES);
	for (; d->njobs < n; d->njobs++) {
		struct job *j = &d->jobs[d->njobs];

		j->cap = BLOCK_BYTES + LINE_MOST;
		j->bytes = arena_bytes(c->a, j->cap);
		j->c.a = arena_new(BLOCK_MEMORY);
		/* one large first piece, which stays when the arena is reset for the next block */
		if (!j->bytes || !j->c.a || !arena_bytes(j->c.a, EVENT_MEMORY))
			return FAIL(c, E_NOMEM, "memory.limit");
	}
	if (!d->rest || !d->packed)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(screen_worker_new(c, &d->w));
	*ret = d;
	return OK;
}

static rc read_log(struct ctx *c, struct screen_desk *d, struct pool *p, slice name, slice org, uint32_t workers)
{
	TRY(reader_fill(p->own, p->r, p->rest, 65536, &p->rest_len));
	TRY(screen_open(c, p->s, name, org, (slice){ p->rest, p->rest_len }, &p->src));
	for (uint32_t i = 0; i < p->njobs; i++)
		p->jobs[i].state = JOB_FREE;
	screen_worker_forget(d->w);
	return workers > 1 && !screen_in_order(p->src) ? with_threads(c, p, d->w, workers) : one_by_one(c, p, d->w);
}

static rc log_begin(struct ctx *c, struct screen_desk *d, struct pool *p, const char *path, slice name, slice org,
	uint32_t workers)
{
	struct ctx *own = &d->log;
	struct reader r = { .fd = -1, .packed = d->packed };
	rc res;

	p->c = c;
	p->own = own;
	p->r = &r;
	p->jobs = d->jobs;
	p->njobs = d->njobs;
	p->rest = d->rest;
	arena_reset(own->a);
	fault_clear(own);
	res = reader_open(own, path, &r);
	if (res == OK)
		res = read_log(c, d, p, name, org, workers < d->njobs ? workers : 1);
	if (res != OK && !c->fault.key)
		c->fault = own->fault;
	if (res != OK)
		fault_where(c, path);
	if (r.fd > 0)
		(void)close(r.fd);
	p->r = NULL;
	return res;
}

rc screen_read_log(struct ctx *c, struct screen *s, struct screen_desk *d, const char *path, slice name, slice org,
	uint32_t workers)
{
	struct pool p = { .s = s };

	return log_begin(c, d, &p, path, name, org, workers);
}

rc screen_count_log(struct ctx *c, struct screen *s, struct screen_desk *d, const char *path, slice name,
	struct screen_counts *counts)
{
	struct pool p = { .s = s, .counts = counts };

	screen_counts_forget(counts);
	return log_begin(c, d, &p, path, name, S_NONE, 1);
}

rc screen_parse_log(struct ctx *c, struct screen *s, struct screen_desk *d, const char *path, slice name, slice org,
	const struct screen_sink *sink)
{
	struct pool p = { .s = s, .sink = sink };

	return log_begin(c, d, &p, path, name, org, 1);
}

rc screen_find_record(struct ctx *c, struct screen *s, struct screen_desk *d, const char *path, slice record, slice *ret)
{
	struct pool p = { .s = s, .record = record };

	TRY(log_begin(c, d, &p, path, S("log"), S_NONE, 1));
	*ret = p.number;
	return OK;
}

rc screen_tell_person(struct ctx *c, struct screen *s, struct screen_desk *d, const char *path, struct screen_person *person)
{
	struct pool p = { .s = s, .person = person };

	return log_begin(c, d, &p, path, S("log"), S_NONE, 1);
}
