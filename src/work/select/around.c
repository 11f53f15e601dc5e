#include "work/select/around.h"

#include <endian.h>

#include "work/select/withhold.h"

#include "base/banned.h"

#define LINE_LOOK 400u
#define SIDE 180u      /* bytes to each side */

static bool is_digit(char ch) { return ch >= '0' && ch <= '9'; }

/* Does `shape` stand at i? 0 a digit, a a letter, - a minus or slash, T a T or blank; anything else stands for itself. */
static bool has_shape(slice s, size_t i, const char *shape)
{
	for (; *shape; shape++, i++) {
		char ch = i < s.len ? s.p[i] : '\n';
		bool ok = *shape == '0' ? is_digit(ch) : *shape == 'a' ? (ch | 0x20) >= 'a' && (ch | 0x20) <= 'z' : *shape == '-' ? ch == '-' || ch == '/' :
			*shape == 'T' ? ch == 'T' || ch == ' ' : *shape == '_' ? ch == ' ' || is_digit(ch) : ch == *shape;

		if (!ok)
			return false;
	}
	return true;
}

/* Behind the fraction and the zone of a time that ends at i. */
static size_t zone_end(slice s, size_t i)
{
	size_t k = i;

	if (k + 1 < s.len && (s.p[k] == '.' || s.p[k] == ',') && is_digit(s.p[k + 1]))
		for (k++; k < s.len && k - i < 11 && is_digit(s.p[k]);)
			k++;
	if (k < s.len && s.p[k] == 'Z')
		return k + 1;
	for (size_t blank = 0; blank < 2; blank++) {
		size_t z = k + blank;

		if (blank && !(k < s.len && s.p[k] == ' '))
			break;
		if (z < s.len && (s.p[z] == '+' || s.p[z] == '-') && has_shape(s, z + 1, "00:00"))
			return z + 6;
		if (z < s.len && (s.p[z] == '+' || s.p[z] == '-') && has_shape(s, z + 1, "0000"))
			return z + 5;
	}
	if (k < s.len && s.p[k] == ' ' && (has_shape(s, k, " JST") || has_shape(s, k, " UTC") || has_shape(s, k, " GMT")))
		return k + 4;
	return k;
}

/* Are those of eight bytes digits whose bits are set? */
static inline bool are_digits(const char *p, uint64_t which)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	v = (v ^ 0x3030303030303030u) & htole64(which);
	return !((v | (v + 0x0606060606060606u)) & 0xf0f0f0f0f0f0f0f0u);
}

/* The shape 0000-00-00T00:00:00, which nearly all times have. */
static bool is_stamp(slice s, size_t i)
{
	const char *p = s.p + i;

	return i + 19 <= s.len && (p[4] == '-' || p[4] == '/') && (p[7] == '-' || p[7] == '/') && (p[10] == 'T' || p[10] == ' ') &&
		p[13] == ':' && p[16] == ':' && are_digits(p, 0x00ffff00ffffffffu) && are_digits(p + 8, 0xffff00ffff00ffffu) &&
		is_digit(p[17]) && is_digit(p[18]);
}

static size_t time_end(slice s, size_t i)
{
	static const struct { const char *shape; size_t len; } shapes[] = {
		{ "00/aaa/0000:00:00:00", 20 }, { "aaa _0 00:00:00", 15 }, { "0000-00-00T00:00", 16 },
	};

	if (is_stamp(s, i))
		return zone_end(s, i + 19);
	for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++)
		if (has_shape(s, i, shapes[k].shape))
			return zone_end(s, i + shapes[k].len);
	return 0;
}

static bool may_be_before_clock(char ch) { return ch == 'T' || ch == ' ' || ch == ':'; }

/*
 * The colon of the next 00:00 in [i, most); SIZE_MAX for none: most lines of reports have none. Alone: behind what no address
 * with a port has there; each shape of a time has such a one.
 */
static size_t next_clock(slice s, size_t i, size_t most, bool alone)
{
	const char *colon;

	for (; i < most && (colon = memchr(s.p + i, ':', most - i)) != NULL; i = (size_t)(colon - s.p) + 1) {
		size_t at = (size_t)(colon - s.p);

		if (at >= i + 2 && at + 2 < s.len && is_digit(colon[-1]) && is_digit(colon[-2]) && is_digit(colon[1]) && is_digit(colon[2]) &&
				(!alone || (at > 2 && may_be_before_clock(colon[-3]))))
			return at;
	}
	return SIZE_MAX;
}

static bool touches(const struct pii_result *found, size_t start, size_t end)
{
	size_t k = span_after(found, start);

	return k < found->n_spans && found->spans[k].start < end;
}

/* Each shape of a time begins so far before the first colon of its clock. */
#define CLOCK_LEAST 9u
#define CLOCK_MOST 13u

