/* Passwords, codes, passkeys: the parts without a node, against vectors of others. */
#include "tests/core/people/town.h"

#include <sodium.h>

#include "base/base64.h"
#include "base/cbor.h"
#include "base/file.h"
#include "base/parse.h"

/* RFC 6238 appendix B, SHA-1: eight digits there, the last six of them here. */
static void totp_is_that_of_rfc_6238(void **state)
{
	static const struct { int64_t at; uint32_t code; } v[] = {
		{ 59, 287082 }, { 1111111109, 81804 }, { 1111111111, 50471 }, { 1234567890, 5924 }, { 2000000000, 279037 },
		{ 20000000000, 353130 },
	};
	static const unsigned char key[] = "12345678901234567890";

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++)
		assert_int_equal(totp_code(key, 20, v[i].at / 30), v[i].code);
}

/* RFC 4226 appendix D. */
static void hotp_is_that_of_rfc_4226(void **state)
{
	static const uint32_t codes[] = { 755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489 };
	static const unsigned char key[] = "12345678901234567890";

	(void)state;
	for (int64_t i = 0; i < 10; i++)
		assert_int_equal(totp_code(key, 20, i), codes[i]);
	assert_int_equal(totp_step_of(key, 20, 59000, S("287082")), 1);
	assert_int_equal(totp_step_of(key, 20, 29000, S("287082")), 1);    /* the telephone runs ahead */
	assert_int_equal(totp_step_of(key, 20, 89000, S("287082")), 1);    /* or behind */
	assert_int_equal(totp_step_of(key, 20, 90000, S("287082")), -1);
	assert_int_equal(totp_step_of(key, 20, 59000, S("28708")), -1);
}

/* RFC 4648 section 10, without padding. */
static void base32_is_that_of_rfc_4648(void **state)
{
	static const struct { slice plain, text; } v[] = {
		{ S_INIT("f"), S_INIT("MY") }, { S_INIT("fo"), S_INIT("MZXQ") }, { S_INIT("foo"), S_INIT("MZXW6") },
		{ S_INIT("foob"), S_INIT("MZXW6YQ") }, { S_INIT("fooba"), S_INIT("MZXW6YTB") }, { S_INIT("foobar"), S_INIT("MZXW6YTBOI") },
	};
	struct ctx *c = *state;
	slice back;

	for (size_t i = 0; i < 6; i++) {
		struct buf b;

		buf_init(&b, c->a, 64);
		base32_put(&b, v[i].plain);
		assert_slice(buf_slice(&b), v[i].text);
		assert_ok(c, base32_parse(c, v[i].text, &back));
		assert_slice(back, v[i].plain);
	}
	assert_ok(c, base32_parse(c, S("mzxw 6ytb-oi"), &back));
	assert_slice(back, S("foobar"));
	assert_fault(c, base32_parse(c, S("M1"), &back), E_INVALID, "people.base32");
}

/* ---- passwords ---- */

static void a_password_is_long_and_not_to_be_guessed(void **state)
{
	static const struct { const char *password, *key; } v[] = {
		{ "short", "password.short" }, { "elevenchars", "password.short" }, { "十一文字のパスワードね", "password.short" },
		{ "aaaaaaaaaaaaaaaa", "password.same_letters" }, { "abcdefghijklmnop", "password.same_letters" },
		{ "abcabcabcabcabc", "password.same_letters" }, { "123456789012", "password.same_letters" },
		{ "192837465564738291", "password.common" }, { "P@ssw0rd123456", "password.common" },
		{ "Password2026!!", "password.common" }, { "SakuraSakura2026", "password.common" },
		{ "qwertyuiop1234", "password.common" }, { "adminadmin2026", "password.common" }, { "kanrisha-2026-11", "password.common" },
		{ "yamada to kumo no ito", "password.own_name" }, { "1chiro.Yama no ue", "password.own_name" },
		{ "山田の畑の案山子が立つ丘", "password.own_name" },
		{ "kumo to takenoko 7 ban", NULL }, { "雨上がりの縁側で猫が寝ている", NULL }, { "correct staple of 9 horses on mars", NULL },
		{ "vK3#nq9Zr!tW", NULL },
	};
	static const slice own[] = { S_INIT("山田 yamada"), S_INIT("ichiro.y") };
	struct ctx *c = *state;

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		rc r = password_check(c, SOURCE_ROOT, slice_of(v[i].password), own, 2);

		if ((r == OK) != !v[i].key || (r != OK && strcmp(c->fault.key, v[i].key) != 0))
			fail_msg("%s: %s", v[i].password, r == OK ? "taken" : c->fault.key);
	}
	assert_fault(c, password_check(c, SOURCE_ROOT, S("twelve bytes\xff"), NULL, 0), E_INVALID, "value.utf8");
}

