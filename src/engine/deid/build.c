#include "engine/deid/build.h"

#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "engine/deid/release.h"

#include "base/banned.h"

/* Hierarchies of more leaves are no hierarchies of persons' attributes but of persons. */
#define LEAVES_MOST 4000000u

static const uint32_t usual_widths[] = { 5, 10, 50, 100 }, usual_dates[] = { STEP_MONTH, STEP_YEAR, 5, 10 };
static const uint32_t usual_postal[] = { 5, 3, 2 }, usual_groups[] = { 2, 4, 8 }, usual_places[] = { 20, 10, 5 };

/* What the steps are when the spec does not say. */
static struct build with_steps(const struct build *given)
{
	struct build b = *given;
	const uint32_t *usual = NULL;
	uint32_t n = 0;

	if (b.steps > 0)
		return b;
	switch (b.kind) {
	case BUILD_NUMBER: case BUILD_AGE: usual = usual_widths; n = 4; break;
	case BUILD_DATE: usual = usual_dates; n = 4; break;
	case BUILD_POSTAL: usual = usual_postal; n = 3; break;
	case BUILD_ORDER: usual = usual_groups; n = 3; break;
	case BUILD_FREQUENT: usual = usual_places; n = 3; break;
	case BUILD_FLAT: case BUILD_MUNICIPALITY: case BUILD_ICD: case BUILD_OCCUPATION: case BUILD_PREFIX: break;
	}
	for (uint32_t i = 0; i < n; i++)
		b.step[i] = usual[i];
	b.steps = n;
	return b;
}

/* Months and quarters lie in years, eras' months in eras' years; years lie in decades that they divide. */
static bool date_steps_nest(const struct build *b)
{
	for (uint32_t i = 1; i < b->steps; i++) {
		uint32_t below = b->step[i - 1], above = b->step[i];
		bool era_below = below >= STEP_ERA_MONTH, era_above = above >= STEP_ERA_MONTH;

		if (above < STEP_MONTH ? era_below || (below < STEP_MONTH && above % below != 0)
			: below < STEP_MONTH || above <= below || era_below != era_above)
			return false;
	}
	return true;
}

rc build_check(struct ctx *c, const struct build *given)
{
	struct build b = with_steps(given);
	bool falls = b.kind == BUILD_POSTAL || b.kind == BUILD_PREFIX || b.kind == BUILD_FREQUENT, good = b.steps + 2 <= HIERARCHY_LEVELS_MOST;

	for (uint32_t i = 0; good && i < b.steps; i++) {
		good = b.step[i] > 0;
		if (falls)
			good = good && (i == 0 || b.step[i] < b.step[i - 1]) && (b.kind != BUILD_POSTAL || b.step[i] < 7);
		else if (b.kind == BUILD_NUMBER || b.kind == BUILD_AGE || b.kind == BUILD_ORDER)
			good = good && b.step[i] > 1 && (i == 0 || b.step[i] % b.step[i - 1] == 0) && b.step[i] != (i ? b.step[i - 1] : 0);
	}
	if (good && b.kind == BUILD_DATE)
		good = date_steps_nest(&b);
	return good ? OK : FAIL(c, E_INVALID, "build.steps");
}

static bool is_missing(const struct build *b, slice s)
{
	for (uint32_t i = 0; i < b->missings; i++)
		if (slice_eq(b->missing[i], s))
			return true;
	return false;
}

/* Full-width digits, letters, hyphen and stop as ASCII; blanks and commas of thousands left out. */
static bool narrow(slice raw, char *out, size_t room, size_t *ret_len)
{
	size_t n = 0;

	for (size_t i = 0; i < raw.len;) {
		uint32_t cp = 0;

		if (!utf8_next(raw, &i, &cp))
			return false;
		if (cp >= 0xff01 && cp <= 0xff5e)
			cp -= 0xfee0;
		if (cp == 0x2212 || cp == 0x30fc || cp == 0x2010 || cp == 0x2015)
			cp = '-';
		if (cp == ' ' || cp == 0x3000 || cp == ',' || cp == 0x3012)
			continue;
		if (cp > 0x7f || n + 1 >= room)
			return false;
		out[n++] = (char)cp;
	}
	out[n] = '\0';
	*ret_len = n;
	return n > 0;
}

