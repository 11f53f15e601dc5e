/* Personal information against machine information: which items may leave. Only files of this folder include it. */
#ifndef WORK_SELECT_WITHHOLD_H
#define WORK_SELECT_WITHHOLD_H

#include "engine/select/pii.h"
#include "work/select/select.h"

/* Bytes between two spans of a text, in which the last item stood. */
struct free_place { size_t from, to; };

static inline bool withhold_is_address(enum ind_type t) { return t == IND_IPV4 || t == IND_IPV6 || t == IND_CIDR; }
/* Does nothing decide about it but what it touches? */
static inline bool withhold_by_place(const struct select_policy *policy, enum ind_type t)
{
	return t == IND_DOMAIN || t == IND_URL || (!policy && withhold_is_address(t));
}

bool withhold_look(const struct select_policy *policy, const struct pii_result *found, struct free_place *free, struct indicator *it);
/*
 * Decides about one item against what was found in the same text: true when it must stay in. An address of a mail goes
 * out only when it is the attacker's; its role is set. A value of a closed form (hash, address, identifier) cannot be
 * personal by itself and is not held back by a number that happens to lie within it.
 *
 * free  zero at first, kept from item to item of one text: most stand where the one before stood.
 */
static inline bool withhold_item(const struct select_policy *policy, const struct pii_result *found, struct free_place *free, struct indicator *it)
{
	if (withhold_by_place(policy, it->type) && it->start >= free->from && it->end <= free->to)
		return false;
	return withhold_look(policy, found, free, it);
}
/*
 * What may leave of an item that touches personal information of `text`: a link up to its path or query, a path with a
 * variable in place of the folder of an account. False when nothing may. The new value lies in c->a.
 */
bool withhold_mend(struct ctx *c, slice text, const struct pii_result *found, struct indicator *it);

/* The first span that ends behind `at`; n_spans for none. */
size_t span_after(const struct pii_result *found, size_t at);
/* The kind of the text, for the detector. */
enum pii_kind withhold_kind(const struct doc_part *part);

#endif