static void a_password_is_kept_as_argon2id_and_nothing_else_passes(void **state)
{
	struct ctx *c = *state;
	slice hash, again;
	bool right;

	assert_ok(c, password_hash(c, GOOD_PASSWORD, &hash));
	assert_true(slice_starts(hash, S("$argon2id$v=19$m=49152,t=2,p=1$")));
	assert_ok(c, password_hash(c, GOOD_PASSWORD, &again));
	assert_false(slice_eq(hash, again));
	assert_ok(c, password_verify(c, hash, GOOD_PASSWORD, &right));
	assert_true(right);
	assert_ok(c, password_verify(c, hash, OTHER_PASSWORD, &right));
	assert_false(right);
	assert_ok(c, password_verify(c, S("x"), OTHER_PASSWORD, &right));
	assert_false(right);
	assert_ok(c, password_verify(c, S_NONE, S_NONE, &right));
	assert_false(right);
}

/* ---- passkeys: vectors of another implementation, tests/data/people/make_passkeys.py ---- */

static const struct site site = { S_INIT("node.example.lg.jp"), S_INIT("https://node.example.lg.jp") };

static slice bytes_of(struct ctx *c, const struct json *row, const char *name)
{
	slice ret = S_NONE;

	assert_ok(c, base64url_parse(c, json_text(json_get(row, slice_of(name))), &ret));
	return ret;
}

/* The key as it would have been sealed, out of a registration that is good or not. */
static rc registered(struct ctx *c, slice attestation, slice *ret_sealed)
{
	static const char challenge[] = "0123456789abcdef0123456789abcdef";
	struct passkey_made m = { .attestation = attestation };
	slice tag, ch = { challenge, 32 };
	int64_t counter;
	struct buf b;

	buf_init(&b, c->a, 1024);
	buf_putz(&b, "{\"type\":\"webauthn.create\",\"origin\":\"https://node.example.lg.jp\",\"challenge\":\"");
	base64url_put(&b, ch);
	buf_putz(&b, "\"}");
	m.client_data = buf_slice(&b);
	return passkey_read_new(c, &site, ch, &m, ret_sealed, &tag, &counter);
}

static rc one_vector(struct ctx *c, const struct json *row)
{
	slice challenge = bytes_of(c, row, "challenge"), sealed, tag;
	int64_t counter;

	if (json_get(row, S("attestation"))) {
		const struct passkey_made m = { bytes_of(c, row, "client_data"), bytes_of(c, row, "attestation") };

		return passkey_read_new(c, &site, challenge, &m, &sealed, &tag, &counter);
	} else {
		const struct passkey_answer a = { bytes_of(c, row, "id"), bytes_of(c, row, "client_data"), bytes_of(c, row, "auth_data"),
		                                  bytes_of(c, row, "signature") };

		assert_ok(c, registered(c, bytes_of(c, row, "of"), &sealed));
		TRY(passkey_verify(c, &site, sealed, challenge, &a, &counter));
		assert_int_equal(counter, 7);
		return OK;
	}
}

static void passkeys_hold_as_another_implementation_says(void **state)
{
	struct ctx *c = *state;
	const struct json *row;
	slice text, line;
	size_t n = 0;

	if (sodium_init() < 0)
		fail();
	assert_ok(c, file_read(c, SOURCE_ROOT "/tests/data/people/passkeys.jsonl", 1 << 20, &text));
	for (; slice_next(&text, '\n', &line); n++) {
		bool good;
		rc r;

		assert_ok(c, json_parse(c, line, &row));
		good = json_get(row, S("good"))->type == JSON_TRUE;
		r = one_vector(c, row);
		if ((r == OK) != good || (r != OK && strcmp(c->fault.key, "signin.passkey") != 0))
			fail_msg("%.*s: %s", S_ARG(json_text(json_get(row, S("name")))), r == OK ? "taken" : c->fault.key);
	}
	assert_int_equal(n, 44);
}

