/* The proof page of a screening on paper (PDF), for inspectors: what was read, what was not, which rules ran. */
#ifndef WORK_SCREEN_PROOF_PAPER_H
#define WORK_SCREEN_PROOF_PAPER_H

#include "base/buf.h"
#include "base/rc.h"

/*
 * `proof` is the text that `renkei screen --proof` wrote, `at` when the paper is made. The PDF in c->a. E_INVALID
 * "screening.proof" when the text is no such proof.
 */
MUST_USE rc screening_proof_paper(struct ctx *c, slice proof, msec at, bool exercise, slice *ret_pdf);

#endif
