/* The form of a step, made of the data of its kind; what is sent goes to the preview first. */
#include "door/http/pages.h"
#include "door/http/selection_pages.h"
#include "door/http/together.h"
#include "door/http/watch_pages.h"

#include "base/bits.h"
#include "work/thread/guide.h"
#include "work/thread/merge.h"

#include "base/banned.h"

struct form_of {
	const struct thread_kind *k;
	const struct thread_step *s;
	const struct thread *t;
	slice home;
	slice values, methods;   /* out of a selected document */
	slice seen;              /* of a list that was looked for in logs */
	size_t left;             /* values of it that the form has no room for */
};

/* ---- showing ---- */

static const char *given_name(struct visit *v, const char *prefix, slice word)
{
	struct buf b;

	buf_init(&b, v->c->a, FORM_NAME_MOST * 2);
	buf_putf(&b, "%s%" S_FMT, prefix, S_ARG(word));
	return arena_cstr(v->c->a, buf_slice(&b));
}

/* What the field may say; none: anything. */
static void put_words_of(struct visit *v, struct json_out *o, const struct thread_field *x)
{
	slice given = given_or(v, given_name(v, "field.", x->id), S_NONE);

	if (x->nwords == 0)
		return;
	jo_key(o, S("words"));
	jo_array(o);
	for (uint32_t i = 0; i < x->nwords; i++)
		m_option(o, x->words[i], slice_of(thread_word_name(v, x->words[i])), slice_eq(given, x->words[i]));
	jo_end_array(o);
}

/* What is wrong with a field of the kind, with its name before it. */
static rc wrong_field(struct visit *v, const struct form_of *f, slice id, const char *key)
{
	slice title = field_title(v, f->k, id);
	struct buf b;

	buf_init(&b, v->c->a, 2000);
	buf_putf(&b, v->ja ? "「%" S_FMT "」：%s" : "%" S_FMT ": %s", S_ARG(title), message_of(v, key));
	buf_putc(&b, '\0');
	return visit_wrong(v, slice_of(given_name(v, "field.", id)), b.p, b.p);
}

static slice wrong_of(const struct visit *v, const char *name)
{
	for (size_t i = 0; i < v->nerrors; i++)
		if (slice_is(v->errors[i].field, name))
			return v->errors[i].text;
	return S_NONE;
}

