#include <arpa/inet.h>
#include <netdb.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/parse.h"
#include "door/cli/commands.h"
#include "door/cli/counter.h"
#include "door/exchange/exchange.h"

#include "base/banned.h"

#define PACK_MOST ((size_t)64 << 20)

static volatile int stopped;

static void on_stop(int sig)
{
	(void)sig;
	stopped = 1;
}

static msec clock_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (msec)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- keys ---- */

static rc put_card(struct desk *d)
{
	AUTO_KEYS keys = { 0 };
	struct buf b;

	TRY(exchange_keys_open(d->c, d->in->app->store, &keys));
	buf_init(&b, d->c->a, 65536);
	TRY(exchange_card_put(d->c, &keys, node_name(d->node), &b));
	if (call_has(d->in, "out"))
		return file_replace(d->c, call_value(d->in, "out"), buf_slice(&b), 0644);
	buf_put(&d->out, buf_slice(&b));
	return OK;
}

static rc run_init(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct gate *g;
	AUTO_DESK d = { 0 };
	struct act act;
	int64_t seq;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(gate_load(c, in->app->data, &g));
	TRY(house_act(c, g, &d.actor, desk_option(&d, "class"), desk_option(&d, "agency"), &act));
	TRY(exchange_keys_create(c, in->app->store, node_name(d.node)));
	TRY(node_append(c, d.node, &act, &seq));
	TRY(put_card(&d));
	return desk_close(&d);
}

static rc run_card(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };

	TRY(desk_open(c, in, out, 0, &d));
	TRY(put_card(&d));
	return desk_close(&d);
}

static rc run_roll(struct ctx *c, const struct call *in, struct answer *out)
{
	struct when from = { c->now + 7 * DAY_MSEC, false };
	AUTO_DESK d = { 0 };
	bool given;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(desk_when(&d, "from", &from, &given));
	TRY(exchange_keys_roll(c, in->app->store, node_name(d.node), from.at));
	TRY(put_card(&d));
	return desk_close(&d);
}

/* ---- serve, run ---- */

static rc open_line_keys(struct counter *k, struct line_keys **ret)
{
	const char *key, *cert;

	TRY(exchange_tls_files(k->d.c, &k->keys, exchange_key_at(&k->keys, k->d.c->now), &key, &cert));
	return line_keys_open(k->d.c, key, cert, ret);
}

static void keys_freep(struct line_keys **k) { line_keys_free(*k); }

static rc listen_at(struct ctx *c, const char *host, const char *port, int *ret_fd)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *list = NULL;
	AUTO_FD fd = -1;
	int on = 1, bound = -1;

	if (getaddrinfo(host, port, &hints, &list) != 0)
		return FAIL(c, E_INVALID, "line.listen");
	fd = socket(list->ai_family, list->ai_socktype | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
		bound = bind(fd, list->ai_addr, list->ai_addrlen);
	}
	freeaddrinfo(list);
	if (bound != 0 || listen(fd, 64) != 0)
		return FAIL_SYS(c, "line.listen");
	*ret_fd = TAKE_FD(fd);
	return OK;
}

/* 0 lets the system choose; what it chose is printed. */
static rc say_port(struct desk *d, int fd)
{
	struct sockaddr_storage a = { .ss_family = AF_UNSPEC };
	socklen_t n = sizeof a;
	unsigned port;
	struct buf b;

	if (getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		return FAIL_SYS(d->c, "line.listen");
	/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): getsockname() filled it */
	port = a.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&a)->sin6_port) : ntohs(((struct sockaddr_in *)&a)->sin_port);
	buf_init(&b, d->c->a, 64);
	buf_putf(&b, "listening on %u\n", port);
	TRY(out_write(d->c, buf_slice(&b)));
	(void)fflush(stdout);
	return OK;
}

