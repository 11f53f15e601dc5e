/* OpenID Connect: tokens made elsewhere, and the way there and back with a provider of our own. */
#include "tests/core/people/town.h"

#include "base/file.h"
#include "core/people/oidc.h"
#include "core/people/pace.h"

static const struct json *vectors(struct ctx *c, struct oidc_provider *p)
{
	const struct json *j;
	slice text;

	assert_ok(c, file_read(c, SOURCE_ROOT "/tests/data/people/oidc.json", 1 << 20, &text));
	assert_ok(c, json_parse(c, text, &j));
	*p = (struct oidc_provider){ .issuer = json_text(json_get(j, S("issuer"))), .client_id = json_text(json_get(j, S("client_id"))),
	                             .redirect_url = S("https://node.example.lg.jp/sign-in/back") };
	return j;
}

static void tokens_hold_or_not_as_they_were_made(void **state)
{
	struct ctx *c = *state;
	struct oidc_identity id;
	struct oidc_provider p;
	const struct json *j = vectors(c, &p);
	slice jwks = json_text(json_get(j, S("jwks"))), nonce = json_text(json_get(j, S("nonce")));
	size_t n = 0;

	for JSON_EACH(t, json_get(j, S("good"))) {
		if (oidc_verify(c, &p, jwks, t->text, nonce, &id) != OK)
			fail_msg("refused: %.*s", S_ARG(t->name));
		assert_slice(id.subject, S("248289761001"));
		assert_int_equal(id.mfa, slice_is(t->name, "with more"));
		n++;
	}
	for JSON_EACH(t, json_get(j, S("bad"))) {
		if (oidc_verify(c, &p, jwks, t->text, nonce, &id) != E_DENIED)
			fail_msg("taken: %.*s", S_ARG(t->name));
		n++;
	}
	assert_int_equal(n, 42);
	assert_fault(c, oidc_verify(c, &p, S("{\"keys\":[]}"), S("a.b.c"), nonce, &id), E_DENIED, "signin.oidc");
	assert_fault(c, oidc_verify(c, &p, S("x"), S("a.b.c"), nonce, &id), E_DENIED, "signin.oidc");
}

static void a_provider_is_taken_only_for_itself_and_with_tls(void **state)
{
	struct ctx *c = *state;
	struct oidc_provider p = { .issuer = S("https://idp.example.lg.jp") };

	assert_ok(c, oidc_discover(c, S("{\"issuer\":\"https://idp.example.lg.jp\",\"authorization_endpoint\":\"https://a/\","
	                                "\"token_endpoint\":\"https://t/\",\"jwks_uri\":\"https://k/\",\"more\":[1]}"), &p));
	assert_slice(p.token_url, S("https://t/"));
	assert_fault(c, oidc_discover(c, S("{\"issuer\":\"https://evil.example\",\"authorization_endpoint\":\"https://a/\","
	                                   "\"token_endpoint\":\"https://t/\",\"jwks_uri\":\"https://k/\"}"), &p), E_INVALID, "signin.oidc");
	assert_fault(c, oidc_discover(c, S("{\"issuer\":\"https://idp.example.lg.jp\",\"authorization_endpoint\":\"http://a/\","
	                                   "\"token_endpoint\":\"https://t/\",\"jwks_uri\":\"https://k/\"}"), &p), E_INVALID, "signin.oidc");
}

/* The provider's side, with a token that cannot hold: what goes out is looked at. */
struct idp { int posts, gets; slice form, login; };

static rc answer(struct ctx *c, void *p, slice url, slice form, slice login, slice *ret_body)
{
	struct idp *i = p;

	(void)c;
	if (form.len == 0) {
		i->gets++;
		assert_slice(url, S("https://k/"));
		*ret_body = S("{\"keys\":[]}");
		return OK;
	}
	i->posts++;
	i->form = form;
	i->login = login;
	assert_slice(url, S("https://t/"));
	*ret_body = S("{\"id_token\":\"a.b.c\"}");
	return OK;
}

