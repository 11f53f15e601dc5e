#include "door/http/visit.h"

#include <stdio.h>

#include "base/base64.h"
#include "base/message.h"

#include "base/banned.h"

struct json_out *page_view(struct page *p, const char *view)
{
	p->kind = PAGE_VIEW;
	p->view = view;
	return &p->o;
}

rc page_go(struct visit *v, struct page *p, const char *fmt, ...)
{
	char room[2000];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(room, sizeof room, fmt, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof room)
		return FAIL(v->c, E_LIMIT, "text.limit");
	p->kind = PAGE_GO;
	p->status = 303;
	return slice_keep(v->c, slice_of(room), &p->location);
}

rc page_bytes(struct page *p, const char *type, slice file, slice body)
{
	p->kind = PAGE_BYTES;
	p->status = 200;
	p->type = slice_of(type);
	p->file = file;
	p->body = body;
	return OK;
}

static slice version_text(struct visit *v, int64_t seq)
{
	struct buf b;

	buf_init(&b, v->c->a, 40);
	buf_putf(&b, "\"%lld\"", (long long)seq);
	return buf_slice(&b);
}

void page_version(struct visit *v, struct page *p, int64_t seq) { p->etag = version_text(v, seq); }

rc visit_match(struct visit *v, int64_t seq)
{
	slice want = version_text(v, seq);

	if (v->if_match.len == 0 || slice_is(v->if_match, "*") || slice_eq(v->if_match, want))
		return OK;
	v->status = 412;
	return FAIL(v->c, E_CONFLICT, "http.changed");
}

rc visit_wrong(struct visit *v, slice field, const char *ja, const char *en)
{
	TRY_ROOM(v->c, v->errors, v->nerrors, v->room_errors, 8);
	v->errors[v->nerrors++] = (struct field_error){ field, slice_of(say(v, ja, en)) };
	return FAIL(v->c, E_INVALID, "form.wrong");
}

/* 「知った日」：日付の形が… */
slice message_whole(struct visit *v, const char *key, bool ja)
{
	slice text = slice_of(message_text(key, ja ? LANGUAGE_JA : LANGUAGE_EN));
	struct buf b;

	if (!ja || slice_ends(text, S("。")) || slice_ends(text, S("？")))
		return text;
	buf_init(&b, v->c->a, 2000);
	buf_put(&b, text);
	buf_putz(&b, "。");
	return buf_slice(&b);
}

rc visit_wrong_key(struct visit *v, slice field, const char *key)
{
	const struct field_spec *s = v->route ? field_of(v->route->fields, field) : NULL;
	const char *label = s ? say(v, s->ja, s->en) : NULL;
	slice text = message_whole(v, key, v->ja);
	struct buf b;

	buf_init(&b, v->c->a, 2000);
	if (label && s->type != FIELD_ANY)
		buf_putf(&b, v->ja ? "「%s」：%" S_FMT : "%s: %" S_FMT, label, S_ARG(text));
	else
		buf_put(&b, text);
	TRY_ROOM(v->c, v->errors, v->nerrors, v->room_errors, 8);
	v->errors[v->nerrors++] = (struct field_error){ field, buf_slice(&b) };
	return FAIL(v->c, E_INVALID, "form.wrong");
}

slice visit_text(const struct visit *v, const char *name) { return form_text(v->in, name); }

bool visit_can(struct visit *v, const char *what, slice case_id)
{
	return who_can(v->c, v->n, v->h->rights, &v->who, what, case_id);
}

rc visit_file(struct visit *v, const char *name, slice *ret)
{
	slice text = form_get(v->in, slice_of(name));

	*ret = text;
	return v->api && text.len ? base64_parse(v->c, text, ret) : OK;
}

slice last_part(slice name)
{
	for (size_t i = name.len; i-- > 0;)
		if (name.p[i] == '/' || name.p[i] == '\\')
			return slice_sub(name, i + 1, SIZE_MAX);
	return name;
}

rc visit_may(struct visit *v, const char *what, slice case_id)
{
	return who_may(v->c, v->n, v->h->rights, &v->who, slice_of(what), case_id, &v->actor);
}

struct look visit_look(const struct visit *v)
{
	static const slice code[] = { S_INIT("casework") };

	return (struct look){ .actor = v->actor, .code = { code, 1 } };
}

rc visit_case(struct visit *v, struct case_head *ret)
{
	TRY(case_find(v->c, v->st, visit_text(v, "case"), ret));
	return visit_may(v, v->route->may, ret->id);
}
