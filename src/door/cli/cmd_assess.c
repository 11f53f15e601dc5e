/* `renkei assess`: JSON Lines of facts in, JSON Lines of duties out; constant memory, one line at a time. */
#include <string.h>

#include "base/calendar.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/message.h"
#include "base/when.h"
#include "core/law/law.h"
#include "door/cli/commands.h"
#include "door/cli/lines.h"

#include "base/banned.h"

#define ARENA_LINE ((size_t)64 << 20)
#define OUT_MOST ((size_t)32 << 20)
#define OUT_FLUSH ((size_t)64 << 10)
#define ID_MOST 200u

/* A row's part of the output that is the same in every answer, made once. */
struct prepared { slice head, middle, tail; };

struct job {
	struct ctx *c;             /* of the command: law, output */
	struct ctx line;           /* of one line: reset after each */
	const struct law *law;
	struct law_facts *facts;
	struct prepared *rows;     /* by row */
	slice *grounds;            /* by predicate */
	slice *needs;              /* by fact */
	struct buf out;
	const char *path;
	bool defaults, has_as_of;
	msec as_of, latest;        /* known_at may not be later than `latest` */
	uint64_t refused;
};

static rc put_quoted_list(struct ctx *c, struct buf *b, const slice *list, uint32_t n, slice *ret)
{
	for (uint32_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(b, ',');
		json_put_text(b, list[i]);
	}
	return buf_done(c, b, ret);
}

static rc prepare_row(struct ctx *c, const struct law_duty *d, struct prepared *out)
{
	struct buf b;

	buf_init(&b, c->a, LIMIT_JSON_LINE);
	buf_put(&b, S("{\"id\":"));
	json_put_text(&b, d->id);
	buf_put(&b, S(",\"recipient\":"));
	TRY(buf_done(c, &b, &out->head));
	buf_init(&b, c->a, LIMIT_JSON_LINE);
	buf_put(&b, S(",\"kind\":"));
	json_put_text(&b, d->kind);
	buf_put(&b, d->mandatory ? S(",\"mandatory\":true,\"due\":") : S(",\"mandatory\":false,\"due\":"));
	TRY(buf_done(c, &b, &out->middle));
	buf_init(&b, c->a, LIMIT_JSON_LINE);
	buf_put(&b, S(",\"basis\":["));
	TRY(put_quoted_list(c, &b, d->basis, d->nbasis, &out->tail));
	buf_put(&b, S("],\"because\":["));
	return buf_done(c, &b, &out->tail);
}

static rc prepare(struct job *j)
{
	struct buf b;

	TRY_ARRAY(j->c, j->rows, (size_t)law_duty_count(j->law) + 1);
	TRY_ARRAY(j->c, j->grounds, (size_t)law_predicate_count(j->law) + 1);
	TRY_ARRAY(j->c, j->needs, (size_t)law_fact_count(j->law) + 1);
	for (uint32_t i = 0; i < law_duty_count(j->law); i++)
		TRY(prepare_row(j->c, law_duty_at(j->law, i), &j->rows[i]));
	for (uint32_t i = 0; i < law_predicate_count(j->law); i++) {
		const struct law_predicate *p = law_predicate_at(j->law, i);
		struct buf text;

		buf_init(&text, j->c->a, LIMIT_JSON_LINE);
		buf_putf(&text, "%" S_FMT " (%" S_FMT ")", S_ARG(p->id), S_ARG(p->basis[0]));
		buf_init(&b, j->c->a, LIMIT_JSON_LINE);
		json_put_text(&b, buf_slice(&text));
		TRY(buf_done(j->c, &b, &j->grounds[i]));
	}
	for (uint32_t i = 0; i < law_fact_count(j->law); i++) {
		buf_init(&b, j->c->a, LIMIT_JSON_LINE);
		json_put_text(&b, law_fact_at(j->law, i)->id);
		TRY(buf_done(j->c, &b, &j->needs[i]));
	}
	return OK;
}

/* Codes are made of letters, digits, _ + - and need no escapes. */
static void put_code(struct buf *b, slice code)
{
	if (code.len == 0) {
		buf_put(b, S("null"));
		return;
	}
	buf_putc(b, '"');
	buf_put(b, code);
	buf_putc(b, '"');
}

