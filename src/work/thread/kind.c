#include "work/thread/kind.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/pack.h"
#include "work/thread/thread_inside.h"

#include "base/banned.h"

#define KINDS_MOST 64u

const struct thread_kind *thread_kind_find(const struct thread_kinds *k, slice id)
{
	for (uint32_t i = 0; i < k->n; i++)
		if (slice_eq(k->v[i].id, id))
			return &k->v[i];
	return NULL;
}

const struct thread_step *thread_step_find(const struct thread_kind *k, slice id)
{
	for (uint32_t i = 0; i < k->nsteps; i++)
		if (slice_eq(k->steps[i].id, id))
			return &k->steps[i];
	return NULL;
}

int32_t thread_field_find(const struct thread_kind *k, slice id)
{
	for (uint32_t i = 0; i < k->nfields; i++)
		if (slice_eq(k->fields[i].id, id))
			return (int32_t)i;
	return -1;
}

bool field_says(const struct thread_field *f, const struct json *v)
{
	for (uint32_t i = 0; i < f->nwords; i++)
		if (slice_eq(f->words[i], json_text(v)))
			return true;
	return f->nwords == 0;
}

int32_t thread_state_find(const struct thread_kind *k, slice id)
{
	for (uint32_t i = 0; i < k->nstates; i++)
		if (slice_eq(k->states[i], id))
			return (int32_t)i;
	return -1;
}

/* ---- pieces ---- */

static rc list_of(struct ctx *c, const struct pack *map, const char *key, const struct pack **ret)
{
	TRY(pack_need(c, map, key, ret));
	return pack_is(c, *ret, PACK_LIST);
}

static rc read_fields(struct ctx *c, const struct pack *root, const struct gate *g, struct thread_kind *k)
{
	static const char *const keys[] = { "id", "ja", "en", "class", "words", "list", "line", NULL };
	const struct pack *list;
	slice *words;

	TRY(list_of(c, root, "fields", &list));
	for PACK_EACH(v, list) {
		struct thread_field *f = &k->fields[k->nfields];
		int32_t cls;
		slice name;

		TRY(pack_keys(c, v, keys));
		if (k->nfields == THREAD_FIELDS_MOST)
			return PACK_FAIL(c, v, "gate.many");
		TRY(pack_text(c, v, "id", &f->id));
		TRY(pack_text(c, v, "ja", &f->ja));
		TRY(pack_text(c, v, "en", &f->en));
		TRY(pack_text(c, v, "class", &name));
		cls = gate_class_find(g, name);
		if (cls < 0 || thread_field_find(k, f->id) >= 0)
			return PACK_FAIL(c, v, "thread.field");
		f->cls = (uint32_t)cls;
		TRY(pack_texts(c, v, "words", &words, &f->nwords));
		f->words = words;
		TRY(pack_bool_or(c, v, "list", false, &f->list));
		TRY(pack_bool_or(c, v, "line", false, &f->line));
		k->nfields++;
	}
	return OK;
}

static rc read_states(struct ctx *c, const struct pack *root, struct thread_kind *k)
{
	static const char *const keys[] = { "id", "ja", NULL };
	const struct pack *list;

	TRY(list_of(c, root, "states", &list));
	for PACK_EACH(v, list) {
		TRY(pack_keys(c, v, keys));
		if (k->nstates == THREAD_STATES_MOST)
			return PACK_FAIL(c, v, "gate.many");
		TRY(pack_text(c, v, "id", &k->states[k->nstates]));
		TRY(pack_text(c, v, "ja", &k->states_ja[k->nstates]));
		k->nstates++;
	}
	return OK;
}

static rc read_field_bits(struct ctx *c, const struct pack *v, const char *key, const struct thread_kind *k, uint64_t *ret)
{
	uint32_t n;
	slice *ids;

	*ret = 0;
	TRY(pack_texts(c, v, key, &ids, &n));
	for (uint32_t i = 0; i < n; i++) {
		int32_t f = thread_field_find(k, ids[i]);

		if (f < 0)
			return PACK_FAIL(c, v, "thread.field");
		*ret |= BIT(f);
	}
	return OK;
}

