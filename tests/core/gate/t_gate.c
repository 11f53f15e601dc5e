/* Decided cases, and what must hold for whatever comes. */
#include "tests/support.h"

#include <stdio.h>

#include "base/file.h"
#include "base/limits.h"
#include "core/gate/gate.h"

static const struct gate *house(struct ctx *c)
{
	const struct gate *g;

	assert_ok(c, gate_load(c, SOURCE_ROOT, &g));
	return g;
}

static bool decided(struct ctx *c, const struct gate *g, const struct json *v)
{
	slice want = json_text(json_get(v, S("want"))), rule = json_text(json_get(v, S("rule")));
	slice basis = json_text(json_get(v, S("basis"))), note = json_text(json_get(v, S("note")));
	struct gate_recipient to;
	struct gate_outcome o;
	struct gate_item item;
	int32_t purpose = gate_purpose_find(g, json_text(json_get(v, S("purpose"))));

	assert_true(purpose >= 0);
	assert_ok(c, gate_item_read(c, g, json_get(v, S("item")), &item));
	assert_ok(c, gate_recipient_read(c, g, json_get(v, S("to")), &to));
	gate_decide(g, &item, &to, (uint32_t)purpose, json_get(v, S("now"))->num, &o);
	if (slice_is(want, gate_effect_words[o.effect]) && (rule.len == 0 || slice_eq(rule, gate_rule(g, o.rule).id)) &&
	    (basis.len == 0 || slice_is(basis, gate_basis_words[o.basis])))
		return true;
	print_error("%.*s: %s by %.*s on %s, want %.*s by %.*s\n", S_ARG(note), gate_effect_words[o.effect],
	            S_ARG(gate_rule(g, o.rule).id), gate_basis_words[o.basis], S_ARG(want), S_ARG(rule));
	return false;
}

static bool names_rule(slice cases, slice id)
{
	char want[160];

	(void)snprintf(want, sizeof want, "\"rule\":\"%.*s\"", S_ARG(id));
	return slice_find(cases, slice_of(want), 0) != SIZE_MAX;
}

static void every_decided_case_comes_out_as_decided(void **state)
{
	struct ctx *c = *state;
	const struct gate *g = house(c);
	size_t n = 0, wrong = 0;
	slice all, text, line;

	assert_ok(c, file_read(c, SOURCE_ROOT "/tests/data/gate/cases.jsonl", LIMIT_FILE_SMALL, &text));
	all = text;
	for (; slice_next(&text, '\n', &line); n++) {
		const struct json *v;

		assert_ok(c, json_parse(c, line, &v));
		wrong += !decided(c, g, v);
	}
	assert_true(n >= 200);
	assert_int_equal(wrong, 0);
	for (uint32_t i = 0; i < gate_guard_count(g); i++)
		if (!names_rule(all, gate_rule(g, (uint16_t)i).id))
			fail_msg("no decided case for %.*s", S_ARG(gate_rule(g, (uint16_t)i).id));
}

/* ---- any combination ---- */

static uint64_t seed = 88172645463325252u;

static uint32_t draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % below;
}

static struct gate_wish any_wish(const struct gate *g)
{
	static const slice names[] = { S_INIT(""), S_INIT("a.example"), S_INIT("b.example"), S_INIT("NCO"), S_INIT("police") };
	static const slice fields[] = { S_INIT(""), S_INIT(""), S_INIT("f0"), S_INIT("f1"), S_INIT("f") };

	return (struct gate_wish){ .to = names[draw(5)], .field = fields[draw(5)], .kind = (enum wish)draw(WISHES),
		.cls = draw(2) ? -1 : (int32_t)draw(gate_class_count(g)), .until = draw(2000) };
}

#define MADE_FIELDS 6

struct made {
	struct gate_field fields[MADE_FIELDS];
	struct gate_wish reservations[4], consents[2];
	struct gate_item item;
	struct gate_recipient to[3];
	uint32_t purpose;
	msec now;
};

