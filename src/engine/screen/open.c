/* A log begins: which form, which encoding, which column is what. */
#include "engine/screen/cp932.h"
#include "engine/screen/model.h"

#include "base/banned.h"

static uint8_t column_of(const struct screen *s, struct ctx *c, bool cp932, slice name)
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
	w = words_find(&s->words.columns, name);
	return w ? (uint8_t)w->value : COL_NONE;
}

static bool layout_csv(struct ctx *c, const struct screen *s, slice first, struct layout *l)
{
	slice rest = first, part;
	uint32_t found = 0;

	l->form = FORM_CSV;
	while (l->columns < LINE_FIELDS_MOST && slice_next(&rest, ',', &part)) {
		uint8_t col = column_of(s, c, l->cp932, part);

		l->col[l->columns++] = col;
		found |= 1u << col;
	}
	return (found >> COL_ID & 1) && (found >> COL_TS & 1) && (found >> COL_USER & 1);
}

static void key_add(struct ctx *c, const struct screen *s, struct layout *l, slice key)
{
	for (uint8_t i = 0; i < l->nkeys; i++)
		if (slice_eq(l->keys[i].key, key))
			return;
	if (l->nkeys < LINE_FIELDS_MOST) {
		l->keys[l->nkeys].col = column_of(s, c, l->cp932, key);
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
					known = (uint8_t)(known + (l->keys[k].col < COLUMNS));
		}
		if (known > l->columns)
			l->columns = known;
	}
	for (uint8_t i = 0; i < l->nkeys; i++)
		found |= 1u << l->keys[i].col;
	return (found >> COL_ID & 1) && (found >> COL_TS & 1) && (found >> COL_USER & 1);
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
	return (found >> COL_ID & 1) && (found >> COL_TS & 1) && (found >> COL_USER & 1);
}

static bool layout_find(struct ctx *c, const struct screen *s, slice begin, struct layout *l)
{
	slice first;

	l->cp932 = text_is_cp932(begin);
	if (slice_starts(begin, S("\xef\xbb\xbf")))
		begin = slice_sub(begin, 3, begin.len);
	first = slice_trim(slice_sub(begin, 0, slice_find(begin, S("\n"), 0)));
	if (first.len > 0 && first.p[0] == '{')
		return layout_json(c, s, begin, l);
	if (slice_find(first, S("\t"), 0) != SIZE_MAX)
		return layout_ltsv(c, s, begin, l);
	l->header = arena_copy(c->a, first);
	return layout_csv(c, s, first, l);
}

rc screen_open(struct ctx *c, struct screen *s, slice name, slice org, slice begin, struct source **ret)
{
	struct source *src;

	TRY_NEW(c, src);
	src->name = arena_copy(c->a, name);
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

void screen_only(struct screen *s, slice org)
{
	s->only = org;
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
