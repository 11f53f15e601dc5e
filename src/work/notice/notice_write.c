/* What a notice says: subject and text of the mail. */
#include "work/notice/notice.h"

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

static void put_subject(struct buf *b, const struct law *law, const struct duty *d, const struct case_head *h, jday today,
                        bool exercise)
{
	if (exercise)
		buf_putz(b, "【訓練】");
	buf_putz(b, "【");
	duty_put_deadline(b, d, today, true);
	buf_putf(b, "】%" S_FMT "（%" S_FMT "）事案 %" S_FMT, S_ARG(duty_title(d, true)), S_ARG(duty_recipient(law, d, today, true)),
	         S_ARG(h->num));
}

static void put_text(struct ctx *c, struct buf *b, const struct law *law, const struct ladder *l, const struct notice *w,
                     const struct duty *d, const struct case_head *h, slice base, bool exercise, jday today)
{
	struct coming *next;
	size_t n;

	if (exercise)
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
	if (base.len > 0)
		buf_putf(b, "%" S_FMT "/cases/%" S_FMT "\n", S_ARG(base), S_ARG(h->num));
	if (notice_coming(c, l, d, c->now, &next, &n) == OK && n > 0) {
		buf_putz(b, "\n次の知らせ：");
		when_put_ja(b, (struct when){ next[0].at, false });
		buf_putz(b, "（日本時間）\n");
	}
	buf_putz(b, "\n事案の内容は、このメールには書いていません。\n");
}

rc notice_write(struct ctx *c, const struct law *law, const struct ladder *l, const struct notice *w, const struct duty *d,
                const struct case_head *h, slice base, bool exercise, struct letter *ret)
{
	jday today = msec_jday(c->now);
	struct buf subject, text, id;
	struct letter out;

	buf_init(&subject, c->a, 2048);
	put_subject(&subject, law, d, h, today, exercise);
	TRY(buf_done(c, &subject, &out.subject));
	buf_init(&text, c->a, 8192);
	put_text(c, &text, law, l, w, d, h, base, exercise, today);
	TRY(buf_done(c, &text, &out.text));
	/* the same id at a second try: a mail system that took the first one can drop it */
	buf_init(&id, c->a, 64);
	buf_putf(&id, "notice-%lld", (long long)w->seq);
	TRY(buf_done(c, &id, &out.id));
	*ret = out;
	return OK;
}
