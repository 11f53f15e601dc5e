/* The edges of what the published vectors cover: tree sizes, notes with many signatures, JSON. */
#include "tests/support.h"

#include <openssl/evp.h>
#include <sodium.h>

#include "base/json.h"
#include "core/record/jcs.h"
#include "core/record/note.h"

/* ---- trees ---- */

#define LEAVES 1030u

struct leaves { struct hasher *h; struct hash v[LEAVES]; };

static struct leaves *make_leaves(struct ctx *c, struct hasher *h)
{
	struct leaves *l = arena_bytes(c->a, sizeof *l);

	assert_non_null(l);
	l->h = h;
	for (uint32_t i = 0; i < LEAVES; i++)
		hash_leaf(h, (slice){ (const char *)&i, i % 5 }, &l->v[i]);   /* the empty entry too */
	return l;
}

/* RFC 9162 §2.1.1 as it is written: split at the largest power of two below n. */
static struct hash by_the_book(struct leaves *l, size_t from, size_t n)
{
	struct hash a, b, r;
	size_t k = 1;

	if (n == 0) {
		hash_bytes(l->h, S_NONE, &r);
		return r;
	}
	if (n == 1)
		return l->v[from];
	while (k * 2 < n)
		k *= 2;
	a = by_the_book(l, from, k);
	b = by_the_book(l, from + k, n - k);
	hash_inner(l->h, &a, &b, &r);
	return r;
}

static rc node_of(struct ctx *c, void *p, unsigned height, uint64_t n, struct hash *ret)
{
	(void)c;
	*ret = by_the_book(p, (size_t)n << height, (size_t)1 << height);
	return OK;
}

static const uint64_t sizes[] = {
	0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025,
};

#define SIZES (sizeof sizes / sizeof sizes[0])

/* A proof that holds does not hold with one bit, one hash more or one hash less. */
static void included(struct ctx *c, struct leaves *l, const struct tree_source *s, uint64_t i, uint64_t size, const struct hash *root)
{
	struct proof p;

	assert_ok(c, tree_prove_inclusion(c, s, i, size, &p));
	assert_true(tree_verify_inclusion(l->h, &l->v[i], i, size, p.v, p.n, root));
	assert_false(tree_verify_inclusion(l->h, &l->v[i], i, size, p.v, p.n + 1, root));
	assert_false(tree_verify_inclusion(l->h, &l->v[i], size, size, p.v, p.n, root));
	assert_false(tree_verify_inclusion(l->h, &l->v[i], UINT64_MAX, size, p.v, p.n, root));
	if (p.n == 0)
		return;
	assert_false(tree_verify_inclusion(l->h, &l->v[i], i, size, p.v, p.n - 1, root));
	p.v[p.n - 1].b[31] ^= 1;
	assert_false(tree_verify_inclusion(l->h, &l->v[i], i, size, p.v, p.n, root));
}

static void trees_around_powers_of_two_are_those_of_the_book(void **state)
{
	struct ctx *c = *state;
	AUTO_HASHER h = hasher_new();
	struct leaves *l = make_leaves(c, h);
	struct tree_source s = { h, node_of, l };
	struct frontier f = { 0 };

	for (size_t k = 0; k < SIZES; k++) {
		struct hash root, want = by_the_book(l, 0, (size_t)sizes[k]);
		struct full full[8];

		while (f.size < sizes[k])
			(void)frontier_add(h, &f, &l->v[f.size], full);
		frontier_root(h, &f, &root);
		assert_true(hash_eq(&root, &want));
		assert_ok(c, tree_root(c, &s, sizes[k], &root));
		assert_true(hash_eq(&root, &want));
		for (size_t m = 0; m <= k && sizes[k] > 0; m++) {
			included(c, l, &s, sizes[m] < sizes[k] ? sizes[m] : sizes[k] - 1, sizes[k], &root);
			if (sizes[m] > 0)
				included(c, l, &s, sizes[m] - 1, sizes[k], &root);
		}
	}
}