static void any_recipient(const struct gate *g, struct gate_recipient *r)
{
	static const slice codes[] = { S_INIT("a.example"), S_INIT("b.example"), S_INIT("c.example") };
	static const slice agencies[] = { S_INIT(""), S_INIT("NCO"), S_INIT("POLICE") };

	*r = (struct gate_recipient){ .code = codes[draw(3)], .agency = agencies[draw(3)], .cls = draw(gate_recipient_count(g)),
		.memo = draw(2), .contract = draw(2), .named = draw(4) == 0, .exercise = draw(10) == 0,
		.kept = draw(4) ? 0 : (uint64_t)1 << draw(gate_class_count(g)) };
}

static void any(const struct gate *g, struct made *m)
{
	static const slice paths[MADE_FIELDS] = { S_INIT("f0"), S_INIT("f1"), S_INIT("f2"), S_INIT("f3"), S_INIT("f4"), S_INIT("f5") };
	static const slice origins[] = { S_INIT(""), S_INIT(""), S_INIT("a.example"), S_INIT("d.example") };

	for (size_t i = 0; i < MADE_FIELDS; i++)
		m->fields[i] = (struct gate_field){ .path = paths[i], .cls = draw(gate_class_count(g)), .annex = draw(2),
			.tlp = draw(3) ? TLP_CLEAR : (enum tlp)draw(TLPS) };
	for (size_t i = 0; i < 4; i++)
		m->reservations[i] = any_wish(g);
	for (size_t i = 0; i < 2; i++)
		m->consents[i] = any_wish(g);
	m->item = (struct gate_item){ .fields = m->fields, .nfields = MADE_FIELDS, .tlp = (enum tlp)draw(TLPS),
		.purposes = draw(2) ? 0 : (uint64_t)draw(1024), .expires = draw(3) ? 0 : draw(2000), .embargo = draw(3) ? 0 : draw(2000),
		.origin = origins[draw(4)], .onward = (enum onward)draw(ONWARDS), .foreign = draw(6) == 0, .foreign_consents = draw(2),
		.secrecy = draw(4) ? 0 : (uint64_t)draw(64), .critical = draw(2), .exercise = draw(10) == 0,
		.reservations = m->reservations, .nreservations = draw(4), .consents = m->consents, .nconsents = draw(3) };
	for (size_t i = 0; i < 3; i++)
		any_recipient(g, &m->to[i]);
	m->purpose = draw(gate_purpose_count(g));
	m->now = draw(2000);
}

static bool consents_to(const struct gate *g, const struct made *m, const struct gate_field *f)
{
	for (size_t i = 0; i < m->item.nconsents; i++) {
		const struct gate_wish *w = &m->consents[i];
		bool who = w->to.len == 0 || slice_eq(w->to, m->to[0].code) || slice_eq(w->to, m->to[0].agency) ||
		           slice_eq(w->to, gate_recipient_at(g, m->to[0].cls)->id);

		if (who && (w->cls < 0 || (uint32_t)w->cls == f->cls) && (w->field.len == 0 || slice_eq(w->field, f->path)))
			return true;
	}
	return false;
}

/* A million: what is personal goes by statute, by contract, or because the reporter agreed to just that. */
static void nothing_personal_ever_passes_without_a_basis(void **state)
{
	struct ctx *c = *state;
	const struct gate *g = house(c);
	struct gate_outcome o[MADE_FIELDS];
	size_t personal = 0, passed = 0;
	struct made m;

	for (int n = 0; n < 1000000; n++) {
		any(g, &m);
		gate_decide(g, &m.item, &m.to[0], m.purpose, m.now, o);
		for (size_t i = 0; i < MADE_FIELDS; i++) {
			assert_true(o[i].basis != BASIS_NONE || o[i].effect == GATE_KEEP);
			if (!gate_class_at(g, m.fields[i].cls)->personal)
				continue;
			personal++;
			if (o[i].effect == GATE_KEEP)
				continue;
			passed++;
			assert_true(o[i].basis == BASIS_LAW || (o[i].basis == BASIS_CONTRACT && m.to[0].contract) ||
			            (o[i].basis == BASIS_CONSENT && consents_to(g, &m, &m.fields[i])));
		}
	}
	assert_true(personal > 100000 && passed > 100);
}

