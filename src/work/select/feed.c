#include "work/select/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/calendar.h"
#include "base/file.h"
#include "base/json.h"
#include "work/select/forms.h"

#include "base/banned.h"

#define MANIFEST_MOST ((size_t)64 << 20)

static rc to_fd(struct ctx *c, void *to, slice bytes) { return fd_write_all(c, *(int *)to, bytes); }

static int open_in(const char *folder, const char *name, int flags)
{
	char path[4096];

	if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644);
}

rc feed_begin(struct ctx *c, const char *folder, struct select_options *opt, struct feed *ret)
{
	char name[48];

	*ret = (struct feed){ .folder = folder, .event = -1, .hashes = -1 };
	misp_event_id(c->now, ret->id);
	if (mkdir(folder, 0755) != 0 && errno != EEXIST)
		return FAIL_SYS(c, "file.write");
	snprintf(name, sizeof name, "%s.json", ret->id);
	ret->event = open_in(folder, name, O_TRUNC);
	ret->hashes = open_in(folder, "hashes.csv", O_APPEND);
	if (ret->event < 0 || ret->hashes < 0)
		return FAIL_SYS(c, "file.write");
	opt->form = SELECT_MISP;
	opt->out = (struct select_sink){ to_fd, &ret->event };
	opt->hashes = (struct select_sink){ to_fd, &ret->hashes };
	return OK;
}

/* What the manifest tells of an event, so that a receiver can choose. */
static void put_entry(struct ctx *c, struct json_out *o, const struct feed *f, const struct select_options *opt)
{
	slice org = opt->org.len ? opt->org : S("Renkei");
	char org_id[37], stamp[24], tag[24];
	struct buf day;

	misp_org_id(org, org_id);
	buf_init(&day, c->a, 64);
	jday_put(&day, msec_jday(c->now));
	snprintf(stamp, sizeof stamp, "%lld", (long long)(c->now / 1000));
	snprintf(tag, sizeof tag, "tlp:%s", tlp_word(opt->tlp));
	jo_key(o, slice_of(f->id));
	jo_object(o);
	jo_kv_text(o, "info", S("Indicators selected by Renkei"));
	jo_key(o, S("Orgc"));
	jo_object(o);
	jo_kv_text(o, "name", org);
	jo_kv_text(o, "uuid", slice_of(org_id));
	jo_end_object(o);
	jo_kv_text(o, "analysis", S("0"));
	jo_key(o, S("Tag"));
	jo_array(o);
	jo_object(o);
	jo_kv_text(o, "name", slice_of(tag));
	jo_end_object(o);
	jo_end_array(o);
	jo_kv_text(o, "timestamp", slice_of(stamp));
	jo_kv_text(o, "date", buf_slice(&day));
	jo_kv_text(o, "threat_level_id", S("4"));
	jo_end_object(o);
}

rc feed_end(struct ctx *c, const struct feed *f, const struct select_options *opt)
{
	const struct json *old = NULL;
	char path[4096];
	struct json_out o;
	struct buf b;
	slice text;

	if (snprintf(path, sizeof path, "%s/manifest.json", f->folder) >= (int)sizeof path)
		return FAIL(c, E_INVALID, "file.write");
	if (access(path, F_OK) == 0) {
		TRY(file_read(c, path, MANIFEST_MOST, &text));
		TRY(json_parse(c, text, &old));
	}
	buf_init(&b, c->a, MANIFEST_MOST);
	o = json_out_on(&b);
	jo_object(&o);
	for JSON_EACH(e, old) {
		if (slice_is(e->name, f->id))
			continue;
		jo_key(&o, e->name);
		jo_value(&o, e);
	}
	put_entry(c, &o, f, opt);
	jo_end_object(&o);
	buf_putc(&b, '\n');
	TRY(buf_done(c, &b, &text));
	return file_replace(c, path, text, 0644);
}

void feed_close(struct feed *f)
{
	if (f->event >= 0)
		(void)close(f->event);
	if (f->hashes >= 0)
		(void)close(f->hashes);
}
