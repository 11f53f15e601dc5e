/* A text without what was found in it: what stands instead is decided per class of information (policy is data). */
#ifndef ENGINE_SELECT_PII_REDACT_H
#define ENGINE_SELECT_PII_REDACT_H

#include "engine/select/pii.h"

enum pii_action {
	PII_KEEP,         /* leave it in; only where a policy says so in words */
	PII_DROP,         /* nothing stands instead                            */
	PII_MASK,         /* [氏名]: the class in brackets                      */
	PII_BLOT,         /* each character a ■, so that columns keep their width */
	PII_TOKEN,        /* [name:3f9a…]: the same value (width, blanks and hyphens aside), the same token */
	PII_GENERALISE,   /* 1972年 for a date of birth, the prefecture for an address, else as PII_MASK */
};
#define PII_ACTIONS 6

struct pii_policy {
	enum pii_action act[PII_TYPES];
	/* For PII_TOKEN: of the case, so that tokens of two cases cannot be joined. Borrowed. */
	const uint8_t *key;   /* 32 bytes; NULL makes PII_TOKEN act as PII_MASK */
};

/* Every class masked. */
struct pii_policy pii_policy_default(void);

/* How many of each class were dealt with in each way. Counts only. */
struct pii_tally { uint64_t n[PII_TYPES][PII_ACTIONS]; };

/*
 * Writes `text` to `out` with the spans (sorted, not overlapping) replaced. Adds to `tally` when given.
 * E_BUG when a span is out of order or outside of the text.
 */
MUST_USE rc pii_redact(struct ctx *c, slice text, const struct pii_span *spans, size_t n,
	const struct pii_policy *policy, struct buf *out, struct pii_tally *tally);


const char *pii_action_word(enum pii_action a);
bool pii_action_from_word(slice word, enum pii_action *ret);

#endif
