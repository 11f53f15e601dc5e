/* Partners, memoranda, threads and the way in, between nodes of one process. On SQLite, and with $RENKEI_PG on PostgreSQL. */
#include "tests/support.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "core/people/people.h"
#include "work/duty/duty.h"
#include "work/thread/drill.h"
#include "work/thread/merge.h"
#include "work/thread/piece.h"
#include "work/thread/thread.h"

static const struct act_kind *const kinds[] = { case_kinds, duty_kinds, partner_kinds, people_kinds, signin_kinds, thread_act_kinds, NULL };
static const struct actor lead = { S_INIT("op-2"), S_INIT("lead"), S_INIT("") };
static const struct actor chief = { S_INIT("op-1"), S_INIT("chief"), S_INIT("") };

#define HOUR ((msec)3600000)

static bool is_real;   /* nodes and partners that are made from now on are no exercise */

struct side {
	char dir[64], name[48];
	struct node *n;
	struct exchange_keys keys;
	struct exchange x;
	slice node;
};

struct world {
	const struct gate *g;
	struct thread_kinds kinds;
	struct side ppc, ipa, nco;
};

static void make_side(struct ctx *c, struct world *w, struct side *s, const char *what, const char *cls, const char *agency)
{
	struct node_options o = { .exercise = !is_real };
	struct act act;
	int64_t seq;
	static int number;

	(void)snprintf(s->dir, sizeof s->dir, "/tmp/renkei-thread-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	(void)snprintf(s->name, sizeof s->name, "%s-%d-%d.example", what, (int)getpid(), number++);
	s->node = slice_of(s->name);
	o.name = s->node;
	if (getenv("RENKEI_PG")) {
		o.backend = BACKEND_PG;
		o.conninfo = getenv("RENKEI_PG");
	}
	assert_ok(c, node_create(c, s->dir, &o));
	assert_ok(c, node_open(c, s->dir, kinds, &s->n));
	assert_ok(c, exchange_keys_create(c, s->dir, s->node));
	assert_ok(c, exchange_keys_open(c, s->dir, &s->keys));
	assert_ok(c, house_act(c, w->g, &chief, slice_of(cls), slice_of(agency), &act));
	assert_ok(c, node_append(c, s->n, &act, &seq));
	s->x = (struct exchange){ .n = s->n, .g = w->g, .kinds = &w->kinds, .keys = &s->keys };
}

static void end_side(struct ctx *c, struct side *s)
{
	struct verdict v;
	char cmd[128];

	assert_ok(c, record_verify(c, s->n, &v));
	if (!v.good)
		fail_msg("%s: %s %s at %d", s->name, v.key, v.table ? v.table : "", (int)v.first_bad);
	assert_ok(c, node_close(c, s->n));
	exchange_keys_wipe(&s->keys);
	(void)snprintf(cmd, sizeof cmd, "rm -rf '%s'", s->dir);
	assert_int_equal((system)(cmd), 0);
}

static void know(struct ctx *c, struct side *s, const struct side *other, const char *cls, const char *agency)
{
	struct act acts[GENERATIONS_MOST + 1];
	struct new_partner x = { .cls = slice_of(cls), .agency = slice_of(agency), .exercise = !is_real };
	struct card card;
	int64_t seq;
	size_t n;
	slice id;
	struct buf b;

	buf_init(&b, c->a, 65536);
	assert_ok(c, exchange_card_put(c, &other->keys, other->node, &b));
	assert_ok(c, exchange_card_read(c, buf_slice(&b), &card));
	assert_ok(c, partner_acts_add(c, &chief, &card, &x, acts, &n, &id));
	assert_ok(c, node_append_all(c, s->n, acts, n, &seq));
}

/* A memorandum between two, both signatures; `most` of TLP. */
static slice agree(struct ctx *c, struct side *a, struct side *b, const char *kind, bool gives, bool takes, const char *most)
{
	struct memo m = { .kind = S("memorandum"), .from = msec_jday(c->now), .to = msec_jday(c->now) + 365, .review = msec_jday(c->now) + 100, .n = 1 };
	struct act acts[3];
	struct partner p;
	slice file, back, id;
	int64_t seq;
	size_t n;

	m.functions[0] = (struct memo_function){ .kind = slice_of(kind), .gives = gives, .takes = takes, .tlp = slice_of(most) };
	assert_ok(c, partner_find(c, node_store(a->n), b->node, &p));
	assert_ok(c, memo_acts_draft(c, a->n, &chief, &a->keys, &p, &m, acts, &file));
	assert_ok(c, node_append_all(c, a->n, acts, 2, &seq));
	assert_ok(c, memo_acts_take(c, b->n, &chief, &b->keys, file, acts, &n, &id, &back));
	assert_ok(c, node_append_all(c, b->n, acts, n, &seq));
	assert_ok(c, memo_acts_take(c, a->n, &chief, &a->keys, back, acts, &n, &id, &file));
	assert_int_equal(file.len, 0);
	assert_ok(c, node_append_all(c, a->n, acts, n, &seq));
	return id;
}

/* The commission and two others of the given classes. */
static struct world *make_world_of(struct ctx *c, const char *ipa, const char *nco)
{
	struct world *w = arena_alloc(c->a, 1, sizeof *w);

	assert_ok(c, gate_load(c, SOURCE_ROOT, &w->g));
	assert_ok(c, thread_kinds_load(c, SOURCE_ROOT, w->g, &w->kinds));
	make_side(c, w, &w->ppc, "ppc", "regulator", "PPC");
	make_side(c, w, &w->ipa, "ipa", ipa, "IPA");
	make_side(c, w, &w->nco, "nco", nco, "NCO");
	know(c, &w->ppc, &w->ipa, ipa, "IPA");
	know(c, &w->ppc, &w->nco, nco, "NCO");
	know(c, &w->ipa, &w->ppc, "regulator", "PPC");
	know(c, &w->nco, &w->ppc, "regulator", "PPC");
	return w;
}

static struct world *make_world(struct ctx *c) { return make_world_of(c, "advisor", "coordinator"); }

static void end_world(struct ctx *c, struct world *w)
{
	end_side(c, &w->ppc);
	end_side(c, &w->ipa);
	end_side(c, &w->nco);
}

static rc prepared(struct ctx *c, struct side *s, slice thread, const char *kind, const char *step, const slice *to, size_t nto,
                   const char *content, msec embargo, struct draft *ret)
{
	struct request q = { .thread = thread, .kind = slice_of(kind), .step = slice_of(step), .parties = to, .nparties = nto,
		.content = slice_of(content), .embargo = embargo };

	return thread_prepare(c, &s->x, &lead, &q, ret);
}

static slice sent_as(struct ctx *c, struct side *s, const struct draft *d)
{
	const struct look look = { .actor = chief };
	struct draft again;
	slice thread;

	assert_ok(c, thread_draft_open(c, &s->x, &look, d->id, &again));
	assert_ok(c, thread_send(c, &s->x, d->free ? &lead : &chief, &again, &thread));
	return thread;
}

static slice opened(struct ctx *c, struct side *s, const char *kind, const slice *to, size_t nto, const char *content, msec embargo)
{
	struct draft d;

	assert_ok(c, prepared(c, s, S_NONE, kind, "open", to, nto, content, embargo, &d));
	return sent_as(c, s, &d);
}

static void stepped(struct ctx *c, struct side *s, slice thread, const char *step, const char *content)
{
	struct draft d;

	assert_ok(c, prepared(c, s, thread, "", step, NULL, 0, content, 0, &d));
	(void)sent_as(c, s, &d);
}

struct waiting { struct sent *v; slice *bytes; size_t n; };

static struct waiting waits(struct ctx *c, struct side *s)
{
	struct waiting w;

	assert_ok(c, outbox_waiting(c, node_store(s->n), INT64_MAX, 100, &w.v, &w.n));
	w.bytes = arena_alloc(c->a, w.n + 1, sizeof *w.bytes);
	for (size_t i = 0; i < w.n; i++)
		assert_ok(c, outbox_bytes(c, &s->x, &w.v[i], &w.bytes[i]));
	return w;
}

/* One envelope to one node: the state and code of the receipt. */
static struct receipt take(struct ctx *c, struct side *to, slice peer, slice bytes)
{
	slice receipts, body, sig;
	struct receipt r;

	assert_ok(c, exchange_receive(c, &to->x, peer, bytes, &receipts));
	assert_ok(c, receipt_read(c, &receipts, &r, &body, &sig));
	return r;
}

static void settle(struct ctx *c, struct side *from, const struct waiting *w, size_t i, struct side *to)
{
	slice receipts;
	size_t settled;

	assert_ok(c, exchange_receive(c, &to->x, from->node, w->bytes[i], &receipts));
	assert_ok(c, outbox_settle(c, &from->x, &w->v[i], &w->bytes[i], 1, receipts, &settled));
	assert_int_equal(settled, 1);
}

static void pump(struct ctx *c, struct side *from, struct side *to)
{
	struct waiting w = waits(c, from);

	for (size_t i = 0; i < w.n; i++)
		if (slice_eq(w.v[i].peer, to->node))
			settle(c, from, &w, i, to);
}

static struct thread thread_of(struct ctx *c, struct side *s, slice id)
{
	struct thread t;

	assert_ok(c, thread_find(c, node_store(s->n), id, &t));
	return t;
}

#define assert_receipt(r, state_, code_) do { \
	struct receipt r_ = (r); \
	assert_string_equal(receipt_words[r_.state], receipt_words[state_]); \
	assert_slice(r_.code, S(code_)); \
} while (0)

