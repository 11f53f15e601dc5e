/* Items and recipients as JSON: what the command line, the exchange and the tests hand over. */
#include "core/gate/gate_inside.h"

#include "base/banned.h"

static rc bad(struct ctx *c, const char *key, slice name)
{
	(void)fault_set(c, E_INVALID, key, __FILE__, __LINE__);
	fault_name(c, name);
	return E_INVALID;
}

/* Members of an object that are none of `names` (ended by NULL). */
static rc known_members(struct ctx *c, const struct json *v, const char *const *names)
{
	if (!v || v->type != JSON_OBJECT)
		return bad(c, "gate.item", v ? v->name : S_NONE);
	for JSON_EACH(m, v) {
		size_t i = 0;

		while (names[i] && !slice_is(m->name, names[i]))
			i++;
		if (!names[i])
			return bad(c, "gate.item", m->name);
	}
	return OK;
}

static rc one_of(struct ctx *c, const struct json *v, const char *const *words, unsigned n, unsigned other, unsigned *ret)
{
	*ret = other;
	if (!v)
		return OK;
	for (unsigned i = 0; i < n; i++)
		if (v->type == JSON_TEXT && slice_is(v->text, words[i])) {
			*ret = i;
			return OK;
		}
	return bad(c, "gate.word", v->name);
}

static rc flag(struct ctx *c, const struct json *obj, const char *name, bool *ret)
{
	const struct json *v = json_get(obj, slice_of(name));

	if (v && !json_is_bool(v))
		return bad(c, "gate.item", v->name);
	*ret = json_is_true(v);
	return OK;
}

static rc moment(struct ctx *c, const struct json *obj, const char *name, msec *ret)
{
	const struct json *v = json_get(obj, slice_of(name));

	if (v && (v->type != JSON_INT || v->num < 0))
		return bad(c, "gate.item", v->name);
	*ret = v ? v->num : 0;
	return OK;
}

static rc text(struct ctx *c, const struct json *obj, const char *name, slice *ret)
{
	const struct json *v = json_get(obj, slice_of(name));

	if (v && v->type != JSON_TEXT)
		return bad(c, "gate.item", v->name);
	*ret = json_text(v);
	return OK;
}

static rc bits(struct ctx *c, const struct gate *g, const struct json *list,
               int32_t (*find)(const struct gate *g, slice id), uint64_t *ret)
{
	*ret = 0;
	if (!list)
		return OK;
	if (list->type != JSON_ARRAY)
		return bad(c, "gate.item", list->name);
	for JSON_EACH(v, list) {
		int32_t i = find(g, json_text(v));

		if (i < 0)
			return bad(c, "gate.word", list->name);
		*ret |= BIT(i);
	}
	return OK;
}

static rc read_class(struct ctx *c, const struct gate *g, const struct json *obj, int32_t *ret)
{
	const struct json *v = json_get(obj, S("class"));

	*ret = v ? gate_class_find(g, json_text(v)) : -1;
	return v && *ret < 0 ? bad(c, "gate.word", v->name) : OK;
}

static rc read_wish(struct ctx *c, const struct gate *g, const struct json *v, bool reservation, struct gate_wish *ret)
{
	static const char *const names[] = { "to", "field", "class", "kind", "until", NULL };
	static const char *const kinds[WISHES] = { "deny", "optout", "ask", "delay", "anonymous" };
	unsigned kind;

	TRY(known_members(c, v, names));
	TRY(text(c, v, "to", &ret->to));
	TRY(text(c, v, "field", &ret->field));
	TRY(read_class(c, g, v, &ret->cls));
	TRY(moment(c, v, "until", &ret->until));
	if (reservation && !json_get(v, S("kind")))
		return bad(c, "gate.item", S("kind"));
	TRY(one_of(c, json_get(v, S("kind")), kinds, WISHES, WISH_DENY, &kind));
	ret->kind = (enum wish)kind;
	/* a consent to nobody in particular, or to nothing in particular, is none */
	if (!reservation && (ret->to.len == 0 || (ret->field.len == 0 && ret->cls < 0)))
		return bad(c, "gate.consent", S("to"));
	return OK;
}

static rc read_wishes(struct ctx *c, const struct gate *g, const struct json *list, bool reservation,
                      const struct gate_wish **ret, size_t *ret_n)
{
	struct gate_wish *v;
	size_t n = 0;

	*ret = NULL;
	*ret_n = 0;
	if (!list)
		return OK;
	if (list->type != JSON_ARRAY || list->count > GATE_WISHES_MOST)
		return bad(c, "gate.item", list->name);
	TRY_ARRAY(c, v, list->count + 1);
	for JSON_EACH(w, list)
		TRY(read_wish(c, g, w, reservation, &v[n++]));
	*ret = v;
	*ret_n = n;
	return OK;
}

