/* A list comes onto the record: each item a matter of its own, given to somebody without a part in it. */
#include "work/screen/screening.h"

#include "base/calendar.h"
#include "engine/deid/csv.h"

#include "base/banned.h"

#define KEEP_MOST 10000u
#define RUN_MOST ((size_t)16 << 20)

/* ---- who may decide ---- */

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

enum screening_stand screening_stand(const struct screening_reviewer *v, size_t n, slice actor, const struct screening_item *i,
	const struct json *item)
{
	for (size_t k = 0; k < n; k++) {
		if (!slice_eq(v[k].actor, actor))
			continue;
		if (has_part(&v[k], item))
			return STAND_PART;
		return i->auditor && !v[k].auditor ? STAND_AUDITORS : STAND_FREE;
	}
	return STAND_UNKNOWN;
}

struct screening_reviewer *screening_choose(struct screening_reviewer *v, size_t n, const struct json *item, bool auditor)
{
	struct screening_reviewer *best = NULL;

	for (size_t i = 0; i < n; i++)
		if (v[i].auditor == auditor && !has_part(&v[i], item) && (!best || v[i].items < best->items))
			best = &v[i];
	return best;
}

/* ---- departments ---- */

struct pair { slice key, value; };
struct pairs { struct pair *v; size_t n; };

static uint32_t column_of(const struct csv *r, const char *name)
{
	for (uint32_t i = 0; i < r->count; i++)
		if (slice_is(slice_trim(r->cells[i]), name))
			return i;
	return UINT32_MAX;
}

/* Two columns of a table as pairs; no table: none. E_INVALID "screening.accounts" when it lacks a column. */
static rc pairs_read(struct ctx *c, slice table, const char *key, const char *value, struct pairs *ret)
{
	uint32_t k = UINT32_MAX, w = UINT32_MAX;
	enum csv_state state = CSV_ROW;
	size_t room = 0;
	struct csv r;
	struct buf b;

	*ret = (struct pairs){ 0 };
	if (table.len == 0)
		return OK;
	if (slice_starts(table, S("\xef\xbb\xbf")))
		table = slice_sub(table, 3, SIZE_MAX);
	buf_init(&b, c->a, table.len + CSV_PADDING + 1);
	buf_put(&b, table);
	for (unsigned i = 0; i < CSV_PADDING; i++)
		buf_putc(&b, '\n');
	if (b.full)
		return FAIL(c, E_LIMIT, "text.limit");
	TRY(csv_init(c, &r, c->a));
	csv_window(&r, b.p, table.len, true);
	for (uint32_t row = 0;; row++) {
		TRY(csv_next(c, &r, &state));
		if (state != CSV_ROW)
			return OK;
		if (row == 0) {
			k = column_of(&r, key);
			w = column_of(&r, value);
			if (k == UINT32_MAX || w == UINT32_MAX)
				return FAIL(c, E_INVALID, "screening.accounts");
			continue;
		}
		if (k >= r.count || w >= r.count || r.cells[k].len == 0)
			continue;
		TRY_ROOM(c, ret->v, ret->n, room, 64);
		TRY(slice_keep(c, r.cells[k], &ret->v[ret->n].key));
		TRY(slice_keep(c, r.cells[w], &ret->v[ret->n++].value));
	}
}

static slice value_of(const struct pairs *p, slice key)
{
	for (size_t i = 0; i < p->n; i++)
		if (slice_eq(p->v[i].key, key))
			return p->v[i].value;
	return S_NONE;
}

/* The one department of all users of an item; "several"; empty when none is known or its word is no word. */
static slice department_of(const struct pairs *accounts, const struct json *item)
{
	slice one = S_NONE;

	for JSON_EACH(u, json_get(item, S("users"))) {
		slice d = value_of(accounts, u->text);

		if (d.len == 0 || !word_is_valid(d))
			continue;
		if (one.len && !slice_eq(one, d))
			return S("several");
		one = d;
	}
	return one;
}

/* ---- items ---- */

struct keeping {
	const struct actor *who;
	slice run;
	struct screening_reviewer *reviewers;
	size_t nreviewers, kept, alone;
	struct pairs accounts;
	msec since, until;      /* of all items; -1: none told */
	struct act *acts;
	size_t room;
};

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

