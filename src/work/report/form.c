#include "work/report/form.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>

#include "work/report/form_read.h"

#include "base/banned.h"

#define FORMS_MOST 500u

static rc check_placeholders(struct ctx *c, const struct forms *f, const struct pack *node, slice text)
{
	size_t at = 0, end;

	while ((at = slice_find(text, S("{"), at)) != SIZE_MAX) {
		const struct record_path *p;

		end = slice_find(text, S("}"), at);
		p = end == SIZE_MAX ? NULL : record_find(f->record, slice_sub(text, at + 1, end - at - 1));
		if (!p || (p->type != VALUE_TEXT && p->type != VALUE_REF) || p->repeats)
			return PACK_FAIL(c, node, "form.placeholder");
		at = end;
	}
	return OK;
}

static rc read_letter(struct ctx *c, const struct forms *f, const struct pack *root, struct form *out)
{
	static const char *const keys[] = { "recipient", "opening", "closing", NULL };
	static const char *const recipients[] = { "person", "public", NULL };
	const struct pack *letter = pack_get(root, S("letter"));
	unsigned which;

	if (!letter)
		return out->layout == LAYOUT_TABLE ? OK : PACK_FAIL(c, root, "form.letter_missing");
	TRY(pack_keys(c, letter, keys));
	TRY(pack_word(c, letter, "recipient", recipients, &which));
	TRY(pack_text(c, letter, "opening", &out->opening));
	TRY(pack_text_or(c, letter, "closing", S_NONE, &out->closing));
	TRY(check_placeholders(c, f, pack_get(letter, S("opening")), out->opening));
	return out->closing.len ? check_placeholders(c, f, pack_get(letter, S("closing")), out->closing) : OK;
}

static rc read_head(struct ctx *c, const struct forms *f, const struct pack *root, struct form *out)
{
	static const char *const keys[] = {
		"schema", "form", "version", "title", "title_en", "heading", "layout", "basis", "honorific", "valid_from",
		"valid_to", "draft", "origin", "intro", "letter", "sections", "annexes", NULL,
	};
	static const char *const schemas[] = { "renkei.form/1", NULL };
	static const char *const layouts[] = { "table", "letter", "announcement", NULL };
	unsigned which;

	out->node = root;
	TRY(pack_keys(c, root, keys));
	TRY(pack_word(c, root, "schema", schemas, &which));
	TRY(pack_text(c, root, "form", &out->id));
	TRY(pack_text(c, root, "version", &out->version));
	TRY(pack_text(c, root, "title", &out->title));
	TRY(pack_text(c, root, "title_en", &out->title_en));
	TRY(pack_text_or(c, root, "heading", S_NONE, &out->heading));
	TRY(pack_text(c, root, "basis", &out->basis));
	TRY(pack_text_or(c, root, "honorific", S_NONE, &out->honorific));
	TRY(pack_text(c, root, "origin", &out->origin));
	TRY(pack_text_or(c, root, "intro", S_NONE, &out->intro));
	TRY(pack_bool(c, root, "draft", &out->draft));
	TRY(pack_day_or(c, root, "valid_from", JDAY_LEAST, &out->valid_from));
	TRY(pack_day_or(c, root, "valid_to", JDAY_MOST, &out->valid_to));
	TRY(pack_word(c, root, "layout", layouts, &which));
	out->layout = (enum form_layout)which;
	if (out->valid_from > out->valid_to)
		return PACK_FAIL(c, pack_get(root, S("valid_to")), "form.validity");
	return read_letter(c, f, root, out);
}

