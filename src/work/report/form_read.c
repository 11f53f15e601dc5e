#include "work/report/form_read.h"

#include "base/buf.h"

#include "base/banned.h"

static const char *const required_words[] = { "opt", "req1", "reqF", "if", NULL };
static const char *const certainty_words[] = { "A", "B", "C", NULL };

const char *required_word(enum required r)
{
	return (unsigned)r < 4 ? required_words[r] : "";
}

/* {from: to} pairs; NULL map: none. */
struct swaps { const struct pack *words, *codes; };

static rc swap_words(struct ctx *c, const struct pack *words, slice *text)
{
	for (const struct pack *w = words ? words->child : NULL; w; w = w->next) {
		size_t at = slice_find(*text, w->key, 0);
		struct buf b;

		if (at == SIZE_MAX)
			continue;
		buf_init(&b, c->a, 4096);
		buf_put(&b, slice_sub(*text, 0, at));
		buf_put(&b, w->text);
		buf_put(&b, slice_sub(*text, at + w->key.len, text->len));
		TRY(buf_done(c, &b, text));
	}
	return OK;
}

/* RW-24 becomes OT-24 under {RW: OT}. */
static rc swap_code(struct ctx *c, const struct pack *codes, slice *code)
{
	for (const struct pack *w = codes ? codes->child : NULL; w; w = w->next) {
		struct buf b;

		if (!slice_starts(*code, w->key) || code->len <= w->key.len || code->p[w->key.len] != '-')
			continue;
		buf_init(&b, c->a, 64);
		buf_put(&b, w->text);
		buf_put(&b, slice_sub(*code, w->key.len, code->len));
		return buf_done(c, &b, code);
	}
	return OK;
}

static rc check_code(struct ctx *c, const struct pack *node, slice code)
{
	for (size_t i = 0; i < code.len; i++) {
		char ch = code.p[i];

		if (!((ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '-') || code.len > 16)
			return PACK_FAIL(c, node, "form.code");
	}
	return OK;
}

static rc read_certainty(struct ctx *c, const struct pack *node, char *ret)
{
	unsigned which;

	TRY(pack_word(c, node, "certainty", certainty_words, &which));
	*ret = "ABC"[which];
	return OK;
}

static rc read_parts(struct ctx *c, const struct forms *f, const struct pack *node, struct form_field *out)
{
	const struct pack *parts = pack_get(node, S("parts"));

	if (!parts) {
		TRY_NEW(c, out->parts);
		out->nparts = 1;
		return form_read_part(c, f, node, true, &out->parts[0]);
	}
	if (pack_get(node, S("type")) || pack_get(node, S("from")))
		return PACK_FAIL(c, node, "form.parts");
	TRY(pack_is(c, parts, PACK_LIST));
	TRY_ARRAY(c, out->parts, parts->count);
	for PACK_EACH(item, parts)
		TRY(form_read_part(c, f, item, false, &out->parts[out->nparts++]));
	return OK;
}

static rc read_field(struct ctx *c, const struct forms *f, const struct pack *node, struct form_field *out)
{
	static const char *const keys[] = {
		"code", "ja", "en", "type", "required", "when", "certainty", "from", "to", "precision", "as", "where", "choices",
		"columns", "parts", "unit", "print", "nco", "text", "rest", "is", NULL,
	};
	const struct pack *when = pack_get(node, S("when"));
	unsigned required;

	TRY(pack_keys(c, node, keys));
	TRY(pack_text(c, node, "code", &out->code));
	TRY(check_code(c, pack_get(node, S("code")), out->code));
	TRY(pack_text(c, node, "ja", &out->ja));
	TRY(pack_text(c, node, "en", &out->en));
	TRY(pack_text_or(c, node, "text", S_NONE, &out->text));
	TRY(pack_word(c, node, "required", required_words, &required));
	out->required = (enum required)required;
	TRY(read_certainty(c, node, &out->certainty));
	TRY(pack_bool_or(c, node, "print", true, &out->print));
	TRY(pack_bool_or(c, node, "nco", true, &out->nco));
	if (out->required == REQUIRED_IF && !when)
		return PACK_FAIL(c, node, "form.when_missing");
	if (when)
		TRY(form_read_conditions(c, f, when, &out->when, &out->nwhen));
	return read_parts(c, f, node, out);
}

static rc read_section(struct ctx *c, const struct forms *f, const struct pack *node, struct form_section *out)
{
	static const char *const keys[] = { "id", "ja", "en", "fields", NULL };
	const struct pack *list;

	TRY(pack_keys(c, node, keys));
	TRY(pack_text(c, node, "id", &out->id));
	TRY(pack_text(c, node, "ja", &out->ja));
	TRY(pack_text(c, node, "en", &out->en));
	TRY(pack_need(c, node, "fields", &list));
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, out->fields, list->count);
	for PACK_EACH(item, list)
		TRY(read_field(c, f, item, &out->fields[out->nfields++]));
	return OK;
}