static void one_more_reservation_never_lets_more_out(void **state)
{
	struct ctx *c = *state;
	const struct gate *g = house(c);
	struct gate_outcome less[MADE_FIELDS], more[MADE_FIELDS];
	struct made m;

	for (int n = 0; n < 200000; n++) {
		any(g, &m);
		gate_decide(g, &m.item, &m.to[0], m.purpose, m.now, less);
		m.item.nreservations++;
		gate_decide(g, &m.item, &m.to[0], m.purpose, m.now, more);
		for (size_t i = 0; i < MADE_FIELDS; i++)
			assert_true(more[i].effect >= less[i].effect);
		m.item.secrecy |= (uint64_t)1 << draw(gate_secrecy_count(g));
		gate_decide(g, &m.item, &m.to[0], m.purpose, m.now, less);
		for (size_t i = 0; i < MADE_FIELDS; i++)
			assert_true(less[i].effect >= more[i].effect);
		m.to[0].kept |= (uint64_t)1 << draw(gate_class_count(g));
		gate_decide(g, &m.item, &m.to[0], m.purpose, m.now, more);
		for (size_t i = 0; i < MADE_FIELDS; i++)
			assert_true(more[i].effect >= less[i].effect);
	}
}

static void one_more_recipient_never_lets_more_out_to_another(void **state)
{
	struct ctx *c = *state;
	const struct gate *g = house(c);
	struct gate_outcome two[MADE_FIELDS], three[MADE_FIELDS], one[MADE_FIELDS];
	struct made m;

	for (int n = 0; n < 200000; n++) {
		any(g, &m);
		gate_decide_all(g, &m.item, m.to, 2, m.purpose, m.now, two);
		gate_decide_all(g, &m.item, m.to, 3, m.purpose, m.now, three);
		gate_decide(g, &m.item, &m.to[0], m.purpose, m.now, one);
		for (size_t i = 0; i < MADE_FIELDS; i++) {
			assert_true(three[i].effect >= two[i].effect);
			assert_true(two[i].effect >= one[i].effect);
		}
	}
}

static void keeping_back_more_is_always_allowed_and_touches_nothing_else(void **state)
{
	struct ctx *c = *state;
	const struct gate *g = house(c);
	struct gate_outcome before[MADE_FIELDS], after[MADE_FIELDS];
	struct made m;

	for (int n = 0; n < 200000; n++) {
		uint32_t held = draw(MADE_FIELDS);

		any(g, &m);
		gate_decide(g, &m.item, &m.to[0], m.purpose, m.now, before);
		memcpy(after, before, sizeof after);
		assert_ok(c, gate_hold(c, &m.item, m.fields[held].path, after));
		for (size_t i = 0; i < MADE_FIELDS; i++)
			assert_int_equal(after[i].effect, i == held ? GATE_KEEP : before[i].effect);
	}
}

/* Before the embargo only those named have it; after the expiry nobody has. */
static void time_takes_away_and_gives_nothing(void **state)
{
	struct ctx *c = *state;
	const struct gate *g = house(c);
	struct gate_outcome o[MADE_FIELDS];
	struct made m;

	for (int n = 0; n < 200000; n++) {
		any(g, &m);
		m.item.embargo = m.now + 1;
		m.to[0].named = false;
		gate_decide(g, &m.item, &m.to[0], m.purpose, m.now, o);
		for (size_t i = 0; i < MADE_FIELDS; i++)
			assert_int_equal(o[i].effect, GATE_KEEP);
		m.item.embargo = 0;
		m.item.expires = m.now > 0 ? m.now : 1;
		m.now = m.item.expires;
		gate_decide(g, &m.item, &m.to[0], m.purpose, m.now, o);
		for (size_t i = 0; i < MADE_FIELDS; i++)
			assert_int_equal(o[i].effect, GATE_KEEP);
	}
}

