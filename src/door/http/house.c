#include "door/http/house.h"

#include "base/limits.h"

#include "base/banned.h"

static rc read_packs(struct ctx *c, const char *data, struct house *h)
{
	TRY(law_load(c, data, &h->law));
	TRY(shelf_load(c, data, &h->shelf));
	TRY(terms_make(c, h->law, shelf_record(h->shelf), &h->terms));
	return who_rights(c, data, &h->rights);
}

rc house_open(struct ctx *c, const char *data, struct house **ret)
{
	struct arena *a = arena_new(LIMIT_ARENA_COMMAND);
	struct ctx own = { .a = a, .now = c->now, .app = c->app };
	struct house *h;
	rc r;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	h = arena_alloc(a, 1, sizeof *h);
	if (!h) {
		arena_free(a);
		return FAIL(c, E_NOMEM, "memory.limit");
	}
	h->a = a;
	h->data = data;
	r = read_packs(&own, data, h);
	if (r != OK) {
		c->fault = own.fault;
		arena_free(a);
		return r;
	}
	*ret = h;
	return OK;
}

void house_close(struct house *h)
{
	if (h)
		arena_free(h->a);
}
