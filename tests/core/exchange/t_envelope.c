/* HPKE against RFC 9180, envelopes and receipts against the worked example and against everything that is wrong. */
#include "tests/support.h"

#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/parse.h"
#include "core/hpke.h"
#include "core/exchange/keys.h"

static const struct json *vectors(struct ctx *c, const char *name)
{
	const struct json *v;
	char path[512];
	slice text;

	(void)snprintf(path, sizeof path, "%s/vectors/%s", TESTS_DATA, name);
	assert_ok(c, file_read(c, path, (size_t)4 << 20, &text));
	assert_ok(c, json_parse(c, text, &v));
	return v;
}

static slice hex(struct ctx *c, const struct json *o, const char *name)
{
	slice text = json_text(json_get(o, slice_of(name)));
	unsigned char *p = arena_alloc(c->a, text.len / 2 + 1, 1);

	assert_ok(c, parse_hex(c, text, p, text.len / 2));
	return (slice){ (const char *)p, text.len / 2 };
}

static void hpke_is_that_of_the_rfc(void **state)
{
	struct ctx *c = *state;
	const struct json *v = json_get(vectors(c, "hpke-x25519-chacha20poly1305.json"), S("vectors"));
	size_t n = 0;

	for JSON_EACH(x, v) {
		const struct json *s = json_get(x, S("setup")), *e = json_get(x, S("encryptions"))->child;
		unsigned char enc[32];
		slice ct, plain;

		if (!slice_is(json_text(json_get(x, S("mode"))), "Base"))
			continue;
		assert_ok(c, hpke_seal(c, (const unsigned char *)hex(c, s, "pkRm").p, (const unsigned char *)hex(c, s, "skEm").p, hex(c, s, "info"),
		                       hex(c, e, "aad"), hex(c, e, "pt"), enc, &ct));
		assert_slice(ct, hex(c, e, "ct"));
		assert_memory_equal(enc, hex(c, s, "enc").p, 32);
		assert_ok(c, hpke_open(c, (const unsigned char *)hex(c, s, "skRm").p, enc, hex(c, s, "info"), hex(c, e, "aad"), ct, &plain));
		assert_slice(plain, hex(c, e, "pt"));
		assert_fault(c, hpke_open(c, (const unsigned char *)hex(c, s, "skRm").p, enc, S("x"), hex(c, e, "aad"), ct, &plain), E_TAMPER, "hpke.open");
		n++;
	}
	assert_true(n > 0);
}

/* The example's signatures are base64 with padding; ours are base64url. */
static slice resigned(struct ctx *c, slice sig)
{
	slice raw;
	struct buf b;

	assert_ok(c, base64_parse(c, sig, &raw));
	buf_init(&b, c->a, 256);
	base64url_put(&b, raw);
	return buf_slice(&b);
}

static void the_worked_example_verifies_and_opens(void **state)
{
	struct ctx *c = *state;
	const struct json *v = vectors(c, "example-chain.json"), *e = json_get(v, S("envelope")), *r = json_get(v, S("receipt"));
	struct envelope x;
	struct receipt rc_;
	unsigned char sum[32];
	slice rest, plain, body, sig;
	struct buf b;

	buf_init(&b, c->a, 65536);
	buf_put(&b, json_text(json_get(e, S("header"))));
	buf_putc(&b, '\n');
	buf_put(&b, resigned(c, json_text(json_get(e, S("sig")))));
	buf_putc(&b, '\n');
	buf_put(&b, hex(c, e, "body_ct_hex"));
	rest = buf_slice(&b);
	assert_ok(c, envelope_read(c, &rest, &x));
	assert_int_equal(rest.len, 0);
	assert_ok(c, envelope_verify(c, &x, (const unsigned char *)hex(c, e, "sender_pk").p));
	assert_ok(c, envelope_open(c, &x, (const unsigned char *)hex(c, e, "recipient_sk_hex").p, &plain));
	assert_slice(plain, json_text(json_get(e, S("plaintext"))));
	envelope_digest(&x, sum);
	buf_reset(&b);
	buf_put(&b, json_text(json_get(r, S("body"))));
	buf_putc(&b, '\n');
	buf_put(&b, resigned(c, json_text(json_get(r, S("sig")))));
	buf_putc(&b, '\n');
	rest = buf_slice(&b);
	assert_ok(c, receipt_read(c, &rest, &rc_, &body, &sig));
	assert_ok(c, receipt_verify(c, body, sig, (const unsigned char *)hex(c, r, "receiver_pk").p));
	assert_memory_equal(sum, rc_.env, 32);
}

struct pair { unsigned char sign_pk[32], box_pk[32], box_sk[32]; struct sign_key key; };

static struct pair make_pair(void)
{
	struct pair p = { .key.id = S("g1") };

	assert_true(sodium_init() >= 0);
	(void)crypto_sign_keypair(p.sign_pk, p.key.secret);
	(void)crypto_box_keypair(p.box_pk, p.box_sk);
	return p;
}

static struct envelope small(void)
{
	return (struct envelope){ .id = S("e-1"), .from = S("a.example"), .to = S("b.example"), .kind = S("advice"), .seq = 7, .at = 1000,
		.exp = 2000, .mark = { .tlp = S("amber"), .purpose = S("advice"), .expires = 5 }, .rk = S("g1"), .re = S("e-0"),
		.rec_origin = S("a.example/renkei/record/1"), .rec_seq = 3, .exercise = true };
}

