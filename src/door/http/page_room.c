/* The coordination room of a case, the judgement whether it is a serious incident, and the progress of principals. */
#include "door/http/pages.h"
#include "door/http/together.h"

#include "door/http/listing.h"

#include "base/banned.h"

/* ---- who is in ---- */

struct member { slice node; int64_t given, received, waiting, failed, owed; msec due; bool has_due; };

static rc member_of(struct visit *v, struct member **list, size_t *n, size_t *room, slice node, struct member **ret)
{
	for (size_t i = 0; i < *n; i++)
		if (slice_eq((*list)[i].node, node)) {
			*ret = &(*list)[i];
			return OK;
		}
	TRY_ROOM(v->c, *list, *n, *room, 16);
	(*list)[*n] = (struct member){ .node = node };
	*ret = &(*list)[(*n)++];
	return OK;
}

static rc count_owed(struct visit *v, const struct thread *t, struct member **list, size_t *n, size_t *room)
{
	struct thread_party *x;
	struct member *m;
	size_t parties;

	TRY(thread_parties(v->c, v->st, t->id, &x, &parties));
	for (size_t i = 0; i < parties; i++) {
		if (slice_eq(x[i].node, node_name(v->n)) && t->ours)
			continue;
		TRY(member_of(v, list, n, room, x[i].node, &m));
		if (t->over || !t->has_due || !x[i].called || (x[i].has_step && x[i].step_at >= t->opened))
			continue;
		m->owed++;
		if (!m->has_due || t->due < m->due)
			m->due = t->due;
		m->has_due = true;
	}
	return OK;
}

static void put_member(struct visit *v, struct json_out *o, const struct member *m)
{
	jo_object(o);
	jo_kv_text(o, "node", m->node);
	jo_kv_text(o, "title", node_title(v, m->node));
	jo_kv_int(o, "given", m->given);
	jo_kv_int(o, "received", m->received);
	jo_kv_int(o, "under_way", m->waiting);
	jo_kv_int(o, "failed", m->failed);
	jo_kv_int(o, "owed", m->owed);
	if (m->has_due) {
		m_time(v, o, "due", m->due);
		jo_kv_bool(o, "overdue", m->due < v->c->now);
	}
	jo_end_object(o);
}

static rc put_members(struct visit *v, struct json_out *o, const struct case_head *h, const struct thread *t, size_t nt)
{
	struct member *list = NULL, *m;
	size_t n = 0, room = 0, ns;
	struct sent *s;

	TRY(outbox_of(v->c, v->st, S_NONE, h->id, &s, &ns));
	for (size_t i = 0; i < ns; i++) {
		if (slice_is(s[i].kind, "notice"))
			continue;   /* principals have their own table */
		TRY(member_of(v, &list, &n, &room, s[i].peer, &m));
		m->given++;
		m->received += slice_is(s[i].state, "accepted");
		m->waiting += slice_is(s[i].state, "wait");
		m->failed += !slice_is(s[i].state, "accepted") && !slice_is(s[i].state, "wait");
	}
	for (size_t i = 0; i < nt; i++) {
		if (!t[i].ours)
			TRY(member_of(v, &list, &n, &room, t[i].hub, &m));
		TRY(count_owed(v, &t[i], &list, &n, &room));
	}
	jo_key(o, S("members"));
	jo_array(o);
	for (size_t i = 0; i < n; i++)
		put_member(v, o, &list[i]);
	jo_end_array(o);
	return OK;
}

/* ---- the judgement ---- */

static rc put_grounds(struct visit *v, struct json_out *o, const struct case_head *h, const struct judgement *j)
{
	struct look look = visit_look(v);
	const struct json *body;
	struct entry e;

	TRY(record_get(v->c, v->n, j->seq, &e));
	jo_kv_text(o, "judged_by", who_name(v->c, v->n, e.actor.id));
	if (!visit_can(v, "look:case", h->id))
		return OK;
	TRY(node_view_json(v->c, v->n, &look, h->id, j->seq, &body));
	if (body)
		jo_kv_text(o, "grounds", json_text(json_get(body, S("grounds"))));
	return OK;
}

/* The question that has to be answered before anything can be judged. */
static rc put_open(struct visit *v, struct json_out *o, const struct case_head *h)
{
	struct exchange x = together(v);
	struct serious_base b;
	const struct term *t;

	TRY(serious_base(v->c, &x, h, &b));
	t = b.ask.len > 0 ? terms_find(v->h->terms, b.ask) : NULL;
	if (t)
		jo_kv_text(o, "base_open", v->ja ? t->ask_ja : t->ask_en);
	return OK;
}

