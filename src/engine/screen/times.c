/* Times as logs write them, and the kind of a day. All in the Japanese wall clock. */
#include "base/calendar.h"
#include "engine/screen/model.h"

#include "base/banned.h"

static bool digits(slice *s, size_t least, size_t most, uint32_t *ret)
{
	size_t n = 0;
	uint32_t v = 0;

	while (n < s->len && n < most && s->p[n] >= '0' && s->p[n] <= '9')
		v = v * 10 + (uint32_t)(s->p[n++] - '0');
	if (n < least)
		return false;
	*s = slice_sub(*s, n, s->len);
	*ret = v;
	return true;
}

static bool one_of(slice *s, const char *set)
{
	if (s->len == 0 || !strchr(set, s->p[0]) || s->p[0] == '\0')
		return false;
	*s = slice_sub(*s, 1, s->len);
	return true;
}

static bool ymd_ok(uint32_t y, uint32_t m, uint32_t d, int32_t *ret)
{
	static const uint8_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	/* days from civil, after Howard Hinnant's chrono algorithms */
	uint32_t yoe, doy, doe;
	int32_t era, yy;

	if (y < 1868 || y > 9999 || m < 1 || m > 12 || d < 1 || d > days[m - 1])
		return false;
	if (m == 2 && d == 29 && !(y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)))
		return false;
	yy = (int32_t)y - (m <= 2);
	era = yy / 400;
	yoe = (uint32_t)(yy - era * 400);
	doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	*ret = era * 146097 + (int32_t)doe - 719468;
	return true;
}

/* 2025-03-03, 2025/3/3, 20250303, R7.3.3, H31/4/1; moves s behind it. */
static bool date_part(slice *s, int32_t *ret)
{
	uint32_t y, m, d, first = 0;
	slice eight = *s;

	if (s->len > 0 && strchr("RHSrhs", s->p[0]) && s->p[0] != '\0') {
		char era = (char)(s->p[0] | 0x20);

		first = era == 'r' ? 2018 : era == 'h' ? 1988 : 1925;
		*s = slice_sub(*s, 1, s->len);
		if (!digits(s, 1, 2, &y) || y == 0)
			return false;
		y += first;
	} else {
		if (!digits(s, 4, 4, &y))
			return false;
		if (s->len >= 4 && s->p[0] >= '0' && s->p[0] <= '9') {
			*s = slice_sub(eight, 4, eight.len);
			return digits(s, 2, 2, &m) && digits(s, 2, 2, &d) && ymd_ok(y, m, d, ret);
		}
	}
	return one_of(s, "-/.") && digits(s, 1, 2, &m) && one_of(s, "-/.") && digits(s, 1, 2, &d) && ymd_ok(y, m, d, ret);
}

static bool clock_part(slice *s, uint32_t *ret)
{
	uint32_t h, m, sec = 0, ignored;

	if (!digits(s, 1, 2, &h) || !one_of(s, ":") || !digits(s, 2, 2, &m) || h > 24 || m > 59)
		return false;
	if (one_of(s, ":") && (!digits(s, 2, 2, &sec) || sec > 60))
		return false;
	if (s->len > 1 && (s->p[0] == '.' || s->p[0] == ',')) {
		*s = slice_sub(*s, 1, s->len);
		if (!digits(s, 1, 9, &ignored))
			return false;
	}
	*ret = h * 3600 + m * 60 + sec;
	return true;
}

bool log_day_parse(slice text, int32_t *ret)
{
	slice s = slice_trim(text);

	return date_part(&s, ret) && s.len == 0;
}

bool log_clock_parse(slice text, uint32_t *ret_seconds)
{
	slice s = slice_trim(text);

	return clock_part(&s, ret_seconds) && s.len == 0;
}

bool log_time_parse(slice text, wall *ret)
{
	slice s = slice_trim(text);
	int32_t day;
	uint32_t sec = 0, h, m = 0;
	wall shift = 0;

	if (!date_part(&s, &day))
		return false;
	if (s.len > 0 && (!one_of(&s, "T tt") || !clock_part(&s, &sec)))
		return false;
	if (s.len > 0 && (s.p[0] == 'Z' || s.p[0] == 'z')) {
		shift = 9 * 3600;
		s = slice_sub(s, 1, s.len);
	} else if (s.len > 0 && (s.p[0] == '+' || s.p[0] == '-')) {
		wall sign = s.p[0] == '+' ? 1 : -1;

		s = slice_sub(s, 1, s.len);
		if (!digits(&s, 2, 2, &h))
			return false;
		(void)one_of(&s, ":");
		if (s.len > 0 && !digits(&s, 2, 2, &m))
			return false;
		shift = 9 * 3600 - sign * (wall)(h * 3600 + m * 60);
	}
	if (s.len != 0)
		return false;
	*ret = (wall)day * DAY_SECONDS + sec + shift;
	return true;
}

static bool month_name(slice *s, uint32_t *ret)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	char low[3];

	if (s->len < 3)
		return false;
	for (unsigned i = 0; i < 3; i++)
		low[i] = (char)(s->p[i] | 0x20);
	for (uint32_t m = 0; m < 12; m++)
		if (memcmp(months + 3 * m, low, 3) == 0) {
			*ret = m + 1;
			*s = slice_sub(*s, 3, s->len);
			return true;
		}
	return false;
}

static void blanks(slice *s)
{
	while (s->len && s->p[0] == ' ')
		*s = slice_sub(*s, 1, s->len);
}