/* No byte of a good answer can be another one. */
static void a_passkey_answer_with_any_bit_changed_does_not_hold(void **state)
{
	struct ctx *c = *state;
	const struct json *row = NULL;
	slice text, line, sealed, auth;
	struct passkey_answer a;
	int64_t counter;
	char *p;

	assert_ok(c, file_read(c, SOURCE_ROOT "/tests/data/people/passkeys.jsonl", 1 << 20, &text));
	assert_true(slice_next(&text, '\n', &line) && slice_next(&text, '\n', &line));
	assert_ok(c, json_parse(c, line, &row));
	assert_ok(c, registered(c, bytes_of(c, row, "of"), &sealed));
	auth = bytes_of(c, row, "auth_data");
	p = arena_cstr(c->a, auth);
	memcpy(p, auth.p, auth.len);
	a = (struct passkey_answer){ S_NONE, bytes_of(c, row, "client_data"), { p, auth.len }, bytes_of(c, row, "signature") };
	for (size_t i = 0; i < auth.len * 8; i++) {
		p[i / 8] = (char)(p[i / 8] ^ (1 << i % 8));
		assert_int_equal(passkey_verify(c, &site, sealed, bytes_of(c, row, "challenge"), &a, &counter), E_DENIED);
		p[i / 8] = (char)(p[i / 8] ^ (1 << i % 8));
	}
	assert_ok(c, passkey_verify(c, &site, sealed, bytes_of(c, row, "challenge"), &a, &counter));
}

/* ---- CBOR ---- */

static void cbor_takes_the_shortest_definite_form_only(void **state)
{
	static const struct { const char *hex; bool good; } v[] = {
		{ "00", true }, { "17", true }, { "1818", true }, { "1817", false }, { "190100", true }, { "1900ff", false },
		{ "1a00010000", true }, { "1a0000ffff", false }, { "1b0000000100000000", true }, { "1b00000000ffffffff", false },
		{ "20", true }, { "41ff", true }, { "42ff", false }, { "5f41ffff", false }, { "80", true }, { "9f00ff", false },
		{ "8101", true }, { "a0", true }, { "a10102", true }, { "a101", false }, { "bf0102ff", false }, { "f4", true },
		{ "f5", true }, { "f6", true }, { "f90000", false }, { "fa00000000", false }, { "ff", false }, { "", false }, { "18", false },
		{ "8181818181818181", false }, { "818181818181818101", true }, { "81818181818181818101", false }, { "c001", true },
		{ "9bffffffffffffffff", false }, { "bb7fffffffffffffff", false },
	};
	struct ctx *c = *state;

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		unsigned char raw[32];
		size_t n = strlen(v[i].hex) / 2;
		struct cbor r = { .in = { (const char *)raw, n } };
		rc got;

		assert_ok(c, parse_hex(c, slice_of(v[i].hex), raw, n));
		got = cbor_skip(c, &r);
		if ((got == OK && r.at == n) != v[i].good)
			fail_msg("%s", v[i].hex);
	}
}

/* ---- the whole way with a node ---- */

static void a_challenge_counts_once_and_for_its_session_alone(void **state)
{
	struct ctx *c = *state;
	struct signin in = { 0 };
	slice token, other, ch, *ids;
	const struct passkey_made m = { S("{}"), S("") };
	struct town t;
	size_t n;

	town_open(c, &t);
	(void)person(c, &t, "ichiro.y", "handler", "", &token);
	(void)person(c, &t, "hanako.s", "handler", "", &other);
	assert_fault(c, passkey_add(c, t.n, &site, token, S_NONE, &m, &in), E_DENIED, "signin.passkey");
	assert_ok(c, passkey_challenge(c, t.n, other, &ch));
	assert_fault(c, passkey_add(c, t.n, &site, token, S_NONE, &m, &in), E_DENIED, "signin.passkey");
	assert_ok(c, passkey_ids(c, t.n, token, &ids, &n));
	assert_int_equal(n, 0);
	town_close(c, &t);
}

/* An authenticator of our own: Ed25519 by libsodium, encoded here by hand. */
struct device { unsigned char sk[64], pk[32]; uint32_t counter; };

static void put_auth(struct buf *b, unsigned flags, uint32_t counter)
{
	unsigned char rp[32];

	(void)crypto_hash_sha256(rp, (const unsigned char *)site.rp_id.p, site.rp_id.len);
	buf_put(b, (slice){ (const char *)rp, 32 });
	buf_putc(b, (char)flags);
	for (int i = 24; i >= 0; i -= 8)
		buf_putc(b, (char)(counter >> i & 255));
}

static slice client_data(struct ctx *c, const char *type, slice challenge)
{
	struct buf b;

	buf_init(&b, c->a, 1024);
	buf_putf(&b, "{\"type\":\"%s\",\"challenge\":\"%.*s\",\"origin\":\"https://node.example.lg.jp\",\"crossOrigin\":false}", type,
	         S_ARG(challenge));
	return buf_slice(&b);
}

