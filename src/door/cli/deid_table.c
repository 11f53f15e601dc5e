/* `renkei deid table`: a table of persons to a table of counts that is safe to publish. */
#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"
#include "base/parse.h"
#include "door/cli/deid_job.h"
#include "engine/deid/counts.h"

#include "base/banned.h"

enum method { METHOD_SUPPRESS, METHOD_ROUND, METHOD_NOISE };

static const char *const method_words[] = { "suppression", "controlled rounding", "differential privacy" };

struct tabling {
	struct asked ask;
	unsigned char key[SECRET_KEY];
	const char *by[2], *value;
	uint32_t bys;
	enum method method;
	int64_t least, width, base;
	double dominance;
	uint64_t eps_num, eps_den;
	struct table t;
	const struct column *col[2];
	const struct column *magnitude;
	struct counts counts, shown;   /* as counted; as published */
	uint64_t primary, secondary, differences, shown_before;
	bool good;
	char in_hash[65];
};

static rc bad_option(struct ctx *c, const char *option)
{
	(void)FAIL(c, E_INVALID, "deid.option");
	fault_name(c, slice_of(option));
	return E_INVALID;
}

static rc number_or(struct ctx *c, const struct call *in, const char *option, int64_t least, int64_t other, int64_t *ret)
{
	*ret = other;
	return call_value(in, option) ? parse_i64(c, slice_of(call_value(in, option)), least, 1000000, ret) : OK;
}

/* "1", "0.5", "1/10": a fraction of whole numbers, so that no rounding stands between what is said and what is drawn. */
static rc read_epsilon(struct ctx *c, const char *z, uint64_t *ret_num, uint64_t *ret_den)
{
	slice s = slice_of(z), whole = s, rest = S_NONE;
	size_t slash = slice_find(s, S("/"), 0), point = slice_find(s, S("."), 0);

	*ret_den = 1;
	if (slash != SIZE_MAX) {
		TRY(parse_u64(c, slice_sub(s, slash + 1, s.len), 1, 1000000, ret_den));
		whole = slice_sub(s, 0, slash);
	} else if (point != SIZE_MAX) {
		whole = slice_sub(s, 0, point);
		rest = slice_sub(s, point + 1, s.len);
	}
	TRY(parse_u64(c, whole, 0, 1000, ret_num));
	if (rest.len > 6)
		return bad_option(c, "epsilon");
	for (size_t i = 0; i < rest.len; i++) {
		if (rest.p[i] < '0' || rest.p[i] > '9')
			return bad_option(c, "epsilon");
		*ret_num = *ret_num * 10 + (uint64_t)(rest.p[i] - '0');
		*ret_den *= 10;
	}
	return *ret_num > 0 ? OK : bad_option(c, "epsilon");
}

static rc read_by(struct ctx *c, const struct call *in, struct tabling *w)
{
	slice rest = slice_of(call_value(in, "by")), name;

	while (slice_next(&rest, ',', &name)) {
		if (w->bys == 2)
			return bad_option(c, "by");
		w->by[w->bys] = arena_cstr(c->a, name);
		if (!w->by[w->bys++])
			return FAIL(c, E_LIMIT, "memory.limit");
	}
	return w->bys > 0 && (w->bys < 2 || strcmp(w->by[0], w->by[1]) != 0) ? OK : bad_option(c, "by");
}

