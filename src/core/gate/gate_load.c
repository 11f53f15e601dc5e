/* Reading gate/gate.yaml: words become bits, guards become masks. */
#include "core/gate/gate_inside.h"

#include <stdio.h>

#include "base/file.h"
#include "base/limits.h"

#include "base/banned.h"

static const char *const change_words[GATE_CHANGES + 1] = { "none", "bucket", "month", "mask", NULL };
static const char *const effect_words[] = { "pass", "note", "change", "keep", NULL };
static const char *const basis_words[] = { "law", "contract", "consent", "memo", "public", "none", NULL };
static const char *const no_yes[] = { "no", "yes", NULL };

/* ---- words ---- */

static rc read_word(struct ctx *c, const struct pack *node, struct gate_word *ret)
{
	TRY(pack_text(c, node, "id", &ret->id));
	TRY(pack_text(c, node, "ja", &ret->ja));
	return pack_text(c, node, "en", &ret->en);
}

static int32_t find_word(const struct gate_word *v, uint32_t n, slice id)
{
	for (uint32_t i = 0; i < n; i++)
		if (slice_eq(v[i].id, id))
			return (int32_t)i;
	return -1;
}

static rc read_words(struct ctx *c, const struct pack *root, const char *key, struct gate_word *ret, uint32_t *ret_n)
{
	static const char *const keys[] = { "id", "ja", "en", NULL };
	const struct pack *list;
	uint32_t n = 0;

	TRY(pack_need(c, root, key, &list));
	TRY(pack_is(c, list, PACK_LIST));
	for PACK_EACH(v, list) {
		TRY(pack_keys(c, v, keys));
		if (n == GATE_WORDS_MOST)
			return PACK_FAIL(c, v, "gate.many");
		TRY(read_word(c, v, &ret[n]));
		if (find_word(ret, n, ret[n].id) >= 0)
			return PACK_FAIL(c, v, "gate.twice");
		n++;
	}
	*ret_n = n;
	return OK;
}

static rc read_classes(struct ctx *c, const struct pack *root, struct gate *g)
{
	static const char *const keys[] = { "id", "ja", "en", "personal", "identifies", "text", "change", NULL };
	const struct pack *list;

	TRY(pack_need(c, root, "classes", &list));
	TRY(pack_is(c, list, PACK_LIST));
	for PACK_EACH(v, list) {
		struct gate_class *x = &g->classes[g->nclasses];
		unsigned change = 0;

		TRY(pack_keys(c, v, keys));
		if (g->nclasses == GATE_WORDS_MOST)
			return PACK_FAIL(c, v, "gate.many");
		TRY(read_word(c, v, &x->word));
		if (gate_class_find(g, x->word.id) >= 0)
			return PACK_FAIL(c, v, "gate.twice");
		TRY(pack_bool_or(c, v, "personal", false, &x->personal));
		TRY(pack_bool_or(c, v, "identifies", false, &x->identifies));
		TRY(pack_bool_or(c, v, "text", false, &x->text));
		if (pack_get(v, S("change")))
			TRY(pack_word(c, v, "change", change_words, &change));
		x->change = (enum gate_change)change;
		g->nclasses++;
	}
	return OK;
}

/* ---- sets of bits ---- */

struct vocabulary { const struct gate_word *v; uint32_t n; const char *const *fixed; };

static rc word_bit(struct ctx *c, const struct gate *g, enum attr attr, const struct vocabulary *voc, const struct pack *node,
                   uint64_t *bits)
{
	int32_t i = -1;

	TRY(pack_is(c, node, PACK_TEXT));
	if (attr == ATTR_CLASS) {
		i = gate_class_find(g, node->text);
	} else if (voc->fixed) {
		unsigned at;

		TRY(pack_as_word(c, node, voc->fixed, &at));
		i = (int32_t)at;
	} else {
		i = find_word(voc->v, voc->n, node->text);
	}
	if (i < 0)
		return PACK_FAIL(c, node, "gate.word");
	*bits |= BIT(i);
	return OK;
}

