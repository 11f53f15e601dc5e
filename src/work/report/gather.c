#include "work/report/gather.h"

#include "base/calendar.h"

#include "base/banned.h"

static rc room(struct ctx *c, struct gathered *g, uint32_t n)
{
	TRY_ARRAY(c, g->values, n + 1);
	TRY_ARRAY(c, g->states, n + 1);
	return OK;
}

static void add(struct gathered *g, const struct json *v)
{
	g->values[g->n] = value_bare(v, &g->states[g->n]);
	g->n++;
}

static bool row_passes(const struct filling *f, const struct form_part *part, const struct json *row)
{
	enum value_state state;
	slice said;

	if (!part)
		return true;
	if (part->as == AS_OTHERS && slice_eq(json_text(value_bare(json_get(row, S("agency")), &state)), f->addressee))
		return false;
	if (!part->where)
		return true;
	said = value_code(value_bare(json_get(row, part->where->path), &state), NULL);
	for (uint32_t i = 0; i < part->nwhere; i++) {
		bool own = slice_is(part->where_is[i], "this_report.agency");

		if (slice_eq(said, own ? f->addressee : part->where_is[i]))
			return true;
	}
	return false;
}

/* A plain path: one value, or the items of a list. */
static rc gather_path(struct ctx *c, const struct json *v, bool list, struct gathered *g)
{
	g->list = list;
	if (!list || !v || v->type != JSON_ARRAY) {
		TRY(room(c, g, 1));
		g->values[0] = v;
		g->states[0] = g->state;
		g->n = v ? 1 : 0;
		return OK;
	}
	TRY(room(c, g, v->count));
	for JSON_EACH(e, v)
		add(g, e);
	return OK;
}

rc gather(struct ctx *c, const struct filling *f, const struct source *s, const struct form_part *part,
	struct gathered *ret)
{
	struct gathered g = { .list = false };
	const struct json *whole = s->own ? f->own : value_bare(json_get(f->values, s->path->path), &g.state), *v;
	bool table = !s->own && s->path->type == VALUE_TABLE;

	if (s->own)
		g.state = STATE_CONFIRMED;
	if (!s->column) {
		TRY(gather_path(c, whole, s->path->repeats || s->path->type == VALUE_MANY || table, &g));
	} else if (!table) {
		if (whole) {
			v = value_bare(json_get(whole, s->column->path), &g.state);
			TRY(gather_path(c, v, s->column->repeats || s->column->type == VALUE_MANY, &g));
		}
	} else {
		g.list = true;
		TRY(room(c, &g, whole ? whole->count : 0));
		for JSON_EACH(row, whole)
			if (row_passes(f, part, row))
				add(&g, json_get(row, s->column->path));
	}
	*ret = g;
	return OK;
}

rc gather_rows(struct ctx *c, const struct filling *f, const struct form_part *part, struct gathered *ret)
{
	struct gathered g = { .list = true };
	const struct json *whole = value_bare(json_get(f->values, part->from.path->path), &g.state);

	TRY(room(c, &g, whole ? whole->count : 0));
	for JSON_EACH(row, whole)
		if (row_passes(f, part, row))
			add(&g, row);
	*ret = g;
	return OK;
}

static rc own_text(struct ctx *c, struct json *row, const char *name, slice text)
{
	struct json *v;

	if (text.len == 0)
		return OK;
	TRY(json_make_text(c, slice_of(name), text, &v));
	json_append(row, v);
	return OK;
}

static rc own_time(struct ctx *c, struct json *row, const char *name, msec t)
{
	struct buf b;
	slice text;

	buf_init(&b, c->a, 64);
	msec_put(&b, t);
	TRY(buf_done(c, &b, &text));
	return own_text(c, row, name, text);
}

rc gather_own(struct ctx *c, const struct form *form, const struct report_meta *meta, const struct json **ret)
{
	static const char *const kinds[REPORT_KINDS] = { "preliminary", "follow_up", "final" };
	struct json *row, *list, *v;

	TRY(json_make(c, JSON_OBJECT, S_NONE, &row));
	TRY(own_text(c, row, "agency", meta->addressee));
	TRY(own_text(c, row, "form", form->id));
	TRY(own_text(c, row, "version", form->version));
	TRY(own_text(c, row, "kind", slice_of(kinds[meta->kind])));
	TRY(own_text(c, row, "is_new", meta->follow_up ? S("follow_up") : S("new")));
	TRY(own_text(c, row, "receipt_no", meta->receipt_no));
	TRY(own_time(c, row, "at", meta->at));
	if (meta->has_previous)
		TRY(own_time(c, row, "previous", meta->previous));
	if (meta->nprocedures) {
		TRY(json_make(c, JSON_ARRAY, S("procedure"), &list));
		for (uint32_t i = 0; i < meta->nprocedures; i++) {
			TRY(json_make_text(c, S_NONE, meta->procedures[i], &v));
			json_append(list, v);
		}
		json_append(row, list);
	}
	*ret = row;
	return OK;
}

rc gather_holds(struct ctx *c, const struct filling *f, const struct condition *when, uint32_t n, bool *ret)
{
	bool all = true;

	for (uint32_t i = 0; i < n && all; i++) {
		struct gathered g;
		bool any = false;

		TRY(gather(c, f, &when[i].source, NULL, &g));
		for (uint32_t j = 0; j < g.n; j++)
			for (uint32_t k = 0; k < when[i].n_is; k++)
				any = any || slice_eq(value_code(g.values[j], NULL), when[i].is[k]);
		all = any;
	}
	*ret = all;
	return OK;
}
