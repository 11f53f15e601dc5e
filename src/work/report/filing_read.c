/* Reading the table of reports, and a report as it was. */
#include "work/report/filing.h"

#include "base/parse.h"

#include "base/banned.h"

const char *const filing_state_words[FILING_STATES] = { "draft", "submitted", "replaced" };

static rc keep(struct ctx *c, const struct query *q, int col, slice *ret)
{
	*ret = S_NONE;
	if (query_is_null(q, col))
		return OK;
	*ret = arena_copy(c->a, query_text(q, col));
	return ret->p ? OK : FAIL(c, E_LIMIT, "memory.limit");
}

static rc from_row(struct ctx *c, const struct query *q, struct filing *ret)
{
	struct filing f = {
		.num = query_int(q, 2), .seq = query_int(q, 10), .drafted = query_int(q, 11), .missing = query_int(q, 12),
		.submit_seq = query_is_null(q, 13) ? -1 : query_int(q, 13),
		.submitted = query_is_null(q, 14) ? 0 : query_int(q, 14),
	};
	unsigned i;

	TRY(keep(c, q, 0, &f.id));
	TRY(keep(c, q, 1, &f.case_id));
	TRY(keep(c, q, 3, &f.form));
	TRY(keep(c, q, 4, &f.form_version));
	TRY(keep(c, q, 5, &f.kind));
	TRY(keep(c, q, 6, &f.rule));
	TRY(keep(c, q, 7, &f.recipient));
	TRY(keep(c, q, 8, &f.previous));
	TRY(said_word(c, filing_state_words, FILING_STATES, query_text(q, 9), &i));
	f.state = (enum filing_state)i;
	*ret = f;
	return OK;
}

rc filing_list(struct ctx *c, struct store *st, slice case_id, struct filing **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_REPORT_OF_CASE, v_text(case_id)));
	COLLECT_ROWS(c, &q, from_row, ret, ret_n);
	return OK;
}

static rc none(struct ctx *c, slice ref)
{
	(void)FAIL(c, E_NOTFOUND, "filing.none");
	fault_name(c, ref);
	return E_NOTFOUND;
}

rc filing_find(struct ctx *c, struct store *st, slice ref, struct filing *ret)
{
	size_t slash = slice_find(ref, S("/"), 0), n;
	struct case_head h;
	struct filing *all;
	uint32_t num;
	bool found;

	if (slash == SIZE_MAX) {
		AUTO_QUERY q = { 0 };

		TRY(STORE_ONE(c, st, &q, &found, STMT_REPORT_BY_ID, v_text(ref)));
		return found ? from_row(c, &q, ret) : none(c, ref);
	}
	TRY(case_find(c, st, slice_sub(ref, 0, slash), &h));
	if (parse_u32(c, slice_sub(ref, slash + 1, ref.len), 1, 1000000, &num) != OK)
		return none(c, ref);
	TRY(filing_list(c, st, h.id, &all, &n));
	for (size_t i = 0; i < n; i++)
		if (all[i].num == num) {
			*ret = all[i];
			return OK;
		}
	return none(c, ref);
}

/* ---- the snapshot ---- */

static rc again(struct ctx *c, const struct json *v, slice *ret)
{
	struct json_out o;
	struct buf b;

	if (!v)
		return FAIL(c, E_TAMPER, "filing.snapshot");
	buf_init(&b, c->a, PAYLOAD_MOST);
	o = json_out_on(&b);
	jo_value(&o, v);
	return buf_done(c, &b, ret);
}

static rc meta_from_json(struct ctx *c, const struct json *m, struct sheet_meta *ret)
{
	const struct json *procedures = json_get(m, S("procedures")), *previous = json_get(m, S("previous"));
	const struct json *at = json_get(m, S("at"));
	struct sheet_meta meta = {
		.kind = json_text(json_get(m, S("kind"))), .follow_up = json_is_true(json_get(m, S("follow_up"))),
		.addressee = json_text(json_get(m, S("addressee"))), .receipt = json_text(json_get(m, S("receipt"))),
		.document = json_text(json_get(m, S("document"))), .exercise = json_is_true(json_get(m, S("exercise"))),
		.has_previous = previous != NULL, .previous = previous ? previous->num : 0,
	};
	slice *v;

	if (!at || at->type != JSON_INT)
		return FAIL(c, E_TAMPER, "filing.snapshot");
	meta.at = at->num;
	TRY_ARRAY(c, v, (procedures ? procedures->count : 0) + 1);
	for JSON_EACH(p, procedures)
		v[meta.nprocedures++] = json_text(p);
	meta.procedures = v;
	*ret = meta;
	return OK;
}

rc filing_open(struct ctx *c, struct node *n, const struct shelf *p, const struct look *look, const struct filing *f,
               struct sheet **ret)
{
	struct sheet_meta meta;
	const struct json *j;
	slice values, facts;

	TRY(node_view_json(c, n, look, f->case_id, f->seq, &j));
	if (!j)
		return FAIL(c, E_NOTFOUND, "filing.gone");
	TRY(again(c, json_get(j, S("values")), &values));
	TRY(again(c, json_get(j, S("facts")), &facts));
	TRY(meta_from_json(c, json_get(j, S("meta")), &meta));
	return sheet_fill(c, p, f->form, f->form_version, msec_jday(meta.at), values, facts, &meta, ret);
}
