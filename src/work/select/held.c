#include "work/select/held.h"

#include <openssl/evp.h>
#include <stdio.h>

#include "base/banned.h"

static const struct member_spec members[] = { { "doc", MEMBER_WORD, true, NULL }, { "size", MEMBER_INT, true, NULL }, { 0 } };

const struct act_kind held_kinds[] = {
	{ "select.document", members, "handler lead chief", ACT_CASE, NULL, NULL,
	  "%a put a document of case %c up for selection (%{size} bytes)", "%a が事案 %c の文書を仕分けに出しました（%{size} バイト）" },
	{ 0 },
};

rc held_digest(struct ctx *c, slice bytes, struct buf *b)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(bytes.p, bytes.len, md, &n, EVP_sha256(), NULL) != 1)
		return FAIL(c, E_NOMEM, "memory.limit");
	for (unsigned i = 0; i < n; i++)
		buf_putf(b, "%02x", md[i]);
	return OK;
}

static rc put_members(struct ctx *c, slice bytes, slice *ret)
{
	struct json_out o;
	struct buf b, hash;

	buf_init(&hash, c->a, 80);
	TRY(held_digest(c, bytes, &hash));
	buf_init(&b, c->a, 256);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "doc", buf_slice(&hash));
	jo_kv_int(&o, "size", (int64_t)bytes.len);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

rc held_act(struct ctx *c, const struct actor *who, slice case_id, slice name, slice bytes, struct act *ret)
{
	struct payload *p;
	struct json_out o;
	struct buf b;

	if (bytes.len == 0)
		return FAIL(c, E_INVALID, "select.held_empty");
	if (bytes.len > HELD_MOST)
		return FAIL(c, E_LIMIT, "select.held_size");
	*ret = (struct act){ .act = S("select.document"), .actor = *who, .case_id = case_id };
	TRY(put_members(c, bytes, &ret->members));
	TRY_ARRAY(c, p, 2);
	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "name", name);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &p[0].bytes));
	p[1].bytes = bytes;
	ret->seal = p;
	ret->nseal = 2;
	return OK;
}

struct listing { struct held_doc *v; size_t n, room; };

static rc on_entry(struct ctx *c, const struct entry *e, void *p)
{
	const struct json *size = json_get(e->json, S("size"));
	struct listing *l = p;
	struct held_doc *h;

	TRY_ROOM(c, l->v, l->n, l->room, 8);
	h = &l->v[l->n];
	*h = (struct held_doc){ .seq = e->seq, .size = size ? size->num : 0, .at = e->at };
	TRY(slice_keep(c, e->actor.id, &h->actor));
	TRY(slice_keep(c, json_text(json_get(e->json, S("doc"))), &h->doc));
	l->n++;
	return OK;
}

rc held_list(struct ctx *c, struct node *n, slice case_id, struct held_doc **ret, size_t *ret_n)
{
	const struct entry_filter f = { .case_id = case_id, .act = S("select.document") };
	struct listing l = { 0 };

	TRY(record_each(c, n, &f, on_entry, &l));
	*ret = l.v;
	*ret_n = l.n;
	return OK;
}

rc held_open(struct ctx *c, struct node *n, const struct look *look, slice case_id, int64_t seq, slice *ret_name, slice *ret_bytes)
{
	const struct opened *opened;
	const struct json *head;
	struct entry e;
	size_t count;

	TRY(record_get(c, n, seq, &e));
	if (!slice_is(e.act, "select.document") || !slice_eq(e.case_id, case_id))
		return FAIL(c, E_NOTFOUND, "select.held_none");
	TRY(node_view(c, n, look, case_id, &seq, 1, &opened, &count));
	if (count != 2 || opened[0].state == PAYLOAD_GONE || opened[1].state == PAYLOAD_GONE)
		return FAIL(c, E_NOTFOUND, "select.held_none");
	TRY(json_parse(c, opened[0].bytes, &head));
	*ret_name = json_text(json_get(head, S("name")));
	*ret_bytes = opened[1].bytes;
	return OK;
}

rc held_names(struct ctx *c, struct node *n, const struct look *look, slice case_id, struct held_doc *list, size_t count)
{
	int64_t bytes = 0;

	for (size_t i = count; i-- > 0 && (bytes += list[i].size) <= HELD_NAMES_BYTES;) {
		const struct json *head;

		TRY(node_view_json(c, n, look, case_id, list[i].seq, &head));
		list[i].gone = head == NULL;
		list[i].name = json_text(json_get(head, S("name")));
	}
	return OK;
}
