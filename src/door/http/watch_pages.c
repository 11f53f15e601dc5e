#include "door/http/watch_pages.h"

#include <stdlib.h>

#include "base/parse.h"
#include "door/http/selection_pages.h"
#include "door/http/together.h"
#include "work/select/held.h"
#include "work/select/sighting.h"

#include "base/banned.h"

#define SOURCES_MOST 60u
#define SEND_MOST 100u     /* what a person can still look over before it goes; more goes as a file */
#define SOURCE_MOST ((size_t)16 << 20)

/* ---- what was seen ---- */

struct seens { struct seen *v; size_t n, room; };

static rc on_sum(struct ctx *c, void *to, enum ind_type type, slice value, uint64_t count)
{
	struct seens *s = to;

	TRY_ROOM(c, s->v, s->n, s->room, 64);
	s->v[s->n++] = (struct seen){ slice_of(ind_type_word(type)), value, (int64_t)count };
	return OK;
}

static int by_count(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return slice_cmp(x->indicator, y->indicator);
}

bool watched_type(slice word, enum ind_type *ret)
{
	for (unsigned t = 0; t < IND_TYPES; t++)
		if (slice_is(word, ind_type_word((enum ind_type)t))) {
			*ret = (enum ind_type)t;
			return true;
		}
	return false;
}

static rc add_lines(struct visit *v, slice lines, struct sightings *sums)
{
	slice line;

	while (slice_next(&lines, '\n', &line)) {
		const struct json *x, *count;
		enum ind_type type;

		if (line.len == 0)
			continue;
		TRY(json_parse(v->c, line, &x));
		count = json_get(x, S("count"));
		if (count && watched_type(json_text(json_get(x, S("type"))), &type))
			TRY(sightings_add(v->c, sums, type, json_text(json_get(x, S("indicator"))), (uint64_t)count->num));
	}
	return OK;
}

static rc sum_up(struct visit *v, struct watched *w)
{
	struct seens all = { 0 };
	struct sightings *sums;

	TRY(sightings_new(v->c, &sums));
	for (size_t i = 0; i < w->n_logs; i++) {
		w->hits += w->logs[i].hits;
		w->kept += w->logs[i].kept;
		TRY(add_lines(v, w->logs[i].seen, sums));
	}
	TRY(sightings_each(v->c, sums, on_sum, &all));
	if (all.n)
		qsort(all.v, all.n, sizeof *all.v, by_count);
	w->seen = all.v;
	w->n_seen = all.n;
	return OK;
}

rc watched_open(struct visit *v, const char *what, slice number, struct watched *ret)
{
	struct watched w = { 0 };
	struct look look;
	int64_t seq;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &w.h));
	TRY(visit_may(v, what, w.h.id));
	if (parse_i64(v->c, number, 0, JSON_INT_MOST, &seq) != OK || seq >= node_size(v->n))
		return FAIL(v->c, E_NOTFOUND, "watch.none");
	look = visit_look(v);
	TRY(watch_list_open(v->c, v->n, &look, w.h.id, seq, &w.list));
	TRY(watch_logs(v->c, v->n, w.h.id, seq, &w.logs, &w.n_logs));
	TRY(watch_logs_open(v->c, v->n, &look, w.h.id, w.logs, w.n_logs));
	TRY(sum_up(v, &w));
	*ret = w;
	return OK;
}

struct hits_walk hits_of(struct visit *v, const struct watched *w)
{
	struct hits_walk k = { .w = w, .type = visit_text(v, "type"), .indicator = visit_text(v, "indicator"), .log = visit_text(v, "log") };

	return k;
}

/* Is it the one whose number the text is? None is given: any. */
static bool is_number(slice text, int64_t number)
{
	char room[24];
	struct buf b = { .p = room, .cap = sizeof room, .max = sizeof room };

	buf_put_i64(&b, number);
	return text.len == 0 || slice_eq(text, buf_slice(&b));
}

bool hits_next(struct hits_walk *k, slice *ret)
{
	for (;;) {
		while (slice_next(&k->rest, '\n', ret))
			if (ret->len && (k->type.len == 0 || slice_eq(line_word(*ret, "type"), k->type)) &&
					(k->indicator.len == 0 || slice_eq(line_word(*ret, "indicator"), k->indicator)))
				return true;
		while (k->next < k->w->n_logs && !is_number(k->log, k->w->logs[k->next].seq))
			k->next++;
		if (k->next == k->w->n_logs)
			return false;
		k->rest = k->w->logs[k->next++].lines_hit;
	}
}

