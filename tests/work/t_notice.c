/* Who is told of a duty, when, and who next. The ladder is the one of notices/ladder.yaml. */
#include "house.h"

#include "base/banned.h"

static const slice tax[] = { S_INIT("zeimu") }, care[] = { S_INIT("fukushi") };

/* op-1 chief, op-2 lead and op-3 handler of the tax section, op-4 deputy of op-3, op-5 handler of another section */
static struct helper *town(struct ctx *c)
{
	static const struct held chief_of[] = { { S_INIT("chief"), S_INIT("") } };
	static const struct held lead_of[] = { { S_INIT("lead"), S_INIT("zeimu") } };
	static const struct held handler_of[] = { { S_INIT("handler"), S_INIT("zeimu") } };
	static const struct held other_of[] = { { S_INIT("handler"), S_INIT("fukushi") } };
	static const slice deputies[] = { S_INIT("op-4") };
	const struct helper v[] = {
		{ S("op-1"), false, chief_of, 1, NULL, 0 }, { S("op-2"), false, lead_of, 1, NULL, 0 },
		{ S("op-3"), false, handler_of, 1, deputies, 1 }, { S("op-4"), false, NULL, 0, NULL, 0 },
		{ S("op-5"), false, other_of, 1, NULL, 0 },
	};
	struct helper *out = arena_alloc(c->a, 5, sizeof *out);

	assert_non_null(out);
	memcpy(out, v, sizeof v);
	return out;
}

static const struct ladder *ladder(struct ctx *c)
{
	const struct ladder *l;

	assert_ok(c, ladder_load(c, SOURCE_ROOT, &l));
	return l;
}

static struct duty owed(struct ctx *c, const char *opened, const char *due)
{
	struct duty d = { .case_id = S("c-1"), .rule = S("APPI26.FIN"), .recipient = S("PPC"), .must = true,
		.opened = at(c, opened), .sort_day = JDAY_MOST };

	if (due) {
		d.has_due = true;
		assert_ok(c, day_parse(c, slice_of(due), &d.due));
		d.sort_day = d.due;
	}
	return d;
}

/* "op-2:step op-3:step" of what comes next; "" for nothing. */
static const char *next(struct ctx *c, const struct duty *d, struct notice **sent, size_t *nsent, const struct helper *v,
                        const slice *sections, const char *now, bool send)
{
	const struct roster r = { v, 5 };
	struct notice *w;
	struct buf b;
	size_t n;

	assert_ok(c, notice_next(c, ladder(c), d, sent ? *sent : NULL, nsent ? *nsent : 0, &r, sections, 1, at(c, now), &w, &n));
	buf_init(&b, c->a, 512);
	for (size_t i = 0; i < n; i++) {
		buf_putf(&b, "%s%" S_FMT ":%s", i ? " " : "", S_ARG(w[i].account), notice_why_words[w[i].why]);
		w[i].at = at(c, now);
		w[i].seq = (int64_t)*nsent + (int64_t)i;
	}
	buf_putc(&b, '\0');
	if (send) {
		struct notice *all = arena_alloc(c->a, *nsent + n + 1, sizeof *all);

		for (size_t i = 0; i < *nsent; i++)
			all[i] = (*sent)[i];
		for (size_t i = 0; i < n; i++)
			all[*nsent + i] = w[i];
		*sent = all;
		*nsent += n;
	}
	return b.p;
}

static void a_new_duty_is_told_once_to_those_who_hold_the_role_for_its_section(void **state)
{
	struct ctx *c = *state;
	struct duty d = owed(c, "2026-11-10 10:00", "2027-01-08");
	struct notice *sent = NULL;
	size_t n = 0;

	assert_string_equal(next(c, &d, &sent, &n, town(c), tax, "2026-11-10 10:00", true), "op-3:step op-2:step");
	assert_string_equal(next(c, &d, &sent, &n, town(c), tax, "2026-11-10 10:05", false), "");
	assert_string_equal(next(c, &d, NULL, (size_t[]){ 0 }, town(c), care, "2026-11-10 10:00", false), "op-5:step");
}

static void silence_goes_up_to_the_deputy_then_the_chief_and_ends_there(void **state)
{
	struct ctx *c = *state;
	struct duty d = owed(c, "2026-11-10 10:00", "2027-01-08");
	struct notice *sent = NULL;
	size_t n = 0;

	(void)next(c, &d, &sent, &n, town(c), tax, "2026-11-10 10:00", true);
	assert_string_equal(next(c, &d, &sent, &n, town(c), tax, "2026-11-10 11:59", true), "");
	assert_string_equal(next(c, &d, &sent, &n, town(c), tax, "2026-11-10 12:00", true), "op-4:silent");
	/* the lead was told at the first step already, so it is the chief's turn */
	assert_string_equal(next(c, &d, &sent, &n, town(c), tax, "2026-11-10 13:59", true), "");
	assert_string_equal(next(c, &d, &sent, &n, town(c), tax, "2026-11-10 14:00", true), "op-1:silent");
	assert_string_equal(next(c, &d, &sent, &n, town(c), tax, "2026-11-10 20:00", true), "");
}

