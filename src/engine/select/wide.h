/*
 * Sixty-four bytes at once, for the masks of this folder: AVX-512 where the machine has it, two halves of AVX2 elsewhere. What uses
 * it has a twin without, and a test that holds one against the other.
 */
#ifndef ENGINE_SELECT_WIDE_H
#define ENGINE_SELECT_WIDE_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2")))
#define AVX512 __attribute__((target("avx512f,avx512bw,bmi,bmi2")))

static inline bool has_avx512(void) { return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2"); }
static inline bool has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"); }
/* Of a list { AVX-512, AVX2, plain }: how many at the beginning this machine cannot run. */
static inline unsigned wide_skip(void) { return has_avx512() ? 0 : has_avx2() ? 1 : 2; }

struct half { __m256i a, b; };

AVX2 static inline struct half load(const void *p)
{
	return (struct half){ _mm256_loadu_si256(p), _mm256_loadu_si256((const __m256i *)p + 1) };
}

AVX2 static inline uint64_t bits(__m256i a, __m256i b)
{
	return (uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32;
}

AVX2 static inline uint64_t equal(struct half h, uint8_t ch)
{
	__m256i v = _mm256_set1_epi8((char)ch);

	return bits(_mm256_cmpeq_epi8(h.a, v), _mm256_cmpeq_epi8(h.b, v));
}

/* Within [from, from + span], as unsigned bytes. */
AVX2 static inline __m256i near_to(__m256i v, uint8_t from, uint8_t span)
{
	__m256i d = _mm256_sub_epi8(v, _mm256_set1_epi8((char)from));

	return _mm256_cmpeq_epi8(_mm256_min_epu8(d, _mm256_set1_epi8((char)span)), d);
}

AVX512 static inline __m512i load64(const void *p) { return _mm512_loadu_si512(p); }
AVX512 static inline uint64_t is(__m512i v, uint8_t ch) { return _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8((char)ch)); }
/* Within [from, from + span], as unsigned bytes. */
AVX512 static inline uint64_t in(__m512i v, uint8_t from, uint8_t span)
{
	return _mm512_cmple_epu8_mask(_mm512_sub_epi8(v, _mm512_set1_epi8((char)from)), _mm512_set1_epi8((char)span));
}
AVX512 static inline __m512i small64(__m512i v) { return _mm512_or_si512(v, _mm512_set1_epi8(0x20)); }
#else
static inline unsigned wide_skip(void) { return 2; }
#endif

#endif
