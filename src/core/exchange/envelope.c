#include "core/exchange/envelope.h"

#include <sodium.h>

#include "base/base64.h"
#include "core/hpke.h"

#include "base/banned.h"

#define SIG_LETTERS 86u
#define ENVELOPE_LABEL "renkei-envelope/v1"
#define RECEIPT_LABEL "renkei-receipt/v1"

const char *const receipt_words[RECEIPT_STATES] = { "accepted", "duplicate", "later", "quarantined", "rejected", "expired" };

/* ---- signatures ---- */

static rc labelled(struct ctx *c, const char *label, slice text, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, text.len + 64);
	(void)buf_room(&b, text.len + 64);
	buf_putz(&b, label);
	buf_putc(&b, '\n');
	buf_put(&b, text);
	return buf_done(c, &b, ret);
}

static void put_b64(struct ctx *c, struct json_out *o, const char *name, const unsigned char *p, size_t n)
{
	struct buf b;

	buf_init(&b, c->a, 256);
	base64url_put(&b, (slice){ (const char *)p, n });
	jo_kv_text(o, name, buf_slice(&b));
}

rc text_sign(struct ctx *c, const char *label, slice text, const struct sign_key *key, slice *ret_sig)
{
	unsigned char sig[crypto_sign_BYTES];
	struct buf b;
	slice whole;

	TRY(labelled(c, label, text, &whole));
	(void)crypto_sign_detached(sig, NULL, (const unsigned char *)whole.p, whole.len, key->secret);
	buf_init(&b, c->a, 128);
	base64url_put(&b, (slice){ (const char *)sig, sizeof sig });
	return buf_done(c, &b, ret_sig);
}

rc text_verify(struct ctx *c, const char *label, slice text, slice sig, const unsigned char sign_pk[32])
{
	unsigned char raw[crypto_sign_BYTES];
	slice whole;

	TRY(base64url_parse_n(c, sig, raw, sizeof raw));
	TRY(labelled(c, label, text, &whole));
	if (crypto_sign_verify_detached(raw, (const unsigned char *)whole.p, whole.len, sign_pk) != 0)
		return FAIL(c, E_TAMPER, "envelope.signature");
	return OK;
}

void envelope_digest(const struct envelope *e, unsigned char ret[32])
{
	crypto_hash_sha256_state s;

	(void)crypto_hash_sha256_init(&s);
	(void)crypto_hash_sha256_update(&s, (const unsigned char *)ENVELOPE_LABEL "\n", sizeof ENVELOPE_LABEL);
	(void)crypto_hash_sha256_update(&s, (const unsigned char *)e->header.p, e->header.len);
	(void)crypto_hash_sha256_final(&s, ret);
}

/* ---- writing: members stand in the order of canonical JSON ---- */

static void kv_word(struct json_out *o, const char *name, slice v)
{
	if (v.len > 0)
		jo_kv_text(o, name, v);
}

static void put_rec(struct json_out *o, slice origin, int64_t seq)
{
	if (origin.len == 0)
		return;
	jo_key(o, S("rec"));
	jo_object(o);
	jo_kv_text(o, "origin", origin);
	jo_kv_int(o, "seq", seq);
	jo_end_object(o);
}

static void put_header(struct ctx *c, const struct envelope *e, struct json_out *o)
{
	jo_object(o);
	jo_kv_int(o, "at", e->at);
	jo_key(o, S("body"));
	jo_object(o);
	jo_kv_text(o, "alg", S(HPKE_ALG));
	put_b64(c, o, "ct", e->ct, 32);
	put_b64(c, o, "enc", e->enc, 32);
	jo_kv_int(o, "len", (int64_t)e->len);
	jo_kv_text(o, "rk", e->rk);
	jo_end_object(o);
	kv_word(o, "case", e->case_id);
	if (e->exercise)
		jo_kv_bool(o, "exercise", true);
	jo_kv_int(o, "exp", e->exp);
	kv_word(o, "fix", e->fix);
	jo_kv_text(o, "from", e->from);
	jo_kv_text(o, "id", e->id);
	jo_kv_text(o, "kind", e->kind);
	jo_key(o, S("mark"));
	jo_object(o);
	if (e->mark.expires)
		jo_kv_int(o, "expires", e->mark.expires);
	kv_word(o, "onward", e->mark.onward);
	jo_kv_text(o, "purpose", e->mark.purpose);
	jo_kv_text(o, "tlp", e->mark.tlp);
	jo_end_object(o);
	kv_word(o, "re", e->re);
	put_rec(o, e->rec_origin, e->rec_seq);
	kv_word(o, "recall", e->recall);
	jo_kv_int(o, "seq", e->seq);
	kv_word(o, "sk", e->sk);
	jo_kv_text(o, "to", e->to);
	jo_kv_int(o, "v", 1);
	jo_end_object(o);
}