#define ASK "{\"fields\":{\"phase\":\"containment\",\"question\":\"担当 山田太郎様 090-1234-5678\",\"persons\":22420000,\"reporter\":\"株式会社例\"}}"

static void without_a_memorandum_that_covers_it_nothing_goes(void **state)
{
	struct ctx *c = *state;
	struct world *w = make_world(c);
	struct draft d;
	struct act act;
	struct memo m;
	int64_t seq;
	slice id;

	assert_fault(c, prepared(c, &w->ppc, S_NONE, "advice", "open", &w->ipa.node, 1, ASK, 0, &d), E_DENIED, "memo.missing");
	id = agree(c, &w->ppc, &w->ipa, "advice", false, true, "amber");
	assert_fault(c, prepared(c, &w->ppc, S_NONE, "advice", "open", &w->ipa.node, 1, ASK, 0, &d), E_DENIED, "memo.direction");
	id = agree(c, &w->ppc, &w->ipa, "advice", true, true, "green");
	assert_fault(c, prepared(c, &w->ppc, S_NONE, "advice", "open", &w->ipa.node, 1, ASK, 0, &d), E_DENIED, "memo.tlp");
	assert_ok(c, memo_find(c, node_store(w->ppc.n), id, &m));
	assert_ok(c, memo_act_end(c, &chief, &m, &act));
	assert_ok(c, node_append(c, w->ppc.n, &act, &seq));
	id = agree(c, &w->ppc, &w->ipa, "advice", true, true, "amber");
	assert_ok(c, prepared(c, &w->ppc, S_NONE, "advice", "open", &w->ipa.node, 1, ASK, 0, &d));
	c->now += 400 * DAY_MSEC;
	assert_fault(c, prepared(c, &w->ppc, S_NONE, "advice", "open", &w->ipa.node, 1, ASK, 0, &d), E_DENIED, "memo.over");
	/* nobody named is nobody */
	assert_fault(c, prepared(c, &w->ppc, S_NONE, "advice", "open", NULL, 0, ASK, 0, &d), E_INVALID, "thread.nobody");
	end_world(c, w);
}

#define CITE "{\"fields\":{\"cited\":\"指導の文 2\"}}"

static slice hang_on_case(struct ctx *c, struct side *s, slice thread)
{
	struct thread t = thread_of(c, s, thread);
	struct act acts[2];
	slice id, num;
	int64_t seq;

	assert_ok(c, case_act_open(c, node_store(s->n), &lead, (struct when){ c->now, false }, S("事案"), 0, &id, &num, &acts[0]));
	assert_ok(c, thread_act_link(c, &lead, &t, id, &acts[1]));
	assert_ok(c, node_append_all(c, s->n, acts, 2, &seq));
	return id;
}

