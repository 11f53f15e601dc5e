/* The role `out`: sends mail through the one server that the settings name. It sees jobs and nothing else of the node. */
#include <curl/curl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "door/serve/outbox.h"
#include "door/serve/station.h"

#include "base/banned.h"

#define CONNECT_SECONDS 15L
#define SEND_SECONDS 60L

struct out {
	const struct settings *set;
	char *password;            /* owned; NULL: none */
};

struct reading { slice rest; };

static size_t give(char *to, size_t size, size_t n, void *from)
{
	struct reading *r = from;
	size_t room = size * n < r->rest.len ? size * n : r->rest.len;

	memcpy(to, r->rest.p, room);
	r->rest = slice_sub(r->rest, room, SIZE_MAX);
	return room;
}

static rc verdict(struct ctx *c, CURL *h, CURLcode got)
{
	long code = 0;

	if (got == CURLE_OK)
		return OK;
	(void)curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &code);
	LOG("out.failed", NUM("curl", got), NUM("smtp", code));
	if (got == CURLE_PEER_FAILED_VERIFICATION || got == CURLE_USE_SSL_FAILED)
		return FAIL(c, E_DENIED, "out.tls");
	if (got == CURLE_LOGIN_DENIED)
		return FAIL(c, E_DENIED, "out.login");
	/* RFC 5321 §4.2.1: 5yz for good, all else may work the next time */
	return code >= 500 ? FAIL(c, E_INVALID, "out.refused") : FAIL(c, E_BUSY, "out.later");
}

static rc prepare(struct ctx *c, struct out *o, CURL *h, const struct mail *m, struct curl_slist **to, slice *message)
{
	const struct settings *s = o->set;
	struct buf b;

	TRY(mail_compose(c, m, slice_of(s->mail_from), clock_real(), message));
	buf_init(&b, c->a, 1024);
	buf_putf(&b, "smtp%s://%s:%u", s->mail_tls == MAIL_TLS ? "s" : "", s->mail_host, s->mail_port);
	buf_putc(&b, '\0');
	for (size_t i = 0; i < m->nto; i++) {
		struct curl_slist *more = curl_slist_append(*to, arena_cstr(c->a, m->to[i]));

		if (!more)
			return FAIL(c, E_NOMEM, "memory.limit");
		*to = more;
	}
	if (b.full || curl_easy_setopt(h, CURLOPT_URL, b.p) != CURLE_OK ||
	    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, s->mail_tls == MAIL_TLS ? "smtps" : "smtp") != CURLE_OK ||
	    curl_easy_setopt(h, CURLOPT_USE_SSL, (long)(s->mail_tls == MAIL_NONE ? CURLUSESSL_NONE : CURLUSESSL_ALL)) != CURLE_OK ||
	    curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) != CURLE_OK ||
	    curl_easy_setopt(h, CURLOPT_MAIL_FROM, s->mail_from) != CURLE_OK ||
	    curl_easy_setopt(h, CURLOPT_MAIL_RCPT, *to) != CURLE_OK || curl_easy_setopt(h, CURLOPT_UPLOAD, 1L) != CURLE_OK ||
	    curl_easy_setopt(h, CURLOPT_READFUNCTION, give) != CURLE_OK || curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L) != CURLE_OK ||
	    curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS) != CURLE_OK ||
	    curl_easy_setopt(h, CURLOPT_TIMEOUT, SEND_SECONDS) != CURLE_OK || curl_easy_setopt(h, CURLOPT_PROXY, "") != CURLE_OK)
		return FAIL(c, E_BUG, "out.later");
	if (s->mail_user[0] && (curl_easy_setopt(h, CURLOPT_USERNAME, s->mail_user) != CURLE_OK ||
	                        curl_easy_setopt(h, CURLOPT_PASSWORD, o->password ? o->password : "") != CURLE_OK))
		return FAIL(c, E_BUG, "out.later");
	return OK;
}

static rc send_mail(struct ctx *c, struct out *o, const struct mail *m)
{
	CURL *h = curl_easy_init();
	struct curl_slist *to = NULL;
	struct reading r = { 0 };
	rc e;

	if (!h)
		return FAIL(c, E_NOMEM, "memory.limit");
	e = prepare(c, o, h, m, &to, &r.rest);
	if (e == OK && curl_easy_setopt(h, CURLOPT_READDATA, &r) != CURLE_OK)
		e = FAIL(c, E_BUG, "out.later");
	if (e == OK)
		e = verdict(c, h, curl_easy_perform(h));
	curl_slist_free_all(to);
	curl_easy_cleanup(h);
	return e;
}

static rc answer(struct ctx *c, void *to, uint32_t type, slice body, struct buf *reply)
{
	struct out *o = to;
	struct mail m;

	if (type != MSG_SEND)
		return FAIL(c, E_INVALID, "wire.form");
	TRY(outbox_get_mail(c, body, &m));
	if (!o->set->mail_host[0])
		return FAIL(c, E_DENIED, "out.no_mail");
	TRY(send_mail(c, o, &m));
	buf_put(reply, S("sent"));
	return OK;
}

static rc read_password(struct ctx *c, struct out *o)
{
	slice text;

	if (!o->set->mail_password_file[0])
		return OK;
	TRY(file_read(c, o->set->mail_password_file, 4096, &text));
	text = slice_trim(text);
	o->password = strndup(text.p ? text.p : "", text.len);
	return o->password ? OK : FAIL(c, E_NOMEM, "memory.limit");
}

rc role_out(struct ctx *c, struct station *s)
{
	struct out o = { .set = s->set };

	TRY(read_password(c, &o));
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		return FAIL(c, E_BUG, "out.later");
	TRY(station_user(c, s));
	TRY(station_enter(c, s));
	TRY(station_ready(c, s));
	return station_serve(c, s, CHANNEL_OUT, (size_t)64 << 20, answer, &o);
}
