/* What is known of a document that comes in blocks. */
#include "engine/select/pii_passage.h"

#include <assert.h>

#include "base/banned.h"

rc pii_state_new(struct ctx *c, struct pii_state **ret_state)
{
	struct pii_state *s;

	TRY_NEW(c, s);
	TRY(repeats_keep(c, &s->repeats));
	TRY(passages_new(c, &s->passages));
	*ret_state = s;
	return OK;
}

/* The columns, of which only so many count, stand at the end. */
#define HEAD (offsetof(struct pii_state, columns.mask))

slice pii_state_bytes(const struct pii_state *s) { return (slice){ (const char *)s, HEAD + s->columns.n * sizeof s->columns.mask[0] }; }

void pii_state_put(const struct pii_state *s, struct buf *b) { buf_put(b, pii_state_bytes(s)); }

uint64_t pii_state_learnt(const struct pii_state *s) { return repeats_learnt(s->repeats); }

void pii_state_get(struct pii_state *s, slice bytes)
{
	assert(bytes.len >= HEAD && bytes.len <= HEAD + sizeof s->columns.mask);
	memcpy(s, bytes.p, bytes.len);
	assert(bytes.len == pii_state_bytes(s).len);
}
