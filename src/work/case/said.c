#include "work/case/said.h"

#include <string.h>

#include "base/parse.h"
#include "base/utf8.h"
#include "base/when.h"

#include "base/banned.h"

const char *const said_state_words[SAID_STATES] = { "said", "unknown", "na" };
const char *const said_exact_words[SAID_EXACTS] = { "exact", "about", "at_most", "at_least" };
const char *const said_sure_words[SAID_SURES] = { "confirmed", "estimated", "assumed", "heard" };

rc said_word(struct ctx *c, const char *const *words, unsigned n, slice word, unsigned *ret)
{
	for (unsigned i = 0; i < n; i++)
		if (slice_is(word, words[i])) {
			*ret = i;
			return OK;
		}
	return FAIL(c, E_INVALID, "value.word");
}

static rc fail_for(struct ctx *c, rc code, const char *key, const struct term *t)
{
	(void)fault_set(c, code, key, __FILE__, __LINE__);
	fault_name(c, t->path);
	return code;
}

static bool is_any(slice s, const char *const *words)
{
	for (; *words; words++)
		if (slice_is(s, *words))
			return true;
	return false;
}

static rc json_keep(struct ctx *c, struct buf *b, struct said *ret)
{
	slice text;

	TRY(buf_done(c, b, &text));
	text = arena_copy(c->a, text);
	if (!text.p)
		return FAIL(c, E_LIMIT, "memory.limit");
	ret->json = text;
	return OK;
}

static rc keep_text(struct ctx *c, slice s, struct said *ret)
{
	struct buf b;

	buf_init(&b, c->a, 6 * s.len + 16);
	json_put_text(&b, s);
	return json_keep(c, &b, ret);
}

static rc keep_int(struct ctx *c, int64_t n, struct said *ret)
{
	struct buf b;

	buf_init(&b, c->a, 32);
	buf_put_i64(&b, n);
	ret->num = n;
	return json_keep(c, &b, ret);
}

/* ---- numbers of people and things ---- */

static bool cut_front(slice *s, const char *const *words)
{
	for (; *words; words++) {
		slice w = slice_of(*words);

		if (w.len > 0 && slice_starts(*s, w)) {
			*s = slice_trim(slice_sub(*s, w.len, s->len));
			return true;
		}
	}
	return false;
}

static bool cut_back(slice *s, const char *const *words)
{
	for (; *words; words++) {
		slice w = slice_of(*words);

		if (s->len > w.len && slice_ends(*s, w)) {
			*s = slice_trim(slice_sub(*s, 0, s->len - w.len));
			return true;
		}
	}
	return false;
}

/* 2242万, 1億2000万, 22,420,000, １２０; nothing else around it. */
static bool read_count(slice s, int64_t *ret)
{
	int64_t total = 0, part = 0;
	bool digit = false, any = false;
	size_t i = 0;

	while (i < s.len) {
		uint32_t cp;

		if (!utf8_next(s, &i, &cp))
			return false;
		if (cp >= 0xFF10 && cp <= 0xFF19)
			cp = cp - 0xFF10 + '0';
		if (cp >= '0' && cp <= '9') {
			if (part > JSON_INT_MOST / 100)
				return false;
			part = part * 10 + (int64_t)(cp - '0');
			digit = any = true;
		} else if ((cp == ',' || cp == 0xFF0C) && digit) {
			digit = false;
		} else if ((cp == 0x4E07 || cp == 0x5104) && digit && part < 1000000) {   /* 万 億 */
			total += part * (cp == 0x4E07 ? 10000 : 100000000);
			part = 0;
			digit = false;
			any = true;
		} else {
			return false;
		}
	}
	*ret = total + part;
	return any && s.p[s.len - 1] != ',' && *ret <= JSON_INT_MOST;
}

