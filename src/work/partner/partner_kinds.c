/* The acts of partners and memoranda. */
#include "work/partner/partner.h"

#include "base/banned.h"

#define ROLES_TRUST "lead chief"

static const struct member_spec add_members[] = {
	{ "peer", MEMBER_WORD, true, NULL }, { "class", MEMBER_WORD, true, NULL }, { "agency", MEMBER_WORD, false, NULL },
	{ "exercise", MEMBER_BOOL, false, NULL }, { 0 },
};
static const struct member_spec key_members[] = {
	{ "kid", MEMBER_WORD, true, NULL }, { "sign", MEMBER_WORD, true, NULL }, { "box", MEMBER_WORD, true, NULL },
	{ "tls", MEMBER_WORD, true, NULL }, { "from", MEMBER_INT, true, NULL }, { "others_until", MEMBER_INT, false, NULL }, { 0 },
};
static const struct member_spec address_members[] = {
	{ "host", MEMBER_WORD, true, NULL }, { "port", MEMBER_INT, true, NULL }, { "from", MEMBER_INT, true, NULL }, { 0 },
};
static const struct member_spec person_members[] = {
	{ "what", MEMBER_WORD, true, NULL }, { "place", MEMBER_INT, true, NULL }, { "from", MEMBER_INT, true, NULL },
	{ "until", MEMBER_INT, true, NULL }, { 0 },
};
static const struct member_spec function_members[] = {
	{ "dir", MEMBER_WORD, true, NULL }, { "kind", MEMBER_WORD, true, NULL }, { "tlp", MEMBER_WORD, true, NULL },
	{ "kept", MEMBER_WORDS, false, NULL }, { "conditions", MEMBER_WORDS, false, NULL }, { 0 },
};
static const struct member_spec text_members[] = {
	{ "a", MEMBER_WORD, true, NULL }, { "b", MEMBER_WORD, true, NULL }, { "from", MEMBER_INT, true, NULL },
	{ "functions", MEMBER_OBJECTS, true, function_members }, { "id", MEMBER_WORD, true, NULL }, { "kind", MEMBER_WORD, true, NULL },
	{ "review", MEMBER_INT, true, NULL }, { "to", MEMBER_INT, true, NULL }, { "v", MEMBER_INT, true, NULL }, { 0 },
};
static const struct member_spec draft_members[] = { { "memo", MEMBER_OBJECT, true, text_members }, { 0 } };
static const struct member_spec sign_members[] = {
	{ "by", MEMBER_WORD, true, NULL }, { "kid", MEMBER_WORD, true, NULL }, { "sig", MEMBER_WORD, true, NULL }, { 0 },
};

static slice word_of(const struct json *o, const char *name) { return json_text(json_get(o, slice_of(name))); }
static int64_t int_of(const struct json *o, const char *name)
{
	const struct json *v = json_get(o, slice_of(name));

	return v && v->type == JSON_INT ? v->num : 0;
}

/* ---- partners ---- */

static rc add_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	struct partner p;
	rc r = partner_find(c, st, word_of(e->json, "peer"), &p);

	(void)payloads;
	if (r == OK || slice_eq(word_of(e->json, "peer"), e->node))
		return FAIL(c, E_CONFLICT, "partner.known");
	if (r != E_NOTFOUND)
		return r;
	fault_clear(c);
	return e->obj.n == 1 ? OK : FAIL(c, E_INVALID, "entry.missing");
}

static rc add_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	const struct json *ex = json_get(e->json, S("exercise"));

	(void)payloads;
	return STORE_RUN(c, st, STMT_PARTNER_INSERT, v_text(e->obj.v[0]), v_text(word_of(e->json, "peer")),
	                 v_text(word_of(e->json, "class")), v_text_or_null(word_of(e->json, "agency")),
	                 v_int(json_is_true(ex)), v_int(e->seq), v_int(e->at));
}

static rc partner_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	struct partner p;

	(void)payloads;
	if (e->obj.n != 1)
		return FAIL(c, E_INVALID, "entry.missing");
	TRY(partner_find(c, st, e->obj.v[0], &p));
	return p.ended ? FAIL(c, E_CONFLICT, "partner.ended") : OK;
}

static rc key_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	const struct json *until = json_get(e->json, S("others_until"));
	slice kid = word_of(e->json, "kid");

	(void)payloads;
	TRY(STORE_RUN(c, st, STMT_PARTNER_KEY_PUT, v_text(e->obj.v[0]), v_text(kid), v_text(word_of(e->json, "sign")),
	              v_text(word_of(e->json, "box")), v_text(word_of(e->json, "tls")), v_int(int_of(e->json, "from")),
	              v_int(PARTNER_FOREVER), v_int(e->seq)));
	return until ? STORE_RUN(c, st, STMT_PARTNER_KEY_END, v_text(e->obj.v[0]), v_text(kid), v_int(until->num)) : OK;
}

static rc address_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_PARTNER_ADDRESS_INSERT, v_int(e->seq), v_text(e->obj.v[0]), v_text(word_of(e->json, "host")),
	                 v_int(int_of(e->json, "port")), v_int(int_of(e->json, "from")));
}

static rc person_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	static const char *const what[] = { "name", "contact", "deputy", "duty" };
	bool known = false;

	for (size_t i = 0; i < 4; i++)
		known = known || slice_is(word_of(e->json, "what"), what[i]);
	if (!known || e->nseals != 1)
		return FAIL(c, E_INVALID, "partner.what");
	return partner_validate(c, st, e, payloads);
}