static void who_prepares_does_not_approve_and_what_goes_is_what_the_gate_lets(void **state)
{
	const struct look look = { .actor = chief };
	struct ctx *c = *state;
	struct world *w = make_world(c);
	const struct json *fields;
	struct brought b;
	struct draft d;
	struct event *events;
	struct came *came;
	slice thread, home;
	size_t n;

	(void)agree(c, &w->ppc, &w->ipa, "advice", true, true, "amber");
	assert_fault(c, prepared(c, &w->ppc, S_NONE, "advice", "open", &w->ipa.node, 1, "{\"fields\":{\"phase\":\"later\",\"question\":\"x\"}}", 0, &d),
	             E_INVALID, "thread.word");
	assert_ok(c, prepared(c, &w->ppc, S_NONE, "advice", "open", &w->ipa.node, 1, ASK, 0, &d));
	assert_ok(c, thread_draft_open(c, &w->ppc.x, &look, d.id, &d));
	assert_fault(c, thread_send(c, &w->ppc.x, &lead, &d, &thread), E_DENIED, "thread.self");
	assert_ok(c, thread_send(c, &w->ppc.x, &chief, &d, &thread));
	assert_fault(c, thread_send(c, &w->ppc.x, &chief, &d, &thread), E_CONFLICT, "thread.known");
	pump(c, &w->ppc, &w->ipa);
	assert_ok(c, inbox_of(c, node_store(w->ipa.n), thread, &came, &n));
	assert_int_equal(n, 1);
	assert_ok(c, inbox_open(c, &w->ipa.x, &look, came[0].env, &b));
	fields = json_get(b.body, S("fields"));
	assert_true(slice_find(json_text(json_get(fields, S("question"))), S("090"), 0) == SIZE_MAX);
	assert_slice(json_text(json_get(fields, S("persons"))), S("10000000+"));
	assert_null(json_get(fields, S("reporter")));
	stepped(c, &w->ipa, thread, "answer", "{\"fields\":{\"answer\":\"VPN\"}}");
	pump(c, &w->ipa, &w->ppc);
	assert_slice(thread_of(c, &w->ppc, thread).state, S("answered"));
	assert_false(thread_of(c, &w->ppc, thread).has_due);
	assert_fault(c, prepared(c, &w->ppc, thread, "", "cite", NULL, 0, CITE, 0, &d), E_INVALID, "thread.no_case");
	home = hang_on_case(c, &w->ppc, thread);
	stepped(c, &w->ppc, thread, "cite", CITE);
	assert_int_equal(waits(c, &w->ppc).n, 0);   /* a local step goes nowhere */
	assert_ok(c, case_events_at(c, node_store(w->ppc.n), home, c->now, &events, &n));
	assert_int_equal(n, 1);
	assert_ok(c, case_events_open(c, w->ppc.n, &look, home, events, n));
	assert_slice(events[0].who, w->ipa.node);
	assert_true(slice_find(events[0].what, S("指導の文 2"), 0) != SIZE_MAX);
	end_world(c, w);
}

static void what_is_twice_late_cut_forged_or_out_of_order_changes_nothing(void **state)
{
	struct ctx *c = *state;
	struct world *w = make_world(c);
	struct waiting out;
	struct receipt first, again;
	int64_t size;
	slice thread, receipts;
	char *copy;

	(void)agree(c, &w->ppc, &w->ipa, "request", true, true, "amber");
	thread = opened(c, &w->ppc, "request", &w->ipa.node, 1, "{\"fields\":{\"request\":\"logs\"}}", 0);
	stepped(c, &w->ppc, thread, "extend", "{\"fields\":{\"note\":\"a week more\"}}");
	out = waits(c, &w->ppc);
	assert_int_equal(out.n, 2);
	/* the second before the first */
	assert_receipt(take(c, &w->ipa, w->ppc.node, out.bytes[1]), RECEIPT_LATER, "order");
	/* cut, changed */
	size = node_size(w->ipa.n);
	assert_fault(c, exchange_receive(c, &w->ipa.x, w->ppc.node, slice_sub(out.bytes[0], 0, out.bytes[0].len - 1), &receipts), E_INVALID, "envelope.cut");
	copy = arena_cstr(c->a, out.bytes[0]);
	copy[out.bytes[0].len - 1] ^= 1;
	assert_receipt(take(c, &w->ipa, w->ppc.node, (slice){ copy, out.bytes[0].len }), RECEIPT_REJECTED, "signature");
	/* another's line, a node that does not know the sender, one that is not addressed */
	assert_receipt(take(c, &w->ipa, S("other.example"), out.bytes[0]), RECEIPT_REJECTED, "peer");
	assert_receipt(take(c, &w->nco, w->ppc.node, out.bytes[0]), RECEIPT_REJECTED, "address");
	/* the clock */
	c->now -= HOUR;
	assert_receipt(take(c, &w->ipa, w->ppc.node, out.bytes[0]), RECEIPT_LATER, "clock");
	c->now += HOUR;
	assert_int_equal(node_size(w->ipa.n), size);
	/* now it is taken; a duplicate gets the first receipt again */
	first = take(c, &w->ipa, w->ppc.node, out.bytes[0]);
	assert_receipt(first, RECEIPT_ACCEPTED, "");
	size = node_size(w->ipa.n);
	c->now += 1000;
	again = take(c, &w->ipa, w->ppc.node, out.bytes[0]);
	assert_receipt(again, RECEIPT_ACCEPTED, "");
	assert_int_equal(again.rec_seq, first.rec_seq);
	assert_int_equal(again.at, first.at);
	assert_int_equal(node_size(w->ipa.n), size);
	/* both at once in one request, in the wrong order: the later one comes again */
	assert_receipt(take(c, &w->ipa, w->ppc.node, out.bytes[1]), RECEIPT_ACCEPTED, "");
	/* replay long after */
	c->now += 6 * DAY_MSEC;
	assert_receipt(take(c, &w->ipa, w->ppc.node, out.bytes[0]), RECEIPT_ACCEPTED, "");
	assert_int_equal(node_size(w->ipa.n), size + 1);
	end_world(c, w);
}