static rc read_flags(struct ctx *c, const struct pack *v, unsigned *ret)
{
	static const struct { const char *name; unsigned bit; } flags[] = {
		{ "local", STEP_LOCAL }, { "free", STEP_FREE }, { "signs", STEP_SIGNS }, { "version", STEP_VERSION },
		{ "all_signed", STEP_ALL_SIGNED }, { "evidence", STEP_EVIDENCE }, { "embargo", STEP_EMBARGO }, { "due", STEP_DUE },
		{ "answers", STEP_ANSWERS }, { "ring", STEP_RING }, { "final", STEP_FINAL }, { "each", STEP_EACH },
		{ "calls", STEP_CALLS }, { "event", STEP_EVENT }, { "after", STEP_AFTER }, { "merges", STEP_MERGES }, { "cited", STEP_CITED },
	};
	uint32_t n;
	slice *words;

	*ret = 0;
	TRY(pack_texts(c, v, "is", &words, &n));
	for (uint32_t i = 0; i < n; i++) {
		unsigned bit = 0;

		for (size_t f = 0; f < sizeof flags / sizeof flags[0]; f++)
			if (slice_is(words[i], flags[f].name))
				bit = flags[f].bit;
		if (!bit)
			return PACK_FAIL(c, v, "thread.flag");
		*ret |= bit;
	}
	return OK;
}

static rc read_step(struct ctx *c, const struct pack *v, struct thread_kind *k)
{
	static const char *const keys[] = { "id", "ja", "en", "by", "from", "to", "is", "fields", "need", NULL };
	static const char *const bys[] = { "opener", "party", "any", NULL };
	struct thread_step *s = &k->steps[k->nsteps];
	uint32_t nfrom;
	slice *from, to;
	unsigned by;

	TRY(pack_keys(c, v, keys));
	if (k->nsteps == THREAD_STEPS_MOST)
		return PACK_FAIL(c, v, "gate.many");
	TRY(pack_text(c, v, "id", &s->id));
	TRY(pack_text(c, v, "ja", &s->ja));
	TRY(pack_text(c, v, "en", &s->en));
	TRY(pack_word(c, v, "by", bys, &by));
	s->by = (enum step_by)by;
	TRY(read_flags(c, v, &s->flags));
	TRY(pack_texts(c, v, "from", &from, &nfrom));
	for (uint32_t i = 0; i < nfrom; i++) {
		int32_t state = thread_state_find(k, from[i]);

		if (state < 0)
			return PACK_FAIL(c, v, "thread.state_word");
		s->from |= (uint32_t)BIT(state);
	}
	TRY(pack_text_or(c, v, "to", S_NONE, &to));
	s->to = to.len ? thread_state_find(k, to) : -1;
	if (to.len > 0 && s->to < 0)
		return PACK_FAIL(c, v, "thread.state_word");
	TRY(read_field_bits(c, v, "fields", k, &s->fields));
	TRY(read_field_bits(c, v, "need", k, &s->need));
	if (s->need & ~s->fields)
		return PACK_FAIL(c, v, "thread.need");
	k->nsteps++;
	return OK;
}

/* The first step opens the thread and comes from no state; every other one from some. */
static rc read_steps(struct ctx *c, const struct pack *root, struct thread_kind *k)
{
	const struct pack *list;

	TRY(list_of(c, root, "steps", &list));
	for PACK_EACH(v, list) {
		TRY(read_step(c, v, k));
		if ((k->steps[k->nsteps - 1].from == 0) != (k->nsteps == 1))
			return PACK_FAIL(c, v, "thread.first");
	}
	return k->nsteps > 0 && k->steps[0].to >= 0 && k->steps[0].by == BY_OPENER ? OK : PACK_FAIL(c, list, "thread.first");
}

static rc read_schemes(struct ctx *c, const struct pack *root, struct thread_kind *k)
{
	static const char *const keys[] = { "of", "ja", NULL };
	const struct pack *list = pack_get(root, S("schemes"));

	TRY(pack_text_or(c, root, "on", S_NONE, &k->on));
	if (!list)
		return k->on.len == 0 ? OK : PACK_FAIL(c, root, "thread.schemes");
	TRY(pack_is(c, list, PACK_LIST));
	for PACK_EACH(v, list) {
		TRY(pack_keys(c, v, keys));
		if (k->nschemes == THREAD_SCHEMES_MOST)
			return PACK_FAIL(c, v, "gate.many");
		TRY(pack_text(c, v, "of", &k->schemes[k->nschemes].of));
		TRY(pack_text(c, v, "ja", &k->schemes[k->nschemes].ja));
		k->nschemes++;
	}
	return OK;
}

