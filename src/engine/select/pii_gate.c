/*
 * The gate: one quick pass over the bytes that decides, sentence by sentence, whether the finders need to look at all.
 * It may let through what holds nothing; it must not stop what holds something. Most of a text is stopped here, and most
 * bytes of it by the masks of pii_mask.h.
 */
#include "engine/select/pii_check.h"
#include "engine/select/pii_mask.h"
#include "engine/select/pii_unit.h"

#include "base/banned.h"

enum { B_PLAIN, B_DIGIT, B_SIGN, B_END, B_AT, B_PLUS, B_OPEN, B_WIDE, B_HIGH, B_ESCAPE, B_SLASH };

#define SIXTEEN(k) k, k, k, k, k, k, k, k, k, k, k, k, k, k, k, k
/* 0x80 to 0xDF are parts or beginnings of two-byte letters, 0xE0 to 0xEF begin wide ones. */
static const uint8_t kinds[256] = {
	['0'] = B_DIGIT, ['1'] = B_DIGIT, ['2'] = B_DIGIT, ['3'] = B_DIGIT, ['4'] = B_DIGIT, ['5'] = B_DIGIT,
		['6'] = B_DIGIT,
	['7'] = B_DIGIT, ['8'] = B_DIGIT, ['9'] = B_DIGIT, ['\n'] = B_END, ['@'] = B_AT, ['+'] = B_PLUS,
	[':'] = B_SIGN, ['='] = B_SIGN, ['\t'] = B_SIGN, [' '] = B_SIGN, ['"'] = B_SIGN, ['|'] = B_SIGN,
		['\''] = B_SIGN,
	['<'] = B_OPEN, ['('] = B_OPEN, ['['] = B_OPEN, ['%'] = B_ESCAPE, ['\\'] = B_ESCAPE, ['/'] = B_SLASH,
	[0x80] = SIXTEEN(B_HIGH), SIXTEEN(B_HIGH), SIXTEEN(B_HIGH), SIXTEEN(B_HIGH), SIXTEEN(B_HIGH),
		SIXTEEN(B_HIGH),
	SIXTEEN(B_WIDE), SIXTEEN(B_HIGH),
};

static inline uint8_t kind_of(unsigned char ch) { return kinds[ch]; }

struct gate {
	const unsigned char *p;
	size_t n;
	/* folded letters right before: last but one, last; 0 for ASCII; set by look_back() */
	uint32_t before, last;
	uint8_t class;             /* of `last` */
	struct gate_key *keys;
};

static uint32_t wide(const unsigned char *p) { return (p[0] & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u); }

static bool is_wide(const struct gate *g, size_t i) { return i + 2 < g->n && g->p[i] >= 0xE0 &&
	g->p[i] < 0xF0; }

/* The two wide letters that end before i; blanks and quotes in between do not count. */
static void look_back(struct gate *g, size_t i)
{
	g->before = g->last = 0;
	g->class = 0;
	/* A label stands near: without a limit, a run of quotes would be walked again from each of them. */
	for (unsigned n = 0; n < 16 && i && (g->p[i - 1] == ' ' || g->p[i - 1] == '"'); n++)
		i--;
	if (i < 3 || !is_wide(g, i - 3))
		return;
	g->class = pii_gate[wide(g->p + i - 3)];
	g->last = pii_fold[wide(g->p + i - 3)];
	while (i >= 6 && memcmp(g->p + i - 6, "\xE3\x80\x80", 3) == 0)      /* 氏　　名： */
		i -= 3;
	if (i >= 6 && is_wide(g, i - 6))
		g->before = pii_fold[wide(g->p + i - 6)];
}

/* Do Japanese letters follow at i, or first blanks and then they? */
static bool japanese_follows(const struct gate *g, size_t i)
{
	while (i + 2 < g->n && (g->p[i] == ' ' || memcmp(g->p + i, "\xE3\x80\x80", 3) == 0))
		i += g->p[i] == ' ' ? 1 : 3;
	return is_wide(g, i) && (pii_gate[wide(g->p + i)] & (PG_KANJI | PG_HIRA | PG_KATA));
}