static rc read_field(struct ctx *c, const struct gate *g, const struct json *v, struct gate_field *ret)
{
	static const char *const names[] = { "path", "class", "tlp", "annex", "value", NULL };
	unsigned tlp;
	int32_t cls;

	TRY(known_members(c, v, names));
	TRY(text(c, v, "path", &ret->path));
	TRY(read_class(c, g, v, &cls));
	TRY(one_of(c, json_get(v, S("tlp")), tlp_words, TLPS, TLP_CLEAR, &tlp));
	TRY(flag(c, v, "annex", &ret->annex));
	ret->value = json_get(v, S("value"));
	if (ret->path.len == 0 || cls < 0)   /* a field without a class has no way out */
		return bad(c, "gate.item", S("class"));
	ret->cls = (uint32_t)cls;
	ret->tlp = (enum tlp)tlp;
	return OK;
}

static rc read_fields(struct ctx *c, const struct gate *g, const struct json *list, struct gate_item *ret)
{
	struct gate_field *v;
	size_t n = 0;

	if (!list || list->type != JSON_ARRAY || list->count > GATE_FIELDS_MOST)
		return bad(c, "gate.item", S("fields"));
	TRY_ARRAY(c, v, list->count + 1);
	for JSON_EACH(f, list) {
		TRY(read_field(c, g, f, &v[n]));
		for (size_t k = 0; k < n; k++)
			if (slice_eq(v[k].path, v[n].path))
				return bad(c, "gate.twice", S("path"));
		n++;
	}
	ret->fields = v;
	ret->nfields = n;
	return OK;
}

/* Unmarked does not exist: an item says its TLP. */
static rc read_mark(struct ctx *c, const struct gate *g, const struct json *v, struct gate_item *ret)
{
	static const char *const names[] = { "tlp", "onward", "purposes", "expires", "embargo", NULL };
	unsigned tlp, onward;

	TRY(known_members(c, v, names));
	if (!json_get(v, S("tlp")))
		return bad(c, "gate.unmarked", S("tlp"));
	TRY(one_of(c, json_get(v, S("tlp")), tlp_words, TLPS, TLP_RED, &tlp));
	TRY(one_of(c, json_get(v, S("onward")), onward_words, ONWARDS, ONWARD_NO, &onward));
	TRY(bits(c, g, json_get(v, S("purposes")), gate_purpose_find, &ret->purposes));
	TRY(moment(c, v, "expires", &ret->expires));
	TRY(moment(c, v, "embargo", &ret->embargo));
	ret->tlp = (enum tlp)tlp;
	ret->onward = (enum onward)onward;
	return OK;
}

rc gate_item_read(struct ctx *c, const struct gate *g, const struct json *v, struct gate_item *ret)
{
	static const char *const names[] = { "fields", "mark", "origin", "foreign", "foreign_consents", "secrecy", "critical",
		"exercise", "reservations", "consents", NULL };
	struct gate_item x = { 0 };

	TRY(known_members(c, v, names));
	TRY(read_fields(c, g, json_get(v, S("fields")), &x));
	TRY(read_mark(c, g, json_get(v, S("mark")), &x));
	TRY(text(c, v, "origin", &x.origin));
	TRY(flag(c, v, "foreign", &x.foreign));
	TRY(flag(c, v, "foreign_consents", &x.foreign_consents));
	TRY(flag(c, v, "critical", &x.critical));
	TRY(flag(c, v, "exercise", &x.exercise));
	TRY(bits(c, g, json_get(v, S("secrecy")), gate_secrecy_find, &x.secrecy));
	TRY(read_wishes(c, g, json_get(v, S("reservations")), true, &x.reservations, &x.nreservations));
	TRY(read_wishes(c, g, json_get(v, S("consents")), false, &x.consents, &x.nconsents));
	*ret = x;
	return OK;
}

rc gate_recipient_read(struct ctx *c, const struct gate *g, const struct json *v, struct gate_recipient *ret)
{
	static const char *const names[] = { "code", "agency", "class", "memo", "contract", "named", "exercise", "kept", NULL };
	struct gate_recipient x = { 0 };
	int32_t cls;

	TRY(known_members(c, v, names));
	TRY(text(c, v, "code", &x.code));
	TRY(text(c, v, "agency", &x.agency));
	TRY(flag(c, v, "memo", &x.memo));
	TRY(flag(c, v, "contract", &x.contract));
	TRY(flag(c, v, "named", &x.named));
	TRY(flag(c, v, "exercise", &x.exercise));
	cls = gate_recipient_find(g, json_text(json_get(v, S("class"))));
	if (cls < 0)   /* nobody we know: nobody */
		return bad(c, "gate.word", S("class"));
	x.cls = (uint32_t)cls;
	for JSON_EACH(k, json_get(v, S("kept"))) {
		cls = gate_class_find(g, json_text(k));
		if (cls < 0)
			return bad(c, "gate.word", S("kept"));
		x.kept |= (uint64_t)1 << cls;
	}
	*ret = x;
	return OK;
}
