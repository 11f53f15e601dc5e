#include "door/cli/screen_maps.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/pack.h"
#include "door/cli/cli.h"
#include "door/cli/screen_read.h"
#include "engine/screen/cp932.h"
#include "engine/screen/map.h"
#include "engine/screen/model.h"

#include "base/banned.h"

#define SAMPLE_LINES 200

static rc one_map(struct ctx *c, const char *path, const struct log_map **ret)
{
	const struct pack *p;
	struct log_map *m;

	TRY(pack_read(c, path, &p));
	TRY(log_map_read(c, p, &m));
	*ret = m;
	return OK;
}

static int by_name(const void *x, const void *y)
{
	const struct log_map *const *a = x, *const *b = y;

	return slice_cmp((*a)->name, (*b)->name);
}

static rc all_maps(struct ctx *c, const char *dir, struct screen_maps *m)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	rc res = OK;

	if (!d) {
		(void)FAIL_SYS(c, "file.open");
		fault_where(c, dir);
		return E_IO;
	}
	while (res == OK && (e = readdir(d)) != NULL) {
		struct buf b;

		if (!slice_ends(slice_of(e->d_name), S(".yaml")))
			continue;
		buf_init(&b, c->a, 8192);
		buf_putf(&b, "%s/%s", dir, e->d_name);
		buf_putc(&b, '\0');
		res = b.full || m->n == SCREEN_MAPS_MOST ? FAIL(c, E_LIMIT, "file.limit") : one_map(c, b.p, &m->v[m->n]);
		m->n += res == OK;
	}
	(void)closedir(d);
	/* the order of a folder is nobody's */
	qsort(m->v, m->n, sizeof(m->v[0]), by_name);
	return res;
}

rc screen_maps_read(struct ctx *c, const char *asked, struct screen_maps *ret)
{
	struct buf b;

	*ret = (struct screen_maps){ .n = 0 };
	buf_init(&b, c->a, 8192);
	buf_putf(&b, "%s/screening/maps", c->app->data);
	buf_putc(&b, '\0');
	TRY(all_maps(c, b.p, ret));
	if (!asked)
		return OK;
	for (uint32_t i = 0; i < ret->n; i++)
		if (slice_is(ret->v[i]->name, asked))
			ret->only = ret->v[i];
	if (ret->only)
		return OK;
	if (access(asked, R_OK) != 0)
		return FAIL(c, E_NOTFOUND, "screen.no_map");
	return one_map(c, asked, &ret->only);
}

/* What the values of a column look like. */
struct looks { uint32_t n, times, rising, addresses, accounts; uint64_t last; };

static bool is_address(slice v)
{
	uint32_t dots = 0;

	for (size_t i = 0; i < v.len; i++) {
		dots += v.p[i] == '.';
		if (v.p[i] != '.' && (v.p[i] < '0' || v.p[i] > '9'))
			return false;
	}
	return dots == 3;
}

static void look(struct looks *k, slice v)
{
	uint64_t number = 0;
	wall ts;

	if (v.len == 0)
		return;
	k->n++;
	k->times += v.len > 9 && log_time_any(v, 0, 2025, 12, &ts) && memchr(v.p, ':', v.len);
	k->addresses += is_address(v);
	for (size_t i = 0; i < v.len && v.len <= 18; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return;
		number = number * 10 + (uint64_t)(v.p[i] - '0');
	}
	k->rising += v.len <= 18 && number > k->last;
	k->last = number;
}

/* The column that values like these are, where the name says nothing. */
static const char *guess(const struct looks *k)
{
	if (k->n < 3)
		return NULL;
	if (k->times * 10 >= k->n * 9)
		return "ts";
	if (k->rising * 10 >= k->n * 9)
		return "id";
	return k->addresses * 10 >= k->n * 9 ? "ip" : NULL;
}

static slice field_text(struct ctx *c, bool cp932, slice v)
{
	struct buf b;

	v = slice_trim(v);
	if (v.len >= 2 && v.p[0] == '"' && v.p[v.len - 1] == '"')
		v = slice_sub(v, 1, v.len - 2);
	if (!cp932)
		return v;
	buf_init(&b, c->a, 65536);
	(void)cp932_put(&b, v);
	return buf_slice(&b);
}

struct column_of_log { slice name; struct looks looks; };

static void quoted_put(struct buf *out, slice v)
{
	buf_putc(out, '\'');
	for (size_t i = 0; i < v.len; i++) {
		if (v.p[i] == '\'')
			buf_putc(out, '\'');
		if ((unsigned char)v.p[i] >= ' ')
			buf_putc(out, v.p[i]);
	}
	buf_putc(out, '\'');
}

/* Names by the words that are known, then by what the values look like; the rest as a comment to choose from. */
static void columns_put(const struct words_list *known, const struct column_of_log *v, uint32_t n, struct buf *out)
{
	bool taken[COLUMNS + 1] = { false }, used[LINE_FIELDS_MOST + 1] = { false };

	buf_putz(out, "columns:\n");
	for (unsigned pass = 0; pass < 2; pass++)
		for (uint32_t i = 0; i < n; i++) {
			const struct word *w = words_find(known, v[i].name);
			const char *g = w ? screen_column_keys[w->value] : guess(&v[i].looks);

			for (unsigned k = 0; g && k < COLUMNS; k++) {
				if (!slice_is(slice_of(g), screen_column_keys[k]) || taken[k] || used[i] || (pass == 0) != (w != NULL))
					continue;
				taken[k] = used[i] = true;
				buf_putf(out, "  %s: [", g);
				quoted_put(out, v[i].name);
				buf_putz(out, w ? "]\n" : "]   # by its values: please check\n");
			}
		}
	for (uint32_t i = 0; i < n; i++)
		if (!used[i]) {
			buf_putz(out, "  # not used: ");
			quoted_put(out, v[i].name);
			buf_putc(out, '\n');
		}
	for (unsigned k = 0; k < COLUMNS; k++)
		if (!taken[k] && (k == COL_TS || k == COL_USER))
			buf_putf(out, "  # %s: [ ]   # must be named\n", screen_column_keys[k]);
	if (!taken[COL_ID])
		buf_putz(out, "numbered: false\n");
}

