#include "door/serve/sending.h"

#include <stdlib.h>

#include "base/base64.h"
#include "base/log.h"
#include "door/serve/station.h"

#include "base/banned.h"

#define CONNECT_SECONDS 15L
#define MAIL_SECONDS 60L
#define FETCH_SECONDS 40L
#define MEMORY ((size_t)64 << 20)

/* An option that libcurl of this build does not take is our own mistake. */
#define SET(x, option, value) do { if (curl_easy_setopt((x)->h, option, value) != CURLE_OK) return FAIL(c, E_BUG, "out.later"); } while (0)

static size_t give(char *to, size_t size, size_t n, void *from)
{
	struct reading *r = from;
	size_t room = size * n < r->rest.len ? size * n : r->rest.len;

	if (room)
		memcpy(to, r->rest.p, room);
	r->rest = slice_sub(r->rest, room, SIZE_MAX);
	return room;
}

static size_t take(char *from, size_t size, size_t n, void *to)
{
	struct sending *x = to;

	buf_put(&x->answer, (slice){ from, size * n });
	return x->answer.full ? 0 : size * n;
}

static rc add_line(struct ctx *c, struct sending *x, const char *line)
{
	struct curl_slist *more = line ? curl_slist_append(x->list, line) : NULL;

	if (!more)
		return FAIL(c, E_NOMEM, "memory.limit");
	x->list = more;
	return OK;
}

static rc text_done(struct ctx *c, struct buf *b, const char **ret)
{
	slice text;

	buf_putc(b, '\0');
	TRY(buf_done(c, b, &text));
	*ret = text.p;
	return OK;
}