static rc int_from_text(struct ctx *c, const struct term *t, slice s, struct said *ret)
{
	static const char *const about[] = { "約", "およそ", "おおよそ", "about ", "~", "～", NULL };
	static const char *const most[] = { "最大", "<=", "≦", "at most ", NULL };
	static const char *const least[] = { "少なくとも", ">=", "≧", "at least ", NULL };
	static const char *const units[] = { "人", "名", "件", "台", "者", "歳", NULL };
	static const char *const after_about[] = { "程度", "前後", "くらい", "ほど", NULL };
	static const char *const after_most[] = { "以下", "以内", NULL };
	static const char *const after_least[] = { "以上", NULL };
	static const char *const minus[] = { "-", "−", "－", "▲", "△", NULL };
	struct said v = { 0 };
	int64_t n = 0;

	if (cut_front(&s, about) || cut_back(&s, after_about))
		v.exact = EXACT_ABOUT;
	else if (cut_front(&s, most) || cut_back(&s, after_most))
		v.exact = EXACT_AT_MOST;
	else if (cut_front(&s, least) || cut_back(&s, after_least))
		v.exact = EXACT_AT_LEAST;
	(void)cut_back(&s, units);
	if (cut_front(&s, minus))
		return fail_for(c, E_INVALID, "value.negative", t);
	if (s.len == 0 || s.len > 64 || !read_count(s, &n))
		return fail_for(c, E_INVALID, "value.count", t);
	TRY(keep_int(c, n, &v));
	*ret = v;
	return OK;
}

/* ---- texts, days, choices ---- */

static rc check_text(struct ctx *c, const struct term *t, slice s)
{
	bool lines = t->type == TERM_LONG, json = t->type == TERM_TABLE || t->type == TERM_GROUP;

	if (s.len > (json ? LIMIT_VALUE_JSON : lines || t->type == TERM_MANY ? LIMIT_VALUE_LONG : LIMIT_VALUE_TEXT))
		return fail_for(c, E_LIMIT, "value.long", t);
	if (!utf8_is_valid(s))
		return fail_for(c, E_INVALID, "value.utf8", t);
	for (size_t i = 0; i < s.len && !json; i++)
		if ((unsigned char)s.p[i] < 0x20 && !(lines && s.p[i] == '\n'))
			return fail_for(c, E_INVALID, "value.control", t);
	if (slice_trim(s).len == 0)
		return fail_for(c, E_INVALID, "value.empty", t);
	return OK;
}

static rc bool_from_text(struct ctx *c, const struct term *t, slice s, struct said *ret)
{
	static const char *const yes[] = { "true", "yes", "はい", "有", "あり", "有り", NULL };
	static const char *const no[] = { "false", "no", "いいえ", "無", "なし", "無し", NULL };

	if (is_any(s, yes))
		ret->json = S("true");
	else if (is_any(s, no))
		ret->json = S("false");
	else
		return fail_for(c, E_INVALID, "value.yes_no", t);
	return OK;
}

static rc day_from_text(struct ctx *c, const struct term *t, slice s, struct said *ret)
{
	struct when w = { 0, true };
	struct buf b;
	jday d = 0;
	rc r = t->type == TERM_DAY ? day_parse(c, s, &d) : when_parse(c, s, &w);

	if (t->type == TERM_DAY)
		w.at = jday_msec(d);
	if (r != OK) {
		fault_name(c, t->path);
		return r;
	}
	buf_init(&b, c->a, 64);
	buf_putc(&b, '"');
	if (w.day_only)
		jday_put(&b, msec_jday(w.at));
	else
		msec_put(&b, w.at);
	buf_putc(&b, '"');
	return json_keep(c, &b, ret);
}

const struct term_choice *term_choice(const struct term *t, slice word, bool labels)
{
	for (size_t i = 0; i < t->nchoices; i++) {
		const struct term_choice *ch = &t->choices[i];

		if (slice_eq(ch->code, word) || (labels && (slice_eq(ch->ja, word) || slice_eq(ch->en, word))))
			return ch;
	}
	return NULL;
}

static rc put_choice(struct ctx *c, const struct term *t, slice word, struct json_out *o)
{
	const struct term_choice *ch = term_choice(t, word, true);

	if (!ch)
		return fail_for(c, E_INVALID, "value.choice", t);
	jo_text(o, ch->code);
	return OK;
}

static rc one_from_text(struct ctx *c, const struct term *t, slice s, struct said *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	TRY(put_choice(c, t, s, &o));
	return json_keep(c, &b, ret);
}

