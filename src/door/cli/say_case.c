#include "door/cli/say_case.h"

#include "base/width.h"

#include "base/banned.h"

static void line(struct desk *d, const char *ja, const char *en) { buf_putf(&d->out, "%s\n", desk_say(d, ja, en)); }

static void json_followed(struct desk *d, slice schema, const struct followed *f, size_t nfacts)
{
	struct json_out o = json_out_on(&d->out);

	jo_object(&o);
	jo_kv_text(&o, "schema", schema);
	jo_kv_text(&o, "id", f->case_id);
	jo_kv_text(&o, "num", f->num);
	jo_kv_int(&o, "seq", f->seq);
	jo_kv_int(&o, "facts", (int64_t)nfacts);
	desk_json_changes(d, &o, f);
	jo_end_object(&o);
	buf_putc(&d->out, '\n');
}

void say_opened(struct desk *d, const struct followed *f, struct when known, size_t nfacts)
{
	if (d->json) {
		json_followed(d, S("renkei.case.opened/1"), f, nfacts);
		return;
	}
	buf_putf(&d->out, "%s %" S_FMT " %s", desk_say(d, "事案", "Case"), S_ARG(f->num),
	         desk_say(d, "を開きました（知った時：", "is open (known at "));
	desk_put_when(d, known);
	line(d, "）。", ").");
	if (d->ja && nfacts > 0)
		buf_putf(&d->out, "事実 %zu 件を記録しました。\n\n", nfacts);
	else if (nfacts > 0)
		buf_putf(&d->out, "%zu facts are on record.\n\n", nfacts);
	desk_put_changes(d, f);
}

void say_stated(struct desk *d, const struct followed *f, size_t nfacts)
{
	if (d->json) {
		json_followed(d, S("renkei.case.stated/1"), f, nfacts);
		return;
	}
	if (d->ja)
		buf_putf(&d->out, "事案 %" S_FMT " に事実 %zu 件を記録しました。\n", S_ARG(f->num), nfacts);
	else
		buf_putf(&d->out, "%zu facts of case %" S_FMT " are on record.\n", nfacts, S_ARG(f->num));
	desk_put_changes(d, f);
}

/* ---- one case ---- */

jday say_day(const struct desk *d, const struct moment *m)
{
	msec t = m->known < m->stated ? m->known : m->stated;

	return t == INT64_MAX ? d->today : msec_jday(t);
}

static void put_asked_moment(struct desk *d, const struct moment *m)
{
	if (m->known != INT64_MAX) {
		buf_putz(&d->out, desk_say(d, "  見ている時点：", "  as known at:  "));
		desk_put_when(d, (struct when){ m->known, false });
		line(d, " までに知っていたこと", "");
	}
	if (m->stated != INT64_MAX) {
		buf_putz(&d->out, desk_say(d, "  記録の時点：  ", "  in record at: "));
		desk_put_when(d, (struct when){ m->stated, false });
		line(d, " までに記録されていたこと", "");
	}
}

void say_head(struct desk *d, const struct case_head *h, slice title, const struct moment *m, bool past)
{
	jday day = say_day(d, m), known = msec_jday(h->known);

	buf_putf(&d->out, "%s%s %" S_FMT, node_is_exercise(d->node) ? desk_say(d, "【訓練】", "[EXERCISE] ") : "",
	         desk_say(d, "事案", "Case"), S_ARG(h->num));
	if (title.len > 0)
		buf_putf(&d->out, "%s%" S_FMT, desk_say(d, "　", "  "), S_ARG(title));
	if (h->closed)
		buf_putz(&d->out, desk_say(d, "（終結）", " (closed)"));
	buf_putz(&d->out, desk_say(d, "\n  知った時：    ", "\n  known at:     "));
	desk_put_when(d, (struct when){ h->known, h->known_day_only });
	if (day >= known && d->ja)
		buf_putf(&d->out, "　（知った日を1日目として %d日目）", day - known + 1);
	else if (day >= known)
		buf_putf(&d->out, "  (day %d, the day of knowing being day 1)", day - known + 1);
	buf_putc(&d->out, '\n');
	if (past)
		put_asked_moment(d, m);
	buf_putc(&d->out, '\n');
}

