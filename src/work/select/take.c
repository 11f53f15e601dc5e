#include "work/select/take.h"

#include "base/banned.h"

/* What is asked for. */
enum task_what { TAKE_ALL, TAKE_TEXTS, TAKE_ASKED };
#define TASK_WHATS 3
struct task { slice name; enum task_what what; };

struct top { uint32_t unread, charset, left; };

/* One part in the answer; path, text and `asked` follow, the text but for one that stands in the document as it is, from `at`. Read as foreign bytes. */
struct head { uint64_t path, text, at, asked; uint32_t kind, flags; };

enum { FLAG_WHOLE = 1, FLAG_MAIL = 2, FLAG_PLAIN = 4, FLAG_COVER = 8, FLAG_PDF = 16, FLAG_THERE = 32 };

static bool stands_in(slice in, slice text) { return text.p >= in.p && text.p <= in.p + in.len && text.len <= (size_t)(in.p + in.len - text.p); }

static rc take_apart(struct ctx *c, slice in, const void *arg, struct buf *out)
{
	const struct task *t = arg;
	struct doc d;
	struct top top;

	TRY((t->what == TAKE_TEXTS ? doc_take_text : t->what == TAKE_ASKED ? doc_take_asked : doc_take)(c, in, t->name, &d));
	top = (struct top){ d.unread, (uint32_t)d.charset, d.left };
	buf_put(out, (slice){ (const char *)&top, sizeof top });
	if (d.left)
		return OK;
	for (size_t i = 0; i < d.n; i++) {
		const struct doc_part *p = &d.parts[i];
		struct head h = { .path = p->path.len, .text = p->text.len, .asked = p->asked.len, .kind = (uint32_t)p->kind };

		h.flags = (p->whole ? FLAG_WHOLE : 0u) | (p->mail ? FLAG_MAIL : 0u) | (p->plain ? FLAG_PLAIN : 0u) | (p->cover ? FLAG_COVER : 0u) |
			(p->pdf ? FLAG_PDF : 0u);
		if (stands_in(in, p->text)) {
			h.flags |= FLAG_THERE;
			h.at = (uint64_t)(p->text.p - in.p);
		}
		buf_put(out, (slice){ (const char *)&h, sizeof h });
		buf_put(out, p->path);
		if (!(h.flags & FLAG_THERE))
			buf_put(out, p->text);
		buf_put(out, p->asked);
	}
	return OK;
}

static bool next_bytes(slice *rest, uint64_t n, slice *ret)
{
	if (n > rest->len)
		return false;
	*ret = slice_sub(*rest, 0, (size_t)n);
	*rest = slice_sub(*rest, (size_t)n, rest->len);
	return true;
}

static rc read_part(struct ctx *c, slice bytes, slice *rest, struct doc *d)
{
	struct head h;
	struct doc_part p;
	slice head;

	if (!next_bytes(rest, sizeof h, &head))
		return FAIL(c, E_INVALID, "cage.died");
	memcpy(&h, head.p, sizeof h);
	p = (struct doc_part){ .kind = (enum ind_kind)h.kind, .whole = h.flags & FLAG_WHOLE, .mail = h.flags & FLAG_MAIL,
		.plain = h.flags & FLAG_PLAIN, .cover = h.flags & FLAG_COVER, .pdf = h.flags & FLAG_PDF };
	if (h.kind >= IND_KINDS || !next_bytes(rest, h.path, &p.path))
		return FAIL(c, E_INVALID, "cage.died");
	if (h.flags & FLAG_THERE && (h.at > bytes.len || h.text > bytes.len - h.at))
		return FAIL(c, E_INVALID, "cage.died");
	if (h.flags & FLAG_THERE)
		p.text = slice_sub(bytes, (size_t)h.at, (size_t)h.text);
	else if (!next_bytes(rest, h.text, &p.text))
		return FAIL(c, E_INVALID, "cage.died");
	if (!next_bytes(rest, h.asked, &p.asked))
		return FAIL(c, E_INVALID, "cage.died");
	return doc_add(c, d, p);
}

static void put_task(struct buf *b, const void *arg)
{
	const struct task *t = arg;

	buf_putc(b, (char)t->what);
	buf_put(b, t->name);
}

static rc get_task(struct ctx *c, slice bytes, const void **ret_arg)
{
	struct task *t;

	if (bytes.len == 0 || ((uint8_t)bytes.p[0] >= TASK_WHATS))
		return FAIL(c, E_INVALID, "wire.form");
	TRY_NEW(c, t);
	*t = (struct task){ slice_sub(bytes, 1, bytes.len), (enum task_what)bytes.p[0] };
	*ret_arg = t;
	return OK;
}

const struct cage_kind document_cage = {
	.name = "document", .fn = take_apart, .put = put_task, .get = get_task,
	.limits = { .memory = (size_t)1 << 30, .seconds = 120, .answer = DOC_TEXT_MOST + ((size_t)1 << 20) },
};

static rc read_answer(struct ctx *c, slice bytes, slice answer, struct doc *ret)
{
	struct doc d = { 0 };
	struct top top;
	slice head;

	if (!next_bytes(&answer, sizeof top, &head))
		return FAIL(c, E_INVALID, "cage.died");
	memcpy(&top, head.p, sizeof top);
	d.unread = top.unread;
	d.left = top.left;
	d.charset = top.charset < DOC_CHARSETS ? (enum doc_charset)top.charset : DOC_UTF8;
	while (answer.len)
		TRY(read_part(c, bytes, &answer, &d));
	*ret = d;
	return OK;
}

static rc take_what(struct ctx *c, enum task_what what, slice bytes, slice name, struct doc *ret)
{
	const struct task t = { .name = name, .what = what };
	slice answer;

	TRY(cage_run_kind(c, &document_cage, &t, bytes, &answer));
	return read_answer(c, bytes, answer, ret);
}

rc take_caged(struct ctx *c, slice bytes, slice name, struct doc *ret) { return take_what(c, TAKE_ALL, bytes, name, ret); }

rc take_asked(struct ctx *c, slice bytes, slice name, struct doc *ret) { return take_what(c, TAKE_ASKED, bytes, name, ret); }

rc take_among_many(struct ctx *c, struct cage_stay *texts, slice bytes, slice name, struct doc *ret)
{
	const struct task t = { .name = name, .what = TAKE_TEXTS };
	struct doc d = { .left = true };
	slice answer;

	if (!doc_is_container(bytes)) {
		TRY(cage_stay_run(c, texts, &t, bytes, &answer));
		TRY(read_answer(c, bytes, answer, &d));
	}
	if (d.left)
		return take_caged(c, bytes, name, ret);
	*ret = d;
	return OK;
}
