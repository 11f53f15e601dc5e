/* Statements out of a JSON file and out of words of a command line. */
#include "work/case/case.h"

#include "base/banned.h"

static rc fail_named(struct ctx *c, const char *key, slice name)
{
	(void)fault_set(c, E_INVALID, key, __FILE__, __LINE__);
	fault_name(c, name.len < 64 ? name : S_NONE);
	return E_INVALID;
}

static rc find_term(struct ctx *c, const struct terms *t, slice path, const struct term **ret)
{
	*ret = terms_find(t, path);
	return *ret ? OK : fail_named(c, "fact.unknown", path);
}

static rc set_when(struct ctx *c, const struct json *v, slice name, struct when *ret)
{
	rc r;

	if (!v)
		return OK;
	if (v->type != JSON_TEXT)
		return fail_named(c, "value.kind", name);
	r = when_parse(c, v->text, ret);
	if (r != OK)
		fault_name(c, name);
	return r;
}

static rc set_sure(struct ctx *c, const struct json *v, enum said_sure *ret)
{
	unsigned i;

	if (!v)
		return OK;
	TRY(said_word(c, said_sure_words, SAID_SURES, json_text(v), &i));
	*ret = (enum said_sure)i;
	return OK;
}

/* {"value": …, "sure": …, "known_at": …, "true_at": …, "correct": true}; a group has columns and no "value". */
static bool is_wrapped(const struct json *v)
{
	return v->type == JSON_OBJECT && json_get(v, S("value"));
}

static rc unwrap(struct ctx *c, const struct json *v, struct statement *s, const struct json **ret_value)
{
	static const char *const known[] = { "value", "sure", "known_at", "true_at", "correct", NULL };
	const struct json *correct = json_get(v, S("correct"));
	struct when from = { 0 };

	for JSON_EACH(m, v) {
		bool ok = false;

		for (size_t i = 0; known[i]; i++)
			ok = ok || slice_is(m->name, known[i]);
		if (!ok)
			return fail_named(c, "fact.member", m->name);
	}
	if (correct && !json_is_bool(correct))
		return fail_named(c, "value.kind", S("correct"));
	s->mend = json_is_true(correct);
	TRY(set_sure(c, json_get(v, S("sure")), &s->sure));
	TRY(set_when(c, json_get(v, S("known_at")), S("known_at"), &s->known));
	if (json_get(v, S("true_at"))) {
		TRY(set_when(c, json_get(v, S("true_at")), S("true_at"), &from));
		s->has_from = true;
		s->holds_from = from.at;
	}
	*ret_value = json_get(v, S("value"));
	return OK;
}

static rc read_facts(struct ctx *c, const struct terms *t, const struct json *facts, const struct statement *given,
                     struct facts_file *f)
{
	if (facts->type != JSON_OBJECT || facts->count == 0)
		return FAIL(c, E_INVALID, "fact.none");
	if (facts->count > LIMIT_STATEMENTS)
		return FAIL(c, E_LIMIT, "fact.many");
	TRY_ARRAY(c, f->s, facts->count);
	for JSON_EACH(m, facts) {
		struct statement *s = &f->s[f->n++];
		const struct json *v = m;

		*s = *given;
		TRY(find_term(c, t, m->name, &s->term));
		if (is_wrapped(m))
			TRY(unwrap(c, m, s, &v));
		TRY(said_from_json(c, s->term, v, &s->said));
	}
	return OK;
}

rc case_facts_from_json(struct ctx *c, const struct terms *t, const struct json *root, const struct statement *given,
                        struct facts_file *ret)
{
	static const char *const known[] = { "facts", "known_at", "by", "source", "reason", "sure", NULL };
	struct statement mine = *given;
	struct facts_file f = { 0 };

	if (root->type != JSON_OBJECT)
		return FAIL(c, E_INVALID, "fact.file");
	for JSON_EACH(m, root) {
		bool ok = false;

		for (size_t i = 0; known[i]; i++)
			ok = ok || slice_is(m->name, known[i]);
		if (!ok)
			return fail_named(c, "fact.member", m->name);
	}
	TRY(set_when(c, json_get(root, S("known_at")), S("known_at"), &mine.known));
	TRY(set_sure(c, json_get(root, S("sure")), &mine.sure));
	f.origin = (struct origin){ json_text(json_get(root, S("by"))), json_text(json_get(root, S("source"))),
		json_text(json_get(root, S("reason"))) };
	if (!json_get(root, S("facts")))
		return FAIL(c, E_INVALID, "fact.file");
	TRY(read_facts(c, t, json_get(root, S("facts")), &mine, &f));
	*ret = f;
	return OK;
}

rc case_fact_from_word(struct ctx *c, const struct terms *t, slice word, const struct statement *given,
                       struct statement *ret)
{
	size_t eq = slice_find(word, S("="), 0);
	struct statement s = *given;
	slice path;

	if (eq == SIZE_MAX || eq == 0)
		return FAIL(c, E_INVALID, "fact.form");
	path = slice_sub(word, 0, eq);
	if (path.p[path.len - 1] == ':') {
		path.len--;
		s.mend = true;
	}
	TRY(find_term(c, t, path, &s.term));
	TRY(said_from_text(c, s.term, slice_sub(word, eq + 1, word.len), &s.said));
	*ret = s;
	return OK;
}
