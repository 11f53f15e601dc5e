/* From what the rules found to a short list: folded, ranked, written. */
#include <math.h>
#include <stdlib.h>

#include "engine/screen/model.h"

#include "base/banned.h"

enum { V_WEIGHT = 16, V_MERGE, V_FOLD, V_FOLD_GAIN, V_EVIDENCE, V_CHANCE, V_USER_ITEMS };

static int by_record(const void *x, const void *y, void *screen)
{
	const struct screen *s = screen;
	const struct cand *a = &s->cand[*(const uint32_t *)x], *b = &s->cand[*(const uint32_t *)y];

	return a->rec < b->rec ? -1 : a->rec > b->rec;
}

/* A finding of the same kind belongs to one that weighs more when it weighs at least so much of it, hundredths. */
#define SAME_SCORE 60

uint64_t hit_first(const struct screen *s, const struct hit *h)
{
	return h->n ? s->cand[h->cand[0]].rec : h->nids ? h->ids[0] : 0;
}

/* Scores first; then organisation, kind and first record, so that equal scores have one order. */
static int hit_order(const void *x, const void *y, void *screen)
{
	const struct hit *a = *(const struct hit *const *)x, *b = *(const struct hit *const *)y;
	const struct screen *s = screen;
	uint64_t ra = hit_first(s, a), rb = hit_first(s, b);
	int d;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	d = slice_cmp(s->org[a->org].name, s->org[b->org].name);
	if (d == 0)
		d = slice_cmp(a->rule->kind, b->rule->kind);
	if (d != 0)
		return d;
	return ra < rb ? -1 : ra > rb;
}

static void weigh(const struct screen *s, struct hit *h)
{
	double evidence = log10(1.0 + h->n + h->nids) * s->rules.value[V_EVIDENCE];

	/* chosen by chance: nothing makes it more or less */
	if (slice_is(h->rule->kind, SAMPLE_KIND))
		return;

	h->score = h->score * h->rule->weight / 100;
	for (unsigned i = 0; i < SCREEN_TABLES; i++)
		if ((h->rule->needs >> i & 1) && !s->have[i])
			h->score = h->score * s->rules.value[V_WEIGHT] / 100;
	h->score += (int32_t)evidence;
}

/* How many of b's records stand in a; both in order of record numbers. */
static uint32_t shared(const struct screen *s, const struct hit *a, const struct hit *b)
{
	uint32_t i = 0, j = 0, n = 0;

	while (i < a->n && j < b->n) {
		uint64_t ra = s->cand[a->cand[i]].rec, rb = s->cand[b->cand[j]].rec;

		n += ra == rb;
		i += ra <= rb;
		j += rb <= ra;
	}
	return n;
}

/* How many of the searches in b led to what stands in a: searches without a case, because their accesses had none. */
static uint32_t led_to(const struct screen *s, const struct hit *a, const struct hit *b)
{
	uint32_t n = 0;

	for (uint32_t i = 0, j = 0; i < a->n; i++) {
		uint64_t search = s->cand[a->cand[i]].search;

		while (search && j > 0 && s->cand[b->cand[j - 1]].rec >= search)
			j--;
		while (search && j < b->n && s->cand[b->cand[j]].rec < search)
			j++;
		n += search && j < b->n && s->cand[b->cand[j]].rec == search;
	}
	return n;
}

static bool same_matter(const struct hit *a, const struct hit *b, const struct screen *s)
{
	bool one_person = slice_is(a->rule->kind, "vip_peek") || slice_is(a->rule->kind, "coworker_peek") ||
		slice_is(a->rule->kind, "repeat_target") || slice_is(a->rule->kind, "protected_view") ||
		(a->rule->per & PER_PERSON);

	if (a->rule != b->rule || a->account != b->account || a->account == NONE || a->org != b->org)
		return false;
	if (one_person && (a->n == 0 || b->n == 0 || s->cand[a->cand[0]].subject != s->cand[b->cand[0]].subject))
		return false;
	/* what is mostly explained after all does not dilute what is not */
	if (b->score * 100 < a->score * SAME_SCORE)
		return false;
	return a->rule->days >= 0 && (b->from - a->to) / DAY_SECONDS <= s->rules.value[V_MERGE] &&
		(a->from - b->to) / DAY_SECONDS <= s->rules.value[V_MERGE];
}

