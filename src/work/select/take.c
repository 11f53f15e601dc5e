#include "work/select/take.h"

#include "base/banned.h"

/* One part in the answer; path and text follow. Read as foreign bytes. */
struct head { uint64_t path, text; uint32_t kind, flags; };

enum { FLAG_WHOLE = 1, FLAG_MAIL = 2, FLAG_PLAIN = 4, FLAG_COVER = 8, FLAG_PDF = 16 };

static rc take_apart(struct ctx *c, slice in, const void *arg, struct buf *out)
{
	const slice *name = arg;
	struct doc d;
	uint32_t top[2];

	TRY(doc_take(c, in, *name, &d));
	top[0] = d.unread;
	top[1] = (uint32_t)d.charset;
	buf_put(out, (slice){ (const char *)top, sizeof top });
	for (size_t i = 0; i < d.n; i++) {
		const struct doc_part *p = &d.parts[i];
		struct head h = { .path = p->path.len, .text = p->text.len, .kind = (uint32_t)p->kind };

		h.flags = (p->whole ? FLAG_WHOLE : 0u) | (p->mail ? FLAG_MAIL : 0u) | (p->plain ? FLAG_PLAIN : 0u) | (p->cover ? FLAG_COVER : 0u) |
			(p->pdf ? FLAG_PDF : 0u);
		buf_put(out, (slice){ (const char *)&h, sizeof h });
		buf_put(out, p->path);
		buf_put(out, p->text);
	}
	return OK;
}

static rc read_part(struct ctx *c, slice *rest, struct doc *d)
{
	struct head h;
	struct doc_part p;

	if (rest->len < sizeof h)
		return FAIL(c, E_INVALID, "cage.died");
	memcpy(&h, rest->p, sizeof h);
	*rest = slice_sub(*rest, sizeof h, rest->len);
	if (h.path > rest->len || h.text > rest->len - h.path || h.kind >= IND_KINDS)
		return FAIL(c, E_INVALID, "cage.died");
	p = (struct doc_part){ .path = slice_sub(*rest, 0, (size_t)h.path), .text = slice_sub(*rest, (size_t)h.path, (size_t)h.text),
		.kind = (enum ind_kind)h.kind, .whole = h.flags & FLAG_WHOLE, .mail = h.flags & FLAG_MAIL, .plain = h.flags & FLAG_PLAIN,
		.cover = h.flags & FLAG_COVER, .pdf = h.flags & FLAG_PDF };
	*rest = slice_sub(*rest, (size_t)(h.path + h.text), rest->len);
	return doc_add(c, d, p);
}

static void put_name(struct buf *b, const void *arg) { buf_put(b, *(const slice *)arg); }

static rc get_name(struct ctx *c, slice bytes, const void **ret_arg)
{
	slice *name;

	TRY_NEW(c, name);
	*name = bytes;
	*ret_arg = name;
	return OK;
}

const struct cage_kind document_cage = {
	.name = "document", .fn = take_apart, .put = put_name, .get = get_name,
	.limits = { .memory = (size_t)1 << 30, .seconds = 120, .answer = DOC_TEXT_MOST + ((size_t)1 << 20) },
};

rc take_caged(struct ctx *c, slice bytes, slice name, struct doc *ret)
{
	struct doc d = { 0 };
	uint32_t top[2];
	slice answer;

	TRY(cage_run_kind(c, &document_cage, &name, bytes, &answer));
	if (answer.len < sizeof top)
		return FAIL(c, E_INVALID, "cage.died");
	memcpy(top, answer.p, sizeof top);
	answer = slice_sub(answer, sizeof top, answer.len);
	d.unread = top[0];
	d.charset = top[1] < DOC_CHARSETS ? (enum doc_charset)top[1] : DOC_UTF8;
	while (answer.len)
		TRY(read_part(c, &answer, &d));
	*ret = d;
	return OK;
}
