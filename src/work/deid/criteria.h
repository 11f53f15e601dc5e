/*
 * The law's criteria for information in which nobody can be recognised, as a checklist: dated data (deid/criteria.yaml),
 * held against what a run found. Whoever ran it says what was found; what each item asks for is data.
 */
#ifndef WORK_DEID_CRITERIA_H
#define WORK_DEID_CRITERIA_H

#include "base/calendar.h"
#include "base/rc.h"

enum deid_check {
	CHECK_IDENTIFYING_REMOVED, CHECK_TRUTHFUL, CHECK_CODES_NONE, CHECK_LINKS_CUT, CHECK_ORDER_UNLINKED, CHECK_RARE_NONE,
	CHECK_MODEL_MET, CHECK_RELEASES_APART, CHECK_HANDLERS_NAMED, CHECK_RULES_WRITTEN, CHECK_METHOD_SEALED,
	CHECK_ITEMS_PUBLISHED, CHECK_MATCHING_BANNED, CHECK_PURPOSE_SAID, CHECK_RECEIVER_SAID,
};

#define DEID_CHECKS 15

extern const char *const deid_check_words[DEID_CHECKS];

enum check_state { CHECK_NOT_MET, CHECK_MET };

struct check_found {
	enum check_state state;
	slice by;              /* what in the spec or the figures it rests on */
};

struct criterion {
	slice id, article, basis, ja, en;
	bool review;
	enum deid_check checks[DEID_CHECKS];
	uint32_t nchecks;
	bool met;              /* set by criteria_judge() */
};

struct criteria {
	slice regime, name;
	jday from;
	bool review;
	struct criterion *items;
	uint32_t n;
};

/* The set of the regime ("public", "private") in force on the day. E_NOTFOUND "criteria.none". */
MUST_USE rc criteria_load(struct ctx *c, const char *data, slice regime, jday day, struct criteria *ret);
/* Marks each item; true when all are met. */
bool criteria_judge(struct criteria *v, const struct check_found found[DEID_CHECKS]);

#endif
