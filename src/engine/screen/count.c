/* How many lines each user has, all fields of every line found and counted: the quickest look at a log. */
#include <stdlib.h>

#include "base/json.h"
#include "engine/screen/cp932.h"
#include "engine/screen/model.h"
#include "engine/screen/text32.h"

#include "base/banned.h"

#define SLOTS 4096u

struct count_slot { struct text32 text; uint32_t len; uint32_t user; };

struct screen_counts {
	struct map64 at;
	struct count_user { slice name; uint64_t lines; } *v;
	uint32_t n, cap;
	uint64_t lines, damaged, other;
	struct count_slot slots[SLOTS];
};

rc screen_counts_new(struct ctx *c, struct screen_counts **ret)
{
	struct screen_counts *k;

	TRY_NEW(c, k);
	*ret = k;
	return OK;
}

void screen_counts_forget(struct screen_counts *k)
{
	memset(k->slots, 0, sizeof k->slots);
}

/* The user's number, by the name as UTF-8. */
static rc user_number(struct ctx *c, struct screen_counts *k, slice raw, bool cp932, uint32_t *ret)
{
	uint32_t *at, n = k->n;
	struct buf b;
	slice name = slice_trim(raw);

	buf_init(&b, c->a, 8192);
	if (cp932) {
		(void)cp932_put(&b, name);
		name = buf_slice(&b);
	}
	TRY(map64_put(c, &k->at, slice_hash(name) | 1, n, &at));
	/* two names of one hash would be counted together: the second one is put beside it */
	while (*at != n && !slice_eq(k->v[*at].name, name))
		TRY(map64_put(c, &k->at, (slice_hash(name) | 1) + 2 * (uint64_t)*at + 2, n, &at));
	if (*at == n) {
		TRY_PUSH(c, k->v, k->n, k->cap);
		k->v[k->n] = (struct count_user){ S_NONE, 0 };
		TRY(slice_keep(c, name, &k->v[k->n].name));
		k->n++;
	}
	*ret = *at;
	return OK;
}

static rc count_one(struct ctx *c, struct screen_counts *k, slice user, bool cp932)
{
	struct count_slot *slot;
	struct text32 t;
	uint32_t at;

	if (user.len > TEXT32_MOST) {
		TRY(user_number(c, k, user, cp932, &at));
		k->v[at].lines++;
		return OK;
	}
	t = text32_of(user);
	slot = &k->slots[text32_hash(&t, user.len) & (SLOTS - 1)];
	if (slot->len != user.len + 1 || !text32_eq(&slot->text, &t)) {
		TRY(user_number(c, k, user, cp932, &at));
		*slot = (struct count_slot){ t, (uint32_t)user.len + 1, at };
	}
	k->v[slot->user].lines++;
	return OK;
}

static bool is_header(const struct layout *l, slice whole)
{
	return whole.len >= l->header.len && whole.len <= l->header.len + 8 && slice_ends(slice_trim(whole), l->header);
}

static rc count_csv(struct ctx *c, struct screen_counts *k, struct screen_worker *w, const struct layout *l, slice block)
{
	struct marked_lines lines;
	struct line line = { 0 };
	struct buf scratch;
	enum line_state st;
	uint32_t place = 0;

	buf_init(&scratch, c->a, block.len * 2 + 4096);
	while (place < l->columns && l->col[place] != COL_USER)
		place++;
	TRY(screen_worker_marks(c, w, block.len, &lines.m));
	marked_begin(&lines, l, block, screen_worker_split(w));
	while (lines.at < block.len) {
		/* the plain case by itself: the right number of fields, no quote */
		while (lines.line < lines.m.lines && place > 0) {
			uint32_t last = lines.m.end[lines.line];
			const uint32_t *at = lines.m.at + lines.mark;
			slice user;

			if ((last & SPLIT_QUOTE) || last - lines.mark + 1 != l->columns)
				break;
			user = (slice){ block.p + at[place - 1] + 1, at[place] - at[place - 1] - 1 };
			if (block.p[lines.at] == l->header.p[0] && is_header(l, (slice){ block.p + lines.at, lines.m.at[last] - lines.at })) {
				k->other++;
			} else {
				TRY(count_one(c, k, user, l->cp932));
				k->lines++;
			}
			lines.at = lines.m.at[last] + 1;
			lines.mark = last + 1;
			lines.line++;
		}
		scratch.len = 0;
		if (!marked_next(&lines, &scratch, &line, &st))
			break;
		if (st == LINE_GOOD && !is_header(l, line.whole)) {
			TRY(count_one(c, k, line.f[COL_USER], l->cp932));
			k->lines++;
		} else if (st == LINE_DAMAGED) {
			k->damaged++;
		} else {
			k->other++;
		}
	}
	return OK;
}