/* A label ends right before the sign at i: of a name, reading, address or date when Japanese follows, else any. */
static bool label_before(const struct gate *g, size_t i)
{
	uint16_t word[12];
	uint32_t n = 12;
	size_t k = i;
	uint16_t mark = 0;
	bool any = !japanese_follows(g, i + (is_wide(g, i) ? 3 : 1));

	while (k && (g->p[k - 1] == ' ' || g->p[k - 1] == '"'))
		k--;
	while (n && k >= 3 && is_wide(g, k - 3)) {
		word[--n] = pii_fold[wide(g->p + k - 3)];
		k -= 3;
		if (word[n] == 0x3099 || word[n] == 0x309A)
			mark = word[n++];   /* ﾌﾘｶﾞﾅ */
		else if (word[n] == ' ')
			n++;
		else if (mark) {
			word[n] = (uint16_t)(word[n] + (mark == 0x3099 ? 1 : 2));
			mark = 0;
		}
	}
	return label_tail(word + n, 12 - n, any);
}

/* Digit at i, ASCII or full-width: its bytes, else 0. */
static size_t digit_at(const struct gate *g, size_t i)
{
	if (i >= g->n)
		return 0;
	if (kind_of(g->p[i]) == B_DIGIT)
		return 1;
	return g->p[i] == 0xEF && i + 2 < g->n && g->p[i + 1] == 0xBC && g->p[i + 2] >= 0x90 &&
		g->p[i + 2] <= 0x99 ? 3 : 0;
}

/* A sign that joins groups of digits: hyphens of all kinds, blanks, brackets. Its bytes. */
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

#define DIGITS_MOST 40u
#define GROUPS_MOST 8u

/* Groups of digits that signs join. `date_end` is where the date ends that a time may follow, or 0. */
struct digits {
	uint32_t count, groups, first_len;
	size_t date_end;
	uint8_t len[GROUPS_MOST];
	char d[DIGITS_MOST];
	bool hyphen, wide;   /* wide: signs or digits beyond ASCII */
};

static size_t digits_read(const struct gate *g, size_t i, struct digits *d)
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

static bool is_letter(unsigned char ch) { return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
	ch == '_'; }

/* 2025-01-19, 2025/01/19: the date of a log line and no more. */
static bool is_timestamp(const struct digits *d)
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

/* The label that a key is; asked of those that were seen before first. */
static uint64_t key_mask(struct gate_key *keys, const char *text, size_t len)
{
	uint32_t h = (uint32_t)len, n = 0;
	uint16_t word[KEY_MOST];
	struct gate_key *key;

	for (size_t i = 0; i < len; i++)
		h = h * 31 + (unsigned char)text[i];
	key = &keys[(h ^ h >> 8) % KEYS_KEPT];
	if (key->len == len && memcmp(key->text, text, len) == 0)
		return key->mask;
	for (size_t i = 0; i < len; i++)
		if (text[i] != ' ')
			word[n++] = (unsigned char)text[i];
	key->len = (uint8_t)len;
	memcpy(key->text, text, len);
	key->mask = label_ends(word, n);
	return key->mask;
}

/* "My Number", "Date of Birth": the last of two or three words stands at [i, k). */
static bool words_before(const struct gate *g, size_t i, size_t k, uint64_t want)
{
	for (int words = 1; words < 3 && i > 2 && g->p[i - 1] == ' ' && is_letter(g->p[i - 2]); words++) {
		for (i--; i && k - i < KEY_MOST && is_letter(g->p[i - 1]); i--)
			;
		if (k - i >= KEY_MOST || (i && is_letter(g->p[i - 1])))
			return false;
		if (pii_pair(pii_lex_pairs, 16, small_letter(g->p[i]), small_letter(g->p[i + 1])) &&
			(key_mask(g->keys, (const char *)g->p + i, k - i) & want))
			return true;
	}
	return false;
}

/* The key before a sign is a label of ours or ends in one: mail=, "tel": , customer_name: */
#define LABELS_PERSONAL (LX_LABEL & ~LX(LX_NONE))
#define LABELS_NUMBERED (LX_TYPES & ~(LX(PII_NAME) | LX(PII_NAME_KANA) | LX(PII_EMAIL) | LX(PII_ADDRESS)))

static bool key_before(const struct gate *g, size_t i, uint64_t want)
{
	size_t k = i;

	while (k && i - k < 4 &&
		(g->p[k - 1] == '"' || g->p[k - 1] == ' ' || g->p[k - 1] == '\'' || g->p[k - 1] == ':' ||
		g->p[k - 1] == '=' ||
		g->p[k - 1] == '\\' || g->p[k - 1] == '.'))
		k--;
	if (k < 2 || !is_letter(g->p[k - 1]) || !is_letter(g->p[k - 2]))
		return k && g->p[k - 1] >= 0x80;
	if (!pii_pair(pii_tail_pairs, 16, small_letter(g->p[k - 2]), small_letter(g->p[k - 1])) && g->p[k - 2] != '_')
		return false;
	for (i = k; i && k - i < KEY_MOST && (is_letter(g->p[i - 1]) || g->p[i - 1] == '-'); i--)
		;
	return (key_mask(g->keys, (const char *)g->p + i, k - i) & want) != 0 || (i && g->p[i - 1] == ' ' && words_before(g, i, k, want));
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
		if (is_letter(g->p[i - 1]) && !is_letter(g->p[i]) && key_before(g, i, LABELS_NUMBERED))
			return true;
	}
	return false;
}