static void several_steps_in_one_request_are_taken_in_order(void **state)
{
	struct ctx *c = *state;
	struct world *w = make_world(c);
	struct waiting out;
	slice thread, receipts;
	size_t settled;
	struct buf b;

	(void)agree(c, &w->ppc, &w->ipa, "all", true, true, "amber");
	thread = opened(c, &w->ppc, "request", &w->ipa.node, 1, "{\"fields\":{\"request\":\"logs\"}}", 0);
	stepped(c, &w->ppc, thread, "extend", "{\"fields\":{\"note\":\"one\"}}");
	(void)opened(c, &w->ppc, "advice", &w->ipa.node, 1, ASK, 0);
	stepped(c, &w->ppc, thread, "extend", "{\"fields\":{\"note\":\"two\"}}");
	out = waits(c, &w->ppc);
	assert_int_equal(out.n, 4);
	buf_init(&b, c->a, (size_t)1 << 20);
	for (size_t i = 0; i < out.n; i++)
		buf_put(&b, out.bytes[i]);
	assert_ok(c, exchange_receive(c, &w->ipa.x, w->ppc.node, buf_slice(&b), &receipts));
	assert_ok(c, outbox_settle(c, &w->ppc.x, out.v, out.bytes, out.n, receipts, &settled));
	assert_int_equal(settled, 4);
	assert_int_equal(waits(c, &w->ppc).n, 0);
	end_world(c, w);
}

static void what_no_memorandum_lets_us_take_is_refused_and_stands_on_record(void **state)
{
	struct ctx *c = *state;
	struct world *w = make_world(c);
	struct waiting out;
	struct act act;
	struct memo m;
	int64_t seq, size;
	slice id;

	id = agree(c, &w->ppc, &w->ipa, "advice", true, true, "amber");
	(void)opened(c, &w->ppc, "advice", &w->ipa.node, 1, ASK, 0);
	assert_ok(c, memo_find(c, node_store(w->ipa.n), id, &m));
	assert_ok(c, memo_act_end(c, &chief, &m, &act));
	assert_ok(c, node_append(c, w->ipa.n, &act, &seq));
	out = waits(c, &w->ppc);
	size = node_size(w->ipa.n);
	assert_receipt(take(c, &w->ipa, w->ppc.node, out.bytes[0]), RECEIPT_REJECTED, "memo");
	assert_int_equal(node_size(w->ipa.n), size + 1);   /* env.refuse */
	end_world(c, w);
}

static void a_joint_alert_is_published_when_all_have_signed_the_version(void **state)
{
	struct ctx *c = *state;
	struct world *w = make_world(c);
	slice both[2], thread;
	struct draft d;

	both[0] = w->ipa.node;
	both[1] = w->nco.node;
	(void)agree(c, &w->ppc, &w->ipa, "alert", true, true, "amber");
	(void)agree(c, &w->ppc, &w->nco, "alert", true, true, "amber");
	thread = opened(c, &w->ppc, "alert", both, 2, "{\"fields\":{\"title\":\"VPN\",\"text\":\"更新してください\"}}", 0);
	pump(c, &w->ppc, &w->ipa);
	pump(c, &w->ppc, &w->nco);
	stepped(c, &w->ipa, thread, "sign", "{}");
	pump(c, &w->ipa, &w->ppc);
	assert_fault(c, prepared(c, &w->ppc, thread, "", "publish", NULL, 0, "{\"fields\":{\"title\":\"VPN\",\"text\":\"x\",\"url\":\"u\"}}", 0, &d),
	             E_CONFLICT, "thread.unsigned");
	/* a new version: the signature of the old one counts no more, nor does one that comes late for it */
	stepped(c, &w->nco, thread, "sign", "{}");
	stepped(c, &w->ppc, thread, "revise", "{\"fields\":{\"title\":\"VPN\",\"text\":\"直ちに更新してください\"}}");
	assert_receipt(take(c, &w->ppc, w->nco.node, waits(c, &w->nco).bytes[0]), RECEIPT_REJECTED, "version");
	pump(c, &w->ppc, &w->ipa);
	pump(c, &w->ppc, &w->nco);
	assert_int_equal(thread_of(c, &w->ipa, thread).version, 2);
	stepped(c, &w->ipa, thread, "sign", "{}");
	pump(c, &w->ipa, &w->ppc);
	assert_fault(c, prepared(c, &w->ppc, thread, "", "publish", NULL, 0, "{\"fields\":{\"title\":\"VPN\",\"text\":\"x\",\"url\":\"u\"}}", 0, &d),
	             E_CONFLICT, "thread.unsigned");
	stepped(c, &w->nco, thread, "sign", "{}");
	{
		struct waiting out = waits(c, &w->nco);

		assert_receipt(take(c, &w->ppc, w->nco.node, out.bytes[out.n - 1]), RECEIPT_ACCEPTED, "");
	}
	stepped(c, &w->ppc, thread, "publish", "{\"fields\":{\"title\":\"VPN\",\"text\":\"直ちに\",\"url\":\"alert/1\"}}");
	assert_true(thread_of(c, &w->ppc, thread).over);
	end_world(c, w);
}

static void what_is_approved_for_later_goes_then_and_not_before(void **state)
{
	struct ctx *c = *state;
	struct world *w = make_world(c);
	struct request q = { .kind = S("advice"), .step = S("open"), .parties = &w->ipa.node, .nparties = 1, .content = S(ASK) };
	struct draft d;
	struct sent *v;
	slice thread;
	size_t n;

	(void)agree(c, &w->ppc, &w->ipa, "advice", true, true, "amber");
	q.after = c->now + HOUR;
	assert_ok(c, thread_prepare(c, &w->ppc.x, &lead, &q, &d));
	thread = sent_as(c, &w->ppc, &d);
	assert_int_equal(thread_of(c, &w->ppc, thread).due, q.after + 4320 * (msec)60000);
	assert_ok(c, outbox_waiting(c, node_store(w->ppc.n), c->now + HOUR - 1, 10, &v, &n));
	assert_int_equal(n, 0);
	assert_ok(c, outbox_waiting(c, node_store(w->ppc.n), c->now + HOUR, 10, &v, &n));
	assert_int_equal(n, 1);
	assert_int_equal(v[0].exp, q.after + ENVELOPE_LIFE);
	c->now += HOUR;
	pump(c, &w->ppc, &w->ipa);
	assert_slice(thread_of(c, &w->ipa, thread).state, S("asked"));
	end_world(c, w);
}

