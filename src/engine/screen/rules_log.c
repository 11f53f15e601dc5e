/* The log itself: numbers that never came, days that count fewer lines than were written, times that run backwards. */
#include <math.h>

#include "engine/screen/model.h"

#include "base/banned.h"

/* Numbers further apart than this belong to another series, not to a gap. */
#define SERIES_APART 1000000u

static void add_id(struct hit *h, uint64_t id)
{
	for (uint32_t i = 0; i < h->nids; i++)
		if (h->ids[i] == id)
			return;
	if (h->nids < SCREEN_EVENTS_MOST)
		h->ids[h->nids++] = id;
}

static rc gap_end(struct hit *h, uint64_t missing)
{
	if (!h)
		return OK;
	h->k = missing > UINT32_MAX ? UINT32_MAX : (uint32_t)missing;
	h->score += (int32_t)(100 * log10((double)missing + 1));
	if (h->score > h->rule->cap)
		h->score = h->rule->cap;
	return OK;
}

/* The day's count record, when one told of more lines than came. */
static void add_count_record(const struct screen *s, uint32_t org, struct hit *h)
{
	for (uint32_t i = 0; i < s->nshort; i++)
		if (s->short_day[i].org == org && day_of(s->short_day[i].ts) >= day_of(h->from) &&
		    day_of(s->short_day[i].ts) <= day_of(h->to))
			add_id(h, s->short_day[i].rec);
}

static rc gaps(struct finder *f, uint32_t org)
{
	const struct org *o = &f->s->org[org];
	const struct rule *r = rule_of(&f->s->rules, "log_gap");
	struct hit *h = NULL;
	uint64_t missing = 0;

	for (uint32_t i = 0; r && i + 1 < o->nseen; i++) {
		const struct seen *a = &o->seen[i], *b = &o->seen[i + 1];
		uint64_t hole = b->from - a->to - 1;

		if (hole <= a->nameless || hole > SERIES_APART)
			continue;
		hole -= a->nameless;
		f->s->told.missing += hole;
		if (h && b->from_ts - h->to > (wall)r->days * DAY_SECONDS) {
			TRY(gap_end(h, missing));
			h = NULL;
		}
		if (!h) {
			TRY(hit_add(f, "log_gap", NULL, NULL, 0, 0, &h));
			h->org = org;
			h->from = a->to_ts;
			h->day = day_of(a->to_ts);
			missing = 0;
		}
		missing += hole;
		add_id(h, a->to);
		add_id(h, b->from);
		h->to = b->from_ts;
		add_count_record(f->s, org, h);
	}
	return gap_end(h, missing);
}

/* A count record that told of more, where no number is missing: the numbers were given anew. */
static rc short_days(struct finder *f, uint32_t org)
{
	for (uint32_t i = 0; i < f->s->nshort; i++) {
		const struct short_day *d = &f->s->short_day[i];
		bool known = false;
		struct hit *h;

		if (d->org != org)
			continue;
		for (h = f->first; h && !known; h = h->next)
			for (uint32_t j = 0; j < h->nids && !known; j++)
				known = h->ids[j] == d->rec && h->org == org;
		if (known)
			continue;
		TRY(hit_add(f, "log_gap", NULL, NULL, 0, (int32_t)(100 * log10((double)(d->told - d->got) + 1)), &h));
		if (!h)
			return OK;
		h->org = org;
		h->from = h->to = d->ts;
		h->day = day_of(d->ts);
		h->k = (uint32_t)(d->told - d->got);
		f->s->told.missing += d->told - d->got;
		add_id(h, d->rec);
	}
	return OK;
}

/* Lines behind the time of those before them, as far as they stand together. */
static rc backdates(struct finder *f, uint32_t org)
{
	struct screen *s = f->s;
	uint32_t *v, n = 0;
	uint64_t last = 0;

	TRY_ARRAY(f->c, v, s->ncand ? s->ncand : 1);
	for (uint32_t i = 0; i <= s->ncand; i++) {
		const struct cand *k = i < s->ncand ? &s->cand[i] : NULL;

		if (k && (k->org != org || !(k->mark & MARK_BACK)))
			continue;
		if (n && (!k || k->rec - last > 50)) {
			struct span p = { s->cand[v[0]].account, NULL, 0 };

			for (uint32_t j = 0; j < n; j++)
				s->cand[v[j]].claimed = true;
			TRY(hit_add(f, "log_backdate", &p, v, n, 0, NULL));
			n = 0;
		}
		if (k) {
			v[n++] = i;
			last = k->rec;
		}
	}
	return OK;
}

rc rules_log(struct finder *f, uint32_t org)
{
	TRY(gaps(f, org));
	TRY(short_days(f, org));
	return backdates(f, org);
}
