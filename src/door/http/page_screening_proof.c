/* What inspectors and the staff read of a screening: the proof page, numbers, what rules are worth, who decides. */
#include "door/http/pages.h"

#include "core/people/people.h"
#include "door/http/screening_pages.h"
#include "door/http/together.h"
#include "work/screen/proof_paper.h"

#include "base/banned.h"

#define PROOF_TEXT_MOST ((size_t)16 << 20)

/* ---- the proof page ---- */

static int64_t int_of(const struct json *v, const char *name)
{
	const struct json *m = json_get(v, slice_of(name));

	return m && m->type == JSON_INT ? m->num : 0;
}

/* "<name>": 1,234,567 as people read it. */
static void put_said(struct visit *v, struct json_out *o, const char *name, int64_t n)
{
	struct buf b;

	buf_init(&b, v->c->a, 40);
	buf_put_grouped(&b, n < 0 ? 0 : n);
	jo_kv_text(o, name, buf_slice(&b));
}

static void put_sources(struct visit *v, struct json_out *o, const struct json *proof)
{
	static const char *const sums[] = { "lines", "read", "damaged", "twice" };

	jo_key(o, S("sources"));
	jo_array(o);
	for JSON_EACH(x, json_get(proof, S("sources"))) {
		jo_object(o);
		jo_kv_text(o, "name", json_text(json_get(x, S("name"))));
		jo_kv_text(o, "form", json_text(json_get(x, S("form"))));
		jo_kv_text(o, "encoding", json_text(json_get(x, S("encoding"))));
		for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
			put_said(v, o, sums[i], int_of(x, sums[i]));
		put_said(v, o, "others", int_of(x, "headers") + int_of(x, "empty"));
		jo_end_object(o);
	}
	jo_end_array(o);
}

static void put_explained(struct visit *v, struct json_out *o, const struct json *proof)
{
	jo_key(o, S("explanations"));
	jo_array(o);
	for JSON_EACH(x, json_get(proof, S("explanations"))) {
		jo_object(o);
		jo_kv_text(o, "id", x->name);
		jo_kv_text(o, "name", screening_explanation_name(x->name, v->ja));
		put_said(v, o, "count", x->type == JSON_INT ? x->num : 0);
		jo_end_object(o);
	}
	jo_end_array(o);
}

static void put_tables(struct visit *v, struct json_out *o, const struct json *proof)
{
	jo_key(o, S("tables"));
	jo_array(o);
	for JSON_EACH(x, json_get(proof, S("tables"))) {
		const struct json *given = json_get(x, S("given"));

		jo_object(o);
		jo_kv_text(o, "name", screening_table_name(json_text(json_get(x, S("name"))), v->ja));
		jo_kv_bool(o, "given", json_is_true(given));
		put_said(v, o, "rows", int_of(x, "rows"));
		put_said(v, o, "not_understood", int_of(x, "rows_not_understood"));
		jo_end_object(o);
	}
	jo_end_array(o);
}

static void put_rules(struct visit *v, struct json_out *o, const struct json *proof)
{
	int64_t blind = 0;

	jo_key(o, S("rules"));
	jo_array(o);
	for JSON_EACH(x, json_get(proof, S("rules"))) {
		const struct json *without = json_get(x, S("half_blind_without"));

		jo_object(o);
		jo_kv_text(o, "id", json_text(json_get(x, S("id"))));
		jo_kv_text(o, "name", screening_kind_name(json_text(json_get(x, S("kind"))), v->ja));
		jo_kv_text(o, "why", json_text(json_get(x, S("why"))));
		jo_kv_int(o, "weight", int_of(x, "weight"));
		jo_key(o, S("without"));
		jo_array(o);
		for JSON_EACH(t, without)
			jo_text(o, screening_table_name(json_text(t), v->ja));
		jo_end_array(o);
		blind += without && without->child;
		jo_end_object(o);
	}
	jo_end_array(o);
	jo_kv_int(o, "half_blind", blind);
}

/* E_NOTFOUND "screening.no_proof" where the list was kept without one. */
static rc proof_of(struct visit *v, struct list_view *l, const struct json **ret)
{
	TRY(list_open(v, l));
	*ret = json_get(l->sealed, S("proof"));
	return *ret ? OK : FAIL(v->c, E_NOTFOUND, "screening.no_proof");
}

