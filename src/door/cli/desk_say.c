/* How results of cases, duties and reports read: first what to do, by when, to whom. */
#include "door/cli/desk.h"

#include "base/width.h"

#include "base/banned.h"

#define COLS_DEADLINE 38
#define COLS_TO 30
#define COLS_LABEL 30
#define COLS_PAGE 104

void desk_put_rule(struct desk *d, size_t cols)
{
	for (size_t i = 0; i < cols; i++)
		buf_putc(&d->out, '-');
	buf_putc(&d->out, '\n');
}

void desk_put_day(struct desk *d, jday day)
{
	if (d->ja)
		jday_put_short_ja(&d->out, day, d->today);
	else
		jday_put(&d->out, day);
}

void desk_put_when(struct desk *d, struct when w)
{
	if (d->ja)
		when_put_ja(&d->out, w);
	else
		when_put_iso(&d->out, w);
}

const char *desk_kind(const struct desk *d, slice kind)
{
	static const struct { const char *word, *ja; } names[] = {
		{ "preliminary", "速報" }, { "follow_up", "続報" }, { "final", "確報" }, { "other", "文書" },
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (slice_is(kind, names[i].word))
			return d->ja ? names[i].ja : names[i].word;
	return "";
}

static slice ended_text(struct desk *d, const struct duty *x, struct buf *b)
{
	if (d->ja) {
		jday_put_short_ja(b, msec_jday(x->done_on), d->today);
		buf_putz(b, x->state == DUTY_DONE ? "に済み" : "に行わないと決定");
	} else {
		buf_putz(b, x->state == DUTY_DONE ? "done on " : "waived on ");
		jday_put(b, msec_jday(x->done_on));
	}
	return buf_slice(b);
}

static void put_duty_row(struct desk *d, const struct duty *x, jday today)
{
	struct buf b;

	buf_init(&b, d->c->a, 512);
	buf_putz(&d->out, "  ");
	if (x->state == DUTY_OPEN) {
		duty_put_deadline(&b, x, today, d->ja);
		buf_put_cell(&d->out, buf_slice(&b), COLS_DEADLINE);
	} else {
		buf_put_cell(&d->out, ended_text(d, x, &b), COLS_DEADLINE);
	}
	buf_putc(&d->out, ' ');
	buf_put_cell(&d->out, duty_recipient(d->law, x, today, d->ja), COLS_TO);
	buf_putc(&d->out, ' ');
	buf_put(&d->out, duty_title(x, d->ja));
	buf_putf(&d->out, " [%" S_FMT "]\n", S_ARG(x->rule));
}

void desk_put_next(struct desk *d, const struct case_head *h, const struct duty *v, size_t n, jday today)
{
	const struct duty *x = NULL;

	for (size_t i = 0; i < n && !x; i++)
		if (v[i].state == DUTY_OPEN && v[i].must)
			x = &v[i];
	if (!x)
		return;
	buf_putz(&d->out, desk_say(d, "▶ 次にすること：", "> Next: "));
	buf_put(&d->out, duty_title(x, d->ja));
	buf_putz(&d->out, " → ");
	buf_put(&d->out, duty_recipient(d->law, x, today, d->ja));
	buf_putz(&d->out, desk_say(d, "　", "  "));
	duty_put_deadline(&d->out, x, today, d->ja);
	buf_putf(&d->out, "\n    renkei %s %" S_FMT " %s%" S_FMT "\n\n", x->row && x->row->nforms > 0 ? "report draft" : "duty done",
	         S_ARG(h->num), x->row && x->row->nforms > 0 ? "--duty=" : "", S_ARG(x->rule));
}

static void put_group(struct desk *d, const struct duty *v, size_t n, jday today, bool must, const char *title)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (v[i].state != DUTY_OPEN || v[i].must != must)
			continue;
		if (!any)
			buf_putf(&d->out, "%s\n", title);
		any = true;
		put_duty_row(d, &v[i], today);
	}
	if (any)
		buf_putc(&d->out, '\n');
}

void desk_put_duties(struct desk *d, const struct duty *v, size_t n, jday today, bool ended)
{
	bool any = false;

	put_group(d, v, n, today, true, desk_say(d, "■ しなければならないこと", "To be done"));
	put_group(d, v, n, today, false, desk_say(d, "□ することができること（任意）", "May be done (voluntary)"));
	for (size_t i = 0; i < n && ended; i++) {
		if (v[i].state == DUTY_OPEN)
			continue;
		if (!any)
			buf_putf(&d->out, "%s\n", desk_say(d, "✓ 終わったこと", "Ended"));
		any = true;
		put_duty_row(d, &v[i], today);
	}
	if (any)
		buf_putc(&d->out, '\n');
}

void desk_put_asks(struct desk *d, const struct duty_view *v, size_t most)
{
	if (v->nasks == 0)
		return;
	buf_putf(&d->out, "%s\n", desk_say(d, "? まだ決まらないこと（上から順に、答えると多くの義務が決まります）",
	                                   "Not known yet (the answers at the top decide most)"));
	for (size_t i = 0; i < v->nasks && i < most; i++) {
		const struct question *q = &v->asks[i];
		slice ask = d->ja ? q->term->ask_ja : q->term->ask_en;

		buf_putz(&d->out, "  ");
		buf_put_cell(&d->out, q->term->path, 24);
		buf_putc(&d->out, ' ');
		buf_put_wrapped(&d->out, ask.len ? ask : d->ja ? q->term->ja : q->term->en, 27, COLS_PAGE - 27);
		buf_putc(&d->out, '\n');
	}
	if (v->nasks > most && d->ja)
		buf_putf(&d->out, "  ほか %zu 件\n", v->nasks - most);
	else if (v->nasks > most)
		buf_putf(&d->out, "  and %zu more\n", v->nasks - most);
	buf_putc(&d->out, '\n');
}