static rc run_serve(struct ctx *c, const struct call *in, struct answer *out)
{
	const char *port = call_has(in, "port") ? call_value(in, "port") : "8443";
	const char *host = call_has(in, "host") ? call_value(in, "host") : "127.0.0.1";
	__attribute__((cleanup(keys_freep))) struct line_keys *lk = NULL;
	const struct sigaction stop = { .sa_handler = on_stop };
	AUTO_COUNTER k = { 0 };
	AUTO_FD fd = -1;

	TRY(counter_open(c, in, out, COUNTER_KEYS, &k));
	TRY(open_line_keys(&k, &lk));
	TRY(listen_at(c, host, port, &fd));
	(void)sigaction(SIGTERM, &stop, NULL);
	(void)sigaction(SIGINT, &stop, NULL);
	TRY(say_port(&k.d, fd));
	TRY(post_serve(c, &k.x, lk, fd, in->app->now ? NULL : clock_now, &stopped));
	return counter_close(&k);
}

static void put_tally(struct desk *d, const struct post_tally *t)
{
	struct json_out o = json_out_on(&d->out);

	if (!d->json) {
		buf_putf(&d->out, d->ja ? "受領 %zu、再試行 %zu、期限切れ %zu、次の呼出し %zu\n" :
		         "received %zu, to be tried again %zu, expired %zu, next called %zu\n", t->settled, t->failed, t->expired, t->rung);
		return;
	}
	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.exchange.run/1"));
	jo_kv_int(&o, "received", (int64_t)t->settled);
	jo_kv_int(&o, "failed", (int64_t)t->failed);
	jo_kv_int(&o, "expired", (int64_t)t->expired);
	jo_kv_int(&o, "rung", (int64_t)t->rung);
	jo_end_object(&o);
	buf_putc(&d->out, '\n');
}

/* Acts never wait for witnesses: they are asked when what waits has gone. */
static rc ask_witnesses(struct ctx *c, struct counter *k, const struct line_keys *lk, bool *ret_alarm)
{
	struct witnessing w;
	rc r = witnessing_run(c, &k->x, lk, &w);

	*ret_alarm = r == E_TAMPER || (r == OK && w.alarms > 0);
	if (*ret_alarm)
		(void)fputs("renkei: ALARM: a witness has seen another or a longer record than this one, or its file is damaged "
		            "(renkei record witness list)\n", stderr);
	if (r == OK && w.unreached > 0)
		(void)fputs("renkei: a witness did not cosign this time; it is asked again (renkei record witness list)\n", stderr);
	if (r == E_TAMPER)
		fault_clear(c);
	return r == E_TAMPER ? OK : r;
}

static rc run_run(struct ctx *c, const struct call *in, struct answer *out)
{
	__attribute__((cleanup(keys_freep))) struct line_keys *lk = NULL;
	const struct sigaction stop = { .sa_handler = on_stop };
	struct post_tally t = { 0 };
	AUTO_COUNTER k = { 0 };
	bool alarm = false;
	msec asked = 0;

	TRY(counter_open(c, in, out, COUNTER_KEYS, &k));
	TRY(open_line_keys(&k, &lk));
	(void)sigaction(SIGTERM, &stop, NULL);
	do {
		AUTO_ARENA a = arena_new((size_t)256 << 20);
		struct ctx own = { .a = a, .now = in->app->now ? c->now : clock_now(), .app = c->app };
		rc r;

		if (!a)
			return FAIL(c, E_NOMEM, "memory.limit");
		r = post_run(&own, &k.x, lk, in->app->now ? NULL : clock_now, &t);
		if (r == OK && own.now - asked >= WITNESSING_EVERY) {
			asked = own.now;
			r = ask_witnesses(&own, &k, lk, &alarm);
		}
		c->fault = own.fault;
		TRY(r);
		if (call_has(in, "stay"))
			(void)sleep(2);
	} while (call_has(in, "stay") && !stopped);
	put_tally(&k.d, &t);
	out->no = t.failed > 0 || alarm;
	return counter_close(&k);
}

/* ---- carried by hand ---- */

