#include "core/record/sha_pair.h"

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <string.h>

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#endif

#include "base/banned.h"

#ifdef __x86_64__

#define WITH_SHA __attribute__((target("sha,sse4.1,ssse3")))
#define FOURS 16   /* 64 rounds, four at a time */

/* FIPS 180-4 §4.2.2. */
static const uint32_t constants[64] __attribute__((aligned(16))) = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* The working variables in the order of the instructions: A B E F and C D G H. */
struct lane { __m128i abef, cdgh, m[4]; };

static inline WITH_SHA __m128i load(const void *p) { return _mm_loadu_si128(p); }

static inline WITH_SHA void lane_begin(struct lane *l, const uint32_t s[8])
{
	__m128i cdab = _mm_shuffle_epi32(load(s), 0xb1), efgh = _mm_shuffle_epi32(load(s + 4), 0x1b);

	l->abef = _mm_alignr_epi8(cdab, efgh, 8);
	l->cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);
}

static inline WITH_SHA void lane_end(const struct lane *l, uint32_t s[8])
{
	__m128i feba = _mm_shuffle_epi32(l->abef, 0x1b), dchg = _mm_shuffle_epi32(l->cdgh, 0xb1);

	_mm_storeu_si128((void *)s, _mm_blend_epi16(feba, dchg, 0xf0));
	_mm_storeu_si128((void *)(s + 4), _mm_alignr_epi8(dchg, feba, 8));
}

/* The words of rounds 4i to 4i+3: of the message, or made of the four before them. */
static inline WITH_SHA void lane_words(struct lane *l, const unsigned char *p, int i)
{
	const __m128i swap = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
	__m128i *m = l->m, t;

	if (i < 4) {
		m[i] = _mm_shuffle_epi8(load(p + 16 * i), swap);
		return;
	}
	t = _mm_add_epi32(_mm_sha256msg1_epu32(m[i & 3], m[(i + 1) & 3]), _mm_alignr_epi8(m[(i + 3) & 3], m[(i + 2) & 3], 4));
	m[i & 3] = _mm_sha256msg2_epu32(t, m[(i + 3) & 3]);
}

static inline WITH_SHA void lane_rounds(struct lane *l, int i)
{
	__m128i t = _mm_add_epi32(l->m[i & 3], load(constants + 4 * i));

	l->cdgh = _mm_sha256rnds2_epu32(l->cdgh, l->abef, t);
	l->abef = _mm_sha256rnds2_epu32(l->abef, l->cdgh, _mm_shuffle_epi32(t, 0x0e));
}

static WITH_SHA void pair(uint32_t state_a[8], uint32_t state_b[8], const unsigned char *a, const unsigned char *b, size_t blocks)
{
	struct lane x, y;

	lane_begin(&x, state_a);
	lane_begin(&y, state_b);
	for (; blocks > 0; blocks--, a += 64, b += 64) {
		const struct lane x0 = x, y0 = y;

#pragma GCC unroll 16
		for (int i = 0; i < FOURS; i++) {
			lane_words(&x, a, i);
			lane_words(&y, b, i);
			lane_rounds(&x, i);
			lane_rounds(&y, i);
		}
		x.abef = _mm_add_epi32(x.abef, x0.abef);
		x.cdgh = _mm_add_epi32(x.cdgh, x0.cdgh);
		y.abef = _mm_add_epi32(y.abef, y0.abef);
		y.cdgh = _mm_add_epi32(y.cdgh, y0.cdgh);
	}
	lane_end(&x, state_a);
	lane_end(&y, state_b);
}

static bool has_instructions(void)
{
	unsigned a, b, c, d;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1))
		return false;
	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && b & bit_SHA;
}

void sha_pair(uint32_t state_a[8], uint32_t state_b[8], const unsigned char *a, const unsigned char *b, size_t blocks)
{
	pair(state_a, state_b, a, b, blocks);
}

#else

static bool has_instructions(void) { return false; }

void sha_pair(uint32_t state_a[8], uint32_t state_b[8], const unsigned char *a, const unsigned char *b, size_t blocks)
{
	(void)state_a;
	(void)state_b;
	(void)a;
	(void)b;
	(void)blocks;
}

#endif

bool sha_pair_works(void)
{
	unsigned char text[256];
	uint32_t a[8], b[8];
	SHA256_CTX x, y;

	if (!has_instructions())
		return false;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (unsigned char)(i * 7 + 1);
	(void)SHA256_Init(&x);
	(void)SHA256_Init(&y);
	memcpy(a, x.h, sizeof a);
	memcpy(b, y.h, sizeof b);
	sha_pair(a, b, text, text + 128, 2);
	for (size_t at = 0; at < 128; at += 64) {
		SHA256_Transform(&x, text + at);
		SHA256_Transform(&y, text + 128 + at);
	}
	return memcmp(a, x.h, sizeof a) == 0 && memcmp(b, y.h, sizeof b) == 0;
}
