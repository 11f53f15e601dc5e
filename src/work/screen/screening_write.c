#include "work/screen/screening.h"

#include "base/limits.h"
#include "base/parse.h"

#include "base/banned.h"

#define KEEP_MOST 10000u
#define REVIEW_NOTE_MOST 4000u

/* Rules whose items go to auditors: administrators and the log itself. */
static bool for_auditors(slice kind)
{
	static const char *const kinds[] = { "admin_off_window", "self_grant", "log_gap", "log_backdate", "remote_snoop", NULL };

	for (unsigned i = 0; kinds[i]; i++)
		if (slice_is(kind, kinds[i]))
			return true;
	return false;
}

/* Is the reviewer, or the reviewer's superior, one of the item's users? */
static bool has_part(const struct screening_reviewer *r, const struct json *item)
{
	for JSON_EACH(u, json_get(item, S("users")))
		if ((r->account.len && slice_eq(u->text, r->account)) || (r->superior.len && slice_eq(u->text, r->superior)))
			return true;
	return false;
}

static slice words_of_members(struct ctx *c, const char *const *names, const slice *values, const char *flag, bool on)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_object(&o);
	if (flag)
		jo_kv_bool(&o, flag, on);
	for (unsigned i = 0; names[i]; i++)
		if (values[i].len)
			jo_kv_text(&o, names[i], values[i]);
	jo_end_object(&o);
	return b.full ? S_NONE : buf_slice(&b);
}

rc screening_reviewer_set(struct ctx *c, struct node *n, const struct actor *who, const struct screening_reviewer *r,
	int64_t *ret_seq)
{
	static const char *const names[] = { "account", "superior", NULL };
	const slice values[] = { r->account, r->superior };
	struct act act = { .act = S("screening.reviewer"), .actor = *who, .obj = { &r->actor, 1 } };

	act.members = words_of_members(c, names, values, "auditor", r->auditor);
	return node_append(c, n, &act, ret_seq);
}

/* Whoever has no part in it and the fewest items; NULL when there is nobody. */
static struct screening_reviewer *choose(struct screening_reviewer *v, size_t n, const struct json *item, bool auditor)
{
	struct screening_reviewer *best = NULL;

	for (size_t i = 0; i < n; i++)
		if (v[i].auditor == auditor && !has_part(&v[i], item) && (!best || v[i].items < best->items))
			best = &v[i];
	return best;
}

/* 8.81 as 881. */
static int64_t hundredths(slice number)
{
	int64_t v = 0, places = -1;

	for (size_t i = 0; i < number.len && i < 12 && places < 2; i++) {
		if (number.p[i] == '.') {
			places = 0;
			continue;
		}
		v = v * 10 + (number.p[i] - '0');
		places += places >= 0;
	}
	for (places = places < 0 ? 0 : places; places < 2; places++)
		v *= 10;
	return v;
}

