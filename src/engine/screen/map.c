#include "engine/screen/map.h"

#include <stdlib.h>

#include "engine/screen/model.h"

#include "base/banned.h"

static const char *const form_words[] = { "csv", "json", "ltsv", "syslog", "cef", "combined", "w3c", "xml", "tree", NULL };

#define MAP_KEYS_MOST 128

static int word_order(const void *a, const void *b)
{
	return slice_cmp(((const struct word *)a)->text, ((const struct word *)b)->text);
}

static void words_sort(struct words_list *l)
{
	if (l->n > 1)
		qsort(l->v, l->n, sizeof *l->v, word_order);
}

static rc texts_as_words(struct ctx *c, const struct pack *p, const char *key, struct words_list *out)
{
	slice *v;

	TRY(pack_texts(c, p, key, &v, &out->n));
	TRY_ARRAY(c, out->v, out->n ? out->n : 1);
	for (uint32_t i = 0; i < out->n; i++)
		out->v[i] = (struct word){ v[i], 1 };
	words_sort(out);
	return OK;
}

/* columns: { user: [SubjectUserName, TargetUserName] } – the first that is there counts. */
static rc columns_read(struct ctx *c, const struct pack *p, struct log_map *m)
{
	const struct pack *part = pack_get(p, S("columns"));

	TRY_ARRAY(c, m->keys.v, MAP_KEYS_MOST);
	if (!part)
		return OK;
	TRY(pack_is(c, part, PACK_MAP));
	TRY(pack_keys(c, part, screen_column_keys));
	for (uint32_t k = 0; screen_column_keys[k]; k++) {
		slice *v;
		uint32_t n;

		TRY(pack_texts(c, part, screen_column_keys[k], &v, &n));
		for (uint32_t i = 0; i < n; i++) {
			if (m->keys.n == MAP_KEYS_MOST || i > 200)
				return PACK_FAIL(c, part, "screen.map");
			m->keys.v[m->keys.n++] = (struct word){ v[i], k | i << 8 };
		}
	}
	words_sort(&m->keys);
	for (uint32_t i = 1; i < m->keys.n; i++)
		if (slice_eq(m->keys.v[i].text, m->keys.v[i - 1].text))
			return PACK_FAIL(c, part, "screen.map");
	return OK;
}

static rc operations_read(struct ctx *c, const struct pack *p, struct log_map *m)
{
	const struct pack *part = pack_get(p, S("operations"));
	uint32_t n = 0;

	if (part) {
		TRY(pack_is(c, part, PACK_MAP));
		TRY(pack_keys(c, part, screen_act_keys));
		for PACK_EACH(v, part)
			n += v->count;
	}
	TRY_ARRAY(c, m->acts.v, n ? n : 1);
	for (uint32_t k = 0; part && screen_act_keys[k]; k++) {
		slice *v;

		TRY(pack_texts(c, part, screen_act_keys[k], &v, &n));
		for (uint32_t i = 0; i < n; i++)
			m->acts.v[m->acts.n++] = (struct word){ v[i], k };
	}
	words_sort(&m->acts);
	return OK;
}

/* Where a field that is only cut up stands: its own column, or a place of its own. */
static rc take_source(struct ctx *c, const struct pack *at, struct log_map *m, struct map_take *t)
{
	const struct word *w = words_find(&m->keys, t->from);

	if (w) {
		t->source = (uint8_t)w->value;
		return OK;
	}
	if (m->keys.n == MAP_KEYS_MOST)
		return PACK_FAIL(c, at, "screen.map");
	t->source = (uint8_t)(COL_TAKEN + m->ntakes);
	m->keys.v[m->keys.n++] = (struct word){ t->from, t->source };
	words_sort(&m->keys);
	return OK;
}

static rc takes_read(struct ctx *c, const struct pack *p, struct log_map *m)
{
	static const char *const keys[] = { "column", "from", "after", "until", "separator", "field", NULL };
	const struct pack *part = pack_get(p, S("take"));

	if (!part)
		return OK;
	TRY(pack_is(c, part, PACK_LIST));
	for PACK_EACH(one, part) {
		struct map_take *t = &m->takes[m->ntakes];
		unsigned col;
		int64_t field = 0;

		if (m->ntakes == MAP_TAKES)
			return PACK_FAIL(c, one, "screen.map");
		TRY(pack_keys(c, one, keys));
		TRY(pack_word(c, one, "column", screen_column_keys, &col));
		TRY(pack_text(c, one, "from", &t->from));
		TRY(pack_text_or(c, one, "after", S_NONE, &t->after));
		TRY(pack_text_or(c, one, "until", S_NONE, &t->until));
		TRY(pack_text_or(c, one, "separator", S_NONE, &t->separator));
		if (pack_get(one, S("field")))
			TRY(pack_int(c, one, "field", 1, 64, &field));
		t->field = (uint32_t)field;
		t->col = (uint8_t)col;
		TRY(take_source(c, one, m, t));
		m->ntakes++;
	}
	return OK;
}

static rc zone_read(struct ctx *c, const struct pack *p, struct log_map *m)
{
	static const char *const zones[] = { "japan", "utc", NULL };
	const struct pack *zone = pack_get(p, S("zone"));
	unsigned z = 0;

	if (zone)
		TRY(pack_as_word(c, zone, zones, &z));
	m->shift = z == 1 ? 9 * 3600 : 0;
	return OK;
}

