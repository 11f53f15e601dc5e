/*
 * The role `out`: mail through the one server that the settings name, envelopes to partners, questions to an identity
 * provider. It sees jobs and nothing else of the node; many are under way at a time, so that a slow one holds up none.
 */
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "core/exchange/keys.h"
#include "door/serve/sending.h"
#include "door/serve/station.h"

#include "base/banned.h"

#define AT_A_TIME 32u
#define FRAME_WAIT 2000

struct out {
	struct station *s;
	CURLM *multi;
	struct out_keys keys;
	struct sending *all;
	size_t n;
};

/* ---- answers ---- */

static void answer(struct ctx *c, struct out *o, uint64_t number, rc r, struct buf *b)
{
	struct wire_frame reply = { .type = r == OK ? MSG_ANSWER : MSG_FAULT, .number = number, .fd = -1 };

	if (r != OK) {
		o->s->counts[COUNT_FAULTS]++;
		buf_reset(b);
		wire_put_fault(b, c, r);
		fault_clear(c);
	}
	reply.body = buf_slice(b);
	if (o->s->channel[CHANNEL_OUT] >= 0 && wire_send(c, o->s->channel[CHANNEL_OUT], &reply) != OK)
		station_drop(o->s, CHANNEL_OUT);
}

static void finish(struct ctx *c, struct out *o, struct sending *x, CURLcode got)
{
	struct buf b;
	rc r;

	buf_init(&b, c->a, channel_most(CHANNEL_OUT));
	r = sending_verdict(c, x, got, &b);
	answer(c, o, x->number, r, &b);
	for (struct sending **at = &o->all; *at; at = &(*at)->next)
		if (*at == x) {
			*at = x->next;
			break;
		}
	o->n--;
	(void)curl_multi_remove_handle(o->multi, x->h);
	sending_free(x);
}

/* ---- jobs ---- */

static void begin(struct ctx *c, struct out *o, const struct wire_frame *f)
{
	struct sending *x;
	struct buf b;
	rc r;

	o->s->counts[COUNT_CALLS]++;
	buf_init(&b, c->a, 4096);
	r = sending_new(c, o->s->set, &o->keys, f->number, f->body, &x);
	if (r == OK && curl_multi_add_handle(o->multi, x->h) != CURLM_OK) {
		sending_free(x);
		r = FAIL(c, E_NOMEM, "memory.limit");
	}
	if (r != OK) {
		answer(c, o, f->number, r, &b);
		return;
	}
	x->next = o->all;
	o->all = x;
	o->n++;
}

static rc on_job(struct ctx *c, struct out *o)
{
	enum channel_state state = STATE_MANY;
	struct wire_frame f;
	rc r = wire_recv(c, o->s->channel[CHANNEL_OUT], channel_most(CHANNEL_OUT), FRAME_WAIT, &f);

	if (r == E_IO) {
		/* core has ended; its successor asks anew for what it did not hear of */
		fault_clear(c);
		station_drop(o->s, CHANNEL_OUT);
		return OK;
	}
	TRY(r);
	if (!message_legal(CHANNEL_OUT, true, &f, &state))
		return FAIL(c, E_BUG, "wire.form");
	begin(c, o, &f);
	return OK;
}

static rc round_of(struct ctx *c, struct out *o)
{
	bool room = o->n < AT_A_TIME;
	struct curl_waitfd w[2] = {
		{ .fd = o->s->control, .events = CURL_WAIT_POLLIN }, { .fd = o->s->channel[CHANNEL_OUT], .events = CURL_WAIT_POLLIN },
	};
	int running;

	if (curl_multi_poll(o->multi, w, room && o->s->channel[CHANNEL_OUT] >= 0 ? 2 : 1, 1000, NULL) != CURLM_OK)
		return FAIL(c, E_BUG, "out.later");
	if (w[0].revents)
		TRY(station_control(c, o->s));
	else if (room && o->s->channel[CHANNEL_OUT] >= 0 && w[1].revents)
		TRY(on_job(c, o));
	if (curl_multi_perform(o->multi, &running) != CURLM_OK)
		return FAIL(c, E_BUG, "out.later");
	for (CURLMsg *m = curl_multi_info_read(o->multi, &running); m; m = curl_multi_info_read(o->multi, &running)) {
		CURLcode got = m->data.result;
		char *x = NULL;

		if (m->msg == CURLMSG_DONE && curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &x) == CURLE_OK && x)
			finish(c, o, (struct sending *)(void *)x, got);
	}
	return OK;
}

/* ---- what it holds ---- */

static rc keep_file(struct ctx *c, const char *path, slice *ret)
{
	slice text;
	char *own;

	TRY(file_read(c, path, (size_t)4 << 20, &text));
	own = malloc(text.len + 1);
	if (!own)
		return FAIL(c, E_NOMEM, "memory.limit");
	if (text.len)
		memcpy(own, text.p, text.len);
	own[text.len] = '\0';
	*ret = (slice){ own, text.len };
	return OK;
}

static rc read_node_key(struct ctx *c, const struct settings *s, struct out_keys *k)
{
	const char *key, *cert;
	rc r = exchange_tls_at(c, s->dir, c->now, &key, &cert);

	if (r == E_NOTFOUND) {
		fault_clear(c);
		return OK;
	}
	TRY(r);
	TRY(keep_file(c, key, &k->node_key));
	return keep_file(c, cert, &k->node_cert);
}

static rc read_keys(struct ctx *c, const struct settings *s, struct out_keys *k)
{
	slice text;

	if (s->mail_password_file[0]) {
		TRY(file_read(c, s->mail_password_file, 4096, &text));
		text = slice_trim(text);
		k->mail_password = strndup(text.p ? text.p : "", text.len);
		if (!k->mail_password)
			return FAIL(c, E_NOMEM, "memory.limit");
	}
	if (s->out_ca[0])
		TRY(keep_file(c, s->out_ca, &k->ca));
	return read_node_key(c, s, k);
}

rc role_out(struct ctx *c, struct station *s)
{
	AUTO_ARENA a = arena_new(channel_most(CHANNEL_OUT) * 3 + ((size_t)1 << 20));
	struct out o = { .s = s };
	msec told = 0;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	c->now = clock_real() + s->set->ahead;
	TRY(read_keys(c, s->set, &o.keys));
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0 || !(o.multi = curl_multi_init()))
		return FAIL(c, E_BUG, "out.later");
	TRY(station_user(c, s));
	TRY(station_enter(c, s));
	TRY(station_ready(c, s));
	while (!s->stop) {
		struct ctx own = { .a = a, .now = clock_real() };
		rc r = round_of(&own, &o);

		if (r != OK) {
			c->fault = own.fault;
			return r;
		}
		station_tell(&own, s, &told, clock_mono());
		arena_reset(a);
	}
	while (o.all)   /* what did not end is tried again after the next start */
		finish(c, &o, o.all, CURLE_ABORTED_BY_CALLBACK);
	curl_multi_cleanup(o.multi);
	return OK;
}
