#include "door/serve/http_in.h"

#include "base/limits.h"
#include "base/parse.h"

#include "base/banned.h"

enum place { AT_HEAD, AT_BODY, AT_CHUNK_SIZE, AT_CHUNK_EXTRA, AT_CHUNK, AT_CHUNK_END, AT_END, AT_WHOLE, AT_BAD };

#define CHUNK_DIGITS 8u          /* a chunk below 4 GiB; the largest body is far below */
#define CHUNK_EXTRA 256u         /* bytes of an extension, which is passed over (RFC 9112 §7.1.1) */

void http_in_init(struct http_in *h, struct arena *a, const struct http_limits *limits)
{
	*h = (struct http_in){ .limits = limits, .at = AT_HEAD };
	buf_init(&h->head, a, limits->head);
	buf_init(&h->body, a, limits->body);
}

static enum http_step bad(struct http_in *h, int status, const char *why)
{
	h->at = AT_BAD;
	h->status = status;
	h->why = why;
	h->keep = false;
	return HTTP_BAD;
}

/* ---- characters ---- */

/* token, RFC 9110 §5.6.2 */
static bool is_token_char(unsigned char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
	       (ch && strchr("!#$%&'*+-.^_`|~", ch));
}

static bool is_token(slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_token_char((unsigned char)s.p[i]))
			return false;
	return s.len > 0;
}

static char lower(char ch) { return ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch; }

static bool same_word(slice s, const char *word)
{
	size_t i = 0;

	for (; i < s.len && word[i]; i++)
		if (lower(s.p[i]) != word[i])
			return false;
	return i == s.len && !word[i];
}

/* A list of words, "close, te"; has it this one? */
static bool list_has(slice list, const char *word)
{
	slice one;

	while (slice_next(&list, ',', &one))
		if (same_word(slice_trim(one), word))
			return true;
	return false;
}

/* ---- the request line ---- */

static bool method_is_known(slice m)
{
	static const char *const known[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (slice_is(m, known[i]))
			return true;
	return false;
}

/*
 * origin-form only (RFC 9112 §3.2.1): "/" and what RFC 3986 allows in path and query. A percent sign has two hex digits
 * behind it; a fragment never travels.
 */
static bool target_is_good(slice t)
{
	if (t.len == 0 || t.p[0] != '/')
		return false;
	for (size_t i = 0; i < t.len; i++) {
		unsigned char ch = (unsigned char)t.p[i];

		if (ch <= ' ' || ch >= 127 || strchr("\"#<>\\^`{|}", ch))
			return false;
		if (ch == '%' && (i + 2 >= t.len || !strchr("0123456789abcdefABCDEF", t.p[i + 1]) ||
		                  !strchr("0123456789abcdefABCDEF", t.p[i + 2])))
			return false;
	}
	return true;
}

/* method SP target SP HTTP/1.x, one blank each. */
static enum http_step take_request_line(struct http_in *h, slice line)
{
	size_t a = slice_find(line, S(" "), 0), b = a == SIZE_MAX ? a : slice_find(line, S(" "), a + 1);
	slice version;

	if (b == SIZE_MAX)
		return bad(h, 400, "line");
	h->method = slice_sub(line, 0, a);
	h->target = slice_sub(line, a + 1, b - a - 1);
	version = slice_sub(line, b + 1, SIZE_MAX);
	if (!is_token(h->method))
		return bad(h, 400, "method");
	if (version.len != 8 || !slice_starts(version, S("HTTP/")) || version.p[5] < '0' || version.p[5] > '9' ||
	    version.p[6] != '.' || version.p[7] < '0' || version.p[7] > '9')
		return bad(h, 400, "version");
	if (version.p[5] != '1')
		return bad(h, 505, "version");
	if (!method_is_known(h->method))
		return bad(h, 501, "method");
	if (!target_is_good(h->target))
		return bad(h, 400, "target");
	h->keep = version.p[7] != '0';
	return HTTP_MORE;
}

/* ---- headers ---- */

/* name ":" OWS value OWS. No blank before the colon; a line that begins with a blank is a folded one (obs-fold). */
static enum http_step take_header_line(struct http_in *h, slice line)
{
	size_t colon = slice_find(line, S(":"), 0);
	struct http_header *x;

	if (colon == SIZE_MAX || !is_token(slice_sub(line, 0, colon)))
		return bad(h, 400, "header");
	if (h->nheaders == h->limits->headers)
		return bad(h, 431, "headers");
	x = &h->headers[h->nheaders++];
	x->name = slice_sub(line, 0, colon);
	x->value = slice_trim(slice_sub(line, colon + 1, SIZE_MAX));
	for (size_t i = 0; i < colon; i++)
		h->head.p[(size_t)(line.p - h->head.p) + i] = lower(line.p[i]);
	return HTTP_MORE;
}

static size_t count_of(const struct http_in *h, slice name, slice *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < h->nheaders; i++)
		if (slice_eq(h->headers[i].name, name)) {
			*ret = h->headers[i].value;
			n++;
		}
	return n;
}

