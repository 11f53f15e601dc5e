#include "core/record/bundle_keys.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/json.h"
#include "core/hpke.h"
#include "core/record/node_inside.h"

#include "base/banned.h"

#define SLOTS 4096u
#define LINE_MOST 4096u
#define PUBLIC_FORM "+x25519+"

/* ---- an auditor's key ---- */

static bool name_is_good(slice s)
{
	return word_is_valid(s) && s.len <= 64 && slice_find(s, S("+"), 0) == SIZE_MAX;
}

rc auditor_parse(struct ctx *c, slice text, struct auditor *ret)
{
	size_t cut = slice_find(text, S(PUBLIC_FORM), 0);
	struct auditor a;

	text = slice_trim(text);
	if (cut == SIZE_MAX)
		return FAIL(c, E_INVALID, "auditor.key");
	a.name = slice_sub(text, 0, cut);
	if (!name_is_good(a.name) || base64url_parse_n(c, slice_sub(text, cut + strlen(PUBLIC_FORM), SIZE_MAX), a.pk, 32) != OK)
		return FAIL(c, E_INVALID, "auditor.key");
	*ret = a;
	return OK;
}

rc auditor_make(struct ctx *c, const char *path, slice name, slice *ret_public)
{
	AUTO_SECRET sk = { 0 };
	unsigned char pk[32];
	struct buf b;

	if (!name_is_good(name))
		return FAIL(c, E_INVALID, "auditor.name");
	TRY(secret_random(c, 32, &sk));
	if (crypto_scalarmult_base(pk, sk.p) != 0)
		return FAIL(c, E_BUG, "bug");
	TRY(secret_write(c, path, &sk));
	buf_init(&b, c->a, 256);
	buf_put(&b, name);
	buf_putz(&b, PUBLIC_FORM);
	base64url_put(&b, (slice){ (const char *)pk, 32 });
	return buf_done(c, &b, ret_public);
}

/* ---- which keys ---- */

/* A case with all people in it, or one person in it. Accounts and secrets of the node are no cases and are never handed out. */
static bool is_in_scope(const struct bundle_ask *q, slice unit)
{
	for (size_t i = 0; i < q->nunits; i++) {
		slice u = q->units[i];

		if (slice_starts(unit, u) && (unit.len == u.len || unit.p[u.len] == '.'))
			return true;
	}
	return false;
}

struct listing { struct node *n; const struct bundle_ask *q; struct key_list *l; struct arena *own; };

static rc grow(struct ctx *c, struct key_list *l)
{
	struct unit_key **v;
	size_t cap = l->cap ? l->cap * 2 : 256;

	if (l->n < l->cap)
		return OK;
	TRY_ARRAY(c, v, cap);
	if (l->n)
		memcpy(v, l->v, l->n * sizeof(struct unit_key *));
	l->v = v;
	l->cap = cap;
	return OK;
}

static rc list_key(struct ctx *c, struct listing *x, slice key, slice case_id)
{
	struct unit_key **slot = &x->l->slots[slice_hash(key) % SLOTS], *k;
	AUTO_QUERY q = { 0 };
	bool erased;

	for (k = *slot; k; k = k->next)
		if (slice_eq(k->key, key))
			return OK;
	TRY(grow(c, x->l));
	TRY_NEW(c, k);
	TRY(slice_keep(c, key, &k->key));
	TRY(slice_keep(c, case_id, &k->case_id));
	/* ordered is as good as done: what is on its way out is handed to nobody */
	TRY(STORE_ONE(c, x->n->st, &q, &erased, STMT_ERASED_GET, v_text(key)));
	k->erased = !erased ? -1 : query_is_null(&q, 1) ? query_int(&q, 0) : query_int(&q, 1);
	k->next = *slot;
	*slot = k;
	x->l->v[x->l->n++] = k;
	return OK;
}