/* -12, 340, 3.50: the whole number below it, and whether it was one. */
static bool read_whole(const char *z, size_t n, int64_t *ret, bool *ret_whole)
{
	size_t i = z[0] == '-', digits = 0;
	int64_t v = 0;
	bool rest = false;

	for (; i < n && z[i] >= '0' && z[i] <= '9'; i++, digits++)
		v = v * 10 + (z[i] - '0');
	if (digits == 0 || digits > 15)
		return false;
	*ret_whole = i == n;
	if (i < n && z[i++] != '.')
		return false;
	for (; i < n; i++) {
		if (z[i] < '0' || z[i] > '9')
			return false;
		rest = rest || z[i] != '0';
	}
	*ret = z[0] == '-' ? -v - rest : v;
	return true;
}

static rc put_number(struct ctx *c, const struct build *b, int64_t v, slice as_written, slice *ret)
{
	struct buf out;

	buf_init(&out, c->a, 64);
	if (b->has_top && v >= b->top) {
		buf_put_i64(&out, b->top);
		buf_putz(&out, "以上");
	} else if (b->has_bottom && v <= b->bottom) {
		buf_put_i64(&out, b->bottom);
		buf_putz(&out, "以下");
	} else if (as_written.len > 0) {
		buf_put(&out, as_written);
	} else {
		buf_put_i64(&out, v);
	}
	return buf_done(c, &out, ret);
}

/* 34歳, 1,200円: what is counted says nothing more of the number. */
static slice without_unit(slice raw)
{
	static const slice units[] = { S_INIT("歳"), S_INIT("才"), S_INIT("円"), S_INIT("人"), S_INIT("名") };
	slice s = slice_trim(raw);

	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (s.len > units[i].len && slice_ends(s, units[i]))
			return slice_sub(s, 0, s.len - units[i].len);
	return s;
}

static rc canonical_number(struct ctx *c, const struct build *b, slice raw, slice *ret)
{
	char z[40];
	size_t n = 0;
	int64_t v = 0;
	bool whole = false;

	if (!narrow(without_unit(raw), z, sizeof z, &n) || !read_whole(z, n, &v, &whole))
		return FAIL(c, E_INVALID, "build.number");
	/* 007 and 7 are one number; 3.50 stays as it is written */
	return put_number(c, b, v, whole ? S_NONE : (slice){ z, n }, ret);
}

/* 2024-01-05 10:30, 2024/1/5T10:30:00+09:00: the day alone. */
static slice without_clock(slice raw)
{
	size_t at = 1, i, colons = 0;   /* the first T may be 大正 */

	while (at < raw.len && raw.p[at] != ' ' && raw.p[at] != 'T')
		at++;
	for (i = at + 1; i < raw.len; i++) {
		colons += raw.p[i] == ':';
		if ((raw.p[i] < '0' || raw.p[i] > '9') && !memchr(":.+-Z", raw.p[i], 5))
			return raw;
	}
	return colons > 0 ? slice_sub(raw, 0, at) : raw;
}

rc build_number(struct ctx *c, slice raw, int64_t *ret)
{
	char z[40];
	size_t n = 0;
	bool whole = false;

	return narrow(without_unit(raw), z, sizeof z, &n) && read_whole(z, n, ret, &whole) ? OK : FAIL(c, E_INVALID, "build.number");
}

static rc read_date(struct ctx *c, slice raw, jday *ret)
{
	struct fault before = c->fault;
	slice day = without_clock(raw);

	if (jday_parse(c, day, ret) == OK || jday_parse_ja(c, day, ret) == OK) {
		c->fault = before;
		return OK;
	}
	return FAIL(c, E_INVALID, "build.date");
}

static rc canonical_date(struct ctx *c, const struct build *b, slice raw, slice *ret)
{
	struct buf out;
	jday d = 0;

	TRY(read_date(c, raw, &d));
	if (b->kind == BUILD_AGE) {
		struct ymd born = jday_ymd(d), now = jday_ymd(b->at);
		int32_t age = now.y - born.y - (now.m < born.m || (now.m == born.m && now.d < born.d));

		return age < 0 ? FAIL(c, E_INVALID, "build.date") : put_number(c, b, age, S_NONE, ret);
	}
	buf_init(&out, c->a, 32);
	jday_put(&out, d);
	return buf_done(c, &out, ret);
}

