/* `renkei law`: the rules as a lawyer reads them. */
#include "base/calendar.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/message.h"
#include "base/parse.h"
#include "base/when.h"
#include "core/law/holidays.h"
#include "core/law/law.h"
#include "door/cli/commands.h"
#include "door/cli/lines.h"

#include "base/banned.h"

#define TEXT_MOST ((size_t)64 << 20)

static rc print(struct ctx *c, const struct buf *b)
{
	slice text;

	TRY(buf_done(c, b, &text));
	return out_write(c, text);
}

static rc option_day(struct ctx *c, const struct call *in, const char *option, jday other, jday *ret)
{
	const char *value = call_value(in, option);
	rc r;

	*ret = other;
	if (!value)
		return OK;
	r = day_parse(c, slice_of(value), ret);
	if (r != OK)
		fault_name(c, slice_of(option));
	return r;
}

static rc arg_day(struct ctx *c, const struct call *in, size_t i, jday *ret)
{
	return day_parse(c, slice_of(call_arg(in, i, "")), ret);
}

/* ---- list ---- */

static void list_row(struct buf *b, const struct law_duty *d)
{
	buf_put(b, d->id);
	for (size_t n = d->id.len; n < 20; n++)
		buf_putc(b, ' ');
	if (d->from_open)
		buf_put(b, S("?         "));
	else
		jday_put(b, d->from);
	buf_put(b, S("  "));
	if (d->to < JDAY_MOST)
		jday_put(b, d->to);
	else
		buf_put(b, S("          "));
	buf_put(b, S("  "));
	buf_put(b, d->certainty);
	for (size_t n = d->certainty.len; n < 5; n++)
		buf_putc(b, ' ');
	buf_put(b, d->mandatory ? S("  ●  ") : S("  ○  "));
	buf_put(b, d->title_ja);
	buf_put(b, S("　［"));
	for (uint32_t i = 0; i < d->nbasis; i++) {
		if (i > 0)
			buf_put(b, S("、"));
		buf_put(b, d->basis[i]);
	}
	buf_put(b, S("］"));
	if (d->nreview > 0)
		buf_put(b, S(" needs review"));
	buf_putc(b, '\n');
}

static void list_json(struct buf *b, const struct law_duty *d)
{
	struct json_out o = json_out_on(b);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.law/1"));
	jo_kv_text(&o, "id", d->id);
	jo_kv_text(&o, "act", d->act);
	jo_kv_text(&o, "title_ja", d->title_ja);
	jo_kv_text(&o, "title_en", d->title_en);
	jo_kv_text(&o, "kind", d->kind);
	jo_kv_bool(&o, "mandatory", d->mandatory);
	jo_key(&o, S("from"));
	if (d->from_open) {
		jo_null(&o);
	} else {
		struct buf day = { 0 };

		buf_init(&day, b->a, 16);
		jday_put(&day, d->from);
		jo_text(&o, buf_slice(&day));
	}
	jo_key(&o, S("to"));
	if (d->to == JDAY_MOST) {
		jo_null(&o);
	} else {
		struct buf day = { 0 };

		buf_init(&day, b->a, 16);
		jday_put(&day, d->to);
		jo_text(&o, buf_slice(&day));
	}
	jo_kv_text(&o, "certainty", d->certainty);
	jo_kv_bool(&o, "review", d->nreview > 0);
	jo_key(&o, S("basis"));
	jo_array(&o);
	for (uint32_t i = 0; i < d->nbasis; i++)
		jo_text(&o, d->basis[i]);
	jo_end_array(&o);
	jo_end_object(&o);
	buf_putc(b, '\n');
}

static rc run_list(struct ctx *c, const struct call *in, struct answer *out)
{
	bool json = call_has(in, "json"), all = call_has(in, "all");
	const struct law *law = NULL;
	struct buf b;
	jday on;

	(void)out;
	TRY(option_day(c, in, "on", msec_jday(c->now), &on));
	TRY(law_load(c, in->app->data, &law));
	buf_init(&b, c->a, TEXT_MOST);
	for (uint32_t i = 0; i < law_duty_count(law); i++) {
		const struct law_duty *d = law_duty_at(law, i);

		if (!all && (on < d->from || on > d->to))
			continue;
		if (json)
			list_json(&b, d);
		else
			list_row(&b, d);
	}
	return print(c, &b);
}