static void put_day(struct buf *b, bool has, jday day)
{
	if (!has) {
		buf_put(b, S("null"));
		return;
	}
	buf_putc(b, '"');
	jday_put(b, day);
	buf_putc(b, '"');
}

static void put_needs(const struct job *j, struct buf *b, const uint32_t *needs, uint32_t n)
{
	buf_put(b, S("\"needs\":["));
	for (uint32_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(b, ',');
		buf_put(b, j->needs[needs[i]]);
	}
	buf_putc(b, ']');
}

static void put_owed(const struct job *j, struct buf *b, const struct law_owed *o)
{
	const struct prepared *p = &j->rows[o->duty - law_duty_at(j->law, 0)];

	buf_put(b, p->head);
	put_code(b, o->recipient);
	buf_put(b, p->middle);
	put_day(b, o->has_due, o->due);
	buf_put(b, S(",\"target_by\":"));
	put_day(b, o->has_target, o->target);
	buf_put(b, p->tail);
	for (uint32_t i = 0; i < o->nbecause; i++) {
		if (i > 0)
			buf_putc(b, ',');
		buf_put(b, j->grounds[o->because[i] - law_predicate_at(j->law, 0)]);
	}
	buf_put(b, o->review ? S("],\"review\":true") : S("],\"review\":false"));
	if (o->nneeds > 0) {
		buf_putc(b, ',');
		put_needs(j, b, o->needs, o->nneeds);
	}
	buf_putc(b, '}');
}

static void put_answer(struct job *j, slice id, const struct law_answer *a)
{
	struct buf *b = &j->out;

	buf_put(b, S("{\"schema\":\"renkei.assess/1\",\"id\":"));
	json_put_text(b, id);
	buf_put(b, S(",\"duties\":["));
	for (uint32_t i = 0; i < a->nowed; i++) {
		if (i > 0)
			buf_putc(b, ',');
		put_owed(j, b, &a->owed[i]);
	}
	buf_put(b, S("],\"undetermined\":["));
	for (uint32_t i = 0; i < a->nopen; i++) {
		if (i > 0)
			buf_putc(b, ',');
		buf_put(b, j->rows[a->open[i].duty - law_duty_at(j->law, 0)].head);
		put_code(b, a->open[i].recipient);
		buf_putc(b, ',');
		put_needs(j, b, a->open[i].needs, a->open[i].nneeds);
		buf_putc(b, '}');
	}
	buf_put(b, S("]}\n"));
}

static rc flush(struct job *j)
{
	slice text;

	TRY(buf_done(j->c, &j->out, &text));
	TRY(out_write(j->c, text));
	buf_reset(&j->out);
	return OK;
}

rc assess_read_case(struct ctx *c, slice text, struct assess_case *ret)
{
	const struct json *doc = NULL, *v;
	rc r;

	TRY(json_parse(c, text, &doc));
	if (doc->type != JSON_OBJECT)
		return FAIL(c, E_INVALID, "assess.object");
	v = json_get(doc, S("id"));
	if (!v || v->type != JSON_TEXT || v->text.len == 0 || v->text.len > ID_MOST) {
		(void)FAIL(c, E_INVALID, "assess.id");
		fault_name(c, S("id"));
		return E_INVALID;
	}
	ret->id = v->text;
	ret->facts = json_get(doc, S("facts"));
	if (!ret->facts || ret->facts->type != JSON_OBJECT) {
		(void)FAIL(c, E_INVALID, "fact.object");
		fault_name(c, S("facts"));
		return E_INVALID;
	}
	v = json_get(doc, S("known_at"));
	r = msec_parse(c, json_text(v), &ret->known_at);
	if (r != OK)
		fault_name(c, S("known_at"));
	return r;
}

rc assess_latest(struct ctx *c, bool defaults, bool has_as_of, msec as_of, msec *ret)
{
	jday end;

	if (has_as_of) {
		*ret = as_of;
		return OK;
	}
	if (!defaults) {
		*ret = c->now;
		return OK;
	}
	TRY(jday_from_ymd(c, (struct ymd){ jday_ymd(msec_jday(c->now)).y + 1, 12, 31 }, &end));
	*ret = jday_msec(end + 1) - 1;
	return OK;
}

