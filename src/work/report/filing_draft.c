/* Drafting: out of facts, events and duties, the values of the record as the form wants them. */
#include "work/report/filing.h"

#include "base/when.h"

#include "base/banned.h"

/* What a draft is made of while it is being made. */
struct drafting {
	struct node *n;
	const struct terms *t;
	const struct shelf *p;
	const struct look *look;
	const struct case_head *h;
	const struct filing_request *q;
	struct fact *facts;
	struct event *events;
	struct duty_view duties;
	struct filing *filings;
	size_t nfacts, nevents, nfilings;
	const struct duty *duty;         /* NULL when drafted for a form alone */
	const struct filing *previous;   /* NULL: none */
	struct filing out;
	struct sheet_meta meta;
};

static const struct fact *fact_of(const struct drafting *d, const char *path)
{
	for (size_t i = 0; i < d->nfacts; i++)
		if (slice_is(d->facts[i].term->path, path))
			return &d->facts[i];
	return NULL;
}

static void put_state(struct json_out *o, slice json, const char *state)
{
	jo_object(o);
	if (json.len > 0) {
		jo_key(o, S("value"));
		jo_raw(o, json);
	}
	jo_kv_text(o, "state", slice_of(state));
	jo_end_object(o);
}

/* 4200 confirmed; {"value":4200,"state":"estimated"}; {"state":"unknown"}. */
static void put_value_of(struct json_out *o, const struct fact *f)
{
	/* "at most N" leaves a number unknown, but for the one that is itself the largest possible */
	bool bound = f->said.exact == EXACT_AT_MOST && !slice_is(f->term->path, "persons_max");

	jo_key(o, f->term->path);
	if (f->said.state == SAID_UNKNOWN || bound || f->said.json.len == 0)
		put_state(o, S_NONE, f->said.state == SAID_NOT_APPLICABLE ? "not_applicable" : "unknown");
	else if (f->sure != SURE_CONFIRMED || f->said.exact != EXACT)
		put_state(o, f->said.json, "estimated");
	else
		jo_raw(o, f->said.json);
}

static rc put_facts(struct ctx *c, const struct drafting *d, slice *ret)
{
	const struct fact *persons = fact_of(d, "persons"), *most = fact_of(d, "persons_max");
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, PAYLOAD_MOST);
	o = json_out_on(&b);
	jo_object(&o);
	for (size_t i = 0; i < d->nfacts; i++)
		if (d->facts[i].term->law && !d->facts[i].gone)
			put_value_of(&o, &d->facts[i]);
	/* "at most N" people: the number is not known, the largest possible one is */
	if (persons && persons->said.exact == EXACT_AT_MOST && !most) {
		jo_key(&o, S("persons_max"));
		put_state(&o, persons->said.json, "estimated");
	}
	jo_end_object(&o);
	return buf_done(c, &b, ret);
}

static void put_when(struct json_out *o, const char *name, msec at, bool day_only)
{
	char text[64];
	struct buf b = { .p = text, .cap = sizeof text, .max = sizeof text };

	if (day_only)
		jday_put(&b, msec_jday(at));
	else
		msec_put(&b, at);
	jo_kv_text(o, name, buf_slice(&b));
}

static void put_timeline(struct json_out *o, const struct drafting *d)
{
	if (d->nevents == 0 || fact_of(d, "timeline"))
		return;
	jo_key(o, S("timeline"));
	jo_array(o);
	for (size_t i = 0; i < d->nevents; i++) {
		const struct event *e = &d->events[i];

		if (e->gone || e->what.len == 0)
			continue;
		jo_object(o);
		put_when(o, "at", e->at, e->precision == EVENT_DAY || e->precision == EVENT_OPEN);
		jo_kv_text(o, "what", e->what);
		if (e->who.len > 0)
			jo_kv_text(o, "who", e->who);
		if (e->source.len > 0)
			jo_kv_text(o, "source", e->source);
		jo_end_object(o);
	}
	jo_end_array(o);
}

