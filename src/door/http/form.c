#include "door/http/form.h"

#include "base/limits.h"
#include "base/parse.h"
#include "base/utf8.h"
#include "core/record/entry.h"

#include "base/banned.h"

#define LINE_USUAL 400u
#define LONG_USUAL 16000u

rc form_add(struct ctx *c, struct form *f, slice name, slice value)
{
	if (!f->pairs)
		TRY_ARRAY(c, f->pairs, FORM_PAIRS_MOST);
	if (f->n == FORM_PAIRS_MOST || name.len > FORM_NAME_MOST)
		return FAIL(c, E_LIMIT, "form.many");
	f->pairs[f->n++] = (struct pair){ name, value };
	return OK;
}

/* "known" of "known.y"; the whole name otherwise. */
static slice stem(slice name)
{
	for (size_t i = name.len; i-- > 0;)
		if (name.p[i] == '.')
			return slice_sub(name, 0, i);
	return name;
}

static bool has_parts(enum field_type t) { return t == FIELD_DAY || t == FIELD_MOMENT; }

/* In every form of ours: the token of the session, and the word that makes a second sending harmless. */
static const struct field_spec common[] = {
	{ "csrf", FIELD_SECRET, .max = 200, .ja = "", .en = "" },
	{ "once", FIELD_SECRET, .max = 200, .ja = "", .en = "" },
	{ 0 },
};

const struct field_spec *field_of(const struct field_spec *specs, slice name)
{
	for (const struct field_spec *s = common; s->name; s++)
		if (slice_is(name, s->name))
			return s;
	for (const struct field_spec *s = specs; s && s->name; s++) {
		if (s->type == FIELD_ANY ? slice_starts(name, slice_of(s->name)) : slice_is(name, s->name))
			return s;
		if (has_parts(s->type) && name.len > 2 && name.p[name.len - 2] == '.' && slice_is(stem(name), s->name))
			return s;
	}
	return NULL;
}

slice form_get(const struct form *f, slice name)
{
	for (size_t i = 0; i < f->n; i++)
		if (slice_eq(f->pairs[i].name, name))
			return f->pairs[i].value;
	return S_NONE;
}

slice form_text(const struct form *f, const char *name) { return slice_trim(form_get(f, slice_of(name))); }

bool form_has(const struct form *f, const char *name)
{
	slice v = form_text(f, name);

	return v.len > 0 && !slice_is(v, "false") && !slice_is(v, "0");
}

rc text_narrow(struct ctx *c, slice s, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, s.len + 8);
	for (size_t i = 0; i < s.len;) {
		char bytes[4];
		uint32_t cp;

		if (!utf8_next(s, &i, &cp))
			return FAIL(c, E_INVALID, "value.utf8");
		if (cp >= 0xff01 && cp <= 0xff5e)
			cp -= 0xff01 - 0x21;
		else if (cp == 0x3000)
			cp = ' ';
		buf_put(&b, (slice){ bytes, utf8_encode(cp, bytes) });
	}
	return buf_done(c, &b, ret);
}

static slice part_of(struct ctx *c, const struct form *f, slice name, char part)
{
	char room[FORM_NAME_MOST + 3];
	struct buf b = { .p = room, .cap = sizeof room, .max = sizeof room };
	slice text;

	buf_put(&b, name);
	buf_putc(&b, '.');
	buf_putc(&b, part);
	if (text_narrow(c, slice_trim(form_get(f, buf_slice(&b))), &text) != OK)
		return S("?");
	return slice_trim(text);
}

static bool digits(slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.len > 0;
}

/* Year, month and day as one Japanese date. The year may carry its era ("R8", "令和8年"), or be the whole date. */
static void put_date(struct buf *b, slice y, slice m, slice d)
{
	buf_put(b, y);
	if (m.len == 0 && d.len == 0)
		return;
	if (y.len > 0 && !digits(y) && y.p[0] >= 'A' && y.p[0] <= 'z')
		buf_putf(b, ".%" S_FMT ".%" S_FMT, S_ARG(m), S_ARG(d));
	else
		buf_putf(b, "%s%" S_FMT "月%" S_FMT "日", slice_ends(y, S("年")) ? "" : "年", S_ARG(m), S_ARG(d));
}

