/* On SQLite, and with $RENKEI_PG (tests/with_pg.sh) on PostgreSQL. */
#include "tests/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/record/far.h"
#include "core/record/look.h"
#include "core/record/record.h"

static void remove_folder(const char *dir)
{
	char cmd[300];

	(void)snprintf(cmd, sizeof cmd, "rm -rf '%s'", dir);
	assert_int_equal((system)(cmd), 0);
}

/* A folder that is not there yet, inside one that is. */
static const char *fresh(struct ctx *c)
{
	char *dir = arena_cstr(c->a, S("/tmp/renkei-node-XXXXXX"));

	assert_non_null(mkdtemp(dir));
	return dir;
}

static void made(struct ctx *c, const char *dir, bool exercise, struct node **ret)
{
	static int number;
	char name[40];
	struct node_options o = { .exercise = exercise };

	(void)snprintf(name, sizeof name, "city-%d-%d.example", (int)getpid(), number++);
	o.name = slice_of(name);
	if (getenv("RENKEI_PG")) {
		o.backend = BACKEND_PG;
		o.conninfo = getenv("RENKEI_PG");
	}
	assert_ok(c, node_create(c, dir, &o));
	assert_ok(c, node_open(c, dir, NULL, ret));
}

static const struct actor officer = { S_INIT("op-1"), S_INIT("handler"), S_INIT("") };
static const struct actor lead = { S_INIT("op-2"), S_INIT("lead"), S_INIT("") };

static int64_t approved(struct ctx *c, struct node *n, struct actor who, const struct payload *p)
{
	struct act a = { .act = S("approve"), .actor = who, .case_id = S("c-1"), .seal = p, .nseal = p ? 1 : 0 };
	int64_t seq = -1;

	assert_ok(c, node_append(c, n, &a, &seq));
	return seq;
}

struct found { int64_t seq[1200]; size_t n; };

static rc note_seq(struct ctx *c, const struct entry *e, void *p)
{
	struct found *f = p;

	(void)c;
	f->seq[f->n++] = e->seq;
	return OK;
}

/* Entries 1 to 1199, every seventh on case c-7; the node is opened anew and acts are refused on the way. */
static void write_many(struct ctx *c, const char *dir, struct node **n)
{
	static const struct actor nobody = { S_INIT("op-9"), S_INIT("system.not"), S_INIT("") };
	struct act refused = { .act = S("item.none"), .actor = nobody, .case_id = S("c-none") };

	for (int64_t i = 1; i < 1200; i++) {
		struct act a = { .act = S("approve"), .actor = officer, .case_id = i % 7 == 0 ? S("c-7") : S("c-1") };
		struct batch b[2] = { { .acts = &a, .n = 1 }, { .acts = &refused, .n = 1 } };

		assert_ok(c, node_append_group(c, *n, b, i % 400 == 0 ? 2 : 1));
		if (i == 700) {
			assert_ok(c, node_close(c, *n));
			assert_ok(c, node_open(c, dir, NULL, n));
		}
	}
}

static void expect_sevens(struct ctx *c, struct node *n, int64_t from, int64_t to)
{
	struct entry_filter f = { .case_id = S("c-7"), .from = from, .to = to };
	struct found found = { .n = 0 };
	int64_t next = (from + 6) / 7 * 7;

	assert_ok(c, record_each(c, n, &f, note_seq, &found));
	next = next ? next : 7;
	for (size_t i = 0; i < found.n; i++, next += 7)
		assert_int_equal(found.seq[i], next);
	assert_true(next >= (to ? to : 1200));
}

static void a_case_is_found_in_full_blocks_and_behind_them(void **state)
{
	struct ctx *c = *state;
	const char *dir = fresh(c);
	struct verdict v;
	struct node *n;

	made(c, dir, false, &n);
	write_many(c, dir, &n);
	for (int i = 0; i < 2; i++) {
		expect_sevens(c, n, 0, 0);
		expect_sevens(c, n, 500, 530);
		expect_sevens(c, n, 512, 1024);
		expect_sevens(c, n, 1000, 1100);
		expect_sevens(c, n, 1100, 0);
		assert_ok(c, record_verify(c, n, &v));
		assert_true(v.good);
		assert_ok(c, record_rebuild(c, n));
	}
	assert_ok(c, node_close(c, n));
	remove_folder(dir);
}

