/* From what the rules found to a short list: folded, ranked, written. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "engine/screen/model.h"

#include "base/banned.h"

enum { V_WEIGHT = 16, V_MERGE, V_FOLD, V_FOLD_GAIN, V_EVIDENCE, V_CHANCE, V_USER_ITEMS };

/* Tables without which a rule judges half blind. */
static const struct { const char *kind; unsigned table; } needs[] = {
	{ "vip_peek", T_CASES }, { "coworker_peek", T_CASES }, { "family_peek", T_RESIDENTS }, { "self_view", T_RESIDENTS },
	{ "neighbour_peek", T_CASES }, { "same_surname", T_CASES }, { "repeat_target", T_CASES },
	{ "protected_view", T_CASES }, { "hotspot_subject", T_CASES }, { "slow_bulk", T_CASES },
	{ "sudden_volume", T_CASES }, { "export_spike", T_WINDOWS }, { "print_spike", T_CASES },
	{ "media_write", T_MEDIA }, { "out_of_hours", T_ATTENDANCE }, { "absent_owner", T_ATTENDANCE },
	{ "stale_rights", T_MOVES }, { "not_assigned", T_ASSIGNMENTS }, { "false_case_no", T_CASES },
	{ "temp_card", T_LOANS }, { "admin_off_window", T_WINDOWS }, { "vendor_out_of_scope", T_WINDOWS },
	{ "foreign_system", T_MOVES }, { "foreign_system", T_DEPARTMENTS },
};

static int by_record(const void *x, const void *y, void *screen)
{
	const struct screen *s = screen;
	const struct cand *a = &s->cand[*(const uint32_t *)x], *b = &s->cand[*(const uint32_t *)y];

	return a->rec < b->rec ? -1 : a->rec > b->rec;
}

static uint64_t first_record(const struct screen *s, const struct hit *h)
{
	return h->n ? s->cand[h->cand[0]].rec : h->nids ? h->ids[0] : 0;
}

/* Scores first; then organisation, kind and first record, so that equal scores have one order. */
static int hit_order(const void *x, const void *y, void *screen)
{
	const struct hit *a = *(const struct hit *const *)x, *b = *(const struct hit *const *)y;
	const struct screen *s = screen;
	uint64_t ra = first_record(s, a), rb = first_record(s, b);
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

	h->score = h->score * h->rule->weight / 100;
	for (unsigned i = 0; i < sizeof needs / sizeof *needs; i++)
		if (slice_is(h->rule->kind, needs[i].kind) && !s->have[needs[i].table])
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

static bool same_matter(const struct hit *a, const struct hit *b, const struct screen *s)
{
	bool one_person = slice_is(a->rule->kind, "vip_peek") || slice_is(a->rule->kind, "coworker_peek") ||
		slice_is(a->rule->kind, "repeat_target") || slice_is(a->rule->kind, "protected_view");

	if (a->rule != b->rule || a->account != b->account || a->account == NONE || a->org != b->org)
		return false;
	if (one_person && (a->n == 0 || b->n == 0 || s->cand[a->cand[0]].subject != s->cand[b->cand[0]].subject))
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
			common = shared(s, v[j], v[i]);
			if (common * 100 < v[i]->n * (uint32_t)s->rules.value[V_FOLD] &&
			    common * 100 < v[j]->n * (uint32_t)s->rules.value[V_FOLD])
				continue;
			v[i]->also = v[j]->also;
			v[j]->also = v[i];
			taken = true;
		}
		if (!taken)
			v[kept++] = v[i];
	}
	*ret_kept = kept;
	return OK;
}

/* ---- writing ---- */

static void put_stamp(struct buf *b, wall ts)
{
	jday_put(b, day_of(ts));
	buf_putf(b, "T%02d:%02d:%02d+09:00", (int)(ts % DAY_SECONDS / 3600), (int)(ts % 3600 / 60), (int)(ts % 60));
}

static void put_number(struct buf *b, slice key, const struct screen *s, const struct hit *h)
{
	if (slice_is(key, "n"))
		buf_put_i64(b, h->n);
	else if (slice_is(key, "d"))
		buf_put_i64(b, h->days);
	else if (slice_is(key, "k"))
		buf_put_i64(b, h->k);
	else if (slice_is(key, "z"))
		buf_put_i64(b, h->z);
	else if (slice_is(key, "e"))
		buf_putf(b, "%d.%d", h->expected / 100, h->expected / 10 % 10);
	else if (slice_is(key, "date"))
		buf_putf(b, "%d月%d日", jday_ymd(h->day).m, jday_ymd(h->day).d);
	else if (slice_is(key, "from"))
		buf_putf(b, "%02d:%02d", (int)(h->from % DAY_SECONDS / 3600), (int)(h->from % 3600 / 60));
	else if (slice_is(key, "to"))
		buf_putf(b, "%02d:%02d", (int)(h->to % DAY_SECONDS / 3600), (int)(h->to % 3600 / 60));
	else if (slice_is(key, "term"))
		buf_put(b, h->term != NONE ? s->names.v[h->term] : S("不明の端末"));
	else if (slice_is(key, "sys"))
		buf_put(b, h->sys < s->nsystems ? s->names.v[s->system_name[h->sys]] : S("この業務"));
}