static bool digits_matter(struct gate *g, size_t start, size_t end, const struct digits *d)
{
	unsigned char before = start ? g->p[start - 1] : '\n';
	bool japanese = before >= 0x80;

	look_back(g, start);
	if (after_capitals(g, start, d))
		return true;
	if (is_letter(before) || before == '/' || before == '.' || before == '#' || before == '%' ||
		before == '\\' || before == '$')
		return false;
	if (japanese &&
		(d->hyphen || d->count >= 5 ||
		(d->count >= 3 && pii_pair(pii_tail_pairs, 16, g->before, g->last))))
		return true;
	if (end + 2 < g->n && g->p[end] >= 0x80 && d->hyphen && !is_timestamp(d))
		return true;
	if (d->count >= 5 && key_before(g, start, LABELS_PERSONAL))
		return true;
	if (is_timestamp(d) || d->count < 7)
		return false;
	if (end < g->n && is_letter(g->p[end]))
		return false;
	if (d->d[0] == '0' ? d->count < 10 : d->groups >= 3 ? d->count < 11 : d->count < 14 || d->count > 19)
		return false;
	return d->wide || d->count > DIGITS_MOST || number_possible(d) || label_near(g, start);
}

/* As in believed() of pii_name.c: how frequent surname and given name must be when nothing else speaks for them. */
static bool weights_suffice(uint32_t surname, uint32_t letters, uint32_t ws, uint32_t wg)
{
	if (surname == 1 && wg < 2)
		return false;
	return letters >= 4 ? ws + wg >= 3 : ws == 3 || (ws == 2 && wg >= 2);
}

/*
 * Behind a surname of s letters and weight ws: an honorific or title, a given name that ends there, or after a blank any
 * letters. `lax` after a role (従業員), where any weight will do.
 */
static bool given_matters(const uint16_t *cp, uint32_t n, bool blank, uint32_t s, uint32_t ws, bool lax)
{
	uint16_t cl = pii_class[cp[0]];

	if (blank && (cl & (PC_KANJI | PC_HIRA | PC_KATA)))
		return true;
	if (((cl & PC_LEX1) || ((cl & PC_LEX) && n > 1 && pii_pair(pii_lex_pairs, 16, cp[0], cp[1]))) &&
		honour_begins(cp, n))
		return true;
	for (uint32_t k = 1; k <= 4 && k <= n; k++) {
		uint32_t wg;

		if (k < n && (pii_class[cp[k]] & PC_KANJI) && !(pii_class[cp[k]] & PC_LEX))
			continue;
		wg = PW_GIVEN(word_info(cp, k));
		if (wg && (lax || k == n || (cp[k] == '(') || (pii_class[cp[k]] & PC_LEX) ||
			weights_suffice(s, s + k, ws, wg)))
			return true;
	}
	/* an unknown given name */
	for (uint32_t k = 1; k <= 3 && k < n && (pii_class[cp[k - 1]] & PC_KANJI); k++)
		if (cp[k] == 0x69D8 || cp[k] == 0x3055 || cp[k] == 0x6C0F || cp[k] == 0x6BBF || cp[k] == '(')
			return true;
	return false;
}

/* Can a given name, honorific or title begin here? Kana mostly are particles: no need to ask for the surname before them. */
static inline bool may_follow(const uint16_t *cp, uint32_t n, bool blank)
{
	uint16_t cl = pii_class[cp[0]];

	if ((cl & PC_KANJI) || (blank && (cl & (PC_HIRA | PC_KATA))))
		return true;
	return n > 1 && (((cl & (PC_HIRA | PC_KATA)) && pii_pair(pii_given_pairs, 16, cp[0], cp[1])) || (cl & PC_LEX1) ||
		((cl & PC_LEX) && pii_pair(pii_lex_pairs, 16, cp[0], cp[1])));
}