static bool begins_word(slice s, size_t from, size_t i)
{
	if (i > from && (is_digit(s.p[i - 1]) || ((s.p[i - 1] | 0x20) >= 'a' && (s.p[i - 1] | 0x20) <= 'z')))
		return false;
	return is_digit(s.p[i]) || (s.p[i] >= 'A' && s.p[i] <= 'Z');
}

/* The first time that begins in [from, most), where a line begins; its first clock is known. */
static slice time_in(slice text, const struct pii_result *found, size_t from, size_t most, size_t clock)
{
	size_t reach = most + CLOCK_MOST < text.len ? most + CLOCK_MOST : text.len, i = from;

	for (; clock < reach; clock = next_clock(text, clock + 1, reach, false)) {
		if (clock < from + CLOCK_LEAST)
			continue;
		for (i = clock > i + CLOCK_MOST ? clock - CLOCK_MOST : i; i <= clock - CLOCK_LEAST && i < most; i++) {
			size_t end = begins_word(text, from, i) ? time_end(text, i) : 0;

			if (end && end - i <= TIME_MOST)
				return touches(found, i, end) ? S_NONE : slice_sub(text, i, end - i);
		}
	}
	return S_NONE;
}

/* The beginning of the line around `at`; SIZE_MAX when it is too far. */
static size_t line_begin(slice text, size_t at)
{
	size_t from = at > LINE_LOOK ? at - LINE_LOOK : 0;
	const char *nl = at > from ? memrchr(text.p + from, '\n', at - from) : NULL;

	if (nl)
		return (size_t)(nl - text.p) + 1;
	return from > 0 ? SIZE_MAX : 0;
}

/* The time of the line that begins at `line` and in which `at` stands. */
static slice line_time(slice text, const struct pii_result *found, size_t line, size_t at)
{
	size_t most = line + TIME_LOOK < text.len ? line + TIME_LOOK : text.len, clock = next_clock(text, line, most, false);
	const char *nl;

	if (clock == SIZE_MAX)
		return S_NONE;
	nl = at < most ? memchr(text.p + at, '\n', most - at) : NULL;
	return time_in(text, found, line, nl ? (size_t)(nl - text.p) : most, clock);
}

slice around_time(slice text, const struct pii_result *found, size_t at)
{
	size_t line = line_begin(text, at);

	return line == SIZE_MAX ? S_NONE : line_time(text, found, line, at);
}

/* Is it the line of the last place? */
static bool same_line(const struct around *a, size_t at)
{
	return a->line_known && at >= a->last && at - a->line < LINE_LOOK && !memchr(a->text.p + a->last, '\n', at - a->last);
}

slice around_time_look(struct around *a, const struct pii_result *found, size_t at)
{
	size_t from = at > LINE_LOOK ? at - LINE_LOOK : 0;

	/* Two bytes earlier: its first digits may stand at the beginning of the line. */
	if (a->clock == 0 || a->clock < from)
		a->clock = next_clock(a->text, from > 2 ? from - 2 : 0, a->text.len, true);
	if (a->clock >= at + TIME_REACH)
		return S_NONE;
	if (!same_line(a, at)) {
		a->line = line_begin(a->text, at);
		a->line_known = a->line != SIZE_MAX;
		a->time = a->line_known ? line_time(a->text, found, a->line, at) : S_NONE;
	}
	a->last = at;
	return a->time;
}

static bool continues(char ch) { return ((unsigned char)ch & 0xC0) == 0x80; }

rc around_text(struct ctx *w, slice text, const struct pii_result *found, size_t start, size_t end, slice *ret)
{
	size_t a = start > SIDE ? start - SIDE : 0, b = end + SIDE < text.len ? end + SIDE : text.len, lo, hi;
	const char *nl = start > a ? memrchr(text.p + a, '\n', start - a) : NULL;
	struct pii_policy policy = pii_policy_default();
	struct pii_span *spans;
	struct buf out;
	size_t n = 0;

	a = nl ? (size_t)(nl - text.p) + 1 : a;
	nl = memchr(text.p + end, '\n', b - end);
	b = nl ? (size_t)(nl - text.p) : b;
	while (a < start && continues(text.p[a]))
		a++;
	while (b > end && b < text.len && continues(text.p[b]))
		b--;
	lo = span_after(found, a);
	/* What was found is shown whole or not at all: a place that is cut by the edge is masked to the edge. */
	for (hi = lo; hi < found->n_spans && found->spans[hi].start < b;)
		hi++;
	TRY_ARRAY(w, spans, hi - lo + 1);
	for (; lo < hi; lo++) {
		spans[n] = found->spans[lo];
		spans[n].start = (spans[n].start < a ? a : spans[n].start) - a;
		spans[n].end = (spans[n].end > b ? b : spans[n].end) - a;
		n++;
	}
	buf_init(&out, w->a, 16384);
	TRY(pii_redact(w, slice_sub(text, a, b - a), spans, n, &policy, &out, NULL));
	TRY(buf_done(w, &out, ret));
	*ret = slice_trim(*ret);
	return OK;
}