/* Takes b's evidence into a: one matter, one item. */
static rc merge(struct ctx *c, const struct screen *s, struct hit *a, const struct hit *b)
{
	uint32_t *v, n = 0;

	TRY_ARRAY(c, v, a->n + b->n + 1);
	if (a->n)
		memcpy(v, a->cand, a->n * sizeof *v);
	if (b->n)
		memcpy(v + a->n, b->cand, b->n * sizeof *v);
	qsort_r(v, a->n + b->n, sizeof *v, by_record, (void *)(uintptr_t)s);
	for (uint32_t i = 0; i < a->n + b->n; i++)
		if (n == 0 || s->cand[v[n - 1]].rec != s->cand[v[i]].rec)
			v[n++] = v[i];
	a->cand = v;
	a->n = n;
	a->from = a->from < b->from ? a->from : b->from;
	a->to = a->to > b->to ? a->to : b->to;
	a->days += b->days;
	a->k += b->k;
	return OK;
}

/* What was chosen by chance adds nothing to a finding. */
static void add_line(struct hit *to, struct hit *h)
{
	if (slice_is(h->rule->kind, SAMPLE_KIND))
		return;
	h->also = to->also;
	to->also = h;
}

/* Best first; a weaker one of the same matter is taken in, one whose evidence mostly lies in another becomes a line of it. */
static rc fold(struct ctx *c, struct screen *s, struct hit **v, uint32_t n, uint32_t *ret_kept)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++) {
		bool taken = false;

		for (uint32_t j = 0; j < kept && !taken; j++) {
			uint32_t common;

			if (same_matter(v[j], v[i], s)) {
				TRY(merge(c, s, v[j], v[i]));
				taken = true;
				continue;
			}
			if (v[i]->n == 0 || v[j]->n == 0 || v[j]->from > v[i]->to || v[i]->from > v[j]->to)
				continue;
			common = shared(s, v[j], v[i]) + led_to(s, v[j], v[i]);
			if (common * 100 < v[i]->n * (uint32_t)s->rules.value[V_FOLD] &&
			    common * 100 < v[j]->n * (uint32_t)s->rules.value[V_FOLD])
				continue;
			add_line(v[j], v[i]);
			taken = true;
		}
		if (!taken)
			v[kept++] = v[i];
	}
	*ret_kept = kept;
	return OK;
}

/* Beyond a number of items for one account the rest become lines of its first. */
static uint32_t budget_users(struct screen *s, struct hit **v, uint32_t n)
{
	uint32_t kept = 0, most = (uint32_t)s->rules.value[V_USER_ITEMS];

	for (uint32_t i = 0; i < n; i++) {
		struct hit *first = NULL;
		uint32_t own = 0;

		for (uint32_t j = 0; j < kept && v[i]->account != NONE; j++)
			if (v[j]->account == v[i]->account) {
				first = first ? first : v[j];
				own++;
			}
		if (first && own >= most && v[i]->score < 500) {
			add_line(first, v[i]);
			continue;
		}
		v[kept++] = v[i];
	}
	return kept;
}

rc screen_items(struct ctx *c, struct screen *s, uint32_t most, struct screen_item **ret, uint32_t *ret_n)
{
	struct hit *first, **v;
	struct screen_item *items;
	uint32_t n = 0, kept;

	TRY(searches_end(c, s));
	TRY(hits_find(c, s, &first));
	for (struct hit *h = first; h; h = h->next)
		n++;
	TRY_ARRAY(c, v, n ? n : 1);
	n = 0;
	for (struct hit *h = first; h; h = h->next) {
		weigh(s, h);
		v[n++] = h;
	}
	TRY(peers_raise(c, s, v, n));
	qsort_r(v, n, sizeof(*v), hit_order, s);
	TRY(fold(c, s, v, n, &kept));
	qsort_r(v, kept, sizeof(*v), hit_order, s);
	kept = budget_users(s, v, kept);
	TRY_ARRAY(c, items, kept ? kept : 1);
	for (uint32_t i = 0; i < kept; i++)
		TRY(hit_write(c, s, v[i], &items[i]));
	*ret = items;
	*ret_n = screen_items_cut(items, kept, most);
	return OK;
}
