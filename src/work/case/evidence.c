#include "work/case/evidence.h"

#include <sodium.h>

#include "base/limits.h"
#include "base/parse.h"

#include "base/banned.h"

#define ROLES_WORK "handler lead chief"
#define PERSON_MOST 32u

/* ---- what the entries hold ---- */

static const struct member_spec file_members[] = {
	{ "digest", MEMBER_WORD, true, NULL },
	{ "size", MEMBER_INT, true, NULL },
	{ 0 },
};
static const struct member_spec round_members[] = {
	{ "how", MEMBER_WORD, true, NULL },
	{ "on", MEMBER_INT, true, NULL },
	{ "on_day", MEMBER_BOOL, true, NULL },
	{ "returned", MEMBER_INT, true, NULL },
	{ "sent", MEMBER_INT, true, NULL },
	{ 0 },
};

static int64_t int_of(const struct entry *e, const char *name)
{
	const struct json *v = json_get(e->json, slice_of(name));

	return v && v->type == JSON_INT ? v->num : 0;
}

static slice word_of(const struct entry *e, const char *name) { return json_text(json_get(e->json, slice_of(name))); }

static rc open_case(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	struct case_head h;

	(void)payloads;
	TRY(case_find(c, st, e->case_id, &h));
	return h.closed ? FAIL(c, E_CONFLICT, "case.closed") : OK;
}

static rc touch(struct ctx *c, struct store *st, const struct entry *e)
{
	return STORE_RUN(c, st, STMT_CASE_TOUCH, v_text(e->case_id), v_int(e->at), v_int(e->seq));
}

static rc add_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	if (e->ref.n != 1)
		return FAIL(c, E_INVALID, "evidence.none");
	return open_case(c, st, e, payloads);
}

static rc add_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	TRY(STORE_RUN(c, st, STMT_EVIDENCE_INSERT, v_int(e->seq), v_int(e->ref.v[0]), v_text(e->case_id), v_int(e->at),
	              v_text(e->actor.id), v_int(int_of(e, "size")), v_text(word_of(e, "digest"))));
	return touch(c, st, e);
}

static bool how_is_known(slice how)
{
	slice rest = S("letter call mail visit notice other"), word;

	while (slice_next(&rest, ' ', &word))
		if (slice_eq(word, how))
			return true;
	return false;
}

static rc round_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	int64_t sent = int_of(e, "sent"), returned = int_of(e, "returned");

	if (!how_is_known(word_of(e, "how")))
		return FAIL(c, E_INVALID, "told.how");
	if (sent < 0 || returned < 0 || sent + returned == 0)
		return FAIL(c, E_INVALID, "told.count");
	if (int_of(e, "on") > e->at)
		return FAIL(c, E_INVALID, "told.future");
	return open_case(c, st, e, payloads);
}

static rc round_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	const struct json *day = json_get(e->json, S("on_day"));

	(void)payloads;
	TRY(STORE_RUN(c, st, STMT_TOLD_INSERT, v_int(e->seq), v_text(e->case_id), v_int(int_of(e, "on")),
	              v_int(json_is_true(day)), v_text(word_of(e, "how")), v_int(int_of(e, "sent")),
	              v_int(int_of(e, "returned")), v_text(e->actor.id), v_int(e->nseals > 0)));
	return touch(c, st, e);
}

const struct act_kind evidence_kinds[] = {
	{ "evidence.file", file_members, ROLES_WORK, ACT_CASE, open_case, NULL,
	  "%a brought a file (%{size} bytes) to case %c", "%a が事案 %c にファイル（%{size} バイト）を入れました" },
	{ "evidence.add", file_members, ROLES_WORK, ACT_CASE, add_validate, add_project,
	  "%a noted file %r as evidence of case %c", "%a がファイル %r を事案 %c の資料としました" },
	{ "told.round", round_members, ROLES_WORK, ACT_CASE, round_validate, round_project,
	  "%a noted that %{sent} people of case %c were told, %{returned} could not be reached (%{how})",
	  "%a が事案 %c の本人への通知を書きました（%{how}、%{sent} 人、届かなかった人 %{returned} 人）" },
	{ 0 },
};

/* ---- acts ---- */

static rc file_json(struct ctx *c, slice bytes, slice *ret)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	char hex[sizeof hash * 2 + 1];
	struct json_out o;
	struct buf b;

	(void)crypto_hash_sha256(hash, (const unsigned char *)bytes.p, bytes.len);
	(void)sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
	buf_init(&b, c->a, 256);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "digest", slice_of(hex));
	jo_kv_int(&o, "size", (int64_t)bytes.len);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