static rc put_info(struct ctx *c, const struct envelope *e, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, 1024);
	buf_putz(&b, "renkei/env/v1\n");
	buf_put(&b, e->from);
	buf_putc(&b, '\n');
	buf_put(&b, e->to);
	buf_putc(&b, '\n');
	buf_put(&b, e->id);
	return buf_done(c, &b, ret);
}

rc envelope_build(struct ctx *c, const struct envelope *e, const unsigned char box_pk[32], const unsigned char seed[32],
                  const struct sign_key *key, slice plain, slice *ret)
{
	struct envelope x = *e;
	struct json_out o;
	struct buf b, out;
	slice info, ct, sig;

	if (plain.len > ENVELOPE_BODY_MOST - HPKE_TAG)
		return FAIL(c, E_LIMIT, "envelope.limit");
	TRY(put_info(c, e, &info));
	TRY(hpke_seal(c, box_pk, seed, info, S_NONE, plain, x.enc, &ct));
	(void)crypto_hash_sha256(x.ct, (const unsigned char *)ct.p, ct.len);
	x.len = ct.len;
	x.sk = key->id;
	buf_init(&b, c->a, ENVELOPE_HEADER_MOST);
	o = json_out_on(&b);
	put_header(c, &x, &o);
	TRY(buf_done(c, &b, &x.header));
	TRY(text_sign(c, ENVELOPE_LABEL, x.header, key, &sig));
	buf_init(&out, c->a, ENVELOPE_MOST);
	(void)buf_room(&out, x.header.len + ct.len + 128);
	buf_put(&out, x.header);
	buf_putc(&out, '\n');
	buf_put(&out, sig);
	buf_putc(&out, '\n');
	buf_put(&out, ct);
	return buf_done(c, &out, ret);
}

/* ---- reading ---- */

static const struct member_spec rec_members[] = {
	{ "origin", MEMBER_WORD, true, NULL }, { "seq", MEMBER_INT, true, NULL }, { "size", MEMBER_INT, false, NULL }, { 0 },
};
static const struct member_spec mark_members[] = {
	{ "tlp", MEMBER_WORD, true, NULL }, { "purpose", MEMBER_WORD, true, NULL }, { "onward", MEMBER_WORD, false, NULL },
	{ "expires", MEMBER_INT, false, NULL }, { 0 },
};
static const struct member_spec body_members[] = {
	{ "alg", MEMBER_WORD, true, NULL }, { "ct", MEMBER_WORD, true, NULL }, { "enc", MEMBER_WORD, true, NULL },
	{ "len", MEMBER_INT, true, NULL }, { "rk", MEMBER_WORD, true, NULL }, { 0 },
};
/* `at`, `case`, `mark`, `seq`, `to`, `v` are names of entries too; here they are read as any other member */
static const struct member_spec header_members[] = {
	{ "x", MEMBER_OBJECT, true, (const struct member_spec[]){
		{ "v", MEMBER_INT, true, NULL }, { "id", MEMBER_WORD, true, NULL }, { "from", MEMBER_WORD, true, NULL },
		{ "to", MEMBER_WORD, true, NULL }, { "seq", MEMBER_INT, true, NULL }, { "at", MEMBER_INT, true, NULL },
		{ "exp", MEMBER_INT, true, NULL }, { "kind", MEMBER_WORD, true, NULL }, { "case", MEMBER_WORD, false, NULL },
		{ "re", MEMBER_WORD, false, NULL }, { "fix", MEMBER_WORD, false, NULL }, { "recall", MEMBER_WORD, false, NULL },
		{ "exercise", MEMBER_BOOL, false, NULL }, { "sk", MEMBER_WORD, false, NULL },
		{ "mark", MEMBER_OBJECT, true, mark_members }, { "body", MEMBER_OBJECT, true, body_members },
		{ "rec", MEMBER_OBJECT, false, rec_members }, { 0 } } },
	{ 0 },
};
static const struct member_spec receipt_members[] = {
	{ "x", MEMBER_OBJECT, true, (const struct member_spec[]){
		{ "v", MEMBER_INT, true, NULL }, { "id", MEMBER_WORD, true, NULL }, { "env", MEMBER_WORD, true, NULL },
		{ "at", MEMBER_INT, true, NULL }, { "by", MEMBER_WORD, true, NULL }, { "st", MEMBER_WORD, true, NULL },
		{ "code", MEMBER_WORD, false, NULL }, { "gap", MEMBER_INT, false, NULL }, { "key", MEMBER_WORD, false, NULL },
		{ "rec", MEMBER_OBJECT, false, rec_members }, { 0 } } },
	{ 0 },
};