rc page_screening_proof(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "screening_proof");
	const struct json *proof;
	struct list_view l;

	TRY(proof_of(v, &l, &proof));
	jo_kv_text(o, "run", l.name);
	m_time(v, o, "kept", l.run.at);
	jo_kv_text(o, "by", who_name(v->c, v->n, l.run.actor));
	if (l.run.since >= 0)
		m_day(v, o, "since", msec_jday(l.run.since));
	if (l.run.until >= 0)
		m_day(v, o, "until", msec_jday(l.run.until));
	jo_kv_int(o, "items", l.run.items);
	put_said(v, o, "organisations", int_of(proof, "organisations"));
	put_said(v, o, "missing", int_of(proof, "missing_records"));
	put_said(v, o, "accesses", int_of(proof, "accesses"));
	put_said(v, o, "unexplained", int_of(proof, "unexplained"));
	put_sources(v, o, proof);
	put_explained(v, o, proof);
	put_tables(v, o, proof);
	put_rules(v, o, proof);
	return OK;
}

rc page_screening_pdf(struct visit *v, struct page *p)
{
	const struct json *proof;
	struct list_view l;
	struct json_out o;
	struct buf b, file;
	slice pdf;

	TRY(proof_of(v, &l, &proof));
	buf_init(&b, v->c->a, PROOF_TEXT_MOST);
	o = json_out_on(&b);
	jo_value(&o, proof);
	buf_init(&file, v->c->a, 400);
	buf_putf(&file, "%s-%" S_FMT ".pdf", say(v, "点検の実施記録", "proof"), S_ARG(l.name));
	if (b.full)
		return FAIL(v->c, E_LIMIT, "text.limit");
	TRY(screening_proof_paper(v->c, buf_slice(&b), v->c->now, node_is_exercise(v->n), &pdf));
	return page_bytes(p, "application/pdf", buf_slice(&file), pdf);
}

/* ---- numbers for the staff ---- */

#define STATES 5u
#define REASONS 6u

static void put_number(struct visit *v, struct json_out *o, slice name, const int64_t *n, unsigned count, unsigned at)
{
	struct buf b;

	buf_init(&b, v->c->a, 40);
	switch (screening_told(n, count, at)) {
	case TOLD_FEW: buf_putz(&b, say(v, "3件未満", "fewer than 3")); break;
	case TOLD_HIDDEN: buf_putz(&b, say(v, "非公表", "not told")); break;
	case TOLD_NUMBER: buf_put_grouped(&b, n[at]); break;
	}
	jo_object(o);
	jo_kv_text(o, "name", name);
	jo_kv_text(o, "number", buf_slice(&b));
	jo_end_object(o);
}

/* For everybody who works here: nobody is named, and what few did is not told. */
rc page_screening_numbers(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "screening_numbers");
	int64_t by_state[STATES] = { 0 }, by_reason[REASONS] = { 0 }, all = 0;
	struct screening_count *n;
	slice run = visit_text(v, "run");
	size_t count;

	TRY(screening_counts(v->c, v->st, run, &n, &count));
	if (count == 0)
		return FAIL(v->c, E_NOTFOUND, "screening.no_run");
	for (size_t i = 0; i < count; i++) {
		all += n[i].n;
		for (unsigned k = 0; k < STATES; k++)
			by_state[k] += slice_is(n[i].state, screening_states[k]) ? n[i].n : 0;
		for (unsigned k = 0; k < REASONS; k++)
			by_reason[k] += slice_is(n[i].state, "justified") && slice_is(n[i].reason, screening_reasons[k]) ? n[i].n : 0;
	}
	jo_kv_text(o, "run", run);
	jo_kv_bool(o, "may_list", visit_can(v, "page:screening", S_NONE));
	jo_key(o, S("states"));
	jo_array(o);
	put_number(v, o, slice_of(say(v, "一覧に載った項目", "items of the list")), &all, 1, 0);
	for (unsigned k = 0; k < STATES; k++)
		put_number(v, o, screening_state_name(slice_of(screening_states[k]), v->ja), by_state, STATES, k);
	jo_end_array(o);
	jo_key(o, S("reasons"));
	jo_array(o);
	for (unsigned k = 0; k < REASONS; k++)
		if (by_reason[k])
			put_number(v, o, screening_reason_name(slice_of(screening_reasons[k]), v->ja), by_reason, REASONS, k);
	jo_end_array(o);
	return OK;
}