static rc put_judgement(struct visit *v, struct json_out *o, const struct case_head *h)
{
	bool found, may = !h->closed && visit_can(v, "incident.judge", h->id);
	struct judgement j;

	TRY(serious_find(v->c, v->st, h->id, &j, &found));
	jo_kv_bool(o, "judged", found);
	jo_kv_bool(o, "serious", found && j.serious);
	if (found) {
		jo_kv_bool(o, "base", j.base);
		jo_kv_bool(o, "social", j.social);
		jo_kv_bool(o, "size", j.size);
		m_time(v, o, "judged_at", j.judged);
		TRY(put_grounds(v, o, h, &j));
	}
	jo_kv_bool(o, "may_judge", may);
	if (may)
		TRY(put_open(v, o, h));
	jo_kv_text(o, "grounds_given", given_or(v, "grounds", S_NONE));
	jo_kv_bool(o, "social_given", given_or(v, "social", S_NONE).len > 0);
	jo_kv_bool(o, "size_given", given_or(v, "size", S_NONE).len > 0);
	return OK;
}

/* ---- the page ---- */

/* Threads of the case without the notices to principals. */
static rc threads_of(struct visit *v, const struct case_head *h, struct thread **ret, size_t *ret_n, size_t *ret_notices)
{
	size_t n = 0, all;
	struct thread *t;

	TRY(thread_list(v->c, v->st, h->id, false, 500, &t, &all));
	for (size_t i = 0; i < all; i++)
		if (!slice_is(t[i].kind, "notice") || !t[i].ours)
			t[n++] = t[i];
	*ret = t;
	*ret_n = n;
	*ret_notices = all - n;
	return OK;
}

/* The case's own course of events; its texts only for those who may look. */
static rc own_course(struct visit *v, const struct case_head *h, struct event **ret, size_t *ret_n)
{
	struct look look = visit_look(v);

	TRY(case_events_at(v->c, v->st, h->id, INT64_MAX, ret, ret_n));
	if (*ret_n > 0 && visit_can(v, "look:case", h->id))
		TRY(case_events_open(v->c, v->n, &look, h->id, *ret, *ret_n));
	return OK;
}

static bool has_kind(const struct thread *t, size_t n, slice kind)
{
	for (size_t i = 0; i < n; i++)
		if (slice_eq(t[i].kind, kind) && t[i].ours)
			return true;
	return false;
}

rc page_room(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "room");
	size_t nt, notices, nown;
	struct event *own;
	struct case_head h;
	struct thread *t;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &h));
	TRY(visit_may(v, "page:room", h.id));
	if (v->route->method == POST)
		TRY(visit_may(v, v->route->may, h.id));
	TRY(threads_of(v, &h, &t, &nt, &notices));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "room"));
	TRY(put_judgement(v, o, &h));
	TRY(put_members(v, o, &h, t, nt));
	jo_key(o, S("threads"));
	jo_array(o);
	for (size_t i = 0; i < nt; i++)
		TRY(thread_row_put(v, o, &t[i]));
	jo_end_array(o);
	TRY(own_course(v, &h, &own, &nown));
	TRY(course_put(v, o, t, nt, own, nown));
	jo_kv_int(o, "notices", (int64_t)notices);
	jo_kv_bool(o, "drills", has_kind(t, nt, S("exercise")));
	jo_kv_bool(o, "may_open", !h.closed && visit_can(v, "thread.prepare", h.id));
	page_version(v, p, h.last_seq);
	return OK;
}

rc page_room_judge(struct visit *v, struct page *p)
{
	struct exchange x = together(v);
	bool social = form_has(v->in, "social"), size = form_has(v->in, "size");
	struct serious_base b;
	struct case_head h;
	struct judgement j;
	struct act act;
	int64_t seq;

	TRY(visit_case(v, &h));
	TRY(serious_base(v->c, &x, &h, &b));
	if (serious_is_open(&b, social, size))
		return visit_wrong_key(v, social ? S("social") : S("size"), "serious.open");
	TRY(serious_act(v->c, &b, &v->actor, &h, social, size, visit_text(v, "grounds"), &j, &act));
	TRY(node_append(v->c, v->n, &act, &seq));
	return page_go(v, p, "/cases/%" S_FMT "/room", S_ARG(h.num));
}

/* ---- principals ---- */

#define PRINCIPALS_PAGE 100u

enum reach { REACH_WAIT, REACH_FAILED, REACH_RECEIVED, REACH_OVERDUE, REACH_ANSWERED };

#define REACHES 5

static const char *const reach_words[REACHES] = { "wait", "failed", "received", "overdue", "answered" };

