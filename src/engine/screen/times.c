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
