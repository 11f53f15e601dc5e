/*
 * Sixty-four bytes at once, for the masks of this folder: AVX-512 where the machine has it. What uses it has a twin without, and a
 * test that holds one against the other.
 */
#ifndef ENGINE_SELECT_WIDE_H
#define ENGINE_SELECT_WIDE_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,bmi,bmi2")))

static inline bool has_avx512(void) { return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2"); }

AVX512 static inline __m512i load64(const void *p) { return _mm512_loadu_si512(p); }
AVX512 static inline uint64_t is(__m512i v, uint8_t ch) { return _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8((char)ch)); }
/* Within [from, from + span], as unsigned bytes. */
AVX512 static inline uint64_t in(__m512i v, uint8_t from, uint8_t span)
{
	return _mm512_cmple_epu8_mask(_mm512_sub_epi8(v, _mm512_set1_epi8((char)from)), _mm512_set1_epi8((char)span));
}
AVX512 static inline __m512i small64(__m512i v) { return _mm512_or_si512(v, _mm512_set1_epi8(0x20)); }
#endif

#endif
