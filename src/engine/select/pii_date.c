/* Dates as they are written for a birth: 14 July 1988, 1972-04-03, 19720403, S47.4.3, 昭和47年4月3日, 昭和四十七年四月三日, 平成元年. */
#include "engine/select/pii_unit.h"

#include "base/banned.h"

static int knum(uint16_t ch)
{
	static const uint16_t digits[10] = { 0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03,
		0x516B, 0x4E5D };

	for (int k = 0; k < 10; k++)
		if (digits[k] == ch)
			return k;
	return ch == 0x5341 ? 10 : ch == 0x5143 ? 1 : -1;   /* 十, 元 */
}

/* A numeral of at most `most` digits, Arabic or kanji; the value, or -1. */
static int numeral(const struct unit *u, uint32_t *i, uint32_t limit, uint32_t most)
{
	uint32_t k = *i;
	int v = 0, unit = 0, kv;

	if (u_is(u, k, PC_DIGIT)) {
		while (k < limit && u_is(u, k, PC_DIGIT) && k - *i < most)
			v = v * 10 + (u->cp[k++] - '0');
		*i = k;
		return v;
	}
	for (; k < limit && k - *i < 5 && (kv = knum(u->cp[k])) >= 0; k++) {
		if (kv == 10) {
			v += (unit ? unit : 1) * 10;
			unit = 0;
		} else {
			unit = unit * 10 + kv;
		}
	}
	if (k == *i)
		return -1;
	*i = k;
	return v + unit;
}

/* 昭和 平成 大正 明治 令和 or S H T M R before a digit: behind it, or i. */
static uint32_t era(const struct unit *u, uint32_t i)
{
	static const uint16_t names[5][2] = {
		{ 0x662D, 0x548C }, { 0x5E73, 0x6210 }, { 0x5927, 0x6B63 }, { 0x660E, 0x6CBB },
			{ 0x4EE4, 0x548C },
	};
	uint16_t ch = u_cp(u, i);

	for (int k = 0; k < 5; k++)
		if (ch == names[k][0] && u_cp(u, i + 1) == names[k][1])
			return i + 2;
	/* 昭55.6.7 */
	for (int k = 0; k < 5; k++)
		if (ch == names[k][0] && u_is(u, i + 1, PC_DIGIT))
			return i + 1;
	if ((ch == 'S' || ch == 'H' || ch == 'T' || ch == 'M' || ch == 'R') && !(i && u_alnum(u, i - 1))) {
		uint32_t k = u_cp(u, i + 1) == '.' ? i + 2 : i + 1;

		return u_is(u, k, PC_DIGIT) ? k : i;
	}
	return i >= 1 && ch >= 0x337B && ch <= 0x337E ? i + 1 : i;   /* ㍻ ㍼ ㍽ ㍾ */
}

static bool is_between(const struct unit *u, uint32_t i, uint16_t kanji)
{
	uint16_t ch = u_cp(u, i);

	return ch == kanji || ch == '-' || ch == '/' || ch == '.' || ch == 0x30FC;
}

static bool compact(const struct unit *u, uint32_t i, uint32_t limit)
{
	int v[8];

	if (i + 8 > limit || u_is(u, i + 8, PC_DIGIT))
		return false;
	for (uint32_t k = 0; k < 8; k++) {
		if (!u_is(u, i + k, PC_DIGIT))
			return false;
		v[k] = u->cp[i + k] - '0';
	}
	return (v[0] == 1 ? v[1] >= 8 : v[0] == 2 && v[1] == 0) && v[4] * 10 + v[5] >= 1 &&
		v[4] * 10 + v[5] <= 12 &&
		v[6] * 10 + v[7] >= 1 && v[6] * 10 + v[7] <= 31;
}

static uint32_t skip_blank(const struct unit *u, uint32_t i) { return u_cp(u, i) == ' ' ? i + 1 : i; }

static uint32_t date_eastern(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t k, from;
	int y, m, d;

	if (compact(u, i, limit))
		return i + 8;
	from = k = era(u, i);
	k = skip_blank(u, k);
	y = numeral(u, &k, limit, 4);
	if (y < 0 || (from == i && (y < 1850 || y > 2100)) || (from != i && y > 99))
		return 0;
	k = skip_blank(u, k);
	if (!is_between(u, k, 0x5E74))
		return 0;
	k = skip_blank(u, k + 1);
	/* 1985年（昭和60年）3月4日 */
	for (uint32_t j = k + 1; u_cp(u, k) == '(' && j < k + 10 && j < limit; j++)
		if (u->cp[j] == ')')
			k = j + 1;
	m = numeral(u, &k, limit, 2);
	if (m < 1 || m > 12)
		return u_cp(u, k - 1) == 0x5E74 ? k : 0;                  /* 昭和55年生まれ */
	k = skip_blank(u, k);
	if (!is_between(u, k, 0x6708))
		return 0;
	from = k + 1;
	k = skip_blank(u, k + 1);
	d = numeral(u, &k, limit, 2);
	if (d < 1 || d > 31)
		return u_cp(u, from - 1) == 0x6708 ? from : 0;            /* 1980年4月 */
	if (u_is(u, k, PC_DIGIT))
		return 0;
	return u_cp(u, k) == 0x65E5 ? k + 1 : u_cp(u, k) == ' ' && u_cp(u, k + 1) == 0x65E5 ? k + 2 : k;
}

