#include "base/calendar.h"
#include "base/json.h"
#include "base/width.h"
#include "core/record/look.h"
#include "door/cli/desk.h"
#include "door/cli/record_cmds.h"

#include "base/banned.h"

struct telling { struct desk *d; bool extract; int64_t count; };

static void put_words(struct buf *b, struct words v)
{
	for (size_t i = 0; i < v.n; i++)
		buf_putf(b, "%s%" S_FMT, i ? ", " : "", S_ARG(v.v[i]));
}

static void jo_words(struct json_out *o, const char *name, struct words v)
{
	jo_key(o, slice_of(name));
	jo_array(o);
	for (size_t i = 0; i < v.n; i++)
		jo_text(o, v.v[i]);
	jo_end_array(o);
}

static void put_json(struct desk *d, const struct look_seen *l, bool extract)
{
	struct json_out o = json_out_on(&d->out);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.record.look/1"));
	jo_kv_int(&o, "seq", l->seq);
	desk_json_msec(&o, "at", l->at);
	if (!extract)
		jo_kv_text(&o, "actor", l->actor.id);
	jo_kv_text(&o, "role", l->actor.role);
	jo_words(&o, "code", l->code);
	jo_words(&o, "basis", l->basis);
	jo_words(&o, "to", l->to);
	jo_key(&o, S("entries"));
	jo_array(&o);
	for (size_t i = 0; i < l->ref.n; i++)
		jo_int(&o, l->ref.v[i]);
	jo_end_array(&o);
	jo_end_object(&o);
	buf_putc(&d->out, '\n');
}

/* Who: for the person concerned the role only, the name of staff is not theirs to be given here. */
static rc tell(struct ctx *c, const struct look_seen *l, void *p)
{
	struct telling *t = p;
	struct desk *d = t->d;

	(void)c;
	t->count++;
	if (d->json) {
		put_json(d, l, t->extract);
		return OK;
	}
	desk_put_when(d, (struct when){ l->at, false });
	buf_putz(&d->out, "  ");
	if (!t->extract) {
		buf_put(&d->out, l->actor.id);
		buf_putz(&d->out, "  ");
	}
	buf_putf(&d->out, "%s  ", role_name(l->actor.role, d->ja));
	put_words(&d->out, l->code);
	if (l->basis.n) {
		buf_putz(&d->out, "  ");
		put_words(&d->out, l->basis);
	}
	if (l->to.n) {
		buf_putz(&d->out, d->ja ? "  監査人 " : "  auditor ");
		put_words(&d->out, l->to);
		buf_putc(&d->out, '\n');
		return OK;
	}
	buf_putf(&d->out, d->ja ? "  %zu件" : "  %zu items", l->ref.n);
	for (size_t i = 0; i < l->ref.n && i < 8 && !t->extract; i++)
		buf_putf(&d->out, " #%lld", (long long)l->ref.v[i]);
	buf_putc(&d->out, '\n');
	return OK;
}

static rc read_unit(struct desk *d, slice case_id, slice *ret)
{
	slice person = desk_option(d, "person");
	struct buf b;

	*ret = S_NONE;
	if (person.len == 0)
		return OK;
	buf_init(&b, d->c->a, 256);
	buf_putf(&b, "%" S_FMT ".%" S_FMT, S_ARG(case_id), S_ARG(person));
	return buf_done(d->c, &b, ret);
}

rc run_record_looks(struct ctx *c, const struct call *in, struct answer *out)
{
	struct telling t = { .extract = call_has(in, "extract") };
	AUTO_DESK d = { 0 };
	struct case_head h;
	slice unit;

	TRY(desk_open(c, in, out, 0, &d));
	TRY(case_find(c, d.st, slice_of(in->args[0]), &h));
	TRY(read_unit(&d, h.id, &unit));
	t.d = &d;
	TRY(looks_each(c, d.node, h.id, unit, tell, &t));
	if (t.count == 0 && !d.json)
		buf_putf(&d.out, "%s\n", desk_say(&d, "閲覧の記録はありません。", "Nobody has looked."));
	return desk_close(&d);
}