static rc run_pack(struct ctx *c, const struct call *in, struct answer *out)
{
	slice peer = slice_of(in->args[0]);
	AUTO_COUNTER k = { 0 };
	struct sent *v;
	struct buf b;
	size_t n, count = 0;

	TRY(counter_open(c, in, out, COUNTER_KEYS, &k));
	TRY(outbox_waiting(c, k.d.st, INT64_MAX, 2000, &v, &n));
	buf_init(&b, c->a, PACK_MOST);
	for (size_t i = 0; i < n && count < RECEIVE_MOST; i++) {
		slice bytes;

		if (!slice_eq(v[i].peer, peer) || v[i].exp <= c->now || v[i].after > c->now)
			continue;
		TRY(outbox_bytes(c, &k.x, &v[i], &bytes));
		buf_put(&b, bytes);
		count++;
	}
	if (b.full)
		return FAIL(c, E_LIMIT, "text.limit");
	TRY(file_replace(c, in->args[1], buf_slice(&b), 0600));
	buf_putf(&k.d.out, "%zu\n", count);
	return counter_close(&k);
}

static rc run_take(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	slice bytes, receipts;

	TRY(counter_open(c, in, out, COUNTER_KEYS, &k));
	TRY(file_read(c, in->args[0], PACK_MOST, &bytes));
	TRY(exchange_receive(c, &k.x, S_NONE, bytes, &receipts));
	if (in->nargs > 1)
		TRY(file_replace(c, in->args[1], receipts, 0644));
	else
		buf_put(&k.d.out, receipts);
	return counter_close(&k);
}

/* Receipts that came back by hand. */
static rc run_settle(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	slice text, rest, body, sig, *bytes;
	size_t n = 0, settled;
	struct receipt r;
	struct sent *v;

	TRY(counter_open(c, in, out, COUNTER_KEYS, &k));
	TRY(file_read(c, in->args[0], PACK_MOST, &text));
	TRY_ARRAY(c, v, RECEIVE_MOST);
	TRY_ARRAY(c, bytes, RECEIVE_MOST);
	for (rest = text; rest.len > 0 && n < RECEIVE_MOST; n++) {
		TRY(receipt_read(c, &rest, &r, &body, &sig));
		TRY(outbox_find(c, k.d.st, r.id, &v[n]));
		TRY(outbox_bytes(c, &k.x, &v[n], &bytes[n]));
	}
	TRY(outbox_settle(c, &k.x, v, bytes, n, text, &settled));
	buf_putf(&k.d.out, "%zu\n", settled);
	return counter_close(&k);
}

/* ---- status, recall ---- */

static void put_sent(struct desk *d, const struct sent *s)
{
	struct json_out o = json_out_on(&d->out);

	if (!d->json) {
		buf_putf(&d->out, "%.*s  %.*s  #%lld  %.*s  %.*s\n", S_ARG(s->env), S_ARG(s->peer), (long long)s->eseq, S_ARG(s->kind),
		         S_ARG(s->state));
		return;
	}
	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.sent/1"));
	jo_kv_text(&o, "envelope", s->env);
	jo_kv_text(&o, "to", s->peer);
	jo_kv_int(&o, "seq", s->eseq);
	jo_kv_text(&o, "thread", s->thread);
	jo_kv_text(&o, "kind", s->kind);
	jo_kv_text(&o, "state", s->state);
	desk_json_msec(&o, "at", s->at);
	desk_json_msec(&o, "expires", s->exp);
	if (s->received)
		desk_json_msec(&o, "receipt_at", s->received_at);
	jo_kv_int(&o, "their_entry", s->rec_seq);
	jo_kv_bool(&o, "recalled", s->recalled);
	jo_end_object(&o);
	buf_putc(&d->out, '\n');
}

static rc run_status(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct sent *v;
	size_t n;

	TRY(counter_open(c, in, out, 0, &k));
	if (in->nargs > 0)
		TRY(outbox_of(c, k.d.st, slice_of(in->args[0]), S_NONE, &v, &n));
	else
		TRY(outbox_waiting(c, k.d.st, INT64_MAX, 1000, &v, &n));
	for (size_t i = 0; i < n; i++)
		put_sent(&k.d, &v[i]);
	return counter_close(&k);
}

static rc second_person(struct counter *k, struct actor *ret)
{
	if (!call_has(k->d.in, "by"))
		return FAIL(k->d.c, E_DENIED, "act.approval");
	return actor_parse(k->d.c, desk_option(&k->d, "by"), ret);
}

