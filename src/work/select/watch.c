#include "work/select/watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/json.h"
#include "engine/select/dnslog.h"
#include "engine/select/match.h"
#include "engine/select/match_list.h"
#include "work/select/take.h"
#include "work/select/watch_line.h"

#include "base/banned.h"

#define OUT_MOST ((size_t)256 << 20)

struct watch {
	struct match_set *set;
	struct select_sink out;
	bool evidence;
	const struct select_policy *policy;
	struct sightings *sightings;   /* NULL: not wanted */
	slice list;
	size_t skipped;
	uint64_t unread;         /* parts of containers that could not be opened */
	uint64_t hits, most;     /* what is beyond `most` is counted and not written */
	uint64_t lines, all;     /* lines of the document before this block; of all documents */
	bool begun, dnslog;      /* of the document: a block of it was seen; names are written by their lengths */
	char name[256];
	size_t name_len;
	slice part;              /* of a container */
};

/* The list stays in its file: a million values need no copy of themselves. The mapping lasts as long as the process. */
static rc map_file(struct ctx *c, const char *path, size_t most, slice *ret, bool *ret_mapped)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	void *p;

	if (fd < 0 || fstat(fd, &st) != 0) {
		rc r = FAIL_SYS(c, "file.open");

		fault_where(c, path);
		return r;
	}
	if (!S_ISREG(st.st_mode) || st.st_size == 0)
		return file_read(c, path, most, ret);
	if ((uint64_t)st.st_size > most)
		return FAIL(c, E_LIMIT, "file.limit");
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return FAIL_SYS(c, "file.read");
	*ret = (slice){ p, (size_t)st.st_size };
	*ret_mapped = true;
	return OK;
}

/* What was read of the list need not stay in memory: it is read again from the file at a hit. */
static void let_go(void *to, size_t upto)
{
	struct watch *w = to;

	(void)madvise((void *)(uintptr_t)w->list.p, upto & ~(size_t)4095, MADV_DONTNEED);
}

