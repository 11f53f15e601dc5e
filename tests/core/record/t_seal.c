/* Sealing with a key in hand: every length around the borders, and whatever is changed does not open. */
#include "tests/support.h"

#include "core/record/seal.h"

static const unsigned char key[SEAL_KEY] = { 1, 2, 3 };

static struct seal as_seal(const struct sealed *x)
{
	struct seal s = { .alg = x->alg, .key = S("k-c-1"), .len = (int64_t)x->ct.len };

	memcpy(s.n, x->n, sizeof s.n);
	memcpy(s.kc, x->kc, sizeof s.kc);
	return s;
}

static void every_length_opens_to_what_was_sealed(void **state)
{
	static const size_t lens[] = { 0, 1, 65536, SEAL_STREAM_OVER - 1, SEAL_STREAM_OVER, SEAL_STREAM_OVER + 1,
	                               SEAL_STREAM_OVER + SEAL_PIECE - 1, SEAL_STREAM_OVER + SEAL_PIECE, SEAL_STREAM_OVER + SEAL_PIECE + 1 };
	struct ctx *c = *state;
	char *text = arena_bytes(c->a, SEAL_STREAM_OVER + SEAL_PIECE + 1);

	assert_non_null(text);
	for (size_t i = 0; i < SEAL_STREAM_OVER + SEAL_PIECE + 1; i++)
		text[i] = (char)(i * 31 + i / 65536);
	for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
		struct sealed x;
		struct seal s;
		slice plain;

		assert_ok(c, payload_close(c, key, S("k-c-1"), S("aad"), (slice){ text, lens[i] }, &x));
		assert_slice(x.alg, lens[i] > SEAL_STREAM_OVER ? S("xc20s") : S("xc20p"));
		assert_int_equal(seal_plain_len(x.alg, (int64_t)x.ct.len), lens[i]);
		s = as_seal(&x);
		assert_ok(c, payload_open(c, key, &s, S("aad"), x.ct, &plain));
		assert_true(slice_eq(plain, (slice){ text, lens[i] }));
		assert_fault(c, payload_open(c, key, &s, S("other"), x.ct, &plain), E_TAMPER, "keep.seal");
		s.alg = lens[i] > SEAL_STREAM_OVER ? S("xc20p") : S("xc20s");
		assert_fault(c, payload_open(c, key, &s, S("aad"), x.ct, &plain), E_TAMPER, "keep.seal");
	}
}

static void a_stream_that_was_cut_swapped_or_changed_does_not_open(void **state)
{
	const size_t piece = SEAL_PIECE + 17;
	struct ctx *c = *state;
	char *text = arena_bytes(c->a, SEAL_STREAM_OVER + SEAL_PIECE), *ct, *other;
	struct sealed x;
	struct seal s;
	slice plain;

	assert_non_null(text);
	memset(text, 7, SEAL_STREAM_OVER + SEAL_PIECE);
	assert_ok(c, payload_close(c, key, S("k-c-1"), S("aad"), (slice){ text, SEAL_STREAM_OVER + SEAL_PIECE }, &x));
	s = as_seal(&x);
	ct = arena_bytes(c->a, x.ct.len + piece);
	other = arena_bytes(c->a, piece);
	assert_non_null(ct);
	assert_non_null(other);
	for (int way = 0; way < 6; way++) {
		size_t len = x.ct.len;

		memcpy(ct, x.ct.p, x.ct.len);
		memset(ct + x.ct.len, 0, piece);
		switch (way) {
		case 0: ct[piece * 3 + 100] ^= 1; break;
		case 1: len -= piece; break;          /* the last piece, which says that it is, is gone */
		case 2: len -= 1; break;
		case 3: len += piece; break;
		case 4:
			memcpy(other, ct, piece);
			memmove(ct, ct + piece, piece);
			memcpy(ct + piece, other, piece);
			break;
		case 5: s.n[3] ^= 1; break;
		default: break;
		}
		assert_fault(c, payload_open(c, key, &s, S("aad"), (slice){ ct, len }, &plain), E_TAMPER, "keep.seal");
	}
}

static void a_length_that_no_sealing_gives_is_none(void **state)
{
	(void)state;
	assert_int_equal(seal_plain_len(S("xc20p"), 15), -1);
	assert_int_equal(seal_plain_len(S("xc20p"), 16), 0);
	assert_int_equal(seal_plain_len(S("xc20s"), 16), -1);
	assert_int_equal(seal_plain_len(S("xc20s"), 16 * (65536 + 17) + 17), -1);
	assert_int_equal(seal_plain_len(S("xc20s"), 16 * (65536 + 17) + 18), SEAL_STREAM_OVER + 1);
	assert_int_equal(seal_plain_len(S("aes"), 100), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(every_length_opens_to_what_was_sealed),
		WORK_TEST(a_stream_that_was_cut_swapped_or_changed_does_not_open),
		WORK_TEST(a_length_that_no_sealing_gives_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
