/* A log begins: which form, which encoding, which column is what. */
#include "engine/screen/cp932.h"
#include "engine/screen/model.h"

#include "base/banned.h"

static uint8_t column_of(const struct screen *s, struct ctx *c, const struct log_map *map, bool cp932, slice name,
	uint32_t *ret_order)
{
	const struct word *w;
	struct buf b;

	name = slice_trim(name);
	if (name.len >= 2 && name.p[0] == '"' && name.p[name.len - 1] == '"')
		name = slice_sub(name, 1, name.len - 2);
	buf_init(&b, c->a, 4096);
	if (cp932) {
		(void)cp932_put(&b, name);
		name = buf_slice(&b);
	}
	if (map && (w = words_find(&map->keys, name)) != NULL) {
		*ret_order = w->value >> 8;
		return (uint8_t)w->value;
	}
	*ret_order = 255;
	w = words_find(&s->words.columns, name);
	return w ? (uint8_t)w->value : COL_NONE;
}

/* With a map its own names come first, in its order; a column that has one already keeps the better one. */
static uint8_t column_for(const struct screen *s, struct ctx *c, struct layout *l, slice name, uint32_t best[FIELDS_ALL])
{
	uint32_t order;
	uint8_t col = column_of(s, c, l->map, l->cp932, name, &order);

	if (!l->map || col == COL_NONE)
		return col;
	if (best[col] && best[col] - 1 < order)
		return COL_NONE;
	for (uint8_t i = 0; best[col] && i < l->columns; i++)
		if (l->col[i] == col)
			l->col[i] = COL_NONE;
	best[col] = order + 1;
	return col;
}

static bool enough(const struct layout *l, uint32_t found)
{
	bool id = (found >> COL_ID & 1) || (l->map && l->map->unnumbered);

	for (uint32_t i = 0; l->map && i < l->map->ntakes; i++)
		if (found >> l->map->takes[i].source & 1)
			found |= 1u << l->map->takes[i].col;
	return id && (found >> COL_TS & 1) && (found >> COL_USER & 1);
}

static uint32_t fields_of(slice text)
{
	bool quoted = false;
	uint32_t n = 1;

	for (size_t i = 0; i < text.len; i++) {
		quoted ^= text.p[i] == '"';
		if (text.p[i] == '\n' && !quoted)
			break;
		n += text.p[i] == ',' && !quoted;
	}
	return n;
}

static bool layout_csv(struct ctx *c, const struct screen *s, slice first, struct layout *l)
{
	uint32_t best[FIELDS_ALL] = { 0 }, found = 0;
	slice rest = first, part;

	l->form = FORM_CSV;
	if (l->map && l->map->nheader) {
		uint32_t n = fields_of(first);

		/* older versions of a program write fewer columns at the end */
		for (uint32_t i = 0; i < l->map->nheader && i < n; i++) {
			l->col[l->columns] = column_for(s, c, l, l->map->header[i], best);
			found |= 1u << l->col[l->columns++];
		}
		/* no line of names, so none is looked for */
		l->header = S("\xff\xff\xff\xff\xff\xff\xff\xff\xff");
		return enough(l, found);
	}
	while (l->columns < LINE_FIELDS_MOST && slice_next(&rest, ',', &part)) {
		uint8_t col = column_for(s, c, l, part, best);

		l->col[l->columns++] = col;
		found |= 1u << col;
	}
	return enough(l, found);
}

static void key_add(struct ctx *c, const struct screen *s, struct layout *l, slice key)
{
	for (uint8_t i = 0; i < l->nkeys; i++)
		if (slice_eq(l->keys[i].key, key))
			return;
	if (l->nkeys < LINE_FIELDS_MOST) {
		uint32_t order;

		l->keys[l->nkeys].col = column_of(s, c, l->map, l->cp932, key, &order);
		l->keys[l->nkeys++].key = arena_copy(c->a, key);
	}
}

/* Labels of the first lines; those of later lines that never stood in one of them are nobody's. */
static bool layout_ltsv(struct ctx *c, const struct screen *s, slice begin, struct layout *l)
{
	slice text, part;
	uint32_t found = 0;

	l->form = FORM_LTSV;
	for (int i = 0; i < 50 && slice_next(&begin, '\n', &text); i++) {
		uint8_t known = 0;

		while (slice_next(&text, '\t', &part)) {
			size_t colon = slice_find(part, S(":"), 0);

			if (colon == SIZE_MAX)
				continue;
			key_add(c, s, l, slice_sub(part, 0, colon));
			for (uint8_t k = 0; k < l->nkeys; k++)
				if (slice_eq(l->keys[k].key, slice_sub(part, 0, colon)))
					known = (uint8_t)(known + (l->keys[k].col != COL_NONE));
		}
		if (known > l->columns)
			l->columns = known;
	}
	for (uint8_t i = 0; i < l->nkeys; i++)
		found |= 1u << l->keys[i].col;
	return enough(l, found);
}

/* Names in quotes that a colon follows. */
static bool layout_json(struct ctx *c, const struct screen *s, slice begin, struct layout *l)
{
	uint32_t found = 0;

	l->form = FORM_JSON;
	for (size_t i = 0; i + 1 < begin.len && l->nkeys < LINE_FIELDS_MOST; i++) {
		size_t end;

		if (begin.p[i] != '"' || (i > 0 && begin.p[i - 1] != '{' && begin.p[i - 1] != ',' && begin.p[i - 1] != ' '))
			continue;
		end = slice_find(begin, S("\""), i + 1);
		if (end == SIZE_MAX || end + 1 >= begin.len || end - i > 64)
			continue;
		if (begin.p[end + 1] == ':' || (begin.p[end + 1] == ' ' && end + 2 < begin.len && begin.p[end + 2] == ':'))
			key_add(c, s, l, slice_sub(begin, i + 1, end - i - 1));
	}
	for (uint8_t i = 0; i < l->nkeys; i++)
		found |= 1u << l->keys[i].col;
	return enough(l, found);
}

