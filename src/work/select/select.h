/*
 * Selection: machine information goes out, personal information stays in. Documents come in whole or as a stream;
 * what leaves is a list of items in one of five forms, and a list of what was held back by type and place only.
 */
#ifndef WORK_SELECT_SELECT_H
#define WORK_SELECT_SELECT_H

#include "base/buf.h"
#include "engine/select/doc.h"
#include "engine/select/indicator.h"

enum select_form { SELECT_JSONL, SELECT_CSV, SELECT_STIX, SELECT_MISP, SELECT_REDACT };
#define SELECT_FORMS 5

/* TLP 2.0 (FIRST, August 2022). */
enum tlp { TLP_CLEAR, TLP_GREEN, TLP_AMBER, TLP_AMBER_STRICT, TLP_RED };
#define TLPS 5
bool tlp_from_word(slice word, enum tlp *ret);
const char *tlp_word(enum tlp t);

/* Takes what is written; E_IO passes up. */
struct select_sink {
	rc (*write)(struct ctx *c, void *to, slice bytes);
	void *to;
};

struct select_options {
	enum select_form form;
	enum tlp tlp;
	bool with_refs;                 /* STIX and MISP: references, too */
	bool ours;                      /* written in our own house: free mail in it is a person's */
	const slice *own_domains;       /* persons behind these are ours */
	size_t n_own_domains;
	slice org;                      /* MISP: who made the event; empty: "Renkei" */
	struct select_sink out;         /* items or redacted text */
	struct select_sink hashes;      /* MISP feed: lines of hashes.csv; write NULL: not wanted */
	struct select_sink withheld;    /* write NULL: not wanted */
};

struct select_tally {
	uint64_t docs, items[IND_TYPES], withheld, unread;
};

struct select_run;

/* Lies in c->a; c->a must outlive the run. */
MUST_USE rc select_begin(struct ctx *c, const struct select_options *opt, struct select_run **ret);
/* One document. `name` is written as "doc". `work` has its own arena, which the caller resets between documents. */
MUST_USE rc select_document(struct select_run *run, struct ctx *work, slice name, slice bytes);
/* A text as a stream: begin, blocks that end at a line end, end. */
MUST_USE rc select_stream_begin(struct select_run *run, slice name, slice first);
MUST_USE rc select_stream_block(struct select_run *run, struct ctx *work, slice block, bool last);
/* Writes what closes the list. */
MUST_USE rc select_end(struct select_run *run, struct select_tally *ret);

#endif
