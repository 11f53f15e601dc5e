/* What waits for this person, and who is told next when nobody confirms (事例8: 責任者不在で報告が3日後・7日後). */
#include "door/http/pages.h"

#include "door/http/notices.h"

#include "base/banned.h"

#define NOTICES_MOST 300u

static void put_roles(struct visit *v, struct json_out *o, const char *name, const slice *roles, uint32_t n)
{
	struct buf b;

	buf_init(&b, v->c->a, 1024);
	for (uint32_t i = 0; i < n; i++) {
		bool deputy = slice_is(roles[i], "deputy");

		buf_putf(&b, "%s%s", i ? say(v, "、", ", ") : "", deputy ? say(v, "代理の人", "the deputy") : role_name(roles[i], v->ja));
	}
	jo_kv_text(o, name, buf_slice(&b));
}

rc notices_put_ladder(struct visit *v, struct json_out *o, const struct duty *d)
{
	struct coming *next;
	size_t n;

	TRY(notice_coming(v->c, v->h->ladder, d, v->c->now, &next, &n));
	jo_key(o, S("steps"));
	jo_array(o);
	for (size_t i = 0; i < n && i < 4; i++) {
		jo_object(o);
		m_when(v, o, "at", (struct when){ next[i].at, false });
		put_roles(v, o, "to", next[i].step->to, next[i].step->nto);
		jo_kv_int(o, "confirm_minutes", next[i].step->confirm_minutes);
		jo_end_object(o);
	}
	jo_end_array(o);
	put_roles(v, o, "escalate", v->h->ladder->escalate, v->h->ladder->nescalate);
	return OK;
}

/* Minutes for which a confirmation of this notice is waited for; 0: none. */
static int64_t confirm_minutes(const struct visit *v, const struct notice *w)
{
	size_t plus = slice_find(w->step, S("+"), 0);
	slice id = plus == SIZE_MAX ? w->step : slice_sub(w->step, 0, plus);

	for (uint32_t i = 0; i < v->h->ladder->n; i++)
		for (uint32_t k = 0; k < v->h->ladder->rungs[i].n; k++)
			if (slice_eq(v->h->ladder->rungs[i].steps[k].id, id))
				return v->h->ladder->rungs[i].steps[k].confirm_minutes;
	return 0;
}

static rc put_notice(struct visit *v, struct json_out *o, const struct notice *w, const struct duty *d, const struct case_head *h)
{
	int64_t minutes = confirm_minutes(v, w);

	jo_object(o);
	jo_kv_int(o, "seq", w->seq);
	jo_key(o, S("duty"));
	TRY(m_duty(v, o, d, h));
	m_when(v, o, "at", (struct when){ w->at, false });
	jo_kv_text(o, "why", slice_of(notice_why_text(w->why, v->ja)));
	if (w->instead_of.len > 0)
		jo_kv_text(o, "instead_of", who_name(v->c, v->n, w->instead_of));
	if (minutes > 0)
		m_when(v, o, "until", (struct when){ w->at + minutes * 60000, false });
	jo_kv_bool(o, "late", minutes > 0 && w->at + minutes * 60000 < v->c->now);
	jo_kv_bool(o, "may_confirm", visit_can(v, "notice.confirm", h->id));
	TRY(notices_put_ladder(v, o, d));
	jo_end_object(o);
	return OK;
}

rc notices_put_mine(struct visit *v, struct json_out *o, const char *name, size_t most)
{
	struct notice *w;
	size_t n, shown = 0;

	TRY(notice_mine(v->c, v->st, v->who.account, NOTICES_MOST, &w, &n));
	jo_key(o, slice_of(name));
	jo_array(o);
	for (size_t i = 0; i < n && shown < most; i++) {
		struct case_head h;
		struct duty d;

		TRY(case_find(v->c, v->st, w[i].case_id, &h));
		if (!visit_can(v, "page:case", h.id))
			continue;
		TRY(duty_find(v->c, v->st, v->h->law, &h, w[i].rule, &d));
		TRY(put_notice(v, o, &w[i], &d, &h));
		shown++;
	}
	jo_end_array(o);
	return OK;
}

rc notices_put_sent(struct visit *v, struct json_out *o, const struct duty *d, bool *ret_taken)
{
	static const char *const ja[NOTICE_STATES] = { "送信待ち", "送信済み", "送れませんでした" };
	static const char *const en[NOTICE_STATES] = { "waits to be sent", "sent", "could not be sent" };
	struct notice *w;
	size_t n;

	TRY(notice_of_duty(v->c, v->st, d, &w, &n));
	*ret_taken = n > 0;
	jo_key(o, S("told"));
	jo_array(o);
	for (size_t i = n; i-- > 0;) {
		*ret_taken = *ret_taken && w[i].confirmed > 0;
		jo_object(o);
		m_when(v, o, "at", (struct when){ w[i].at, false });
		jo_kv_text(o, "name", who_name(v->c, v->n, w[i].account));
		jo_kv_text(o, "why", slice_of(notice_why_text(w[i].why, v->ja)));
		jo_kv_text(o, "state", slice_of(say(v, ja[w[i].state], en[w[i].state])));
		if (w[i].confirmed > 0)
			m_when(v, o, "confirmed", (struct when){ w[i].confirmed, false });
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

rc page_notices(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "notices");

	return notices_put_mine(v, o, "notices", NOTICES_MOST);
}

/* 確認して引き受ける */
rc page_notice_confirm(struct visit *v, struct page *p)
{
	struct case_head h;
	struct act act;
	struct duty d;
	int64_t seq;

	TRY(visit_case(v, &h));
	TRY(duty_find(v->c, v->st, v->h->law, &h, visit_text(v, "rule"), &d));
	TRY(notice_act_confirm(v->c, &v->actor, &d, &act));
	TRY(node_append(v->c, v->n, &act, &seq));
	return page_go(v, p, "/cases/%" S_FMT "/duties/%" S_FMT, S_ARG(h.num), S_ARG(d.rule));
}