/* Some kanji from i: a surname, and then a given name or an honorific? */
static bool name_matters(const struct gate *g, size_t i, bool lax)
{
	uint16_t cp[12];
	uint32_t n = 0;
	uint64_t h = WORD_HASH;

	for (; n < 12 && i + 2 < g->n; n++) {
		if (is_wide(g, i)) {
			cp[n] = pii_fold[wide(g->p + i)];
			i += 3;
		} else if (g->p[i] == ' ' || g->p[i] == '(') {
			cp[n] = g->p[i++];
		} else {
			break;
		}
	}
	for (uint32_t s = 1; s <= 5 && s < n; s++) {
		uint32_t j = s + (cp[s] == ' ' || cp[s] == 0x30FB), w;

		h = word_step(h, cp[s - 1]);
		if (j >= n || !may_follow(cp + j, n - j, j > s))
			continue;
		w = PW_SURNAME(pii_word_find(h)) | (s == 2 && is_surname_like(cp));
		if (w && (s > 1 || w == 3) && given_matters(cp + j, n - j, j > s, s, w, lax))
			return true;
	}
	return false;
}

/* Do the letters at i begin like a surname? Asked of their bytes as they stand. */
static inline bool begins_surname(const struct gate *g, size_t i)
{
	uint32_t a, b;

	if (i + 6 > g->n)
		return i + 4 < g->n;
	a = (uint32_t)g->p[i] | (uint32_t)g->p[i + 1] << 8 | (uint32_t)g->p[i + 2] << 16;
	b = g->p[i + 3];
	if (b >= 0x80)
		b |= (uint32_t)g->p[i + 4] << 8 | (uint32_t)g->p[i + 5] << 16;
	return pii_pair(pii_name_pairs, 19, a, b);
}

/* 主任　鵜飼, 係長の仲宗根: the end of an office, and の or blanks, before i. */
static bool after_office(const struct gate *g, size_t i)
{
	static const char ends[] = "長任事員師授士監役";
	size_t k = i;

	if (k >= 6 && memcmp(g->p + k - 3, "の", 3) == 0)
		k -= 3;
	while (k == i || i - k < 9) {
		size_t n = k >= 4 && g->p[k - 1] == ' ' ? 1 : k >= 6 && memcmp(g->p + k - 3, "\xE3\x80\x80", 3) == 0 ? 3 : 0;

		if (!n)
			break;
		k -= n;
	}
	return k < i && k >= 3 && memmem(ends, sizeof ends - 1, g->p + k - 3, 3) != NULL;
}

/* A surname begins at i, behind no kanji or behind a role: does a name? */
static inline bool surname_matters(const struct gate *g, size_t i, bool lax)
{
	return begins_surname(g, i) && (name_matters(g, i, lax) || after_office(g, i));
}

/* 丁目 番地 生年 日生 〒 ＠ ＋; signs behind a label; a blank between two words in katakana. */
static bool special_matters(struct gate *g, size_t i, uint32_t cp, uint8_t class)
{
	uint32_t next = is_wide(g, i + 3) ? wide(g->p + i + 3) : i + 3 < g->n ? g->p[i + 3] : 0;

	look_back(g, i);
	if ((class & PG_SIGN) && pii_pair(pii_tail_pairs, 16, g->before, g->last) && label_before(g, i))
		return true;
	if ((class & PG_SIGN) && i && is_letter(g->p[i - 1]))
		return key_before(g, i, LABELS_PERSONAL);
	if (cp == 0x3000 && (g->class & PG_KATA) && (pii_gate[next] & PG_KATA))
		return true;
	if (!(class & PG_SPECIAL))
		return false;
	if (cp == 0x4E01)
		return next == 0x76EE;
	if (cp == 0x756A)
		return next == 0x5730 || (pii_gate[next] & PG_DIGIT) || (next >= '0' && next <= '9') ||
			next == 0x5341 || next == 0x4E00;
	if (cp == 0x751F)
		return next == 0x5E74 || g->last == 0x65E5 || g->last == ')' ||
			(i && (digit_at(g, i - 1) || g->p[i - 1] == ')')) ||
			(i > 2 && digit_at(g, i - 3) == 3);
	return true;
}

/* Up to three Latin words from i on of which one is a name by the lists, or two that begin with a capital. */
static bool words_possible(const struct gate *g, size_t i)
{
	bool capital = g->p[i] < 'a', known = false;
	uint32_t words = 0;

	while (words < 3 && i < g->n && is_letter(g->p[i])) {
		uint64_t h = WORD_HASH;

		for (; i < g->n && (is_letter(g->p[i]) || g->p[i] == '-'); i++)
			h = word_step(h, small_letter(g->p[i]));
		known |= (pii_word_find(h) & (PW_SURNAME_ROMAJI | PW_GIVEN_ROMAJI)) != 0;
		words++;
		i += i + 1 < g->n && g->p[i] == ',' && g->p[i + 1] == ' ';
		if (i >= g->n || (g->p[i] != ' ' && g->p[i] != '+'))
			break;
		i++;
	}
	return words >= 2 && (known || capital);
}

