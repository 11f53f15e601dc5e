/* Filling a form from values of the record. */
#include "work/report/filled.h"

#include "base/calendar.h"
#include "base/limits.h"
#include "work/report/gather.h"

#include "base/banned.h"

#define TEXT_MOST (LIMIT_VALUE_LONG * 8)

static const struct record_path *source_end(const struct source *s)
{
	return s->column ? s->column : s->path;
}

/* What stands on paper for a value that is not there: 速報 and 続報 say that it is being looked into. */
static slice state_text(enum value_state state, const struct report_meta *meta)
{
	switch (state) {
	case STATE_UNKNOWN: return meta->kind == REPORT_FINAL ? S("不明") : S("不明（調査中）");
	case STATE_NOT_APPLICABLE: return S("該当なし");
	case STATE_ABSENT: case STATE_CONFIRMED: case STATE_ESTIMATED: break;
	}
	return S_NONE;
}

static struct tick *tick_of(struct filled_part *out, slice code)
{
	for (uint32_t i = 0; i < out->nticks; i++)
		for (uint32_t j = 0; j < out->ticks[i].choice->n_is; j++)
			if (slice_eq(out->ticks[i].choice->is[j], code))
				return &out->ticks[i];
	return NULL;
}

static rc make_ticks(struct ctx *c, struct filled_part *out)
{
	out->nticks = out->part->nchoices;
	TRY_ARRAY(c, out->ticks, out->nticks);
	for (uint32_t i = 0; i < out->nticks; i++)
		out->ticks[i].choice = &out->part->choices[i];
	return OK;
}

static rc join_words(struct ctx *c, slice *words, slice more)
{
	struct buf b;

	if (more.len == 0)
		return OK;
	buf_init(&b, c->a, TEXT_MOST);
	if (words->len) {
		buf_put(&b, *words);
		buf_put(&b, S("、"));
	}
	buf_put(&b, more);
	return buf_done(c, &b, words);
}

/*
 * A box that stands for several codes of the record says which one it was; a code without a box is written out behind
 * the boxes, so that nothing known is lost on the way to paper.
 */
static rc tick_value(struct ctx *c, struct filled_part *out, const struct json *v)
{
	const struct choices *list = source_end(&out->part->from)->choices;
	slice words, code = value_code(v, &words);
	const struct choice *known = list ? choices_find(list, code) : NULL;
	struct tick *t = tick_of(out, code);

	if (!t) {
		if (out->part->hide_rest || !known)
			return OK;
		TRY(join_words(c, &out->text, known->ja));
		return join_words(c, &out->text, words);
	}
	t->on = true;
	if (known && t->choice->n_is > 1 && !slice_eq(known->ja, t->choice->ja) && !slice_eq(known->code, t->choice->code))
		TRY(join_words(c, &t->words, known->ja));
	return join_words(c, &t->words, words);
}

/* AS_CHOSEN: what was ticked, as a text. */
static rc chosen_text(struct ctx *c, struct filled_part *out)
{
	struct buf b;
	slice rest = out->text;

	buf_init(&b, c->a, TEXT_MOST);
	for (uint32_t i = 0; i < out->nticks; i++) {
		if (!out->ticks[i].on)
			continue;
		if (b.len)
			buf_put(&b, S("、"));
		buf_put(&b, out->ticks[i].choice->ja);
		if (out->ticks[i].words.len)
			buf_putf(&b, "（%" S_FMT "）", S_ARG(out->ticks[i].words));
	}
	if (rest.len) {
		if (b.len)
			buf_put(&b, S("、"));
		buf_put(&b, rest);
	}
	return buf_done(c, &b, &out->text);
}