static rc set_common(struct ctx *c, struct sending *x, long seconds)
{
	SET(x, CURLOPT_NOSIGNAL, 1L);
	SET(x, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	SET(x, CURLOPT_TIMEOUT, seconds);
	SET(x, CURLOPT_PROXY, "");
	SET(x, CURLOPT_FOLLOWLOCATION, 0L);
	/* each request proves its key anew, a line is of one peer alone, and nothing stays open */
	SET(x, CURLOPT_FORBID_REUSE, 1L);
	SET(x, CURLOPT_FRESH_CONNECT, 1L);
	SET(x, CURLOPT_PRIVATE, (void *)x);
	return OK;
}

/* ---- mail ---- */

static rc set_mail(struct ctx *c, struct sending *x, const struct settings *s, const struct out_keys *k, slice job)
{
	const char *url;
	struct mail m;
	struct buf b;

	TRY(outbox_get_mail(c, job, &m));
	if (!s->mail_host[0])
		return FAIL(c, E_DENIED, "out.no_mail");
	TRY(mail_compose(c, &m, slice_of(s->mail_from), clock_real(), &x->upload.rest));
	buf_init(&b, c->a, 1024);
	buf_putf(&b, "smtp%s://%s:%u", s->mail_tls == MAIL_TLS ? "s" : "", s->mail_host, s->mail_port);
	TRY(text_done(c, &b, &url));
	for (size_t i = 0; i < m.nto; i++)
		TRY(add_line(c, x, arena_cstr(c->a, m.to[i])));
	TRY(set_common(c, x, MAIL_SECONDS));
	SET(x, CURLOPT_URL, url);
	SET(x, CURLOPT_PROTOCOLS_STR, s->mail_tls == MAIL_TLS ? "smtps" : "smtp");
	SET(x, CURLOPT_USE_SSL, (long)(s->mail_tls == MAIL_NONE ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	SET(x, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(x, CURLOPT_MAIL_FROM, s->mail_from);
	SET(x, CURLOPT_MAIL_RCPT, x->list);
	SET(x, CURLOPT_UPLOAD, 1L);
	SET(x, CURLOPT_READFUNCTION, give);
	SET(x, CURLOPT_READDATA, &x->upload);
	if (s->mail_user[0]) {
		SET(x, CURLOPT_USERNAME, s->mail_user);
		SET(x, CURLOPT_PASSWORD, k->mail_password ? k->mail_password : "");
	}
	return OK;
}

/* ---- HTTPS ---- */

/* libcurl wants the usual alphabet, with its filling. */
static rc put_pins(struct ctx *c, const struct fetch *f, const char **ret)
{
	struct buf b;

	buf_init(&b, c->a, 1024);
	for (size_t i = 0; i < f->npins; i++) {
		slice raw;

		TRY(base64url_parse(c, f->pins[i], &raw));
		buf_putz(&b, i ? ";sha256//" : "sha256//");
		base64_put(&b, raw);
	}
	return text_done(c, &b, ret);
}

static struct curl_blob blob_of(slice s) { return (struct curl_blob){ (void *)(uintptr_t)s.p, s.len, CURL_BLOB_NOCOPY }; }

/* Who it is, the key says: a pinned one, whatever stands in the certificate around it; else the certificate. */
static rc set_peer(struct ctx *c, struct sending *x, const struct out_keys *k, const struct fetch *f)
{
	struct curl_blob cert = blob_of(k->node_cert), key = blob_of(k->node_key), ca = blob_of(k->ca);
	const char *pins;

	x->pinned = f->npins > 0;
	SET(x, CURLOPT_SSLVERSION, (long)(x->pinned ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2));
	if (x->pinned) {
		TRY(put_pins(c, f, &pins));
		SET(x, CURLOPT_PINNEDPUBLICKEY, pins);
		SET(x, CURLOPT_SSL_VERIFYPEER, 0L);
		SET(x, CURLOPT_SSL_VERIFYHOST, 0L);
	} else if (k->ca.len > 0) {
		SET(x, CURLOPT_CAINFO_BLOB, &ca);
	}
	if (!f->as_node)
		return OK;
	if (k->node_key.len == 0)
		return FAIL(c, E_DENIED, "line.keys");
	SET(x, CURLOPT_SSLCERT_BLOB, &cert);
	SET(x, CURLOPT_SSLKEY_BLOB, &key);
	SET(x, CURLOPT_SSLCERTTYPE, "PEM");
	SET(x, CURLOPT_SSLKEYTYPE, "PEM");
	return OK;
}

static rc set_head(struct ctx *c, struct sending *x, const struct fetch *f)
{
	const struct { const char *name; slice value; } lines[] = { { "Content-Type", f->type }, { "Accept", f->accept } };
	const char *text;
	struct buf b;

	TRY(add_line(c, x, "Expect:"));
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		buf_init(&b, c->a, 512);
		buf_putf(&b, "%s:%s%" S_FMT, lines[i].name, lines[i].value.len ? " " : "", S_ARG(lines[i].value));
		TRY(text_done(c, &b, &text));
		TRY(add_line(c, x, text));
	}
	SET(x, CURLOPT_HTTPHEADER, x->list);
	return OK;
}

static rc set_fetch(struct ctx *c, struct sending *x, const struct out_keys *k, slice job)
{
	struct fetch f;

	TRY(outbox_get_fetch(c, job, &f));
	TRY(set_common(c, x, FETCH_SECONDS));
	SET(x, CURLOPT_URL, arena_cstr(c->a, f.url));
	SET(x, CURLOPT_PROTOCOLS_STR, "https");
	SET(x, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	TRY(set_peer(c, x, k, &f));
	TRY(set_head(c, x, &f));
	if (f.basic.len > 0) {
		SET(x, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		SET(x, CURLOPT_USERPWD, arena_cstr(c->a, f.basic));
	}
	if (slice_is(f.method, "POST")) {
		SET(x, CURLOPT_POST, 1L);
		SET(x, CURLOPT_POSTFIELDS, f.body.len ? f.body.p : "");
		SET(x, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)f.body.len);
	}
	buf_init(&x->answer, c->a, FETCH_MOST);
	SET(x, CURLOPT_WRITEFUNCTION, take);
	SET(x, CURLOPT_WRITEDATA, x);
	return OK;
}

/* ---- both ---- */

void sending_free(struct sending *x)
{
	curl_easy_cleanup(x->h);
	curl_slist_free_all(x->list);
	arena_freep(&x->a);
	free(x);
}

rc sending_new(struct ctx *c, const struct settings *s, const struct out_keys *k, uint64_t number, slice job, struct sending **ret)
{
	struct sending *x = calloc(1, sizeof *x);
	struct ctx own = { .now = c->now };
	rc r = OK;

	if (!x)
		return FAIL(c, E_NOMEM, "memory.limit");
	x->number = number;
	x->a = own.a = arena_new(MEMORY);
	x->h = curl_easy_init();
	if (!x->a || !x->h)
		r = FAIL(&own, E_NOMEM, "memory.limit");
	if (r == OK)
		r = slice_keep(&own, job, &job);
	if (r == OK)
		r = outbox_kind(&own, job, &x->kind);
	if (r == OK)
		r = x->kind == JOB_MAIL ? set_mail(&own, x, s, k, job) : set_fetch(&own, x, k, job);
	c->fault = own.fault;
	if (r == OK)
		*ret = x;
	else
		sending_free(x);
	return r;
}

static rc mail_verdict(struct ctx *c, CURLcode got, long code)
{
	if (got == CURLE_PEER_FAILED_VERIFICATION || got == CURLE_USE_SSL_FAILED)
		return FAIL(c, E_DENIED, "out.tls");
	if (got == CURLE_LOGIN_DENIED)
		return FAIL(c, E_DENIED, "out.login");
	/* RFC 5321 §4.2.1: 5yz for good, all else may work the next time */
	return code >= 500 ? FAIL(c, E_INVALID, "out.refused") : FAIL(c, E_BUSY, "out.later");
}

static rc fetch_verdict(struct ctx *c, const struct sending *x, CURLcode got)
{
	switch (got) {
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH: return FAIL(c, E_DENIED, "line.pin");
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION: return FAIL(c, E_DENIED, "line.tls");
	case CURLE_WRITE_ERROR: return x->answer.full ? FAIL(c, E_LIMIT, "line.much") : FAIL(c, E_BUSY, "line.cut");
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST: return FAIL(c, E_BUSY, "line.connect");
	default: return FAIL(c, E_BUSY, "line.cut");
	}
}

rc sending_verdict(struct ctx *c, struct sending *x, CURLcode got, struct buf *reply)
{
	long code = 0;

	(void)curl_easy_getinfo(x->h, CURLINFO_RESPONSE_CODE, &code);
	if (got == CURLE_OK) {
		outbox_put_answer(reply, (unsigned)code, buf_slice(&x->answer));
		return OK;
	}
	LOG("out.failed", NUM("curl", got), NUM("status", code), WORD("job", x->kind == JOB_MAIL ? "mail" : "fetch"));
	return x->kind == JOB_MAIL ? mail_verdict(c, got, code) : fetch_verdict(c, x, got);
}
