/* Reading partners. */
#include "base/base64.h"
#include "work/partner/partner.h"

#include "base/banned.h"

static rc from_row(struct ctx *c, const struct query *q, struct partner *ret)
{
	struct partner p = { .exercise = query_int(q, 4) != 0, .ended = slice_is(query_text(q, 5), "ended"), .seq = query_int(q, 6) };

	TRY(slice_keep(c, query_text(q, 0), &p.id));
	TRY(slice_keep(c, query_text(q, 1), &p.node));
	TRY(slice_keep(c, query_text(q, 2), &p.cls));
	TRY(slice_keep(c, query_text(q, 3), &p.agency));
	*ret = p;
	return OK;
}

rc partner_find(struct ctx *c, struct store *st, slice ref, struct partner *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, slice_starts(ref, S("p-")) ? STMT_PARTNER_BY_ID : STMT_PARTNER_BY_NODE, v_text(ref)));
	if (!found) {
		(void)FAIL(c, E_NOTFOUND, "partner.none");
		fault_name(c, ref);
		return E_NOTFOUND;
	}
	return from_row(c, &q, ret);
}

rc partner_page(struct ctx *c, struct store *st, slice after, size_t most, struct partner **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_PARTNER_PAGE, v_text(after), v_int((int64_t)most)));
	COLLECT_ROWS(c, &q, from_row, ret, ret_n);
	return OK;
}

static rc key_row(struct ctx *c, const struct query *q, struct partner_key *ret)
{
	ret->from = query_int(q, 4);
	ret->to = query_int(q, 5);
	TRY(slice_keep(c, query_text(q, 0), &ret->id));
	TRY(base64url_parse_n(c, query_text(q, 1), ret->sign, 32));
	TRY(base64url_parse_n(c, query_text(q, 2), ret->box, 32));
	return slice_keep(c, query_text(q, 3), &ret->tls);
}

rc partner_keys(struct ctx *c, struct store *st, slice id, struct partner_key **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_PARTNER_KEYS, v_text(id)));
	COLLECT_ROWS(c, &q, key_row, ret, ret_n);
	return OK;
}

rc partner_key_at(struct ctx *c, struct store *st, slice id, msec t, struct partner_key *ret)
{
	struct partner_key *v;
	const struct partner_key *hit = NULL;
	size_t n;

	TRY(partner_keys(c, st, id, &v, &n));
	for (size_t i = 0; i < n; i++)
		if (v[i].to > t && (!hit || v[i].from <= t))
			hit = &v[i];
	if (!hit)
		return FAIL(c, E_NOTFOUND, "partner.no_key");
	*ret = *hit;
	return OK;
}

rc partner_by_pin(struct ctx *c, struct store *st, slice pin, msec t, slice *ret_node)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_PARTNER_BY_PIN, v_text(pin), v_int(t)));
	return found ? slice_keep(c, query_text(&q, 0), ret_node) : FAIL(c, E_DENIED, "partner.pin");
}

rc partner_address(struct ctx *c, struct store *st, slice id, msec t, slice *ret_host, int64_t *ret_port)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_PARTNER_ADDRESS_NOW, v_text(id), v_int(t)));
	if (!found)
		return FAIL(c, E_NOTFOUND, "partner.no_address");
	*ret_port = query_int(&q, 1);
	return slice_keep(c, query_text(&q, 0), ret_host);
}

slice partner_title(const struct law *law, const struct partner *p, jday day, bool ja)
{
	return p->agency.len > 0 && law_agency_find(law, p->agency) ? law_agency_name(law, p->agency, day, ja) : p->node;
}

static rc person_row(struct ctx *c, const struct query *q, struct partner_person *ret)
{
	*ret = (struct partner_person){ .seq = query_int(q, 0), .place = query_int(q, 2), .from = (jday)query_int(q, 3),
		.to = (jday)query_int(q, 4) };
	return slice_keep(c, query_text(q, 1), &ret->what);
}

rc partner_persons(struct ctx *c, struct store *st, slice id, struct partner_person **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_PARTNER_PERSONS, v_text(id)));
	COLLECT_ROWS(c, &q, person_row, ret, ret_n);
	return OK;
}

rc partner_persons_open(struct ctx *c, struct node *n, const struct look *look, slice id, struct partner_person *v, size_t count)
{
	const struct opened **opened;
	int64_t *seqs;
	size_t *ns;

	if (count == 0)
		return OK;
	TRY_ARRAY(c, opened, count);
	TRY_ARRAY(c, seqs, count);
	TRY_ARRAY(c, ns, count);
	for (size_t i = 0; i < count; i++)
		seqs[i] = v[i].seq;
	TRY(node_view(c, n, look, id, seqs, count, opened, ns));
	for (size_t i = 0; i < count; i++) {
		const struct json *j;

		v[i].gone = ns[i] == 0 || opened[i][0].state == PAYLOAD_GONE;
		if (v[i].gone)
			continue;
		TRY(json_parse(c, opened[i][0].bytes, &j));
		v[i].text = json_text(json_get(j, S("text")));
	}
	return OK;
}