static enum reach reach_of(const struct visit *v, const struct progress *p)
{
	if (p->answered)
		return REACH_ANSWERED;
	if (slice_is(p->sent, "rejected") || slice_is(p->sent, "quarantined") || slice_is(p->sent, "expired"))
		return REACH_FAILED;
	if (p->has_due && p->due < v->c->now)
		return REACH_OVERDUE;
	return slice_is(p->sent, "accepted") ? REACH_RECEIVED : REACH_WAIT;
}

static const char *reach_name(const struct visit *v, enum reach r)
{
	static const char *const ja[REACHES] = { "送信中", "届いていない", "受領", "回答の期限超過", "回答あり" };
	static const char *const en[REACHES] = { "under way", "not delivered", "received", "answer overdue", "answered" };

	return say(v, ja[r], en[r]);
}

static void put_principal(struct visit *v, struct json_out *o, const struct progress *x)
{
	enum reach r = reach_of(v, x);

	jo_object(o);
	jo_kv_text(o, "node", x->node);
	jo_kv_text(o, "title", node_title(v, x->node));
	jo_kv_text(o, "thread", x->thread);
	jo_kv_text(o, "reach", slice_of(reach_words[r]));
	jo_kv_text(o, "reach_name", slice_of(reach_name(v, r)));
	if (x->received)
		m_time(v, o, "received_at", x->received_at);
	if (x->answered)
		m_time(v, o, "answered_at", x->answered_at);
	if (x->has_due)
		m_time(v, o, "due", x->due);
	jo_end_object(o);
}

static void put_sums(struct visit *v, struct json_out *o, const struct progress *x, size_t n)
{
	int64_t sums[REACHES] = { 0 };
	slice now = visit_text(v, "state");

	for (size_t i = 0; i < n; i++)
		sums[reach_of(v, &x[i])]++;
	jo_kv_int(o, "all", (int64_t)n);
	jo_key(o, S("sums"));
	jo_array(o);
	for (unsigned r = 0; r < REACHES; r++) {
		jo_object(o);
		jo_kv_text(o, "reach", slice_of(reach_words[r]));
		jo_kv_text(o, "name", slice_of(reach_name(v, (enum reach)r)));
		jo_kv_int(o, "count", sums[r]);
		jo_kv_bool(o, "here", slice_is(now, reach_words[r]));
		jo_end_object(o);
	}
	jo_end_array(o);
}

static bool wanted(struct visit *v, const struct progress *x)
{
	slice state = visit_text(v, "state"), words = visit_text(v, "words");

	return (state.len == 0 || slice_is(state, reach_words[reach_of(v, x)])) && (words.len == 0 || slice_find(x->node, words, 0) != SIZE_MAX);
}

rc page_principals(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "principals");
	slice after = visit_text(v, "after"), last = S_NONE;
	size_t n, shown = 0, found = 0;
	struct case_head h;
	struct progress *x;
	bool begun = after.len == 0, more = false;

	TRY(visit_case(v, &h));
	TRY(told_progress(v->c, v->st, h.id, S("notice"), &x, &n));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "room"));
	put_sums(v, o, x, n);
	jo_key(o, S("principals"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		if (!wanted(v, &x[i]))
			continue;
		found++;
		if (!begun) {
			begun = slice_eq(x[i].thread, after);
			continue;
		}
		more = shown == PRINCIPALS_PAGE;
		if (more)
			continue;
		put_principal(v, o, &x[i]);
		last = x[i].thread;
		shown++;
	}
	jo_end_array(o);
	jo_kv_int(o, "found", (int64_t)found);
	jo_kv_text(o, "state_given", visit_text(v, "state"));
	jo_kv_text(o, "words_given", visit_text(v, "words"));
	jo_kv_text(o, "next_principal", more ? last : S_NONE);
	return OK;
}

rc page_principals_table(struct visit *v, struct page *p)
{
	struct case_head h;
	struct progress *x;
	struct listing l;
	size_t n;

	TRY(visit_case(v, &h));
	TRY(told_progress(v->c, v->st, h.id, S("notice"), &x, &n));
	TRY(listing_begin(&l, v, say(v, "委託元,名称,状況,受領した日時,回答した日時,回答の期限,やりとり", "principal,name,state,received,answered,due,thread")));
	for (size_t i = 0; i < n; i++) {
		if (!wanted(v, &x[i]))
			continue;
		TRY(listing_cell(&l, x[i].node));
		TRY(listing_cell(&l, node_title(v, x[i].node)));
		TRY(listing_cell(&l, slice_of(reach_name(v, reach_of(v, &x[i])))));
		TRY(listing_time(&l, x[i].received, x[i].received_at));
		TRY(listing_time(&l, x[i].answered, x[i].answered_at));
		TRY(listing_time(&l, x[i].has_due, x[i].due));
		TRY(listing_cell(&l, x[i].thread));
	}
	return listing_done(&l, p, say(v, "委託元の状況", "principals"));
}