static rc fill_boxes(struct ctx *c, const struct filling *f, struct filled_part *out)
{
	const struct form_part *p = out->part;
	struct gathered g;
	bool any = false;

	TRY(make_ticks(c, out));
	TRY(gather(c, f, &p->from, p, &g));
	out->state = g.state;
	if (p->type == PART_PRESENT || p->type == PART_FLAG) {
		for (uint32_t i = 0; i < g.n; i++)
			any = any || (p->type == PART_PRESENT ? g.values[i] != NULL : slice_eq(value_code(g.values[i], NULL), p->is));
		if (g.state == STATE_CONFIRMED || g.state == STATE_ESTIMATED)
			tick_of(out, any ? S("true") : S("false"))->on = true;
		return OK;
	}
	for (uint32_t i = 0; i < g.n; i++)
		if (g.values[i])
			TRY(tick_value(c, out, g.values[i]));
	return p->as == AS_CHOSEN ? chosen_text(c, out) : OK;
}

static void put_one(struct ctx *c, struct buf *b, const struct form_part *p, const struct json *v, enum value_state state)
{
	const struct record_path *end = source_end(&p->from);
	bool day = p->type == PART_DATE;

	switch (p->type) {
	case PART_DATE: case PART_DATETIME:
		put_time(c, b, json_text(v), day);
		if (state == STATE_ESTIMATED)
			buf_put(b, S("頃"));
		break;
	case PART_INT: case PART_SUM:
		if (state == STATE_ESTIMATED)
			buf_put(b, S("約"));
		put_count(b, v->num);
		buf_put(b, p->unit);
		break;
	default:
		if (p->as == AS_PREFECTURE)
			put_prefecture(b, json_text(v));
		else
			put_value(c, b, end, v, p->as);
	}
}

/* The end of a period and how exact it is. */
static rc put_period(struct ctx *c, struct buf *b, const struct filling *f, const struct form_part *p)
{
	struct gathered to, how;
	size_t mark = b->len;

	if (p->to.path) {
		TRY(gather(c, f, &p->to, p, &to));
		if (to.n && to.values[0]) {
			buf_put(b, S("から"));
			put_time(c, b, json_text(to.values[0]), p->type == PART_DATE);
			buf_put(b, S("まで"));
		}
	}
	if (p->precision.path) {
		TRY(gather(c, f, &p->precision, p, &how));
		if (how.n && slice_is(value_code(how.values[0], NULL), "unknown") && b->len == mark)
			buf_put(b, S("（正確な日時は不明）"));
	}
	return OK;
}

/* The same again says nothing more: two publications on one day are one date. */
static bool is_repeated(const struct gathered *g, uint32_t i)
{
	for (uint32_t j = 0; j < i; j++)
		if (g->values[j] && g->values[j]->type == JSON_TEXT && g->values[i]->type == JSON_TEXT &&
		    slice_eq(g->values[j]->text, g->values[i]->text))
			return true;
	return false;
}

/* Several long texts become a list of points, short ones a row of words. */
static rc fill_words(struct ctx *c, const struct filling *f, struct filled_part *out)
{
	const struct form_part *p = out->part;
	struct gathered g;
	bool points;
	struct buf b;

	TRY(gather(c, f, &p->from, p, &g));
	out->state = g.state;
	buf_init(&b, c->a, TEXT_MOST);
	points = g.list && source_end(&p->from)->type == VALUE_LONG;
	for (uint32_t i = 0; i < g.n; i++) {
		if (!g.values[i] || is_repeated(&g, i))
			continue;
		if (b.len)
			buf_put(&b, points ? S("\n") : S("、"));
		if (points)
			buf_put(&b, S("・"));
		put_one(c, &b, p, g.values[i], g.states[i]);
	}
	if (b.len && (p->type == PART_DATE || p->type == PART_DATETIME))
		TRY(put_period(c, &b, f, p));
	if (!g.list && g.n && !g.values[0] && g.state == STATE_CONFIRMED)
		out->state = STATE_ABSENT;
	return buf_done(c, &b, &out->text);
}

static rc fill_duration(struct ctx *c, const struct filling *f, struct filled_part *out)
{
	struct gathered a, b;
	struct buf text;
	msec from, to;

	TRY(gather(c, f, &out->part->from, NULL, &a));
	TRY(gather(c, f, &out->part->to, NULL, &b));
	if (!a.n || !b.n || !a.values[0] || !b.values[0] || json_text(a.values[0]).len == 10 ||
	    json_text(b.values[0]).len == 10)
		return OK;
	TRY(msec_parse(c, json_text(a.values[0]), &from));
	TRY(msec_parse(c, json_text(b.values[0]), &to));
	if (to < from)
		return OK;
	out->state = STATE_CONFIRMED;
	buf_init(&text, c->a, 128);
	buf_putf(&text, "%lld時間%02d分", (long long)((to - from) / 3600000), (int)((to - from) / 60000 % 60));
	return buf_done(c, &text, &out->text);
}

