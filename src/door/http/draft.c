#include "door/http/draft.h"

#include "door/http/pages.h"

#include "base/banned.h"

#define BYTES_MOST ((size_t)512 << 10)

rc draft_page(struct visit *v, slice *ret)
{
	slice rest = slice_of(v->route->path), part, section = visit_text(v, "section");
	struct buf b;

	buf_init(&b, v->c->a, 400);
	while (slice_next(&rest, '/', &part)) {
		if (part.len == 0)
			continue;
		buf_putc(&b, '/');
		if (part.p[0] == '{')
			buf_put(&b, form_get(v->in, slice_sub(part, 1, part.len - 2)));
		else
			buf_put(&b, part);
	}
	if (section.len > 0)
		buf_putf(&b, "?section=%" S_FMT, S_ARG(section));
	return buf_done(v->c, &b, ret);
}

/* "2026-0001" of "/cases/2026-0001/…": sealed under the case's key then, else under the account's. */
static rc unit_of(struct visit *v, slice page, slice *ret)
{
	struct case_head h;
	slice num;

	*ret = v->who.account;
	if (!slice_starts(page, S("/cases/")))
		return OK;
	num = slice_sub(page, 7, slice_find(page, S("/"), 7) == SIZE_MAX ? SIZE_MAX : slice_find(page, S("/"), 7) - 7);
	TRY(case_find(v->c, v->st, num, &h));
	TRY(visit_may(v, "page:case", h.id));
	*ret = h.id;
	return OK;
}

rc draft_drop(struct visit *v, slice page)
{
	return store_run_alone(v->c, v->st, STMT_DRAFT_DELETE,
		(const struct value[]){ v_text(v->who.account), v_text(page) }, 2);
}

static bool is_kept(slice name)
{
	return !slice_is(name, "csrf") && !slice_is(name, "once") && !slice_is(name, "page") && !slice_is(name, "keep");
}

/* POST /drafts: the whole form as it stands. */
rc page_draft_put(struct visit *v, struct page *p)
{
	slice page = visit_text(v, "page"), unit, bytes, seal;
	struct json_out o;
	struct buf b;

	TRY(unit_of(v, page, &unit));
	buf_init(&b, v->c->a, BYTES_MOST);
	o = json_out_on(&b);
	jo_array(&o);
	for (size_t i = 0; i < v->in->n; i++) {
		if (!is_kept(v->in->pairs[i].name))
			continue;
		jo_text(&o, v->in->pairs[i].name);
		jo_text(&o, v->in->pairs[i].value);
	}
	jo_end_array(&o);
	TRY(buf_done(v->c, &b, &bytes));
	TRY(node_side_seal(v->c, v->n, unit, bytes, &seal));
	TRY(store_run_alone(v->c, v->st, STMT_DRAFT_PUT,
		(const struct value[]){ v_text(v->who.account), v_text(page), v_int(v->c->now), v_text(unit), v_blob(seal) }, 5));
	TRY(store_run_alone(v->c, v->st, STMT_DRAFT_FORGET,
		(const struct value[]){ v_int(v->c->now - DRAFT_DAYS * DAY_MSEC) }, 1));
	return page_bytes(p, "text/plain; charset=utf-8", S_NONE, S("kept\n"));
}

rc page_draft_drop(struct visit *v, struct page *p)
{
	slice page = visit_text(v, "page");

	TRY(draft_drop(v, page));
	if (page.len == 0 || page.p[0] != '/' || (page.len > 1 && page.p[1] == '/'))
		page = S("/");
	return page_go(v, p, "%" S_FMT, S_ARG(page));
}

static rc take_fields(struct visit *v, slice unit, slice seal)
{
	const struct json *root;
	struct form *f;
	slice bytes;
	rc r = node_side_open(v->c, v->n, unit, seal, &bytes);

	if (r == E_DENIED || r == E_NOTFOUND || r == E_TAMPER) {
		fault_clear(v->c);   /* its key was destroyed with the case */
		return OK;
	}
	TRY(r);
	TRY(json_parse(v->c, bytes, &root));
	TRY_NEW(v->c, f);
	for (size_t i = 0; i < v->in->n; i++)
		TRY(form_add(v->c, f, v->in->pairs[i].name, v->in->pairs[i].value));
	for (const struct json *x = root->child; x && x->next; x = x->next->next)
		TRY(form_add(v->c, f, x->text, x->next->text));
	v->in = f;
	v->restored = true;
	return OK;
}

rc draft_offer(struct visit *v)
{
	AUTO_QUERY q = { 0 };
	slice unit, seal;
	bool found;

	TRY(draft_page(v, &v->keep));
	TRY(STORE_ONE(v->c, v->st, &q, &found, STMT_DRAFT_GET, v_text(v->who.account), v_text(v->keep)));
	if (!found)
		return OK;
	v->draft_at = query_int(&q, 0);
	TRY(slice_keep(v->c, query_text(&q, 1), &unit));
	TRY(slice_keep(v->c, query_blob(&q, 2), &seal));
	query_close(&q);
	return visit_text(v, "draft").len > 0 ? take_fields(v, unit, seal) : OK;
}
