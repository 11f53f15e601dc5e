/*
 * A moment as people state it: an instant of RFC 3339, or a day in any form of jday_parse_ja with or without a clock
 * time of Japan behind it (2023-06-05, 2023-06-05 07:00, 令和5年6月5日 7時30分, R5.6.5 午後3時).
 */
#ifndef BASE_WHEN_H
#define BASE_WHEN_H

#include "base/calendar.h"

struct when {
	msec at;         /* of a day alone: its first moment in Japan */
	bool day_only;
};

/* E_INVALID "time.form", "time.impossible", "date.form", "date.impossible", "date.era_range". */
MUST_USE rc when_parse(struct ctx *c, slice text, struct when *ret);
/* A day: 2023-06-05 or as jday_parse_ja has it. */
MUST_USE rc day_parse(struct ctx *c, slice text, jday *ret);

/* 6月9日（金）; with the era year in front when it is not the year of `today`. */
void jday_put_short_ja(struct buf *b, jday d, jday today);
/* 令和5年6月5日 07:00; the clock left out when `day_only`. */
void when_put_ja(struct buf *b, struct when w);
/* 2023-06-05 07:00, in Japan; the clock left out when `day_only`. */
void when_put_iso(struct buf *b, struct when w);

#endif