rc screen_count(struct ctx *c, struct screen_counts *k, struct screen_worker *w, const struct source *src, slice block)
{
	const struct layout *l = &src->layout;
	struct marked_lines lines;
	struct line line = { 0 };
	struct buf scratch;
	size_t at = 0;

	if (l->form == FORM_CSV)
		return count_csv(c, k, w, l, block);
	buf_init(&scratch, c->a, block.len * 2 + 4096);
	if (l->form == FORM_JSON) {
		TRY(screen_worker_marks(c, w, block.len, &lines.m));
		marked_begin(&lines, l, block, screen_worker_split(w));
	}
	for (;; scratch.len = 0) {
		enum line_state st;

		if (l->form == FORM_JSON) {
			if (!marked_next(&lines, &scratch, &line, &st))
				break;
		} else if (at < block.len) {
			st = line_next(l, block, &at, &scratch, &line);
		} else {
			break;
		}
		switch (st) {
		case LINE_GOOD:
			TRY(count_one(c, k, line.f[COL_USER], l->cp932));
			k->lines++;
			break;
		case LINE_DAMAGED: k->damaged++; break;
		case LINE_EMPTY:
		case LINE_HEADER: k->other++; break;
		}
	}
	return OK;
}

static int user_order(const void *x, const void *y)
{
	return slice_cmp(((const struct count_user *)x)->name, ((const struct count_user *)y)->name);
}

void screen_counts_write(struct screen_counts *k, struct buf *out)
{
	struct json_out o = json_out_on(out);

	qsort(k->v, k->n, sizeof *k->v, user_order);
	for (uint32_t i = 0; i < k->n; i++) {
		o.comma = false;
		jo_object(&o);
		jo_kv_text(&o, "schema", S("renkei/screen-count/1"));
		jo_kv_text(&o, "user", k->v[i].name);
		jo_kv_int(&o, "lines", (int64_t)k->v[i].lines);
		jo_end_object(&o);
		buf_putc(out, '\n');
	}
	o.comma = false;
	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei/screen-count/1"));
	jo_kv_int(&o, "users", k->n);
	jo_kv_int(&o, "lines", (int64_t)k->lines);
	jo_kv_int(&o, "damaged", (int64_t)k->damaged);
	jo_kv_int(&o, "headers_and_empty", (int64_t)k->other);
	jo_end_object(&o);
	buf_putc(out, '\n');
}

bool screen_record_number(struct ctx *c, struct screen_worker *w, const struct source *src, slice block, slice record,
	slice *ret)
{
	struct line line = { 0 };
	struct buf scratch;
	size_t at = 0;

	(void)w;
	/* most blocks do not hold it at all */
	if (slice_find(block, record, 0) == SIZE_MAX)
		return false;
	buf_init(&scratch, c->a, block.len * 2 + 4096);
	for (; at < block.len; scratch.len = 0) {
		if (line_next(&src->layout, block, &at, &scratch, &line) != LINE_GOOD || !slice_eq(line.f[COL_ID], record))
			continue;
		*ret = line.f[COL_SUBJ];
		return ret->len > 0;
	}
	return false;
}