/* The sealing unit of one person in the case: a key of its own, which can be destroyed alone. */
static rc under_person(struct ctx *c, const struct case_head *h, slice person, struct act acts[2])
{
	struct buf b;
	slice *obj, unit;

	if (person.len == 0)
		return OK;
	if (person.len > PERSON_MOST || slice_find(person, S("."), 0) != SIZE_MAX || !word_is_valid(person))
		return FAIL(c, E_INVALID, "evidence.person");
	buf_init(&b, c->a, 256);
	buf_put(&b, h->id);
	buf_putc(&b, '.');
	buf_put(&b, person);
	TRY(buf_keep(c, &b, &unit));
	TRY_NEW(c, obj);
	*obj = person;
	for (int i = 0; i < 2; i++) {
		struct payload *p;

		TRY_NEW(c, p);
		*p = *acts[i].seal;
		p->unit = unit;
		acts[i].seal = p;
		acts[i].obj = (struct words){ obj, 1 };
	}
	return OK;
}

rc evidence_acts(struct ctx *c, const struct actor *who, const struct case_head *h, const struct evidence_new *x, struct act ret[2])
{
	struct act file = { .act = S("evidence.file"), .actor = *who, .case_id = h->id }, add = { .act = S("evidence.add"), .actor = *who,
		.case_id = h->id };
	struct json_out o;
	struct buf b;
	int64_t *ref;
	slice text;

	if (x->bytes.len == 0)
		return FAIL(c, E_INVALID, "evidence.empty");
	if (x->bytes.len > EVIDENCE_MOST)
		return FAIL(c, E_LIMIT, "evidence.large");
	TRY(free_text_check(c, "name", x->name, 400));
	TRY(free_text_check(c, "note", x->note, LIMIT_VALUE_TEXT));
	TRY(file_json(c, x->bytes, &file.members));
	add.members = file.members;
	TRY(act_seal(c, &file, x->bytes));
	buf_init(&b, c->a, 32768);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "name", x->name);
	jo_kv_text(&o, "note", x->note);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &text));
	TRY(act_seal(c, &add, text));
	TRY_NEW(c, ref);
	*ref = -1;   /* the act before it */
	add.ref = (struct ints){ ref, 1 };
	ret[0] = file;
	ret[1] = add;
	return under_person(c, h, x->person, ret);
}

rc told_act(struct ctx *c, const struct actor *who, const struct case_head *h, const struct told_round *r, struct act *ret)
{
	struct act act = { .act = S("told.round"), .actor = *who, .case_id = h->id };
	struct json_out o;
	struct buf b;
	slice text;

	TRY(free_text_check(c, "note", r->note, LIMIT_VALUE_TEXT));
	buf_init(&b, c->a, 512);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "how", r->how);
	jo_kv_int(&o, "on", r->on.at);
	jo_kv_bool(&o, "on_day", r->on.day_only);
	jo_kv_int(&o, "returned", r->returned);
	jo_kv_int(&o, "sent", r->sent);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &act.members));
	if (r->note.len > 0) {
		buf_init(&b, c->a, 32768);
		o = json_out_on(&b);
		jo_object(&o);
		jo_kv_text(&o, "note", r->note);
		jo_end_object(&o);
		TRY(buf_keep(c, &b, &text));
		TRY(act_seal(c, &act, text));
	}
	*ret = act;
	return OK;
}

/* ---- reading ---- */

static rc evidence_row(struct ctx *c, const struct query *q, struct evidence *ret)
{
	*ret = (struct evidence){ .seq = query_int(q, 0), .file = query_int(q, 1), .at = query_int(q, 2), .size = query_int(q, 4) };
	TRY(slice_keep(c, query_text(q, 3), &ret->actor));
	return slice_keep(c, query_text(q, 5), &ret->digest);
}

rc evidence_list(struct ctx *c, struct store *st, slice case_id, struct evidence **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_EVIDENCE_OF_CASE, v_text(case_id)));
	COLLECT_ROWS(c, &q, evidence_row, ret, ret_n);
	return OK;
}

/* The sealed JSON of these entries, one look for all; NULL: gone, or nothing was sealed. */
static rc open_texts(struct ctx *c, struct node *n, const struct look *look, slice case_id, const int64_t *seqs, size_t nseqs,
                     const struct json **ret)
{
	const struct opened **opened;
	size_t *counts;

	if (nseqs == 0)
		return OK;
	TRY_ARRAY(c, opened, nseqs);
	TRY_ARRAY(c, counts, nseqs);
	TRY(node_view(c, n, look, case_id, seqs, nseqs, opened, counts));
	for (size_t i = 0; i < nseqs; i++)
		if (counts[i] > 0 && opened[i][0].state == PAYLOAD_OPEN)
			TRY(json_parse(c, opened[i][0].bytes, &ret[i]));
	return OK;
}