/* "name,address" or 氏名、住所; a list of texts where there are no choices. */
static rc list_from_text(struct ctx *c, const struct term *t, slice s, struct said *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, LIMIT_VALUE_JSON);
	o = json_out_on(&b);
	jo_array(&o);
	while (s.len > 0) {
		size_t comma = slice_find(s, S(","), 0), kuten = slice_find(s, S("、"), 0);
		size_t end = comma < kuten ? comma : kuten;
		slice part = slice_trim(slice_sub(s, 0, end < s.len ? end : s.len));

		s = end < s.len ? slice_sub(s, end + (comma < kuten ? 1 : 3), s.len) : S_NONE;
		if (t->nchoices > 0)
			TRY(put_choice(c, t, part, &o));
		else
			jo_text(&o, part);
	}
	jo_end_array(&o);
	return json_keep(c, &b, ret);
}

static rc decimal_from_text(struct ctx *c, const struct term *t, slice s, struct said *ret)
{
	size_t dots = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '.' && i > 0 && i + 1 < s.len && dots++ == 0)
			continue;
		if (s.p[i] < '0' || s.p[i] > '9')
			return fail_for(c, E_INVALID, s.p[0] == '-' ? "value.negative" : "value.count", t);
	}
	if (s.len == 0 || s.len > 30 || (s.len > 1 && s.p[0] == '0' && s.p[1] != '.'))
		return fail_for(c, E_INVALID, "value.count", t);
	ret->json = s;
	return OK;
}

static rc scalar_from_text(struct ctx *c, const struct term *t, slice s, struct said *ret)
{
	switch (t->type) {
	case TERM_TEXT:
	case TERM_LONG:
	case TERM_FILE:
	case TERM_REF: return t->repeats ? list_from_text(c, t, s, ret) : keep_text(c, s, ret);
	case TERM_DAY:
	case TERM_TIME: return day_from_text(c, t, s, ret);
	case TERM_INT: return int_from_text(c, t, s, ret);
	case TERM_DECIMAL: return decimal_from_text(c, t, s, ret);
	case TERM_BOOL: return bool_from_text(c, t, s, ret);
	case TERM_ONE: return one_from_text(c, t, s, ret);
	case TERM_MANY: return list_from_text(c, t, s, ret);
	case TERM_TABLE:
	case TERM_GROUP: break;
	}
	NEVER(true);
}

rc said_from_text(struct ctx *c, const struct term *t, slice text, struct said *ret)
{
	static const char *const unknown[] = { "?", "？", "不明", "未確認", "調査中", "unknown", NULL };
	static const char *const none[] = { "-", "該当なし", "n/a", NULL };
	slice s = slice_trim(text);
	struct said v = { 0 };

	TRY(check_text(c, t, text));
	if (is_any(s, unknown) && !(t->type == TERM_ONE && term_choice(t, s, true))) {
		v.state = SAID_UNKNOWN;
	} else if (is_any(s, none)) {
		v.state = SAID_NOT_APPLICABLE;
	} else if (t->type == TERM_TABLE || t->type == TERM_GROUP ||
	           ((t->type == TERM_ONE || t->type == TERM_MANY) && (s.p[0] == '{' || s.p[0] == '['))) {
		const struct json *j;

		TRY(json_parse(c, s, &j));
		return said_from_json(c, t, j, ret);
	} else {
		TRY(scalar_from_text(c, t, s, &v));
	}
	*ret = v;
	return OK;
}

/* ---- JSON ---- */

static rc put_json(struct ctx *c, const struct term *t, const struct json *v, struct json_out *o, bool element);

/* A choice with words added: {"code": "other", "text": "…"}. */
static rc put_choice_json(struct ctx *c, const struct term *t, const struct json *v, struct json_out *o)
{
	slice text = json_text(json_get(v, S("text")));

	if (v->type == JSON_TEXT)
		return put_choice(c, t, v->text, o);
	if (v->type != JSON_OBJECT || v->count != (text.p ? 2u : 1u))
		return fail_for(c, E_INVALID, "value.kind", t);
	jo_object(o);
	jo_key(o, S("code"));
	TRY(put_choice(c, t, json_text(json_get(v, S("code"))), o));
	if (text.p) {
		TRY(check_text(c, t, text));
		jo_kv_text(o, "text", text);
	}
	jo_end_object(o);
	return OK;
}