/* Which items of the rules are met, from what the law answered. */
static void put_grounds(struct json_out *o, const struct drafting *d)
{
	const struct law_predicate *seen[32];
	size_t n = 0;

	if (fact_of(d, "legal_grounds"))
		return;
	jo_key(o, S("legal_grounds"));
	jo_array(o);
	for (size_t i = 0; i < d->duties.n; i++) {
		const struct law_owed *owed = d->duties.duties[i].owed;

		for (uint32_t k = 0; owed && k < owed->nbecause && n < 32; k++) {
			slice law, article, item;
			bool twice = false;

			for (size_t m = 0; m < n; m++)
				twice = twice || seen[m] == owed->because[k];
			if (twice || !shelf_ground(d->p, owed->because[k]->id, &law, &article, &item))
				continue;
			seen[n++] = owed->because[k];
			jo_object(o);
			jo_kv_text(o, "law", law);
			jo_kv_text(o, "article", article);
			jo_kv_text(o, "item", item);
			put_when(o, "valid_at", d->meta.at, false);
			jo_end_object(o);
		}
	}
	jo_end_array(o);
}

/* What went to other addressees, by report or otherwise. */
static void put_reports(struct json_out *o, const struct drafting *d)
{
	const struct law *law = terms_law(d->t);
	jday today = msec_jday(d->meta.at);

	if (fact_of(d, "reports"))
		return;
	jo_key(o, S("reports"));
	jo_array(o);
	for (size_t i = 0; i < d->duties.n; i++) {
		const struct duty *x = &d->duties.duties[i];
		slice procedure = shelf_procedure(d->p, x->rule);

		if (x->state != DUTY_DONE || procedure.len == 0)
			continue;
		jo_object(o);
		jo_kv_text(o, "agency", duty_recipient(law, x, today, true));
		jo_key(o, S("procedure"));
		jo_array(o);
		jo_text(o, procedure);
		jo_end_array(o);
		put_when(o, "at", x->done_on, false);
		jo_kv_text(o, "state", S("submitted"));
		jo_end_object(o);
	}
	jo_end_array(o);
}

static rc put_values(struct ctx *c, const struct drafting *d, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, PAYLOAD_MOST);
	o = json_out_on(&b);
	jo_object(&o);
	for (size_t i = 0; i < d->nfacts; i++)
		if (!d->facts[i].term->law && !d->facts[i].gone)
			put_value_of(&o, &d->facts[i]);
	if (!fact_of(d, "case_id"))
		jo_kv_text(&o, "case_id", d->h->num);
	if (!fact_of(d, "known_at"))
		put_when(&o, "known_at", d->h->known, d->h->known_day_only);
	put_timeline(&o, d);
	put_grounds(&o, d);
	put_reports(&o, d);
	jo_end_object(&o);
	return buf_done(c, &b, ret);
}

/* ---- which form, which kind, to whom ---- */

static rc choose_form(struct ctx *c, struct drafting *d)
{
	jday today = msec_jday(c->now);
	struct sheet_head head;
	rc r = E_NOTFOUND;

	if (d->q->form.len > 0) {
		TRY(shelf_find(c, d->p, d->q->form, today, &head));
	} else {
		if (!d->duty || !d->duty->row)
			return FAIL(c, E_INVALID, "filing.which_form");
		for (uint32_t i = 0; r != OK && i < d->duty->row->nforms; i++)
			r = shelf_find(c, d->p, d->duty->row->forms[i], today, &head);
		if (r != OK)
			return FAIL(c, E_INVALID, "filing.which_form");
	}
	d->out.form = head.id;
	d->out.form_version = head.version;
	return OK;
}

static rc choose_kind(struct ctx *c, struct drafting *d)
{
	static const char *const kinds[] = { "preliminary", "follow_up", "final", "other" };
	slice kind = d->q->kind;
	unsigned i;

	if (kind.len == 0)
		kind = d->duty ? d->duty->kind : S("other");
	if (said_word(c, kinds, 4, kind, &i) != OK) {
		fault_clear(c);
		if (d->q->kind.len > 0)
			return FAIL(c, E_INVALID, "filing.kind");
		i = 3;
	}
	d->out.kind = slice_of(kinds[i]);
	return OK;
}