static void histories_around_powers_of_two_lead_on_and_others_do_not(void **state)
{
	struct ctx *c = *state;
	AUTO_HASHER h = hasher_new();
	struct leaves *l = make_leaves(c, h);
	struct tree_source s = { h, node_of, l };

	for (size_t k = 1; k < SIZES; k++) {
		struct hash root2 = by_the_book(l, 0, (size_t)sizes[k]), other = root2;

		other.b[0] ^= 1;
		for (size_t m = 1; m <= k; m++) {
			struct hash root1 = by_the_book(l, 0, (size_t)sizes[m]);
			struct proof p;

			assert_ok(c, tree_prove_consistency(c, &s, sizes[m], sizes[k], &p));
			assert_true(tree_verify_consistency(h, sizes[m], sizes[k], &root1, &root2, p.v, p.n));
			assert_false(tree_verify_consistency(h, sizes[m], sizes[k], &root1, &other, p.v, p.n));
			assert_false(tree_verify_consistency(h, sizes[m], sizes[k], &root1, &root2, p.v, p.n + 1));
			assert_false(tree_verify_consistency(h, 0, sizes[k], &root1, &root2, p.v, p.n));
			assert_int_equal(tree_verify_consistency(h, sizes[k], sizes[m], &root2, &root1, p.v, p.n), m == k);
			if (p.n > 0)
				assert_false(tree_verify_consistency(h, sizes[m], sizes[k], &root1, &root2, p.v, p.n - 1));
		}
	}
}

/* ---- hashes ---- */

/* RFC 9162 §2.1.1 by OpenSSL's general interface. */
static struct hash plain_leaf(slice entry)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct hash h;

	assert_non_null(ctx);
	assert_int_equal(EVP_DigestInit_ex(ctx, EVP_sha256(), NULL), 1);
	assert_int_equal(EVP_DigestUpdate(ctx, "", 1), 1);
	assert_int_equal(EVP_DigestUpdate(ctx, entry.p, entry.len), 1);
	assert_int_equal(EVP_DigestFinal_ex(ctx, h.b, NULL), 1);
	EVP_MD_CTX_free(ctx);
	return h;
}

/* Side by side, one alone, of equal and of different length, around the ends of blocks and of the buffer. */
static void many_leaves_are_hashed_as_each_alone(void **state)
{
	static const size_t lengths[] = { 0, 1, 53, 54, 55, 56, 62, 63, 64, 65, 117, 118, 119, 127, 128, 378, 400, 4085, 4086, 4087, 4096, 65535 };
	enum { N = sizeof lengths / sizeof lengths[0] };
	AUTO_HASHER h = hasher_new();
	static char text[65535 + N];
	struct hash got[3], one;
	(void)state;

	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)(i * 131 >> 3);
	for (size_t a = 0; a < N; a++)
		for (size_t b = 0; b < N; b++) {
			const slice e[3] = { { text + a, lengths[a] }, { text + b, lengths[b] }, { text, lengths[(a + b) % N] } };

			hash_leaves(h, e, 3, got);
			for (int i = 0; i < 3; i++) {
				struct hash want = plain_leaf(e[i]);

				hash_leaf(h, e[i], &one);
				if (!hash_eq(&got[i], &want) || !hash_eq(&one, &want))
					fail_msg("lengths %zu %zu", lengths[a], lengths[b]);
			}
		}
}

/* ---- notes ---- */

struct signer_of { unsigned char pk[32], sk[64]; struct note_key key; };

static void make_signer(struct ctx *c, struct hasher *h, const char *name, unsigned char n, struct signer_of *ret)
{
	unsigned char seed[32] = { n };
	struct buf b;

	(void)crypto_sign_seed_keypair(ret->pk, ret->sk, seed);
	buf_init(&b, c->a, 1024);
	note_key_put(h, &b, slice_of(name), NOTE_ED25519, ret->pk);
	assert_ok(c, note_key_parse(c, buf_slice(&b), &ret->key));
}

static void add_signature(struct hasher *h, struct buf *b, const struct signer_of *s, slice body)
{
	unsigned char sig[64];

	(void)crypto_sign_detached(sig, NULL, (const unsigned char *)body.p, body.len, s->sk);
	note_put_signature(h, b, s->key.name, NOTE_ED25519, s->pk, 0, sig);
}

