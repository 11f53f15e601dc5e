#include "work/select/watch_caged.h"

#include <stdlib.h>

#include "base/json.h"
#include "engine/select/match.h"
#include "work/select/watch.h"

#include "base/banned.h"

/* How the input is cut: the list, then the log. */
struct task { uint64_t list, before; uint32_t look; slice name; };

struct head { uint64_t types[IND_TYPES], skipped, hits, lines, unread, list, seen, lines_hit; uint32_t form; };

static rc to_buf(struct ctx *c, void *to, slice bytes)
{
	buf_put(to, bytes);
	return ((struct buf *)to)->full ? FAIL(c, E_LIMIT, "cage.answer") : OK;
}

/* ---- what was seen, by how often ---- */

struct seen { enum ind_type type; slice value; uint64_t count; };
struct seens { struct seen *v; size_t n, room; };

static rc on_sighting(struct ctx *c, void *to, enum ind_type type, slice value, uint64_t count)
{
	struct seens *s = to;

	TRY_ROOM(c, s->v, s->n, s->room, 64);
	s->v[s->n++] = (struct seen){ type, value, count };
	return OK;
}

static int by_count(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return slice_cmp(x->value, y->value);
}

static rc put_seen(struct ctx *c, const struct sightings *sums, struct buf *b)
{
	struct seens s = { 0 };

	TRY(sightings_each(c, sums, on_sighting, &s));
	if (s.n)
		qsort(s.v, s.n, sizeof *s.v, by_count);
	for (size_t i = 0; i < s.n; i++) {
		struct json_out o = json_out_on(b);

		jo_object(&o);
		jo_kv_text(&o, "type", slice_of(ind_type_word(s.v[i].type)));
		jo_kv_text(&o, "indicator", s.v[i].value);
		jo_kv_int(&o, "count", (int64_t)s.v[i].count);
		jo_end_object(&o);
		buf_putc(b, '\n');
	}
	return b->full ? FAIL(c, E_LIMIT, "cage.answer") : OK;
}

/* ---- in the cage ---- */

static bool has_sentence(slice line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.p[i] == ' ' || line.p[i] == '\t' || line.p[i] == ',' || (line.p[i] & 0x80))
			return true;
	return false;
}

/* People paste a mail or a page rather than a list: of lines that are no values, the attack's values that stand in them. */
static rc read_sentences(struct ctx *c, struct match_list *list)
{
	slice rest = list->lines, line;
	struct buf b;

	buf_init(&b, c->a, MATCH_LIST_MOST);
	while (slice_next(&rest, '\n', &line)) {
		struct ind_list found = { 0 };
		slice t = slice_trim(line);

		if (t.len == 0 || t.p[0] == '#')
			continue;
		if (has_sentence(t) || !match_is_known(t))
			TRY(ind_scan(c, t, IND_KIND_TEXT, &found));
		if (found.n == 0) {
			buf_put(&b, t);
			buf_putc(&b, '\n');
		}
		for (size_t i = 0; i < found.n; i++)
			if (found.items[i].role == IND_IOC && match_is_known(found.items[i].value)) {
				buf_put(&b, found.items[i].value);
				buf_putc(&b, '\n');
			}
	}
	return buf_done(c, &b, &list->lines);
}

static rc look(struct ctx *c, struct watch *w, const struct task *t, slice log, struct buf *seen)
{
	struct sightings *sums;

	TRY(sightings_new(c, &sums));
	watch_count(w, sums);
	watch_limit(w, WATCH_HITS_MOST);
	watch_document(w, t->name);
	watch_goes_on(w, t->before);
	TRY(watch_within(w, c, log));
	return put_seen(c, sums, seen);
}

