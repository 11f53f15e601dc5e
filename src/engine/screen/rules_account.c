/* Rules on the account and the time: whose it is, whether its owner is there, what an account of its kind may do. */
#include <math.h>

#include "engine/screen/model.h"

#include "base/banned.h"

enum { V_EXPORT = 14, V_MERGE = 17 };

#define PICK_MOST 20000u

/* Candidates chosen from a span, a group at a time. */
struct pick { uint32_t *v; uint32_t n; };

static rc pick_new(struct finder *f, const struct span *p, struct pick *ret)
{
	ret->n = 0;
	TRY_ARRAY(f->c, ret->v, p->n ? p->n : 1);
	return OK;
}

static bool is_access(const struct cand *k)
{
	return k->act == ACT_VIEW || k->act == ACT_UPDATE || k->act == ACT_PRINT || k->act == ACT_CERT;
}

/*
 * Share of the accesses, in hundredths, that no case number of their own stands behind; 100 when there are none. Cases
 * that happen to be near do not count here: strangers have those as well.
 */
static int32_t open_share(const struct screen *s, const struct pick *g)
{
	uint32_t all = 0, open = 0;

	for (uint32_t i = 0; i < g->n; i++) {
		const struct cand *k = &s->cand[g->v[i]];

		all += is_access(k);
		open += is_access(k) && k->expl != E1 && k->expl != E1_OTHER && k->expl != E2 && k->expl != E5 && k->expl != E6;
	}
	return all ? (int32_t)(open * 100 / all) : 100;
}

static void claim(struct screen *s, const struct pick *g)
{
	for (uint32_t i = 0; i < g->n; i++)
		s->cand[g->v[i]].claimed = true;
}

/* By now most cases of the person come from a department that uses the system: a move that nobody entered. */
static bool works_there(const struct screen *s, const struct span *p, const struct cand *k)
{
	const struct account *a = &s->account[p->account];

	return a->home_dept != NONE && a->home_count >= 12 && k->sys < SYSTEMS_MOST &&
		(dept_systems(s, a->org, a->home_dept) >> k->sys & 1);
}

/*
 * Marked candidates, in groups that are less than the rule's days apart; each group of at least `least` is a hit.
 * What is mostly explained after all weighs less: a leave that was not taken, overtime that was not filed.
 */
