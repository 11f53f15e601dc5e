#include "core/record/build.h"

#include <stdlib.h>

#include "base/base64.h"
#include "core/record/jcs.h"

#include "base/banned.h"

struct builder {
	struct ctx *c;
	const struct entry_frame *f;
	struct buf b;
	const struct json **own;   /* the act's own members in order */
	size_t nown, next;         /* the next one that is not written yet */
	struct entry e;
};

/* ---- pieces ---- */

static void put_quoted(struct buf *b, slice word)
{
	if (!buf_room(b, word.len + 2))
		return;
	b->p[b->len] = '"';
	memcpy(b->p + b->len + 1, word.p, word.len);
	b->p[b->len + 1 + word.len] = '"';
	b->len += word.len + 2;
}

/* Words need no escapes. */
static rc put_word(struct builder *b, slice name, slice word)
{
	if (!word_is_valid(word)) {
		(void)FAIL(b->c, E_INVALID, "entry.word");
		fault_name(b->c, name);
		return E_INVALID;
	}
	put_quoted(&b->b, word);
	return OK;
}

static void put_name(struct builder *b, slice name)
{
	buf_putc(&b->b, b->b.len ? ',' : '{');
	put_quoted(&b->b, name);
	buf_putc(&b->b, ':');
}

/* The act's own members that stand before `name` in the order; all that are left for S_NONE. */
static rc put_own_before(struct builder *b, slice name)
{
	for (; b->next < b->nown; b->next++) {
		const struct json *m = b->own[b->next];

		if (name.len && slice_cmp(m->name, name) > 0)
			return OK;
		put_name(b, m->name);
		TRY(jcs_put(b->c, &b->b, m));
	}
	return OK;
}

static rc start_member(struct builder *b, slice name)
{
	TRY(put_own_before(b, name));
	put_name(b, name);
	return OK;
}

/* ---- members ---- */

static rc put_int(struct builder *b, slice name, int64_t v)
{
	TRY(start_member(b, name));
	buf_put_i64(&b->b, v);
	return OK;
}

static rc put_text(struct builder *b, slice name, slice word)
{
	TRY(start_member(b, name));
	return put_word(b, name, word);
}

static rc check_count(struct builder *b, slice name, size_t n)
{
	if (n <= ENTRY_LIST_MOST)
		return OK;
	(void)FAIL(b->c, E_INVALID, "entry.list");
	fault_name(b->c, name);
	return E_INVALID;
}

/* Empty lists are left out. */
static rc put_words(struct builder *b, slice name, struct words v)
{
	if (v.n == 0)
		return OK;
	TRY(check_count(b, name, v.n));
	TRY(start_member(b, name));
	for (size_t i = 0; i < v.n; i++) {
		buf_putc(&b->b, i ? ',' : '[');
		TRY(put_word(b, name, v.v[i]));
	}
	buf_putc(&b->b, ']');
	return OK;
}

/* Negative ones count back from this act within its batch; an act points back, never to itself or ahead. */
static rc put_refs(struct builder *b, slice name, struct ints v, struct ints *ret)
{
	int64_t *seqs;

	if (v.n == 0)
		return OK;
	TRY(check_count(b, name, v.n));
	TRY(start_member(b, name));
	TRY_ARRAY(b->c, seqs, v.n);
	for (size_t i = 0; i < v.n; i++) {
		seqs[i] = v.v[i] < 0 ? b->f->seq + v.v[i] : v.v[i];
		if ((v.v[i] < 0 && seqs[i] < b->f->batch_first) || seqs[i] >= b->f->seq)
			return FAIL(b->c, E_INVALID, "entry.ref");
		buf_putc(&b->b, i ? ',' : '[');
		buf_put_i64(&b->b, seqs[i]);
	}
	buf_putc(&b->b, ']');
	*ret = (struct ints){ seqs, v.n };
	return OK;
}

static rc put_actor(struct builder *b, const struct actor *a)
{
	TRY(start_member(b, S("actor")));
	buf_put(&b->b, S("{\"id\":"));
	TRY(put_word(b, S("id"), a->id));
	buf_put(&b->b, S(",\"role\":"));
	TRY(put_word(b, S("role"), a->role));
	if (a->via.len) {
		buf_put(&b->b, S(",\"via\":"));
		TRY(put_word(b, S("via"), a->via));
	}
	buf_putc(&b->b, '}');
	return OK;
}

static void put_bytes(struct buf *b, const char *name, const void *p, size_t n)
{
	buf_putz(b, name);
	base64url_put(b, (slice){ p, n });
	buf_putc(b, '"');
}

