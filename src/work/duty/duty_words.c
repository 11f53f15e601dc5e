/* Deadlines in words: what a person under pressure reads first. */
#include "work/duty/duty.h"

#include "base/banned.h"

bool duty_is_overdue(const struct duty *d, jday today)
{
	return d->state == DUTY_OPEN && d->has_due && d->due < today;
}

enum urgency duty_urgency(const struct duty *d, jday today)
{
	if (duty_is_overdue(d, today))
		return URGENCY_OVERDUE;
	if (d->has_due && d->due == today)
		return URGENCY_TODAY;
	if (d->sort_day != JDAY_MOST)
		return d->sort_day <= today + 3 ? URGENCY_SOON : URGENCY_LATER;
	return d->must ? URGENCY_PROMPT : URGENCY_FREE;
}

static void put_due_ja(struct buf *b, jday due, jday today)
{
	if (due < today)
		buf_putf(b, "%d日超過（期限 ", today - due);
	else if (due == today)
		buf_put(b, S("今日が期限（"));
	else
		buf_putf(b, "あと%d日（期限 ", due - today);
	jday_put_short_ja(b, due, today);
	buf_put(b, S("）"));
}

static void put_target_ja(struct buf *b, jday target, jday today)
{
	if (target < today)
		buf_putf(b, "目標日を%d日過ぎ（", today - target);
	else if (target == today)
		buf_put(b, S("今日が目標日（"));
	else
		buf_putf(b, "目標日まであと%d日（", target - today);
	jday_put_short_ja(b, target, today);
	buf_put(b, S("）"));
}

static void put_due_en(struct buf *b, jday due, jday today)
{
	if (due < today)
		buf_putf(b, "%d day%s overdue (due ", today - due, today - due == 1 ? "" : "s");
	else if (due == today)
		buf_put(b, S("due today ("));
	else
		buf_putf(b, "%d day%s left (due ", due - today, due - today == 1 ? "" : "s");
	jday_put(b, due);
	buf_putc(b, ')');
}

static void put_target_en(struct buf *b, jday target, jday today)
{
	if (target < today)
		buf_putf(b, "target day passed %d day%s ago (", today - target, today - target == 1 ? "" : "s");
	else if (target == today)
		buf_put(b, S("target day is today ("));
	else
		buf_putf(b, "%d day%s to the target day (", target - today, target - today == 1 ? "" : "s");
	jday_put(b, target);
	buf_putc(b, ')');
}

void duty_put_deadline(struct buf *b, const struct duty *d, jday today, bool ja)
{
	if (d->has_target) {
		if (ja)
			put_target_ja(b, d->target, today);
		else
			put_target_en(b, d->target, today);
	}
	if (d->has_due) {
		if (d->has_target)
			buf_put(b, ja ? S("、") : S(", "));
		if (ja)
			put_due_ja(b, d->due, today);
		else
			put_due_en(b, d->due, today);
	}
	if (d->has_target || d->has_due)
		return;
	if (d->must)
		buf_put(b, ja ? S("速やかに（日数の定めなし）") : S("promptly (no number of days)"));
	else
		buf_put(b, ja ? S("期限なし") : S("no last day"));
}

slice duty_title(const struct duty *d, bool ja)
{
	if (!d->row)
		return d->rule;
	return ja ? d->row->title_ja : d->row->title_en;
}

slice duty_recipient(const struct law *law, const struct duty *d, jday day, bool ja)
{
	if (d->recipient.len == 0)
		return ja ? S("（宛先はまだ決まらない）") : S("(addressee not known yet)");
	return law_agency_name(law, d->recipient, day, ja);
}
