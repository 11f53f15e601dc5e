/* The rules as a reader sees them, and what changes between two days. */
#include "core/law/law_in.h"

#include "base/banned.h"

static void put_days(struct buf *b, jday from, jday to, bool open)
{
	if (open || from == JDAY_LEAST)
		buf_put(b, open ? S("(beginning not established)") : S(""));
	else
		jday_put(b, from);
	buf_put(b, S(" – "));
	if (to < JDAY_MOST)
		jday_put(b, to);
}

static void put_key(struct buf *b, const char *key)
{
	buf_putf(b, "  %-12s ", key);
}

static void put_list(struct buf *b, const char *key, const slice *list, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		put_key(b, i == 0 ? key : "");
		buf_put(b, list[i]);
		buf_putc(b, '\n');
	}
}

static rc put_expr_text(struct ctx *c, struct buf *b, const struct pack *p, const char *key)
{
	slice text = S_NONE;

	TRY(pack_text_or(c, p, key, S_NONE, &text));
	if (text.len == 0)
		return OK;
	put_key(b, key);
	buf_put(b, text);
	buf_putc(b, '\n');
	return OK;
}

static rc put_parts(struct ctx *c, struct buf *b, const struct pack *p, const char *key)
{
	const struct pack *list = pack_get(p, slice_of(key));
	slice when, ja, basis;
	jday from, to;

	if (!list)
		return OK;
	for PACK_EACH(v, list) {
		TRY(pack_text(c, v, "when", &when));
		TRY(pack_text(c, v, "ja", &ja));
		TRY(pack_text_or(c, v, "basis", S_NONE, &basis));
		TRY(pack_day_or(c, v, "from", JDAY_LEAST, &from));
		TRY(pack_day_or(c, v, "to", JDAY_MOST, &to));
		put_key(b, v == list->child ? key : "");
		buf_putf(b, "%" S_FMT " [%" S_FMT "]", S_ARG(ja), S_ARG(when));
		if (basis.len > 0)
			buf_putf(b, " （%" S_FMT "）", S_ARG(basis));
		if (from > JDAY_LEAST || to < JDAY_MOST) {
			buf_putc(b, ' ');
			put_days(b, from, to, false);
		}
		buf_putc(b, '\n');
	}
	return OK;
}

static rc put_recipients(struct ctx *c, const struct law *law, struct buf *b, const struct pack *p)
{
	const struct pack *list = pack_get(p, S("recipient"));
	slice when, code, fact;

	for PACK_EACH(v, list) {
		TRY(pack_text_or(c, v, "when", S_NONE, &when));
		TRY(pack_text_or(c, v, "code", S_NONE, &code));
		TRY(pack_text_or(c, v, "fact", S_NONE, &fact));
		put_key(b, v == list->child ? "recipient" : "");
		if (code.len > 0)
			buf_putf(b, "%" S_FMT " %" S_FMT, S_ARG(code), S_ARG(law_agency_name(law, code, JDAY_MOST, true)));
		else
			buf_putf(b, "[%" S_FMT "]", S_ARG(fact));
		if (when.len > 0)
			buf_putf(b, "  if %" S_FMT, S_ARG(when));
		buf_putc(b, '\n');
	}
	return OK;
}

static void put_clock(struct buf *b, const char *key, const struct law *law, int32_t clock)
{
	if (clock < 0)
		return;
	put_key(b, key);
	buf_putf(b, "%" S_FMT " (%" S_FMT ")\n", S_ARG(law->clocks[clock].ja), S_ARG(law->clocks[clock].certainty));
	put_key(b, "");
	buf_put(b, law->clocks[clock].en);
	buf_putc(b, '\n');
	put_list(b, "", law->clocks[clock].basis, law->clocks[clock].nbasis);
}

static void put_words(struct buf *b, const struct law_duty *d)
{
	for (uint32_t i = 0; i < d->ncontent; i++) {
		put_key(b, i == 0 ? "content" : "");
		buf_putf(b, "%" S_FMT " (%" S_FMT ")\n", S_ARG(d->content[i].ja), S_ARG(d->content[i].en));
	}
	put_list(b, "forms", d->forms, d->nforms);
	for (uint32_t i = 0; i < d->nreview; i++) {
		put_key(b, i == 0 ? "needs review" : "");
		buf_put(b, d->review[i].ja);
		buf_putc(b, '\n');
	}
}

static void mark_predicates(const struct law *law, const struct law_expr *x, uint8_t *seen)
{
	if (x->op == X_PRED && !seen[x->pred]) {
		seen[x->pred] = 1;
		for (uint32_t i = 0; i < law->inside[x->pred].nversions; i++)
			mark_predicates(law, law->inside[x->pred].versions[i].when, seen);
	}
	if (x->a)
		mark_predicates(law, x->a, seen);
	if (x->b)
		mark_predicates(law, x->b, seen);
}

/* The predicates that the rule rests on, each with its versions. */
static rc put_grounds(struct ctx *c, const struct law *law, const struct row *row, struct buf *b)
{
	uint8_t *seen;
	slice when;

	TRY_ARRAY(c, seen, (size_t)law->npredicates + 1);
	mark_predicates(law, row->when, seen);
	for (uint32_t i = 0; i < row->nunless; i++)
		mark_predicates(law, row->unless[i].when, seen);
	for (uint32_t i = 0; i < law->npredicates; i++) {
		if (!seen[i])
			continue;
		buf_putf(b, "    %" S_FMT "  %" S_FMT "（%" S_FMT "） (%" S_FMT ")\n", S_ARG(law->predicates[i].id),
			S_ARG(law->predicates[i].name_ja), S_ARG(law->predicates[i].basis[0]),
			S_ARG(law->predicates[i].certainty));
		for (uint32_t j = 0; j < law->inside[i].nversions; j++) {
			const struct version *v = &law->inside[i].versions[j];

			TRY(pack_text(c, v->place, "when", &when));
			buf_put(b, S("        "));
			if (v->from > JDAY_LEAST || v->to < JDAY_MOST) {
				put_days(b, v->from, v->to, false);
				buf_put(b, S(": "));
			}
			buf_put(b, when);
			buf_putc(b, '\n');
		}
	}
	return OK;
}

