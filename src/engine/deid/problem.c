#include "engine/deid/problem.h"

#include "base/banned.h"

static void level_losses(struct quasi *q, uint64_t rows)
{
	const struct hierarchy *h = q->h;

	for (uint32_t l = 0; l < h->levels; l++) {
		double sum = 0;

		for (uint32_t leaf = 0; leaf < h->leaves; leaf++)
			sum += (double)q->col->hist[leaf] * hierarchy_loss(h, h->level_first[l] + h->up[l][leaf]);
		q->level[l] = q->weight * sum / (double)rows;
	}
}

rc problem_init(struct ctx *c, struct problem *p, const struct table *t)
{
	*p = (struct problem){ .t = t, .suppress_cost = 1, .nodes_most = NODES_MOST };
	for (uint32_t i = 0; i < t->cols; i++) {
		const struct column *col = &t->col[i];

		if (col->role == ROLE_SENSITIVE && p->sensitive && p->mores == DEID_SENSITIVE_MOST)
			return FAIL(c, E_LIMIT, "deid.sensitive");
		if (col->role == ROLE_SENSITIVE && p->sensitive)
			p->more[p->mores++].col = col;
		else if (col->role == ROLE_SENSITIVE)
			p->sensitive = col;
		if (col->role == ROLE_PERSON)
			p->person = col;
		if (col->role != ROLE_QUASI)
			continue;
		if (p->qs == DEID_QUASI_MOST)
			return FAIL(c, E_LIMIT, "deid.quasi");
		p->q[p->qs++] = (struct quasi){ .col = col, .h = col->h, .most = col->h->levels - 1 };
	}
	if (p->qs == 0)
		return FAIL(c, E_INVALID, "deid.no_quasi");
	for (uint32_t i = 0; i < p->qs; i++) {
		p->q[i].weight = 1.0 / p->qs;
		level_losses(&p->q[i], t->rows);
	}
	if (p->sensitive)
		p->model.values = p->sensitive->texts.count;
	p->model.persons = p->person ? p->person->texts.count : 0;
	return OK;
}

void problem_weigh(struct problem *p, const double *weight)
{
	double sum = 0;

	for (uint32_t i = 0; i < p->qs; i++)
		sum += weight[i];
	for (uint32_t i = 0; i < p->qs; i++) {
		p->q[i].weight = weight[i] / sum;
		level_losses(&p->q[i], p->t->rows);
	}
}

uint32_t problem_least_level(const struct problem *p, uint32_t i)
{
	const struct quasi *q = &p->q[i];

	for (uint32_t l = q->least; l + 1 < q->h->levels; l++) {
		uint64_t gone = 0;

		for (uint32_t node = q->h->level_first[l]; node < q->h->level_first[l + 1]; node++) {
			uint64_t n = 0;

			for (uint32_t leaf = q->h->node[node].first; leaf < q->h->node[node].end; leaf++)
				n += q->col->hist[leaf];
			gone += n < p->model.k ? n : 0;
		}
		if (gone <= p->suppress_most)
			return l;
	}
	return q->h->levels - 1;
}

void problem_models(struct problem *p)
{
	for (uint32_t i = 0; i < p->mores; i++) {
		p->more[i].model = p->model;
		p->more[i].model.values = p->more[i].col->texts.count;
		p->more[i].model.persons = 0;
	}
}

static rc share_of(struct ctx *c, const struct table *t, const struct column *col, struct model *m)
{
	uint32_t *codes = NULL;
	double *share = NULL;

	TRY(column_all(c, t, col, &codes));
	TRY_ARRAY(c, share, m->values);
	for (uint64_t i = 0; i < t->rows; i++)
		share[codes[i]] += 1.0 / (double)t->rows;
	m->share = share;
	return OK;
}

rc problem_share(struct ctx *c, struct problem *p)
{
	for (uint32_t i = 0; i < p->mores; i++)
		TRY(share_of(c, p->t, p->more[i].col, &p->more[i].model));
	return share_of(c, p->t, p->sensitive, &p->model);
}

/* Judges of the further sensitive columns. */
static rc judge_more(struct ctx *c, const struct problem *p, struct judge *first)
{
	for (uint32_t i = 0; i < p->mores; i++) {
		struct judge *j = NULL;
		uint32_t *codes = NULL;

		TRY_NEW(c, j);
		TRY(judge_init(c, j, &p->more[i].model));
		TRY(column_all(c, p->t, p->more[i].col, &codes));
		j->sensitive = codes;
		j->next = first->next;
		first->next = j;
	}
	return OK;
}

rc problem_judge(struct ctx *c, const struct problem *p, struct judge **ret)
{
	struct judge *j = NULL;
	uint32_t *codes = NULL;

	*ret = NULL;
	if (!model_looks_inside(&p->model))
		return OK;
	TRY_NEW(c, j);
	TRY(judge_init(c, j, &p->model));
	if (model_looks_at_values(&p->model)) {
		TRY(column_all(c, p->t, p->sensitive, &codes));
		j->sensitive = codes;
		TRY(judge_more(c, p, j));
	}
	if (p->person) {
		TRY(column_all(c, p->t, p->person, &codes));
		j->person = codes;
	}
	*ret = j;
	return OK;
}