/* 検査数字 of the six digits: 6 5 4 3 2 as weights; 11 less the rest by 11, its last digit. */
static bool muni_check(char z[8], size_t n)
{
	uint32_t sum = 0, digit;

	for (uint32_t i = 0; i < 5; i++)
		sum += (uint32_t)(z[i] - '0') * (6 - i);
	digit = (11 - sum % 11) % 10;
	if (n == 5)
		z[5] = (char)('0' + digit);
	return z[5] == (char)('0' + digit);
}

static rc canonical_code(struct ctx *c, const struct build *b, slice raw, slice *ret)
{
	char z[24];
	size_t n = 0, digits = 0, to = 0;
	/* 1,234,567 is an amount */
	bool good = narrow(raw, z, sizeof z, &n) && !memchr(raw.p, ',', raw.len);

	for (size_t i = 0; good && i < n; i++) {
		if (z[i] == '-' || z[i] == '.')
			continue;
		digits += z[i] >= '0' && z[i] <= '9';
		z[to++] = z[i] >= 'a' && z[i] <= 'z' ? (char)(z[i] - 32) : z[i];
	}
	n = to;
	if (good && b->kind == BUILD_POSTAL)
		good = n == 7 && digits == 7;
	else if (good && b->kind == BUILD_MUNICIPALITY)
		good = (n == 5 || n == 6) && digits == n && muni_check(z, n);
	else if (good && b->kind == BUILD_ICD)
		good = n >= 3 && z[0] >= 'A' && z[0] <= 'Z' && z[1] >= '0' && z[1] <= '9' && digits + 2 >= n;
	else
		good = good && n > 0 && z[0] >= 'A' && z[0] <= 'Z';
	if (!good)
		return FAIL(c, E_INVALID, "build.code");
	return slice_keep(c, (slice){ z, b->kind == BUILD_MUNICIPALITY ? 6 : n }, ret);
}

static rc canonical_listed(struct ctx *c, const struct build *b, slice raw, slice *ret)
{
	for (uint32_t i = 0; i < b->many; i++)
		if (slice_eq(b->values[i], raw))
			return *ret = raw, OK;
	if (b->many > 0)
		return FAIL(c, E_INVALID, "build.order");
	return *ret = raw, OK;
}

rc build_canonical(struct ctx *c, const struct build *b, slice raw, slice *ret)
{
	if (is_missing(b, raw) && !slice_is(raw, "*"))
		return *ret = raw, OK;
	if (raw.len == 0)
		return FAIL(c, E_INVALID, "build.empty");
	/* it would look suppressed, and the top of every hierarchy has this name */
	if (slice_is(raw, "*"))
		return FAIL(c, E_INVALID, "build.star");
	switch (b->kind) {
	case BUILD_FLAT: case BUILD_PREFIX: case BUILD_FREQUENT: return *ret = raw, OK;
	case BUILD_ORDER: return canonical_listed(c, b, raw, ret);
	case BUILD_NUMBER: return canonical_number(c, b, raw, ret);
	case BUILD_AGE: case BUILD_DATE: return canonical_date(c, b, raw, ret);
	case BUILD_POSTAL: case BUILD_MUNICIPALITY: case BUILD_ICD: case BUILD_OCCUPATION: return canonical_code(c, b, raw, ret);
	}
	return FAIL(c, E_BUG, "bug");
}

/* ---- labels ---- */

/* The multiple of `width` at or below v. */
static int64_t band(int64_t v, int64_t width)
{
	int64_t r = v % width;

	return v - (r < 0 ? r + width : r);
}

static void put_band(slice leaf, uint32_t width, bool fractions, struct buf *out)
{
	int64_t v = 0, low;
	bool whole = false;
	char z[40];
	size_t n = leaf.len < sizeof z - 1 ? leaf.len : sizeof z - 1;

	memcpy(z, leaf.p, n);
	z[n] = '\0';
	/* "100以上" is the same at all levels */
	if (!read_whole(z, n, &v, &whole)) {
		buf_put(out, leaf);
		return;
	}
	low = band(v, (int64_t)width);
	buf_putf(out, fractions ? "[%lld,%lld[" : low < 0 ? "%lld..%lld" : "%lld-%lld", (long long)low,
		(long long)(low + (int64_t)width - !fractions));
}

