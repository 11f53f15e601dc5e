/*
 * Days, instants, eras. The only place that turns one into another. Japan has had one zone (UTC+9) and no summer
 * time since 1952. Gregorian calendar throughout, which Japan has used since 1873-01-01.
 */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include "base/buf.h"
#include "base/rc.h"

#define DAY_MSEC ((msec)86400000)
#define JST_OFFSET ((msec)9 * 3600000)
/* 0001-01-01 and 9999-12-31 */
#define JDAY_LEAST ((jday)-719162)
#define JDAY_MOST ((jday)2932896)

struct ymd { int32_t y, m, d; };   /* m 1–12, d 1–31 */

/* 2026-02-30 is E_INVALID "date.impossible". */
MUST_USE rc jday_from_ymd(struct ctx *c, struct ymd date, jday *ret);
struct ymd jday_ymd(jday d);
/* 0 Sunday … 6 Saturday. */
int jday_weekday(jday d);
/* The Japanese calendar day of an instant, and the instant at which a Japanese day begins. */
jday msec_jday(msec t);
msec jday_msec(jday d);

/* "2026-11-21". E_INVALID "date.form", "date.impossible". */
MUST_USE rc jday_parse(struct ctx *c, slice text, jday *ret);
void jday_put(struct buf *b, jday d);

/*
 * RFC 3339 with offset ("Z" or ±hh:mm); seconds and up to 9 decimals of them may be left out or given (cut to ms).
 * A leap second counts as the second before. E_INVALID "time.form", "time.impossible", "date.impossible".
 */
MUST_USE rc msec_parse(struct ctx *c, slice text, msec *ret);
/* "2026-11-21T09:30:00+09:00", with ".123" when there are milliseconds. */
void msec_put(struct buf *b, msec t);

/*
 * Japanese dates as people write them: 令和8年11月21日, 令和元年, R8.11.21, Ｒ８／１１／２１, 2026年11月21日,
 * 2026/11/21; full-width digits and 一〇二 numerals included. A date outside its era (令和元年4月30日) is refused:
 * E_INVALID "date.era_range"; unknown form "date.form"; 30 February "date.impossible".
 */
MUST_USE rc jday_parse_ja(struct ctx *c, slice text, jday *ret);
/* 令和8年11月21日, 令和元年5月1日. Days before 明治6年 (1873-01-01) come out as 1872年12月31日. */
void jday_put_era(struct buf *b, jday d);

#endif
