#include "base/json.h"
#include "door/cli/deid_job.h"
#include "engine/deid/codes.h"
#include "engine/deid/tuple.h"

#include "base/banned.h"

static rc feed(struct ctx *c, void *to, const char *p, size_t len, bool final, size_t *ret_used)
{
	return table_feed(c, to, p, len, final, ret_used);
}

/* Rows whose value in the column no other row has. */
static rc alone(struct ctx *c, const struct table *t, const struct column *col, uint64_t *ret)
{
	uint32_t *codes = NULL, *count = NULL;
	uint64_t n = 0;

	TRY(column_all(c, t, col, &codes));
	TRY_ARRAY(c, count, (size_t)col->texts.count + 1);
	for (uint64_t i = 0; i < t->rows; i++)
		count[codes[i]]++;
	for (uint32_t i = 0; i < col->texts.count; i++)
		n += count[i] == 1;
	*ret = n;
	return OK;
}

/* Names of columns that hold names, places of living, or ways to reach somebody. */
static bool is_called_identifying(slice name)
{
	static const char *const words[] = { "氏名", "名前", "フリガナ", "ふりがな", "住所", "電話", "携帯", "メール", "番地", "口座",
		"患者番号", "整理番号", "宛名番号", "世帯番号", "保険者番号", "社員番号", "職員番号", "会員番号", "name", "address", "phone",
		"mail", "_id" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (slice_find(name, slice_of(words[i]), 0) != SIZE_MAX)
			return true;
	return false;
}

/*
 * Whether numbers number the rows, or persons: nearly all differ, and they are whole and without sign or thousands. 120 ages
 * may differ as well: then the name says it.
 */
static bool numbers_persons(const struct table *t, const struct column *col, uint64_t alone_rows)
{
	if (alone_rows * 10 < t->rows * 9 || codes_called_measure(col->name))
		return false;
	for (uint32_t i = 0; i < col->texts.count; i++)
		for (size_t j = 0; j < col->texts.texts[i].len; j++)
			if (memchr(".,-", col->texts.texts[i].p[j], 3))
				return false;
	return true;
}

/* Values of no known form, and very many of them: free text, or something like a name. */
#define FREE_TEXTS 1000u

/*
 * What a column is proposed to be. A column that most rows have a value of their own in points to persons, unless it is
 * one that can be made coarser (a date, a place, an amount); an empty one says nothing; everything else may be known to
 * somebody. Which column is sensitive only people know.
 */
static const char *proposal(struct ctx *c, const struct table *t, const struct column *col, uint64_t alone_rows)
{
	enum build_kind kind;

	if (codes_find(&col->texts) != CODE_NONE || is_called_identifying(col->name))
		return "identifying";
	/* one value for all says nothing of anybody, but what is released as it is had better be nothing at all */
	if (col->texts.count == 1 && col->texts.texts[0].len == 0)
		return "other";
	if (col->texts.count == 1 && t->rows > 1)
		return "quasi-identifying";
	kind = codes_build(c, &col->texts, col->name);
	if (kind == BUILD_DATE || kind == BUILD_MUNICIPALITY || kind == BUILD_POSTAL)
		return "quasi-identifying";
	if (kind == BUILD_NUMBER)
		return numbers_persons(t, col, alone_rows) ? "identifying" : "quasi-identifying";
	if (kind == BUILD_PREFIX && col->texts.count >= FREE_TEXTS)
		return "identifying";
	return alone_rows * 2 > t->rows ? "identifying" : "quasi-identifying";
}

rc profile_is_quasi(struct ctx *c, const struct table *t, const struct column *col, bool *ret)
{
	uint64_t rows = 0;

	TRY(alone(c, t, col, &rows));
	*ret = strcmp(proposal(c, t, col, rows), "quasi-identifying") == 0;
	return OK;
}

/* A column of dates with a few that are none: the run would refuse them, so they are told here, with their place. */
struct unlike { uint32_t values; uint64_t row; };

static struct unlike find_unlike(struct ctx *c, const struct table *t, const struct column *col)
{
	struct unlike u = { 0 };
	uint32_t first = 0;

	u.values = codes_unlike(c, &col->texts, codes_build(c, &col->texts, col->name), &first);
	while (u.values > 0 && u.row < t->rows && column_at(col, u.row) != first)
		u.row++;
	/* the header is row 1 */
	u.row += 2;
	return u;
}

/* Names of what must be handled with special care (APPI 2(3)) or is nobody's business. */
static bool is_called_sensitive(slice name)
{
	static const char *const words[] = { "病", "傷", "診", "症", "障害", "健康", "薬", "犯罪", "信条", "宗教", "人種", "disease",
		"diagnos", "health" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (slice_find(name, slice_of(words[i]), 0) != SIZE_MAX)
			return true;
	return false;
}

static rc put_column(struct ctx *c, const struct table *t, const struct column *col, struct json_out *o)
{
	uint64_t n = 0;

	TRY(alone(c, t, col, &n));
	jo_object(o);
	jo_kv_text(o, "schema", S("renkei.deid.profile.1"));
	jo_kv_text(o, "column", col->name);
	jo_kv_int(o, "rows", (int64_t)t->rows);
	jo_kv_int(o, "values", col->texts.count);
	jo_kv_int(o, "rows_alone", (int64_t)n);
	jo_kv_text(o, "proposal", slice_of(proposal(c, t, col, n)));
	if (proposal(c, t, col, n)[0] == 'q') {
		struct unlike u = find_unlike(c, t, col);

		if (u.values > 0) {
			jo_kv_int(o, "values_unlike", u.values);
			jo_kv_int(o, "first_unlike_row", (int64_t)u.row);
		}
	}
	if (is_called_sensitive(col->name))
		jo_kv_bool(o, "perhaps_sensitive", true);
	if (codes_find(&col->texts) != CODE_NONE)
		jo_kv_text(o, "code", slice_of(code_words[codes_find(&col->texts)]));
	jo_end_object(o);
	return OK;
}

/* Rows that nobody else shares both values with: whom two columns point to together. */
static rc put_pair(struct ctx *c, const struct table *t, uint32_t a, uint32_t b, struct json_out *o)
{
	uint32_t *first = NULL, *second = NULL, number = 0;
	struct tuples pairs;
	uint64_t n = 0;

	TRY(column_all(c, t, &t->col[a], &first));
	TRY(column_all(c, t, &t->col[b], &second));
	TRY(tuples_init(c, &pairs, 2));
	for (uint64_t i = 0; i < t->rows; i++) {
		const uint32_t both[2] = { first[i], second[i] };

		TRY(tuples_add(c, &pairs, both, &number));
	}
	for (uint32_t i = 0; i < pairs.count; i++)
		n += pairs.size[i] == 1;
	jo_object(o);
	jo_kv_text(o, "schema", S("renkei.deid.profile.1"));
	jo_key(o, S("pair"));
	jo_array(o);
	jo_text(o, t->col[a].name);
	jo_text(o, t->col[b].name);
	jo_end_array(o);
	jo_kv_int(o, "rows", (int64_t)t->rows);
	jo_kv_int(o, "rows_alone", (int64_t)n);
	jo_end_object(o);
	return OK;
}

/* More columns have too many pairs to be read by anybody, more rows take too long for a look. */
#define PAIR_COLUMNS_MOST 12u
#define PAIR_ROWS_MOST 1000000u

static rc put_pairs(struct ctx *c, const struct table *t, struct buf *b)
{
	uint32_t quasi[PAIR_COLUMNS_MOST + 1], n = 0;

	for (uint32_t i = 0; i < t->cols && n <= PAIR_COLUMNS_MOST; i++) {
		bool is = false;

		TRY(profile_is_quasi(c, t, &t->col[i], &is));
		if (is)
			quasi[n++] = i;
	}
	if (n > PAIR_COLUMNS_MOST || t->rows > PAIR_ROWS_MOST)
		return OK;
	for (uint32_t i = 0; i < n; i++) {
		for (uint32_t j = i + 1; j < n; j++) {
			AUTO_ARENA own = arena_new((size_t)1 << 30);
			struct json_out o = json_out_on(b);
			struct ctx in = *c;

			if (!own)
				return FAIL(c, E_NOMEM, "memory.limit");
			in.a = own;
			if (put_pair(&in, t, quasi[i], quasi[j], &o) != OK) {
				c->fault = in.fault;
				return c->fault.code;
			}
			buf_putc(b, '\n');
		}
	}
	return OK;
}

/* ---- the proposal of a spec ---- */

static void put_quoted(struct buf *b, slice s)
{
	buf_putc(b, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_putc(b, '\\');
		if ((unsigned char)s.p[i] >= 0x20)
			buf_putc(b, s.p[i]);
	}
	buf_putc(b, '"');
}

/* Values that stand for "not known" where the kind of hierarchy would refuse them: any text may be a value but the empty one. */
static void put_missing(const struct column *col, enum build_kind kind, struct buf *b)
{
	unsigned many = kind == BUILD_FLAT || kind == BUILD_PREFIX ? 1 : CODES_UNKNOWN, n = 0;

	for (unsigned i = 0; i < many; i++) {
		if (dict_find(&col->texts, codes_unknown[i]) == DICT_NONE)
			continue;
		buf_putz(b, n++ == 0 ? ", missing: [" : ", ");
		put_quoted(b, codes_unknown[i]);
	}
	if (n > 0)
		buf_putc(b, ']');
}

/* Bands that suit ages suit no incomes: the finest is about a hundredth of what the numbers span. */
static void put_widths(struct ctx *c, const struct column *col, struct buf *b)
{
	struct fault before = c->fault;
	int64_t least = INT64_MAX, most = INT64_MIN, unit = 1;

	for (uint32_t i = 0; i < col->texts.count; i++) {
		int64_t v = 0;

		if (build_number(c, col->texts.texts[i], &v) != OK)
			continue;
		least = v < least ? v : least;
		most = v > most ? v : most;
	}
	c->fault = before;
	/* a step is a number of nine digits at most */
	while (least < most && (most - least) / 200 >= unit && unit < 10000000)
		unit *= 10;
	if (unit == 1)
		buf_putz(b, ", steps: [5, 10, 50, 100]");
	else
		buf_putf(b, ", steps: [%lld, %lld, %lld]", (long long)unit, (long long)unit * 5, (long long)unit * 10);
}

static void put_built(struct ctx *c, const struct column *col, enum build_kind kind, struct buf *b)
{
	static const char *const words[BUILD_KINDS] = {
		"flat", "number", "age", "date, steps: [month, year, 5, 10]", "postal", "municipality", "icd",
		"occupation", "prefix, steps: [3, 1]", "order", "frequent",
	};

	buf_putf(b, "    hierarchy: { built: %s", words[kind]);
	if (kind == BUILD_NUMBER)
		put_widths(c, col, b);
	put_missing(col, kind, b);
	buf_putz(b, " }\n");
}

static rc put_spec(struct ctx *c, const struct table *t, struct buf *b)
{
	buf_putz(b, "# Proposed from what stands in the table. Which column is sensitive only people know: change its kind.\n"
		"spec: 1\ncolumns:\n");
	for (uint32_t i = 0; i < t->cols; i++) {
		const struct column *col = &t->col[i];
		const char *kind;
		uint64_t n = 0;

		TRY(alone(c, t, col, &n));
		kind = proposal(c, t, col, n);
		buf_putz(b, "  - name: ");
		put_quoted(b, col->name);
		buf_putf(b, "\n    kind: %s%s\n", kind[0] == 'q' ? "quasi" : kind, is_called_sensitive(col->name)
			? "   # perhaps sensitive" : "");
		if (kind[0] == 'q') {
			struct unlike u = find_unlike(c, t, col);

			if (u.values > 0)
				buf_putf(b, "    # %u values are not of this kind, the first in row %llu: mend them, or list them as missing\n",
					u.values, (unsigned long long)u.row);
			put_built(c, col, codes_build(c, &col->texts, col->name), b);
		}
	}
	buf_putz(b, "model: { k: 10 }\nsuppress: 2%\nrecoding: local\norder: shuffled\n");
	return OK;
}

rc profile_print(struct ctx *c, const char *path, enum encoding enc, bool spec)
{
	struct table_reader reader;
	struct table t;
	struct buf b;
	slice text;

	TRY(table_reader_init(c, &reader, &t, NULL, 0, ROLE_OTHER, NULL));
	TRY(pump_file(c, path, enc, NULL, feed, &reader, NULL));
	buf_init(&b, c->a, (size_t)64 << 20);
	for (uint32_t i = 0; i < t.cols && !spec; i++) {
		struct json_out o = json_out_on(&b);

		TRY(put_column(c, &t, &t.col[i], &o));
		buf_putc(&b, '\n');
	}
	TRY(spec ? put_spec(c, &t, &b) : put_pairs(c, &t, &b));
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}