static rc read_call(struct ctx *c, const struct call *in, struct tabling *w)
{
	const char *seed = call_value(in, "seed"), *eps = call_value(in, "epsilon");

	if (!call_value(in, "in") || !call_value(in, "out") || !call_value(in, "by"))
		return bad_option(c, !call_value(in, "in") ? "in" : !call_value(in, "out") ? "out" : "by");
	TRY(read_by(c, in, w));
	w->value = call_value(in, "value");
	TRY(number_or(c, in, "least", 1, 10, &w->least));
	TRY(number_or(c, in, "width", 1, w->least, &w->width));
	TRY(number_or(c, in, "round", 2, 0, &w->base));
	if (call_value(in, "dominance"))
		TRY(ask_share(c, "dominance", call_value(in, "dominance"), &w->dominance));
	if (w->dominance > 0 && !w->value)
		return bad_option(c, "value");
	if (eps)
		TRY(read_epsilon(c, eps, &w->eps_num, &w->eps_den));
	if (eps && w->base > 0)
		return bad_option(c, "round");
	w->method = eps ? METHOD_NOISE : w->base > 0 ? METHOD_ROUND : METHOD_SUPPRESS;
	if (seed) {
		TRY(parse_u64(c, slice_of(seed), 0, UINT64_MAX, &w->ask.seed));
		w->ask.has_seed = true;
	}
	TRY(ask_encoding(c, in, &w->ask.enc));
	return secret_key_init(c, &w->ask, w->key);
}

static rc feed(struct ctx *c, void *to, const char *p, size_t len, bool final, size_t *ret_used)
{
	return table_feed(c, to, p, len, final, ret_used);
}

static const struct column *column_named(const struct table *t, const char *name)
{
	for (uint32_t i = 0; name && i < t->cols; i++)
		if (slice_is(t->col[i].name, name))
			return &t->col[i];
	return NULL;
}

static rc load(struct ctx *c, const struct call *in, struct tabling *w)
{
	struct column_spec spec[3] = { 0 };
	struct table_reader r;
	uint32_t n = 0;

	for (uint32_t i = 0; i < w->bys; i++)
		spec[n++] = (struct column_spec){ .name = slice_of(w->by[i]), .role = ROLE_OTHER };
	if (w->value)
		spec[n++] = (struct column_spec){ .name = slice_of(w->value), .role = ROLE_OTHER };
	TRY(table_reader_init(c, &r, &w->t, spec, n, ROLE_IDENTIFYING, NULL));
	TRY(pump_file(c, call_value(in, "in"), w->ask.enc, NULL, feed, &r, w->in_hash));
	for (uint32_t i = 0; i < w->bys; i++)
		w->col[i] = column_named(&w->t, w->by[i]);
	w->magnitude = column_named(&w->t, w->value);
	return OK;
}

static rc read_magnitudes(struct ctx *c, const struct tabling *w, double **ret)
{
	const struct dict *texts = &w->magnitude->texts;

	TRY_ARRAY(c, *ret, (size_t)texts->count + 1);
	for (uint32_t i = 0; i < texts->count; i++) {
		char z[40] = { 0 };

		if (texts->texts[i].len == 0)
			continue;
		if (texts->texts[i].len < sizeof z)
			memcpy(z, texts->texts[i].p, texts->texts[i].len);
		if (!ask_decimal(z, &(*ret)[i]))
			return FAIL(c, E_INVALID, "treat.number");
	}
	return OK;
}

static rc count_rows(struct ctx *c, struct tabling *w)
{
	struct counts *t = &w->counts;
	double *magnitude = NULL;

	TRY(counts_init(c, t, w->col[0]->texts.count, w->bys > 1 ? w->col[1]->texts.count : 1, w->magnitude != NULL));
	if (w->magnitude)
		TRY(read_magnitudes(c, w, &magnitude));
	for (uint64_t i = 0; i < w->t.rows; i++) {
		size_t at = counts_at(t, column_at(w->col[0], i), w->bys > 1 ? column_at(w->col[1], i) : 0);
		double v = w->magnitude ? magnitude[column_at(w->magnitude, i)] : 0;

		t->n[at]++;
		if (!w->magnitude)
			continue;
		t->sum[at] += v;
		t->most[at] = v > t->most[at] ? v : t->most[at];
	}
	counts_total(t);
	return OK;
}

