/* One pass over a compiled law: Kleene's three values, and every single-fact what-if at once, 64 to a word. */
#include "core/law/law_in.h"

#include "base/banned.h"

/* Keeps differences within int64: no instant that anybody may state lies beyond it. */
#define INSTANT_MOST ((int64_t)1 << 60)

static int64_t instant_of(const struct law_question *q, uint8_t which)
{
	int64_t t = which == INSTANT_KNOWN ? q->known_at : q->as_of;

	return t > INSTANT_MOST ? INSTANT_MOST : t;
}

bool atom_holds(const struct node *n, int64_t v, const struct law_question *q)
{
	int64_t t;

	switch (n->op) {
	case N_MASK:
		return v >= 0 && v < 64 && (n->mask >> v & 1);
	case N_RANGE:
		return v >= n->lo && v <= n->hi;
	case N_AGAINST:
		if (v == LAW_NONE)
			return false;
		t = instant_of(q, n->instant);
		v -= n->a ? (t >= INSTANT_MOST ? (int64_t)JDAY_MOST + 1 : (int64_t)msec_jday(t)) : t;
		return v >= n->lo && v <= n->hi;
	case N_ASKED:
		t = instant_of(q, n->instant);
		return t >= n->lo && t <= n->hi;
	default:
		return false;
	}
}

/*
 * `x > asked_at` while nothing limits the time asked about: no instant lies behind it, and "" does not either, so the
 * answer is known even when the fact is not.
 */
static bool never_holds(const struct node *n, const struct law_question *q)
{
	return n->op == N_AGAINST && n->lo > 0 && instant_of(q, n->instant) >= INSTANT_MOST;
}

rc truth_of(struct ctx *c, const struct program *p, const struct law_facts *f, const struct law_question *q, struct truth *ret)
{
	uint8_t *val = arena_bytes(c->a, (size_t)p->nnodes + 1);

	if (!val)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (uint32_t i = 0; i < p->nnodes; i++) {
		const struct node *n = &p->nodes[i];
		unsigned a, b;

		switch (n->op) {
		case N_CONST:
			val[i] = (uint8_t)n->a;
			break;
		case N_AND:
			a = val[n->a];
			b = val[n->b];
			val[i] = (uint8_t)((a & b & IS_T) | ((a | b) & IS_F));
			break;
		case N_OR:
			a = val[n->a];
			b = val[n->b];
			val[i] = (uint8_t)(((a | b) & IS_T) | (a & b & IS_F));
			break;
		case N_NOT:
			a = val[n->a];
			val[i] = (uint8_t)((a & IS_T) << 1 | a >> 1);
			break;
		case N_MASK:
			val[i] = f->state[n->fact] == FACT_KNOWN ? (n->mask >> (f->num[n->fact] & 63) & 1 ? IS_T : IS_F) : IS_U;
			break;
		case N_ASKED:
			val[i] = atom_holds(n, 0, q) ? IS_T : IS_F;
			break;
		default:
			if (f->state[n->fact] == FACT_KNOWN)
				val[i] = atom_holds(n, f->num[n->fact], q) ? IS_T : IS_F;
			else
				val[i] = never_holds(n, q) ? IS_F : IS_U;
			break;
		}
	}
	ret->p = p;
	ret->f = f;
	ret->q = *q;
	ret->val = val;
	ret->needs = NULL;
	ret->odds = NULL;
	ret->nasked = 0;
	return OK;
}

/* An unknown fact: in its own what-ifs the atom is as their value makes it, in all others it stays unknown. */
static void atom_what_ifs(const struct truth *t, uint32_t i, uint64_t *may_t, uint64_t *may_f)
{
	const struct program *p = t->p;
	const struct node *n = &p->nodes[i];

	for (uint32_t w = 0; w < p->nwords; w++) {
		may_t[w] = ~p->atom_false[i][w];
		may_f[w] = ~p->atom_true[i][w];
	}
	if (n->op != N_AGAINST)
		return;
	for (uint32_t j = p->what_ifs[n->fact].first, k = 0; k < p->what_ifs[n->fact].count; j++, k++) {
		if (atom_holds(n, p->values[j], &t->q))
			may_f[j / 64] &= ~((uint64_t)1 << j % 64);
		else
			may_t[j / 64] &= ~((uint64_t)1 << j % 64);
	}
}

