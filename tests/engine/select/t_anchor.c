#include "tests/support.h"

#include "engine/select/anchor.h"
#include "engine/select/match_mask.h"
#include "engine/select/pii_mask.h"
#include "engine/select/pii_places.h"
#include "engine/select/wide.h"

#include "base/banned.h"

/* The fast masks against the plain ones on random bytes, dense in what matters. */
static uint32_t next_random(uint32_t *s)
{
	*s = *s * 1664525u + 1013904223u;
	return *s >> 8;
}

static const char dense[] = "a0.:@\\/%-TcmuAsZz9[]{}()&,\"< \n\xe3\x83\x9f\xe3\x80\x82\xe2\x80\xef\xbc_=+8t'|\t\xe5\xb1\xb1\xe4\xb8\x81\xe7\x94\x9f";

static void fill(char *text, size_t n, int round, uint32_t *seed)
{
	static const char *const parts[] = { "山田", "番", "生", "。", "丁目", "CVE-", "AS1", "T1", "2025-01-19", " 090-1234", "12:30:01", "http://", "：", "電話 ",
		"[.]", "aa-bb-cc-dd-ee-ff", "ミ", "\\x41", "&#46;", "\n1999-12-31 ", "(03) 12", ":12345 ", "/home/", "tel=123456", "Ms. U", "9\t山", "name:", "\"tel\": ", "AB1234567", "\nDear ", "\nc", "さん", "様", "〇九", "殿　", "1\t", "ア", "０９", "_a.b-c" };

	for (size_t i = 0; i < n; i++)
		text[i] = round % 3 ? dense[next_random(seed) % (sizeof dense - 1)] : (char)next_random(seed);
	if (round % 5 == 0)
		memset(text + next_random(seed) % (n - 64 < 100 ? n - 64 : 100), 'f', 64);
	if (round % 2 == 0)
		for (size_t k = 0; k < 24; k++) {
			slice part = slice_of(parts[next_random(seed) % (sizeof parts / sizeof parts[0])]);

			memcpy(text + next_random(seed) % (n - part.len), part.p, part.len);
		}
}

static void fast_masks_equal_plain_ones(void **state)
{
	uint32_t seed = 20261121;
	char text[FOLD_BEFORE + 64 + ANCHOR_PAD];

	(void)state;
	for (int round = 0; round < 30000; round++) {
		const char *p = text + FOLD_BEFORE;

		fill(text, sizeof text, round, &seed);
		for (unsigned k = wide_skip(); k < 2; k++) {
			struct scan_bits a = { 0 }, b = { 0 };
			uint64_t x[2], y[2];

			anchor_plain(p, 2, &a, 1);
			anchor_all[k](p, 2, &b, 1);
			assert_memory_equal(&a, &b, sizeof a);
			anchor_fold_plain(p, 2, (unsigned)round & 7, x);
			anchor_fold_all[k](p, 2, (unsigned)round & 7, y);
			assert_memory_equal(x, y, sizeof x);
		}
		for (unsigned k = wide_skip(); k < 2; k++) {
			struct match_masks a, b;

			match_mask_plain(p, &a);
			match_mask_all[k](p, &b);
			assert_memory_equal(&a, &b, sizeof a);
		}
	}
}

static void fast_gates_equal_the_plain_one(void **state)
{
	uint32_t seed = 4711;
	char text[MASK_BEFORE + MASK_BLOCKS * MASK_BLOCK + MASK_BEHIND];

	(void)state;
	for (int round = 0; round < 10000; round++) {
		struct masks a, b;

		fill(text, sizeof text, round, &seed);
		unsigned high = mask_plain((const unsigned char *)text + MASK_BEFORE, &a);

		for (unsigned k = mask_skip(); k < 2; k++) {
			assert_int_equal(mask_all[k]((const unsigned char *)text + MASK_BEFORE, &b), high);
			assert_memory_equal(&a, &b, sizeof a);
		}
	}
}

static void fast_places_equal_plain_ones(void **state)
{
	uint32_t seed = 815;
	char text[1 + 64 + WEAK_BEHIND];

	(void)state;
	for (int round = 0; round < 40000; round++) {
		struct begins b = { 0 };

		fill(text, sizeof text, round, &seed);
		for (int words = round % 7; words; words--)
			begins_learn(&b, text + next_random(&seed) % 64);
		if (round & 1)
			begins_learn_digits(&b, round & 2 ? "090" : "123");
		for (unsigned k = wide_skip(); k < 2; k++) {
			assert_true(weak_plain(text + 1) == weak_all[k](text + 1));
			assert_true(begins_plain(&b, text + 1, text[0]) == begins_all[k](&b, text + 1, text[0]));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(fast_masks_equal_plain_ones), cmocka_unit_test(fast_gates_equal_the_plain_one),
		cmocka_unit_test(fast_places_equal_plain_ones) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
