/* Lines into events: fields are looked at once, texts become numbers or tokens, and nothing of them is kept. */
#include "base/utf8.h"
#include "engine/screen/asks.h"
#include "engine/screen/cp932.h"
#include "engine/screen/model.h"
#include "engine/screen/text32.h"

#include "base/banned.h"

#define CACHE_SLOTS 1024u

/* Bytes that were met before, and what they meant. */
struct slot { struct text32 text; uint32_t len, value; };

/* A number of up to 16 bytes that was asked for, and which question that was. */
struct asked { uint64_t a, b, ask; uint32_t len, org; };

/* What one account was met with last: mostly its line looks the same again, or is about the same person or case. */
struct company {
	struct text32 user, term, sys;
	uint32_t user_len, term_len, sys_len, name, term_name, sys_name, building;
	uint32_t file;        /* which file of the worker's it was met in */
	struct asked person, ticket;
};

/* Beside an action: it did not come about. */
#define ACT_FAILED 0x100u

enum cache_kind { CACHE_NAME, CACHE_ACT, CACHE_WHY, CACHE_RESULT };

#define CACHE_KINDS 4
#define COMPANY_SLOTS 4096u
#define TINY_SLOTS 64u

struct screen_worker {
	split_fn *split;
	const struct source *src;         /* the one of the last turn */
	struct marks marks;
	size_t room;
	struct slot slots[CACHE_KINDS][CACHE_SLOTS];
	struct tiny { uint64_t word; uint32_t len, value; } tiny[CACHE_KINDS][TINY_SLOTS];   /* up to eight bytes */
	struct company company[COMPANY_SLOTS];
	uint32_t file;
	char day_text[10];
	wall day;
	char w3c[2048];
	size_t w3c_len;
	uint32_t org;
	struct arena *a;
	struct asks asks;
};

rc screen_worker_new(struct ctx *c, struct screen_worker **ret)
{
	struct screen_worker *w;

	TRY_NEW(c, w);
	w->split = split_best();
	tokens_begin(&w->asks.tokens);
	w->a = c->a;
	*ret = w;
	return OK;
}

static rc marks_room(struct ctx *c, struct screen_worker *w, size_t len)
{
	if (len + SPLIT_ROOM <= w->room)
		return OK;
	if (len > SPLIT_BLOCK_MOST)
		return FAIL(c, E_LIMIT, "memory.limit");
	w->marks.at = arena_bytes(w->a, (len + SPLIT_ROOM) * sizeof *w->marks.at);
	w->marks.end = arena_bytes(w->a, (len + SPLIT_ROOM) * sizeof *w->marks.end);
	if (!w->marks.at || !w->marks.end)
		return FAIL(c, E_LIMIT, "memory.limit");
	w->room = len + SPLIT_ROOM;
	return OK;
}

bool screen_worker_turn(struct screen_worker *w, const struct source *src)
{
	if (w->src == src)
		return false;
	screen_worker_forget(w);
	w->src = src;
	return true;
}

rc screen_worker_marks(struct ctx *c, struct screen_worker *w, size_t len, struct marks *ret)
{
	TRY(marks_room(c, w, len));
	*ret = w->marks;
	return OK;
}

split_fn *screen_worker_split(const struct screen_worker *w)
{
	return w->split;
}

/* Another file may be in another encoding, and of another organisation. */
void screen_worker_forget(struct screen_worker *w)
{
	memset(w->slots, 0, sizeof w->slots);
	memset(w->tiny, 0, sizeof w->tiny);
	w->file++;
	w->day_text[0] = 0;
	w->w3c_len = 0;
	w->org = 0;
}

struct work {
	struct ctx *c;
	struct screen *s;
	struct screen_worker *w;
	const struct source *src;
	const struct line *line;
	struct buf text;      /* decoded text of one field */
	struct buf folded;
	struct screen_events *ev;
	uint32_t answered;    /* events before it have their tokens */
	struct company *met;  /* the account's, or NULL */
	uint64_t own, other;  /* numbers that begin with the organisation's digits, and that do not */
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
	const struct log_map *map = k->src->layout.map;
	const struct words *w = &k->s->words;
	const struct word *found = NULL;