static void a_document_goes_in_pieces_and_is_put_together_when_all_are_there(void **state)
{
	const struct look look = { .actor = chief };
	struct ctx *c = *state;
	struct world *w = make_world(c);
	char path[] = "/tmp/renkei-doc-XXXXXX", back[128];
	slice thread, doc, got, want, junk;
	struct document *v;
	struct waiting waiting;
	size_t n;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	want = (slice){ memset(arena_bytes(c->a, PIECE_BYTES + 10), 'x', PIECE_BYTES + 10), PIECE_BYTES + 10 };
	assert_ok(c, fd_write_all(c, fd, want));
	(void)close(fd);
	(void)snprintf(back, sizeof back, "%s.back", path);
	(void)agree(c, &w->ppc, &w->ipa, "advice", true, true, "amber");
	thread = opened(c, &w->ppc, "advice", &w->ipa.node, 1, ASK, 0);
	pump(c, &w->ppc, &w->ipa);
	assert_fault(c, piece_send(c, &w->ppc.x, &lead, &lead, thread, path, &doc, &n), E_DENIED, "thread.self");
	assert_fault(c, piece_send(c, &w->ppc.x, &lead, &chief, thread, path, &doc, &n), E_DENIED, "thread.document");
	assert_int_equal(waits(c, &w->ppc).n, 0);
	end_world(c, w);

	w = make_world_of(c, "advisor", "reporter");
	thread = opened(c, &w->nco, "report", &w->ppc.node, 1, "{\"fields\":{\"form\":\"rw\",\"course\":\"x\"}}", 0);
	pump(c, &w->nco, &w->ppc);
	assert_ok(c, piece_send(c, &w->nco.x, &lead, &chief, thread, path, &doc, &n));
	assert_int_equal(n, 2);
	assert_ok(c, piece_send(c, &w->nco.x, &lead, &chief, thread, path, &junk, &n));
	assert_int_equal(n, 0);
	waiting = waits(c, &w->nco);
	assert_int_equal(waiting.n, 2);
	settle(c, &w->nco, &waiting, 1, &w->ppc);   /* the second first */
	assert_fault(c, piece_fetch(c, &w->ppc.x, &look, thread, doc, back), E_BUSY, "thread.pieces");
	settle(c, &w->nco, &waiting, 0, &w->ppc);
	assert_receipt(take(c, &w->ppc, w->nco.node, waiting.bytes[0]), RECEIPT_ACCEPTED, "");
	assert_ok(c, piece_documents(c, node_store(w->ppc.n), thread, &v, &n));
	assert_int_equal(n, 1);
	assert_int_equal(v[0].have, 2);
	assert_ok(c, piece_fetch(c, &w->ppc.x, &look, thread, doc, back));
	assert_ok(c, file_read(c, back, PIECE_BYTES * 2, &got));
	assert_true(slice_eq(got, want));
	(void)unlink(path);
	(void)unlink(back);
	end_world(c, w);
}

static void one_that_is_heard_comes_late_and_is_told_of_nobody(void **state)
{
	struct ctx *c = *state;
	struct world *w = make_world_of(c, "reporter", "coordinator");
	const slice both[2] = { w->nco.node, w->ipa.node };
	slice thread;
	struct waiting waiting;
	struct thread_party *v;
	size_t n;

	(void)agree(c, &w->ppc, &w->nco, "hearing", true, true, "amber");
	thread = opened(c, &w->ppc, "hearing", both, 2, "{\"fields\":{\"dates\":\"7月1日\"}}", 0);
	waiting = waits(c, &w->ppc);
	assert_int_equal(waiting.n, 1);
	assert_slice(waiting.v[0].peer, w->nco.node);
	pump(c, &w->ppc, &w->nco);
	assert_ok(c, thread_parties(c, node_store(w->nco.n), thread, &v, &n));
	assert_int_equal(n, 1);   /* and nobody is told who will be heard */
	stepped(c, &w->nco, thread, "dates", "{\"fields\":{}}");
	pump(c, &w->nco, &w->ppc);
	stepped(c, &w->ppc, thread, "agree", "{\"fields\":{\"date\":\"7月1日\"}}");
	pump(c, &w->ppc, &w->nco);
	assert_int_equal(waits(c, &w->ppc).n, 0);
	stepped(c, &w->ppc, thread, "invite", "{\"fields\":{\"date\":\"7月1日\"}}");
	assert_int_equal(waits(c, &w->ppc).n, 2);
	pump(c, &w->ppc, &w->nco);
	pump(c, &w->ppc, &w->ipa);
	assert_slice(thread_of(c, &w->ipa, thread).state, S("invited"));
	assert_ok(c, thread_parties(c, node_store(w->ipa.n), thread, &v, &n));
	assert_int_equal(n, 1);
	assert_slice(v[0].node, w->ipa.node);
	stepped(c, &w->ppc, thread, "minutes", "{\"fields\":{\"minutes\":\"記録\"}}");
	pump(c, &w->ppc, &w->nco);
	pump(c, &w->ppc, &w->ipa);
	stepped(c, &w->ipa, thread, "confirm", "{\"fields\":{}}");
	pump(c, &w->ipa, &w->ppc);
	assert_slice(thread_of(c, &w->ppc, thread).state, S("heard"));
	end_world(c, w);
}

/* Parties answer side by side: what one does may not shut the others out. */
static void what_one_party_answers_leaves_the_others_their_turn(void **state)
{
	struct ctx *c = *state;
	struct thread_kinds all;
	const struct gate *g;

	assert_ok(c, gate_load(c, SOURCE_ROOT, &g));
	assert_ok(c, thread_kinds_load(c, SOURCE_ROOT, g, &all));
	for (uint32_t i = 0; i < all.n; i++) {
		const struct thread_kind *k = &all.v[i];

		for (uint32_t a = 0; a < k->nsteps && !k->ladder; a++)
			for (uint32_t b = 0; b < k->nsteps; b++) {
				const struct thread_step *one = &k->steps[a], *other = &k->steps[b];

				if (one->by != BY_PARTY || other->by != BY_PARTY || one->to < 0 || one->flags & STEP_EACH || !(one->from & other->from))
					continue;
				if (!(other->from >> one->to & 1))
					fail_msg("%.*s: after %.*s nobody else can %.*s", S_ARG(k->id), S_ARG(one->id), S_ARG(other->id));
			}
	}
}

