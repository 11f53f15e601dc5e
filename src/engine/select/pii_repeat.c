/*
 * What was found once in a document stands in it again without its label or honorific: 山田 after 山田太郎様, the account before
 * the @ of a mail address, the digits of a number without hyphens. Of a document in one piece values live only as places of the
 * text that is being read; of a stream they are copied into a pool of a fixed size, which begins anew when it is full.
 */
#include "engine/select/chars.h"
#include "engine/select/pii_places.h"
#include "engine/select/pii_unit.h"

#include "base/banned.h"

#define WHOLE_BITS 12u       /* 2,048 words */
#define STREAM_BITS 15u      /* 16,384 */
#define POOL ((size_t)512 << 10)
#define CHAIN_MOST 12u       /* words with the same two letters: hostile ones cost no more */
#define CHAIN_BYTES 96u      /* of digits and what joins them */
#define DIGITS_LEAST 8u
#define DIGITS_MOST 20u

static const char rule_again[] = "stands here again";

enum word_kind { WORD_NAME, WORD_SURNAME, WORD_GIVEN, WORD_ACCOUNT };

struct word { const char *p; uint16_t len; uint16_t next; enum word_kind kind; enum pii_type type; };
struct digits { uint64_t hash; enum pii_type type; };

/* By itself, with its tables behind it: a letter needs few words, a stream many. */
struct repeats {
	struct pii_work *w;
	struct ctx *c;
	slice text;
	uint32_t words_most, slot_bits;
	struct word *words;                  /* words_most + 1, from 1 on */
	uint16_t *slots;
	struct digits *digits;
	uint32_t n_words, n_digits;
	struct begins kinds;
	char *pool;                          /* of a stream; else NULL */
	size_t used;
	uint64_t learnt;                     /* how often anything was added or all forgotten */
	uint8_t threes[8192];                /* three bytes that begin a word, by their hash */
	uint8_t fours[1250];                 /* the first four digits of numbers */
};

static uint32_t slot_of(const struct repeats *r, const char *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return v * 2654435761u >> (32 - r->slot_bits);
}

/* Three bytes: a kanji, or the beginning of an account. Four are readable. */
static inline uint32_t three_of(const char *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return (v & 0xFFFFFF) * 2654435761u >> 16;
}

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
}

static bool *kind_begun(struct begins *b, uint8_t ch)
{
	if (ch < 0x80)
		return &b->accounts;
	return ch == 0xE3 ? &b->kana : ch >= 0xE4 && ch <= 0xE9 ? &b->kanji : &b->rare;
}

