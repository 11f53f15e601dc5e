#include "work/select/items.h"

#include <stdlib.h>

#include "work/select/around.h"
#include "work/select/own.h"
#include "work/select/withhold.h"

#include "base/banned.h"

#define OUT_PIECE ((size_t)128 << 10)   /* items are written in such pieces: what stays in the caches is written fast */
#define LINE_GUESS ((size_t)160)
#define AHEAD 6u     /* items whose fingerprints are asked for early */

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

/* Sixteen bytes a multiplication; most values have 8 to 32, and are read by four looks that overlap: no branch by their length. */
static uint64_t fingerprint(const struct indicator *it)
{
	uint64_t h = 1469598103934665603u ^ ((uint64_t)it->type << 8 | (uint64_t)it->role) ^ (uint64_t)it->value.len << 32, few = 0;
	const char *p = it->value.p;
	size_t n = it->value.len;

	if (n < 8) {
		memcpy(&few, p, n);
		h = fold_product(few ^ 0x9e3779b97f4a7c15u, h);
	} else {
		for (; n > 32; p += 16, n -= 16)
			h = fold_product(eight(p) ^ 0x9e3779b97f4a7c15u, eight(p + 8) ^ h);
		h = fold_product(eight(p) ^ 0x9e3779b97f4a7c15u, eight(p + (n < 16 ? n - 8 : 8)) ^ h) ^
			fold_product(eight(p + (n < 16 ? 0 : n - 16)) ^ 0xa0761d6478bd642fu, eight(p + n - 8) ^ 0xe7037ed1a0b428dbu);
	}
	h = fold_product(h ^ 0x9e3779b97f4a7c15u, 0xd6e8feb86659fd93u);
	return h ? h : 1;
}

static int by_start(const void *a, const void *b)
{
	const struct indicator *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

rc items_write(struct select_run *run, struct ctx *w, slice name, const struct doc_part *part, struct ind_list *list,
	const struct pii_result *found, struct place *at)
{
	struct around around = { .text = part->text };
	struct buf b, hashes;
	slice lines;
	uint64_t prints[AHEAD] = { 0 }, print;
	__attribute__((uninitialized)) struct own own;

	own_read(part->text, found, &own);
	for (size_t i = 1; i < list->n; i++)
		if (list->items[i].start < list->items[i - 1].start) {   /* an encoding opened within something */
			qsort(list->items, list->n, sizeof *list->items, by_start);
			break;
		}
	buf_init(&b, w->a, OUT_MOST);
	(void)buf_room(&b, list->n < OUT_PIECE / LINE_GUESS ? list->n * LINE_GUESS : OUT_PIECE + LINE_GUESS);   /* what grows is copied */
	buf_init(&hashes, w->a, OUT_MOST);
	for (size_t i = 0; i < AHEAD && i < list->n; i++)
		prints[i] = fingerprint(&list->items[i]);
	run->form.hashes = run->opt.hashes.write ? &hashes : NULL;
	memset(run->form.heads, 0, sizeof run->form.heads);
	for (size_t i = 0; i < list->n; i++) {
		struct indicator *it = &list->items[i];
		struct item item = { .doc = name, .part = part->path, .it = it };
		bool is_new;

		print = prints[i % AHEAD];
		if (i + AHEAD < list->n) {
			prints[i % AHEAD] = fingerprint(&list->items[i + AHEAD]);
			seen_prefetch(&run->seen, prints[i % AHEAD]);
		}
		if (withhold_item(run->opt.policy, found, it)) {
			if (!withhold_mend(w, part->text, found, it))
				continue;
			print = fingerprint(it);
		}
		if (own.n && own_mark(&own, it))
			print = fingerprint(it);
		if (it->role == IND_REF && !run->opt.with_refs && run->opt.form != SELECT_JSONL && run->opt.form != SELECT_CSV)
			continue;
		TRY(seen_add(run->c, &run->seen, print, &is_new));
		if (!is_new)
			continue;
		item.offset = run->chars + place_chars(at, it->start);
		if (run->opt.form == SELECT_JSONL) {
			item.time = around_time_next(&around, found, it->start);
			if (run->opt.context)
				TRY(around_text(w, part->text, found, it->start, it->end, &item.context));
		}
		form_item(&run->form, &b, &item);
		run->tally.items[it->type]++;
		if (b.len >= OUT_PIECE) {
			TRY(buf_done(w, &b, &lines));
			TRY(run->opt.out.write(w, run->opt.out.to, lines));
			buf_reset(&b);
		}
	}
	TRY(buf_done(w, &b, &lines));
	run->form.hashes = NULL;
	if (run->opt.hashes.write && hashes.len)
		TRY(run->opt.hashes.write(w, run->opt.hashes.to, buf_slice(&hashes)));
	return lines.len ? run->opt.out.write(w, run->opt.out.to, lines) : OK;
}
