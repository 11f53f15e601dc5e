/* Pieces of models that several pages show. */
#include "door/http/visit.h"

#include "base/banned.h"

void m_text(struct json_out *o, const char *name, slice s) { jo_kv_text(o, name, s); }

void m_say(struct visit *v, struct json_out *o, const char *name, const char *ja, const char *en)
{
	jo_kv_text(o, name, slice_of(say(v, ja, en)));
}

static void with_iso(struct json_out *o, const char *name, slice iso)
{
	char room[64];
	struct buf b = { .p = room, .cap = sizeof room, .max = sizeof room };

	buf_putf(&b, "%s_iso", name);
	jo_key(o, buf_slice(&b));
	jo_text(o, iso);
}

/* 令和8年11月21日（土）9:05: the weekday is what people plan by. */
static void put_when_ja(struct buf *b, struct when w)
{
	static const char *const days[] = { "日", "月", "火", "水", "木", "金", "土" };
	jday d = msec_jday(w.at);
	int32_t minutes = (int32_t)((w.at - jday_msec(d)) / 60000);

	jday_put_era(b, d);
	buf_putf(b, "（%s）", days[jday_weekday(d)]);
	if (!w.day_only)
		buf_putf(b, "%d:%02d", minutes / 60, minutes % 60);
}

void m_size(struct visit *v, struct json_out *o, const char *name, int64_t size)
{
	struct buf b;

	buf_init(&b, v->c->a, 64);
	if (size < 1024)
		buf_putf(&b, "%lld %s", (long long)size, say(v, "バイト", "bytes"));
	else if (size < 1024 * 1024)
		buf_putf(&b, "%lld KB", (long long)((size + 1023) / 1024));
	else
		buf_putf(&b, "%lld.%lld MB", (long long)(size >> 20), (long long)((size & 0xfffff) * 10 >> 20));
	jo_kv_text(o, name, buf_slice(&b));
}

void m_option(struct json_out *o, slice value, slice label, bool on)
{
	jo_object(o);
	jo_kv_text(o, "value", value);
	jo_kv_text(o, "label", label);
	jo_kv_bool(o, "on", on);
	jo_end_object(o);
}

void m_when(struct visit *v, struct json_out *o, const char *name, struct when w)
{
	struct buf b;

	buf_init(&b, v->c->a, 128);
	if (v->ja)
		put_when_ja(&b, w);
	else
		when_put_iso(&b, w);
	jo_kv_text(o, name, buf_slice(&b));
	buf_reset(&b);
	if (w.day_only)
		jday_put(&b, msec_jday(w.at));
	else
		msec_put(&b, w.at);
	with_iso(o, name, buf_slice(&b));
}

void m_day(struct visit *v, struct json_out *o, const char *name, jday d)
{
	struct buf b;

	buf_init(&b, v->c->a, 128);
	if (v->ja)
		jday_put_short_ja(&b, d, v->today);
	else
		jday_put(&b, d);
	jo_kv_text(o, name, buf_slice(&b));
	buf_reset(&b);
	jday_put(&b, d);
	with_iso(o, name, buf_slice(&b));
}