static rc keep_members(struct ctx *c, slice run, const struct json *item, bool auditor, slice reviewer, slice *ret)
{
	const struct json *rank = json_get(item, S("rank")), *score = json_get(item, S("score")), *sev = json_get(item, S("severity"));
	struct json_out o;
	struct buf b;

	if (!rank || rank->type != JSON_INT || !score || (score->type != JSON_NUMBER && score->type != JSON_INT) || !sev ||
	    sev->type != JSON_INT || json_text(json_get(item, S("kind"))).len == 0)
		return FAIL(c, E_INVALID, "screening.list");
	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_bool(&o, "auditor", auditor);
	jo_kv_text(&o, "kind", json_text(json_get(item, S("kind"))));
	jo_kv_text(&o, "org", json_text(json_get(item, S("org"))).len ? json_text(json_get(item, S("org"))) : S("none"));
	jo_kv_int(&o, "rank", rank->num);
	if (reviewer.len)
		jo_kv_text(&o, "reviewer", reviewer);
	jo_kv_text(&o, "run", run);
	jo_kv_int(&o, "score", hundredths(score->text));
	jo_kv_int(&o, "severity", sev->num);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

static rc keep_one(struct ctx *c, struct node *n, const struct actor *who, slice run, slice line,
	struct screening_reviewer *reviewers, size_t nreviewers, bool *ret_alone)
{
	struct act act = { .act = S("screening.keep"), .actor = *who };
	struct screening_reviewer *r;
	const struct json *item;
	struct payload *p;
	bool auditor;
	int64_t seq;
	slice *id;

	TRY(json_parse(c, line, &item));
	if (item->type != JSON_OBJECT)
		return FAIL(c, E_INVALID, "screening.list");
	TRY_NEW(c, id);
	TRY_NEW(c, p);
	TRY(id_new(c, "w", id));
	auditor = for_auditors(json_text(json_get(item, S("kind"))));
	r = choose(reviewers, nreviewers, item, auditor);
	TRY(keep_members(c, run, item, auditor, r ? r->actor : S_NONE, &act.members));
	/* an item is a matter of its own: sealed, and one day destroyed, by itself */
	act.case_id = *id;
	p->bytes = line;
	act.obj = (struct words){ id, 1 };
	act.seal = p;
	act.nseal = 1;
	TRY(node_append(c, n, &act, &seq));
	if (r)
		r->items++;
	*ret_alone = !r;
	return OK;
}

rc screening_keep(struct ctx *c, struct node *n, const struct actor *who, slice run, slice list, size_t *ret_kept,
	size_t *ret_alone)
{
	struct screening_reviewer *reviewers;
	size_t nreviewers, kept = 0, without = 0;
	slice line;

	if (!word_is_valid(run))
		return FAIL(c, E_INVALID, "screening.run");
	TRY(screening_reviewers(c, node_store(n), &reviewers, &nreviewers));
	while (slice_next(&list, '\n', &line)) {
		bool alone;

		if (slice_trim(line).len == 0)
			continue;
		if (kept == KEEP_MOST)
			return FAIL(c, E_LIMIT, "screening.list");
		TRY(keep_one(c, n, who, run, line, reviewers, nreviewers, &alone));
		kept++;
		without += alone;
	}
	*ret_kept = kept;
	*ret_alone = without;
	return OK;
}

static bool one_of(slice w, const char *const *words)
{
	for (unsigned i = 0; words[i]; i++)
		if (slice_is(w, words[i]))
			return true;
	return false;
}

static rc no_conflict(struct ctx *c, struct node *n, const struct actor *who, const struct screening_item *i)
{
	struct look look = { .actor = *who, .basis = { 0 }, .code = { 0 } };
	struct screening_reviewer *v;
	const struct json *item;
	size_t nv;

	TRY(screening_reviewers(c, node_store(n), &v, &nv));
	TRY(screening_open(c, n, &look, i, &item));
	for (size_t k = 0; k < nv; k++) {
		if (!slice_eq(v[k].actor, who->id))
			continue;
		if (has_part(&v[k], item))
			return FAIL(c, E_DENIED, "screening.conflict");
		return i->auditor && !v[k].auditor ? FAIL(c, E_DENIED, "screening.auditor") : OK;
	}
	/* whose account nobody knows, has a part as far as we can tell */
	return FAIL(c, E_DENIED, "screening.no_reviewer");
}

rc screening_review(struct ctx *c, struct node *n, const struct actor *who, slice id, slice result, slice reason, slice note,
	int64_t *ret_seq)
{
	static const char *const results[] = { "reviewed", "justified", "needs_talk", "incident", NULL };
	static const char *const reasons[] = { "case", "duty", "order", "test", "registered_late", "data", "none", NULL };
	static const char *const names[] = { "reason", "result", NULL };
	const slice values[] = { reason, result };
	struct act act = { .act = S("screening.review"), .actor = *who };
	struct screening_item i;
	struct payload p;
	struct json_out o;
	struct buf b;

	if (!one_of(result, results) || !one_of(reason, reasons) || (slice_is(result, "justified") && slice_is(reason, "none")))
		return FAIL(c, E_INVALID, "screening.result");
	TRY(screening_find(c, node_store(n), id, &i));
	TRY(no_conflict(c, n, who, &i));
	TRY(free_text_check(c, "note", note, REVIEW_NOTE_MOST));
	act.case_id = i.id;
	act.obj = (struct words){ &i.id, 1 };
	act.members = words_of_members(c, names, values, NULL, false);
	if (note.len) {
		buf_init(&b, c->a, 8 * REVIEW_NOTE_MOST);
		o = json_out_on(&b);
		jo_object(&o);
		jo_kv_text(&o, "note", note);
		jo_end_object(&o);
		p = (struct payload){ S_NONE, buf_slice(&b) };
		act.seal = &p;
		act.nseal = 1;
	}
	return node_append(c, n, &act, ret_seq);
}

rc screening_case(struct ctx *c, struct node *n, const struct actor *who, slice id, slice case_id)
{
	struct act act = { .act = S("screening.case"), .actor = *who, .case_id = case_id, .obj = { &id, 1 } };
	int64_t seq;

	return node_append(c, n, &act, &seq);
}

rc screening_ask(struct ctx *c, struct node *n, const struct actor *who, slice id, slice event, int64_t *ret_seq)
{
	static const char *const names[] = { "event", NULL };
	struct act act = { .act = S("screening.ask"), .actor = *who, .obj = { &id, 1 } };
	struct screening_item i;

	if (!word_is_valid(event))
		return FAIL(c, E_INVALID, "screening.no_item");
	TRY(screening_find(c, node_store(n), id, &i));
	TRY(no_conflict(c, n, who, &i));
	act.members = words_of_members(c, names, &event, NULL, false);
	return node_append(c, n, &act, ret_seq);
}

rc screening_reveal(struct ctx *c, struct node *n, const struct actor *who, int64_t ask, slice *ret_event)
{
	struct act act = { .act = S("screening.reveal"), .actor = *who, .ref = { &ask, 1 } };
	AUTO_QUERY q = { 0 };
	slice item, event;
	int64_t seq;
	bool found;

	TRY(STORE_ONE(c, node_store(n), &q, &found, STMT_SCREENING_ASK_OF, v_int(ask)));
	if (!found)
		return FAIL(c, E_NOTFOUND, "screening.no_ask");
	TRY(slice_keep(c, query_text(&q, 0), &item));
	TRY(slice_keep(c, query_text(&q, 1), &event));
	query_close(&q);
	act.obj = (struct words){ &item, 1 };
	TRY(node_append(c, n, &act, &seq));
	*ret_event = event;
	return OK;
}

rc screening_person(struct ctx *c, struct node *n, const struct actor *who, slice number, int64_t *ret_ask)
{
	struct act act = { .act = S("screening.person"), .actor = *who };
	struct payload p = { 0 };
	struct json_out o;
	struct buf b;
	slice id;

	number = slice_trim(number);
	if (number.len == 0 || number.len > 32)
		return FAIL(c, E_INVALID, "screening.number");
	for (size_t i = 0; i < number.len; i++)
		if (number.p[i] < '0' || number.p[i] > '9')
			return FAIL(c, E_INVALID, "screening.number");
	TRY(id_new(c, "w", &id));
	buf_init(&b, c->a, 256);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "number", number);
	jo_end_object(&o);
	p.bytes = buf_slice(&b);
	act.case_id = id;
	act.obj = (struct words){ &id, 1 };
	act.seal = &p;
	act.nseal = 1;
	return node_append(c, n, &act, ret_ask);
}

rc screening_disclose(struct ctx *c, struct node *n, const struct actor *who, int64_t ask, slice *ret_number)
{
	struct act act = { .act = S("screening.disclose"), .actor = *who, .ref = { &ask, 1 } };
	struct look look = { .actor = *who };
	AUTO_QUERY q = { 0 };
	const struct opened *p;
	const struct json *v;
	int64_t seq;
	size_t np;
	bool found;
	slice id;

	TRY(STORE_ONE(c, node_store(n), &q, &found, STMT_SCREENING_ASK_OF, v_int(ask)));
	if (!found || !slice_is(query_text(&q, 1), "person"))
		return FAIL(c, E_NOTFOUND, "screening.no_ask");
	TRY(slice_keep(c, query_text(&q, 0), &id));
	query_close(&q);
	act.obj = (struct words){ &id, 1 };
	TRY(node_append(c, n, &act, &seq));
	TRY(node_view(c, n, &look, id, &ask, 1, &p, &np));
	if (np == 0 || p[0].state == PAYLOAD_GONE)
		return FAIL(c, E_NOTFOUND, "screening.gone");
	TRY(json_parse(c, p[0].bytes, &v));
	*ret_number = json_text(json_get(v, S("number")));
	return OK;
}
