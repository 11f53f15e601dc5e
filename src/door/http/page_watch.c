/*
 * Looking for known indicators in logs and captures: first a list (a file, what was pasted, what goes out of a selected document,
 * what a partner's thread brought), then any number of logs against it. Lists and hits lie sealed under the key of the case, the logs
 * are not kept; each list and each log is an act, each showing a look.
 */
#include "door/http/pages.h"
#include "door/http/selection_pages.h"
#include "door/http/together.h"
#include "door/http/watch_pages.h"

#include "base/banned.h"

#define HITS_PAGE 50u
#define SEEN_PAGE 50u

/* ---- all lists of a case ---- */

static const char *from_name(const struct visit *v, slice from)
{
	return slice_is(from, "document") ? say(v, "仕分けた文書から", "from a selected document") : slice_is(from, "thread") ?
		say(v, "やりとりから", "from a thread") : say(v, "入れたもの", "put up");
}

static slice list_name(const struct visit *v, const struct watch_list *l) { return l->name.len ? l->name : slice_of(say(v, "指標の一覧", "list of indicators")); }

/* What was looked at with this list, and what was found. */
static void put_work(struct visit *v, struct json_out *o, const struct watch_list *l, const struct watch_log *logs, size_t n)
{
	int64_t count = 0, hits = 0;

	for (size_t i = 0; i < n; i++)
		if (logs[i].list == l->seq) {
			count++;
			hits += logs[i].hits;
		}
	jo_object(o);
	jo_kv_int(o, "list", l->seq);
	jo_kv_text(o, "name", list_name(v, l));
	jo_kv_text(o, "from", slice_of(from_name(v, l->from)));
	jo_kv_int(o, "count", l->count);
	jo_kv_text(o, "by", who_name(v->c, v->n, l->actor));
	m_time(v, o, "at", l->at);
	jo_kv_bool(o, "gone", l->gone);
	jo_kv_int(o, "logs", count);
	jo_kv_int(o, "hits", hits);
	jo_end_object(o);
}

rc page_watches(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "watches");
	struct watch_list *lists;
	struct watch_log *logs;
	struct case_head h;
	struct look look;
	size_t n, n_logs;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &h));
	TRY(visit_may(v, "page:selection", h.id));
	look = visit_look(v);
	TRY(watch_lists(v->c, v->n, h.id, &lists, &n));
	TRY(watch_logs(v->c, v->n, h.id, -1, &logs, &n_logs));
	TRY(watch_lists_named(v->c, v->n, &look, h.id, lists, n));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "watch"));
	jo_key(o, S("lists"));
	jo_array(o);
	for (size_t i = n; i > 0; i--)
		put_work(v, o, &lists[i - 1], logs, n_logs);
	jo_end_array(o);
	TRY(watch_sources_put(v, o, &h));
	jo_kv_text(o, "text_given", given_or(v, "text", S_NONE));
	jo_kv_bool(o, "may_add", !h.closed && visit_can(v, "watch.list", h.id));
	return OK;
}

/* What is wrong with the list is said at its field; what is our fault is not. */
static rc wrong_list(struct visit *v, rc r)
{
	const char *key = v->c->fault.key;

	if (r == E_BUG || r == E_NOMEM || r == E_IO)
		return r;
	if (key && strncmp(key, "watch.", 6) == 0)
		return visit_wrong_key(v, S("list"), key);
	fault_clear(v->c);
	return visit_wrong_key(v, S("list"), "watch.list_document");
}

static rc read_list(struct visit *v, const struct case_head *h, struct watch_list *l, slice *ret)
{
	slice source = visit_text(v, "source"), bytes;

	TRY(visit_file(v, "file", &bytes));
	l->from = S("file");
	if (bytes.len) {
		l->name = last_part(slice_trim(form_get(v->in, S("file.name"))));
	} else if (visit_text(v, "text").len) {
		bytes = visit_text(v, "text");
		l->name = visit_text(v, "name").len ? visit_text(v, "name") : slice_of(say(v, "貼り付けた一覧", "pasted list"));
	} else if (source.len) {
		l->source = source;
		TRY(watch_source_read(v, h, source, &l->from, &l->name, &bytes));
	}
	*ret = bytes;
	return OK;
}