static rc fill_sum(struct ctx *c, const struct filling *f, struct filled_part *out)
{
	struct json sum = { .type = JSON_INT };
	struct gathered g;
	struct buf b;
	bool any = false;

	TRY(gather(c, f, &out->part->from, out->part, &g));
	for (uint32_t i = 0; i < g.n; i++)
		if (g.values[i] && !__builtin_add_overflow(sum.num, g.values[i]->num, &sum.num))
			any = true;
	out->state = any ? STATE_CONFIRMED : g.state == STATE_UNKNOWN ? STATE_UNKNOWN : STATE_ABSENT;
	buf_init(&b, c->a, 128);
	if (any)
		put_one(c, &b, out->part, &sum, STATE_CONFIRMED);
	return buf_done(c, &b, &out->text);
}

static rc fill_table(struct ctx *c, const struct filling *f, struct filled_part *out)
{
	const struct form_part *p = out->part;
	struct gathered g;

	TRY(gather_rows(c, f, p, &g));
	out->state = g.state;
	TRY_ARRAY(c, out->rows, g.n + 1);
	for (uint32_t i = 0; i < g.n; i++) {
		TRY_ARRAY(c, out->rows[i], p->ncolumns);
		for (uint32_t j = 0; j < p->ncolumns; j++) {
			enum value_state state;
			const struct json *v = value_bare(json_get(g.values[i], p->columns[j].column->path), &state);
			struct buf b;

			buf_init(&b, c->a, TEXT_MOST);
			if (state == STATE_ESTIMATED && p->columns[j].column->type == VALUE_INT)
				buf_put(&b, S("約"));
			if (v)
				put_value(c, &b, p->columns[j].column, v, p->columns[j].as);
			else
				buf_put(&b, state == STATE_UNKNOWN ? S("不明") : S_NONE);
			TRY(buf_done(c, &b, &out->rows[i][j]));
		}
		out->nrows++;
	}
	return OK;
}

static rc fill_part(struct ctx *c, const struct filling *f, const struct form_field *field, bool applies,
	const struct report_meta *meta, struct filled_part *out)
{
	switch (out->part->type) {
	case PART_ONE: case PART_MANY: case PART_BOOL: case PART_PRESENT: case PART_FLAG:
		TRY(fill_boxes(c, f, out));
		break;
	case PART_TABLE: TRY(fill_table(c, f, out)); break;
	case PART_DURATION: TRY(fill_duration(c, f, out)); break;
	case PART_SUM: TRY(fill_sum(c, f, out)); break;
	case PART_NOTE:
		out->state = applies ? STATE_CONFIRMED : STATE_ABSENT;
		out->text = applies ? field->text : S_NONE;
		break;
	case PART_TEXT: case PART_LONG: case PART_DATE: case PART_DATETIME: case PART_INT: case PART_DECIMAL: case PART_FILE:
		TRY(fill_words(c, f, out));
		break;
	}
	out->value = out->part->from.own ? json_get(f->own, out->part->from.column->path)
		: json_get(f->values, out->part->from.path->path);
	if (out->text.len == 0 && out->nrows == 0)
		out->text = state_text(out->state, meta);
	return OK;
}

static bool any_tick(const struct filled_part *p)
{
	for (uint32_t i = 0; i < p->nticks; i++)
		if (p->ticks[i].on)
			return true;
	return false;
}

/* Something stands there: a value, a tick, a row, or the statement that there is none or that it is not known. */
static bool is_given(const struct filled_part *p)
{
	if (p->state == STATE_ABSENT)
		return false;
	return p->text.len > 0 || any_tick(p) || p->nrows > 0 || p->part->type == PART_TABLE;
}