static void node_what_ifs(const struct truth *t, uint32_t i)
{
	const struct program *p = t->p;
	const struct node *n = &p->nodes[i];
	uint32_t words = p->nwords;
	uint64_t *mt = t->may_t + (size_t)i * words, *mf = t->may_f + (size_t)i * words;
	const uint64_t *at = t->may_t + (size_t)n->a * words, *af = t->may_f + (size_t)n->a * words;
	const uint64_t *bt = t->may_t + (size_t)n->b * words, *bf = t->may_f + (size_t)n->b * words;

	for (uint32_t w = 0; w < words; w++) {
		switch (n->op) {
		case N_AND:
			mt[w] = at[w] & bt[w];
			mf[w] = af[w] | bf[w];
			break;
		case N_OR:
			mt[w] = at[w] | bt[w];
			mf[w] = af[w] & bf[w];
			break;
		default:
			mt[w] = af[w];
			mf[w] = at[w];
			break;
		}
	}
}

rc truth_explore(struct ctx *c, struct truth *t)
{
	const struct program *p = t->p;
	size_t words = p->nwords;

	if (t->needs)
		return OK;
	t->needs = arena_bytes(c->a, ((size_t)p->nnodes + 1) * sizeof *t->needs);
	t->may_t = arena_bytes(c->a, ((size_t)p->nnodes + 1) * words * sizeof *t->may_t);
	t->may_f = arena_bytes(c->a, ((size_t)p->nnodes + 1) * words * sizeof *t->may_f);
	if (!t->needs || !t->may_t || !t->may_f)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (uint32_t i = 0; i < p->nnodes; i++) {
		const struct node *n = &p->nodes[i];
		uint64_t *need = t->needs[i];

		need[0] = need[1] = 0;
		if (t->val[i] != IS_U) {
			memset(t->may_t + i * words, t->val[i] & IS_T ? 0xFF : 0, words * sizeof *t->may_t);
			memset(t->may_f + i * words, t->val[i] & IS_F ? 0xFF : 0, words * sizeof *t->may_f);
		} else if (n->op == N_AND || n->op == N_OR || n->op == N_NOT) {
			need[0] = t->needs[n->a][0];
			need[1] = t->needs[n->a][1];
			if (n->op != N_NOT) {
				need[0] |= t->needs[n->b][0];
				need[1] |= t->needs[n->b][1];
			}
			node_what_ifs(t, i);
		} else {
			need[n->fact / 64] = (uint64_t)1 << n->fact % 64;
			atom_what_ifs(t, i, t->may_t + i * words, t->may_f + i * words);
		}
	}
	return OK;
}

/* The share, in thousandths, of the fact's values that alone would tell every one of the nodes. */
static uint32_t decisive_share(const struct truth *t, uint32_t fact, const uint16_t *nodes, uint32_t n)
{
	const struct program *p = t->p;
	const struct what_if *w = &p->what_ifs[fact];
	uint32_t told = 0;

	for (uint32_t j = w->first, k = 0; k < w->count; j++, k++) {
		uint64_t bit = (uint64_t)1 << j % 64;
		bool all = true;

		for (uint32_t i = 0; i < n && all; i++) {
			size_t at = (size_t)nodes[i] * p->nwords + j / 64;

			all = (t->may_t[at] & t->may_f[at] & bit) == 0;
		}
		if (all)
			told += p->weights[j];
	}
	return w->weight ? told * 1000 / w->weight : 0;
}

/*
 * How likely each node is to hold, when the values of an unknown fact that can be told apart are equally likely and
 * facts are independent: the ground of the second measure.
 */
static rc guess(struct ctx *c, struct truth *t)
{
	const struct program *p = t->p;

	t->odds = arena_bytes(c->a, ((size_t)p->nnodes + 1) * sizeof *t->odds);
	t->pull = arena_bytes(c->a, ((size_t)p->nnodes + 1) * sizeof *t->pull);
	if (!t->odds || !t->pull)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (uint32_t i = 0; i < p->nnodes; i++) {
		const struct node *n = &p->nodes[i];

		if (t->val[i] != IS_U)
			t->odds[i] = t->val[i] == IS_T ? 1 : 0;
		else if (n->op == N_AND)
			t->odds[i] = t->odds[n->a] * t->odds[n->b];
		else if (n->op == N_OR)
			t->odds[i] = 1 - (1 - t->odds[n->a]) * (1 - t->odds[n->b]);
		else if (n->op == N_NOT)
			t->odds[i] = 1 - t->odds[n->a];
		else
			t->odds[i] = p->atom_odds[i];
	}
	return OK;
}