static void add_word(struct repeats *r, slice s, enum word_kind kind, enum pii_type type)
{
	uint32_t slot, chain = 0;

	if (s.len < 4 || s.len > 96)
		return;
	if (r->n_words == r->words_most || (r->pool && POOL - r->used < s.len)) {
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
	*kind_begun(&r->kinds, (uint8_t)s.p[0]) = true;
	r->words[r->n_words] = (struct word){ s.p, (uint16_t)s.len, r->slots[slot], kind, type };
	r->slots[slot] = (uint16_t)r->n_words;
	r->threes[three_of(s.p) >> 3] |= (uint8_t)(1u << (three_of(s.p) & 7));
}

/* The folded letter at byte i and its length; 0 at the end. */
static uint16_t letter(slice s, size_t i, size_t *ret_len)
{
	const unsigned char *p = (const unsigned char *)s.p;

	*ret_len = 1;
	if (i >= s.len)
		return 0;
	if (p[i] < 0x80)
		return p[i];
	if (p[i] >= 0xE0 && p[i] < 0xF0 && i + 2 < s.len) {
		*ret_len = 3;
		return pii_fold[((p[i] & 15u) << 12 | (p[i + 1] & 63u) << 6 | (p[i + 2] & 63u)) & 0xFFFF];
	}
	return 0xFFFD;
}

static uint16_t class_at(slice s, size_t i)
{
	size_t len;

	return pii_class[letter(s, i, &len)];
}

static uint16_t class_before(slice s, size_t i)
{
	if (i == 0)
		return 0;
	for (i--; i > 0 && ((unsigned char)s.p[i] & 0xC0) == 0x80;)
		i--;
	return class_at(s, i);
}

/* Two kanji and more that all of Japan has as places and papers as surnames (千葉, 福島): alone they say nothing. */
static bool is_prefecture(slice s)
{
	static const char stems[] = "青森 岩手 宮城 秋田 山形 福島 茨城 栃木 群馬 埼玉 千葉 東京 神奈川 新潟 富山 石川 福井 山梨 長野 岐阜 静岡 愛知 三重 "
		"滋賀 京都 大阪 兵庫 奈良 和歌山 鳥取 島根 岡山 広島 山口 徳島 香川 愛媛 高知 福岡 佐賀 長崎 熊本 大分 宮崎 鹿児島 沖縄 ";

	return slice_find(slice_of(stems), s, 0) != SIZE_MAX;
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
	add_word(r, (slice){ p, gap + blank.len + s.len - behind }, WORD_NAME, type);
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
		add_word(r, s, WORD_NAME, type);
	if (gap) {
		add_joined(r, s, at[gap], at[behind], S(""), type);
		add_joined(r, s, at[gap], at[behind], s.p[at[gap]] == ' ' ? S("　") : S(" "), type);
	}
	if (!surname)
		return;
	info = word_info(cp, surname);
	/* a rare surname that is a word only in front of an honorific */
	if (surname >= 2 && (pii_class[cp[0]] & PC_KANJI))
		add_word(r, slice_sub(s, 0, at[surname]), (info & PW_SURNAME_WORD) && PW_SURNAME(info) < 2 && !r->w->strict ? WORD_GIVEN : WORD_SURNAME, type);
	behind = behind > surname ? behind : surname;
	if (n - behind >= 2 && type == PII_NAME && !(word_info(cp + behind, n - behind) & PW_GIVEN_WORD))
		add_word(r, slice_sub(s, at[behind], s.len - at[behind]), WORD_GIVEN, type);
}

static bool is_word_byte(char ch) { return is_alnum(ch) || ch == '_'; }

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
		add_word(r, s, WORD_ACCOUNT, PII_NAME);   /* Hanako Sato */
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (!is_word_byte(s.p[i]) && s.p[i] != '.' && s.p[i] != '-')
			return;
		letters += is_alpha(s.p[i]);
		cp[i] = small_letter((uint8_t)s.p[i]);
	}
	if (letters >= 4 && !(word_info(cp, (uint32_t)n) & PW_DESK) && (letters < n || has_name(cp, n)))
		add_word(r, (slice){ s.p, n }, WORD_ACCOUNT, PII_NAME);
}

/* The digits of [i, end) without what parts them; how many. Half- and full-width. */
static uint32_t read_digits(slice s, size_t i, size_t end, uint64_t *ret_hash)
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

/* The first four digits of [i, end) as a number. */
static uint32_t first_four(slice s, size_t i, size_t end)
{
	uint32_t v = 0;
	size_t len;

	for (uint32_t n = 0; i < end && n < 4; i += len) {
		uint16_t ch = letter(s, i, &len);

		if (ch >= '0' && ch <= '9') {
			v = v * 10 + ch - '0';
			n++;
		}
	}
	return v;
}

static struct digits *digits_slot(struct repeats *r, uint64_t h)
{
	uint32_t most = ((uint32_t)1 << r->slot_bits) - 1, k = (uint32_t)(h >> 20) & most;

	while (r->digits[k].hash && r->digits[k].hash != h)
		k = (k + 1) & most;
	return &r->digits[k];
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
	uint32_t n = read_digits(s, 0, s.len, &h), first;
	struct digits *d;

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
	r->kinds.digits = true;
	*d = (struct digits){ h, type };
	first = first_four(s, 0, s.len);
	r->fours[first >> 3] |= (uint8_t)(1u << (first & 7));
}