#define VIEW_MOST 200u   /* entries that one look can name */

rc evidence_open(struct ctx *c, struct node *n, const struct look *look, slice case_id, struct evidence *v, size_t nv)
{
	for (size_t from = 0; from < nv; from += VIEW_MOST) {
		const struct json *text[VIEW_MOST] = { 0 };
		size_t k = nv - from < VIEW_MOST ? nv - from : VIEW_MOST;
		int64_t seqs[VIEW_MOST];
		struct entry e;

		for (size_t i = 0; i < k; i++)
			seqs[i] = v[from + i].seq;
		TRY(open_texts(c, n, look, case_id, seqs, k, text));
		for (size_t i = 0; i < k; i++) {
			v[from + i].gone = !text[i];
			v[from + i].name = json_text(json_get(text[i], S("name")));
			v[from + i].note = json_text(json_get(text[i], S("note")));
			TRY(record_get(c, n, v[from + i].seq, &e));
			v[from + i].person = e.obj.n ? e.obj.v[0] : S_NONE;
		}
	}
	return OK;
}

static bool digest_is(slice bytes, slice hex)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	char text[sizeof hash * 2 + 1];

	(void)crypto_hash_sha256(hash, (const unsigned char *)bytes.p, bytes.len);
	(void)sodium_bin2hex(text, sizeof text, hash, sizeof hash);
	return slice_eq(slice_of(text), hex);
}

rc evidence_read(struct ctx *c, struct node *n, const struct look *look, slice case_id, int64_t seq, slice *ret_name,
                 slice *ret_bytes)
{
	const struct opened *opened[2];
	struct evidence *v, *it = NULL;
	const struct json *text;
	size_t counts[2], nv;

	TRY(evidence_list(c, node_store(n), case_id, &v, &nv));
	for (size_t i = 0; i < nv; i++)
		if (v[i].seq == seq)
			it = &v[i];
	if (!it)
		return FAIL(c, E_NOTFOUND, "evidence.none");
	TRY(node_view(c, n, look, case_id, (const int64_t[]){ it->seq, it->file }, 2, opened, counts));
	if (counts[0] != 1 || counts[1] != 1 || opened[0][0].state != PAYLOAD_OPEN || opened[1][0].state != PAYLOAD_OPEN)
		return FAIL(c, E_NOTFOUND, "evidence.gone");
	if (!digest_is(opened[1][0].bytes, it->digest))
		return FAIL(c, E_TAMPER, "evidence.digest");
	TRY(json_parse(c, opened[0][0].bytes, &text));
	*ret_name = json_text(json_get(text, S("name")));
	*ret_bytes = opened[1][0].bytes;
	return OK;
}

static rc told_row(struct ctx *c, const struct query *q, struct told_round *ret)
{
	*ret = (struct told_round){ .seq = query_int(q, 0), .on = { query_int(q, 1), query_int(q, 2) }, .sent = query_int(q, 4),
		.returned = query_int(q, 5) };
	ret->gone = query_int(q, 7);   /* something is sealed: until it is opened */
	TRY(slice_keep(c, query_text(q, 3), &ret->how));
	return slice_keep(c, query_text(q, 6), &ret->actor);
}

rc told_list(struct ctx *c, struct store *st, slice case_id, struct told_round **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_TOLD_OF_CASE, v_text(case_id)));
	COLLECT_ROWS(c, &q, told_row, ret, ret_n);
	return OK;
}

rc told_open(struct ctx *c, struct node *n, const struct look *look, slice case_id, struct told_round *v, size_t nv)
{
	const struct json *text[VIEW_MOST] = { 0 };
	int64_t seqs[VIEW_MOST] = { 0 };
	size_t at[VIEW_MOST], k = 0;

	for (size_t i = 0; i < nv && k < VIEW_MOST; i++) {
		if (!v[i].gone)
			continue;
		at[k] = i;
		seqs[k++] = v[i].seq;
	}
	TRY(open_texts(c, n, look, case_id, seqs, k, text));
	for (size_t i = 0; i < k; i++) {
		v[at[i]].gone = !text[i];
		v[at[i]].note = json_text(json_get(text[i], S("note")));
	}
	return OK;
}