	text = slice_trim(text);
	switch (kind) {
	case CACHE_NAME:
		*ret = NONE;
		if (text.len)
			TRY(log_name_of(k->c, k->s, text, ret));
		return OK;
	case CACHE_ACT:
		found = map ? words_find(&map->acts, text) : NULL;
		found = found ? found : words_find(&w->acts, text);
		*ret = found ? found->value : 0;
		/* some programs say it in the action that something failed */
		if (map && words_find(&map->failed_acts, text))
			*ret |= ACT_FAILED;
		return OK;
	case CACHE_WHY:
		found = words_within(&w->whys, text);
		*ret = found ? found->value : text.len ? WHY_OTHER : WHY_NONE;
		return OK;
	case CACHE_RESULT:
		found = map ? words_find(&map->failures, text) : NULL;
		found = found ? found : words_within(&w->failures, text);
		break;
	}
	*ret = found ? kind == CACHE_RESULT ? 1 : found->value : 0;
	return OK;
}

static rc cached_long(struct work *k, enum cache_kind kind, enum column col, uint32_t *ret)
{
	slice raw = k->line->f[col];
	struct text32 t;
	struct slot *slot;

	/* what a JSON escape wrote is in another encoding than the file */
	if (raw.len > TEXT32_MOST || (k->line->utf8 >> col & 1))
		return meaning(k, kind, decoded(k, col), ret);
	t = text32_of(raw);
	slot = &k->w->slots[kind][text32_hash(&t, raw.len) & (CACHE_SLOTS - 1)];
	if (slot->len != raw.len || !text32_eq(&slot->text, &t)) {
		TRY(meaning(k, kind, decoded(k, col), ret));
		*slot = (struct slot){ t, (uint32_t)raw.len, *ret };
	}
	*ret = slot->value;
	return OK;
}

/* Short ones, such as OK, are one word. */
static inline rc cached(struct work *k, enum cache_kind kind, enum column col, uint32_t *ret)
{
	slice raw = k->line->f[col];
	uint64_t word;
	struct tiny *slot;

	if (raw.len == 0) {
		*ret = kind == CACHE_NAME ? NONE : 0;
		return OK;
	}
	if (raw.len > 8 || k->line->utf8)
		return cached_long(k, kind, col, ret);
	word = word8(raw);
	slot = &k->w->tiny[kind][(word * 0x9e3779b97f4a7c15u) >> 58 & (TINY_SLOTS - 1)];
	if (slot->word != word || slot->len != raw.len) {
		TRY(cached_long(k, kind, col, ret));
		*slot = (struct tiny){ word, (uint32_t)raw.len, *ret };
	}
	*ret = slot->value;
	return OK;
}