/* A list that several write stands there put together, with who put what. */
static rc put_list(struct visit *v, struct json_out *o, const struct form_of *f, const struct thread_field *x, slice *ret_value)
{
	struct exchange ex = together(v);
	struct look look = visit_look(v);
	struct merged *list;
	size_t n;

	if (!x->list || !f->t || !(f->s->flags & STEP_MERGES))
		return OK;
	TRY(thread_merged(v->c, &ex, &look, f->t, x->id, &list, &n));
	TRY(merged_text(v->c, list, n, ret_value));
	jo_key(o, S("entries"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_int(o, "number", (int64_t)i + 1);
		jo_kv_text(o, "text", list[i].text);
		jo_key(o, S("by"));
		jo_array(o);
		for (size_t b = 0; b < list[i].nby; b++)
			jo_text(o, node_title(v, list[i].by[b]));
		jo_end_array(o);
		if (list[i].like != LIKE_NONE)
			jo_kv_int(o, "like", (int64_t)list[i].like + 1);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

static rc put_fields(struct visit *v, struct json_out *o, const struct form_of *f)
{
	jo_key(o, S("fields"));
	jo_array(o);
	for (uint32_t i = 0; i < f->k->nfields; i++) {
		const struct thread_field *x = &f->k->fields[i];
		const struct gate_class *cls = gate_class_at(v->h->gate, x->cls);
		slice value = S_NONE;

		if (!(f->s->fields & BIT(i)))
			continue;
		jo_object(o);
		jo_kv_text(o, "id", x->id);
		jo_kv_text(o, "label", v->ja ? x->ja : x->en);
		jo_kv_text(o, "class_name", class_said(v, cls, v->ja ? x->ja : x->en));
		jo_kv_bool(o, "personal", cls->personal);
		jo_kv_text(o, "wrong_text", wrong_of(v, given_name(v, "field.", x->id)));
		jo_kv_bool(o, "need", (f->s->need & BIT(i)) != 0);
		jo_kv_bool(o, "count", cls->change == CHANGE_BUCKET);
		jo_kv_bool(o, "long", !x->line && cls->change != CHANGE_BUCKET && !slice_starts(cls->word.id, S("exchange.")));
		TRY(put_list(v, o, f, x, &value));
		if (value.len == 0)
			value = slice_is(x->id, "indicators") ? f->values : slice_is(x->id, "method") ? f->methods : slice_is(x->id, "seen") ? f->seen : S_NONE;
		jo_kv_bool(o, "list", x->list);
		jo_kv_text(o, "value", given_or(v, given_name(v, "field.", x->id), value));
		put_words_of(v, o, x);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

/* Partners that the kind is for, and why one of them cannot get it. */
static rc put_parties(struct visit *v, struct json_out *o, const struct form_of *f)
{
	slice after = S_NONE;
	struct partner *x;
	size_t n;

	jo_key(o, S("parties"));
	jo_array(o);
	do {
		TRY(partner_page(v->c, v->st, after, 500, &x, &n));
		for (size_t i = 0; i < n && !f->t; i++) {
			int32_t cls = gate_recipient_find(v->h->gate, x[i].cls);
			slice word = f->k->memo.len ? f->k->memo : f->k->id;
			struct memo_cover cover;
			bool no = false;

			after = x[i].node;
			if (cls < 0 || !(f->k->to & BIT(cls)) || x[i].ended)
				continue;
			jo_object(o);
			jo_kv_text(o, "node", x[i].node);
			jo_kv_text(o, "title", partner_title(v->h->law, &x[i], v->today, v->ja));
			if (memo_covers(v->c, v->st, x[i].id, word, true, v->today, &cover) != OK) {
				no = f->k->memo.len > 0 && !(f->k->memo_free & BIT(cls));
				if (no)
					jo_kv_text(o, "why_not", slice_of(message_of(v, v->c->fault.key)));
				fault_clear(v->c);
			}
			jo_kv_bool(o, "covered", !no);
			jo_kv_bool(o, "on", given_or(v, given_name(v, "to.", x[i].node), S_NONE).len > 0);
			jo_end_object(o);
		}
	} while (n == 500 && !f->t);
	jo_end_array(o);
	return OK;
}

static void put_mark(struct visit *v, struct json_out *o, const struct form_of *f)
{
	static const char *const ja[ONWARDS] = { "ほかの機関に渡せない", "渡すには当方の同意が要る", "渡すことに同意済み", "渡してよい" };
	static const char *const en[ONWARDS] = { "must not be shared on", "ask us before sharing on", "we agree that it is shared on", "may be shared on" };
	slice tlp = given_or(v, "tlp", slice_of(tlp_words[f->k->tlp])), onward = given_or(v, "onward", slice_of(onward_words[f->k->onward]));

	jo_key(o, S("tlps"));
	jo_array(o);
	for (unsigned i = 0; i < TLPS; i++)
		m_option(o, slice_of(tlp_words[i]), slice_of(tlp_labels[i]), slice_is(tlp, tlp_words[i]));
	jo_end_array(o);
	jo_key(o, S("onwards"));
	jo_array(o);
	for (unsigned i = 0; i < ONWARDS; i++)
		m_option(o, slice_of(onward_words[i]), slice_of(say(v, ja[i], en[i])), slice_is(onward, onward_words[i]));
	jo_end_array(o);
}

/* Envelopes that came in this thread or, when it opens, in others of the case: what is taken from them keeps their marking. */
static rc put_sources(struct visit *v, struct json_out *o, const struct form_of *f)
{
	struct thread *t;
	size_t n;

	jo_key(o, S("sources"));
	jo_array(o);
	if (f->home.len > 0) {
		TRY(thread_list(v->c, v->st, f->home, false, 100, &t, &n));
		for (size_t i = 0; i < n; i++) {
			struct came *x;
			size_t nx;

			TRY(inbox_of(v->c, v->st, t[i].id, &x, &nx));
			for (size_t k = 0; k < nx; k++) {
				jo_object(o);
				jo_kv_text(o, "env", x[k].env);
				jo_kv_text(o, "with", node_title(v, x[k].peer));
				jo_kv_text(o, "kind_name", kind_title(v, thread_kind_find(v->h->kinds, x[k].kind), x[k].kind));
				m_time(v, o, "at", x[k].at);
				m_mark(v, o, x[k].tlp, x[k].purpose, x[k].onward, x[k].expires);
				jo_kv_bool(o, "on", given_or(v, given_name(v, "received.", x[k].env), S_NONE).len > 0 ||
				           slice_eq(form_get(v->in, S("source")), x[k].env));
				jo_end_object(o);
			}
		}
	}
	jo_end_array(o);
	return OK;
}

static rc put_form(struct visit *v, struct json_out *o, const struct form_of *f)
{
	bool get = v->route->method == GET;
	msec due = f->k->due_minutes > 0 ? v->c->now + f->k->due_minutes * 60000 : 0;

	jo_kv_text(o, "kind", f->k->id);
	jo_kv_text(o, "kind_name", v->ja ? f->k->ja : f->k->en);
	jo_kv_text(o, "step", f->s->id);
	jo_kv_text(o, "step_name", v->ja ? f->s->ja : f->s->en);
	jo_kv_bool(o, "free", (f->s->flags & STEP_FREE) != 0);
	jo_kv_bool(o, "local", (f->s->flags & STEP_LOCAL) != 0);
	jo_kv_bool(o, "wants_embargo", (f->s->flags & STEP_EMBARGO) != 0);
	jo_kv_bool(o, "wants_due", (f->s->flags & STEP_DUE) != 0);
	jo_kv_bool(o, "opens", !f->t);
	jo_kv_text(o, "watch_given", visit_text(v, "watch"));
	TRY(put_fields(v, o, f));
	TRY(put_parties(v, o, f));
	put_mark(v, o, f);
	TRY(put_sources(v, o, f));
	m_date(v, o, "due_date", "due", get && due > 0 && (f->s->flags & STEP_DUE), (struct when){ due - due % 60000, false });
	m_date(v, o, "embargo_date", "embargo", false, (struct when){ 0 });
	m_date(v, o, "expires_date", "expires", false, (struct when){ 0 });
	m_date(v, o, "after_date", "after", false, (struct when){ 0 });
	jo_kv_text(o, "fix_given", given_or(v, "fix", get ? form_get(v->in, S("fix")) : S_NONE));
	jo_kv_int(o, "values_left", (int64_t)f->left);
	jo_kv_bool(o, "named_given", given_or(v, "named", S_NONE).len > 0);
	return OK;
}

/* ---- opening a thread out of a case ---- */

rc page_thread_kinds(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "thread_kinds");
	struct case_head h;
	int32_t house;
	slice cls;

	TRY(visit_case(v, &h));
	TRY(house_class(v->c, v->st, &cls));
	house = gate_recipient_find(v->h->gate, cls);
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "room"));
	jo_kv_bool(o, "house", house >= 0);
	jo_key(o, S("kinds"));
	jo_array(o);
	for (uint32_t i = 0; i < v->h->kinds->n; i++) {
		const struct thread_kind *k = &v->h->kinds->v[i];

		if (house < 0 || !(k->opens & BIT(house)))
			continue;
		jo_object(o);
		jo_kv_text(o, "id", k->id);
		jo_kv_text(o, "name", v->ja ? k->ja : k->en);
		jo_kv_text(o, "step_name", v->ja ? k->steps[0].ja : k->steps[0].en);
		jo_key(o, S("for"));
		jo_array(o);
		for (uint32_t r = 0; r < gate_recipient_count(v->h->gate); r++)
			if (k->to & BIT(r))
				jo_text(o, word_name(v, gate_recipient_at(v->h->gate, r)));
		jo_end_array(o);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

static rc first_step(struct visit *v, slice kind, struct form_of *f)
{
	f->k = thread_kind_find(v->h->kinds, kind);
	if (!f->k)
		return FAIL(v->c, E_NOTFOUND, "thread.kind");
	f->s = &f->k->steps[0];
	return OK;
}

rc page_thread_new(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "thread_new");
	struct form_of f = { 0 };
	struct case_head h;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &h));
	TRY(first_step(v, visit_text(v, "kind"), &f));
	f.home = h.id;
	if (visit_text(v, "document").len)
		TRY(selected_for_thread(v, &f.values, &f.methods, &f.left));
	else if (visit_text(v, "watch").len)
		TRY(watched_for_thread(v, &f.values, &f.seen, &f.left));
	TRY(visit_may(v, "thread.prepare", h.id));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "room"));
	jo_key(o, S("form"));
	jo_object(o);
	TRY(put_form(v, o, &f));
	jo_end_object(o);
	return OK;
}