/* July, Jul, Sept.: behind the name of a month at i, or i. */
static uint32_t month_word(const struct unit *u, uint32_t i)
{
	static const char *const months[] = { "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
		"december" };
	uint32_t n = 0;

	while (u_is(u, i + n, PC_ALPHA))
		n++;
	if (n < 3 || n > 9)
		return i;
	for (size_t k = 0; k < sizeof months / sizeof months[0]; k++) {
		uint32_t j = 0;

		while (j < n && small_letter(u->cp[i + j]) == (uint16_t)(unsigned char)months[k][j])
			j++;
		if (j == n)
			return i + n;
	}
	return i;
}

/* 14, 3rd */
static uint32_t day_number(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t k = i;
	int d = u_is(u, i, PC_DIGIT) ? numeral(u, &k, limit, 2) : 0;

	if (d < 1 || d > 31 || u_is(u, k, PC_DIGIT))
		return i;
	return u_is(u, k, PC_ALPHA) && u_is(u, k + 1, PC_ALPHA) && !u_is(u, k + 2, PC_ALPHA) ? k + 2 : k;
}

static uint32_t skip_signs(const struct unit *u, uint32_t i)
{
	for (uint32_t k = i; k < i + 3; k++)
		if (u_cp(u, k) != ' ' && u_cp(u, k) != ',' && u_cp(u, k) != '.' && u_cp(u, k) != '-' && u_cp(u, k) != '/')
			return k;
	return i + 3;
}

/* 14 July 1988, July 14, 1988, 07/14/1988, 14.07.1988 */
static uint32_t date_western(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t a = day_number(u, i, limit), b, k;
	int y;

	if (a > i) {
		k = skip_signs(u, a);
		b = month_word(u, k);
		b = b > k ? b : day_number(u, k, limit);
	} else {
		a = month_word(u, i);
		k = skip_signs(u, a);
		b = a > i ? day_number(u, k, limit) : k;
	}
	if (b == k || k == a)
		return 0;
	k = skip_signs(u, b);
	if (k == b || !u_is(u, k, PC_DIGIT))
		return 0;
	b = k;
	y = numeral(u, &k, limit, 4);
	return k == b + 4 && y >= 1850 && y <= 2100 && !u_is(u, k, PC_DIGIT) ? k : 0;
}

uint32_t date_coded(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t n = 0, m, d;

	while (n < 8 && i + n < limit && u_is(u, i + n, PC_DIGIT))
		n++;
	if ((n != 6 && n != 7) || (n == 7 && (u->cp[i] < '1' || u->cp[i] > '5')) || u_is(u, i + n, PC_ALPHA | PC_HYPHEN))
		return 0;
	m = (uint32_t)(u->cp[i + n - 4] - '0') * 10 + u->cp[i + n - 3] - '0';
	d = (uint32_t)(u->cp[i + n - 2] - '0') * 10 + u->cp[i + n - 1] - '0';
	return m >= 1 && m <= 12 && d >= 1 && d <= 31 ? i + n : 0;
}

/* 明・大・昭・平・令　33年6月10日: behind the eras of a form, of which one is circled; or i. */
static uint32_t era_choice(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t k = i, n = 0;

	while (k + 1 < limit && k < i + 24 && (u_is(u, k, PC_KANJI | PC_ALPHA | PC_KATA) || u->cp[k] >= 0x2460)) {
		k++;
		if (n < 6 && (era(u, k - 1) == k + 1))
			k++;                                               /* 昭和・平成 */
		n++;
		if (u_cp(u, k) != 0x30FB && u_cp(u, k) != '/' && u_cp(u, k) != 0x2022 && u_cp(u, k) != 0x00B7)
			break;
		k++;
	}
	while (u_cp(u, k) == ' ')
		k++;
	return n >= 3 && u_is(u, k, PC_DIGIT | PC_KNUM) ? k : i;
}

/* 33年6月10日, without its era. */
static uint32_t date_bare(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t k = i;
	int v[3];

	for (int p = 0; p < 3; p++) {
		k = skip_blank(u, k);
		v[p] = numeral(u, &k, limit, 2);
		k = skip_blank(u, k);
		if (v[p] < 1 || u_cp(u, k++) != u"年月日"[p])
			return 0;
	}
	return v[0] <= 64 && v[1] <= 12 && v[2] <= 31 ? k : 0;
}

uint32_t date_chosen(const struct unit *u, uint32_t *i, uint32_t limit)
{
	uint32_t k = era_choice(u, *i, limit), end = k > *i ? date_bare(u, k, limit) : 0;

	if (end)
		*i = k;
	return end;
}

uint32_t date_read(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t end = date_eastern(u, i, limit);

	return end ? end : date_western(u, i, limit);
}

uint32_t date_counted(const struct unit *u, uint32_t i, uint32_t limit)
{
	uint32_t k = i, days = 0;

	while (k < limit && k < i + 6 && u_is(u, k, PC_DIGIT))
		days = days * 10 + (u->cp[k++] - '0');
	if (u_cp(u, k) == '.' && u_cp(u, k + 1) == '0')
		k += 2;
	for (limit = limit < u->n ? limit : u->n; limit > k && (u_is(u, limit - 1, PC_BLANK) || u->cp[limit - 1] == '"' || u->cp[limit - 1] == '\r');)
		limit--;
	return k == limit && u->cp[i] != '0' && days > 366 && days < 55000 ? k : 0;
}
