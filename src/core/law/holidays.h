/*
 * Days on which offices are closed, by rule with overrides by data (law/calendars/). A loaded calendar is a set of days
 * for the years it covers, so asking is one look.
 */
#ifndef CORE_LAW_HOLIDAYS_H
#define CORE_LAW_HOLIDAYS_H

#include "base/calendar.h"
#include "base/pack.h"

struct holidays;

enum holiday_kind {
	HOLIDAY_NONE,
	HOLIDAY_NATIONAL,     /* 国民の祝日 */
	HOLIDAY_SUBSTITUTE,   /* 振替休日 */
	HOLIDAY_SANDWICHED,   /* 国民の休日 */
	HOLIDAY_OFFICE,       /* offices closed, no holiday: 29 December to 3 January */
};

#define HOLIDAY_KINDS 5

struct holiday { jday day; enum holiday_kind kind; slice ja, en; };

/* Compiles the calendar; it lies in c->a. E_INVALID "calendar.*" or "pack.*" with the place. */
MUST_USE rc holidays_load(struct ctx *c, const struct pack *pack, const struct holidays **ret);
/* Whether all days asked for lie in the years covered. */
bool holidays_cover(const struct holidays *h, jday from, jday to);
/* Saturday, Sunday, holiday or office closed; false outside the years covered. */
bool holidays_closed(const struct holidays *h, jday day);
/* The day itself or the next open one. */
jday holidays_open_from(const struct holidays *h, jday day);
/* All holidays and office days of a year in order; in c->a. E_LIMIT "calendar.range". */
MUST_USE rc holidays_of_year(struct ctx *c, const struct holidays *h, int32_t year, const struct holiday **ret, uint32_t *ret_n);

#endif