rc log_map_read(struct ctx *c, const struct pack *p, struct log_map **ret)
{
	static const char *const keys[] = { "name", "about", "form", "detect", "numbered", "zone", "header", "record", "columns",
		"take", "operations", "failed_operations", "failed", NULL };
	struct log_map *m;
	unsigned form;
	bool numbered;

	TRY_NEW(c, m);
	TRY(pack_keys(c, p, keys));
	TRY(pack_text(c, p, "name", &m->name));
	TRY(pack_word(c, p, "form", form_words, &form));
	m->form = (enum line_form)form;
	TRY(pack_bool_or(c, p, "numbered", true, &numbered));
	m->unnumbered = !numbered;
	TRY(zone_read(c, p, m));
	TRY(pack_texts(c, p, "detect", &m->detect, &m->ndetect));
	TRY(pack_texts(c, p, "header", &m->header, &m->nheader));
	TRY(pack_text_or(c, p, "record", S("Event"), &m->record));
	if (m->nheader > LINE_FIELDS_MOST || m->ndetect > MAP_DETECTS || m->record.len == 0 || m->record.len > 60)
		return PACK_FAIL(c, p, "screen.map");
	TRY(columns_read(c, p, m));
	TRY(takes_read(c, p, m));
	TRY(operations_read(c, p, m));
	TRY(texts_as_words(c, p, "failed_operations", &m->failed_acts));
	TRY(texts_as_words(c, p, "failed", &m->failures));
	*ret = m;
	return OK;
}

/* Forms that show themselves in their first line. */
static bool form_shows(enum line_form form, slice line)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	if (form == FORM_COMBINED)
		return slice_find(line, S(" ["), 0) < 200 && slice_find(line, S("] \""), 0) < 400;
	if (form != FORM_SYSLOG || line.len < 20)
		return false;
	if (line.p[0] == '<')
		return line.p[1] >= '0' && line.p[1] <= '9';
	for (unsigned i = 0; i < 12; i++)
		if (memcmp(months + 3 * i, line.p, 3) == 0)
			return line.p[3] == ' ' && line.p[9] == ':';
	return false;
}

const struct log_map *log_map_detect(const struct log_map *const *maps, uint32_t n, slice begin)
{
	const struct log_map *best = NULL;

	slice first = slice_sub(begin, 0, slice_find(begin, S("\n"), 0));

	begin = slice_sub(begin, 0, 8192);
	for (uint32_t i = 0; i < n; i++) {
		bool all = maps[i]->ndetect > 0 || form_shows(maps[i]->form, first);

		for (uint32_t k = 0; k < maps[i]->ndetect && all; k++)
			all = slice_find(begin, maps[i]->detect[k], 0) != SIZE_MAX;
		if (all && (!best || maps[i]->ndetect > best->ndetect))
			best = maps[i];
	}
	return best;
}

void map_field(const struct log_map *m, struct line *out, slice name, slice value, bool utf8)
{
	const struct word *w = words_find(&m->keys, name);
	unsigned col, order;

	if (!w || value.len == 0 || (value.len == 1 && value.p[0] == '-'))
		return;
	col = w->value & 0xff;
	/* a machine's own account is nobody */
	if (col == COL_USER && value.p[value.len - 1] == '$')
		return;
	order = w->value >> 8;
	if (out->f[col].len && out->order[col] <= order)
		return;
	out->f[col] = value;
	out->order[col] = (uint8_t)order;
	out->utf8 = (out->utf8 & ~(1u << col)) | (uint32_t)utf8 << col;
}

static slice cut_part(const struct map_take *t, slice v)
{
	size_t at = 0, n;

	if (t->after.len) {
		at = slice_find(v, t->after, 0);
		if (at == SIZE_MAX)
			return S_NONE;
		at += t->after.len;
	}
	v = slice_sub(v, at, v.len);
	for (uint32_t i = 1; i < t->field && t->separator.len; i++) {
		at = slice_find(v, t->separator, 0);
		if (at == SIZE_MAX)
			return S_NONE;
		v = slice_sub(v, at + t->separator.len, v.len);
	}
	for (n = 0; n < v.len && !memchr(t->until.p ? t->until.p : "", v.p[n], t->until.len); n++)
		;
	v.len = n;
	if (t->field && t->separator.len && (at = slice_find(v, t->separator, 0)) != SIZE_MAX)
		v.len = at;
	return slice_trim(v);
}

void map_takes(const struct log_map *m, struct line *line)
{
	for (uint32_t i = 0; i < m->ntakes; i++) {
		const struct map_take *t = &m->takes[i];
		slice v = cut_part(t, line->f[t->source]);

		if (v.len == 0)
			continue;
		line->f[t->col] = v;
		line->utf8 = (line->utf8 & ~(1u << t->col)) | (line->utf8 >> t->source & 1) << t->col;
	}
}

enum line_state line_mapped(const struct layout *l, slice text, struct buf *scratch, struct line *out)
{
	const struct log_map *m = l->map;
	enum line_state st = LINE_DAMAGED;
	struct ctx work = { .a = scratch->a };

	memset(out->f, 0, sizeof out->f);
	memset(out->order, 0, sizeof out->order);
	out->utf8 = 0;
	switch (l->form) {
	case FORM_SYSLOG: st = line_syslog(m, text, scratch, out); break;
	case FORM_CEF: st = line_cef(m, text, scratch, out); break;
	case FORM_COMBINED: st = line_combined(m, text, out); break;
	case FORM_W3C: st = line_w3c(l, text, scratch, out); break;
	case FORM_XML: st = line_xml(m, text, scratch, out); break;
	case FORM_TREE: st = line_tree(&work, m, text, out); break;
	case FORM_CSV:
	case FORM_JSON:
	case FORM_LTSV: break;
	}
	return st;
}
