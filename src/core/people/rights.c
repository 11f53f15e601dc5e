/* Which role may what: people/rights.yaml, and the one function that answers. */
#include "core/people/people_inside.h"

#include <stdlib.h>

#include "base/pack.h"

#include "base/banned.h"

#define VIA_FOR "for:"

struct rights { struct right *v; size_t n; };

rc people_data_path(struct ctx *c, const char *data, const char *name, const char **ret)
{
	struct buf b;
	slice path;

	buf_init(&b, c->a, 4096);
	buf_putf(&b, "%s/people/%s", data, name);
	buf_putc(&b, 0);
	TRY(buf_keep(c, &b, &path));
	*ret = path.p;
	return OK;
}

static int by_word(const void *a, const void *b)
{
	const struct right *x = a, *y = b;

	return slice_cmp(x->what, y->what);
}

static rc read_row(struct ctx *c, const struct pack *row, struct right *ret)
{
	static const char *const keys[] = { "what", "roles", "self", "any_section", NULL };
	struct right r = { 0 };
	slice *roles;
	uint32_t n;

	TRY(pack_is(c, row, PACK_MAP));
	TRY(pack_keys(c, row, keys));
	TRY(pack_text(c, row, "what", &r.what));
	if (!word_is_valid(r.what))
		return PACK_FAIL(c, row, "rights.word");
	TRY(pack_texts(c, row, "roles", &roles, &n));
	for (uint32_t i = 0; i < n; i++) {
		const struct role *role = role_find(roles[i]);

		if (!role || !role->person)
			return PACK_FAIL(c, row, "role.unknown");
	}
	TRY(pack_bool_or(c, row, "self", false, &r.self));
	TRY(pack_bool_or(c, row, "any_section", false, &r.any_section));
	r.roles = roles;
	r.nroles = n;
	*ret = r;
	return OK;
}

rc rights_load(struct ctx *c, const char *data, const struct rights **ret)
{
	const struct pack *root, *rows;
	static const char *const keys[] = { "rights", NULL };
	struct rights *r;
	const char *path;

	TRY(people_data_path(c, data, "rights.yaml", &path));
	TRY(pack_read(c, path, &root));
	TRY(pack_is(c, root, PACK_MAP));
	TRY(pack_keys(c, root, keys));
	TRY(pack_need(c, root, "rights", &rows));
	TRY(pack_is(c, rows, PACK_LIST));
	TRY_NEW(c, r);
	TRY_ARRAY(c, r->v, rows->count + 1);
	for PACK_EACH(row, rows)
		TRY(read_row(c, row, &r->v[r->n++]));
	qsort(r->v, r->n, sizeof *r->v, by_word);
	for (size_t i = 1; i < r->n; i++)
		if (slice_eq(r->v[i].what, r->v[i - 1].what))
			return people_fail(c, E_INVALID, "rights.twice", r->v[i].what);
	*ret = r;
	return OK;
}

const struct right *rights_rows(const struct rights *r, size_t *ret_n)
{
	*ret_n = r->n;
	return r->v;
}

static const struct right *find(const struct rights *r, slice what)
{
	const struct right key = { .what = what };

	return bsearch(&key, r->v, r->n, sizeof *r->v, by_word);
}

static bool names(const struct right *row, slice role)
{
	for (size_t i = 0; i < row->nroles; i++)
		if (slice_eq(row->roles[i], role))
			return true;
	return false;
}

bool rights_has(const struct rights *r, slice role, slice what)
{
	const struct right *row = find(r, what);

	return row && names(row, role);
}

/* ---- whom the actor stands in for ---- */

slice via_account(slice via)
{
	slice rest = slice_starts(via, S(VIA_FOR)) ? slice_sub(via, sizeof VIA_FOR - 1, via.len) : S_NONE, one = S_NONE;

	(void)slice_next(&rest, '/', &one);
	return one;
}

static slice via_token(slice via)
{
	size_t bar = slice_find(via, S("/"), 0);

	if (bar != SIZE_MAX)
		return slice_sub(via, bar + 1, via.len);
	return slice_starts(via, S("t-")) ? via : S_NONE;
}

static rc make_actor(struct ctx *c, const struct who *w, const struct grant *g, struct actor *ret)
{
	struct actor a = { .id = w->account, .role = g->role };
	struct buf b;

	buf_init(&b, c->a, WORD_MOST);
	if (g->instead_of.len) {
		buf_putz(&b, VIA_FOR);
		buf_put(&b, g->instead_of);
	}
	if (w->token) {
		if (b.len)
			buf_putc(&b, '/');
		buf_put(&b, w->session);
	}
	TRY(buf_done(c, &b, &a.via));
	*ret = a;
	return OK;
}

/* ---- may they ---- */

/* "case." and "page:" stand for all that begin so. */
static bool in_scope(const struct who *w, slice what)
{
	for (size_t i = 0; i < w->nscopes; i++) {
		slice s = w->scopes[i];

		if (slice_eq(s, what) || ((slice_ends(s, S(".")) || slice_ends(s, S(":"))) && slice_starts(what, s)))
			return true;
	}
	return false;
}