/* uri-host [":" port]: letters, digits, dots, hyphens, or an address in brackets. */
static bool host_is_good(slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_token_char((unsigned char)s.p[i]) && !strchr(":[]", s.p[i]))
			return false;
	return s.len > 0 && s.len <= 255;
}

/* Content-Length: digits and nothing else. */
static bool length_of(slice s, uint64_t *ret)
{
	uint64_t n = 0;

	if (s.len == 0 || s.len > 15)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(s.p[i] - '0');
	}
	*ret = n;
	return true;
}

/* How long the body is (RFC 9112 §6.3), with all that is ambiguous refused. */
static enum http_step frame_body(struct http_in *h, bool minor)
{
	slice length = S_NONE, coding = S_NONE;
	size_t nlength = count_of(h, S("content-length"), &length);
	size_t ncoding = count_of(h, S("transfer-encoding"), &coding);

	if (nlength > 1 || ncoding > 1 || (nlength && ncoding))
		return bad(h, 400, "framing");
	if (ncoding && !minor)
		return bad(h, 400, "framing");
	if (ncoding) {
		if (!same_word(coding, "chunked"))
			return bad(h, list_has(coding, "chunked") ? 400 : 501, "coding");
		h->at = AT_CHUNK_SIZE;
		return HTTP_MORE;
	}
	if (nlength && !length_of(length, &h->left))
		return bad(h, 400, "length");
	if (h->left > h->limits->body)
		return bad(h, 413, "body");
	h->at = h->left ? AT_BODY : AT_WHOLE;
	return HTTP_MORE;
}

static enum http_step judge_head(struct http_in *h)
{
	slice v = S_NONE;
	bool minor = h->keep;   /* HTTP/1.1 */
	size_t hosts = count_of(h, S("host"), &v);

	if (hosts > 1 || (hosts == 0 && minor) || (hosts == 1 && !host_is_good(v)))
		return bad(h, 400, "host");
	for (size_t i = 0; i < h->nheaders; i++)
		if (slice_is(h->headers[i].name, "connection") && list_has(h->headers[i].value, "close"))
			h->keep = false;
	if (frame_body(h, minor) == HTTP_BAD)
		return HTTP_BAD;
	if (count_of(h, S("expect"), &v)) {
		if (!same_word(v, "100-continue"))
			return bad(h, 417, "expect");
		h->expects = minor && h->at != AT_WHOLE;
	}
	h->head_done = true;
	return HTTP_MORE;
}

/* ---- the head, byte after byte ---- */

static enum http_step end_of_line(struct http_in *h)
{
	slice line = { h->head.p + h->line_from, h->head.len - h->line_from };

	if (line.len > h->limits->line)
		return bad(h, h->method.p ? 431 : 414, "line");
	if (line.len == 0 && !h->method.p) {
		/* one empty line before a request is passed over (RFC 9112 §2.2) */
		if (h->skipped)
			return bad(h, 400, "line");
		h->skipped = true;
		return HTTP_MORE;
	}
	if (line.len == 0)
		return judge_head(h);
	h->line_from = h->head.len;
	return h->method.p ? take_header_line(h, line) : take_request_line(h, line);
}

static bool head_begin(struct http_in *h)
{
	/* no growing later: slices point into it */
	if (!buf_room(&h->head, h->limits->head))
		return false;
	h->headers = arena_alloc(h->head.a, h->limits->headers, sizeof *h->headers);
	return h->headers != NULL;
}