static rc run_show(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct law *law = NULL;
	struct buf b;

	(void)out;
	TRY(law_load(c, in->app->data, &law));
	buf_init(&b, c->a, TEXT_MOST);
	TRY(law_show(c, law, slice_of(call_arg(in, 0, "")), &b));
	return print(c, &b);
}

/* ---- explain ---- */

static rc explain_case(struct ctx *c, const struct law *law, const struct call *in, slice text, struct buf *b)
{
	bool defaults = call_has(in, "assume-defaults"), as_of = call_has(in, "as-of");
	struct assess_case one = { 0 };
	struct law_question q = { .as_of = LAW_NOW };
	struct law_facts *facts = NULL;
	msec latest;

	if (as_of)
		TRY(assess_as_of(c, call_value(in, "as-of"), &q.as_of));
	TRY(assess_latest(c, defaults, as_of, q.as_of, &latest));
	TRY(assess_read_case(c, text, &one));
	if (one.known_at > latest) {
		(void)FAIL(c, E_INVALID, as_of ? "assess.after_as_of" : "assess.future");
		fault_name(c, S("known_at"));
		return E_INVALID;
	}
	q.known_at = one.known_at;
	TRY(law_facts_new(c, law, &facts));
	TRY(law_facts_set_all(c, facts, one.facts));
	if (defaults)
		law_facts_assume_defaults(facts);
	buf_put(b, S("# "));
	buf_put(b, one.id);
	buf_put(b, S("　"));
	msec_put(b, q.known_at);
	buf_put(b, S("\n\n"));
	return law_explain(c, facts, &q, b);
}

static rc run_explain(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct law *law = NULL;
	slice text, one;
	struct buf b;

	(void)out;
	TRY(law_load(c, in->app->data, &law));
	TRY(file_read(c, call_arg(in, 0, "-"), LIMIT_FILE_SMALL, &text));
	buf_init(&b, c->a, TEXT_MOST);
	/* one object over several lines, or JSON Lines */
	if (json_parse(c, text, &(const struct json *){ NULL }) == OK) {
		TRY(explain_case(c, law, in, text, &b));
		return print(c, &b);
	}
	for (uint32_t row = 1; slice_next(&text, '\n', &one); row++) {
		rc r = slice_trim(one).len > 0 ? explain_case(c, law, in, one, &b) : OK;

		if (r != OK) {
			fault_where(c, call_arg(in, 0, "-"));
			fault_place(c, row, c->fault.has_at ? (uint32_t)c->fault.at + 1 : 0);
			return r;
		}
	}
	return print(c, &b);
}

/* ---- check, diff, calendar, facts ---- */

static rc run_check(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct law *law = NULL;
	rc r = law_load(c, call_arg(in, 0, in->app->data), &law);
	struct buf b;

	/* a pack that does not hold is the answer "no"; what cannot be read is an error */
	if (r == E_INVALID || (r == E_LIMIT && c->fault.row > 0)) {
		struct buf text;

		buf_init(&text, c->a, 8192);
		fault_put(&text, &c->fault, LANGUAGE_EN);
		buf_putc(&text, '\n');
		out->no = true;
		return print(c, &text);
	}
	TRY(r);
	buf_init(&b, c->a, 4096);
	buf_putf(&b, "%u facts, %u predicates, %u rules: the packs hold\n", law_fact_count(law), law_predicate_count(law),
		law_duty_count(law));
	return print(c, &b);
}

