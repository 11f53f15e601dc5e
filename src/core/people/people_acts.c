/* What administrators do, as acts. */
#include "core/people/people_inside.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/base64.h"
#include "base/limits.h"
#include "base/parse.h"
#include "base/utf8.h"

#include "base/banned.h"

#define CODE_BYTES 10u   /* 80 bits: for a week, behind the slow-down of guesses */

/* ---- names to sign in with ---- */

rc login_fold(struct ctx *c, slice login, slice *ret)
{
	size_t i = 0;
	struct buf b;

	login = slice_trim(login);
	TRY(free_text_check(c, "login", login, 200));
	buf_init(&b, c->a, 400);
	while (i < login.len) {
		char out[4];
		uint32_t cp;

		if (!utf8_next(login, &i, &cp))
			return FAIL(c, E_INVALID, "value.utf8");
		if (cp >= 0xff01 && cp <= 0xff5e)   /* ！ to ～: typed with the Japanese input on */
			cp -= 0xfee0;
		if (cp >= 'A' && cp <= 'Z')
			cp += 'a' - 'A';
		if (cp <= ' ')
			return FAIL(c, E_INVALID, "people.login");
		buf_put(&b, (slice){ out, utf8_encode(cp, out) });
	}
	TRY(buf_done(c, &b, ret));
	return ret->len >= 2 ? OK : FAIL(c, E_INVALID, "people.login");
}

rc login_key_open(struct ctx *c, struct node *n, struct login_key *ret)
{
	const struct json *j;
	int64_t seq = -1;
	{
		AUTO_QUERY q = { 0 };
		bool found;

		TRY(STORE_ONE(c, node_store(n), &q, &found, STMT_PEOPLE_META_GET, v_text(S("begun"))));
		if (!found)
			return FAIL(c, E_NOTFOUND, "people.not_begun");
		seq = query_int(&q, 0);
	}
	TRY(people_open_json(c, n, seq, &j));
	TRY(base64url_parse_n(c, json_text(json_get(j, S("key"))), ret->key, sizeof ret->key));
	ret->decoy = json_text(json_get(j, S("decoy")));
	return OK;
}

rc login_tag(struct ctx *c, const struct login_key *k, char kind, slice a, slice b, slice *ret)
{
	static const unsigned char zero = 0;
	crypto_generichash_state s;
	unsigned char tag[16];
	struct buf out;

	(void)crypto_generichash_init(&s, k->key, sizeof k->key, sizeof tag);
	(void)crypto_generichash_update(&s, (const unsigned char *)&kind, 1);
	(void)crypto_generichash_update(&s, (const unsigned char *)a.p, a.len);
	(void)crypto_generichash_update(&s, &zero, 1);
	(void)crypto_generichash_update(&s, (const unsigned char *)b.p, b.len);
	(void)crypto_generichash_final(&s, tag, sizeof tag);
	buf_init(&out, c->a, 32);
	base64url_put(&out, (slice){ (const char *)tag, sizeof tag });
	return buf_keep(c, &out, ret);
}

rc people_find_login(struct ctx *c, struct node *n, slice login, struct account *ret)
{
	struct login_key k;
	slice folded, tag;
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(login_fold(c, login, &folded));
	TRY(login_key_open(c, n, &k));
	TRY(login_tag(c, &k, 'l', folded, S_NONE, &tag));
	TRY(STORE_ONE(c, node_store(n), &q, &found, STMT_ACCOUNT_BY_LOGIN, v_text(tag)));
	return found ? account_from_row(c, &q, ret) : FAIL(c, E_NOTFOUND, "people.none");
}

/* ---- pieces ---- */

static rc append(struct ctx *c, struct node *n, const struct act *act)
{
	int64_t seq;

	return node_append(c, n, act, &seq);
}

struct pair { const char *name; slice text; };

static rc texts_json(struct ctx *c, const struct pair *v, size_t n, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 65536);
	o = json_out_on(&b);
	jo_object(&o);
	for (size_t i = 0; i < n; i++)
		if (v[i].text.len)
			jo_kv_text(&o, v[i].name, v[i].text);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

struct days { slice deputy, role, section; jday from, to; bool has_standing, standing; };

static rc days_json(struct ctx *c, const struct days *d, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	if (d->deputy.len)
		jo_kv_text(&o, "deputy", d->deputy);
	jo_kv_int(&o, "from_day", d->from);
	if (d->role.len)
		jo_kv_text(&o, "role", d->role);
	if (d->section.len)
		jo_kv_text(&o, "section", d->section);
	if (d->has_standing)
		jo_kv_bool(&o, "standing", d->standing);
	jo_kv_int(&o, "to_day", d->to);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

/* Codes are read aloud and typed: 16 letters of base32 in groups of four. */
rc code_new(struct ctx *c, slice *ret)
{
	unsigned char raw[CODE_BYTES];
	struct buf b, out;

	randombytes_buf(raw, sizeof raw);
	buf_init(&b, c->a, 64);
	base32_put(&b, (slice){ (const char *)raw, sizeof raw });
	buf_init(&out, c->a, 64);
	for (size_t i = 0; i < b.len; i++) {
		if (i && i % 4 == 0)
			buf_putc(&out, '-');
		buf_putc(&out, b.p[i]);
	}
	return buf_keep(c, &out, ret);
}

static rc invite_act(struct ctx *c, const struct actor *by, slice account, slice code, struct act *ret)
{
	struct act act = { .act = S("account.invite"), .actor = *by, .case_id = account };
	struct json_out o;
	struct buf b;
	slice hash;

	TRY(code_hash(c, code, &hash));
	buf_init(&b, c->a, 256);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "hash", hash);
	jo_kv_int(&o, "until", c->now + INVITE_MOST);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &act.members));
	*ret = act;
	return OK;
}

