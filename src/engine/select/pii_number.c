/* Numbers: groups of digits as people write them, under labels and alone. */
#include "engine/select/pii_check.h"
#include "engine/select/pii_unit.h"

#include "base/banned.h"

/* What may stand between two groups: one hyphen (with blanks around it), a blank, ・ or brackets of a telephone number. */
static uint32_t group_gap(const struct unit *u, uint32_t i, uint16_t *ret_sep)
{
	uint32_t k = i;

	if (u_cp(u, k) == ' ' && u_is(u, k + 1, PC_HYPHEN))
		k++;
	if (u_is(u, k, PC_HYPHEN) || u_cp(u, k) == 0x30FB) {
		*ret_sep = u->cp[k] == 0x30FB ? 0x30FB : '-';
		k++;
		if (u_cp(u, k) == ' ' && k - i == 2)
			k++;
	} else if (u_cp(u, k) == ' ') {
		*ret_sep = ' ';
		k++;
	} else {
		return 0;
	}
	return u_is(u, k, PC_DIGIT) ? k - i : 0;
}

bool number_read(const struct unit *u, uint32_t i, uint32_t limit, struct number *ret)
{
	uint16_t sep = 0;

	ret->start = i;
	ret->groups = ret->digits = 0;
	while (ret->groups < 12 && i < limit && u_is(u, i, PC_DIGIT)) {
		uint32_t k = i, gap;

		for (; k < limit && u_is(u, k, PC_DIGIT); k++)
			if (ret->digits < sizeof ret->d)
				ret->d[ret->digits++] = (char)u->cp[k];
			else
				return false;
		ret->g[ret->groups].at = i;
		ret->g[ret->groups].len = k - i;
		ret->g[ret->groups++].sep = sep;
		ret->end = k;
		gap = group_gap(u, k, &sep);
		if (!gap)
			break;
		i = k + gap;
	}
	return ret->groups > 0;
}

/* Lengths that a class has, as bits. */
static uint32_t lengths_of(enum pii_type t)
{
	switch (t) {
	case PII_MY_NUMBER: return 1u << 12;
	case PII_CARD: return 0x7u << 14 | 1u << 13 | 1u << 17 | 1u << 18 | 1u << 19;
	case PII_BANK_ACCOUNT: return 1u << 7;
	case PII_DRIVERS_LICENSE: return 1u << 12;
	case PII_HEALTH_INSURER: return 1u << 8 | 1u << 6;
	case PII_PENSION: return 1u << 10;
	case PII_EMPLOYMENT_INSURANCE: return 1u << 11 | 1u << 16;
	case PII_JUMINHYO: return 1u << 11;
	case PII_CARE_INSURANCE: return 1u << 10;
	case PII_POSTAL: return 1u << 7;
	case PII_HEALTH_INSURED: case PII_PASSPORT: case PII_RESIDENCE_CARD: case PII_PHONE: case PII_ADDRESS: case PII_NAME:
	case PII_NAME_KANA: case PII_EMAIL: case PII_BIRTH_DATE: case PII_OTHER_ID:
		return 0;
	}
	return 0;
}

static bool check_of(enum pii_type t, const char *d, uint32_t n)
{
	switch (t) {
	case PII_MY_NUMBER: return check_my_number(d);
	case PII_CARD: return check_card(d, n);
	case PII_DRIVERS_LICENSE: return check_drivers_license(d);
	case PII_HEALTH_INSURER: return check_insurer(d, n);
	case PII_JUMINHYO: return check_juminhyo(d);
	case PII_BANK_ACCOUNT: case PII_PENSION: case PII_EMPLOYMENT_INSURANCE: case PII_CARE_INSURANCE: case PII_POSTAL:
	case PII_HEALTH_INSURED: case PII_PASSPORT: case PII_RESIDENCE_CARD: case PII_PHONE: case PII_ADDRESS: case PII_NAME:
	case PII_NAME_KANA: case PII_EMAIL: case PII_BIRTH_DATE: case PII_OTHER_ID:
		return true;
	}
	return true;
}

