/* Questions out of terms: any fact of the law and any path of the record can be asked on any page. */
#include "door/http/visit.h"

#include "base/banned.h"

enum control { CONTROL_LINE, CONTROL_LONG, CONTROL_DAY, CONTROL_TIME, CONTROL_COUNT, CONTROL_RADIO, CONTROL_CHECKS, CONTROL_TABLE };

#define CONTROLS 8

static const char *const control_words[CONTROLS] = { "line", "long", "day", "time", "count", "radio", "checks", "table" };

#define ROWS_SPARE 1   /* a row more at every saving */

static enum control control_of(const struct term *t)
{
	switch (t->type) {
	case TERM_TEXT: case TERM_FILE: case TERM_REF: case TERM_DECIMAL: return t->choices ? CONTROL_RADIO : CONTROL_LINE;
	case TERM_LONG: return CONTROL_LONG;
	case TERM_DAY: return CONTROL_DAY;
	case TERM_TIME: return CONTROL_TIME;
	case TERM_INT: return CONTROL_COUNT;
	case TERM_BOOL: case TERM_ONE: return CONTROL_RADIO;
	case TERM_MANY: return CONTROL_CHECKS;
	case TERM_TABLE: case TERM_GROUP: return CONTROL_TABLE;
	}
	return CONTROL_LINE;
}

static slice join(struct visit *v, slice a, const char *sep, slice b2)
{
	struct buf b;

	buf_init(&b, v->c->a, 512);
	buf_putf(&b, "%" S_FMT "%s%" S_FMT, S_ARG(a), sep, S_ARG(b2));
	return buf_slice(&b);
}

/* The code of a value of one choice: "x" or {"code":"x"}. */
static slice code_of(const struct json *v)
{
	if (v && v->type == JSON_OBJECT)
		return json_text(json_get(v, S("code")));
	return json_is_true(v) ? S("true") : v && v->type == JSON_FALSE ? S("false") : json_text(v);
}

static bool chosen(const struct json *list, slice code)
{
	for JSON_EACH(x, list)
		if (slice_eq(code_of(x), code))
			return true;
	return false;
}

static void put_options(struct visit *v, struct json_out *o, const struct term *t, slice now, const struct json *many)
{
	jo_key(o, S("options"));
	jo_array(o);
	if (t->type == TERM_BOOL) {
		m_option(o, S("true"), v->ja ? S("はい") : S("Yes"), slice_is(now, "true"));
		m_option(o, S("false"), v->ja ? S("いいえ") : S("No"), slice_is(now, "false"));
	}
	/* "other" comes last: who meets it first looks no further */
	for (int last = 0; last < 2; last++)
		for (const struct term_choice *x = t->choices; x < t->choices + t->nchoices; x++)
			if (slice_is(x->code, "other") == (last == 1))
				m_option(o, x->code, v->ja ? x->ja : x->en, many ? chosen(many, x->code) : slice_eq(now, x->code));
	if (t->law && !many)
		m_option(o, S("?"), v->ja ? S("まだ分からない") : S("Not known yet"), slice_is(now, "?"));
	jo_end_array(o);
}

/* The value as somebody would type it. */
static slice plain(const struct term *t, const struct json *x)
{
	if (!x)
		return S_NONE;
	if (x->type == JSON_OBJECT || x->type == JSON_ARRAY)
		return code_of(x);
	if (t->type == TERM_BOOL)
		return code_of(x);
	return x->text;
}

/* A day or a time in a cell, as people write it; it is read as they write it, too. */
static slice cell_text(struct visit *v, const struct term *col, const struct json *x)
{
	slice text = plain(col, x);
	struct when w;
	struct buf b;

	if (text.len == 0 || (col->type != TERM_DAY && col->type != TERM_TIME) || when_parse(v->c, text, &w) != OK) {
		fault_clear(v->c);
		return text;
	}
	buf_init(&b, v->c->a, 128);
	if (v->ja)
		when_put_ja(&b, w);
	else
		when_put_iso(&b, w);
	return buf_slice(&b);
}

static void put_moment(struct visit *v, struct json_out *o, slice name, slice text, bool clock)
{
	char *field = arena_cstr(v->c->a, name);
	struct when w = { 0 };
	bool given = text.len > 0 && when_parse(v->c, text, &w) == OK;

	fault_clear(v->c);
	if (!clock)
		w.day_only = true;
	if (field)
		m_date(v, o, "date", field, given, w);
}

static rc put_cells(struct visit *v, struct json_out *o, const struct term *t, slice name, const struct json *row, size_t at)
{
	jo_object(o);
	jo_kv_int(o, "no", (int64_t)at + 1);
	jo_key(o, S("cells"));
	jo_array(o);
	for (size_t i = 0; i < t->ncolumns; i++) {
		const struct term *col = &t->columns[i];
		slice prefix, id, now = cell_text(v, col, json_get(row, col->path));
		struct buf b;

		buf_init(&b, v->c->a, 256);
		buf_putf(&b, "%" S_FMT ".%zu", S_ARG(name), at);
		prefix = buf_slice(&b);
		id = join(v, prefix, ".", col->path);
		jo_object(o);
		jo_kv_text(o, "name", id);
		jo_kv_text(o, "label", v->ja ? col->ja : col->en);
		jo_kv_bool(o, "long", col->type == TERM_LONG);
		jo_kv_text(o, "value", given_or(v, arena_cstr(v->c->a, id), now));
		if (col->choices || col->type == TERM_BOOL) {
			jo_kv_bool(o, "choice", true);
			put_options(v, o, col, now, NULL);
		}
		jo_end_object(o);
	}
	jo_end_array(o);
	jo_end_object(o);
	return OK;
}

