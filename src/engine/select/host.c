#include <arpa/inet.h>
#include <stdio.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "engine/select/idn.h"
#include "engine/select/lists.h"
#include "engine/select/scan.h"
#include "engine/select/suffix.h"

#include "base/banned.h"

#define LABELS_MOST 40u
/* Filled before it is read; clearing it first would cost more than the work itself. */
#define UNCLEARED __attribute__((uninitialized))

bool host_parse_ipv4(slice s, uint8_t ret[4])
{
	size_t i = 0;

	for (int part = 0; part < 4; part++) {
		unsigned v = 0, n = 0;

		if (part && (i >= s.len || s.p[i++] != '.'))
			return false;
		for (; i < s.len && is_digit(s.p[i]) && n < 4; i++, n++)
			v = v * 10 + (unsigned)(s.p[i] - '0');
		if (n == 0 || n > 3 || v > 255)
			return false;
		ret[part] = (uint8_t)v;
	}
	return i == s.len;
}

static bool only_digits_and_dots(slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_digit(s.p[i]) && s.p[i] != '.')
			return false;
	return s.len > 0;
}

/* Steps over one character of a name; 0 at its end. */
static size_t step(slice t, size_t at, bool *ret_cjk)
{
	*ret_cjk = false;
	if (at >= t.len)
		return 0;
	if (is_class(t.p[at], CH_HOST))
		return 1;
	return char_letter_len(t, at, ret_cjk);
}

/* Particles that stand between a Japanese sentence and a name glued to it. */
static bool ends_in_particle(slice s)
{
	static const char *const particles[] = { "は", "が", "を", "に", "で", "と", "へ", "も", "や", "の", "り", "た", "る", "て", "い", "し" };

	for (size_t i = 0; i < sizeof particles / sizeof particles[0]; i++)
		if (slice_ends(s, slice_of(particles[i])))
			return true;
	return false;
}

/* Four numbers at `at`: an address glued to what stands before it. */
static bool is_quad(const struct scan *s, size_t at)
{
	uint8_t ip[4];
	size_t i = at;

	while (i < s->t.len && i - at < 16 && (is_digit(s->t.p[i]) || (s->t.p[i] == '.' && is_digit(scan_at(s, i + 1)))))
		i++;
	return !is_class(scan_at(s, i), CH_HOST) && host_parse_ipv4((slice){ s->t.p + at, i - at }, ip);
}

/*
 * Where the name whose first ASCII part begins at `a` really begins. Letters of other scripts before it belong to the
 * name when they are no sentence: Cyrillic and the like always, kanji and kana when only digits follow or nothing.
 */
static size_t idn_start(const struct scan *s, size_t floor, size_t a, size_t dot)
{
	size_t start = a;
	bool cjk, any_cjk = false;

	while (start > floor && a - start < 120) {
		size_t n = char_before(s->t, start);

		if (n > start - floor)
			break;
		if (n == 1 ? !is_class(s->t.p[start - 1], CH_HOST) || s->t.p[start - 1] == '.' : char_letter_len(s->t, start - n, &cjk) != n)
			break;
		any_cjk |= n > 1 && cjk;
		start -= n;
	}
	if (start == a || !any_cjk)
		return start;
	for (size_t i = a; i < dot; i++)
		if (!is_digit(s->t.p[i]))
			return a;
	if (dot > a && (ends_in_particle((slice){ s->t.p + start, a - start }) || is_quad(s, a)))
		return a;
	return start;
}

struct labels { size_t n, from[LABELS_MOST], to[LABELS_MOST]; bool wide; };

