#include "door/cli/screen_follow.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "door/cli/screen_journal.h"
#include "door/cli/screen_read.h"
#include "door/cli/screen_tables.h"

#include "base/banned.h"

#define BLOCK_BYTES ((size_t)256 << 10)
#define LINE_MOST ((size_t)1 << 20)
#define BEGIN_BYTES ((size_t)64 << 10)
#define WORK_MEMORY ((size_t)256 << 20)
#define JOURNAL_MOST ((size_t)1 << 20)
#define FOLLOW_LOGS 4096u

struct followed {
	slice name, org;
	uint64_t inode, at;       /* the file, and up to where it is in the journal */
	struct source *src;
	bool parsed;              /* src has a layout: it was opened by this process */
};

struct follow {
	struct screen *s;
	struct screen_worker *w;
	struct ctx work;          /* memory of one block */
	struct followed *v;
	uint32_t n;
	int journal;
	char *block;
	bool came;                /* lines came since the list was written */
};

/* ---- the journal ---- */

static struct followed *find_followed(struct follow *f, slice name, uint64_t inode)
{
	for (uint32_t i = 0; i < f->n; i++)
		if (f->v[i].inode == inode && (slice_eq(f->v[i].name, name) || f->v[i].at > 0))
			return &f->v[i];
	return NULL;
}

static rc add_followed(struct ctx *c, struct follow *f, slice name, slice org, uint64_t inode, struct followed **ret)
{
	struct followed *k;

	if (f->n == FOLLOW_LOGS)
		return FAIL(c, E_LIMIT, "file.limit");
	k = &f->v[f->n++];
	*k = (struct followed){ .inode = inode };
	TRY(slice_keep(c, name, &k->name));
	TRY(slice_keep(c, org, &k->org));
	*ret = k;
	return OK;
}

/* One entry of the journal into the screening; *ret_len 0 when there is no whole one. */
static rc replay_one(struct ctx *c, struct follow *f, slice bytes, slice (*org_of_name)(slice), size_t *ret_len)
{
	struct journal_entry e;
	struct followed *k;

	*ret_len = 0;
	if (!journal_entry_at(bytes, &e))
		return OK;
	k = find_followed(f, e.name, e.inode);
	if (!k) {
		TRY(add_followed(c, f, e.name, org_of_name(e.name), e.inode, &k));
		TRY(screen_source_new(c, f->s, k->name, k->org, &k->src));
	}
	arena_reset(f->work.a);
	TRY(screen_segment_apply(c, f->s, k->src, f->work.a, e.segment.bytes));
	k->at = e.segment.to;
	*ret_len = e.len;
	return OK;
}

/*
 * All whole entries; what stands behind them was being written when the process ended, and is cut off. Entries of half
 * a block of lines are read through a window that grows when one does not fit.
 */
static rc replay(struct ctx *c, struct follow *f, slice (*org_of_name)(slice))
{
	AUTO_ARENA a = arena_new(WORK_MEMORY);
	struct ctx own = { .a = a };
	size_t room = 4 * JOURNAL_MOST, len = 0;
	char *p = a ? arena_bytes(a, room) : NULL;
	uint64_t good = 0;
	bool end = false;

	if (!p)
		return FAIL(c, E_NOMEM, "memory.limit");
	while (!end || len > 0) {
		size_t got = 0, used = 0, one;

		if (fd_fill(&own, f->journal, p + len, room - len, &got) != OK)
			return FAIL(c, E_IO, "file.read");
		end = got < room - len;
		len += got;
		do {
			TRY(replay_one(c, f, (slice){ p + used, len - used }, org_of_name, &one));
			used += one;
		} while (one);
		good += used;
		if (used == 0 && end)
			break;
		if (used == 0) {
			p = arena_grow(a, p, room, room * 2);
			room *= 2;
			if (!p)
				return FAIL(c, E_LIMIT, "memory.limit");
		}
		memmove(p, p + used, len - used);
		len -= used;
	}
	if (ftruncate(f->journal, (off_t)good) != 0 || lseek(f->journal, 0, SEEK_END) < 0)
		return FAIL_SYS(c, "file.write");
	return OK;
}

static rc journal_put(struct ctx *c, struct follow *f, const struct followed *k, const struct screen_events *ev,
	uint64_t to, slice *ret_segment)
{
	struct buf out;
	size_t head;

	buf_init(&out, f->work.a, WORK_MEMORY / 4);
	journal_head_put(&out, k->name, k->inode);
	head = out.len;
	TRY(screen_segment_put(&f->work, f->s, ev, k->at, to, &out));
	TRY(fd_write_all(c, f->journal, buf_slice(&out)));
	/* only what is on the disk counts */
	if (fdatasync(f->journal) != 0)
		return FAIL_SYS(c, "file.write");
	*ret_segment = slice_sub(buf_slice(&out), head, out.len);
	return OK;
}

