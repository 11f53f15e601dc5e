#include "core/law/holidays.h"

#include "base/parse.h"

#include "base/banned.h"

#define RULES_MOST 64u
#define YEARS_MOST 200

struct mark { unsigned char kind; unsigned char name; bool closed; };

struct holidays {
	int32_t first_year, last_year;
	jday first, last;
	struct mark *days;             /* last - first + 1 */
	slice ja[256], en[256];
	unsigned nnames;
	bool weekend[7];
};

struct rule {
	int32_t month, day, nth, weekday, since, until;
	int64_t equinox;               /* micro-days at 1980; 0: none */
	jday moved[8];
	unsigned nmoved;
	unsigned char name;
};

/* The mean tropical year moves the equinoxes by this part of a day each year (formula of 海上保安庁 水路部, 1980–2099). */
#define EQUINOX_STEP ((int64_t)242194)
#define MICRO ((int64_t)1000000)

static const char *const weekdays[] = {
	"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", NULL
};

static struct mark *mark_at(const struct holidays *h, jday d)
{
	return d >= h->first && d <= h->last ? &h->days[d - h->first] : NULL;
}

static rc add_name(struct ctx *c, struct holidays *h, const struct pack *p, unsigned char *ret)
{
	if (h->nnames >= 255)
		return PACK_FAIL(c, p, "calendar.names");
	TRY(pack_text(c, p, "ja", &h->ja[h->nnames]));
	TRY(pack_text(c, p, "en", &h->en[h->nnames]));
	*ret = (unsigned char)h->nnames++;
	return OK;
}

/* "20.8431" in micro-days. */
static rc read_equinox(struct ctx *c, const struct pack *p, int64_t *ret)
{
	size_t dot;
	uint64_t whole = 0, part = 0;

	TRY(pack_is(c, p, PACK_TEXT));
	dot = slice_find(p->text, S("."), 0);
	if (dot == SIZE_MAX || p->text.len - dot - 1 != 4 ||
	    parse_u64(c, slice_sub(p->text, 0, dot), 1, 31, &whole) != OK || p->text.p[dot + 1] == '0' ||
	    parse_u64(c, slice_sub(p->text, dot + 1, 4), 0, 9999, &part) != OK)
		return PACK_FAIL(c, p, "calendar.equinox");
	*ret = (int64_t)whole * MICRO + (int64_t)part * 100;
	return OK;
}

static rc read_moved(struct ctx *c, const struct pack *p, struct rule *r)
{
	const struct pack *list = pack_get(p, S("moved"));

	if (!list)
		return OK;
	TRY(pack_is(c, list, PACK_LIST));
	for PACK_EACH(d, list) {
		if (r->nmoved == 8)
			return PACK_FAIL(c, d, "calendar.moved");
		TRY(pack_as_day(c, d, &r->moved[r->nmoved]));
		r->nmoved++;
	}
	return OK;
}

static rc read_year(struct ctx *c, const struct pack *p, const char *key, int32_t other, int32_t *ret)
{
	int64_t n = other;

	if (pack_get(p, slice_of(key)))
		TRY(pack_int(c, p, key, 1, 9999, &n));
	*ret = (int32_t)n;
	return OK;
}

static rc read_rule(struct ctx *c, struct holidays *h, const struct pack *p, struct rule *r)
{
	static const char *const keys[] = { "id", "ja", "en", "month", "day", "nth", "weekday", "equinox", "since",
		"until", "moved", NULL };
	const struct pack *day = pack_get(p, S("day")), *nth = pack_get(p, S("nth")), *eq = pack_get(p, S("equinox"));
	int64_t n;
	unsigned w;
	slice id;

	TRY(pack_keys(c, p, keys));
	TRY(pack_text(c, p, "id", &id));
	TRY(add_name(c, h, p, &r->name));
	TRY(pack_int(c, p, "month", 1, 12, &n));
	r->month = (int32_t)n;
	TRY(read_year(c, p, "since", 1, &r->since));
	TRY(read_year(c, p, "until", 9999, &r->until));
	TRY(read_moved(c, p, r));
	if (!!day + !!nth + !!eq != 1)
		return PACK_FAIL(c, p, "calendar.rule");
	if (eq)
		return read_equinox(c, eq, &r->equinox);
	if (day) {
		struct ymd leap = { 2000, r->month, 1 };
		jday any;

		TRY(pack_as_int(c, day, 1, 31, &n));
		r->day = leap.d = (int32_t)n;
		return jday_from_ymd(c, leap, &any) == OK ? OK : PACK_FAIL(c, day, "date.impossible");
	}
	TRY(pack_as_int(c, nth, 1, 5, &n));
	r->nth = (int32_t)n;
	TRY(pack_word(c, p, "weekday", weekdays, &w));
	r->weekday = (int32_t)w;
	return OK;
}

