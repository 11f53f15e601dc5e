#include "base/calendar.h"

#include "base/parse.h"
#include "base/utf8.h"

#include "base/banned.h"

/* Days from 1970-01-01; Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil. */
static jday civil_days(int32_t y, int32_t m, int32_t d)
{
	int32_t era, yoe, doy, doe;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

static int32_t month_days(int32_t y, int32_t m)
{
	static const int32_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[m - 1] + (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
}

rc jday_from_ymd(struct ctx *c, struct ymd date, jday *ret)
{
	if (date.y < 1 || date.y > 9999 || date.m < 1 || date.m > 12 || date.d < 1 || date.d > month_days(date.y, date.m))
		return FAIL(c, E_INVALID, "date.impossible");
	*ret = civil_days(date.y, date.m, date.d);
	return OK;
}

/* civil_from_days of the same source. */
struct ymd jday_ymd(jday z)
{
	int32_t era, doe, yoe, doy, mp, m;

	z += 719468;
	era = (z >= 0 ? z : z - 146096) / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	m = mp + (mp < 10 ? 3 : -9);
	return (struct ymd){ yoe + era * 400 + (m <= 2), m, doy - (153 * mp + 2) / 5 + 1 };
}

int jday_weekday(jday d)
{
	return (int)(((int64_t)d + 4 + 7000000) % 7);
}

jday msec_jday(msec t)
{
	msec local = t + JST_OFFSET;

	return (jday)((local >= 0 ? local : local - (DAY_MSEC - 1)) / DAY_MSEC);
}

msec jday_msec(jday d)
{
	return (msec)d * DAY_MSEC - JST_OFFSET;
}

/* Exactly n ASCII digits at `at`; −1 otherwise. */
static int32_t fixed(slice s, size_t at, size_t n)
{
	int32_t v = 0;

	if (at + n > s.len)
		return -1;
	for (size_t i = at; i < at + n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		v = v * 10 + (s.p[i] - '0');
	}
	return v;
}

rc jday_parse(struct ctx *c, slice s, jday *ret)
{
	struct ymd d = { fixed(s, 0, 4), fixed(s, 5, 2), fixed(s, 8, 2) };

	if (s.len != 10 || s.p[4] != '-' || s.p[7] != '-' || d.y < 0 || d.m < 0 || d.d < 0)
		return FAIL(c, E_INVALID, "date.form");
	return jday_from_ymd(c, d, ret);
}

void jday_put(struct buf *b, jday day)
{
	struct ymd d = jday_ymd(day);
	char t[10];

	t[0] = (char)('0' + d.y / 1000 % 10);
	t[1] = (char)('0' + d.y / 100 % 10);
	t[2] = (char)('0' + d.y / 10 % 10);
	t[3] = (char)('0' + d.y % 10);
	t[4] = '-';
	t[5] = (char)('0' + d.m / 10);
	t[6] = (char)('0' + d.m % 10);
	t[7] = '-';
	t[8] = (char)('0' + d.d / 10);
	t[9] = (char)('0' + d.d % 10);
	buf_put(b, (slice){ t, sizeof t });
}

/* [T ]hh:mm[:ss[.f…]] from s.p[10]; moves *i behind it. Milliseconds of the day, or −1. */
static int64_t clock_of_day(slice s, size_t *i)
{
	int32_t h = fixed(s, 11, 2), mi = fixed(s, 14, 2), sec = 0, ms = 0, unit = 100;

	if (s.len < 17 || (s.p[10] != 'T' && s.p[10] != 't' && s.p[10] != ' ') || s.p[13] != ':' || h < 0 || mi < 0)
		return -1;
	*i = 16;
	if (s.p[16] == ':') {
		sec = fixed(s, 17, 2);
		*i = 19;
		if (sec < 0)
			return -1;
		if (*i < s.len && s.p[*i] == '.') {
			size_t from = ++*i;

			for (; *i < s.len && s.p[*i] >= '0' && s.p[*i] <= '9'; ++*i, unit /= 10)
				ms += (s.p[*i] - '0') * unit;
			if (*i == from || *i - from > 9)
				return -1;
		}
	}
	if (h > 23 || mi > 59 || sec > 60)
		return -2;
	return ((int64_t)h * 60 + mi) * 60000 + (sec == 60 ? 59 : sec) * 1000 + ms;
}

static bool zone_of(slice s, size_t i, msec *ret)
{
	int32_t h, m;

	if (i + 1 == s.len && (s.p[i] == 'Z' || s.p[i] == 'z')) {
		*ret = 0;
		return true;
	}
	if (i + 6 != s.len || (s.p[i] != '+' && s.p[i] != '-') || s.p[i + 3] != ':')
		return false;
	h = fixed(s, i + 1, 2);
	m = fixed(s, i + 4, 2);
	if (h < 0 || h > 23 || m < 0 || m > 59)
		return false;
	*ret = ((msec)h * 60 + m) * 60000 * (s.p[i] == '-' ? -1 : 1);
	return true;
}

rc msec_parse(struct ctx *c, slice s, msec *ret)
{
	int64_t clock;
	msec zone;
	size_t i = 0;
	jday d;

	if (s.len < 17)
		return FAIL(c, E_INVALID, "time.form");
	TRY(jday_parse(c, slice_sub(s, 0, 10), &d));
	clock = clock_of_day(s, &i);
	if (clock == -2)
		return FAIL(c, E_INVALID, "time.impossible");
	if (clock < 0 || !zone_of(s, i, &zone))
		return FAIL(c, E_INVALID, "time.form");
	*ret = (msec)d * DAY_MSEC + clock - zone;
	return OK;
}

void msec_put(struct buf *b, msec t)
{
	jday d = msec_jday(t);
	msec in = t - jday_msec(d);

	jday_put(b, d);
	buf_putf(b, "T%02d:%02d:%02d", (int)(in / 3600000), (int)(in / 60000 % 60), (int)(in / 1000 % 60));
	if (in % 1000)
		buf_putf(b, ".%03d", (int)(in % 1000));
	buf_put(b, S("+09:00"));
}

/*
 * The eras since the Gregorian calendar (元号法, Act 43/1979, and the orders under it: 昭和 1926-12-25, 平成 1989-01-08,
 * 令和 2019-05-01). 明治 begins 1868-10-23 by the present reckoning; its Gregorian dates begin with 明治6年.
 */
static const struct era {
	slice kanji;
	char letter;
	int32_t y, m, d;
} eras[] = {
	{ S_INIT("明治"), 'M', 1868, 10, 23 },
	{ S_INIT("大正"), 'T', 1912, 7, 30 },
	{ S_INIT("昭和"), 'S', 1926, 12, 25 },
	{ S_INIT("平成"), 'H', 1989, 1, 8 },
	{ S_INIT("令和"), 'R', 2019, 5, 1 },
};

#define ERAS (sizeof eras / sizeof eras[0])

static jday era_first(size_t i)
{
	return civil_days(eras[i].y, eras[i].m, eras[i].d);
}

/* 明治 day dates are Gregorian only from 1873-01-01 on. */
#define GREGORIAN_FIRST (civil_days(1873, 1, 1))

void jday_put_era(struct buf *b, jday day)
{
	struct ymd d = jday_ymd(day);

	for (size_t i = ERAS; i-- > 0 && day >= GREGORIAN_FIRST;) {
		if (day < era_first(i))
			continue;
		buf_put(b, eras[i].kanji);
		if (d.y == eras[i].y)
			buf_put(b, S("元"));
		else
			buf_put_i64(b, d.y - eras[i].y + 1);
		buf_putf(b, "年%d月%d日", d.m, d.d);
		return;
	}
	buf_putf(b, "%d年%d月%d日", d.y, d.m, d.d);
}

/* A digit 0–9 in any of the ways it is written, 10 for 十, −1 for none. */
static int digit_of(uint32_t cp)
{
	static const uint32_t kanji[] = { 0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D };

	if (cp >= '0' && cp <= '9')
		return (int)(cp - '0');
	if (cp >= 0xFF10 && cp <= 0xFF19)
		return (int)(cp - 0xFF10);
	for (int i = 0; i < 10; i++)
		if (kanji[i] == cp)
			return i;
	return cp == 0x5341 ? 10 : -1;
}

/* 8, ８, 八, 十一, 二十, 二〇二六; at most 4 digits. false when there is no number. */
static bool read_number(slice s, size_t *i, int32_t *ret)
{
	int32_t v = 0, units = 0, seen = 0;
	bool ten = false;

	while (*i < s.len) {
		size_t at = *i;
		uint32_t cp;
		int d = utf8_next(s, i, &cp) ? digit_of(cp) : -1;

		if (d < 0) {
			*i = at;
			break;
		}
		if (++seen > 4 || (ten && (d == 10 || units > 0)))
			return false;
		if (d == 10) {
			v = seen == 1 ? 10 : v * 10;
			ten = true;
		} else if (ten) {
			units = d;
		} else {
			v = v * 10 + d;
		}
	}
	*ret = v + units;
	return seen > 0;
}

static uint32_t peek(slice s, size_t *i, size_t *ret_after)
{
	uint32_t cp = 0;

	*ret_after = *i;
	if (*ret_after < s.len && !utf8_next(s, ret_after, &cp))
		return 0;
	return cp;
}

static bool eat(slice s, size_t *i, uint32_t kanji, bool other)
{
	size_t after;
	uint32_t cp = peek(s, i, &after);
	bool sep = cp == '.' || cp == '/' || cp == '-' || cp == 0xFF0E || cp == 0xFF0F || cp == 0x30FB;

	if (cp != kanji && !(other && sep))
		return false;
	*i = after;
	return true;
}

/* Index of the era that s begins with, ERAS for none. */
static size_t read_era(slice s, size_t *i)
{
	size_t after;
	uint32_t cp = peek(s, i, &after);

	if (cp >= 0xFF21 && cp <= 0xFF3A)
		cp = cp - 0xFF21 + 'A';
	if (cp >= 'a' && cp <= 'z')
		cp -= 32;
	for (size_t e = 0; e < ERAS; e++) {
		if (slice_starts(slice_sub(s, *i, s.len), eras[e].kanji)) {
			*i += eras[e].kanji.len;
			return e;
		}
		if (cp == (uint32_t)eras[e].letter) {
			*i = after;
			return e;
		}
	}
	return ERAS;
}

rc jday_parse_ja(struct ctx *c, slice text, jday *ret)
{
	slice s = slice_trim(text);
	struct ymd d = { 0, 0, 0 };
	size_t i = 0, era = read_era(s, &i), after;
	bool kanji;
	jday day;

	if (era < ERAS && peek(s, &i, &after) == 0x5143) {   /* 元 */
		i = after;
		d.y = 1;
	} else if (!read_number(s, &i, &d.y)) {
		return FAIL(c, E_INVALID, "date.form");
	}
	kanji = peek(s, &i, &after) == 0x5E74;               /* 年 */
	if (!eat(s, &i, 0x5E74, true) || !read_number(s, &i, &d.m) || !eat(s, &i, 0x6708, !kanji) ||
	    !read_number(s, &i, &d.d) || (kanji && !eat(s, &i, 0x65E5, false)) || i != s.len)
		return FAIL(c, E_INVALID, "date.form");
	if (era == ERAS && d.y < 1000)
		return FAIL(c, E_INVALID, "date.form");
	if (era < ERAS) {
		if (d.y < 1)
			return FAIL(c, E_INVALID, "date.impossible");
		d.y += eras[era].y - 1;
	}
	TRY(jday_from_ymd(c, d, &day));
	if (era < ERAS && (day < era_first(era) || (era + 1 < ERAS && day >= era_first(era + 1))))
		return FAIL(c, E_INVALID, "date.era_range");
	*ret = day;
	return OK;
}