const char *kind_name(const struct visit *v, slice kind)
{
	static const struct { const char *word, *ja, *en; } names[] = {
		{ "preliminary", "速報", "preliminary report" }, { "follow_up", "続報", "follow-up report" },
		{ "final", "確報", "final report" }, { "other", "文書", "document" },
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (slice_is(kind, names[i].word))
			return say(v, names[i].ja, names[i].en);
	return "";
}

static const char *const urgency_words[URGENCIES] = { "overdue", "today", "soon", "later", "prompt", "free" };

static const char *duty_kind_name(struct visit *v, const struct duty *d)
{
	static const char *const ja[DUTY_STATES] = { "未了", "済み", "行わないと決定", "なくなった" };
	static const char *const en[DUTY_STATES] = { "open", "done", "decided not to do", "lapsed" };

	return say(v, ja[d->state], en[d->state]);
}

/* A shape and a word for each; never colour alone (JIS X 8341-3 1.4.1). */
static void put_urgency(struct visit *v, struct json_out *o, const struct duty *d)
{
	static const char *const ja[URGENCIES] = { "期限超過", "今日", "まもなく", "これから", "速やかに", "期限なし" };
	static const char *const en[URGENCIES] = { "overdue", "today", "soon", "later", "promptly", "no day" };
	static const char *const shape[URGENCIES] = { "■", "◆", "▲", "○", "△", "－" };
	enum urgency u = duty_urgency(d, v->today);
	struct buf b;
	slice until;

	if (d->state == DUTY_DONE || d->state == DUTY_WAIVED) {
		jo_kv_text(o, "urgency", S("done"));
		jo_kv_text(o, "urgency_name", slice_of(duty_kind_name(v, d)));
		jo_kv_text(o, "shape", S("✓"));
		jo_kv_text(o, "deadline", S_NONE);
		jo_kv_text(o, "until", S_NONE);
		return;
	}
	jo_kv_text(o, "urgency", slice_of(urgency_words[u]));
	/* the day to aim at has passed, the last day has not: "soon" would calm where nothing is calm */
	if (u == URGENCY_SOON && d->has_target && d->target < v->today)
		jo_kv_text(o, "urgency_name", slice_of(say(v, "遅れています", "late")));
	else
		jo_kv_text(o, "urgency_name", slice_of(say(v, ja[u], en[u])));
	jo_kv_text(o, "shape", slice_of(shape[u]));
	buf_init(&b, v->c->a, 512);
	duty_put_deadline(&b, d, v->today, v->ja);
	until = buf_slice(&b);
	jo_kv_text(o, "deadline", until);
	/* what the word before it says already is not said twice */
	if (!d->has_due && !d->has_target)
		until = d->must ? slice_of(say(v, "（日数の定めはありません）", "(no number of days)")) : S_NONE;
	jo_kv_text(o, "until", until);
}

static void put_basis(struct visit *v, struct json_out *o, const struct duty *d)
{
	jo_key(o, S("basis"));
	jo_array(o);
	for (uint32_t i = 0; d->row && i < d->row->nbasis; i++)
		jo_text(o, d->row->basis[i]);
	jo_end_array(o);
	jo_key(o, S("because"));
	jo_array(o);
	for (uint32_t i = 0; d->owed && i < d->owed->nbecause; i++)
		jo_text(o, v->ja ? d->owed->because[i]->name_ja : d->owed->because[i]->name_en);
	jo_end_array(o);
	jo_key(o, S("notes"));
	jo_array(o);
	for (uint32_t i = 0; d->owed && i < d->owed->nnotes; i++)
		jo_text(o, d->owed->notes[i]);
	jo_end_array(o);
}

rc m_duty(struct visit *v, struct json_out *o, const struct duty *d, const struct case_head *h)
{
	const struct law_agency *agency = law_agency_find(v->h->law, d->recipient);

	jo_object(o);
	jo_kv_text(o, "case", h ? h->num : d->case_id);
	jo_kv_text(o, "rule", d->rule);
	jo_kv_text(o, "title", duty_title(d, v->ja));
	jo_kv_text(o, "to", duty_recipient(v->h->law, d, v->today, v->ja));
	jo_kv_text(o, "to_code", d->recipient);
	if (agency)
		jo_kv_text(o, "channel", agency->channel_ja);
	jo_kv_bool(o, "must", d->must);
	jo_kv_text(o, "state", slice_of(duty_state_words[d->state]));
	jo_kv_text(o, "state_name", slice_of(duty_kind_name(v, d)));
	jo_kv_bool(o, "open", d->state == DUTY_OPEN);
	jo_kv_bool(o, "form", d->row && d->row->nforms > 0);
	put_urgency(v, o, d);
	if (d->has_due)
		m_day(v, o, "due", d->due);
	if (d->has_target)
		m_day(v, o, "target", d->target);
	if (d->state == DUTY_DONE || d->state == DUTY_WAIVED)
		m_when(v, o, "done_on", (struct when){ d->done_on, d->state == DUTY_DONE });
	put_basis(v, o, d);
	jo_end_object(o);
	return OK;
}

static void put_cause(struct visit *v, struct json_out *o, const struct case_head *h)
{
	const struct term *t = terms_find(v->h->terms, S("cause"));
	const struct term_choice *x = t && h->cause.len ? term_choice(t, h->cause, false) : NULL;

	jo_kv_text(o, "cause", x ? (v->ja ? x->ja : x->en) : S_NONE);
}

rc m_case(struct visit *v, struct json_out *o, const struct case_head *h)
{
	jo_kv_text(o, "num", h->num);
	jo_kv_text(o, "id", h->id);
	jo_kv_bool(o, "closed", h->closed);
	put_cause(v, o, h);
	m_when(v, o, "known", (struct when){ h->known, h->known_day_only });
	m_when(v, o, "changed", (struct when){ h->changed, false });
	jo_kv_int(o, "open_must", h->open_must);
	jo_kv_int(o, "open_may", h->open_may);
	jo_kv_int(o, "asked", h->asked);
	if (h->next_day != JDAY_MOST) {
		struct duty d = { .has_due = true, .due = h->next_day, .sort_day = h->next_day, .must = true };

		m_day(v, o, "next", h->next_day);
		put_urgency(v, o, &d);
	}
	return OK;
}

rc m_tabs(struct visit *v, struct json_out *o, const struct case_head *h, const char *here)
{
	static const struct { const char *word, *path, *ja, *en, *may; } tabs[] = {
		{ "overview", "", "することと状況", "To do and state", "page:case" }, { "facts", "/facts", "分かっていること", "Facts", "page:case" },
		{ "timeline", "/timeline", "時系列", "Timeline", "page:case" }, { "reports", "/reports", "報告書", "Reports", "page:case" },
		{ "room", "/room", "連携", "Acting together", "page:room" }, { "selection", "/selection", "文書の仕分け", "Selection", "page:selection" },
		{ "watch", "/watch", "ログとの照合", "Looking in logs", "page:selection" },
		{ "people", "/people", "本人への連絡", "People informed", "page:case" },
		{ "evidence", "/evidence", "資料", "Evidence", "page:case" },
		{ "record", "/record", "記録と閲覧者", "Record and views", "page:case" },
	};

	jo_kv_text(o, "tab", slice_of(here));
	jo_key(o, S("tabs"));
	jo_array(o);
	for (size_t i = 0; i < sizeof tabs / sizeof tabs[0]; i++) {
		struct buf b;

		if (strcmp(tabs[i].may, "page:case") != 0 && !visit_can(v, tabs[i].may, h->id))
			continue;
		buf_init(&b, v->c->a, 256);
		buf_putf(&b, "/cases/%" S_FMT "%s", S_ARG(h->num), tabs[i].path);
		jo_object(o);
		jo_kv_text(o, "path", buf_slice(&b));
		jo_kv_text(o, "name", slice_of(say(v, tabs[i].ja, tabs[i].en)));
		jo_kv_bool(o, "here", strcmp(tabs[i].word, here) == 0);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

slice given_or(const struct visit *v, const char *name, slice other)
{
	return v->restored || (v->nerrors + v->alert.len > 0 && v->route->method == POST) ? form_get(v->in, slice_of(name)) : other;
}

static slice part_given(const struct visit *v, const char *field, char part, slice other)
{
	char room[FORM_NAME_MOST + 4];
	struct buf b = { .p = room, .cap = sizeof room, .max = sizeof room };

	buf_putf(&b, "%s.%c", field, part);
	buf_putc(&b, '\0');
	return b.full ? other : given_or(v, room, other);
}

static slice number(struct visit *v, int32_t n, const char *fmt)
{
	struct buf b;

	buf_init(&b, v->c->a, 16);
	if (fmt[0] == '2')
		buf_putf(&b, "%02d", n);
	else
		buf_putf(&b, "%d", n);
	return buf_slice(&b);
}

void m_date(struct visit *v, struct json_out *o, const char *name, const char *field, bool given, struct when w)
{
	struct ymd d = given ? jday_ymd(msec_jday(w.at)) : (struct ymd){ 0 };
	slice y = given ? number(v, d.y, "") : S_NONE, t = S_NONE;

	if (given && !w.day_only) {
		int32_t minutes = (int32_t)((w.at + JST_OFFSET) / 60000 % 1440);
		struct buf b;

		buf_init(&b, v->c->a, 16);
		buf_putf(&b, "%d:%02d", minutes / 60, minutes % 60);
		t = buf_slice(&b);
	}
	jo_key(o, slice_of(name));
	jo_object(o);
	jo_kv_text(o, "y", part_given(v, field, 'y', y));
	jo_kv_text(o, "m", part_given(v, field, 'm', given ? number(v, d.m, "") : S_NONE));
	jo_kv_text(o, "d", part_given(v, field, 'd', given ? number(v, d.d, "") : S_NONE));
	jo_kv_text(o, "t", part_given(v, field, 't', t));
	jo_end_object(o);
}

#define PEOPLE_MOST 2000u

rc m_people(struct visit *v, struct json_out *o, const char *name, const struct people_choice *which)
{
	struct account *a;
	size_t n;

	TRY(people_list(v->c, v->st, S_NONE, PEOPLE_MOST, &a, &n));
	TRY(people_names_open(v->c, v->n, which->look, a, n));
	jo_key(o, slice_of(name));
	jo_array(o);
	for (size_t i = 0; i < n; i++)
		if ((!which->active || a[i].state == ACCOUNT_ACTIVE) && !slice_eq(a[i].id, which->but))
			m_option(o, a[i].id, a[i].name.len ? a[i].name : a[i].id, slice_eq(a[i].id, which->chosen));
	jo_end_array(o);
	return OK;
}