uint32_t passport_read(const struct unit *u, uint32_t i)
{
	for (uint32_t k = 0; k < 9; k++)
		if (!u_is(u, i + k, k < 2 ? PC_ALPHA : PC_DIGIT))
			return 0;
	return u_alnum(u, i + 9) || (i && u_alnum(u, i - 1)) ? 0 : i + 9;
}

/* C7719204, 123456789: those of other countries, under a label; ICAO Doc 9303 gives them nine letters and digits at most. */
static uint32_t foreign_passport(const struct unit *u, uint32_t i)
{
	uint32_t k = i, digits = 0;

	while (k < u->n && k - i < 10 && u_alnum(u, k))
		digits += u_is(u, k++, PC_DIGIT);
	return k - i >= 7 && k - i <= 9 && digits >= 6 && !u_alnum(u, k) && !(i && u_alnum(u, i - 1)) ? k : 0;
}

uint32_t card_read(const struct unit *u, uint32_t i)
{
	for (uint32_t k = 0; k < 12; k++)
		if (!u_is(u, i + k, k < 2 || k > 9 ? PC_ALPHA : PC_DIGIT))
			return 0;
	return u_alnum(u, i + 12) || (i && u_alnum(u, i - 1)) ? 0 : i + 12;
}

/* 記号・番号: "33406-5596546", "52920・6", "776907 - 3", 記号 12345 番号 678, also a single run of digits. */
static uint32_t insured_read(const struct unit *u, uint32_t i, uint32_t limit)
{
	__attribute__((uninitialized)) struct number n;
	uint32_t k = i, words = 0;
	uint64_t mask;

	/* 記号 before the first part */
	while (k < limit && words < 3 && (u_is(u, k, PC_KANJI) || u->cp[k] == ' ')) {
		if (u->cp[k] != ' ' && u->cp[k] != 0x8A18 && u->cp[k] != 0x53F7)
			return 0;
		words += u->cp[k] == ' ';
		k++;
	}
	if (!number_read(u, k, limit, &n) || n.digits < 3)
		return 0;
	k = n.end;
	if (u_cp(u, k) == '(' && u_is(u, k + 1, PC_DIGIT))
		return k;
	if (u_cp(u, k) == ' ' && lex_match(u, k + 1, LX(LX_FILL), &mask) == 2) {        /* … 番号 678 */
		__attribute__((uninitialized)) struct number second;
		uint32_t j = k + 3;

		while (j < limit && (u->cp[j] == ' ' || u->cp[j] == ':'))
			j++;
		if (number_read(u, j, limit, &second))
			return second.end;
	}
	return k;
}

/* ゆうちょ: 記号 1xxx0 and 番号 of 2 to 8 digits ending in 1. */
static uint32_t yucho_read(const struct number *n)
{
	if (n->groups < 2 || n->g[0].len != 5 || n->d[0] != '1' || n->d[4] != '0')
		return 0;
	for (uint32_t k = 1, sum = 5; k < n->groups; sum += n->g[k].len, k++)
		if (n->g[k].len >= 2 && n->g[k].len <= 8 && n->d[sum + n->g[k].len - 1] == '1')
			return n->g[k].at + n->g[k].len;
	return 0;
}

uint32_t number_labelled(const struct unit *u, uint32_t i, uint32_t limit, enum pii_type t, bool *ret_failed)
{
	__attribute__((uninitialized)) struct number n;
	uint32_t sum = 0, lengths = lengths_of(t), end;

	*ret_failed = false;
	if (t == PII_PASSPORT)
		return (end = passport_read(u, i)) > 0 ? end : foreign_passport(u, i);
	if (t == PII_RESIDENCE_CARD)
		return card_read(u, i);
	if (t == PII_HEALTH_INSURED)
		return insured_read(u, i, limit);
	if (!number_read(u, i, limit, &n))
		return 0;
	if (t == PII_BANK_ACCOUNT && (end = yucho_read(&n)) > 0)
		return end;
	for (uint32_t k = 0; k < n.groups; k++) {
		sum += n.g[k].len;
		if (sum > 19)
			break;
		if (!(lengths >> sum & 1) || (k + 1 < n.groups && t == PII_CARD && sum < 14))
			continue;
		/* 212-83-148-39.rev.evil.example: seven digits, but not parted as a postal code is */
		if (t == PII_POSTAL && (k > 1 || (k == 1 && n.g[0].len != 3)) && n.g[0].len != 1)
			return 0;
		end = n.g[k].at + n.g[k].len;
		if (u_alnum(u, end))
			return 0;
		*ret_failed = !check_of(t, n.d, sum);
		return end;
	}
	/* the wrong length under a telling label: held back when it is no short count */
	if (n.digits >= 6 && n.digits <= 20 && t != PII_POSTAL && t != PII_BANK_ACCOUNT && n.groups < 6 &&
		!u_alnum(u, n.end)) {
		*ret_failed = true;
		return n.end;
	}
	return 0;
}