static rc keep_members(struct ctx *c, const struct keeping *k, const struct json *item, bool auditor, slice reviewer, slice *ret)
{
	const struct json *rank = json_get(item, S("rank")), *score = json_get(item, S("score")), *sev = json_get(item, S("severity"));
	slice org = json_text(json_get(item, S("org"))), department = department_of(&k->accounts, item);
	struct json_out o;
	struct buf b;

	if (!rank || rank->type != JSON_INT || !score || (score->type != JSON_NUMBER && score->type != JSON_INT) || !sev ||
	    sev->type != JSON_INT || json_text(json_get(item, S("kind"))).len == 0)
		return FAIL(c, E_INVALID, "screening.list");
	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_bool(&o, "auditor", auditor);
	if (department.len)
		jo_kv_text(&o, "department", department);
	jo_kv_text(&o, "kind", json_text(json_get(item, S("kind"))));
	jo_kv_text(&o, "org", org.len ? org : S("none"));
	jo_kv_int(&o, "rank", rank->num);
	if (reviewer.len)
		jo_kv_text(&o, "reviewer", reviewer);
	jo_kv_text(&o, "run", k->run);
	jo_kv_int(&o, "score", hundredths(score->text));
	jo_kv_int(&o, "severity", sev->num);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

/* The time that the items are of, as far as they tell one. */
static void widen(struct ctx *c, struct keeping *k, const struct json *item)
{
	msec t;

	if (msec_parse(c, json_text(json_get(item, S("from"))), &t) == OK && (k->since < 0 || t < k->since))
		k->since = t;
	if (msec_parse(c, json_text(json_get(item, S("to"))), &t) == OK && t > k->until)
		k->until = t;
	fault_clear(c);
}

static rc keep_one(struct ctx *c, struct keeping *k, slice line)
{
	struct screening_reviewer *r;
	const struct json *item;
	struct payload *p;
	struct act *act;
	bool auditor;
	slice *id;

	if (json_parse(c, line, &item) != OK || item->type != JSON_OBJECT)
		return FAIL(c, E_INVALID, "screening.list");
	TRY_NEW(c, id);
	TRY_NEW(c, p);
	TRY(id_new(c, "w", id));
	auditor = for_auditors(json_text(json_get(item, S("kind"))));
	r = screening_choose(k->reviewers, k->nreviewers, item, auditor);
	TRY_ROOM(c, k->acts, k->kept, k->room, 64);
	act = &k->acts[k->kept];
	*act = (struct act){ .act = S("screening.keep"), .actor = *k->who };
	TRY(keep_members(c, k, item, auditor, r ? r->actor : S_NONE, &act->members));
	widen(c, k, item);
	/* an item is a matter of its own: sealed, and one day destroyed, by itself */
	act->case_id = *id;
	p->bytes = line;
	act->obj = (struct words){ id, 1 };
	act->seal = p;
	act->nseal = 1;
	k->kept++;
	if (r)
		r->items++;
	else
		k->alone++;
	return OK;
}

/* ---- the list ---- */

static int64_t sum_over(const struct json *sources, const char *name)
{
	int64_t sum = 0;

	for JSON_EACH(v, sources) {
		const struct json *m = json_get(v, slice_of(name));

		sum += m && m->type == JSON_INT ? m->num : 0;
	}
	return sum;
}

/* Members of the act in the order of their names (RFC 8785), the sums of the proof among them. */
static rc run_members(struct ctx *c, const struct keeping *k, const struct json *proof, slice *ret)
{
	static const char *const sums[] = { "damaged", "lines", "read", "twice" };
	const struct json *sources = json_get(proof, S("sources")), *m;
	int64_t nsources = 0;
	struct json_out o;
	struct buf b;

	for JSON_EACH(v, sources)
		nsources += v->type == JSON_OBJECT;
	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_object(&o);
	if ((m = json_get(proof, S("accesses"))) && m->type == JSON_INT)
		jo_kv_int(&o, "accesses", m->num);
	if (proof)
		jo_kv_int(&o, sums[0], sum_over(sources, sums[0]));
	jo_kv_int(&o, "items", (int64_t)k->kept);
	if (proof)
		jo_kv_int(&o, sums[1], sum_over(sources, sums[1]));
	if ((m = json_get(proof, S("missing_records"))) && m->type == JSON_INT)
		jo_kv_int(&o, "missing", m->num);
	jo_kv_bool(&o, "proof", proof != NULL);
	if (proof)
		jo_kv_int(&o, sums[2], sum_over(sources, sums[2]));
	jo_kv_text(&o, "run", k->run);
	if (k->since >= 0)
		jo_kv_int(&o, "since", k->since);
	if (proof) {
		jo_kv_int(&o, "sources", nsources);
		jo_kv_int(&o, sums[3], sum_over(sources, sums[3]));
	}
	if ((m = json_get(proof, S("unexplained"))) && m->type == JSON_INT)
		jo_kv_int(&o, "unexplained", m->num);
	if (k->until >= 0)
		jo_kv_int(&o, "until", k->until);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

/* What lies sealed with the list: its proof page, and what the departments are called. */
static rc run_sealed(struct ctx *c, const struct json *proof, const struct pairs *departments, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, RUN_MOST);
	o = json_out_on(&b);
	jo_object(&o);
	jo_key(&o, S("departments"));
	jo_object(&o);
	for (size_t i = 0; i < departments->n; i++)
		if (i == 0 || !slice_eq(departments->v[i].key, departments->v[i - 1].key)) {
			jo_key(&o, departments->v[i].key);
			jo_text(&o, departments->v[i].value);
		}
	jo_end_object(&o);
	if (proof) {
		jo_key(&o, S("proof"));
		jo_value(&o, proof);
	}
	jo_end_object(&o);
	return buf_done(c, &b, ret);
}

static rc run_act(struct ctx *c, struct keeping *k, const struct screening_list *list, const struct json *proof)
{
	struct pairs departments;
	struct payload *p;
	struct act *act;
	slice *id;

	TRY_NEW(c, id);
	TRY_NEW(c, p);
	TRY(id_new(c, "w", id));
	TRY_ROOM(c, k->acts, k->kept, k->room, 64);
	act = &k->acts[k->kept];
	*act = (struct act){ .act = S("screening.run"), .actor = *k->who, .case_id = *id, .obj = { id, 1 } };
	TRY(run_members(c, k, proof, &act->members));
	TRY(pairs_read(c, list->departments, "dept", "name", &departments));
	if (!proof && departments.n == 0)
		return OK;
	TRY(run_sealed(c, proof, &departments, &p->bytes));
	act->seal = p;
	act->nseal = 1;
	return OK;
}

static rc proof_of(struct ctx *c, slice text, const struct json **ret)
{
	*ret = NULL;
	if (slice_trim(text).len == 0)
		return OK;
	if (text.len > RUN_MOST / 2)
		return FAIL(c, E_LIMIT, "text.limit");
	if (json_parse(c, text, ret) != OK)
		return FAIL(c, E_INVALID, "screening.proof");
	return slice_is(json_text(json_get(*ret, S("schema"))), "renkei/screen-proof/1") ? OK : FAIL(c, E_INVALID, "screening.proof");
}

rc screening_keep(struct ctx *c, struct node *n, const struct actor *who, const struct screening_list *list, size_t *ret_kept,
	size_t *ret_alone)
{
	struct keeping k = { .who = who, .run = list->run, .since = -1, .until = -1 };
	const struct json *proof;
	slice rest = list->items, line;
	int64_t seq;

	if (!word_is_valid(list->run))
		return FAIL(c, E_INVALID, "screening.run");
	TRY(proof_of(c, list->proof, &proof));
	TRY(pairs_read(c, list->accounts, "account", "dept", &k.accounts));
	TRY(screening_reviewers(c, node_store(n), &k.reviewers, &k.nreviewers));
	while (slice_next(&rest, '\n', &line)) {
		if (slice_trim(line).len == 0)
			continue;
		if (k.kept == KEEP_MOST)
			return FAIL(c, E_LIMIT, "screening.list");
		TRY(keep_one(c, &k, line));
	}
	TRY(run_act(c, &k, list, proof));
	TRY(node_append_all(c, n, k.acts, k.kept + 1, &seq));
	*ret_kept = k.kept;
	*ret_alone = k.alone;
	return OK;
}
