/* Looking at threads: lists, steps, what came, what waits for approval. */
#include "door/cli/thread_look.h"

#include "base/limits.h"
#include "base/width.h"
#include "door/cli/counter.h"
#include "work/thread/merge.h"
#include "work/thread/piece.h"

#include "base/banned.h"

/* ---- list, show, read ---- */

static struct json_out json_thread(struct desk *d, const struct thread *t)
{
	struct json_out o = desk_json_begin(d, "renkei.thread/1");

	jo_kv_text(&o, "thread", t->id);
	jo_kv_text(&o, "kind", t->kind);
	jo_kv_text(&o, "state", t->state);
	jo_kv_text(&o, "opener", t->hub);
	jo_kv_bool(&o, "ours", t->ours);
	jo_kv_bool(&o, "over", t->over);
	jo_kv_int(&o, "version", t->version);
	jo_kv_text(&o, "home", t->home);
	if (t->has_due)
		desk_json_msec(&o, "due", t->due);
	if (t->has_embargo)
		desk_json_msec(&o, "embargo", t->embargo);
	return o;
}

static void put_thread(struct counter *k, const struct thread *t)
{
	const struct thread_kind *kind = thread_kind_find(&k->kinds, t->kind);
	int32_t s = kind ? thread_state_find(kind, t->state) : -1;
	struct desk *d = &k->d;

	buf_putf(&d->out, "%.*s  %.*s  %.*s  %s%.*s", S_ARG(t->id), S_ARG(kind ? (d->ja ? kind->ja : kind->en) : t->kind),
	         S_ARG(kind && s >= 0 && d->ja ? kind->states_ja[s] : t->state), t->ours ? "" : "← ", S_ARG(t->ours ? S("") : t->hub));
	if (t->has_due) {
		buf_putz(&d->out, t->due < d->c->now ? desk_say(d, "  期限超過 ", "  overdue ") : desk_say(d, "  期限 ", "  due "));
		counter_put_time(d, t->due);
	}
	if (t->has_embargo && d->c->now < t->embargo) {
		buf_putz(&d->out, desk_say(d, "  解禁 ", "  embargo until "));
		counter_put_time(d, t->embargo);
	}
	buf_putc(&d->out, '\n');
}

rc run_thread_list(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct thread *v;
	slice home;
	size_t n;

	TRY(counter_open(c, in, out, 0, &k));
	TRY(counter_case(&k, "case", &home));
	TRY(thread_list(c, k.d.st, home, call_has(in, "over"), 500, &v, &n));
	for (size_t i = 0; i < n; i++) {
		if (k.d.json) {
			struct json_out o = json_thread(&k.d, &v[i]);

			desk_json_end(&k.d, &o);
		} else {
			put_thread(&k, &v[i]);
		}
	}
	return counter_close(&k);
}

/* A thread with its parties, its steps and what became of what was sent. */
struct thread_picture {
	struct thread t;
	struct thread_party *parties;
	struct thread_event *steps;
	struct sent *sent;
	size_t nparties, nsteps, nsent;
};

static rc read_picture(struct counter *k, slice id, struct thread_picture *p)
{
	struct ctx *c = k->d.c;

	TRY(thread_find(c, k->d.st, id, &p->t));
	TRY(thread_parties(c, k->d.st, p->t.id, &p->parties, &p->nparties));
	TRY(thread_events(c, k->d.st, p->t.id, &p->steps, &p->nsteps));
	return outbox_of(c, k->d.st, p->t.id, S_NONE, &p->sent, &p->nsent);
}

static void json_picture(struct desk *d, const struct thread_picture *p)
{
	struct json_out o = json_thread(d, &p->t);

	jo_key(&o, S("parties"));
	jo_array(&o);
	for (size_t i = 0; i < p->nparties; i++) {
		const struct thread_party *v = &p->parties[i];

		jo_object(&o);
		jo_kv_text(&o, "node", v->node);
		jo_kv_bool(&o, "called", v->called);
		if (v->has_step)
			jo_kv_text(&o, "step", v->step);
		if (v->signed_version > 0)
			jo_kv_int(&o, "signed_version", v->signed_version);
		jo_end_object(&o);
	}
	jo_end_array(&o);
	jo_key(&o, S("steps"));
	jo_array(&o);
	for (size_t i = 0; i < p->nsteps; i++) {
		const struct thread_event *v = &p->steps[i];

		jo_object(&o);
		desk_json_msec(&o, "at", v->at);
		jo_kv_int(&o, "entry", v->seq);
		jo_kv_text(&o, "node", v->node);
		jo_kv_text(&o, "step", v->step);
		jo_kv_int(&o, "version", v->version);
		jo_kv_text(&o, "envelope", v->env);
		jo_kv_int(&o, "kept_back", v->kept);
		jo_end_object(&o);
	}
	jo_end_array(&o);
	jo_key(&o, S("sent"));
	jo_array(&o);
	for (size_t i = 0; i < p->nsent; i++) {
		const struct sent *v = &p->sent[i];

		jo_object(&o);
		jo_kv_text(&o, "to", v->peer);
		jo_kv_text(&o, "envelope", v->env);
		jo_kv_text(&o, "state", v->state);
		jo_kv_bool(&o, "recalled", v->recalled);
		jo_end_object(&o);
	}
	jo_end_array(&o);
	desk_json_end(d, &o);
}