rc hit_read(struct visit *v, slice line, struct hit *ret)
{
	const struct json *x, *n;

	TRY(json_parse(v->c, line, &x));
	n = json_get(x, S("line"));
	*ret = (struct hit){ json_text(json_get(x, S("doc"))), json_text(json_get(x, S("part"))), json_text(json_get(x, S("type"))),
		json_text(json_get(x, S("indicator"))), json_text(json_get(x, S("seen"))), json_text(json_get(x, S("time"))),
		json_text(json_get(x, S("client"))), json_text(json_get(x, S("server"))), json_text(json_get(x, S("evidence"))), n ? n->num : 0 };
	return OK;
}

/* ---- where lists come from ---- */

static bool has_indicators(const struct visit *v, const struct thread *t)
{
	const struct thread_kind *k = thread_kind_find(v->h->kinds, t->kind);

	return k && thread_field_find(k, S("indicators")) >= 0;
}

static bool may_see(struct visit *v, const struct thread *t)
{
	return visit_can(v, "page:threads", slice_starts(t->home, S("c-")) ? t->home : S_NONE);
}

static void put_value(struct buf *b, struct visit *v, const struct json *value)
{
	if (!value)
		return;
	if (value->type == JSON_ARRAY) {
		for JSON_EACH(x, value)
			put_value(b, v, x);
		return;
	}
	buf_put(b, value_text(v, value));
	buf_putc(b, '\n');
}

static rc thread_values(struct visit *v, slice id, slice *ret_name, slice *ret_text)
{
	struct exchange x = together(v);
	struct look look = visit_look(v);
	const struct json **bodies;
	struct thread_event *e;
	struct thread t;
	struct buf b;
	size_t n;

	TRY(thread_find(v->c, v->st, id, &t));
	if (!has_indicators(v, &t) || !may_see(v, &t))
		return FAIL(v->c, E_NOTFOUND, "thread.none");
	TRY(thread_events(v->c, v->st, t.id, &e, &n));
	TRY_ARRAY(v->c, bodies, n + 1);
	TRY(thread_contents(v->c, &x, &look, e, n, bodies));
	buf_init(&b, v->c->a, SOURCE_MOST);
	for (size_t i = 0; i < n; i++) {
		const struct json *content = bodies[i] ? json_get(bodies[i], S("content")) : NULL;

		put_value(&b, v, json_get(json_get(content ? content : bodies[i], S("fields")), S("indicators")));
	}
	*ret_name = kind_title(v, thread_kind_find(v->h->kinds, t.kind), t.kind);
	return buf_done(v->c, &b, ret_text);
}

/* What goes out of a selected document, but for references. */
static rc document_values(struct visit *v, const struct case_head *h, slice number, slice *ret_name, slice *ret_text)
{
	static const struct select_options opt = { .form = SELECT_JSONL };
	struct selected s = { .h = *h };
	struct look look = visit_look(v);
	struct select_tally tally;
	struct buf out;

	if (parse_i64(v->c, number, 0, JSON_INT_MOST, &s.seq) != OK || s.seq >= node_size(v->n))
		return FAIL(v->c, E_NOTFOUND, "select.held_none");
	TRY(held_open(v->c, v->n, &look, h->id, s.seq, &s.name, &s.bytes));
	TRY(select_review_read(v->c, v->n, h->id, s.name, s.bytes, &s.review));
	TRY(selected_run(v, &s, &opt, &out, NULL, &tally));
	*ret_name = s.name;
	*ret_text = buf_slice(&out);
	return OK;
}

rc watch_source_read(struct visit *v, const struct case_head *h, slice source, slice *ret_from, slice *ret_name, slice *ret_text)
{
	if (slice_starts(source, S("thread:"))) {
		*ret_from = S("thread");
		return thread_values(v, slice_sub(source, 7, source.len), ret_name, ret_text);
	}
	*ret_from = S("document");
	return document_values(v, h, slice_starts(source, S("document:")) ? slice_sub(source, 9, source.len) : S_NONE, ret_name, ret_text);
}