static void a_new_node_opens_and_verifies(void **state)
{
	struct ctx *c = *state;
	const char *dir = fresh(c);
	struct verdict v;
	struct node *n;

	made(c, dir, false, &n);
	assert_int_equal(node_size(n), 1);
	assert_false(node_is_exercise(n));
	assert_int_equal(approved(c, n, officer, NULL), 1);
	assert_ok(c, record_verify(c, n, &v));
	assert_true(v.good);
	assert_ok(c, node_close(c, n));
	assert_ok(c, node_open(c, dir, NULL, &n));
	assert_int_equal(node_size(n), 2);
	assert_ok(c, node_close(c, n));
	remove_folder(dir);
}

static void a_payload_is_sealed_and_a_look_is_an_act(void **state)
{
	struct ctx *c = *state;
	const struct payload p = { .bytes = S("\xe5\xb1\xb1\xe7\x94\xb0") };
	struct look look = { .actor = officer };
	const struct opened *o;
	const char *dir = fresh(c);
	struct node *n;
	size_t count;
	int64_t seq;

	made(c, dir, false, &n);
	seq = approved(c, n, officer, &p);
	assert_ok(c, node_view(c, n, &look, S("c-1"), &seq, 1, &o, &count));
	assert_int_equal(count, 1);
	assert_slice(o[0].bytes, p.bytes);
	assert_int_equal(node_size(n), 3);
	assert_ok(c, node_close(c, n));
	remove_folder(dir);
}

/* Looks at what seals are there, as "role:seqs" pieces. */
static rc put_look(struct ctx *c, const struct look_seen *l, void *p)
{
	struct buf *b = p;

	(void)c;
	buf_put(b, l->actor.id);
	for (size_t i = 0; i < l->ref.n; i++)
		buf_putf(b, ":%lld", (long long)l->ref.v[i]);
	buf_putc(b, ' ');
	return OK;
}

static void expect_looks(struct ctx *c, struct node *n, slice unit, const char *want)
{
	struct buf b;

	buf_init(&b, c->a, 65536);
	assert_ok(c, looks_each(c, n, S("c-1"), unit, put_look, &b));
	assert_slice(buf_slice(&b), slice_of(want));
}

static void looks_of_waiting_requests_share_a_commit_and_a_reload_is_no_new_look(void **state)
{
	struct ctx *c = *state;
	const struct payload of_case = { .bytes = S("case") }, of_person = { .unit = S("c-1.p-1"), .bytes = S("person") };
	struct look by_officer = { .actor = officer }, by_lead = { .actor = lead };
	const struct opened *o[2];
	const char *dir = fresh(c);
	size_t count[2];
	struct node *n;
	int64_t seq[2];

	made(c, dir, false, &n);
	seq[0] = approved(c, n, officer, &of_case);
	seq[1] = approved(c, n, officer, &of_person);
	assert_ok(c, node_looks_gather(c, n, LOOK_AGAIN));
	assert_ok(c, node_view(c, n, &by_officer, S("c-1"), seq, 1, o, count));
	assert_ok(c, node_view(c, n, &by_officer, S("c-1"), seq, 2, o, count));
	assert_slice(o[1][0].bytes, of_person.bytes);
	assert_ok(c, node_view(c, n, &by_lead, S("c-1"), seq, 1, o, count));
	assert_int_equal(node_looks_waiting(n), 2);
	assert_int_equal(node_size(n), 3);
	assert_ok(c, node_looks_write(c, n));
	assert_int_equal(node_size(n), 5);
	c->now += 1000;
	assert_ok(c, node_view(c, n, &by_officer, S("c-1"), seq, 2, o, count));
	assert_ok(c, node_view(c, n, &by_lead, S("c-1"), seq, 2, o, count));
	assert_ok(c, node_looks_write(c, n));
	assert_int_equal(node_size(n), 6);
	c->now += LOOK_AGAIN;
	assert_ok(c, node_view(c, n, &by_officer, S("c-1"), seq, 1, o, count));
	assert_ok(c, node_looks_write(c, n));
	expect_looks(c, n, S_NONE, "op-1:1:2 op-2:1 op-2:2 op-1:1 ");
	expect_looks(c, n, S("c-1.p-1"), "op-1:2 op-2:2 ");
	assert_ok(c, node_close(c, n));
	remove_folder(dir);
}

