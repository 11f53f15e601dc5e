#include "core/record/entry.h"

#include "base/base64.h"
#include "core/record/jcs.h"
#include "core/record/seal.h"

#include "base/banned.h"

bool word_is_valid(slice s)
{
	/* letters, digits and . _ - : / + = by their code; the upper half is empty */
	static const uint64_t good[4] = { 0x27ffe80000000000u, 0x07fffffe87fffffeu, 0, 0 };
	uint64_t all = 1;

	if (s.len < 1 || s.len > WORD_MOST)
		return false;
	for (size_t i = 0; i < s.len; i++)
		all &= good[(unsigned char)s.p[i] / 64] >> (unsigned char)s.p[i] % 64;
	return all & 1;
}

static rc bad_member(struct ctx *c, const char *key, slice name)
{
	(void)FAIL(c, E_INVALID, key);
	fault_name(c, name);
	return E_INVALID;
}

static rc get_word(struct ctx *c, const struct json *v, slice *ret)
{
	if (v->type != JSON_TEXT || !word_is_valid(v->text))
		return bad_member(c, "entry.word", v->name);
	*ret = v->text;
	return OK;
}

static rc get_int(struct ctx *c, const struct json *v, int64_t least, int64_t *ret)
{
	if (v->type != JSON_INT || v->num < least)
		return bad_member(c, "entry.number", v->name);
	*ret = v->num;
	return OK;
}

/* Empty lists are left out of an entry: one form for "none". */
static rc check_list(struct ctx *c, const struct json *v)
{
	if (v->type != JSON_ARRAY || v->count == 0 || v->count > ENTRY_LIST_MOST)
		return bad_member(c, "entry.list", v->name);
	return OK;
}

static rc get_words(struct ctx *c, const struct json *v, struct words *ret)
{
	slice *words;
	size_t n = 0;

	TRY(check_list(c, v));
	TRY_ARRAY(c, words, v->count);
	for JSON_EACH(e, v) {
		if (e->type != JSON_TEXT || !word_is_valid(e->text))
			return bad_member(c, "entry.word", v->name);
		words[n++] = e->text;
	}
	*ret = (struct words){ words, n };
	return OK;
}

static rc get_ints(struct ctx *c, const struct json *v, int64_t least, struct ints *ret)
{
	int64_t *ints;
	size_t n = 0;

	TRY(check_list(c, v));
	TRY_ARRAY(c, ints, v->count);
	for JSON_EACH(e, v) {
		if (e->type != JSON_INT || e->num < least)
			return bad_member(c, "entry.number", v->name);
		ints[n++] = e->num;
	}
	*ret = (struct ints){ ints, n };
	return OK;
}

static rc check_value(struct ctx *c, const struct json *v, const struct member_spec *spec);

static const struct member_spec *find_spec(const struct member_spec *specs, slice name)
{
	for (; specs && specs->name; specs++)
		if (specs->name[0] == name.p[0] && slice_is(name, specs->name))
			return specs;
	return NULL;
}

static rc check_object(struct ctx *c, const struct json *v, const struct member_spec *specs, bool skip_common)
{
	if (v->type != JSON_OBJECT)
		return bad_member(c, "entry.member", v->name);
	for JSON_EACH(m, v) {
		const struct member_spec *spec;

		if (skip_common && entry_is_common(m->name))
			continue;
		spec = find_spec(specs, m->name);
		if (!spec)
			return bad_member(c, "entry.unknown_member", m->name);
		TRY(check_value(c, m, spec));
	}
	for (const struct member_spec *s = specs; s && s->name; s++)
		if (s->need && !json_get(v, slice_of(s->name)))
			return bad_member(c, "entry.missing", slice_of(s->name));
	return OK;
}

static rc check_value(struct ctx *c, const struct json *v, const struct member_spec *spec)
{
	struct words words;
	struct ints ints;
	int64_t num;
	slice word;

	switch (spec->type) {
	case MEMBER_INT: return get_int(c, v, -JSON_INT_MOST, &num);
	case MEMBER_BOOL: return json_is_bool(v) ? OK : bad_member(c, "entry.member", v->name);
	case MEMBER_WORD: return get_word(c, v, &word);
	case MEMBER_VALUE:
		return v->type == JSON_INT || json_is_bool(v) ? OK : get_word(c, v, &word);
	case MEMBER_INTS: return get_ints(c, v, -JSON_INT_MOST, &ints);
	case MEMBER_WORDS: return get_words(c, v, &words);
	case MEMBER_OBJECT: return check_object(c, v, spec->inner, false);
	case MEMBER_OBJECTS:
		TRY(check_list(c, v));
		for JSON_EACH(e, v)
			TRY(check_object(c, e, spec->inner, false));
		return OK;
	}
	return FAIL(c, E_BUG, "bug");
}

