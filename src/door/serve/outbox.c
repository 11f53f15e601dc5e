#include "door/serve/outbox.h"

#include "base/base64.h"
#include "base/wire.h"
#include "door/serve/http_out.h"

#include "base/banned.h"

#define TEXT_MOST ((size_t)1 << 20)
#define LINE 57              /* bytes that make a line of 76 in base64 */

rc outbox_kind(struct ctx *c, slice job, enum job_kind *ret)
{
	uint64_t kind;

	TRY(wire_get_u64(c, &job, JOB_FETCH, &kind));
	if (kind != JOB_MAIL && kind != JOB_FETCH)
		return FAIL(c, E_INVALID, "wire.form");
	*ret = (enum job_kind)kind;
	return OK;
}

void outbox_put_mail(struct buf *b, const struct mail *m)
{
	wire_put_u64(b, JOB_MAIL);
	wire_put_u64(b, m->nto);
	for (size_t i = 0; i < m->nto; i++)
		wire_put_bytes(b, m->to[i]);
	wire_put_bytes(b, m->subject);
	wire_put_bytes(b, m->text);
	wire_put_bytes(b, m->id);
}

rc outbox_get_mail(struct ctx *c, slice job, struct mail *ret)
{
	struct mail m = { 0 };
	uint64_t kind, n;

	TRY(wire_get_u64(c, &job, JOB_MAIL, &kind));
	TRY(wire_get_u64(c, &job, sizeof m.to / sizeof *m.to, &n));
	if (kind != JOB_MAIL || n == 0)
		return FAIL(c, E_INVALID, "wire.form");
	for (m.nto = 0; m.nto < n; m.nto++)
		TRY(wire_get_bytes(c, &job, 254, &m.to[m.nto]));
	TRY(wire_get_bytes(c, &job, 900, &m.subject));
	TRY(wire_get_bytes(c, &job, TEXT_MOST, &m.text));
	TRY(wire_get_bytes(c, &job, 128, &m.id));
	TRY(wire_end(c, job));
	*ret = m;
	return OK;
}

void outbox_put_fetch(struct buf *b, const struct fetch *f)
{
	wire_put_u64(b, JOB_FETCH);
	wire_put_bytes(b, f->url);
	wire_put_bytes(b, f->method);
	wire_put_bytes(b, f->type);
	wire_put_bytes(b, f->accept);
	wire_put_bytes(b, f->basic);
	wire_put_u64(b, f->npins);
	for (size_t i = 0; i < f->npins; i++)
		wire_put_bytes(b, f->pins[i]);
	wire_put_u64(b, f->as_node);
	wire_put_bytes(b, f->body);
}

/* What goes into a head line: printable ASCII. */
static bool is_line(slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return true;
}

rc outbox_get_fetch(struct ctx *c, slice job, struct fetch *ret)
{
	uint64_t kind, n, as_node;
	struct fetch f = { 0 };

	TRY(wire_get_u64(c, &job, JOB_FETCH, &kind));
	TRY(wire_get_bytes(c, &job, 2000, &f.url));
	TRY(wire_get_bytes(c, &job, 8, &f.method));
	TRY(wire_get_bytes(c, &job, 128, &f.type));
	TRY(wire_get_bytes(c, &job, 128, &f.accept));
	TRY(wire_get_bytes(c, &job, 1024, &f.basic));
	TRY(wire_get_u64(c, &job, sizeof f.pins / sizeof *f.pins, &n));
	for (; f.npins < n; f.npins++)
		TRY(wire_get_bytes(c, &job, 43, &f.pins[f.npins]));
	TRY(wire_get_u64(c, &job, 1, &as_node));
	TRY(wire_get_bytes(c, &job, FETCH_MOST, &f.body));
	TRY(wire_end(c, job));
	f.as_node = as_node;
	if (kind != JOB_FETCH || !slice_starts(f.url, S("https://")) || !is_line(f.url) || slice_find(f.url, S(" "), 0) != SIZE_MAX ||
	    !(slice_is(f.method, "GET") || slice_is(f.method, "POST")) || !is_line(f.type) || !is_line(f.accept) || !is_line(f.basic))
		return FAIL(c, E_INVALID, "wire.form");
	*ret = f;
	return OK;
}