static rc device_add(struct ctx *c, struct town *t, struct device *d, slice token, struct signin *ret)
{
	struct passkey_made m;
	struct buf auth, att;
	slice ch;

	assert_ok(c, passkey_challenge(c, t->n, token, &ch));
	buf_init(&auth, c->a, 1024);
	put_auth(&auth, 0x45, 0);
	for (int i = 0; i < 16; i++)
		buf_putc(&auth, 0);
	buf_put(&auth, (slice){ "\0\4" "key1", 6 });
	buf_put(&auth, (slice){ "\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20", 10 });
	buf_put(&auth, (slice){ (const char *)d->pk, 32 });
	buf_init(&att, c->a, 1024);
	buf_put(&att, S("\xa3" "cfmtdnonegattStmt\xa0" "hauthData\x58"));
	buf_putc(&att, (char)auth.len);
	buf_put(&att, buf_slice(&auth));
	m = (struct passkey_made){ client_data(c, "webauthn.create", ch), buf_slice(&att) };
	return passkey_add(c, t->n, &site, token, S("usb"), &m, ret);
}

static rc device_signs(struct ctx *c, struct town *t, struct device *d, slice token, slice challenge, struct signin *ret)
{
	struct passkey_answer a = { .id = S("key1"), .client_data = client_data(c, "webauthn.get", challenge) };
	unsigned char sum[32], sig[64];
	struct buf auth, all;

	buf_init(&auth, c->a, 256);
	put_auth(&auth, 0x05, d->counter);
	(void)crypto_hash_sha256(sum, (const unsigned char *)a.client_data.p, a.client_data.len);
	buf_init(&all, c->a, 256);
	buf_put(&all, buf_slice(&auth));
	buf_put(&all, (slice){ (const char *)sum, 32 });
	(void)crypto_sign_detached(sig, NULL, (const unsigned char *)all.p, all.len, d->sk);
	a.auth_data = buf_slice(&auth);
	a.signature = (slice){ (const char *)sig, 64 };
	return signin_passkey(c, t->n, &site, token, &a, &here, ret);
}

static void a_passkey_signs_in_and_a_copy_of_it_is_found_out(void **state)
{
	struct ctx *c = *state;
	struct signin half = { 0 }, in = { 0 };
	struct device d = { .counter = 1 };
	slice token, ch, *ids;
	struct town t;
	size_t n;

	town_open(c, &t);
	(void)person(c, &t, "ichiro.y", "lead", "", &token);
	(void)crypto_sign_keypair(d.pk, d.sk);
	assert_ok(c, device_add(c, &t, &d, token, &in));
	assert_true(who_is(c, &t, in.token).factor);
	assert_ok(c, passkey_ids(c, t.n, in.token, &ids, &n));
	assert_int_equal(n, 1);
	assert_slice(ids[0], S("a2V5MQ"));
	/* the id is taken, by whomever */
	assert_fault(c, device_add(c, &t, &d, in.token, &in), E_CONFLICT, "people.secret_taken");
	assert_ok(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &here, &half));
	assert_true(half.passkey && !half.totp);
	assert_ok(c, passkey_challenge(c, t.n, half.token, &ch));
	assert_ok(c, device_signs(c, &t, &d, half.token, ch, &in));
	assert_true(who_is(c, &t, in.token).factor);
	/* a copy does not know how often the other one has signed: WebAuthn section 7.2 step 21 */
	assert_ok(c, signin_password(c, t.n, S("ichiro.y"), GOOD_PASSWORD, &here, &half));
	assert_ok(c, passkey_challenge(c, t.n, half.token, &ch));
	assert_fault(c, device_signs(c, &t, &d, half.token, ch, &in), E_DENIED, "signin.cloned");
	d.counter = 9;
	assert_fault(c, device_signs(c, &t, &d, half.token, ch, &in), E_DENIED, "signin.passkey");   /* the challenge was used */
	assert_ok(c, passkey_challenge(c, t.n, half.token, &ch));
	d.sk[0] ^= 1;
	assert_fault(c, device_signs(c, &t, &d, half.token, ch, &in), E_DENIED, "signin.passkey");
	d.sk[0] ^= 1;
	assert_ok(c, passkey_challenge(c, t.n, half.token, &ch));
	assert_ok(c, device_signs(c, &t, &d, half.token, ch, &in));
	town_close(c, &t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(totp_is_that_of_rfc_6238),
		WORK_TEST(hotp_is_that_of_rfc_4226),
		WORK_TEST(base32_is_that_of_rfc_4648),
		WORK_TEST(a_password_is_long_and_not_to_be_guessed),
		WORK_TEST(a_password_is_kept_as_argon2id_and_nothing_else_passes),
		WORK_TEST(passkeys_hold_as_another_implementation_says),
		WORK_TEST(a_passkey_answer_with_any_bit_changed_does_not_hold),
		WORK_TEST(cbor_takes_the_shortest_definite_form_only),
		WORK_TEST(a_challenge_counts_once_and_for_its_session_alone),
		WORK_TEST(a_passkey_signs_in_and_a_copy_of_it_is_found_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
