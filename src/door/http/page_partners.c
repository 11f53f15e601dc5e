/* Partners: who they are, by which keys they are known, where they are reached, who answers there. */
#include "door/http/pages.h"
#include "door/http/together.h"

#include "base/banned.h"

#define ROWS 200u

static void put_classes(struct visit *v, struct json_out *o)
{
	jo_key(o, S("classes"));
	jo_array(o);
	for (uint32_t i = 0; i < gate_recipient_count(v->h->gate); i++) {
		const struct gate_word *w = gate_recipient_at(v->h->gate, i);

		m_option(o, w->id, word_name(v, w), slice_eq(given_or(v, "class", S_NONE), w->id));
	}
	jo_end_array(o);
}

static rc put_row(struct visit *v, struct json_out *o, const struct partner *p)
{
	size_t n, force = 0;
	struct memo *m;

	TRY(memo_list(v->c, v->st, p->id, &m, &n));
	for (size_t i = 0; i < n; i++)
		force += memo_state(&m[i], v->today) == MEMO_IN_FORCE;
	jo_object(o);
	jo_kv_text(o, "id", p->id);
	jo_kv_text(o, "node", p->node);
	jo_kv_text(o, "title", partner_title(v->h->law, p, v->today, v->ja));
	jo_kv_text(o, "class_name", class_title(v, p->cls));
	jo_kv_bool(o, "exercise", p->exercise);
	jo_kv_bool(o, "ended", p->ended);
	jo_kv_int(o, "memos", (int64_t)n);
	jo_kv_int(o, "in_force", (int64_t)force);
	jo_end_object(o);
	return OK;
}

/* What we read out when a partner compares: when the node has keys. */
static rc put_own(struct visit *v, struct json_out *o)
{
	const struct exchange_keys *keys;

	jo_key(o, S("own_keys"));
	jo_array(o);
	if (together_keys(v, &keys) == OK)
		for (size_t i = 0; i < keys->n; i++) {
			struct buf b;

			buf_init(&b, v->c->a, 64);
			key_print_put(&b, keys->g[i].sign_pk, keys->g[i].box_pk, keys->g[i].tls_pin);
			jo_object(o);
			jo_kv_text(o, "kid", keys->g[i].id);
			jo_kv_text(o, "print", buf_slice(&b));
			if (keys->g[i].from > 0)
				m_time(v, o, "from", keys->g[i].from);
			jo_end_object(o);
		}
	else
		fault_clear(v->c);
	jo_end_array(o);
	return OK;
}

rc page_partners(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "partners");
	slice after = v->route->method == GET ? visit_text(v, "after") : S_NONE;
	struct partner *list;
	size_t n;

	TRY(partner_page(v->c, v->st, after, ROWS, &list, &n));
	jo_key(o, S("partners"));
	jo_array(o);
	for (size_t i = 0; i < n; i++)
		TRY(put_row(v, o, &list[i]));
	jo_end_array(o);
	jo_kv_text(o, "next_partner", n == ROWS ? list[n - 1].node : S_NONE);
	TRY(put_own(v, o));
	put_classes(v, o);
	jo_kv_text(o, "card_given", given_or(v, "card", S_NONE));
	jo_kv_text(o, "agency_given", given_or(v, "agency", S_NONE));
	jo_kv_text(o, "name_given", given_or(v, "name", S_NONE));
	jo_kv_text(o, "host_given", given_or(v, "host", S_NONE));
	jo_kv_text(o, "port_given", given_or(v, "port", S("8443")));
	jo_kv_bool(o, "may_add", visit_can(v, "partner.add", S_NONE));
	return OK;
}

/* ---- one partner ---- */

