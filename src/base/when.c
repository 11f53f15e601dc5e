#include "base/when.h"

#include "base/utf8.h"

#include "base/banned.h"

rc day_parse(struct ctx *c, slice text, jday *ret)
{
	slice s = slice_trim(text);

	if (s.len == 10 && s.p[4] == '-' && s.p[7] == '-')
		return jday_parse(c, s, ret);
	return jday_parse_ja(c, s, ret);
}

/* One or two ASCII or full-width digits. */
static bool two_digits(slice s, size_t *i, uint32_t *ret)
{
	uint32_t v = 0, n = 0, cp;

	while (*i < s.len && n < 3) {
		size_t at = *i;

		if (!utf8_next(s, i, &cp))
			return false;
		if (cp >= 0xFF10 && cp <= 0xFF19)
			cp = cp - 0xFF10 + '0';
		if (cp < '0' || cp > '9') {
			*i = at;
			break;
		}
		v = v * 10 + (cp - '0');
		n++;
	}
	*ret = v;
	return n == 1 || n == 2;
}

static bool eat(slice s, size_t *i, slice word)
{
	if (!slice_starts(slice_sub(s, *i, s.len), word))
		return false;
	*i += word.len;
	return true;
}

/* 07:00, 7時, 7時30分, 午後3時; with "頃" or "ごろ" behind it if people say so. */
static rc clock_parse(struct ctx *c, slice s, msec *ret)
{
	uint32_t h = 0, m = 0;
	size_t i = 0;
	bool pm = eat(s, &i, S("午後")), am = !pm && eat(s, &i, S("午前"));

	if (!two_digits(s, &i, &h))
		return FAIL(c, E_INVALID, "time.form");
	if (eat(s, &i, S(":")) || eat(s, &i, S("："))) {
		if (!two_digits(s, &i, &m))
			return FAIL(c, E_INVALID, "time.form");
	} else if (!eat(s, &i, S("時"))) {
		return FAIL(c, E_INVALID, "time.form");
	} else if (i < s.len && two_digits(s, &i, &m) && !eat(s, &i, S("分"))) {
		return FAIL(c, E_INVALID, "time.form");
	}
	(void)(eat(s, &i, S("頃")) || eat(s, &i, S("ごろ")));
	if (i != s.len)
		return FAIL(c, E_INVALID, "time.form");
	if (h > ((am || pm) ? 12 : 23) || m > 59)
		return FAIL(c, E_INVALID, "time.impossible");
	if (pm && h < 12)
		h += 12;
	*ret = (msec)h * 3600000 + (msec)m * 60000;
	return OK;
}

/* Where the day ends and the clock begins: at the first blank, or right behind 日. */
static size_t day_end(slice s)
{
	size_t blank = slice_find(s, S(" "), 0), wide = slice_find(s, S("　"), 0), day = slice_find(s, S("日"), 0);
	size_t end = blank < wide ? blank : wide;

	if (day != SIZE_MAX && day + 3 < end)
		end = day + 3;
	return end < s.len ? end : s.len;
}

rc when_parse(struct ctx *c, slice text, struct when *ret)
{
	slice s = slice_trim(text), rest;
	size_t end = day_end(s);
	struct when w = { 0, true };
	msec clock = 0;
	jday d;

	if (s.len > 10 && s.p[10] == 'T') {
		TRY(msec_parse(c, s, &w.at));
		*ret = (struct when){ w.at, false };
		return OK;
	}
	TRY(day_parse(c, slice_sub(s, 0, end), &d));
	rest = slice_trim(slice_sub(s, end, s.len));
	if (slice_starts(rest, S("　")))
		rest = slice_trim(slice_sub(rest, 3, rest.len));
	if (rest.len > 0)
		TRY(clock_parse(c, rest, &clock));
	*ret = (struct when){ jday_msec(d) + clock, rest.len == 0 };
	return OK;
}

void jday_put_short_ja(struct buf *b, jday d, jday today)
{
	static const char *const days[] = { "日", "月", "火", "水", "木", "金", "土" };
	struct ymd date = jday_ymd(d);

	if (date.y == jday_ymd(today).y)
		buf_putf(b, "%d月%d日", date.m, date.d);
	else
		jday_put_era(b, d);
	buf_putf(b, "（%s）", days[jday_weekday(d)]);
}

static void put_clock(struct buf *b, msec at)
{
	int32_t minutes = (int32_t)((at - jday_msec(msec_jday(at))) / 60000);

	buf_putf(b, " %02d:%02d", minutes / 60, minutes % 60);
}

void when_put_ja(struct buf *b, struct when w)
{
	jday_put_era(b, msec_jday(w.at));
	if (!w.day_only)
		put_clock(b, w.at);
}

void when_put_iso(struct buf *b, struct when w)
{
	jday_put(b, msec_jday(w.at));
	if (!w.day_only)
		put_clock(b, w.at);
}