/* ---- a guideline: hangs on no case ---- */

bool guideline_may_open(struct visit *v)
{
	const struct thread_kind *k = thread_kind_find(v->h->kinds, GUIDE_KIND);
	int32_t house;
	slice cls;

	if (!k || house_class(v->c, v->st, &cls) != OK) {
		fault_clear(v->c);
		return false;
	}
	house = gate_recipient_find(v->h->gate, cls);
	return house >= 0 && k->opens & BIT(house) && visit_can(v, "thread.prepare", S_NONE);
}

static rc find_guideline(struct visit *v, struct form_of *f)
{
	TRY(visit_may(v, "thread.prepare", S_NONE));
	return first_step(v, GUIDE_KIND, f);
}

rc page_guideline_new(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "guideline_new");
	struct form_of f = { 0 };

	TRY(find_guideline(v, &f));
	jo_key(o, S("form"));
	jo_object(o);
	TRY(put_form(v, o, &f));
	jo_end_object(o);
	return OK;
}

/* ---- reading ---- */

static rc put_value(struct visit *v, struct json_out *o, const struct form_of *f, slice id, slice text)
{
	int32_t i = thread_field_find(f->k, id);
	int64_t n;

	if (slice_is(id, "seen") && visit_text(v, "watch").len) {
		jo_key(o, id);
		return watched_put_seen(v, o, text);
	}
	if (i < 0 || gate_class_at(v->h->gate, f->k->fields[i].cls)->change != CHANGE_BUCKET) {
		jo_key(o, id);
		jo_text(o, text);
	} else if (form_count(v->c, v->in, given_name(v, "field.", id), JSON_INT_MOST, &n) == OK) {
		jo_key(o, id);
		jo_int(o, n);
	} else {
		(void)wrong_field(v, f, id, "number.form");
		fault_clear(v->c);
	}
	return OK;
}