static void put_era_part(jday d, uint32_t step, struct buf *out)
{
	struct buf whole;
	slice s;

	buf_init(&whole, out->a, 64);
	jday_put_era(&whole, d);
	s = buf_slice(&whole);
	if (step == STEP_ERA_MONTH || step == STEP_ERA_YEAR) {
		slice end = step == STEP_ERA_MONTH ? S("月") : S("年");
		size_t at = slice_find(s, end, 0);

		buf_put(out, at == SIZE_MAX ? s : slice_sub(s, 0, at + end.len));
	} else if (s.len > 0 && s.p[0] >= '0' && s.p[0] <= '9') {
		buf_putz(out, "明治5年以前");
	} else {
		buf_put(out, slice_sub(s, 0, 6));
	}
}

static void put_date_part(jday d, uint32_t step, struct buf *out)
{
	struct ymd v = jday_ymd(d);

	switch (step) {
	case STEP_MONTH: buf_putf(out, "%04d-%02d", v.y, v.m); return;
	case STEP_QUARTER: buf_putf(out, "%04d-Q%d", v.y, (v.m - 1) / 3 + 1); return;
	case STEP_YEAR: buf_putf(out, "%04d", v.y); return;
	case STEP_ERA_MONTH: case STEP_ERA_YEAR: case STEP_ERA: put_era_part(d, step, out); return;
	default: break;
	}
	v.y -= v.y % (int32_t)step;
	buf_putf(out, "%04d-%04d", v.y, v.y + (int32_t)step - 1);
}

slice build_region(uint32_t p)
{
	return p == 0 || p > 47 ? S_NONE : p == 1 ? S("北海道") : p <= 7 ? S("東北") : p <= 14 ? S("関東") : p <= 23 ? S("中部")
		: p <= 30 ? S("近畿") : p <= 35 ? S("中国") : p <= 39 ? S("四国") : S("九州沖縄");
}

/* Chapters of ICD-10 (WHO, 2019 version), by their last category. */
static const struct { char last[4]; const char *name; } chapters[] = {
	{ "B99", "A00-B99" }, { "D48", "C00-D48" }, { "D89", "D50-D89" }, { "E90", "E00-E90" }, { "F99", "F00-F99" },
	{ "G99", "G00-G99" }, { "H59", "H00-H59" }, { "H95", "H60-H95" }, { "I99", "I00-I99" }, { "J99", "J00-J99" },
	{ "K93", "K00-K93" }, { "L99", "L00-L99" }, { "M99", "M00-M99" }, { "N99", "N00-N99" }, { "O99", "O00-O99" },
	{ "P96", "P00-P96" }, { "Q99", "Q00-Q99" }, { "R99", "R00-R99" }, { "T98", "S00-T98" }, { "U99", "U00-U99" },
	{ "Y98", "V01-Y98" }, { "Z99", "Z00-Z99" },
};

static void put_chapter(slice leaf, struct buf *out)
{
	for (size_t i = 0; i < sizeof chapters / sizeof *chapters; i++) {
		if (memcmp(leaf.p, chapters[i].last, 3) <= 0) {
			buf_putz(out, chapters[i].name);
			return;
		}
	}
	buf_putz(out, "Z00-Z99");
}

/* 日本標準職業分類 (2009): divisions A to L; what is no division stays by itself. */
static void put_occupation_group(char division, struct buf *out)
{
	if (division <= 'C')
		buf_putz(out, "管理・専門・事務");
	else if (division <= 'F')
		buf_putz(out, "販売・サービス・保安");
	else if (division == 'G')
		buf_putz(out, "農林漁業");
	else if (division <= 'K')
		buf_putz(out, "生産・輸送・建設・運搬");
	else
		buf_putf(out, "分類外(%c)", division);
}

static size_t chars(slice s, uint32_t n)
{
	size_t i = 0;
	uint32_t cp = 0;

	while (n-- > 0 && i < s.len)
		(void)utf8_next(s, &i, &cp);
	return i;
}

