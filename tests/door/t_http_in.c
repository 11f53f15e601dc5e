#include "tests/support.h"

#include <stdio.h>
#include <string.h>

#include "door/serve/http_in.h"
#include "door/serve/http_out.h"

static const struct http_limits limits = { .line = 256, .head = 1024, .headers = 8, .body = 64 };

static enum http_step feed(struct ctx *c, struct http_in *h, slice text, size_t piece, size_t *ret_used)
{
	enum http_step s = HTTP_MORE;
	size_t at = 0;

	http_in_init(h, c->a, &limits);
	while (at < text.len && s == HTTP_MORE) {
		size_t used = 0;

		s = http_in_feed(h, slice_sub(text, at, piece), &used);
		at += used;
	}
	*ret_used = at;
	return s;
}

#define HEAD "GET /a HTTP/1.1\r\nHost: h\r\n"
#define POST "POST /a HTTP/1.1\r\nHost: h\r\n"

/* What must be refused, with the status. Most of it is taken from lists of request smuggling. */
static const struct { const char *text; int status; } refused[] = {
	{ "GET /a HTTP/1.1\nHost: h\n\n", 400 },                                   /* bare LF */
	{ "GET /a HTTP/1.1\rHost: h\r\r", 400 },                                   /* bare CR */
	{ "GET  /a HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
	{ "GET /a  HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
	{ "GET\t/a HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
	{ " GET /a HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
	{ "GET /a\r\n\r\n", 400 },                                                 /* HTTP/0.9 */
	{ "GET /a HTTP/1.1 \r\nHost: h\r\n\r\n", 400 },
	{ "GET /a HTTP/2.0\r\nHost: h\r\n\r\n", 505 },
	{ "GET /a HTTP/1.10\r\nHost: h\r\n\r\n", 400 },
	{ "GET /a http/1.1\r\nHost: h\r\n\r\n", 400 },
	{ "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505 },
	{ "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", 501 },
	{ "TRACE /a HTTP/1.1\r\nHost: h\r\n\r\n", 501 },
	{ "G\"T /a HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
	{ "GET http://other/a HTTP/1.1\r\nHost: h\r\n\r\n", 400 },                  /* an authority in the target */
	{ "GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
	{ "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
	{ "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
	{ "GET /% HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
	{ "GET /\\..\\x HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
	{ "GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
	{ "GET /a HTTP/1.1\r\n\r\n", 400 },                                        /* no Host */
	{ HEAD "Host: h\r\n\r\n", 400 },                                           /* two */
	{ "GET /a HTTP/1.1\r\nHost: a b\r\n\r\n", 400 },
	{ "GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n", 400 },
	{ "GET /a HTTP/1.1\r\nHost: u@h\r\n\r\n", 400 },
	{ "GET /a HTTP/1.1\r\nHost:\r\n\r\n", 400 },
	{ HEAD "X : y\r\n\r\n", 400 },                                             /* blank before the colon */
	{ HEAD " folded: y\r\n\r\n", 400 },
	{ HEAD "X: a\r\n b\r\n\r\n", 400 },                                        /* obs-fold */
	{ HEAD "X: a\r\n\tb\r\n\r\n", 400 },
	{ HEAD ": y\r\n\r\n", 400 },
	{ HEAD "X\r\n\r\n", 400 },
	{ HEAD "X\x01: y\r\n\r\n", 400 },
	{ HEAD "X: y\x01z\r\n\r\n", 400 },
	{ HEAD "X: y\x7fz\r\n\r\n", 400 },
	{ HEAD "X\xe3: y\r\n\r\n", 400 },
	{ POST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400 },      /* CL.TE */
	{ POST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400 },      /* TE.CL */
	{ POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400 },
	{ POST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400 },
	{ POST "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n", 400 },
	{ POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501 },
	{ POST "Transfer-Encoding: gzip\r\n\r\n", 501 },
	{ POST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400 },
	{ POST "Transfer-Encoding:\x0b" "chunked\r\n\r\n0\r\n\r\n", 400 },
	{ POST "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 501 },
	{ "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400 },
	{ POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400 },
	{ POST "Content-Length: 3, 3\r\n\r\nabc", 400 },
	{ POST "Content-Length: +3\r\n\r\nabc", 400 },
	{ POST "Content-Length: -3\r\n\r\nabc", 400 },
	{ POST "Content-Length: 0x3\r\n\r\nabc", 400 },
	{ POST "Content-Length: 3 \t4\r\n\r\nabc", 400 },
	{ POST "Content-Length:\r\n\r\nabc", 400 },
	{ POST "Content-Length: 99999999999999999999\r\n\r\n", 400 },
	{ POST "Content-Length: 65\r\n\r\n", 413 },
	{ POST "Transfer-Encoding: chunked\r\n\r\n41\r\n", 413 },
	{ POST "Transfer-Encoding: chunked\r\n\r\n100000000\r\n", 400 },           /* nine digits */
	{ POST "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n", 400 },
	{ POST "Transfer-Encoding: chunked\r\n\r\n 3\r\nabc\r\n0\r\n\r\n", 400 },
	{ POST "Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n", 400 },
	{ POST "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n", 400 },
	{ POST "Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400 },
	{ POST "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", 400 },  /* longer than it says */
	{ POST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\n0\r\n\r\n", 400 },
	{ POST "Transfer-Encoding: chunked\r\n\r\n3;a\nb\r\nabc\r\n0\r\n\r\n", 400 },
	{ POST "Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n", 400 },       /* a trailer */
	{ POST "Transfer-Encoding: chunked\r\n\r\n\r\n", 400 },
	{ HEAD "Expect: 200-maybe\r\n\r\n", 417 },
	{ "\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n", 400 },
	{ HEAD "A: 1\r\nA: 2\r\nA: 3\r\nA: 4\r\nA: 5\r\nA: 6\r\nA: 7\r\nA: 8\r\n\r\n", 431 },
};

static void what_two_readers_could_understand_differently_is_refused(void **state)
{
	struct ctx *c = *state;

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		for (size_t piece = 1; piece <= 1000; piece = piece * 7 + 3) {
			struct http_in h;
			size_t used;
			enum http_step s = feed(c, &h, slice_of(refused[i].text), piece, &used);

			if (s != HTTP_BAD || h.status != refused[i].status)
				fail_msg("row %zu in pieces of %zu: step %d, status %d, want %d", i, piece, s, h.status, refused[i].status);
		}
}

static void a_request_reads_the_same_in_pieces_of_any_size(void **state)
{
	static const char text[] = "\r\nPOST /a/b?c=%20d HTTP/1.1\r\nHOST: h.example:8470\r\nX-Y:  z \r\nTransfer-Encoding: Chunked\r\n"
		"\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\nGET /next";
	struct ctx *c = *state;

	for (size_t piece = 1; piece < sizeof text; piece++) {
		struct http_request q;
		struct http_in h;
		size_t used;

		assert_int_equal(feed(c, &h, (slice){ text, sizeof text - 1 }, piece, &used), HTTP_WHOLE);
		assert_int_equal(used, sizeof text - 1 - 9);
		q = http_in_request(&h, S("192.0.2.7"), true);
		assert_slice(q.method, S("POST"));
		assert_slice(q.path, S("/a/b"));
		assert_slice(q.query, S("c=%20d"));
		assert_slice(q.body, S("abcde"));
		assert_int_equal(q.header_count, 3);
		assert_slice(q.headers[0].name, S("host"));
		assert_slice(q.headers[1].value, S("z"));
		assert_true(h.keep);
	}
}

static void a_connection_stays_open_only_as_the_versions_say(void **state)
{
	static const struct { const char *text; bool keep; } rows[] = {
		{ HEAD "\r\n", true },
		{ HEAD "Connection: close\r\n\r\n", false },
		{ HEAD "Connection: TE, Close\r\n\r\n", false },
		{ HEAD "Connection: closed\r\n\r\n", true },
		{ "GET /a HTTP/1.0\r\n\r\n", false },
		{ "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false },
	};
	struct ctx *c = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct http_in h;
		size_t used;

		assert_int_equal(feed(c, &h, slice_of(rows[i].text), 1000, &used), HTTP_WHOLE);
		assert_int_equal(h.keep, rows[i].keep);
	}
}

static void lines_and_heads_that_are_too_long_are_refused_while_they_come(void **state)
{
	struct ctx *c = *state;
	char text[4096];
	struct http_in h;
	size_t used;

	(void)snprintf(text, sizeof text, "GET /%0300d HTTP/1.1\r\nHost: h\r\n\r\n", 0);
	assert_int_equal(feed(c, &h, slice_of(text), 1, &used), HTTP_BAD);
	assert_int_equal(h.status, 414);
	assert_true(used < 262);
	(void)snprintf(text, sizeof text, HEAD "X: %0300d\r\n\r\n", 0);
	assert_int_equal(feed(c, &h, slice_of(text), 4096, &used), HTTP_BAD);
	assert_int_equal(h.status, 431);
	(void)snprintf(text, sizeof text, HEAD "A: %0240d\r\nB: %0240d\r\nC: %0240d\r\nD: %0240d\r\nE: %0240d\r\n\r\n", 0, 0, 0, 0, 0);
	assert_int_equal(feed(c, &h, slice_of(text), 4096, &used), HTTP_BAD);
	assert_int_equal(h.status, 431);
}

static void a_value_can_begin_no_other_header(void **state)
{
	static const char *const bad[] = { "a\r\nSet-Cookie: x", "a\nb", "a\rb", "a\x01" };
	struct ctx *c = *state;

	for (size_t i = 0; i < 4; i++) {
		struct http_response r = { .status = 303, .headers = { { S("Location"), slice_of(bad[i]) } }, .header_count = 1 };
		struct http_how how = { .now = c->now };
		struct buf b;

		buf_init(&b, c->a, 8192);
		assert_fault(c, http_put_head(c, &b, &r, &how), E_BUG, "http.header");
	}
}

static void what_a_page_says_itself_is_not_said_twice(void **state)
{
	struct http_response r = { .status = 200, .body = S("x"), .headers = { { S("Cache-Control"), S("private") } }, .header_count = 1 };
	struct http_how how = { .secure = true, .now = 1795219200000 };
	struct ctx *c = *state;
	struct buf b;

	buf_init(&b, c->a, 8192);
	assert_ok(c, http_put_head(c, &b, &r, &how));
	assert_true(slice_find(buf_slice(&b), S("no-store"), 0) == SIZE_MAX);
	assert_true(slice_find(buf_slice(&b), S("Cache-Control: private\r\n"), 0) != SIZE_MAX);
	assert_true(slice_find(buf_slice(&b), S("strict-transport-security: "), 0) != SIZE_MAX);
	assert_true(slice_find(buf_slice(&b), S("Date: Sat, 21 Nov 2026 00:00:00 GMT\r\n"), 0) != SIZE_MAX);
	assert_true(slice_find(buf_slice(&b), S("Content-Length: 1\r\n"), 0) != SIZE_MAX);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WORK_TEST(what_two_readers_could_understand_differently_is_refused),
		WORK_TEST(a_request_reads_the_same_in_pieces_of_any_size),
		WORK_TEST(a_connection_stays_open_only_as_the_versions_say),
		WORK_TEST(lines_and_heads_that_are_too_long_are_refused_while_they_come),
		WORK_TEST(a_value_can_begin_no_other_header),
		WORK_TEST(what_a_page_says_itself_is_not_said_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
