/* Entries of the record as sentences, newest first. */
#ifndef DOOR_HTTP_SENTENCES_H
#define DOOR_HTTP_SENTENCES_H

#include "door/http/visit.h"

/* `not_act`: entries of that act are left out; empty: none. The last `most` of them. */
MUST_USE rc sentences_put(struct visit *v, struct json_out *o, const char *name, const struct entry_filter *f,
                          const char *not_act, size_t most);
struct sentence { int64_t seq; msec at; slice actor, name, role, act, text; };
MUST_USE rc sentences_read(struct visit *v, const struct entry_filter *f, const char *not_act, size_t most,
                           struct sentence **ret, size_t *ret_n);
MUST_USE rc sentences_out(struct visit *v, struct json_out *o, const char *name, const struct sentence *s, size_t n);

/* What ids are called, kept for the length of a table: most rows are of the same few people and cases. */
#define CALLED_MOST 64
struct reader {
	struct visit *v;
	struct { slice id, name; } called[CALLED_MOST];
	size_t n;
};

slice reader_name(struct reader *r, slice id);
/* Of struct sentence_words; `p` is a reader. */
slice record_word(void *p, const struct entry *e, char part, slice member, slice word);

#endif