static rc put_given_fields(struct visit *v, struct json_out *o, const struct form_of *f)
{
	jo_key(o, S("fields"));
	jo_object(o);
	for (uint32_t i = 0; i < f->k->nfields; i++) {
		slice id = f->k->fields[i].id, text = slice_trim(form_get(v->in, slice_of(given_name(v, "field.", id))));

		if (!(f->s->fields & BIT(i)))
			continue;
		if (text.len == 0 && f->s->need & BIT(i)) {
			(void)wrong_field(v, f, id, "form.need");
			fault_clear(v->c);
		} else if (text.len > 0) {
			TRY(put_value(v, o, f, id, text));
		}
	}
	jo_end_object(o);
	return v->nerrors > 0 ? FAIL(v->c, E_INVALID, "form.wrong") : OK;
}

static rc put_given_mark(struct visit *v, struct json_out *o)
{
	struct when w;
	bool given;

	jo_key(o, S("mark"));
	jo_object(o);
	if (visit_text(v, "tlp").len > 0)
		jo_kv_text(o, "tlp", visit_text(v, "tlp"));
	if (visit_text(v, "onward").len > 0)
		jo_kv_text(o, "onward", visit_text(v, "onward"));
	TRY(form_moment(v->c, v->in, "expires", &w, &given));
	if (given)
		jo_kv_int(o, "expires", w.at);
	jo_end_object(o);
	return OK;
}

/* The words behind a prefix that were ticked: "to.ppc.example" gives "ppc.example". */
static rc ticked(struct visit *v, slice prefix, slice *ret, size_t most, size_t *ret_n)
{
	*ret_n = 0;
	for (size_t i = 0; i < v->in->n; i++) {
		const struct pair *x = &v->in->pairs[i];

		if (!slice_starts(x->name, prefix) || x->value.len == 0 || slice_is(x->value, "false"))
			continue;
		if (*ret_n == most)
			return FAIL(v->c, E_LIMIT, "thread.parties");
		ret[(*ret_n)++] = slice_sub(x->name, prefix.len, SIZE_MAX);
	}
	return OK;
}

static void put_words(struct json_out *o, const char *name, const slice *words, size_t n)
{
	if (n == 0)
		return;
	jo_key(o, slice_of(name));
	jo_array(o);
	for (size_t i = 0; i < n; i++)
		jo_text(o, words[i]);
	jo_end_array(o);
}

