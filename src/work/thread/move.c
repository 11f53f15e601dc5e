/* Whether a step may be taken, and where it leads: the same for what goes out and what comes in. */
#include "work/thread/thread_inside.h"

#include "base/banned.h"

static rc fail_step(struct ctx *c, rc code, const char *key, const struct thread_step *s)
{
	(void)fault_set(c, code, key, __FILE__, __LINE__);
	fault_name(c, s->id);
	return code;
}

static const struct thread_party *party_of(const struct thread_party *v, size_t n, slice node)
{
	for (size_t i = 0; i < n; i++)
		if (slice_eq(v[i].node, node))
			return &v[i];
	return NULL;
}

static rc check_by(struct ctx *c, const struct thread_step *s, const struct thread *t, const struct thread_party *party, slice by)
{
	bool opener = slice_eq(t->hub, by);

	if (!opener && (!party || !party->called))
		return fail_step(c, E_DENIED, "thread.by", s);
	if ((s->by == BY_OPENER && !opener) || (s->by == BY_PARTY && opener))
		return fail_step(c, E_DENIED, "thread.by", s);
	return OK;
}

/* Every party that was called and did not decline has signed the version that stands. */
static bool all_signed(const struct thread *t, const struct thread_party *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].called && v[i].signed_version != t->version && !slice_is(v[i].step, "decline"))
			return false;
	return n > 0;
}

static bool others_answered(const struct thread_party *v, size_t n, slice by)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].called && !v[i].has_step && !slice_eq(v[i].node, by))
			return false;
	return true;
}

/* Only when the embargo that the parties were told of is over. */
static bool is_early(const struct ctx *c, const struct thread_step *s, const struct thread *t)
{
	return s->flags & STEP_AFTER && t->ours && t->has_embargo && c->now < t->embargo;
}

static rc check_step(struct ctx *c, const struct thread_kind *k, const struct thread_step *s, const struct thread *t, slice by,
                     const struct thread_party *v, size_t n, bool evidence)
{
	int32_t state = thread_state_find(k, t->state);

	if (t->over)
		return fail_step(c, E_CONFLICT, "thread.over", s);
	TRY(check_by(c, s, t, party_of(v, n, by), by));
	if (state < 0 || !(s->from >> state & 1))
		return fail_step(c, E_CONFLICT, "thread.state", s);
	/* sign-offs come together at the hub; a party takes its word for it */
	if (s->flags & STEP_ALL_SIGNED && t->ours && !all_signed(t, v, n))
		return fail_step(c, E_CONFLICT, "thread.unsigned", s);
	if (is_early(c, s, t))
		return fail_step(c, E_CONFLICT, "thread.early", s);
	return s->flags & STEP_EVIDENCE && !evidence ? fail_step(c, E_INVALID, "thread.evidence", s) : OK;
}

static rc next_called(struct ctx *c, const struct thread_step *s, const struct thread_party *v, size_t n, slice *ret)
{
	for (size_t i = 0; i < n; i++)
		if (!v[i].called) {
			*ret = v[i].node;
			return OK;
		}
	return fail_step(c, E_NOTFOUND, "thread.nobody_left", s);
}

