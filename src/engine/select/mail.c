#include "base/buf.h"
#include "engine/select/chars.h"
#include "engine/select/doc.h"

#include "base/banned.h"

/* Mails (RFC 5322, RFC 2045–2047): headers with encoded words, parts by transfer encoding and character set. */

#define PARTS_MOST 200u
#define NEST_MOST 8u

struct header { slice type, encoding, name, charset, boundary; };

static slice line_cut(slice *rest)
{
	const char *nl = memchr(rest->p, '\n', rest->len);
	size_t n = nl ? (size_t)(nl - rest->p) : rest->len;
	slice line = { rest->p, n };

	*rest = slice_sub(*rest, nl ? n + 1 : n, rest->len);
	if (line.len && line.p[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* Headers up to the empty line; *ret_body is what follows. */
static slice cut_headers(slice part, slice *ret_body)
{
	slice rest = part;

	while (rest.len) {
		slice line = line_cut(&rest);

		if (line.len == 0) {
			*ret_body = rest;
			return (slice){ part.p, part.len - rest.len };
		}
	}
	*ret_body = S_NONE;
	return part;
}

/* A header with its folded lines, unfolded into `b`. */
static slice find_header(struct ctx *c, slice headers, const char *name)
{
	struct buf b;
	slice rest = headers, out;
	bool in = false;

	buf_init(&b, c->a, 16384);
	while (rest.len) {
		slice line = line_cut(&rest);

		if (in && line.len && (line.p[0] == ' ' || line.p[0] == '\t')) {
			buf_put(&b, line);
			continue;
		}
		if (in)
			break;
		if (begins(line, 0, name) && line.len > strlen(name) && line.p[strlen(name)] == ':') {
			buf_put(&b, slice_sub(line, strlen(name) + 1, line.len));
			in = true;
		}
	}
	return buf_done(c, &b, &out) == OK ? slice_trim(out) : S_NONE;
}

/* The parameter of a header: ; name="value" */
static slice parameter(slice header, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i + n + 1 < header.len; i++) {
		if (!begins(header, i, name) || (i && is_alnum(header.p[i - 1])))
			continue;
		size_t at = i + n;

		if (header.p[at] == '*')
			at++;
		if (at >= header.len || header.p[at] != '=')
			continue;
		at++;
		if (at < header.len && header.p[at] == '"') {
			size_t end = slice_find(header, S("\""), at + 1);

			return end == SIZE_MAX ? S_NONE : slice_sub(header, at + 1, end - at - 1);
		}
		size_t end = at;

		while (end < header.len && header.p[end] != ';' && !is_space(header.p[end]))
			end++;
		return slice_sub(header, at, end - at);
	}
	return S_NONE;
}

static int b64(char ch)
{
	if (ch >= 'A' && ch <= 'Z')
		return ch - 'A';
	if (ch >= 'a' && ch <= 'z')
		return ch - 'a' + 26;
	if (is_digit(ch))
		return ch - '0' + 52;
	return ch == '+' ? 62 : ch == '/' ? 63 : -1;
}

static int hex_of(char ch)
{
	if (is_digit(ch))
		return ch - '0';
	ch = lower(ch);
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

static bool between_words(slice in, size_t i)
{
	return in.p[i] == ' ' && i && i + 1 < in.len && is_alnum(in.p[i - 1]) && is_alpha(in.p[i + 1]);
}

/* Of a report on a mail, an attachment may be taken out and a sentence put in its place. */
static bool is_base64(slice in)
{
	size_t other = 0;

	for (size_t i = 0; i < in.len; i++)
		other += b64(in.p[i]) < 0 && in.p[i] != '=' && (!is_space(in.p[i]) || between_words(in, i));
	return other * 50 <= in.len;
}

static rc from_base64(struct ctx *c, slice in, slice *ret)
{
	char *out = arena_bytes(c->a, in.len + 4);
	size_t n = 0;
	uint32_t acc = 0;
	unsigned bits = 0;

	if (!out)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (size_t i = 0; i < in.len; i++) {
		int v = b64(in.p[i]);

		if (in.p[i] == '=') {
			acc = 0;
			bits = 0;
		}
		if (v < 0)
			continue;
		acc = acc << 6 | (uint32_t)v;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[n++] = (char)(acc >> bits & 0xff);
		}
	}
	*ret = (slice){ out, n };
	return OK;
}

static rc from_quoted(struct ctx *c, slice in, bool header, slice *ret)
{
	char *out = arena_bytes(c->a, in.len + 1);
	size_t n = 0;

	if (!out)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (size_t i = 0; i < in.len; i++) {
		char ch = in.p[i];

		if (ch == '_' && header) {
			out[n++] = ' ';
		} else if (ch == '=' && i + 2 < in.len && hex_of(in.p[i + 1]) >= 0 && hex_of(in.p[i + 2]) >= 0) {
			out[n++] = (char)(hex_of(in.p[i + 1]) * 16 + hex_of(in.p[i + 2]));
			i += 2;
		} else if (ch == '=' && !header) {
			size_t k = i + 1;

			while (k < in.len && (in.p[k] == ' ' || in.p[k] == '\t' || in.p[k] == '\r'))
				k++;
			if (k < in.len && in.p[k] == '\n')
				i = k;
			else if (k < in.len)
				out[n++] = ch;
		} else {
			out[n++] = ch;
		}
	}
	*ret = (slice){ out, n };
	return OK;
}

/* "=?UTF-8?B?…?=" within headers. */
static rc decode_words(struct ctx *c, slice in, slice *ret)
{
	struct buf b;
	size_t i = 0;

	buf_init(&b, c->a, in.len * 4 + 64);
	while (i < in.len) {
		size_t at = slice_find(in, S("=?"), i), q1, q2, end;
		enum doc_charset cs;
		slice word;

		if (at == SIZE_MAX || (q1 = slice_find(in, S("?"), at + 2)) == SIZE_MAX || (q2 = slice_find(in, S("?"), q1 + 1)) == SIZE_MAX ||
				(end = slice_find(in, S("?="), q2 + 1)) == SIZE_MAX || q2 != q1 + 2 || end - at > 2048) {
			size_t stop = at == SIZE_MAX ? in.len : at + 2;

			buf_put(&b, slice_sub(in, i, stop - i));
			i = stop;
			continue;
		}
		buf_put(&b, slice_sub(in, i, at - i));
		word = slice_sub(in, q2 + 1, end - q2 - 1);
		TRY(lower(in.p[q1 + 1]) == 'b' ? from_base64(c, word, &word) : from_quoted(c, word, true, &word));
		if (!doc_charset_named(slice_sub(in, at + 2, q1 - at - 2), &cs))
			cs = doc_guess_charset(word);
		TRY(doc_decode(c, word, cs, &word));
		buf_put(&b, word);
		i = end + 2;
	}
	return buf_done(c, &b, ret);
}

static rc child_path(struct ctx *c, slice path, unsigned n, slice name, slice *ret)
{
	struct buf b;

	(void)name;   /* a name may hold personal information: parts are told by number */
	buf_init(&b, c->a, 512);
	buf_put(&b, path);
	buf_putf(&b, "%s%u", path.len ? "/" : "", n);
	return buf_done(c, &b, ret);
}

static rc take_part(struct ctx *c, struct doc *d, slice part, slice path, unsigned depth, unsigned nest, unsigned *count);

static rc take_multipart(struct ctx *c, struct doc *d, slice body, slice boundary, slice path, unsigned depth, unsigned nest, unsigned *count)
{
	size_t from = SIZE_MAX, at = 0;

	while (at < body.len) {
		const char *nl = memchr(body.p + at, '\n', body.len - at);
		size_t next = nl ? (size_t)(nl - body.p) + 1 : body.len;
		slice line = slice_trim(slice_sub(body, at, next - at));

		if (line.len >= boundary.len + 2 && line.p[0] == '-' && line.p[1] == '-' && memcmp(line.p + 2, boundary.p, boundary.len) == 0) {
			if (from != SIZE_MAX)
				TRY(take_part(c, d, slice_sub(body, from, at - from), path, depth, nest + 1, count));
			from = next;
			if (line.len == boundary.len + 4)
				return OK;
		}
		at = next;
	}
	if (from != SIZE_MAX && from < body.len)
		return take_part(c, d, slice_sub(body, from, body.len - from), path, depth, nest + 1, count);
	return OK;
}

static rc take_body(struct ctx *c, struct doc *d, slice body, const struct header *h, slice path, unsigned depth)
{
	enum doc_charset cs;
	bool text = h->type.len == 0 || begins(h->type, 0, "text/");
	slice name = h->name;

	if (body.len && begins(h->encoding, 0, "base64") && !is_base64(body))
		return doc_add(c, d, (struct doc_part){ .path = path, .text = body, .kind = IND_KIND_TEXT, .plain = true });
	if (begins(h->encoding, 0, "base64"))
		TRY(from_base64(c, body, &body));
	else if (begins(h->encoding, 0, "quoted-printable"))
		TRY(from_quoted(c, body, false, &body));
	if (begins(h->type, 0, "text/html") && name.len == 0)
		name = S("a.html");
	/* a head without MIME, as reports quote it: its text stands in the document as it is */
	cs = doc_guess_charset(body);
	if (!text || name.len || (!doc_charset_named(h->charset, &cs) && (h->charset.len || h->encoding.len || (body.len && memchr(body.p, 0, body.len)))))
		return doc_take_inner(c, d, body, name, path, depth + 1);
	TRY(doc_decode(c, body, cs, &body));
	return doc_add(c, d, (struct doc_part){ .path = path, .text = body, .kind = doc_kind(body, name), .plain = h->encoding.len == 0 ||
		begins(h->encoding, 0, "7bit") || begins(h->encoding, 0, "8bit") });
}

static rc take_part(struct ctx *c, struct doc *d, slice part, slice path, unsigned depth, unsigned nest, unsigned *count)
{
	struct header h = { 0 };
	slice body, headers = cut_headers(part, &body), mine, shown;

	if (++*count > PARTS_MOST || nest > NEST_MOST) {
		d->unread++;
		return OK;
	}
	h.type = find_header(c, headers, "content-type");
	h.encoding = find_header(c, headers, "content-transfer-encoding");
	h.name = parameter(h.type, "name");
	if (h.name.len == 0)
		h.name = parameter(find_header(c, headers, "content-disposition"), "filename");
	h.charset = parameter(h.type, "charset");
	h.boundary = parameter(h.type, "boundary");
	TRY(child_path(c, path, *count, h.name, &mine));
	if (nest == 0) {
		TRY(decode_words(c, headers, &shown));
		TRY(doc_add(c, d, (struct doc_part){ .path = mine, .text = shown, .kind = IND_KIND_TEXT, .mail = true, .plain = true }));
	}
	if (begins(h.type, 0, "multipart/") && h.boundary.len)
		return take_multipart(c, d, body, h.boundary, path, depth, nest, count);
	if (begins(h.type, 0, "message/rfc822"))
		return take_part(c, d, body, path, depth, nest + 1, count);
	return take_body(c, d, body, &h, mine, depth);
}

rc doc_take_mail(struct ctx *c, struct doc *d, slice bytes, slice path, unsigned depth)
{
	unsigned count = 0;

	return take_part(c, d, bytes, path, depth, 0, &count);
}