static bool layout_find(struct ctx *c, const struct screen *s, slice begin, struct layout *l)
{
	slice first;

	l->cp932 = text_is_cp932(begin);
	l->map = s->map ? s->map : log_map_detect(s->maps, s->nmaps, begin);
	if (l->map && l->map->form >= FORM_SYSLOG) {
		size_t at = slice_find(begin, S("#Fields:"), 0);

		l->form = l->map->form;
		if (l->form == FORM_W3C && at != SIZE_MAX)
			l->header = arena_copy(c->a, slice_trim(slice_sub(begin, at + 8, slice_find(begin, S("\n"), at) - at - 8)));
		return true;
	}
	if (slice_starts(begin, S("\xef\xbb\xbf")))
		begin = slice_sub(begin, 3, begin.len);
	first = slice_trim(slice_sub(begin, 0, slice_find(begin, S("\n"), 0)));
	if (l->map ? l->map->form == FORM_JSON : first.len > 0 && first.p[0] == '{')
		return layout_json(c, s, begin, l);
	if (l->map ? l->map->form == FORM_LTSV : slice_find(first, S("\t"), 0) != SIZE_MAX)
		return layout_ltsv(c, s, begin, l);
	l->header = arena_copy(c->a, first);
	return layout_csv(c, s, l->map && l->map->nheader ? begin : first, l);
}

rc screen_open(struct ctx *c, struct screen *s, slice name, slice org, slice begin, struct source **ret)
{
	struct source *src;

	TRY_NEW(c, src);
	src->name = arena_copy(c->a, name);
	src->number = s->last_source ? s->last_source->number + 1 : 1;
	src->layout.year = jday_ymd((jday)(c->now / 86400000)).y;
	src->layout.month = (uint32_t)jday_ymd((jday)(c->now / 86400000)).m;
	if (!layout_find(c, s, begin, &src->layout)) {
		fault_where(c, src->name.p);
		return FAIL(c, E_INVALID, "screen.layout");
	}
	TRY(org_of(c, s, org, &src->org));
	if (s->last_source)
		s->last_source->next = src;
	else
		s->sources = src;
	s->last_source = src;
	*ret = src;
	return OK;
}

size_t screen_cut(const struct source *src, slice bytes)
{
	return line_cut(&src->layout, bytes);
}

static void names_free(void *p)
{
	struct screen *s = p;

	arena_free(s->names_ctx.a);
	(void)pthread_mutex_destroy(&s->names.lock);
}

/* Names have memory of their own, because parsing threads add to them. */
static rc names_begin(struct ctx *c, struct screen *s)
{
	s->names_ctx.a = arena_new((size_t)256 << 20);
	if (!s->names_ctx.a)
		return FAIL(c, E_NOMEM, "memory.limit");
	(void)pthread_mutex_init(&s->names.lock, NULL);
	if (arena_on_end(c->a, names_free, s) != 0) {
		names_free(s);
		return FAIL(c, E_LIMIT, "memory.limit");
	}
	return OK;
}

rc screen_new(struct ctx *c, const struct pack *words, const struct pack *rules, const unsigned char key[16],
	struct screen **ret)
{
	struct screen *s;

	TRY_NEW(c, s);
	memcpy(s->key, key, sizeof s->key);
	memcpy(s->sip, key, sizeof s->sip);
	s->kind_day = INT32_MIN;
	TRY(words_read(c, words, &s->words));
	TRY(rules_read(c, rules, &s->rules));
	TRY(names_begin(c, s));
	*ret = s;
	return OK;
}

rc screen_reopen(struct ctx *c, struct screen *s, struct source *src, slice begin)
{
	src->layout = (struct layout){ .year = jday_ymd((jday)(c->now / 86400000)).y,
		.month = (uint32_t)jday_ymd((jday)(c->now / 86400000)).m };
	return layout_find(c, s, begin, &src->layout) ? OK : FAIL(c, E_INVALID, "screen.layout");
}

void screen_maps(struct screen *s, const struct log_map *const *maps, uint32_t n, const struct log_map *only)
{
	s->maps = maps;
	s->nmaps = n;
	s->map = only;
}

bool screen_weight(struct screen *s, slice kind, int32_t weight)
{
	for (uint32_t i = 0; i < s->rules.n; i++)
		if (slice_eq(s->rules.v[i].kind, kind)) {
			s->rules.v[i].weight = weight;
			return true;
		}
	return false;
}

bool screen_in_order(const struct source *src)
{
	return src->layout.form == FORM_W3C;
}

void screen_only(struct screen *s, slice org)
{
	s->only = org;
	s->only_short = org.len <= 8 ? word8(org) : 0;
	for (size_t i = 0; i < org.len && i < 8; i++) {
		s->only_word |= (uint64_t)(unsigned char)org.p[i] << 8 * i;
		s->only_mask |= (uint64_t)0xff << 8 * i;
	}
}

bool screen_mixed(const struct screen *s)
{
	return s->own_numbers > 0 && s->other_numbers > 0;
}

rc screen_tables_end(struct ctx *c, struct screen *s)
{
	return tables_sort(c, s);
}