/* 69,990,554: does the comma at i part thousands, not cells? */
static bool parts_thousands(const struct unit *u, uint32_t i)
{
	uint32_t a = i, b = i + 1;

	while (a && u_is(u, a - 1, PC_DIGIT))
		a--;
	while (u_is(u, b, PC_DIGIT))
		b++;
	return i - a >= 1 && i - a <= 3 && b == i + 4 && !u_is(u, b, PC_HYPHEN) && !(u_cp(u, b) == ' ' && u_is(u, b + 1, PC_DIGIT)) && !(u_cp(u, b) == '(' && u_is(u, b + 1, PC_DIGIT));
}

/* A number may not be a piece of a longer code: letters, hyphens with letters, decimal points. */
static bool stands_alone(const struct unit *u, uint32_t start, uint32_t end)
{
	if (start) {
		uint16_t before = u->cp[start - 1];

		if (u_alnum(u, start - 1) || before == '_' || before == '#' || before == '%' ||
			before == '$' || (before == '/' && !u_is_wide(u, start - 1)) ||
			before == '@' || before == '\\')
			return false;
		if ((before == '-' || before == '.') && start > 1 && u_alnum(u, start - 2))
			return false;
		if (before == ',' && parts_thousands(u, start - 1))
			return false;
	}
	if (u_alnum(u, end) || u_cp(u, end) == '_' || (u_cp(u, end) == '/' && !u_is_wide(u, end)) || u_cp(u, end) == '%' ||
		u_cp(u, end) == '@')
		return false;
	if (u_cp(u, end) == ',' && parts_thousands(u, end))
		return false;
	return !((u_is(u, end, PC_HYPHEN) || u_cp(u, end) == '.') && u_alnum(u, end + 1));
}

/* 090-1234-5678（携帯）／03-1234-5678: after a stroke and another thing that was found. */
static bool behind_phone(const struct unit *u, uint32_t i)
{
	uint32_t k = i;

	if (!i || u->cp[i - 1] != '/')
		return false;
	for (k = i - 1; k && k + 12 > i && u->claim[k - 1] != 1; k--)
		;
	return k && u->claim[k - 1] == 1;
}

/* 工事番号 0301386555: ten digits without a gap behind 番号 are as likely that as a telephone number. */
static bool behind_number_word(const struct unit *u, uint32_t i)
{
	while (i && (u->cp[i - 1] == ' ' || u->cp[i - 1] == ':'))
		i--;
	return i > 1 && u->cp[i - 1] == 0x53F7 && u->cp[i - 2] == 0x756A;
}

static bool groups_are(const struct number *n, uint32_t k, const char *form)
{
	for (; *form; form++, k++)
		if (k >= n->groups || n->g[k].len != (uint32_t)(*form - '0') ||
			(form[1] && k + 1 < n->groups && n->g[k + 1].sep == 0x30FB))
			return false;
	return true;
}

static const char *digits_from(const struct number *n, uint32_t k)
{
	const char *d = n->d;

	for (uint32_t i = 0; i < k; i++)
		d += n->g[i].len;
	return d;
}