static rc run_diff(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct law *law = NULL;
	struct buf b;
	jday from, to;

	(void)out;
	TRY(arg_day(c, in, 0, &from));
	TRY(arg_day(c, in, 1, &to));
	if (to < from)
		return FAIL(c, E_INVALID, "law.diff_order");
	TRY(law_load(c, in->app->data, &law));
	buf_init(&b, c->a, TEXT_MOST);
	TRY(law_diff(c, law, from, to, &b));
	return print(c, &b);
}

static rc run_calendar(struct ctx *c, const struct call *in, struct answer *out)
{
	static const char *const kinds[HOLIDAY_KINDS] = {
		[HOLIDAY_NONE] = "none", [HOLIDAY_NATIONAL] = "national", [HOLIDAY_SUBSTITUTE] = "substitute",
		[HOLIDAY_SANDWICHED] = "sandwiched", [HOLIDAY_OFFICE] = "office",
	};
	static const char *const weekdays[] = { "日", "月", "火", "水", "木", "金", "土" };
	const struct law *law = NULL;
	const struct holiday *days = NULL;
	struct buf b;
	uint32_t year, n = 0;

	(void)out;
	TRY(parse_u32(c, slice_of(call_arg(in, 0, "")), 1, 9999, &year));
	TRY(law_load(c, in->app->data, &law));
	TRY(holidays_of_year(c, law_holidays(law), (int32_t)year, &days, &n));
	buf_init(&b, c->a, TEXT_MOST);
	for (uint32_t i = 0; i < n; i++) {
		jday_put(&b, days[i].day);
		buf_putf(&b, " %s  %-10s  %" S_FMT " / %" S_FMT "\n", weekdays[jday_weekday(days[i].day)], kinds[days[i].kind],
			S_ARG(days[i].ja), S_ARG(days[i].en));
	}
	return print(c, &b);
}

static rc run_facts(struct ctx *c, const struct call *in, struct answer *out)
{
	static const char *const types[FACT_TYPES] = { "bool", "choice", "count", "day", "time", "code" };
	const struct law *law = NULL;
	struct buf b;

	(void)in;
	(void)out;
	TRY(law_load(c, in->app->data, &law));
	buf_init(&b, c->a, TEXT_MOST);
	for (uint32_t i = 0; i < law_fact_count(law); i++) {
		const struct law_fact *f = law_fact_at(law, i);

		buf_putf(&b, "%-26.*s %-7s %" S_FMT "\n", S_ARG(f->id), types[f->type], S_ARG(f->ask_ja));
		for (uint32_t j = 0; j < f->nchoices; j++)
			buf_putf(&b, "    %-30.*s %" S_FMT "\n", S_ARG(f->choices[j].id), S_ARG(f->choices[j].ja));
	}
	return print(c, &b);
}

static const struct option_spec list_options[] = {
	{ "on", "DAY", "The rules in force on DAY (default: today)." },
	{ "all", NULL, "All rows, also those not in force." },
	{ "json", NULL, "One JSON object a line." },
	{ 0 },
};

static const struct option_spec explain_options[] = {
	{ "assume-defaults", NULL, "Take the documented default for every fact that is not stated." },
	{ "as-of", "TIME", "Ask what was owed at TIME (RFC 3339, or a day)." },
	{ 0 },
};

const struct command cmd_law[] = {
	{ "law", "list", "", 0, 0, "List the rules: id, from, to, certainty, mandatory or not, title, basis", list_options, run_list },
	{ "law", "show", "ID", 1, 1, "Show one rule whole, with all that it rests on", NULL, run_show },
	{ "law", "explain", "[FILE|-]", 0, 1, "Tell in Japanese why each duty arises in a case or not", explain_options, run_explain },
	{ "law", "check", "[DIR]", 0, 1, "Check the packs in DIR/law and DIR/agencies", NULL, run_check },
	{ "law", "diff", "FROM TO", 2, 2, "Show what changed in law from the day FROM to the day TO", NULL, run_diff },
	{ "law", "calendar", "YEAR", 1, 1, "List the holidays of a year and the days on which offices are closed", NULL, run_calendar },
	{ "law", "facts", "", 0, 0, "List the facts that a case is made of, with their questions", NULL, run_facts },
	{ 0 },
};
