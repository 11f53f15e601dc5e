#include "door/http/call.h"

#include "base/utf8.h"
#include "door/http/route.h"

#include "base/banned.h"

/* ---- numbers of four bytes, texts with their length before them ---- */

static void put_u32(struct buf *b, uint32_t n)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_putc(b, (char)(n >> shift & 255));
}

static void put_slice(struct buf *b, slice s)
{
	put_u32(b, (uint32_t)s.len);
	buf_put(b, s);
}

static rc get_u32(struct ctx *c, slice *in, uint32_t most, uint32_t *ret)
{
	uint32_t n = 0;

	if (in->len < 4)
		return FAIL(c, E_BUG, "http.message");
	for (int i = 0; i < 4; i++)
		n = n << 8 | (unsigned char)in->p[i];
	*in = slice_sub(*in, 4, SIZE_MAX);
	if (n > most)
		return FAIL(c, E_BUG, "http.message");
	*ret = n;
	return OK;
}

static rc get_slice(struct ctx *c, slice *in, size_t most, slice *ret)
{
	uint32_t n;

	TRY(get_u32(c, in, (uint32_t)most, &n));
	if (in->len < n)
		return FAIL(c, E_BUG, "http.message");
	*ret = slice_sub(*in, 0, n);
	*in = slice_sub(*in, n, SIZE_MAX);
	return OK;
}

/* Text of ours: no control characters, so that no header can grow a second line. */
static rc get_line(struct ctx *c, slice *in, size_t most, slice *ret)
{
	TRY(get_slice(c, in, most, ret));
	for (size_t i = 0; i < ret->len; i++)
		if ((unsigned char)ret->p[i] < ' ' || ret->p[i] == 127)
			return FAIL(c, E_BUG, "http.message");
	return utf8_is_valid(*ret) ? OK : FAIL(c, E_BUG, "http.message");
}

#define LINE_MOST 2000u

/* ---- the call ---- */

rc call_write(struct ctx *c, const struct http_call *m, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, CALL_MOST);
	put_u32(&b, m->route);
	put_u32(&b, (m->api ? 1u : 0) | (m->ja ? 2u : 0) | (m->secure ? 4u : 0));
	put_slice(&b, m->token);
	put_slice(&b, m->device);
	put_slice(&b, m->peer);
	put_slice(&b, m->if_match);
	put_slice(&b, m->once);
	put_slice(&b, m->start);
	put_slice(&b, m->state);
	put_slice(&b, m->host);
	put_u32(&b, (uint32_t)m->form.n);
	for (size_t i = 0; i < m->form.n; i++) {
		put_slice(&b, m->form.pairs[i].name);
		put_slice(&b, m->form.pairs[i].value);
	}
	return buf_done(c, &b, ret);
}

rc call_read(struct ctx *c, slice in, struct http_call *ret)
{
	struct http_call m = { 0 };
	uint32_t flags, n;

	TRY(get_u32(c, &in, 100000, &m.route));
	TRY(get_u32(c, &in, 7, &flags));
	m.api = flags & 1;
	m.ja = flags & 2;
	m.secure = flags & 4;
	TRY(get_line(c, &in, LINE_MOST, &m.token));
	TRY(get_line(c, &in, LINE_MOST, &m.device));
	TRY(get_line(c, &in, LINE_MOST, &m.peer));
	TRY(get_line(c, &in, LINE_MOST, &m.if_match));
	TRY(get_line(c, &in, LINE_MOST, &m.once));
	TRY(get_line(c, &in, LINE_MOST, &m.start));
	TRY(get_line(c, &in, LINE_MOST, &m.state));
	TRY(get_line(c, &in, LINE_MOST, &m.host));
	TRY(get_u32(c, &in, FORM_PAIRS_MOST, &n));
	for (uint32_t i = 0; i < n; i++) {
		slice name, value;

		TRY(get_line(c, &in, FORM_NAME_MOST, &name));
		TRY(get_slice(c, &in, CALL_MOST, &value));
		TRY(form_add(c, &m.form, name, value));
	}
	if (in.len > 0)
		return FAIL(c, E_BUG, "http.message");
	*ret = m;
	return OK;
}

/* ---- the reply ---- */

rc reply_write(struct ctx *c, const struct reply *m, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, CALL_MOST);
	put_u32(&b, m->kind);
	put_u32(&b, m->status);
	put_u32(&b, (m->ja ? 1u : 0) | (m->set_cookie ? 2u : 0) | (m->set_device ? 4u : 0));
	put_slice(&b, m->view);
	put_slice(&b, m->location);
	put_slice(&b, m->etag);
	put_slice(&b, m->type);
	put_slice(&b, m->file);
	put_slice(&b, m->cookie);
	put_slice(&b, m->device);
	put_slice(&b, m->body);
	return buf_done(c, &b, ret);
}

rc reply_read(struct ctx *c, slice in, struct reply *ret)
{
	struct reply m = { 0 };
	uint32_t flags;

	TRY(get_u32(c, &in, 3, &m.kind));
	TRY(get_u32(c, &in, 599, &m.status));
	TRY(get_u32(c, &in, 7, &flags));
	if (m.status < 200)
		return FAIL(c, E_BUG, "http.message");
	m.ja = flags & 1;
	m.set_cookie = flags & 2;
	m.set_device = flags & 4;
	TRY(get_line(c, &in, 64, &m.view));
	TRY(get_line(c, &in, LINE_MOST, &m.location));
	TRY(get_line(c, &in, 100, &m.etag));
	TRY(get_line(c, &in, 200, &m.type));
	TRY(get_line(c, &in, 400, &m.file));
	TRY(get_line(c, &in, LINE_MOST, &m.cookie));
	TRY(get_line(c, &in, LINE_MOST, &m.device));
	TRY(get_slice(c, &in, CALL_MOST, &m.body));
	if (in.len > 0)
		return FAIL(c, E_BUG, "http.message");
	*ret = m;
	return OK;
}
