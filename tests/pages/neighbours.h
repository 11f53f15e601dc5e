/*
 * Neighbours of the town hall: a technical agency with a node of its own, memoranda with it, something that came from it, a
 * coordinator without a memorandum, and principals that were told. The town plays the supervisory commission.
 */
#ifndef TESTS_PAGES_NEIGHBOURS_H
#define TESTS_PAGES_NEIGHBOURS_H

#include "tests/pages/town.h"

#include <sodium.h>
#include <stdlib.h>

struct neighbours {
	char dir[64];
	struct node *ipa;
	struct exchange_keys ipa_keys, keys;
	struct exchange x, ipa_x;
	slice case_id, case_num, alert, env, recalled, recalled_env;
};

static const struct actor ipa_lead = { S_INIT("op-2"), S_INIT("lead"), S_INIT("") };
static const struct actor ipa_chief = { S_INIT("op-1"), S_INIT("chief"), S_INIT("") };

static inline struct actor town_actor(const char *login)
{
	for (size_t i = 0; i < PEOPLE; i++)
		if (strcmp(town_people[i].login, login) == 0)
			return (struct actor){ .id = town_people[i].account, .role = slice_of(town_people[i].role) };
	fail();
	return (struct actor){ 0 };
}

static inline void one_act(struct ctx *c, struct node *n, const struct act *act)
{
	int64_t seq;

	assert_ok(c, node_append(c, n, act, &seq));
}

static inline void know(struct ctx *c, struct node *n, const struct actor *who, const struct card *card, const char *cls, const char *agency)
{
	struct new_partner x = { .cls = slice_of(cls), .agency = slice_of(agency), .exercise = true };
	struct act acts[GENERATIONS_MOST + 1];
	int64_t seq;
	size_t count;
	slice id;

	assert_ok(c, partner_acts_add(c, who, card, &x, acts, &count, &id));
	assert_ok(c, node_append_all(c, n, acts, count, &seq));
}

static inline struct card card_of(struct ctx *c, const struct exchange_keys *k, slice node)
{
	struct card card;
	struct buf b;

	buf_init(&b, c->a, 65536);
	assert_ok(c, exchange_card_put(c, k, node, &b));
	assert_ok(c, exchange_card_read(c, buf_slice(&b), &card));
	return card;
}

/* Somebody who has no node here: any keys will do. */
static inline struct card stranger(slice node)
{
	struct card card = { .node = node, .n = 1 };

	card.keys[0].id = S("g1");
	crypto_sign_keypair(card.keys[0].sign, (unsigned char[64]){ 0 });
	crypto_box_keypair(card.keys[0].box, (unsigned char[32]){ 0 });
	randombytes_buf(card.keys[0].tls, 32);
	return card;
}

static inline void agree(struct ctx *c, struct town *t, struct neighbours *w, const struct actor *who)
{
	static const char *const kinds[] = { "advice", "alert", "guideline", "hearing", "request", "results" };
	struct memo m = { .kind = S("memorandum"), .from = msec_jday(c->now), .to = msec_jday(c->now) + 1095, .review = msec_jday(c->now) + 365, .n = 6 };
	struct act acts[3];
	struct partner p;
	slice file, back, id;
	int64_t seq;
	size_t n;

	for (size_t i = 0; i < m.n; i++)
		m.functions[i] = (struct memo_function){ .kind = slice_of(kinds[i]), .gives = true, .takes = true, .tlp = S("amber_strict") };
	assert_ok(c, partner_find(c, node_store(t->n), node_name(w->ipa), &p));
	assert_ok(c, memo_acts_draft(c, t->n, who, &w->keys, &p, &m, acts, &file));
	assert_ok(c, node_append_all(c, t->n, acts, 2, &seq));
	assert_ok(c, memo_acts_take(c, w->ipa, &ipa_chief, &w->ipa_keys, file, acts, &n, &id, &back));
	assert_ok(c, node_append_all(c, w->ipa, acts, n, &seq));
	assert_ok(c, memo_acts_take(c, t->n, who, &w->keys, back, acts, &n, &id, &file));
	assert_ok(c, node_append_all(c, t->n, acts, n, &seq));
}

/* All that the agency has to send arrives; its last envelope. */
static inline slice carried(struct ctx *c, struct town *t, struct neighbours *w)
{
	slice bytes, receipts;
	struct sent *sent;
	size_t n, settled;

	(void)t;
	assert_ok(c, outbox_waiting(c, node_store(w->ipa), INT64_MAX, 10, &sent, &n));
	assert_int_equal(n, 1);
	assert_ok(c, outbox_bytes(c, &w->ipa_x, &sent[0], &bytes));
	assert_ok(c, exchange_receive(c, &w->x, node_name(w->ipa), bytes, &receipts));
	assert_ok(c, outbox_settle(c, &w->ipa_x, &sent[0], &bytes, 1, receipts, &settled));
	assert_int_equal(settled, 1);
	return sent[0].env;
}

/* The agency opens a thread with the town, and what it sends arrives. */
static inline slice came_from_ipa(struct ctx *c, struct town *t, struct neighbours *w, const char *kind, const char *content, slice *ret_env)
{
	struct request q = { .kind = slice_of(kind), .step = S("open"), .nparties = 1, .content = slice_of(content) };
	const struct look look = { .actor = ipa_chief };
	slice node = node_name(t->n), thread;
	struct draft d;

	q.parties = &node;
	assert_ok(c, thread_prepare(c, &w->ipa_x, &ipa_lead, &q, &d));
	assert_ok(c, thread_draft_open(c, &w->ipa_x, &look, d.id, &d));
	assert_ok(c, thread_send(c, &w->ipa_x, &ipa_chief, &d, &thread));
	*ret_env = carried(c, t, w);
	return thread;
}

