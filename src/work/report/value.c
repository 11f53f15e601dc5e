/* Values of the record: their check, their states, and those that follow from facts. */
#include "work/report/record.h"

#include "base/limits.h"
#include "base/utf8.h"

#include "base/banned.h"

static const char *const state_words[] = { "confirmed", "estimated", "unknown", "not_applicable" };

static enum value_state state_of_text(slice s)
{
	for (size_t i = 0; i < sizeof state_words / sizeof state_words[0]; i++)
		if (slice_is(s, state_words[i]))
			return (enum value_state)(STATE_CONFIRMED + (int)i);
	return STATE_ABSENT;
}

/* A wrapper has no members but value and state; a group with a column `state` is told apart by its word. */
static bool is_wrapper(const struct json *v)
{
	const struct json *state = json_get(v, S("state"));

	if (!state || state->type != JSON_TEXT || state_of_text(state->text) == STATE_ABSENT)
		return false;
	return v->count == 1 || (v->count == 2 && json_get(v, S("value")));
}

const struct json *value_bare(const struct json *v, enum value_state *ret_state)
{
	*ret_state = STATE_ABSENT;
	if (!v || v->type == JSON_NULL)
		return NULL;
	*ret_state = STATE_CONFIRMED;
	if (v->type != JSON_OBJECT || !is_wrapper(v))
		return v;
	*ret_state = state_of_text(json_get(v, S("state"))->text);
	v = json_get(v, S("value"));
	if (v && v->type == JSON_NULL)
		v = NULL;
	if (!v && (*ret_state == STATE_CONFIRMED || *ret_state == STATE_ESTIMATED))
		*ret_state = STATE_ABSENT;
	return v;
}

slice value_code(const struct json *v, slice *ret_text)
{
	if (ret_text)
		*ret_text = S_NONE;
	if (!v)
		return S_NONE;
	if (v->type == JSON_TEXT)
		return v->text;
	if (json_is_bool(v))
		return v->type == JSON_TRUE ? S("true") : S("false");
	if (v->type != JSON_OBJECT)
		return S_NONE;
	if (ret_text)
		*ret_text = json_text(json_get(v, S("text")));
	return json_text(json_get(v, S("code")));
}

static rc bad(struct ctx *c, const struct record_path *p, rc code, const char *key)
{
	fault_set(c, code, key, __FILE__, __LINE__);
	fault_name(c, p->path);
	return code;
}

/* Controls would break XML and the print; direction overrides would let a document read otherwise than it is. */
static bool has_control(slice s, bool lines)
{
	size_t i = 0;
	uint32_t cp;

	while (i < s.len) {
		if (!utf8_next(s, &i, &cp))
			return true;
		if (lines && (cp == '\n' || cp == '\t'))
			continue;
		if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || (cp & 0xfffe) == 0xfffe || (cp >= 0x202a && cp <= 0x202e) ||
		    (cp >= 0x2066 && cp <= 0x2069) || cp == 0x2028 || cp == 0x2029)
			return true;
	}
	return false;
}

static rc check_text(struct ctx *c, const struct record_path *p, slice s, bool lines)
{
	if (s.len > (lines ? LIMIT_VALUE_LONG : LIMIT_VALUE_TEXT))
		return bad(c, p, E_LIMIT, "record.too_long");
	return has_control(s, lines) ? bad(c, p, E_INVALID, "record.control") : OK;
}

static rc check_time(struct ctx *c, const struct record_path *p, slice s)
{
	msec t;
	jday d;
	rc r = p->type == VALUE_DATE || s.len == 10 ? jday_parse(c, s, &d) : msec_parse(c, s, &t);

	if (r != OK)
		fault_name(c, p->path);
	return r;
}

static rc check_choice(struct ctx *c, const struct record_path *p, const struct json *v)
{
	slice text, code = value_code(v, &text);

	if (code.len == 0 || (v->type != JSON_TEXT && v->type != JSON_OBJECT))
		return bad(c, p, E_INVALID, "record.type");
	if (v->type == JSON_OBJECT && v->count != (json_get(v, S("text")) ? 2u : 1u))
		return bad(c, p, E_INVALID, "record.type");
	if (!choices_find(p->choices, code))
		return bad(c, p, E_INVALID, "record.unknown_choice");
	return check_text(c, p, text, false);
}

static rc check_one_value(struct ctx *c, const struct record_path *p, const struct json *v);

static rc check_row(struct ctx *c, const struct record_path *p, const struct json *row)
{
	if (row->type != JSON_OBJECT)
		return bad(c, p, E_INVALID, "record.type");
	for JSON_EACH(cell, row) {
		const struct record_path *col = record_column(p, cell->name);
		enum value_state state;
		const struct json *v = value_bare(cell, &state);

		if (!col)
			return bad(c, p, E_INVALID, "record.unknown_column");
		if (v && check_one_value(c, col, v) != OK) {
			fault_name(c, p->path);
			return c->fault.code;
		}
	}
	return OK;
}

static rc check_list(struct ctx *c, const struct record_path *p, const struct json *v,
	rc (*check)(struct ctx *c, const struct record_path *p, const struct json *v))
{
	if (v->type != JSON_ARRAY)
		return bad(c, p, E_INVALID, "record.type");
	if (v->count > LIMIT_VALUE_ROWS)
		return bad(c, p, E_LIMIT, "record.too_many");
	for JSON_EACH(e, v)
		TRY(check(c, p, e));
	return OK;
}

