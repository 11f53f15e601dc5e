/* Accounts, grants, sections out of the tables; names out of their seals. */
#include "core/people/people_inside.h"

#include "base/banned.h"

const char *const account_state_words[ACCOUNT_STATES] = { "invited", "active", "suspended", "left" };

rc people_fail(struct ctx *c, rc code, const char *key, slice name)
{
	(void)fault_set(c, code, key, __FILE__, __LINE__);
	fault_name(c, name);
	return code;
}

rc people_begun(struct ctx *c, struct store *st, bool *ret)
{
	AUTO_QUERY q = { 0 };

	return STORE_ONE(c, st, &q, ret, STMT_PEOPLE_META_GET, v_text(S("begun")));
}

rc account_from_row(struct ctx *c, const struct query *q, struct account *ret)
{
	struct account a = { .seq = query_int(q, 2), .name_seq = query_is_null(q, 3) ? -1 : query_int(q, 3),
	                     .made = query_int(q, 4), .changed = query_int(q, 5), .last_in = query_int(q, 6),
	                     .has_password = !query_is_null(q, 7), .factors = query_int(q, 9) };

	TRY(slice_keep(c, query_text(q, 0), &a.id));
	for (unsigned i = 0; i < ACCOUNT_STATES; i++)
		if (slice_is(query_text(q, 1), account_state_words[i]))
			a.state = i;
	*ret = a;
	return OK;
}

rc people_find(struct ctx *c, struct store *st, slice ref, struct account *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_ACCOUNT_BY_ID, v_text(ref)));
	return found ? account_from_row(c, &q, ret) : FAIL(c, E_NOTFOUND, "people.none");
}

rc people_list(struct ctx *c, struct store *st, slice after, size_t most, struct account **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_ACCOUNT_PAGE, v_text(after), v_int((int64_t)most)));
	COLLECT_ROWS(c, &q, account_from_row, ret, ret_n);
	return OK;
}

/* ---- what is sealed ---- */

rc people_open_payload(struct ctx *c, struct node *n, int64_t seq, size_t i, slice *ret)
{
	const struct opened *o;
	struct entry e;

	TRY(record_get(c, n, seq, &e));
	if (i >= e.nseals)
		return FAIL(c, E_TAMPER, "people.sealed");
	TRY(node_open_payloads(c, n, &e, PURPOSE_VERIFY, &o));
	if (o[i].state == PAYLOAD_GONE)
		return FAIL(c, E_NOTFOUND, "people.gone");
	*ret = o[i].bytes;
	return OK;
}

rc people_open_json(struct ctx *c, struct node *n, int64_t seq, const struct json **ret)
{
	slice bytes;

	TRY(people_open_payload(c, n, seq, 0, &bytes));
	return json_parse(c, bytes, ret);
}

#define NAMES_AT_ONCE 256u

static rc one_look(struct ctx *c, struct node *n, const struct look *look, const struct account *v, size_t nv)
{
	struct act view = { .act = S("item.view"), .actor = look->actor, .basis = look->basis, .code = look->code };
	int64_t refs[NAMES_AT_ONCE], seq;
	size_t nrefs = 0;

	for (size_t i = 0; i < nv; i++)
		if (v[i].name_seq >= 0)
			refs[nrefs++] = v[i].name_seq;
	if (nrefs == 0)
		return OK;
	view.ref = (struct ints){ refs, nrefs };
	return node_append(c, n, &view, &seq);
}

rc people_names_open(struct ctx *c, struct node *n, const struct look *look, struct account *v, size_t nv)
{
	for (size_t i = 0; look && i < nv; i += NAMES_AT_ONCE)
		TRY(one_look(c, n, look, v + i, nv - i < NAMES_AT_ONCE ? nv - i : NAMES_AT_ONCE));
	for (size_t i = 0; i < nv; i++) {
		const struct json *j;
		rc r = v[i].name_seq < 0 ? E_NOTFOUND : people_open_json(c, n, v[i].name_seq, &j);

		if (r == E_NOTFOUND) {
			fault_clear(c);
			continue;
		}
		TRY(r);
		v[i].name = json_text(json_get(j, S("name")));
		v[i].login = json_text(json_get(j, S("login")));
		v[i].mail = json_text(json_get(j, S("mail")));
	}
	return OK;
}

/* ---- grants ---- */

struct grants { struct grant *v; size_t n, room; };

static rc add_grants(struct ctx *c, struct store *st, slice account, slice instead_of, jday day, struct grants *g)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_GRANTS_OF, v_text(account)));
	for (;;) {
		struct grant one = { .instead_of = instead_of };
		bool more;

		TRY(query_next(c, &q, &more));
		if (!more)
			return OK;
		one.from = (jday)query_int(&q, 2);
		one.to = (jday)query_int(&q, 3);
		one.seq = query_int(&q, 4);
		if (day < one.from || day > one.to)
			continue;
		TRY(slice_keep(c, query_text(&q, 0), &one.role));
		TRY(slice_keep(c, query_text(&q, 1), &one.section));
		TRY_ROOM(c, g->v, g->n, g->room, 8);
		g->v[g->n++] = one;
	}
}

static rc stands_in_for(struct ctx *c, struct store *st, slice deputy, jday day, slice **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_DEPUTY_FOR, v_text(deputy), v_int(day)));
	COLLECT_ROWS(c, &q, query_first, ret, ret_n);
	return OK;
}