static void looks_that_cannot_be_written_are_told_and_forgotten(void **state)
{
	struct ctx *c = *state;
	const struct payload p = { .bytes = S("x") };
	struct look nobody = { .actor = { S("not a word"), S("lead"), S_NONE } };
	const struct opened *o;
	const char *dir = fresh(c);
	struct node *n;
	size_t count;
	int64_t seq;

	made(c, dir, false, &n);
	seq = approved(c, n, officer, &p);
	assert_ok(c, node_looks_gather(c, n, 0));
	assert_ok(c, node_view(c, n, &nobody, S("c-1"), &seq, 1, &o, &count));
	assert_fault(c, node_looks_write(c, n), E_INVALID, "entry.word");
	assert_int_equal(node_looks_waiting(n), 0);
	assert_ok(c, node_close(c, n));
	remove_folder(dir);
}

/* More entries than an act may name. */
static void a_look_at_many_entries_is_several_acts(void **state)
{
	struct ctx *c = *state;
	const struct payload p = { .bytes = S("x") };
	struct look look = { .actor = lead };
	const struct opened *o[600];
	const char *dir = fresh(c);
	struct act acts[600];
	size_t count[600];
	int64_t seqs[600], first;
	struct node *n;

	made(c, dir, false, &n);
	for (size_t i = 0; i < 600; i++)
		acts[i] = (struct act){ .act = S("approve"), .actor = officer, .case_id = S("c-1"), .seal = &p, .nseal = 1 };
	assert_ok(c, node_append_all(c, n, acts, 600, &first));
	for (size_t i = 0; i < 600; i++)
		seqs[i] = first + (int64_t)i;
	assert_ok(c, node_view(c, n, &look, S("c-1"), seqs, 600, o, count));
	assert_int_equal(node_size(n), 604);
	assert_ok(c, node_view(c, n, &look, S("c-1"), seqs, 512, o, count));
	assert_int_equal(node_size(n), 606);
	assert_ok(c, node_looks_gather(c, n, 0));
	assert_ok(c, node_view(c, n, &look, S("c-1"), seqs, 600, o, count));
	assert_int_equal(node_looks_waiting(n), 3);
	assert_ok(c, node_close(c, n));
	remove_folder(dir);
}

static void a_shredded_payload_is_gone_and_the_record_still_verifies(void **state)
{
	struct ctx *c = *state;
	const struct payload p = { .bytes = S("marker-7c1e") };
	struct act order = { .act = S("erase.order"), .actor = lead, .case_id = S("c-1"),
	                     .members = S("{\"keys\":[\"k-c-1\"]}") };
	struct act propose = { .act = S("erase.propose"), .actor = officer, .case_id = S("c-1"),
	                       .members = S("{\"keys\":[\"k-c-1\"],\"rule\":\"own\"}") };
	struct act approve = { .act = S("approve"), .actor = officer, .case_id = S("c-1") };
	struct act hold = { .act = S("hold.set"), .actor = lead, .case_id = S("c-1") };
	struct act lift = { .act = S("hold.lift"), .actor = lead, .case_id = S("c-1") };
	const struct opened *o;
	const char *dir = fresh(c);
	struct verdict v;
	struct entry e;
	struct node *n;
	int64_t seq, proposal, approval, ordered, done, held;

	made(c, dir, false, &n);
	seq = approved(c, n, officer, &p);
	assert_ok(c, node_append(c, n, &propose, &proposal));
	approve.ref = order.ref = (struct ints){ &proposal, 1 };
	order.appr = (struct ints){ &seq, 1 };
	assert_fault(c, node_append(c, n, &order, &ordered), E_DENIED, "act.approval");   /* of something else */
	assert_ok(c, node_append(c, n, &approve, &approval));
	order.appr = (struct ints){ &approval, 1 };
	assert_fault(c, node_append(c, n, &order, &ordered), E_DENIED, "act.approval");   /* the one who proposed */
	approve.actor = lead;
	assert_ok(c, node_append(c, n, &approve, &approval));
	assert_ok(c, node_append(c, n, &hold, &held));
	assert_fault(c, node_append(c, n, &order, &ordered), E_CONFLICT, "disposal.hold");
	assert_fault(c, node_append(c, n, &propose, &ordered), E_CONFLICT, "disposal.hold");
	lift.ref = (struct ints){ &held, 1 };
	assert_ok(c, node_append(c, n, &lift, &done));
	assert_fault(c, node_append(c, n, &lift, &done), E_NOTFOUND, "disposal.no_hold");
	order.members = S("{\"keys\":[\"k-c-1\",\"k-c-2\"]}");
	assert_fault(c, node_append(c, n, &order, &ordered), E_INVALID, "disposal.keys");
	order.members = S("{\"keys\":[\"k-c-2\"]}");
	assert_fault(c, node_append(c, n, &order, &ordered), E_INVALID, "disposal.keys");
	order.members = S("{\"keys\":[\"k-c-1\"]}");
	assert_ok(c, node_append(c, n, &order, &ordered));
	assert_fault(c, node_append(c, n, &order, &done), E_CONFLICT, "disposal.ordered");
	assert_ok(c, node_erase(c, n, ordered, &done));
	assert_ok(c, record_get(c, n, seq, &e));
	assert_ok(c, node_open_payloads(c, n, &e, PURPOSE_VERIFY, &o));
	assert_int_equal(o[0].state, PAYLOAD_GONE);
	assert_ok(c, record_verify(c, n, &v));
	assert_true(v.good);
	assert_int_equal(v.seals_gone, 1);
	assert_fault(c, node_append(c, n, &(struct act){ .act = S("approve"), .actor = officer, .case_id = S("c-1"),
	             .seal = &p, .nseal = 1 }, &seq), E_DENIED, "keep.gone");
	assert_ok(c, node_close(c, n));
	remove_folder(dir);
}