static void one_confirmation_ends_the_chase_until_the_next_step(void **state)
{
	struct ctx *c = *state;
	struct duty d = owed(c, "2026-11-10 10:00", "2026-11-20");
	struct notice *sent = NULL;
	size_t n = 0;

	(void)next(c, &d, &sent, &n, town(c), tax, "2026-11-10 10:00", true);
	sent[1].confirmed = at(c, "2026-11-10 11:00");
	assert_string_equal(next(c, &d, &sent, &n, town(c), tax, "2026-11-10 15:00", true), "");
	assert_string_equal(next(c, &d, &sent, &n, town(c), tax, "2026-11-13 09:00", true), "op-3:step op-2:step");
}

static void an_absent_addressees_deputy_is_told_at_once(void **state)
{
	struct ctx *c = *state;
	struct duty d = owed(c, "2026-11-10 10:00", "2027-01-08");
	struct helper *v = town(c);

	v[2].absent = true;
	assert_string_equal(next(c, &d, NULL, (size_t[]){ 0 }, v, tax, "2026-11-10 10:00", false),
	                    "op-3:step op-4:absent op-2:step");
}

static void when_nobody_of_the_section_is_there_the_chief_is_told_at_once(void **state)
{
	struct ctx *c = *state;
	struct duty d = owed(c, "2026-11-10 10:00", "2027-01-08");
	struct helper *v = town(c);

	v[1].absent = v[2].absent = v[3].absent = true;
	assert_string_equal(next(c, &d, NULL, (size_t[]){ 0 }, v, tax, "2026-11-10 10:00", false),
	                    "op-3:step op-4:absent op-2:step op-1:nobody");
}

static void a_node_that_was_off_sends_the_latest_step_only(void **state)
{
	struct ctx *c = *state;
	struct duty d = owed(c, "2026-11-10 10:00", "2026-11-20");
	struct notice *sent = NULL;
	size_t n = 0;

	(void)next(c, &d, &sent, &n, town(c), tax, "2026-11-19 10:00", true);
	assert_int_equal(n, 2);
	assert_slice(sent[0].step, S("due-1"));
	assert_string_equal(next(c, &d, &sent, &n, town(c), tax, "2026-11-19 10:30", true), "");
}

static void what_is_overdue_comes_every_day_until_it_is_done(void **state)
{
	struct ctx *c = *state;
	struct duty d = owed(c, "2026-11-10 10:00", "2026-11-20");
	struct notice *sent = NULL;
	size_t n = 0;

	assert_string_equal(next(c, &d, &sent, &n, town(c), tax, "2026-11-21 09:00", true), "op-3:step op-2:step op-1:step");
	assert_slice(sent[0].step, S("over"));
	assert_string_equal(next(c, &d, &sent, &n, town(c), tax, "2026-11-23 09:00", true), "op-3:step op-2:step op-1:step");
	assert_slice(sent[n - 1].step, S("over+2"));
	d.state = DUTY_DONE;
	assert_string_equal(next(c, &d, &sent, &n, town(c), tax, "2026-11-24 09:00", true), "");
}

static void a_duty_without_days_is_told_by_its_age(void **state)
{
	struct ctx *c = *state;
	struct duty d = owed(c, "2026-11-10 10:00", NULL);
	struct coming *v;
	size_t n;

	assert_ok(c, notice_coming(c, ladder(c), &d, at(c, "2026-11-10 12:00"), &v, &n));
	assert_int_equal(n, 3);
	assert_int_equal(v[0].at, at(c, "2026-11-11 09:00"));
	assert_int_equal(v[2].at, at(c, "2026-11-17 09:00"));
}

/* ---- on the record ---- */

static struct helper *living;

static rc roster_of(struct ctx *c, struct node *n, jday day, struct roster *ret)
{
	(void)c;
	(void)n;
	(void)day;
	*ret = (struct roster){ living, 5 };
	return OK;
}

