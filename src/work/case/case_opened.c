/* What lies sealed, opened for somebody who looks: each opening is an act before the first byte is shown. */
#include "work/case/case.h"

#include "base/banned.h"

/* The payload of an entry as JSON; NULL when it has none or its key is gone. */
static rc payload_json(struct ctx *c, const struct opened *p, size_t n, bool *ret_gone, const struct json **ret)
{
	*ret = NULL;
	*ret_gone = n > 0 && p[0].state == PAYLOAD_GONE;
	if (n == 0 || *ret_gone)
		return OK;
	return json_parse(c, p[0].bytes, ret);
}

static rc view(struct ctx *c, struct node *n, const struct look *look, slice case_id, const int64_t *seqs, size_t nseqs,
               const struct opened ***ret, size_t **ret_n)
{
	TRY_ARRAY(c, *ret, nseqs + 1);
	TRY_ARRAY(c, *ret_n, nseqs + 1);
	if (nseqs == 0)
		return OK;
	return node_view(c, n, look, case_id, seqs, nseqs, *ret, *ret_n);
}

static size_t seq_index(const int64_t *seqs, size_t n, int64_t seq)
{
	for (size_t i = 0; i < n; i++)
		if (seqs[i] == seq)
			return i;
	return SIZE_MAX;
}

/* Entries in one opening: what an entry `item.view` can name. */
#define VIEW_MOST 200u

static void set_opened(struct fact *f, const struct json *j, bool gone)
{
	f->by = json_text(json_get(j, S("by")));
	f->source = json_text(json_get(j, S("source")));
	f->reason = json_text(json_get(j, S("reason")));
	f->gone = gone && f->sealed;
}

static rc value_again(struct ctx *c, const struct json *v, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, LIMIT_VALUE_JSON + 1024);
	o = json_out_on(&b);
	jo_value(&o, v);
	return buf_done(c, &b, ret);
}

static rc open_some(struct ctx *c, struct node *n, const struct look *look, slice case_id, const int64_t *seqs,
                    size_t nseqs, struct fact *facts, size_t nfacts)
{
	const struct opened **p;
	size_t *np;

	TRY(view(c, n, look, case_id, seqs, nseqs, &p, &np));
	for (size_t i = 0; i < nseqs; i++) {
		const struct json *j;
		bool gone;

		TRY(payload_json(c, p[i], np[i], &gone, &j));
		for (size_t k = 0; k < nfacts; k++) {
			const struct json *v;

			if (facts[k].seq != seqs[i])
				continue;
			set_opened(&facts[k], j, gone);
			v = facts[k].sealed ? json_get(json_get(j, S("values")), facts[k].term->path) : NULL;
			if (v)
				TRY(value_again(c, v, &facts[k].said.json));
		}
	}
	return OK;
}

rc case_facts_open(struct ctx *c, struct node *n, const struct look *look, slice case_id, struct fact *facts,
                   size_t nfacts)
{
	int64_t *seqs;
	size_t nseqs = 0;

	TRY_ARRAY(c, seqs, nfacts + 1);
	for (size_t i = 0; i < nfacts; i++)
		if (facts[i].seq >= 0 && seq_index(seqs, nseqs, facts[i].seq) == SIZE_MAX)
			seqs[nseqs++] = facts[i].seq;
	for (size_t i = 0; i < nseqs; i += VIEW_MOST)
		TRY(open_some(c, n, look, case_id, seqs + i, nseqs - i < VIEW_MOST ? nseqs - i : VIEW_MOST, facts, nfacts));
	return OK;
}

rc case_title_open(struct ctx *c, struct node *n, const struct look *look, const struct case_head *h, slice *ret)
{
	const struct opened **p;
	const struct json *j;
	size_t *np;
	bool gone;

	TRY(view(c, n, look, h->id, &h->seq, 1, &p, &np));
	TRY(payload_json(c, p[0], np[0], &gone, &j));
	*ret = json_text(json_get(j, S("title")));
	return OK;
}

rc case_events_open(struct ctx *c, struct node *n, const struct look *look, slice case_id, struct event *events,
                    size_t nevents)
{
	const struct opened **p;
	int64_t *seqs;
	size_t *np;

	TRY_ARRAY(c, seqs, nevents + 1);
	for (size_t i = 0; i < nevents; i++)
		seqs[i] = events[i].seq;
	for (size_t from = 0; from < nevents; from += VIEW_MOST) {
		size_t some = nevents - from < VIEW_MOST ? nevents - from : VIEW_MOST;

		TRY(view(c, n, look, case_id, seqs + from, some, &p, &np));
		for (size_t i = 0; i < some; i++) {
			struct event *e = &events[from + i];
			const struct json *j;

			TRY(payload_json(c, p[i], np[i], &e->gone, &j));
			e->what = json_text(json_get(j, S("what")));
			e->who = json_text(json_get(j, S("who")));
			e->source = json_text(json_get(j, S("source")));
		}
	}
	return OK;
}