/* ---- what rules are worth ---- */

rc page_screening_weights(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "screening_weights");
	struct screening_weight *w;
	int64_t untouched = 0;
	size_t n;

	TRY(screening_weights(v->c, v->st, &w, &n));
	jo_key(o, S("weights"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_text(o, "kind", w[i].kind);
		jo_kv_text(o, "kind_name", screening_kind_name(w[i].kind, v->ja));
		jo_kv_int(o, "judged", w[i].judged);
		jo_kv_int(o, "confirmed", w[i].confirmed);
		jo_kv_int(o, "weight", w[i].weight);
		jo_kv_bool(o, "less", w[i].weight < 100);
		jo_kv_bool(o, "greater", w[i].weight > 100);
		jo_end_object(o);
		untouched += w[i].judged == 0;
	}
	jo_end_array(o);
	jo_kv_int(o, "untouched", untouched);
	return OK;
}

/* As `renkei screen --weights` reads them. */
rc page_screening_weights_file(struct visit *v, struct page *p)
{
	struct screening_weight *w;
	struct buf b;
	size_t n;

	TRY(screening_weights(v->c, v->st, &w, &n));
	buf_init(&b, v->c->a, (size_t)1 << 20);
	for (size_t i = 0; i < n; i++)
		buf_putf(&b, "{\"schema\":\"renkei/review-weight/1\",\"kind\":\"%" S_FMT "\",\"judged\":%lld,\"confirmed\":%lld,\"weight\":%lld}\n",
		         S_ARG(w[i].kind), (long long)w[i].judged, (long long)w[i].confirmed, (long long)w[i].weight);
	return page_bytes(p, "application/jsonl", S("weights.jsonl"), buf_slice(&b));
}

/* ---- who decides ---- */

rc page_screening_reviewers(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "screening_reviewers");
	struct screening_reviewer *r;
	size_t n;

	TRY(screening_reviewers(v->c, v->st, &r, &n));
	jo_key(o, S("reviewers"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_text(o, "name", who_name(v->c, v->n, r[i].actor));
		jo_kv_text(o, "log_account", r[i].account);
		jo_kv_text(o, "superior", r[i].superior);
		jo_kv_bool(o, "auditor", r[i].auditor);
		jo_kv_int(o, "items", r[i].items);
		jo_end_object(o);
	}
	jo_end_array(o);
	jo_kv_bool(o, "may_set", visit_can(v, "screening.reviewer", S_NONE));
	TRY(m_people(v, o, "people", &(struct people_choice){ .active = true, .chosen = visit_text(v, "actor") }));
	jo_kv_text(o, "account_given", given_or(v, "log_account", S_NONE));
	jo_kv_text(o, "superior_given", given_or(v, "superior", S_NONE));
	jo_kv_bool(o, "auditor_given", form_has(v->in, "auditor"));
	return OK;
}

rc page_screening_reviewer_set(struct visit *v, struct page *p)
{
	struct screening_reviewer r = { .actor = visit_text(v, "actor"), .account = visit_text(v, "log_account"),
		.superior = visit_text(v, "superior"), .auditor = form_has(v->in, "auditor") };
	struct account a;
	int64_t seq;
	rc found = people_find(v->c, v->st, r.actor, &a);

	if (found == E_NOTFOUND)
		return visit_wrong_key(v, S("actor"), "people.none");
	TRY(found);
	/* else whoever is in an item could say that the account is another one's */
	if (slice_eq(r.actor, v->who.account))
		return visit_wrong(v, S("actor"), "自分の利用者IDは、ほかの人（保護責任者か総括責任者）に登録してもらってください。",
			"Somebody else (a lead or chief) has to note your own account.");
	TRY(screening_reviewer_set(v->c, v->n, &v->actor, &r, &seq));
	return page_go(v, p, "/screening/reviewers");
}
