#include <math.h>

#include "base/file.h"
#include "base/json.h"
#include "door/cli/deid_job.h"

#include "base/banned.h"

/* Six digits are what the figures are worth; a figure that does not exist is null. */
static void kv_real(struct json_out *o, const char *key, double v)
{
	char z[40];
	int n = snprintf(z, sizeof z, "%.9g", v);

	jo_key(o, slice_of(key));
	if (isfinite(v) && n > 0)
		jo_raw(o, (slice){ z, (size_t)n });
	else
		jo_null(o);
}

static void put_config(struct json_out *o, const struct job *j)
{
	static const char *const l_words[L_KINDS] = { "none", "distinct", "entropy", "grassberger", "recursive" };
	static const char *const t_words[T_KINDS] = { "none", "equal", "ordered", "hierarchical" };
	const struct model *m = &j->problem.model;

	jo_key(o, S("config"));
	jo_object(o);
	jo_kv_text(o, "recoding", slice_of(j->ask.global ? "global" : "local"));
	jo_kv_text(o, "labels", slice_of(j->ask.sets ? "sets" : "hierarchy"));
	jo_kv_int(o, "k", m->k);
	if (m->k_map)
		jo_kv_int(o, "k_map", m->k_map);
	if (m->presence) {
		kv_real(o, "presence_least", m->presence_least);
		kv_real(o, "presence_most", m->presence_most);
	}
	jo_kv_text(o, "l_model", slice_of(l_words[m->l_kind]));
	if (m->l_kind != L_NONE)
		kv_real(o, "l", m->l);
	if (m->l_kind == L_RECURSIVE)
		kv_real(o, "c", m->c);
	jo_kv_text(o, "t_model", slice_of(t_words[m->t_kind]));
	if (m->t_kind != T_NONE)
		kv_real(o, "t", m->t);
	kv_real(o, "suppress", j->ask.suppress);
	if (j->ask.suppress_weight > 0)
		kv_real(o, "suppress_weight", j->ask.suppress_weight);
	jo_kv_int(o, "effort", j->ask.effort);
	jo_kv_text(o, "order", slice_of(j->ask.order == ORDER_KEPT ? "kept" : "shuffled"));
	jo_end_object(o);
}

static void put_columns(struct json_out *o, const struct job *j)
{
	static const char *const words[ROLES] = { "identifying", "quasi-identifying", "sensitive", "other", "person" };
	const struct table *t = &j->table;
	uint32_t stored = 0, quasi = 0;

	jo_key(o, S("columns"));
	jo_array(o);
	for (uint32_t i = 0; i < t->file_cols; i++) {
		bool kept = stored < t->cols && t->from[stored] == i;
		enum column_role role = kept ? t->col[stored].role : ROLE_IDENTIFYING;

		jo_object(o);
		jo_kv_text(o, "name", t->names[i]);
		jo_kv_text(o, "role", slice_of(words[role]));
		jo_kv_text(o, "treatment", slice_of(!kept || role == ROLE_PERSON ? "left out" : role == ROLE_QUASI ? "generalised" : "as it is"));
		if (kept && role == ROLE_QUASI) {
			jo_kv_int(o, "leaves", t->col[stored].h->leaves);
			jo_kv_int(o, "levels", t->col[stored].h->levels);
			if (j->ask.global && j->possible)
				jo_kv_int(o, "level", j->global.level[quasi]);
			if (j->f.column_loss)
				kv_real(o, "loss", j->f.column_loss[quasi]);
			quasi++;
		}
		stored += kept;
		jo_end_object(o);
	}
	jo_end_array(o);
}

static void put_search(struct json_out *o, const struct job *j)
{
	jo_key(o, S("search"));
	jo_object(o);
	jo_kv_bool(o, "possible", j->possible);
	if (j->ask.global) {
		jo_kv_bool(o, "optimal", j->possible && j->global.optimal);
		jo_kv_int(o, "nodes", (int64_t)j->global.nodes);
		jo_kv_int(o, "visited", (int64_t)j->global.visited);
	}
	jo_end_object(o);
}

static void put_uniqueness(struct json_out *o, const struct job *j)
{
	const struct uniqueness *u = &j->unique;

	if (!u->known)
		return;
	jo_key(o, S("source_uniqueness"));
	jo_object(o);
	jo_kv_int(o, "rows_alone", (int64_t)u->rows_alone);
	if (j->problem.people) {
		jo_kv_int(o, "people_alone", (int64_t)u->people_alone);
		jo_kv_int(o, "rows_alone_in_population", (int64_t)u->both_alone);
	}
	kv_real(o, "people_alone_pitman", u->pitman);
	kv_real(o, "people_alone_zayatz", u->zayatz);
	kv_real(o, "people_alone_snb", u->snb);
	kv_real(o, "people_alone_dankar", u->dankar);
	jo_end_object(o);
}