/* Z, UTC, GMT, JST, +0900, +09:00; *io becomes the seconds to the Japanese clock. False when something else follows. */
static bool zone_part(slice s, int64_t *io)
{
	uint32_t h, m = 0;
	int sign;

	blanks(&s);
	if (s.len == 0)
		return true;
	if (slice_is(s, "Z") || slice_is(s, "UTC") || slice_is(s, "GMT")) {
		*io = 9 * 3600;
		return true;
	}
	if (slice_is(s, "JST")) {
		*io = 0;
		return true;
	}
	if (s.p[0] != '+' && s.p[0] != '-')
		return false;
	sign = s.p[0] == '+' ? 1 : -1;
	s = slice_sub(s, 1, s.len);
	if (!digits(&s, 2, 2, &h))
		return false;
	(void)one_of(&s, ":");
	if (s.len && !digits(&s, 2, 2, &m))
		return false;
	*io = 9 * 3600 - sign * (int64_t)(h * 3600 + m * 60);
	return s.len == 0;
}

/* Seconds or milliseconds since 1970, as 10 or 13 digits; 14 digits are a date and a time. */
static bool number_time(slice s, int64_t shift, wall *ret)
{
	uint32_t y, mo, d, h, m, sec;
	uint64_t v = 0;
	int32_t day;
	slice t = s;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	}
	if (s.len == 14 && digits(&t, 4, 4, &y) && digits(&t, 2, 2, &mo) && digits(&t, 2, 2, &d) && digits(&t, 2, 2, &h) &&
	    digits(&t, 2, 2, &m) && digits(&t, 2, 2, &sec) && h < 24 && m < 60 && sec < 61 && ymd_ok(y, mo, d, &day)) {
		*ret = (wall)day * DAY_SECONDS + h * 3600 + m * 60 + sec + shift;
		return true;
	}
	if (s.len != 10 && s.len != 13)
		return false;
	*ret = (wall)(s.len == 13 ? v / 1000 : v) + 9 * 3600;
	return true;
}

/* 03/Mar/2025:08:21:02 +0900, and 03-MAR-25 08.21.02.123456 AM of Oracle. */
static bool day_first(slice s, int64_t shift, wall *ret)
{
	uint32_t d, mo, y, h, m, sec = 0, ignored;
	bool pm, am;
	int32_t day;

	if (!digits(&s, 1, 2, &d) || !one_of(&s, "/-") || !month_name(&s, &mo) || !one_of(&s, "/-") || !digits(&s, 2, 4, &y) ||
	    !one_of(&s, ": ") || !digits(&s, 1, 2, &h) || !one_of(&s, ":.") || !digits(&s, 2, 2, &m))
		return false;
	if (one_of(&s, ":.") && !digits(&s, 2, 2, &sec))
		return false;
	if (one_of(&s, ".") && !digits(&s, 1, 9, &ignored))
		return false;
	blanks(&s);
	pm = slice_starts(s, S("PM"));
	am = slice_starts(s, S("AM"));
	if (pm || am) {
		s = slice_sub(s, 2, s.len);
		h = h % 12 + (pm ? 12 : 0);
	}
	if (h > 23 || m > 59 || sec > 60 || !ymd_ok(y < 100 ? y + 2000 : y, mo, d, &day) || !zone_part(s, &shift))
		return false;
	*ret = (wall)day * DAY_SECONDS + h * 3600 + m * 60 + sec + shift;
	return true;
}

/* Mar  3 08:21:02 and Mar 3 2025 08:21:02; without a year: this one, or the last when the month is still to come. */
static bool month_first(slice s, int64_t shift, int32_t year, uint32_t now_month, wall *ret)
{
	uint32_t mo, d, y = (uint32_t)year, sec;
	bool said = false;
	int32_t day;

	if (!month_name(&s, &mo))
		return false;
	blanks(&s);
	if (!digits(&s, 1, 2, &d))
		return false;
	blanks(&s);
	if (s.len > 5 && s.p[4] == ' ') {
		if (!digits(&s, 4, 4, &y))
			return false;
		said = true;
		blanks(&s);
	}
	if (!clock_part(&s, &sec))
		return false;
	if (!said && mo > now_month)
		y--;
	if (!ymd_ok(y, mo, d, &day) || !zone_part(s, &shift))
		return false;
	*ret = (wall)day * DAY_SECONDS + sec + shift;
	return true;
}

bool log_time_any(slice text, int64_t shift, int32_t year, uint32_t month, wall *ret)
{
	slice s = slice_trim(text), t = s;
	uint32_t sec = 0;
	int32_t day;

	if (number_time(s, shift, ret) || day_first(s, shift, ret) || month_first(s, shift, year, month, ret))
		return true;
	if (!date_part(&t, &day))
		return false;
	if (t.len && (!one_of(&t, "T t") || !clock_part(&t, &sec)))
		return false;
	if (!zone_part(t, &shift))
		return false;
	*ret = (wall)day * DAY_SECONDS + sec + shift;
	return true;
}

/* Without a calendar: Saturday, Sunday and the days around New Year; holidays need the table. */
static enum day_kind find_kind(const struct screen *s, int32_t day)
{
	uint32_t v = map64_get(&s->days, (uint64_t)((int64_t)day + 1000000));
	struct ymd d;
	int week;

	if (v != MAP_NONE)
		return (enum day_kind)v;
	d = jday_ymd(day);
	if ((d.m == 12 && d.d >= 29) || (d.m == 1 && d.d <= 3))
		return DAY_HOLIDAY;
	week = jday_weekday(day);
	return week == 0 || week == 6 ? DAY_WEEKEND : DAY_WORK;
}

enum day_kind day_kind(struct screen *s, int32_t day)
{
	if (s->kind_day != day) {
		s->kind = find_kind(s, day);
		s->kind_day = day;
	}
	return s->kind;
}