/* Canonical, and closed: no member that is not named. */
static rc read_object(struct ctx *c, slice text, const struct member_spec *specs, const struct json **ret)
{
	struct json whole = { .type = JSON_OBJECT, .count = 1 };
	const struct json *v;
	struct json inner;

	TRY(jcs_parse(c, text, &v));
	inner = *v;
	inner.name = S("x");
	inner.next = NULL;
	whole.child = &inner;
	TRY(entry_check_members(c, &whole, specs));
	*ret = v;
	return OK;
}

static slice word_of(const struct json *o, const char *name) { return json_text(json_get(o, slice_of(name))); }

static int64_t int_of(const struct json *o, const char *name)
{
	const struct json *v = json_get(o, slice_of(name));

	return v && v->type == JSON_INT ? v->num : 0;
}

static bool take_line(slice *rest, size_t most, slice *ret)
{
	const char *end = rest->len ? memchr(rest->p, '\n', rest->len < most ? rest->len : most) : NULL;

	if (!end)
		return false;
	*ret = (slice){ rest->p, (size_t)(end - rest->p) };
	*rest = slice_sub(*rest, ret->len + 1, rest->len);
	return true;
}

static rc read_body(struct ctx *c, const struct json *b, struct envelope *e)
{
	int64_t len = int_of(b, "len");

	if (!slice_is(word_of(b, "alg"), HPKE_ALG) || len < (int64_t)HPKE_TAG)
		return FAIL(c, E_INVALID, "envelope.form");
	if (len > (int64_t)ENVELOPE_BODY_MOST)
		return FAIL(c, E_LIMIT, "envelope.limit");
	e->len = (size_t)len;
	e->rk = word_of(b, "rk");
	TRY(base64url_parse_n(c, word_of(b, "ct"), e->ct, 32));
	return base64url_parse_n(c, word_of(b, "enc"), e->enc, 32);
}

static rc read_header(struct ctx *c, const struct json *v, struct envelope *e)
{
	const struct json *mark = json_get(v, S("mark")), *rec = json_get(v, S("rec")), *ex = json_get(v, S("exercise"));

	if (int_of(v, "v") != 1 || int_of(v, "seq") < 1 || int_of(v, "at") < 0 || int_of(v, "exp") < int_of(v, "at"))
		return FAIL(c, E_INVALID, "envelope.form");
	e->id = word_of(v, "id");
	e->from = word_of(v, "from");
	e->to = word_of(v, "to");
	e->kind = word_of(v, "kind");
	e->case_id = word_of(v, "case");
	e->re = word_of(v, "re");
	e->fix = word_of(v, "fix");
	e->recall = word_of(v, "recall");
	e->sk = word_of(v, "sk");
	e->seq = int_of(v, "seq");
	e->at = int_of(v, "at");
	e->exp = int_of(v, "exp");
	e->exercise = json_is_true(ex);
	e->mark = (struct envelope_mark){ .tlp = word_of(mark, "tlp"), .purpose = word_of(mark, "purpose"),
		.onward = word_of(mark, "onward"), .expires = int_of(mark, "expires") };
	e->rec_origin = word_of(rec, "origin");
	e->rec_seq = int_of(rec, "seq");
	return read_body(c, json_get(v, S("body")), e);
}

