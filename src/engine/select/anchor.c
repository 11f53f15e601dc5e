#include "engine/select/anchor.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "engine/select/chars.h"

#include "base/banned.h"

/* Telling words begin with one of these letters: CVE, CreateMutex, T1059, AS1, mutex, Mozilla, OpenMutex, q…_ (JA4), User-Agent. */
static bool is_initial(char ch) { return ch && strchr("CcTtAmMoOquU", ch) != NULL; }

__extension__ typedef unsigned __int128 u128;

static uint64_t long_runs(uint64_t m, uint64_t next)
{
	u128 w = (u128)next << 64 | m;

	w &= w >> 1;
	w &= w >> 2;
	w &= w >> 4;
	w &= w >> 8;
	return (uint64_t)w;
}

/* What the byte classes mean together. `before`: was the byte before the block a letter or digit; or high. */
struct classes { uint64_t alnum, next_alnum, high, dot, colon, at, back, slash, percent, initial, dash, next_dash, wide; };

static void combine(const struct classes *k, bool alnum_before, bool high_before, char after, struct anchor_masks *ret)
{
	bool after_alnum = is_alnum(after), after_high = is_class(after, CH_HIGH);
	uint64_t before = k->alnum << 1 | (uint64_t)alnum_before, wide_before = k->high << 1 | (uint64_t)high_before;
	uint64_t follows = k->alnum >> 1 | (uint64_t)after_alnum << 63, wide_follows = k->high >> 1 | (uint64_t)after_high << 63;
	uint64_t starts = k->alnum & ~before;
	u128 d = (u128)k->next_dash << 64 | k->dash;
	uint64_t mac = (uint64_t)(d & d >> 3 & d >> 6 & d >> 9 & d >> 12);

	/* Names with "_" or "-" before a dot are names, too: a dot counts when anything but a blank stands before it. */
	ret->points = (k->dot & (follows | wide_follows)) | k->colon | (k->at & (follows | wide_follows)) | (k->back) |
		(k->slash & ~before & follows) | (k->percent & follows) | k->wide;
	(void)wide_before;
	ret->words = (starts & k->initial) | (starts & mac >> 2);
	ret->runs = starts & long_runs(k->alnum, k->next_alnum);
}

void anchor_plain(const char *p, struct anchor_masks *ret)
{
	struct classes k = { 0 };

	for (unsigned i = 0; i < 64; i++) {
		uint64_t bit = (uint64_t)1 << i;
		char ch = p[i];

		if (is_alnum(ch))
			k.alnum |= bit;
		if (is_alnum(p[64 + i]))
			k.next_alnum |= bit;
		if (is_class(ch, CH_HIGH))
			k.high |= bit;
		if (p[64 + i] == '-')
			k.next_dash |= bit;
		if (is_initial(ch))
			k.initial |= bit;
		switch (ch) {
		case '.': k.dot |= bit; break;
		case ':': k.colon |= bit; break;
		case '@': k.at |= bit; break;
		case '\\': k.back |= bit; break;
		case '/': k.slash |= bit; break;
		case '%': k.percent |= bit; break;
		case '-': k.dash |= bit; break;
		case (char)0xe3:
			if (p[i + 1] == (char)0x83 && p[i + 2] == (char)0x9f)
				k.wide |= bit;
			break;
		default: break;
		}
	}
	combine(&k, is_alnum(p[-1]), is_class(p[-1], CH_HIGH), p[64], ret);
}

uint64_t anchor_fold_plain(const char *p, bool csv, bool html)
{
	uint64_t m = 0;

	for (unsigned i = 0; i < 64; i++) {
		uint64_t bit = (uint64_t)1 << i;
		uint8_t next = (uint8_t)p[i + 1];

		switch (p[i]) {
		case '[': case ']': case '(': case ')': case '{': case '}': case '\\': case '&': m |= bit; break;
		case ',': case '"': m |= csv ? bit : 0; break;
		case '<': m |= html ? bit : 0; break;
		case (char)0xe2: m |= next == 0x80 || next == 0x81 ? bit : 0; break;
		case (char)0xe3: m |= next == 0x80 ? bit : 0; break;
		case (char)0xef: m |= next == 0xbc || next == 0xbd ? bit : 0; break;
		default: break;
		}
	}
	return m;
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))

struct half { __m256i a, b; };