static rc put_keys(struct visit *v, struct json_out *o, const struct partner *p)
{
	struct partner_key *k;
	size_t n;

	TRY(partner_keys(v->c, v->st, p->id, &k, &n));
	jo_key(o, S("keys"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		struct buf b;

		buf_init(&b, v->c->a, 64);
		TRY(partner_key_print(v->c, &k[i], &b));
		jo_object(o);
		jo_kv_text(o, "kid", k[i].id);
		jo_kv_text(o, "print", buf_slice(&b));
		if (k[i].from > 0)
			m_time(v, o, "from", k[i].from);
		if (k[i].to != PARTNER_FOREVER)
			m_time(v, o, "until", k[i].to);
		jo_kv_bool(o, "over", k[i].to <= v->c->now);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

/* Names by date: of the agencies' list, which is public, and those noted here. */
static void put_agency_names(struct visit *v, struct json_out *o, const struct partner *p)
{
	const struct law_agency *a = p->agency.len > 0 ? law_agency_find(v->h->law, p->agency) : NULL;

	jo_key(o, S("names"));
	jo_array(o);
	for (uint32_t i = 0; a && i < a->nnames; i++) {
		const struct law_names *x = &a->names[i];

		jo_object(o);
		jo_kv_text(o, "text", v->ja ? x->ja : x->en);
		if (x->from > JDAY_LEAST)
			m_day(v, o, "from", x->from);
		if (x->to < JDAY_MOST)
			m_day(v, o, "until", x->to);
		jo_kv_bool(o, "now", x->from <= v->today && v->today <= x->to);
		jo_end_object(o);
	}
	jo_end_array(o);
}

static const char *what_name(const struct visit *v, slice what)
{
	static const char *const words[][3] = { { "name", "名称", "name" }, { "contact", "窓口", "contact" }, { "deputy", "代理", "deputy" },
		{ "duty", "当番", "on duty" } };

	for (size_t i = 0; i < 4; i++)
		if (slice_is(what, words[i][0]))
			return say(v, words[i][1], words[i][2]);
	return "";
}

static rc put_persons(struct visit *v, struct json_out *o, const struct partner *p)
{
	struct look look = visit_look(v);
	struct partner_person *x;
	size_t n;

	TRY(partner_persons(v->c, v->st, p->id, &x, &n));
	if (n > 0 && visit_can(v, "look:case", S_NONE))
		TRY(partner_persons_open(v->c, v->n, &look, p->id, x, n));
	jo_key(o, S("persons"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_text(o, "what", x[i].what);
		jo_kv_text(o, "what_name", slice_of(what_name(v, x[i].what)));
		jo_kv_int(o, "place", x[i].place);
		jo_kv_text(o, "text", x[i].text);
		jo_kv_bool(o, "gone", x[i].gone);
		if (x[i].from > JDAY_LEAST)
			m_day(v, o, "from", x[i].from);
		if (x[i].to < JDAY_MOST)
			m_day(v, o, "until", x[i].to);
		jo_kv_bool(o, "now", x[i].from <= v->today && v->today <= x[i].to);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

static rc put_address(struct visit *v, struct json_out *o, const struct partner *p)
{
	int64_t port = 0;
	slice host = S_NONE;

	if (partner_address(v->c, v->st, p->id, v->c->now, &host, &port) != OK)
		fault_clear(v->c);
	jo_kv_text(o, "host", host);
	jo_kv_int(o, "port", port);
	return OK;
}

rc page_partner(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "partner");
	struct partner x;

	TRY(partner_find(v->c, v->st, visit_text(v, "partner"), &x));
	jo_kv_text(o, "id", x.id);
	jo_kv_text(o, "peer", x.node);   /* "node" and "exercise" are our own in the frame */
	jo_kv_text(o, "title", partner_title(v->h->law, &x, v->today, v->ja));
	jo_kv_text(o, "class_name", class_title(v, x.cls));
	jo_kv_text(o, "agency", x.agency);
	jo_kv_bool(o, "for_exercise", x.exercise);
	jo_kv_bool(o, "ended", x.ended);
	TRY(put_address(v, o, &x));
	TRY(put_keys(v, o, &x));
	put_agency_names(v, o, &x);
	TRY(put_persons(v, o, &x));
	TRY(memos_put(v, o, &x));
	TRY(memo_kinds_put(v, o, &x));
	m_date(v, o, "memo_from", "from", v->route->method == GET, (struct when){ jday_msec(v->today), true });
	m_date(v, o, "memo_to", "to", v->route->method == GET, (struct when){ jday_msec(v->today + 1095), true });
	m_date(v, o, "memo_review", "review", v->route->method == GET, (struct when){ jday_msec(v->today + 365), true });
	jo_kv_text(o, "text_given", given_or(v, "text", S_NONE));
	jo_kv_text(o, "host_given", given_or(v, "host", S_NONE));
	jo_kv_text(o, "port_given", given_or(v, "port", S("8443")));
	jo_kv_bool(o, "may_note", !x.ended && visit_can(v, "partner.person", S_NONE));
	jo_kv_bool(o, "may_address", !x.ended && visit_can(v, "partner.address", S_NONE));
	jo_kv_bool(o, "may_memo", !x.ended && visit_can(v, "memo.draft", S_NONE));
	jo_kv_bool(o, "may_end", !x.ended && visit_can(v, "partner.end", S_NONE));
	return OK;
}

/* ---- acts ---- */

static rc append_and_back(struct visit *v, struct page *p, const struct partner *x, const struct act *act)
{
	int64_t seq;

	TRY(node_append(v->c, v->n, act, &seq));
	return page_go(v, p, "/partners/%" S_FMT, S_ARG(x->id));
}

rc page_partner_note(struct visit *v, struct page *p)
{
	jday from = JDAY_LEAST, to = JDAY_MOST;
	struct partner x;
	struct act act;
	int64_t place;
	bool given;

	TRY(partner_find(v->c, v->st, visit_text(v, "partner"), &x));
	TRY(form_day(v->c, v->in, "since", &from, &given));
	TRY(form_day(v->c, v->in, "until", &to, &given));
	TRY(form_count(v->c, v->in, "place", 99, &place));
	if (to < from)
		return visit_wrong_key(v, S("until"), "partner.text");
	TRY(partner_act_person(v->c, &v->actor, &x, visit_text(v, "what"), place ? place : 1, from, to, visit_text(v, "text"), &act));
	return append_and_back(v, p, &x, &act);
}

rc page_partner_address(struct visit *v, struct page *p)
{
	struct partner x;
	struct act act;
	int64_t port;

	TRY(partner_find(v->c, v->st, visit_text(v, "partner"), &x));
	TRY(form_count(v->c, v->in, "port", 65535, &port));
	TRY(partner_act_address(v->c, &v->actor, &x, visit_text(v, "host"), port, v->c->now, &act));
	return append_and_back(v, p, &x, &act);
}

/* Somebody else ends it. */
rc page_partner_end(struct visit *v, struct page *p)
{
	struct partner x;

	TRY(partner_find(v->c, v->st, visit_text(v, "partner"), &x));
	return motion_put(v, p, x.id, "partner.end", x.id, S("{}"));
}

/* A card is taken up by two persons: the second one compares the fingerprints. */
rc page_partner_add(struct visit *v, struct page *p)
{
	slice host = visit_text(v, "host");
	struct json_out o;
	struct card card;
	int64_t port;
	struct buf b;
	slice body;

	if (exchange_card_read(v->c, visit_text(v, "card"), &card) != OK)
		return visit_wrong_key(v, S("card"), "card.form");
	if (gate_recipient_find(v->h->gate, visit_text(v, "class")) < 0)
		return visit_wrong_key(v, S("class"), "partner.class");
	TRY(form_count(v->c, v->in, "port", 65535, &port));
	if (host.len > 0 && (!word_is_valid(host) || port == 0))
		return visit_wrong_key(v, S("host"), "partner.address");
	buf_init(&b, v->c->a, (size_t)1 << 20);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "card", visit_text(v, "card"));
	jo_kv_text(&o, "class", visit_text(v, "class"));
	jo_kv_text(&o, "agency", visit_text(v, "agency"));
	jo_kv_text(&o, "name", visit_text(v, "name"));
	jo_kv_text(&o, "host", host);
	jo_kv_int(&o, "port", port ? port : 8443);
	jo_end_object(&o);
	TRY(buf_done(v->c, &b, &body));
	return motion_put(v, p, S_NONE, "partner.add", card.node, body);
}