static void learn_one(struct repeats *r, slice value, enum pii_type type)
{
	if (type == PII_EMAIL || (type == PII_NAME && value.len && (uint8_t)value.p[0] < 0x80))
		add_account(r, value);
	else if (type == PII_NAME || type == PII_NAME_KANA)
		add_name(r, value, type);
	else if (is_number_type(type))
		add_digits(r, value, type);
}

/* Where a surname stands by itself, perhaps one that no list has. */
static bool is_surname_rule(const char *rule)
{
	return rule && (memcmp(rule, "strict", 6) == 0 || strcmp(rule, "list of people") == 0);
}

static void learn(struct repeats *r, const struct pii_hints *h)
{
	for (size_t i = 0; i < r->w->n_spans; i++) {
		const struct pii_span *s = &r->w->spans[i];

		if (s->rule == rule_again)
			continue;   /* learnt from where it stood first */
		if (is_surname_rule(s->rule) && s->end - s->start <= 12) {
			add_word(r, slice_sub(r->text, s->start, s->end - s->start), WORD_SURNAME, s->type);
			continue;
		}
		if (s->rule && memcmp(s->rule, "strict", 6) == 0)
			continue;   /* of guesses only what may be a surname */
		learn_one(r, slice_sub(r->text, s->start, s->end - s->start), s->type);
	}
	for (size_t i = 0; h && i < h->n_known; i++)
		learn_one(r, h->known[i].value, h->known[i].type);
}

/* Do an honorific or a title, a particle, a sign or nothing stand behind? `*ret_honoured` for the first two. */
static bool ends_word(slice text, size_t i, bool *ret_honoured)
{
	static const char particles[] = "はがをのにともへでやかよだ";
	uint16_t cp[8] = { 0 }, class;
	size_t k = i, len;
	uint32_t n = 0;

	while (n < 6 && k < text.len) {
		cp[n++] = letter(text, k, &len);
		k += len;
		if (n == 1 && (pii_class[cp[0]] & PC_BLANK))
			n = 0;
	}
	*ret_honoured = n && honour_begins(cp, n);
	class = class_at(text, i);
	if (*ret_honoured)
		return true;
	if (class & (PC_KANJI | PC_KATA))
		return text.len - i >= 6 && (memcmp(text.p + i, "対応", 6) == 0 || memcmp(text.p + i, "担当", 6) == 0);   /* 案件は新井対応中 */
	return !(class & PC_HIRA) || slice_find(slice_of(particles), slice_sub(text, i, 3), 0) != SIZE_MAX;
}

/* No part of a longer word or of the name of a host. */
static bool account_alone(slice text, size_t start, size_t end)
{
	char b = start ? text.p[start - 1] : ' ', a = end < text.len ? text.p[end] : ' ';
	bool more = end + 1 < text.len && is_alnum(text.p[end + 1]);

	return !is_word_byte(b) && b != '.' && b != '-' && !is_word_byte(a) && !((a == '.' || a == '-') && more);
}

/* 'ひなた', ;虎之介;, <名>善秋</名>: signs on both sides. */
static bool is_field(slice text, size_t start, size_t end)
{
	char b = start ? text.p[start - 1] : '\n', a = end < text.len ? text.p[end] : '\n';

	return strchr(";:,\"'<>\t=|()[]\n\r", b) && strchr(";:,\"'<>\t=|()[]\n\r", a);
}

static bool stands_alone(const struct repeats *r, const struct word *w, size_t at)
{
	slice text = r->text, me = { w->p, w->len };
	uint16_t before = class_before(text, at);
	bool honoured = false, ends;

	if (w->kind == WORD_ACCOUNT)
		return account_alone(text, at, at + w->len);
	ends = ends_word(text, at + w->len, &honoured);
	if (w->kind == WORD_NAME && w->len > 6)
		return !(before & PC_KATA & class_at(text, at)) && !(class_at(text, at) & PC_KATA & class_at(text, at + w->len));
	if (!ends || (before & (PC_KANJI | PC_KATA)))
		return false;
	return honoured || (w->kind == WORD_SURNAME && !is_prefecture(me)) || (w->kind == WORD_GIVEN && is_field(text, at, at + w->len));
}