static rc read_content(struct visit *v, const struct form_of *f, const slice *parties, size_t nparties, slice *ret)
{
	slice words[PARTIES_MOST];
	struct json_out o;
	struct buf b;
	size_t n;

	buf_init(&b, v->c->a, PAYLOAD_MOST);
	o = json_out_on(&b);
	jo_object(&o);
	TRY(put_given_fields(v, &o, f));
	TRY(put_given_mark(v, &o));
	TRY(ticked(v, S("received."), words, PARTIES_MOST, &n));
	put_words(&o, "received", words, n);
	if (form_has(v->in, "named"))
		put_words(&o, "named", parties, nparties);
	if (form_has(v->in, "foreign"))
		jo_kv_bool(&o, "foreign", true);
	jo_end_object(&o);
	return buf_done(v->c, &b, ret);
}

static rc read_times(struct visit *v, struct request *q)
{
	struct when w;
	bool given;

	TRY(form_moment(v->c, v->in, "due", &w, &given));
	if (given)
		q->due = w.at;
	TRY(form_moment(v->c, v->in, "embargo", &w, &given));
	if (given)
		q->embargo = w.at;
	TRY(form_moment(v->c, v->in, "after", &w, &given));
	if (given)
		q->after = w.at;
	q->fix = visit_text(v, "fix");
	return OK;
}

/* A step that needs no second person goes at once; any other to its preview. */
static rc prepare(struct visit *v, struct page *p, const struct request *q)
{
	struct exchange x = together(v);
	struct look look = visit_look(v);
	struct draft d;
	slice thread;

	TRY(thread_prepare(v->c, &x, &v->actor, q, &d));
	if (!d.free)
		return page_go(v, p, "/previews/%" S_FMT, S_ARG(d.id));
	TRY(thread_draft_open(v->c, &x, &look, d.id, &d));
	TRY(thread_send(v->c, &x, &v->actor, &d, &thread));
	return page_go(v, p, "/threads/%" S_FMT, S_ARG(thread));
}

static rc open_thread(struct visit *v, struct page *p, const struct form_of *f)
{
	struct request q = { .kind = f->k->id, .home = f->home };
	slice parties[PARTIES_MOST];

	TRY(ticked(v, S("to."), parties, PARTIES_MOST, &q.nparties));
	if (q.nparties == 0)
		return visit_wrong(v, S("to"), "送る相手を選んでください。", "Choose who gets it.");
	q.parties = parties;
	TRY(read_content(v, f, parties, q.nparties, &q.content));
	TRY(read_times(v, &q));
	return prepare(v, p, &q);
}

rc page_thread_new_do(struct visit *v, struct page *p)
{
	struct form_of f = { 0 };
	struct case_head h;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &h));
	TRY(visit_may(v, "thread.prepare", h.id));
	TRY(first_step(v, visit_text(v, "kind"), &f));
	f.home = h.id;
	return open_thread(v, p, &f);
}

rc page_guideline_do(struct visit *v, struct page *p)
{
	struct form_of f = { 0 };

	TRY(find_guideline(v, &f));
	return open_thread(v, p, &f);
}

/* ---- a step of a thread ---- */

static rc find_step(struct visit *v, struct thread *t, struct form_of *f)
{
	TRY(visit_thread(v, "thread.prepare", t));
	f->k = thread_kind_find(v->h->kinds, t->kind);
	f->s = f->k ? thread_step_find(f->k, visit_text(v, "step")) : NULL;
	if (!f->s)
		return FAIL(v->c, E_NOTFOUND, "thread.step");
	f->t = t;
	f->home = t->home;
	return OK;
}

rc page_thread_step(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "thread_step");
	struct form_of f = { 0 };
	struct thread t;

	TRY(find_step(v, &t, &f));
	TRY(thread_head_put(v, o, &t));
	jo_key(o, S("form"));
	jo_object(o);
	TRY(put_form(v, o, &f));
	jo_end_object(o);
	return OK;
}

rc page_thread_step_do(struct visit *v, struct page *p)
{
	struct request q = { 0 };
	struct form_of f = { 0 };
	struct thread t;

	TRY(find_step(v, &t, &f));
	q.thread = t.id;
	q.step = f.s->id;
	TRY(read_content(v, &f, &t.hub, 1, &q.content));
	TRY(read_times(v, &q));
	return prepare(v, p, &q);
}
