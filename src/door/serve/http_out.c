#include "door/serve/http_out.h"

#include "base/calendar.h"

#include "base/banned.h"

const char *http_reason(int status)
{
	switch (status) {
	case 200: return "OK";
	case 201: return "Created";
	case 202: return "Accepted";
	case 204: return "No Content";
	case 206: return "Partial Content";
	case 302: return "Found";
	case 303: return "See Other";
	case 304: return "Not Modified";
	case 307: return "Temporary Redirect";
	case 308: return "Permanent Redirect";
	case 400: return "Bad Request";
	case 401: return "Unauthorized";
	case 403: return "Forbidden";
	case 404: return "Not Found";
	case 405: return "Method Not Allowed";
	case 406: return "Not Acceptable";
	case 408: return "Request Timeout";
	case 409: return "Conflict";
	case 410: return "Gone";
	case 412: return "Precondition Failed";
	case 413: return "Content Too Large";
	case 414: return "URI Too Long";
	case 415: return "Unsupported Media Type";
	case 417: return "Expectation Failed";
	case 421: return "Misdirected Request";
	case 422: return "Unprocessable Content";
	case 428: return "Precondition Required";
	case 429: return "Too Many Requests";
	case 431: return "Request Header Fields Too Large";
	case 500: return "Internal Server Error";
	case 501: return "Not Implemented";
	case 503: return "Service Unavailable";
	case 504: return "Gateway Timeout";
	case 505: return "HTTP Version Not Supported";
	}
	return "";
}

static void put_two(struct buf *b, int n)
{
	buf_putc(b, (char)('0' + n / 10 % 10));
	buf_putc(b, (char)('0' + n % 10));
}

void http_put_date(struct buf *b, msec t)
{
	static const char days[] = "Sun, Mon, Tue, Wed, Thu, Fri, Sat, ", months[] = " Jan  Feb  Mar  Apr  May  Jun  Jul  Aug  Sep  Oct  Nov  Dec ";
	jday d = (jday)(t / DAY_MSEC);
	int32_t s = (int32_t)(t / 1000 % 86400);
	struct ymd date = jday_ymd(d);

	/* without a format: it stands in every answer */
	buf_put(b, (slice){ days + 5 * jday_weekday(d), 5 });
	put_two(b, date.d);
	buf_put(b, (slice){ months + 5 * (date.m - 1), 5 });
	buf_put_i64(b, date.y);
	buf_putc(b, ' ');
	put_two(b, s / 3600);
	buf_putc(b, ':');
	put_two(b, s / 60 % 60);
	buf_putc(b, ':');
	put_two(b, s % 60);
	buf_put(b, S(" GMT"));
}

#define HEADER(name, value) { sizeof name - 1, name ": " value "\r\n", sizeof name ": " value "\r\n" - 1 }

/* Said when the response says nothing else; only over TLS the last one. */
static const struct always { size_t name; const char *line; size_t len; } always[] = {
	HEADER("cache-control", "no-store"),
	HEADER("content-security-policy",
	       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
	       "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"),
	HEADER("cross-origin-opener-policy", "same-origin"),
	HEADER("cross-origin-resource-policy", "same-origin"),
	HEADER("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
	HEADER("referrer-policy", "no-referrer"),
	HEADER("x-content-type-options", "nosniff"),
	HEADER("x-frame-options", "DENY"),
	HEADER("strict-transport-security", "max-age=31536000"),
};

#define ALWAYS (sizeof always / sizeof *always)

static bool says(const struct http_response *r, const struct always *x)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (r->headers[i].name.len == x->name && strncasecmp(r->headers[i].name.p, x->line, x->name) == 0)
			return true;
	return false;
}

/* Nothing that ends a line or the text: the pages make no such value, and a mistake must not become a second header. */
static bool is_clean(slice s, bool name)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char ch = (unsigned char)s.p[i];

		if (ch < ' ' || ch == 127 || (name && (ch == ' ' || ch == ':')))
			return false;
	}
	return s.len > 0 || !name;
}

static rc put_header(struct ctx *c, struct buf *b, slice name, slice value)
{
	if (!is_clean(name, true) || !is_clean(value, false))
		return FAIL(c, E_BUG, "http.header");
	buf_put(b, name);
	buf_put(b, S(": "));
	buf_put(b, value);
	buf_put(b, S("\r\n"));
	return OK;
}

static bool has_body(int status) { return status != 204 && status != 304 && status >= 200; }

rc http_put_head(struct ctx *c, struct buf *b, const struct http_response *r, const struct http_how *how)
{
	slice out;

	buf_put(b, S("HTTP/1.1 "));
	buf_put_i64(b, r->status);
	buf_putc(b, ' ');
	buf_putz(b, http_reason(r->status));
	buf_put(b, S("\r\nDate: "));
	http_put_date(b, how->now);
	buf_put(b, S("\r\n"));
	if (has_body(r->status)) {
		buf_put(b, S("Content-Length: "));
		buf_put_i64(b, (int64_t)r->body.len);
		buf_put(b, S("\r\n"));
		if (r->content_type.len)
			TRY(put_header(c, b, S("Content-Type"), r->content_type));
	}
	for (size_t i = 0; i < r->header_count; i++)
		TRY(put_header(c, b, r->headers[i].name, r->headers[i].value));
	for (size_t i = 0; i < (how->secure ? ALWAYS : ALWAYS - 1); i++)
		if (!says(r, &always[i]))
			buf_put(b, (slice){ always[i].line, always[i].len });
	buf_put(b, how->keep ? S("Connection: keep-alive\r\n\r\n") : S("Connection: close\r\n\r\n"));
	return buf_done(c, b, &out);
}

void http_plain(struct http_response *ret, int status, slice text)
{
	*ret = (struct http_response){ .status = status, .content_type = S("text/plain; charset=utf-8"), .body = text };
}