static rc put_seals(struct builder *b, const struct seal *seals, size_t n)
{
	struct buf *t = &b->b;

	if (n == 0)
		return OK;
	TRY(check_count(b, S("seal"), n));
	TRY(start_member(b, S("seal")));
	for (size_t i = 0; i < n; i++) {
		buf_put(t, i ? S(",{\"alg\":") : S("[{\"alg\":"));
		TRY(put_word(b, S("alg"), seals[i].alg));
		put_bytes(t, ",\"ct\":\"", seals[i].ct, 32);
		put_bytes(t, ",\"kc\":\"", seals[i].kc, 32);
		buf_put(t, S(",\"key\":"));
		TRY(put_word(b, S("key"), seals[i].key));
		buf_put(t, S(",\"len\":"));
		buf_put_i64(t, seals[i].len);
		put_bytes(t, ",\"n\":\"", seals[i].n, 24);
		buf_putc(t, '}');
	}
	buf_putc(t, ']');
	return OK;
}

/* ---- the act's own members ---- */

static int by_name(const void *a, const void *b)
{
	return slice_cmp((*(const struct json *const *)a)->name, (*(const struct json *const *)b)->name);
}

/* Of the common members only those may come this way that have no place in struct act. */
static rc take_own(struct builder *b, slice members, const struct member_spec *extra)
{
	static const struct json none = { .type = JSON_OBJECT };
	const struct json *obj = &none;

	if (members.len) {
		TRY(json_parse(b->c, members, &obj));
		TRY(jcs_check(b->c, obj));
	}
	TRY(entry_check_members(b->c, obj, extra));
	TRY_ARRAY(b->c, b->own, obj->count + 1);
	for JSON_EACH(m, obj) {
		b->own[b->nown++] = m;
		if (slice_is(m->name, "env") || slice_is(m->name, "keys") || slice_is(m->name, "mark"))
			TRY(entry_read_common(b->c, m, &b->e));
		else if (entry_is_common(m->name))
			return FAIL(b->c, E_INVALID, "entry.unknown_member");
	}
	for (size_t i = 1; i < b->nown; i++)
		if (slice_cmp(b->own[i - 1]->name, b->own[i]->name) > 0) {
			qsort(b->own, b->nown, sizeof *b->own, by_name);
			break;
		}
	b->e.json = obj;
	return OK;
}

/* ---- the whole ---- */

static rc put_all(struct builder *b, const struct act *act)
{
	const struct entry_frame *f = b->f;

	TRY(put_text(b, S("act"), act->act));
	TRY(put_actor(b, &act->actor));
	TRY(put_refs(b, S("appr"), act->appr, &b->e.appr));
	TRY(put_int(b, S("at"), f->at));
	TRY(put_words(b, S("basis"), act->basis));
	if (act->case_id.len)
		TRY(put_text(b, S("case"), act->case_id));
	TRY(put_words(b, S("code"), act->code));
	TRY(put_text(b, S("node"), f->node));
	TRY(put_words(b, S("obj"), act->obj));
	TRY(put_refs(b, S("ref"), act->ref, &b->e.ref));
	TRY(put_seals(b, f->seals, act->nseal));
	TRY(put_int(b, S("seq"), f->seq));
	TRY(put_words(b, S("to"), act->to));
	TRY(put_int(b, S("v"), 1));
	TRY(put_text(b, S("zone"), f->zone));
	TRY(put_own_before(b, S_NONE));
	buf_putc(&b->b, '}');
	return OK;
}

rc entry_build(struct ctx *c, const struct act *act, const struct entry_frame *f, const struct member_spec *extra,
               struct entry *ret)
{
	struct builder b = { .c = c, .f = f };

	buf_init(&b.b, c->a, ENTRY_MOST);
	(void)buf_room(&b.b, 1024);
	b.e = (struct entry){
		.seq = f->seq, .at = f->at, .node = f->node, .zone = f->zone, .act = act->act, .actor = act->actor,
		.case_id = act->case_id, .obj = act->obj, .basis = act->basis, .code = act->code, .to = act->to,
		.seals = f->seals, .nseals = act->nseal,
	};
	TRY(take_own(&b, act->members, extra));
	TRY(put_all(&b, act));
	if (b.b.full)
		return FAIL(c, E_LIMIT, "entry.limit");
	b.e.bytes = buf_slice(&b.b);
	*ret = b.e;
	return OK;
}
