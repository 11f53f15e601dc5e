/* Files of a case: brought in, listed, given out again. */
#include "base/file.h"
#include "base/json.h"
#include "base/parse.h"
#include "door/cli/desk.h"
#include "door/cli/say_case.h"
#include "work/case/evidence.h"

#include "base/banned.h"

static slice last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slice_of(slash ? slash + 1 : path);
}

static rc add_file(struct desk *d, const struct case_head *h, const char *path)
{
	struct evidence_new x = { .name = last_part(path), .note = desk_option(d, "note"), .person = desk_option(d, "person") };
	struct act acts[2];
	int64_t seq;

	TRY(file_read(d->c, path, EVIDENCE_MOST, &x.bytes));
	TRY(evidence_acts(d->c, &d->actor, h, &x, acts));
	return node_append_all(d->c, d->node, acts, 2, &seq);
}

static rc save_file(struct desk *d, const struct case_head *h, const char *path)
{
	struct look look = desk_look(d);
	slice name, bytes;
	int64_t seq;

	TRY(call_i64(d->c, d->in, "save", 0, INT64_MAX, &seq));
	TRY(evidence_read(d->c, d->node, &look, h->id, seq, &name, &bytes));
	return file_replace(d->c, path, bytes, 0600);
}

static void put_one_json(struct desk *d, const struct evidence *e)
{
	struct json_out o = json_out_on(&d->out);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.case.evidence/1"));
	jo_kv_int(&o, "seq", e->seq);
	desk_json_msec(&o, "at", e->at);
	jo_kv_text(&o, "actor", e->actor);
	jo_kv_int(&o, "size", e->size);
	jo_kv_text(&o, "digest", e->digest);
	jo_kv_bool(&o, "gone", e->gone);
	jo_kv_text(&o, "name", e->name);
	jo_kv_text(&o, "note", e->note);
	jo_kv_text(&o, "person", e->person);
	jo_end_object(&o);
	buf_putc(&d->out, '\n');
}

static void put_one(struct desk *d, const struct evidence *e, bool opened)
{
	if (d->json) {
		put_one_json(d, e);
		return;
	}
	buf_putf(&d->out, "#%lld  ", (long long)e->seq);
	desk_put_when(d, (struct when){ e->at, false });
	buf_putf(&d->out, d->ja ? "  %lldバイト  " : "  %lld bytes  ", (long long)e->size);
	if (!opened)
		buf_putz(&d->out, desk_say(d, "（封印）", "(sealed)"));
	else if (e->gone)
		buf_putz(&d->out, desk_say(d, "（廃棄済み）", "(disposed of)"));
	else
		buf_put(&d->out, e->name);
	if (e->note.len)
		buf_putf(&d->out, "  %" S_FMT, S_ARG(e->note));
	if (e->person.len)
		buf_putf(&d->out, d->ja ? "  本人 %" S_FMT : "  person %" S_FMT, S_ARG(e->person));
	buf_putc(&d->out, '\n');
}

rc run_case_evidence(struct ctx *c, const struct call *in, struct answer *out)
{
	const char *path = call_arg(in, 1, NULL);
	AUTO_DESK d = { 0 };
	struct case_head h;
	struct evidence *v;
	struct look look;
	bool opened;
	size_t n;

	TRY(desk_open(c, in, out, path ? DESK_ACTOR : 0, &d));
	TRY(case_find(c, d.st, slice_of(in->args[0]), &h));
	if (path && call_has(in, "save")) {
		TRY(save_file(&d, &h, path));
		return desk_close(&d);
	}
	if (path)
		TRY(add_file(&d, &h, path));
	TRY(evidence_list(c, d.st, h.id, &v, &n));
	opened = desk_may_look(&d);
	look = desk_look(&d);
	if (opened)
		TRY(evidence_open(c, d.node, &look, h.id, v, n));
	for (size_t i = 0; i < n; i++)
		put_one(&d, &v[i], opened);
	return desk_close(&d);
}
