/* Published vectors, and the whole format end to end (tests/data/vectors/). */
#include "tests/support.h"

#include <endian.h>
#include <sodium.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/parse.h"
#include "core/record/entry.h"
#include "core/record/jcs.h"
#include "core/record/keep.h"
#include "core/record/note.h"
#include "core/record/record.h"

static const struct json *vectors(struct ctx *c, const char *name)
{
	const struct json *v = NULL;
	char path[512];
	slice text;

	(void)snprintf(path, sizeof path, "%s/vectors/%s.json", TESTS_DATA, name);
	assert_ok(c, file_read(c, path, 4u << 20, &text));
	assert_ok(c, json_parse(c, text, &v));
	return v;
}

static const struct json *get(const struct json *v, const char *name)
{
	const struct json *m = json_get(v, slice_of(name));

	assert_non_null(m);
	return m;
}

static slice text_of(const struct json *v, const char *name) { return json_text(get(v, name)); }
static int64_t int_of(const struct json *v, const char *name) { return get(v, name)->num; }

/* Some of the broken proofs have places beyond 2^53. */
static uint64_t place_of(struct ctx *c, const struct json *v, const char *name)
{
	uint64_t n = 0;

	assert_ok(c, parse_u64(c, get(v, name)->text, 0, UINT64_MAX, &n));
	return n;
}

static slice hex(struct ctx *c, slice s)
{
	unsigned char *p = arena_bytes(c->a, s.len / 2 + 1);

	assert_ok(c, parse_hex(c, s, p, s.len / 2));
	return (slice){ (const char *)p, s.len / 2 };
}

static slice hex_of(struct ctx *c, const struct json *v, const char *name) { return hex(c, text_of(v, name)); }
static slice b64(struct ctx *c, slice s) { slice r = S_NONE; assert_ok(c, base64_parse(c, s, &r)); return r; }

static struct hash as_hash(slice s)
{
	struct hash h;

	assert_int_equal(s.len, 32);
	memcpy(h.b, s.p, 32);
	return h;
}

/* Proof hashes of 32 bytes each; false when one is of another length. */
static bool read_proof(struct ctx *c, const struct json *list, bool base64, struct hash *out, size_t *ret_n)
{
	*ret_n = 0;
	for JSON_EACH(e, list) {
		slice s = base64 ? b64(c, e->text) : hex(c, e->text);

		if (s.len != 32 || *ret_n >= PROOF_MOST)
			return false;
		out[(*ret_n)++] = as_hash(s);
	}
	return true;
}

/* A tree in memory. */
struct leaves { struct hasher *h; struct hash v[64]; size_t n; };

static rc leaf_node(struct ctx *c, void *p, unsigned height, uint64_t n, struct hash *ret)
{
	struct leaves *l = p;
	struct hash a, b;

	if (height == 0) {
		*ret = l->v[n];
		return OK;
	}
	TRY(leaf_node(c, p, height - 1, 2 * n, &a));
	TRY(leaf_node(c, p, height - 1, 2 * n + 1, &b));
	hash_inner(l->h, &a, &b, ret);
	return OK;
}