/* jimbo.naoya: two words of the lists. */
static bool account_possible(const struct gate *g, size_t i)
{
	for (int words = 0; words < 2; words++) {
		uint64_t h = WORD_HASH;
		size_t from = i;

		for (; i < g->n && is_letter(g->p[i]) && g->p[i] != '_'; i++)
			h = word_step(h, small_letter(g->p[i]));
		if (i == from || !(pii_word_find(h) & (PW_SURNAME_ROMAJI | PW_GIVEN_ROMAJI)))
			return false;
		if (words)
			return true;
		if (i >= g->n || (g->p[i] != '.' && g->p[i] != '_' && g->p[i] != '-'))
			return false;
		i++;
	}
	return false;
}

/* Behind the sign of a key of ours: can a value of it begin here? A Latin one has two words, or digits among its letters. */
static bool value_possible(const struct gate *g, size_t i)
{
	size_t k = i, from;
	uint32_t digits = 0;

	while (k < g->n && k - i < 40 && g->p[k] < 0x80 && g->p[k] && strchr(" \t\"'([>\\*`{)]:=|.", g->p[k]))
		k++;
	if (k >= g->n || k - i >= 40 || kinds[g->p[k]] != B_PLAIN || g->p[k] == '\r')
		return true;
	if (!is_letter(g->p[k]))
		return false;
	for (from = k; k < g->n && (is_letter(g->p[k]) || g->p[k] == '-' || kinds[g->p[k]] == B_DIGIT); k++)
		digits += kinds[g->p[k]] == B_DIGIT;
	/* July 14, 1988 */
	if (k + 1 < g->n && (g->p[k] == ' ' || g->p[k] == '.') && kinds[g->p[k + 1]] == B_DIGIT)
		return true;
	return digits >= 2 || (k < g->n && (g->p[k] >= 0x80 || kinds[g->p[k]] == B_ESCAPE)) || words_possible(g, from) ||
		account_possible(g, from);
}

static bool sign_matters(struct gate *g, size_t i)
{
	unsigned char ch = g->p[i];

	if (!i || (g->p[i - 1] < 0x80 && ch == ' '))
		return false;
	look_back(g, i);
	if (g->last) {
		if ((pii_pair(pii_tail_pairs, 16, g->before, g->last) && label_before(g, i)) ||
			(ch == ':' && g->last == 0x540D))
			return true;
		return ch == ' ' && (g->class & PG_KATA) && i + 3 < g->n && g->p[i + 1] >= 0xE0 &&
			g->p[i + 1] <= 0xEF &&
			(pii_gate[wide(g->p + i + 1) & 0xFFFF] & PG_KATA);
	}
	if (ch != ':' && ch != '=')
		return false;
	/* digits after a key are looked at when they come */
	return i + 1 < g->n && kind_of(g->p[i + 1]) != B_DIGIT && key_before(g, i, LABELS_PERSONAL) &&
		(value_possible(g, i + 1) || key_before(g, i, LX(LX_NAME_PART)));
}

static bool open_matters(struct gate *g, size_t i)
{
	unsigned char next = i + 1 < g->n ? g->p[i + 1] : 0;

	if (g->p[i] == '<' && (next == 't' || next == 'T'))
		return true;
	if (next == '@' ||
		((next == 'a' || next == 'A') && i + 3 < g->n && (g->p[i + 2] | 32) == 't' &&
		(g->p[i + 3] == ')' || g->p[i + 3] == ']')))
		return true;
	if (g->p[i] == '(' && next == '0' && digit_at(g, i + 2))
		return true;
	look_back(g, i);
	return g->last && pii_pair(pii_tail_pairs, 16, g->before, g->last) && label_before(g, i);
}

/* The rest of a sentence that is let through anyway. */
static size_t sentence_end(const struct gate *g, size_t i)
{
	for (; i < g->n && g->p[i] != '\n'; i++)
		if (g->p[i] == 0xE3 && i + 2 < g->n && g->p[i + 1] == 0x80 && g->p[i + 2] == 0x82)
			return i + 3;
	return i;
}

static slice gate_text(const struct gate *g) { return (slice){ (const char *)g->p, g->n }; }