static rc run_recall(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct actor by;

	TRY(counter_open(c, in, out, DESK_ACTOR, &k));
	TRY(second_person(&k, &by));
	TRY(recall_acts(c, &k.x, &k.d.actor, &by, slice_of(in->args[0]), call_has(in, "code") ? desk_option(&k.d, "code") : S("mistake")));
	buf_putf(&k.d.out, "%s\n", desk_say(&k.d, "取消しを求めます。相手が既に読み、写したものまでは取り消せません。相手の回答（破棄・保持）が記録されます。",
	         "The recall is on its way. What was read or copied cannot be taken back; the answer (destroyed or kept) will be on record."));
	return counter_close(&k);
}

static rc run_answer(struct ctx *c, const struct call *in, struct answer *out)
{
	bool done = strcmp(in->args[1], "done") == 0;
	AUTO_COUNTER k = { 0 };
	struct actor by;

	TRY(counter_open(c, in, out, DESK_ACTOR, &k));
	TRY(second_person(&k, &by));
	if (!done && strcmp(in->args[1], "kept") != 0)
		return FAIL(c, E_INVALID, "recall.code");
	TRY(recall_answer(c, &k.x, &k.d.actor, &by, slice_of(in->args[0]), done, call_has(in, "basis") ? desk_option(&k.d, "basis") : S("asked")));
	return counter_close(&k);
}

static const struct option_spec init_options[] = {
	{ "class", "CLASS", "What this node is to others: regulator, coordinator, police, advisor, reporter, processor, principal, …" },
	{ "agency", "CODE", "Its code in the agencies' list, if it is one." },
	{ "out", "FILE", "Write the card here (default: standard output)." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec card_options[] = {
	{ "out", "FILE", "Write the card here (default: standard output)." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec roll_options[] = {
	{ "from", "TIME", "When the new keys begin to sign (default: in seven days); the partners need the card before." },
	{ "out", "FILE", "Write the card here (default: standard output)." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec serve_options[] = {
	{ "host", "HOST", "Address to listen at (default 127.0.0.1)." },
	{ "port", "N", "Port (default 8443; 0: any, printed)." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec run_options[] = {
	{ "stay", NULL, "Go on until told to end." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec plain_options[] = { DESK_OPTIONS, { 0 } };
static const struct option_spec recall_options[] = {
	{ "by", "ID:ROLE", "The second person, who approves." },
	{ "code", "WORD", "Why: mistake (default), wrong_recipient, corrected, …" },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec answer_options[] = {
	{ "by", "ID:ROLE", "The second person, who approves." },
	{ "basis", "WORD", "On which basis it was destroyed or is kept." },
	DESK_OPTIONS,
	{ 0 },
};

const struct command cmd_exchange[] = {
	{ "exchange", "init", "", 0, 0, "Say what this node is, make its keys, print its card", init_options, run_init },
	{ "exchange", "card", "", 0, 0, "Print the card for partners", card_options, run_card },
	{ "exchange", "roll", "", 0, 0, "Make new keys that begin to sign later; print the card", roll_options, run_roll },
	{ "exchange", "serve", "", 0, 0, "Take envelopes in, and cosign checkpoints, over mutual TLS", serve_options, run_serve },
	{ "exchange", "run", "", 0, 0, "Send what waits, take the receipts, have the record cosigned", run_options, run_run },
	{ "exchange", "pack", "PARTNER FILE", 2, 2, "Write what waits for a partner into a file to be carried", plain_options, run_pack },
	{ "exchange", "take", "FILE [RECEIPTS]", 1, 2, "Take in a file that was carried; write the receipts", plain_options, run_take },
	{ "exchange", "settle", "RECEIPTS", 1, 1, "Take in receipts that were carried back", plain_options, run_settle },
	{ "exchange", "status", "[THREAD]", 0, 1, "List what waits, or what a thread sent", plain_options, run_status },
	{ "exchange", "recall", "ENVELOPE", 1, 1, "Ask the recipient to destroy what an envelope brought", recall_options, run_recall },
	{ "exchange", "answer", "ENVELOPE done|kept", 2, 2, "Answer a recall", answer_options, run_answer },
	{ 0 },
};
