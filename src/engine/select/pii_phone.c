/*
 * Telephone numbers by the numbering plan (総務省 電気通信番号計画): 0 and 9 digits; 11 digits for 090 080 070 060 050
 * 020 and 0800. +81 stands for the leading 0.
 */
#include "engine/select/pii_unit.h"

#include "base/banned.h"

struct phone { uint32_t end, digits, groups, len[6]; char d[20]; bool abroad, home; };

static bool is_hyphen(const struct unit *u, uint32_t i) { return u_is(u, i, PC_HYPHEN); }

/* Behind the separator at i when digits follow it; else i. `dots` may part the groups, too. */
static uint32_t phone_gap(const struct unit *u, uint32_t i, bool dots)
{
	uint32_t k = i;

	if (u_cp(u, k) == ')') {
		k++;
		if (is_hyphen(u, k) || u_cp(u, k) == ' ')
			k++;
	} else if (u_cp(u, k) == '(' || is_hyphen(u, k) || u_cp(u, k) == ' ' ||
		(dots && u_cp(u, k) == '.')) {
		k++;
		if (u_cp(u, k - 1) == ' ' &&
			(u_cp(u, k) == '(' || (is_hyphen(u, k) && (dots || u_cp(u, k + 1) == ' '))))
			k += u_cp(u, k) == '(' || u_cp(u, k + 1) != ' ' ? 1 : 2;
		else if (is_hyphen(u, k - 1) && (u_cp(u, k) == ' ' || u_cp(u, k) == '('))
			k++;
	} else {
		return i;
	}
	return u_is(u, k, PC_DIGIT) ? k : i;
}

/* +81, +81 (0), 81 in other countries' numbers; sets abroad when it is not ours. */
static uint32_t phone_prefix(const struct unit *u, uint32_t i, struct phone *p)
{
	if (u_cp(u, i) == '(' && (u_cp(u, i + 1) == '0' || u_cp(u, i + 1) == '+'))
		return u_cp(u, i + 1) == '+' ? phone_prefix(u, i + 1, p) : i + 1;
	if (u_cp(u, i) != '+')
		return i;
	if (u_cp(u, i + 1) != '8' || u_cp(u, i + 2) != '1') {
		p->abroad = true;
		return i + 1;
	}
	p->home = true;
	i += 3;
	if (u_cp(u, i) == ')')
		i++;
	if (is_hyphen(u, i) || u_cp(u, i) == ' ')
		i++;
	if (u_cp(u, i) == '(' && u_cp(u, i + 1) == '0' && u_cp(u, i + 2) == ')')
		i += 3;
	else if (u_cp(u, i) == '(')
		i++;
	if (is_hyphen(u, i) || u_cp(u, i) == ' ')
		i++;
	p->d[p->digits++] = '0';
	if (u_cp(u, i) == '0')
		i++;
	return i;
}

static bool starts(const struct phone *p, const char *lead) { return memcmp(p->d, lead, strlen(lead)) == 0; }

static bool is_mobile(const struct phone *p)
{
	return p->digits == 11 && p->d[2] == '0' && p->d[0] == '0' && strchr("25678 9", p->d[1]) &&
		p->d[1] != ' ' && p->d[3] != '0';
}

static bool is_desk(const struct phone *p)
{
	return starts(p, "0120") || starts(p, "0570") || starts(p, "0800") || starts(p, "0990") ||
		starts(p, "0180");
}

/* Groups as the plan has them: 3-4-4, 2-4-4, 3-3-4, 4-2-4, 5-1-4, or no groups at all. */
static bool groups_fit(const struct phone *p)
{
	uint32_t lead = p->home ? p->len[0] + 1 : p->len[0];

	if (p->groups == 1)
		return p->digits == 11 || p->d[3] != '0' || p->d[4] != '0';
	if (p->groups == 2)
		return p->digits == 11 ? lead == 3 : p->len[1] == 4;
	if (p->groups != 3 || p->len[2] != 4)
		return false;
	return p->digits == 11 ? lead == 3 || lead == 4 : lead >= 2 && lead <= 5 && lead + p->len[1] == 6;
}

static bool is_phone(const struct phone *p, bool labelled)
{
	if (p->abroad)
		return labelled && p->digits >= 8 && p->digits <= 15;
	if (p->d[0] != '0' || p->d[1] == '0')
		return false;
	if (labelled)
		return p->digits == 10 || p->digits == 11;
	if (is_desk(p) || !groups_fit(p))
		return false;
	return is_mobile(p) || p->digits == 10;
}

/* 〇九〇－一二三四－五六七八: ten or eleven digits as numerals, as papers written from top to bottom have them. The end, or 0. */
uint32_t phone_numerals(const struct unit *u, uint32_t i)
{
	uint32_t k = i, digits = 0, groups = 1;

	if (u_cp(u, i) != 0x3007 || (i && u_is(u, i - 1, PC_KNUM)))
		return 0;
	for (; k < u->n && digits < 12; k++) {
		if (is_hyphen(u, k) || u->cp[k] == 0x30FC || u->cp[k] == '(' || u->cp[k] == ')')
			groups++;
		else if (u->cp[k] == 0x3007 || (u_is(u, k, PC_KNUM) && u->cp[k] != 0x5341 && u->cp[k] != 0x767E && u->cp[k] != 0x5343 && u->cp[k] != 0x5143))
			digits++;
		else
			break;
	}
	return (digits == 10 || digits == 11) && groups <= 4 && u_cp(u, i + 1) != 0x3007 ? k : 0;
}

uint32_t phone_read(const struct unit *u, uint32_t i, uint32_t limit, bool labelled)
{
	struct phone p = { 0 };
	uint32_t best = 0, k, next;

	if (!u_is(u, i, PC_DIGIT) && u_cp(u, i) != '+' && u_cp(u, i) != '(')
		return 0;
	k = phone_prefix(u, i, &p);
	if (!u_is(u, k, PC_DIGIT) || (!p.home && !p.abroad && u->cp[k] != '0'))
		return 0;
	while (k < limit && p.groups < 6) {
		uint32_t from = k;

		while (k < limit && u_is(u, k, PC_DIGIT) && p.digits < 16)
			p.d[p.digits++] = (char)u->cp[k++];
		if (u_is(u, k, PC_DIGIT))
			break;
		p.len[p.groups++] = k - from;
		if (is_phone(&p, labelled) && !u_is(u, k, PC_ALPHA))
			best = k;
		if (p.digits >= 11 && !p.abroad)
			break;
		/* 080.3702.3332: nothing else begins so */
		next = phone_gap(u, k, labelled || (p.d[0] == '0' && p.d[2] == '0' && p.len[0] == 3 && (p.digits == 3 || p.digits == 7)));
		if (next == k)
			break;
		k = next;
	}
	if (best && !labelled && u->cp[i] == '(') {   /* 花子（090-…）: of another bracket than (03) 1234-… */
		for (k = i; k < best && u->cp[k] != ')';)
			k++;
		if (k == best)
			return 0;
	}
	if (best && !labelled && p.groups == 1 && p.digits == 10 && !unit_among_japanese(u))
		return 0;   /* ten bare digits in a line without Japanese are a time or an id */
	return best;
}