/* A step in words. */
static slice step_label(const struct counter *k, slice kind, slice step)
{
	const struct thread_kind *t = thread_kind_find(&k->kinds, kind);
	const struct thread_step *s = t ? thread_step_find(t, step) : NULL;

	return !s ? step : k->d.ja ? s->ja : s->en;
}

static void put_parties(struct counter *k, const struct thread_picture *p)
{
	for (size_t i = 0; i < p->nparties; i++) {
		const struct thread_party *v = &p->parties[i];

		buf_putf(&k->d.out, "    %.*s  ", S_ARG(v->node));
		if (!v->called)
			buf_putz(&k->d.out, desk_say(&k->d, "未呼出し", "not called yet"));
		else if (v->has_step)
			buf_put(&k->d.out, step_label(k, p->t.kind, v->step));
		else
			buf_putz(&k->d.out, desk_say(&k->d, "応答なし", "no answer yet"));
		if (v->signed_version > 0)
			buf_putf(&k->d.out, k->d.ja ? "  第%lld版に署名" : "  signed version %lld", (long long)v->signed_version);
		buf_putc(&k->d.out, '\n');
	}
}

static slice sent_label(const struct desk *d, slice state)
{
	static const char *const ja[][2] = {
		{ "wait", "未達" }, { "accepted", "受領" }, { "rejected", "拒否" }, { "quarantined", "確認待ち" }, { "expired", "期限切れ" },
	};

	for (size_t i = 0; d->ja && i < sizeof ja / sizeof *ja; i++)
		if (slice_is(state, ja[i][0]))
			return slice_of(ja[i][1]);
	return state;
}

static void put_picture(struct counter *k, const struct thread_picture *p)
{
	put_thread(k, &p->t);
	put_parties(k, p);
	for (size_t i = 0; i < p->nsteps; i++) {
		const struct thread_event *v = &p->steps[i];

		counter_put_time(&k->d, v->at);
		buf_putf(&k->d.out, "  #%lld  %.*s  %.*s  v%lld  %.*s", (long long)v->seq, S_ARG(v->node),
		         S_ARG(step_label(k, p->t.kind, v->step)), (long long)v->version, S_ARG(v->env));
		if (v->kept > 0)
			buf_putf(&k->d.out, k->d.ja ? "  伏せられた項目 %lld" : "  kept back: %lld", (long long)v->kept);
		buf_putc(&k->d.out, '\n');
	}
	for (size_t i = 0; i < p->nsent; i++)
		buf_putf(&k->d.out, "→ %.*s  %.*s  %.*s%s\n", S_ARG(p->sent[i].peer), S_ARG(p->sent[i].env),
		         S_ARG(sent_label(&k->d, p->sent[i].state)), p->sent[i].recalled ? desk_say(&k->d, "  取消し済み", "  recalled") : "");
}

rc run_thread_show(struct ctx *c, const struct call *in, struct answer *out)
{
	struct thread_picture p = { 0 };
	AUTO_COUNTER k = { 0 };

	TRY(counter_open(c, in, out, 0, &k));
	TRY(read_picture(&k, slice_of(in->args[0]), &p));
	if (k.d.json)
		json_picture(&k.d, &p);
	else
		put_picture(&k, &p);
	return counter_close(&k);
}

static void put_fields(struct counter *k, const struct came *came, const struct json *fields)
{
	const struct thread_kind *kind = thread_kind_find(&k->kinds, came->kind);

	for JSON_EACH(f, fields) {
		int32_t i = kind ? thread_field_find(kind, f->name) : -1;

		buf_putf(&k->d.out, "  %.*s: ", S_ARG(i < 0 ? f->name : k->d.ja ? kind->fields[i].ja : kind->fields[i].en));
		if (f->type == JSON_TEXT) {
			buf_put(&k->d.out, f->text);
		} else {
			struct json_out o = json_out_on(&k->d.out);

			jo_value(&o, f);
		}
		buf_putc(&k->d.out, '\n');
	}
}