static void a_stricter_marking_never_lets_more_out(void **state)
{
	struct ctx *c = *state;
	const struct gate *g = house(c);
	struct gate_outcome weak[MADE_FIELDS], strict[MADE_FIELDS];
	struct made m;

	for (int n = 0; n < 200000; n++) {
		any(g, &m);
		if (m.item.tlp == TLP_RED || m.to[0].named)   /* who is named has RED, but AMBER+STRICT only if it is not handed on */
			continue;
		gate_decide(g, &m.item, &m.to[0], m.purpose, m.now, weak);
		m.item.tlp = (enum tlp)(m.item.tlp + 1);
		gate_decide(g, &m.item, &m.to[0], m.purpose, m.now, strict);
		for (size_t i = 0; i < MADE_FIELDS; i++)
			assert_true(strict[i].effect >= weak[i].effect);
	}
}

/* ---- what goes ---- */

static void what_goes_is_changed_as_said_and_nothing_else_is_in_it(void **state)
{
	static const char text[] =
		"{\"fields\":[{\"path\":\"n\",\"class\":\"count.persons\",\"value\":22420000},"
		"{\"path\":\"few\",\"class\":\"count.persons\",\"value\":7},"
		"{\"path\":\"q\",\"class\":\"advice.question\",\"value\":\"担当 山田太郎様 電話 090-1234-5678 の端末です\"},"
		"{\"path\":\"host\",\"class\":\"system.host\",\"value\":\"srv01.city.example\"},"
		"{\"path\":\"m\",\"class\":\"attack.method\",\"value\":\"T1486\"}],\"mark\":{\"tlp\":\"amber\"}}";
	struct ctx *c = *state;
	const struct gate *g = house(c);
	struct gate_outcome o[GATE_FIELDS_MOST];
	struct gate_recipient to = { .code = S("ipa.example"), .cls = (uint32_t)gate_recipient_find(g, S("advisor")), .memo = true };
	struct gate_item item;
	const struct json *v;
	struct json_out out;
	struct buf b;

	assert_ok(c, json_parse(c, slice_of(text), &v));
	assert_ok(c, gate_item_read(c, g, v, &item));
	gate_decide(g, &item, &to, (uint32_t)gate_purpose_find(g, S("advice")), c->now, o);
	buf_init(&b, c->a, 65536);
	out = json_out_on(&b);
	assert_ok(c, gate_put_redacted(c, g, &item, o, &out));
	assert_true(slice_find(buf_slice(&b), S("\"n\":\"10000000+\""), 0) != SIZE_MAX);
	assert_true(slice_find(buf_slice(&b), S("\"few\":\"<10\""), 0) != SIZE_MAX);
	assert_true(slice_find(buf_slice(&b), S("090-1234"), 0) == SIZE_MAX);
	assert_true(slice_find(buf_slice(&b), S("srv01"), 0) == SIZE_MAX);
	assert_true(slice_find(buf_slice(&b), S("T1486"), 0) != SIZE_MAX);
	/* the officer keeps back more */
	assert_ok(c, gate_hold(c, &item, S("m"), o));
	assert_slice(gate_rule(g, o[4].rule).id, S("held_by_officer"));
	assert_ok(c, gate_hold(c, &item, S("host"), o));
	assert_slice(gate_rule(g, o[3].rule).id, S("class.identifies"));
	assert_fault(c, gate_hold(c, &item, S("x"), o), E_NOTFOUND, "gate.no_field");
}

