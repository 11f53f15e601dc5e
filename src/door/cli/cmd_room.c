/* The coordination room of a case: who is in, what each has been given, what each owes, one timeline. */
#include "door/cli/commands.h"
#include "door/cli/counter.h"
#include "work/thread/room.h"

#include "base/banned.h"

static void json_judgement(struct desk *d, slice num, const struct judgement *j)
{
	struct json_out o = desk_json_begin(d, "renkei.judgement/1");

	jo_kv_text(&o, "case", num);
	jo_kv_bool(&o, "base", j->base);
	jo_kv_bool(&o, "social", j->social);
	jo_kv_bool(&o, "size", j->size);
	jo_kv_bool(&o, "serious", j->serious);
	desk_json_end(d, &o);
}

static rc run_judge(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct case_head h;
	struct serious_base b;
	struct judgement j;
	struct act act;
	int64_t seq;

	TRY(counter_open(c, in, out, DESK_ACTOR, &k));
	TRY(case_find(c, k.d.st, slice_of(in->args[0]), &h));
	TRY(serious_base(c, &k.x, &h, &b));
	TRY(serious_act(c, &b, &k.d.actor, &h, call_has(in, "social"), call_has(in, "size"), desk_option(&k.d, "grounds"), &j, &act));
	TRY(node_append(c, k.d.node, &act, &seq));
	out->no = !j.serious;
	if (k.d.json) {
		json_judgement(&k.d, h.num, &j);
		return counter_close(&k);
	}
	buf_putf(&k.d.out, k.d.ja ? "土台となる条件：%s　社会的影響：%s　規模：%s　→ %s\n" : "base condition: %s, social effect: %s, size: %s: %s\n",
	         j.base ? "○" : "×", j.social ? "○" : "×", j.size ? "○" : "×",
	         j.serious ? desk_say(&k.d, "重大インシデント", "a serious incident") : desk_say(&k.d, "重大インシデントではない", "not a serious incident"));
	return counter_close(&k);
}

struct member { slice node; size_t given, received, under_way; };

static rc add_member(struct ctx *c, struct member **v, size_t *n, size_t *room, slice node, struct member **ret)
{
	for (size_t i = 0; i < *n; i++)
		if (slice_eq((*v)[i].node, node)) {
			*ret = &(*v)[i];
			return OK;
		}
	TRY_ROOM(c, *v, *n, *room, 16);
	(*v)[*n] = (struct member){ .node = node };
	*ret = &(*v)[(*n)++];
	return OK;
}

static void put_heading(struct counter *k, const char *ja, const char *en)
{
	if (!k->d.json)
		buf_putf(&k->d.out, "%s\n", desk_say(&k->d, ja, en));
}

static void json_member(struct desk *d, const struct member *m)
{
	struct json_out o = desk_json_begin(d, "renkei.room.member/1");

	jo_kv_text(&o, "node", m->node);
	jo_kv_int(&o, "given", (int64_t)m->given);
	jo_kv_int(&o, "received", (int64_t)m->received);
	jo_kv_int(&o, "under_way", (int64_t)m->under_way);
	desk_json_end(d, &o);
}

/* Who is in, and what each has been given. */
static rc put_members(struct counter *k, const struct sent *sent, size_t ns, const struct thread *t, size_t nt)
{
	struct member *v = NULL, *m;
	size_t n = 0, room = 0;

	for (size_t i = 0; i < ns; i++) {
		TRY(add_member(k->d.c, &v, &n, &room, sent[i].peer, &m));
		m->given++;
		m->received += slice_is(sent[i].state, "accepted");
		m->under_way += slice_is(sent[i].state, "wait");
	}
	for (size_t i = 0; i < nt; i++)
		if (!t[i].ours)
			TRY(add_member(k->d.c, &v, &n, &room, t[i].hub, &m));
	put_heading(k, "■ 参加している機関", "Who is in");
	for (size_t i = 0; i < n; i++) {
		struct partner p;
		slice title = v[i].node;

		if (k->d.json) {
			json_member(&k->d, &v[i]);
			continue;
		}
		if (partner_find(k->d.c, k->d.st, v[i].node, &p) == OK)
			title = partner_title(k->d.law, &p, k->d.today, k->d.ja);
		else
			fault_clear(k->d.c);
		buf_putf(&k->d.out, k->d.ja ? "    %.*s  渡したもの %zu（受領 %zu、未達 %zu）\n" : "    %.*s  given %zu (received %zu, under way %zu)\n",
		         S_ARG(title), v[i].given, v[i].received, v[i].under_way);
	}
	return OK;
}

static void json_owed(struct desk *d, const struct thread *t, slice node)
{
	struct json_out o = desk_json_begin(d, "renkei.room.owed/1");

	jo_kv_text(&o, "node", node);
	jo_kv_text(&o, "thread", t->id);
	jo_kv_text(&o, "kind", t->kind);
	desk_json_msec(&o, "due", t->due);
	jo_kv_bool(&o, "overdue", t->due < d->c->now);
	desk_json_end(d, &o);
}