static rc show_row(struct ctx *c, const struct law *law, uint32_t i, struct buf *b)
{
	const struct law_duty *d = &law->duties[i];
	const struct row *row = &law->rows[i];

	buf_putf(b, "%" S_FMT "  %" S_FMT " / %" S_FMT "\n", S_ARG(d->id), S_ARG(d->title_ja), S_ARG(d->title_en));
	put_key(b, "act");
	buf_putf(b, "%" S_FMT "  (%s:%u)\n", S_ARG(d->act_ja), d->file, d->row);
	put_key(b, "kind");
	buf_putf(b, "%" S_FMT " %" S_FMT ", %s\n", S_ARG(d->kind), S_ARG(d->kind_ja), d->mandatory ? "mandatory" : "not mandatory");
	put_list(b, "basis", d->basis, d->nbasis);
	put_key(b, "in force");
	put_days(b, d->from, d->to, d->from_open);
	buf_putc(b, '\n');
	put_key(b, "certainty");
	buf_put(b, d->certainty);
	buf_putc(b, '\n');
	TRY(put_parts(c, b, row->place, "who"));
	TRY(put_expr_text(c, b, row->place, "when"));
	TRY(put_parts(c, b, row->place, "unless"));
	TRY(put_recipients(c, law, b, row->place));
	put_clock(b, "due", law, row->due);
	put_clock(b, "target", law, row->target);
	put_words(b, d);
	put_list(b, "remarks", row->remarks, row->nremarks);
	put_key(b, "rests on");
	buf_putc(b, '\n');
	TRY(put_grounds(c, law, row, b));
	buf_putc(b, '\n');
	return OK;
}

rc law_show(struct ctx *c, const struct law *law, slice id, struct buf *out)
{
	bool found = false;

	for (uint32_t i = 0; i < law->nduties; i++)
		if (slice_eq(law->duties[i].id, id)) {
			TRY(show_row(c, law, i, out));
			found = true;
		}
	if (found)
		return OK;
	(void)FAIL(c, E_NOTFOUND, "law.no_duty");
	fault_name(c, id);
	return E_NOTFOUND;
}

/* +1 begins, -1 ends in (from, to]; a version that does both within is no change seen from outside. */
static int change_of(jday begin, jday end, jday from, jday to)
{
	bool before = begin <= from && from <= end, after = begin <= to && to <= end;

	return (int)after - (int)before;
}

static void put_change(struct buf *b, int change, jday begin, jday end)
{
	buf_put(b, change > 0 ? S("+ ") : S("- "));
	if (change > 0)
		jday_put(b, begin);
	else
		jday_put(b, end);
	buf_putc(b, ' ');
}

static void diff_duties(const struct law *law, jday from, jday to, struct buf *b)
{
	for (uint32_t i = 0; i < law->nduties; i++) {
		const struct law_duty *d = &law->duties[i];
		int change = change_of(d->from, d->to, from, to);

		if (change) {
			put_change(b, change, d->from, d->to);
			buf_putf(b, "%" S_FMT "  %" S_FMT " / %" S_FMT "\n", S_ARG(d->id), S_ARG(d->title_ja), S_ARG(d->title_en));
		}
		for (uint32_t j = 0; j < law->rows[i].nwho; j++) {
			const struct part *w = &law->rows[i].who[j];
			int who = change_of(w->from, w->to, from, to);

			/* one who comes with the rule itself is no news */
			if (!who || change)
				continue;
			put_change(b, who, w->from, w->to);
			buf_putf(b, "%" S_FMT "  対象者: %" S_FMT "\n", S_ARG(d->id), S_ARG(w->ja));
		}
	}
}

rc law_diff(struct ctx *c, const struct law *law, jday from, jday to, struct buf *out)
{
	slice when;

	diff_duties(law, from, to, out);
	for (uint32_t i = 0; i < law->npredicates; i++)
		for (uint32_t j = 0; j < law->inside[i].nversions; j++) {
			const struct version *v = &law->inside[i].versions[j];
			int change = change_of(v->from, v->to, from, to);

			if (!change)
				continue;
			TRY(pack_text(c, v->place, "when", &when));
			put_change(out, change, v->from, v->to);
			buf_putf(out, "%" S_FMT "（%" S_FMT "）: %" S_FMT "\n", S_ARG(law->predicates[i].id),
				S_ARG(law->predicates[i].name_ja), S_ARG(when));
		}
	for (uint32_t i = 0; i < law->nagencies; i++)
		for (uint32_t j = 0; j < law->agencies[i].nnames; j++) {
			const struct law_names *n = &law->agencies[i].names[j];
			int change = change_of(n->from, n->to, from, to);

			if (!change)
				continue;
			put_change(out, change, n->from, n->to);
			buf_putf(out, "%" S_FMT "  %" S_FMT " / %" S_FMT "\n", S_ARG(law->agencies[i].code), S_ARG(n->ja), S_ARG(n->en));
		}
	return OK;
}
