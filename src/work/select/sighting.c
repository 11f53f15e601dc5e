#include "work/select/sighting.h"

#include <stdio.h>

#include "base/json.h"
#include "work/select/forms.h"

#include "base/banned.h"

#define SLOTS ((size_t)1 << 18)
#define COUNT_MOST 999999999u   /* STIX 2.1 §5.2 */

struct sighting { enum ind_type type; slice value; uint64_t count; };

struct sightings {
	struct ctx c;
	struct sighting *slots[SLOTS];
	size_t n;
	uint64_t more;
};

rc sightings_new(struct ctx *c, struct sightings **ret)
{
	struct sightings *s;

	TRY_NEW(c, s);
	s->c = *c;
	*ret = s;
	return OK;
}

rc sightings_add(struct ctx *c, struct sightings *s, enum ind_type type, slice value, uint64_t count)
{
	struct sighting *x;
	uint64_t h = slice_fnv((uint64_t)type, value);
	size_t k;

	for (k = (h ^ h >> 32) & (SLOTS - 1); s->slots[k]; k = (k + 1) & (SLOTS - 1))
		if (s->slots[k]->type == type && slice_eq(s->slots[k]->value, value)) {
			s->slots[k]->count += count;
			return OK;
		}
	if (s->n == SIGHTINGS_MOST) {
		s->more += count;
		return OK;
	}
	x = arena_bytes(s->c.a, sizeof *x);
	if (!x)
		return FAIL(c, E_LIMIT, "memory.limit");
	*x = (struct sighting){ type, arena_copy(s->c.a, value), count };
	if (!x->value.p)
		return FAIL(c, E_LIMIT, "memory.limit");
	s->slots[k] = x;
	s->n++;
	return OK;
}

bool sighting_of(struct ctx *c, enum ind_type type, slice value, char ret[48])
{
	struct buf pattern;
	char id[37];

	buf_init(&pattern, c->a, 65536);
	if (!stix_pattern(&pattern, type, value))
		return false;
	stix_id(buf_slice(&pattern), id);
	snprintf(ret, 48, "indicator--%s", id);
	return true;
}

rc sightings_each(struct ctx *c, const struct sightings *s, sighting_fn *fn, void *to)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (s->slots[i])
			TRY(fn(c, to, s->slots[i]->type, s->slots[i]->value, s->slots[i]->count));
	return OK;
}

static void put_sighting(struct ctx *c, struct buf *b, const struct sighting *x, enum tlp tlp)
{
	char id[37], of[37], seed[96];
	struct buf pattern;

	buf_init(&pattern, c->a, 65536);
	if (!stix_pattern(&pattern, x->type, x->value))
		return;
	stix_id(buf_slice(&pattern), of);
	snprintf(seed, sizeof seed, "sighting %s %lld", of, (long long)c->now);
	stix_id(slice_of(seed), id);
	buf_putf(b, ",\n{\"type\":\"sighting\",\"spec_version\":\"2.1\",\"id\":\"sighting--%s\",\"created\":\"", id);
	stix_put_utc(b, c->now);
	buf_putz(b, "\",\"modified\":\"");
	stix_put_utc(b, c->now);
	buf_putf(b, "\",\"count\":%llu,\"sighting_of_ref\":\"indicator--%s\",\"object_marking_refs\":[\"%s\"]}",
		(unsigned long long)(x->count < COUNT_MOST ? x->count : COUNT_MOST), of, stix_marking(tlp));
}

rc sightings_write(struct ctx *c, const struct sightings *s, enum tlp tlp, struct select_sink out, uint64_t *ret_more)
{
	char seed[40];
	struct buf b;
	slice text;

	snprintf(seed, sizeof seed, "sightings %lld", (long long)c->now);
	buf_init(&b, c->a, (size_t)256 << 20);
	stix_open(&b, slice_of(seed), tlp);
	for (size_t i = 0; i < SLOTS; i++)
		if (s->slots[i])
			put_sighting(c, &b, s->slots[i], tlp);
	stix_close(&b);
	TRY(buf_done(c, &b, &text));
	*ret_more = s->more;
	return out.write(c, out.to, text);
}
