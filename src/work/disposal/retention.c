#include "work/disposal/disposal.h"

#include <stdio.h>

#include "base/calendar.h"
#include "base/pack.h"

#include "base/banned.h"

#define YEARS_MOST 100

static rc read_period(struct ctx *c, const struct pack *row, struct period *ret)
{
	static const char *const keys[] = { "id", "ja", "en", "basis", "years", "fiscal", "review", NULL };

	TRY(pack_is(c, row, PACK_MAP));
	TRY(pack_keys(c, row, keys));
	TRY(pack_text(c, row, "id", &ret->id));
	if (!word_is_valid(ret->id))
		return PACK_FAIL(c, pack_get(row, S("id")), "pack.word");
	TRY(pack_text(c, row, "ja", &ret->ja));
	TRY(pack_text(c, row, "en", &ret->en));
	TRY(pack_text(c, row, "basis", &ret->basis));
	TRY(pack_int(c, row, "years", 0, YEARS_MOST, &ret->years));
	TRY(pack_bool(c, row, "fiscal", &ret->fiscal));
	return pack_bool_or(c, row, "review", false, &ret->review);
}

rc retention_load(struct ctx *c, const char *data, struct retention *ret)
{
	static const char *const keys[] = { "periods", NULL };
	const struct pack *pack, *list;
	struct period *v;
	struct buf path;
	size_t n = 0;

	buf_init(&path, c->a, 4096);
	buf_putf(&path, "%s/retention/periods.yaml", data);
	buf_putc(&path, '\0');
	if (path.full)
		return FAIL(c, E_LIMIT, "text.limit");
	TRY(pack_read(c, path.p, &pack));
	TRY(pack_is(c, pack, PACK_MAP));
	TRY(pack_keys(c, pack, keys));
	TRY(pack_need(c, pack, "periods", &list));
	TRY(pack_is(c, list, PACK_LIST));
	if (list->count == 0)
		return PACK_FAIL(c, list, "pack.missing");
	TRY_ARRAY(c, v, list->count);
	for PACK_EACH(row, list) {
		TRY(read_period(c, row, &v[n]));
		for (size_t i = 0; i < n; i++)
			if (slice_eq(v[i].id, v[n].id))
				return PACK_FAIL(c, row, "pack.twice");
		n++;
	}
	*ret = (struct retention){ v, n };
	return OK;
}

rc retention_find(struct ctx *c, const struct retention *r, slice id, const struct period **ret)
{
	for (size_t i = 0; i < r->n; i++)
		if (id.len == 0 || slice_eq(r->v[i].id, id)) {
			*ret = &r->v[i];
			return OK;
		}
	return FAIL(c, E_NOTFOUND, "disposal.rule");
}

/* From the first day that counts: the day after, or the next 1 April; up to the eve of the same day `years` later. */
rc retention_end(struct ctx *c, const struct period *p, msec closed, jday *ret)
{
	struct ymd d;

	if (p->years == 0) {
		*ret = msec_jday(closed);
		return OK;
	}
	d = jday_ymd(msec_jday(closed) + 1);
	if (p->fiscal && !(d.m == 4 && d.d == 1))
		d = (struct ymd){ d.m >= 4 ? d.y + 1 : d.y, 4, 1 };
	d.y += (int32_t)p->years;
	/* no 29 February in that year: the period ends with the last day of the month (民法 143条2項) */
	if (d.m == 2 && d.d == 29 && jday_from_ymd(c, d, ret) != OK) {
		fault_clear(c);
		d = (struct ymd){ d.y, 3, 1 };
	}
	return jday_from_ymd(c, d, ret);
}
