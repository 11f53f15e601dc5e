/* The file of a memorandum as it is handed over, made again out of the record. */
#include "core/record/jcs.h"
#include "work/partner/partner.h"

#include "base/banned.h"

struct collected { const struct memo *m; struct buf text; struct json_out o; };

static rc on_sign(struct ctx *c, const struct entry *e, void *p)
{
	struct collected *k = p;

	(void)c;
	jo_object(&k->o);
	jo_kv_text(&k->o, "by", json_text(json_get(e->json, S("by"))));
	jo_kv_text(&k->o, "key", json_text(json_get(e->json, S("kid"))));
	jo_kv_text(&k->o, "sig", json_text(json_get(e->json, S("sig"))));
	jo_end_object(&k->o);
	return OK;
}

rc memo_file(struct ctx *c, struct node *n, const struct memo *m, slice *ret)
{
	struct entry_filter f = { .from = m->seq, .case_id = m->partner, .obj = m->id, .act = S("memo.sign") };
	struct collected k = { .m = m };
	struct entry e;
	struct buf b;
	slice text;

	TRY(record_get(c, n, m->seq, &e));
	buf_init(&b, c->a, 65536);
	TRY(jcs_put(c, &b, json_get(e.json, S("memo"))));
	TRY(buf_keep(c, &b, &text));
	buf_init(&k.text, c->a, 131072);
	k.o = json_out_on(&k.text);
	jo_object(&k.o);
	jo_kv_text(&k.o, "schema", S("renkei.memo/1"));
	jo_key(&k.o, S("memo"));
	jo_raw(&k.o, text);
	jo_key(&k.o, S("signatures"));
	jo_array(&k.o);
	TRY(record_each(c, n, &f, on_sign, &k));
	jo_end_array(&k.o);
	jo_end_object(&k.o);
	buf_putc(&k.text, '\n');
	return buf_keep(c, &k.text, ret);
}