/* Splits at dots from `at` on; kanji glued behind a top level name ends it. Returns the end of the name. */
static size_t split(const struct scan *s, size_t at, size_t limit, struct labels *l)
{
	size_t p = at;

	l->n = 0;
	l->wide = false;
	while (l->n < LABELS_MOST && p < limit) {
		size_t q = p, cut = 0, n;
		bool cjk, wide = false;

		while (q < limit && is_fast(s->t.p[q], FAST_HOST))
			q++;
		while (q < limit && s->t.p[q] != '.' && (n = step(s->t, q, &cjk)) > 0) {
			if (n > 1 && !cut)
				cut = q;
			wide |= n > 1;
			q += n;
		}
		if (q == p)
			break;
		if (cut > p && l->n == 3 && only_digits_and_dots((slice){ s->t.p + at, cut - at })) {
			l->from[l->n] = p;
			l->to[l->n++] = cut;
			return cut;
		}
		if (cut > p && l->n > 0 && suffix_is_top((slice){ s->t.p + p, cut - p })) {
			l->from[l->n] = p;
			l->to[l->n++] = cut;
			return cut;
		}
		if (cut == p && l->n > 1 && suffix_is_top((slice){ s->t.p + l->from[l->n - 1], l->to[l->n - 1] - l->from[l->n - 1] }))
			break;
		l->wide |= wide;
		l->from[l->n] = p;
		l->to[l->n++] = q;
		if (q >= limit || s->t.p[q] != '.')
			break;
		p = q + 1;
	}
	return l->n ? l->to[l->n - 1] : at;
}

static slice label_text(const struct scan *s, const struct labels *l, size_t i)
{
	return (slice){ s->t.p + l->from[i], l->to[i] - l->from[i] };
}

static bool no_leading_zero(slice s)
{
	for (size_t i = 0; i + 1 < s.len; i++)
		if (s.p[i] == '0' && (i == 0 || s.p[i - 1] == '.') && s.p[i + 1] != '.')
			return false;
	return true;
}

/* Digits only, as in 203.0.113.5; also the two ends of a range. */
static bool judge_numbers(const struct scan *s, const struct labels *l, size_t start, size_t end, struct host *ret)
{
	uint8_t ip[4];
	slice whole = { s->t.p + start, end - start };
	const char *dash = memchr(whole.p, '-', whole.len);

	(void)l;
	if (dash && only_digits_and_dots((slice){ whole.p, (size_t)(dash - whole.p) }) && is_digit(dash[1 < whole.len ? 1 : 0])) {
		whole.len = (size_t)(dash - whole.p);
		if (!host_parse_ipv4(whole, ip))
			return false;
	} else if (!only_digits_and_dots(whole)) {
		return false;
	}
	ret->resume = start + whole.len;
	if (!host_parse_ipv4(whole, ip))
		return true;
	ret->kind = HOST_IPV4;
	ret->start = start;
	ret->end = start + whole.len;
	if (no_leading_zero(whole)) {
		memcpy(ret->text, whole.p, whole.len);
		ret->len = whole.len;
	} else {
		ret->len = (size_t)snprintf(ret->text, sizeof ret->text, "%u.%u.%u.%u", ip[0], ip[1], ip[2], ip[3]);
	}
	return true;
}

static bool label_is_sound(slice l, bool last)
{
	bool other = false;

	if (l.len == 0 || l.len > 63 || l.p[0] == '-' || l.p[l.len - 1] == '-')
		return false;
	for (size_t i = 0; i < l.len; i++) {
		if (l.p[i] == '_' && last)
			return false;
		other |= !is_digit(l.p[i]);
	}
	return !last || other;
}

/* The plain form of labels [0, n); false when it is no name. */
static bool write_name(const struct scan *s, const struct labels *l, size_t n, struct host *ret)
{
	slice whole = { s->t.p + l->from[0], l->to[n - 1] - l->from[0] };

	if (l->wide) {
		ret->len = idn_to_ascii(whole, ret->text, HOST_MOST);
		if (ret->len == 0)
			return false;
		const char *dot = memrchr(ret->text, '.', ret->len);

		return dot && suffix_is_top((slice){ dot + 1, ret->len - (size_t)(dot + 1 - ret->text) });
	}
	if (whole.len > HOST_MOST || !suffix_is_top(label_text(s, l, n - 1)))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!label_is_sound(label_text(s, l, i), i + 1 == n))
			return false;
	for (size_t i = 0; i < whole.len; i++)
		ret->text[i] = lower(whole.p[i]);
	ret->len = whole.len;
	return true;
}

static bool is_capital(char ch) { return ch >= 'A' && ch <= 'Z'; }

static void judge_labels(const struct scan *s, struct labels *l, struct host *ret)
{
	ret->start = l->from[0];
	if (l->n >= 2 && write_name(s, l, l->n, ret)) {
		ret->kind = HOST_NAME;
		ret->end = l->to[l->n - 1];
		return;
	}
	/* "evil.com.The next sentence" */
	if (l->n >= 3 && is_capital(s->t.p[l->from[l->n - 1]]) && !is_capital(s->t.p[l->from[l->n - 2]]) && scan_at(s, l->to[l->n - 1]) == ' ' &&
			write_name(s, l, l->n - 1, ret)) {
		ret->kind = HOST_NAME;
		ret->end = l->to[l->n - 2];
		return;
	}
	if (l->n >= 2) {
		ret->kind = HOST_FILE;
		ret->end = l->to[l->n - 1];
	}
}