static rc list_entry(struct ctx *c, const struct entry *e, void *p)
{
	struct listing *x = p;

	for (size_t i = 0; i < e->nseals; i++) {
		slice key = e->seals[i].key;

		if (slice_starts(key, S("k-")) && is_in_scope(x->q, slice_sub(key, 2, SIZE_MAX)))
			TRY(list_key(c, x, key, e->case_id));
	}
	return OK;
}

rc bundle_list_keys(struct ctx *c, struct node *n, const struct bundle_ask *q, int64_t to, struct key_list *ret)
{
	struct entry_filter f = { .from = q->case_id.len ? 0 : q->from, .to = to, .case_id = q->case_id };
	struct listing x = { .n = n, .q = q, .l = ret };

	*ret = (struct key_list){ .n = 0 };
	if (q->nunits == 0)
		return FAIL(c, E_INVALID, "auditor.scope");
	for (size_t i = 0; i < q->nunits; i++)
		if (!slice_starts(q->units[i], S("c-")))
			return FAIL(c, E_INVALID, "auditor.scope");
	TRY_ARRAY(c, ret->slots, SLOTS);
	return record_each(c, n, &f, list_entry, &x);
}

/* ---- who gets them, on record ---- */

static int by_case(const void *a, const void *b)
{
	return slice_cmp((*(const struct unit_key *const *)a)->case_id, (*(const struct unit_key *const *)b)->case_id);
}

static rc put_members(struct ctx *c, const struct bundle_ask *q, struct unit_key *const *v, size_t n, slice *ret)
{
	struct json_out j;
	struct buf b, pk;

	buf_init(&pk, c->a, 64);
	base64url_put(&pk, (slice){ (const char *)q->auditor->pk, 32 });
	buf_init(&b, c->a, ENTRY_MOST);
	j = json_out_on(&b);
	jo_object(&j);
	jo_kv_text(&j, "auditor_key", buf_slice(&pk));
	jo_key(&j, S("keys"));
	jo_array(&j);
	for (size_t i = 0; i < n; i++)
		jo_text(&j, v[i]->key);
	jo_end_array(&j);
	jo_end_object(&j);
	return buf_done(c, &b, ret);
}

rc bundle_key_acts(struct ctx *c, const struct bundle_ask *q, const struct key_list *l, struct act **ret, size_t *ret_n)
{
	struct unit_key **v;
	size_t n = 0, acts = 0;

	TRY_ARRAY(c, v, l->n + 1);
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i]->erased < 0)
			v[n++] = l->v[i];
	qsort(v, n, sizeof(struct unit_key *), by_case);
	TRY_ARRAY(c, *ret, n + 1);   /* and room for the caller's own */
	for (size_t i = 0, next; i < n; i = next) {
		struct act *act = &(*ret)[acts++];

		for (next = i; next < n && next - i < ENTRY_LIST_MOST && slice_eq(v[next]->case_id, v[i]->case_id);)
			next++;
		*act = (struct act){ .act = S("export.keys"), .actor = q->actor, .case_id = v[i]->case_id, .to = { &q->auditor->name, 1 } };
		TRY(put_members(c, q, v + i, next - i, &act->members));
	}
	*ret_n = acts;
	return OK;
}

/* ---- the file ---- */

static void put_b64(struct json_out *j, struct ctx *c, const char *name, const unsigned char *p, size_t n)
{
	struct buf b;

	buf_init(&b, c->a, 128);
	base64url_put(&b, (slice){ (const char *)p, n });
	jo_kv_text(j, name, buf_slice(&b));
}

