/* The page that shows what was done: every line accounted for, what was there to judge by, which rules ran. */
#include "base/json.h"
#include "engine/screen/model.h"

#include "base/banned.h"

void screen_add(const struct screen *s, struct screen_sum *sum)
{
	sum->told.accesses += s->told.accesses;
	sum->told.open += s->told.open;
	sum->told.missing += s->told.missing;
	for (const struct source *f = s->sources; f; f = f->next) {
		sum->told.lines += f->told.lines;
		sum->told.good += f->told.good;
		sum->told.damaged += f->told.damaged;
		sum->told.twice += f->told.twice;
	}
	for (unsigned i = 0; i < EXPLS; i++)
		sum->expl[i] += s->expl_count[i];
	for (unsigned i = 0; i < SCREEN_TABLES; i++) {
		sum->rows[i] += s->rows[i];
		sum->bad_rows[i] += s->bad_rows[i];
		sum->have[i] = sum->have[i] || s->have[i];
	}
	sum->orgs += s->norg;
}

void screen_sources(const struct screen *s, struct buf *out)
{
	struct json_out o = json_out_on(out);

	o.comma = out->len > 0;
	for (const struct source *f = s->sources; f; f = f->next) {
		static const char *const forms[] = { "csv", "json-lines", "ltsv", "syslog", "cef", "combined", "w3c", "xml", "json-tree" };

		jo_object(&o);
		jo_kv_text(&o, "name", f->name);
		jo_kv_text(&o, "form", slice_of(forms[f->layout.form]));
		if (f->layout.map)
			jo_kv_text(&o, "map", f->layout.map->name);
		jo_kv_text(&o, "encoding", f->layout.cp932 ? S("cp932") : S("utf-8"));
		jo_kv_int(&o, "bytes", (int64_t)f->told.bytes);
		jo_kv_int(&o, "lines", (int64_t)f->told.lines);
		jo_kv_int(&o, "read", (int64_t)f->told.good);
		jo_kv_int(&o, "twice", (int64_t)f->told.twice);
		jo_kv_int(&o, "damaged", (int64_t)f->told.damaged);
		jo_kv_int(&o, "damaged_with_number", (int64_t)f->told.damaged_numbered);
		jo_kv_int(&o, "headers", (int64_t)f->told.header);
		jo_kv_int(&o, "empty", (int64_t)f->told.empty);
		jo_end_object(&o);
	}
}

void screen_proof(const struct screen *s, const struct screen_sum *sum, slice sources, struct buf *out)
{
	struct json_out o = json_out_on(out);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei/screen-proof/1"));
	jo_key(&o, S("sources"));
	jo_array(&o);
	if (sources.len)
		jo_raw(&o, sources);
	jo_end_array(&o);
	jo_kv_int(&o, "organisations", (int64_t)sum->orgs);
	jo_kv_int(&o, "missing_records", (int64_t)sum->told.missing);
	jo_kv_int(&o, "accesses", (int64_t)sum->told.accesses);
	jo_kv_int(&o, "unexplained", (int64_t)sum->told.open);
	jo_key(&o, S("explanations"));
	jo_object(&o);
	for (unsigned i = 0; i < EXPLS; i++)
		if (sum->expl[i])
			jo_kv_int(&o, expl_ids[i], (int64_t)sum->expl[i]);
	jo_end_object(&o);
	jo_key(&o, S("tables"));
	jo_array(&o);
	for (unsigned i = 0; i < SCREEN_TABLES; i++) {
		jo_object(&o);
		jo_kv_text(&o, "name", slice_of(screen_table_names[i]));
		jo_kv_bool(&o, "given", sum->have[i]);
		jo_kv_int(&o, "rows", (int64_t)sum->rows[i]);
		jo_kv_int(&o, "rows_not_understood", (int64_t)sum->bad_rows[i]);
		jo_end_object(&o);
	}
	jo_end_array(&o);
	jo_key(&o, S("rules"));
	jo_array(&o);
	for (uint32_t i = 0; i < s->rules.n; i++) {
		jo_object(&o);
		jo_kv_text(&o, "id", s->rules.v[i].id);
		jo_kv_text(&o, "kind", s->rules.v[i].kind);
		jo_kv_text(&o, "why", s->rules.v[i].why);
		if (s->rules.v[i].when)
			jo_kv_text(&o, "when", s->rules.v[i].when_text);
		jo_kv_int(&o, "weight", s->rules.v[i].weight);
		jo_key(&o, S("half_blind_without"));
		jo_array(&o);
		for (unsigned k = 0; k < SCREEN_TABLES; k++)
			if ((s->rules.v[i].needs >> k & 1) && !sum->have[k])
				jo_text(&o, slice_of(screen_table_names[k]));
		jo_end_array(&o);
		jo_end_object(&o);
	}
	jo_end_array(&o);
	jo_end_object(&o);
	buf_putc(out, '\n');
}