static rc assess_line(struct job *j, slice text)
{
	struct ctx *c = &j->line;
	struct assess_case in = { 0 };
	struct law_question q = { 0 };
	struct law_answer answer = { 0 };

	TRY(assess_read_case(c, text, &in));
	if (in.known_at > j->latest) {
		(void)FAIL(c, E_INVALID, j->has_as_of ? "assess.after_as_of" : "assess.future");
		fault_name(c, S("known_at"));
		return E_INVALID;
	}
	law_facts_clear(j->facts);
	TRY(law_facts_set_all(c, j->facts, in.facts));
	if (j->defaults)
		law_facts_assume_defaults(j->facts);
	q.known_at = in.known_at;
	q.as_of = j->has_as_of ? j->as_of : LAW_NOW;
	TRY(law_assess(c, j->facts, &q, &answer));
	put_answer(j, in.id, &answer);
	return OK;
}

/* One bad line is told and left out; the others go on. */
static void refuse(struct job *j, uint64_t row)
{
	struct fault *f = &j->line.fault;
	struct buf b;

	fault_where(&j->line, j->path);
	fault_place(&j->line, row > UINT32_MAX ? UINT32_MAX : (uint32_t)row, f->has_at ? (uint32_t)f->at + 1 : 0);
	arena_reset(j->line.a);
	buf_init(&b, j->line.a, 4096);
	fault_put(&b, f, LANGUAGE_EN);
	fprintf(stderr, "renkei: %.*s\n", (int)b.len, b.p);
	j->refused++;
}

static rc run_lines(struct job *j, struct lines *in)
{
	bool more = true, blank;
	slice text = S_NONE;

	for (;;) {
		rc r = lines_next(&j->line, in, &text, &more);

		if (r == OK && !more)
			return OK;
		blank = r == OK && slice_trim(text).len == 0;
		if (r == OK && !blank)
			r = assess_line(j, text);
		if (r == E_BUG || r == E_IO) {
			j->c->fault = j->line.fault;
			return r;
		}
		if (r != OK)
			refuse(j, in->row);
		arena_reset(j->line.a);
		if (j->out.len >= OUT_FLUSH)
			TRY(flush(j));
	}
}

rc assess_as_of(struct ctx *c, const char *text, msec *ret)
{
	struct when w;
	rc r = when_parse(c, slice_of(text), &w);

	if (r == OK)
		*ret = w.day_only ? w.at + DAY_MSEC - 1 : w.at;   /* of a day: all that was known on it */
	else
		fault_name(c, S("--as-of"));
	return r;
}

static rc run_assess(struct ctx *c, const struct call *in, struct answer *out)
{
	__attribute__((cleanup(lines_end))) struct lines lines = { .fd = -1 };
	AUTO_ARENA a = arena_new(ARENA_LINE);
	struct job j = { .c = c, .line = { .a = a, .now = c->now, .app = c->app } };
	rc r;

	(void)out;
	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	j.path = call_arg(in, 0, "-");
	j.defaults = call_has(in, "assume-defaults");
	j.has_as_of = call_has(in, "as-of");
	if (j.has_as_of)
		TRY(assess_as_of(c, call_value(in, "as-of"), &j.as_of));
	TRY(assess_latest(c, j.defaults, j.has_as_of, j.as_of, &j.latest));
	TRY(law_load(c, in->app->data, &j.law));
	TRY(law_facts_new(c, j.law, &j.facts));
	TRY(prepare(&j));
	TRY(lines_open(c, j.path, LIMIT_JSON_LINE, &lines));
	if (strcmp(j.path, "-") == 0)
		j.path = "stdin";
	buf_init(&j.out, c->a, OUT_MOST);
	r = run_lines(&j, &lines);
	if (r == OK)
		r = flush(&j);
	if (r == OK && j.refused > 0)
		return FAIL(c, E_INVALID, "assess.refused");
	return r;
}

static const struct option_spec options[] = {
	{ "assume-defaults", NULL, "Take the documented default for every fact that is not stated." },
	{ "as-of", "TIME", "Ask what was owed at TIME (RFC 3339, or a day): what became known later does not count." },
	{ "json", NULL, "Print JSON Lines; there is no other form, so this changes nothing." },
	{ 0 },
};

const struct command cmd_assess[] = {
	{ "assess", NULL, "[FILE|-]", 0, 1, "Tell from the facts of cases which duties arise, to whom and by when", options,
	  run_assess },
	{ 0 },
};
