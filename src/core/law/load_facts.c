/* law/facts.yaml: what a case is made of. */
#include "core/law/law_in.h"

#include "base/banned.h"

static const char *const types[] = { "bool", "choice", "count", "day", "time", "code", NULL };

/* Names are ours: nobody can choose them to collide. */
static uint32_t hash_of(slice s)
{
	return (uint32_t)(slice_hash(s) >> 40);
}

int32_t law_fact_find(const struct law *law, slice id)
{
	if (!law->fact_slots)
		return -1;
	for (uint32_t at = hash_of(id) & law->fact_mask; law->fact_slots[at]; at = (at + 1) & law->fact_mask)
		if (slice_eq(law->facts[law->fact_slots[at] - 1].id, id))
			return law->fact_slots[at] - 1;
	return -1;
}

static void add_slot(struct law *law, uint32_t i)
{
	uint32_t at = hash_of(law->facts[i].id) & law->fact_mask;

	while (law->fact_slots[at])
		at = (at + 1) & law->fact_mask;
	law->fact_slots[at] = (uint16_t)(i + 1);
}

static rc load_choices(struct ctx *c, const struct pack *p, struct law_fact *f)
{
	struct law_word *words = NULL;

	if (f->type != FACT_CHOICE) {
		const struct pack *v = pack_get(p, S("choices"));

		return v ? PACK_FAIL_KEY(c, v, "law.choices") : OK;
	}
	TRY(load_words(c, p, "choices", &words, &f->nchoices));
	f->choices = words;
	if (f->nchoices < 2 || f->nchoices > LAW_CHOICES_MOST)
		return PACK_FAIL(c, pack_get(p, S("choices")), "law.choices");
	return OK;
}

/* What --assume-defaults takes. */
static rc load_default(struct ctx *c, struct law *law, const struct pack *p, struct law_fact *f)
{
	const struct pack *v = NULL;
	bool b = false;

	f->other = LAW_NONE;
	f->other_from = -1;
	TRY(pack_need(c, p, "default", &v));
	if (v->kind == PACK_MAP) {
		static const char *const keys[] = { "fact", NULL };
		slice name;

		TRY(pack_keys(c, v, keys));
		TRY(pack_text(c, v, "fact", &name));
		f->other_from = law_fact_find(law, name);
		/* only from one above, so that defaults are taken in one pass */
		if (f->other_from < 0 || law->facts[f->other_from].type != f->type)
			return PACK_FAIL(c, v, "law.default");
		return OK;
	}
	switch (f->type) {
	case FACT_BOOL:
		TRY(pack_as_bool(c, v, &b));
		f->other = b;
		return OK;
	case FACT_COUNT:
		return pack_as_int(c, v, 0, JSON_INT_MOST, &f->other);
	case FACT_CHOICE:
		for (uint32_t i = 0; i < f->nchoices; i++)
			if (slice_eq(f->choices[i].id, v->text))
				f->other = i;
		return f->other == LAW_NONE ? PACK_FAIL(c, v, "law.default") : OK;
	case FACT_DAY:
	case FACT_TIME:
	case FACT_CODE:
		return v->kind == PACK_TEXT && v->quoted && v->text.len == 0 ? OK : PACK_FAIL(c, v, "law.default");
	}
	return PACK_FAIL(c, v, "law.default");
}

static rc load_fact(struct ctx *c, struct law *law, const struct pack *p, struct law_fact *f)
{
	static const char *const keys[] = { "id", "group", "type", "ja", "en", "ask_ja", "ask_en", "mean_ja", "default",
		"choices", "hints", NULL };
	struct law_word *hints = NULL;
	unsigned w = 0;

	TRY(pack_keys(c, p, keys));
	TRY(load_id(c, p, "id", &f->id));
	if (law_fact_find(law, f->id) >= 0 || slice_is(f->id, "known_at") || slice_is(f->id, "asked_at"))
		return PACK_FAIL(c, p, "law.id_twice");
	TRY(load_id(c, p, "group", &f->group));
	TRY(pack_word(c, p, "type", types, &w));
	f->type = (enum fact_type)w;
	TRY(pack_text(c, p, "ja", &f->name_ja));
	TRY(pack_text(c, p, "en", &f->name_en));
	TRY(pack_text(c, p, "ask_ja", &f->ask_ja));
	TRY(pack_text(c, p, "ask_en", &f->ask_en));
	TRY(pack_text_or(c, p, "mean_ja", S_NONE, &f->mean_ja));
	TRY(load_choices(c, p, f));
	if (pack_get(p, S("hints")))
		TRY(load_words(c, p, "hints", &hints, &f->nhints));
	f->hints = hints;
	return load_default(c, law, p, f);
}

rc load_facts(struct ctx *c, struct law *law, const struct pack *root)
{
	static const char *const top[] = { "facts", NULL };
	const struct pack *list = NULL;

	TRY(pack_keys(c, root, top));
	TRY(pack_need(c, root, "facts", &list));
	TRY(pack_is(c, list, PACK_LIST));
	if (list->count == 0 || list->count > LAW_FACTS_MOST)
		return PACK_FAIL(c, list, "law.facts_count");
	law->fact_mask = 4 * LAW_FACTS_MOST - 1;
	TRY_ARRAY(c, law->facts, list->count);
	TRY_ARRAY(c, law->fact_slots, (size_t)law->fact_mask + 1);
	for PACK_EACH(p, list) {
		TRY(load_fact(c, law, p, &law->facts[law->nfacts]));
		add_slot(law, law->nfacts);
		law->nfacts++;
	}
	return OK;
}

uint32_t law_fact_count(const struct law *law) { return law->nfacts; }
const struct law_fact *law_fact_at(const struct law *law, uint32_t i) { return i < law->nfacts ? &law->facts[i] : NULL; }