static void judge_from(const struct scan *s, size_t start, struct host *ret)
{
	size_t limit = start + RUN_MOST < s->t.len ? start + RUN_MOST : s->t.len, end;
	UNCLEARED struct labels l;

	end = split(s, start, limit, &l);
	ret->resume = end > start ? end : start + 1;
	/* Dashes that end a sentence or begin a list. */
	while (l.n && l.to[l.n - 1] > l.from[l.n - 1] && (s->t.p[l.to[l.n - 1] - 1] == '-' || s->t.p[l.to[l.n - 1] - 1] == '_'))
		l.to[l.n - 1]--;
	if (l.n && l.to[l.n - 1] == l.from[l.n - 1])
		l.n--;
	if (l.n == 0)
		return;
	end = l.to[l.n - 1];
	if (judge_numbers(s, &l, start, end, ret))
		return;
	judge_labels(s, &l, ret);
}

/*
 * The dot at `at` is the first of an address that stands alone, the commonest thing in logs: the same as the long way, without
 * its detours. False when it is anything else.
 */
static bool judge_address(const struct scan *s, size_t at, size_t floor, struct host *ret)
{
	size_t start = at, i = at, n;

	while (start > floor && at - start < 4 && is_digit(s->t.p[start - 1]))
		start--;
	n = at - start;
	if (n == 0 || n > 3 || (start > floor && (is_class(s->t.p[start - 1], CH_HOST | CH_HIGH) || s->t.p[start - 1] == '%')))
		return false;
	if (n == 3 && memcmp(s->t.p + start, "255", 3) > 0)
		return false;
	for (int part = 1; part < 4; part++) {
		size_t from = ++i;

		while (i < s->t.len && i - from < 4 && is_digit(s->t.p[i]))
			i++;
		if (i == from || i - from > 3 || (i - from == 3 && memcmp(s->t.p + from, "255", 3) > 0) || (s->t.p[from] == '0' && i - from > 1))
			return false;
		if (part < 3 && scan_at(s, i) != '.')
			return false;
	}
	if (is_class(scan_at(s, i), CH_HOST | CH_HIGH) || (s->t.p[start] == '0' && n > 1))
		return false;
	ret->kind = HOST_IPV4;
	ret->start = start;
	ret->end = ret->resume = i;
	ret->len = i - start;
	memcpy(ret->text, s->t.p + start, ret->len);
	return true;
}

/* The hashes of the name from each label on, `labels` being those of the labels alone. */
static void join_hashes(struct host *h, const uint64_t *labels)
{
	uint64_t above = 0;

	h->first = label_join(0, labels[0]);
	for (unsigned k = h->n; k-- > 0;)
		h->hash[k] = above = label_join(above, labels[k]);
}

void host_hash(struct host *h)
{
	uint64_t labels[HASHED_MOST];
	size_t end = h->len, n = HASHED_MOST;
	const char *dot;

	if (h->n || h->kind != HOST_NAME)
		return;
	do {
		size_t from;

		dot = end ? memrchr(h->text, '.', end) : NULL;
		from = dot ? (size_t)(dot + 1 - h->text) : 0;
		labels[--n] = label_hash_lower(h->text + from, end - from);
		h->from[n] = (uint8_t)from;
		end = dot ? from - 1 : 0;
	} while (dot && n > 0);
	h->n = (uint8_t)(HASHED_MOST - n);
	memmove(h->from, h->from + n, h->n);
	join_hashes(h, labels + n);
	if (dot) {
		const char *first = memchr(h->text, '.', h->len);

		h->first = label_join(0, label_hash(h->text, (size_t)(first - h->text)));
	}
}

size_t host_in_lists(const struct host *h, const struct words *const *lists, size_t n)
{
	for (unsigned k = h->n; k-- > 0;)
		for (size_t i = 0; i < n; i++)
			if (in_list_hashed(lists[i], h->hash[k], (slice){ h->text + h->from[k], h->len - h->from[k] }))
				n = i;   /* an earlier list may still hold a name above it */
	return n;
}

