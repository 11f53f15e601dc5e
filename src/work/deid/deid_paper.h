/* The report of a release on paper (PDF): what was asked for, what was found, each criterion of the law and what meets it. */
#ifndef WORK_DEID_PAPER_H
#define WORK_DEID_PAPER_H

#include "work/deid/criteria.h"

struct paper_line { slice label, text; };

struct deid_paper {
	slice title;
	msec at;
	bool exercise;
	const struct paper_line *lines;    /* figures and settings */
	uint32_t nlines;
	const struct criteria *criteria;   /* judged; NULL: none asked for */
	const struct check_found *found;   /* [DEID_CHECKS] */
	slice foot;
};

MUST_USE rc deid_paper_make(struct ctx *c, const struct deid_paper *p, slice *ret_pdf);

#endif