static rc person_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_PARTNER_PERSON_INSERT, v_int(e->seq), v_text(e->obj.v[0]), v_text(word_of(e->json, "what")),
	                 v_int(int_of(e->json, "place")), v_int(int_of(e->json, "from")), v_int(int_of(e->json, "until")));
}

static rc end_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_PARTNER_SET_STATE, v_text(e->obj.v[0]), v_text(S("ended")));
}

/* ---- memoranda ---- */

static rc draft_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	const struct json *m = json_get(e->json, S("memo"));
	bool first = slice_eq(word_of(m, "a"), e->node);
	struct partner p;
	struct memo old;
	rc r;

	(void)payloads;
	TRY(partner_find(c, st, e->case_id, &p));
	if (e->obj.n != 1 || !slice_eq(e->obj.v[0], word_of(m, "id")) || !slice_eq(word_of(m, first ? "b" : "a"), p.node) ||
	    (!first && !slice_eq(word_of(m, "b"), e->node)) || int_of(m, "to") < int_of(m, "from"))
		return FAIL(c, E_INVALID, "memo.form");
	r = memo_find(c, st, e->obj.v[0], &old);
	if (r == OK)
		return FAIL(c, E_CONFLICT, "memo.known");
	if (r == E_NOTFOUND)
		fault_clear(c);
	return r == E_NOTFOUND ? OK : r;
}

static rc put_reserves(struct ctx *c, struct store *st, slice memo, const struct json *function, const char *what)
{
	int64_t place = 0;

	for JSON_EACH(w, json_get(function, slice_of(what)))
		TRY(STORE_RUN(c, st, STMT_MEMO_RESERVE_INSERT, v_text(memo), v_text(word_of(function, "kind")), v_text(slice_of(what)),
		              v_int(place++), v_text(json_text(w))));
	return OK;
}

static rc draft_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	const struct json *m = json_get(e->json, S("memo"));
	bool first = slice_eq(word_of(m, "a"), e->node);

	(void)payloads;
	TRY(STORE_RUN(c, st, STMT_MEMO_INSERT, v_text(e->obj.v[0]), v_text(e->case_id), v_text(word_of(m, "kind")),
	              v_int(int_of(m, "from")), v_int(int_of(m, "to")), v_int(int_of(m, "review")), v_int(e->seq)));
	for JSON_EACH(f, json_get(m, S("functions"))) {
		slice dir = word_of(f, "dir");
		bool both = slice_is(dir, "both"), ab = slice_is(dir, "a_to_b");

		TRY(STORE_RUN(c, st, STMT_MEMO_FUNCTION_INSERT, v_text(e->obj.v[0]), v_text(word_of(f, "kind")),
		              v_int(both || ab == first), v_int(both || ab != first), v_text(word_of(f, "tlp"))));
		TRY(put_reserves(c, st, e->obj.v[0], f, "kept"));
		TRY(put_reserves(c, st, e->obj.v[0], f, "conditions"));
	}
	return OK;
}

static rc memo_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	struct memo m;

	(void)payloads;
	if (e->obj.n != 1)
		return FAIL(c, E_INVALID, "entry.missing");
	TRY(memo_find(c, st, e->obj.v[0], &m));
	return m.ended ? FAIL(c, E_CONFLICT, "memo.ended") : OK;
}

static rc sign_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	if (slice_eq(word_of(e->json, "by"), e->node))
		return STORE_RUN(c, st, STMT_MEMO_SIGN_OURS, v_text(e->obj.v[0]));
	return STORE_RUN(c, st, STMT_MEMO_SIGN_THEIRS, v_text(e->obj.v[0]));
}

static rc memo_end_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_MEMO_END, v_text(e->obj.v[0]), v_int(e->at));
}

const struct act_kind partner_kinds[] = {
	{ "partner.add", add_members, ROLES_TRUST, ACT_CASE, add_validate, add_project,
	  "%a took %{peer} up as a partner", "%a が %{peer} を連携先に加えました" },
	{ "partner.key", key_members, ROLES_TRUST, ACT_CASE, partner_validate, key_project,
	  "%a pinned key %{kid} of partner %o", "%a が連携先 %o の鍵 %{kid} を固定しました" },
	{ "partner.address", address_members, ROLES_TRUST, ACT_CASE, partner_validate, address_project,
	  "%a set the address of partner %o", "%a が連携先 %o の接続先を定めました" },
	{ "partner.person", person_members, "handler lead chief", ACT_CASE, person_validate, person_project,
	  "%a noted %{what} of partner %o", "%a が連携先 %o の %{what} を記しました" },
	{ "partner.end", NULL, ROLES_TRUST, ACT_CASE, partner_validate, end_project,
	  "%a ended the partnership with %o", "%a が連携先 %o との連携を終えました" },
	{ "memo.draft", draft_members, ROLES_TRUST, ACT_CASE, draft_validate, draft_project,
	  "%a put memorandum %o on record", "%a が覚書 %o を記録しました" },
	{ "memo.sign", sign_members, ROLES_TRUST, ACT_CASE, memo_validate, sign_project,
	  "%{by} signed memorandum %o", "%{by} が覚書 %o に署名しました" },
	{ "memo.end", NULL, ROLES_TRUST, ACT_CASE, memo_validate, memo_end_project,
	  "%a ended memorandum %o", "%a が覚書 %o を終わらせました" },
	{ 0 },
};
