#include "tests/support.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "work/report/gather.h"
#include "work/report/report.h"

static const struct forms *loaded(struct ctx *c)
{
	const struct forms *f = NULL;

	assert_ok(c, forms_load(c, SOURCE_ROOT "/forms", &f));
	return f;
}

static const struct json *parsed(struct ctx *c, slice text)
{
	const struct json *v = NULL;

	assert_ok(c, json_parse(c, text, &v));
	return v;
}

static const struct json *town(struct ctx *c)
{
	slice text;

	assert_ok(c, file_read(c, SOURCE_ROOT "/tests/forms/town.json", LIMIT_FILE_SMALL, &text));
	return parsed(c, text);
}

static const struct form *form_on(struct ctx *c, const struct forms *f, const char *id, const char *day)
{
	const struct form *form = NULL;
	jday d;

	assert_ok(c, jday_parse(c, slice_of(day), &d));
	assert_ok(c, form_find(c, f, slice_of(id), d, &form));
	return form;
}

static struct report_meta meta_of(struct ctx *c, enum report_kind kind)
{
	static slice procedures[] = { S_INIT("appi68"), S_INIT("police") };

	return (struct report_meta){ .kind = kind, .at = c->now, .addressee = S("個人情報保護委員会"),
		.procedures = procedures, .nprocedures = 2, .document_id = S("D-1") };
}

static struct filled *filled_with(struct ctx *c, const struct forms *f, const char *id, const struct json *values,
	enum report_kind kind)
{
	struct report_meta meta = meta_of(c, kind);
	struct filled *out = NULL;

	assert_ok(c, form_fill(c, f, form_on(c, f, id, "2026-11-21"), values, &meta, &out));
	return out;
}

static slice text_of(struct ctx *c, const struct filled *f, const char *code)
{
	const struct filled_field *fd = filled_find(f, S_NONE, slice_of(code));
	slice text;

	assert_non_null(fd);
	assert_ok(c, filled_text(c, fd, &text));
	return text;
}

static bool is_missing(struct ctx *c, const struct filled *f, const char *code, const char *why)
{
	struct missing *list;
	uint32_t n;

	assert_ok(c, filled_missing(c, f, &list, &n));
	for (uint32_t i = 0; i < n; i++)
		if (slice_is(list[i].code, code) && strcmp(list[i].why, why) == 0)
			return true;
	return false;
}

static void the_record_has_all_its_rows(void **state)
{
	struct ctx *c = *state;
	const struct record_schema *r = loaded(c)->record;
	bool seen[110] = { false };

	for (uint32_t i = 0; i < r->npaths; i++)
		if (r->paths[i].no < 110)
			seen[r->paths[i].no] = true;
	for (int i = 1; i < 110; i++)
		assert_true(seen[i]);
}

static void count_source(void *arg, const struct form_field *fd, const struct source *s)
{
	assert_non_null(s->path);
	assert_true(fd->nparts > 0);
	(*(int *)arg)++;
}

static void every_field_of_every_form_maps_to_the_record(void **state)
{
	struct ctx *c = *state;
	const struct forms *f = loaded(c);

	for (uint32_t i = 0; i < f->n; i++) {
		int n = 0, fields = 0;

		form_each_source(&f->all[i], count_source, &n);
		for (uint32_t s = 0; s < f->all[i].nsheets; s++)
			for (uint32_t j = 0; j < f->all[i].sheets[s].nsections; j++)
				fields += (int)f->all[i].sheets[s].sections[j].nfields;
		assert_true(fields > 0 && n >= fields);
	}
}

struct wanted { const struct record_path *path; bool found; };

static void find_path(void *arg, const struct form_field *fd, const struct source *s)
{
	struct wanted *w = arg;

	(void)fd;
	w->found = w->found || s->path == w->path;
}

