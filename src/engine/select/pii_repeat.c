/*
 * What was found once in a document stands in it again without its label or honorific: 山田 after 山田太郎様, the account before
 * the @ of a mail address, the digits of a number without hyphens. Of a document in one piece values live only as places of the
 * text that is being read; of a stream they are copied into a pool of a fixed size, which begins anew when it is full.
 */
#include "engine/select/pii_repeat.h"

#include "engine/select/pii_passage.h"

#include "base/banned.h"

#define WHOLE_BITS 12u       /* 2,048 words */
#define STREAM_BITS 15u      /* 16,384 */
#define CHAIN_BYTES 96u      /* of digits and what joins them */

static const char rule_again[] = "stands here again";

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

/* Where a surname stands by itself, perhaps one that no list has. */
static bool is_surname_rule(const char *rule)
{
	return rule && (memcmp(rule, "strict", 6) == 0 || strcmp(rule, "list of people") == 0);
}

/* Of a passage that came before, with the same found in it. */
struct told {
	bool own;        /* nothing that was found goes on into it */
	bool learnt;     /* what was found was learnt then, and not forgotten since */
	bool looked;     /* what stands in it again was looked for, with all that was known when the block began: */
	slice spans;
};

static void learn_span(struct repeats *r, const struct pii_span *s)
{
	slice value = slice_sub(r->text, s->start, s->end - s->start);

	if (s->rule == rule_again)
		return;   /* learnt from where it stood first */
	if (is_surname_rule(s->rule) && value.len <= 12)
		repeat_add_word(r, value, WORD_SURNAME, s->type);
	else if (!s->rule || memcmp(s->rule, "strict", 6) != 0)   /* of guesses only what may be a surname */
		repeat_learn(r, value, s->type);
}

/* What a passage has that came before was learnt then. */
static void learn(struct repeats *r, const struct pii_hints *h, const struct told *told)
{
	const struct passage *p = r->w->passages, *behind = p + (told ? r->w->n_passages : 0);

	for (size_t i = 0; i < r->w->n_spans; i++) {
		const struct pii_span *s = &r->w->spans[i];

		for (; p < behind && p->to <= s->start; p++)
			told++;
		if (p == behind || s->start < p->from || !told->learnt)
			learn_span(r, s);
	}
	for (size_t i = 0; h && i < h->n_known; i++)
		repeat_learn(r, h->known[i].value, h->known[i].type);
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
	uint32_t n = repeat_digits(r->text, i, end, &h);

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
	char edge[64 + BEGINS_BEHIND] = { 0 };

	memcpy(edge, r->text.p + i, r->text.len - i);
	return look(&r->kinds, edge, before);
}

