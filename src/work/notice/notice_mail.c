/* A notice as a mail (RFC 5322, MIME). */
#include "work/notice/notice.h"

#include "base/base64.h"
#include "base/when.h"

#include "base/banned.h"

const char *notice_why_text(enum notice_why why, bool ja)
{
	switch (why) {
	case WHY_STEP: return ja ? "担当のため" : "it is yours";
	case WHY_ABSENT: return ja ? "担当者が不在で、代理のため" : "you stand in for one who is absent";
	case WHY_SILENT: return ja ? "先に知らせた人の確認がまだないため" : "nobody who was told before has confirmed";
	case WHY_NOBODY: return ja ? "担当する人がいないため" : "nobody holds the role";
	}
	return "";
}

/* One address and nothing that could begin another line or address. */
static rc check_address(struct ctx *c, slice s)
{
	size_t at = slice_find(s, S("@"), 0);

	if (s.len > 254 || at == SIZE_MAX || at == 0 || at + 1 == s.len)
		return FAIL(c, E_INVALID, "notice.address");
	for (size_t i = 0; i < s.len; i++) {
		unsigned char ch = (unsigned char)s.p[i];

		if (ch <= ' ' || ch >= 0x7F || strchr("<>(),;:\\\"[]", ch) || (ch == '@' && i != at))
			return FAIL(c, E_INVALID, "notice.address");
	}
	return OK;
}

/* RFC 2047: words of at most 42 bytes of UTF-8 (56 letters of base64), cut between characters; lines of at most 78. */
static void put_header_text(struct buf *b, slice s)
{
	size_t from = 0;

	while (from < s.len) {
		size_t to = from + 42 < s.len ? from + 42 : s.len;

		while (to < s.len && to > from + 1 && ((unsigned char)s.p[to] & 0xC0) == 0x80)
			to--;
		if (from > 0)
			buf_putz(b, "\r\n ");
		buf_putz(b, "=?UTF-8?B?");
		base64_put(b, slice_sub(s, from, to - from));
		buf_putz(b, "?=");
		from = to;
	}
	buf_putz(b, "\r\n");
}

/* RFC 5322 §3.3, in Japan's time. */
static void put_date(struct buf *b, msec t)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	jday day = msec_jday(t);
	int s = (int)((t - jday_msec(day)) / 1000);
	struct ymd d = jday_ymd(day);

	buf_putf(b, "Date: %s, %d %s %d %02d:%02d:%02d +0900\r\n", days[jday_weekday(day)], d.d, months[d.m - 1], d.y,
	         s / 3600, s / 60 % 60, s % 60);
}

static void put_subject(struct ctx *c, struct buf *b, const struct law *law, const struct duty *d, const struct case_head *h,
                        jday today, bool exercise)
{
	struct buf s;

	buf_init(&s, c->a, 2048);
	if (exercise)
		buf_putz(&s, "【訓練】");
	buf_putz(&s, "【");
	duty_put_deadline(&s, d, today, true);
	buf_putf(&s, "】%" S_FMT "（%" S_FMT "）事案 %" S_FMT, S_ARG(duty_title(d, true)),
	         S_ARG(duty_recipient(law, d, today, true)), S_ARG(h->num));
	buf_putz(b, "Subject: ");
	put_header_text(b, buf_slice(&s));
}

static void put_text(struct ctx *c, struct buf *b, const struct law *law, const struct ladder *l, const struct notice *w,
                     const struct duty *d, const struct case_head *h, const struct notice_mail *m, jday today)
{
	struct coming *next;
	size_t n;

	if (m->exercise)
		buf_putz(b, "これは訓練です。実際の事案ではありません。\n\n");
	buf_putf(b, "事案：　%" S_FMT "\nすること：%" S_FMT "\n宛先：　%" S_FMT "\n期限：　", S_ARG(h->num),
	         S_ARG(duty_title(d, true)), S_ARG(duty_recipient(law, d, today, true)));
	duty_put_deadline(b, d, today, true);
	buf_putz(b, "\n知った時：");
	when_put_ja(b, (struct when){ h->known, h->known_day_only });
	buf_putz(b, "（日本時間）\nこの知らせの時刻：");
	when_put_ja(b, (struct when){ c->now, false });
	buf_putf(b, "（日本時間、UTC+9）\nあなたに知らせる理由：%s\n\n", notice_why_text(w->why, true));
	buf_putz(b, "■ 引き受ける人は、画面で「確認して引き受ける」を押してください。押すまで、代理の人や上司にも順に知らせます。\n");
	if (m->base.len > 0)
		buf_putf(b, "%" S_FMT "/cases/%" S_FMT "\n", S_ARG(m->base), S_ARG(h->num));
	if (notice_coming(c, l, d, c->now, &next, &n) == OK && n > 0) {
		buf_putz(b, "\n次の知らせ：");
		when_put_ja(b, (struct when){ next[0].at, false });
		buf_putz(b, "（日本時間）\n");
	}
	buf_putz(b, "\n事案の内容は、このメールには書いていません。\n");
}

/* RFC 2045 §6.8: lines of at most 76 letters. */
static void put_body(struct ctx *c, struct buf *b, slice text)
{
	struct buf lines;

	buf_init(&lines, c->a, text.len + 256);
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '\n')
			buf_putc(&lines, '\r');
		buf_putc(&lines, text.p[i]);
	}
	for (size_t i = 0; i < lines.len; i += 57) {
		base64_put(b, slice_sub(buf_slice(&lines), i, 57));
		buf_putz(b, "\r\n");
	}
}

rc notice_put_mail(struct ctx *c, const struct law *law, const struct ladder *l, const struct notice *w, const struct duty *d,
                   const struct case_head *h, const struct notice_mail *m, struct buf *out)
{
	jday today = msec_jday(c->now);
	struct buf text;
	slice whole;

	TRY(check_address(c, m->from));
	TRY(check_address(c, m->to));
	buf_putf(out, "From: <%" S_FMT ">\r\nTo: <%" S_FMT ">\r\n", S_ARG(m->from), S_ARG(m->to));
	put_subject(c, out, law, d, h, today, m->exercise);
	put_date(out, c->now);
	/* the same id at a second try: a mail system that took the first one can drop it */
	buf_putf(out, "Message-ID: <notice-%lld@%" S_FMT ">\r\n", (long long)w->seq, S_ARG(m->node));
	buf_putz(out, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
	         "Content-Transfer-Encoding: base64\r\n\r\n");
	buf_init(&text, c->a, 8192);
	put_text(c, &text, law, l, w, d, h, m, today);
	TRY(buf_done(c, &text, &whole));
	put_body(c, out, whole);
	return out->full ? FAIL(c, E_LIMIT, "text.limit") : OK;
}