/* Two signs: the form with the right check digit. A word like 銀行 or 普通 before seven digits. */
static rc number_alone(struct unit *u, const struct number *n, uint32_t k, uint32_t *ret_end)
{
	static const struct { const char *form; uint32_t digits; enum pii_type type; } forms[] = {
		{ "4444", 16, PII_CARD }, { "464", 14, PII_CARD }, { "465", 15, PII_CARD },
			{ "444", 12, PII_MY_NUMBER },
		{ "461", 11, PII_EMPLOYMENT_INSURANCE },
	};
	const char *d = digits_from(n, k);
	uint32_t at = n->g[k].at, end;

	*ret_end = 0;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		uint32_t last = k + (uint32_t)strlen(forms[i].form) - 1;

		if (!groups_are(n, k, forms[i].form) || !check_of(forms[i].type, d, forms[i].digits))
			continue;
		end = n->g[last].at + n->g[last].len;
		if (!stands_alone(u, at, end) || !unit_free(u, at, end))
			continue;
		*ret_end = end;
		return unit_span(u, at, end, forms[i].type, PII_LIKELY, "form");
	}
	end = at + n->g[k].len;
	if (n->g[k].len >= 14 && n->g[k].len <= 16 && check_card(d, n->g[k].len) &&
		stands_alone(u, at, end) && unit_free(u, at, end)) {
		*ret_end = end;
		return unit_span(u, at, end, PII_CARD, u->w->state->seen_person ? PII_LIKELY : PII_DOUBTFUL,
			"luhn");
	}
	if (n->g[k].len == 7 && at && stands_alone(u, at, end) && unit_free(u, at, end)) {
		uint32_t b = at;

		while (b && (u->cp[b - 1] == ' ' || u->cp[b - 1] == ')' || u->cp[b - 1] == ':' ||
			u->cp[b - 1] == '-'))
			b--;
		if (b && lex_before(u, b, LX(LX_BANK_BEFORE))) {
			*ret_end = end;
			return unit_span(u, at, end, PII_BANK_ACCOUNT, PII_LIKELY, "account kind");
		}
	}
	return OK;
}

/* ゆうちょ written out: 記号12340 番号12345671. The end, or 0. */
static uint32_t yucho_alone(const struct unit *u, const struct number *n, uint32_t k)
{
	uint32_t at = n->g[k].at, i = at + 5;
	const char *d = digits_from(n, k);
	__attribute__((uninitialized)) struct number second;

	if (n->g[k].len != 5 || d[0] != '1' || d[4] != '0' || at < 2)
		return 0;
	for (uint32_t b = at; b && at - b < 3; b--)
		if (u->cp[b - 1] == 0x53F7)                                /* 号 */
			for (; i < at + 12 && i < u->n && !u_is(u, i, PC_DIGIT); i++)
				if (u->cp[i] == 0x756A &&
					number_read(u,
					i + 2 + (u_cp(u, i + 2) == ' ' || u_cp(u, i + 2) == ':'), u->n,
					&second) &&
					second.g[0].len >= 2 && second.g[0].len <= 8)
					return second.g[0].at + second.g[0].len;
	return 0;
}

/* Behind 記号, with blanks or a colon between. */
static bool behind_mark(const struct unit *u, uint32_t i)
{
	while (i && (u->cp[i - 1] == ' ' || u->cp[i - 1] == ':'))
		i--;
	return i >= 2 && u->cp[i - 1] == 0x53F7 && u->cp[i - 2] == 0x8A18;
}

/* 記号　6223　番号　16025, of an insurance that is named elsewhere. The end, or 0. */
static uint32_t insured_alone(const struct unit *u, const struct number *n, uint32_t k)
{
	uint32_t i = n->g[k].at + n->g[k].len;
	__attribute__((uninitialized)) struct number second;

	if (!behind_mark(u, n->g[k].at))
		return 0;
	while (u_cp(u, i) == ' ' || u_cp(u, i) == 0x3001 || u_cp(u, i) == 0x30FB)
		i++;
	if (u_cp(u, i) != 0x756A || u_cp(u, i + 1) != 0x53F7)
		return 0;
	for (i += 2; u_cp(u, i) == ' ' || u_cp(u, i) == ':';)
		i++;
	return number_read(u, i, u->n, &second) ? second.g[0].at + second.g[0].len : 0;
}