#define PLAIN_MOST 32u

/* Of 32 bytes: letters, digits and "-"; digits; "-"; dots. */
struct plain { uint32_t label, digit, dash, dot; };

#if defined(__SSE2__)
static inline __m128i within(__m128i v, char from, char span)
{
	__m128i d = _mm_sub_epi8(v, _mm_set1_epi8(from));

	return _mm_cmpeq_epi8(_mm_min_epu8(d, _mm_set1_epi8(span)), d);
}

static inline uint32_t bits(__m128i v) { return (uint32_t)_mm_movemask_epi8(v); }

/* Also writes them in lower case. */
static inline struct plain plain_read(const char *p, char *lowered)
{
	struct plain m = { 0 };

	for (unsigned k = 0; k < PLAIN_MOST; k += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + k)), small = _mm_set1_epi8(0x20);
		__m128i digit = within(v, '0', 9), dash = _mm_cmpeq_epi8(v, _mm_set1_epi8('-')), capital = within(v, 'A', 25);
		__m128i letter = _mm_or_si128(capital, within(v, 'a', 25));

		m.label |= bits(_mm_or_si128(_mm_or_si128(letter, digit), dash)) << k;
		m.digit |= bits(digit) << k;
		m.dash |= bits(dash) << k;
		m.dot |= bits(_mm_cmpeq_epi8(v, _mm_set1_epi8('.'))) << k;
		_mm_storeu_si128((__m128i *)(void *)(lowered + k), _mm_or_si128(v, _mm_and_si128(capital, small)));
	}
	return m;
}
#else
static inline struct plain plain_read(const char *p, char *lowered)
{
	struct plain m = { 0 };

	for (unsigned k = 0; k < PLAIN_MOST; k++) {
		m.label |= (uint32_t)is_fast(p[k], FAST_LABEL) << k;
		m.digit |= (uint32_t)is_digit(p[k]) << k;
		m.dash |= (uint32_t)(p[k] == '-') << k;
		m.dot |= (uint32_t)(p[k] == '.') << k;
		lowered[k] = lower(p[k]);
	}
	return m;
}
#endif

/* Are the labels of the name [0, end) sound: none empty, no "-" at an edge, the last of more than digits? */
static inline bool labels_are_sound(const struct plain *m, uint32_t end)
{
	uint32_t dots = m->dot & (((uint32_t)1 << end) - 1), last = dots ? 32 - (uint32_t)__builtin_clz(dots) : 0, edges = dots >> 1 | dots << 1;

	return dots && last < end && !(dots & dots >> 1) && !(m->dash & (edges | 1 | (uint32_t)1 << (end - 1))) && ~m->digit >> last << (32 - end + last);
}

/*
 * The dot at `at` is the first of a name of letters, digits and "-" that stands alone under a top level name, the commonest thing
 * in reports: the same as the long way. False when it is anything else, or longer.
 */
static bool judge_plain_name(const struct scan *s, size_t at, size_t floor, struct host *ret)
{
	const char *t = s->t.p;
	size_t start = at, n = 0, from = 0;
	uint64_t labels[HASHED_MOST];
	struct plain m;
	uint32_t end, dots;

	while (start > floor && at - start < PLAIN_MOST && is_fast(t[start - 1], FAST_LABEL))
		start--;
	/* Digits at the beginning may be an address. */
	if (start == at || is_digit(t[start]) || (start > floor && (is_class(t[start - 1], CH_HOST | CH_HIGH) || t[start - 1] == '%')))
		return false;
	m = plain_read(t + start, ret->text);   /* behind the text are line ends */
	end = ~(m.label | m.dot) ? (uint32_t)__builtin_ctz(~(m.label | m.dot)) : PLAIN_MOST;
	if (end == PLAIN_MOST || is_class(t[start + end], CH_HOST | CH_HIGH))
		return false;
	end -= m.dot >> (end - 1) & 1;   /* of a sentence */
	if (!labels_are_sound(&m, end))
		return false;
	for (dots = m.dot & (((uint32_t)1 << end) - 1);; dots &= dots - 1) {
		size_t to = dots ? (size_t)__builtin_ctz(dots) : end;

		if (n == HASHED_MOST - 1)
			return false;
		ret->from[n] = (uint8_t)from;
		labels[n++] = label_hash_lower(ret->text + from, to - from);
		if (!dots)
			break;
		from = to + 1;
	}
	ret->n = (uint8_t)n;
	join_hashes(ret, labels);
	ret->start = start;
	ret->end = ret->resume = start + end;
	ret->len = end;
	ret->kind = HOST_NAME;
	if (end - from < 2 || !in_list_hashed(&suffix_top, ret->hash[n - 1], (slice){ ret->text + from, end - from })) {
		/* org.apache.Server; "evil.com.The" goes the long way */
		if (n >= 3 && is_capital(t[start + from]) && !is_capital(t[start + ret->from[n - 2]]))
			return false;
		ret->kind = HOST_FILE;
		ret->len = 0;
	}
	return true;
}