static rc put_rows(struct visit *v, struct json_out *o, const struct term *t, slice name, const struct json *value)
{
	bool group = t->type == TERM_GROUP;
	const struct json *row = group ? value : value ? value->child : NULL;
	size_t n = group ? 1 : (value ? value->count : 0) + ROWS_SPARE;

	jo_key(o, S("rows"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		TRY(put_cells(v, o, t, name, row, i));
		if (!group && row)
			row = row->next;
	}
	jo_end_array(o);
	return OK;
}

static slice about_of(const struct fact *f)
{
	if (!f || f->said.state != SAID_VALUE)
		return S_NONE;
	return slice_of(said_exact_words[f->said.exact]);
}

static void put_exact(struct visit *v, struct json_out *o, slice name, const struct fact *f)
{
	static const char *const ja[SAID_EXACTS] = { "ちょうど", "約", "最大", "少なくとも" };
	static const char *const en[SAID_EXACTS] = { "exactly", "about", "at most", "at least" };
	slice now = given_or(v, arena_cstr(v->c->a, join(v, name, ".", S("exact"))), about_of(f));

	jo_key(o, S("exact"));
	jo_array(o);
	for (unsigned i = 0; i < SAID_EXACTS; i++)
		m_option(o, slice_of(said_exact_words[i]), slice_of(say(v, ja[i], en[i])),
		       now.len ? slice_is(now, said_exact_words[i]) : i == 0);
	jo_end_array(o);
}

static rc stated_value(struct visit *v, const struct fact *f, const struct json **ret)
{
	*ret = NULL;
	if (f && f->said.state == SAID_VALUE && f->said.json.len > 0)
		TRY(json_parse(v->c, f->said.json, ret));
	return OK;
}

static void put_help(struct visit *v, struct json_out *o, const struct term *t)
{
	const struct law_fact *x = t->law_index >= 0 ? law_fact_at(v->h->law, (uint32_t)t->law_index) : NULL;

	jo_kv_text(o, "help", x && v->ja ? x->mean_ja : S_NONE);
}

rc m_control(struct visit *v, struct json_out *o, const struct term *t, const struct fact *f, const char *prefix, enum need need)
{
	slice name = join(v, slice_of(prefix), "", t->path), ask = v->ja ? t->ask_ja : t->ask_en, now;
	enum control k = control_of(t);
	const struct json *value;
	const char *wrong = NULL;

	TRY(stated_value(v, f, &value));
	now = f && f->said.state == SAID_UNKNOWN ? S("?") : plain(t, value);
	if (f && f->said.state == SAID_NOT_APPLICABLE && (k == CONTROL_LINE || k == CONTROL_LONG))
		now = slice_of(say(v, "該当なし", "n/a"));
	now = given_or(v, arena_cstr(v->c->a, name), now);
	for (size_t i = 0; i < v->nerrors; i++)
		if (slice_eq(v->errors[i].field, name))
			wrong = arena_cstr(v->c->a, v->errors[i].text);
	jo_object(o);
	jo_kv_text(o, "name", name);
	jo_kv_text(o, "path", t->path);
	jo_kv_text(o, "kind", slice_of(control_words[k]));
	jo_kv_text(o, "label", v->ja ? t->ja : t->en);
	jo_kv_text(o, "ask", ask.len ? ask : v->ja ? t->ja : t->en);
	jo_kv_bool(o, "need", need == NEED);
	jo_kv_bool(o, "filled", need == NEED_FILLED);
	jo_kv_bool(o, "personal", t->personal);
	jo_kv_bool(o, "law", t->law);
	put_help(v, o, t);
	if (wrong)
		jo_kv_text(o, "wrong_text", slice_of(wrong));
	jo_kv_text(o, "value", slice_is(now, "?") && k != CONTROL_RADIO ? S_NONE : now);
	jo_kv_bool(o, "unknown", slice_is(now, "?"));
	if (k == CONTROL_RADIO)
		put_options(v, o, t, now, NULL);
	if (k == CONTROL_CHECKS)
		put_options(v, o, t, S_NONE, value ? value : &(const struct json){ .type = JSON_ARRAY });
	if (k == CONTROL_COUNT)
		put_exact(v, o, name, f);
	if (k == CONTROL_DAY || k == CONTROL_TIME)
		put_moment(v, o, name, now, k == CONTROL_TIME);
	if (k == CONTROL_TABLE) {
		const char *none = arena_cstr(v->c->a, join(v, name, ".", S("none")));
		bool says_none = f && f->said.state == SAID_NOT_APPLICABLE;

		jo_kv_bool(o, "none", given_or(v, none, says_none ? S("1") : S_NONE).len > 0);
		TRY(put_rows(v, o, t, name, value));
	}
	jo_end_object(o);
	return OK;
}

/* ---- reading ---- */

static void put_cell(struct json_out *o, const struct term *col, slice text)
{
	jo_key(o, col->path);
	if (col->type == TERM_BOOL && (slice_is(text, "true") || slice_is(text, "false")))
		jo_bool(o, slice_is(text, "true"));
	else if (col->type == TERM_MANY) {
		jo_array(o);
		jo_text(o, text);
		jo_end_array(o);
	} else
		jo_text(o, text);
}

/* The rows of fact.<path>.<n>.<column>; rows without a word are left out. */
static rc read_rows(struct visit *v, const struct term *t, slice name, slice *ret, bool *ret_given)
{
	bool group = t->type == TERM_GROUP;
	struct json_out o;
	struct buf b;

	buf_init(&b, v->c->a, (size_t)1 << 20);
	o = json_out_on(&b);
	*ret_given = false;
	if (!group)
		jo_array(&o);
	for (size_t row = 0; row < (group ? 1 : 60); row++) {
		bool any = false;

		for (size_t i = 0; i < t->ncolumns; i++) {
			struct buf id;
			slice text;

			buf_init(&id, v->c->a, FORM_NAME_MOST * 2);
			buf_putf(&id, "%" S_FMT ".%zu.%" S_FMT, S_ARG(name), row, S_ARG(t->columns[i].path));
			text = slice_trim(form_get(v->in, buf_slice(&id)));
			if (text.len == 0)
				continue;
			if (!any)
				jo_object(&o);
			any = true;
			put_cell(&o, &t->columns[i], text);
		}
		if (any)
			jo_end_object(&o);
		*ret_given = *ret_given || any;
	}
	if (!group)
		jo_end_array(&o);
	return buf_done(v->c, &b, ret);
}

static rc read_checks(struct visit *v, slice name, slice *ret, bool *ret_given)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, v->c->a, 65536);
	o = json_out_on(&b);
	jo_array(&o);
	*ret_given = false;
	for (size_t i = 0; i < v->in->n; i++) {
		if (!slice_eq(v->in->pairs[i].name, name) || v->in->pairs[i].value.len == 0)
			continue;
		*ret_given = true;
		jo_text(&o, v->in->pairs[i].value);
	}
	jo_end_array(&o);
	return buf_done(v->c, &b, ret);
}

