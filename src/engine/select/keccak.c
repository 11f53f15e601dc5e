#include "engine/select/keccak.h"

#include <string.h>

#include "base/banned.h"

static uint64_t rotate(uint64_t v, unsigned n) { return n ? v << n | v >> (64 - n) : v; }

/* The indices are then known when it is built: counting them modulo 5 costs more than the work itself. */
#define UNROLLED _Pragma("GCC unroll 25")

/* Keccak-f[1600], FIPS 202 §3.3. */
static void permute(uint64_t a[25])
{
	static const uint64_t constants[24] = {
		0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
		0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
		0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
		0x000000000000800a, 0x800000008000000a, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
	};
	static const uint8_t turns[24] = { 1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44 };
	static const uint8_t lanes[24] = { 10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1 };

	for (int round = 0; round < 24; round++) {
		uint64_t c[5], t;

		UNROLLED
		for (int x = 0; x < 5; x++)
			c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
		UNROLLED
		for (int i = 0; i < 25; i++)
			a[i] ^= c[(i + 4) % 5] ^ rotate(c[(i + 1) % 5], 1);
		t = a[1];
		UNROLLED
		for (int i = 0; i < 24; i++) {
			uint64_t kept = a[lanes[i]];

			a[lanes[i]] = rotate(t, turns[i]);
			t = kept;
		}
		UNROLLED
		for (int y = 0; y < 25; y += 5) {
			UNROLLED
			for (int x = 0; x < 5; x++)
				c[x] = a[y + x];
			UNROLLED
			for (int x = 0; x < 5; x++)
				a[y + x] = c[x] ^ (~c[(x + 1) % 5] & c[(x + 2) % 5]);
		}
		a[0] ^= constants[round];
	}
}

#define RATE 136u

void keccak256(slice in, uint8_t pad, uint8_t out[32])
{
	uint64_t a[25] = { 0 };
	uint8_t block[RATE];
	size_t at = 0;
	bool last = false;

	while (!last) {
		size_t n = in.len - at < RATE ? in.len - at : RATE;

		memset(block, 0, sizeof block);
		memcpy(block, in.p + at, n);
		at += n;
		last = n < RATE;
		if (last) {
			block[n] = pad;
			block[RATE - 1] |= 0x80;
		}
		for (unsigned i = 0; i < RATE; i++)
			a[i / 8] ^= (uint64_t)block[i] << i % 8 * 8;
		permute(a);
	}
	for (unsigned i = 0; i < 32; i++)
		out[i] = (uint8_t)(a[i / 8] >> i % 8 * 8);
}