static void put_kept(slice leaf, uint32_t n, struct buf *out)
{
	size_t at = chars(leaf, n);

	buf_put(out, slice_sub(leaf, 0, at));
	buf_putc(out, '*');
}

static rc put_label(struct ctx *c, const struct build *b, slice leaf, uint32_t i, bool fractions, struct buf *out)
{
	jday d = 0;

	switch (b->kind) {
	case BUILD_FLAT: case BUILD_ORDER: case BUILD_FREQUENT: break;
	case BUILD_NUMBER: case BUILD_AGE: put_band(leaf, b->step[i], fractions, out); break;
	case BUILD_DATE:
		TRY(jday_parse(c, leaf, &d));
		put_date_part(d, b->step[i], out);
		break;
	case BUILD_POSTAL:
		buf_put(out, slice_sub(leaf, 0, b->step[i]));
		for (uint32_t j = b->step[i]; j < 7; j++)
			buf_putc(out, '*');
		break;
	case BUILD_MUNICIPALITY:
		if (i == 0)
			buf_put(out, slice_sub(leaf, 0, 2));
		else
			buf_put(out, build_region((uint32_t)(leaf.p[0] - '0') * 10 + (uint32_t)(leaf.p[1] - '0')));
		break;
	case BUILD_ICD:
		if (i == 0)
			buf_put(out, slice_sub(leaf, 0, 3));
		else
			put_chapter(leaf, out);
		break;
	case BUILD_OCCUPATION:
		if (i == 0)
			buf_put(out, slice_sub(leaf, 0, 1));
		else
			put_occupation_group(leaf.p[0], out);
		break;
	case BUILD_PREFIX: put_kept(leaf, b->step[i], out); break;
	}
	return OK;
}

static uint32_t inner_levels(const struct build *b)
{
	return b->kind == BUILD_MUNICIPALITY || b->kind == BUILD_ICD || b->kind == BUILD_OCCUPATION ? 2 : b->steps;
}

static rc put_line(struct ctx *c, const struct build *b, slice leaf, bool fractions, struct buf *out)
{
	struct buf label;
	slice cell;

	TRY(csv_quoted(c, leaf, &cell));
	/* an empty first cell of a line of one column would be no line */
	buf_put(out, cell);
	buf_init(&label, c->a, 4096);
	for (uint32_t i = 0; i < inner_levels(b); i++) {
		buf_reset(&label);
		if (is_missing(b, leaf))
			buf_put(&label, leaf);
		else
			TRY(put_label(c, b, leaf, i, fractions, &label));
		TRY(csv_quoted(c, buf_slice(&label), &cell));
		buf_putc(out, ',');
		buf_put(out, cell);
	}
	buf_putz(out, ",*\n");
	return OK;
}

static bool has_fractions(const struct build *b, const struct dict *leaves)
{
	for (uint32_t i = 0; b->kind == BUILD_NUMBER && i < leaves->count; i++)
		if (!is_missing(b, leaves->texts[i]) && memchr(leaves->texts[i].p, '.', leaves->texts[i].len))
			return true;
	return false;
}

/* ---- groups of neighbours, frequent values ---- */

struct placed { double number; uint32_t listed; slice text; };

static int by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	size_t n = x->text.len < y->text.len ? x->text.len : y->text.len;
	int order;

	if (x->listed != y->listed)
		return x->listed < y->listed ? -1 : 1;
	if (x->number < y->number || x->number > y->number)
		return x->number < y->number ? -1 : 1;
	order = n > 0 ? memcmp(x->text.p, y->text.p, n) : 0;
	return order != 0 ? order : x->text.len < y->text.len ? -1 : x->text.len > y->text.len;
}

static struct placed place_of(const struct build *b, slice leaf)
{
	struct placed p = { .number = INFINITY, .text = leaf };
	char z[40];
	size_t n = leaf.len < sizeof z - 1 ? leaf.len : sizeof z - 1;
	int64_t v = 0;
	bool whole = false;

	while (p.listed < b->many && !slice_eq(b->values[p.listed], leaf))
		p.listed++;
	memcpy(z, leaf.p, n);
	z[n] = '\0';
	if (b->many == 0 && n == leaf.len && read_whole(z, n, &v, &whole))
		p.number = strtod(z, NULL);
	return p;
}