static void put_source(struct visit *v, struct json_out *o, const char *what, slice id, slice name, msec at)
{
	struct buf value, label;

	buf_init(&value, v->c->a, 200);
	buf_putf(&value, "%s:%" S_FMT, what, S_ARG(id));
	buf_init(&label, v->c->a, 4000);
	buf_put(&label, name);
	buf_putz(&label, v->ja ? "（" : " (");
	when_put_ja(&label, (struct when){ at, false });
	buf_putz(&label, v->ja ? "）" : ")");
	m_option(o, buf_slice(&value), buf_slice(&label), slice_eq(buf_slice(&value), visit_text(v, "source")));
}

static rc put_documents(struct visit *v, struct json_out *o, const struct case_head *h)
{
	struct look look = visit_look(v);
	struct held_doc *d;
	size_t n;

	TRY(held_list(v->c, v->n, h->id, &d, &n));
	TRY(held_names(v->c, v->n, &look, h->id, d, n));
	for (size_t i = n; i > 0 && n - i < SOURCES_MOST; i--) {
		struct buf id;

		if (d[i - 1].gone)
			continue;
		buf_init(&id, v->c->a, 24);
		buf_put_i64(&id, d[i - 1].seq);
		put_source(v, o, "document", buf_slice(&id), d[i - 1].name.len ? d[i - 1].name : slice_of(say(v, "文書", "document")), d[i - 1].at);
	}
	return OK;
}

/* Those of the whole house; also those that are over, for an alert is still to be looked for. */
static rc put_threads(struct visit *v, struct json_out *o, bool over)
{
	struct thread *t;
	size_t n, left = SOURCES_MOST;

	TRY(thread_list(v->c, v->st, S_NONE, over, 300, &t, &n));
	for (size_t i = 0; i < n && left > 0; i++) {
		struct buf name;

		if (!has_indicators(v, &t[i]) || !may_see(v, &t[i]))
			continue;
		buf_init(&name, v->c->a, 2000);
		buf_put(&name, kind_title(v, thread_kind_find(v->h->kinds, t[i].kind), t[i].kind));
		if (!t[i].ours)
			buf_putf(&name, v->ja ? "・%" S_FMT : ", %" S_FMT, S_ARG(node_title(v, t[i].hub)));
		put_source(v, o, "thread", t[i].id, buf_slice(&name), t[i].opened);
		left--;
	}
	return OK;
}

rc watch_sources_put(struct visit *v, struct json_out *o, const struct case_head *h)
{
	jo_key(o, S("documents"));
	jo_array(o);
	TRY(put_documents(v, o, h));
	jo_end_array(o);
	jo_key(o, S("threads"));
	jo_array(o);
	TRY(put_threads(v, o, false));
	TRY(put_threads(v, o, true));
	jo_end_array(o);
	return OK;
}

/* ---- on to others ---- */

rc watched_for_thread(struct visit *v, slice *ret_values, slice *ret_seen, size_t *ret_left)
{
	struct buf values, seen;
	struct watched w;

	TRY(watched_open(v, "page:selection", visit_text(v, "watch"), &w));
	buf_init(&values, v->c->a, (size_t)1 << 20);
	buf_init(&seen, v->c->a, (size_t)1 << 20);
	for (size_t i = 0; i < w.n_seen && i < SEND_MOST; i++) {
		buf_put(&values, w.seen[i].indicator);
		buf_putc(&values, '\n');
		buf_putf(&seen, v->ja ? "%s%" S_FMT "：%lld回" : "%s%" S_FMT ": %lld", i == 0 ? "" : v->ja ? "、" : ", ", S_ARG(w.seen[i].indicator),
			(long long)w.seen[i].count);
	}
	*ret_left = w.n_seen > SEND_MOST ? w.n_seen - SEND_MOST : 0;
	*ret_values = slice_trim(buf_slice(&values));
	*ret_seen = buf_slice(&seen);
	return values.full || seen.full ? FAIL(v->c, E_LIMIT, "text.limit") : OK;
}

rc watched_put_seen(struct visit *v, struct json_out *o, slice text)
{
	struct watched w;

	TRY(watched_open(v, "thread.prepare", visit_text(v, "watch"), &w));
	jo_array(o);
	for (size_t i = 0; i < w.n_seen; i++) {
		enum ind_type type;
		char id[48];

		if (slice_find(text, w.seen[i].indicator, 0) == SIZE_MAX || !watched_type(w.seen[i].type, &type) ||
				!sighting_of(v->c, type, w.seen[i].indicator, id))
			continue;
		jo_object(o);
		jo_kv_int(o, "count", w.seen[i].count);
		jo_kv_text(o, "indicator", slice_of(id));
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}
