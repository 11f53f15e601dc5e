#include "work/select/watch_held.h"

#include "base/json.h"
#include "work/select/held.h"

#include "base/banned.h"

static const struct member_spec list_members[] = {
	{ "count", MEMBER_INT, true, NULL }, { "from", MEMBER_WORD, true, NULL }, { "size", MEMBER_INT, true, NULL }, { 0 },
};
static const struct member_spec log_members[] = {
	{ "doc", MEMBER_WORD, true, NULL }, { "hits", MEMBER_INT, true, NULL }, { "kept", MEMBER_INT, true, NULL }, { "list", MEMBER_INT, true, NULL },
	{ "size", MEMBER_INT, true, NULL }, { 0 },
};

const struct act_kind watch_kinds[] = {
	{ "watch.list", list_members, "handler lead chief", ACT_CASE, NULL, NULL,
	  "%a prepared a list of %{count} indicators to look for in case %c", "%a が事案 %c で探す指標の一覧（%{count} 件）を用意しました" },
	{ "watch.log", log_members, "handler lead chief", ACT_CASE, NULL, NULL,
	  "%a looked for the indicators of list %{list} in a log for case %c (%{size} bytes, %{hits} hits)",
	  "%a が事案 %c でログを調べました（一覧 %{list}、%{size} バイト、該当 %{hits} 件）" },
	{ 0 },
};

static uint64_t count_of(const uint64_t *types)
{
	uint64_t n = 0;

	for (size_t i = 0; i < IND_TYPES; i++)
		n += types[i];
	return n;
}

static rc two_payloads(struct ctx *c, slice head, slice bytes, struct act *act)
{
	struct payload *p;

	TRY_ARRAY(c, p, 2);
	p[0].bytes = head;
	p[1].bytes = bytes.len ? bytes : S("\n");
	act->seal = p;
	act->nseal = 2;
	return OK;
}

rc watch_list_act(struct ctx *c, const struct actor *who, slice case_id, const struct watch_list *l, const struct watch_found *f, struct act *ret)
{
	struct json_out o;
	struct buf b;
	slice head;

	if (f->list.len > WATCH_LIST_MOST)
		return FAIL(c, E_LIMIT, "watch.list_held");
	*ret = (struct act){ .act = S("watch.list"), .actor = *who, .case_id = case_id };
	buf_init(&b, c->a, 256);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_int(&o, "count", (int64_t)count_of(f->types));
	jo_kv_text(&o, "from", l->from);
	jo_kv_int(&o, "size", (int64_t)f->list.len);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &ret->members));
	buf_init(&b, c->a, 8192);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "name", l->name);
	jo_kv_int(&o, "skipped", (int64_t)f->skipped);
	jo_kv_text(&o, "source", l->source);
	jo_key(&o, S("types"));
	jo_object(&o);
	for (size_t i = 0; i < IND_TYPES; i++)
		if (f->types[i])
			jo_kv_int(&o, ind_type_word((enum ind_type)i), (int64_t)f->types[i]);
	jo_end_object(&o);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &head));
	return two_payloads(c, head, f->list, ret);
}

rc watch_log_act(struct ctx *c, const struct actor *who, slice case_id, int64_t list, slice name, slice log, int64_t kept,
	const struct watch_found *f, struct act *ret)
{
	int64_t keep = (int64_t)(f->hits < WATCH_HITS_MOST ? f->hits : WATCH_HITS_MOST);
	struct buf b, digest;
	struct json_out o;
	slice head;

	if (kept + keep > WATCH_KEPT_MOST || f->lines_hit.len > WATCH_LIST_MOST)
		keep = 0;
	*ret = (struct act){ .act = S("watch.log"), .actor = *who, .case_id = case_id };
	buf_init(&digest, c->a, 80);
	TRY(held_digest(c, log, &digest));
	buf_init(&b, c->a, 512);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "doc", buf_slice(&digest));
	jo_kv_int(&o, "hits", (int64_t)f->hits);
	jo_kv_int(&o, "kept", keep);
	jo_kv_int(&o, "list", list);
	jo_kv_int(&o, "size", (int64_t)log.len);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &ret->members));
	buf_init(&b, c->a, (size_t)10 << 20);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_int(&o, "lines", (int64_t)f->lines);
	jo_kv_text(&o, "name", name);
	jo_kv_text(&o, "seen", f->seen);
	jo_kv_int(&o, "unread", (int64_t)f->unread);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &head));
	return two_payloads(c, head, keep ? f->lines_hit : S_NONE, ret);
}

/* ---- reading ---- */

struct listing { struct watch_list *lists; struct watch_log *logs; int64_t of; size_t n, room; };

static int64_t number(const struct entry *e, const char *name)
{
	const struct json *v = json_get(e->json, slice_of(name));

	return v && v->type == JSON_INT ? v->num : 0;
}

static rc on_list(struct ctx *c, const struct entry *e, void *p)
{
	struct listing *l = p;
	struct watch_list *x;

	TRY_ROOM(c, l->lists, l->n, l->room, 8);
	x = &l->lists[l->n];
	*x = (struct watch_list){ .seq = e->seq, .count = number(e, "count"), .size = number(e, "size"), .at = e->at };
	TRY(slice_keep(c, e->actor.id, &x->actor));
	TRY(slice_keep(c, json_text(json_get(e->json, S("from"))), &x->from));
	l->n++;
	return OK;
}