static rc json_brought(struct counter *k, const struct brought *b)
{
	struct json_out o = desk_json_begin(&k->d, "renkei.thread.read/1");
	const struct came *v = &b->came;
	struct words w;

	jo_key(&o, S("mark"));
	jo_object(&o);
	jo_kv_text(&o, "tlp", v->tlp);
	jo_kv_text(&o, "purpose", v->purpose);
	jo_kv_text(&o, "onward", v->onward);
	if (v->expires > 0)
		desk_json_msec(&o, "expires", v->expires);
	jo_end_object(&o);
	TRY(counter_conditions(k, v->peer, v->kind, false, v->at, &w));
	jo_key(&o, S("conditions"));
	jo_array(&o);
	for (size_t i = 0; i < w.n; i++)
		jo_text(&o, w.v[i]);
	jo_end_array(&o);
	jo_kv_text(&o, "envelope", v->env);
	jo_kv_text(&o, "from", v->peer);
	jo_kv_text(&o, "thread", v->thread);
	jo_kv_text(&o, "kind", v->kind);
	desk_json_msec(&o, "sent", v->sent);
	jo_kv_bool(&o, "gone", b->gone);
	if (v->fixed_by.len > 0)
		jo_kv_text(&o, "corrected_by", v->fixed_by);
	if (!b->gone && json_get(b->body, S("fields"))) {
		jo_key(&o, S("fields"));
		jo_value(&o, json_get(b->body, S("fields")));
	}
	desk_json_end(&k->d, &o);
	return OK;
}

/* The marking and its conditions stand above the content at every look. */
rc run_thread_read(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct brought b;
	struct look look;

	TRY(counter_open(c, in, out, DESK_ACTOR, &k));
	look = desk_look(&k.d);
	TRY(inbox_open(c, &k.x, &look, slice_of(in->args[0]), &b));
	if (k.d.json) {
		TRY(json_brought(&k, &b));
		return counter_close(&k);
	}
	counter_put_mark(&k, b.came.tlp, b.came.purpose, b.came.onward, b.came.expires);
	TRY(counter_put_conditions(&k, b.came.peer, b.came.kind, false, b.came.at));
	buf_putf(&k.d.out, "%.*s  %.*s  ", S_ARG(b.came.peer), S_ARG(b.came.kind));
	counter_put_time(&k.d, b.came.sent);
	buf_putc(&k.d.out, '\n');
	if (b.came.fixed_by.len > 0)
		buf_putf(&k.d.out, k.d.ja ? "訂正版があります：%.*s\n" : "a corrected version has come: %.*s\n", S_ARG(b.came.fixed_by));
	if (b.gone)
		buf_putf(&k.d.out, "%s\n", desk_say(&k.d, "内容は廃棄されています。", "The content has been destroyed."));
	else
		put_fields(&k, &b.came, json_get(b.body, S("fields")));
	return counter_close(&k);
}

static void json_came(struct desk *d, const struct came *v)
{
	struct json_out o = desk_json_begin(d, "renkei.thread.came/1");

	jo_kv_text(&o, "envelope", v->env);
	jo_kv_text(&o, "from", v->peer);
	jo_kv_text(&o, "kind", v->kind);
	jo_kv_text(&o, "tlp", v->tlp);
	desk_json_msec(&o, "at", v->at);
	jo_kv_bool(&o, "recalled", v->recalled);
	if (v->recall_answer.len > 0)
		jo_kv_text(&o, "recall_answer", v->recall_answer);
	desk_json_end(d, &o);
}

rc run_thread_inbox(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct came *v;
	size_t n;

	TRY(counter_open(c, in, out, 0, &k));
	TRY(inbox_of(c, k.d.st, slice_of(in->args[0]), &v, &n));
	for (size_t i = 0; i < n && k.d.json; i++)
		json_came(&k.d, &v[i]);
	for (size_t i = 0; i < n && !k.d.json; i++)
		buf_putf(&k.d.out, "%.*s  %.*s  %.*s  %.*s%s%.*s\n", S_ARG(v[i].env), S_ARG(v[i].peer), S_ARG(v[i].kind), S_ARG(v[i].tlp),
		         v[i].recalled ? desk_say(&k.d, "  取消しの求めあり ", "  recalled ") : "", S_ARG(v[i].recall_answer));
	return counter_close(&k);
}

