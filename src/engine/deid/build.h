/*
 * Hierarchies that nobody has to write: built from the values that stand in a column. A value is first brought into one
 * form (`canonical`), so that R1.5.1, 令和元年5月1日 and 2019-05-01 are one leaf; top and bottom coding happen there too.
 */
#ifndef ENGINE_DEID_BUILD_H
#define ENGINE_DEID_BUILD_H

#include "base/calendar.h"
#include "engine/deid/hierarchy.h"

enum build_kind {
	BUILD_FLAT,          /* the value, then "*" */
	BUILD_NUMBER,        /* bands of the widths in step[] */
	BUILD_AGE,           /* a date of birth: age on the day `at`, then bands */
	BUILD_DATE,          /* step[]: enum date_step, or a number of years */
	BUILD_POSTAL,        /* 郵便番号: step[] digits are kept */
	BUILD_MUNICIPALITY,  /* 全国地方公共団体コード: prefecture, region; the check digit must hold */
	BUILD_ICD,           /* ICD-10: category of three characters, chapter */
	BUILD_OCCUPATION,    /* 日本標準職業分類: division, group of divisions */
	BUILD_PREFIX,        /* step[] characters are kept */
	BUILD_ORDER,         /* groups of step[] neighbours, in the order of values[], else of numbers, else of letters */
	BUILD_FREQUENT,      /* the step[] most frequent values stay, the others are one */
};

#define BUILD_KINDS 11

/* Steps of dates below any number of years. */
enum date_step { STEP_MONTH = 1000000, STEP_QUARTER, STEP_YEAR, STEP_ERA_MONTH, STEP_ERA_YEAR, STEP_ERA };

struct build {
	enum build_kind kind;
	uint32_t step[HIERARCHY_LEVELS_MOST], steps;   /* fine to coarse; none: what is usual for the kind */
	bool has_top, has_bottom;
	int64_t top, bottom;     /* numbers from here on are one value (top and bottom coding) */
	jday at;
	const slice *missing;    /* texts that mean "not known": leaves of their own */
	uint32_t missings;
	const slice *values;     /* BUILD_ORDER: all values, in their order; none: as they sort */
	uint32_t many;
};

/* The steps are a hierarchy: each band is whole in the next one. E_INVALID "build.steps". */
MUST_USE rc build_check(struct ctx *c, const struct build *b);
/* The one form of a value, in c->a. E_INVALID "build.number", "build.date", "build.code", "build.order" (not in values[]),
 * "build.empty", "build.star". */
MUST_USE rc build_canonical(struct ctx *c, const struct build *b, slice raw, slice *ret);
/* The whole number that a value of BUILD_NUMBER stands for, or the one below it. E_INVALID "build.number". */
MUST_USE rc build_number(struct ctx *c, slice raw, int64_t *ret);
/* The hierarchy over all values of `raw`; rows: how often each stands there (BUILD_FREQUENT; NULL: not known); *ret_leaf_of[code of raw]. E_LIMIT "build.many", E_INVALID
 * "build.labels" (a value reads like a label). */
MUST_USE rc build_hierarchy(struct ctx *c, const struct build *b, const struct dict *raw, const uint64_t *rows,
	const struct hierarchy **ret, uint32_t **ret_leaf_of);
/* Region of a prefecture 1 … 47 (八地方区分); empty for others. */
slice build_region(uint32_t prefecture);

#endif
