/* Passkeys: registered beside the password, used as the second factor. Needs script; whoever has none takes the app or a code. */
#include "door/http/pages.h"

#include "base/base64.h"
#include "core/people/people.h"
#include "door/http/passkey.h"

#include "base/banned.h"

/* "node.example:8443" → rp "node.example", origin "https://node.example:8443". The browser holds both against its own address. */
static rc site_of(struct visit *v, struct site *ret, bool *ret_good)
{
	size_t colon = slice_find(v->host, S(":"), 0);
	slice name = slice_sub(v->host, 0, colon);
	bool letters = false;
	struct buf b;

	for (size_t i = 0; i < name.len; i++)
		letters = letters || (name.p[i] >= 'a' && name.p[i] <= 'z');
	*ret_good = letters && v->host.p[0] != '[';
	buf_init(&b, v->c->a, v->host.len + 16);
	buf_putf(&b, "%s%" S_FMT, v->secure ? "https://" : "http://", S_ARG(v->host));
	ret->rp_id = name;
	return buf_done(v->c, &b, &ret->origin);
}

static slice account_bytes(struct visit *v)
{
	struct buf b;

	buf_init(&b, v->c->a, 256);
	base64url_put(&b, v->who.account);
	return buf_slice(&b);
}

rc passkey_put(struct visit *v, struct json_out *o, bool sign_in)
{
	struct site site = { 0 };
	slice challenge, *ids;
	struct buf list;
	size_t n;
	bool good;

	TRY(site_of(v, &site, &good));
	if (!good || passkey_ids(v->c, v->n, v->token, &ids, &n) != OK || (sign_in && n == 0)) {
		fault_clear(v->c);
		return OK;
	}
	TRY(passkey_challenge(v->c, v->n, v->token, &challenge));
	buf_init(&list, v->c->a, 65536);
	for (size_t i = 0; i < n; i++)
		buf_putf(&list, "%s%" S_FMT, i ? " " : "", S_ARG(ids[i]));
	jo_key(o, S("passkey"));
	jo_object(o);
	jo_kv_text(o, "challenge", challenge);
	jo_kv_text(o, "ids", buf_slice(&list));
	jo_kv_text(o, "rp", site.rp_id);
	jo_kv_text(o, "user", sign_in ? S_NONE : account_bytes(v));
	jo_end_object(o);
	return OK;
}

static rc bytes_of(struct visit *v, const char *name, slice *ret) { return base64url_parse(v->c, visit_text(v, name), ret); }

static rc go_on(struct visit *v, struct page *p, const struct signin *s, const char *where)
{
	p->set_cookie = true;
	p->cookie = s->token;
	if (s->device.len > 0) {
		p->set_device = true;
		p->device = s->device;
	}
	return page_go(v, p, "%s", where);
}

rc page_passkey_add(struct visit *v, struct page *p)
{
	struct passkey_made m;
	struct site site = { 0 };
	struct signin s = { 0 };
	bool good;

	if (!v->who.in)
		return FAIL(v->c, E_DENIED, "people.no_session");
	TRY(site_of(v, &site, &good));
	TRY(bytes_of(v, "client_data", &m.client_data));
	TRY(bytes_of(v, "attestation", &m.attestation));
	TRY(passkey_add(v->c, v->n, &site, v->token, visit_text(v, "label"), &m, &s));
	return go_on(v, p, &s, v->who.must_enrol ? "/" : "/own");
}

rc page_passkey_in(struct visit *v, struct page *p)
{
	const struct from_where here = { .source = v->peer, .device = v->device };
	struct passkey_answer a;
	struct site site = { 0 };
	struct signin s = { 0 };
	bool good;

	TRY(site_of(v, &site, &good));
	TRY(bytes_of(v, "id", &a.id));
	TRY(bytes_of(v, "client_data", &a.client_data));
	TRY(bytes_of(v, "auth_data", &a.auth_data));
	TRY(bytes_of(v, "signature", &a.signature));
	TRY(signin_passkey(v->c, v->n, &site, v->token, &a, &here, &s));
	return go_on(v, p, &s, "/");
}