rc people_grants(struct ctx *c, struct store *st, slice account, jday day, struct grant **ret, size_t *ret_n)
{
	struct grants g = { 0 };
	struct account a;
	slice *absent;
	size_t n;

	TRY(people_find(c, st, account, &a));
	if (a.state == ACCOUNT_ACTIVE) {
		TRY(add_grants(c, st, a.id, S_NONE, day, &g));
		TRY(stands_in_for(c, st, a.id, day, &absent, &n));
		for (size_t i = 0; i < n; i++)   /* what the absent one stands in for is not handed on */
			TRY(add_grants(c, st, absent[i], absent[i], day, &g));
	}
	*ret = g.v;
	*ret_n = g.n;
	return OK;
}

rc people_granted(struct ctx *c, struct store *st, const struct account *a, jday day, struct grant **ret, size_t *ret_n)
{
	struct grants g = { 0 };

	if (a->state == ACCOUNT_ACTIVE)
		return people_grants(c, st, a->id, day, ret, ret_n);
	TRY(add_grants(c, st, a->id, S_NONE, day, &g));
	*ret = g.v;
	*ret_n = g.n;
	return OK;
}

rc people_holds(struct ctx *c, struct store *st, slice account, slice role, slice instead_of, jday day, bool *ret)
{
	struct grant *g;
	size_t n;

	*ret = false;
	TRY(people_grants(c, st, account, day, &g, &n));
	for (size_t i = 0; i < n; i++)
		*ret = *ret || (slice_eq(g[i].role, role) && slice_eq(g[i].instead_of, instead_of));
	return OK;
}

rc people_has_other(struct ctx *c, struct store *st, slice role, slice account, jday day, bool *ret)
{
	AUTO_QUERY q = { 0 };

	return STORE_ONE(c, st, &q, ret, STMT_GRANT_OTHERS, v_text(role), v_text(account), v_int(day));
}

/* ---- who stands in, who is away ---- */

static rc deputy_row(struct ctx *c, const struct query *q, struct deputy *ret)
{
	*ret = (struct deputy){ .from = (jday)query_int(q, 1), .to = (jday)query_int(q, 2), .standing = query_int(q, 3) };
	return slice_keep(c, query_text(q, 0), &ret->account);
}

rc people_deputy_list(struct ctx *c, struct store *st, slice account, struct deputy **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_DEPUTIES_OF, v_text(account)));
	COLLECT_ROWS(c, &q, deputy_row, ret, ret_n);
	return OK;
}

rc people_deputies(struct ctx *c, struct store *st, slice account, jday day, slice **ret, size_t *ret_n)
{
	struct deputy *all;
	size_t n, got = 0;
	slice *v;

	TRY(people_deputy_list(c, st, account, &all, &n));
	TRY_ARRAY(c, v, n + 1);
	for (size_t i = 0; i < n; i++)
		if (day >= all[i].from && day <= all[i].to)
			v[got++] = all[i].account;
	*ret = v;
	*ret_n = got;
	return OK;
}

static rc absence_row(struct ctx *c, const struct query *q, struct absence *ret)
{
	(void)c;
	*ret = (struct absence){ (jday)query_int(q, 0), (jday)query_int(q, 1) };
	return OK;
}

rc people_absences(struct ctx *c, struct store *st, slice account, jday day, struct absence **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_ABSENCES_OF, v_text(account), v_int(day)));
	COLLECT_ROWS(c, &q, absence_row, ret, ret_n);
	return OK;
}

rc people_is_absent(struct ctx *c, struct store *st, slice account, jday day, bool *ret)
{
	AUTO_QUERY q = { 0 };

	return STORE_ONE(c, st, &q, ret, STMT_ABSENCE_ON, v_text(account), v_int(day));
}

/* ---- sections ---- */

#define SECTIONS_MOST 2000

rc people_sections(struct ctx *c, struct node *n, struct section **ret, size_t *ret_n)
{
	struct section *v = NULL;
	size_t count = 0, room = 0;
	int64_t *seqs = NULL;
	{
		AUTO_QUERY q = { 0 };

		TRY_ARRAY(c, seqs, SECTIONS_MOST);
		TRY(STORE_QUERY(c, node_store(n), &q, STMT_SECTION_LIST, v_int(SECTIONS_MOST)));
		for (;;) {
			bool more;

			TRY(query_next(c, &q, &more));
			if (!more)
				break;
			TRY_ROOM(c, v, count, room, 32);
			v[count] = (struct section){ .closed = query_int(&q, 3) != 0 };
			TRY(slice_keep(c, query_text(&q, 0), &v[count].id));
			if (!query_is_null(&q, 2))
				TRY(slice_keep(c, query_text(&q, 2), &v[count].parent));
			seqs[count++] = query_int(&q, 1);
		}
	}
	for (size_t i = 0; i < count; i++) {
		const struct json *j;

		TRY(people_open_json(c, n, seqs[i], &j));
		v[i].name = json_text(json_get(j, S("name")));
	}
	*ret = v;
	*ret_n = count;
	return OK;
}

rc people_case_sections(struct ctx *c, struct store *st, slice case_id, slice **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_CASE_SECTIONS, v_text(case_id)));
	COLLECT_ROWS(c, &q, query_first, ret, ret_n);
	return OK;
}