static jday day_of(struct ctx *c, int32_t y, int32_t m, int32_t d)
{
	jday out = JDAY_LEAST;

	return jday_from_ymd(c, (struct ymd){ y, m, d }, &out) == OK ? out : JDAY_LEAST;
}

/* The rule's day in a year; JDAY_LEAST for none. */
static jday rule_day(struct ctx *c, const struct rule *r, int32_t y)
{
	jday first;

	if (y < r->since || y > r->until)
		return JDAY_LEAST;
	for (unsigned i = 0; i < r->nmoved; i++)
		if (jday_ymd(r->moved[i]).y == y)
			return r->moved[i];
	if (r->equinox) {
		int64_t n = y - 1980;

		return day_of(c, y, r->month, (int32_t)((r->equinox + EQUINOX_STEP * n) / MICRO - n / 4));
	}
	if (r->day)
		return day_of(c, y, r->month, r->day);
	first = day_of(c, y, r->month, 1);
	first += (r->weekday - jday_weekday(first) + 7) % 7 + 7 * (r->nth - 1);
	return jday_ymd(first).m == r->month ? first : JDAY_LEAST;
}

static void set_mark(struct holidays *h, jday d, enum holiday_kind kind, unsigned char name)
{
	struct mark *m = mark_at(h, d);

	if (m && m->kind == HOLIDAY_NONE) {
		m->kind = (unsigned char)kind;
		m->name = name;
	}
}

static bool is_national(const struct holidays *h, jday d)
{
	const struct mark *m = mark_at(h, d);

	return m && m->kind == HOLIDAY_NATIONAL;
}

static rc read_rules(struct ctx *c, struct holidays *h, const struct pack *root)
{
	const struct pack *list = NULL;

	TRY(pack_need(c, root, "holidays", &list));
	TRY(pack_is(c, list, PACK_LIST));
	for PACK_EACH(p, list) {
		struct rule r = { 0 };

		TRY(read_rule(c, h, p, &r));
		for (int32_t y = h->first_year; y <= h->last_year; y++)
			set_mark(h, rule_day(c, &r, y), HOLIDAY_NATIONAL, r.name);
	}
	return OK;
}

static rc read_once(struct ctx *c, struct holidays *h, const struct pack *root)
{
	static const char *const keys[] = { "day", "ja", "en", NULL };
	const struct pack *list = pack_get(root, S("once"));

	if (!list)
		return OK;
	TRY(pack_is(c, list, PACK_LIST));
	for PACK_EACH(p, list) {
		unsigned char name = 0;
		jday d;

		TRY(pack_keys(c, p, keys));
		TRY(add_name(c, h, p, &name));
		TRY(pack_day(c, p, "day", &d));
		set_mark(h, d, HOLIDAY_NATIONAL, name);
	}
	return OK;
}

/* Before substitutes and sandwiched days are found, as those follow from what is a holiday. */
static rc read_overrides(struct ctx *c, struct holidays *h, const struct pack *root)
{
	static const char *const keys[] = { "day", "holiday", "ja", "en", NULL };
	const struct pack *list = pack_get(root, S("overrides"));

	if (!list)
		return OK;
	TRY(pack_is(c, list, PACK_LIST));
	for PACK_EACH(p, list) {
		unsigned char name = 0;
		struct mark *m;
		bool holiday;
		jday d;

		TRY(pack_keys(c, p, keys));
		TRY(pack_day(c, p, "day", &d));
		TRY(pack_bool(c, p, "holiday", &holiday));
		m = mark_at(h, d);
		if (!m)
			return PACK_FAIL(c, p, "calendar.range");
		*m = (struct mark){ 0 };
		if (!holiday)
			continue;
		TRY(add_name(c, h, p, &name));
		set_mark(h, d, HOLIDAY_NATIONAL, name);
	}
	return OK;
}

static rc add_substitutes(struct ctx *c, struct holidays *h, const struct pack *root)
{
	static const char *const keys[] = { "ja", "en", NULL };
	const struct pack *sub = NULL, *between = NULL;
	unsigned char name = 0;

	TRY(pack_need(c, root, "substitute", &sub));
	TRY(pack_keys(c, sub, keys));
	TRY(add_name(c, h, sub, &name));
	for (jday d = h->first; d <= h->last; d++) {
		jday next = d + 1;

		if (!is_national(h, d) || jday_weekday(d) != 0)
			continue;
		while (is_national(h, next))
			next++;
		set_mark(h, next, HOLIDAY_SUBSTITUTE, name);
	}
	TRY(pack_need(c, root, "sandwiched", &between));
	TRY(pack_keys(c, between, keys));
	TRY(add_name(c, h, between, &name));
	for (jday d = h->first + 1; d < h->last; d++)
		if (is_national(h, d - 1) && is_national(h, d + 1))
			set_mark(h, d, HOLIDAY_SANDWICHED, name);
	return OK;
}