static rc csv_columns(struct ctx *c, bool cp932, slice text, struct column_of_log *v, uint32_t *ret_n)
{
	struct layout l = { .form = FORM_CSV, .cp932 = cp932 };
	slice first = slice_sub(text, 0, slice_find(text, S("\n"), 0)), part;
	struct line line = { .utf8 = 0 };
	struct buf scratch;
	size_t at = first.len + 1;

	first = slice_trim(first);
	for (; l.columns < LINE_FIELDS_MOST && slice_next(&first, ',', &part); l.columns++) {
		v[l.columns] = (struct column_of_log){ .name = field_text(c, cp932, part) };
		l.col[l.columns] = (uint8_t)l.columns;
	}
	*ret_n = l.columns < FIELDS_ALL ? l.columns : FIELDS_ALL - 1;
	for (uint8_t i = 0; i < l.columns; i++)
		l.col[i] = i < FIELDS_ALL - 1 ? i : FIELDS_ALL - 1;
	buf_init(&scratch, c->a, 1 << 20);
	for (unsigned n = 0; n < SAMPLE_LINES && at < text.len; n++)
		if (line_next(&l, text, &at, &scratch, &line) == LINE_GOOD)
			for (uint32_t i = 0; i < *ret_n; i++)
				look(&v[i].looks, line.f[i]);
	return OK;
}

static void pair_look(struct column_of_log *v, uint32_t *n, slice name, slice value)
{
	uint32_t i = 0;

	while (i < *n && !slice_eq(v[i].name, name))
		i++;
	if (i == LINE_FIELDS_MOST)
		return;
	if (i == *n)
		v[(*n)++] = (struct column_of_log){ .name = name };
	look(&v[i].looks, value);
}

static uint32_t ltsv_columns(slice text, struct column_of_log *v)
{
	uint32_t n = 0;
	slice line, part;

	for (unsigned k = 0; k < SAMPLE_LINES && slice_next(&text, '\n', &line); k++)
		while (slice_next(&line, '\t', &part)) {
			size_t colon = slice_find(part, S(":"), 0);

			if (colon != SIZE_MAX)
				pair_look(v, &n, slice_sub(part, 0, colon), slice_trim(slice_sub(part, colon + 1, part.len)));
		}
	return n;
}

static uint32_t json_columns(struct ctx *c, slice text, struct column_of_log *v)
{
	uint32_t n = 0;
	slice line;

	for (unsigned k = 0; k < SAMPLE_LINES && slice_next(&text, '\n', &line); k++) {
		const struct json *j;

		if (json_parse(c, slice_trim(line), &j) != OK || j->type != JSON_OBJECT) {
			fault_clear(c);
			continue;
		}
		for JSON_EACH(m, j)
			pair_look(v, &n, m->name, m->text);
	}
	return n;
}

rc screen_map_propose(struct ctx *c, const struct screen_maps *maps, const char *path, struct buf *out)
{
	const struct log_map *known;
	struct column_of_log *v;
	const struct pack *words;
	struct words w = { 0 };
	struct buf b;
	uint32_t n = 0;
	slice text, first;
	bool cp932;

	TRY(screen_read_begin(c, path, 262144, &text));
	known = log_map_detect(maps->v, maps->n, text);
	if (known) {
		buf_putf(out, "# This log is described already: %.*s. Nothing more is needed.\n", S_ARG(known->name));
		return OK;
	}
	buf_init(&b, c->a, 8192);
	buf_putf(&b, "%s/screening/words.yaml", c->app->data);
	buf_putc(&b, '\0');
	TRY(pack_read(c, b.p, &words));
	TRY(words_read(c, words, &w));
	TRY_ARRAY(c, v, LINE_FIELDS_MOST + 1);
	cp932 = text_is_cp932(text);
	if (slice_starts(text, S("\xef\xbb\xbf")))
		text = slice_sub(text, 3, text.len);
	first = slice_trim(slice_sub(text, 0, slice_find(text, S("\n"), 0)));
	buf_putz(out, "# Made from the first lines of a log. Check each line, then: renkei screen --map FILE\nname: own\n");
	if (first.len && first.p[0] == '{') {
		buf_putz(out, "form: json\n");
		n = json_columns(c, text, v);
	} else if (slice_find(first, S("\t"), 0) != SIZE_MAX) {
		buf_putz(out, "form: ltsv\n");
		n = ltsv_columns(text, v);
	} else {
		buf_putz(out, "form: csv\n");
		TRY(csv_columns(c, cp932, text, v, &n));
	}
	columns_put(&w.columns, v, n, out);
	return out->full ? FAIL(c, E_LIMIT, "text.limit") : OK;
}