static void a_tick_puts_notices_on_record_and_a_second_one_adds_nothing(void **state)
{
	const struct notice_people people = { roster_of, NULL };
	struct ctx *c = *state;
	struct duty_view duties;
	struct notice *w;
	struct followed o;
	struct case_head hd;
	struct house h;
	struct act act;
	int64_t seq;
	size_t n, sent;

	house_open(c, &h);
	living = town(c);
	c->now = at(c, "2026-11-10 10:00");
	o = opened(c, &h, "2026-11-10 08:00", TEXTS(RANSOMWARE));
	assert_ok(c, notice_tick(c, h.node, h.law, ladder(c), &people, &sent));
	assert_true(sent > 0);
	assert_ok(c, notice_list(c, node_store(h.node), o.case_id, &w, &n));
	assert_int_equal(n, sent);
	assert_ok(c, notice_tick(c, h.node, h.law, ladder(c), &people, &sent));
	assert_int_equal(sent, 0);

	/* sent, tried in vain, tried again later */
	assert_ok(c, notice_waiting(c, node_store(h.node), 100, &w, &n));
	assert_ok(c, notice_note_handed(c, h.node, &w[0]));
	assert_int_equal(notice_note_handed(c, h.node, &w[0]), E_CONFLICT);
	fault_clear(c);
	assert_ok(c, notice_note_failed(c, h.node, &w[1], S("smtp.refused")));
	sent = n;
	assert_ok(c, notice_waiting(c, node_store(h.node), 100, &w, &n));
	assert_int_equal(n, sent - 2);
	c->now += 5 * 60000;
	assert_ok(c, notice_waiting(c, node_store(h.node), 100, &w, &n));
	assert_int_equal(n, sent - 1);

	/* confirmed by the lead: two hours later nobody else is chased for this duty */
	hd = head(c, &h, o.num);
	assert_ok(c, duties_at(c, node_store(h.node), h.terms, &hd, MOMENT_NOW, &duties));
	for (size_t i = 0; i < duties.n; i++)
		if (duties.duties[i].must) {
			assert_ok(c, notice_act_confirm(c, &lead, &duties.duties[i], &act));
			assert_ok(c, node_append(c, h.node, &act, &seq));
		}
	c->now = at(c, "2026-11-10 13:00");
	assert_ok(c, notice_tick(c, h.node, h.law, ladder(c), &people, &sent));
	assert_int_equal(sent, 0);
	house_close(c, &h);
}

static void a_letter_says_day_time_and_zone_and_nothing_of_what_happened(void **state)
{
	struct ctx *c = *state;
	struct duty_view duties;
	struct notice w = { .seq = 41, .step = S("due-1"), .why = WHY_SILENT };
	struct case_head hd;
	struct letter l;
	struct followed o;
	struct house h;

	house_open(c, &h);
	c->now = at(c, "2026-11-10 10:00");
	o = opened(c, &h, "2026-11-10 08:00", TEXTS(RANSOMWARE, "summary=山田太郎の件"));
	hd = head(c, &h, o.num);
	assert_ok(c, duties_at(c, node_store(h.node), h.terms, &hd, MOMENT_NOW, &duties));
	assert_ok(c, notice_write(c, h.law, ladder(c), &w, &duties.duties[0], &hd, S("https://node.example"), true, &l));
	assert_true(slice_starts(l.subject, S("【訓練】【")));
	assert_true(slice_find(l.subject, S("事案 2026-0001"), 0) != SIZE_MAX);
	assert_true(slice_find(l.subject, S("\n"), 0) == SIZE_MAX);
	assert_slice(l.id, S("notice-41"));
	assert_true(slice_find(l.text, S("令和8年11月10日 10:00（日本時間、UTC+9）"), 0) != SIZE_MAX);
	assert_true(slice_find(l.text, S("https://node.example/cases/2026-0001"), 0) != SIZE_MAX);
	assert_true(slice_find(l.text, S("山田"), 0) == SIZE_MAX);
	assert_true(slice_find(l.text, S("title"), 0) == SIZE_MAX);
	house_close(c, &h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(a_new_duty_is_told_once_to_those_who_hold_the_role_for_its_section),
		WORK_TEST(silence_goes_up_to_the_deputy_then_the_chief_and_ends_there),
		WORK_TEST(one_confirmation_ends_the_chase_until_the_next_step),
		WORK_TEST(an_absent_addressees_deputy_is_told_at_once),
		WORK_TEST(when_nobody_of_the_section_is_there_the_chief_is_told_at_once),
		WORK_TEST(a_node_that_was_off_sends_the_latest_step_only),
		WORK_TEST(what_is_overdue_comes_every_day_until_it_is_done),
		WORK_TEST(a_duty_without_days_is_told_by_its_age),
		WORK_TEST(a_tick_puts_notices_on_record_and_a_second_one_adds_nothing),
		WORK_TEST(a_letter_says_day_time_and_zone_and_nothing_of_what_happened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
