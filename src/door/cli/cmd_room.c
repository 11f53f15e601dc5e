/* The coordination room of a case: who is in, what each has been given, what each owes, one timeline. */
#include "door/cli/commands.h"
#include "door/cli/counter.h"
#include "work/thread/room.h"

#include "base/banned.h"

static rc run_judge(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct case_head h;
	struct judgement j;
	struct act act;
	int64_t seq;

	TRY(counter_open(c, in, out, DESK_ACTOR, &k));
	TRY(case_find(c, k.d.st, slice_of(in->args[0]), &h));
	TRY(serious_act(c, &k.x, &k.d.actor, &h, call_has(in, "social"), call_has(in, "size"), desk_option(&k.d, "grounds"), &j, &act));
	TRY(node_append(c, k.d.node, &act, &seq));
	buf_putf(&k.d.out, k.d.ja ? "土台となる条件：%s　社会的影響：%s　規模：%s　→ %s\n" : "base condition: %s, social effect: %s, size: %s: %s\n",
	         j.base ? "○" : "×", j.social ? "○" : "×", j.size ? "○" : "×",
	         j.serious ? desk_say(&k.d, "重大インシデント", "a serious incident") : desk_say(&k.d, "重大インシデントではない", "not a serious incident"));
	out->no = !j.serious;
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

/* Who is in, and what each has been given. */
static rc put_members(struct counter *k, slice home, const struct sent *sent, size_t ns, const struct thread *t, size_t nt)
{
	struct member *v = NULL, *m;
	size_t n = 0, room = 0;

	(void)home;
	for (size_t i = 0; i < ns; i++) {
		TRY(add_member(k->d.c, &v, &n, &room, sent[i].peer, &m));
		m->given++;
		m->received += slice_is(sent[i].state, "accepted");
		m->under_way += slice_is(sent[i].state, "wait");
	}
	for (size_t i = 0; i < nt; i++)
		if (!t[i].ours)
			TRY(add_member(k->d.c, &v, &n, &room, t[i].hub, &m));
	buf_putf(&k->d.out, "%s\n", desk_say(&k->d, "■ 参加している機関", "Who is in"));
	for (size_t i = 0; i < n; i++) {
		struct partner p;
		slice title = v[i].node;

		if (partner_find(k->d.c, k->d.st, v[i].node, &p) == OK)
			title = partner_title(k->d.law, &p, k->d.today, k->d.ja);
		else
			fault_clear(k->d.c);
		buf_putf(&k->d.out, k->d.ja ? "    %.*s  渡したもの %zu（受領 %zu、未達 %zu）\n" : "    %.*s  given %zu (received %zu, under way %zu)\n",
		         S_ARG(title), v[i].given, v[i].received, v[i].under_way);
	}
	return OK;
}

static rc put_owed(struct counter *k, const struct thread *t, size_t nt)
{
	buf_putf(&k->d.out, "%s\n", desk_say(&k->d, "■ それぞれに求められていること", "What each owes"));
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

/* One timeline: every step and what happened in the case, by time, with who can see it: those it was disclosed to. */
static rc put_timeline(struct counter *k, const struct case_head *h, const struct thread *t, size_t nt)
{
	struct room_entry *v;
	struct event *own;
	size_t n, nown;

	TRY(case_events_at(k->d.c, k->d.st, h->id, INT64_MAX, &own, &nown));
	TRY(room_timeline(k->d.c, k->d.st, t, nt, own, nown, &v, &n));
	buf_putf(&k->d.out, "%s\n", desk_say(&k->d, "■ 経過と、それを見られる機関", "Timeline, and who can see it"));
	for (size_t i = 0; i < n; i++) {
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
	buf_putf(&k.d.out, "%.*s  %s\n", S_ARG(h.num), !found ? desk_say(&k.d, "重大性は未判断", "not judged yet") :
	         j.serious ? desk_say(&k.d, "重大インシデント", "a serious incident") : desk_say(&k.d, "重大インシデントではない", "not a serious incident"));
	TRY(thread_list(c, k.d.st, h.id, false, 500, &t, &nt));
	TRY(outbox_of(c, k.d.st, S_NONE, h.id, &sent, &ns));
	TRY(put_members(&k, h.id, sent, ns, t, nt));
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