/* The account, its terminal and the system: one look, when they come together as they did before. */
static rc who_and_where(struct work *k, struct ev *e)
{
	const struct line *l = k->line;
	slice user = l->f[COL_USER], term = l->f[COL_TERM], sys = l->f[COL_SYS];
	struct text32 tu, tt, ts;
	struct company *m;
	bool same;

	k->met = NULL;
	if (user.len == 0 || user.len > TEXT32_MOST || term.len > TEXT32_MOST || sys.len > TEXT32_MOST ||
	    (l->utf8 & (1u << COL_USER | 1u << COL_TERM | 1u << COL_SYS))) {
		TRY(cached(k, CACHE_NAME, COL_USER, &e->user));
		TRY(cached(k, CACHE_NAME, COL_TERM, &e->term));
		TRY(cached(k, CACHE_NAME, COL_SYS, &e->sys));
		e->building = building_of(term);
		return OK;
	}
	tu = text32_of(user);
	tt = text32_of(term);
	ts = text32_of(sys);
	m = &k->w->company[text32_hash(&tu, user.len) & (COMPANY_SLOTS - 1)];
	same = m->file == k->w->file && m->user_len == user.len && text32_eq(&m->user, &tu);
	if (!same) {
		memset(m, 0, sizeof *m);
		TRY(cached(k, CACHE_NAME, COL_USER, &m->name));
		m->user = tu;
		m->file = k->w->file;
		m->user_len = (uint32_t)user.len;
	}
	if (!same || m->term_len != term.len || !text32_eq(&m->term, &tt)) {
		TRY(cached(k, CACHE_NAME, COL_TERM, &m->term_name));
		m->building = building_of(term);
		m->term = tt;
		m->term_len = (uint32_t)term.len;
	}
	if (!same || m->sys_len != sys.len || !text32_eq(&m->sys, &ts)) {
		TRY(cached(k, CACHE_NAME, COL_SYS, &m->sys_name));
		m->sys = ts;
		m->sys_len = (uint32_t)sys.len;
	}
	e->user = m->name;
	e->term = m->term_name;
	e->sys = m->sys_name;
	e->building = m->building;
	k->met = m;
	return OK;
}

static bool two_digits(const char *p, uint32_t *ret)
{
	uint32_t a = (uint32_t)(p[0] - '0'), b = (uint32_t)(p[1] - '0');

	*ret = a * 10 + b;
	return a <= 9 && b <= 9;
}

