#include "work/select/place.h"

#include <endian.h>
#include <string.h>

#include "base/banned.h"

static bool is_ascii(slice s)
{
	uint64_t high = 0, v[4];
	size_t i = 0;

	for (; i + sizeof v <= s.len; i += sizeof v) {
		memcpy(v, s.p + i, sizeof v);
		high |= v[0] | v[1] | v[2] | v[3];
	}
	for (; i < s.len; i++)
		high |= (uint64_t)(s.p[i] & 0x80);
	return !(high & 0x8080808080808080u);
}

struct place place_in(slice text) { return (struct place){ .text = text, .ascii = is_ascii(text) }; }

/* Eight bytes, a bit in each that goes on with a character (10xxxxxx): those do not count. */
static inline uint64_t going_on(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return v >> 7 & ~v >> 6 & 0x0101010101010101u;
}

uint64_t place_count(struct place *p, size_t at)
{
	if (p->ascii)
		return at < p->text.len ? at : p->text.len;
	if (at < p->at) {
		p->at = 0;
		p->chars = 0;
	}
	if (at > p->text.len)
		at = p->text.len;
	/* a count in each byte */
	while (p->at + 8 <= at) {
		size_t words = (at - p->at) / 8 < 255 ? (at - p->at) / 8 : 255;
		uint64_t sums = 0;

		for (size_t i = 0; i < words; i++)
			sums += going_on(p->text.p + p->at + i * 8);
		sums = (sums & 0x00ff00ff00ff00ffu) + (sums >> 8 & 0x00ff00ff00ff00ffu);
		p->chars += words * 8 - (sums * 0x0001000100010001u >> 48);
		p->at += words * 8;
	}
	if (p->at < at && p->at + 8 <= p->text.len) {
		uint64_t first = le64toh(going_on(p->text.p + p->at)) & ~(~(uint64_t)0 << (at - p->at) * 8);

		p->chars += at - p->at - (first * 0x0101010101010101u >> 56);
		p->at = at;
	}
	for (; p->at < at; p->at++)
		p->chars += ((uint8_t)p->text.p[p->at] & 0xc0) != 0x80;
	return p->chars;
}

void place_spans(slice text, struct pii_span *spans, size_t n)
{
	struct place at = place_in(text);

	for (size_t i = 0; i < n; i++) {
		spans[i].start = (size_t)place_chars(&at, spans[i].start);
		spans[i].end = (size_t)place_chars(&at, spans[i].end);
	}
}