static rc protect(struct ctx *c, struct tabling *w)
{
	size_t cells = ((size_t)w->counts.rows + 1) * ((size_t)w->counts.cols + 1);
	struct chance r;

	w->shown = w->counts;
	TRY_ARRAY(c, w->shown.n, cells);
	memcpy(w->shown.n, w->counts.n, cells * sizeof *w->shown.n);
	w->good = true;
	if (w->method == METHOD_SUPPRESS) {
		w->primary = counts_primary(&w->shown, w->least, w->dominance);
		TRY(counts_secondary(c, &w->shown, w->width, &w->good));
		for (size_t i = 0; i < cells; i++)
			w->secondary += w->shown.hidden[i] == HIDDEN_SECONDARY && (w->bys > 1 || i % 2 == 0);
		return OK;
	}
	TRY(chance_open(c, w->key, "counts", S_NONE, &r));
	if (w->method == METHOD_ROUND)
		TRY(counts_round(c, &w->shown, w->base, &r));
	else
		counts_noise(&w->shown, w->eps_num, w->eps_den, &r);
	chance_close(&r);
	return OK;
}

#define TOTAL "計"
#define HIDDEN_TEXT "X"

static rc put_label(struct ctx *c, const struct column *col, uint32_t i, struct buf *b)
{
	slice s = S(TOTAL);

	if (i < col->texts.count)
		TRY(csv_quoted(c, col->texts.texts[i], &s));
	buf_put(b, s);
	buf_putc(b, ',');
	return OK;
}

static rc put_table(struct ctx *c, const struct tabling *w, struct buf *b)
{
	const struct counts *t = &w->shown;
	slice s;

	for (uint32_t i = 0; i < w->bys; i++) {
		TRY(csv_quoted(c, w->col[i]->name, &s));
		buf_put(b, s);
		buf_putc(b, ',');
	}
	buf_putz(b, "count\n");
	for (uint32_t r = 0; r <= t->rows; r++) {
		for (uint32_t col = 0; col <= (w->bys > 1 ? t->cols : 0); col++) {
			TRY(put_label(c, w->col[0], r, b));
			if (w->bys > 1)
				TRY(put_label(c, w->col[1], col, b));
			if (t->hidden[counts_at(t, r, col)] != SHOWN)
				buf_putz(b, HIDDEN_TEXT);
			else
				buf_put_i64(b, t->n[counts_at(t, r, col)]);
			buf_putc(b, '\n');
		}
	}
	return OK;
}

/* ---- against what was published before ---- */

struct earlier {
	struct tabling *w;
	struct csv csv;
	bool header;
};

static uint32_t place(const struct column *col, slice label)
{
	return slice_is(label, TOTAL) ? col->texts.count : dict_find(&col->texts, label);
}

/* One cell published before: what it tells together with ours. */
static rc compare_cell(struct ctx *c, struct tabling *w, const struct csv *csv)
{
	uint32_t r = place(w->col[0], csv->cells[0]), col = w->bys > 1 ? place(w->col[1], csv->cells[1]) : 0;
	slice text = csv->cells[w->bys];
	int64_t before = 0, apart;
	size_t at;

	if (r == DICT_NONE || col == DICT_NONE || slice_is(text, HIDDEN_TEXT))
		return OK;
	TRY(parse_i64(c, text, INT64_MIN / 4, INT64_MAX / 4, &before));
	at = counts_at(&w->shown, r, col);
	if (w->shown.hidden[at] != SHOWN) {
		/* what is hidden now was shown: it can be looked up, unless many have come or gone since */
		apart = before > w->counts.n[at] ? before - w->counts.n[at] : w->counts.n[at] - before;
		w->shown_before += apart < w->least;
		return OK;
	}
	apart = before > w->shown.n[at] ? before - w->shown.n[at] : w->shown.n[at] - before;
	w->differences += apart > 0 && apart < w->least;
	return OK;
}