static void put_filings(struct desk *d, const struct case_picture *p)
{
	static const char *const ja[FILING_STATES] = { "下書き", "提出済み", "差替え済み" };
	bool any = false;

	for (size_t i = 0; i < p->nfilings; i++) {
		const struct filing *f = &p->filings[i];

		if (f->state == FILING_REPLACED || f->drafted > p->moment.stated || f->drafted > p->moment.known)
			continue;
		if (!any)
			line(d, "報告書", "Reports");
		any = true;
		buf_putf(&d->out, "  %" S_FMT "/%lld  ", S_ARG(p->head.num), (long long)f->num);
		buf_put_cell(&d->out, f->form, 6);
		buf_put_cell(&d->out, slice_of(desk_kind(d, f->kind)), d->ja ? 6 : 13);
		buf_putz(&d->out, d->ja ? ja[f->state] : filing_state_words[f->state]);
		buf_putc(&d->out, ' ');
		desk_put_day(d, msec_jday(f->state == FILING_SUBMITTED ? f->submitted : f->drafted));
		if (f->state == FILING_DRAFT && f->missing > 0 && d->ja)
			buf_putf(&d->out, "　足りない欄 %lld", (long long)f->missing);
		else if (f->state == FILING_DRAFT && f->missing > 0)
			buf_putf(&d->out, "  %lld fields missing", (long long)f->missing);
		buf_putc(&d->out, '\n');
	}
	if (any)
		buf_putc(&d->out, '\n');
}

static void put_fact_groups(struct desk *d, const struct case_picture *p)
{
	struct fact *known, *open;
	size_t nknown = 0, nopen = 0;

	known = arena_alloc(d->c->a, p->nfacts + 1, sizeof *known);
	open = arena_alloc(d->c->a, p->nfacts + 1, sizeof *open);
	for (size_t i = 0; known && open && i < p->nfacts; i++)
		if (p->facts[i].said.state == SAID_UNKNOWN)
			open[nopen++] = p->facts[i];
		else
			known[nknown++] = p->facts[i];
	if (nknown > 0) {
		line(d, "分かっていること", "What is known");
		(void)desk_put_facts(d, known, nknown);
	}
	if (nopen > 0) {
		line(d, "\nまだ分からないとされていること", "\nStated as not known yet");
		(void)desk_put_facts(d, open, nopen);
	}
}

static void put_history(struct desk *d, const struct case_picture *p)
{
	line(d, "述べられたことの全て（知った時 / 記録した時 / だれが）", "All statements (known / stated / by whom)");
	for (size_t i = 0; i < p->nfacts; i++) {
		const struct fact *f = &p->facts[i];

		buf_putz(&d->out, "  ");
		when_put_iso(&d->out, f->known);
		buf_putz(&d->out, " / ");
		when_put_iso(&d->out, (struct when){ f->stated, false });
		buf_putf(&d->out, " / %" S_FMT "  #%lld", S_ARG(f->actor), (long long)f->seq);
		if (f->mends >= 0 && d->ja)
			buf_putf(&d->out, "（#%lld の訂正）", (long long)f->mends);
		else if (f->mends >= 0)
			buf_putf(&d->out, " (corrects #%lld)", (long long)f->mends);
		buf_putc(&d->out, '\n');
		(void)desk_put_facts(d, f, 1);
		if (f->reason.len > 0)
			buf_putf(&d->out, "      %s%" S_FMT "\n", desk_say(d, "理由：", "reason: "), S_ARG(f->reason));
	}
}

static void json_case(struct desk *d, const struct case_picture *p)
{
	struct json_out o = json_out_on(&d->out);
	jday day = say_day(d, &p->moment);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.case/1"));
	jo_kv_text(&o, "id", p->head.id);
	jo_kv_text(&o, "num", p->head.num);
	jo_kv_text(&o, "state", p->head.closed ? S("closed") : S("open"));
	if (p->title.len > 0)
		jo_kv_text(&o, "title", p->title);
	jo_kv_bool(&o, "exercise", node_is_exercise(d->node));
	desk_json_when(&o, "known_at", (struct when){ p->head.known, p->head.known_day_only });
	desk_json_msec(&o, "opened_at", p->head.opened);
	if (p->moment.known != INT64_MAX)
		desk_json_msec(&o, "as_of", p->moment.known);
	if (p->moment.stated != INT64_MAX)
		desk_json_msec(&o, "in_record_at", p->moment.stated);
	jo_key(&o, S("duties"));
	jo_array(&o);
	for (size_t i = 0; i < p->duties.n; i++)
		desk_json_duty(d, &o, &p->duties.duties[i], NULL, day);
	jo_end_array(&o);
	desk_json_asks(&o, &p->duties);
	jo_key(&o, S("facts"));
	jo_array(&o);
	for (size_t i = 0; i < p->nfacts; i++)
		desk_json_fact(&o, &p->facts[i], false);
	jo_end_array(&o);
	jo_end_object(&o);
	buf_putc(&d->out, '\n');
}