/* Most lines have the day of the line before, and the plain form. */
static inline bool line_time(struct screen_worker *w, slice t, wall *ret)
{
	uint32_t h, m, s;
	wall v;

	if (t.len >= 19 && w->day_text[0] && same_day(t.p, w->day_text) && t.p[13] == ':' && t.p[16] == ':' &&
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

/* Eight ASCII digits in a word, the first in its lowest byte. */
static inline bool eight_are_digits(uint64_t v)
{
	return ((v & 0xf0f0f0f0f0f0f0f0u) | (((v + 0x0606060606060606u) & 0xf0f0f0f0f0f0f0f0u) >> 4)) == 0x3333333333333333u;
}

static inline uint64_t eight_digits(uint64_t v)
{
	v = (v & 0x0f0f0f0f0f0f0f0fu) * 2561 >> 8;
	v = (v & 0x00ff00ff00ff00ffu) * 6553601 >> 16;
	return (v & 0x0000ffff0000ffffu) * 42949672960001u >> 32;
}

/* The record number: digits only, up to 18 of them. */
static inline bool record_number(slice t, uint64_t *ret, uint8_t *ret_width)
{
	uint64_t v = 0;

	if (t.len >= 4 && t.p[0] == '=' && t.p[1] == '"')
		t = slice_sub(t, 2, t.len - 3);
	if (t.len == 0 || t.len > 18)
		return false;
	if (t.len == 16) {
		uint64_t a = load8(t.p), b = load8(t.p + 8);

		if (!eight_are_digits(a) || !eight_are_digits(b))
			return false;
		*ret = eight_digits(a) * 100000000u + eight_digits(b);
		*ret_width = 16;
		return true;
	}
	for (size_t i = 0; i < t.len; i++) {
		if (t.p[i] < '0' || t.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(t.p[i] - '0');
	}
	*ret = v;
	*ret_width = (uint8_t)t.len;
	return true;
}

static inline uint32_t count_of(slice t)
{
	uint64_t v = 0;

	if (t.len == 1)
		return t.p[0] >= '0' && t.p[0] <= '9' ? (uint32_t)(t.p[0] - '0') : 0;

	for (size_t i = 0; i < t.len && v < UINT32_MAX; i++)
		if (t.p[i] >= '0' && t.p[i] <= '9')
			v = v * 10 + (uint64_t)(t.p[i] - '0');
		else if (t.p[i] != ',')
			return 0;
	return v < UINT32_MAX ? (uint32_t)v : UINT32_MAX;
}

/* The organisation whose number the record number begins with, else the file's. */
static uint32_t org_by_number(struct work *k, slice id)
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

static inline uint32_t line_org(struct work *k, slice id)
{
	const struct screen *s = k->s;
	bool own;

	if (!s->only.len)
		return org_by_number(k, id);
	own = s->only.len <= 8 && id.len >= 8 ? ((load8(id.p) ^ s->only_word) & s->only_mask) == 0 : slice_starts(id, s->only);
	k->own += own;
	k->other += !own;
	return k->src->org;
}

/* As slice_find; mostly the word is not there, and to look where its last byte stands is cheaper than for all of it. */
static size_t find_key(slice q, slice key)
{
	const char *end;

	if (key.len == 0)
		return 0;
	for (size_t at = key.len - 1; at < q.len; at = (size_t)(end - q.p) + 1) {
		end = memchr(q.p + at, key.p[key.len - 1], q.len - at);
		if (!end)
			break;
		if (memcmp(end + 1 - key.len, key.p, key.len) == 0)
			return (size_t)(end + 1 - q.p) - key.len;
	}
	return SIZE_MAX;
}

/* Of a search only its kind stays, and a token of the name. */
static void search_text(struct work *k, struct ev *e)
{
	const struct words *w = &k->s->words;
	slice q = decoded(k, COL_QUERY), value = S_NONE;
	size_t at, end;

	if (q.len == 0)
		return;
	if (slice_starts(q, w->query_keys[QUERY_NUMBER])) {
		e->query = QUERY_NUMBER;
		return;
	}
	/* mostly the text begins with what was asked for */
	if (slice_starts(q, w->query_keys[QUERY_KANA]))
		e->query = QUERY_KANA;
	else if (slice_starts(q, w->query_keys[QUERY_NAME]))
		e->query = QUERY_NAME;
	if (e->query) {
		at = w->query_keys[e->query].len;
		end = slice_find(q, S(","), at);
		value = slice_sub(q, at, end == SIZE_MAX ? q.len : end - at);
	}
	for (unsigned i = QUERY_NUMBER; !e->query && i <= QUERY_ADDRESS; i++) {
		static const uint8_t order[] = { 0, QUERY_NUMBER, QUERY_KANA, QUERY_NAME, QUERY_ADDRESS, QUERY_NAME_BIRTH, QUERY_PREFIX };

		at = find_key(q, w->query_keys[order[i]]);
		if (at == SIZE_MAX)
			continue;
		e->query = order[i];
		at += w->query_keys[order[i]].len;
		end = slice_find(q, S(","), at);
		value = slice_sub(q, at, end == SIZE_MAX ? q.len : end - at);
		break;
	}
	if (e->query == QUERY_NAME && find_key(q, w->query_keys[QUERY_NAME_BIRTH]) != SIZE_MAX)
		e->query = QUERY_NAME_BIRTH;
	if (e->query != QUERY_NAME && e->query != QUERY_NAME_BIRTH && e->query != QUERY_KANA)
		return;
	if (find_key(value, w->query_keys[QUERY_PREFIX]) != SIZE_MAX)
		e->query = QUERY_PREFIX;
	buf_reset(&k->folded);
	fold_name(w, &k->folded, value);
	tokens_add(k->s, &k->w->asks.tokens, 'Q', e->org, buf_slice(&k->folded), &e->token);
}

static uint32_t serial_of(slice raw)
{
	if (raw.len == 10) {
		uint64_t v = load8(raw.p);

		if (eight_are_digits(v) && raw.p[8] >= '0' && raw.p[8] <= '9')
			return (uint32_t)(eight_digits(v) * 10 + (uint64_t)(raw.p[8] - '0'));
	}
	return count_of(slice_sub(raw, 0, raw.len - 1));
}

/* The number of the question, which may be the one of the account's line before. Events hold it until it is answered. */
static uint32_t ask_number(struct work *k, struct asked *last, bool is_case, uint32_t org, slice raw)
{
	struct asks *asks = &k->w->asks;
	struct asked now = { .len = (uint32_t)raw.len, .org = org };

	if (!last || raw.len > 16)
		return (uint32_t)(asks_put(k->s, asks, is_case, org, raw, is_case ? 0 : serial_of(raw)) % ASKS);
	now.a = raw.len < 8 ? short_word(raw) : load8(raw.p);
	now.b = raw.len > 8 ? load8(raw.p + raw.len - 8) : 0;
	if (last->len != now.len || last->a != now.a || last->b != now.b || last->org != org || asks->n - last->ask >= ASKS / 2) {
		now.ask = asks_put(k->s, asks, is_case, org, raw, is_case ? 0 : serial_of(raw));
		*last = now;
	}
	return (uint32_t)(last->ask % ASKS);
}

/* All events so far get the tokens of their numbers, and what the tables know. */
static void answer_all(struct work *k)
{
	const struct ask *v = k->w->asks.v;

	asks_answer(k->s, &k->w->asks);
	for (; k->answered < k->ev->n; k->answered++) {
		struct ev *e = &k->ev->v[k->answered];

		if (e->damaged)
			continue;
		if (e->person != NONE) {
			const struct ask *q = &v[e->person];

			e->subject_token = q->token;
			e->person = q->at;
			/* the last digit is a check digit; only steps between neighbours are looked at, by one account in one day */
			e->serial = q->serial;
		}
		if (e->ticket != NONE) {
			e->token = v[e->ticket].token;
			e->ticket = v[e->ticket].at;
		}
	}
}

static rc line_event(struct work *k, struct ev *e)
{
	const struct line *l = k->line;
	const struct layout *lay = &k->src->layout;
	uint32_t v;

	e->unnumbered = lay->map && lay->map->unnumbered;
	if ((!e->unnumbered && !record_number(l->f[COL_ID], &e->rec, &e->width)) || !(lay->map ?
	    log_time_any(l->f[COL_TS], lay->map->shift, lay->year, lay->month, &e->ts) : line_time(k->w, l->f[COL_TS], &e->ts))) {
		e->damaged = true;
		return OK;
	}
	e->day = (int32_t)(e->ts / DAY_SECONDS);
	e->second = (uint32_t)(e->ts % DAY_SECONDS);
	e->org = e->unnumbered ? (uint8_t)k->src->org : (uint8_t)line_org(k, l->f[COL_ID]);
	TRY(who_and_where(k, e));
	TRY(cached(k, CACHE_ACT, COL_OP, &v));
	e->act = (uint8_t)v;
	e->failed = (v & ACT_FAILED) != 0;
	TRY(cached(k, CACHE_WHY, COL_WHY, &v));
	e->why = (uint8_t)v;
	TRY(cached(k, CACHE_RESULT, COL_RESULT, &v));
	e->failed = e->failed || v != 0;
	e->n = count_of(l->f[COL_N]);
	e->person = e->ticket = NONE;
	if (l->f[COL_SUBJ].len)
		e->person = ask_number(k, k->met ? &k->met->person : NULL, false, e->org, l->f[COL_SUBJ]);
	if (e->act == ACT_SEARCH)
		search_text(k, e);
	else if (l->f[COL_CASE].len)
		e->ticket = ask_number(k, k->met ? &k->met->ticket : NULL, true, e->org, l->f[COL_CASE]);
	return OK;
}

/* Of a damaged line the number may still be read: then no record is missing. */
static void damaged_event(struct work *k, struct ev *e)
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
			if (!k->s->only.len)
				e->org = (uint8_t)line_org(k, slice_sub(t, i, n));
			return;
		}
		i += n;
	}
}

