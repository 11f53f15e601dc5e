/* Being a witness and being witnessed, with requests and answers as files that somebody carries. */
#include "base/calendar.h"
#include "base/file.h"
#include "base/json.h"
#include "base/parse.h"
#include "core/record/secret.h"
#include "core/record/witness.h"
#include "door/cli/desk.h"
#include "door/cli/record_cmds.h"

#include "base/banned.h"

static rc open_witness(struct desk *d, struct witness **ret)
{
	const char *dir;

	TRY(path_join(d->c, d->c->app->store, "witness", &dir));
	return witness_open(d->c, dir, node_name(d->node), ret);
}

/* ---- one action each; `arg` and `file` as many as its row says ---- */

static rc act_key(struct desk *d, const char *arg, const char *file)
{
	AUTO_WITNESS w = NULL;

	(void)arg;
	(void)file;
	TRY(open_witness(d, &w));
	buf_putf(&d->out, "%" S_FMT "\n", S_ARG(witness_vkey(w)));
	return OK;
}

static rc act_know(struct desk *d, const char *arg, const char *file)
{
	AUTO_WITNESS w = NULL;

	(void)file;
	TRY(open_witness(d, &w));
	return witness_know(d->c, w, slice_of(arg));
}

static rc act_renew(struct desk *d, const char *arg, const char *file)
{
	AUTO_WITNESS w = NULL;

	(void)file;
	TRY(open_witness(d, &w));
	return witness_renew(d->c, w, slice_of(arg));
}

static rc act_add(struct desk *d, const char *arg, const char *file)
{
	(void)file;
	return cosigner_add(d->c, d->node, slice_of(arg));
}

static rc act_remove(struct desk *d, const char *arg, const char *file)
{
	(void)file;
	return cosigner_remove(d->c, d->node, slice_of(arg));
}

static rc act_ask(struct desk *d, const char *arg, const char *file)
{
	slice note, request;

	(void)file;
	TRY(node_checkpoint(d->c, d->node, &note));
	TRY(cosigner_ask(d->c, d->node, slice_of(arg), &request));
	buf_put(&d->out, request);
	return OK;
}

/* The answer as a file: the status in its first line, then the body. */
static rc act_sign(struct desk *d, const char *arg, const char *file)
{
	struct witness_answer a;
	AUTO_WITNESS w = NULL;
	slice request;

	(void)file;
	TRY(file_read(d->c, arg, WITNESS_REQUEST_MOST, &request));
	TRY(open_witness(d, &w));
	TRY(witness_answer(d->c, w, request, &a));
	buf_putf(&d->out, "%d\n%" S_FMT, a.status, S_ARG(a.body));
	if (a.alarm)
		(void)fputs("renkei: ALARM: this log has shown two histories; it is never cosigned again (renkei record witness list)\n", stderr);
	return OK;
}

static rc act_take(struct desk *d, const char *arg, const char *file)
{
	slice answer, line;
	uint32_t status;

	TRY(file_read(d->c, file, WITNESS_REQUEST_MOST, &answer));
	if (!slice_next(&answer, '\n', &line))
		return FAIL(d->c, E_INVALID, "witness.form");
	TRY(parse_u32(d->c, line, 100, 599, &status));
	return cosigner_take(d->c, d->node, slice_of(arg), (int)status, answer);
}

/* ---- list ---- */

static void put_size(struct desk *d, uint64_t size, msec at)
{
	if (size == 0) {
		buf_putz(&d->out, desk_say(d, "未署名", "nothing yet"));
		return;
	}
	buf_putf(&d->out, d->ja ? "%llu件まで " : "up to %llu entries ", (unsigned long long)size);
	msec_put(&d->out, at);
}

static struct json_out json_begin(struct desk *d, const char *kind, slice name, uint64_t size, msec at, bool alarm)
{
	struct json_out o = json_out_on(&d->out);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.record.witness/1"));
	jo_kv_text(&o, "kind", slice_of(kind));
	jo_kv_text(&o, "name", name);
	jo_kv_int(&o, "size", (int64_t)size);
	jo_kv_int(&o, "at", at);
	jo_kv_bool(&o, "alarm", alarm);
	return o;
}

static void json_end(struct desk *d, struct json_out *o)
{
	jo_end_object(o);
	buf_putc(&d->out, '\n');
}

/* What is wrong with one witness: another record, a refusal, silence. */
static void put_trouble(struct desk *d, const struct cosigner *s, msec since)
{
	if (s->ahead)
		buf_putz(&d->out, desk_say(d, "  警報: 別の、またはより新しい記録を見ています", "  ALARM: it has seen another or a longer record"));
	else if (s->refused)
		buf_putf(&d->out, d->ja ? "  警告: 署名を拒んでいます（%d）" : "  WARNING: it refuses to cosign (%d)", s->refused);
	else if (is_silent(since, d->c->now))
		buf_putf(&d->out, d->ja ? "  警告: %lld日、署名がありません" : "  WARNING: silent for %lld days",
		         (long long)((d->c->now - since) / DAY_MSEC));
}