/* The files of a MISP feed: each event's values, one after the other (misp-standard.org, feed format). */
static rc read_feed(struct ctx *c, const char *folder, size_t most, struct match_list *ret)
{
	struct dirent **files = NULL;
	int n = scandir(folder, &files, NULL, alphasort);
	bool manifest = false;
	struct buf lines;
	rc r = OK;

	buf_init(&lines, c->a, most);
	for (int i = 0; i < n; i++) {
		slice name = slice_of(files[i]->d_name), text;
		struct match_list one;
		char path[4096];

		manifest |= slice_is(name, "manifest.json");
		if (r == OK && slice_ends(name, S(".json")) && !slice_is(name, "manifest.json")) {
			snprintf(path, sizeof path, "%s/%s", folder, files[i]->d_name);
			r = file_read(c, path, MATCH_LIST_MOST, &text);
			r = r == OK ? match_list_read(c, text, &one) : r;
			if (r == OK) {
				buf_put(&lines, one.lines);
				ret->passed += one.passed;
			}
		}
		free(files[i]);
	}
	free(files);
	TRY(r);
	if (!manifest)
		return FAIL(c, E_INVALID, "watch.list_feed");
	ret->form = MATCH_MISP;
	return buf_done(c, &lines, &ret->lines);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static rc watch_on(struct ctx *c, const struct match_list *list, match_passed_fn *passed, struct watch *w)
{
	TRY(match_load(c, list->lines, passed, w, &w->set, &w->skipped));
	w->skipped += list->passed;
	/* A list that meets nothing would be taken for a log in which nothing is. */
	return match_count(w->set) ? OK : FAIL(c, E_INVALID, "watch.list_empty");
}

rc watch_new(struct ctx *c, const char *path, size_t most, bool evidence, struct select_sink out, struct watch **ret)
{
	struct match_list list = { 0 };
	struct watch *w;
	slice text = S_NONE;
	bool mapped = false;

	TRY_NEW(c, w);
	if (is_folder(path)) {
		TRY(read_feed(c, path, most, &list));
	} else {
		TRY(map_file(c, path, most, &text, &mapped));
		TRY(match_list_read(c, text, &list));
	}
	w->list = text;
	TRY(watch_on(c, &list, mapped && list.lines.p == text.p ? let_go : NULL, w));
	w->out = out;
	w->evidence = evidence;
	w->most = UINT64_MAX;
	*ret = w;
	return OK;
}

rc watch_new_on(struct ctx *c, const struct match_list *list, struct select_sink out, struct watch **ret)
{
	struct watch *w;

	TRY_NEW(c, w);
	TRY(watch_on(c, list, NULL, w));
	w->out = out;
	w->evidence = true;
	w->most = UINT64_MAX;
	*ret = w;
	return OK;
}

void watch_policy(struct watch *w, const struct select_policy *policy) { w->policy = policy; }

void watch_count(struct watch *w, struct sightings *s) { w->sightings = s; }

void watch_document(struct watch *w, slice name)
{
	w->name_len = name.len < sizeof w->name ? name.len : sizeof w->name;
	memcpy(w->name, name.p, w->name_len);
	w->lines = 0;
	w->begun = w->dnslog = false;
}

#define TOLD_MOST 16u

struct block {
	struct watch *w;
	slice text;
	struct buf out;
	uint64_t told[TOLD_MOST];   /* what was told of this line */
	size_t n_told, line;
	slice asked, asked_rest;    /* of a capture */
	size_t asked_line;
};

/* Many logs write a name twice in a line: that it was seen is told once. */
static bool told_before(struct block *k, const struct match_hit *h, slice seen)
{
	uint64_t sum = slice_fnv(slice_fnv(FNV_START ^ (uint64_t)h->type, h->indicator), seen);

	if (k->line != h->line) {
		k->line = h->line;
		k->n_told = 0;
	}
	for (size_t i = 0; i < k->n_told; i++)
		if (k->told[i] == sum)
			return true;
	if (k->n_told < TOLD_MOST)
		k->told[k->n_told++] = sum;
	return false;
}

/* Line `n` of what is said of each line of a capture; hits come in the order of their lines. */
static slice asked_at(struct block *k, size_t n)
{
	slice line = S_NONE;

	if (n <= k->asked_line) {
		k->asked_line = 0;
		k->asked_rest = k->asked;
	}
	while (k->asked_line < n && slice_next(&k->asked_rest, '\n', &line))
		k->asked_line++;
	return line;
}

static rc put_line(struct ctx *c, struct json_out *o, struct block *k, const struct match_hit *h)
{
	const struct watch_line l = { .line = slice_sub(k->text, h->line_start, h->line_end - h->line_start), .start = h->start - h->line_start,
		.end = h->end - h->line_start, .asked = k->asked.len ? asked_at(k, h->line) : S_NONE, .policy = k->w->policy };

	return watch_line_put(c, o, &l);
}

static rc on_hit(struct ctx *c, void *to, const struct match_hit *h)
{
	struct block *k = to;
	struct json_out o = json_out_on(&k->out);
	bool wider = h->type == IND_DOMAIN || h->type == IND_CIDR;
	slice seen = wider ? slice_sub(k->text, h->start, h->end - h->start) : S_NONE;

	if (told_before(k, h, seen))
		return OK;
	k->w->hits++;
	if (k->w->sightings)
		TRY(sightings_add(c, k->w->sightings, h->type, h->indicator, 1));
	if (k->w->hits > k->w->most)
		return OK;
	jo_object(&o);
	jo_kv_text(&o, "doc", (slice){ k->w->name, k->w->name_len });
	if (k->w->part.len)
		jo_kv_text(&o, "part", k->w->part);
	jo_kv_int(&o, "line", (int64_t)(k->w->lines + h->line));
	jo_kv_text(&o, "type", slice_of(ind_type_word(h->type)));
	jo_kv_text(&o, "indicator", h->indicator);
	if (wider)
		jo_kv_text(&o, "seen", seen);
	if (k->w->evidence)
		TRY(put_line(c, &o, k, h));
	jo_end_object(&o);
	buf_putc(&k->out, '\n');
	return OK;
}

static rc read_block(struct watch *w, struct ctx *work, slice text, slice asked)
{
	struct block k = { .w = w, .asked = asked, .asked_rest = asked };
	slice lines;

	if (!w->begun)
		w->dnslog = dnslog_is(text);
	w->begun = true;
	if (w->dnslog)
		TRY(dnslog_plain(work, text, &text));
	k.text = text;
	buf_init(&k.out, work->a, OUT_MOST);
	TRY(match_text(work, w->set, text, on_hit, &k));
	TRY(buf_done(work, &k.out, &lines));
	w->all -= w->lines;
	for (const char *p = text.p; p && (p = memchr(p, '\n', text.len - (size_t)(p - text.p))) != NULL; p++)
		w->lines++;
	w->all += w->lines;
	return lines.len ? w->out.write(work, w->out.to, lines) : OK;
}

rc watch_block(struct watch *w, struct ctx *work, slice text) { return read_block(w, work, text, S_NONE); }

bool watch_is_container(slice h) { return doc_is_container(h) || slice_starts(h, S("\xff\xfe")) || slice_starts(h, S("\xfe\xff")); }

static rc read_parts(struct watch *w, struct ctx *work, const struct doc *d)
{
	for (size_t i = 0; i < d->n; i++) {
		if (d->parts[i].cover || d->parts[i].pdf)
			continue;
		w->part = d->parts[i].path;
		w->lines = 0;
		w->begun = false;
		TRY(read_block(w, work, d->parts[i].text, d->parts[i].asked));
	}
	w->part = S_NONE;
	w->unread += d->unread;
	return OK;
}

rc watch_within(struct watch *w, struct ctx *work, slice bytes)
{
	struct doc d;

	if (!watch_is_container(slice_sub(bytes, 0, WATCH_HEAD))) {
		if (!memchr(bytes.p ? bytes.p : "", '\0', bytes.len < 4096 ? bytes.len : 4096))
			return read_block(w, work, bytes, S_NONE);
		w->unread++;   /* a picture, a program: no log */
		return OK;
	}
	TRY(doc_take_asked(work, bytes, (slice){ w->name, w->name_len }, &d));
	return read_parts(w, work, &d);
}

rc watch_container(struct watch *w, struct ctx *work, slice bytes)
{
	struct doc d;
	slice name = { w->name, w->name_len };

	TRY(w->evidence ? take_asked(work, bytes, name, &d) : take_caged(work, bytes, name, &d));
	return read_parts(w, work, &d);
}

void watch_limit(struct watch *w, uint64_t most) { w->most = most; }
void watch_goes_on(struct watch *w, uint64_t lines) { w->lines = w->all = lines; }
uint64_t watch_lines(const struct watch *w) { return w->all; }
const uint64_t *watch_types(const struct watch *w) { return match_types(w->set); }
uint64_t watch_hits(const struct watch *w) { return w->hits; }
size_t watch_skipped(const struct watch *w) { return w->skipped; }
uint64_t watch_unread(const struct watch *w) { return w->unread; }