static rc read_bits(struct ctx *c, const struct gate *g, enum attr attr, const struct pack *list, uint64_t *ret)
{
	static const char *const times[] = { "live", "embargo", "expired", NULL };
	static const char *const exercises[] = { "same", "differs", NULL };
	static const char *const origins[] = { "own", "recipient", "other", NULL };
	static const char *const onwards[] = { "no", "ask", "granted", "free", NULL };
	static const char *const parts[] = { "main", "annex", NULL };
	static const char *const tlps[] = { "clear", "green", "amber", "amber_strict", "red", NULL };
	static const char *const wishes[] = { "deny", "weak", "ask", "delay", "anonymous", "memo", NULL };
	const struct vocabulary vocs[ATTRS] = {
		[ATTR_TO] = { g->recipients, g->nrecipients, NULL }, [ATTR_PURPOSE] = { g->purposes, g->npurposes, NULL },
		[ATTR_TIME] = { .fixed = times }, [ATTR_NAMED] = { .fixed = no_yes }, [ATTR_EXERCISE] = { .fixed = exercises },
		[ATTR_WITHIN] = { .fixed = no_yes }, [ATTR_ORIGIN] = { .fixed = origins }, [ATTR_ONWARD] = { .fixed = onwards },
		[ATTR_FOREIGN] = { .fixed = no_yes }, [ATTR_SECRECY] = { g->secrecies, g->nsecrecies, NULL },
		[ATTR_PERSONAL] = { .fixed = no_yes }, [ATTR_IDENTIFIES] = { .fixed = no_yes }, [ATTR_TEXT] = { .fixed = no_yes },
		[ATTR_PART] = { .fixed = parts }, [ATTR_TLP] = { .fixed = tlps }, [ATTR_BASIS] = { .fixed = basis_words },
		[ATTR_RESERVATION] = { .fixed = wishes },
	};

	TRY(pack_is(c, list, PACK_LIST));
	*ret = 0;
	for PACK_EACH(v, list)
		TRY(word_bit(c, g, attr, &vocs[attr], v, ret));
	return *ret ? OK : PACK_FAIL(c, list, "gate.empty");
}

/* ---- grants and guards ---- */

static rc read_grant(struct ctx *c, struct gate *g, const struct pack *v)
{
	static const char *const keys[] = { "id", "basis", "cite", "to", "purposes", "classes", "needs_review", NULL };
	struct grant *x = &g->grants[g->ngrants];
	const struct pack *list;
	uint32_t ncite;
	unsigned basis;
	slice *cite;

	TRY(pack_keys(c, v, keys));
	if (g->ngrants == GRANTS_MOST)
		return PACK_FAIL(c, v, "gate.many");
	TRY(pack_text(c, v, "id", &x->word.id));
	TRY(pack_word(c, v, "basis", basis_words, &basis));
	x->basis = (enum gate_basis)basis;
	if (x->basis == BASIS_NONE || x->basis == BASIS_CONSENT)   /* consent is a fact of the item, not a rule */
		return PACK_FAIL(c, v, "gate.basis");
	TRY(pack_texts(c, v, "cite", &cite, &ncite));
	if (ncite == 0)
		return PACK_FAIL(c, v, "gate.cite");
	x->cite = cite[0];
	TRY(pack_need(c, v, "to", &list));
	TRY(read_bits(c, g, ATTR_TO, list, &x->to));
	TRY(pack_need(c, v, "purposes", &list));
	TRY(read_bits(c, g, ATTR_PURPOSE, list, &x->purposes));
	TRY(pack_need(c, v, "classes", &list));
	TRY(read_bits(c, g, ATTR_CLASS, list, &x->classes));
	for (uint32_t i = 0; i < g->nclasses; i++)
		if (x->classes & BIT(i) && g->classes[i].personal && x->basis >= BASIS_MEMO)
			return PACK_FAIL(c, list, "gate.personal");
	g->ngrants++;
	return OK;
}

static rc read_guard(struct ctx *c, struct gate *g, const struct pack *v)
{
	static const char *const keys[] = { "id", "ja", "en", "when", "do", NULL };
	static const char *const attrs[ATTRS + 1] = { "to", "purpose", "time", "named", "exercise", "within_purpose", "origin",
		"onward", "foreign", "secrecy", "class", "personal", "identifies", "text", "part", "tlp", "basis", "reservation", NULL };
	struct guard *x = &g->guards[g->nguards];
	const struct pack *when;
	unsigned effect;

	TRY(pack_keys(c, v, keys));
	if (g->nguards == GUARDS_MOST)
		return PACK_FAIL(c, v, "gate.many");
	TRY(read_word(c, v, &x->word));
	TRY(pack_word(c, v, "do", effect_words, &effect));
	x->effect = (enum gate_effect)effect;
	if (x->effect == GATE_PASS)
		return PACK_FAIL(c, v, "gate.pass");
	TRY(pack_need(c, v, "when", &when));
	TRY(pack_keys(c, when, attrs));
	for (unsigned a = 0; a < ATTRS; a++) {
		const struct pack *list = pack_get(when, slice_of(attrs[a]));

		if (list)
			TRY(read_bits(c, g, (enum attr)a, list, &x->mask[a]));
	}
	g->nguards++;
	return OK;
}

/* The two that the program names itself. */
static rc find_floor(struct ctx *c, const struct pack *root, struct gate *g)
{
	g->none = g->personal = RULE_NONE;
	for (uint32_t i = 0; i < g->nguards; i++) {
		if (slice_is(g->guards[i].word.id, "basis.none"))
			g->none = (uint16_t)i;
		if (slice_is(g->guards[i].word.id, "basis.personal"))
			g->personal = (uint16_t)i;
	}
	return g->none == RULE_NONE || g->personal == RULE_NONE ? PACK_FAIL(c, root, "gate.floor") : OK;
}

