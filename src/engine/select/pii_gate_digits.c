/* The gate: do digits, with what joins them, ask for a look? */
#include "engine/select/pii_gate.h"

#include "engine/select/pii_check.h"

#include "base/banned.h"

/* A sign that joins groups of digits: hyphens of all gate_kinds, blanks, brackets. Its bytes. */
static size_t joint_at(const struct gate *g, size_t i, bool *ret_hyphen)
{
	uint32_t f;

	if (i >= g->n)
		return 0;
	if (g->p[i] < 0x80) {
		*ret_hyphen |= g->p[i] == '-';
		return g->p[i] == '-' || g->p[i] == ' ' || g->p[i] == '(' || g->p[i] == ')' ? 1 : 0;
	}
	if (g->p[i] < 0xE0 || g->p[i] > 0xEF || i + 2 >= g->n)
		return 0;
	f = pii_fold[wide(g->p + i) & 0xFFFF];
	*ret_hyphen |= f == '-' || f == 0x30FC;
	return f == '-' || f == 0x30FC || f == ' ' || f == '(' || f == ')' || f == 0x30FB ? 3 : 0;
}

size_t gate_digits_read(const struct gate *g, size_t i, struct digits *d)
{
	size_t step, end = i;
	bool hyphen = false;

	d->count = d->groups = d->first_len = 0;
	d->date_end = 0;
	d->hyphen = d->wide = false;
	while (d->groups < GROUPS_MOST) {
		uint32_t len = 0;

		for (; (step = digit_at(g, i)) > 0; i += step, len++) {
			d->wide |= step > 1;
			if (d->count + len < DIGITS_MOST)
				d->d[d->count + len] = (char)(step == 1 ? g->p[i] : g->p[i + 2] - 0x90 + '0');
		}
		if (!len)
			break;
		d->hyphen |= hyphen;
		d->first_len = d->groups ? d->first_len : len;
		d->len[d->groups] = (uint8_t)(len < 255 ? len : 255);
		d->count += len;
		d->groups++;
		end = i;
		if (d->groups == 3 && d->first_len == 4 && d->len[1] <= 2 && len <= 2)
			d->date_end = end;
		step = joint_at(g, i, &hyphen);
		if (!step)
			break;
		d->wide |= step > 1;
		i += step;
		step = digit_at(g, i) ? 0 : joint_at(g, i, &hyphen);
		i += step;
	}
	return end;
}

/* 2025-01-19, 2025/01/19: the date of a log line and no more. */
bool gate_is_timestamp(const struct digits *d)
{
	return d->first_len == 4 && d->count >= 8 &&
		((d->d[0] == '2' && d->d[1] == '0') || (d->d[0] == '1' && d->d[1] == '9')) &&
		d->groups >= 3;
}

/* TR1142097, AA12345678BB: two capital letters right before seven or eight digits. */
static bool after_capitals(const struct gate *g, size_t i, const struct digits *d)
{
	return i >= 2 && (d->first_len == 7 || d->first_len == 8) && g->p[i - 1] >= 'A' &&
		g->p[i - 1] <= 'Z' && g->p[i - 2] >= 'A' &&
		g->p[i - 2] <= 'Z' && !(i > 2 && (is_letter(g->p[i - 3]) || digit_at(g, i - 3)));
}

/* Groups from k on as the numbering plan has them, or eleven digits (ten, beside Japanese) without any. */
static bool phone_possible(const struct digits *d, uint32_t k, const char *p)
{
	uint32_t sum = 0;

	if (p[0] != '0' || p[1] == '0')
		return false;
	for (uint32_t n = 0; n < 3 && k + n < d->groups; n++) {
		uint32_t last = d->len[k + n];

		sum += last;
		if (sum > 11)
			return false;
		if (sum >= 10 && (n == 0 || last == 4))
			return true;
	}
	return false;
}

static bool groups_have(const struct digits *d, uint32_t k, const char *form)
{
	for (; *form; form++, k++)
		if (k >= d->groups || d->len[k] != *form - '0')
			return false;
	return true;
}

/* What number_alone() of pii_number.c would take, or a telephone number, in some of the groups. */
static bool number_possible(const struct digits *d)
{
	const char *p = d->d;

	for (uint32_t k = 0; k < d->groups; p += d->len[k++]) {
		if (phone_possible(d, k, p))
			return true;
		if (d->len[k] >= 14 ? d->len[k] <= 16 && check_card(p, d->len[k]) : false)
			return true;
		if (d->len[k] != 4)
			continue;
		if (groups_have(d, k, "461") || (groups_have(d, k, "444") && check_my_number(p)) ||
			(groups_have(d, k, "4444") && check_card(p, 16)) || (groups_have(d, k, "464") && check_card(p, 14)) ||
			(groups_have(d, k, "465") && check_card(p, 15)))
			return true;
	}
	return false;
}

#define LABEL_REACH 48u

/* Does a word that is a label of ours, or Japanese, stand in the line within reach before i? */
static bool label_near(const struct gate *g, size_t i)
{
	size_t from = i > LABEL_REACH ? i - LABEL_REACH : 0;

	for (; i > from && g->p[i - 1] != '\n'; i--) {
		if (g->p[i - 1] >= 0x80)
			return true;
		if (is_letter(g->p[i - 1]) && !is_letter(g->p[i]) && gate_key_before(g, i, LABELS_NUMBERED))
			return true;
	}
	return false;
}

bool gate_digits_matter(struct gate *g, size_t start, size_t end, const struct digits *d)
{
	unsigned char before = start ? g->p[start - 1] : '\n';
	bool japanese = before >= 0x80;

	gate_look_back(g, start);
	if (after_capitals(g, start, d))
		return true;
	if (is_letter(before) || before == '/' || before == '.' || before == '#' || before == '%' ||
		before == '\\' || before == '$')
		return false;
	if (japanese &&
		(d->hyphen || d->count >= 5 ||
		(d->count >= 3 && pii_pair(pii_tail_pairs, 16, g->before, g->last))))
		return true;
	if (end + 2 < g->n && g->p[end] >= 0x80 && d->hyphen && !gate_is_timestamp(d))
		return true;
	if (d->count >= 5 && gate_key_before(g, start, LABELS_PERSONAL & ~LABELS_WORDS))
		return true;
	if (gate_is_timestamp(d) || d->count < 7)
		return false;
	if (end < g->n && is_letter(g->p[end]))
		return false;
	if (d->d[0] == '0' ? d->count < 10 : d->groups >= 3 ? d->count < 11 : d->count < 14 || d->count > 19)
		return false;
	return d->wide || d->count > DIGITS_MOST || number_possible(d) || label_near(g, start);
}
