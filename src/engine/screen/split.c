#include "engine/screen/split.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "base/banned.h"

/* Marks of 64 bytes, bit by bit. `quoted` tells whether the line that runs on holds a quote. */
static inline bool put_marks(struct marks *out, uint32_t base, uint64_t all, uint64_t nl, uint64_t quotes, bool quoted)
{
	uint32_t n = out->n;

	for (uint64_t m = all; m; m &= m - 1) {
		uint64_t bit = m & -m;

		quoted = quoted || (quotes & bit);
		if (nl & bit) {
			out->end[out->lines++] = n | (quoted ? SPLIT_QUOTE : 0);
			quoted = false;
		}
		out->at[n++] = base + (uint32_t)__builtin_ctzll(m);
	}
	out->n = n;
	return quoted;
}

static void split_plain(const char *p, size_t len, char delimiter, struct marks *out)
{
	bool quoted = false;

	out->n = out->lines = 0;
	for (size_t i = 0; i < len; i++) {
		if (p[i] != delimiter && p[i] != '"' && p[i] != '\n')
			continue;
		quoted = quoted || p[i] == '"';
		if (p[i] == '\n') {
			out->end[out->lines++] = out->n | (quoted ? SPLIT_QUOTE : 0);
			quoted = false;
		}
		out->at[out->n++] = (uint32_t)i;
	}
}

static bool fits_all(void) { return true; }

#if defined(__x86_64__)

/* The last, shorter piece, as 64 bytes of which the rest are zero. */
#define TAIL(p, pos, len, tail) do { memset(tail, 0, 64); memcpy(tail, (p) + (pos), (len) - (pos)); } while (0)

__attribute__((target("sse2")))
static void split_sse2(const char *p, size_t len, char delimiter, struct marks *out)
{
	const __m128i d = _mm_set1_epi8(delimiter), q = _mm_set1_epi8('"'), e = _mm_set1_epi8('\n');
	bool quoted = false;
	char tail[64];

	out->n = out->lines = 0;
	for (size_t pos = 0; pos < len; pos += 64) {
		const char *from = p + pos;
		uint64_t all = 0, nl = 0, quotes = 0;

		if (len - pos < 64) {
			TAIL(p, pos, len, tail);
			from = tail;
		}
		for (int i = 0; i < 4; i++) {
			__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(from + 16 * i));
			uint64_t mq = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, q));
			uint64_t me = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, e));
			uint64_t md = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, d));

			all |= (md | mq | me) << (16 * i);
			nl |= me << (16 * i);
			quotes |= mq << (16 * i);
		}
		quoted = put_marks(out, (uint32_t)pos, all, nl, quotes, quoted);
	}
}

__attribute__((target("avx2,bmi,bmi2,popcnt")))
static void split_avx2(const char *p, size_t len, char delimiter, struct marks *out)
{
	const __m256i d = _mm256_set1_epi8(delimiter), q = _mm256_set1_epi8('"'), e = _mm256_set1_epi8('\n');
	bool quoted = false;
	char tail[64];

	out->n = out->lines = 0;
	for (size_t pos = 0; pos < len; pos += 64) {
		const char *from = p + pos;
		uint64_t all = 0, nl = 0, quotes = 0;

		if (len - pos < 64) {
			TAIL(p, pos, len, tail);
			from = tail;
		}
		for (int i = 0; i < 2; i++) {
			__m256i v = _mm256_loadu_si256((const __m256i *)(const void *)(from + 32 * i));
			uint64_t mq = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, q));
			uint64_t me = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, e));
			uint64_t md = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, d));

			all |= (md | mq | me) << (32 * i);
			nl |= me << (32 * i);
			quotes |= mq << (32 * i);
		}
		quoted = put_marks(out, (uint32_t)pos, all, nl, quotes, quoted);
	}
}

static bool fits_sse2(void) { return __builtin_cpu_supports("sse2"); }
static bool fits_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"); }

/* The places of the marked bytes are squeezed together at once instead of bit after bit. */
__attribute__((target("avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt")))
static void split_avx512(const char *p, size_t len, char delimiter, struct marks *out)
{
	const __m512i d = _mm512_set1_epi8(delimiter), q = _mm512_set1_epi8('"'), e = _mm512_set1_epi8('\n');
	uint32_t n = 0, lines = 0;
	bool quoted = false;
	char count[64];
	__m512i places;

	for (int i = 0; i < 64; i++)
		count[i] = (char)i;
	places = _mm512_loadu_si512(count);
	for (size_t pos = 0; pos < len; pos += 64) {
		__mmask64 fit = len - pos < 64 ? ((__mmask64)1 << (len - pos)) - 1 : ~(__mmask64)0;
		__m512i v = _mm512_maskz_loadu_epi8(fit, p + pos), squeezed;
		__m512i base = _mm512_set1_epi32((int)(uint32_t)pos);
		uint64_t mq = _mm512_cmpeq_epi8_mask(v, q), me = _mm512_cmpeq_epi8_mask(v, e);
		uint64_t all = (_mm512_cmpeq_epi8_mask(v, d) & fit) | mq | me;
		uint32_t k = (uint32_t)__builtin_popcountll(all);

		squeezed = _mm512_maskz_compress_epi8(all, places);
		_mm512_storeu_si512(out->at + n, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(squeezed))));
		if (__builtin_expect(k > 16, 0)) {
			_mm512_storeu_si512(out->at + n + 16, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(squeezed, 1))));
			_mm512_storeu_si512(out->at + n + 32, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(squeezed, 2))));
			_mm512_storeu_si512(out->at + n + 48, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(squeezed, 3))));
		}
		for (uint64_t m = me; m; m &= m - 1) {
			uint64_t below = (m & -m) - 1;

			quoted = quoted || (mq & below);
			out->end[lines++] = (n + (uint32_t)__builtin_popcountll(all & below)) | (quoted ? SPLIT_QUOTE : 0);
			quoted = false;
			mq &= ~below;
		}
		quoted = quoted || mq;
		n += k;
	}
	out->n = n;
	out->lines = lines;
}

static bool fits_avx512(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
		__builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("bmi2");
}

#endif

const struct split_way split_ways[] = {
#if defined(__x86_64__)
	{ "avx512", split_avx512, fits_avx512 },
	{ "avx2", split_avx2, fits_avx2 },
	{ "sse2", split_sse2, fits_sse2 },
#endif
	{ "plain", split_plain, fits_all },
};

split_fn *split_best(void)
{
	unsigned i = 0;

	while (!split_ways[i].fits())
		i++;
	return split_ways[i].run;
}