static void a_batch_is_all_or_none_and_others_of_its_group_stand(void **state)
{
	struct ctx *c = *state;
	struct act good = { .act = S("approve"), .actor = officer, .case_id = S("c-1") }, bad = good;
	struct act pair[2];
	struct batch group[3];
	const char *dir = fresh(c);
	struct verdict v;
	struct node *n;

	bad.act = S("no.such");
	pair[0] = good;
	pair[1] = bad;
	group[0] = (struct batch){ .acts = &good, .n = 1 };
	group[1] = (struct batch){ .acts = pair, .n = 2 };
	group[2] = (struct batch){ .acts = &good, .n = 1 };
	made(c, dir, false, &n);
	assert_ok(c, node_append_group(c, n, group, 3));
	assert_int_equal(group[0].result, OK);
	assert_int_equal(group[1].result, E_INVALID);
	assert_string_equal(group[1].fault.key, "act.unknown");
	assert_int_equal(group[0].first, 1);
	assert_int_equal(group[2].first, 2);
	assert_int_equal(node_size(n), 3);
	assert_ok(c, record_verify(c, n, &v));
	assert_true(v.good);
	assert_ok(c, node_close(c, n));
	remove_folder(dir);
}

static void a_clock_that_ran_back_is_its_own_act(void **state)
{
	struct ctx *c = *state;
	const char *dir = fresh(c);
	struct verdict v;
	struct entry e;
	struct node *n;

	made(c, dir, false, &n);
	c->now -= 500;
	assert_int_equal(approved(c, n, officer, NULL), 1);   /* a small correction keeps the last time */
	c->now -= 3600000;
	assert_int_equal(approved(c, n, officer, NULL), 3);
	assert_ok(c, record_get(c, n, 2, &e));
	assert_slice(e.act, S("clock.step"));
	assert_ok(c, record_verify(c, n, &v));
	assert_true(v.good);
	assert_ok(c, node_close(c, n));
	remove_folder(dir);
}

struct at_list { msec at[400]; size_t n; };

static rc note_at(struct ctx *c, const struct entry *e, void *p)
{
	struct at_list *l = p;

	(void)c;
	l->at[l->n++] = e->at;
	return OK;
}

/* What was asked for by days is what a look at every entry gives, after leaps of years there and back too. */
static void days_are_found_whatever_the_clock_did(void **state)
{
	struct ctx *c = *state;
	const char *dir = fresh(c);
	struct at_list *all;
	struct entry_filter none = { 0 };
	const msec day = 86400000, start = c->now;
	struct node *n = NULL;
	uint32_t dice = 7;

	made(c, dir, true, &n);
	for (int i = 0; i < 150; i++) {
		dice = dice * 1664525u + 1013904223u;
		c->now = i % 3 ? c->now + (msec)(dice % 7200000) : start + (msec)(dice % 4000) * day;
		(void)approved(c, n, officer, NULL);
	}
	assert_non_null(all = arena_alloc(c->a, 1, sizeof *all));
	all->n = 0;
	assert_ok(c, record_each(c, n, &none, note_at, all));
	for (int i = 0; i < 60; i++) {
		struct entry_filter f = { 0 };
		struct found *got;
		size_t want = 0;
		bool whole;

		dice = dice * 1664525u + 1013904223u;
		f.since = i % 5 ? start + (msec)(dice % 4000) * day : 0;
		f.until = i % 4 ? f.since + (msec)(1 + dice % 700) * day : 0;
		f.to = i % 3 ? 0 : 90;
		for (size_t k = 0; k < all->n && (f.to == 0 || (int64_t)k < f.to); k++)
			want += all->at[k] >= f.since && (f.until == 0 || all->at[k] < f.until);
		assert_ok(c, record_narrow(c, n, &f, &whole));
		assert_non_null(got = arena_alloc(c->a, 1, sizeof *got));
		if (f.to > f.from)
			assert_ok(c, record_each(c, n, &f, note_seq, got));
		assert_int_equal(got->n, want);
		if (whole)
			assert_int_equal((int64_t)want, f.to > f.from ? f.to - f.from : 0);
	}
	assert_ok(c, node_close(c, n));
	remove_folder(dir);
}

