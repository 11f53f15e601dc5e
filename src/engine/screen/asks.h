/*
 * Questions to the tables, many at a time: which token a number has and where the tables keep it. Answers wait for
 * memory, so all of a block are asked before the first one is answered; each step goes over all of them.
 */
#ifndef ENGINE_SCREEN_ASKS_H
#define ENGINE_SCREEN_ASKS_H

#include "engine/screen/model.h"
#include "engine/screen/sip.h"

/* Texts of up to 34 bytes are gathered until there are so many of them; a multiple of SIP_LANES. */
#define TOKENS_WAIT 64u
#define TOKEN_WORDS 5u

struct tokens {
	sip_fn *run;
	struct token_list { uint64_t in[TOKENS_WAIT * TOKEN_WORDS], *to[TOKENS_WAIT]; uint32_t n; } list[TOKEN_WORDS];
};

void tokens_begin(struct tokens *t);
/* As screen_token; *ret is set by tokens_end at the latest, and has to stay where it is until then. */
void tokens_add(const struct screen *s, struct tokens *t, char domain, uint32_t org, slice text, uint64_t *ret);
void tokens_end(const struct screen *s, struct tokens *t);

/* A power of two; answers stay until so many later ones were asked. */
#define ASKS 4096u

struct ask { uint64_t token; uint32_t at, serial; uint8_t org; bool is_case; };

struct asks {
	struct tokens tokens;
	struct ask v[ASKS];
	uint64_t n, answered;
};

/* What still waits, because a block could not be read to its end, is dropped. */
void asks_drop(struct asks *a);
/* The question's number. At most ASKS / 2 may wait for their answers. */
uint64_t asks_put(const struct screen *s, struct asks *a, bool is_case, uint32_t org, slice raw, uint32_t serial);
/* v[number % ASKS].token and .at of all that wait; at is NONE for what the tables do not know. */
void asks_answer(const struct screen *s, struct asks *a);

#endif