static void every_path_that_the_law_asks_for_is_on_a_form(void **state)
{
	struct ctx *c = *state;
	const struct forms *f = loaded(c);

	for (uint32_t i = 0; i < f->record->npaths; i++) {
		struct wanted w = { &f->record->paths[i], false };

		if (w.path->law.len == 0)
			continue;
		for (uint32_t j = 0; j < f->n; j++)
			form_each_source(&f->all[j], find_path, &w);
		if (!w.found)
			fail_msg("%.*s is on no form", S_ARG(w.path->path));
	}
}

static const struct pack *fact_named(const struct pack *facts, slice name)
{
	for PACK_EACH(f, facts)
		if (slice_eq(pack_get(f, S("id"))->text, name))
			return f;
	fail_msg("there is no fact %.*s", S_ARG(name));
	return NULL;
}

static bool fact_has_word(const struct pack *fact, slice word)
{
	const struct pack *choices = pack_get(fact, S("choices"));

	if (slice_is(pack_get(fact, S("type"))->text, "bool"))
		return slice_is(word, "true") || slice_is(word, "false");
	for (const struct pack *e = choices ? choices->child : NULL; e; e = e->next)
		if (slice_eq(pack_get(e, S("id"))->text, word))
			return true;
	return false;
}

static void the_record_follows_from_facts_that_exist(void **state)
{
	struct ctx *c = *state;
	const struct record_schema *r = loaded(c)->record;
	const struct pack *root, *facts;

	assert_ok(c, pack_read(c, SOURCE_ROOT "/law/facts.yaml", &root));
	facts = pack_get(root, S("facts"));
	for (uint32_t i = 0; i < r->npaths; i++) {
		const struct record_path *p = &r->paths[i];

		if (p->same.len)
			(void)fact_named(facts, p->same);
		for (uint32_t j = 0; j < p->nrules; j++) {
			if (p->rules[j].of_state) {
				assert_non_null(record_find(r, p->rules[j].fact));
				continue;
			}
			for (uint32_t k = 0; k < p->rules[j].n_is; k++)
				if (!fact_has_word(fact_named(facts, p->rules[j].fact), p->rules[j].is[k]))
					fail_msg("%.*s has no word %.*s", S_ARG(p->rules[j].fact), S_ARG(p->rules[j].is[k]));
		}
	}
}

static void every_cause_of_the_law_has_a_class_of_the_form(void **state)
{
	struct ctx *c = *state;
	const struct forms *f = loaded(c);
	const struct pack *root;

	assert_ok(c, pack_read(c, SOURCE_ROOT "/law/facts.yaml", &root));
	for PACK_EACH(e, pack_get(fact_named(pack_get(root, S("facts")), S("cause")), S("choices"))) {
		const struct json *out;
		struct buf b;

		buf_init(&b, c->a, 256);
		buf_putf(&b, "{\"cause\":\"%" S_FMT "\"}", S_ARG(pack_get(e, S("id"))->text));
		assert_ok(c, record_derive(c, f->record, parsed(c, buf_slice(&b)), parsed(c, S("{}")), &out));
		if (!json_get(out, S("cause_code")))
			fail_msg("no class for %.*s", S_ARG(pack_get(e, S("id"))->text));
	}
}

static void nothing_is_entered_twice(void **state)
{
	struct ctx *c = *state;
	const struct forms *f = loaded(c);
	const struct json *facts = parsed(c, S("{\"cause\":\"lost_paper\",\"persons\":{\"value\":5,\"state\":\"estimated\"},"
		"\"leak\":\"suspected\",\"loss\":\"confirmed\",\"medium\":\"paper\",\"org_type\":\"local_gov\",\"delegated_to\":\"\"}"));
	const struct json *out;

	assert_ok(c, record_derive(c, f->record, facts, parsed(c, S("{\"cause_code\":\"theft\"}")), &out));
	assert_ok(c, record_check(c, f->record, out));
	assert_slice(json_text(json_get(out, S("cause_code"))), S("theft"));   /* what was entered goes before */
	assert_slice(json_text(json_get(out, S("org_kind"))), S("local_gov"));
	assert_null(json_get(out, S("delegated_authority")));
	assert_int_equal(json_get(out, S("breach_events"))->count, 2);
	assert_slice(json_text(json_get(out, S("data_media"))->child), S("paper"));
	assert_slice(json_text(json_get(out, S("count_state"))), S("estimated"));
	assert_slice(text_of(c, filled_with(c, f, "PV", out, REPORT_PRELIMINARY), "PV-34"), S("人数：約5人\n状態：概数"));
}

