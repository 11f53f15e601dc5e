/* What the commands of cases print. */
#ifndef DOOR_CLI_SAY_CASE_H
#define DOOR_CLI_SAY_CASE_H

#include "door/cli/desk.h"

struct case_picture {
	struct case_head head;
	struct moment moment;
	bool past, history;
	slice title;
	struct fact *facts;
	size_t nfacts;
	struct duty_view duties;
	struct filing *filings;
	size_t nfilings;
};

void say_opened(struct desk *d, const struct followed *f, struct when known, size_t nfacts);
void say_stated(struct desk *d, const struct followed *f, size_t nfacts);
rc say_case(struct desk *d, const struct case_picture *p);
void say_list(struct desk *d, const struct case_head *page, size_t n, bool more);
void say_timeline(struct desk *d, const struct case_head *h, const struct event *events, size_t n);
void say_closed(struct desk *d, const struct case_head *h, bool reopen);
/* The day that counts: today, or the last day of the moment that was asked for. */
jday say_day(const struct desk *d, const struct moment *m);
/* The heading of a case: number, title, when known, which day it is. */
void say_head(struct desk *d, const struct case_head *h, slice title, const struct moment *m, bool past);

/* Files of a case; case_evidence.c. */
MUST_USE rc run_case_evidence(struct ctx *c, const struct call *in, struct answer *out);

#endif