static rc number_at(struct unit *u, uint32_t i, uint32_t *ret_next)
{
	__attribute__((uninitialized)) struct number n;
	uint32_t end;

	if (!number_read(u, i, u->n, &n)) {
		*ret_next = i + 1;
		while (u_is(u, *ret_next, PC_DIGIT))
			(*ret_next)++;
		return OK;
	}
	for (uint32_t k = 0; k < n.groups; k++) {
		if (n.g[k].at < i)
			continue;
		end = yucho_alone(u, &n, k);
		if (end && unit_free(u, n.g[k].at, end))
			TRY(unit_span(u, n.g[k].at, end, PII_BANK_ACCOUNT, PII_LIKELY, "form"));
		else if ((end = insured_alone(u, &n, k)) > 0 && unit_free(u, n.g[k].at, end))
			TRY(unit_span(u, n.g[k].at, end, PII_HEALTH_INSURED, PII_LIKELY, "form"));
		else
			TRY(number_alone(u, &n, k, &end));
		if (end) {
			i = end;
			continue;
		}
		end = phone_read(u, n.g[k].at, u->n, false);
		if (end && (stands_alone(u, n.g[k].at, end) || behind_phone(u, n.g[k].at)) && unit_free(u, n.g[k].at, end) &&
			!(end == n.g[k].at + 10 && behind_number_word(u, n.g[k].at))) {
			TRY(unit_span(u, n.g[k].at, end, PII_PHONE, PII_LIKELY, "numbering plan"));
			i = end;
		}
	}
	*ret_next = n.end > i ? n.end : i;
	return OK;
}

/*
 * The run of digits [i, end) by itself is nothing: within a word, or of a length that no number has whose form alone tells it. So are
 * most, in hashes and names of hosts. `marks`: 記号 or 番号 may stand before it.
 */
static bool is_dull(const struct unit *u, uint32_t i, uint32_t end, bool marks)
{
	uint32_t len = end - i;
	uint16_t sign;

	if (group_gap(u, end, &sign) || (marks && (len == 5 || behind_mark(u, i))))
		return false;
	if ((i && u_alnum(u, i - 1)) || u_is(u, end, PC_ALPHA))
		return true;
	return u->cp[i] != '0' && len != 7 && (len < 14 || len > 16);
}

/* What begins at i, one or two before digits: +81 and (03), or the letters of a residence card. */
static rc before_digits(struct unit *u, uint32_t i, bool two)
{
	uint32_t end;

	if ((u->cp[i] == '+' || u->cp[i] == '(') && !u->claim[i] && (end = phone_read(u, i, u->n, false)) > 0 &&
		(stands_alone(u, i, end) || behind_phone(u, i)) && unit_free(u, i, end))
		return unit_span(u, i, end, PII_PHONE, PII_LIKELY, "numbering plan");
	if (two && u_is(u, i, PC_ALPHA) && u->cp[i] < 'a' && !(i && u_alnum(u, i - 1)) && (end = card_read(u, i)) > 0 &&
		stands_alone(u, i, end) && unit_free(u, i, end))
		return unit_span(u, i, end, PII_RESIDENCE_CARD, PII_CERTAIN, "form");
	return OK;
}

rc numbers_find(struct unit *u)
{
	uint32_t next = 0, end;   /* what stands before `next` was looked at */
	bool marks;

	if (!unit_has_digits(u))
		return OK;
	marks = !u->latin_only && u_find(u, 0, 0x53F7) < u->n;   /* 号, as 記号 and 番号 have it */
	for (uint32_t i = 0; (i = u_next(u, next, PC_DIGIT | PC_KNUM)) < u->n;) {
		if (!u_is(u, i, PC_DIGIT)) {
			end = phone_numerals(u, i);
			next = end && unit_free(u, i, end) ? end : i + 1;
			if (next == end)
				TRY(unit_span(u, i, end, PII_PHONE, PII_LIKELY, "numbering plan"));
			continue;
		}
		for (end = i + 1; u_is(u, end, PC_DIGIT);)
			end++;
		if (i > 1 && next < i - 1)
			TRY(before_digits(u, i - 2, true));
		if (i && next < i)
			TRY(before_digits(u, i - 1, false));
		next = end;
		if (!(i && u_is(u, i - 1, PC_DIGIT)) && !is_dull(u, i, end, marks))
			TRY(number_at(u, i, &next));
	}
	return OK;
}
