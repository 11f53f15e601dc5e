#include "engine/screen/sip.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "base/banned.h"

#define TURN(x, by) ((x) << (by) | (x) >> (64 - (by)))

/* For one text and for eight: only the type of v differs. */
#define SIP_ROUND(v) do { \
	(v)[0] += (v)[1]; \
	(v)[1] = TURN((v)[1], 13) ^ (v)[0]; \
	(v)[0] = TURN((v)[0], 32); \
	(v)[2] += (v)[3]; \
	(v)[3] = TURN((v)[3], 16) ^ (v)[2]; \
	(v)[0] += (v)[3]; \
	(v)[3] = TURN((v)[3], 21) ^ (v)[0]; \
	(v)[2] += (v)[1]; \
	(v)[1] = TURN((v)[1], 17) ^ (v)[2]; \
	(v)[2] = TURN((v)[2], 32); \
} while (0)

static const uint64_t begin[4] = { 0x736f6d6570736575u, 0x646f72616e646f6du, 0x6c7967656e657261u, 0x7465646279746573u };

uint64_t sip_one(const uint64_t key[2], const unsigned char *in, size_t len)
{
	uint64_t v[4] = { key[0] ^ begin[0], key[1] ^ begin[1], key[0] ^ begin[2], key[1] ^ begin[3] }, w;
	size_t i;

	for (i = 0; i + 8 <= len; i += 8) {
		memcpy(&w, in + i, 8);
		v[3] ^= w;
		SIP_ROUND(v);
		SIP_ROUND(v);
		v[0] ^= w;
	}
	memcpy(&w, in + i, 8);
	w = (w & (((uint64_t)1 << (len - i) * 8) - 1)) | (uint64_t)len << 56;
	v[3] ^= w;
	SIP_ROUND(v);
	SIP_ROUND(v);
	v[0] ^= w;
	v[2] ^= 0xff;
	for (i = 0; i < 4; i++)
		SIP_ROUND(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* For `type`, which holds some of the eight lanes; `all` makes one of a single word. */
#define SIP_LANES_OF(type, all) do { \
	for (size_t lane = 0; lane < SIP_LANES; lane += sizeof(type) / sizeof(uint64_t)) { \
		type v[4] = { all(key[0] ^ begin[0]), all(key[1] ^ begin[1]), all(key[0] ^ begin[2]), all(key[1] ^ begin[3]) }, w; \
		for (unsigned i = 0; i < words; i++) { \
			memcpy(&w, in + i * SIP_LANES + lane, sizeof w); \
			v[3] ^= w; \
			SIP_ROUND(v); \
			SIP_ROUND(v); \
			v[0] ^= w; \
		} \
		v[2] ^= all(0xff); \
		for (unsigned i = 0; i < 4; i++) \
			SIP_ROUND(v); \
		v[0] ^= v[1] ^ v[2] ^ v[3]; \
		memcpy(out + lane, v, sizeof w); \
	} \
} while (0)

static void sip_plain(const uint64_t key[2], const uint64_t *in, unsigned words, uint64_t out[SIP_LANES])
{
	SIP_LANES_OF(uint64_t, (uint64_t));
}

static bool fits_all(void) { return true; }

#if defined(__x86_64__)

typedef uint64_t four __attribute__((vector_size(32)));
typedef uint64_t eight __attribute__((vector_size(64)));

#define ALL_FOUR(x) (four)_mm256_set1_epi64x((long long)(x))
#define ALL_EIGHT(x) (eight)_mm512_set1_epi64((long long)(x))

__attribute__((target("avx2")))
static void sip_avx2(const uint64_t key[2], const uint64_t *in, unsigned words, uint64_t out[SIP_LANES])
{
	SIP_LANES_OF(four, ALL_FOUR);
}

__attribute__((target("avx512f")))
static void sip_avx512(const uint64_t key[2], const uint64_t *in, unsigned words, uint64_t out[SIP_LANES])
{
	SIP_LANES_OF(eight, ALL_EIGHT);
}

static bool fits_avx2(void) { return __builtin_cpu_supports("avx2"); }
static bool fits_avx512(void) { return __builtin_cpu_supports("avx512f"); }

#endif

const struct sip_way sip_ways[] = {
#if defined(__x86_64__)
	{ "avx512", sip_avx512, fits_avx512 },
	{ "avx2", sip_avx2, fits_avx2 },
#endif
	{ "plain", sip_plain, fits_all },
};

sip_fn *sip_best(void)
{
	unsigned i = 0;

	while (!sip_ways[i].fits())
		i++;
	return sip_ways[i].run;
}
