#include "work/select/select.h"

#include <stdlib.h>

#include "work/select/part.h"
#include "work/select/pdf.h"
#include "work/select/run.h"
#include "work/select/take.h"

#include "base/banned.h"

#define KNOWN_TEXT_MOST ((size_t)1 << 20)   /* larger documents are read once */

void run_free_state(struct select_run *run)
{
	if (run->state_arena)
		arena_free(run->state_arena);
	run->state_arena = NULL;
}

static void free_run(void *p)
{
	struct select_run *run = p;

	run_free_state(run);
	seen_forget(&run->seen);
}

rc select_begin(struct ctx *c, const struct select_options *opt, struct select_run **ret)
{
	struct select_run *run;
	struct buf b;

	TRY_NEW(c, run);
	run->c = c;
	run->opt = *opt;
	run->form = (struct form){ .opt = &run->opt, .now = c->now };
	if (arena_on_end(c->a, free_run, run) != 0)
		return FAIL(c, E_NOMEM, "memory.limit");
	buf_init(&b, c->a, 65536);
	form_begin(&run->form, &b);
	if (b.len)
		TRY(opt->out.write(c, opt->out.to, buf_slice(&b)));
	*ret = run;
	return OK;
}

/* A list tells each document of a value; in a bundle or event a value stands once. */
static bool once_in_all(const struct select_run *run) { return run->opt.form == SELECT_STIX || run->opt.form == SELECT_MISP; }

void run_document(struct select_run *run)
{
	if (!once_in_all(run))
		seen_forget(&run->seen);
	run->known = NULL;
	run->n_known = 0;
	run->chars = 0;
	run->tally.docs++;
}

/* One of many that cannot be read is told and counted. */
static rc read_pdf(struct select_run *run, struct ctx *w, struct doc *d, size_t i)
{
	struct doc_part *p = &d->parts[i];
	rc r = pdf_text(w, p->text, &p->text);

	if (r != OK && d->n == 1)
		return r;
	if (r != OK) {
		fault_clear(w);
		run->tally.unread++;
	} else if (pdf_is_scan(p->text)) {
		run->tally.unread++;
	}
	p->pdf = r != OK;
	return OK;
}

rc select_document(struct select_run *run, struct ctx *work, slice name, slice bytes)
{
	struct doc d;

	if (!run->texts && !work->cage)
		TRY(cage_stay_new(run->c, &document_cage, &run->texts));
	TRY(run->texts ? take_among_many(work, run->texts, bytes, name, &d) : take_caged(work, bytes, name, &d));
	run_document(run);
	run->tally.unread += d.unread;
	for (size_t i = 0; i < d.n; i++)
		if (d.parts[i].pdf)
			TRY(read_pdf(run, work, &d, i));
	if (d.n > 1 && d.bytes <= KNOWN_TEXT_MOST)
		TRY(part_learn(run, work, &d));
	for (size_t i = 0; i < d.n; i++) {
		struct pii_result found = { 0 };

		run->part = (uint32_t)i;
		if (!d.parts[i].pdf) {
			struct place at = place_in(d.parts[i].text);

			TRY(part_select(run, work, name, &d.parts[i], &found, &at));
		}
	}
	return OK;
}

struct carried { struct select_tally tally; uint64_t written, n, cap; };

/* The memory of values goes back only where the next document asks it: it has megabytes. */
void select_state_put(const struct select_run *run, struct buf *b)
{
	struct carried s = { .tally = run->tally, .written = run->form.written };

	if (once_in_all(run)) {
		s.n = run->seen.n;
		s.cap = run->seen.cap;
	}
	buf_put(b, (slice){ (const char *)&s, sizeof s });
	buf_put(b, (slice){ (const char *)run->seen.slots, s.cap * sizeof *run->seen.slots });
}

/* Read as foreign bytes: a table that is full would be looked through for ever. */
rc select_state_get(struct select_run *run, slice bytes)
{
	struct carried s;
	uint64_t *slots = NULL, used = 0;

	if (bytes.len < sizeof s)
		return FAIL(run->c, E_INVALID, "cage.died");
	memcpy(&s, bytes.p, sizeof s);
	bytes = slice_sub(bytes, sizeof s, bytes.len);
	if (s.cap > SEEN_MOST || (s.cap & (s.cap - 1)) || bytes.len != s.cap * sizeof *slots)
		return FAIL(run->c, E_INVALID, "cage.died");
	if (s.cap) {
		slots = seen_slots((size_t)s.cap);
		if (!slots)
			return FAIL(run->c, E_NOMEM, "memory.limit");
		memcpy(slots, bytes.p, bytes.len);
	}
	for (size_t i = 0; i < s.cap; i++)
		used += slots[i] != 0;
	if (used != s.n || (s.cap && s.n * 2 > s.cap)) {
		free(slots);
		return FAIL(run->c, E_INVALID, "cage.died");
	}
	seen_forget(&run->seen);
	run->seen = (struct seen){ slots, (size_t)s.cap, (size_t)s.n, 0 };
	run->tally = s.tally;
	run->form.written = s.written;
	return OK;
}

rc select_end(struct select_run *run, struct select_tally *ret)
{
	struct buf b;

	buf_init(&b, run->c->a, 65536);
	form_end(&run->form, &b);
	if (b.len)
		TRY(run->opt.out.write(run->c, run->opt.out.to, buf_slice(&b)));
	*ret = run->tally;
	return OK;
}
