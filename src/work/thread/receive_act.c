/* The entries that what came in makes: a step, a refusal, a recall, a piece of a document. */
#include "work/thread/receive_inside.h"

#include "base/base64.h"

#include "base/banned.h"

void receive_digest(struct ctx *c, const struct envelope *e, slice *ret)
{
	unsigned char sum[32];
	struct buf b;

	envelope_digest(e, sum);
	buf_init(&b, c->a, 64);
	base64url_put(&b, (slice){ (const char *)sum, 32 });
	*ret = buf_slice(&b);
}

static void put_envelope(struct ctx *c, struct json_out *o, const struct envelope *e)
{
	slice digest;

	receive_digest(c, e, &digest);
	jo_kv_text(o, "digest", digest);
	jo_kv_text(o, "env", e->id);
	jo_kv_int(o, "eseq", e->seq);
	jo_kv_int(o, "exp", e->exp);
	jo_kv_text(o, "peer", e->from);
	jo_kv_int(o, "sent", e->at);
	jo_key(o, S("mark"));
	jo_object(o);
	if (e->mark.expires)
		jo_kv_int(o, "expires", e->mark.expires);
	if (e->mark.onward.len > 0)
		jo_kv_text(o, "onward", e->mark.onward);
	jo_kv_text(o, "purpose", e->mark.purpose);
	jo_kv_text(o, "tlp", e->mark.tlp);
	jo_end_object(o);
}

/* Sealed under a key of this thread alone, so that a recall can be answered by destroying just that. */
static rc seal_body(struct ctx *c, slice home, slice thread, slice text, struct act *act)
{
	struct payload *p;
	struct buf b;

	TRY_NEW(c, p);
	buf_init(&b, c->a, 128);
	buf_put(&b, home);
	buf_putc(&b, '.');
	buf_put(&b, thread);
	TRY(buf_keep(c, &b, &p->unit));
	p->bytes = text;
	act->seal = p;
	act->nseal = 1;
	return OK;
}

rc receive_in_act(struct ctx *c, const struct arrival *a, const struct incoming *in, slice text, struct act *ret)
{
	struct json_out o;
	struct buf b;
	slice *obj;

	TRY_NEW(c, obj);
	*obj = a->e.id;
	*ret = (struct act){ .act = S("env.in"), .actor = SYSTEM, .case_id = in->home, .obj = { obj, 1 } };
	buf_init(&b, c->a, 16384);
	o = json_out_on(&b);
	jo_object(&o);
	move_put(&o, &in->m);
	put_envelope(c, &o, &a->e);
	if (a->e.re.len > 0)
		jo_kv_text(&o, "re", a->e.re);
	if (a->e.fix.len > 0)
		jo_kv_text(&o, "fix", a->e.fix);
	if (a->e.case_id.len > 0)
		jo_kv_text(&o, "theirs", a->e.case_id);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &ret->members));
	return seal_body(c, in->home, in->m.thread, text, ret);
}

/* A refusal of somebody whom we know stands on record. */
rc receive_refuse_act(struct ctx *c, const struct arrival *a, struct act *ret)
{
	struct json_out o;
	struct buf b;
	slice *obj, digest;

	TRY_NEW(c, obj);
	*obj = a->e.id;
	receive_digest(c, &a->e, &digest);
	*ret = (struct act){ .act = S("env.refuse"), .actor = SYSTEM, .obj = { obj, 1 } };
	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "digest", digest);
	jo_kv_text(&o, "peer", a->e.from);
	jo_kv_text(&o, "why", a->r.code);
	jo_end_object(&o);
	return buf_keep(c, &b, &ret->members);
}

/* ---- recalls ---- */

rc receive_recall_act(struct ctx *c, const struct reception *r, struct arrival *a, const struct json *body, slice text)
{
	bool ask = slice_is(a->e.kind, "recall"), known = false;
	struct json_out o;
	struct came came;
	struct sent sent;
	slice home, thread, *obj;
	struct buf b;

	if (ask)
		known = inbox_find(c, r->st, a->e.recall, &came) == OK && slice_eq(came.peer, a->e.from);
	else
		known = outbox_find(c, r->st, a->e.recall, &sent) == OK && slice_eq(sent.peer, a->e.from);
	if (!known) {
		fault_clear(c);
		receive_refuse(a, RECEIPT_REJECTED, "recall");
		return OK;
	}
	home = ask ? came.home : sent.home;
	thread = ask ? came.thread : sent.thread;
	TRY_NEW(c, obj);
	*obj = a->e.id;
	a->act = (struct act){ .act = S("env.recall"), .actor = SYSTEM, .case_id = home, .obj = { obj, 1 } };
	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_object(&o);
	put_envelope(c, &o, &a->e);
	jo_kv_text(&o, "about", a->e.recall);
	if (word_is_valid(word_of(body, "basis")))
		jo_kv_text(&o, "answer", word_of(body, "basis"));
	jo_kv_text(&o, "kind", a->e.kind);
	jo_kv_text(&o, "thread", thread);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &a->act.members));
	TRY(seal_body(c, home, a->e.id, text, &a->act));
	a->thread = thread;
	a->append = true;
	return OK;
}

/* ---- pieces of documents ---- */

rc receive_piece_act(struct ctx *c, const struct reception *r, struct arrival *a, const struct json *body, slice text)
{
	struct json_out o;
	struct coming in;
	const char *code;
	struct buf b;
	slice *obj;

	TRY(piece_check(c, r->x, a->e.from, body, &in, &code));
	if (code) {
		receive_refuse(a, strcmp(code, "order") == 0 ? RECEIPT_LATER : RECEIPT_REJECTED, code);
		return OK;
	}
	TRY_NEW(c, obj);
	*obj = a->e.id;
	a->act = (struct act){ .act = S("env.piece"), .actor = SYSTEM, .case_id = in.home, .obj = { obj, 1 } };
	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_object(&o);
	put_envelope(c, &o, &a->e);
	jo_kv_text(&o, "doc", in.doc);
	jo_kv_int(&o, "of", in.of);
	jo_kv_int(&o, "piece", in.piece);
	jo_kv_int(&o, "size", in.size);
	jo_kv_text(&o, "thread", in.thread);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &a->act.members));
	TRY(seal_body(c, in.home, in.thread, text, &a->act));
	a->append = true;
	return OK;
}