void host_judge(const struct scan *s, size_t at, size_t floor, struct host *ret)
{
	ret->n = 0;
	if (!judge_address(s, at, floor, ret) && !judge_plain_name(s, at, floor, ret))
		host_judge_long(s, at, floor, ret);
}

void host_judge_long(const struct scan *s, size_t at, size_t floor, struct host *ret)
{
	size_t a = at;

	ret->kind = HOST_NONE;
	ret->resume = at + 1;
	ret->len = 0;
	ret->n = 0;
	while (a > floor && at - a < RUN_MOST && is_class(s->t.p[a - 1], CH_HOST))
		a--;
	if (a > floor && is_class(s->t.p[a - 1], CH_HIGH)) {
		const char *dot = memchr(s->t.p + a, '.', at - a + 1);

		a = idn_start(s, floor, a, dot ? (size_t)(dot - s->t.p) : at);
	}
	/* new%20java.io: the digits are of what was written there */
	if (a > floor && s->t.p[a - 1] == '%' && at - a >= 2 && is_class(s->t.p[a], CH_HEX) && is_class(s->t.p[a + 1], CH_HEX))
		a += 2;
	while (a < at && (s->t.p[a] == '-' || s->t.p[a] == '.' || (s->t.p[a] == '_' && !is_alnum(s->t.p[a + 1]))))
		a++;
	if (a >= at)
		return;
	judge_from(s, a, ret);
	if (ret->resume <= at)
		ret->resume = at + 1;
}

void host_parse(const struct scan *s, size_t at, struct host *ret)
{
	ret->kind = HOST_NONE;
	ret->start = at;
	ret->resume = at + 1;
	ret->len = 0;
	ret->n = 0;
	judge_from(s, at, ret);
}

/* 第1.2.3.4節, バージョン 1.2.3.4 */
static bool is_section(const struct scan *s, size_t start, size_t end)
{
	static const char *const behind[] = { "節", "章", "項", "版" };
	static const char *const ahead[] = { "第", "バージョン", "ヴァージョン" };
	static const char *const figures[] = { "図", "表" };
	uint8_t part[4];
	slice rest = slice_sub(s->t, end, 3), head = { s->t.p, start };

	if (is_class(scan_at(s, end), CH_HIGH))
		for (size_t i = 0; i < sizeof behind / sizeof behind[0]; i++)
			if (slice_starts(rest, slice_of(behind[i])))
				return true;
	while (head.len && start - head.len < 2 && (head.p[head.len - 1] == ' ' || head.p[head.len - 1] == ':'))
		head.len--;
	if (!head.len || !is_class(head.p[head.len - 1], CH_HIGH))
		return false;
	for (size_t i = 0; i < sizeof ahead / sizeof ahead[0]; i++)
		if (slice_ends(head, slice_of(ahead[i])))
			return true;
	/* 図5.1.1.2, but 一覧表 203.0.113.7 */
	if (head.len == start && host_parse_ipv4(slice_sub(s->t, start, end - start), part) && part[0] < 20 && part[1] < 20 && part[2] < 20 && part[3] < 20)
		for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
			if (slice_ends(head, slice_of(figures[i])))
				return true;
	return false;
}

/* HIER_DIRECT/192.0.2.1, FIRSTUP_PARENT/192.0.2.1: how a proxy (Squid) writes whom it asked. */
static bool is_peer(const struct scan *s, size_t slash)
{
	slice head = { s->t.p, slash };

	return slice_ends(head, S("DIRECT")) || slice_ends(head, S("_PARENT")) || slice_ends(head, S("_HIT"));
}

