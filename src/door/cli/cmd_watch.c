#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "door/cli/commands.h"
#include "work/select/watch.h"

#include "base/banned.h"

#define LIST_MOST ((size_t)512 << 20)
#define BLOCK ((size_t)1 << 20)
#define WHOLE_MOST ((size_t)256 << 20)

static const struct option_spec match_options[] = {
	{ "indicators", "FILE", "The list: one value a line, JSON Lines, CSV, STIX 2.0 or 2.1, MISP (event, or the folder of a feed)." },
	{ "sightings", "FILE", "Write how often each indicator was seen as a STIX 2.1 bundle of sightings." },
	{ "tlp", "WORD", "Marking of the sightings: clear, green, amber (the default), amber+strict or red." },
	{ "evidence", NULL, "Add when, who asked whom, and the line of each hit, with personal information masked." },
	{ "policy", "FILE", "What evidence shows of persons and of own networks: rules as for renkei select." },
	{ 0 },
};

static rc to_stdout(struct ctx *c, void *to, slice bytes)
{
	(void)to;
	return out_write(c, bytes);
}

static rc to_fd(struct ctx *c, void *to, slice bytes) { return fd_write_all(c, *(int *)to, bytes); }

static rc one_log(struct ctx *c, struct watch *w, struct arena *work, int fd, char *p)
{
	size_t n = 0, got = 0;
	bool last = false;

	while (!last) {
		struct ctx x = *c;
		const char *nl;
		size_t cut;
		rc r;

		TRY(fd_fill(c, fd, p + n, BLOCK - n, &got));
		n += got;
		last = n < BLOCK;
		nl = last ? NULL : memrchr(p, '\n', n);
		cut = nl ? (size_t)(nl - p) + 1 : n;
		arena_reset(work);
		x.a = work;
		r = watch_block(w, &x, (slice){ p, cut });
		if (r != OK) {
			c->fault = x.fault;
			return r;
		}
		memmove(p, p + cut, n - cut);
		n -= cut;
	}
	return OK;
}

static rc one_file(struct ctx *c, struct watch *w, struct arena *work, const char *path, char *p)
{
	AUTO_FD fd = slice_is(slice_of(path), "-") ? dup(0) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	const char *slash = strrchr(path, '/');
	char head[WATCH_HEAD];
	ssize_t n;
	slice bytes;

	if (fd < 0) {
		rc r = FAIL_SYS(c, "file.open");

		fault_where(c, path);
		return r;
	}
	watch_document(w, slice_of(slash ? slash + 1 : path));
	n = pread(fd, head, sizeof head, 0);   /* a pipe has none: it is a log */
	if (n > 0 && watch_is_container((slice){ head, (size_t)n })) {
		struct ctx x = *c;
		rc r;

		arena_reset(work);
		x.a = work;
		r = fd_read_all(&x, fd, WHOLE_MOST, &bytes);
		if (r == OK)
			r = watch_container(w, &x, bytes);
		if (r != OK)
			c->fault = x.fault;
		return r;
	}
	return one_log(c, w, work, fd, p);
}

static rc write_sightings(struct ctx *c, const struct call *in, const struct sightings *s, enum tlp tlp)
{
	AUTO_FD fd = open(call_value(in, "sightings"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	uint64_t more;

	if (fd < 0)
		return FAIL_SYS(c, "file.write");
	TRY(sightings_write(c, s, tlp, (struct select_sink){ to_fd, &fd }, &more));
	if (more)
		fprintf(stderr, "renkei: %llu hit(s) on too many different indicators are not among the sightings\n", (unsigned long long)more);
	return OK;
}

static rc run_match(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_ARENA work = arena_new((size_t)2 << 30);
	struct sightings *sightings = NULL;
	struct select_policy policy;
	enum tlp tlp = TLP_AMBER;
	struct watch *w;
	char *p;
	rc r = OK;

	if (!call_value(in, "indicators"))
		return FAIL(c, E_INVALID, "watch.no_list");
	if (call_value(in, "tlp") && !tlp_from_word(slice_of(call_value(in, "tlp")), &tlp))
		return FAIL(c, E_INVALID, "select.tlp");
	if (!work)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(watch_new(c, call_value(in, "indicators"), LIST_MOST, call_has(in, "evidence"), (struct select_sink){ to_stdout, NULL }, &w));
	if (call_value(in, "policy")) {
		slice text;

		TRY(file_read(c, call_value(in, "policy"), POLICY_MOST, &text));
		TRY(policy_read(c, text, &policy));
		watch_policy(w, &policy);
	}
	if (call_value(in, "sightings")) {
		TRY(sightings_new(c, &sightings));
		watch_count(w, sightings);
	}
	p = malloc(BLOCK);
	if (!p)
		return FAIL(c, E_NOMEM, "memory.limit");
	if (in->nargs == 0)
		r = one_file(c, w, work, "-", p);
	for (size_t i = 0; r == OK && i < in->nargs; i++)
		r = one_file(c, w, work, in->args[i], p);
	free(p);
	TRY(r);
	if (sightings)
		TRY(write_sightings(c, in, sightings, tlp));
	if (watch_skipped(w))
		fprintf(stderr, "renkei: %zu line(s) of the list are of no kind that can be matched\n", watch_skipped(w));
	if (watch_unread(w))
		fprintf(stderr, "renkei: %llu part(s) could not be opened\n", (unsigned long long)watch_unread(w));
	out->no = watch_hits(w) > 0;
	return OK;
}

const struct command cmd_watch[] = {
	{ "watch", "match", "[LOG|PCAP|-]...", 0, 1000, "look for known indicators in logs and captures", match_options, run_match },
	{ 0 },
};