/* The last one submitted to the same addressee on the same form. */
static void choose_previous(struct drafting *d)
{
	slice to = d->duty ? d->duty->recipient : S_NONE;

	for (size_t i = 0; i < d->nfilings; i++)
		if (d->filings[i].state == FILING_SUBMITTED && slice_eq(d->filings[i].form, d->out.form) &&
		    slice_eq(d->filings[i].recipient, to))
			d->previous = &d->filings[i];
	if (d->previous)
		d->out.previous = d->previous->id;
}

static rc choose_addressee(struct ctx *c, struct drafting *d)
{
	const struct fact *f = NULL;
	const struct json *v = NULL;

	if (d->q->addressee.len > 0) {
		d->meta.addressee = d->q->addressee;
		return OK;
	}
	if (d->duty && slice_is(d->duty->recipient, "PRINCIPAL"))
		f = fact_of(d, "entrustors");
	else if (d->duty && slice_is(d->duty->recipient, "POLICE"))
		f = fact_of(d, "police");
	if (f && f->said.json.len > 0)
		TRY(json_parse(c, f->said.json, &v));
	if (v && v->type == JSON_ARRAY && v->child)
		d->meta.addressee = json_text(json_get(v->child, S("name")));
	else if (v)
		d->meta.addressee = json_text(json_get(v, S("office")));
	if (d->meta.addressee.len == 0 && d->duty && !slice_is(d->duty->recipient, "PERSONS"))
		d->meta.addressee = duty_recipient(terms_law(d->t), d->duty, msec_jday(c->now), true);
	return OK;
}

/* The receipt that the previous report was given lies sealed in its submission. */
static rc previous_receipt(struct ctx *c, struct drafting *d)
{
	const struct json *j;

	if (!d->previous)
		return OK;
	d->meta.follow_up = d->meta.has_previous = true;
	d->meta.previous = d->previous->submitted;
	TRY(node_view_json(c, d->n, d->look, d->h->id, d->previous->submit_seq, &j));
	if (j)
		d->meta.receipt = json_text(json_get(j, S("receipt")));
	return OK;
}

static rc fill_meta(struct ctx *c, struct drafting *d)
{
	slice *procedure;
	struct buf b;

	TRY_NEW(c, procedure);
	d->meta.at = c->now;
	d->meta.kind = d->out.kind;
	d->meta.exercise = node_is_exercise(d->n);
	*procedure = d->duty ? shelf_procedure(d->p, d->duty->rule) : S_NONE;
	d->meta.procedures = procedure;
	d->meta.nprocedures = procedure->len > 0;
	buf_init(&b, c->a, 64);
	buf_putf(&b, "%" S_FMT "/%lld", S_ARG(d->h->num), (long long)d->out.num);
	d->meta.document = buf_slice(&b);
	TRY(choose_addressee(c, d));
	return previous_receipt(c, d);
}

/* ---- the snapshot and its act ---- */

static rc put_snapshot(struct ctx *c, const struct drafting *d, slice facts, slice values, slice *ret)
{
	const struct sheet_meta *m = &d->meta;
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, PAYLOAD_MOST);
	o = json_out_on(&b);
	jo_object(&o);
	jo_key(&o, S("facts"));
	jo_raw(&o, facts);
	jo_key(&o, S("meta"));
	jo_object(&o);
	jo_kv_text(&o, "addressee", m->addressee);
	jo_kv_int(&o, "at", m->at);
	jo_kv_text(&o, "document", m->document);
	jo_kv_bool(&o, "exercise", m->exercise);
	jo_kv_bool(&o, "follow_up", m->follow_up);
	jo_kv_text(&o, "kind", m->kind);
	if (m->has_previous)
		jo_kv_int(&o, "previous", m->previous);
	jo_key(&o, S("procedures"));
	jo_array(&o);
	for (size_t i = 0; i < m->nprocedures; i++)
		jo_text(&o, m->procedures[i]);
	jo_end_array(&o);
	jo_kv_text(&o, "receipt", m->receipt);
	jo_end_object(&o);
	jo_key(&o, S("values"));
	jo_raw(&o, values);
	jo_end_object(&o);
	return buf_done(c, &b, ret);
}