static rc check_scalar(struct ctx *c, const struct record_path *p, const struct json *v)
{
	bool fits = false;

	switch (p->type) {
	case VALUE_TEXT: case VALUE_LONG: case VALUE_FILE: case VALUE_REF:
		if (v->type == JSON_TEXT)
			return check_text(c, p, v->text, p->type == VALUE_LONG);
		break;
	case VALUE_DATE: case VALUE_DATETIME:
		if (v->type == JSON_TEXT)
			return check_time(c, p, v->text);
		break;
	case VALUE_INT: fits = v->type == JSON_INT && v->num >= 0; break;
	case VALUE_DECIMAL:
		fits = (v->type == JSON_INT || v->type == JSON_NUMBER) && v->text.p[0] != '-' && v->text.len <= 40;
		break;
	case VALUE_BOOL: fits = json_is_bool(v); break;
	case VALUE_ONE: case VALUE_MANY: return check_choice(c, p, v);
	case VALUE_TABLE: case VALUE_GROUP: return check_row(c, p, v);
	}
	return fits ? OK : bad(c, p, E_INVALID, "record.type");
}

static rc check_one_value(struct ctx *c, const struct record_path *p, const struct json *v)
{
	if (p->repeats || p->type == VALUE_MANY || p->type == VALUE_TABLE)
		return check_list(c, p, v, check_scalar);
	return check_scalar(c, p, v);
}

rc record_check(struct ctx *c, const struct record_schema *s, const struct json *values)
{
	if (values->type != JSON_OBJECT)
		return FAIL(c, E_INVALID, "record.object");
	for JSON_EACH(m, values) {
		const struct record_path *p = record_find(s, m->name);
		enum value_state state;
		const struct json *v = value_bare(m, &state);

		if (!p) {
			(void)FAIL(c, E_INVALID, "record.unknown_path");
			fault_name(c, m->name);
			fault_at(c, m->at);
			return E_INVALID;
		}
		if (!v)
			continue;
		if (check_one_value(c, p, v) != OK) {
			fault_at(c, m->at);
			return c->fault.code;
		}
	}
	return OK;
}

rc json_make(struct ctx *c, enum json_type type, slice name, struct json **ret)
{
	struct json *v;

	TRY_NEW(c, v);
	v->type = type;
	v->name = name;
	*ret = v;
	return OK;
}

rc json_make_text(struct ctx *c, slice name, slice text, struct json **ret)
{
	TRY(json_make(c, JSON_TEXT, name, ret));
	(*ret)->text = text;
	return OK;
}

void json_append(struct json *parent, struct json *child)
{
	struct json **last = &parent->child;

	while (*last)
		last = &(*last)->next;
	child->next = NULL;
	*last = child;
	parent->count++;
}

/* A member under another name that borrows the value. */
static rc borrow(struct ctx *c, struct json *parent, slice name, const struct json *v)
{
	struct json *copy;

	TRY_NEW(c, copy);
	*copy = *v;
	copy->name = name;
	json_append(parent, copy);
	return OK;
}

static bool rule_holds(const struct record_rule *rule, const struct json *facts, const struct json *values)
{
	enum value_state state;
	const struct json *v = value_bare(json_get(rule->of_state ? values : facts, rule->fact), &state);
	slice said = rule->of_state ? slice_of(value_state_word(state)) : value_code(v, NULL);

	for (uint32_t i = 0; i < rule->n_is; i++)
		if (slice_eq(rule->is[i], said))
			return true;
	return false;
}

static rc give_value(struct ctx *c, const struct record_path *p, const struct pack *give, slice name, struct json **ret)
{
	struct json *cell;

	if (give->kind == PACK_TEXT && p->type == VALUE_BOOL)
		return json_make(c, slice_is(give->text, "true") ? JSON_TRUE : JSON_FALSE, name, ret);
	if (give->kind == PACK_TEXT)
		return json_make_text(c, name, give->text, ret);
	TRY(json_make(c, JSON_OBJECT, name, ret));
	for PACK_EACH(m, give) {
		TRY(json_make_text(c, m->key, m->text, &cell));
		json_append(*ret, cell);
	}
	return OK;
}

static bool has_code(const struct json *list, slice code)
{
	for JSON_EACH(e, list)
		if (slice_eq(e->text, code) && e->type == JSON_TEXT)
			return true;
	return false;
}

static rc derive_by_rules(struct ctx *c, const struct record_path *p, const struct json *facts, struct json *values)
{
	bool list = p->type == VALUE_MANY || p->type == VALUE_TABLE;
	struct json *all = NULL, *one;

	for (uint32_t i = 0; i < p->nrules; i++) {
		const struct pack *give = p->rules[i].give;

		if (!rule_holds(&p->rules[i], facts, values) || (all && give->kind == PACK_TEXT && has_code(all, give->text)))
			continue;
		TRY(give_value(c, p, give, list ? S_NONE : p->path, &one));
		if (!list) {
			json_append(values, one);
			return OK;
		}
		if (!all)
			TRY(json_make(c, JSON_ARRAY, p->path, &all));
		json_append(all, one);
	}
	if (all)
		json_append(values, all);
	return OK;
}

rc record_derive(struct ctx *c, const struct record_schema *s, const struct json *facts,
	const struct json *values, const struct json **ret)
{
	struct json *all;

	TRY(json_make(c, JSON_OBJECT, S_NONE, &all));
	for JSON_EACH(m, values)
		TRY(borrow(c, all, m->name, m));
	for (uint32_t i = 0; i < s->npaths; i++) {
		const struct record_path *p = &s->paths[i];
		const struct json *fact = p->same.len ? json_get(facts, p->same) : NULL;

		if (json_get(all, p->path))
			continue;
		/* an empty word is the law's way of saying "none" */
		if (fact && !(fact->type == JSON_TEXT && fact->text.len == 0))
			TRY(borrow(c, all, p->path, fact));
		else
			TRY(derive_by_rules(c, p, facts, all));
	}
	*ret = all;
	return OK;
}