rc page_watch_add(struct visit *v, struct page *p)
{
	struct watch_list l = { 0 };
	struct watch_found f;
	struct case_head h;
	struct act act;
	int64_t seq;
	slice bytes;
	rc r;

	TRY(visit_case(v, &h));
	TRY(read_list(v, &h, &l, &bytes));
	if (bytes.len == 0)
		return visit_wrong_key(v, S("list"), l.source.len ? "watch.list_empty" : "watch.list_none");
	r = bytes.len > WATCH_LIST_MOST ? FAIL(v->c, E_LIMIT, "watch.list_held") : watch_list_caged(v->c, bytes, &f);
	if (r == OK)
		r = watch_list_act(v->c, &v->actor, h.id, &l, &f, &act);
	if (r != OK)
		return wrong_list(v, r);
	TRY(node_append(v->c, v->n, &act, &seq));
	return page_go(v, p, "/cases/%" S_FMT "/watch/%lld", S_ARG(h.num), (long long)seq);
}

/* ---- one list: its logs ---- */

rc page_watch_log(struct visit *v, struct page *p)
{
	slice bytes, name = last_part(slice_trim(form_get(v->in, S("file.name"))));
	struct watch_found f;
	struct watched w;
	struct act act;
	int64_t before, seq;

	TRY(watched_open(v, v->route->may, visit_text(v, "list"), &w));
	TRY(visit_file(v, "file", &bytes));
	TRY(form_count(v->c, v->in, "before", JSON_INT_MOST, &before));
	if (bytes.len == 0) {
		bytes = visit_text(v, "text");
		name = slice_of(say(v, "貼り付けた行", "pasted lines"));
	}
	if (visit_text(v, "name").len)
		name = visit_text(v, "name");
	if (bytes.len == 0)
		return visit_wrong_key(v, S("log"), "watch.log_none");
	if (bytes.len > WATCH_LOG_MOST)
		return visit_wrong_key(v, S("log"), "watch.log_size");
	switch ((int)watch_log_caged(v->c, w.list.lines, name, (uint64_t)before, bytes, &f)) {
	case OK: break;
	case E_BUG: return E_BUG;
	case E_NOMEM: return E_NOMEM;
	case E_IO: return E_IO;
	default:
		fault_clear(v->c);
		return visit_wrong_key(v, S("log"), "watch.log_unread");
	}
	if (f.unread && f.lines == 0 && f.hits == 0)
		return visit_wrong_key(v, S("log"), "watch.log_unread");
	TRY(watch_log_act(v->c, &v->actor, w.h.id, w.list.seq, name, bytes, w.kept, &f, &act));
	TRY(node_append(v->c, v->n, &act, &seq));
	return page_go(v, p, "/cases/%" S_FMT "/watch/%lld", S_ARG(w.h.num), (long long)w.list.seq);
}

static void put_logs(struct visit *v, struct json_out *o, const struct watched *w)
{
	jo_key(o, S("logs"));
	jo_array(o);
	for (size_t i = w->n_logs; i > 0; i--) {
		const struct watch_log *l = &w->logs[i - 1];

		jo_object(o);
		jo_kv_int(o, "log", l->seq);
		jo_kv_text(o, "name", l->name);
		jo_kv_bool(o, "gone", l->gone);
		m_size(v, o, "bytes_said", l->size);
		jo_kv_int(o, "lines", (int64_t)l->lines);
		jo_kv_int(o, "hits", l->hits);
		jo_kv_int(o, "left", l->hits - l->kept);
		jo_kv_int(o, "unread", (int64_t)l->unread);
		jo_kv_text(o, "by", who_name(v->c, v->n, l->actor));
		m_time(v, o, "at", l->at);
		jo_kv_text(o, "digest", slice_sub(l->doc, 0, 16));
		jo_end_object(o);
	}
	jo_end_array(o);
}

/* ---- what was seen ---- */

static rc put_seen(struct visit *v, struct json_out *o, const struct watched *w)
{
	struct listed x;

	TRY(listed_window(v, "seen_from", SEEN_PAGE, &x));
	jo_key(o, S("seen"));
	jo_array(o);
	for (size_t i = 0; i < w->n_seen; i++) {
		const struct seen *s = &w->seen[i];

		if (!listed_in(&x))
			continue;
		jo_object(o);
		jo_kv_text(o, "type", s->type);
		jo_kv_text(o, "type_name", indicator_name(v, s->type));
		jo_kv_text(o, "indicator", s->indicator);
		jo_kv_int(o, "count", s->count);
		jo_kv_bool(o, "on", slice_eq(s->indicator, visit_text(v, "indicator")));
		jo_end_object(o);
	}
	jo_end_array(o);
	listed_put(v, o, "seen", &x);
	return OK;
}

