/* An item as JSON: what was found, why, what would explain it, which records show it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "engine/screen/model.h"

#include "base/banned.h"

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

const char *const expl_ids[EXPLS] = { "none", "E1", "E1-old", "E1-other-department", "E2", "E2b", "E2-others", "E3",
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
	for (unsigned i = 0; i < SCREEN_TABLES; i++)
		if ((h->rule->needs >> i & 1) && !s->have[i])
			jo_text(o, slice_of(screen_table_names[i]));
	jo_end_array(o);
}

/* All members but the rank, which comes before them. */
static rc put_hit(struct ctx *c, struct buf *out, const struct screen *s, const struct hit *h)
{
	struct json_out o = json_out_on(out);
	struct buf text;
	uint32_t all;

	buf_init(&text, c->a, 8192);
	jo_object(&o);
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
	if (h->raised)
		jo_kv_text(&o, "raised_by", S("R36"));
	if (h->usual_weeks)
		jo_kv_int(&o, "usual_weeks", h->usual_weeks);
	jo_key(&o, S("not_judged"));
	put_gaps(&o, s, h);
	jo_key(&o, S("events"));
	all = put_events(&o, s, h);
	jo_kv_int(&o, "n_events", all);
	jo_kv_text(&o, "state", S("new"));
	jo_end_object(&o);
	return out->full ? FAIL(c, E_LIMIT, "text.limit") : OK;
}

rc hit_write(struct ctx *c, const struct screen *s, const struct hit *h, struct screen_item *ret)
{
	struct buf b;

	buf_init(&b, c->a, 1 << 20);
	TRY(put_hit(c, &b, s, h));
	*ret = (struct screen_item){ h->score, hit_first(s, h), s->org[h->org].name, h->rule->kind, buf_slice(&b) };
	return OK;
}

int screen_item_order(const void *x, const void *y)
{
	const struct screen_item *a = x, *b = y;
	int d;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	d = slice_cmp(a->org, b->org);
	if (d == 0)
		d = slice_cmp(a->kind, b->kind);
	if (d != 0)
		return d;
	return a->first < b->first ? -1 : a->first > b->first;
}

rc screen_items_write(struct ctx *c, const struct screen_item *v, uint32_t n, struct buf *out)
{
	for (uint32_t i = 0; i < n; i++) {
		buf_putf(out, "{\"rank\":%u,", (unsigned)(i + 1));
		buf_put(out, slice_sub(v[i].json, 1, v[i].json.len));
		buf_putc(out, '\n');
	}
	return out->full ? FAIL(c, E_LIMIT, "text.limit") : OK;
}

rc screen_list(struct ctx *c, struct screen *s, uint32_t most, struct buf *out, uint32_t *ret_items)
{
	struct screen_item *v;
	uint32_t n;

	TRY(screen_items(c, s, most, &v, &n));
	TRY(screen_items_write(c, v, n, out));
	*ret_items = n;
	return OK;
}
