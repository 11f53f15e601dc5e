#include "tests/support.h"

#include <sodium.h>

#include "engine/screen/asks.h"

#include "base/banned.h"

static void of_sodium(const uint64_t key[2], const unsigned char *in, size_t len, uint64_t *ret)
{
	unsigned char out[crypto_shorthash_BYTES], k[crypto_shorthash_KEYBYTES];

	memcpy(k, key, sizeof k);
	(void)crypto_shorthash(out, in, len, k);
	memcpy(ret, out, sizeof *ret);
}

static void each_way_gives_what_libsodium_gives(void **state)
{
	const uint64_t key[2] = { 0x0706050403020100u, 0x0f0e0d0c0b0a0908u };
	unsigned char text[SIP_LANES][48];

	(void)state;
	for (size_t len = 0; len < 40; len++) {
		unsigned words = (unsigned)(len / 8) + 1;
		uint64_t in[SIP_LANES * 6] = { 0 }, out[SIP_LANES], want;

		memset(text, 0, sizeof text);
		for (unsigned lane = 0; lane < SIP_LANES; lane++) {
			for (size_t i = 0; i < len; i++)
				text[lane][i] = (unsigned char)(i * 7 + lane * 31 + len);
			for (unsigned w = 0; w < words; w++)
				memcpy(&in[w * SIP_LANES + lane], text[lane] + (size_t)w * 8, 8);
			in[(words - 1) * SIP_LANES + lane] |= (uint64_t)len << 56;
		}
		for (unsigned way = 0;; way++) {
			if (sip_ways[way].fits()) {
				sip_ways[way].run(key, in, words, out);
				for (unsigned lane = 0; lane < SIP_LANES; lane++) {
					of_sodium(key, text[lane], len, &want);
					assert_int_equal(out[lane], want);
					assert_int_equal(sip_one(key, text[lane], len), want);
				}
			}
			if (strcmp(sip_ways[way].name, "plain") == 0)
				break;
		}
	}
}

/* Whatever their length, and however many come before a list is full. */
static void gathered_tokens_are_those_made_one_by_one(void **state)
{
	static struct screen s;
	static struct tokens t;
	static uint64_t got[500];
	char text[60];

	(void)state;
	s.sip[0] = 0x1122334455667788u;
	s.sip[1] = 0x99aabbccddeeff00u;
	memcpy(s.key, s.sip, sizeof s.key);
	tokens_begin(&t);
	for (uint32_t i = 0; i < 500; i++) {
		memset(text, (int)('a' + i % 23), sizeof text);
		tokens_add(&s, &t, i & 1 ? 'S' : 'C', i % 250, (slice){ text, i % 60 }, &got[i]);
	}
	tokens_end(&s, &t);
	for (uint32_t i = 0; i < 500; i++) {
		memset(text, (int)('a' + i % 23), sizeof text);
		assert_int_equal(got[i], screen_token(&s, i & 1 ? 'S' : 'C', i % 250, (slice){ text, i % 60 }));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(each_way_gives_what_libsodium_gives),
		WORK_TEST(gathered_tokens_are_those_made_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