static void what_is_unmarked_unclassed_or_for_nobody_is_refused(void **state)
{
	static const struct { const char *item, *key; } cases[] = {
		{ "{\"fields\":[],\"mark\":{}}", "gate.unmarked" },
		{ "{\"fields\":[]}", "gate.item" },
		{ "{\"fields\":[{\"path\":\"a\",\"value\":1}],\"mark\":{\"tlp\":\"red\"}}", "gate.item" },
		{ "{\"fields\":[{\"path\":\"a\",\"class\":\"none\"}],\"mark\":{\"tlp\":\"red\"}}", "gate.word" },
		{ "{\"fields\":[],\"mark\":{\"tlp\":\"white\"}}", "gate.word" },
		{ "{\"fields\":[],\"mark\":{\"tlp\":\"red\"},\"consents\":[{\"to\":\"\",\"class\":\"text\"}]}", "gate.consent" },
		{ "{\"fields\":[],\"mark\":{\"tlp\":\"red\"},\"reservations\":[{}]}", "gate.item" },
		{ "{\"fields\":[],\"mark\":{\"tlp\":\"red\"},\"extra\":1}", "gate.item" },
		{ "{\"fields\":[{\"path\":\"a\",\"class\":\"text\"},{\"path\":\"a\",\"class\":\"text\"}],\"mark\":{\"tlp\":\"red\"}}", "gate.twice" },
	};
	struct ctx *c = *state;
	const struct gate *g = house(c);
	struct gate_recipient to;
	struct gate_item item;
	const struct json *v;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_ok(c, json_parse(c, slice_of(cases[i].item), &v));
		assert_fault(c, gate_item_read(c, g, v, &item), E_INVALID, cases[i].key);
	}
	assert_ok(c, json_parse(c, S("{\"code\":\"x\"}"), &v));
	assert_fault(c, gate_recipient_read(c, g, v, &to), E_INVALID, "gate.word");
}

static void a_pack_that_would_let_out_more_is_refused(void **state)
{
	static const char head[] = "gate: 1\nrecipients: [{ id: a, ja: a, en: a }]\npurposes: [{ id: p, ja: p, en: p }]\n"
		"secrecies: []\nclasses: [{ id: c, ja: c, en: c, personal: true }]\n"
		"memo_missing: { ja: x, en: x }\nheld_by_officer: { ja: x, en: x }\n";
	static const struct { const char *rest, *key; } cases[] = {
		{ "grants: [{ id: g, basis: memo, cite: [x], to: [a], purposes: [p], classes: [c] }]\nguards: []\n", "gate.personal" },
		{ "grants: [{ id: g, basis: consent, cite: [x], to: [a], purposes: [p], classes: [c] }]\nguards: []\n", "gate.basis" },
		{ "grants: [{ id: g, basis: law, cite: [], to: [a], purposes: [p], classes: [c] }]\nguards: []\n", "gate.cite" },
		{ "grants: []\nguards: [{ id: x, ja: x, en: x, when: {}, do: pass }]\n", "gate.pass" },
		{ "grants: []\nguards: [{ id: x, ja: x, en: x, when: { to: [] }, do: keep }]\n", "gate.empty" },
		{ "grants: []\nguards: []\n", "gate.floor" },
	};
	struct ctx *c = *state;
	const struct gate *g;
	char text[2048];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		(void)snprintf(text, sizeof text, "%s%s", head, cases[i].rest);
		assert_fault(c, gate_parse(c, "pack", slice_of(text), &g), E_INVALID, cases[i].key);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(every_decided_case_comes_out_as_decided),
		WORK_TEST(nothing_personal_ever_passes_without_a_basis),
		WORK_TEST(one_more_reservation_never_lets_more_out),
		WORK_TEST(one_more_recipient_never_lets_more_out_to_another),
		WORK_TEST(keeping_back_more_is_always_allowed_and_touches_nothing_else),
		WORK_TEST(time_takes_away_and_gives_nothing),
		WORK_TEST(a_stricter_marking_never_lets_more_out),
		WORK_TEST(what_goes_is_changed_as_said_and_nothing_else_is_in_it),
		WORK_TEST(what_is_unmarked_unclassed_or_for_nobody_is_refused),
		WORK_TEST(a_pack_that_would_let_out_more_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