static void roots_and_proofs_are_those_of_rfc_9162(void **state)
{
	struct ctx *c = *state;
	const struct json *d = vectors(c, "merkle");
	AUTO_HASHER h = hasher_new();
	struct leaves l = { .h = h };
	struct tree_source s = { h, leaf_node, &l };
	struct frontier f = { 0 };
	struct hash root;
	const struct json *want = get(d, "roots_by_size")->child;

	for JSON_EACH(e, get(d, "leaf_inputs"))
		hash_leaf(h, hex(c, e->text), &l.v[l.n++]);
	for (size_t size = 0; size <= l.n; size++, want = want->next) {
		struct full full[8];

		frontier_root(h, &f, &root);
		assert_slice(hash_slice(&root), hex(c, want->text));
		assert_ok(c, tree_root(c, &s, size, &root));
		assert_slice(hash_slice(&root), hex(c, want->text));
		if (size < l.n)
			(void)frontier_add(h, &f, &l.v[size], full);
	}
	for JSON_EACH(v, get(d, "inclusion")) {
		struct hash proof[PROOF_MOST], leaf = as_hash(hex_of(c, v, "leaf_hash"));
		struct proof mine;
		size_t n;

		root = as_hash(hex_of(c, v, "root"));
		assert_true(read_proof(c, get(v, "proof"), false, proof, &n));
		assert_true(tree_verify_inclusion(h, &leaf, (uint64_t)int_of(v, "index"), (uint64_t)int_of(v, "size"), proof, n, &root));
		assert_ok(c, tree_prove_inclusion(c, &s, (uint64_t)int_of(v, "index"), (uint64_t)int_of(v, "size"), &mine));
		assert_int_equal(mine.n, n);
		assert_memory_equal(mine.v, proof, n * 32);
	}
	for JSON_EACH(v, get(d, "consistency")) {
		struct hash proof[PROOF_MOST], root1 = as_hash(hex_of(c, v, "root1")), root2 = as_hash(hex_of(c, v, "root2"));
		uint64_t size1 = (uint64_t)int_of(v, "size1"), size2 = (uint64_t)int_of(v, "size2");
		struct proof mine;
		size_t n;

		assert_true(read_proof(c, get(v, "proof"), false, proof, &n));
		assert_true(tree_verify_consistency(h, size1, size2, &root1, &root2, proof, n));
		assert_ok(c, tree_prove_consistency(c, &s, size1, size2, &mine));
		assert_int_equal(mine.n, n);
		assert_memory_equal(mine.v, proof, n * 32);
	}
}

static void malformed_proofs_are_refused_and_good_ones_taken(void **state)
{
	struct ctx *c = *state;
	const struct json *d = vectors(c, "merkle-malformed");
	AUTO_HASHER h = hasher_new();
	struct hash proof[PROOF_MOST];
	size_t n;

	for JSON_EACH(v, get(d, "inclusion")) {
		slice leaf = b64(c, text_of(v, "leafHash")), root = b64(c, text_of(v, "root"));
		struct hash l, r;
		bool good = leaf.len == 32 && root.len == 32 && read_proof(c, get(v, "proof"), true, proof, &n);

		if (good) {
			l = as_hash(leaf);
			r = as_hash(root);
			good = tree_verify_inclusion(h, &l, place_of(c, v, "leafIdx"), place_of(c, v, "treeSize"), proof, n, &r);
		}
		assert_int_equal(good, get(v, "wantErr")->type == JSON_FALSE);
	}
	for JSON_EACH(v, get(d, "consistency")) {
		slice a = b64(c, text_of(v, "root1")), b = b64(c, text_of(v, "root2"));
		struct hash r1, r2;
		bool good = a.len == 32 && b.len == 32 && read_proof(c, get(v, "proof"), true, proof, &n);

		if (good) {
			r1 = as_hash(a);
			r2 = as_hash(b);
			good = tree_verify_consistency(h, place_of(c, v, "size1"), place_of(c, v, "size2"), &r1, &r2, proof, n);
		}
		assert_int_equal(good, get(v, "wantErr")->type == JSON_FALSE);
	}
}

static void verified(struct ctx *c, slice text, slice vkey, uint64_t *ret_time)
{
	struct note_key key;
	struct note note;

	assert_ok(c, note_key_parse(c, vkey, &key));
	assert_ok(c, note_parse(c, text, &note));
	assert_ok(c, note_verify(c, &note, &key, ret_time));
}

