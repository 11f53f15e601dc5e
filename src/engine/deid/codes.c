#include "engine/deid/codes.h"

#include "base/banned.h"

/* Values looked at: enough to tell. */
#define LOOKED_MOST 20000u

const char *const code_words[CODE_KINDS] = { "none", "my-number", "resident-code", "passport", "telephone", "mail" };

const slice codes_unknown[CODES_UNKNOWN] = {
	S_INIT(""), S_INIT("-"), S_INIT("－"), S_INIT("ー"), S_INIT("不明"), S_INIT("不詳"), S_INIT("未記入"), S_INIT("無回答"),
	S_INIT("NULL"), S_INIT("null"), S_INIT("N/A"), S_INIT("NA"),
};

static size_t digits_of(slice s, char *out, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '-' || s.p[i] == ' ')
			continue;
		if (s.p[i] < '0' || s.p[i] > '9' || n == room)
			return 0;
		out[n++] = s.p[i];
	}
	return n;
}

/* Weights 2 … 7, 2 … from the digit beside the check digit on; 11 less the rest by 11, 0 for a rest of 0 or 1. */
static bool check_holds(const char *d, size_t n)
{
	uint32_t sum = 0, rest;

	for (size_t i = 1; i < n; i++)
		sum += (uint32_t)(d[n - 1 - i] - '0') * (uint32_t)(i <= 6 ? i + 1 : i - 5);
	rest = sum % 11;
	return d[n - 1] - '0' == (rest <= 1 ? 0 : (int)(11 - rest));
}

static enum code_kind kind_of(slice s)
{
	char d[16];
	size_t n = digits_of(s, d, sizeof d), at;

	if (n == 12 && check_holds(d, n))
		return CODE_MY_NUMBER;
	if (n == 11 && s.len == 11 && check_holds(d, n))
		return CODE_RESIDENT;
	if ((n == 10 || n == 11) && d[0] == '0' && s.len > n)
		return CODE_PHONE;
	if (s.len == 9 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' && s.p[1] <= 'Z'
		&& digits_of(slice_sub(s, 2, 7), d, sizeof d) == 7)
		return CODE_PASSPORT;
	at = slice_find(s, S("@"), 0);
	return at != SIZE_MAX && at > 0 && slice_find(s, S("."), at) != SIZE_MAX ? CODE_MAIL : CODE_NONE;
}

enum code_kind codes_find(const struct dict *texts)
{
	uint32_t count[CODE_KINDS] = { 0 }, looked = 0;

	for (uint32_t i = 0; i < texts->count && looked < LOOKED_MOST; i++) {
		if (texts->texts[i].len < 5)
			continue;
		looked++;
		count[kind_of(texts->texts[i])]++;
	}
	for (unsigned k = CODE_NONE + 1; k < CODE_KINDS; k++)
		if (count[k] > 0 && (uint64_t)count[k] * 10 >= (uint64_t)looked * 9)
			return (enum code_kind)k;
	return CODE_NONE;
}

/* Of few values all must be of the kind; of many a slip of the pen hides none: one in twenty. */
#define SLIPS_LEAST 20u

/* Categories of diseases are written with a capital letter; p001 is somebody's number. */
static bool is_written(enum build_kind kind, slice s)
{
	return kind != BUILD_ICD || (s.len > 0 && s.p[0] >= 'A' && s.p[0] <= 'Z');
}

static bool is_unknown(slice s)
{
	for (size_t i = 0; i < CODES_UNKNOWN; i++)
		if (slice_eq(s, codes_unknown[i]))
			return true;
	return false;
}

/* The values are of the kind; most of them must be more than "not known". */
static bool all_are(struct ctx *c, const struct dict *texts, enum build_kind kind)
{
	struct build b = { .kind = kind, .missing = codes_unknown, .missings = CODES_UNKNOWN };
	uint32_t known = 0, slips = 0, looked = 0;
	slice s;

	for (uint32_t i = 0; i < texts->count && i < LOOKED_MOST; i++) {
		struct fault before = c->fault;

		looked++;
		if (is_unknown(texts->texts[i]))
			continue;
		if (build_canonical(c, &b, texts->texts[i], &s) != OK || !is_written(kind, texts->texts[i])) {
			c->fault = before;
			slips++;
			if (texts->count < SLIPS_LEAST || (uint64_t)slips * 20 > (looked < 400 ? 400 : looked))
				return false;
			continue;
		}
		known += texts->texts[i].len > 1 || kind == BUILD_NUMBER;
	}
	return known > 0 && (uint64_t)slips * 20 <= looked;
}

bool codes_called_measure(slice name)
{
	static const char *const words[] = { "年齢", "年収", "収入", "所得", "支出", "額", "価格", "身長", "体重", "血圧", "age", "income",
		"price", "amount", "height", "weight" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (slice_find(name, slice_of(words[i]), 0) != SIZE_MAX)
			return true;
	return false;
}

enum build_kind codes_build(struct ctx *c, const struct dict *texts, slice name)
{
	bool short_codes = texts->count > 0 && texts->count <= 3000;

	if (all_are(c, texts, BUILD_DATE))
		return BUILD_DATE;
	if (!codes_called_measure(name) && all_are(c, texts, BUILD_MUNICIPALITY))
		return BUILD_MUNICIPALITY;
	if (!codes_called_measure(name) && all_are(c, texts, BUILD_POSTAL))
		return BUILD_POSTAL;
	if (all_are(c, texts, BUILD_NUMBER) && texts->count > 12)
		return BUILD_NUMBER;
	/* A01 may be a disease or a trade: the name of the column must say */
	if (short_codes && all_are(c, texts, BUILD_ICD))
		return slice_find(name, S("occupation"), 0) != SIZE_MAX || slice_find(name, S("職業"), 0) != SIZE_MAX
			? BUILD_OCCUPATION : BUILD_ICD;
	return texts->count > 60 ? BUILD_PREFIX : BUILD_FLAT;
}

uint32_t codes_unlike(struct ctx *c, const struct dict *texts, enum build_kind kind, uint32_t *ret_first)
{
	struct build b = { .kind = kind, .missing = codes_unknown, .missings = CODES_UNKNOWN };
	uint32_t n = 0;
	slice s;

	for (uint32_t i = 0; i < texts->count; i++) {
		struct fault before = c->fault;

		if (build_canonical(c, &b, texts->texts[i], &s) == OK)
			continue;
		c->fault = before;
		if (n++ == 0)
			*ret_first = i;
	}
	return n;
}