static void a_note_carries_many_signatures_and_each_counts_for_its_key(void **state)
{
	const slice body = S("log.example/renkei/record/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
	AUTO_HASHER h = hasher_new();
	struct ctx *c = *state;
	struct signer_of s[NOTE_SIGNATURES_MOST + 1];
	struct checkpoint cp;
	struct note note;
	uint64_t time;
	struct buf b;

	buf_init(&b, c->a, NOTE_MOST);
	buf_put(&b, body);
	buf_putc(&b, '\n');
	for (unsigned char i = 0; i <= NOTE_SIGNATURES_MOST; i++) {
		/* two keys of one name: the id tells them apart */
		make_signer(c, h, i < 2 ? "log.example" : "witness.example", i, &s[i]);
		if (i < NOTE_SIGNATURES_MOST)
			add_signature(h, &b, &s[i], body);
	}
	assert_ok(c, note_parse(c, buf_slice(&b), &note));
	assert_int_equal(note.nsigs, NOTE_SIGNATURES_MOST);
	for (size_t i = 0; i < note.nsigs; i++)
		assert_ok(c, note_verify(c, &note, &s[i].key, &time));
	assert_fault(c, note_verify(c, &note, &s[NOTE_SIGNATURES_MOST].key, &time), E_NOTFOUND, "note.unsigned");
	assert_ok(c, checkpoint_parse(c, note.body, &cp));   /* the empty tree */
	assert_int_equal(cp.size, 0);
	add_signature(h, &b, &s[NOTE_SIGNATURES_MOST], body);
	assert_int_not_equal(note_parse(c, buf_slice(&b), &note), OK);
}

static void a_false_signature_of_a_key_is_not_passed_over(void **state)
{
	const slice body = S("log.example\n1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
	AUTO_HASHER h = hasher_new();
	struct ctx *c = *state;
	struct signer_of a, other;
	unsigned char sig[64] = { 1 };
	struct note note;
	uint64_t time;
	struct buf b;

	make_signer(c, h, "a.example", 1, &a);
	make_signer(c, h, "b.example", 2, &other);
	buf_init(&b, c->a, 4096);
	buf_put(&b, body);
	buf_putc(&b, '\n');
	note_put_signature(h, &b, a.key.name, NOTE_ED25519, a.pk, 0, sig);
	add_signature(h, &b, &other, body);
	assert_ok(c, note_parse(c, buf_slice(&b), &note));
	assert_fault(c, note_verify(c, &note, &a.key, &time), E_TAMPER, "note.signature");
	assert_ok(c, note_verify(c, &note, &other.key, &time));
}

/* Half of a name is nobody's signature, and the time of a cosignature ends at 2^63 - 1. */
static void cosignatures_count_for_their_name_and_id_and_within_time(void **state)
{
	static const uint64_t times[] = { 0, 1679315147, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX };
	const slice body = S("log.example\n1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nextension\n");
	unsigned char seed[32] = { 7 }, pk[32], sk[64], sig[64];
	AUTO_HASHER h = hasher_new();
	struct ctx *c = *state;
	struct note_key key, other;
	struct buf vkey;

	(void)crypto_sign_seed_keypair(pk, sk, seed);
	buf_init(&vkey, c->a, 1024);
	note_key_put(h, &vkey, S("w.example"), NOTE_COSIGNATURE, pk);
	assert_ok(c, note_key_parse(c, buf_slice(&vkey), &key));
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
		struct buf b, m;
		struct note note;
		uint64_t time;

		buf_init(&m, c->a, 4096);
		cosignature_put_message(&m, times[i], body);
		(void)crypto_sign_detached(sig, NULL, (const unsigned char *)m.p, m.len, sk);
		buf_init(&b, c->a, 4096);
		buf_put(&b, body);
		buf_putc(&b, '\n');
		note_put_signature(h, &b, key.name, NOTE_COSIGNATURE, pk, times[i], sig);
		assert_ok(c, note_parse(c, buf_slice(&b), &note));
		other = key;
		other.id[3] ^= 1;
		assert_fault(c, note_verify(c, &note, &other, &time), E_NOTFOUND, "note.unsigned");
		other = key;
		other.name = S("v.example");
		assert_fault(c, note_verify(c, &note, &other, &time), E_NOTFOUND, "note.unsigned");
		if (times[i] > INT64_MAX) {
			assert_fault(c, note_verify(c, &note, &key, &time), E_TAMPER, "note.signature");
			continue;
		}
		assert_ok(c, note_verify(c, &note, &key, &time));
		assert_int_equal(time, times[i]);
	}
}

static void notes_and_checkpoints_of_another_form_are_refused(void **state)
{
	static const slice notes[] = {
		S_INIT(""), S_INIT("\n"), S_INIT("a\n"), S_INIT("a\n\n"), S_INIT("a\n\nb\n"), S_INIT("a\n\n\xe2\x80\x94 x AAAAAA==\n"),
		S_INIT("a\n\n\xe2\x80\x94 x AAAAAQ"), S_INIT("a\n\n- x AAAAAQE=\n"), S_INIT("a\n\n\xe2\x80\x94  AAAAAQE=\n"),
		S_INIT("a\x01\n\n\xe2\x80\x94 x AAAAAQE=\n"), S_INIT("a\xff\n\n\xe2\x80\x94 x AAAAAQE=\n"),
		/* names: no plus, no space of Unicode */
		S_INIT("a\n\n\xe2\x80\x94 x+y AAAAAQE=\n"), S_INIT("a\n\n\xe2\x80\x94 x\xc2\x85y AAAAAQE=\n"),
		S_INIT("a\n\n\xe2\x80\x94 x\xc2\xa0y AAAAAQE=\n"), S_INIT("a\n\n\xe2\x80\x94 x\xe1\x9a\x80y AAAAAQE=\n"),
		S_INIT("a\n\n\xe2\x80\x94 x\xe2\x80\x83y AAAAAQE=\n"), S_INIT("a\n\n\xe2\x80\x94 x\xe2\x80\xa8y AAAAAQE=\n"),
		S_INIT("a\n\n\xe2\x80\x94 x\xe2\x80\xafy AAAAAQE=\n"), S_INIT("a\n\n\xe2\x80\x94 x\xe3\x80\x80y AAAAAQE=\n"),
		S_INIT("a\n\n\xe2\x80\x94 x AAAAAQE=\nb\n"), S_INIT("a\n\n\xe2\x80\x94 x AAAAAQE=\n\n"), S_INIT("a\r\n\n\xe2\x80\x94 x AAAAAQE=\n"),
		S_INIT("a\n\n\xe2\x80\x94 x AAAAAQE= \n"), S_INIT("a\n\n\xe2\x80\x94 x AAAA AQE=\n"), S_INIT("a\n\n\xe2\x80\x94x AAAAAQE=\n"),
	};
	static const slice bodies[] = {
		S_INIT("o\n1\n"), S_INIT("o\n-1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"),
		S_INIT("o\n01\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"), S_INIT("o\n1\nKgAA\n"),
		S_INIT("\n1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"),
		S_INIT("o\n18446744073709551616\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"),
		S_INIT("o\n1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"), S_INIT("o\n1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"),
		S_INIT("o\n1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nx\n\ny\n"), S_INIT("o\n 1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"),
		S_INIT("o\n1 \nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"), S_INIT("o\n+1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"),
		S_INIT("o\n\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"), S_INIT("o\n1\n\n"),
	};
	static const slice taken[] = {
		S_INIT("a\x7f\n\n\xe2\x80\x94 x AAAAAQE=\n"), S_INIT("a\n\nb\n\n\xe2\x80\x94 x AAAAAQE=\n"),
		S_INIT("\xe2\x80\x94 x AAAAAQE=\n\n\xe2\x80\x94 \xe9\x80\xa3.example/\xe8\xa8\x98 AAAAAQE=\n"), S_INIT("a\xe3\x80\x80\n\n\xe2\x80\x94 x AAAAAQE=\n"),
	};
	struct ctx *c = *state;
	struct checkpoint cp;
	struct note note;

	for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++)
		if (note_parse(c, notes[i], &note) == OK)
			fail_msg("note %zu is taken", i);
	for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
		if (note_parse(c, taken[i], &note) != OK)
			fail_msg("note %zu is not taken", i);
	assert_ok(c, checkpoint_parse(c, S("o o\n1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nan extension\n another\n"), &cp));
	assert_slice(cp.extra, S("an extension\n another\n"));
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
		if (checkpoint_parse(c, bodies[i], &cp) == OK)
			fail_msg("checkpoint %zu is taken", i);
}

