/* law/law.yaml names the packs; this reads them in the order in which they need each other. */
#include "core/law/law_in.h"

#include "base/banned.h"

#define PACKS_MOST 64u

struct manifest {
	const char *folder;
	const struct pack *root;
};

static rc read_named(struct ctx *c, const char *folder, const struct pack *name, const struct pack **ret)
{
	struct buf b;
	slice text;

	TRY(pack_as_text(c, name, &text));
	buf_init(&b, c->a, 4096);
	buf_putf(&b, "%s/%" S_FMT, folder, S_ARG(text));
	buf_putc(&b, '\0');
	if (b.full)
		return FAIL(c, E_LIMIT, "text.limit");
	return pack_read(c, b.p, ret);
}

static rc read_one(struct ctx *c, const struct manifest *m, const char *key, const struct pack **ret)
{
	const struct pack *name = NULL;

	TRY(pack_need(c, m->root, key, &name));
	return read_named(c, m->folder, name, ret);
}

static rc read_list(struct ctx *c, const struct manifest *m, const char *key, const struct pack **packs, uint32_t *ret_n)
{
	const struct pack *list = NULL;
	uint32_t n = 0;

	TRY(pack_need(c, m->root, key, &list));
	TRY(pack_is(c, list, PACK_LIST));
	if (list->count > PACKS_MOST)
		return PACK_FAIL(c, list, "law.packs_count");
	for PACK_EACH(name, list)
		TRY(read_named(c, m->folder, name, &packs[n++]));
	*ret_n = n;
	return OK;
}

static rc load_all(struct ctx *c, struct law *law, const struct manifest *m)
{
	const struct pack *common = NULL, *one = NULL, *packs[PACKS_MOST];
	uint32_t n = 0;

	TRY(read_one(c, m, "common", &common));
	TRY(load_common(c, law, common));
	TRY(read_one(c, m, "agencies", &one));
	TRY(load_agencies(c, law, one));
	TRY(read_one(c, m, "calendar", &one));
	TRY(holidays_load(c, one, &law->holidays));
	TRY(read_one(c, m, "facts", &one));
	TRY(load_facts(c, law, one));
	TRY(read_list(c, m, "predicates", packs, &n));
	TRY(load_predicate_names(c, law, packs, n));
	TRY(load_predicates(c, law));
	TRY(load_clocks(c, law, common));
	TRY(read_list(c, m, "duties", packs, &n));
	TRY(load_duties(c, law, packs, n));
	return programs_build(c, law);
}

rc law_load(struct ctx *c, const char *root, const struct law **ret)
{
	static const char *const keys[] = { "common", "facts", "predicates", "duties", "calendar", "agencies", NULL };
	struct manifest m = { 0 };
	struct law *law;
	struct buf b;

	TRY_NEW(c, law);
	buf_init(&b, c->a, 4096);
	buf_putf(&b, "%s/law", root);
	buf_putc(&b, '\0');
	m.folder = b.p;
	if (b.full)
		return FAIL(c, E_LIMIT, "text.limit");
	buf_init(&b, c->a, 4096);
	buf_putf(&b, "%s/law.yaml", m.folder);
	buf_putc(&b, '\0');
	if (b.full)
		return FAIL(c, E_LIMIT, "text.limit");
	TRY(pack_read(c, b.p, &m.root));
	TRY(pack_keys(c, m.root, keys));
	TRY(load_all(c, law, &m));
	*ret = law;
	return OK;
}

const struct holidays *law_holidays(const struct law *law) { return law->holidays; }