rc say_case(struct desk *d, const struct case_picture *p)
{
	if (d->json) {
		json_case(d, p);
		return OK;
	}
	say_head(d, &p->head, p->title, &p->moment, p->past);
	if (p->duties.before)
		line(d, "この時点では、まだ知っていませんでした。", "At that moment the organisation did not know of it yet.");
	if (!p->past)
		desk_put_next(d, &p->head, p->duties.duties, p->duties.n, d->today);
	desk_put_duties(d, p->duties.duties, p->duties.n, say_day(d, &p->moment), true);
	desk_put_asks(d, &p->duties, 8);
	put_filings(d, p);
	if (p->history)
		put_history(d, p);
	else if (!p->duties.before)
		put_fact_groups(d, p);
	return OK;
}

/* ---- lists ---- */

static void put_next(struct desk *d, const struct case_head *h, struct buf *b)
{
	struct duty x = { .must = true, .has_due = h->next_day != JDAY_MOST, .due = h->next_day, .sort_day = h->next_day };

	if (h->open_must == 0)
		buf_putz(b, desk_say(d, "なし", "none"));
	else if (d->ja && x.has_due)
		jday_put_short_ja(b, x.due, d->today);
	else if (x.has_due)
		jday_put(b, x.due);
	else
		duty_put_deadline(b, &x, d->today, d->ja);
	if (h->open_must == 0 || !x.has_due)
		return;
	buf_putz(b, x.due < d->today ? "  " : desk_say(d, "　あと", "  in "));
	buf_put_i64(b, x.due < d->today ? d->today - x.due : x.due - d->today);
	buf_putz(b, x.due < d->today ? desk_say(d, "日過ぎ", " days ago") : desk_say(d, "日", " days"));
}

/* The cause in words; a code that the packs of today no longer know stands for itself. */
static slice cause_label(const struct desk *d, slice code)
{
	const struct term *t = terms_find(d->terms, S("cause"));
	const struct term_choice *choice = t && code.len > 0 ? term_choice(t, code, false) : NULL;

	if (!choice)
		return code.len > 0 ? code : S("-");
	return d->ja ? choice->ja : choice->en;
}

static void put_list_row(struct desk *d, const struct case_head *h)
{
	struct buf b;

	buf_init(&b, d->c->a, 512);
	put_next(d, h, &b);
	buf_put_cell(&d->out, h->num, 12);
	buf_put_cell(&d->out, buf_slice(&b), 36);
	buf_putf(&d->out, "%5lld%5lld%5lld  ", (long long)h->open_must, (long long)h->open_may, (long long)h->asked);
	buf_init(&b, d->c->a, 128);
	when_put_iso(&b, (struct when){ h->known, h->known_day_only });
	buf_put_cell(&d->out, buf_slice(&b), 18);
	buf_put(&d->out, cause_label(d, h->cause));
	buf_putc(&d->out, '\n');
}

static void json_list_row(struct desk *d, const struct case_head *h)
{
	struct json_out o = json_out_on(&d->out);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.case.row/1"));
	jo_kv_text(&o, "id", h->id);
	jo_kv_text(&o, "num", h->num);
	jo_kv_text(&o, "state", h->closed ? S("closed") : S("open"));
	desk_json_when(&o, "known_at", (struct when){ h->known, h->known_day_only });
	desk_json_msec(&o, "changed_at", h->changed);
	desk_json_day(&o, "next_day", h->next_day != JDAY_MOST, h->next_day);
	jo_kv_int(&o, "open_mandatory", h->open_must);
	jo_kv_int(&o, "open_voluntary", h->open_may);
	jo_kv_int(&o, "undetermined", h->asked);
	if (h->cause.len > 0)
		jo_kv_text(&o, "cause", h->cause);
	jo_end_object(&o);
	buf_putc(&d->out, '\n');
}

static void csv_int(struct desk *d, int64_t n)
{
	buf_put_i64(&d->out, n);
	buf_putc(&d->out, ',');
}

static void csv_list_row(struct desk *d, const struct case_head *h)
{
	struct buf b;

	desk_csv_cell(d, h->num, false);
	desk_csv_cell(d, h->closed ? S("closed") : S("open"), false);
	buf_init(&b, d->c->a, 128);
	when_put_iso(&b, (struct when){ h->known, h->known_day_only });
	desk_csv_cell(d, buf_slice(&b), false);
	buf_reset(&b);
	if (h->next_day != JDAY_MOST)
		jday_put(&b, h->next_day);
	desk_csv_cell(d, buf_slice(&b), false);
	csv_int(d, h->open_must);
	csv_int(d, h->open_may);
	csv_int(d, h->asked);
	desk_csv_cell(d, h->cause, true);
}