static rc on_log(struct ctx *c, const struct entry *e, void *p)
{
	struct listing *l = p;
	struct watch_log *x;

	if (l->of >= 0 && number(e, "list") != l->of)
		return OK;
	TRY_ROOM(c, l->logs, l->n, l->room, 8);
	x = &l->logs[l->n];
	*x = (struct watch_log){ .seq = e->seq, .list = number(e, "list"), .size = number(e, "size"), .hits = number(e, "hits"),
		.kept = number(e, "kept"), .at = e->at };
	TRY(slice_keep(c, e->actor.id, &x->actor));
	TRY(slice_keep(c, json_text(json_get(e->json, S("doc"))), &x->doc));
	l->n++;
	return OK;
}

rc watch_lists(struct ctx *c, struct node *n, slice case_id, struct watch_list **ret, size_t *ret_n)
{
	const struct entry_filter f = { .case_id = case_id, .act = S("watch.list") };
	struct listing l = { 0 };

	TRY(record_each(c, n, &f, on_list, &l));
	*ret = l.lists;
	*ret_n = l.n;
	return OK;
}

rc watch_logs(struct ctx *c, struct node *n, slice case_id, int64_t list, struct watch_log **ret, size_t *ret_n)
{
	const struct entry_filter f = { .case_id = case_id, .act = S("watch.log") };
	struct listing l = { .of = list };

	TRY(record_each(c, n, &f, on_log, &l));
	*ret = l.logs;
	*ret_n = l.n;
	return OK;
}

static uint64_t count_in(const struct json *v) { return v && v->type == JSON_INT && v->num > 0 ? (uint64_t)v->num : 0; }

static void read_list(const struct json *head, struct watch_list *l)
{
	const struct json *types = json_get(head, S("types"));

	l->name = json_text(json_get(head, S("name")));
	l->source = json_text(json_get(head, S("source")));
	l->skipped = count_in(json_get(head, S("skipped")));
	for (size_t i = 0; i < IND_TYPES; i++)
		l->types[i] = count_in(json_get(types, slice_of(ind_type_word((enum ind_type)i))));
}

rc watch_lists_named(struct ctx *c, struct node *n, const struct look *look, slice case_id, struct watch_list *v, size_t count)
{
	int64_t bytes = 0;

	for (size_t i = count; i-- > 0 && (bytes += v[i].size) <= HELD_NAMES_BYTES;) {
		const struct json *head;

		TRY(node_view_json(c, n, look, case_id, v[i].seq, &head));
		v[i].gone = head == NULL;
		read_list(head, &v[i]);
	}
	return OK;
}

static slice payload_text(const struct opened *x) { return slice_is(x->bytes, "\n") ? S_NONE : x->bytes; }

rc watch_list_open(struct ctx *c, struct node *n, const struct look *look, slice case_id, int64_t seq, struct watch_list *ret)
{
	struct listing l = { 0 };
	const struct opened *opened;
	const struct json *head;
	struct entry e;
	size_t count;

	TRY(record_get(c, n, seq, &e));
	if (!slice_is(e.act, "watch.list") || !slice_eq(e.case_id, case_id))
		return FAIL(c, E_NOTFOUND, "watch.none");
	TRY(on_list(c, &e, &l));
	TRY(node_view(c, n, look, case_id, &seq, 1, &opened, &count));
	if (count != 2 || opened[0].state == PAYLOAD_GONE || opened[1].state == PAYLOAD_GONE)
		return FAIL(c, E_NOTFOUND, "watch.none");
	TRY(json_parse(c, opened[0].bytes, &head));
	read_list(head, l.lists);
	l.lists->lines = payload_text(&opened[1]);
	*ret = *l.lists;
	return OK;
}

static rc read_log(struct ctx *c, const struct opened *opened, size_t count, struct watch_log *l)
{
	const struct json *head;

	l->gone = count != 2 || opened[0].state == PAYLOAD_GONE || opened[1].state == PAYLOAD_GONE;
	if (l->gone)
		return OK;
	TRY(json_parse(c, opened[0].bytes, &head));
	l->name = json_text(json_get(head, S("name")));
	l->lines = count_in(json_get(head, S("lines")));
	l->unread = count_in(json_get(head, S("unread")));
	l->seen = json_text(json_get(head, S("seen")));
	l->lines_hit = payload_text(&opened[1]);
	return OK;
}

rc watch_logs_open(struct ctx *c, struct node *n, const struct look *look, slice case_id, struct watch_log *v, size_t count)
{
	const struct opened **opened;
	int64_t *seqs;
	size_t *got;

	if (count == 0)
		return OK;
	TRY_ARRAY(c, seqs, count);
	TRY_ARRAY(c, opened, count);
	TRY_ARRAY(c, got, count);
	for (size_t i = 0; i < count; i++)
		seqs[i] = v[i].seq;
	TRY(node_view(c, n, look, case_id, seqs, count, opened, got));
	for (size_t i = 0; i < count; i++)
		TRY(read_log(c, opened[i], got[i], &v[i]));
	return OK;
}