rc entry_check_members(struct ctx *c, const struct json *obj, const struct member_spec *extra)
{
	return check_object(c, obj, extra, true);
}

/* The common members, each read by its own few lines. */
static rc read_v(struct ctx *c, const struct json *v, struct entry *e)
{
	(void)e;
	return v->type == JSON_INT && v->num == 1 ? OK : FAIL(c, E_INVALID, "entry.version");
}

static rc read_seq(struct ctx *c, const struct json *v, struct entry *e) { return get_int(c, v, 0, &e->seq); }
static rc read_at(struct ctx *c, const struct json *v, struct entry *e) { return get_int(c, v, 0, &e->at); }
static rc read_node(struct ctx *c, const struct json *v, struct entry *e) { return get_word(c, v, &e->node); }
static rc read_act(struct ctx *c, const struct json *v, struct entry *e) { return get_word(c, v, &e->act); }
static rc read_case(struct ctx *c, const struct json *v, struct entry *e) { return get_word(c, v, &e->case_id); }
static rc read_obj(struct ctx *c, const struct json *v, struct entry *e) { return get_words(c, v, &e->obj); }
static rc read_basis(struct ctx *c, const struct json *v, struct entry *e) { return get_words(c, v, &e->basis); }
static rc read_code(struct ctx *c, const struct json *v, struct entry *e) { return get_words(c, v, &e->code); }
static rc read_to(struct ctx *c, const struct json *v, struct entry *e) { return get_words(c, v, &e->to); }
static rc read_keys(struct ctx *c, const struct json *v, struct entry *e) { return get_words(c, v, &e->keys); }
static rc read_ref(struct ctx *c, const struct json *v, struct entry *e) { return get_ints(c, v, 0, &e->ref); }
static rc read_appr(struct ctx *c, const struct json *v, struct entry *e) { return get_ints(c, v, 0, &e->appr); }

static rc read_env(struct ctx *c, const struct json *v, struct entry *e)
{
	slice word;

	(void)e;
	return get_word(c, v, &word);
}

static rc read_zone(struct ctx *c, const struct json *v, struct entry *e)
{
	TRY(get_word(c, v, &e->zone));
	if (!slice_is(e->zone, "recv") && !slice_is(e->zone, "proc") && !slice_is(e->zone, "send"))
		return bad_member(c, "entry.word", v->name);
	return OK;
}

static rc read_mark(struct ctx *c, const struct json *v, struct entry *e)
{
	static const struct member_spec mark[] = {
		{ "tlp", MEMBER_WORD, false, NULL }, { "purpose", MEMBER_WORD, false, NULL },
		{ "onward", MEMBER_WORD, false, NULL }, { "expires", MEMBER_INT, false, NULL }, { 0 },
	};

	(void)e;
	return check_object(c, v, mark, false);
}

static rc read_actor(struct ctx *c, const struct json *v, struct entry *e)
{
	static const struct member_spec actor[] = {
		{ "id", MEMBER_WORD, true, NULL }, { "role", MEMBER_WORD, true, NULL },
		{ "via", MEMBER_WORD, false, NULL }, { 0 },
	};

	TRY(check_object(c, v, actor, false));
	e->actor.id = json_text(json_get(v, S("id")));
	e->actor.role = json_text(json_get(v, S("role")));
	e->actor.via = json_text(json_get(v, S("via")));
	return OK;
}