bool host_is_version(const struct scan *s, size_t start, size_t end)
{
	char before = scan_before(s, start), after = scan_at(s, end);
	slice word;

	if (is_alpha(before) || before == '#' || before == '$')
		return true;
	if (before == '/' && start > 1 && is_alnum(s->t.p[start - 2]) && scan_at(s, end) != '/' && !is_peer(s, start - 1))
		return true;   /* Chrome/92.0.3391.63 */
	if (is_section(s, start, end))
		return true;
	if (after == '-' && is_alpha(scan_at(s, end + 1)) && scan_before(s, start) != ' ')
		return true;
	word = scan_word_before(s, start);
	return (word.len && is_alpha(word.p[word.len - 1]) && in_list(&list_version_words, word)) || veto_version(s, start, end);
}

static bool in_whole_list(const struct words *list, const struct host *h)
{
	return h->n < HASHED_MOST && in_list_hashed(list, h->hash[0], (slice){ h->text, h->len });
}

static bool is_file_name(const struct scan *s, const struct host *h, slice last, size_t labels)
{
	slice name = { h->text, h->len };
	char before = scan_before(s, h->start);

	if (in_whole_list(&list_benign_files, h))
		return true;
	if (!in_list_hashed(&list_file_tops, h->hash[h->n - 1], last))
		return false;
	if (before == '/' || before == '\\' || veto_archive(s, h, name))
		return true;
	/* "libx.so" is a library, "example.so" is not; a name of three labels rather is a host. */
	if (same_word(last, "so"))
		return slice_starts(name, S("lib")) || hash_before(s, h->start);
	return labels == 2 || same_word(last, "py") || same_word(last, "md") || is_digit(name.p[0]);
}

static bool all_capitals(slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_capital(s.p[i]))
			return false;
	return true;
}

/* "http//evil.example/x": a colon was forgotten. */
static bool scheme_lacks_colon(const struct scan *s, size_t start)
{
	size_t n = start < 7 ? start : 7;
	slice before = slice_sub(s->t, start - n, n);

	return slice_ends(before, S("http//")) || slice_ends(before, S("https//")) || slice_ends(before, S("hxxp//")) || slice_ends(before, S("hxxps//"));
}

bool host_is_no_name(const struct scan *s, struct host *h)
{
	slice raw = { s->t.p + h->start, h->end - h->start };
	slice name = { h->text, h->len };
	const char *dot = memchr(raw.p, '.', raw.len), *last = memrchr(raw.p, '.', raw.len);
	slice first, top;
	char before = scan_before(s, h->start), after = scan_at(s, h->end);
	size_t labels = 2;

	if (!dot || !last)
		return false;   /* dots of another kind: surely a name */
	host_hash(h);
	for (const char *p = dot; p < last; labels++)
		p = memchr(p + 1, '.', (size_t)(last - p));
	if (labels == 2 && in_list_hashed(&suffix_top, h->first, (slice){ raw.p, (size_t)(dot - raw.p) }) && suffix_is_suffix(name))
		return !veto_lifted(s, h);    /* "co.jp" alone */
	first = (slice){ raw.p, (size_t)(dot - raw.p) };
	top = (slice){ last + 1, raw.len - (size_t)(last + 1 - raw.p) };
	if ((before == '/' && !scheme_lacks_colon(s, h->start)) || before == '\\' || before == '$' || before == '#')
		return true;
	/* open(…), but not "evil.example(203.0.113.5)" */
	if ((after == '(' && labels == 2 && !is_quad(s, h->end + 1)) || veto_member(s, h, first, top, labels) || veto_flow(s, h->start))
		return true;
	/* Turla.AW, System.IO: a name in capitals and small letters under a top level name in capitals. */
	if (all_capitals(top) && !all_capitals(first) && top.len <= 4) {
		for (size_t i = 0; i < first.len; i++)
			if (is_alpha(first.p[i]) && !is_capital(first.p[i]))
				return true;
	}
	if (in_whole_list(&list_no_names, h))
		return true;
	if (labels == 2 && in_list_hashed(&list_objects, h->first, first) && in_list_hashed(&list_members, h->hash[h->n - 1], top))
		return !veto_lifted(s, h);
	return (veto_package(h, first, top, labels) || veto_endings(h, name) || is_file_name(s, h, top, labels)) && !veto_lifted(s, h);
}
