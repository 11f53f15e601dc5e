#include "work/select/place.h"

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
	/* Eight bytes at a time, a count in each byte: all but those that continue a character (10xxxxxx). */
	while (p->at + 8 <= at) {
		size_t words = (at - p->at) / 8 < 255 ? (at - p->at) / 8 : 255;
		uint64_t sums = 0, v;

		for (size_t i = 0; i < words; i++) {
			memcpy(&v, p->text.p + p->at + i * 8, 8);
			sums += v >> 7 & ~v >> 6 & 0x0101010101010101u;
		}
		sums = (sums & 0x00ff00ff00ff00ffu) + (sums >> 8 & 0x00ff00ff00ff00ffu);
		p->chars += words * 8 - (sums * 0x0001000100010001u >> 48);
		p->at += words * 8;
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