/* \Users\, /home/ and their like. */
static bool folder_matters(const struct gate *g, size_t i)
{
	static const char *const words[] = { "users", "home", "documents and settings" };

	for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
		size_t n = strlen(words[k]), j = 0;

		while (j < n && i + 1 + j < g->n && (g->p[i + 1 + j] | 0x20) == (unsigned char)words[k][j])
			j++;
		if (j == n && i + 1 + n < g->n && (g->p[i + 1 + n] == '\\' || g->p[i + 1 + n] == '/'))
			return true;
	}
	return false;
}

/* An address has a letter or digit before the @ and a name with a dot behind it, as domain_end() of pii_mail.c reads it. */
static bool mail_possible(const struct gate *g, size_t i)
{
	unsigned char ch = i ? g->p[i - 1] : 0;
	uint32_t label = 0, dots = 0;

	if (!is_letter(ch) && kinds[ch] != B_DIGIT && ch < 0x80 && !memchr(".-+%'", ch, 5))
		return false;
	for (i++; i < g->n; i++) {
		ch = g->p[i];
		if (ch >= 0x80 || kinds[ch] == B_ESCAPE || ch == '@' || ch == '[' || ch == '(' || ch == '{' || ch == '=')
			return true;   /* a dot in another writing, perhaps, or a slip */
		if ((is_letter(ch) && ch != '_') || kinds[ch] == B_DIGIT || (ch == '-' && label)) {
			label++;
		} else if (ch == '.' && label && i + 1 < g->n && (is_letter(g->p[i + 1]) || kinds[g->p[i + 1]] == B_DIGIT || g->p[i + 1] >= 0x80)) {
			dots++;
			label = 0;
		} else {
			break;
		}
	}
	return dots && label >= 2;
}

/* What a byte other than a digit, a line end or a wide letter asks for. */
static bool byte_matters(struct gate *g, size_t i)
{
	switch (kind_of(g->p[i])) {
	case B_SIGN: return (g->p[i] == '=' && escape_matters(gate_text(g), i)) || sign_matters(g, i);
	case B_ESCAPE: return escape_matters(gate_text(g), i) || (g->p[i] == '\\' && folder_matters(g, i));
	case B_SLASH: return folder_matters(g, i);
	case B_PLAIN: return nest_matters(gate_text(g), i);
	case B_OPEN: return open_matters(g, i);
	case B_PLUS: return i + 2 < g->n && g->p[i + 1] == '8' && g->p[i + 2] == '1';
	case B_AT: return mail_possible(g, i);
	case B_HIGH: return g->p[i] >= 0xF0;   /* 𠮷 and other kanji beyond the basic plane */
	}
	return false;
}

/* A sign at i, or a run of kanji from i on; stops behind 。 with *ret_end, at what matters, or at the end of the run. */
static size_t wide_run(struct gate *g, size_t i, bool *ret_matters, bool *ret_end)
{
	static const uint8_t ask[2] = { PG_SIGN | PG_SPECIAL | PG_SURNAME, PG_SIGN | PG_SPECIAL };
	uint8_t class = 0;

	do {
		uint32_t cp = wide(g->p + i);
		uint8_t before = class, want;

		class = pii_gate[cp];
		want = class & ask[(before & (PG_KANJI | PG_ROLE_END)) == PG_KANJI];
		if (cp == 0x3002) {
			*ret_end = true;
			return i + 3;
		}
		if (((want & PG_SURNAME) && surname_matters(g, i, before & PG_ROLE_END)) ||
			((want & (PG_SIGN | PG_SPECIAL)) && special_matters(g, i, cp, class))) {
			*ret_matters = true;
			return i;
		}
		i += 3;
	} while ((class & PG_KANJI) && is_wide(g, i) && (pii_gate[wide(g->p + i)] & PG_KANJI));
	return i;
}

/*
 * Digits that cannot matter: within or before letters (hashes, versions, names of files), or up to four that nothing joins
 * to more. Behind them, or 0. Most digits of logs and reports are such.
 */
static inline size_t dull_digits(const struct gate *g, size_t i)
{
	size_t k = i;
	unsigned char ch, before = i ? g->p[i - 1] : '\n';

	if (before >= 0x80)
		return 0;
	while (k < g->n && kinds[g->p[k]] == B_DIGIT)
		k++;
	ch = k < g->n ? g->p[k] : '\n';
	/* Further digits of the same word are asked for themselves. */
	if (is_letter(before) ? k - i != 7 && k - i != 8 : is_letter(ch))
		return k;
	if (k - i > 4 || ch >= 0x80 || ch == '-' || ch == '(' || ch == ')')
		return 0;
	if (ch == ' ' && k + 1 < g->n && kinds[g->p[k + 1]] == B_DIGIT && k - i > 1)
		return 0;
	return k;
}