/* In the clock of the house, where the log says of which it is; empty otherwise. */
static slice time_said(struct visit *v, slice time)
{
	struct buf b;
	msec t;

	if (msec_parse(v->c, time, &t) != OK) {
		fault_clear(v->c);
		return S_NONE;
	}
	buf_init(&b, v->c->a, 200);
	(v->ja ? when_put_ja : when_put_iso)(&b, (struct when){ t, false });
	buf_putf(&b, ":%02d", (int)(t / 1000 % 60));
	return buf_slice(&b);
}

static void put_hit(struct visit *v, struct json_out *o, const struct hit *x)
{
	jo_object(o);
	jo_kv_text(o, "doc", x->doc);
	jo_kv_text(o, "part", x->part);
	jo_kv_int(o, "line", x->line);
	jo_kv_text(o, "type_name", indicator_name(v, x->type));
	jo_kv_text(o, "indicator", x->indicator);
	jo_kv_text(o, "seen", slice_eq(x->seen, x->indicator) ? S_NONE : x->seen);
	jo_kv_text(o, "time", x->time);
	jo_kv_text(o, "time_said", time_said(v, x->time));
	jo_kv_text(o, "client", x->client);
	jo_kv_text(o, "server", x->server);
	jo_kv_text(o, "evidence", x->evidence);
	jo_end_object(o);
}

static rc put_hits(struct visit *v, struct json_out *o, const struct watched *w)
{
	uint64_t types[IND_TYPES] = { 0 };
	struct hits_walk k = hits_of(v, w);
	struct listed x;
	struct hit hit;
	slice line;

	TRY(listed_window(v, "from", HITS_PAGE, &x));
	jo_key(o, S("hits"));
	jo_array(o);
	while (hits_next(&k, &line)) {
		if (!listed_in(&x))
			continue;
		TRY(hit_read(v, line, &hit));
		put_hit(v, o, &hit);
	}
	jo_end_array(o);
	listed_put(v, o, "hits", &x);
	for (size_t i = 0; i < w->n_seen; i++)
		for (size_t t = 0; t < IND_TYPES; t++)
			types[t] += slice_is(w->seen[i].type, ind_type_word((enum ind_type)t)) ? (uint64_t)w->seen[i].count : 0;
	listed_sums(v, o, "types", types, IND_TYPES, false);
	jo_kv_int(o, "not_kept", w->hits - w->kept);
	return OK;
}

rc page_watch(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "watch");
	struct watched w;

	TRY(watched_open(v, "page:selection", visit_text(v, "list"), &w));
	TRY(m_case(v, o, &w.h));
	TRY(m_tabs(v, o, &w.h, "watch"));
	jo_kv_int(o, "list", w.list.seq);
	jo_kv_text(o, "name", list_name(v, &w.list));
	jo_kv_text(o, "from", slice_of(from_name(v, w.list.from)));
	jo_kv_int(o, "count", w.list.count);
	jo_kv_int(o, "skipped", (int64_t)w.list.skipped);
	jo_kv_text(o, "by", who_name(v->c, v->n, w.list.actor));
	m_time(v, o, "at", w.list.at);
	listed_sums(v, o, "kinds", w.list.types, IND_TYPES, false);
	put_logs(v, o, &w);
	jo_kv_int(o, "hits_all", w.hits);
	TRY(put_seen(v, o, &w));
	TRY(put_hits(v, o, &w));
	jo_kv_text(o, "type_given", visit_text(v, "type"));
	jo_kv_text(o, "indicator_given", visit_text(v, "indicator"));
	jo_kv_text(o, "log_given", visit_text(v, "log"));
	jo_kv_text(o, "text_given", given_or(v, "text", S_NONE));
	jo_kv_bool(o, "may_look", !w.h.closed && visit_can(v, "watch.log", w.h.id));
	jo_kv_bool(o, "may_send", !w.h.closed && visit_can(v, "thread.prepare", w.h.id));
	return selected_put_sends(v, o);
}