/* ---- the logs ---- */

static rc read_at(struct ctx *c, int fd, uint64_t at, char *p, size_t room, size_t *ret)
{
	size_t len = 0;

	while (len < room) {
		ssize_t n = pread(fd, p + len, room - len, (off_t)(at + len));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return FAIL_SYS(c, "file.read");
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*ret = len;
	return OK;
}

/* W3C: names hold from earlier lines, so those are looked at again. */
static rc look_again(struct ctx *c, struct follow *f, struct followed *k, int fd)
{
	uint64_t at = 0;

	while (screen_in_order(k->src) && at < k->at) {
		size_t want = k->at - at < BLOCK_BYTES ? (size_t)(k->at - at) : BLOCK_BYTES, len = 0, cut;
		struct screen_events *ev;

		TRY(read_at(c, fd, at, f->block, want, &len));
		cut = screen_cut(k->src, (slice){ f->block, len });
		if (cut == 0)
			return OK;
		arena_reset(f->work.a);
		TRY(screen_parse(&f->work, f->s, f->w, k->src, (slice){ f->block, cut }, &ev));
		at += cut;
	}
	return OK;
}

/* The layout, once there is a whole line. */
static rc open_log(struct ctx *c, struct follow *f, struct followed *k, int fd, bool *ret_ready)
{
	struct source *old = k->src;
	size_t len = 0;

	TRY(read_at(c, fd, 0, f->block, BEGIN_BYTES, &len));
	*ret_ready = len > 0 && memchr(f->block, '\n', len);
	if (!*ret_ready)
		return OK;
	if (old)
		TRY(screen_reopen(c, f->s, old, (slice){ f->block, len }));
	else
		TRY(screen_open(c, f->s, k->name, k->org, (slice){ f->block, len }, &k->src));
	k->parsed = true;
	return OK;
}

/* All whole lines that are new. */
static rc read_new(struct ctx *c, struct follow *f, struct followed *k, int fd)
{
	for (;;) {
		struct screen_events *ev;
		slice segment = S_NONE;
		size_t len = 0, cut;

		TRY(read_at(c, fd, k->at, f->block, BLOCK_BYTES + LINE_MOST, &len));
		if (len > BLOCK_BYTES && screen_cut(k->src, (slice){ f->block, BLOCK_BYTES }))
			len = BLOCK_BYTES;
		/* a line that is still being written waits for its end */
		cut = screen_cut(k->src, (slice){ f->block, len });
		if (cut == 0)
			return len == BLOCK_BYTES + LINE_MOST ? FAIL(c, E_LIMIT, "screen.long_line") : OK;
		arena_reset(f->work.a);
		TRY(screen_parse(&f->work, f->s, f->w, k->src, (slice){ f->block, cut }, &ev));
		TRY(journal_put(c, f, k, ev, k->at + cut, &segment));
		TRY(screen_segment_apply(c, f->s, k->src, f->work.a, segment));
		k->at += cut;
		f->came = true;
	}
}

static rc look_at(struct ctx *c, struct follow *f, const struct log_file *file)
{
	AUTO_FD fd = open(file->path, O_RDONLY | O_CLOEXEC);
	struct followed *k;
	struct stat st;
	bool ready = true;

	/* moved away meanwhile */
	if (fd < 0 || fstat(fd, &st) != 0)
		return OK;
	k = find_followed(f, file->name, (uint64_t)st.st_ino);
	/* shorter than what was read of it: another file on the same place */
	if (k && (uint64_t)st.st_size < k->at) {
		k->inode = 0;
		k = NULL;
	}
	if (!k)
		TRY(add_followed(c, f, file->name, file->org, (uint64_t)st.st_ino, &k));
	if ((uint64_t)st.st_size <= k->at)
		return OK;
	if (!k->parsed)
		TRY(open_log(c, f, k, fd, &ready));
	if (!ready)
		return OK;
	/* what a worker remembers holds for one log */
	if (screen_worker_turn(f->w, k->src))
		TRY(look_again(c, f, k, fd));
	return read_new(c, f, k, fd);
}

/* ---- the list ---- */

static rc write_list(struct ctx *c, struct screen *s, uint32_t most, const char *path)
{
	struct buf b;
	uint32_t n;

	buf_init(&b, c->a, (size_t)256 << 20);
	TRY(screen_list(c, s, most, &b, &n));
	return file_replace(c, path, buf_slice(&b), 0600);
}

/* The rules end the screening, so they look at a copy of it: that of a child, which writes the list and goes. */
static rc list_now(struct ctx *c, struct follow *f, uint32_t most, const char *path)
{
	int status = 0;
	pid_t child;

	if (!path || !f->came)
		return OK;
	f->came = false;
	child = fork();
	if (child < 0)
		return FAIL_SYS(c, "screen.thread");
	if (child == 0)
		_exit(write_list(c, f->s, most, path) == OK ? 0 : 1);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? OK : FAIL(c, E_IO, "file.write");
}

rc screen_state_key(struct ctx *c, const char *state, unsigned char key[16])
{
	struct buf path;
	slice text;

	if (mkdir(state, 0700) != 0 && errno != EEXIST) {
		(void)FAIL_SYS(c, "file.open");
		fault_where(c, state);
		return E_IO;
	}
	if (sodium_init() < 0)
		return FAIL(c, E_IO, "screen.key");
	buf_init(&path, c->a, 8192);
	buf_putf(&path, "%s/key", state);
	buf_putc(&path, '\0');
	if (access(path.p, F_OK) != 0) {
		randombytes_buf(key, 16);
		return file_replace(c, path.p, (slice){ (const char *)key, 16 }, 0600);
	}
	TRY(file_read(c, path.p, 4096, &text));
	if (text.len != 16)
		return FAIL(c, E_INVALID, "screen.state");
	memcpy(key, text.p, 16);
	return OK;
}

static slice org_digits(slice name)
{
	size_t i = 0, n = 0;

	while (i < name.len && (name.p[i] < '0' || name.p[i] > '9'))
		i++;
	while (i + n < name.len && name.p[i + n] >= '0' && name.p[i + n] <= '9')
		n++;
	return slice_sub(name, i, n);
}

static rc follow_begin(struct ctx *c, struct follow *f, const struct screen_task *task, const char *state)
{
	struct buf path;

	TRY(screen_for_task(c, task, &f->s));
	if (task->dir) {
		struct table_files *t;

		TRY(table_files_open(c, task->dir, NULL, 0, &t));
		TRY(table_files_read(c, t, UINT32_MAX, f->s));
	} else {
		TRY(screen_tables_end(c, f->s));
	}
	TRY(screen_worker_new(c, &f->w));
	TRY_ARRAY(c, f->v, FOLLOW_LOGS);
	f->block = arena_bytes(c->a, BLOCK_BYTES + LINE_MOST + 64);
	f->work.a = arena_new(WORK_MEMORY);
	f->work.now = c->now;
	if (!f->block || !f->work.a)
		return FAIL(c, E_NOMEM, "memory.limit");
	buf_init(&path, c->a, 8192);
	buf_putf(&path, "%s/journal", state);
	buf_putc(&path, '\0');
	f->journal = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (f->journal < 0)
		return FAIL_SYS(c, "file.open");
	return replay(c, f, org_digits);
}

/* Waits; true when the process is asked to end. */
static bool asked_to_end(uint32_t seconds)
{
	struct timespec wait = { .tv_sec = (time_t)seconds };
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	return sigtimedwait(&set, NULL, &wait) > 0;
}

static rc follow_loop(struct ctx *c, struct follow *f, struct screen_task *task, const struct screen_watch *w)
{
	AUTO_ARENA names = arena_new(WORK_MEMORY);
	struct ctx round = { .a = names, .now = c->now, .app = c->app };
	uint32_t quiet = 0;

	if (!names)
		return FAIL(c, E_NOMEM, "memory.limit");
	f->came = true;
	for (;;) {
		bool before = f->came;
		rc res;

		task->nlogs = 0;
		f->came = false;
		arena_reset(names);
		res = w->find(&round, w->arg, task);
		if (res != OK) {
			c->fault = round.fault;
			return res;
		}
		for (uint32_t i = 0; i < task->nlogs; i++)
			TRY(look_at(c, f, &task->logs[i]));
		quiet = f->came ? 0 : quiet + w->every;
		f->came = f->came || before;
		if (f->work.fault.key && c->fault.key == NULL)
			c->fault = f->work.fault;
		if (w->idle && quiet >= w->idle)
			return OK;
		TRY(list_now(c, f, task->most, w->out));
		if (asked_to_end(w->every))
			return OK;
	}
}

rc screen_follow(struct ctx *c, struct screen_task *task, const struct screen_watch *w, struct screen_outcome *ret)
{
	struct follow f = { .journal = -1 };
	sigset_t set, old;
	rc res;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &set, &old);
	res = follow_begin(c, &f, task, w->state);
	if (res == OK)
		res = follow_loop(c, &f, task, w);
	if (res != OK && !c->fault.key && f.work.fault.key)
		c->fault = f.work.fault;
	if (res == OK)
		res = screen_items(c, f.s, task->most, &ret->items, &ret->n);
	if (res == OK) {
		screen_add(f.s, &ret->sum);
		buf_init(&ret->sources, c->a, (size_t)64 << 20);
		screen_sources(f.s, &ret->sources);
	}
	if (f.journal >= 0)
		(void)close(f.journal);
	if (f.work.a)
		arena_free(f.work.a);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	return res;
}