static void two_processes_write_to_one_record(void **state)
{
	struct ctx *c = *state;
	const char *dir = fresh(c);
	struct node *a, *b;
	struct verdict v;

	made(c, dir, true, &a);
	assert_true(node_is_exercise(a));
	assert_ok(c, node_open(c, dir, NULL, &b));
	for (int i = 0; i < 300; i++)
		assert_int_equal(approved(c, i % 3 ? a : b, officer, NULL), 1 + i);
	assert_ok(c, node_close(c, a));
	assert_ok(c, node_close(c, b));
	assert_ok(c, node_open(c, dir, NULL, &a));
	assert_ok(c, record_verify(c, a, &v));
	assert_true(v.good);
	assert_int_equal(v.entries, 301);
	assert_ok(c, record_rebuild(c, a));
	assert_ok(c, record_verify(c, a, &v));
	assert_true(v.good);
	assert_ok(c, node_close(c, a));
	remove_folder(dir);
}

/* Keeper and signer behind a door; the first time that somebody asks what was signed, another process writes and signs. */
struct busy { struct node *other; struct keep *keep; struct signer *sign; };

static rc ask(struct ctx *c, void *to, uint32_t type, slice body, slice *ret)
{
	struct busy *b = to;
	struct node *other = b->other;
	struct buf reply;
	slice note;

	if (other && type == FAR_SIGN_LAST) {
		b->other = NULL;
		(void)approved(c, other, officer, NULL);
		TRY(node_checkpoint(c, other, &note));
	}
	buf_init(&reply, c->a, (size_t)1 << 20);
	TRY(type >> 8 == 4 ? keep_serve(c, b->keep, type, body, &reply) : sign_serve(c, b->sign, type, body, &reply));
	return buf_done(c, &reply, ret);
}

static void a_record_that_grows_while_it_is_opened_is_not_taken_for_a_cut_one(void **state)
{
	struct busy busy = { NULL, NULL, NULL };
	struct node_doors doors = { .keep = { &busy, ask }, .sign = { &busy, ask } };
	struct ctx *c = *state;
	const char *dir = fresh(c), *path;
	struct node *n, *late;

	made(c, dir, false, &n);
	assert_ok(c, path_join(c, dir, "keep", &path));
	assert_ok(c, keep_open(c, path, &busy.keep));
	assert_ok(c, path_join(c, dir, "sign", &path));
	assert_ok(c, sign_open(c, path, &busy.sign));
	busy.other = n;
	assert_ok(c, node_open_far(c, dir, NULL, &doors, &late));
	assert_null(busy.other);
	assert_int_equal(approved(c, late, lead, NULL), 2);
	assert_ok(c, node_close(c, late));
	assert_ok(c, node_close(c, n));
	keep_close(busy.keep);
	sign_close(busy.sign);
	remove_folder(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(a_case_is_found_in_full_blocks_and_behind_them),
		WORK_TEST(a_new_node_opens_and_verifies),
		WORK_TEST(a_payload_is_sealed_and_a_look_is_an_act),
		WORK_TEST(looks_of_waiting_requests_share_a_commit_and_a_reload_is_no_new_look),
		WORK_TEST(looks_that_cannot_be_written_are_told_and_forgotten),
		WORK_TEST(a_look_at_many_entries_is_several_acts),
		WORK_TEST(a_shredded_payload_is_gone_and_the_record_still_verifies),
		WORK_TEST(a_batch_is_all_or_none_and_others_of_its_group_stand),
		WORK_TEST(a_clock_that_ran_back_is_its_own_act),
		WORK_TEST(days_are_found_whatever_the_clock_did),
		WORK_TEST(days_are_found_whatever_the_clock_did),
		WORK_TEST(two_processes_write_to_one_record),
		WORK_TEST(a_record_that_grows_while_it_is_opened_is_not_taken_for_a_cut_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
