/* Duties by day, and as an iCalendar feed (RFC 5545) for the calendar that people already use. */
#include "door/http/pages.h"

#include "base/banned.h"

static rc open_duties(struct visit *v, struct duty **ret, size_t *ret_n)
{
	return duty_page(v->c, v->st, v->h->law, true, NULL, 500, ret, ret_n);
}

rc page_calendar(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "calendar");
	struct duty *d;
	jday day = JDAY_LEAST;
	bool open = false;
	size_t n;

	TRY(open_duties(v, &d, &n));
	jo_key(o, S("days"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		struct case_head h;

		TRY(case_find(v->c, v->st, d[i].case_id, &h));
		if (!visit_can(v, "page:case", h.id))
			continue;
		if (!open || d[i].sort_day != day) {
			if (open) {
				jo_end_array(o);
				jo_end_object(o);
			}
			open = true;
			day = d[i].sort_day;
			jo_object(o);
			if (day != JDAY_MOST)
				m_day(v, o, "day", day);
			jo_key(o, S("duties"));
			jo_array(o);
		}
		TRY(m_duty(v, o, &d[i], &h));
	}
	if (open) {
		jo_end_array(o);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

/* Lines of at most 75 bytes, never within a character (RFC 5545 §3.1); , ; \ and line ends escaped. */
static void fold(struct buf *b, const char *name, slice text)
{
	size_t col = strlen(name);

	buf_putz(b, name);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char ch = (unsigned char)text.p[i];

		if (col >= 70 && (ch & 0xc0) != 0x80) {
			buf_putz(b, "\r\n ");
			col = 1;
		}
		if (ch == ',' || ch == ';' || ch == '\\')
			buf_putc(b, '\\');
		if (ch == '\n')
			buf_putz(b, "\\n");
		else if (ch >= ' ')
			buf_putc(b, text.p[i]);
		col++;
	}
	buf_putz(b, "\r\n");
}

static void put_day(struct buf *b, const char *name, jday d)
{
	struct ymd x = jday_ymd(d);

	buf_putf(b, "%s;VALUE=DATE:%04d%02d%02d\r\n", name, x.y, x.m, x.d);
}

static rc put_event(struct visit *v, struct buf *b, const struct duty *d, const struct case_head *h)
{
	struct ymd now = jday_ymd(msec_jday(v->c->now));
	struct buf t;

	buf_init(&t, v->c->a, 1024);
	buf_putz(b, "BEGIN:VEVENT\r\n");
	buf_putf(&t, "%" S_FMT "-%" S_FMT "-%" S_FMT "@%" S_FMT, S_ARG(h->id), S_ARG(d->rule), S_ARG(d->recipient), S_ARG(node_name(v->n)));
	fold(b, "UID:", buf_slice(&t));
	buf_putf(b, "DTSTAMP:%04d%02d%02dT000000Z\r\n", now.y, now.m, now.d);
	put_day(b, "DTSTART", d->sort_day);
	put_day(b, "DTEND", d->sort_day + 1);
	buf_reset(&t);
	buf_putf(&t, "%s %" S_FMT "：%" S_FMT, say(v, "期限", "Due"), S_ARG(h->num), S_ARG(duty_title(d, v->ja)));
	fold(b, "SUMMARY:", buf_slice(&t));
	buf_reset(&t);
	buf_putf(&t, "%" S_FMT "\n", S_ARG(duty_recipient(v->h->law, d, v->today, v->ja)));
	duty_put_deadline(&t, d, v->today, v->ja);
	fold(b, "DESCRIPTION:", buf_slice(&t));
	buf_putz(b, "TRANSP:TRANSPARENT\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P1D\r\n");
	fold(b, "DESCRIPTION:", duty_title(d, v->ja));
	buf_putz(b, "END:VALARM\r\nEND:VEVENT\r\n");
	return OK;
}

static rc put_feed(struct visit *v, struct page *p, const char *may)
{
	struct duty *d;
	slice bytes;
	struct buf b;
	size_t n;

	TRY(open_duties(v, &d, &n));
	buf_init(&b, v->c->a, (size_t)4 << 20);
	buf_putz(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Renkei//duties//JA\r\nCALSCALE:GREGORIAN\r\n");
	fold(&b, "X-WR-CALNAME:", v->ja ? S("連携：期限") : S("Renkei: deadlines"));
	for (size_t i = 0; i < n; i++) {
		struct case_head h;

		if (d[i].sort_day == JDAY_MOST)
			continue;
		TRY(case_find(v->c, v->st, d[i].case_id, &h));
		if (visit_can(v, may, h.id))
			TRY(put_event(v, &b, &d[i], &h));
	}
	buf_putz(&b, "END:VCALENDAR\r\n");
	TRY(buf_done(v->c, &b, &bytes));
	return page_bytes(p, "text/calendar; charset=utf-8", S_NONE, bytes);
}

rc page_calendar_ics(struct visit *v, struct page *p) { return put_feed(v, p, "page:case"); }

/*
 * For calendars, which cannot sign in: the address holds a token that may do this and nothing else (right "feed:case"). It is
 * revoked like every token, ends after a year, and says numbers, duties and days, never what happened.
 */
rc page_feed(struct visit *v, struct page *p)
{
	slice token = visit_text(v, "token");
	bool may = false;

	if (slice_ends(token, S(".ics")))
		token = slice_sub(token, 0, token.len - 4);
	TRY(who_came(v->c, v->n, token, &v->who));
	if (v->who.in && v->who.token)
		may = visit_can(v, "feed:case", S_NONE);
	if (!may) {
		v->who = (struct visitor){ 0 };
		return FAIL(v->c, E_NOTFOUND, "http.no_page");
	}
	return put_feed(v, p, "feed:case");
}