static slice json_of(struct ctx *c, const struct filled *f)
{
	struct buf b;

	buf_init(&b, c->a, LIMIT_DOCUMENT);
	assert_ok(c, filled_put_json(c, f, &b));
	return buf_slice(&b);
}

static void same_value(struct ctx *c, const struct json *a, const struct json *b)
{
	struct buf x, y;
	struct json_out o;

	buf_init(&x, c->a, 1 << 20);
	buf_init(&y, c->a, 1 << 20);
	o = json_out_on(&x);
	jo_value(&o, a);
	o = json_out_on(&y);
	jo_value(&o, b);
	assert_slice(buf_slice(&y), buf_slice(&x));
}

/* All values that a form shows come back from what was made of them, and fill the same form again. */
static void what_was_filled_can_be_read_back(void **state)
{
	struct ctx *c = *state;
	const struct forms *f = loaded(c);
	const struct json *values = town(c);
	uint32_t whole = 0;

	for (uint32_t i = 0; i < f->n; i++) {
		struct report_meta meta = meta_of(c, REPORT_PRELIMINARY);
		struct filled *first, *again;
		const struct json *back;
		slice a;

		assert_ok(c, form_fill(c, f, &f->all[i], values, &meta, &first));
		a = json_of(c, first);
		assert_ok(c, filled_read_json(c, f, parsed(c, a), &back));
		for JSON_EACH(m, back) {
			const struct record_path *p = record_find(f->record, m->name);

			if (p->ncolumns || !json_get(values, m->name))
				continue;
			same_value(c, json_get(values, m->name), m);
			whole++;
		}
		assert_ok(c, form_fill(c, f, &f->all[i], back, &meta, &again));
		assert_slice(json_of(c, again), a);
	}
	assert_true(whole > 100);
}

static void what_is_required_depends_on_the_kind_of_report(void **state)
{
	struct ctx *c = *state;
	const struct forms *f = loaded(c);
	const struct filled *empty = filled_with(c, f, "PV", parsed(c, S("{}")), REPORT_PRELIMINARY);
	const struct filled *first = filled_with(c, f, "PV", town(c), REPORT_PRELIMINARY);
	const struct filled *last = filled_with(c, f, "PV", town(c), REPORT_FINAL);

	assert_true(is_missing(c, empty, "PV-06", "absent"));
	assert_true(is_missing(c, empty, "PV-34", "absent"));
	assert_false(is_missing(c, empty, "PV-43", "absent"));
	assert_false(is_missing(c, empty, "PV-51", "absent"));
	assert_false(is_missing(c, first, "PV-43", "unknown"));
	assert_true(is_missing(c, last, "PV-43", "unknown"));
	assert_true(is_missing(c, last, "PV-61", "absent"));
	assert_false(is_missing(c, last, "PV-25", "absent"));   /* an empty list says that there is none */
}

static void a_condition_makes_a_field_required(void **state)
{
	struct ctx *c = *state;
	const struct forms *f = loaded(c);
	const struct filled *x = filled_with(c, f, "PV", parsed(c, S("{\"secondary_harm_state\":\"present\"}")), REPORT_PRELIMINARY);

	assert_true(is_missing(c, x, "PV-51", "absent"));
}