static void a_prior_notice_needs_an_embargo_and_goes_to_the_one_named(void **state)
{
	static const char power[] = "{\"fields\":{\"power\":\"inspection\",\"article\":\"146\",\"planned\":\"2026-12-01\",\"addressee\":\"株式会社例\"}}";
	struct ctx *c = *state;
	struct world *w = make_world(c);
	struct draft d;
	slice thread;

	(void)agree(c, &w->ppc, &w->nco, "power", true, false, "red");
	assert_fault(c, prepared(c, &w->ppc, S_NONE, "power", "open", &w->nco.node, 1, power, 0, &d), E_INVALID, "thread.embargo");
	assert_ok(c, prepared(c, &w->ppc, S_NONE, "power", "open", &w->nco.node, 1, power, c->now + DAY_MSEC, &d));
	assert_int_equal(d.previews[0].kept, 0);
	thread = sent_as(c, &w->ppc, &d);
	pump(c, &w->ppc, &w->nco);
	assert_true(thread_of(c, &w->nco, thread).has_embargo);
	/* the NCO may not hand it on: its own memorandum apart, the class and the marking hold it */
	end_world(c, w);
}

static void a_recommendation_is_closed_on_evidence_only(void **state)
{
	struct ctx *c = *state;
	struct world *w = make_world(c);
	struct draft d;
	slice thread;

	/* a ministry takes the place of the advisor */
	end_side(c, &w->ipa);
	make_side(c, w, &w->ipa, "min", "ministry", "METI");
	know(c, &w->nco, &w->ipa, "ministry", "METI");
	know(c, &w->ipa, &w->nco, "coordinator", "NCO");
	(void)agree(c, &w->nco, &w->ipa, "recommend", true, true, "amber");
	thread = opened(c, &w->nco, "recommend", &w->ipa.node, 1, "{\"fields\":{\"recommendation\":\"多要素認証\"}}", 0);
	pump(c, &w->nco, &w->ipa);
	stepped(c, &w->ipa, thread, "report", "{\"fields\":{\"measures\":\"導入しました\",\"evidence\":\"sha256:1\"}}");
	pump(c, &w->ipa, &w->nco);
	assert_fault(c, prepared(c, &w->nco, thread, "", "close", NULL, 0, "{\"fields\":{\"note\":\"ok\"}}", 0, &d), E_INVALID, "thread.evidence");
	stepped(c, &w->nco, thread, "close", "{\"fields\":{\"evidence\":\"sha256:1\"}}");
	assert_true(thread_of(c, &w->nco, thread).over);
	end_world(c, w);
}

static void a_ladder_calls_the_next_when_nobody_answers_and_stops_when_somebody_comes(void **state)
{
	struct ctx *c = *state;
	struct world *w = make_world(c);
	slice ladder[2], thread;
	struct waiting out;
	size_t n;

	ladder[0] = w->ipa.node;
	ladder[1] = w->nco.node;
	(void)agree(c, &w->ppc, &w->ipa, "callout", true, true, "amber");
	(void)agree(c, &w->ppc, &w->nco, "callout", true, true, "amber");
	thread = opened(c, &w->ppc, "callout", ladder, 2, "{\"fields\":{\"ask\":\"現地支援\",\"method\":\"T1486\"}}", 0);
	out = waits(c, &w->ppc);
	assert_int_equal(out.n, 1);
	assert_slice(out.v[0].peer, w->ipa.node);
	assert_ok(c, thread_tick(c, &w->ppc.x, &n));
	assert_int_equal(n, 0);
	c->now += 16 * 60000;
	assert_ok(c, thread_tick(c, &w->ppc.x, &n));
	assert_int_equal(n, 1);
	assert_ok(c, thread_tick(c, &w->ppc.x, &n));
	assert_int_equal(n, 0);
	pump(c, &w->ppc, &w->nco);
	stepped(c, &w->nco, thread, "accept", "{\"fields\":{\"eta\":\"90分\"}}");
	pump(c, &w->nco, &w->ppc);
	assert_slice(thread_of(c, &w->ppc, thread).state, S("coming"));
	c->now += 60 * 60000;
	assert_ok(c, thread_tick(c, &w->ppc.x, &n));
	assert_int_equal(n, 0);
	end_world(c, w);
}

static void what_was_kept_back_the_next_of_a_ladder_does_not_get_either(void **state)
{
	const struct look look = { .actor = chief };
	struct ctx *c = *state;
	struct world *w = make_world(c);
	const struct json *fields;
	slice ladder[2], thread;
	struct brought b;
	struct came *came;
	size_t n;

	ladder[0] = w->ipa.node;
	ladder[1] = w->nco.node;
	(void)agree(c, &w->ppc, &w->ipa, "callout", true, true, "amber");
	(void)agree(c, &w->ppc, &w->nco, "callout", true, true, "amber");
	thread = opened(c, &w->ppc, "callout", ladder, 2, "{\"fields\":{\"ask\":\"現地支援\",\"method\":\"T1486\"},\"hold\":[\"method\"]}", 0);
	c->now += 16 * 60000;
	assert_ok(c, thread_tick(c, &w->ppc.x, &n));
	assert_int_equal(n, 1);
	pump(c, &w->ppc, &w->nco);
	assert_ok(c, inbox_of(c, node_store(w->nco.n), thread, &came, &n));
	assert_int_equal(n, 1);
	assert_ok(c, inbox_open(c, &w->nco.x, &look, came[0].env, &b));
	fields = json_get(b.body, S("fields"));
	assert_non_null(json_get(fields, S("ask")));
	assert_null(json_get(fields, S("method")));
	end_world(c, w);
}