/* Of 64 bytes from i on: where something of the table may begin. Behind the text there is nothing. */
static inline uint64_t starts_at(const struct repeats *r, begins_fn *look, size_t i)
{
	char before = i ? r->text.p[i - 1] : ' ';

	return i + 64 + BEGINS_BEHIND <= r->text.len ? look(&r->kinds, r->text.p + i, before) : starts_at_end(r, look, i, before);
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

/* How far the look is: the next finding of n, and where the last one ends. */
struct look { size_t k, n, done; };

/* What begins in [from, to). */
static rc look_in(struct repeats *r, struct look *l, size_t from, size_t to)
{
	begins_fn *masks = begins_best();

	for (size_t at = from; at < to; at += 64)
		for (uint64_t m = starts_at(r, masks, at) & (to - at < 64 ? ~(~(uint64_t)0 << (to - at)) : ~(uint64_t)0); m; m &= m - 1) {
			size_t i = at + (size_t)__builtin_ctzll(m);
			const struct pii_span *known = r->w->spans;   /* the list may have moved */

			if (i < l->done || i + 4 >= r->text.len || !may_begin(r, i))
				continue;
			while (l->k < l->n && known[l->k].end <= i)
				l->k++;
			if (l->k < l->n && known[l->k].start <= i) {
				l->done = known[l->k].end;
				continue;
			}
			TRY(look_at(r, i, l->k < l->n ? known[l->k].start : SIZE_MAX, &l->done));
		}
	return OK;
}

/* ---- passages that came before ---- */

struct kept { uint64_t forgotten, learnt; };

/*
 * What is remembered of the passages of the block; *ret is NULL when nothing is asked for: as long as each block teaches something,
 * it is to be looked for everywhere.
 */
static rc remember(struct repeats *r, struct told **ret)
{
	struct pii_work *w = r->w;
	bool quiet = r->learnt == r->learnt_before && !r->retyped;
	struct told *told;

	r->learnt_before = r->learnt;
	*ret = NULL;
	if (!w->n_passages || !quiet)
		return OK;
	TRY_ARRAY(r->c, told, w->n_passages);
	for (size_t i = 0, k = 0; i < w->n_passages; i++) {
		const struct passage *p = &w->passages[i];
		struct kept kept;
		slice bytes;

		while (k < w->n_spans && w->spans[k].start < p->from)
			k++;
		told[i].own = (p->found.a || p->found.b) && (k == 0 || w->spans[k - 1].end <= p->from);
		if (!told[i].own || !passage_again_find(w, p, &bytes))
			continue;
		memcpy(&kept, bytes.p, sizeof kept);
		told[i].learnt = kept.forgotten == r->forgotten;
		told[i].looked = kept.learnt == r->learnt;
		if (told[i].looked)
			told[i].spans = arena_copy(r->c->a, slice_sub(bytes, sizeof kept, bytes.len));
	}
	*ret = told;
	return OK;
}

/* Looks at a passage that is its own, and keeps what stood in it again. */
static rc look_and_keep(struct repeats *r, struct look *l, const struct passage *p)
{
	struct pii_work *w = r->w;
	struct kept kept = { r->forgotten, r->learnt };
	size_t first = w->n_spans, n;
	char *bytes;

	TRY(look_in(r, l, p->from, p->to));
	n = w->n_spans - first;
	bytes = passage_again_keep(w, p, sizeof kept + n * sizeof *w->spans);
	if (!bytes)
		return OK;
	memcpy(bytes, &kept, sizeof kept);
	for (size_t i = 0; i < n; i++) {
		struct pii_span s = w->spans[first + i];

		s.start -= p->from;
		s.end -= p->from;
		memcpy(bytes + sizeof kept + i * sizeof s, &s, sizeof s);
	}
	return OK;
}

static rc tell_again(struct repeats *r, const struct passage *p, slice spans)
{
	size_t n = spans.len / sizeof(struct pii_span);

	TRY(work_room(r->c, r->w, n, 0));
	for (size_t i = 0; i < n; i++) {
		struct pii_span *s = &r->w->spans[r->w->n_spans++];

		memcpy(s, spans.p + i * sizeof *s, sizeof *s);
		s->start += p->from;
		s->end += p->from;
	}
	return OK;
}

/* In all of the text; what is told of passages holds as long as nothing was learnt since. */
static rc look(struct repeats *r, const struct told *told)
{
	struct pii_work *w = r->w;
	struct look l = { .n = w->n_spans };
	size_t at = 0;

	for (size_t i = 0; told && i < w->n_passages; i++) {
		const struct passage *p = &w->passages[i];

		if (!told[i].own)
			continue;
		TRY(look_in(r, &l, at, p->from));
		if (told[i].looked && r->learnt == r->learnt_before)
			TRY(tell_again(r, p, told[i].spans));
		else
			TRY(look_and_keep(r, &l, p));
		at = p->to;
	}
	return look_in(r, &l, at, r->text.len);
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
		TRY_ARRAY(c, r->pool, REPEAT_POOL);
	*ret = r;
	return OK;
}

rc repeats_keep(struct ctx *c, struct repeats **ret) { return repeats_new(c, STREAM_BITS, true, ret); }

uint64_t repeats_learnt(const struct repeats *r) { return r ? r->learnt : 0; }

rc repeats_find(struct ctx *c, struct pii_work *w)
{
	struct repeats *r = w->state->repeats;
	struct told *told;

	if (!r && !w->n_spans && !(w->hints && w->hints->n_known))
		return OK;
	if (!r)
		TRY(repeats_new(c, WHOLE_BITS, false, &r));
	r->w = w;
	r->c = c;
	r->text = w->text;
	TRY(remember(r, &told));
	learn(r, w->hints, told);
	return r->n_words || r->n_digits ? look(r, told) : OK;
}
