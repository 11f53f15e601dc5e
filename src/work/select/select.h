/*
 * Selection: machine information goes out, personal information stays in. Documents come in whole or as a stream;
 * what leaves is a list of items in one of five forms, and a list of what was held back by type and place only.
 */
#ifndef WORK_SELECT_SELECT_H
#define WORK_SELECT_SELECT_H

#include "base/buf.h"
#include "core/gate/gate.h"
#include "engine/select/doc.h"
#include "engine/select/indicator.h"
#include "work/select/policy.h"

enum select_form { SELECT_JSONL, SELECT_CSV, SELECT_STIX, SELECT_MISP, SELECT_REDACT };
#define SELECT_FORMS 5

/* TLP 2.0 (FIRST, August 2022) as bundles and events write it: "amber+strict". */
bool tlp_from_word(slice word, enum tlp *ret);
const char *tlp_word(enum tlp t);

/* Takes what is written; E_IO passes up. */
struct select_sink {
	rc (*write)(struct ctx *c, void *to, slice bytes);
	void *to;
};

/* A place that an officer let out: characters of a part of the document. */
struct select_place { uint32_t part; uint64_t start, end; };

struct select_options {
	enum select_form form;
	enum tlp tlp;
	bool with_refs;                 /* STIX and MISP: references, too */
	bool ours;                      /* written in our own house: free mail in it is a person's */
	const slice *own_domains;       /* persons behind these are ours */
	size_t n_own_domains;
	const struct select_policy *policy;   /* NULL: everything masked, everything personal stays in */
	bool context;                   /* JSON Lines: the line around each item, masked */
	const struct select_place *released;   /* in the order of their places */
	size_t n_released;
	slice org;                      /* MISP: who made the event; empty: "Renkei" */
	struct select_sink out;         /* items or redacted text */
	struct select_sink hashes;      /* MISP feed: lines of hashes.csv; write NULL: not wanted */
	struct select_sink withheld;    /* write NULL: not wanted */
};

struct select_tally {
	uint64_t docs, items[IND_TYPES], withheld, unread;
	uint64_t held[PII_TYPES];       /* by class */
	struct pii_tally done;          /* by class and action, of a text written without them */
};

struct select_run;

/* Lies in c->a; c->a must outlive the run. */
MUST_USE rc select_begin(struct ctx *c, const struct select_options *opt, struct select_run **ret);
/* One document. `name` is written as "doc". `work` has its own arena, which the caller resets between documents. */
MUST_USE rc select_document(struct select_run *run, struct ctx *work, slice name, slice bytes);
/* A text as a stream: begin, blocks that end at a line end, end. */
MUST_USE rc select_stream_begin(struct select_run *run, slice name, slice first);
/* How much of what was read is the next block: up to a line end, of at most `most` bytes when that holds one. */
size_t select_stream_cut(slice text, size_t most);
MUST_USE rc select_stream_block(struct select_run *run, struct ctx *work, slice block, bool last);
/* What a run carries from document to document, as bytes: a stream that was read in a process of its own gives it back. */
void select_state_put(const struct select_run *run, struct buf *b);
/* E_INVALID "cage.died" when the bytes are none. */
MUST_USE rc select_state_get(struct select_run *run, slice bytes);
/* Writes what closes the list. */
MUST_USE rc select_end(struct select_run *run, struct select_tally *ret);

#endif