static rc add_act(struct ctx *c, const struct login_key *k, const struct actor *by, slice account, slice name, slice login,
                  slice mail, struct payload *sealed, struct act *ret)
{
	struct act act = { .act = S("account.add"), .actor = *by, .case_id = account, .seal = sealed, .nseal = 1 };
	slice folded, tag;

	TRY(free_text_check(c, "name", name, 200));
	TRY(free_text_check(c, "mail", mail, 254));
	if (slice_trim(name).len == 0)
		return FAIL(c, E_INVALID, "people.name");
	TRY(login_fold(c, login, &folded));
	TRY(login_tag(c, k, 'l', folded, S_NONE, &tag));
	TRY(texts_json(c, (struct pair[]){ { "login", tag } }, 1, &act.members));
	TRY(texts_json(c, (struct pair[]){ { "login", folded }, { "mail", mail }, { "name", slice_trim(name) } }, 3, &sealed->bytes));
	*ret = act;
	return OK;
}

/* ---- first start ---- */

static rc begin_act(struct ctx *c, struct login_key *k, struct payload *sealed, struct act *ret)
{
	static const struct actor system_actor = { .id = S_INIT("op-0"), .role = S_INIT("system") };
	struct buf b;
	slice decoy, key, noise;

	randombytes_buf(k->key, sizeof k->key);
	TRY(token_random(c, &noise));
	TRY(password_hash(c, noise, &decoy));
	buf_init(&b, c->a, 64);
	base64url_put(&b, (slice){ (const char *)k->key, sizeof k->key });
	TRY(buf_keep(c, &b, &key));
	TRY(texts_json(c, (struct pair[]){ { "decoy", decoy }, { "key", key } }, 2, &sealed->bytes));
	*ret = (struct act){ .act = S("people.begin"), .actor = system_actor, .case_id = ORG_UNIT, .seal = sealed, .nseal = 1,
	                     .members = S("{\"four_eyes\":true}") };
	return OK;
}

rc people_begin(struct ctx *c, struct node *n, slice *ret_account, slice *ret_code)
{
	struct payload sealed[2] = { 0 };
	struct login_key k;
	struct act acts[4];
	slice account, code;
	int64_t first;
	bool begun;

	TRY(people_begun(c, node_store(n), &begun));
	if (begun)
		return FAIL(c, E_CONFLICT, "people.begun");
	TRY(id_new(c, "op", &account));
	TRY(code_new(c, &code));
	TRY(begin_act(c, &k, &sealed[0], &acts[0]));
	TRY(add_act(c, &k, &acts[0].actor, account, S("システム管理者"), S("admin"), S_NONE, &sealed[1], &acts[1]));
	acts[2] = (struct act){ .act = S("grant.add"), .actor = acts[0].actor, .case_id = account };
	TRY(days_json(c, &(struct days){ .role = S("admin"), .from = msec_jday(c->now), .to = JDAY_MOST }, &acts[2].members));
	TRY(invite_act(c, &acts[0].actor, account, code, &acts[3]));
	TRY(node_append_all(c, n, acts, 4, &first));
	sodium_memzero(k.key, sizeof k.key);
	*ret_account = account;
	*ret_code = code;
	return OK;
}

/* ---- accounts ---- */

static rc grant_act(struct ctx *c, const struct actor *by, slice account, const struct grant *g, struct act *ret)
{
	*ret = (struct act){ .act = S("grant.add"), .actor = *by, .case_id = account };
	return days_json(c, &(struct days){ .role = g->role, .section = g->section, .from = g->from, .to = g->to }, &ret->members);
}

rc account_add(struct ctx *c, struct node *n, const struct actor *by, slice name, slice login, slice mail,
               const struct grant *first, slice *ret_account, slice *ret_code)
{
	struct payload sealed = { 0 };
	struct login_key k;
	struct act acts[3];
	slice account, code;
	size_t nacts = 2;
	int64_t seq;

	TRY(login_key_open(c, n, &k));
	TRY(id_new(c, "op", &account));
	TRY(code_new(c, &code));
	TRY(add_act(c, &k, by, account, name, login, mail, &sealed, &acts[0]));
	TRY(invite_act(c, by, account, code, &acts[1]));
	if (first)
		TRY(grant_act(c, by, account, first, &acts[nacts++]));
	TRY(node_append_all(c, n, acts, nacts, &seq));
	*ret_account = account;
	*ret_code = code;
	return OK;
}