static rc put_owed(struct counter *k, const struct thread *t, size_t nt)
{
	put_heading(k, "■ それぞれに求められていること", "What each owes");
	for (size_t i = 0; i < nt; i++) {
		const struct thread_kind *kind = thread_kind_find(&k->kinds, t[i].kind);
		struct thread_party *v;
		size_t n;

		if (t[i].over || !t[i].has_due)
			continue;
		TRY(thread_parties(k->d.c, k->d.st, t[i].id, &v, &n));
		for (size_t p = 0; p < n; p++) {
			if (!v[p].called || v[p].has_step)
				continue;
			if (k->d.json) {
				json_owed(&k->d, &t[i], v[p].node);
				continue;
			}
			buf_putf(&k->d.out, "    %.*s  %.*s  ", S_ARG(v[p].node), S_ARG(kind ? (k->d.ja ? kind->ja : kind->en) : t[i].kind));
			buf_putz(&k->d.out, t[i].due < k->d.c->now ? desk_say(&k->d, "期限超過 ", "overdue ") : desk_say(&k->d, "期限 ", "due "));
			counter_put_time(&k->d, t[i].due);
			buf_putc(&k->d.out, '\n');
		}
	}
	return OK;
}

static void put_step(struct counter *k, const struct room_entry *x)
{
	const struct thread_kind *kind = thread_kind_find(&k->kinds, x->t->kind);
	const struct thread_step *s = kind ? thread_step_find(kind, x->step.step) : NULL;

	buf_putf(&k->d.out, "  %.*s  %.*s：%.*s", S_ARG(x->step.node), S_ARG(kind ? (k->d.ja ? kind->ja : kind->en) : x->t->kind),
	         S_ARG(s ? (k->d.ja ? s->ja : s->en) : x->step.step));
}

static void json_entry(struct counter *k, const struct room_entry *x)
{
	struct json_out o = desk_json_begin(&k->d, "renkei.room.entry/1");

	desk_json_msec(&o, "at", x->at);
	jo_kv_int(&o, "entry", x->seq);
	if (x->own) {
		jo_kv_text(&o, "event", x->own->kind);
	} else {
		jo_kv_text(&o, "thread", x->t->id);
		jo_kv_text(&o, "kind", x->t->kind);
		jo_kv_text(&o, "node", x->step.node);
		jo_kv_text(&o, "step", x->step.step);
	}
	jo_key(&o, S("seen_by"));
	jo_array(&o);
	jo_text(&o, node_name(k->d.node));
	for (size_t s = 0; s < x->nseen; s++)
		jo_text(&o, x->seen_by[s]);
	jo_end_array(&o);
	desk_json_end(&k->d, &o);
}

/* One timeline: every step and what happened in the case, by time, with who can see it: those it was disclosed to. */
static rc put_timeline(struct counter *k, const struct case_head *h, const struct thread *t, size_t nt)
{
	struct room_entry *v;
	struct event *own;
	size_t n, nown;

	TRY(case_events_at(k->d.c, k->d.st, h->id, INT64_MAX, &own, &nown));
	TRY(room_timeline(k->d.c, k->d.st, t, nt, own, nown, &v, &n));
	put_heading(k, "■ 経過と、それを見られる機関", "Timeline, and who can see it");
	for (size_t i = 0; i < n; i++) {
		if (k->d.json) {
			json_entry(k, &v[i]);
			continue;
		}
		buf_putz(&k->d.out, "    ");
		counter_put_time(&k->d, v[i].at);
		if (v[i].own)
			buf_putf(&k->d.out, "  %.*s  %s：%.*s #%lld", S_ARG(node_name(k->d.node)), desk_say(&k->d, "この事案の経過", "this case"),
			         S_ARG(v[i].own->kind), (long long)v[i].own->seq);
		else
			put_step(k, &v[i]);
		buf_putz(&k->d.out, "  [");
		buf_put(&k->d.out, node_name(k->d.node));
		for (size_t s = 0; s < v[i].nseen; s++)
			buf_putf(&k->d.out, " %.*s", S_ARG(v[i].seen_by[s]));
		buf_putz(&k->d.out, "]\n");
	}
	return OK;
}

static rc run_show(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct judgement j;
	struct case_head h;
	struct thread *t;
	struct sent *sent;
	size_t nt, ns;
	bool found;

	TRY(counter_open(c, in, out, 0, &k));
	TRY(case_find(c, k.d.st, slice_of(in->args[0]), &h));
	TRY(serious_find(c, k.d.st, h.id, &j, &found));
	if (k.d.json && found)
		json_judgement(&k.d, h.num, &j);
	else if (!k.d.json)
		buf_putf(&k.d.out, "%.*s  %s\n", S_ARG(h.num), !found ? desk_say(&k.d, "重大性は未判断", "not judged yet") :
		         j.serious ? desk_say(&k.d, "重大インシデント", "a serious incident") : desk_say(&k.d, "重大インシデントではない", "not a serious incident"));
	TRY(thread_list(c, k.d.st, h.id, false, 500, &t, &nt));
	TRY(outbox_of(c, k.d.st, S_NONE, h.id, &sent, &ns));
	TRY(put_members(&k, sent, ns, t, nt));
	TRY(put_owed(&k, t, nt));
	TRY(put_timeline(&k, &h, t, nt));
	return counter_close(&k);
}

static const struct option_spec judge_options[] = {
	{ "social", NULL, "It affects society." },
	{ "size", NULL, "It is large." },
	{ "grounds", "TEXT", "Why; must be given; sealed." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec plain_options[] = { DESK_OPTIONS, { 0 } };

const struct command cmd_room[] = {
	{ "room", "judge", "CASE", 1, 1, "Judge whether the case is a serious incident", judge_options, run_judge },
	{ "room", "show", "CASE", 1, 1, "Who is in, what each was given, what each owes, the timeline", plain_options, run_show },
	{ 0 },
};
