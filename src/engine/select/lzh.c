#include "engine/select/lzh.h"

#include <stdint.h>
#include <string.h>

#include "base/banned.h"

/* The head of an entry, as LHA for UNIX 1.14 describes it (header.doc.md): where things stand in levels 0, 1 and 2. */
enum { H_METHOD = 2, H_PACKED = 7, H_LEVEL = 20, H_NAME = 21, H_LEAST = 24 };
/* A head behind it: its length in two bytes before it, its kind, its bytes. */
enum { X_SUM = 0, X_NAME = 1, X_FOLDER = 2 };

bool lzh_is(slice b) { return b.len > H_NAME && memcmp(b.p + H_METHOD, "-lh", 3) == 0 && b.p[6] == '-'; }

static size_t word(const unsigned char *p) { return (size_t)p[0] | (size_t)p[1] << 8; }
static size_t number(const unsigned char *p) { return word(p) | word(p + 2) << 16; }

static bool make_plain(unsigned char *p, size_t n)
{
	bool changed = false;

	for (size_t i = 0; i < n; i++)
		if (p[i] >= 0x80 && p[i] != 0xFF) {   /* FF parts folders */
			p[i] = '_';
			changed = true;
		}
	return changed;
}

/* CRC-16/ARC. */
static unsigned crc16(const unsigned char *p, size_t n)
{
	unsigned crc = 0;

	for (size_t i = 0; i < n; i++) {
		crc ^= p[i];
		for (int k = 0; k < 8; k++)
			crc = crc & 1 ? crc >> 1 ^ 0xA001u : crc >> 1;
	}
	return crc;
}

/* The heads from `at` on, of which the first has `len` bytes: *ret_sum is where the sum of all stands, or 0. */
static bool further_heads(unsigned char *p, size_t n, size_t at, size_t len, size_t *ret_sum)
{
	bool changed = false;

	*ret_sum = 0;
	while (len >= 3 && len <= n - at) {
		if (p[at] == X_SUM && len >= 5)
			*ret_sum = at + 1;
		if (p[at] == X_NAME || p[at] == X_FOLDER)
			changed |= make_plain(p + at + 1, len - 3);
		at += len;
		len = word(p + at - 2);
	}
	return changed;
}

/* One entry of n bytes or more; its length, or 0 when it is none that we know. */
static size_t entry(unsigned char *p, size_t n)
{
	size_t head = p[H_LEVEL] == 2 ? word(p) : (size_t)p[0] + 2, packed, sum;
	unsigned crc;

	if (n < H_LEAST + 2 || memcmp(p + H_METHOD, "-lh", 3) != 0 || p[H_LEVEL] > 2 || head < H_LEAST + 2 || head > n)
		return 0;
	packed = number(p + H_PACKED);
	if (p[H_LEVEL] == 2) {
		if (further_heads(p, head, H_LEAST + 2, word(p + H_LEAST), &sum) && sum) {
			p[sum] = p[sum + 1] = 0;
			crc = crc16(p, head);
			p[sum] = (unsigned char)crc;
			p[sum + 1] = (unsigned char)(crc >> 8);
		}
		return head + packed;
	}
	if (p[H_NAME] <= head - H_LEAST && make_plain(p + H_NAME + 1, p[H_NAME])) {
		p[1] = 0;
		for (size_t i = 2; i < head; i++)
			p[1] = (unsigned char)(p[1] + p[i]);
	}
	if (p[H_LEVEL] == 1)   /* they count as packed */
		(void)further_heads(p, n, head, word(p + head - 2), &sum);
	return head + packed;
}

rc lzh_plain_names(struct ctx *c, slice bytes, slice *ret)
{
	slice copy = arena_copy(c->a, bytes);
	unsigned char *p = (unsigned char *)(uintptr_t)copy.p;

	if (!p)
		return FAIL(c, E_NOMEM, "memory.limit");
	for (size_t at = 0, len; bytes.len - at > H_NAME && (len = entry(p + at, bytes.len - at)) > 0 && len < bytes.len - at; at += len)
		;
	*ret = copy;
	return OK;
}