static void json_document(struct desk *d, const struct document *v)
{
	struct json_out o = desk_json_begin(d, "renkei.thread.document/1");

	jo_kv_text(&o, "document", v->doc);
	jo_kv_text(&o, "peer", v->peer);
	jo_kv_bool(&o, "ours", v->ours);
	jo_kv_int(&o, "bytes", v->size);
	jo_kv_int(&o, "pieces", v->of);
	jo_kv_int(&o, "arrived", v->have);
	desk_json_end(d, &o);
}

rc run_thread_documents(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct document *v;
	size_t n;

	TRY(counter_open(c, in, out, 0, &k));
	TRY(piece_documents(c, k.d.st, slice_of(in->args[0]), &v, &n));
	for (size_t i = 0; i < n && k.d.json; i++)
		json_document(&k.d, &v[i]);
	for (size_t i = 0; i < n && !k.d.json; i++)
		buf_putf(&k.d.out, "%.*s  %s%.*s  %lld %s  %lld/%lld\n", S_ARG(v[i].doc), v[i].ours ? "→ " : "← ", S_ARG(v[i].peer),
		         (long long)v[i].size, desk_say(&k.d, "バイト", "bytes"), (long long)v[i].have, (long long)v[i].of);
	return counter_close(&k);
}

static void json_draft_row(struct desk *d, const struct draft *v)
{
	struct json_out o = desk_json_begin(d, "renkei.thread.waiting/1");

	jo_kv_text(&o, "draft", v->id);
	jo_kv_text(&o, "kind", v->kind);
	jo_kv_text(&o, "step", v->step);
	jo_kv_text(&o, "thread", v->thread);
	jo_kv_text(&o, "prepared_by", v->actor);
	desk_json_end(d, &o);
}

rc run_thread_drafts(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct draft *v;
	size_t n;

	TRY(counter_open(c, in, out, 0, &k));
	TRY(thread_drafts(c, k.d.st, &v, &n));
	for (size_t i = 0; i < n && k.d.json; i++)
		json_draft_row(&k.d, &v[i]);
	for (size_t i = 0; i < n && !k.d.json; i++)
		buf_putf(&k.d.out, "%.*s  %.*s  %.*s  %.*s  %.*s\n", S_ARG(v[i].id), S_ARG(v[i].kind), S_ARG(v[i].step), S_ARG(v[i].thread),
		         S_ARG(v[i].actor));
	return counter_close(&k);
}

static void json_merged(struct desk *d, size_t i, const struct merged *v)
{
	struct json_out o = desk_json_begin(d, "renkei.thread.merged/1");

	jo_kv_int(&o, "no", (int64_t)i + 1);
	jo_kv_text(&o, "text", v->text);
	jo_key(&o, S("by"));
	jo_array(&o);
	for (size_t b = 0; b < v->nby; b++)
		jo_text(&o, v->by[b]);
	jo_end_array(&o);
	if (v->like != LIKE_NONE)
		jo_kv_int(&o, "like", (int64_t)v->like + 1);
	desk_json_end(d, &o);
}

/* The list that a party's and our own entries make, who put each, and which say much the same. */
rc run_thread_merge(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct merged *v;
	struct look look;
	struct thread t;
	size_t n;

	TRY(counter_open(c, in, out, DESK_ACTOR, &k));
	TRY(thread_find(c, k.d.st, slice_of(in->args[0]), &t));
	look = desk_look(&k.d);
	TRY(thread_merged(c, &k.x, &look, &t, slice_of(call_arg(in, 1, "questions")), &v, &n));
	for (size_t i = 0; i < n && k.d.json; i++)
		json_merged(&k.d, i, &v[i]);
	for (size_t i = 0; i < n && !k.d.json; i++) {
		buf_putf(&k.d.out, "%3zu  %.*s  [", i + 1, S_ARG(v[i].text));
		for (size_t b = 0; b < v[i].nby; b++)
			buf_putf(&k.d.out, "%s%.*s", b ? " " : "", S_ARG(v[i].by[b]));
		buf_putc(&k.d.out, ']');
		if (v[i].like != LIKE_NONE)
			buf_putf(&k.d.out, k.d.ja ? "  %u と似ています" : "  much like %u", v[i].like + 1);
		buf_putc(&k.d.out, '\n');
	}
	return counter_close(&k);
}