/* A header may stand behind a byte order mark; else its first bytes are enough to know that a line is none. */
static inline bool same_begin(slice line, slice header)
{
	return line.len < 16 || header.len < 16 || load8(line.p) == load8(header.p) || (unsigned char)line.p[0] == 0xef ||
		line.p[0] == ' ' || line.p[0] == '\t';
}

static enum line_state whole_line(const struct layout *l, const struct line *line, enum line_state st, bool has_ff)
{
	if (st != LINE_GOOD && st != LINE_DAMAGED)
		return st;
	if (l->form == FORM_CSV && line->whole.len >= l->header.len && line->whole.len <= l->header.len + 8 &&
	    same_begin(line->whole, l->header) && slice_ends(slice_trim(line->whole), l->header))
		return LINE_HEADER;   /* at the beginning, and again where daily files were joined */
	/* 0xFF is no part of either encoding */
	if (has_ff && line->whole.len && memchr(line->whole.p, 0xff, line->whole.len))
		return LINE_DAMAGED;
	return st;
}

static rc take_parsed(struct work *k, enum line_state st, struct line *line, struct screen_events *ev, uint32_t *cap)
{
	struct ctx *c = k->c;
	struct ev *e;

	ev->told.lines++;
	if (st == LINE_EMPTY || st == LINE_HEADER) {
		ev->told.empty += st == LINE_EMPTY;
		ev->told.header += st == LINE_HEADER;
		return OK;
	}
	if (k->w->asks.n - k->w->asks.answered > ASKS / 2 - 2)
		answer_all(k);
	if (ev->n == *cap) {
		/* events move, and tokens on their way know where they were */
		tokens_end(k->s, &k->w->asks.tokens);
		TRY_PUSH(c, ev->v, ev->n, *cap);
	}
	e = &ev->v[ev->n++];
	memset(e, 0, sizeof *e);
	if (st == LINE_GOOD && k->src->layout.map)
		map_takes(k->src->layout.map, line);
	if (st == LINE_GOOD)
		TRY(line_event(k, e));
	if (st == LINE_DAMAGED || e->damaged)
		damaged_event(k, e);
	ev->told.damaged += e->damaged;
	ev->told.damaged_numbered += e->damaged && e->rec;
	ev->told.good += !e->damaged;
	return OK;
}