AVX2 static inline uint64_t bits(__m256i a, __m256i b)
{
	return (uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32;
}

AVX2 static inline uint64_t equal(struct half h, char ch)
{
	__m256i v = _mm256_set1_epi8(ch);

	return bits(_mm256_cmpeq_epi8(h.a, v), _mm256_cmpeq_epi8(h.b, v));
}

/* Within [from, to], as signed bytes. */
AVX2 static inline __m256i within(__m256i v, char from, char to)
{
	return _mm256_and_si256(_mm256_cmpgt_epi8(v, _mm256_set1_epi8((char)(from - 1))), _mm256_cmpgt_epi8(_mm256_set1_epi8((char)(to + 1)), v));
}

AVX2 static inline __m256i alnum(__m256i v)
{
	__m256i low = _mm256_or_si256(v, _mm256_set1_epi8(0x20));

	return _mm256_or_si256(within(v, '0', '9'), within(low, 'a', 'z'));
}

AVX2 static inline struct half load(const char *p)
{
	return (struct half){ _mm256_loadu_si256((const __m256i *)(const void *)p), _mm256_loadu_si256((const __m256i *)(const void *)(p + 32)) };
}

/* Members of a set by two look-ups on the half bytes: `low` and `high` share a bit exactly for members (and ASCII only). */
AVX2 static inline uint64_t member(struct half h, __m256i low, __m256i high)
{
	__m256i f = _mm256_set1_epi8(0x0f), z = _mm256_setzero_si256();
	__m256i a = _mm256_and_si256(_mm256_shuffle_epi8(low, h.a), _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(h.a, 4), f)));
	__m256i b = _mm256_and_si256(_mm256_shuffle_epi8(low, h.b), _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(h.b, 4), f)));

	return ~bits(_mm256_cmpeq_epi8(a, z), _mm256_cmpeq_epi8(b, z));
}

AVX2 static void anchor_avx2(const char *p, struct anchor_masks *ret)
{
	struct half h = load(p), n = load(p + 64);
	/* Initials: C c M m O o (low C, D, F; high 4 or 6), T t U u (4, 5; 5 or 7), A (1; 4), q (1; 7). */
	__m256i low = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 4 | 8, 0, 1, 2, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1));
	__m256i high = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 0, 0, 1 | 4, 2, 1, 2 | 8, 0, 0, 0, 0, 0, 0, 0, 0));
	struct classes k = {
		.alnum = bits(alnum(h.a), alnum(h.b)), .next_alnum = bits(alnum(n.a), alnum(n.b)), .high = bits(h.a, h.b),
		.dot = equal(h, '.'), .colon = equal(h, ':'), .at = equal(h, '@'), .back = equal(h, '\\'), .slash = equal(h, '/'),
		.percent = equal(h, '%'), .dash = equal(h, '-'), .next_dash = equal(n, '-'), .initial = member(h, low, high),
	};

	if (k.high) {
		struct half s = load(p + 1), t = load(p + 2);

		k.wide = equal(h, (char)0xe3) & equal(s, (char)0x83) & equal(t, (char)0x9f);
	}
	combine(&k, is_alnum(p[-1]), is_class(p[-1], CH_HIGH), p[64], ret);
}

AVX2 static uint64_t fold_avx2(const char *p, bool csv, bool html)
{
	struct half h = load(p), s;
	/* [ { (low B; high 5, 7), ] } (D; 5, 7), ( ) & (8, 9, 6; 2), \ (C; 5) */
	__m256i low = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 0, 0, 0, 0, 2, 0, 2, 2, 0, 1, 4, 1, 0, 0));
	__m256i high = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 2, 0, 0, 1 | 4, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0));
	uint64_t m = member(h, low, high);

	if (csv)
		m |= equal(h, ',') | equal(h, '"');
	if (html)
		m |= equal(h, '<');
	if (bits(h.a, h.b)) {
		s = load(p + 1);
		uint64_t next80 = equal(s, (char)0x80);

		m |= (equal(h, (char)0xe3) & next80) | (equal(h, (char)0xe2) & (next80 | equal(s, (char)0x81))) |
			(equal(h, (char)0xef) & (equal(s, (char)0xbc) | equal(s, (char)0xbd)));
	}
	return m;
}

anchor_fn *anchor_best(void) { return __builtin_cpu_supports("avx2") ? anchor_avx2 : anchor_plain; }

fold_fn *anchor_fold_best(void) { return __builtin_cpu_supports("avx2") ? fold_avx2 : anchor_fold_plain; }
#else
anchor_fn *anchor_best(void) { return anchor_plain; }

fold_fn *anchor_fold_best(void) { return anchor_fold_plain; }
#endif