rc account_invite(struct ctx *c, struct node *n, const struct actor *by, slice account, slice *ret_code)
{
	struct act act;
	slice code;

	TRY(code_new(c, &code));
	TRY(invite_act(c, by, account, code, &act));
	TRY(append(c, n, &act));
	*ret_code = code;
	return OK;
}

rc account_rename(struct ctx *c, struct node *n, const struct actor *by, slice account, slice name, slice mail)
{
	struct payload sealed = { 0 };
	struct act act = { .act = S("account.rename"), .actor = *by, .case_id = account, .seal = &sealed, .nseal = 1 };
	struct account a;

	TRY(free_text_check(c, "name", name, 200));
	TRY(free_text_check(c, "mail", mail, 254));
	if (slice_trim(name).len == 0)
		return FAIL(c, E_INVALID, "people.name");
	TRY(people_find(c, node_store(n), account, &a));
	TRY(people_names_open(c, n, NULL, &a, 1));
	TRY(texts_json(c, (struct pair[]){ { "login", a.login }, { "mail", mail }, { "name", slice_trim(name) } }, 3, &sealed.bytes));
	return append(c, n, &act);
}

rc account_set_state(struct ctx *c, struct node *n, const struct actor *by, slice account, enum account_state s, slice why)
{
	struct act act = { .act = S("account.state"), .actor = *by, .case_id = account, .code = { &why, 1 } };

	TRY(texts_json(c, (struct pair[]){ { "state", slice_of(account_state_words[s]) } }, 1, &act.members));
	return append(c, n, &act);
}

/* ---- grants, deputies, absences ---- */

rc grant_add(struct ctx *c, struct node *n, const struct actor *by, slice account, slice role, slice section, jday from, jday to)
{
	struct act act;

	TRY(grant_act(c, by, account, &(struct grant){ .role = role, .section = section, .from = from, .to = to }, &act));
	return append(c, n, &act);
}

rc grant_end(struct ctx *c, struct node *n, const struct actor *by, slice account, slice role, slice section)
{
	struct act act = { .act = S("grant.end"), .actor = *by, .case_id = account };

	TRY(texts_json(c, (struct pair[]){ { "role", role }, { "section", section } }, 2, &act.members));
	return append(c, n, &act);
}

rc deputy_set(struct ctx *c, struct node *n, const struct actor *by, slice account, slice deputy, jday from, jday to, bool standing)
{
	struct act act = { .act = S("deputy.set"), .actor = *by, .case_id = account };

	TRY(days_json(c, &(struct days){ .deputy = deputy, .from = from, .to = to, .has_standing = true, .standing = standing },
	              &act.members));
	return append(c, n, &act);
}

rc deputy_end(struct ctx *c, struct node *n, const struct actor *by, slice account, slice deputy)
{
	struct act act = { .act = S("deputy.end"), .actor = *by, .case_id = account };

	TRY(texts_json(c, (struct pair[]){ { "deputy", deputy } }, 1, &act.members));
	return append(c, n, &act);
}

rc absence_set(struct ctx *c, struct node *n, const struct actor *by, slice account, jday from, jday to)
{
	struct act act = { .act = S("absence.set"), .actor = *by, .case_id = account };

	TRY(days_json(c, &(struct days){ .from = from, .to = to }, &act.members));
	return append(c, n, &act);
}

rc absence_end(struct ctx *c, struct node *n, const struct actor *by, slice account)
{
	struct act act = { .act = S("absence.end"), .actor = *by, .case_id = account };

	return append(c, n, &act);
}

/* ---- sections ---- */

rc section_add(struct ctx *c, struct node *n, const struct actor *by, slice id, slice name, slice parent)
{
	struct payload sealed = { 0 };
	struct act act = { .act = S("section.add"), .actor = *by, .case_id = ORG_UNIT, .seal = &sealed, .nseal = 1 };

	TRY(free_text_check(c, "name", name, 200));
	TRY(texts_json(c, (struct pair[]){ { "name", name } }, 1, &sealed.bytes));
	TRY(texts_json(c, (struct pair[]){ { "parent", parent }, { "section", id } }, 2, &act.members));
	return append(c, n, &act);
}

rc section_close(struct ctx *c, struct node *n, const struct actor *by, slice id)
{
	struct act act = { .act = S("section.close"), .actor = *by, .case_id = ORG_UNIT };

	TRY(texts_json(c, (struct pair[]){ { "section", id } }, 1, &act.members));
	return append(c, n, &act);
}

rc case_assign(struct ctx *c, struct node *n, const struct actor *by, slice case_id, const slice *sections, size_t ns)
{
	struct act act = { .act = S("case.assign"), .actor = *by, .case_id = case_id };
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 8192);
	o = json_out_on(&b);
	jo_object(&o);
	jo_key(&o, S("sections"));
	jo_array(&o);
	for (size_t i = 0; i < ns; i++)
		jo_text(&o, sections[i]);
	jo_end_array(&o);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &act.members));
	return append(c, n, &act);
}