/*
 * Drops stops at kanji that neither begin like a surname nor are 丁番生 nor begin a run of four and more, in which a role may
 * stand before a name. Without branches: which of them it is cannot be foreseen, and most are dull.
 */
static uint64_t without_dull_kanji(const unsigned char *block, uint64_t stops)
{
	uint64_t keep = 0;

	for (uint64_t m = stops; m; m &= m - 1) {
		const unsigned char *p = block + __builtin_ctzll(m);
		uint32_t a = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16, b = p[3], plain = (uint32_t)-(p[3] < 0x80);
		bool kanji = (unsigned)(p[0] - 0xE4) <= 5u, run = (p[3] >= 0xE4) & (p[6] >= 0xE4) & (p[9] >= 0xE4);
		bool block_word = ((a & 0xFFFF) == 0xB8E4) | ((a & 0xFFFF) == 0x95E7) | ((a & 0xFFFF) == 0x94E7);

		b |= ~plain & ((uint32_t)p[4] << 8 | (uint32_t)p[5] << 16);
		keep |= (uint64_t)(!kanji | run | block_word | (pii_pair(pii_name_pairs, 19, a, b) != 0)) << __builtin_ctzll(m);
	}
	return keep;
}

#define VIEW ((size_t)MASK_BLOCKS * MASK_BLOCK)

/* The masks from byte `at` on; near the edges of the text of a padded copy. */
static void look_from(struct gate_view *v, size_t at)
{
	unsigned char edge[MASK_BEFORE + VIEW + MASK_BEHIND];
	const unsigned char *p = (const unsigned char *)v->text.p;
	size_t from = at < MASK_BEFORE ? 0 : at - MASK_BEFORE, skip = from + MASK_BEFORE - at, len;

	v->from = at + 1;
	if (skip == 0 && at + VIEW + MASK_BEHIND <= v->text.len) {
		for (unsigned high = v->look(p + at, v->stops); high; high &= high - 1) {
			unsigned k = (unsigned)__builtin_ctz(high);

			v->stops[k] = without_dull_kanji(p + at + k * MASK_BLOCK, v->stops[k]);
		}
		return;
	}
	len = v->text.len - from < sizeof edge - skip ? v->text.len - from : sizeof edge - skip;
	memset(edge, '\n', skip);
	memcpy(edge + skip, p + from, len);
	memset(edge + skip + len, '\n', sizeof edge - skip - len);
	(void)v->look(edge + MASK_BEFORE, v->stops);
}

/* The next place from i on that is worth a look, or the end of the text. */
static inline size_t next_stop(struct gate_view *v, size_t i)
{
	while (i < v->text.len) {
		size_t from = i / VIEW * VIEW, k;
		uint64_t m;

		if (v->from != from + 1)
			look_from(v, from);
		k = (i - from) / MASK_BLOCK;
		m = v->stops[k] & ~(uint64_t)0 << i % MASK_BLOCK;
		while (!m && ++k < MASK_BLOCKS)
			m = v->stops[k];
		if (m) {
			i = from + k * MASK_BLOCK + (size_t)__builtin_ctzll(m);
			return i < v->text.len ? i : v->text.len;
		}
		i = from + VIEW;
	}
	return v->text.len;
}

/* 丁番生 and a run of four kanji or more, in which a role may stand before a name, are for wide_run(). */
static inline bool is_dull_kanji(const struct gate *g, size_t i)
{
	const unsigned char *p = g->p + i;

	if (i + 12 > g->n || begins_surname(g, i) || (p[3] >= 0xE4 && p[6] >= 0xE4 && p[9] >= 0xE4))
		return false;
	return !(p[0] == 0xE4 && p[1] == 0xB8) && !(p[0] == 0xE7 && (p[1] == 0x95 || p[1] == 0x94));
}

/* Looks at a stop at i: does it matter? Where to go on; behind 。 *ret_end is set. */
static size_t stop_read(struct gate *g, size_t i, bool *ret_matters, bool *ret_end)
{
	uint8_t kind = kind_of(g->p[i]);
	struct digits d;
	size_t begin;

	if (kind == B_WIDE && is_wide(g, i) && !digit_at(g, i))
		return wide_run(g, i, ret_matters, ret_end);
	if (kind != B_DIGIT && !digit_at(g, i)) {
		*ret_matters = byte_matters(g, i);
		return i + 1;
	}
	if (kind == B_DIGIT && nest_matters(gate_text(g), i)) {
		*ret_matters = true;
		return i;
	}
	begin = kind == B_DIGIT ? dull_digits(g, i) : 0;
	if (begin)
		return begin;
	begin = i;
	i = digits_read(g, i, &d);
	*ret_matters = digits_matter(g, begin, i, &d);
	/* what is joined to a date by a blank is asked for itself */
	return !*ret_matters && d.date_end && is_timestamp(&d) ? d.date_end : i;
}

