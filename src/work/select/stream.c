/* A text as a stream (select_stream_* of select.h): block by block, and a block that came before is told without being read. */
#include "work/select/select.h"

#include <string.h>

#include "work/select/again.h"
#include "work/select/part.h"
#include "work/select/run.h"

#include "base/banned.h"

#define STATE_MOST ((size_t)8 << 10)

rc select_stream_begin(struct select_run *run, slice name, slice first)
{
	struct ctx *c = run->c;
	struct ctx held;

	run_document(run);
	run->name = arena_copy(c->a, name);
	run->charset = doc_guess_charset(first);
	run->kind = doc_kind(first, name);
	run_free_state(run);
	run->state_arena = arena_new((size_t)40 << 20);
	if (!run->state_arena)
		return FAIL(c, E_NOMEM, "memory.limit");
	held = *c;
	held.a = run->state_arena;
	TRY(again_new(&held, &run->again));
	return pii_state_new(&held, &run->state);
}

size_t select_stream_cut(slice text, size_t most) { return again_cut(text.p, text.len, most); }

/* What a block gives is decided by its bytes, by what came before in the stream, and by the values that were written. */
static rc state_bytes(const struct select_run *run, struct ctx *w, slice *ret)
{
	uint64_t more[3] = { run->seen.begun, (uint64_t)run->charset, (uint64_t)run->kind };
	struct buf b;

	buf_init(&b, w->a, STATE_MOST);
	buf_put(&b, (slice){ (const char *)more, sizeof more });
	pii_state_put(run->state, &b);
	return buf_done(w, &b, ret);
}

/* Nothing but a list of values, each once, is told of a block that came before. */
static bool may_be_again(const struct select_run *run, slice block)
{
	return run->opt.form != SELECT_REDACT && !run->opt.n_released && block.len <= AGAIN_BLOCK_MOST;
}

/* Keeps what the block gave. Not when the memory of values began anew in between: some would be told again. */
static rc keep_block(struct select_run *run, struct ctx *w, struct mark mark, uint64_t chars, const struct pii_result *found)
{
	struct again_told told = { .chars = chars, .learnt = pii_state_learnt(run->state), .spans = found->spans, .n_spans = found->n_spans };
	struct buf b;

	buf_init(&b, w->a, STATE_MOST);
	pii_state_put(run->state, &b);
	TRY(buf_done(w, &b, &told.state));
	again_keep(run->again, mark, &told);
	return OK;
}

static rc read_block(struct select_run *run, struct ctx *w, struct doc_part *part, slice block, struct pii_result *found, uint64_t *ret_chars)
{
	struct place at;

	TRY(doc_decode(w, block, run->charset, &part->text));
	at = place_in(part->text);
	TRY(part_select(run, w, run->name, part, found, &at));
	*ret_chars = place_chars(&at, part->text.len);
	return OK;
}

/* All values of such a block were written before: what is held back is told, with what was learnt since, and no more. */
static rc tell_again(struct select_run *run, struct ctx *w, struct doc_part *part, slice block, struct mark mark, const struct again_told *told)
{
	struct pii_result found = { .spans = (struct pii_span *)told->spans, .n_spans = told->n_spans };
	bool more = told->learnt != pii_state_learnt(run->state);

	if (more || told->n_spans)
		TRY(doc_decode(w, block, run->charset, &part->text));
	if (more)
		TRY(pii_scan_again(w, part->text, run->state, &found));
	TRY(part_tell_withheld(run, w, run->name, part, found.spans, found.n_spans));
	pii_state_get(run->state, told->state);
	return more ? keep_block(run, w, mark, told->chars, &found) : OK;
}

rc select_stream_block(struct select_run *run, struct ctx *work, slice block, bool last)
{
	struct doc_part part = { .path = S(""), .kind = run->kind, .whole = true };
	bool again = may_be_again(run, block);
	uint64_t begun = run->seen.begun, chars;
	struct mark mark = { 0 };
	struct pii_result found = { 0 };
	struct again_told told;
	slice state;

	if (again) {
		TRY(state_bytes(run, work, &state));
		mark = again_mark_of(run->again, block, state);
	}
	if (again && again_find(run->again, mark, &told)) {
		chars = told.chars;
		TRY(tell_again(run, work, &part, block, mark, &told));
	} else {
		TRY(read_block(run, work, &part, block, &found, &chars));
		if (again && begun == run->seen.begun)
			TRY(keep_block(run, work, mark, chars, &found));
	}
	run->chars += chars;
	if (last)
		run->state = NULL;
	return OK;
}