/* "12-29" */
static rc read_month_day(struct ctx *c, const struct pack *p, const char *key, struct ymd *ret)
{
	const struct pack *v = NULL;
	char text[10] = "2000-";
	jday d;

	TRY(pack_need(c, p, key, &v));
	TRY(pack_is(c, v, PACK_TEXT));
	if (v->text.len != 5)
		return PACK_FAIL(c, v, "calendar.month_day");
	memcpy(text + 5, v->text.p, 5);
	if (jday_parse(c, (slice){ text, 10 }, &d) != OK)
		return PACK_FAIL(c, v, "calendar.month_day");
	*ret = jday_ymd(d);
	return OK;
}

static rc read_closed(struct ctx *c, struct holidays *h, const struct pack *root)
{
	static const char *const keys[] = { "from", "until", "ja", "en", NULL };
	const struct pack *list = pack_get(root, S("closed"));

	if (!list)
		return OK;
	TRY(pack_is(c, list, PACK_LIST));
	for PACK_EACH(p, list) {
		struct ymd from = { 0 }, until = { 0 };
		unsigned char name = 0;

		TRY(pack_keys(c, p, keys));
		TRY(add_name(c, h, p, &name));
		TRY(read_month_day(c, p, "from", &from));
		TRY(read_month_day(c, p, "until", &until));
		for (jday d = h->first; d <= h->last; d++) {
			struct ymd t = jday_ymd(d);
			int32_t at = t.m * 100 + t.d, a = from.m * 100 + from.d, z = until.m * 100 + until.d;

			if (a <= z ? at >= a && at <= z : at >= a || at <= z)
				set_mark(h, d, HOLIDAY_OFFICE, name);
		}
	}
	return OK;
}

static rc read_weekend(struct ctx *c, struct holidays *h, const struct pack *root)
{
	const struct pack *list = NULL;

	TRY(pack_need(c, root, "weekend", &list));
	TRY(pack_is(c, list, PACK_LIST));
	for PACK_EACH(p, list) {
		unsigned w;

		TRY(pack_as_word(c, p, weekdays, &w));
		h->weekend[w] = true;
	}
	return list->count < 7 ? OK : PACK_FAIL(c, list, "calendar.rule");
}

static rc read_years(struct ctx *c, struct holidays *h, const struct pack *root)
{
	int64_t first, last;

	TRY(pack_int(c, root, "first_year", 1900, 9000, &first));
	TRY(pack_int(c, root, "last_year", first, first + YEARS_MOST - 1, &last));
	h->first_year = (int32_t)first;
	h->last_year = (int32_t)last;
	h->first = day_of(c, h->first_year, 1, 1);
	h->last = day_of(c, h->last_year, 12, 31);
	TRY_ARRAY(c, h->days, (size_t)(h->last - h->first + 1));
	return OK;
}

rc holidays_load(struct ctx *c, const struct pack *root, const struct holidays **ret)
{
	static const char *const keys[] = { "calendar", "first_year", "last_year", "weekend", "holidays", "once",
		"substitute", "sandwiched", "closed", "overrides", NULL };
	struct holidays *h;

	TRY_NEW(c, h);
	TRY(pack_keys(c, root, keys));
	TRY(read_years(c, h, root));
	TRY(read_weekend(c, h, root));
	TRY(read_rules(c, h, root));
	TRY(read_once(c, h, root));
	TRY(read_overrides(c, h, root));
	TRY(add_substitutes(c, h, root));
	TRY(read_closed(c, h, root));
	for (jday d = h->first; d <= h->last; d++) {
		struct mark *m = mark_at(h, d);

		m->closed = m->kind != HOLIDAY_NONE || h->weekend[jday_weekday(d)];
	}
	*ret = h;
	return OK;
}

bool holidays_cover(const struct holidays *h, jday from, jday to)
{
	return from >= h->first && to <= h->last;
}

bool holidays_closed(const struct holidays *h, jday day)
{
	const struct mark *m = mark_at(h, day);

	return m && m->closed;
}

jday holidays_open_from(const struct holidays *h, jday day)
{
	while (holidays_closed(h, day))
		day++;
	return day;
}

rc holidays_of_year(struct ctx *c, const struct holidays *h, int32_t year, const struct holiday **ret, uint32_t *ret_n)
{
	struct holiday *out;
	uint32_t n = 0;
	jday from;

	if (year < h->first_year || year > h->last_year)
		return FAIL(c, E_LIMIT, "calendar.range");
	TRY_ARRAY(c, out, 366);
	from = day_of(c, year, 1, 1);
	for (jday d = from; d <= h->last && jday_ymd(d).y == year; d++) {
		const struct mark *m = mark_at(h, d);

		if (m->kind != HOLIDAY_NONE)
			out[n++] = (struct holiday){ d, (enum holiday_kind)m->kind, h->ja[m->name], h->en[m->name] };
	}
	*ret = out;
	*ret_n = n;
	return OK;
}