static rc hold(struct repeats *r, size_t start, size_t end, enum pii_type type)
{
	struct pii_work *w = r->w;

	TRY(work_room(r->c, w, 1, 0));
	w->spans[w->n_spans++] = (struct pii_span){ .start = start, .end = end, .type = type, .doubt = PII_LIKELY, .rule = rule_again };
	return OK;
}

/* The longest word that begins at i, or NULL. */
static const struct word *word_at(const struct repeats *r, size_t i)
{
	const struct word *best = NULL;

	for (uint16_t k = r->slots[slot_of(r, r->text.p + i)]; k; k = r->words[k].next) {
		const struct word *w = &r->words[k];

		if (w->len <= r->text.len - i && (!best || w->len > best->len) && memcmp(w->p, r->text.p + i, w->len) == 0 && stands_alone(r, w, i))
			best = w;
	}
	return best;
}

static bool is_joint(uint16_t ch) { return ch == '-' || ch == ' ' || ch == '(' || ch == ')' || (pii_class[ch] & PC_HYPHEN); }

/* A chain of digits from i on, joined by single hyphens, blanks or brackets; behind it. */
static size_t chain_end(slice s, size_t i)
{
	size_t end = i, len;

	for (size_t k = i, gap = 0; k < s.len && k - i < CHAIN_BYTES; k += len) {
		uint16_t ch = letter(s, k, &len);

		if (ch >= '0' && ch <= '9') {
			end = k + len;
			gap = 0;
		} else if (gap || !is_joint(ch)) {
			break;
		} else {
			gap = 1;
		}
	}
	return end;
}

static rc digits_at(struct repeats *r, size_t i, size_t *ret_end)
{
	size_t end = chain_end(r->text, i);
	const struct digits *d;
	uint64_t h;
	uint32_t n = read_digits(r->text, i, end, &h);

	*ret_end = end;
	if (n < DIGITS_LEAST || n > DIGITS_MOST)
		return OK;
	d = digits_slot(r, h);
	return d->hash ? hold(r, i, end, d->type) : OK;
}

static bool is_digit_at(slice s, size_t i)
{
	size_t len;
	uint16_t ch = (uint8_t)s.p[i] == 0xEF ? letter(s, i, &len) : (uint8_t)s.p[i];

	return ch >= '0' && ch <= '9';
}

/* Do the digits from i on, with what joins them, begin like a number that is known? The chain is read only then. */
static bool begins_known(const struct repeats *r, size_t i)
{
	uint32_t v = 0, n = 0, gap = 0;
	slice s = r->text;

	for (size_t k = i, len = 1; n < 4; k += len) {
		uint16_t ch = k < s.len ? (uint8_t)s.p[k] : '\n';

		len = 1;
		if (ch >= 0x80)
			ch = letter(s, k, &len);
		if (ch >= '0' && ch <= '9') {
			v = v * 10 + ch - '0';
			n++;
			gap = 0;
		} else if (gap++ || !is_joint(ch)) {
			return false;
		}
	}
	return r->fours[v >> 3] >> (v & 7) & 1;
}

static bool begins_digits(slice s, size_t i)
{
	return is_digit_at(s, i) && ((uint8_t)s.p[i] >= 0x80 || i == 0 || !is_word_byte(s.p[i - 1]));
}

/* No digits that are joined to those at i stand before them. */
static bool is_chain_begin(slice s, size_t i)
{
	size_t first = i, gap = 0, len;

	for (size_t k = i, from; k > 0 && i - k < CHAIN_BYTES; k = from) {
		for (from = k - 1; from > 0 && ((unsigned char)s.p[from] & 0xC0) == 0x80;)
			from--;
		if (is_digit_at(s, from)) {
			first = from;
			gap = 0;
		} else if (gap || !is_joint(letter(s, from, &len))) {
			break;
		} else {
			gap = 1;
		}
	}
	for (; first < i; first += len) {
		(void)letter(s, first, &len);
		if (begins_digits(s, first))
			return false;
	}
	return true;
}