static rc marked(struct finder *f, const struct span *p, const char *kind, uint32_t mark, uint32_t without, bool soften)
{
	const struct rule *r = rule_of(&f->s->rules, kind);
	struct pick g;
	wall last = 0;

	if (!r)
		return OK;
	TRY(pick_new(f, p, &g));
	for (uint32_t i = 0; i <= p->n; i++) {
		const struct cand *k = i < p->n ? &f->s->cand[p->v[i]] : NULL;

		if (k && (!(k->mark & mark) || (k->mark & without) || k->claimed || (mark == MARK_FOREIGN && works_there(f->s, p, k))))
			continue;
		if (g.n && (!k || day_of(k->ts) - day_of(last) > r->days)) {
			if (g.n >= (uint32_t)r->least) {
				int32_t share = open_share(f->s, &g);
				struct hit *h;

				TRY(hit_add(f, kind, p, g.v, g.n, (int32_t)g.n * r->gain, &h));
				if (soften)
					h->score = h->score * (30 + 70 * share / 100) / 100;
				h->term = f->s->cand[g.v[0]].term;
				h->sys = f->s->cand[g.v[0]].sys;
				if (!soften || share >= 50)
					claim(f->s, &g);
			}
			g.n = 0;
		}
		if (k) {
			g.v[g.n++] = p->v[i];
			last = k->ts;
		}
	}
	return OK;
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

/* Rights, passwords and what is logged, changed without a window or a ticket. */
static rc admin_acts(struct finder *f, const struct span *p)
{
	const struct rule *r = rule_of(&f->s->rules, "admin_off_window");
	struct pick g;
	wall last = 0;

	if (!r)
		return OK;
	TRY(pick_new(f, p, &g));
	for (uint32_t i = 0; i <= p->n; i++) {
		const struct cand *k = i < p->n ? &f->s->cand[p->v[i]] : NULL;

		if (k && (k->claimed || (k->mark & MARK_WINDOWED) || k->token ||
		    (k->act != ACT_ROLE && k->act != ACT_PASSWORD && k->act != ACT_AUDIT && k->act != ACT_CLEAR)))
			continue;
		if (g.n && (!k || day_of(k->ts) - day_of(last) > r->days)) {
			TRY(hit_add(f, "admin_off_window", p, g.v, g.n, (int32_t)g.n * r->gain, NULL));
			claim(f->s, &g);
			g.n = 0;
		}
		if (k) {
			g.v[g.n++] = p->v[i];
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

static rc remote(struct finder *f, const struct span *p)
{
	const struct rule *r = rule_of(&f->s->rules, "remote_snoop");
	struct pick g;

	if (!r)
		return OK;
	TRY(pick_new(f, p, &g));
	for (uint32_t i = 0; i < p->n; i++) {
		const struct cand *k = &f->s->cand[p->v[i]];

		if (k->act == ACT_REMOTE && !k->token && !k->claimed && !(k->mark & MARK_WINDOWED))
			g.v[g.n++] = p->v[i];
	}
	if (g.n < (uint32_t)r->least)
		return OK;
	claim(f->s, &g);
	return hit_add(f, "remote_snoop", p, g.v, g.n, (int32_t)g.n * r->gain, NULL);
}

static rc vendor(struct finder *f, const struct span *p)
{
	struct screen *s = f->s;

	/* inside a window a vendor still may not take rows out */
	for (uint32_t i = 0; i < p->n; i++) {
		struct cand *k = &s->cand[p->v[i]];

		if ((k->mark & MARK_WINDOWED) && (k->act == ACT_EXPORT || k->act == ACT_MEDIA) &&
		    k->n >= (uint32_t)s->rules.value[V_EXPORT])
			k->mark &= ~MARK_WINDOWED;
	}
	return marked(f, p, "vendor_out_of_scope", MARK_TYPE, MARK_WINDOWED, false);
}

rc rules_account(struct finder *f, const struct span *p)
{
	switch ((enum account_type)f->s->account[p->account].type) {
	case TYPE_VENDOR: TRY(vendor(f, p)); break;
	case TYPE_TEMPORARY: TRY(marked(f, p, "temp_card", MARK_TYPE, MARK_WINDOWED, false)); break;
	case TYPE_BATCH: TRY(marked(f, p, "service_account_human", MARK_TYPE, MARK_WINDOWED, false)); break;
	case TYPE_UNKNOWN:
	case TYPE_PERSONAL:
	case TYPE_SHARED:
	case TYPE_ADMIN: break;
	}
	TRY(self_grants(f, p));
	TRY(marked(f, p, "left_account", MARK_LEFT, 0, false));
	TRY(marked(f, p, "dormant_account", MARK_DORMANT, 0, true));
	TRY(marked(f, p, "absent_owner", MARK_ABSENT, MARK_WINDOWED | MARK_FAILED, true));
	TRY(exports(f, p));
	TRY(admin_acts(f, p));
	return remote(f, p);
}

/* Two places at one time: what was done away from the usual building on a day with enough overlap. */
static rc concurrent(struct finder *f, const struct span *p)
{
	const struct rule *r = rule_of(&f->s->rules, "concurrent_use");
	struct pick g;
	uint32_t overlap = 0;
	int32_t day = INT32_MIN;

	if (!r)
		return OK;
	TRY(pick_new(f, p, &g));
	for (uint32_t i = 0; i <= p->n; i++) {
		const struct cand *k = i < p->n ? &f->s->cand[p->v[i]] : NULL;

		if (k && (!(k->mark & MARK_AWAY) || k->claimed))
			continue;
		if (g.n && (!k || day_of(k->ts) != day)) {
			if (overlap >= (uint32_t)r->least) {
				struct hit *h;

				TRY(hit_add(f, "concurrent_use", p, g.v, g.n, (int32_t)overlap * r->gain, &h));
				h->term = f->s->cand[g.v[0]].term;
				claim(f->s, &g);
			}
			g.n = overlap = 0;
		}
		if (k) {
			g.v[g.n++] = p->v[i];
			overlap += (k->mark & MARK_OVERLAP) != 0;
			day = day_of(k->ts);
		}
	}
	return OK;
}

/* Outside of working hours, a day at a time. */
static rc out_of_hours(struct finder *f, const struct span *p)
{
	const struct rule *r = rule_of(&f->s->rules, "out_of_hours");
	struct pick g;
	bool night = false;
	wall last = 0;

	if (!r)
		return OK;
	TRY(pick_new(f, p, &g));
	for (uint32_t i = 0; i <= p->n; i++) {
		const struct cand *k = i < p->n ? &f->s->cand[p->v[i]] : NULL;

		if (k && (!(k->mark & MARK_HOURS) || (k->mark & MARK_WINDOWED) || k->claimed))
			continue;
		if (g.n && (!k || k->ts - last > 6 * 3600)) {
			if (g.n >= (uint32_t)r->least) {
				int32_t share = open_share(f->s, &g), extra = (int32_t)g.n * r->gain;
				struct hit *h;

				TRY(hit_add(f, "out_of_hours", p, g.v, g.n, extra, &h));
				h->score = h->score * (10 + 90 * share / 100) / 100;
				if (!night)
					h->score = h->score * 60 / 100;
				if (share >= 60)
					claim(f->s, &g);
			}
			g.n = 0;
			night = false;
		}
		if (k) {
			g.v[g.n++] = p->v[i];
			night = night || (k->mark & MARK_NIGHT);
			last = k->ts;
		}
	}
	return OK;
}

/* Prints and certificates that no case stands behind; a jammed page printed again counts once. */
static rc prints(struct finder *f, const struct span *p)
{
	const struct rule *r = rule_of(&f->s->rules, "print_spike");
	struct pick g;
	uint32_t distinct = 0, subject = NONE;
	int32_t day = INT32_MIN;

	if (!r)
		return OK;
	TRY(pick_new(f, p, &g));
	for (uint32_t i = 0; i <= p->n; i++) {
		const struct cand *k = i < p->n ? &f->s->cand[p->v[i]] : NULL;

		if (k && (!(k->mark & MARK_OPEN) || (k->act != ACT_PRINT && k->act != ACT_CERT) || k->claimed))
			continue;
		if (g.n && (!k || day_of(k->ts) != day)) {
			if (distinct >= (uint32_t)r->least) {
				TRY(hit_add(f, "print_spike", p, g.v, g.n, (int32_t)distinct * r->gain, NULL));
				claim(f->s, &g);
			}
			g.n = distinct = 0;
			subject = NONE;
		}
		if (k) {
			g.v[g.n++] = p->v[i];
			distinct += k->subject != subject;
			subject = k->subject;
			day = day_of(k->ts);
		}
	}
	return OK;
}

rc rules_time(struct finder *f, const struct span *p)
{
	TRY(concurrent(f, p));
	TRY(out_of_hours(f, p));
	TRY(marked(f, p, "stale_rights", MARK_STALE, MARK_WINDOWED, false));
	TRY(marked(f, p, "foreign_system", MARK_FOREIGN, MARK_WINDOWED, false));
	return prints(f, p);
}
