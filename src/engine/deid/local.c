#include "engine/deid/local.h"

#include "base/banned.h"

static rc load(struct ctx *c, struct local *v)
{
	const struct problem *p = v->p;

	TRY_ARRAY(c, v->col, p->qs);
	for (uint32_t i = 0; i < p->qs; i++)
		TRY(column_all(c, p->t, p->q[i].col, &v->col[i]));
	TRY(problem_judge(c, p, &v->judge));
	if (v->judge)
		TRY_ARRAY(c, v->codes, (size_t)v->rows + 1);
	TRY_ARRAY(c, v->class_of, v->rows);
	memset(v->class_of, 0xff, v->rows * sizeof *v->class_of);
	return OK;
}

rc local_run(struct ctx *c, const struct problem *p, uint32_t effort, struct local *ret)
{
	struct local v = { .p = p, .rows = (uint32_t)p->t->rows };

	TRY(load(c, &v));
	if (v.rows < p->model.k || (v.judge && !judge_ok(v.judge, NULL, v.rows)))
		return *ret = v, OK;
	v.found = true;
	TRY(local_peel(c, &v));
	TRY(local_improve(c, &v, effort));
	*ret = v;
	return OK;
}