static rc read_one_seal(struct ctx *c, const struct json *v, struct seal *s)
{
	static const struct member_spec seal[] = {
		{ "alg", MEMBER_WORD, true, NULL }, { "ct", MEMBER_WORD, true, NULL }, { "kc", MEMBER_WORD, true, NULL },
		{ "key", MEMBER_WORD, true, NULL }, { "len", MEMBER_INT, true, NULL }, { "n", MEMBER_WORD, true, NULL },
		{ 0 },
	};

	TRY(check_object(c, v, seal, false));
	s->alg = json_text(json_get(v, S("alg")));
	s->key = json_text(json_get(v, S("key")));
	s->len = json_get(v, S("len"))->num;
	if (seal_plain_len(s->alg, s->len) < 0)
		return FAIL(c, E_INVALID, "entry.seal");
	TRY(base64url_parse_n(c, json_text(json_get(v, S("ct"))), s->ct, 32));
	TRY(base64url_parse_n(c, json_text(json_get(v, S("kc"))), s->kc, 32));
	return base64url_parse_n(c, json_text(json_get(v, S("n"))), s->n, 24);
}

static rc read_seals(struct ctx *c, const struct json *v, struct entry *e)
{
	struct seal *seals;

	TRY(check_list(c, v));
	TRY_ARRAY(c, seals, v->count);
	for JSON_EACH(s, v)
		TRY(read_one_seal(c, s, &seals[e->nseals++]));
	e->seals = seals;
	return OK;
}

static const struct common {
	slice name;
	rc (*read)(struct ctx *c, const struct json *v, struct entry *e);
	bool need;
} common[] = {
	{ S_INIT("act"), read_act, true }, { S_INIT("actor"), read_actor, true }, { S_INIT("appr"), read_appr, false },
	{ S_INIT("at"), read_at, true }, { S_INIT("basis"), read_basis, false }, { S_INIT("case"), read_case, false },
	{ S_INIT("code"), read_code, false }, { S_INIT("env"), read_env, false }, { S_INIT("keys"), read_keys, false },
	{ S_INIT("mark"), read_mark, false }, { S_INIT("node"), read_node, true }, { S_INIT("obj"), read_obj, false },
	{ S_INIT("ref"), read_ref, false }, { S_INIT("seal"), read_seals, false }, { S_INIT("seq"), read_seq, true },
	{ S_INIT("to"), read_to, false }, { S_INIT("v"), read_v, true }, { S_INIT("zone"), read_zone, true },
};

#define COMMONS (sizeof common / sizeof common[0])

static const struct common *find_common(slice name)
{
	if (name.len == 0)
		return NULL;
	for (size_t i = 0; i < COMMONS; i++)
		if (common[i].name.p[0] == name.p[0] && slice_eq(common[i].name, name))
			return &common[i];
	return NULL;
}

bool entry_is_common(slice name) { return find_common(name) != NULL; }

rc entry_read_common(struct ctx *c, const struct json *member, struct entry *e)
{
	const struct common *known = find_common(member->name);

	return known ? known->read(c, member, e) : FAIL(c, E_BUG, "bug");
}

/* An act points back, never to itself or ahead. */
static bool points_back(struct ints list, int64_t seq)
{
	for (size_t i = 0; i < list.n; i++)
		if (list.v[i] >= seq)
			return false;
	return true;
}

rc entry_read(struct ctx *c, const struct json *json, slice bytes, const struct member_spec *extra, bool any,
              struct entry *ret)
{
	struct entry e = { .json = json, .bytes = bytes };
	size_t needed = 0;

	if (json->type != JSON_OBJECT)
		return FAIL(c, E_INVALID, "entry.form");
	for JSON_EACH(m, json) {
		const struct common *known = find_common(m->name);

		if (!known)
			continue;
		TRY(known->read(c, m, &e));
		needed += known->need;
	}
	for (size_t i = 0; i < COMMONS; i++)
		needed -= common[i].need;
	if (needed != 0)
		return FAIL(c, E_INVALID, "entry.form");
	if (!points_back(e.ref, e.seq) || !points_back(e.appr, e.seq))
		return FAIL(c, E_INVALID, "entry.ref");
	if (!any)
		TRY(entry_check_members(c, json, extra));
	*ret = e;
	return OK;
}

rc entry_parse(struct ctx *c, slice bytes, const struct member_spec *extra, struct entry *ret)
{
	const struct json *json;

	TRY(jcs_parse(c, bytes, &json));
	return entry_read(c, json, bytes, extra, false, ret);
}

rc entry_parse_any(struct ctx *c, slice bytes, struct entry *ret)
{
	const struct json *json;

	TRY(jcs_parse(c, bytes, &json));
	return entry_read(c, json, bytes, NULL, true, ret);
}