/* The form and version that an include names, with its body read. */
static rc find_included(struct ctx *c, struct forms *f, const struct pack *node, struct form **ret)
{
	slice id, version;

	TRY(pack_text(c, node, "form", &id));
	TRY(pack_text(c, node, "version", &version));
	for (uint32_t i = 0; i < f->n; i++) {
		struct form *form = &f->all[i];

		if (!slice_eq(form->id, id) || !slice_eq(form->version, version))
			continue;
		if (form->reading == 1)
			return PACK_FAIL(c, node, "form.circle");
		TRY(form_read_body(c, f, form));
		*ret = form;
		return OK;
	}
	return PACK_FAIL(c, node, "form.include");
}

static bool is_among(slice s, const slice *list, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (slice_eq(s, list[i]))
			return true;
	return false;
}

static rc copy_section(struct ctx *c, const struct form_section *from, const slice *except, uint32_t nexcept,
	const struct swaps *swaps, struct form_section *out)
{
	*out = (struct form_section){ .id = from->id, .ja = from->ja, .en = from->en };
	TRY(swap_words(c, swaps->words, &out->ja));
	TRY_ARRAY(c, out->fields, from->nfields);
	for (uint32_t i = 0; i < from->nfields; i++) {
		struct form_field *field = &out->fields[out->nfields];

		if (is_among(from->fields[i].code, except, nexcept))
			continue;
		*field = from->fields[i];
		TRY(swap_words(c, swaps->words, &field->ja));
		TRY(swap_code(c, swaps->codes, &field->code));
		out->nfields++;
	}
	return OK;
}

static rc include_sections(struct ctx *c, struct forms *f, const struct pack *node, struct form_sheet *sheet)
{
	static const char *const keys[] = { "form", "version", "sections", "except", "words", "codes", NULL };
	struct swaps swaps = { pack_get(node, S("words")), pack_get(node, S("codes")) };
	slice *names, *except;
	uint32_t n, nexcept;
	struct form *other = NULL;

	TRY(pack_keys(c, node, keys));
	TRY(find_included(c, f, node, &other));
	NEVER(!other);
	TRY(pack_texts(c, node, "sections", &names, &n));
	TRY(pack_texts(c, node, "except", &except, &nexcept));
	for (uint32_t i = 0; i < nexcept; i++)
		if (!form_field_find(other, S_NONE, except[i]))
			return PACK_FAIL(c, pack_get(node, S("except")), "form.include");
	for (uint32_t i = 0; i < n; i++) {
		const struct form_section *from = NULL;

		for (uint32_t j = 0; j < other->sheets[0].nsections; j++)
			if (slice_eq(other->sheets[0].sections[j].id, names[i]))
				from = &other->sheets[0].sections[j];
		if (!from)
			return PACK_FAIL(c, pack_get(node, S("sections")), "form.include");
		TRY(copy_section(c, from, except, nexcept, &swaps, &sheet->sections[sheet->nsections++]));
	}
	return OK;
}

/* Codes of fields and ids of sections stand once in a sheet. */
static rc check_unique(struct ctx *c, const struct pack *node, const struct form_sheet *s)
{
	for (uint32_t i = 0; i < s->nsections; i++) {
		for (uint32_t k = 0; k < i; k++)
			if (slice_eq(s->sections[i].id, s->sections[k].id))
				return PACK_FAIL(c, node, "form.duplicate");
		for (uint32_t j = 0; j < s->sections[i].nfields; j++)
			for (uint32_t k = 0; k <= i; k++)
				for (uint32_t l = 0; l < (k < i ? s->sections[k].nfields : j); l++)
					if (slice_eq(s->sections[k].fields[l].code, s->sections[i].fields[j].code)) {
						rc r = PACK_FAIL(c, node, "form.duplicate");

						fault_name(c, s->sections[i].fields[j].code);
						return r;
					}
	}
	return OK;
}