static void put_sentence(struct buf *b, const struct screen *s, const struct hit *h, slice text)
{
	size_t at = 0;

	while (at < text.len) {
		size_t open = slice_find(text, S("{"), at), close;

		if (open == SIZE_MAX || (close = slice_find(text, S("}"), open)) == SIZE_MAX) {
			buf_put(b, slice_sub(text, at, text.len));
			return;
		}
		buf_put(b, slice_sub(text, at, open - at));
		put_number(b, slice_sub(text, open + 1, close - open - 1), s, h);
		at = close + 1;
	}
}

static void put_id(struct json_out *o, const struct screen *s, uint32_t org, uint64_t id)
{
	char text[24];
	int n = snprintf(text, sizeof text, "%0*llu", (int)s->org[org].rec_width, (unsigned long long)id);

	jo_text(o, (slice){ text, n > 0 ? (size_t)n : 0 });
}

/* At most 200 ids, evenly over the evidence; searches that led to an access stand with it. */
static uint32_t put_events(struct json_out *o, const struct screen *s, const struct hit *h)
{
	uint64_t ids[2 * SCREEN_EVENTS_MOST];
	uint32_t n = 0, step = 1, all = h->n;

	if (h->n > SCREEN_EVENTS_MOST / 2)
		step = (h->n + SCREEN_EVENTS_MOST - 1) / SCREEN_EVENTS_MOST;
	for (uint32_t i = 0; i < h->n && n < SCREEN_EVENTS_MOST; i += step) {
		const struct cand *k = &s->cand[h->cand[i]];

		if (k->search && step == 1 && n + 1 < SCREEN_EVENTS_MOST && h->n <= SCREEN_EVENTS_MOST / 2 && (n == 0 || ids[n - 1] != k->search))
			ids[n++] = k->search;
		if (n == 0 || ids[n - 1] != k->rec)
			ids[n++] = k->rec;
	}
	for (uint32_t i = 0; i < h->nids && n < SCREEN_EVENTS_MOST; i++)
		ids[n++] = h->ids[i];
	jo_array(o);
	for (uint32_t i = 0; i < n; i++)
		put_id(o, s, h->org, ids[i]);
	jo_end_array(o);
	return all + h->nids;
}

static int name_order(const void *x, const void *y) { return slice_cmp(*(const slice *)x, *(const slice *)y); }

static rc put_users(struct ctx *c, struct json_out *o, const struct screen *s, const struct hit *h)
{
	slice *v;
	uint32_t n = 0;

	TRY_ARRAY(c, v, h->n + 1);
	if (h->account != NONE)
		v[n++] = s->names.v[s->account[h->account].name];
	for (uint32_t i = 0; i < h->n; i++) {
		uint32_t a = s->cand[h->cand[i]].account;

		if (i == 0 || a != s->cand[h->cand[i - 1]].account)
			v[n++] = s->names.v[s->account[a].name];
	}
	if (n)
		qsort(v, n, sizeof *v, name_order);
	jo_array(o);
	for (uint32_t i = 0; i < n; i++)
		if (i == 0 || !slice_eq(v[i], v[i - 1]))
			jo_text(o, v[i]);
	jo_end_array(o);
	return OK;
}

static const char *const expl_ids[EXPLS] = { "none", "E1", "E1-old", "E1-other-department", "E2", "E2b", "E2-others", "E3",
	"E4", "E5", "E6", "E7", "E8", "E9", "X1", "X2", "not-checked" };

/* What was looked for to explain the accesses, and how often which was found. */
static void put_explanations(struct json_out *o, const struct screen *s, const struct hit *h)
{
	uint32_t count[EXPLS] = { 0 };

	for (uint32_t i = 0; i < h->n; i++)
		if (s->cand[h->cand[i]].subject != NONE)
			count[s->cand[h->cand[i]].expl]++;
	jo_object(o);
	for (unsigned i = 0; i < EXPLS; i++)
		if (count[i])
			jo_kv_int(o, expl_ids[i], count[i]);
	jo_end_object(o);
}

static void put_gaps(struct json_out *o, const struct screen *s, const struct hit *h)
{
	jo_array(o);
	for (unsigned i = 0; i < sizeof needs / sizeof *needs; i++)
		if (slice_is(h->rule->kind, needs[i].kind) && !s->have[needs[i].table])
			jo_text(o, slice_of(screen_table_names[needs[i].table]));
	jo_end_array(o);
}

