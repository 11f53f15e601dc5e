/* Lines into events: fields are looked at once, texts become numbers or tokens, and nothing of them is kept. */
#include "base/utf8.h"
#include "engine/screen/cp932.h"
#include "engine/screen/model.h"

#include "base/banned.h"

#define CACHE_SLOTS 4096u
#define CACHE_BYTES 44

/* Bytes that were met before, and what they meant. */
struct slot { uint64_t hash; uint32_t value; uint16_t len; char bytes[CACHE_BYTES]; };

enum cache_kind { CACHE_NAME, CACHE_ACT, CACHE_WHY, CACHE_RESULT };

struct screen_worker {
	struct slot slots[CACHE_SLOTS];
	char day_text[10];
	wall day;
	uint32_t org;
};

rc screen_worker_new(struct ctx *c, struct screen_worker **ret)
{
	struct screen_worker *w;

	TRY_NEW(c, w);
	*ret = w;
	return OK;
}

/* Only places in the cache depend on it, and the bytes are compared. */
static uint64_t quick_hash(slice s, uint64_t seed)
{
	uint64_t h = seed * 0x9e3779b97f4a7c15u + s.len, v;
	size_t i = 0;

	for (; i + 8 <= s.len; i += 8) {
		memcpy(&v, s.p + i, 8);
		h = (h ^ v) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	v = 0;
	memcpy(&v, s.p + i, s.len - i);
	h = (h ^ v) * 0xff51afd7ed558ccdu;
	return h ^ (h >> 32);
}

struct work {
	struct ctx *c;
	struct screen *s;
	struct screen_worker *w;
	const struct source *src;
	const struct line *line;
	struct buf text;      /* decoded text of one field */
	struct buf folded;
};

/* The field as UTF-8; borrowed until the next call. */
static slice decoded(struct work *k, enum column col)
{
	slice raw = k->line->f[col];

	if (!k->src->layout.cp932 || (k->line->utf8 >> col & 1))
		return raw;
	buf_reset(&k->text);
	(void)cp932_put(&k->text, raw);
	return buf_slice(&k->text);
}

static rc meaning(struct work *k, enum cache_kind kind, slice text, uint32_t *ret)
{
	const struct words *w = &k->s->words;
	const struct word *found = NULL;

	text = slice_trim(text);
	switch (kind) {
	case CACHE_NAME:
		*ret = NONE;
		if (text.len)
			TRY(log_name_of(k->c, k->s, text, ret));
		return OK;
	case CACHE_ACT: found = words_find(&w->acts, text); break;
	case CACHE_WHY:
		found = words_within(&w->whys, text);
		*ret = found ? found->value : text.len ? WHY_OTHER : WHY_NONE;
		return OK;
	case CACHE_RESULT: found = words_within(&w->failures, text); break;
	}
	*ret = found ? kind == CACHE_RESULT ? 1 : found->value : 0;
	return OK;
}

static rc cached(struct work *k, enum cache_kind kind, enum column col, uint32_t *ret)
{
	slice raw = k->line->f[col];
	bool utf8 = (k->line->utf8 >> col & 1) != 0;
	struct slot *slot;
	uint64_t h;

	if (raw.len == 0) {
		*ret = kind == CACHE_NAME ? NONE : 0;
		return OK;
	}
	if (raw.len > CACHE_BYTES)
		return meaning(k, kind, decoded(k, col), ret);
	h = quick_hash(raw, kind * 4u + (k->src->layout.cp932 && !utf8 ? 2u : 1u));
	slot = &k->w->slots[h & (CACHE_SLOTS - 1)];
	if (slot->hash == h && slot->len == raw.len && memcmp(slot->bytes, raw.p, raw.len) == 0) {
		*ret = slot->value;
		return OK;
	}
	TRY(meaning(k, kind, decoded(k, col), ret));
	slot->hash = h;
	slot->value = *ret;
	slot->len = (uint16_t)raw.len;
	memcpy(slot->bytes, raw.p, raw.len);
	return OK;
}

static bool two_digits(const char *p, uint32_t *ret)
{
	uint32_t a = (uint32_t)(p[0] - '0'), b = (uint32_t)(p[1] - '0');

	*ret = a * 10 + b;
	return a <= 9 && b <= 9;
}

/* Most lines have the day of the line before, and the plain form. */
static bool line_time(struct screen_worker *w, slice t, wall *ret)
{
	uint32_t h, m, s;
	wall v;

	if (t.len >= 19 && w->day_text[0] && memcmp(t.p, w->day_text, 10) == 0 && t.p[13] == ':' && t.p[16] == ':' &&
	    two_digits(t.p + 11, &h) && two_digits(t.p + 14, &m) && two_digits(t.p + 17, &s) && h < 24 && m < 60 && s < 60 &&
	    (t.len == 19 || (t.len == 25 && memcmp(t.p + 19, "+09:00", 6) == 0))) {
		*ret = w->day + h * 3600 + m * 60 + s;
		return true;
	}
	if (!log_time_parse(t, &v))
		return false;
	if (t.len >= 19 && (t.len == 19 || (t.len == 25 && memcmp(t.p + 19, "+09:00", 6) == 0)) && t.p[13] == ':') {
		w->day = v - v % DAY_SECONDS;
		memcpy(w->day_text, t.p, 10);
	}
	*ret = v;
	return true;
}

/* The record number: digits only, up to 18 of them. */
static bool record_number(slice t, uint64_t *ret, uint8_t *ret_width)
{
	uint64_t v = 0;

	if (t.len >= 4 && t.p[0] == '=' && t.p[1] == '"')
		t = slice_sub(t, 2, t.len - 3);
	if (t.len == 0 || t.len > 18)
		return false;
	for (size_t i = 0; i < t.len; i++) {
		if (t.p[i] < '0' || t.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(t.p[i] - '0');
	}
	*ret = v;
	*ret_width = (uint8_t)t.len;
	return true;
}

static uint32_t count_of(slice t)
{
	uint64_t v = 0;

	for (size_t i = 0; i < t.len && v < UINT32_MAX; i++)
		if (t.p[i] >= '0' && t.p[i] <= '9')
			v = v * 10 + (uint64_t)(t.p[i] - '0');
		else if (t.p[i] != ',')
			return 0;
	return v < UINT32_MAX ? (uint32_t)v : UINT32_MAX;
}

/* The organisation whose number the record number begins with, else the file's. */
static uint32_t line_org(const struct work *k, slice id)
{
	const struct screen *s = k->s;

	if (k->w->org < s->norg && s->org[k->w->org].name.len && slice_starts(id, s->org[k->w->org].name))
		return k->w->org;
	for (uint32_t i = 0; i < s->norg; i++)
		if (s->org[i].name.len && slice_starts(id, s->org[i].name)) {
			k->w->org = i;
			return i;
		}
	return k->src->org;
}

/* Of a search only its kind stays, and a token of the name. */
static void search_text(struct work *k, struct ev *e)
{
	const struct words *w = &k->s->words;
	slice q = decoded(k, COL_QUERY), value;
	size_t at, end;

	if (q.len == 0)
		return;
	for (unsigned i = QUERY_NUMBER; i <= QUERY_ADDRESS; i++) {
		static const uint8_t order[] = { 0, QUERY_NUMBER, QUERY_KANA, QUERY_NAME, QUERY_ADDRESS, QUERY_NAME_BIRTH, QUERY_PREFIX };

		at = slice_find(q, w->query_keys[order[i]], 0);
		if (at == SIZE_MAX)
			continue;
		e->query = order[i];
		at += w->query_keys[order[i]].len;
		end = slice_find(q, S(","), at);
		value = slice_sub(q, at, end == SIZE_MAX ? q.len : end - at);
		break;
	}
	if (e->query == QUERY_NAME && slice_find(q, w->query_keys[QUERY_NAME_BIRTH], 0) != SIZE_MAX)
		e->query = QUERY_NAME_BIRTH;
	if (e->query != QUERY_NAME && e->query != QUERY_NAME_BIRTH && e->query != QUERY_KANA)
		return;
	if (slice_find(value, w->query_keys[QUERY_PREFIX], 0) != SIZE_MAX)
		e->query = QUERY_PREFIX;
	buf_reset(&k->folded);
	fold_name(w, &k->folded, value);
	e->token = screen_token(k->s, 'Q', e->org, buf_slice(&k->folded));
}

static rc line_event(struct work *k, struct ev *e)
{
	const struct line *l = k->line;
	const struct org *o;
	uint32_t v;

	if (!record_number(l->f[COL_ID], &e->rec, &e->width) || !line_time(k->w, l->f[COL_TS], &e->ts)) {
		e->damaged = true;
		return OK;
	}
	e->org = (uint8_t)line_org(k, l->f[COL_ID]);
	o = &k->s->org[e->org];
	TRY(cached(k, CACHE_NAME, COL_USER, &e->user));
	TRY(cached(k, CACHE_NAME, COL_TERM, &e->term));
	TRY(cached(k, CACHE_NAME, COL_SYS, &e->sys));
	TRY(cached(k, CACHE_ACT, COL_OP, &v));
	e->act = (uint8_t)v;
	TRY(cached(k, CACHE_WHY, COL_WHY, &v));
	e->why = (uint8_t)v;
	TRY(cached(k, CACHE_RESULT, COL_RESULT, &v));
	e->failed = v != 0;
	e->building = building_of(l->f[COL_TERM]);
	e->n = count_of(l->f[COL_N]);
	e->person = e->ticket = NONE;
	if (l->f[COL_SUBJ].len) {
		e->subject_token = screen_token_number(k->s, 'S', e->org, l->f[COL_SUBJ]);
		e->person = map64_get(&o->residents, e->subject_token);
		/* the last digit is a check digit; only steps between neighbours are looked at, by one account in one day */
		e->serial = count_of(slice_sub(l->f[COL_SUBJ], 0, l->f[COL_SUBJ].len - 1));
	}
	if (e->act == ACT_SEARCH) {
		search_text(k, e);
	} else if (l->f[COL_CASE].len) {
		e->token = screen_token(k->s, 'C', e->org, l->f[COL_CASE]);
		e->ticket = map64_get(&o->tickets, e->token);
	}
	return OK;
}

/* Of a damaged line the number may still be read: then no record is missing. */
static void damaged_event(const struct work *k, struct ev *e)
{
	slice t = slice_sub(k->line->whole, 0, 80);

	memset(e, 0, sizeof *e);
	e->damaged = true;
	e->org = (uint8_t)k->src->org;
	for (size_t i = 0; i < t.len; i++) {
		size_t n = 0;

		while (i + n < t.len && t.p[i + n] >= '0' && t.p[i + n] <= '9')
			n++;
		/* a date has no run of more than eight digits */
		if (n >= 9 && i + n < t.len && record_number(slice_sub(t, i, n), &e->rec, &e->width)) {
			e->org = (uint8_t)line_org(k, slice_sub(t, i, n));
			return;
		}
		i += n;
	}
}

static enum line_state whole_line(const struct layout *l, const struct line *line, enum line_state st, bool has_ff)
{
	if (st != LINE_GOOD && st != LINE_DAMAGED)
		return st;
	if (l->form == FORM_CSV && slice_ends(slice_trim(line->whole), l->header))
		return LINE_HEADER;   /* at the beginning, and again where daily files were joined */
	/* 0xFF is no part of either encoding */
	if (has_ff && line->whole.len && memchr(line->whole.p, 0xff, line->whole.len))
		return LINE_DAMAGED;
	return st;
}

rc screen_parse(struct ctx *c, struct screen *s, struct screen_worker *w, const struct source *src, slice block,
	struct screen_events **ret)
{
	struct line line = { 0 };
	struct work k = { .c = c, .s = s, .w = w, .src = src, .line = &line };
	bool has_ff = block.len && memchr(block.p, 0xff, block.len);
	struct screen_events *ev;
	struct buf scratch;
	uint32_t cap = 0;
	size_t at = 0;

	TRY_NEW(c, ev);
	cap = (uint32_t)(block.len / 64 + 16);
	ev->v = arena_bytes(c->a, (size_t)cap * sizeof *ev->v);
	if (!ev->v)
		return FAIL(c, E_LIMIT, "memory.limit");
	buf_init(&scratch, c->a, block.len * 2 + 4096);
	buf_init(&k.text, c->a, 1 << 20);
	buf_init(&k.folded, c->a, 1 << 20);
	ev->told.bytes = block.len;
	while (at < block.len) {
		enum line_state st;
		struct ev *e;

		scratch.len = 0;
		st = whole_line(&src->layout, &line, line_next(&src->layout, block, &at, &scratch, &line), has_ff);
		ev->told.lines++;
		if (st == LINE_EMPTY || st == LINE_HEADER) {
			ev->told.empty += st == LINE_EMPTY;
			ev->told.header += st == LINE_HEADER;
			continue;
		}
		if (ev->n == cap)
			TRY_PUSH(c, ev->v, ev->n, cap);
		e = &ev->v[ev->n++];
		memset(e, 0, sizeof *e);
		if (st == LINE_GOOD)
			TRY(line_event(&k, e));
		if (st == LINE_DAMAGED || e->damaged)
			damaged_event(&k, e);
		ev->told.damaged += e->damaged;
		ev->told.damaged_numbered += e->damaged && e->rec;
		ev->told.good += !e->damaged;
	}
	*ret = ev;
	return OK;
}