static void states_are_printed_as_people_say_them(void **state)
{
	struct ctx *c = *state;
	const struct forms *f = loaded(c);
	const struct json *v = parsed(c, S("{\"occurred_from\":{\"value\":\"2019-05-01\",\"state\":\"estimated\"},"
		"\"subjects_count\":{\"state\":\"unknown\"},\"subjects_max\":1234567,\"cause_detail\":{\"state\":\"unknown\"},"
		"\"subjects_card_count\":{\"state\":\"not_applicable\"},\"timeline\":[]}"));

	assert_slice(text_of(c, filled_with(c, f, "PV", v, REPORT_PRELIMINARY), "PV-20"), S("令和元年5月1日頃"));
	assert_slice(text_of(c, filled_with(c, f, "PV", v, REPORT_PRELIMINARY), "PV-34"),
		S("人数：不明（調査中）\n状態：不明\n最大：1,234,567人"));
	assert_slice(text_of(c, filled_with(c, f, "PV", v, REPORT_FINAL), "PV-43"), S("不明"));
	assert_slice(text_of(c, filled_with(c, f, "PV", v, REPORT_FINAL), "PV-35"), S("該当なし"));
}

static void names_keep_their_code_points(void **state)
{
	struct ctx *c = *state;
	const struct filled *x = filled_with(c, loaded(c), "PB", town(c), REPORT_PRELIMINARY);

	assert_slice(text_of(c, x, "PV-10"), S("職：教育長\n氏名：葛\xf3\xa0\x84\x80城　惠子"));
	assert_true(slice_find(text_of(c, x, "PV-11"), S("\xf0\xa0\xae\xb7田　\xef\xa8\x91子"), 0) != SIZE_MAX);
}

static void a_box_that_stands_for_several_codes_says_which(void **state)
{
	struct ctx *c = *state;
	const struct filled *x = filled_with(c, loaded(c), "PV", town(c), REPORT_PRELIMINARY);

	assert_slice(text_of(c, x, "PV-31"), S("その他（児童生徒・学生情報、保護者）"));
	assert_slice(text_of(c, x, "PV-04"), S("速報"));
}

static void a_follow_up_lists_what_changed(void **state)
{
	struct ctx *c = *state;
	const struct forms *f = loaded(c);
	struct filled *a = filled_with(c, f, "PV", parsed(c, S("{\"subjects_count\":100,\"summary\":\"x\",\"cause_detail\":\"z\"}")),
		REPORT_PRELIMINARY);
	struct filled *b = filled_with(c, f, "PV", parsed(c, S("{\"subjects_count\":250,\"discovery_story\":\"y\"}")),
		REPORT_FOLLOW_UP);

	assert_ok(c, filled_mark_changes(c, a, b));
	assert_int_equal(b->nchanges, 3);
	assert_slice(b->changes[0].code, S("PV-27"));
	assert_int_equal(b->changes[0].kind, CHANGE_ADDED);
	assert_slice(b->changes[1].code, S("PV-34"));
	assert_slice(b->changes[1].before, S("人数：100人\n状態：確定"));
	assert_int_equal(b->changes[2].kind, CHANGE_REMOVED);
	assert_fault(c, filled_mark_changes(c, a, filled_with(c, f, "PB", parsed(c, S("{}")), REPORT_FINAL)), E_INVALID,
		"filled.other_form");
}

