#include "core/record/build.h"

#include "base/base64.h"
#include "core/record/jcs.h"

#include "base/banned.h"

#define MEMBERS_MOST 64u

/* Members are written one after the other in any order and put in order at the end. */
struct builder {
	struct ctx *c;
	struct buf text;                       /* "name":value pieces */
	struct { slice name; size_t from, len; } m[MEMBERS_MOST];
	size_t n;
};

static void open_member(struct builder *b, slice name)
{
	if (b->n == MEMBERS_MOST) {
		b->text.full = true;
		return;
	}
	b->m[b->n].name = name;
	b->m[b->n].from = b->text.len;
	buf_putc(&b->text, '"');
	buf_put(&b->text, name);
	buf_put(&b->text, S("\":"));
}

static void close_member(struct builder *b)
{
	if (b->n == MEMBERS_MOST)
		return;
	b->m[b->n].len = b->text.len - b->m[b->n].from;
	b->n++;
}

static void put_int(struct builder *b, slice name, int64_t v)
{
	open_member(b, name);
	buf_put_i64(&b->text, v);
	close_member(b);
}

static void put_text(struct builder *b, slice name, slice v)
{
	if (v.len == 0)
		return;
	open_member(b, name);
	json_put_text(&b->text, v);
	close_member(b);
}

static void put_words(struct builder *b, slice name, struct words v)
{
	if (v.n == 0)
		return;
	open_member(b, name);
	for (size_t i = 0; i < v.n; i++) {
		buf_putc(&b->text, i ? ',' : '[');
		json_put_text(&b->text, v.v[i]);
	}
	buf_putc(&b->text, ']');
	close_member(b);
}

/* Negative ones count back from this act within its batch. */
static rc put_refs(struct builder *b, slice name, struct ints v, const struct entry_frame *f)
{
	if (v.n == 0)
		return OK;
	open_member(b, name);
	for (size_t i = 0; i < v.n; i++) {
		int64_t seq = v.v[i] < 0 ? f->seq + v.v[i] : v.v[i];

		if (v.v[i] < 0 && seq < f->batch_first)
			return FAIL(b->c, E_INVALID, "entry.ref");
		buf_putc(&b->text, i ? ',' : '[');
		buf_put_i64(&b->text, seq);
	}
	buf_putc(&b->text, ']');
	close_member(b);
	return OK;
}

static void put_actor(struct builder *b, const struct actor *a)
{
	open_member(b, S("actor"));
	buf_put(&b->text, S("{\"id\":"));
	json_put_text(&b->text, a->id);
	buf_put(&b->text, S(",\"role\":"));
	json_put_text(&b->text, a->role);
	if (a->via.len) {
		buf_put(&b->text, S(",\"via\":"));
		json_put_text(&b->text, a->via);
	}
	buf_putc(&b->text, '}');
	close_member(b);
}

static void put_bytes(struct buf *b, const char *name, const void *p, size_t n)
{
	buf_putz(b, name);
	base64url_put(b, (slice){ p, n });
	buf_putc(b, '"');
}

static void put_seals(struct builder *b, const struct seal *seals, size_t n)
{
	struct buf *t = &b->text;

	if (n == 0)
		return;
	open_member(b, S("seal"));
	for (size_t i = 0; i < n; i++) {
		buf_putc(t, i ? ',' : '[');
		buf_put(t, S("{\"alg\":\"xc20p\""));
		put_bytes(t, ",\"ct\":\"", seals[i].ct, 32);
		put_bytes(t, ",\"kc\":\"", seals[i].kc, 32);
		buf_put(t, S(",\"key\":"));
		json_put_text(t, seals[i].key);
		buf_put(t, S(",\"len\":"));
		buf_put_i64(t, seals[i].len);
		put_bytes(t, ",\"n\":\"", seals[i].n, 24);
		buf_putc(t, '}');
	}
	buf_putc(t, ']');
	close_member(b);
}

/* The act's own members; of the common ones only those that have no place in struct act. */
static rc put_own(struct builder *b, slice members)
{
	const struct json *obj;

	if (members.len == 0)
		return OK;
	TRY(json_parse(b->c, members, &obj));
	if (obj->type != JSON_OBJECT)
		return FAIL(b->c, E_INVALID, "entry.member");
	for JSON_EACH(m, obj) {
		bool allowed = slice_is(m->name, "env") || slice_is(m->name, "keys") || slice_is(m->name, "mark");

		if (entry_is_common(m->name) && !allowed)
			return FAIL(b->c, E_INVALID, "entry.unknown_member");
		open_member(b, m->name);
		TRY(jcs_put(b->c, &b->text, m));
		close_member(b);
	}
	return OK;
}

static rc finish(struct builder *b, slice *ret)
{
	struct buf out;
	uint8_t order[MEMBERS_MOST];

	for (size_t i = 0; i < b->n; i++) {
		size_t j = i;

		for (; j > 0 && slice_cmp(b->m[order[j - 1]].name, b->m[i].name) > 0; j--)
			order[j] = order[j - 1];
		order[j] = (uint8_t)i;
	}
	buf_init(&out, b->c->a, ENTRY_MOST);
	(void)buf_room(&out, b->text.len + b->n + 2 < ENTRY_MOST ? b->text.len + b->n + 2 : ENTRY_MOST);
	for (size_t i = 0; i < b->n; i++) {
		buf_putc(&out, i ? ',' : '{');
		buf_put(&out, (slice){ b->text.p + b->m[order[i]].from, b->m[order[i]].len });
	}
	buf_putc(&out, '}');
	if (b->text.full || out.full)
		return FAIL(b->c, E_LIMIT, "entry.limit");
	*ret = buf_slice(&out);
	return OK;
}

rc entry_build(struct ctx *c, const struct act *act, const struct entry_frame *f, slice *ret_bytes)
{
	struct builder b = { .c = c };

	buf_init(&b.text, c->a, ENTRY_MOST + 4096);
	(void)buf_room(&b.text, 1024);
	put_text(&b, S("act"), act->act);
	put_actor(&b, &act->actor);
	TRY(put_refs(&b, S("appr"), act->appr, f));
	put_int(&b, S("at"), f->at);
	put_words(&b, S("basis"), act->basis);
	put_text(&b, S("case"), act->case_id);
	put_words(&b, S("code"), act->code);
	put_text(&b, S("node"), f->node);
	put_words(&b, S("obj"), act->obj);
	TRY(put_refs(&b, S("ref"), act->ref, f));
	put_seals(&b, f->seals, act->nseal);
	put_int(&b, S("seq"), f->seq);
	put_words(&b, S("to"), act->to);
	put_int(&b, S("v"), 1);
	put_text(&b, S("zone"), f->zone);
	TRY(put_own(&b, act->members));
	return finish(&b, ret_bytes);
}
