/*
 * Finding words in cases: numbers, titles, facts, events and drafted reports. Sealed text has no index on the disk, for an
 * index would outlive its key: each search opens what lies sealed, compares, and forgets it. After a disposal there is
 * nothing left to find, and nothing to remove. The price is time: docs/limits.md.
 *
 * The program's own reading shows nothing to anybody. What is found is shown only by search_show(), which is a look with
 * the entries named; the words that were asked for are not recorded, they may be a name.
 */
#ifndef WORK_SEARCH_SEARCH_H
#define WORK_SEARCH_SEARCH_H

#include "work/case/case.h"

/* Old and variant forms of characters (髙 → 高): the table `variants` of screening/words.yaml. */
struct variants;
MUST_USE rc variants_load(struct ctx *c, const char *data, const struct variants **ret);

/*
 * The text as it is compared: full-width letters narrow, half-width kana wide, katakana as hiragana, capitals small,
 * variants as their common form, without blanks, ー and ・ between. In c->a.
 */
MUST_USE rc search_fold(struct ctx *c, const struct variants *v, slice text, slice *ret);

struct hit {
	struct case_head head;
	int64_t seq;             /* entry that has it; that of the opening for a number or title */
	slice act;               /* its act: "case.open", "fact.state", "case.event", "report.draft" */
	slice path;              /* member in which it stands: "title", "what", a fact's path */
	slice text;              /* after search_show: the passage; empty before, and when it is gone */
};

/* Where a search goes on. Zero: at the beginning. */
struct search_at { bool closed, over, has; struct case_head after; };

/* May the one who searches look into this case? */
typedef rc search_may(struct ctx *c, void *p, slice case_id, bool *ret);

#define SEARCH_WORDS_MOST 8u

/*
 * Up to `most` hits, open cases first, the most urgent first; looks into at most `cases` cases, then *at says where to go
 * on (over: nothing left). All words of the query must stand in the same passage. E_INVALID "search.short" for a word of
 * one character; E_LIMIT "search.words".
 */
MUST_USE rc search_find(struct ctx *c, struct node *n, const struct variants *v, slice query, search_may *may, void *may_p,
                        size_t cases, size_t most, struct search_at *at, struct hit **ret, size_t *ret_n);
/* Opens the passages: a look, one act for each case. */
MUST_USE rc search_show(struct ctx *c, struct node *n, const struct look *look, struct hit *hits, size_t nhits);

#endif
