/* How often known indicators were seen: what goes back to those from whom they came. Counts only; no line, no address of ours. */
#ifndef WORK_SELECT_SIGHTING_H
#define WORK_SELECT_SIGHTING_H

#include "work/select/select.h"

struct sightings;

/* Lies in c->a. At most SIGHTINGS_MOST different values are told apart; further ones are counted together. */
#define SIGHTINGS_MOST 100000u
MUST_USE rc sightings_new(struct ctx *c, struct sightings **ret);
MUST_USE rc sightings_add(struct ctx *c, struct sightings *s, enum ind_type type, slice value, uint64_t count);
/* "indicator--…" as every house writes it for the value; false when it has none. */
bool sighting_of(struct ctx *c, enum ind_type type, slice value, char ret[48]);
typedef rc sighting_fn(struct ctx *c, void *to, enum ind_type type, slice value, uint64_t count);
/* In no order that means anything. */
MUST_USE rc sightings_each(struct ctx *c, const struct sightings *s, sighting_fn *fn, void *to);
/*
 * A STIX 2.1 bundle of sightings, each of the indicator that `renkei select --stix` makes of the same value in any house.
 * *ret_more: hits on values that found no place.
 */
MUST_USE rc sightings_write(struct ctx *c, const struct sightings *s, enum tlp tlp, struct select_sink out, uint64_t *ret_more);

#endif
