/*
 * What a run of the selection carries from document to document, for the files of this folder that read and write for it; all
 * others see `struct select_run` only through select.h.
 */
#ifndef WORK_SELECT_RUN_H
#define WORK_SELECT_RUN_H

#include "engine/select/pii.h"
#include "work/select/forms.h"
#include "work/select/seen.h"
#include "work/select/select.h"

#define OUT_MOST ((size_t)512 << 20)   /* of one text */

struct select_run {
	struct ctx *c;
	struct select_options opt;
	struct form form;
	struct select_tally tally;
	struct seen seen;
	/* the stream */
	slice name;
	enum doc_charset charset;
	enum ind_kind kind;
	struct pii_state *state;
	struct arena *state_arena;
	struct again *again;     /* blocks that came before */
	uint64_t chars;
	uint32_t part;      /* number of the part within its document */
	struct cage_stay *texts;   /* where documents of text are read */
	struct pii_known *known;   /* what its parts had so far; in the arena of the work */
	size_t n_known;
};

/* Begins a document: nothing is known of it, and of what was written before only what its form needs. */
void run_document(struct select_run *run);
/* Ends what a stream knew. */
void run_free_state(struct select_run *run);

#endif