static rc run(struct ctx *c, slice in, const void *arg, struct buf *out)
{
	const struct task *t = arg;
	struct match_list list;
	struct head h = { 0 };
	struct buf hits, seen;
	struct watch *w;

	if (t->list > in.len)
		return FAIL(c, E_INVALID, "wire.form");
	buf_init(&hits, c->a, (size_t)24 << 20);
	buf_init(&seen, c->a, (size_t)8 << 20);
	TRY(match_list_read(c, slice_sub(in, 0, (size_t)t->list), &list));
	if (!t->look && list.form == MATCH_LINES && !slice_starts(slice_trim(list.lines), S("{")))
		TRY(read_sentences(c, &list));
	TRY(watch_new_on(c, &list, (struct select_sink){ to_buf, &hits }, &w));
	if (t->look)
		TRY(look(c, w, t, slice_sub(in, (size_t)t->list, in.len), &seen));
	memcpy(h.types, watch_types(w), sizeof h.types);
	h.skipped = watch_skipped(w);
	h.hits = watch_hits(w);
	h.lines = watch_lines(w) - t->before;
	h.unread = watch_unread(w);
	h.form = list.form;
	h.list = t->look ? 0 : list.lines.len;
	h.seen = seen.len;
	h.lines_hit = hits.len;
	buf_put(out, (slice){ (const char *)&h, sizeof h });
	buf_put(out, slice_sub(list.lines, 0, (size_t)h.list));
	buf_put(out, buf_slice(&seen));
	buf_put(out, buf_slice(&hits));
	return OK;
}

#define TASK_FIXED (2 * sizeof(uint64_t) + sizeof(uint32_t))

static void put_task(struct buf *b, const void *arg)
{
	const struct task *t = arg;

	buf_put(b, (slice){ (const char *)&t->list, sizeof t->list });
	buf_put(b, (slice){ (const char *)&t->before, sizeof t->before });
	buf_put(b, (slice){ (const char *)&t->look, sizeof t->look });
	buf_put(b, t->name);
}

static rc get_task(struct ctx *c, slice bytes, const void **ret_arg)
{
	struct task *t;

	if (bytes.len < TASK_FIXED)
		return FAIL(c, E_INVALID, "wire.form");
	TRY_NEW(c, t);
	memcpy(&t->list, bytes.p, sizeof t->list);
	memcpy(&t->before, bytes.p + sizeof t->list, sizeof t->before);
	memcpy(&t->look, bytes.p + 2 * sizeof(uint64_t), sizeof t->look);
	t->name = slice_sub(bytes, TASK_FIXED, bytes.len);
	*ret_arg = t;
	return OK;
}

const struct cage_kind watch_cage = {
	.name = "watch", .fn = run, .put = put_task, .get = get_task,
	.limits = { .memory = (size_t)1 << 30, .seconds = 15, .answer = (size_t)32 << 20 },
};

/* ---- outside ---- */

static bool cut(slice *rest, uint64_t n, slice *ret)
{
	if (n > rest->len)
		return false;
	*ret = slice_sub(*rest, 0, (size_t)n);
	*rest = slice_sub(*rest, (size_t)n, rest->len);
	return true;
}

static rc ask(struct ctx *c, const struct task *t, slice list, slice log, struct watch_found *ret)
{
	struct watch_found f = { 0 };
	struct buf in;
	struct head h;
	slice answer, both, head;

	buf_init(&in, c->a, list.len + log.len + 64);
	buf_put(&in, list);
	buf_put(&in, log);
	TRY(buf_done(c, &in, &both));
	TRY(cage_run_kind(c, &watch_cage, t, both, &answer));
	if (!cut(&answer, sizeof h, &head))
		return FAIL(c, E_INVALID, "cage.died");
	memcpy(&h, head.p, sizeof h);
	if (h.form > MATCH_ARRAY || !cut(&answer, h.list, &f.list) || !cut(&answer, h.seen, &f.seen) || !cut(&answer, h.lines_hit, &f.lines_hit))
		return FAIL(c, E_INVALID, "cage.died");
	memcpy(f.types, h.types, sizeof f.types);
	f.form = (enum match_form)h.form;
	f.skipped = h.skipped;
	f.hits = h.hits;
	f.lines = h.lines;
	f.unread = h.unread;
	*ret = f;
	return OK;
}

rc watch_list_caged(struct ctx *c, slice list, struct watch_found *ret)
{
	const struct task t = { .list = list.len };

	return ask(c, &t, list, S_NONE, ret);
}

rc watch_log_caged(struct ctx *c, slice list, slice name, uint64_t before, slice log, struct watch_found *ret)
{
	const struct task t = { .list = list.len, .before = before, .look = 1, .name = name };

	return ask(c, &t, list, log, ret);
}