static void put_risk(struct json_out *o, const struct job *j)
{
	const struct figures *f = &j->f;

	jo_key(o, S("risk"));
	jo_object(o);
	kv_real(o, "prosecutor_highest", f->risk_most);
	kv_real(o, "prosecutor_mean", f->risk_mean);
	/* the table is its own population unless a larger one is given: the journalist knows no more than that */
	kv_real(o, "journalist_highest", j->problem.people ? f->map_least ? 1.0 / (double)f->map_least : 1 : f->risk_most);
	kv_real(o, "journalist_mean", j->problem.people ? f->map_mean : f->risk_mean);
	kv_real(o, "marketer", j->problem.people ? f->map_mean : f->risk_mean);
	if (j->problem.people) {
		jo_kv_int(o, "population", (int64_t)j->people.rows);
		jo_kv_int(o, "population_least", (int64_t)f->map_least);
		kv_real(o, "presence_least", f->presence_least);
		kv_real(o, "presence_most", f->presence_most);
	}
	kv_real(o, "records_at_risk", f->at_risk);
	jo_end_object(o);
}

static void put_result(struct json_out *o, const struct job *j)
{
	const struct figures *f = &j->f;

	jo_key(o, S("result"));
	jo_object(o);
	jo_kv_int(o, "rows", (int64_t)f->rows);
	jo_kv_int(o, "suppressed", (int64_t)f->suppressed);
	jo_kv_int(o, "classes", (int64_t)f->classes);
	jo_kv_int(o, "class_least", (int64_t)f->least);
	jo_kv_int(o, "class_most", (int64_t)f->most);
	if (j->problem.person) {
		jo_kv_int(o, "persons", (int64_t)f->persons);
		jo_kv_int(o, "class_least_persons", (int64_t)f->persons_least);
	}
	jo_kv_int(o, "classes_under_k", (int64_t)f->small);
	jo_kv_int(o, "classes_refused", (int64_t)f->refused);
	jo_kv_int(o, "cells_untrue", (int64_t)(f->untrue + f->unread));
	jo_kv_int(o, "cells_altered", (int64_t)f->altered);
	jo_kv_int(o, "texts_identifying", (int64_t)f->leaks);
	if (f->joint_least) {
		jo_kv_int(o, "joint_class_least", (int64_t)f->joint_least);
		jo_kv_int(o, "joint_rows_under_k", (int64_t)f->joint_small);
	}
	if (f->untrue_row)
		jo_kv_int(o, "first_untrue_row", (int64_t)f->untrue_row);
	if (j->problem.sensitive) {
		jo_kv_int(o, "l_distinct", f->l_distinct);
		kv_real(o, "l_entropy", f->l_entropy);
		kv_real(o, "c_recursive", f->c_recursive);
		kv_real(o, "t", f->t_most);
	}
	jo_end_object(o);
	put_risk(o, j);
	put_uniqueness(o, j);
	jo_key(o, S("utility"));
	jo_object(o);
	kv_real(o, "loss", f->loss);
	kv_real(o, "share", f->share);
	kv_real(o, "entropy", f->entropy);
	kv_real(o, "dm", f->dm);
	kv_real(o, "aecs", f->aecs);
	kv_real(o, "query_error", f->query_error);
	jo_end_object(o);
}

rc job_report(struct ctx *c, struct job *j, slice *ret)
{
	struct json_out o;
	struct buf b;
	slice text;

	buf_init(&b, c->a, (size_t)16 << 20);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.deid.report.1"));
	jo_kv_bool(&o, "met", j->met && j->law_met);
	jo_key(&o, S("input"));
	jo_object(&o);
	jo_kv_int(&o, "rows", (int64_t)j->table.rows);
	jo_kv_text(&o, "sha256", slice_of(j->in_hash));
	jo_end_object(&o);
	if (j->out_hash[0]) {
		jo_key(&o, S("output"));
		jo_object(&o);
		jo_kv_text(&o, "sha256", slice_of(j->out_hash));
		jo_end_object(&o);
	}
	put_config(&o, j);
	put_columns(&o, j);
	put_search(&o, j);
	if (j->f.rows)
		put_result(&o, j);
	law_report(&o, j);
	jo_end_object(&o);
	buf_putc(&b, '\n');
	TRY(buf_done(c, &b, &text));
	hash_hex(text, j->report_hash);
	*ret = text;
	return OK;
}