static inline void tell_principals(struct ctx *c, struct town *t, struct neighbours *w)
{
	size_t n = getenv("TOWN_PRINCIPALS") ? strtoul(getenv("TOWN_PRINCIPALS"), NULL, 10) : 130, sent;
	struct actor lead = town_actor("hogo"), chief = town_actor("soukatsu");
	struct told *told = arena_alloc(c->a, n, sizeof *told);
	struct act act;

	assert_non_null(told);
	assert_ok(c, house_act(c, t->app.packs->gate, &chief, S("processor"), S_NONE, &act));
	one_act(c, t->n, &act);
	for (size_t i = 0; i < n; i++) {
		struct card card;
		struct buf b;

		buf_init(&b, c->a, 64);
		buf_putf(&b, "office-%03zu.example", i + 1);
		card = stranger(buf_slice(&b));
		know(c, t->n, &chief, &card, "principal", "");
		told[i] = (struct told){ buf_slice(&b), S("{\"fields\":{\"course\":\"不正なアクセスがあった\",\"persons\":12}}") };
	}
	assert_ok(c, told_send(c, &w->x, &lead, &chief, S("notice"), w->case_id, told, n, &sent));
	assert_int_equal(sent, n);
}

static inline void make_ipa(struct ctx *c, struct town *t, struct neighbours *w)
{
	static const struct act_kind *const kinds[] = { case_kinds, duty_kinds, partner_kinds, people_kinds, signin_kinds, thread_act_kinds, NULL };
	struct node_options o = { .exercise = true, .name = S("ipa.example") };
	struct act act;

	(void)snprintf(w->dir, sizeof w->dir, "/tmp/renkei-ipa-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	assert_ok(c, node_create(c, w->dir, &o));
	assert_ok(c, node_open(c, w->dir, kinds, &w->ipa));
	assert_ok(c, exchange_keys_create(c, w->dir, o.name));
	assert_ok(c, exchange_keys_open(c, w->dir, &w->ipa_keys));
	assert_ok(c, house_act(c, t->app.packs->gate, &ipa_chief, S("advisor"), S("IPA"), &act));
	one_act(c, w->ipa, &act);
	w->ipa_x = (struct exchange){ .n = w->ipa, .g = t->app.packs->gate, .kinds = t->app.packs->kinds, .keys = &w->ipa_keys };
}

static inline void neighbours_make(struct ctx *c, struct town *t, struct neighbours *w)
{
	struct actor lead = town_actor("hogo"), chief = town_actor("soukatsu");
	struct origin from = { .source = S("試験") };
	struct followed f;
	struct case_head h;
	struct card card;
	struct act act;

	*w = (struct neighbours){ 0 };
	make_ipa(c, t, w);
	assert_ok(c, exchange_keys_create(c, t->dir, node_name(t->n)));
	assert_ok(c, exchange_keys_open(c, t->dir, &w->keys));
	w->x = (struct exchange){ .n = t->n, .g = t->app.packs->gate, .kinds = t->app.packs->kinds, .keys = &w->keys, .terms = t->app.packs->terms };
	assert_ok(c, duty_open_case(c, t->n, t->app.packs->terms, &lead, (struct when){ c->now - 3600000, false }, S("委託先への不正アクセス"), NULL, 0,
	                            &from, &f));
	assert_ok(c, case_find(c, node_store(t->n), f.case_id, &h));
	w->case_id = h.id;
	w->case_num = h.num;
	tell_principals(c, t, w);
	assert_ok(c, house_act(c, t->app.packs->gate, &chief, S("regulator"), S("PPC"), &act));
	one_act(c, t->n, &act);
	card = card_of(c, &w->ipa_keys, S("ipa.example"));
	know(c, t->n, &chief, &card, "advisor", "IPA");
	card = card_of(c, &w->keys, node_name(t->n));
	know(c, w->ipa, &ipa_chief, &card, "regulator", "PPC");
	card = stranger(S("nco.example"));
	know(c, t->n, &chief, &card, "coordinator", "NCO");
	agree(c, t, w, &chief);
	w->alert = came_from_ipa(c, t, w, "alert", "{\"fields\":{\"title\":\"標的型メールの注意喚起\",\"text\":\"添付ファイルを開かないでください。\","
	                         "\"method\":\"標的型メール\",\"indicators\":\"198.51.100.7\"}}", &w->env);
	(void)came_from_ipa(c, t, w, "guideline", "{\"fields\":{\"document\":\"安全管理の手引き\",\"version\":\"3\",\"text\":\"案\"}}", &w->recalled_env);
	w->recalled = came_from_ipa(c, t, w, "alert", "{\"fields\":{\"title\":\"送り間違い\",\"text\":\"別の相手への内容です。\"}}", &w->recalled_env);
	assert_ok(c, recall_acts(c, &w->ipa_x, &ipa_lead, &ipa_chief, w->recalled_env, S("wrong_recipient")));
	(void)carried(c, t, w);
}

static inline void neighbours_end(struct ctx *c, struct neighbours *w)
{
	char cmd[128];

	assert_ok(c, node_close(c, w->ipa));
	exchange_keys_wipe(&w->ipa_keys);
	exchange_keys_wipe(&w->keys);
	(void)snprintf(cmd, sizeof cmd, "rm -rf '%s'", w->dir);
	assert_int_equal((system)(cmd), 0);
}

#endif