rc bundle_put_key(struct ctx *c, struct node *n, const struct bundle_ask *q, const struct unit_key *k, slice *ret, bool *ret_handed)
{
	struct handed h;
	struct json_out j;
	struct buf b;
	slice info;

	buf_init(&b, c->a, LINE_MOST);
	j = json_out_on(&b);
	jo_object(&j);
	if (k->erased >= 0) {
		jo_kv_int(&j, "erased", k->erased);
		jo_kv_text(&j, "key", k->key);
	} else {
		TRY(keep_hand_info(c, node_name(n), k->key, q->auditor->name, &info));
		TRY(keep_hand(c, n->keep, k->key, q->auditor->pk, info, &h));
		jo_kv_text(&j, "alg", S(HPKE_ALG));
		put_b64(&j, c, "ct", h.ct, sizeof h.ct);
		put_b64(&j, c, "enc", h.enc, sizeof h.enc);
		put_b64(&j, c, "kc", h.kc, sizeof h.kc);
		jo_kv_text(&j, "key", k->key);
		jo_kv_text(&j, "to", q->auditor->name);
	}
	jo_end_object(&j);
	buf_putc(&b, '\n');
	*ret_handed = k->erased < 0;
	return buf_done(c, &b, ret);
}

/* ---- reading ---- */

struct given { struct given *next; slice key, to; struct handed h; };

struct key_reader {
	const unsigned char *sk;   /* borrowed */
	slice node;
	struct given **slots;
};

static rc read_line(struct ctx *c, struct key_reader *k, slice line)
{
	const struct json *j;
	struct given *g;

	TRY(json_parse(c, line, &j));
	if (json_get(j, S("erased")))   /* the entries say the same; they are asked */
		return OK;
	TRY_NEW(c, g);
	g->key = json_text(json_get(j, S("key")));
	g->to = json_text(json_get(j, S("to")));
	if (!slice_is(json_text(json_get(j, S("alg"))), HPKE_ALG) || !word_is_valid(g->key) || !name_is_good(g->to))
		return FAIL(c, E_INVALID, "bundle.form");
	TRY(base64url_parse_n(c, json_text(json_get(j, S("ct"))), g->h.ct, sizeof g->h.ct));
	TRY(base64url_parse_n(c, json_text(json_get(j, S("enc"))), g->h.enc, sizeof g->h.enc));
	TRY(base64url_parse_n(c, json_text(json_get(j, S("kc"))), g->h.kc, sizeof g->h.kc));
	g->next = k->slots[slice_hash(g->key) % SLOTS];
	k->slots[slice_hash(g->key) % SLOTS] = g;
	return OK;
}

rc key_reader_new(struct ctx *c, slice text, slice node, const unsigned char sk[32], struct key_reader **ret)
{
	struct key_reader *k;
	slice line;

	TRY_NEW(c, k);
	TRY_ARRAY(c, k->slots, SLOTS);
	k->sk = sk;
	k->node = node;
	while (slice_next(&text, '\n', &line))
		if (line.len > LINE_MOST || read_line(c, k, line) != OK)
			return FAIL(c, E_INVALID, "bundle.form");
	*ret = k;
	return OK;
}

static rc open_with(struct ctx *c, const struct key_reader *k, const struct given *g, const struct entry *e, const struct seal *s, slice ct,
                    slice *ret_plain)
{
	slice info, key, aad;
	rc r;

	TRY(keep_hand_info(c, k->node, g->key, g->to, &info));
	TRY(hpke_open(c, k->sk, g->h.enc, info, S_NONE, (slice){ (const char *)g->h.ct, sizeof g->h.ct }, &key));
	TRY(seal_put_aad(c, e->node, e->case_id, s->key, &aad));
	r = payload_open(c, (const unsigned char *)key.p, s, aad, ct, ret_plain);
	sodium_memzero((void *)(uintptr_t)key.p, key.len);
	return r;
}

rc key_reader_open(struct ctx *c, const struct key_reader *k, const struct entry *e, const struct seal *s, slice ct, bool *ret_given,
                   slice *ret_plain)
{
	const struct given *g = k->slots[slice_hash(s->key) % SLOTS];

	while (g && !slice_eq(g->key, s->key))
		g = g->next;
	*ret_given = g != NULL;
	if (!g)
		return OK;
	if (open_with(c, k, g, e, s, ct, ret_plain) == OK)
		return OK;
	return c->fault.code == E_TAMPER ? FAIL(c, E_TAMPER, "bundle.key") : c->fault.code;
}