static void notes_of_others_verify_and_ours_come_out_the_same(void **state)
{
	struct ctx *c = *state;
	const struct json *d = vectors(c, "note-checkpoint"), *s = get(d, "sigsum");
	unsigned char pk[32], sk[64], sig[64];
	AUTO_HASHER h = hasher_new();
	struct note note;
	struct buf b;
	uint64_t time;
	slice seed, body;

	verified(c, text_of(get(d, "signed_note"), "note"), text_of(get(d, "signed_note"), "vkey"), &time);
	verified(c, text_of(get(d, "gosum"), "note"), text_of(get(d, "gosum"), "vkey"), &time);
	for JSON_EACH(v, get(d, "tessera")) {
		struct frontier f = { 0 };
		struct checkpoint cp;
		struct hash root;

		verified(c, text_of(v, "note"), text_of(v, "vkey"), &time);
		assert_ok(c, note_parse(c, text_of(v, "note"), &note));
		assert_ok(c, checkpoint_parse(c, note.body, &cp));
		assert_int_equal(cp.size, int_of(v, "size"));
		for JSON_EACH(e, get(v, "entries_utf8")) {
			struct full full[8];
			struct hash leaf;

			hash_leaf(h, e->text, &leaf);
			(void)frontier_add(h, &f, &leaf, full);
		}
		frontier_root(h, &f, &root);
		assert_true(hash_eq(&root, &cp.root));
	}
	seed = hex_of(c, s, "seed_hex");
	(void)crypto_sign_seed_keypair(pk, sk, (const unsigned char *)seed.p);
	assert_ok(c, note_parse(c, text_of(s, "note"), &note));
	body = note.body;
	(void)crypto_sign_detached(sig, NULL, (const unsigned char *)body.p, body.len, sk);
	buf_init(&b, c->a, 4096);
	buf_put(&b, body);
	buf_putc(&b, '\n');
	note_put_signature(h, &b, slice_sub(body, 0, slice_find(body, S("\n"), 0)), NOTE_ED25519, pk, 0, sig);
	assert_slice(buf_slice(&b), text_of(s, "note"));
}

static void cosignatures_are_made_and_verified(void **state)
{
	struct ctx *c = *state;
	const struct json *d = vectors(c, "cosignature");
	AUTO_HASHER h = hasher_new();
	struct note note;

	assert_ok(c, note_parse(c, text_of(get(d, "parse_only"), "checkpoint"), &note));
	assert_int_equal(note.nsigs, 2);
	for JSON_EACH(v, get(d, "computed")) {
		slice seed = hex_of(c, v, "seed_hex"), body = text_of(v, "body");
		unsigned char pk[32], sk[64], sig[64];
		struct buf m, b;
		uint64_t time;

		(void)crypto_sign_seed_keypair(pk, sk, (const unsigned char *)seed.p);
		buf_init(&m, c->a, 4096);
		cosignature_put_message(&m, (uint64_t)int_of(v, "time"), body);
		(void)crypto_sign_detached(sig, NULL, (const unsigned char *)m.p, m.len, sk);
		buf_init(&b, c->a, 4096);
		note_put_signature(h, &b, text_of(v, "name"), NOTE_COSIGNATURE, pk, (uint64_t)int_of(v, "time"), sig);
		assert_slice(slice_trim(buf_slice(&b)), text_of(v, "line"));
		buf_reset(&m);
		buf_put(&m, body);
		buf_putc(&m, '\n');
		buf_put(&m, buf_slice(&b));
		verified(c, buf_slice(&m), text_of(v, "vkey"), &time);
		assert_int_equal(time, int_of(v, "time"));
	}
}