/* The second measure, for facts that alone decide equally much: how far the odds of the nodes move with the fact. */
static void weigh(struct truth *t, const uint16_t *nodes, uint32_t n, float *by_fact)
{
	const struct program *p = t->p;
	uint32_t top = 0;

	for (uint32_t i = 0; i < n; i++)
		top = nodes[i] > top ? nodes[i] : top;
	memset(t->pull, 0, ((size_t)top + 1) * sizeof *t->pull);
	for (uint32_t i = 0; i < n; i++)
		t->pull[nodes[i]] = 1;
	for (uint32_t i = top + 1; i-- > 0;) {
		const struct node *x = &p->nodes[i];
		float pull = t->pull[i];

		if (pull <= 0 || t->val[i] != IS_U)
			continue;
		if (x->op == N_AND) {
			t->pull[x->a] += pull * t->odds[x->b];
			t->pull[x->b] += pull * t->odds[x->a];
		} else if (x->op == N_OR) {
			t->pull[x->a] += pull * (1 - t->odds[x->b]);
			t->pull[x->b] += pull * (1 - t->odds[x->a]);
		} else if (x->op == N_NOT) {
			t->pull[x->a] += pull;
		} else {
			by_fact[x->fact] += pull * t->odds[i] * (1 - t->odds[i]);
		}
	}
}

struct ranked { uint32_t fact, share; float weight; };

static bool ranks_before(const struct ranked *x, const struct ranked *y)
{
	return x->share != y->share ? x->share > y->share : x->weight > y->weight + 1e-6f;
}

static rc rank(struct ctx *c, struct truth *t, const uint16_t *nodes, uint32_t n, const uint32_t **ret, uint32_t *ret_n)
{
	struct ranked list[LAW_FACTS_MOST], one;
	float by_fact[LAW_FACTS_MOST] = { 0 };
	uint64_t need[2] = { 0, 0 };
	uint32_t found = 0, *out;

	for (uint32_t i = 0; i < n; i++) {
		need[0] |= t->needs[nodes[i]][0];
		need[1] |= t->needs[nodes[i]][1];
	}
	weigh(t, nodes, n, by_fact);
	for (uint32_t w = 0; w < 2; w++)
		for (; need[w]; need[w] &= need[w] - 1) {
			uint32_t at = found++;

			one.fact = w * 64 + (uint32_t)__builtin_ctzll(need[w]);
			one.share = decisive_share(t, one.fact, nodes, n);
			one.weight = by_fact[one.fact];
			/* what is equal in both keeps the order of the pack */
			for (; at > 0 && ranks_before(&one, &list[at - 1]); at--)
				list[at] = list[at - 1];
			list[at] = one;
		}
	out = arena_bytes(c->a, ((size_t)found + 1) * sizeof *out);
	if (!out)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (uint32_t i = 0; i < found; i++)
		out[i] = list[i].fact;
	*ret = out;
	*ret_n = found;
	return OK;
}

rc truth_needs(struct ctx *c, struct truth *t, const uint16_t *nodes, uint32_t n, const uint32_t **ret, uint32_t *ret_n)
{
	TRY(truth_explore(c, t));
	/* several duties hang on the same condition: 速報 and 確報, for one */
	for (uint32_t i = 0; n == 1 && i < t->nasked; i++)
		if (t->asked[i].node == nodes[0]) {
			*ret = t->asked[i].needs;
			*ret_n = t->asked[i].n;
			return OK;
		}
	if (!t->odds)
		TRY(guess(c, t));
	TRY(rank(c, t, nodes, n, ret, ret_n));
	if (n == 1 && t->nasked < sizeof t->asked / sizeof t->asked[0])
		t->asked[t->nasked++] = (struct asked){ nodes[0], *ret, *ret_n };
	return OK;
}
