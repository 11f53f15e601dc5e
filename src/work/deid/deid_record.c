#include "work/deid/deid_record.h"

#include "base/limits.h"
#include "base/parse.h"

#include "base/banned.h"

static const struct member_spec release_members[] = {
	{ "input", MEMBER_WORD, true, NULL },
	{ "output", MEMBER_WORD, true, NULL },
	{ "report", MEMBER_WORD, true, NULL },
	{ "spec", MEMBER_WORD, false, NULL },
	{ "sealed", MEMBER_WORD, false, NULL },
	{ "rows", MEMBER_INT, true, NULL },
	{ "suppressed", MEMBER_INT, true, NULL },
	{ "classes", MEMBER_INT, true, NULL },
	{ "k", MEMBER_INT, true, NULL },
	{ "regime", MEMBER_WORD, true, NULL },
	{ "law_met", MEMBER_BOOL, true, NULL },
	{ 0 },
};

static const struct member_spec open_members[] = {
	{ "sealed", MEMBER_WORD, true, NULL },
	{ 0 },
};

const struct act_kind deid_kinds[] = {
	{ "deid.release", release_members, "handler lead chief", 0, NULL, NULL,
	  "%a released information in which nobody can be recognised (%{rows} rows, k %{k})",
	  "%a が匿名化した情報（%{rows} 行、k=%{k}）を出力しました" },
	{ "deid.open", open_members, "lead chief", 0, NULL, NULL,
	  "%a opened the sealed method of a release", "%a が加工方法等情報の封を開きました" },
	{ 0 },
};

static void kv_word(struct json_out *o, const char *key, slice v)
{
	if (v.len > 0)
		jo_kv_text(o, key, v);
}

/* Members stand A to Z, as canonical JSON has them. */
static rc release_json(struct ctx *c, const struct release_said *r, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_int(&o, "classes", r->classes);
	jo_kv_text(&o, "input", r->in_sha);
	jo_kv_int(&o, "k", r->k);
	jo_kv_bool(&o, "law_met", r->law_met);
	jo_kv_text(&o, "output", r->out_sha);
	jo_kv_text(&o, "regime", r->regime);
	jo_kv_text(&o, "report", r->report_sha);
	jo_kv_int(&o, "rows", r->rows);
	kv_word(&o, "sealed", r->sealed_sha);
	kv_word(&o, "spec", r->spec_sha);
	jo_kv_int(&o, "suppressed", r->suppressed);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

/* A report larger than that is known by its hash alone. */
#define REPORT_MOST ((size_t)4 << 20)

static rc seal_said(struct ctx *c, slice receiver, slice purpose, slice report, struct act *act)
{
	slice text;
	struct json_out o;
	struct buf b;

	TRY(free_text_check(c, "recipient", receiver, LIMIT_VALUE_TEXT));
	TRY(free_text_check(c, "purpose", purpose, LIMIT_VALUE_TEXT));
	buf_init(&b, c->a, REPORT_MOST + 65536);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "purpose", purpose);
	jo_kv_text(&o, "receiver", receiver);
	if (report.len > 0 && report.len <= REPORT_MOST) {
		jo_key(&o, S("report"));
		jo_raw(&o, slice_trim(report));
	}
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &text));
	/* each release is a matter of its own: what is sealed for it can be forgotten alone */
	TRY(id_new(c, "r", &act->case_id));
	return act_seal(c, act, text);
}

rc release_record(struct ctx *c, struct node *n, const struct actor *who, const struct release_said *r, int64_t *ret_seq)
{
	struct act act = { .act = S("deid.release"), .actor = *who };

	TRY(release_json(c, r, &act.members));
	TRY(seal_said(c, r->receiver, r->purpose, r->report, &act));
	return node_append(c, n, &act, ret_seq);
}

rc opening_record(struct ctx *c, struct node *n, const struct actor *who, slice sealed_sha, slice purpose, int64_t *ret_seq)
{
	struct act act = { .act = S("deid.open"), .actor = *who };
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "sealed", sealed_sha);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &act.members));
	TRY(seal_said(c, S_NONE, purpose, S_NONE, &act));
	return node_append(c, n, &act, ret_seq);
}

struct listing { struct release_seen *v; size_t n, room; };

static int64_t int_of(const struct json *o, const char *name)
{
	const struct json *v = json_get(o, slice_of(name));

	return v && v->type == JSON_INT ? v->num : 0;
}

static rc text_of(struct ctx *c, const struct json *o, const char *name, slice *ret)
{
	return slice_keep(c, json_text(json_get(o, slice_of(name))), ret);
}

static rc take_release(struct ctx *c, const struct entry *e, void *p)
{
	const struct json *law = json_get(e->json, S("law_met"));
	struct listing *l = p;
	struct release_said *r;

	TRY_ROOM(c, l->v, l->n, l->room, 16);
	l->v[l->n] = (struct release_seen){ .seq = e->seq, .at = e->at };
	r = &l->v[l->n].said;
	TRY(text_of(c, e->json, "input", &r->in_sha));
	TRY(text_of(c, e->json, "output", &r->out_sha));
	TRY(text_of(c, e->json, "report", &r->report_sha));
	TRY(text_of(c, e->json, "spec", &r->spec_sha));
	TRY(text_of(c, e->json, "sealed", &r->sealed_sha));
	TRY(text_of(c, e->json, "regime", &r->regime));
	r->rows = int_of(e->json, "rows");
	r->suppressed = int_of(e->json, "suppressed");
	r->classes = int_of(e->json, "classes");
	r->k = int_of(e->json, "k");
	r->law_met = json_is_true(law);
	TRY(slice_keep(c, e->case_id, &l->v[l->n].id));
	return slice_keep(c, e->actor.id, &l->v[l->n++].actor);
}

static rc written(struct ctx *c, const struct json *v, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, REPORT_MOST);
	o = json_out_on(&b);
	jo_value(&o, v);
	return buf_done(c, &b, ret);
}

static rc open_said(struct ctx *c, struct node *n, const struct look *look, struct release_seen *v)
{
	const struct json *doc;

	TRY(node_view_json(c, n, look, v->id, v->seq, &doc));
	if (!doc)
		return OK;
	TRY(text_of(c, doc, "receiver", &v->said.receiver));
	TRY(text_of(c, doc, "purpose", &v->said.purpose));
	return json_get(doc, S("report")) ? written(c, json_get(doc, S("report")), &v->said.report) : OK;
}

rc release_open(struct ctx *c, struct node *n, const struct look *look, int64_t seq, struct release_seen *ret)
{
	struct listing l = { 0 };
	struct entry e;

	if (seq < 0 || seq >= node_size(n))
		return FAIL(c, E_NOTFOUND, "deid.no_release");
	TRY(record_get(c, n, seq, &e));
	if (!slice_is(e.act, "deid.release"))
		return FAIL(c, E_NOTFOUND, "deid.no_release");
	TRY(take_release(c, &e, &l));
	TRY(open_said(c, n, look, l.v));
	*ret = *l.v;
	return OK;
}

rc release_list(struct ctx *c, struct node *n, const struct look *look, struct release_seen **ret, size_t *ret_n)
{
	const struct entry_filter f = { .act = S("deid.release") };
	struct listing l = { 0 };

	TRY(record_each(c, n, &f, take_release, &l));
	for (size_t i = 0; look && i < l.n; i++)
		TRY(open_said(c, n, look, &l.v[i]));
	*ret = l.v;
	*ret_n = l.n;
	return OK;
}