static void a_recall_destroys_what_came_and_says_so(void **state)
{
	const struct look look = { .actor = chief };
	struct ctx *c = *state;
	struct world *w = make_world(c);
	struct brought b;
	struct waiting out;
	struct came came, *back;
	slice thread, env;
	size_t n;

	(void)agree(c, &w->ppc, &w->ipa, "advice", true, true, "amber");
	thread = opened(c, &w->ppc, "advice", &w->ipa.node, 1, ASK, 0);
	out = waits(c, &w->ppc);
	env = out.v[0].env;
	pump(c, &w->ppc, &w->ipa);
	assert_fault(c, recall_acts(c, &w->ppc.x, &lead, &lead, env, S("mistake")), E_DENIED, "thread.self");
	assert_ok(c, recall_acts(c, &w->ppc.x, &lead, &chief, env, S("mistake")));
	assert_fault(c, recall_acts(c, &w->ppc.x, &lead, &chief, env, S("mistake")), E_CONFLICT, "recall.twice");
	pump(c, &w->ppc, &w->ipa);
	assert_fault(c, inbox_open(c, &w->ipa.x, &look, env, &b), E_DENIED, "inbox.recalled");
	assert_ok(c, recall_answer(c, &w->ipa.x, &chief, &lead, env, true, S("asked")));
	assert_ok(c, inbox_find(c, node_store(w->ipa.n), env, &came));
	assert_slice(came.recall_answer, S("done"));
	pump(c, &w->ipa, &w->ppc);
	assert_ok(c, inbox_of(c, node_store(w->ppc.n), thread, &back, &n));
	assert_int_equal(n, 1);
	assert_slice(back[0].kind, S("recall.done"));
	end_world(c, w);
}

static void onward_sharing_without_the_origins_consent_is_kept_back(void **state)
{
	struct ctx *c = *state;
	struct world *w = make_world(c);
	char content[256];
	struct draft d;
	struct came *came;
	slice thread;
	size_t n;

	(void)agree(c, &w->ppc, &w->ipa, "results", true, true, "amber");
	(void)agree(c, &w->ppc, &w->nco, "results", true, true, "amber");
	thread = opened(c, &w->ipa, "results", &w->ppc.node, 1, "{\"fields\":{\"method\":\"T1190\"}}", 0);
	pump(c, &w->ipa, &w->ppc);
	assert_ok(c, inbox_of(c, node_store(w->ppc.n), thread, &came, &n));
	(void)snprintf(content, sizeof content, "{\"fields\":{\"method\":\"T1190\"},\"received\":{\"method\":\"%.*s\"}}", S_ARG(came[0].env));
	assert_ok(c, prepared(c, &w->ppc, S_NONE, "results", "open", &w->nco.node, 1, content, 0, &d));
	assert_int_equal(d.previews[0].kept, 1);
	assert_slice(gate_rule(w->g, d.previews[0].outcomes[0].rule).id, S("onward.no"));
	/* back to where it came from it may go */
	assert_ok(c, prepared(c, &w->ppc, S_NONE, "results", "open", &w->ipa.node, 1, content, 0, &d));
	assert_int_equal(d.previews[0].kept, 0);
	end_world(c, w);
}

static void an_exercise_and_a_real_node_do_not_exchange(void **state)
{
	struct ctx *c = *state;
	struct world *w = make_world(c);
	struct act acts[4];
	struct new_partner real = { .cls = S("advisor") };
	struct card card;
	struct draft d;
	struct buf b;
	int64_t seq;
	size_t n;
	slice id;

	buf_init(&b, c->a, 65536);
	assert_ok(c, exchange_card_put(c, &w->ipa.keys, S("real.example"), &b));
	assert_ok(c, exchange_card_read(c, buf_slice(&b), &card));
	assert_ok(c, partner_acts_add(c, &chief, &card, &real, acts, &n, &id));
	assert_ok(c, node_append_all(c, w->ppc.n, acts, n, &seq));
	id = S("real.example");
	assert_fault(c, prepared(c, &w->ppc, S_NONE, "advice", "open", &id, 1, ASK, 0, &d), E_DENIED, "thread.exercise");
	end_world(c, w);
}

/* The sender's pack says nothing of exercises: the receiver's own does. */
static void a_real_node_gives_no_inject_and_takes_none(void **state)
{
	struct ctx *c = *state;
	struct thread_kind *v;
	struct drill script;
	struct world *w;
	struct draft d;
	size_t n;

	is_real = true;
	w = make_world(c);
	(void)agree(c, &w->ppc, &w->ipa, "exercise", true, true, "amber");
	assert_fault(c, prepared(c, &w->ppc, S_NONE, "exercise", "open", &w->ipa.node, 1, "{\"fields\":{\"inject\":\"x\"}}", 0, &d), E_DENIED,
	             "thread.drill");
	assert_ok(c, drill_load(c, SOURCE_ROOT "/exercises/ransomware.yaml", w->g, &script));
	assert_int_equal(script.n, 6);
	assert_fault(c, drill_start(c, &w->ppc.x, &lead, &chief, &script, S("c-x"), &w->ipa.node, 1, c->now, &n), E_DENIED, "thread.drill");
	v = arena_alloc(c->a, w->kinds.n, sizeof *v);
	memcpy(v, w->kinds.v, w->kinds.n * sizeof *v);
	for (uint32_t i = 0; i < w->kinds.n; i++)
		v[i].exercise = false;
	w->ppc.x.kinds = &(const struct thread_kinds){ v, w->kinds.n };
	(void)opened(c, &w->ppc, "exercise", &w->ipa.node, 1, "{\"fields\":{\"inject\":\"x\"}}", 0);
	assert_receipt(take(c, &w->ipa, w->ppc.node, waits(c, &w->ppc).bytes[0]), RECEIPT_REJECTED, "exercise");
	end_world(c, w);
	is_real = false;
}