rc thread_move(struct ctx *c, struct store *st, const struct thread_kind *k, const struct thread_step *s, const struct thread *t,
               slice by, bool evidence, struct move *ret)
{
	struct move m = { .kind = k->id, .step = s->id, .over = (s->flags & STEP_FINAL) != 0 };
	struct thread_party *v = NULL;
	const struct thread_party *me;
	size_t n = 0;

	if (!t) {
		if (s != &k->steps[0] && !(s->flags & STEP_CALLS))
			return fail_step(c, E_CONFLICT, "thread.state", s);
		m.hub = by;
		m.opens = true;
		m.version = 1;
		m.state = k->states[s->to];
		*ret = m;
		return OK;
	}
	TRY(thread_parties(c, st, t->id, &v, &n));
	TRY(check_step(c, k, s, t, by, v, n, evidence));
	me = party_of(v, n, by);
	m.thread = t->id;
	m.hub = t->hub;
	m.version = t->version + (s->flags & STEP_VERSION ? 1 : 0);
	m.signed_version = s->flags & STEP_SIGNS ? t->version : me ? me->signed_version : 0;
	m.state = s->to < 0 || s->flags & STEP_EACH ? t->state : k->states[s->to];
	m.has_embargo = t->has_embargo;
	m.embargo = t->embargo;
	m.has_due = t->has_due && !(s->flags & STEP_FINAL) && !(s->flags & STEP_ANSWERS && others_answered(v, n, by));
	m.due = m.has_due ? t->due : 0;
	m.calls = s->flags & STEP_CALLS && t->ours;
	if (k->ladder && s->flags & STEP_EACH && t->ours) {   /* who cannot come lets the next be called at once */
		m.has_due = true;
		m.due = c->now;
	}
	if (s->flags & STEP_RING && t->ours)
		TRY(next_called(c, s, v, n, &m.call));
	*ret = m;
	return OK;
}

void move_put(struct json_out *o, const struct move *m)
{
	jo_kv_text(o, "thread", m->thread);
	jo_kv_text(o, "kind", m->kind);
	jo_kv_text(o, "step", m->step);
	jo_kv_text(o, "state", m->state);
	jo_kv_text(o, "hub", m->hub);
	jo_kv_int(o, "version", m->version);
	if (m->nparties > 0) {
		jo_key(o, S("parties"));
		jo_array(o);
		for (size_t i = 0; i < m->nparties; i++)
			jo_text(o, m->parties[i]);
		jo_end_array(o);
	}
	if (m->nlate > 0) {
		jo_key(o, S("late"));
		jo_array(o);
		for (size_t i = 0; i < m->nlate; i++)
			jo_text(o, m->late[i]);
		jo_end_array(o);
	}
	if (m->nowes > 0) {
		jo_key(o, S("owes"));
		jo_array(o);
		for (size_t i = 0; i < m->nowes; i++)
			jo_text(o, m->owes[i]);
		jo_end_array(o);
	}
	if (m->calls)
		jo_kv_bool(o, "calls", true);
	if (m->call.len > 0)
		jo_kv_text(o, "call", m->call);
	if (m->over)
		jo_kv_bool(o, "over", true);
	if (m->opens)
		jo_kv_bool(o, "opens", true);
	if (m->signed_version > 0)
		jo_kv_int(o, "signed", m->signed_version);
	if (m->kept > 0)
		jo_kv_int(o, "kept", m->kept);
	if (m->has_due)
		jo_kv_int(o, "due", m->due);
	if (m->has_embargo)
		jo_kv_int(o, "embargo", m->embargo);
}

rc body_text(struct ctx *c, const struct move *m, slice prev, slice fields, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, ENVELOPE_BODY_MOST);
	(void)buf_room(&b, fields.len + 512);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_int(&o, "v", 1);
	move_put(&o, m);
	if (prev.len > 0)
		jo_kv_text(&o, "prev", prev);
	jo_key(&o, S("fields"));
	jo_raw(&o, fields);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

rc step_act(struct ctx *c, const struct actor *who, slice home, const struct move *m, slice content, const int64_t *appr,
            struct act *ret)
{
	struct act act = { .act = appr ? S("thread.step") : S("thread.free"), .actor = *who, .case_id = home };
	struct payload *p;
	struct json_out o;
	struct buf b;
	slice *obj;

	TRY_NEW(c, obj);
	*obj = m->thread;
	act.obj = (struct words){ obj, 1 };
	buf_init(&b, c->a, 16384);
	o = json_out_on(&b);
	jo_object(&o);
	move_put(&o, m);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &act.members));
	if (appr)
		act.appr = (struct ints){ appr, 1 };
	if (content.len > 0) {
		TRY_NEW(c, p);
		p->bytes = content;
		act.seal = p;
		act.nseal = 1;
	}
	*ret = act;
	return OK;
}