static rc parse_marked(struct work *k, struct line *line, slice block, bool has_ff, struct buf *scratch,
	struct screen_events *ev, uint32_t *cap)
{
	struct marked_lines lines;
	enum line_state st;

	TRY(marks_room(k->c, k->w, block.len));
	lines.m = k->w->marks;
	marked_begin(&lines, &k->src->layout, block, k->w->split);
	for (; marked_next(&lines, scratch, line, &st); scratch->len = 0)
		TRY(take_parsed(k, whole_line(&k->src->layout, line, st, has_ff), line, ev, cap));
	return OK;
}

/* W3C: the names hold on in the next block. */
static void keep_names(struct screen_worker *w, const struct line *line)
{
	if (line->w3c.len == 0 || line->w3c.p == w->w3c || line->w3c.len > sizeof w->w3c)
		return;
	memcpy(w->w3c, line->w3c.p, line->w3c.len);
	w->w3c_len = line->w3c.len;
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
	k.ev = ev;
	asks_drop(&w->asks);
	line.w3c = (slice){ w->w3c, w->w3c_len };
	buf_init(&scratch, c->a, block.len * 2 + 4096);
	buf_init(&k.text, c->a, 1 << 20);
	buf_init(&k.folded, c->a, 1 << 20);
	ev->told.bytes = block.len;
	if (src->layout.form == FORM_CSV || src->layout.form == FORM_JSON) {
		TRY(parse_marked(&k, &line, block, has_ff, &scratch, ev, &cap));
		at = block.len;
	}
	while (at < block.len) {
		enum line_state st;

		scratch.len = 0;
		st = whole_line(&src->layout, &line, line_next(&src->layout, block, &at, &scratch, &line), has_ff);
		TRY(take_parsed(&k, st, &line, ev, &cap));
	}
	keep_names(w, &line);
	answer_all(&k);
	ev->own_numbers = k.own;
	ev->other_numbers = k.other;
	*ret = ev;
	return OK;
}
