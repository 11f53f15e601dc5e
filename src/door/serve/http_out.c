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

void http_put_date(struct buf *b, msec t)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	jday d = (jday)(t / DAY_MSEC);
	int32_t s = (int32_t)(t / 1000 % 86400);
	struct ymd date = jday_ymd(d);

	buf_putf(b, "%s, %02d %s %d %02d:%02d:%02d GMT", days[jday_weekday(d)], date.d, months[date.m - 1], date.y,
	         s / 3600, s / 60 % 60, s % 60);
}

/* Said when the response says nothing else. */
static const struct { const char *name, *value; bool secure; } always[] = {
	{ "cache-control", "no-store", false },
	{ "content-security-policy",
	  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
	  "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", false },
	{ "cross-origin-opener-policy", "same-origin", false },
	{ "cross-origin-resource-policy", "same-origin", false },
	{ "permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()", false },
	{ "referrer-policy", "no-referrer", false },
	{ "strict-transport-security", "max-age=31536000", true },
	{ "x-content-type-options", "nosniff", false },
	{ "x-frame-options", "DENY", false },
};

static bool says(const struct http_response *r, const char *name)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (r->headers[i].name.len == strlen(name) && strncasecmp(r->headers[i].name.p, name, strlen(name)) == 0)
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

	buf_putf(b, "HTTP/1.1 %d %s\r\nDate: ", r->status, http_reason(r->status));
	http_put_date(b, how->now);
	buf_put(b, S("\r\n"));
	if (has_body(r->status)) {
		buf_putf(b, "Content-Length: %zu\r\n", r->body.len);
		if (r->content_type.len)
			TRY(put_header(c, b, S("Content-Type"), r->content_type));
	}
	for (size_t i = 0; i < r->header_count; i++)
		TRY(put_header(c, b, r->headers[i].name, r->headers[i].value));
	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		if ((how->secure || !always[i].secure) && !says(r, always[i].name))
			TRY(put_header(c, b, slice_of(always[i].name), slice_of(always[i].value)));
	buf_put(b, how->keep ? S("Connection: keep-alive\r\n\r\n") : S("Connection: close\r\n\r\n"));
	return buf_done(c, b, &out);
}

void http_plain(struct http_response *ret, int status, slice text)
{
	*ret = (struct http_response){ .status = status, .content_type = S("text/plain; charset=utf-8"), .body = text };
}