static void marks_and_width_make_no_other_question(void **state)
{
	static const struct { const char *a, *b; unsigned least, most; } same[] = {
		{ "いつ知りましたか。", "いつ、知りましたか？", 100, 100 },
		{ "ＶＰＮ装置は何ですか", "vpn装置は何ですか。", 100, 100 },
		{ "通信記録は残っていますか。", "通信の記録は残っていますか。", 60, 99 },
		{ "いつ知りましたか。", "バックアップはありますか。", 0, 50 },
		{ "", "。", 100, 100 },
		{ "何", "誰", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		unsigned much = text_likeness(slice_of(same[i].a), slice_of(same[i].b));

		if (much < same[i].least || much > same[i].most)
			fail_msg("%s, %s: %u", same[i].a, same[i].b, much);
		assert_int_equal(much, text_likeness(slice_of(same[i].b), slice_of(same[i].a)));
	}
}

static void new_keys_are_taken_with_an_overlap_and_then_the_old_ones_end(void **state)
{
	struct ctx *c = *state;
	struct world *w = make_world(c);
	struct act acts[GENERATIONS_MOST];
	struct waiting old, fresh;
	struct partner p;
	struct card card;
	struct buf b;
	int64_t seq;
	size_t n;

	(void)agree(c, &w->ppc, &w->ipa, "advice", true, true, "amber");
	(void)opened(c, &w->ppc, "advice", &w->ipa.node, 1, ASK, 0);
	old = waits(c, &w->ppc);
	assert_ok(c, exchange_keys_roll(c, w->ppc.dir, w->ppc.node, c->now + HOUR));
	exchange_keys_wipe(&w->ppc.keys);
	assert_ok(c, exchange_keys_open(c, w->ppc.dir, &w->ppc.keys));
	buf_init(&b, c->a, 65536);
	assert_ok(c, exchange_card_put(c, &w->ppc.keys, w->ppc.node, &b));
	assert_ok(c, exchange_card_read(c, buf_slice(&b), &card));
	assert_ok(c, partner_find(c, node_store(w->ipa.n), w->ppc.node, &p));
	assert_ok(c, partner_acts_roll(c, &chief, &p, &card, 2 * HOUR, acts, &n));
	assert_ok(c, node_append_all(c, w->ipa.n, acts, n, &seq));
	c->now += 2 * HOUR;
	(void)opened(c, &w->ppc, "advice", &w->ipa.node, 1, ASK, 0);
	fresh = waits(c, &w->ppc);
	assert_receipt(take(c, &w->ipa, w->ppc.node, old.bytes[0]), RECEIPT_ACCEPTED, "");
	assert_receipt(take(c, &w->ipa, w->ppc.node, fresh.bytes[1]), RECEIPT_ACCEPTED, "");
	c->now += 2 * HOUR;
	(void)opened(c, &w->ppc, "advice", &w->ipa.node, 1, ASK, 0);
	assert_receipt(take(c, &w->ipa, w->ppc.node, old.bytes[0]), RECEIPT_REJECTED, "signature");
	end_world(c, w);
}

static void what_is_not_received_in_its_time_expires_and_a_person_sees_it(void **state)
{
	struct ctx *c = *state;
	struct world *w = make_world(c);
	struct sent s;
	slice env;
	size_t n;

	(void)agree(c, &w->ppc, &w->ipa, "advice", true, true, "amber");
	(void)opened(c, &w->ppc, "advice", &w->ipa.node, 1, ASK, 0);
	env = waits(c, &w->ppc).v[0].env;
	c->now += 5 * DAY_MSEC;
	assert_ok(c, outbox_expire(c, &w->ppc.x, &n));
	assert_int_equal(n, 1);
	assert_ok(c, outbox_find(c, node_store(w->ppc.n), env, &s));
	assert_slice(s.state, S("expired"));
	end_world(c, w);
}

static void a_failed_attempt_waits_longer_each_time(void **state)
{
	struct ctx *c = *state;
	struct world *w = make_world(c);
	struct sent *v;
	size_t n;

	(void)agree(c, &w->ppc, &w->ipa, "advice", true, true, "amber");
	(void)opened(c, &w->ppc, "advice", &w->ipa.node, 1, ASK, 0);
	for (int i = 0; i < 10; i++) {
		msec pause = i >= 6 ? HOUR : (msec)60000 << i;

		assert_ok(c, outbox_waiting(c, node_store(w->ppc.n), c->now, 10, &v, &n));
		assert_int_equal(n, 1);
		assert_ok(c, outbox_failed(c, &w->ppc.x, v, 1, S("line.connect")));
		assert_ok(c, outbox_waiting(c, node_store(w->ppc.n), c->now + pause * 79 / 100, 10, &v, &n));
		assert_int_equal(n, 0);
		c->now += pause * 121 / 100;
	}
	end_world(c, w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(without_a_memorandum_that_covers_it_nothing_goes),
		WORK_TEST(who_prepares_does_not_approve_and_what_goes_is_what_the_gate_lets),
		WORK_TEST(what_is_twice_late_cut_forged_or_out_of_order_changes_nothing),
		WORK_TEST(several_steps_in_one_request_are_taken_in_order),
		WORK_TEST(what_no_memorandum_lets_us_take_is_refused_and_stands_on_record),
		WORK_TEST(a_joint_alert_is_published_when_all_have_signed_the_version),
		WORK_TEST(what_is_approved_for_later_goes_then_and_not_before),
		WORK_TEST(a_document_goes_in_pieces_and_is_put_together_when_all_are_there),
		WORK_TEST(one_that_is_heard_comes_late_and_is_told_of_nobody),
		WORK_TEST(what_one_party_answers_leaves_the_others_their_turn),
		WORK_TEST(a_prior_notice_needs_an_embargo_and_goes_to_the_one_named),
		WORK_TEST(a_recommendation_is_closed_on_evidence_only),
		WORK_TEST(a_ladder_calls_the_next_when_nobody_answers_and_stops_when_somebody_comes),
		WORK_TEST(what_was_kept_back_the_next_of_a_ladder_does_not_get_either),
		WORK_TEST(a_recall_destroys_what_came_and_says_so),
		WORK_TEST(onward_sharing_without_the_origins_consent_is_kept_back),
		WORK_TEST(an_exercise_and_a_real_node_do_not_exchange),
		WORK_TEST(a_real_node_gives_no_inject_and_takes_none),
		WORK_TEST(marks_and_width_make_no_other_question),
		WORK_TEST(new_keys_are_taken_with_an_overlap_and_then_the_old_ones_end),
		WORK_TEST(what_is_not_received_in_its_time_expires_and_a_person_sees_it),
		WORK_TEST(a_failed_attempt_waits_longer_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
