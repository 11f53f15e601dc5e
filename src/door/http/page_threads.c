/* Threads with partners: what waits for us, and one thread with its course. */
#include "door/http/pages.h"
#include "door/http/together.h"

#include <stdlib.h>

#include "base/banned.h"

#define ROWS 300u
#define TROUBLES 50u
#define WAITING 50u

/* ---- the list ---- */

void thread_due_put(struct visit *v, struct json_out *o, const struct thread *t)
{
	if (t->has_due)
		m_time(v, o, "due", t->due);
	jo_kv_bool(o, "overdue", t->has_due && t->due < v->c->now);
	jo_kv_bool(o, "soon", t->has_due && t->due >= v->c->now && t->due < v->c->now + 2 * DAY_MSEC);
	if (t->has_embargo && v->c->now < t->embargo)
		m_time(v, o, "embargo", t->embargo);
}

/* The others of a thread, by name. */
static rc put_others(struct visit *v, struct json_out *o, const struct thread *t)
{
	struct thread_party *parties;
	size_t n;

	TRY(thread_parties(v->c, v->st, t->id, &parties, &n));
	jo_key(o, S("with"));
	jo_array(o);
	if (!t->ours)
		jo_text(o, node_title(v, t->hub));
	for (size_t i = 0; i < n && i < 6; i++)
		if (!slice_eq(parties[i].node, node_name(v->n)))
			jo_text(o, node_title(v, parties[i].node));
	jo_end_array(o);
	return OK;
}

rc thread_row_put(struct visit *v, struct json_out *o, const struct thread *t)
{
	const struct thread_kind *k = thread_kind_find(v->h->kinds, t->kind);
	struct case_head h;
	slice last;
	bool turn;

	TRY(thread_last_node(v->c, v->st, t->id, &last));
	turn = !t->over && !slice_eq(last, node_name(v->n));
	jo_object(o);
	jo_kv_text(o, "thread", t->id);
	jo_kv_text(o, "kind", t->kind);
	jo_kv_text(o, "kind_name", kind_title(v, k, t->kind));
	jo_kv_text(o, "state_name", state_title(v, k, t->state));
	jo_kv_bool(o, "ours", t->ours);
	jo_kv_bool(o, "over", t->over);
	jo_kv_bool(o, "our_turn", turn);
	jo_kv_text(o, "case", home_case(v, t->home, &h) ? h.num : S_NONE);
	m_time(v, o, "changed", t->changed);
	thread_due_put(v, o, t);
	TRY(put_others(v, o, t));
	jo_end_object(o);
	return OK;
}

/* Whose rights are asked: those of the case that it hangs on, or of the whole house. */
static slice home_of(slice home) { return slice_starts(home, S("c-")) ? home : S_NONE; }

static bool may_see(struct visit *v, slice home) { return visit_can(v, "page:threads", home_of(home)); }

static rc put_threads(struct visit *v, struct json_out *o, const char *name, const struct thread *t, size_t n, bool turn, bool any)
{
	jo_key(o, slice_of(name));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		slice last;

		TRY(thread_last_node(v->c, v->st, t[i].id, &last));
		if (may_see(v, t[i].home) && (any || slice_eq(last, node_name(v->n)) != turn))
			TRY(thread_row_put(v, o, &t[i]));
	}
	jo_end_array(o);
	return OK;
}