static uint64_t starts_at_end(const struct repeats *r, begins_fn *look, size_t i, char before)
{
	char edge[64] = { 0 };

	memcpy(edge, r->text.p + i, r->text.len - i);
	return look(&r->kinds, edge, before);
}

/* Of 64 bytes from i on: where something of the table may begin. Behind the text there is nothing. */
static inline uint64_t starts_at(const struct repeats *r, begins_fn *look, size_t i)
{
	char before = i ? r->text.p[i - 1] : ' ';

	return i + 64 <= r->text.len ? look(&r->kinds, r->text.p + i, before) : starts_at_end(r, look, i, before);
}

/* Something may begin at i: holds it back when it stands in the table. Where to go on. */
static rc look_at(struct repeats *r, size_t i, size_t free_to, size_t *ret_next)
{
	const struct word *w;

	*ret_next = i + 1;
	if (r->n_digits && begins_digits(r->text, i))
		return begins_known(r, i) && is_chain_begin(r->text, i) ? digits_at(r, i, ret_next) : OK;
	w = word_at(r, i);
	if (!w)
		return OK;
	*ret_next = i + w->len;
	return i + w->len <= free_to ? hold(r, i, i + w->len, w->type) : OK;
}

/* Most places are neither: four bytes are readable. */
static inline bool may_begin(const struct repeats *r, size_t i)
{
	uint32_t three = three_of(r->text.p + i);
	uint8_t ch = (uint8_t)r->text.p[i];

	if (r->threes[three >> 3] >> (three & 7) & 1)
		return true;
	return r->n_digits && (ch == 0xEF || (ch >= '0' && ch <= '9' && begins_known(r, i)));
}

static rc look(struct repeats *r)
{
	size_t n_known = r->w->n_spans, k = 0, done = 0;
	begins_fn *masks = begins_best();

	for (size_t at = 0; at < r->text.len; at += 64)
		for (uint64_t m = starts_at(r, masks, at); m; m &= m - 1) {
			size_t i = at + (size_t)__builtin_ctzll(m);
			const struct pii_span *known = r->w->spans;   /* the list may have moved */

			if (i < done || i + 4 >= r->text.len || !may_begin(r, i))
				continue;
			while (k < n_known && known[k].end <= i)
				k++;
			if (k < n_known && known[k].start <= i) {
				done = known[k].end;
				continue;
			}
			TRY(look_at(r, i, k < n_known ? known[k].start : SIZE_MAX, &done));
		}
	return OK;
}

static rc repeats_new(struct ctx *c, uint32_t bits, bool copies, struct repeats **ret)
{
	struct repeats *r;

	TRY_NEW(c, r);
	r->slot_bits = bits;
	r->words_most = ((uint32_t)1 << (bits - 1));
	TRY_ARRAY(c, r->words, r->words_most + 1);
	TRY_ARRAY(c, r->slots, (size_t)1 << bits);
	TRY_ARRAY(c, r->digits, (size_t)1 << bits);
	if (copies)
		TRY_ARRAY(c, r->pool, POOL);
	*ret = r;
	return OK;
}

rc repeats_keep(struct ctx *c, struct repeats **ret) { return repeats_new(c, STREAM_BITS, true, ret); }

uint64_t repeats_learnt(const struct repeats *r) { return r ? r->learnt : 0; }

rc repeats_find(struct ctx *c, struct pii_work *w)
{
	struct repeats *r = w->state->repeats;

	if (!r && !w->n_spans && !(w->hints && w->hints->n_known))
		return OK;
	if (!r)
		TRY(repeats_new(c, WHOLE_BITS, false, &r));
	r->w = w;
	r->c = c;
	r->text = w->text;
	learn(r, w->hints);
	return r->n_words || r->n_digits ? look(r) : OK;
}