static rc put_members(struct ctx *c, const struct filing *f, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 2048);
	o = json_out_on(&b);
	jo_object(&o);
	if (f->recipient.len > 0)
		jo_kv_text(&o, "duty_to", f->recipient);
	jo_kv_text(&o, "form", f->form);
	jo_kv_text(&o, "kind", f->kind);
	jo_kv_int(&o, "missing", f->missing);
	jo_kv_int(&o, "num", f->num);
	if (f->previous.len > 0)
		jo_kv_text(&o, "previous", f->previous);
	if (f->rule.len > 0)
		jo_kv_text(&o, "rule", f->rule);
	jo_kv_text(&o, "version", f->form_version);
	jo_end_object(&o);
	return buf_done(c, &b, ret);
}

static rc append_draft(struct ctx *c, struct drafting *d, slice snapshot)
{
	struct act act = { .act = S("report.draft"), .actor = d->look->actor, .case_id = d->h->id };
	struct payload p = { .bytes = snapshot };

	TRY(put_members(c, &d->out, &act.members));
	act.obj = (struct words){ &d->out.id, 1 };
	act.seal = &p;
	act.nseal = 1;
	TRY(node_append(c, d->n, &act, &d->out.seq));
	d->out.drafted = c->now;
	return OK;
}

static rc gather(struct ctx *c, struct drafting *d)
{
	struct store *st = node_store(d->n);

	TRY(case_facts_at(c, st, d->t, d->h->id, MOMENT_NOW, &d->facts, &d->nfacts));
	TRY(case_facts_open(c, d->n, d->look, d->h->id, d->facts, d->nfacts));
	TRY(case_events_at(c, st, d->h->id, INT64_MAX, &d->events, &d->nevents));
	TRY(case_events_open(c, d->n, d->look, d->h->id, d->events, d->nevents));
	TRY(duties_at(c, st, d->t, d->h, MOMENT_NOW, &d->duties));
	TRY(filing_list(c, st, d->h->id, &d->filings, &d->nfilings));
	for (size_t i = 0; i < d->duties.n && d->q->rule.len > 0; i++)
		if (slice_eq(d->duties.duties[i].rule, d->q->rule))
			d->duty = &d->duties.duties[i];
	if (d->q->rule.len > 0 && !d->duty) {
		(void)FAIL(c, E_NOTFOUND, "duty.none");
		fault_name(c, d->q->rule);
		return E_NOTFOUND;
	}
	return OK;
}

rc filing_draft(struct ctx *c, struct node *n, const struct terms *t, const struct shelf *p, const struct look *look,
                const struct case_head *h, const struct filing_request *q, struct filing *ret, struct sheet **ret_sheet)
{
	struct drafting d = { .n = n, .t = t, .p = p, .look = look, .h = h, .q = q };
	struct sheet_missing *missing;
	slice facts, values, snapshot;
	struct sheet *sheet;
	size_t nmissing;

	TRY(gather(c, &d));
	d.out = (struct filing){ .case_id = h->id, .num = (int64_t)d.nfilings + 1, .submit_seq = -1 };
	if (d.duty) {
		d.out.rule = d.duty->rule;
		d.out.recipient = d.duty->recipient;
	}
	TRY(choose_form(c, &d));
	TRY(choose_kind(c, &d));
	choose_previous(&d);
	TRY(fill_meta(c, &d));
	TRY(put_facts(c, &d, &facts));
	TRY(put_values(c, &d, &values));
	TRY(sheet_fill(c, p, d.out.form, S_NONE, msec_jday(c->now), values, facts, &d.meta, &sheet));
	TRY(sheet_missing(c, sheet, &missing, &nmissing));
	d.out.missing = (int64_t)nmissing;
	TRY(id_new(c, "r", &d.out.id));
	TRY(put_snapshot(c, &d, facts, values, &snapshot));
	TRY(append_draft(c, &d, snapshot));
	*ret = d.out;
	*ret_sheet = sheet;
	return OK;
}
