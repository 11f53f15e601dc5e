/* What an envelope brings: is its step one that the sender may take now? */
#include "work/thread/receive_inside.h"

#include "base/banned.h"

bool receive_mark_is_known(const struct gate *g, const struct envelope_mark *m)
{
	bool tlp = false, onward = m->onward.len == 0;

	for (int i = 0; i < TLPS; i++)
		tlp = tlp || slice_is(m->tlp, tlp_words[i]);
	for (int i = 0; i < ONWARDS; i++)
		onward = onward || slice_is(m->onward, onward_words[i]);
	return tlp && onward && gate_purpose_find(g, m->purpose) >= 0;
}

/* The one before, of the same thread, must be here: nothing is taken out of order. */
rc receive_order(struct ctx *c, const struct reception *r, struct arrival *a, slice prev, bool *ret_ok)
{
	AUTO_QUERY q = { 0 };
	AUTO_QUERY refused = { 0 };

	*ret_ok = true;
	if (prev.len == 0)
		return OK;
	TRY(STORE_ONE(c, r->st, &q, ret_ok, STMT_INBOX_BY_ENV, v_text(a->e.from), v_text(prev)));
	if (!*ret_ok)   /* one that we refused will not come again */
		TRY(STORE_ONE(c, r->st, &refused, ret_ok, STMT_INBOX_IS_REFUSED, v_text(a->e.from), v_text(prev)));
	if (!*ret_ok)
		receive_refuse(a, RECEIPT_LATER, "order");
	return OK;
}

static bool fields_are_known(const struct thread_kind *k, const struct thread_step *s, const struct json *fields)
{
	if (!fields || fields->type != JSON_OBJECT)
		return false;
	for JSON_EACH(f, fields) {
		int32_t i = thread_field_find(k, f->name);

		if (i < 0 || !(s->fields & BIT(i)) || !field_says(&k->fields[i], f))
			return false;
	}
	return true;
}

static rc read_parties(struct ctx *c, const struct json *list, struct move *m, bool *ret_ok)
{
	slice *v;
	size_t n = 0;

	*ret_ok = list && list->type == JSON_ARRAY && list->count > 0 && list->count <= PARTIES_MOST;
	if (!*ret_ok)
		return OK;
	TRY_ARRAY(c, v, list->count);
	for JSON_EACH(p, list) {
		*ret_ok = *ret_ok && word_is_valid(json_text(p));
		v[n++] = json_text(p);
	}
	m->parties = v;
	m->nparties = n;
	return OK;
}

static bool names_us(const struct reception *r, const struct move *m)
{
	for (size_t i = 0; i < m->nparties; i++)
		if (receive_is_for_us(r, m->parties[i]))
			return true;
	return false;
}

static rc check_opening(struct ctx *c, const struct reception *r, struct arrival *a, struct incoming *in, bool *ret_ok)
{
	int32_t theirs = gate_recipient_find(r->x->g, in->from.cls), ours;
	slice cls;

	TRY(house_class(c, r->st, &cls));
	ours = gate_recipient_find(r->x->g, cls);
	TRY(read_parties(c, json_get(in->body, S("parties")), &in->m, ret_ok));
	if (!*ret_ok || !names_us(r, &in->m) || !slice_starts(in->m.thread, S("t-")) || !word_is_valid(in->m.thread)) {
		*ret_ok = false;
		receive_refuse(a, RECEIPT_REJECTED, "parties");
		return OK;
	}
	*ret_ok = theirs >= 0 && in->k->opens & BIT(theirs) && (ours < 0 || in->k->to & BIT(ours));
	if (!*ret_ok)
		receive_refuse(a, RECEIPT_REJECTED, "class");
	return OK;
}

/* What the opener says of due date, embargo and version holds; a party signs the version that stands or nothing. */
static bool take_terms(struct incoming *in, const struct json *body)
{
	struct move *m = &in->m;
	bool hub = slice_eq(m->hub, in->from.node);

	if (!hub)
		return !(in->s->flags & STEP_SIGNS) || int_of(body, "signed") == m->signed_version;
	m->version = int_of(body, "version");
	m->due = int_of(body, "due");
	m->has_due = m->due > 0;
	m->embargo = int_of(body, "embargo");
	m->has_embargo = m->embargo > 0;
	return m->version > 0;
}

static rc find_thread(struct ctx *c, const struct reception *r, struct incoming *in)
{
	rc found = thread_find(c, r->st, word_of(in->body, "thread"), &in->t);

	if (found == E_NOTFOUND) {
		fault_clear(c);
		in->opens = true;
		return OK;
	}
	return found;
}

rc receive_step(struct ctx *c, const struct reception *r, struct arrival *a, struct incoming *in, bool *ret_ok)
{
	const struct json *fields = json_get(in->body, S("fields"));
	const struct json *evidence = json_get(fields, S("evidence"));
	rc got;

	*ret_ok = false;
	TRY(find_thread(c, r, in));
	if (!in->opens && !slice_eq(in->t.kind, in->k->id)) {
		receive_refuse(a, RECEIPT_REJECTED, "thread");
		return OK;
	}
	got = thread_move(c, r->st, in->k, in->s, in->opens ? NULL : &in->t, in->from.node, evidence != NULL, &in->m);
	if (got == E_CONFLICT || got == E_DENIED || got == E_INVALID || got == E_NOTFOUND) {
		fault_clear(c);
		receive_refuse(a, RECEIPT_REJECTED, got == E_DENIED ? "by" : "state");
		return OK;
	}
	TRY(got);
	in->m.thread = word_of(in->body, "thread");
	in->home = in->opens ? in->m.thread : in->t.home;
	if (!fields_are_known(in->k, in->s, fields)) {
		receive_refuse(a, RECEIPT_REJECTED, "field");
		return OK;
	}
	in->m.kept = int_of(in->body, "kept");
	if (!take_terms(in, in->body)) {
		receive_refuse(a, RECEIPT_REJECTED, "version");
		return OK;
	}
	*ret_ok = true;
	return in->opens ? check_opening(c, r, a, in, ret_ok) : OK;
}