static rc list_cosigners(struct desk *d)
{
	struct cosigner *v;
	size_t n;

	TRY(cosigner_list(d->c, d->node, &v, &n));
	for (size_t i = 0; i < n; i++) {
		msec since;

		TRY(cosigner_since(d->c, d->node, &v[i], &since));
		if (d->json) {
			struct json_out o = json_begin(d, "witness", v[i].name, v[i].size, v[i].at, v[i].ahead);

			jo_kv_bool(&o, "silent", is_silent(since, d->c->now));
			jo_kv_int(&o, "refused", v[i].refused);
			json_end(d, &o);
			continue;
		}
		buf_putf(&d->out, d->ja ? "立会人 %" S_FMT ": " : "witness %" S_FMT ": ", S_ARG(v[i].name));
		put_size(d, v[i].size, v[i].at);
		put_trouble(d, &v[i], since);
		buf_putc(&d->out, '\n');
	}
	return OK;
}

static rc list_logs(struct desk *d)
{
	struct witnessed *v;
	AUTO_WITNESS w = NULL;
	size_t n;

	TRY(open_witness(d, &w));
	TRY(witness_list(d->c, w, &v, &n));
	for (size_t i = 0; i < n; i++) {
		if (d->json) {
			struct json_out o = json_begin(d, "log", v[i].origin, v[i].size, v[i].at, v[i].alarm);

			json_end(d, &o);
			continue;
		}
		buf_putf(&d->out, d->ja ? "ログ %" S_FMT ": " : "log %" S_FMT ": ", S_ARG(v[i].origin));
		put_size(d, v[i].size, v[i].at);
		if (v[i].alarm)
			buf_putf(&d->out, d->ja ? "  警報: 二つの履歴を示しました（証拠: %" S_FMT "）" : "  ALARM: it has shown two histories (evidence: %" S_FMT ")",
			         S_ARG(v[i].evidence));
		buf_putc(&d->out, '\n');
	}
	return OK;
}

static rc act_list(struct desk *d, const char *arg, const char *file)
{
	(void)arg;
	(void)file;
	TRY(list_cosigners(d));
	return list_logs(d);
}

static const struct action {
	const char *name;
	size_t args;
	rc (*run)(struct desk *d, const char *arg, const char *file);
} actions[] = {
	{ "add", 1, act_add }, { "ask", 1, act_ask }, { "key", 0, act_key }, { "know", 1, act_know }, { "list", 0, act_list },
	{ "remove", 1, act_remove }, { "renew", 1, act_renew }, { "sign", 1, act_sign }, { "take", 2, act_take },
};

rc run_record_witness(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };

	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
		if (!slice_is(slice_of(in->args[0]), actions[i].name))
			continue;
		if (in->nargs != actions[i].args + 1)
			return FAIL(c, E_INVALID, "witness.args");
		TRY(desk_open(c, in, out, 0, &d));
		TRY(actions[i].run(&d, call_arg(in, 1, NULL), call_arg(in, 2, NULL)));
		return desk_close(&d);
	}
	return FAIL(c, E_INVALID, "witness.action");
}

rc witness_put_tail(struct ctx *c, struct node *n, struct buf *b, struct json_out *j)
{
	static const char *const words[TAIL_STATES] = { "none", "fresh", "old", "alarm" };
	struct tail t;

	TRY(node_tail(c, n, &t));
	if (j) {
		jo_kv_text(j, "witnessed", slice_of(words[t.state]));
		jo_kv_int(j, "witnessed_entries", (int64_t)t.witnessed);
		jo_kv_int(j, "witnesses_silent", t.silent);
		jo_kv_int(j, "witnesses_refusing", t.refusing);
		jo_kv_int(j, "logs_forked", t.forks);
		return OK;
	}
	if (t.forks)
		buf_putf(b, "cosigning ALARM, %u logs have shown two histories (renkei record witness list)\n", t.forks);
	if (t.state == TAIL_NONE) {
		buf_putz(b, "witnesses none is set (renkei record witness add)\n");
		return OK;
	}
	buf_putf(b, "witnesses up to %llu of %llu entries%s\n", (unsigned long long)t.witnessed, (unsigned long long)t.entries,
	         t.state == TAIL_OLD ? ": WARNING, nobody has cosigned for more than an hour" : t.state == TAIL_FRESH ? "" :
	         t.damaged ? ": ALARM, what is known of a witness is damaged (remove it and add it again)" :
	         t.ahead ? ": ALARM, a witness has seen another or a longer record than this one" :
	         ": ALARM, nobody has cosigned for more than a day");
	if (t.silent || t.refusing)
		buf_putf(b, "          WARNING, of %u witnesses %u silent for more than a day, %u refusing (renkei record witness list)\n",
		         t.witnesses, t.silent, t.refusing);
	return OK;
}