static void the_nco_gets_no_annex_and_nothing_that_was_reserved(void **state)
{
	struct ctx *c = *state;
	const struct forms *f = loaded(c);
	const struct json *v = parsed(c, S("{\"nco_share_optout\":true,\"nco_share_optout_scope\":\"RW-27の要求額は共有しない\","
		"\"nco_share_optout_fields\":[\"iocs\"],\"summary\":\"s\",\"iocs\":[{\"type\":\"ip\",\"value\":\"192.0.2.1\"}],"
		"\"ransom_demand\":{\"amount\":\"1\"},\"personal_file_name\":\"秘\"}"));
	struct filled *whole = filled_with(c, f, "RW", v, REPORT_PRELIMINARY), *nco;
	slice json;

	assert_int_equal(whole->nsheets, 2);
	assert_ok(c, filled_for_nco(c, whole, &nco));
	assert_int_equal(nco->nsheets, 1);
	assert_null(filled_find(nco, S_NONE, S("RW-26")));
	assert_null(filled_find(nco, S_NONE, S("RW-27")));
	assert_non_null(filled_find(nco, S_NONE, S("RW-13")));
	json = json_of(c, nco);
	assert_true(slice_find(json, S("192.0.2.1"), 0) == SIZE_MAX);
	assert_true(slice_find(json, S("秘"), 0) == SIZE_MAX);
	assert_true(slice_find(json, S("ransom_demand"), 0) == SIZE_MAX);
	whole = filled_with(c, f, "RW", parsed(c, S("{\"nco_share_optout\":true}")), REPORT_PRELIMINARY);
	assert_fault(c, filled_for_nco(c, whole, &nco), E_DENIED, "form.nco_optout");
	whole = filled_with(c, f, "RW", parsed(c, S("{\"nco_share_optout\":true,\"is_critical_infrastructure\":true}")),
		REPORT_PRELIMINARY);
	assert_ok(c, filled_for_nco(c, whole, &nco));
}

static void a_form_holds_from_day_to_day(void **state)
{
	struct ctx *c = *state;
	const struct forms *f = loaded(c);
	const struct form *form;
	jday d;

	assert_ok(c, jday_parse(c, S("2025-09-30"), &d));
	assert_fault(c, form_find(c, f, S("RW"), d, &form), E_NOTFOUND, "form.not_in_force");
	assert_fault(c, form_find(c, f, S("ZZ"), d, &form), E_NOTFOUND, "form.unknown");
	assert_slice(form_on(c, f, "rw", "2025-10-01")->version, S("2025-10-01"));
	assert_slice(form_on(c, f, "RW", "2026-09-14")->version, S("2025-10-01"));
	assert_slice(form_on(c, f, "RW", "2026-09-15")->version, S("2026-09-15"));
	assert_ok(c, jday_parse(c, S("2026-09-14"), &d));
	assert_fault(c, form_find(c, f, S("OT"), d, &form), E_NOTFOUND, "form.not_in_force");
}

static void bad_values_are_refused_with_their_path(void **state)
{
	static const struct { slice text; rc code; const char *key, *name; } cases[] = {
		{ S_INIT("[]"), E_INVALID, "record.object", "" },
		{ S_INIT("{\"persons_count\":1}"), E_INVALID, "record.unknown_path", "persons_count" },
		{ S_INIT("{\"subjects_count\":-1}"), E_INVALID, "record.type", "subjects_count" },
		{ S_INIT("{\"subjects_count\":\"5\"}"), E_INVALID, "record.type", "subjects_count" },
		{ S_INIT("{\"subjects_count\":1.5}"), E_INVALID, "record.type", "subjects_count" },
		{ S_INIT("{\"cause_code\":\"magic\"}"), E_INVALID, "record.unknown_choice", "cause_code" },
		{ S_INIT("{\"discovered_at\":\"2026-02-30\"}"), E_INVALID, "date.impossible", "discovered_at" },
		{ S_INIT("{\"discovered_at\":\"2026-02-20T25:00Z\"}"), E_INVALID, "time.impossible", "discovered_at" },
		{ S_INIT("{\"contacts\":[{\"nmae\":\"x\"}]}"), E_INVALID, "record.unknown_column", "contacts" },
		{ S_INIT("{\"contacts\":{}}"), E_INVALID, "record.type", "contacts" },
		{ S_INIT("{\"timeline\":[{\"at\":\"yesterday\"}]}"), E_INVALID, "time.form", "timeline" },
		{ S_INIT("{\"org_name\":\"a\\nb\"}"), E_INVALID, "record.control", "org_name" },
		{ S_INIT("{\"summary\":\"a\\u0007b\"}"), E_INVALID, "record.control", "summary" },
		{ S_INIT("{\"summary\":\"a\\u202eb\"}"), E_INVALID, "record.control", "summary" },
		{ S_INIT("{\"data_items\":\"name\"}"), E_INVALID, "record.type", "data_items" },
		{ S_INIT("{\"data_items\":[{\"code\":\"name\",\"x\":1}]}"), E_INVALID, "record.type", "data_items" },
		{ S_INIT("{\"is_listed\":\"no\"}"), E_INVALID, "record.type", "is_listed" },
	};
	struct ctx *c = *state;
	const struct forms *f = loaded(c);

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_fault(c, record_check(c, f->record, parsed(c, cases[i].text)), cases[i].code, cases[i].key);
		assert_string_equal(c->fault.name, cases[i].name);
	}
}

