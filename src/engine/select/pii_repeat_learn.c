/* What of a finding is looked for again: a name as a whole and in its parts, an account, the digits of a number. */
#include "engine/select/pii_repeat.h"

#include "base/banned.h"

#define CHAIN_MOST 12u       /* words with the same two letters: hostile ones cost no more */

static void forget_all(struct repeats *r)
{
	memset(r->slots, 0, sizeof *r->slots << r->slot_bits);
	memset(r->digits, 0, sizeof *r->digits << r->slot_bits);
	memset(r->threes, 0, sizeof r->threes);
	memset(r->fours, 0, sizeof r->fours);
	r->n_words = r->n_digits = 0;
	r->used = 0;
	r->kinds = (struct begins){ 0 };
	r->learnt++;
	r->forgotten++;
}

void repeat_add_word(struct repeats *r, slice s, enum word_kind kind, enum pii_type type)
{
	uint32_t slot, chain = 0;

	if (s.len < 4 || s.len > 96)
		return;
	if (r->n_words == r->words_most || (r->pool && REPEAT_POOL - r->used < s.len)) {
		if (!r->pool)
			return;
		forget_all(r);
	}
	slot = slot_of(r, s.p);
	for (uint16_t k = r->slots[slot]; k; k = r->words[k].next, chain++)
		if (chain >= CHAIN_MOST || (r->words[k].len == s.len && memcmp(r->words[k].p, s.p, s.len) == 0))
			return;
	if (r->pool) {
		memcpy(r->pool + r->used, s.p, s.len);
		s.p = r->pool + r->used;
		r->used += s.len;
	}
	r->n_words++;
	r->learnt++;
	begins_learn(&r->kinds, s.p);
	r->words[r->n_words] = (struct word){ s.p, (uint16_t)s.len, r->slots[slot], kind, type };
	r->slots[slot] = (uint16_t)r->n_words;
	r->threes[three_of(s.p) >> 3] |= (uint8_t)(1u << (three_of(s.p) & 7));
}

/* 湯布 健太郎 also as one word, and with the blank of the other width. */
static void add_joined(struct repeats *r, slice s, size_t gap, size_t behind, slice blank, enum pii_type type)
{
	char *p = arena_bytes(r->c->a, s.len + blank.len);

	if (!p || behind > s.len)
		return;
	memcpy(p, s.p, gap);
	memcpy(p + gap, blank.p, blank.len);
	memcpy(p + gap + blank.len, s.p + behind, s.len - behind);
	repeat_add_word(r, (slice){ p, gap + blank.len + s.len - behind }, WORD_NAME, type);
}

/* A name as it was found: whole, and its surname and given name by themselves. */
static void add_name(struct repeats *r, slice s, enum pii_type type)
{
	uint16_t cp[24] = { 0 };
	size_t at[25] = { 0 }, len;
	uint32_t n = 0, gap = 0, behind = 0, surname = 0, info;

	for (size_t i = 0; i < s.len && n < 24; i += len) {
		cp[n] = letter(s, i, &len);
		if (!(pii_class[cp[n]] & (PC_KANJI | PC_HIRA | PC_KATA | PC_BLANK)))
			return;
		if ((pii_class[cp[n]] & PC_BLANK) && !gap)
			gap = n;
		at[n++] = i;
	}
	at[n] = s.len;
	if (n < 2 || n == 24)
		return;
	for (behind = gap; behind < n && gap && (pii_class[cp[behind]] & PC_BLANK);)
		behind++;
	surname = gap ? gap : 0;
	for (uint32_t k = n < 5 ? n : 4; k >= 2 && !surname; k--)
		if (PW_SURNAME(word_info(cp, k)) && (k == n || PW_GIVEN(word_info(cp + k, n - k)) || n - k <= 3))
			surname = k;
	if (!surname && n == 2 && is_surname_like(cp))
		surname = 2;   /* 栩木 */
	if (n > 2 && surname < n)
		repeat_add_word(r, s, WORD_NAME, type);
	if (gap) {
		add_joined(r, s, at[gap], at[behind], S(""), type);
		add_joined(r, s, at[gap], at[behind], s.p[at[gap]] == ' ' ? S("　") : S(" "), type);
	}
	if (!surname)
		return;
	info = word_info(cp, surname);
	/* a rare surname that is a word only in front of an honorific */
	if (surname >= 2 && (pii_class[cp[0]] & PC_KANJI))
		repeat_add_word(r, slice_sub(s, 0, at[surname]), (info & PW_SURNAME_WORD) && PW_SURNAME(info) < 2 && !r->w->strict ? WORD_GIVEN : WORD_SURNAME, type);
	behind = behind > surname ? behind : surname;
	if (n - behind >= 2 && type == PII_NAME && !(word_info(cp + behind, n - behind) & PW_GIVEN_WORD))
		repeat_add_word(r, slice_sub(s, at[behind], s.len - at[behind]), WORD_GIVEN, type);
}

