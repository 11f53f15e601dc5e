/* On SQLite, and with $RENKEI_PG (tests/with_pg.sh) on PostgreSQL. */
#include "tests/work/house.h"

static const struct look look = { .actor = { S_INIT("op-2"), S_INIT("lead"), S_INIT("") } };

static struct filing drafted(struct ctx *c, struct house *h, slice num, struct filing_request q, struct sheet **ret)
{
	struct case_head x = head(c, h, num);
	struct filing f;

	assert_ok(c, filing_draft(c, h->node, h->terms, h->shelf, &look, &x, &q, &f, ret));
	return f;
}

struct wanted { const char *code; slice text; };

static void keep_line(void *p, slice sheet, slice code, slice label, slice text, bool missing)
{
	struct wanted *w = p;

	(void)sheet;
	(void)label;
	(void)missing;
	if (slice_is(code, w->code) && w->text.len == 0)
		w->text = text;
}

static void a_draft_is_a_snapshot_and_the_next_report_says_what_changed(void **state)
{
	struct submission s = { .receipt = S("R-77") };
	struct wanted w = { .code = "PV-34" };
	struct ctx *c = *state;
	struct sheet_change *changes;
	struct sheet *first, *second, *again;
	struct filing f, g, same;
	struct followed o;
	bool discharged, count = false;
	struct house h;
	size_t n;

	house_open(c, &h);
	c->now = at(c, "2023-06-08 10:00");
	o = opened(c, &h, "2023-06-05 07:00", TEXTS(RANSOMWARE, "persons=約4200", "org_name=例の会社"));
	f = drafted(c, &h, o.num, (struct filing_request){ .rule = S("APPI26.PRE") }, &first);
	assert_slice(f.form, S("PV"));
	assert_slice(f.kind, S("preliminary"));
	s.on.at = c->now;
	assert_ok(c, filing_submit(c, h.node, h.terms, &lead, &f, &s, &discharged));
	assert_true(discharged);
	assert_fault(c, filing_submit(c, h.node, h.terms, &lead, &f, &s, &discharged), E_CONFLICT, "filing.not_draft");
	c->now = at(c, "2023-07-19 10:00");
	stated(c, &h, o.num, NULL, TEXTS("persons=4218"));
	/* the first report is printed as it was */
	assert_ok(c, filing_find(c, node_store(h.node), S("2023-0001/1"), &same));
	assert_int_equal(same.state, FILING_SUBMITTED);
	assert_ok(c, filing_open(c, h.node, h.shelf, &look, &same, &again));
	assert_ok(c, sheet_each(c, again, keep_line, &w));
	assert_true(slice_find(w.text, S("4,200"), 0) != SIZE_MAX);
	g = drafted(c, &h, o.num, (struct filing_request){ .rule = S("APPI26.FIN") }, &second);
	assert_slice(g.previous, f.id);
	assert_slice(g.kind, S("final"));
	assert_ok(c, sheet_diff(c, again, second, &changes, &n));
	for (size_t i = 0; i < n; i++)
		count = count || slice_is(changes[i].code, "PV-34");
	assert_true(count);
	w = (struct wanted){ .code = "PV-05" };
	assert_ok(c, sheet_each(c, second, keep_line, &w));
	assert_true(slice_find(w.text, S("R-77"), 0) != SIZE_MAX);
	house_close(c, &h);
}

static void a_final_report_with_gaps_is_not_submitted_by_mistake(void **state)
{
	struct submission s = { 0 };
	struct ctx *c = *state;
	struct sheet *sheet;
	struct filing f, old;
	struct followed o;
	bool discharged;
	struct house h;

	house_open(c, &h);
	c->now = at(c, "2023-06-08 10:00");
	o = opened(c, &h, "2023-06-05 07:00", TEXTS(RANSOMWARE));
	old = drafted(c, &h, o.num, (struct filing_request){ .rule = S("APPI26.FIN") }, &sheet);
	assert_true(old.missing > 0);
	f = drafted(c, &h, o.num, (struct filing_request){ .rule = S("APPI26.FIN") }, &sheet);
	/* the older draft is replaced */
	assert_ok(c, filing_find(c, node_store(h.node), old.id, &old));
	assert_int_equal(old.state, FILING_REPLACED);
	s.on.at = c->now;
	assert_fault(c, filing_submit(c, h.node, h.terms, &lead, &f, &s, &discharged), E_INVALID, "filing.missing");
	s.incomplete = true;
	assert_ok(c, filing_submit(c, h.node, h.terms, &lead, &f, &s, &discharged));
	assert_true(discharged);
	house_close(c, &h);
}

static void what_is_not_there_is_said_so(void **state)
{
	const struct filing_request none = { .rule = S("NO.SUCH") }, form = { .form = S("ZZ") }, future = { .form = S("RW") };
	struct ctx *c = *state;
	struct sheet *sheet;
	struct case_head x;
	struct followed o;
	struct filing f;
	struct house h;

	house_open(c, &h);
	c->now = at(c, "2023-06-08 10:00");
	o = opened(c, &h, "2023-06-05 07:00", TEXTS(RANSOMWARE));
	x = head(c, &h, o.num);
	assert_fault(c, filing_draft(c, h.node, h.terms, h.shelf, &look, &x, &none, &f, &sheet), E_NOTFOUND, "duty.none");
	assert_fault(c, filing_draft(c, h.node, h.terms, h.shelf, &look, &x, &form, &f, &sheet), E_NOTFOUND, "form.unknown");
	assert_fault(c, filing_draft(c, h.node, h.terms, h.shelf, &look, &x, &future, &f, &sheet), E_NOTFOUND, "form.not_in_force");
	assert_fault(c, filing_find(c, node_store(h.node), S("2023-0001/9"), &f), E_NOTFOUND, "filing.none");
	house_close(c, &h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(a_draft_is_a_snapshot_and_the_next_report_says_what_changed),
		WORK_TEST(a_final_report_with_gaps_is_not_submitted_by_mistake),
		WORK_TEST(what_is_not_there_is_said_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