static void json_outside_the_subset_is_refused(void **state)
{
	struct ctx *c = *state;
	const struct json *d = vectors(c, "jcs"), *v;
	static const slice refused[] = {
		S_INIT("{\"b\":1,\"a\":2}"), S_INIT("{ \"a\":1}"), S_INIT("{\"a\":1.0}"), S_INIT("{\"a\":-0}"), S_INIT("{\"a\":null}"),
		S_INIT("{\"a\":1,\"a\":2}"), S_INIT("{\"A\":1}"), S_INIT("{\"a\":\"\\u0041\"}"), S_INIT("{\"a\":\"\\/\"}"),
		S_INIT("{\"a\":9007199254740992}"), S_INIT("{\"a\":1}\n"), S_INIT("[[[[[[[[[1]]]]]]]]]"), S_INIT("{\"a\":\"\xff\"}"),
		S_INIT("{\"a\":\"\\ud800\"}"), S_INIT("{\"a\":01}"), S_INIT("{\"a\":1e2}"), S_INIT(""),
	};

	for JSON_EACH(x, get(d, "vectors"))
		assert_int_not_equal(jcs_parse(c, text_of(x, "output"), &v), OK);
	for JSON_EACH(x, get(d, "numbers")) {
		slice n = json_text(get(x, "json"));
		bool fits = n.len > 0 && n.len < 16 && slice_find(n, S("."), 0) == SIZE_MAX && slice_find(n, S("e"), 0) == SIZE_MAX;

		assert_int_equal(n.len > 0 && jcs_parse(c, n, &v) == OK, fits);
	}
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		assert_int_not_equal(jcs_parse(c, refused[i], &v), OK);
	assert_ok(c, jcs_parse(c, S("{\"a\":[-9007199254740991,true,\"\\u000f\\n\xe2\x82\xac\"],\"b_1\":{}}"), &v));
}

static void signatures_that_must_not_hold_do_not(void **state)
{
	struct ctx *c = *state;

	for JSON_EACH(v, get(vectors(c, "ed25519-wycheproof"), "vectors")) {
		slice pk = hex_of(c, v, "pk"), sig = hex_of(c, v, "sig"), msg = hex_of(c, v, "msg");
		bool good = sig.len == 64 && crypto_sign_verify_detached((const unsigned char *)sig.p,
		            (const unsigned char *)msg.p, msg.len, (const unsigned char *)pk.p) == 0;

		assert_int_equal(good, slice_is(text_of(v, "result"), "valid"));
	}
}

static void the_cipher_is_that_of_wycheproof(void **state)
{
	struct ctx *c = *state;

	for JSON_EACH(v, get(vectors(c, "xchacha20poly1305"), "vectors")) {
		slice key = hex_of(c, v, "key"), iv = hex_of(c, v, "iv"), aad = hex_of(c, v, "aad"), msg = hex_of(c, v, "msg");
		slice ct = hex_of(c, v, "ct"), tag = hex_of(c, v, "tag");
		char *all = arena_bytes(c->a, ct.len + tag.len + 1);
		unsigned char *out = arena_bytes(c->a, ct.len + 64);
		unsigned long long n = 0;
		bool good;

		memcpy(all, ct.p, ct.len);
		memcpy(all + ct.len, tag.p, tag.len);
		good = iv.len == 24 && crypto_aead_xchacha20poly1305_ietf_decrypt(out, &n, NULL, (unsigned char *)all, ct.len + tag.len,
		       (const unsigned char *)aad.p, aad.len, (const unsigned char *)iv.p, (const unsigned char *)key.p) == 0;
		assert_int_equal(good, slice_is(text_of(v, "result"), "valid"));
		if (good)
			assert_slice(((slice){ (char *)out, n }), msg);
	}
}

/* The example chain: entries, tree, checkpoints with cosignatures, seals. */
static const struct member_spec m_open[] = { { "origin", MEMBER_WORD, true, NULL }, { 0 } };
static const struct member_spec m_done[] = { { "epoch", MEMBER_INTS, true, NULL }, { 0 } };