static rc read_classes(struct ctx *c, const struct pack *root, const char *key, const struct gate *g, uint64_t *ret)
{
	const struct pack *list;

	*ret = 0;
	if (!pack_get(root, slice_of(key)) && (strcmp(key, "late") == 0 || strcmp(key, "memo_free") == 0))
		return OK;
	TRY(list_of(c, root, key, &list));
	for PACK_EACH(v, list) {
		int32_t i = gate_recipient_find(g, v->text);

		if (i < 0)
			return PACK_FAIL(c, v, "gate.word");
		*ret |= BIT(i);
	}
	return OK;
}

rc thread_kind_parse(struct ctx *c, const char *file, slice text, const struct gate *g, struct thread_kind *ret)
{
	static const char *const keys[] = { "thread", "ja", "en", "memo", "discharges", "purpose", "from", "to", "ladder", "tlp", "onward",
		"due_minutes", "fields", "states", "steps", "basis", "late", "memo_free", "on", "schemes",
		"exercise", NULL };
	static const char *const tlps[] = { "clear", "green", "amber", "amber_strict", "red", NULL };
	static const char *const onwards[] = { "no", "ask", "granted", "free", NULL };
	struct thread_kind k = { 0 };
	const struct pack *root;
	unsigned tlp, onward;
	uint32_t nbasis;
	slice purpose, *basis;
	int32_t p;

	TRY(pack_parse(c, file, text, &root));
	TRY(pack_is(c, root, PACK_MAP));
	TRY(pack_keys(c, root, keys));
	TRY(pack_text(c, root, "thread", &k.id));
	TRY(pack_text(c, root, "ja", &k.ja));
	TRY(pack_text(c, root, "en", &k.en));
	TRY(pack_texts(c, root, "basis", &basis, &nbasis));
	TRY(pack_text(c, root, "memo", &k.memo));
	if (slice_is(k.memo, "none"))
		k.memo = S_NONE;
	TRY(pack_text_or(c, root, "discharges", S_NONE, &k.discharges));
	TRY(pack_text(c, root, "purpose", &purpose));
	p = gate_purpose_find(g, purpose);
	if (p < 0)
		return PACK_FAIL(c, root, "gate.purpose");
	k.purpose = (uint32_t)p;
	TRY(read_classes(c, root, "from", g, &k.opens));
	TRY(read_classes(c, root, "to", g, &k.to));
	TRY(read_classes(c, root, "late", g, &k.late));
	TRY(read_classes(c, root, "memo_free", g, &k.memo_free));
	TRY(read_schemes(c, root, &k));
	TRY(pack_bool_or(c, root, "ladder", false, &k.ladder));
	TRY(pack_bool_or(c, root, "exercise", false, &k.exercise));
	TRY(pack_word(c, root, "tlp", tlps, &tlp));
	TRY(pack_word(c, root, "onward", onwards, &onward));
	k.tlp = (enum tlp)tlp;
	k.onward = (enum onward)onward;
	if (pack_get(root, S("due_minutes")))
		TRY(pack_int(c, root, "due_minutes", 1, 5256000, &k.due_minutes));
	TRY(read_fields(c, root, g, &k));
	TRY(read_states(c, root, &k));
	TRY(read_steps(c, root, &k));
	*ret = k;
	return OK;
}

/* ---- the folder ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void close_dir(DIR **d) { if (*d) (void)closedir(*d); }

rc thread_kinds_load(struct ctx *c, const char *root, const struct gate *g, struct thread_kinds *ret)
{
	__attribute__((cleanup(close_dir))) DIR *dir = NULL;
	struct thread_kind *v;
	char *names[KINDS_MOST], path[4096];
	const struct dirent *e;
	uint32_t n = 0;

	(void)snprintf(path, sizeof path, "%s/threads", root);
	dir = opendir(path);
	if (!dir)
		return FAIL_SYS(c, "file.open");
	while ((e = readdir(dir)) != NULL) {
		if (!slice_ends(slice_of(e->d_name), S(".yaml")) || n == KINDS_MOST)
			continue;
		names[n] = arena_cstr(c->a, slice_of(e->d_name));
		if (!names[n++])
			return FAIL(c, E_LIMIT, "memory.limit");
	}
	qsort(names, n, sizeof names[0], by_name);
	TRY_ARRAY(c, v, n + 1);
	for (uint32_t i = 0; i < n; i++) {
		slice text;

		(void)snprintf(path, sizeof path, "%s/threads/%s", root, names[i]);
		TRY(file_read(c, path, LIMIT_FILE_SMALL, &text));
		TRY(thread_kind_parse(c, names[i], text, g, &v[i]));
	}
	ret->v = v;
	ret->n = n;
	return OK;
}