static rc put_hit(struct ctx *c, struct buf *out, const struct screen *s, const struct hit *h, uint32_t rank)
{
	struct json_out o = json_out_on(out);
	struct buf text;
	uint32_t all;

	buf_init(&text, c->a, 8192);
	jo_object(&o);
	jo_kv_int(&o, "rank", rank);
	jo_kv_text(&o, "org", s->org[h->org].name);
	jo_kv_text(&o, "kind", h->rule->kind);
	buf_putf(&text, "%d.%02d", h->score / 100, h->score % 100);
	jo_key(&o, S("score"));
	jo_raw(&o, buf_slice(&text));
	jo_kv_int(&o, "severity", h->rule->severity);
	jo_key(&o, S("users"));
	TRY(put_users(c, &o, s, h));
	buf_reset(&text);
	put_sentence(&text, s, h, h->rule->why);
	jo_kv_text(&o, "why", buf_slice(&text));
	buf_reset(&text);
	put_sentence(&text, s, h, h->rule->ask);
	jo_kv_text(&o, "would_explain", buf_slice(&text));
	jo_key(&o, S("explanations"));
	put_explanations(&o, s, h);
	jo_kv_text(&o, "rule", h->rule->id);
	buf_reset(&text);
	put_stamp(&text, h->from);
	jo_kv_text(&o, "from", buf_slice(&text));
	buf_reset(&text);
	put_stamp(&text, h->to);
	jo_kv_text(&o, "to", buf_slice(&text));
	jo_key(&o, S("also"));
	jo_array(&o);
	for (const struct hit *a = h->also; a; a = a->also)
		jo_text(&o, a->rule->kind);
	jo_end_array(&o);
	jo_key(&o, S("not_judged"));
	put_gaps(&o, s, h);
	jo_key(&o, S("events"));
	all = put_events(&o, s, h);
	jo_kv_int(&o, "n_events", all);
	jo_kv_text(&o, "state", S("new"));
	jo_end_object(&o);
	buf_putc(out, '\n');
	return out->full ? FAIL(c, E_LIMIT, "text.limit") : OK;
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
		if (own >= most && v[i]->score < 500) {
			v[i]->also = first->also;
			first->also = v[i];
			continue;
		}
		v[kept++] = v[i];
	}
	return kept;
}

rc screen_list(struct ctx *c, struct screen *s, uint32_t most, struct buf *out, uint32_t *ret_items)
{
	struct hit *first, **v;
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
	qsort_r(v, n, sizeof(*v), hit_order, s);
	TRY(fold(c, s, v, n, &kept));
	qsort_r(v, kept, sizeof(*v), hit_order, s);
	kept = budget_users(s, v, kept);
	if (kept > most)
		kept = most;
	for (uint32_t i = 0; i < kept; i++)
		TRY(put_hit(c, out, s, v[i], i + 1));
	*ret_items = kept;
	return OK;
}

void screen_proof(const struct screen *s, struct buf *out)
{
	struct json_out o = json_out_on(out);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei/screen-proof/1"));
	jo_key(&o, S("sources"));
	jo_array(&o);
	for (const struct source *f = s->sources; f; f = f->next) {
		static const char *const forms[] = { "csv", "json-lines", "ltsv" };

		jo_object(&o);
		jo_kv_text(&o, "name", f->name);
		jo_kv_text(&o, "form", slice_of(forms[f->layout.form]));
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
	jo_end_array(&o);
	jo_kv_int(&o, "missing_records", (int64_t)s->told.missing);
	jo_kv_int(&o, "accesses", (int64_t)s->told.accesses);
	jo_kv_int(&o, "unexplained", (int64_t)s->told.open);
	jo_key(&o, S("explanations"));
	jo_object(&o);
	for (unsigned i = 0; i < EXPLS; i++)
		if (s->expl_count[i])
			jo_kv_int(&o, expl_ids[i], (int64_t)s->expl_count[i]);
	jo_end_object(&o);
	jo_key(&o, S("tables"));
	jo_array(&o);
	for (unsigned i = 0; i < SCREEN_TABLES; i++) {
		jo_object(&o);
		jo_kv_text(&o, "name", slice_of(screen_table_names[i]));
		jo_kv_bool(&o, "given", s->have[i]);
		jo_kv_int(&o, "rows", (int64_t)s->rows[i]);
		jo_kv_int(&o, "rows_not_understood", (int64_t)s->bad_rows[i]);
		jo_end_object(&o);
	}
	jo_end_array(&o);
	jo_key(&o, S("rules"));
	jo_array(&o);
	for (uint32_t i = 0; i < s->rules.n; i++) {
		jo_object(&o);
		jo_kv_text(&o, "id", s->rules.v[i].id);
		jo_kv_text(&o, "kind", s->rules.v[i].kind);
		jo_key(&o, S("half_blind_without"));
		jo_array(&o);
		for (unsigned k = 0; k < sizeof needs / sizeof *needs; k++)
			if (slice_is(s->rules.v[i].kind, needs[k].kind) && !s->have[needs[k].table])
				jo_text(&o, slice_of(screen_table_names[needs[k].table]));
		jo_end_array(&o);
		jo_end_object(&o);
	}
	jo_end_array(&o);
	jo_end_object(&o);
	buf_putc(out, '\n');
}