static void too_long_and_too_many_are_refused(void **state)
{
	struct ctx *c = *state;
	const struct forms *f = loaded(c);
	struct buf b;

	buf_init(&b, c->a, 1 << 20);
	buf_put(&b, S("{\"org_name\":\""));
	for (int i = 0; i < 5000; i++)
		buf_putc(&b, 'x');
	buf_put(&b, S("\"}"));
	assert_fault(c, record_check(c, f->record, parsed(c, buf_slice(&b))), E_LIMIT, "record.too_long");
	buf_reset(&b);
	buf_put(&b, S("{\"timeline\":["));
	for (int i = 0; i < 2001; i++)
		buf_put(&b, i ? S(",{}") : S("{}"));
	buf_put(&b, S("]}"));
	assert_fault(c, record_check(c, f->record, parsed(c, buf_slice(&b))), E_LIMIT, "record.too_many");
}

static void small_forms_of_values(void **state)
{
	struct ctx *c = *state;
	struct buf b;

	assert_true(corporate_number_is_right(S("7000012050002")));
	assert_false(corporate_number_is_right(S("8000012050002")));
	assert_false(corporate_number_is_right(S("７０００")));
	buf_init(&b, c->a, 256);
	put_count(&b, 0);
	put_count(&b, 1000);
	put_count(&b, 1234567);
	put_prefecture(&b, S("東京都千代田区"));
	put_prefecture(&b, S("神奈川県横浜市"));
	put_prefecture(&b, S("京都府京都市"));
	put_prefecture(&b, S("北海道札幌市"));
	put_prefecture(&b, S("千代田区霞が関"));
	put_time(c, &b, S("2026-11-20T15:05Z"), false);
	assert_slice(buf_slice(&b), S("01,0001,234,567東京都神奈川県京都府北海道令和8年11月21日 0時05分"));
}

static void the_same_input_gives_the_same_bytes(void **state)
{
	struct ctx *c = *state;
	const struct forms *f = loaded(c);
	static const char *const ids[] = { "PB", "RW", "SN", "PU" };

	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		const struct filled *x = filled_with(c, f, ids[i], town(c), REPORT_PRELIMINARY);
		slice a, b;

		assert_ok(c, filled_pdf(c, x, &a));
		assert_ok(c, filled_pdf(c, x, &b));
		assert_true(a.len > 10000 && slice_eq(a, b));
		assert_ok(c, filled_xlsx(c, x, &a));
		assert_ok(c, filled_xlsx(c, x, &b));
		assert_true(a.len > 3000 && slice_eq(a, b));
	}
}

/* A record and a form of a few lines, each mistake in its place. */
#define RECORD "schema: renkei.record/1\nversion: \"1\"\nsections:\n  - { id: R, ja: あ, en: a }\nchoices:\n  kind:\n" \
	"    - { code: a, ja: あ, en: a }\npaths:\n" \
	"  - { no: 1, section: R, path: name, ja: 名, en: name, type: text }\n" \
	"  - { no: 2, section: R, path: kind, ja: 種, en: kind, type: one, choices: kind }\n"
#define FORM "schema: renkei.form/1\nform: X\nversion: \"1\"\ntitle: 様\ntitle_en: x\nlayout: table\nbasis: 法\ndraft: true\n" \
	"origin: test\n"