rc envelope_read(struct ctx *c, slice *rest, struct envelope *ret)
{
	struct envelope e = { 0 };
	const struct json *v;
	slice left = *rest;

	if (!take_line(&left, ENVELOPE_HEADER_MOST + 1, &e.header) || !take_line(&left, SIG_LETTERS + 1, &e.sig))
		return FAIL(c, E_INVALID, "envelope.cut");
	if (e.sig.len != SIG_LETTERS)
		return FAIL(c, E_INVALID, "envelope.form");
	TRY(read_object(c, e.header, header_members, &v));
	TRY(read_header(c, v, &e));
	if (left.len < e.len)
		return FAIL(c, E_INVALID, "envelope.cut");
	e.body = slice_sub(left, 0, e.len);
	*rest = slice_sub(left, e.len, left.len);
	*ret = e;
	return OK;
}

rc envelope_verify(struct ctx *c, const struct envelope *e, const unsigned char sign_pk[32])
{
	unsigned char sum[32];

	TRY(text_verify(c, ENVELOPE_LABEL, e->header, e->sig, sign_pk));
	(void)crypto_hash_sha256(sum, (const unsigned char *)e->body.p, e->body.len);
	return sodium_memcmp(sum, e->ct, 32) == 0 ? OK : FAIL(c, E_TAMPER, "envelope.body");
}

rc envelope_open(struct ctx *c, const struct envelope *e, const unsigned char box_sk[32], slice *ret_plain)
{
	slice info;

	TRY(put_info(c, e, &info));
	return hpke_open(c, box_sk, e->enc, info, S_NONE, e->body, ret_plain);
}

/* ---- receipts ---- */

rc receipt_build(struct ctx *c, const struct receipt *r, const struct sign_key *key, slice *ret)
{
	struct json_out o;
	struct buf b, out;
	slice body, sig;

	buf_init(&b, c->a, 4096);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_int(&o, "at", r->at);
	jo_kv_text(&o, "by", r->by);
	kv_word(&o, "code", r->code);
	put_b64(c, &o, "env", r->env, 32);
	if (r->gap > 0)
		jo_kv_int(&o, "gap", r->gap);
	jo_kv_text(&o, "id", r->id);
	jo_kv_text(&o, "key", key->id);
	put_rec(&o, r->rec_origin, r->rec_seq);
	jo_kv_text(&o, "st", slice_of(receipt_words[r->state]));
	jo_kv_int(&o, "v", 1);
	jo_end_object(&o);
	TRY(buf_done(c, &b, &body));
	TRY(text_sign(c, RECEIPT_LABEL, body, key, &sig));
	buf_init(&out, c->a, 4096);
	buf_put(&out, body);
	buf_putc(&out, '\n');
	buf_put(&out, sig);
	buf_putc(&out, '\n');
	return buf_done(c, &out, ret);
}

rc receipt_read(struct ctx *c, slice *rest, struct receipt *ret, slice *ret_body, slice *ret_sig)
{
	struct receipt r = { 0 };
	const struct json *v, *rec;
	slice left = *rest, body, sig;
	unsigned i = 0;

	if (!take_line(&left, 4096, &body) || !take_line(&left, SIG_LETTERS + 1, &sig) || sig.len != SIG_LETTERS)
		return FAIL(c, E_INVALID, "envelope.cut");
	TRY(read_object(c, body, receipt_members, &v));
	rec = json_get(v, S("rec"));
	r.id = word_of(v, "id");
	r.by = word_of(v, "by");
	r.code = word_of(v, "code");
	r.key = word_of(v, "key");
	r.at = int_of(v, "at");
	r.gap = int_of(v, "gap");
	r.rec_origin = word_of(rec, "origin");
	r.rec_seq = int_of(rec, "seq");
	while (i < RECEIPT_STATES && !slice_is(word_of(v, "st"), receipt_words[i]))
		i++;
	if (i == RECEIPT_STATES || int_of(v, "v") != 1)
		return FAIL(c, E_INVALID, "envelope.form");
	r.state = (enum receipt_state)i;
	TRY(base64url_parse_n(c, word_of(v, "env"), r.env, 32));
	*ret = r;
	*ret_body = body;
	*ret_sig = sig;
	*rest = left;
	return OK;
}

rc receipt_verify(struct ctx *c, slice body, slice sig, const unsigned char sign_pk[32])
{
	return text_verify(c, RECEIPT_LABEL, body, sig, sign_pk);
}