static enum http_step feed_head(struct http_in *h, slice bytes, size_t *used)
{
	if (!h->headers && !head_begin(h))
		return bad(h, 503, "memory");
	while (h->at == AT_HEAD && *used < bytes.len) {
		unsigned char ch = (unsigned char)bytes.p[(*used)++];

		if (h->cr != (ch == '\n'))
			return bad(h, 400, "end");     /* CR without LF, LF without CR */
		if (ch == '\r') {
			h->cr = true;
			continue;
		}
		if (ch == '\n') {
			h->cr = false;
			if (end_of_line(h) == HTTP_BAD || h->head_done)
				break;
			continue;
		}
		if ((ch < ' ' && ch != '\t') || ch == 127)
			return bad(h, 400, "control");
		if (h->head.len == h->limits->head || h->head.len - h->line_from > h->limits->line)
			return bad(h, h->method.p ? 431 : 414, "line");
		h->head.p[h->head.len++] = (char)ch;
	}
	return h->at == AT_BAD ? HTTP_BAD : HTTP_MORE;
}

/* ---- the body ---- */

static enum http_step feed_bytes(struct http_in *h, slice bytes, size_t *used, int next)
{
	size_t n = bytes.len - *used;

	if (n > h->left)
		n = (size_t)h->left;
	buf_put(&h->body, slice_sub(bytes, *used, n));
	if (h->body.full)
		return bad(h, 503, "memory");
	*used += n;
	h->left -= n;
	if (h->left == 0)
		h->at = next;
	return HTTP_MORE;
}

static int hex_of(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	ch = lower(ch);
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

/* chunk-size [chunk-ext] CRLF; the last one has size 0. */
static enum http_step feed_size(struct http_in *h, char ch)
{
	int digit = h->at == AT_CHUNK_SIZE ? hex_of(ch) : -1;

	if (h->cr != (ch == '\n'))
		return bad(h, 400, "chunk");
	if (digit >= 0) {
		h->left = h->left * 16 + (uint64_t)digit;
		return ++h->digits > CHUNK_DIGITS ? bad(h, 400, "chunk") : HTTP_MORE;
	}
	if (h->digits == 0)
		return bad(h, 400, "chunk");
	if (ch == '\r') {
		h->cr = true;
		return HTTP_MORE;
	}
	if (ch == '\n') {
		h->cr = false;
		h->digits = h->extra = 0;
		if (h->left > h->limits->body - h->body.len)
			return bad(h, 413, "body");
		h->at = h->left ? AT_CHUNK : AT_END;
		return HTTP_MORE;
	}
	if ((h->at == AT_CHUNK_SIZE && ch != ';') || ch < ' ' || ch == 127 || ++h->extra > CHUNK_EXTRA)
		return bad(h, 400, "chunk");
	h->at = AT_CHUNK_EXTRA;
	return HTTP_MORE;
}

/* CRLF behind a chunk, and the empty line at the end: no trailers are taken. */
static enum http_step feed_end(struct http_in *h, char ch, int next)
{
	if (ch != (h->cr ? '\n' : '\r'))
		return bad(h, 400, h->at == AT_END ? "trailer" : "chunk");
	if (h->cr)
		h->at = next;
	h->cr = !h->cr;
	return HTTP_MORE;
}

enum http_step http_in_feed(struct http_in *h, slice bytes, size_t *ret_used)
{
	enum http_step s = HTTP_MORE;
	size_t used = 0;

	h->began = h->began || bytes.len > 0;
	while (s == HTTP_MORE && used < bytes.len && h->at != AT_WHOLE) {
		switch ((enum place)h->at) {
		case AT_HEAD: s = feed_head(h, bytes, &used); break;
		case AT_BODY: s = feed_bytes(h, bytes, &used, AT_WHOLE); break;
		case AT_CHUNK_SIZE:
		case AT_CHUNK_EXTRA: s = feed_size(h, bytes.p[used++]); break;
		case AT_CHUNK: s = feed_bytes(h, bytes, &used, AT_CHUNK_END); break;
		case AT_CHUNK_END: s = feed_end(h, bytes.p[used++], AT_CHUNK_SIZE); break;
		case AT_END: s = feed_end(h, bytes.p[used++], AT_WHOLE); break;
		case AT_WHOLE: break;
		case AT_BAD: s = HTTP_BAD; break;
		}
	}
	*ret_used = used;
	return h->at == AT_WHOLE ? HTTP_WHOLE : h->at == AT_BAD ? HTTP_BAD : s;
}

struct http_request http_in_request(const struct http_in *h, slice peer, bool secure)
{
	size_t mark = slice_find(h->target, S("?"), 0);

	return (struct http_request){
		.method = h->method,
		.path = slice_sub(h->target, 0, mark),
		.query = mark == SIZE_MAX ? S_NONE : slice_sub(h->target, mark + 1, SIZE_MAX),
		.body = buf_slice(&h->body),
		.peer = peer,
		.headers = h->headers,
		.header_count = h->nheaders,
		.secure = secure,
	};
}
