/* Measures over what one account took out, and over rights that somebody gave himself. */
#include <math.h>

#include "engine/screen/model.h"

#include "base/banned.h"

enum { V_EXPORT = 14 };

/* Candidates chosen from a span, a group at a time. */
struct pick { uint32_t *v; uint32_t n; };

static rc pick_new(struct finder *f, const struct span *p, struct pick *ret)
{
	ret->n = 0;
	TRY_ARRAY(f->c, ret->v, p->n ? p->n : 1);
	return OK;
}

static void claim(struct screen *s, const struct pick *g)
{
	for (uint32_t i = 0; i < g->n; i++)
		s->cand[g->v[i]].claimed = true;
}

/* Rows taken out, written to media, or shown all at once, outside of any registered window. */
static rc exports(struct finder *f, const struct span *p)
{
	const struct rule *export = rule_of(&f->s->rules, "export_spike"), *media = rule_of(&f->s->rules, "media_write");
	struct pick g;
	uint64_t rows = 0;
	bool on_media = false;
	wall last = 0;
	struct hit *h;

	if (!export || !media)
		return OK;
	TRY(pick_new(f, p, &g));
	for (uint32_t i = 0; i <= p->n; i++) {
		const struct cand *k = i < p->n ? &f->s->cand[p->v[i]] : NULL;
		bool medium = k && k->act == ACT_MEDIA && !loan_at(f->s->media, f->s->nmedia, p->account, day_of(k->ts), NULL);

		if (k && (k->claimed || (k->mark & MARK_WINDOWED) || !(medium || ((k->act == ACT_EXPORT || k->act == ACT_BULK) &&
		    k->n >= (uint32_t)f->s->rules.value[V_EXPORT]))))
			continue;
		if (g.n && (!k || day_of(k->ts) - day_of(last) > export->days)) {
			int32_t extra = (int32_t)(log10((double)rows + 1) * (on_media ? media : export)->gain);

			TRY(hit_add(f, on_media ? "media_write" : "export_spike", p, g.v, g.n, extra, &h));
			h->k = rows > UINT32_MAX ? UINT32_MAX : (uint32_t)rows;
			claim(f->s, &g);
			g.n = 0;
			rows = 0;
			on_media = false;
		}
		if (k) {
			g.v[g.n++] = p->v[i];
			rows += k->act != ACT_MEDIA || rows == 0 ? k->n : 0;
			on_media = on_media || medium;
			last = k->ts;
		}
	}
	return OK;
}

static bool same_person(const struct screen *s, uint32_t a, uint32_t b)
{
	uint32_t oa = s->account[a].owner != NONE ? s->account[a].owner : a;
	uint32_t ob = s->account[b].owner != NONE ? s->account[b].owner : b;

	return oa == ob;
}

/*
 * A right that an administrator gave, and within a day accesses of the same person in systems that are none of the
 * person's department. Looks over all candidates, because two accounts are involved.
 */
static rc self_grants(struct finder *f, const struct span *p)
{
	const struct rule *r = rule_of(&f->s->rules, "self_grant");
	struct screen *s = f->s;
	struct pick g = { 0 };

	if (!r || s->account[p->account].type != TYPE_ADMIN)
		return OK;
	for (uint32_t i = 0; i < p->n; i++) {
		const struct cand *k = &s->cand[p->v[i]];
		uint32_t used = 0;
		struct hit *h;

		if (k->act != ACT_ROLE || k->claimed || (k->mark & MARK_WINDOWED))
			continue;
		if (!g.v)
			TRY_ARRAY(f->c, g.v, s->ncand);
		g.n = 0;
		for (uint32_t j = 0; j < s->ncand; j++) {
			const struct cand *q = &s->cand[j];

			if (q->org != k->org || !same_person(s, q->account, p->account) || q->ts + 3600 < k->ts || q->ts > k->ts + DAY_SECONDS)
				continue;
			if (q->act == ACT_ROLE && !(q->mark & MARK_WINDOWED)) {
				g.v[g.n++] = j;
			} else if ((q->mark & MARK_OPEN) && (q->mark & (MARK_FOREIGN | MARK_STALE) || q->account == p->account)) {
				g.v[g.n++] = j;
				used++;
			}
		}
		if (used < (uint32_t)r->least)
			continue;
		TRY(hit_add(f, "self_grant", p, g.v, g.n, (int32_t)used * r->gain, &h));
		h->k = used;
		claim(s, &g);
	}
	return OK;
}

rc rules_account(struct finder *f, const struct span *p)
{
	TRY(rules_when(f, p, 1));
	TRY(self_grants(f, p));
	TRY(rules_when(f, p, 2));
	TRY(rules_when(f, p, 3));
	TRY(exports(f, p));
	return rules_when(f, p, 4);
}