static void the_answer_counts_once_in_the_browser_that_asked(void **state)
{
	struct ctx *c = *state;
	struct oidc_provider p = { .issuer = S("https://i"), .client_id = S("a&b"), .authorize_url = S("https://a/?x=1"),
	                           .token_url = S("https://t/"), .jwks_url = S("https://k/"), .redirect_url = S("https://n/back") };
	struct oidc_identity id;
	struct idp idp = { 0 };
	slice url, st, other;
	struct town t;

	town_open(c, &t);
	assert_ok(c, oidc_begin(c, t.n, &p, &url, &st));
	assert_true(slice_starts(url, S("https://a/?x=1&response_type=code&client_id=a%26b&redirect_uri=https%3A%2F%2Fn%2Fback&")));
	assert_true(slice_ends(url, S("&code_challenge_method=S256")));
	assert_ok(c, oidc_begin(c, t.n, &p, &url, &other));
	/* another browser's cookie, no cookie, a state that was not asked for: nothing is fetched */
	assert_fault(c, oidc_finish(c, t.n, &p, other, st, S("code"), answer, &idp, &id), E_DENIED, "signin.oidc");
	assert_fault(c, oidc_finish(c, t.n, &p, S_NONE, st, S("code"), answer, &idp, &id), E_DENIED, "signin.oidc");
	assert_fault(c, oidc_finish(c, t.n, &p, S("x"), S("x"), S("code"), answer, &idp, &id), E_DENIED, "signin.oidc");
	assert_int_equal(idp.posts, 0);
	assert_fault(c, oidc_finish(c, t.n, &p, st, st, S("co de"), answer, &idp, &id), E_DENIED, "signin.oidc");
	assert_int_equal(idp.posts, 1);
	assert_true(slice_starts(idp.form, S("grant_type=authorization_code&code=co%20de&")));
	assert_true(slice_find(idp.form, S("&code_verifier="), 0) != SIZE_MAX);
	assert_fault(c, oidc_finish(c, t.n, &p, st, st, S("code"), answer, &idp, &id), E_DENIED, "signin.oidc");
	assert_int_equal(idp.posts, 1);
	c->now += 10 * 60000 + 1;
	assert_fault(c, oidc_finish(c, t.n, &p, other, other, S("code"), answer, &idp, &id), E_DENIED, "signin.oidc");
	assert_int_equal(idp.posts, 1);
	town_close(c, &t);
}

#define CONFIGURATION "{\"issuer\":\"https://i\",\"authorization_endpoint\":\"https://a/\",\"token_endpoint\":\"https://t/\"," \
	"\"jwks_uri\":\"https://k/\""
#define WAYS ",\"token_endpoint_auth_methods_supported\":"

static void the_secret_is_shown_as_the_provider_wants_it(void **state)
{
	static const struct { const char *configuration; bool basic; } tries[] = {
		{ CONFIGURATION "}", true },
		{ CONFIGURATION WAYS "[\"client_secret_post\",\"client_secret_basic\"]}", true },
		{ CONFIGURATION WAYS "[\"private_key_jwt\",\"client_secret_post\"]}", false },
	};
	struct ctx *c = *state;
	struct oidc_provider p = { .issuer = S("https://i"), .client_id = S("a&b"), .redirect_url = S("https://n/back") };
	struct oidc_identity id;
	struct town t;
	slice url, st;

	town_open(c, &t);
	for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
		struct idp idp = { 0 };

		p.client_secret = S("s:1 %");
		assert_ok(c, oidc_discover(c, slice_of(tries[i].configuration), &p));
		assert_ok(c, oidc_begin(c, t.n, &p, &url, &st));
		assert_fault(c, oidc_finish(c, t.n, &p, st, st, S("code"), answer, &idp, &id), E_DENIED, "signin.oidc");
		assert_int_equal(idp.posts, 1);
		assert_slice(idp.login, tries[i].basic ? S("a%26b:s%3A1%20%25") : S(""));
		assert_int_equal(slice_find(idp.form, S("&client_secret=s%3A1%20%25&"), 0) == SIZE_MAX, tries[i].basic);
	}
	assert_fault(c, oidc_discover(c, S(CONFIGURATION WAYS "[\"private_key_jwt\"]}"), &p), E_INVALID, "signin.oidc");
	/* who has no secret needs no way to show it */
	p.client_secret = S_NONE;
	assert_ok(c, oidc_discover(c, S(CONFIGURATION WAYS "[\"none\"]}"), &p));
	town_close(c, &t);
}