static rc read_said(struct ctx *c, const struct pack *root, const char *key, struct gate_word *ret)
{
	const struct pack *node;

	TRY(pack_need(c, root, key, &node));
	ret->id = slice_of(key);
	TRY(pack_text(c, node, "ja", &ret->ja));
	return pack_text(c, node, "en", &ret->en);
}

rc gate_parse(struct ctx *c, const char *file, slice text, const struct gate **ret)
{
	static const char *const keys[] = { "gate", "recipients", "purposes", "secrecies", "classes", "grants", "guards",
		"conditions", "memo_missing", "held_by_officer", NULL };
	const struct pack *root, *list;
	struct gate *g;
	int64_t version;

	TRY(pack_parse(c, file, text, &root));
	TRY(pack_is(c, root, PACK_MAP));
	TRY(pack_keys(c, root, keys));
	TRY(pack_int(c, root, "gate", 1, 1, &version));
	TRY_NEW(c, g);
	TRY(read_words(c, root, "recipients", g->recipients, &g->nrecipients));
	TRY(read_words(c, root, "purposes", g->purposes, &g->npurposes));
	TRY(read_words(c, root, "secrecies", g->secrecies, &g->nsecrecies));
	if (pack_get(root, S("conditions")))
		TRY(read_words(c, root, "conditions", g->conditions, &g->nconditions));
	TRY(read_classes(c, root, g));
	TRY(pack_need(c, root, "grants", &list));
	TRY(pack_is(c, list, PACK_LIST));
	for PACK_EACH(v, list)
		TRY(read_grant(c, g, v));
	TRY(pack_need(c, root, "guards", &list));
	TRY(pack_is(c, list, PACK_LIST));
	for PACK_EACH(v, list)
		TRY(read_guard(c, g, v));
	TRY(find_floor(c, root, g));
	TRY(read_said(c, root, "memo_missing", &g->memo_missing));
	TRY(read_said(c, root, "held_by_officer", &g->by_officer));
	*ret = g;
	return OK;
}

rc gate_load(struct ctx *c, const char *root, const struct gate **ret)
{
	char path[4096];
	slice text;

	(void)snprintf(path, sizeof path, "%s/gate/gate.yaml", root);
	TRY(file_read(c, path, LIMIT_FILE_SMALL, &text));
	return gate_parse(c, "gate/gate.yaml", text, ret);
}

/* ---- words of the pack ---- */

int32_t gate_class_find(const struct gate *g, slice id)
{
	for (uint32_t i = 0; i < g->nclasses; i++)
		if (slice_eq(g->classes[i].word.id, id))
			return (int32_t)i;
	return -1;
}

int32_t gate_recipient_find(const struct gate *g, slice id) { return find_word(g->recipients, g->nrecipients, id); }
int32_t gate_purpose_find(const struct gate *g, slice id) { return find_word(g->purposes, g->npurposes, id); }
int32_t gate_secrecy_find(const struct gate *g, slice id) { return find_word(g->secrecies, g->nsecrecies, id); }
int32_t gate_condition_find(const struct gate *g, slice id) { return find_word(g->conditions, g->nconditions, id); }
const struct gate_class *gate_class_at(const struct gate *g, uint32_t i) { return &g->classes[i]; }
const struct gate_word *gate_recipient_at(const struct gate *g, uint32_t i) { return &g->recipients[i]; }
const struct gate_word *gate_purpose_at(const struct gate *g, uint32_t i) { return &g->purposes[i]; }
const struct gate_word *gate_condition_at(const struct gate *g, uint32_t i) { return &g->conditions[i]; }
uint32_t gate_class_count(const struct gate *g) { return g->nclasses; }
uint32_t gate_recipient_count(const struct gate *g) { return g->nrecipients; }
uint32_t gate_purpose_count(const struct gate *g) { return g->npurposes; }
uint32_t gate_secrecy_count(const struct gate *g) { return g->nsecrecies; }
uint32_t gate_condition_count(const struct gate *g) { return g->nconditions; }
uint32_t gate_guard_count(const struct gate *g) { return g->nguards; }

struct gate_word gate_rule(const struct gate *g, uint16_t rule)
{
	if (rule == RULE_NONE)
		return (struct gate_word){ .id = S_NONE };
	if (rule == RULE_OFFICER)
		return g->by_officer;
	return rule == RULE_MEMO ? g->memo_missing : g->guards[rule].word;
}

slice gate_grant(const struct gate *g, uint16_t grant, slice *ret_cite)
{
	*ret_cite = grant == RULE_NONE ? S_NONE : g->grants[grant].cite;
	return grant == RULE_NONE ? S_NONE : g->grants[grant].word.id;
}