static rc read_sections(struct ctx *c, struct forms *f, const struct pack *node, struct form_sheet *sheet)
{
	static const char *const keys[] = { "include", NULL };
	const struct pack *list;
	uint32_t most = 0;

	TRY(pack_need(c, node, "sections", &list));
	TRY(pack_is(c, list, PACK_LIST));
	for PACK_EACH(item, list) {
		const struct pack *include = pack_get(item, S("include"));
		const struct pack *names = include ? pack_get(include, S("sections")) : NULL;

		most += names ? names->count : 1;
	}
	TRY_ARRAY(c, sheet->sections, most);
	for PACK_EACH(item, list) {
		const struct pack *include = pack_get(item, S("include"));

		if (include) {
			TRY(pack_keys(c, item, keys));
			TRY(include_sections(c, f, include, sheet));
		} else {
			TRY(read_section(c, f, item, &sheet->sections[sheet->nsections++]));
		}
		TRY(check_unique(c, item, sheet));
	}
	return OK;
}

static rc read_annex(struct ctx *c, struct forms *f, const struct pack *node, struct form_sheet *out)
{
	static const char *const keys[] = { "code", "ja", "en", "certainty", "when", "nco", "sections", NULL };
	const struct pack *when = pack_get(node, S("when"));

	TRY(pack_keys(c, node, keys));
	TRY(pack_text(c, node, "code", &out->code));
	TRY(check_code(c, pack_get(node, S("code")), out->code));
	TRY(pack_text(c, node, "ja", &out->ja));
	TRY(pack_text(c, node, "en", &out->en));
	TRY(read_certainty(c, node, &out->certainty));
	TRY(pack_bool(c, node, "nco", &out->nco));
	if (when)
		TRY(form_read_conditions(c, f, when, &out->when, &out->nwhen));
	return read_sections(c, f, node, out);
}

/* An include under `annexes` takes all annexes of the other form. */
static rc include_annexes(struct ctx *c, struct forms *f, const struct pack *node, struct form *form, uint32_t room)
{
	static const char *const keys[] = { "form", "version", "codes", NULL };
	const struct pack *codes = pack_get(node, S("codes"));
	struct form *other = NULL;

	TRY(pack_keys(c, node, keys));
	TRY(find_included(c, f, node, &other));
	NEVER(!other);
	if (other->nsheets - 1 > room)
		return PACK_FAIL(c, node, "form.include");
	for (uint32_t i = 1; i < other->nsheets; i++) {
		struct form_sheet *sheet = &form->sheets[form->nsheets++];

		*sheet = other->sheets[i];
		TRY(swap_code(c, codes, &sheet->code));
	}
	return OK;
}

#define ANNEXES_MOST 16u

rc form_read_body(struct ctx *c, struct forms *f, struct form *form)
{
	const struct pack *annexes = pack_get(form->node, S("annexes"));

	if (form->reading == 2)
		return OK;
	form->reading = 1;
	TRY_ARRAY(c, form->sheets, ANNEXES_MOST + 1);
	form->nsheets = 1;
	form->sheets[0] = (struct form_sheet){ .ja = form->title, .en = form->title_en, .certainty = 'A', .nco = true };
	TRY(read_sections(c, f, form->node, &form->sheets[0]));
	if (annexes)
		TRY(pack_is(c, annexes, PACK_LIST));
	for (const struct pack *item = annexes ? annexes->child : NULL; item; item = item->next) {
		const struct pack *include = pack_get(item, S("include"));

		if (form->nsheets > ANNEXES_MOST)
			return PACK_FAIL(c, item, "form.include");
		if (include)
			TRY(include_annexes(c, f, include, form, ANNEXES_MOST + 1 - form->nsheets));
		else
			TRY(read_annex(c, f, item, &form->sheets[form->nsheets++]));
		for (uint32_t i = 1; i + 1 < form->nsheets; i++)
			if (slice_eq(form->sheets[i].code, form->sheets[form->nsheets - 1].code))
				return PACK_FAIL(c, item, "form.duplicate");
	}
	form->reading = 2;
	return OK;
}
