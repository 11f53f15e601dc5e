/* Building the acts of partners. */
#include "base/base64.h"
#include "base/limits.h"
#include "base/parse.h"
#include "work/partner/partner.h"

#include "base/banned.h"

static rc base_act(struct ctx *c, slice name, const struct actor *who, slice id, struct act *ret)
{
	slice *obj;

	TRY_NEW(c, obj);
	*obj = id;
	*ret = (struct act){ .act = name, .actor = *who, .case_id = id, .obj = { obj, 1 } };
	return OK;
}

static rc seal_text(struct ctx *c, slice text, struct act *act)
{
	struct json_out o;
	struct buf b;

	TRY(free_text_check(c, "text", text, LIMIT_VALUE_TEXT));
	buf_init(&b, c->a, 65536);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "text", text);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &text));
	return act_seal(c, act, text);
}

static void put_key(struct ctx *c, struct json_out *o, const char *name, const unsigned char key[32])
{
	struct buf b;

	buf_init(&b, c->a, 64);
	base64url_put(&b, (slice){ (const char *)key, 32 });
	jo_kv_text(o, name, buf_slice(&b));
}

static rc key_act(struct ctx *c, const struct actor *who, slice id, const struct card *card, size_t i, msec until, struct act *ret)
{
	struct json_out o;
	struct buf b;

	TRY(base_act(c, S("partner.key"), who, id, ret));
	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	put_key(c, &o, "box", card->keys[i].box);
	jo_kv_int(&o, "from", card->keys[i].from);
	jo_kv_text(&o, "kid", card->keys[i].id);
	if (until > 0)
		jo_kv_int(&o, "others_until", until);
	put_key(c, &o, "sign", card->keys[i].sign);
	put_key(c, &o, "tls", card->keys[i].tls);
	jo_end_object(&o);
	return buf_keep(c, &b, &ret->members);
}

rc partner_acts_add(struct ctx *c, const struct actor *who, const struct card *card, const struct new_partner *x, struct act *acts,
                    size_t *ret_n, slice *ret_id)
{
	struct json_out o;
	struct buf b;
	size_t n = 0;
	slice id;

	TRY(id_new(c, "p", &id));
	TRY(base_act(c, S("partner.add"), who, id, &acts[n]));
	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	if (x->agency.len > 0)
		jo_kv_text(&o, "agency", x->agency);
	jo_kv_text(&o, "class", x->cls);
	if (x->exercise)
		jo_kv_bool(&o, "exercise", true);
	jo_kv_text(&o, "peer", card->node);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &acts[n++].members));
	for (size_t i = 0; i < card->n; i++)
		TRY(key_act(c, who, id, card, i, 0, &acts[n++]));
	*ret_n = n;
	*ret_id = id;
	return OK;
}

rc partner_acts_roll(struct ctx *c, const struct actor *who, const struct partner *p, const struct card *card, msec overlap,
                     struct act *acts, size_t *ret_n)
{
	size_t last = card->n - 1;
	msec until = (card->keys[last].from > c->now ? card->keys[last].from : c->now) + overlap;

	if (!slice_eq(card->node, p->node))
		return FAIL(c, E_INVALID, "card.other");
	for (size_t i = 0; i < card->n; i++)
		TRY(key_act(c, who, p->id, card, i, i == last ? until : 0, &acts[i]));
	*ret_n = card->n;
	return OK;
}

rc partner_act_address(struct ctx *c, const struct actor *who, const struct partner *p, slice host, int64_t port, msec from,
                       struct act *ret)
{
	struct json_out o;
	struct buf b;

	if (!word_is_valid(host) || port < 1 || port > 65535)
		return FAIL(c, E_INVALID, "partner.address");
	TRY(base_act(c, S("partner.address"), who, p->id, ret));
	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_int(&o, "from", from);
	jo_kv_text(&o, "host", host);
	jo_kv_int(&o, "port", port);
	jo_end_object(&o);
	return buf_keep(c, &b, &ret->members);
}

rc partner_act_person(struct ctx *c, const struct actor *who, const struct partner *p, slice what, int64_t place, jday from, jday to,
                      slice text, struct act *ret)
{
	struct json_out o;
	struct buf b;

	if (slice_trim(text).len == 0 || to < from)
		return FAIL(c, E_INVALID, "partner.text");
	TRY(base_act(c, S("partner.person"), who, p->id, ret));
	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_int(&o, "from", from);
	jo_kv_int(&o, "place", place);
	jo_kv_int(&o, "until", to);
	jo_kv_text(&o, "what", what);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &ret->members));
	return seal_text(c, text, ret);
}

rc partner_act_end(struct ctx *c, const struct actor *who, const struct partner *p, struct act *ret)
{
	return base_act(c, S("partner.end"), who, p->id, ret);
}