/* What the law says is met: 規則7条3号（不正の目的のおそれ）. */
static void put_met(struct desk *d, const struct law_owed *owed)
{
	if (!owed || owed->nbecause == 0)
		return;
	buf_putz(&d->out, desk_say(d, "       理由：", "       because: "));
	for (uint32_t i = 0; i < owed->nbecause; i++) {
		if (i > 0)
			buf_putz(&d->out, desk_say(d, "、", ", "));
		buf_put(&d->out, d->ja ? owed->because[i]->name_ja : owed->because[i]->name_en);
	}
	buf_putc(&d->out, '\n');
}

static void put_why(struct desk *d, const struct duty_change *ch)
{
	if (ch->nwhy == 0)
		return;
	buf_putz(&d->out, desk_say(d, "       決め手：", "       decided by: "));
	for (size_t i = 0; i < ch->nwhy && i < 6; i++) {
		const struct term *t = terms_find(d->terms, ch->why[i]);

		if (i > 0)
			buf_putz(&d->out, desk_say(d, "、", ", "));
		buf_put(&d->out, !t ? ch->why[i] : d->ja ? t->ja : t->en);
	}
	if (ch->nwhy > 6)
		buf_putz(&d->out, desk_say(d, " など", " and others"));
	buf_putc(&d->out, '\n');
}

void desk_put_changes(struct desk *d, const struct followed *f)
{
	static const char *const ja[CHANGE_STEPS] = { "＋ 生じた", "△ 変わった", "－ なくなった" };
	static const char *const en[CHANGE_STEPS] = { "+ arises  ", "~ changed ", "- lapsed  " };

	if (f->n == 0) {
		buf_putf(&d->out, "%s\n", desk_say(d, "義務に変わりはありません。", "The duties are the same."));
		return;
	}
	buf_putf(&d->out, "%s\n", desk_say(d, "義務の動き", "What this did to the duties"));
	for (size_t i = 0; i < f->n; i++) {
		const struct duty_change *ch = &f->changes[i];
		struct buf b;

		buf_putz(&d->out, "  ");
		buf_put_cell(&d->out, slice_of(d->ja ? ja[ch->step] : en[ch->step]), 13);
		buf_put(&d->out, duty_title(&ch->duty, d->ja));
		buf_putz(&d->out, " → ");
		buf_put(&d->out, duty_recipient(d->law, &ch->duty, d->today, d->ja));
		buf_putf(&d->out, " [%" S_FMT "]\n", S_ARG(ch->duty.rule));
		if (ch->step != STEP_LAPSE) {
			buf_init(&b, d->c->a, 512);
			duty_put_deadline(&b, &ch->duty, d->today, d->ja);
			buf_putf(&d->out, "       %" S_FMT "%s\n", S_ARG(buf_slice(&b)),
			         ch->duty.must ? "" : desk_say(d, "　任意", "  voluntary"));
		}
		if (ch->step == STEP_OPEN && ch->duty.owed && ch->duty.owed->nbecause > 0)
			put_met(d, ch->duty.owed);
		else
			put_why(d, ch);
	}
}

static void put_sure(struct desk *d, const struct fact *f)
{
	static const char *const ja[SAID_SURES] = { "", "（推定）", "（仮定）", "（伝聞）" };
	static const char *const en[SAID_SURES] = { "", " (estimated)", " (assumed)", " (heard)" };

	if (f->said.state == SAID_VALUE)
		buf_putz(&d->out, d->ja ? ja[f->sure] : en[f->sure]);
}

rc desk_put_facts(struct desk *d, const struct fact *facts, size_t n)
{
	struct buf b;

	for (size_t i = 0; i < n; i++) {
		const struct fact *f = &facts[i];

		buf_putz(&d->out, "  ");
		buf_put_cell(&d->out, d->ja ? f->term->ja : f->term->en, COLS_LABEL);
		buf_putc(&d->out, ' ');
		buf_init(&b, d->c->a, 2 * LIMIT_VALUE_JSON);
		if (f->gone)
			buf_putz(&b, desk_say(d, "（廃棄済み）", "(disposed of)"));
		else if (f->sealed && f->said.json.len == 0)
			buf_putz(&b, desk_say(d, "（封印。--as を付けると開きます）", "(sealed; --as opens it)"));
		else
			said_put(d->c, &b, f->term, &f->said, d->ja);
		buf_put_wrapped(&d->out, buf_slice(&b), COLS_LABEL + 3, COLS_PAGE - COLS_LABEL - 3);
		put_sure(d, f);
		buf_putc(&d->out, '\n');
	}
	return OK;
}

void desk_csv_cell(struct desk *d, slice s, bool last)
{
	buf_putc(&d->out, '"');
	/* a spreadsheet must not take a text for a formula */
	if (s.len > 0 && (s.p[0] == '=' || s.p[0] == '+' || s.p[0] == '-' || s.p[0] == '@'))
		buf_putc(&d->out, '\'');
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"')
			buf_putc(&d->out, '"');
		buf_putc(&d->out, s.p[i]);
	}
	buf_putz(&d->out, last ? "\"\r\n" : "\",");
}