#define FIELDS "sections:\n  - id: s\n    ja: 節\n    en: s\n    fields:\n"
#define FIELD(code, type, from) "      - { code: " code ", ja: 欄, en: f, type: " type ", required: opt, certainty: A, from: " \
	from " }\n"

static void write_file(struct ctx *c, const char *dir, const char *name, const char *text)
{
	char path[512];

	(void)snprintf(path, sizeof path, "%s/%s", dir, name);
	assert_ok(c, file_replace(c, path, slice_of(text), 0600));
}

static void a_pack_with_a_mistake_is_refused_at_its_place(void **state)
{
	static const struct { const char *record, *form, *second, *key, *where; uint32_t row; } cases[] = {
		{ RECORD, FORM FIELDS FIELD("A-1", "text", "nmae"), NULL, "form.unknown_path", "x/fields.yaml", 15 },
		{ RECORD, FORM FIELDS FIELD("A-1", "date", "name"), NULL, "form.type", "x/fields.yaml", 15 },
		{ RECORD, FORM FIELDS FIELD("A-1", "text", "name") FIELD("A-1", "text", "name"), NULL, "form.duplicate",
			"x/fields.yaml", 11 },
		{ RECORD, FORM FIELDS FIELD("a-1", "text", "name"), NULL, "form.code", "x/fields.yaml", 15 },
		{ RECORD, FORM FIELDS "      - { code: A-1, ja: 欄, en: f, type: one, required: opt, certainty: A, from: kind,"
			" choices: [b] }\n", NULL, "form.unknown_choice", "x/fields.yaml", 15 },
		{ RECORD, FORM FIELDS "      - { code: A-1, ja: 欄, en: f, type: text, required: opt, certainty: D, from: name }\n",
			NULL, "pack.word", "x/fields.yaml", 15 },
		{ RECORD, FORM FIELDS "      - { code: A-1, ja: 欄, en: f, type: text, required: if, certainty: A, from: name }\n",
			NULL, "form.when_missing", "x/fields.yaml", 15 },
		{ RECORD, FORM FIELDS "      - { code: A-1, ja: 欄, en: f, type: text, required: if, certainty: A, from: name,"
			" when: { kind: [z] } }\n", NULL, "form.unknown_choice", "x/fields.yaml", 15 },
		{ RECORD, FORM "valid_from: 2026-13-01\n" FIELDS FIELD("A-1", "text", "name"), NULL, "pack.day", "x/fields.yaml", 10 },
		{ RECORD, FORM "valid_from: 2026-02-01\nvalid_to: 2026-01-01\n" FIELDS FIELD("A-1", "text", "name"), NULL,
			"form.validity", "x/fields.yaml", 11 },
		{ RECORD, FORM "color: red\n" FIELDS FIELD("A-1", "text", "name"), NULL, "pack.unknown_key", "x/fields.yaml", 10 },
		{ RECORD, FORM FIELDS FIELD("A-1", "text", "name"), FORM FIELDS FIELD("A-1", "text", "name"), "form.duplicate",
			"y/fields.yaml", 3 },
		{ RECORD, FORM FIELDS FIELD("A-1", "text", "name"), "schema: renkei.form/1\nform: X\nversion: \"2\"\ntitle: 様\n"
			"title_en: x\nlayout: table\nbasis: 法\ndraft: true\norigin: test\n" FIELDS FIELD("A-1", "text", "name"),
			"form.overlap", "y/fields.yaml", 2 },
		{ RECORD, FORM "sections:\n  - include: { form: X, version: \"1\", sections: [s] }\n", NULL, "form.circle",
			"x/fields.yaml", 11 },
		{ RECORD, FORM "sections:\n  - include: { form: Z, version: \"1\", sections: [s] }\n", NULL, "form.include",
			"x/fields.yaml", 11 },
		{ RECORD "  - { no: 3, section: R, path: name, ja: 名, en: n, type: text }\n", FORM FIELDS FIELD("A-1", "text", "name"),
			NULL, "record.duplicate", "record.yaml", 11 },
		{ RECORD "  - { no: 3, section: R, path: x, ja: 名, en: n, type: one, choices: none }\n",
			FORM FIELDS FIELD("A-1", "text", "name"), NULL, "record.unknown_list", "record.yaml", 11 },
		{ RECORD "  - { no: 3, section: R, path: x, ja: 名, en: n, type: one, choices: kind, from: [ { fact: f, is: [q],"
			" give: z } ] }\n", FORM FIELDS FIELD("A-1", "text", "name"), NULL, "record.unknown_choice", "record.yaml", 11 },
	};
	struct ctx *c = *state;
	char dir[] = "/tmp/renkei-form-XXXXXX", sub[64];

	assert_non_null(mkdtemp(dir));
	(void)snprintf(sub, sizeof sub, "%s/x", dir);
	assert_int_equal(mkdir(sub, 0700), 0);
	(void)snprintf(sub, sizeof sub, "%s/y", dir);
	assert_int_equal(mkdir(sub, 0700), 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct forms *f;

		write_file(c, dir, "record.yaml", cases[i].record);
		write_file(c, dir, "x/fields.yaml", cases[i].form);
		(void)snprintf(sub, sizeof sub, "%s/y/fields.yaml", dir);
		(void)unlink(sub);
		if (cases[i].second)
			write_file(c, dir, "y/fields.yaml", cases[i].second);
		assert_fault(c, forms_load(c, dir, &f), E_INVALID, cases[i].key);
		assert_true(slice_ends(slice_of(c->fault.where), slice_of(cases[i].where)));
		assert_int_equal(c->fault.row, cases[i].row);
		assert_true(c->fault.col > 0);
	}
	(void)snprintf(sub, sizeof sub, "rm -r %s", dir);
	for (size_t i = 0; i < 3; i++) {
		static const char *const names[] = { "record.yaml", "x/fields.yaml", "y/fields.yaml" };

		(void)snprintf(sub, sizeof sub, "%s/%s", dir, names[i]);
		(void)unlink(sub);
	}
	(void)snprintf(sub, sizeof sub, "%s/x", dir);
	(void)rmdir(sub);
	(void)snprintf(sub, sizeof sub, "%s/y", dir);
	(void)rmdir(sub);
	(void)rmdir(dir);
}