/* ---- JSON ---- */

static void numbers_and_strings_have_one_form(void **state)
{
	static const slice taken[] = {
		S_INIT("0"), S_INIT("-1"), S_INIT("9007199254740991"), S_INIT("-9007199254740991"), S_INIT("\"\""), S_INIT("[]"), S_INIT("{}"),
		S_INIT("\"\\b\\t\\n\\f\\r\\\"\\\\\""), S_INIT("\"\\u0001\\u001f\\u000b\""), S_INIT("\"\x7f/\""),
		S_INIT("\"\xe2\x80\xa8\xe2\x80\xa9\""), S_INIT("\"\xf0\x9f\x98\x80\""), S_INIT("\"\xef\xbf\xbf\""), S_INIT("\"\xed\x9f\xbf\xee\x80\x80\""),
		S_INIT("{\"a\":1,\"a0\":2,\"a_\":3,\"aa\":4}"), S_INIT("[[[[[[[1]]]]]]]"),
	};
	static const slice refused[] = {
		S_INIT("-0"), S_INIT("00"), S_INIT("+1"), S_INIT("1."), S_INIT(".5"), S_INIT("1e0"), S_INIT("1E5"), S_INIT("0.0"),
		S_INIT("9007199254740992"), S_INIT("-9007199254740992"), S_INIT("99999999999999999999"), S_INIT("NaN"), S_INIT("Infinity"),
		S_INIT("0x10"), S_INIT("1 "), S_INIT(" 1"), S_INIT("- 1"), S_INIT("null"), S_INIT("True"),
		S_INIT("\"\\u0000\""), S_INIT("\"\\u0008\""), S_INIT("\"\\u000a\""), S_INIT("\"\\u001F\""), S_INIT("\"\\u20ac\""), S_INIT("\"\\u007f\""),
		S_INIT("\"\\ud83d\\ude00\""), S_INIT("\"\\/\""), S_INIT("\"\\x\""), S_INIT("\"\n\""), S_INIT("\"\x1f\""), S_INIT("\""),
		S_INIT("\"\xed\xa0\x80\""), S_INIT("\"\xc0\x80\""), S_INIT("\"\xf4\x90\x80\x80\""), S_INIT("\"\xe2\x82\""), S_INIT("'a'"),
		S_INIT("{\"aa\":1,\"a\":2}"), S_INIT("{\"a_\":1,\"a0\":2}"), S_INIT("{\"a\":1,}"), S_INIT("[1,]"), S_INIT("[1 ,2]"),
		S_INIT("{\"a\" :1}"), S_INIT("{\"\":1}"), S_INIT("{\"0a\":1}"), S_INIT("\xef\xbb\xbf{}"), S_INIT("{}{}"),
		S_INIT("{\"abcdefghijklmnopqrstuvwxyz_0123456\":1}"),
	};
	struct ctx *c = *state;
	const struct json *v;

	for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
		assert_ok(c, jcs_parse(c, taken[i], &v));
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		if (jcs_parse(c, refused[i], &v) == OK)
			fail_msg("taken: %.*s", S_ARG(refused[i]));
	assert_int_not_equal(jcs_parse(c, (slice){ "\"a\0b\"", 5 }, &v), OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(trees_around_powers_of_two_are_those_of_the_book),
		WORK_TEST(histories_around_powers_of_two_lead_on_and_others_do_not),
		WORK_TEST(many_leaves_are_hashed_as_each_alone),
		WORK_TEST(a_note_carries_many_signatures_and_each_counts_for_its_key),
		WORK_TEST(a_false_signature_of_a_key_is_not_passed_over),
		WORK_TEST(cosignatures_count_for_their_name_and_id_and_within_time),
		WORK_TEST(notes_and_checkpoints_of_another_form_are_refused),
		WORK_TEST(numbers_and_strings_have_one_form),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