static void the_way_there_has_its_pace(void **state)
{
	struct ctx *c = *state;
	struct pace p = { 0 };
	msec then = c->now;
	int taken = 0;

	for (int i = 0; i < 60; i++)
		assert_ok(c, pace_take(c, &p, S("2001:db8:0:1::7")));
	/* the whole network of 64 bits; another one has its own */
	assert_fault(c, pace_take(c, &p, S("2001:db8:0:1:ffff::8")), E_BUSY, "signin.often");
	assert_ok(c, pace_take(c, &p, S("192.0.2.7")));
	c->now += 999;
	assert_fault(c, pace_take(c, &p, S("2001:db8:0:1::7")), E_BUSY, "signin.often");
	c->now += 1;
	assert_ok(c, pace_take(c, &p, S("2001:db8:0:1::7")));
	assert_fault(c, pace_take(c, &p, S("2001:db8:0:1::7")), E_BUSY, "signin.often");
	/* all together */
	for (int i = 0; i < 2000; i++) {
		char text[16];

		(void)snprintf(text, sizeof text, "10.0.%d.%d", i / 250, i % 250);
		taken += pace_take(c, &p, slice_of(text)) == OK;
		fault_clear(c);
	}
	assert_in_range(taken, 500, 600);
	/* a clock that was put back locks nobody out */
	c->now = then - 10 * 86400000LL;
	assert_ok(c, pace_take(c, &p, S("2001:db8:0:1::7")));
	c->now = then;
}

static void only_a_tied_identity_signs_in(void **state)
{
	struct ctx *c = *state;
	struct signin in = { 0 };
	slice token, id;
	struct town t;

	town_open(c, &t);
	id = person(c, &t, "ichiro.y", "lead", "", &token);
	assert_fault(c, signin_oidc(c, t.n, S("https://i"), S("42"), true, &here, &in), E_DENIED, "signin.not_tied");
	assert_ok(c, oidc_tie(c, t.n, token, S("https://i"), S("42"), &in));
	assert_false(slice_eq(in.token, token));
	assert_fault(c, oidc_tie(c, t.n, in.token, S("https://i"), S("42"), &in), E_CONFLICT, "people.secret_taken");
	assert_fault(c, signin_oidc(c, t.n, S("https://j"), S("42"), true, &here, &in), E_DENIED, "signin.not_tied");
	assert_ok(c, signin_oidc(c, t.n, S("https://i"), S("42"), true, &here, &in));
	assert_slice(in.account, id);
	assert_true(who_is(c, &t, in.token).factor);
	/* without a second factor at the provider, the node's own is asked for */
	assert_ok(c, signin_oidc(c, t.n, S("https://i"), S("42"), false, &here, &in));
	assert_int_equal(in.step, SIGNIN_ENROL);
	assert_ok(c, account_set_state(c, t.n, &t.by, id, ACCOUNT_SUSPENDED, S("x")));
	assert_fault(c, signin_oidc(c, t.n, S("https://i"), S("42"), true, &here, &in), E_DENIED, "signin.not_tied");
	town_close(c, &t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(tokens_hold_or_not_as_they_were_made),
		WORK_TEST(a_provider_is_taken_only_for_itself_and_with_tls),
		WORK_TEST(the_answer_counts_once_in_the_browser_that_asked),
		WORK_TEST(the_secret_is_shown_as_the_provider_wants_it),
		WORK_TEST(the_way_there_has_its_pace),
		WORK_TEST(only_a_tied_identity_signs_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