static rc from_json(struct visit *v, const struct term *t, slice text, struct said *ret)
{
	const struct json *root;

	TRY(json_parse(v->c, text, &root));
	return said_from_json(v->c, t, root, ret);
}

static rc read_count(struct visit *v, const struct term *t, slice name, slice text, struct said *ret)
{
	slice exact = slice_trim(form_get(v->in, join(v, name, ".", S("exact"))));
	unsigned i = 0;

	TRY(text_narrow(v->c, text, &text));
	TRY(said_from_text(v->c, t, text, ret));
	if (exact.len > 0 && ret->state == SAID_VALUE && ret->exact == EXACT) {
		TRY(said_word(v->c, said_exact_words, SAID_EXACTS, exact, &i));
		ret->exact = (enum said_exact)i;
	}
	return OK;
}

rc control_read(struct visit *v, const struct term *t, struct said *ret, bool *ret_given)
{
	slice name = join(v, S("fact."), "", t->path), text = slice_trim(form_get(v->in, name));
	enum control k = control_of(t);
	bool unknown = form_get(v->in, join(v, name, ".", S("unknown"))).len > 0;

	*ret_given = false;
	if (unknown) {
		*ret_given = true;
		*ret = (struct said){ .state = SAID_UNKNOWN };
		return OK;
	}
	/* the API gives lists and tables as JSON */
	if (text.len > 0 && (text.p[0] == '{' || text.p[0] == '[')) {
		*ret_given = true;
		return from_json(v, t, text, ret);
	}
	if (k == CONTROL_TABLE)
		TRY(read_rows(v, t, name, &text, ret_given));
	else if (k == CONTROL_CHECKS)
		TRY(read_checks(v, name, &text, ret_given));
	else if ((k == CONTROL_DAY || k == CONTROL_TIME) && !slice_is(text, "?"))
		TRY(form_date_text(v->c, v->in, name, &text));
	if (k == CONTROL_TABLE && form_get(v->in, join(v, name, ".", S("none"))).len > 0) {
		if (*ret_given)
			return FAIL(v->c, E_INVALID, "form.none_and_rows");
		*ret_given = true;
		*ret = (struct said){ .state = SAID_NOT_APPLICABLE };
		return OK;
	}
	if (k == CONTROL_TABLE || k == CONTROL_CHECKS)
		return *ret_given ? from_json(v, t, text, ret) : OK;
	*ret_given = text.len > 0;
	if (text.len == 0)
		return OK;
	if (k == CONTROL_COUNT)
		return read_count(v, t, name, text, ret);
	return said_from_text(v->c, t, text, ret);
}