bool gate_short(const struct gate_view *v, size_t at, size_t len)
{
	struct gate g = { .p = (const unsigned char *)v->text.p, .n = v->text.len };

	for (size_t i = at; i + 3 <= at + len; i += is_wide(&g, i) ? 3 : 1)
		if (g.p[i] >= 0xE3 && is_wide(&g, i) && (pii_gate[wide(g.p + i)] & PG_KANJI) &&
			(begins_surname(&g, i) || (is_wide(&g, i + 3) && (pii_class[pii_fold[wide(g.p + i + 3)]] & PC_SURNAME_END))))
			return true;
	return false;
}

void gate_begin(struct gate_view *v, slice text, struct gate_key *keys)
{
	v->text = text;
	v->from = 0;
	v->look = mask_best();
	v->keys = keys;
}

static inline bool begins_dear(const struct gate *g, size_t i)
{
	return i + GATE_DEAR < g->n && g->p[i] == 'D' && memcmp(g->p + i, "Dear ", GATE_DEAR) == 0 && (i == 0 || g->p[i - 1] == '\n');
}

/* The line from i on: no head, no statement, not empty, no name alone. What else it may be the caller knows. */
static bool is_plain_line(const struct gate *g, size_t i)
{
	unsigned char ch = i < g->n ? g->p[i] : '\n';

	if (i + SHORT_LINE >= g->n || ch == '\n' || g->p[i + 1] == '\n' || (ch | 32) == 'c' || (ch | 32) == 'i' || begins_dear(g, i))
		return false;
	return ch < 0xE0 || !memchr(g->p + i, '\n', SHORT_LINE + 1);
}

/* : or = behind two letters that end no label of ours. */
static inline bool is_dull_sign(const struct gate *g, size_t i)
{
	if ((g->p[i] != ':' && g->p[i] != '=') || i < 2 || !is_letter(g->p[i - 1]) || (i + 1 < g->n && (g->p[i + 1] | 0x20) == 'e'))
		return false;
	return !is_letter(g->p[i - 2]) ||
		(g->p[i - 2] != '_' && !pii_pair(pii_tail_pairs, 16, small_letter(g->p[i - 2]), small_letter(g->p[i - 1])));
}

size_t gate_next(struct gate_view *v, size_t i, bool lines, size_t *ret_start, bool *ret_matters)
{
	struct gate g = { .p = (const unsigned char *)v->text.p, .n = v->text.len, .keys = v->keys };

	*ret_start = i;
	*ret_matters = begins_dear(&g, i);
	if (*ret_matters)
		return sentence_end(&g, i);
	while ((i = next_stop(v, i)) < g.n) {
		bool end = false;

		if (g.p[i] == '\n') {
			if (!lines || !is_plain_line(&g, i + 1))
				return i;
			*ret_start = ++i;
			continue;
		}
		if (g.p[i] >= 0xE4 && g.p[i] <= 0xE9 && is_dull_kanji(&g, i)) {
			i += 3;
			continue;
		}
		if (is_dull_sign(&g, i)) {
			i++;
			continue;
		}
		i = stop_read(&g, i, ret_matters, &end);
		if (*ret_matters)
			return sentence_end(&g, i);
		if (end)
			*ret_start = i;
	}
	return i;
}

/* A line that may be the head of a table or a statement of SQL: short, with separators, without long numbers. */
bool gate_head(slice line)
{
	size_t separators = 0, run = 0;

	if (line.len >= 6 &&
		(memcmp(line.p, "INSERT", 6) == 0 || memcmp(line.p, "CREATE", 6) == 0 ||
		memcmp(line.p, "insert", 6) == 0 ||
		memcmp(line.p, "create", 6) == 0))
		return true;
	if (line.len > 4000 || (!memchr(line.p, ',', line.len) && !memchr(line.p, '\t', line.len) && !memchr(line.p, ';', line.len) &&
		!memchr(line.p, '|', line.len)))
		return false;
	for (size_t i = 0; i < line.len; i++) {
		char ch = line.p[i];

		run = ch >= '0' && ch <= '9' ? run + 1 : 0;
		separators += ch == ',' || ch == '\t' || ch == ';' || ch == '|';
		if (run >= 4 || ch == '=' || ch == '{' || ch == '<')
			return false;
	}
	return separators > 0;
}