static void judge(struct filled_field *out, const struct report_meta *meta)
{
	enum required r = out->field->required;
	bool needed = r == REQUIRED_PRELIMINARY || (r == REQUIRED_FINAL && meta->kind == REPORT_FINAL) ||
		(r == REQUIRED_IF && out->applies);
	bool any = false, absent = false, unknown = false;

	for (uint32_t i = 0; i < out->field->nparts; i++) {
		const struct filled_part *p = &out->parts[i];
		bool given = is_given(p);

		any = any || given;
		absent = absent || (!given && !p->part->optional);
		unknown = unknown || (p->state == STATE_UNKNOWN && !p->part->optional);
		if (p->part->as == AS_CORPORATE_NUMBER && p->state != STATE_ABSENT && !corporate_number_is_right(p->text) &&
		    p->value && p->state != STATE_UNKNOWN && p->state != STATE_NOT_APPLICABLE) {
			out->missing = true;
			out->why = "check_digit";
			return;
		}
	}
	if (!needed)
		return;
	if (absent || !any)
		out->why = "absent";
	else if (unknown && meta->kind == REPORT_FINAL)
		out->why = "unknown";
	out->missing = out->why != NULL;
}

static rc fill_field(struct ctx *c, const struct filling *f, const struct form_field *field,
	const struct report_meta *meta, struct filled_field *out)
{
	out->field = field;
	TRY(gather_holds(c, f, field->when, field->nwhen, &out->applies));
	TRY_ARRAY(c, out->parts, field->nparts);
	for (uint32_t i = 0; i < field->nparts; i++) {
		out->parts[i].part = &field->parts[i];
		TRY(fill_part(c, f, field, out->applies, meta, &out->parts[i]));
	}
	judge(out, meta);
	return OK;
}

static rc fill_sheet(struct ctx *c, const struct filling *f, const struct form_sheet *sheet,
	const struct report_meta *meta, struct filled_sheet *out)
{
	out->sheet = sheet;
	out->nsections = sheet->nsections;
	TRY_ARRAY(c, out->sections, sheet->nsections);
	for (uint32_t i = 0; i < sheet->nsections; i++) {
		struct filled_section *sec = &out->sections[i];

		sec->section = &sheet->sections[i];
		sec->nfields = sec->section->nfields;
		TRY_ARRAY(c, sec->fields, sec->nfields);
		for (uint32_t j = 0; j < sec->nfields; j++)
			TRY(fill_field(c, f, &sec->section->fields[j], meta, &sec->fields[j]));
	}
	return OK;
}

/* What stands in the report's own row has the form of reports[] as well. */
static rc check_own(struct ctx *c, const struct forms *f, const struct json *own)
{
	struct json *all, *list, *row;

	TRY(json_make(c, JSON_OBJECT, S_NONE, &all));
	TRY(json_make(c, JSON_ARRAY, S("reports"), &list));
	TRY_NEW(c, row);
	*row = *own;
	json_append(list, row);
	json_append(all, list);
	return record_check(c, f->record, all);
}

rc form_fill(struct ctx *c, const struct forms *f, const struct form *form, const struct json *values,
	const struct report_meta *meta, struct filled **ret)
{
	struct filling filling = { .values = values, .addressee = meta->addressee };
	struct filled *out;

	TRY(record_check(c, f->record, values));
	/* states say more than the count alone: count_state follows from it */
	TRY(record_derive(c, f->record, NULL, values, &filling.values));
	TRY(gather_own(c, form, meta, &filling.own));
	TRY(check_own(c, f, filling.own));
	TRY_NEW(c, out);
	*out = (struct filled){ .form = form, .record = f->record, .values = filling.values, .meta = *meta };
	TRY_ARRAY(c, out->sheets, form->nsheets);
	for (uint32_t i = 0; i < form->nsheets; i++) {
		bool holds;

		TRY(gather_holds(c, &filling, form->sheets[i].when, form->sheets[i].nwhen, &holds));
		if (holds)
			TRY(fill_sheet(c, &filling, &form->sheets[i], meta, &out->sheets[out->nsheets++]));
	}
	*ret = out;
	return OK;
}