void say_list(struct desk *d, const struct case_head *page, size_t n, bool more)
{
	if (d->csv)
		/* the mark in front lets spreadsheets take it for UTF-8 */
		buf_putf(&d->out, "\xEF\xBB\xBF%s\r\n", desk_say(d, "番号,状態,知った時,次の期限,義務,任意,未定,原因",
		                                               "number,state,known,next,mandatory,voluntary,undetermined,cause"));
	else if (!d->json) {
		buf_putf(&d->out, "%s\n", desk_say(d, "番号        次の期限・目標日                     義務 任意 未定  知った時          原因",
		                                   "number      next day                            must  may open  known             cause"));
		desk_put_rule(d, 100);
	}
	for (size_t i = 0; i < n; i++) {
		if (d->json)
			json_list_row(d, &page[i]);
		else if (d->csv)
			csv_list_row(d, &page[i]);
		else
			put_list_row(d, &page[i]);
	}
	if (n == 0 && !d->json && !d->csv)
		line(d, "事案はありません。", "There are no cases.");
	if (more && !d->json && !d->csv)
		buf_putf(&d->out, "%s%" S_FMT "\n", desk_say(d, "続きは --after=", "more: --after="), S_ARG(page[n - 1].num));
}

/* ---- timeline ---- */

static void json_event(struct desk *d, const struct event *e)
{
	struct json_out o = json_out_on(&d->out);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.event/1"));
	jo_kv_int(&o, "seq", e->seq);
	desk_json_msec(&o, "at", e->at);
	jo_kv_text(&o, "precision", slice_of(event_precision_words[e->precision]));
	jo_kv_text(&o, "kind", e->kind);
	desk_json_msec(&o, "stated_at", e->stated);
	if (e->what.len > 0)
		jo_kv_text(&o, "what", e->what);
	if (e->who.len > 0)
		jo_kv_text(&o, "who", e->who);
	if (e->source.len > 0)
		jo_kv_text(&o, "source", e->source);
	jo_end_object(&o);
	buf_putc(&d->out, '\n');
}

void say_timeline(struct desk *d, const struct case_head *h, const struct event *events, size_t n)
{
	static const char *const after_ja[EVENT_PRECISIONS] = { "", "頃", "", "から" };
	static const char *const after_en[EVENT_PRECISIONS] = { "", " (about)", "", " (on)" };

	if (!d->json)
		buf_putf(&d->out, "%s %" S_FMT " %s\n", desk_say(d, "事案", "Case"), S_ARG(h->num),
		         desk_say(d, "の経過", "timeline"));
	for (size_t i = 0; i < n; i++) {
		const struct event *e = &events[i];
		struct buf b;

		if (d->json) {
			json_event(d, e);
			continue;
		}
		buf_init(&b, d->c->a, 128);
		when_put_iso(&b, (struct when){ e->at, e->precision == EVENT_DAY || e->precision == EVENT_OPEN });
		buf_putz(&b, d->ja ? after_ja[e->precision] : after_en[e->precision]);
		buf_putz(&d->out, "  ");
		buf_put_cell(&d->out, buf_slice(&b), 22);
		if (e->what.len > 0)
			buf_put_wrapped(&d->out, e->what, 24, 76);
		else
			buf_putz(&d->out, e->gone ? desk_say(d, "（廃棄済み）", "(disposed of)")
			                          : desk_say(d, "（封印。--as を付けると開きます）", "(sealed; --as opens it)"));
		buf_putc(&d->out, '\n');
	}
	if (n == 0 && !d->json)
		line(d, "  まだありません。", "  nothing yet");
}

void say_closed(struct desk *d, const struct case_head *h, bool reopen)
{
	struct json_out o = json_out_on(&d->out);

	if (d->json) {
		jo_object(&o);
		jo_kv_text(&o, "schema", S("renkei.case.closed/1"));
		jo_kv_text(&o, "num", h->num);
		jo_kv_text(&o, "state", reopen ? S("open") : S("closed"));
		jo_end_object(&o);
		buf_putc(&d->out, '\n');
		return;
	}
	buf_putf(&d->out, "%s %" S_FMT " %s\n", desk_say(d, "事案", "Case"), S_ARG(h->num),
	         reopen ? desk_say(d, "を再び開きました。", "is open again.") : desk_say(d, "を終結しました。", "is closed."));
}