static void check_seal(struct ctx *c, const struct json *v, const struct entry *e, slice node)
{
	const struct seal *s = &e->seals[int_of(v, "seal")];
	slice ct = hex_of(c, v, "ct_hex"), key = hex_of(c, v, "key_hex"), aad;
	unsigned char kc[32], *out = arena_bytes(c->a, ct.len + 1);
	AUTO_HASHER h = hasher_new();
	unsigned long long n;
	struct hash sum;

	assert_ok(c, seal_put_aad(c, node, e->case_id, s->key, &aad));
	assert_slice(aad, text_of(v, "aad"));
	hash_bytes(h, ct, &sum);
	assert_memory_equal(sum.b, s->ct, 32);
	assert_int_equal(s->len, ct.len);
	seal_commitment((const unsigned char *)key.p, s->key, kc);
	assert_memory_equal(kc, s->kc, 32);
	assert_int_equal(crypto_aead_xchacha20poly1305_ietf_decrypt(out, &n, NULL, (const unsigned char *)ct.p, ct.len,
	                 (const unsigned char *)aad.p, aad.len, s->n, (const unsigned char *)key.p), 0);
	assert_slice(((slice){ (char *)out, n }), text_of(v, "plaintext"));
}

static void the_example_chain_holds_end_to_end(void **state)
{
	struct ctx *c = *state;
	const struct json *d = vectors(c, "example-chain"), *cp = get(d, "checkpoints")->child;
	struct entry entries[8];
	AUTO_HASHER h = hasher_new();
	struct frontier f = { 0 };
	size_t n = 0;

	for JSON_EACH(v, get(d, "record")) {
		slice act = slice_sub(text_of(v, "entry"), 8, 8);
		const struct member_spec *extra = slice_is(act, "log.open") ? m_open : slice_starts(act, S("erase.do")) ? m_done : NULL;
		struct full full[8];
		struct hash leaf;

		assert_ok(c, entry_parse(c, text_of(v, "entry"), extra, &entries[n]));
		assert_int_equal(entries[n].seq, n);
		hash_leaf(h, text_of(v, "entry"), &leaf);
		assert_slice(hash_slice(&leaf), hex_of(c, v, "leaf_hash"));
		(void)frontier_add(h, &f, &leaf, full);
		n++;
		if (cp && (int64_t)n == int_of(cp, "size")) {
			struct checkpoint parsed;
			struct note note;
			struct hash root;
			uint64_t time;

			verified(c, text_of(cp, "note"), text_of(d, "node_vkey"), &time);
			for JSON_EACH(w, get(d, "witness_vkeys")) {
				verified(c, text_of(cp, "note"), w->text, &time);
				assert_true(time > 0);
			}
			assert_ok(c, note_parse(c, text_of(cp, "note"), &note));
			assert_ok(c, checkpoint_parse(c, note.body, &parsed));
			frontier_root(h, &f, &root);
			assert_true(hash_eq(&root, &parsed.root));
			cp = cp->next;
		}
	}
	assert_null(cp);
	assert_int_equal(entries[3].nseals, 1);
	assert_slice(entries[4].keys.v[0], S("k-01"));
	{
		slice proof = text_of(d, "tlog_proof"), vkey = text_of(d, "node_vkey");
		int64_t seq;

		assert_ok(c, proof_verify(c, proof, entries[3].bytes, vkey, &seq));
		assert_int_equal(seq, 3);
		assert_fault(c, proof_verify(c, proof, entries[2].bytes, vkey, &seq), E_TAMPER, "proof.wrong");
	}
	for JSON_EACH(v, get(d, "seals"))
		check_seal(c, v, &entries[int_of(v, "entry")], text_of(d, "node"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(roots_and_proofs_are_those_of_rfc_9162),
		WORK_TEST(malformed_proofs_are_refused_and_good_ones_taken),
		WORK_TEST(notes_of_others_verify_and_ours_come_out_the_same),
		WORK_TEST(cosignatures_are_made_and_verified),
		WORK_TEST(json_outside_the_subset_is_refused),
		WORK_TEST(signatures_that_must_not_hold_do_not),
		WORK_TEST(the_cipher_is_that_of_wycheproof),
		WORK_TEST(the_example_chain_holds_end_to_end),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