/* A version stands once, and no day has two versions of a form. */
static rc check_versions(struct ctx *c, const struct forms *f)
{
	for (uint32_t i = 0; i < f->n; i++)
		for (uint32_t j = 0; j < i; j++) {
			const struct form *a = &f->all[j], *b = &f->all[i];

			if (!slice_eq(a->id, b->id))
				continue;
			if (slice_eq(a->version, b->version))
				return PACK_FAIL(c, pack_get(b->node, S("version")), "form.duplicate");
			if (a->valid_from <= b->valid_to && b->valid_from <= a->valid_to)
				return PACK_FAIL(c, pack_get(b->node, S("form")), "form.overlap");
		}
	return OK;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void dir_closep(DIR **d)
{
	if (*d)
		(void)closedir(*d);
}

/* Names of the folders in `dir` that hold a definition, A to Z. */
static rc list_folders(struct ctx *c, const char *dir, char ***ret, uint32_t *ret_n)
{
	__attribute__((cleanup(dir_closep))) DIR *d = opendir(dir);
	const struct dirent *e;
	char **names;
	uint32_t n = 0;

	if (!d) {
		rc r = FAIL_SYS(c, "file.open");

		fault_where(c, dir);
		return r;
	}
	TRY_ARRAY(c, names, FORMS_MOST);
	while ((e = readdir(d))) {
		struct stat st;
		char path[4096];

		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof path, "%s/%s/fields.yaml", dir, e->d_name);
		if (stat(path, &st) != 0)
			continue;
		if (n == FORMS_MOST)
			return FAIL(c, E_LIMIT, "form.too_many");
		names[n] = arena_cstr(c->a, slice_of(e->d_name));
		if (!names[n++])
			return FAIL(c, E_LIMIT, "memory.limit");
	}
	qsort(names, n, sizeof *names, by_name);
	*ret = names;
	*ret_n = n;
	return OK;
}

rc forms_load(struct ctx *c, const char *dir, const struct forms **ret)
{
	struct forms *f;
	char path[4096], **names = NULL;
	uint32_t n = 0;

	TRY_NEW(c, f);
	(void)snprintf(path, sizeof path, "%s/record.yaml", dir);
	TRY(record_load(c, path, &f->record));
	TRY(list_folders(c, dir, &names, &n));
	TRY_ARRAY(c, f->all, n + 1);
	for (uint32_t i = 0; i < n; i++) {
		const struct pack *root;

		(void)snprintf(path, sizeof path, "%s/%s/fields.yaml", dir, names[i]);
		TRY(pack_read(c, path, &root));
		TRY(read_head(c, f, root, &f->all[f->n]));
		(void)snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		f->all[f->n].folder = arena_copy(c->a, slice_of(path));
		f->n++;
	}
	TRY(check_versions(c, f));
	for (uint32_t i = 0; i < f->n; i++)
		TRY(form_read_body(c, f, &f->all[i]));
	*ret = f;
	return OK;
}

/* PV and pv are the same form: rules of law name it in small letters. */
static bool same_id(slice a, slice b)
{
	return a.len == b.len && strncasecmp(a.p, b.p, a.len) == 0;
}

rc form_find(struct ctx *c, const struct forms *f, slice id, jday on_day, const struct form **ret)
{
	bool known = false;

	for (uint32_t i = 0; i < f->n; i++) {
		if (id.len == 0 || !same_id(f->all[i].id, id))
			continue;
		known = true;
		if (on_day < f->all[i].valid_from || on_day > f->all[i].valid_to)
			continue;
		*ret = &f->all[i];
		return OK;
	}
	(void)FAIL(c, E_NOTFOUND, known ? "form.not_in_force" : "form.unknown");
	fault_name(c, id);
	return E_NOTFOUND;
}

const struct form_field *form_field_find(const struct form *form, slice sheet, slice code)
{
	for (uint32_t i = 0; i < form->nsheets; i++) {
		if (!slice_eq(form->sheets[i].code, sheet))
			continue;
		for (uint32_t j = 0; j < form->sheets[i].nsections; j++)
			for (uint32_t k = 0; k < form->sheets[i].sections[j].nfields; k++)
				if (slice_eq(form->sheets[i].sections[j].fields[k].code, code))
					return &form->sheets[i].sections[j].fields[k];
	}
	return NULL;
}

static void each_in_field(const struct form_field *fd, void (*fn)(void *, const struct form_field *, const struct source *),
	void *arg)
{
	for (uint32_t i = 0; i < fd->nparts; i++) {
		const struct form_part *p = &fd->parts[i];

		fn(arg, fd, &p->from);
		if (p->to.path)
			fn(arg, fd, &p->to);
		if (p->precision.path)
			fn(arg, fd, &p->precision);
		for (uint32_t j = 0; j < p->ncolumns; j++) {
			struct source s = { .path = p->from.path, .column = p->columns[j].column };

			fn(arg, fd, &s);
		}
	}
}

void form_each_source(const struct form *form, void (*fn)(void *arg, const struct form_field *f, const struct source *s),
	void *arg)
{
	for (uint32_t i = 0; i < form->nsheets; i++)
		for (uint32_t j = 0; j < form->sheets[i].nsections; j++)
			for (uint32_t k = 0; k < form->sheets[i].sections[j].nfields; k++)
				each_in_field(&form->sheets[i].sections[j].fields[k], fn, arg);
}