static int big_begin(void **state)
{
	struct ctx *c = calloc(1, sizeof *c);

	c->a = arena_new((size_t)512 << 20);
	c->now = 1795219200000;
	*state = c;
	return 0;
}

#define BIG_TEST(fn) cmocka_unit_test_setup_teardown(fn, big_begin, work_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(the_record_has_all_its_rows),
		WORK_TEST(every_field_of_every_form_maps_to_the_record),
		WORK_TEST(every_path_that_the_law_asks_for_is_on_a_form),
		WORK_TEST(the_record_follows_from_facts_that_exist),
		WORK_TEST(every_cause_of_the_law_has_a_class_of_the_form),
		WORK_TEST(nothing_is_entered_twice),
		BIG_TEST(what_was_filled_can_be_read_back),
		WORK_TEST(what_is_required_depends_on_the_kind_of_report),
		WORK_TEST(a_condition_makes_a_field_required),
		WORK_TEST(states_are_printed_as_people_say_them),
		WORK_TEST(names_keep_their_code_points),
		WORK_TEST(a_box_that_stands_for_several_codes_says_which),
		WORK_TEST(a_follow_up_lists_what_changed),
		WORK_TEST(the_nco_gets_no_annex_and_nothing_that_was_reserved),
		WORK_TEST(a_form_holds_from_day_to_day),
		WORK_TEST(bad_values_are_refused_with_their_path),
		WORK_TEST(too_long_and_too_many_are_refused),
		WORK_TEST(small_forms_of_values),
		BIG_TEST(the_same_input_gives_the_same_bytes),
		WORK_TEST(a_pack_with_a_mistake_is_refused_at_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