void outbox_put_answer(struct buf *b, unsigned status, slice body)
{
	wire_put_u64(b, status);
	wire_put_bytes(b, body);
}

rc outbox_get_answer(struct ctx *c, slice answer, unsigned *ret_status, slice *ret_body)
{
	uint64_t status;

	TRY(wire_get_u64(c, &answer, 999, &status));
	TRY(wire_get_bytes(c, &answer, FETCH_MOST, ret_body));
	TRY(wire_end(c, answer));
	*ret_status = (unsigned)status;
	return OK;
}

/* local@domain of the plain letters (RFC 5321 without quoted forms): nothing that a header or SMTP could misread. */
static bool address_is_good(slice s)
{
	size_t at = slice_find(s, S("@"), 0);

	if (at == SIZE_MAX || at == 0 || at + 1 == s.len || s.len > 254)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char ch = s.p[i];

		if (i != at && !((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
		                 (ch && strchr("._+-", ch))))
			return false;
	}
	return true;
}

static void put_base64_lines(struct buf *b, slice s)
{
	for (size_t i = 0; i < s.len; i += LINE) {
		base64_put(b, slice_sub(s, i, LINE));
		buf_put(b, S("\r\n"));
	}
}

/* RFC 2047: words of at most 75 characters, each a whole number of UTF-8 characters. */
static void put_subject(struct buf *b, slice s)
{
	bool first = true;

	while (s.len) {
		size_t n = s.len < 42 ? s.len : 42;

		while (n < s.len && n > 1 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
			n--;
		buf_put(b, first ? S("=?UTF-8?B?") : S("\r\n =?UTF-8?B?"));
		base64_put(b, slice_sub(s, 0, n));
		buf_put(b, S("?="));
		s = slice_sub(s, n, SIZE_MAX);
		first = false;
	}
}

rc mail_compose(struct ctx *c, const struct mail *m, slice from, msec now, slice *ret)
{
	struct buf b;

	if (!address_is_good(from))
		return FAIL(c, E_INVALID, "mail.address");
	for (size_t i = 0; i < m->nto; i++)
		if (!address_is_good(m->to[i]))
			return FAIL(c, E_INVALID, "mail.address");
	for (size_t i = 0; i < m->subject.len; i++)
		if ((unsigned char)m->subject.p[i] < ' ')
			return FAIL(c, E_INVALID, "mail.subject");
	for (size_t i = 0; i < m->id.len; i++)
		if ((unsigned char)m->id.p[i] <= ' ' || strchr("<>@\"", m->id.p[i]))
			return FAIL(c, E_INVALID, "mail.subject");
	buf_init(&b, c->a, TEXT_MOST * 2);
	buf_putz(&b, "Date: ");
	http_put_date(&b, now);
	b.len -= 3;   /* RFC 5322 wants the zone as a number */
	buf_putf(&b, "+0000\r\nFrom: <%.*s>\r\nTo: ", (int)from.len, from.p);
	for (size_t i = 0; i < m->nto; i++)
		buf_putf(&b, "%s<%.*s>", i ? ",\r\n " : "", (int)m->to[i].len, m->to[i].p);
	buf_putz(&b, "\r\nSubject: ");
	put_subject(&b, m->subject);
	buf_putf(&b, "\r\nMessage-ID: <%.*s@%.*s>\r\n", (int)m->id.len, m->id.p, (int)(from.len - slice_find(from, S("@"), 0) - 1),
	         from.p + slice_find(from, S("@"), 0) + 1);
	/* RFC 3834: no answering machine is to answer */
	buf_putz(&b, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
	         "Content-Transfer-Encoding: base64\r\n\r\n");
	put_base64_lines(&b, m->text);
	return buf_done(c, &b, ret);
}