static rc put_drafts(struct visit *v, struct json_out *o, slice thread)
{
	struct draft *d;
	size_t n;

	TRY(thread_drafts(v->c, v->st, &d, &n));
	jo_key(o, S("drafts"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		const struct thread_kind *k = thread_kind_find(v->h->kinds, d[i].kind);
		struct case_head h;

		if (!may_see(v, d[i].home) || (thread.len > 0 && !slice_eq(thread, d[i].thread)))
			continue;
		jo_object(o);
		jo_kv_text(o, "draft", d[i].id);
		jo_kv_text(o, "kind_name", kind_title(v, k, d[i].kind));
		jo_kv_text(o, "step_name", step_title(v, k, d[i].step));
		jo_kv_text(o, "case", home_case(v, d[i].home, &h) ? h.num : S_NONE);
		jo_kv_text(o, "by", author_name(v, d[i].actor));
		jo_kv_bool(o, "own", slice_eq(d[i].actor, v->who.account));
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

static rc put_motions(struct visit *v, struct json_out *o)
{
	struct motion *m;
	size_t n;

	TRY(motion_list(v->c, v->st, &m, &n));
	jo_key(o, S("motions"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		if (!may_see(v, m[i].home))
			continue;
		jo_object(o);
		jo_kv_text(o, "motion", m[i].id);
		jo_kv_text(o, "title", motion_title(v, m[i].what));
		jo_kv_text(o, "by", who_name(v->c, v->n, m[i].actor));
		jo_kv_bool(o, "own", slice_eq(m[i].actor, v->who.account));
		m_time(v, o, "at", m[i].at);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

static const char *const lost_states[][3] = { { "rejected", "相手のノードが受け取りを断りました", "refused by the partner's node" },
	{ "quarantined", "相手のノードで開けませんでした", "could not be opened at the partner's node" },
	{ "expired", "期限までに届きませんでした", "was not received in its time" } };

#define LOST_STATES (sizeof lost_states / sizeof lost_states[0])

/* What did not arrive, and what was asked back: a person has to see to it. */
struct trouble { slice env, thread, peer; const char *ja, *en; bool asked_back; };

static rc troubles(struct visit *v, struct trouble **ret, size_t *ret_n)
{
	struct trouble *to = NULL;
	size_t n = 0, room = 0, rows;
	struct came *came;
	struct sent *sent;

	TRY(desk_asked_back(v->c, v->st, TROUBLES, &came, &rows));
	for (size_t i = 0; i < rows; i++) {
		if (!may_see(v, came[i].home))
			continue;
		TRY_ROOM(v->c, to, n, room, 16);
		to[n++] = (struct trouble){ came[i].env, came[i].thread, came[i].peer, "取消しを求められています。応じるかどうか返事をしてください",
			"was recalled: answer whether you destroy it", true };
	}
	for (size_t s = 0; s < LOST_STATES; s++) {
		TRY(desk_sent(v->c, v->st, slice_of(lost_states[s][0]), TROUBLES, &sent, &rows));
		for (size_t i = 0; i < rows; i++) {
			if (!may_see(v, sent[i].home))
				continue;
			TRY_ROOM(v->c, to, n, room, 16);
			to[n++] = (struct trouble){ sent[i].env, sent[i].thread, sent[i].peer, lost_states[s][1], lost_states[s][2], false };
		}
	}
	*ret = to;
	*ret_n = n;
	return OK;
}

static rc put_troubles(struct visit *v, struct json_out *o)
{
	struct trouble *t;
	size_t n;

	TRY(troubles(v, &t, &n));
	jo_key(o, S("troubles"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_text(o, "path", t[i].env);
		jo_kv_text(o, "thread", t[i].thread);
		jo_kv_bool(o, "asked_back", t[i].asked_back);
		jo_kv_text(o, "with", node_title(v, t[i].peer));
		m_say(v, o, "text", t[i].ja, t[i].en);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

rc page_threads(struct visit *v, struct page *p)
{
	bool over = slice_is(visit_text(v, "state"), "over");
	struct json_out *o = page_view(p, "threads");
	struct thread *t;
	size_t n;

	TRY(desk_threads(v->c, v->st, over, S("notice"), ROWS, &t, &n));
	jo_kv_bool(o, "showing_over", over);
	jo_kv_bool(o, "more", n == ROWS);
	TRY(put_threads(v, o, "waiting_us", t, over ? 0 : n, true, false));
	TRY(put_threads(v, o, "waiting_them", t, over ? 0 : n, false, false));
	TRY(put_threads(v, o, "ended", t, over ? n : 0, false, true));
	TRY(put_drafts(v, o, S_NONE));
	TRY(put_motions(v, o));
	return put_troubles(v, o);
}

/* ---- the first page ---- */

/* What somebody else prepared, and this person may approve. */
static rc count_approvals(struct visit *v, int64_t *ret)
{
	struct motion *m;
	struct draft *d;
	size_t n;

	*ret = 0;
	TRY(thread_drafts(v->c, v->st, &d, &n));
	for (size_t i = 0; i < n; i++)
		*ret += !slice_eq(d[i].actor, v->who.account) && may_see(v, d[i].home) && visit_can(v, "approve", home_of(d[i].home));
	TRY(motion_list(v->c, v->st, &m, &n));
	for (size_t i = 0; i < n; i++)
		*ret += !slice_eq(m[i].actor, v->who.account) && may_see(v, m[i].home) && visit_can(v, "motion.carry", home_of(m[i].home));
	return OK;
}

rc threads_put_waiting(struct visit *v, struct json_out *o, size_t most)
{
	size_t n, shown = 0, ntroubles;
	struct trouble *trouble;
	struct thread *t;
	int64_t approvals;

	TRY(desk_waiting(v->c, v->st, node_name(v->n), S("notice"), WAITING, &t, &n));
	jo_key(o, S("waiting"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		if (!may_see(v, t[i].home))
			continue;
		if (shown++ < most)
			TRY(thread_row_put(v, o, &t[i]));
	}
	jo_end_array(o);
	jo_kv_bool(o, "waiting_more", shown > most || n >= WAITING);
	TRY(count_approvals(v, &approvals));
	jo_kv_int(o, "approvals", approvals);
	TRY(troubles(v, &trouble, &ntroubles));
	jo_kv_int(o, "troubles", (int64_t)ntroubles);
	return OK;
}

/* ---- one thread ---- */

static const char *sent_state(const struct visit *v, slice state)
{
	static const char *const words[][3] = { { "wait", "送信待ち", "waiting to be sent" }, { "accepted", "受領された", "received" },
		{ "rejected", "受け取りを断られた", "refused" }, { "quarantined", "相手が開けない", "could not be opened" },
		{ "expired", "期限切れ", "expired" } };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (slice_is(state, words[i][0]))
			return say(v, words[i][1], words[i][2]);
	return "";
}

void sent_put(struct visit *v, struct json_out *o, const struct sent *s)
{
	jo_object(o);
	jo_kv_text(o, "env", s->env);
	jo_kv_text(o, "thread", s->thread);
	jo_kv_text(o, "with", node_title(v, s->peer));
	jo_kv_text(o, "state", s->state);
	jo_kv_text(o, "state_name", slice_of(sent_state(v, s->state)));
	m_time(v, o, "at", s->at);
	if (s->after > v->c->now)
		m_time(v, o, "after", s->after);
	if (s->received)
		m_time(v, o, "received_at", s->received_at);
	jo_kv_bool(o, "recalled", s->recalled);
	jo_end_object(o);
}

static rc put_sent(struct visit *v, struct json_out *o, const struct thread *t)
{
	struct sent *s;
	size_t n;

	TRY(outbox_of(v->c, v->st, t->id, S_NONE, &s, &n));
	jo_key(o, S("sent"));
	jo_array(o);
	for (size_t i = 0; i < n; i++)
		sent_put(v, o, &s[i]);
	jo_end_array(o);
	return OK;
}

static rc put_came(struct visit *v, struct json_out *o, const struct thread *t)
{
	struct came *x;
	size_t n;

	TRY(inbox_of(v->c, v->st, t->id, &x, &n));
	jo_key(o, S("received"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_text(o, "env", x[i].env);
		jo_kv_text(o, "with", node_title(v, x[i].peer));
		m_time(v, o, "at", x[i].at);
		m_mark(v, o, x[i].tlp, x[i].purpose, x[i].onward, x[i].expires);
		jo_kv_bool(o, "recalled", x[i].recalled);
		jo_kv_bool(o, "fixed", x[i].fixed_by.len > 0);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

static rc put_parties(struct visit *v, struct json_out *o, const struct thread *t, const struct thread_kind *k)
{
	struct thread_party *x;
	size_t n;

	TRY(thread_parties(v->c, v->st, t->id, &x, &n));
	jo_key(o, S("parties"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		bool owes = !t->over && t->has_due && x[i].called && (!x[i].has_step || x[i].step_at < t->opened);

		jo_object(o);
		jo_kv_text(o, "node", x[i].node);
		jo_kv_text(o, "title", node_title(v, x[i].node));
		jo_kv_bool(o, "called", x[i].called);
		jo_kv_bool(o, "answered", x[i].has_step);
		jo_kv_bool(o, "owes", owes && !x[i].has_step);
		jo_kv_text(o, "step_name", x[i].has_step ? step_title(v, k, x[i].step) : S_NONE);
		if (x[i].has_step)
			m_time(v, o, "step_at", x[i].step_at);
		jo_kv_int(o, "signed_version", x[i].signed_version);
		jo_kv_bool(o, "signed", x[i].signed_version > 0 && x[i].signed_version == t->version);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

/* ---- the course ---- */

/* What happened in the case itself: ours, and nobody else's until a step gives it to them. */
static void put_own(struct visit *v, struct json_out *o, const struct event *e)
{
	jo_kv_text(o, "thread", S_NONE);
	jo_kv_text(o, "kind_name", slice_of(say(v, "この事案の経過", "this case")));
	jo_kv_text(o, "step_name", e->gone ? slice_of(say(v, "（廃棄済み）", "(disposed of)")) : e->what.len > 0 ? e->what : e->kind);
	jo_kv_text(o, "by", e->who.len > 0 ? e->who : slice_of(say(v, "当方", "us")));
	jo_kv_bool(o, "came", false);
	jo_kv_text(o, "env", S_NONE);
	jo_kv_int(o, "version", 0);
	jo_kv_int(o, "kept", 0);
}

static void put_step(struct visit *v, struct json_out *o, const struct room_entry *x)
{
	const struct thread_kind *k = thread_kind_find(v->h->kinds, x->t->kind);

	jo_kv_text(o, "thread", x->t->id);
	jo_kv_text(o, "kind_name", kind_title(v, k, x->t->kind));
	jo_kv_text(o, "step_name", step_title(v, k, x->step.step));
	jo_kv_text(o, "by", node_title(v, x->step.node));
	jo_kv_bool(o, "came", x->step.env.len > 0);
	jo_kv_text(o, "env", x->step.env);
	jo_kv_int(o, "version", x->step.version);
	jo_kv_int(o, "kept", x->step.kept);
}

rc course_put(struct visit *v, struct json_out *o, const struct thread *t, size_t nt, const struct event *own, size_t nown)
{
	struct room_entry *list;
	size_t n;

	TRY(room_timeline(v->c, v->st, t, nt, own, nown, &list, &n));
	jo_key(o, S("events"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		m_time(v, o, "at", list[i].at);
		if (list[i].own)
			put_own(v, o, list[i].own);
		else
			put_step(v, o, &list[i]);
		jo_key(o, S("visible"));
		jo_array(o);
		jo_text(o, slice_of(say(v, "当方", "us")));
		for (size_t s = 0; s < list[i].nseen; s++)
			jo_text(o, node_title(v, list[i].seen_by[s]));
		jo_end_array(o);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

static rc put_turn(struct visit *v, struct json_out *o, const struct thread *t)
{
	struct exchange x = together(v);
	struct turn turn;

	TRY(thread_turn(v->c, &x, t, node_name(v->n), &turn));
	jo_key(o, S("steps"));
	jo_array(o);
	for (size_t i = 0; i < turn.n; i++) {
		const struct thread_step *s = turn.steps[i];

		jo_object(o);
		jo_kv_text(o, "step", s->id);
		jo_kv_text(o, "name", v->ja ? s->ja : s->en);
		jo_kv_bool(o, "free", (s->flags & STEP_FREE) != 0);
		jo_kv_bool(o, "local", (s->flags & STEP_LOCAL) != 0);
		jo_kv_bool(o, "answers", (s->flags & STEP_ANSWERS) != 0);
		jo_kv_bool(o, "final", (s->flags & STEP_FINAL) != 0);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

/* The thread of the path; v->actor is set for `what`. */
rc visit_thread(struct visit *v, const char *what, struct thread *ret)
{
	TRY(thread_find(v->c, v->st, visit_text(v, "thread"), ret));
	return together_may(v, what, ret->home);
}

rc thread_head_put(struct visit *v, struct json_out *o, const struct thread *t)
{
	const struct thread_kind *k = thread_kind_find(v->h->kinds, t->kind);
	struct case_head h;

	jo_kv_text(o, "thread", t->id);
	jo_kv_text(o, "kind", t->kind);
	jo_kv_text(o, "kind_name", kind_title(v, k, t->kind));
	jo_kv_text(o, "state_name", state_title(v, k, t->state));
	jo_kv_bool(o, "ours", t->ours);
	jo_kv_bool(o, "over", t->over);
	jo_kv_text(o, "opener", node_title(v, t->hub));
	jo_kv_int(o, "version", t->version);
	m_time(v, o, "opened", t->opened);
	jo_kv_text(o, "case", home_case(v, t->home, &h) ? h.num : S_NONE);
	thread_due_put(v, o, t);
	return OK;
}

rc page_thread(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "thread");
	const struct thread_kind *k;
	struct thread t;
	slice last;

	TRY(visit_thread(v, "page:threads", &t));
	k = thread_kind_find(v->h->kinds, t.kind);
	TRY(thread_last_node(v->c, v->st, t.id, &last));
	TRY(thread_head_put(v, o, &t));
	jo_kv_bool(o, "our_turn", !t.over && !slice_eq(last, node_name(v->n)));
	TRY(put_turn(v, o, &t));
	TRY(put_parties(v, o, &t, k));
	TRY(put_drafts(v, o, t.id));
	TRY(course_put(v, o, &t, 1, NULL, 0));
	TRY(put_sent(v, o, &t));
	TRY(put_came(v, o, &t));
	jo_kv_text(o, "case_given", given_or(v, "to_case", S_NONE));
	jo_kv_bool(o, "may_step", !t.over && visit_can(v, "thread.prepare", home_of(t.home)));
	jo_kv_bool(o, "may_link", !slice_starts(t.home, S("c-")) && visit_can(v, "thread.link", S_NONE));
	page_version(v, p, t.last_seq);
	return OK;
}

rc page_thread_link(struct visit *v, struct page *p)
{
	struct case_head h;
	struct thread t;
	struct act act;
	int64_t seq;
	rc r;

	TRY(visit_thread(v, "thread.link", &t));
	r = case_find(v->c, v->st, visit_text(v, "to_case"), &h);
	if (r == E_NOTFOUND) {
		fault_clear(v->c);
		return visit_wrong(v, S("to_case"), "この番号の事案はありません。", "There is no case with this number.");
	}
	TRY(r);
	TRY(visit_may(v, "thread.link", h.id));
	TRY(thread_act_link(v->c, &v->actor, &t, h.id, &act));
	TRY(node_append(v->c, v->n, &act, &seq));
	return page_go(v, p, "/threads/%" S_FMT, S_ARG(t.id));
}