/* first..last of the group, or its only value. */
static void put_group(const struct placed *all, uint32_t n, uint32_t i, uint32_t width, struct buf *out)
{
	uint32_t first = i / width * width, last = first + width - 1 < n ? first + width - 1 : n - 1;

	buf_put(out, all[first].text);
	if (last > first) {
		buf_putz(out, "..");
		buf_put(out, all[last].text);
	}
}

/* What is not among the `kept` most frequent values is one of the others. */
static void put_frequent(const struct placed *all, uint32_t i, uint32_t kept, struct buf *out)
{
	if (i < kept)
		buf_put(out, all[i].text);
	else
		buf_putf(out, "上位%lu以外", (unsigned long)kept);
}

/* Lines in an order of their own. rows: of each leaf; NULL: not known. */
static rc put_ordered(struct ctx *c, const struct build *b, const struct dict *leaves, const uint64_t *rows, struct buf *out)
{
	struct placed *all = NULL;
	uint32_t n = 0;
	struct buf label;
	slice cell;

	TRY_ARRAY(c, all, (size_t)leaves->count + 1);
	for (uint32_t i = 0; i < leaves->count; i++)
		if (is_missing(b, leaves->texts[i]))
			TRY(put_line(c, b, leaves->texts[i], false, out));
		else
			all[n++] = b->kind == BUILD_ORDER ? place_of(b, leaves->texts[i])
				: (struct placed){ .number = rows ? -(double)rows[i] : 0, .text = leaves->texts[i] };
	if (n > 0)
		qsort(all, n, sizeof *all, by_place);
	buf_init(&label, c->a, 1 << 20);
	for (uint32_t i = 0; i < n; i++) {
		TRY(csv_quoted(c, all[i].text, &cell));
		buf_put(out, cell);
		for (uint32_t l = 0; l < b->steps; l++) {
			buf_reset(&label);
			if (b->kind == BUILD_ORDER)
				put_group(all, n, i, b->step[l], &label);
			else
				put_frequent(all, i, b->step[l], &label);
			TRY(csv_quoted(c, buf_slice(&label), &cell));
			buf_putc(out, ',');
			buf_put(out, cell);
		}
		buf_putz(out, ",*\n");
	}
	return OK;
}

rc build_hierarchy(struct ctx *c, const struct build *given, const struct dict *raw, const uint64_t *rows,
	const struct hierarchy **ret, uint32_t **ret_leaf_of)
{
	struct build b = with_steps(given);
	bool ordered = b.kind == BUILD_ORDER || b.kind == BUILD_FREQUENT, fractions;
	uint32_t *leaf_of = NULL;
	uint64_t *leaf_rows = NULL;
	struct dict leaves;
	struct buf text;
	slice s;

	if (raw->count > LEAVES_MOST)
		return FAIL(c, E_LIMIT, "build.many");
	TRY_ARRAY(c, leaf_of, (size_t)raw->count + 1);
	TRY_ARRAY(c, leaf_rows, rows ? (size_t)raw->count + 1 : 1);
	dict_init(&leaves, c->a);
	for (uint32_t i = 0; i < raw->count; i++) {
		TRY(build_canonical(c, &b, raw->texts[i], &s));
		TRY(dict_add(c, &leaves, s, &leaf_of[i]));
		if (rows)
			leaf_rows[leaf_of[i]] += rows[i];
	}
	fractions = has_fractions(&b, &leaves);
	buf_init(&text, c->a, (size_t)1 << 30);
	if (ordered)
		TRY(put_ordered(c, &b, &leaves, rows ? leaf_rows : NULL, &text));
	for (uint32_t i = 0; !ordered && i < leaves.count; i++)
		TRY(put_line(c, &b, leaves.texts[i], fractions, &text));
	TRY(buf_done(c, &text, &s));
	/* the place of the fault would be one in a text that nobody has seen */
	if (hierarchy_read(c, s, ret) != OK)
		return c->fault.code == E_INVALID ? FAIL(c, E_INVALID, "build.labels") : c->fault.code;
	for (uint32_t i = 0; i < raw->count; i++)
		leaf_of[i] = hierarchy_leaf(*ret, leaves.texts[leaf_of[i]]);
	*ret_leaf_of = leaf_of;
	return OK;
}
