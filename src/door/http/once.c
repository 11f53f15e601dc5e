#include "door/http/once.h"

#include <sodium.h>

#include "base/banned.h"

#define DAY ((msec)86400000)

/* Of the account, the route and the word: one person's word is not another's. */
static rc tag_of(struct visit *v, slice *ret)
{
	unsigned char hash[16];
	char *text;
	struct buf b;

	buf_init(&b, v->c->a, 1024);
	buf_putf(&b, "%" S_FMT "\n%s\n%" S_FMT, S_ARG(v->who.account), v->route->path, S_ARG(v->once));
	if (b.full)
		return FAIL(v->c, E_INVALID, "http.once_form");
	(void)crypto_generichash(hash, sizeof hash, (const unsigned char *)b.p, b.len, NULL, 0);
	TRY_ARRAY(v->c, text, 2 * sizeof hash + 1);
	(void)sodium_bin2hex(text, 2 * sizeof hash + 1, hash, sizeof hash);
	*ret = slice_of(text);
	return OK;
}

/*
 * Without waiting for the disk: the mark of a form that is under way stands in the journal before the act itself, so it is there
 * whenever the act is. When its end is lost with the power, the form is refused once more than it need be.
 */
static rc write_one(struct visit *v, enum stmt id, const struct value *in, size_t n)
{
	rc r;

	TRY(store_begin_light(v->c, v->st));
	r = store_run(v->c, v->st, id, in, n);
	if (r == OK)
		return store_commit(v->c, v->st);
	store_rollback(v->st);
	return r;
}

static rc write_end(struct visit *v, const struct page *p, slice tag)
{
	rc r;

	TRY(store_begin_light(v->c, v->st));
	r = STORE_RUN(v->c, v->st, STMT_ONCE_SET, v_text(tag), v_int(p->status), v_text(p->location));
	if (r == OK)
		r = STORE_RUN(v->c, v->st, STMT_ONCE_FORGET, v_int(v->c->now - DAY));
	if (r == OK)
		return store_commit(v->c, v->st);
	store_rollback(v->st);
	return r;
}

rc once_begin(struct visit *v, struct page *p, bool *ret_seen)
{
	AUTO_QUERY q = { 0 };
	bool found;
	slice tag;

	*ret_seen = false;
	if (v->once.len == 0)
		return OK;
	TRY(tag_of(v, &tag));
	TRY(STORE_ONE(v->c, v->st, &q, &found, STMT_ONCE_GET, v_text(tag)));
	if (!found) {
		query_close(&q);
		return write_one(v, STMT_ONCE_INSERT, (const struct value[]){ v_text(tag), v_int(v->c->now) }, 2);
	}
	if (query_int(&q, 1) == 0)
		return FAIL(v->c, E_CONFLICT, "http.once");
	*ret_seen = true;
	p->kind = PAGE_GO;
	p->status = (int)query_int(&q, 1);
	return slice_keep(v->c, query_text(&q, 2), &p->location);
}

rc once_end(struct visit *v, const struct page *p)
{
	slice tag;

	if (v->once.len == 0)
		return OK;
	TRY(tag_of(v, &tag));
	/* what leads nowhere (a page shown at once) may be asked for again */
	if (p->kind != PAGE_GO)
		return write_one(v, STMT_ONCE_DELETE, (const struct value[]){ v_text(tag) }, 1);
	return write_end(v, p, tag);
}

rc once_undo(struct visit *v)
{
	slice tag;

	if (v->once.len == 0)
		return OK;
	TRY(tag_of(v, &tag));
	return write_one(v, STMT_ONCE_DELETE, (const struct value[]){ v_text(tag) }, 1);
}