static void one_byte_changed_cut_or_added_anywhere_is_refused(void **state)
{
	static const unsigned char seed[32] = { 1, 2, 3 };
	struct ctx *c = *state;
	struct pair p = make_pair(), other = make_pair();
	struct envelope e = small(), x;
	slice whole, again, plain, rest;

	assert_ok(c, envelope_build(c, &e, p.box_pk, seed, &p.key, S("{\"a\":1}"), &whole));
	assert_ok(c, envelope_build(c, &e, p.box_pk, seed, &p.key, S("{\"a\":1}"), &again));
	assert_slice(whole, again);
	rest = whole;
	assert_ok(c, envelope_read(c, &rest, &x));
	assert_ok(c, envelope_verify(c, &x, p.sign_pk));
	assert_ok(c, envelope_open(c, &x, p.box_sk, &plain));
	assert_slice(plain, S("{\"a\":1}"));
	assert_true(x.exercise);
	assert_int_equal(x.mark.expires, 5);
	assert_fault(c, envelope_verify(c, &x, other.sign_pk), E_TAMPER, "envelope.signature");
	assert_fault(c, envelope_open(c, &x, other.box_sk, &plain), E_TAMPER, "hpke.open");
	for (size_t i = 0; i < whole.len; i++) {
		char *copy = arena_cstr(c->a, whole);

		copy[i] ^= 1;
		rest = (slice){ copy, whole.len };
		assert_true(envelope_read(c, &rest, &x) != OK || envelope_verify(c, &x, p.sign_pk) != OK);
		rest = slice_sub(whole, 0, i);
		assert_true(envelope_read(c, &rest, &x) != OK);
	}
}

static void several_envelopes_stand_one_after_the_other(void **state)
{
	static const unsigned char seed[32] = { 9 };
	struct ctx *c = *state;
	struct pair p = make_pair();
	struct envelope e = small(), x;
	slice whole, rest;
	struct buf b;

	assert_ok(c, envelope_build(c, &e, p.box_pk, seed, &p.key, S("{}"), &whole));
	buf_init(&b, c->a, 65536);
	for (int i = 0; i < 3; i++)
		buf_put(&b, whole);
	rest = buf_slice(&b);
	for (int i = 0; i < 3; i++)
		assert_ok(c, envelope_read(c, &rest, &x));
	assert_int_equal(rest.len, 0);
	assert_fault(c, envelope_read(c, &rest, &x), E_INVALID, "envelope.cut");
}

static void a_receipt_says_what_was_signed(void **state)
{
	struct ctx *c = *state;
	struct pair p = make_pair(), other = make_pair();
	struct receipt r = { .id = S("e-1"), .by = S("b.example"), .at = 5, .state = RECEIPT_LATER, .code = S("order"), .gap = 3 }, got;
	slice text, body, sig, rest;

	assert_ok(c, receipt_build(c, &r, &p.key, &text));
	rest = text;
	assert_ok(c, receipt_read(c, &rest, &got, &body, &sig));
	assert_int_equal(got.state, RECEIPT_LATER);
	assert_int_equal(got.gap, 3);
	assert_ok(c, receipt_verify(c, body, sig, p.sign_pk));
	assert_fault(c, receipt_verify(c, body, sig, other.sign_pk), E_TAMPER, "envelope.signature");
}

static void keys_are_made_rolled_and_announced(void **state)
{
	struct ctx *c = *state;
	char dir[] = "/tmp/renkei-keys-XXXXXX", cmd[64];
	AUTO_KEYS k = { 0 };
	struct card card;
	struct buf b;

	assert_non_null(mkdtemp(dir));
	assert_fault(c, exchange_keys_open(c, dir, &k), E_NOTFOUND, "exchange.no_keys");
	assert_ok(c, exchange_keys_create(c, dir, S("a.example")));
	assert_fault(c, exchange_keys_create(c, dir, S("a.example")), E_CONFLICT, "exchange.keys");
	assert_ok(c, exchange_keys_roll(c, dir, S("a.example"), 5000));
	assert_ok(c, exchange_keys_open(c, dir, &k));
	assert_int_equal(k.n, 2);
	assert_slice(exchange_key_at(&k, 4999)->id, S("g1"));
	assert_slice(exchange_key_at(&k, 5000)->id, S("g2"));
	buf_init(&b, c->a, 65536);
	assert_ok(c, exchange_card_put(c, &k, S("a.example"), &b));
	assert_ok(c, exchange_card_read(c, buf_slice(&b), &card));
	assert_int_equal(card.n, 2);
	assert_memory_equal(card.keys[1].tls, k.g[1].tls_pin, 32);
	(void)snprintf(cmd, sizeof cmd, "rm -rf '%s'", dir);
	assert_int_equal((system)(cmd), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(hpke_is_that_of_the_rfc),
		WORK_TEST(the_worked_example_verifies_and_opens),
		WORK_TEST(one_byte_changed_cut_or_added_anywhere_is_refused),
		WORK_TEST(several_envelopes_stand_one_after_the_other),
		WORK_TEST(a_receipt_says_what_was_signed),
		WORK_TEST(keys_are_made_rolled_and_announced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