static rc feed_earlier(struct ctx *c, void *to, const char *p, size_t len, bool final, size_t *ret_used)
{
	struct earlier *e = to;
	enum csv_state state = CSV_MORE;

	csv_window(&e->csv, p, len, final);
	for (;;) {
		TRY(csv_next(c, &e->csv, &state));
		if (state != CSV_ROW)
			break;
		if (e->csv.count != e->w->bys + 1) {
			(void)FAIL(c, E_INVALID, "table.ragged");
			fault_place(c, e->csv.row, 1);
			return E_INVALID;
		}
		for (uint32_t i = 0; !e->header && i < e->w->bys; i++)
			if (!slice_is(e->csv.cells[i], e->w->by[i]))
				return FAIL(c, E_INVALID, "counts.other_columns");
		if (e->header)
			TRY(compare_cell(c, e->w, &e->csv));
		e->header = true;
	}
	*ret_used = (size_t)(e->csv.p - p);
	return OK;
}

static rc compare_earlier(struct ctx *c, const struct call *in, struct tabling *w)
{
	slice rest = slice_of(call_value(in, "previous")), path;
	struct arena *cells = NULL;

	if (w->method == METHOD_NOISE)
		return OK;
	TRY(job_cells(c, &cells));
	while (slice_next(&rest, ',', &path)) {
		struct earlier e = { .w = w };
		char *z = arena_cstr(c->a, path);

		if (!z)
			return FAIL(c, E_LIMIT, "memory.limit");
		TRY(csv_init(c, &e.csv, cells));
		TRY(pump_file(c, z, ENCODING_AUTO, NULL, feed_earlier, &e, NULL));
	}
	return OK;
}

static void put_report(const struct tabling *w, struct buf *b)
{
	struct json_out o = json_out_on(b);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.deid.table.1"));
	jo_kv_bool(&o, "met", w->good && w->differences == 0 && w->shown_before == 0);
	jo_kv_text(&o, "method", slice_of(method_words[w->method]));
	jo_kv_text(&o, "input_sha256", slice_of(w->in_hash));
	jo_kv_int(&o, "rows", (int64_t)w->t.rows);
	jo_kv_int(&o, "cells", (int64_t)w->counts.rows * w->counts.cols);
	if (w->method == METHOD_SUPPRESS) {
		jo_kv_int(&o, "least", w->least);
		jo_kv_int(&o, "width", w->width);
		jo_kv_int(&o, "primary", (int64_t)w->primary);
		jo_kv_int(&o, "secondary", (int64_t)w->secondary);
		jo_kv_bool(&o, "ranges_wide_enough", w->good);
	} else if (w->method == METHOD_ROUND) {
		jo_kv_int(&o, "base", w->base);
	} else {
		jo_key(&o, S("epsilon"));
		jo_array(&o);
		jo_int(&o, (int64_t)w->eps_num);
		jo_int(&o, (int64_t)w->eps_den);
		jo_end_array(&o);
	}
	jo_kv_int(&o, "differences_small", (int64_t)w->differences);
	jo_kv_int(&o, "hidden_but_shown_before", (int64_t)w->shown_before);
	jo_end_object(&o);
	buf_putc(b, '\n');
}

rc table_publish(struct ctx *c, const struct call *in, struct answer *out)
{
	struct tabling w = { 0 };
	struct buf table, report;
	slice text;

	TRY(read_call(c, in, &w));
	TRY(load(c, in, &w));
	TRY(count_rows(c, &w));
	TRY(protect(c, &w));
	if (call_value(in, "previous"))
		TRY(compare_earlier(c, in, &w));
	buf_init(&report, c->a, (size_t)1 << 20);
	put_report(&w, &report);
	TRY(buf_done(c, &report, &text));
	TRY(call_value(in, "report") ? file_replace(c, call_value(in, "report"), text, 0640) : out_write(c, text));
	out->no = !w.good || w.differences > 0 || w.shown_before > 0;
	if (out->no)
		return OK;
	buf_init(&table, c->a, (size_t)1 << 30);
	TRY(put_table(c, &w, &table));
	TRY(buf_done(c, &table, &text));
	return file_replace(c, call_value(in, "out"), text, 0640);
}
