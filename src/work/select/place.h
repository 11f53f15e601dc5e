/*
 * Places as characters: what is found stands at bytes of a text, and what is written tells characters of the document.
 */
#ifndef WORK_SELECT_PLACE_H
#define WORK_SELECT_PLACE_H

#include "base/slice.h"
#include "engine/select/pii.h"

/* Counts onwards from the last place asked for: places in order cost one way through the text. */
struct place { slice text; size_t at; uint64_t chars; bool ascii; };

struct place place_in(slice text);
uint64_t place_count(struct place *p, size_t at);
/* Characters before byte `at`, which may lie behind the end. In a text of ASCII alone they are the bytes. */
static inline uint64_t place_chars(struct place *p, size_t at)
{
	return p->ascii && at <= p->text.len ? at : place_count(p, at);
}
/* Puts characters in place of the bytes of spans. */
void place_spans(slice text, struct pii_span *spans, size_t n);

#endif
