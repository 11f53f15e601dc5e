#include "door/http/packs.h"

#include "base/limits.h"
#include "core/exchange/keys.h"
#include "door/http/marks.h"
#include "door/http/who.h"
#include "work/case/case.h"
#include "work/notice/notice.h"
#include "work/report/filing_form.h"
#include "work/thread/kind.h"

#include "base/banned.h"

static rc read_strength(struct ctx *c, const char *data, struct screening_strength *ret)
{
	const struct pack *rules;
	struct buf path;

	buf_init(&path, c->a, 8192);
	buf_putf(&path, "%s/screening/rules.yaml", data);
	buf_putc(&path, '\0');
	TRY(pack_read(c, path.p, &rules));
	return screening_strength_read(c, rules, ret);
}

static rc read_packs(struct ctx *c, const char *data, struct packs *h)
{
	struct thread_kinds *kinds;

	TRY(law_load(c, data, &h->law));
	TRY(ladder_load(c, data, &h->ladder));
	TRY(shelf_load(c, data, &h->shelf));
	TRY(terms_make(c, h->law, shelf_record(h->shelf), &h->terms));
	TRY(who_rights(c, data, &h->rights));
	TRY(gate_load(c, data, &h->gate));
	TRY_NEW(c, kinds);
	TRY(thread_kinds_load(c, data, h->gate, kinds));
	h->kinds = kinds;
	TRY(read_strength(c, data, &h->strength));
	return marks_open(c, &h->marks);
}

rc packs_open(struct ctx *c, const char *data, struct packs **ret)
{
	struct arena *a = arena_new(LIMIT_ARENA_COMMAND);
	struct ctx own = { .a = a, .now = c->now, .app = c->app };
	struct packs *h;
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

rc packs_keys(struct ctx *c, struct packs *h, const char *store)
{
	struct ctx own = { .a = h->a, .now = c->now, .app = c->app };
	struct exchange_keys *keys;
	rc r;

	TRY_NEW(&own, keys);
	r = exchange_keys_open(&own, store, keys);
	if (r == OK)
		h->keys = keys;
	else if (r != E_NOTFOUND)
		c->fault = own.fault;
	return r == E_NOTFOUND ? OK : r;
}

void packs_close(struct packs *h)
{
	if (h)
		marks_free(h->marks);
	if (h && h->keys)
		exchange_keys_wipe(h->keys);
	if (h)
		arena_free(h->a);
}