/* Is a part of the account a name of the lists? Else it is a word, and words stand in other texts. */
static bool has_name(const uint16_t *cp, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t k = i;

		while (k < n && cp[k] >= 'a' && cp[k] <= 'z')
			k++;
		if (k - i >= 4 && (word_info(cp + i, (uint32_t)(k - i)) & (PW_SURNAME_ROMAJI | PW_GIVEN_ROMAJI)))
			return true;
		/* husami: an initial before it */
		if (k - i >= 5 && (word_info(cp + i + 1, (uint32_t)(k - i - 1)) & PW_SURNAME_ROMAJI))
			return true;
		i = k > i ? k : i + 1;
	}
	return false;
}

/* The account of a mail address: letters and more, nothing that is a function's. */
static void add_account(struct repeats *r, slice s)
{
	const char *at = s.len ? memchr(s.p, '@', s.len) : NULL;
	uint16_t cp[40];
	size_t n = at ? (size_t)(at - s.p) : s.len, letters = 0;

	if (n < 5 || n > 40)
		return;
	if (!at && n >= 7 && memchr(s.p, ' ', n)) {
		repeat_add_word(r, s, WORD_ACCOUNT, PII_NAME);   /* Hanako Sato */
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (!is_word_byte(s.p[i]) && s.p[i] != '.' && s.p[i] != '-')
			return;
		letters += is_alpha(s.p[i]);
		cp[i] = small_letter((uint8_t)s.p[i]);
	}
	if (letters >= 4 && !(word_info(cp, (uint32_t)n) & PW_DESK) && (letters < n || has_name(cp, n)))
		repeat_add_word(r, (slice){ s.p, n }, WORD_ACCOUNT, PII_NAME);
}

uint32_t repeat_digits(slice s, size_t i, size_t end, uint64_t *ret_hash)
{
	uint64_t h = WORD_HASH;
	uint32_t n = 0;
	size_t len;

	for (; i < end; i += len) {
		uint16_t ch = letter(s, i, &len);

		if (ch >= '0' && ch <= '9') {
			h = word_step(h, ch);
			n++;
		}
	}
	*ret_hash = h;
	return n;
}

/* The first four digits of the value. */
static void first_four(slice s, char ret[4])
{
	uint32_t n = 0;
	size_t len;

	for (size_t i = 0; i < s.len && n < 4; i += len) {
		uint16_t ch = letter(s, i, &len);

		if (ch >= '0' && ch <= '9')
			ret[n++] = (char)ch;
	}
}

static bool is_number_type(enum pii_type t)
{
	switch (t) {
	case PII_MY_NUMBER: case PII_CARD: case PII_DRIVERS_LICENSE: case PII_HEALTH_INSURER: case PII_HEALTH_INSURED: case PII_PENSION:
	case PII_EMPLOYMENT_INSURANCE: case PII_JUMINHYO: case PII_CARE_INSURANCE: case PII_PHONE: case PII_OTHER_ID:
		return true;
	case PII_BANK_ACCOUNT: case PII_PASSPORT: case PII_RESIDENCE_CARD: case PII_POSTAL: case PII_ADDRESS: case PII_NAME: case PII_NAME_KANA:
	case PII_EMAIL: case PII_BIRTH_DATE:
		break;
	}
	return false;
}

static void add_digits(struct repeats *r, slice s, enum pii_type type)
{
	uint64_t h;
	uint32_t n = repeat_digits(s, 0, s.len, &h), first = 0;
	struct digits *d;
	char four[4];

	if (n < DIGITS_LEAST || n > DIGITS_MOST)
		return;
	if (r->n_digits >= (uint32_t)1 << (r->slot_bits - 1)) {
		if (!r->pool)
			return;
		forget_all(r);
	}
	d = digits_slot(r, h);
	if (d->hash && d->type == type)
		return;
	r->learnt++;
	r->n_digits += !d->hash;
	r->retyped |= d->hash != 0;
	*d = (struct digits){ h, type };
	first_four(s, four);
	begins_learn_digits(&r->kinds, four);
	for (uint32_t k = 0; k < 4; k++)
		first = first * 10 + (uint32_t)(four[k] - '0');
	r->fours[first >> 3] |= (uint8_t)(1u << (first & 7));
}

void repeat_learn(struct repeats *r, slice value, enum pii_type type)
{
	if (type == PII_EMAIL || (type == PII_NAME && value.len && (uint8_t)value.p[0] < 0x80))
		add_account(r, value);
	else if (type == PII_NAME || type == PII_NAME_KANA)
		add_name(r, value, type);
	else if (is_number_type(type))
		add_digits(r, value, type);
}