rc form_date_text(struct ctx *c, const struct form *f, slice name, slice *ret)
{
	slice whole = slice_trim(form_get(f, name)), y = part_of(c, f, name, 'y'), m = part_of(c, f, name, 'm');
	slice d = part_of(c, f, name, 'd'), t = part_of(c, f, name, 't');
	struct buf b;

	buf_init(&b, c->a, 4096);
	if (whole.len > 0)
		buf_put(&b, whole);
	else if (y.len + m.len + d.len > 0)
		put_date(&b, y, m, d);
	if (t.len > 0 && b.len > 0) {
		buf_putc(&b, ' ');
		buf_put(&b, t);
	} else if (t.len > 0) {
		buf_put(&b, t);   /* a clock without a day is no date: said as such */
	}
	return buf_done(c, &b, ret);
}

rc form_moment(struct ctx *c, const struct form *f, const char *name, struct when *ret, bool *ret_given)
{
	struct when w;
	slice text;
	rc r;

	TRY(form_date_text(c, f, slice_of(name), &text));
	*ret_given = text.len > 0;
	if (text.len == 0)
		return OK;
	r = when_parse(c, text, &w);
	if (r != OK) {
		fault_name(c, slice_of(name));
		return r;
	}
	*ret = w;
	return OK;
}

rc form_day(struct ctx *c, const struct form *f, const char *name, jday *ret, bool *ret_given)
{
	struct when w;

	TRY(form_moment(c, f, name, &w, ret_given));
	if (*ret_given)
		*ret = msec_jday(w.at);
	return OK;
}

rc form_count(struct ctx *c, const struct form *f, const char *name, int64_t most, int64_t *ret)
{
	slice text = form_text(f, name);
	struct buf b;
	int64_t n;

	if (text.len == 0) {
		*ret = 0;
		return OK;
	}
	TRY(text_narrow(c, text, &text));
	buf_init(&b, c->a, 64);
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] != ',')
			buf_putc(&b, text.p[i]);
	if (b.full || parse_i64(c, buf_slice(&b), 0, most, &n) != OK) {
		(void)FAIL(c, E_INVALID, "number.form");
		fault_name(c, slice_of(name));
		return E_INVALID;
	}
	*ret = n;
	return OK;
}

static bool is_choice(const struct field_spec *spec, slice v)
{
	slice rest = slice_of(spec->choices), word;

	while (slice_next(&rest, ' ', &word))
		if (slice_eq(word, v))
			return true;
	return false;
}

static bool given(struct ctx *c, const struct field_spec *spec, const struct form *f)
{
	slice text = form_text(f, spec->name);

	if (has_parts(spec->type) && form_date_text(c, f, slice_of(spec->name), &text) != OK)
		return true;
	return text.len > 0;
}

static const char *key_of(struct ctx *c)
{
	const char *key = c->fault.key;

	fault_clear(c);
	return key;
}

rc field_check(struct ctx *c, const struct field_spec *spec, const struct form *f, const char **ret_key)
{
	size_t most = spec->max ? spec->max : spec->type == FIELD_LONG ? LONG_USUAL : LINE_USUAL;
	slice v = form_text(f, spec->name);
	struct when w;
	int64_t n;
	bool there;

	*ret_key = NULL;
	if (spec->type == FIELD_ANY)
		return OK;
	if (!given(c, spec, f)) {
		*ret_key = spec->need ? "form.need" : NULL;
		return OK;
	}
	if (free_text_check(c, spec->name, v, most) != OK) {
		*ret_key = key_of(c);
		return OK;
	}
	switch (spec->type) {
	case FIELD_TEXT:
		if (slice_find(v, S("\n"), 0) != SIZE_MAX || slice_find(v, S("\r"), 0) != SIZE_MAX)
			*ret_key = "form.one_line";
		break;
	case FIELD_WORD:
		if (!word_is_valid(v))
			*ret_key = "form.word";
		break;
	case FIELD_CHOICE:
		if (!is_choice(spec, v))
			*ret_key = "form.choice";
		break;
	case FIELD_COUNT:
		if (form_count(c, f, spec->name, INT64_C(1000000000000), &n) != OK)
			*ret_key = key_of(c);
		break;
	case FIELD_DAY:
	case FIELD_MOMENT:
		if (form_moment(c, f, spec->name, &w, &there) != OK)
			*ret_key = key_of(c);
		break;
	case FIELD_LONG: case FIELD_FLAG: case FIELD_ANY: case FIELD_SECRET: break;
	}
	return OK;
}