static bool in_section(const struct grant *g, const slice *sections, size_t n)
{
	bool found = n == 0 || g->section.len == 0;

	for (size_t i = 0; i < n; i++)
		found = found || slice_eq(g->section, sections[i]);
	return found;
}

/* The smaller the less powerful; own roles before those of an absent one. */
static unsigned weight(const struct grant *g)
{
	static const char *const order[] = { "reader", "handler", "inspector", "auditor", "lead", "chief", "admin", NULL };
	unsigned i = 0;

	while (order[i] && !slice_is(g->role, order[i]))
		i++;
	return i + (g->instead_of.len ? 100 : 0);
}

struct choice { const struct grant *best; bool factor, section; };

static struct choice choose(const struct right *row, const struct who *w, const slice *sections, size_t n)
{
	struct choice ch = { 0 };

	for (size_t i = 0; i < w->ngrants; i++) {
		const struct grant *g = &w->grants[i];
		const struct role *role = role_find(g->role);

		if (!role || !names(row, g->role))
			continue;
		if (!row->any_section && !in_section(g, sections, n))
			ch.section = true;
		else if (role->privileged && !w->factor)
			ch.factor = true;
		else if (!ch.best || weight(g) < weight(ch.best))
			ch.best = g;
	}
	return ch;
}

rc people_may(struct ctx *c, struct store *st, const struct rights *r, const struct who *w, slice what, slice case_id,
              struct actor *ret_actor)
{
	static const struct grant self = { .role = S_INIT("self") };
	const struct right *row = find(r, what);
	slice *sections = NULL;
	struct choice ch;
	size_t n = 0;

	if (!row)
		return people_fail(c, E_DENIED, "people.may_not", what);
	if (w->token && (row->self || !in_scope(w, what)))   /* a token never changes what its owner signs in with */
		return people_fail(c, E_DENIED, "people.scope", what);
	if (case_id.len && !row->any_section)
		TRY(people_case_sections(c, st, case_id, &sections, &n));
	ch = choose(row, w, sections, n);
	if (ch.best)
		return make_actor(c, w, ch.best, ret_actor);
	if (row->self)
		return make_actor(c, w, &self, ret_actor);
	if (ch.factor)
		return people_fail(c, E_DENIED, "people.need_factor", what);
	return people_fail(c, E_DENIED, ch.section ? "people.other_section" : "people.may_not", what);
}

rc people_can(struct ctx *c, struct store *st, const struct rights *r, const struct who *w, slice what, slice case_id, bool *ret)
{
	struct actor a;
	rc got = people_may(c, st, r, w, what, case_id, &a);

	if (got == E_DENIED)
		fault_clear(c);
	else
		TRY(got);
	*ret = got == OK;
	return OK;
}

rc people_look(struct ctx *c, const struct actor *a, slice code, struct look *ret)
{
	slice *v;

	TRY_NEW(c, v);
	*v = code;
	*ret = (struct look){ .actor = *a, .code = { v, 1 } };
	return OK;
}

/* ---- the same at the record's door ---- */

static rc check_token(struct ctx *c, struct store *st, slice via, slice account)
{
	slice token = via_token(via);
	AUTO_QUERY q = { 0 };
	bool found;

	if (token.len == 0)
		return OK;
	TRY(STORE_ONE(c, st, &q, &found, STMT_SESSION_BY_ID, v_text(token)));
	return found && slice_eq(query_text(&q, 1), account) ? OK : FAIL(c, E_DENIED, "people.no_session");
}

rc people_check_actor(struct ctx *c, struct store *st, const struct actor *a)
{
	struct account acc;
	bool begun, held;
	rc r;

	TRY(people_begun(c, st, &begun));
	if (!begun || slice_is(a->role, "system"))
		return OK;
	r = people_find(c, st, a->id, &acc);
	if (r == E_NOTFOUND)
		return people_fail(c, E_DENIED, "people.not_active", a->id);
	TRY(r);
	if (slice_is(a->role, "self"))   /* an invited one sets the first password */
		return acc.state == ACCOUNT_ACTIVE || acc.state == ACCOUNT_INVITED ? OK :
		       people_fail(c, E_DENIED, "people.not_active", a->id);
	if (acc.state != ACCOUNT_ACTIVE)
		return people_fail(c, E_DENIED, "people.not_active", a->id);
	TRY(people_holds(c, st, a->id, a->role, via_account(a->via), msec_jday(c->now), &held));
	return held ? check_token(c, st, a->via, a->id) : people_fail(c, E_DENIED, "people.not_held", a->role);
}

/* Who acts "as the person" acts on the own account and nothing else. */
rc people_guard(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	TRY(people_check_actor(c, st, &e->actor));
	if (slice_is(e->actor.role, "self") && !slice_eq(e->case_id, e->actor.id) && !slice_is(e->act, "item.view"))
		return FAIL(c, E_DENIED, "people.not_held");
	return OK;
}
