#include "work/select/items.h"

#include <stdlib.h>

#include "work/select/around.h"
#include "work/select/own.h"
#include "work/select/withhold.h"

#include "base/banned.h"

#define OUT_PIECE ((size_t)128 << 10)   /* items are written in such pieces: what stays in the caches is written fast */
#define LINE_GUESS ((size_t)160)
#define AHEAD 16u    /* items whose fingerprints are asked for early; a power of two */

__extension__ typedef unsigned __int128 u128;

static inline uint64_t fold_product(uint64_t a, uint64_t b)
{
	u128 p = (u128)a * b;

	return (uint64_t)p ^ (uint64_t)(p >> 64);
}

static inline uint64_t eight(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* Odd, and half of their bits set. */
#define K0 UINT64_C(0x9e3779b97f4a7c15)
#define K1 UINT64_C(0xa0761d6478bd642f)

/* Sixteen bytes a multiplication; most values have 8 to 32, and are read by four looks that overlap: no branch by their length. */
static inline uint64_t fingerprint(const struct indicator *it)
{
	uint64_t h = K1 ^ ((uint64_t)it->type << 8 | (uint64_t)it->role) ^ (uint64_t)it->value.len << 32, few = 0;
	const char *p = it->value.p;
	size_t n = it->value.len;

	if (n < 8) {
		memcpy(&few, p, n);
		return fold_product(fold_product(few ^ K0, h), K0) | 1;
	}
	for (; n > 32; p += 16, n -= 16)
		h = fold_product(eight(p) ^ K0, eight(p + 8) ^ h);
	h = fold_product(eight(p) ^ K0, eight(p + (n < 16 ? n - 8 : 8)) ^ h) ^
		fold_product(eight(p + (n < 16 ? 0 : n - 16)) ^ K1, eight(p + n - 8) ^ K0);
	return fold_product(h, K0) | 1;
}

static int by_start(const void *a, const void *b)
{
	const struct indicator *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* An encoding opened within something stands behind it in the list. */
static void put_in_order(struct ind_list *list)
{
	size_t last = 0;

	for (const struct indicator *it = list->items, *end = it + list->n; it < end; last = it++->start)
		if (it->start < last) {
			qsort(list->items, list->n, sizeof *list->items, by_start);
			return;
		}
}

/* One text that is written. */
struct text {
	struct select_run *run;
	struct ctx *w;
	const struct doc_part *part;
	const struct pii_result *found;
	struct place *at;
	struct around around;
	struct free_place free;
	struct own own;
};

/* May it leave? What is written of it may be less than was found, and then has another fingerprint. */
static inline bool may_leave(struct text *t, struct indicator *it, uint64_t *print)
{
	bool other = false;

	if (withhold_item(t->run->opt.policy, t->found, &t->free, it)) {
		if (!withhold_mend(t->w, t->part->text, t->found, it))
			return false;
		other = true;
	}
	if (t->own.n && own_mark(&t->own, it))
		other = true;
	if (other)
		*print = fingerprint(it);
	return true;
}

static inline rc write_item(struct text *t, struct item *item, struct buf *b)
{
	struct select_run *run = t->run;
	const struct indicator *it = item->it;

	item->offset = run->chars + place_chars(t->at, it->start);
	if (run->opt.form == SELECT_JSONL) {
		item->time = around_time_next(&t->around, t->found, it->start);
		if (run->opt.context)
			TRY(around_text(t->w, t->part->text, t->found, it->start, it->end, &item->context));
		jsonl_item(&run->form.jsonl, b, item);
	} else {
		form_item(&run->form, b, item);
	}
	run->tally.items[it->type]++;
	return OK;
}

static rc write_out(struct select_run *run, struct ctx *w, struct buf *b)
{
	slice lines;

	TRY(buf_done(w, b, &lines));
	if (lines.len)
		TRY(run->opt.out.write(w, run->opt.out.to, lines));
	buf_reset(b);
	return OK;
}

static rc write_list(struct text *t, const struct ind_list *list, struct item *item, struct buf *b)
{
	struct select_run *run = t->run;
	bool with_refs = run->opt.with_refs || run->opt.form == SELECT_JSONL || run->opt.form == SELECT_CSV;
	uint64_t prints[AHEAD] = { 0 };

	for (size_t i = 0; i < AHEAD && i < list->n; i++)
		prints[i] = fingerprint(&list->items[i]);
	for (size_t i = 0; i < list->n; i++) {
		struct indicator *it = &list->items[i];
		uint64_t print = prints[i % AHEAD];
		bool is_new;

		if (i + AHEAD < list->n) {
			prints[i % AHEAD] = fingerprint(&list->items[i + AHEAD]);
			seen_prefetch(&run->seen, prints[i % AHEAD]);
		}
		if (!may_leave(t, it, &print) || (it->role == IND_REF && !with_refs))
			continue;
		TRY(seen_add(run->c, &run->seen, print, &is_new));
		if (!is_new)
			continue;
		item->it = it;
		TRY(write_item(t, item, b));
		if (b->len >= OUT_PIECE)
			TRY(write_out(run, t->w, b));
	}
	return write_out(run, t->w, b);
}

rc items_write(struct select_run *run, struct ctx *w, slice name, const struct doc_part *part, struct ind_list *list,
	const struct pii_result *found, struct place *at)
{
	__attribute__((uninitialized)) struct text t;
	struct item item = { .doc = name, .part = part->path };
	struct buf b, hashes;

	t.run = run;
	t.w = w;
	t.part = part;
	t.found = found;
	t.at = at;
	t.around = (struct around){ .text = part->text };
	t.free = (struct free_place){ 0 };
	own_read(part->text, found, &t.own);
	put_in_order(list);
	buf_init(&b, w->a, OUT_MOST);
	(void)buf_room(&b, list->n < OUT_PIECE / LINE_GUESS ? list->n * LINE_GUESS : OUT_PIECE + LINE_GUESS);   /* what grows is copied */
	buf_init(&hashes, w->a, OUT_MOST);
	run->form.hashes = run->opt.hashes.write ? &hashes : NULL;
	memset(run->form.jsonl.heads, 0, sizeof run->form.jsonl.heads);
	TRY(write_list(&t, list, &item, &b));
	run->form.hashes = NULL;
	return run->opt.hashes.write && hashes.len ? run->opt.hashes.write(w, run->opt.hashes.to, buf_slice(&hashes)) : OK;
}