static rc put_row(struct ctx *c, const struct term *t, const struct json *v, struct json_out *o)
{
	if (v->type != JSON_OBJECT)
		return fail_for(c, E_INVALID, "value.kind", t);
	jo_object(o);
	for JSON_EACH(m, v) {
		const struct term *col = NULL;

		for (size_t i = 0; i < t->ncolumns && !col; i++)
			if (slice_eq(t->columns[i].path, m->name))
				col = &t->columns[i];
		if (!col) {
			(void)FAIL(c, E_INVALID, "value.column");
			fault_name(c, m->name.len < 64 ? m->name : t->path);
			return E_INVALID;
		}
		if (m->type == JSON_NULL)
			continue;
		jo_key(o, m->name);
		TRY(put_json(c, col, m, o, false));
	}
	jo_end_object(o);
	return OK;
}

static rc put_list(struct ctx *c, const struct term *t, const struct json *v, struct json_out *o)
{
	if (v->type != JSON_ARRAY)
		return fail_for(c, E_INVALID, "value.kind", t);
	jo_array(o);
	for JSON_EACH(e, v)
		TRY(put_json(c, t, e, o, true));
	jo_end_array(o);
	return OK;
}

static rc put_json(struct ctx *c, const struct term *t, const struct json *v, struct json_out *o, bool element)
{
	struct said one = { 0 };

	if (!element && (t->type == TERM_TABLE || t->type == TERM_MANY || t->repeats))
		return put_list(c, t, v, o);
	if (t->type == TERM_TABLE || t->type == TERM_GROUP)
		return put_row(c, t, v, o);
	if (t->type == TERM_ONE || t->type == TERM_MANY)
		return put_choice_json(c, t, v, o);
	if (v->type == JSON_TEXT)
		TRY(check_text(c, t, v->text));
	if (t->type == TERM_BOOL && json_is_bool(v))
		one.json = v->type == JSON_TRUE ? S("true") : S("false");
	else if (t->type == TERM_INT && v->type == JSON_INT && v->num < 0)
		return fail_for(c, E_INVALID, "value.negative", t);
	else if (t->type == TERM_INT && v->type == JSON_INT)
		TRY(keep_int(c, v->num, &one));
	else if (t->type == TERM_DECIMAL && (v->type == JSON_INT || v->type == JSON_NUMBER))
		TRY(decimal_from_text(c, t, v->text, &one));
	else if (v->type == JSON_TEXT && t->repeats)
		TRY(keep_text(c, v->text, &one));
	else if (v->type == JSON_TEXT)
		TRY(scalar_from_text(c, t, slice_trim(v->text), &one));
	else
		return fail_for(c, E_INVALID, "value.kind", t);
	jo_raw(o, one.json);
	return OK;
}

/* {"about":N} and its like; false when it is another value. */
static rc exact_from_json(struct ctx *c, const struct term *t, const struct json *v, struct said *ret)
{
	for (unsigned i = EXACT_ABOUT; i < SAID_EXACTS; i++) {
		const struct json *n = json_get(v, slice_of(said_exact_words[i]));

		if (!n || v->count != 1 || n->type != JSON_INT)
			continue;
		if (n->num < 0)
			return fail_for(c, E_INVALID, "value.negative", t);
		ret->exact = (enum said_exact)i;
		return keep_int(c, n->num, ret);
	}
	return fail_for(c, E_INVALID, "value.count", t);
}

rc said_from_json(struct ctx *c, const struct term *t, const struct json *v, struct said *ret)
{
	struct said out = { 0 };
	struct json_out o;
	struct buf b;

	if (v->type == JSON_NULL) {
		out.state = SAID_UNKNOWN;
	} else if (t->type == TERM_INT && v->type == JSON_OBJECT) {
		TRY(exact_from_json(c, t, v, &out));
	} else if (v->type == JSON_TEXT && ((t->type != TERM_TABLE && t->type != TERM_GROUP && !t->repeats) ||
	                                    slice_is(v->text, "-") || slice_is(v->text, "?"))) {
		return said_from_text(c, t, v->text, ret);
	} else {
		buf_init(&b, c->a, LIMIT_VALUE_JSON);
		o = json_out_on(&b);
		TRY(put_json(c, t, v, &o, false));
		if (b.full)
			return fail_for(c, E_LIMIT, "value.long", t);
		TRY(json_keep(c, &b, &out));
		if (t->type == TERM_INT)
			out.num = v->num;
	}
	*ret = out;
	return OK;
}
