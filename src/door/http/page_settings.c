/* What the organisation decides about its node: who must look twice, who is told when, its sections; and whose case it is. */
#include "door/http/pages.h"

#include "core/people/people.h"
#include "work/notice/notice.h"

#include "base/banned.h"

static void put_step(struct visit *v, struct json_out *o, const struct step *s)
{
	static const char *const ja[ANCHORS] = { "義務が生じた時", "目標の日", "期限の日" };
	static const char *const en[ANCHORS] = { "when it arises", "target day", "last day" };
	struct buf b;

	jo_object(o);
	buf_init(&b, v->c->a, 256);
	buf_putz(&b, say(v, ja[s->from], en[s->from]));
	if (s->days)
		buf_putf(&b, "%s%lld%s%s", say(v, "の", " "), (long long)(s->days < 0 ? -s->days : s->days), say(v, "日", " days "),
		         s->days < 0 ? say(v, "前", "before") : say(v, "後", "after"));
	if (s->every_day)
		buf_putz(&b, say(v, "から毎日", ", every day"));
	if (s->minute >= 0)
		buf_putf(&b, " %lld:%02lld", (long long)(s->minute / 60), (long long)(s->minute % 60));
	jo_kv_text(o, "at", buf_slice(&b));
	buf_reset(&b);
	for (uint32_t i = 0; i < s->nto; i++)
		buf_putf(&b, "%s%s", i ? say(v, "、", ", ") : "", role_name(s->to[i], v->ja));
	jo_kv_text(o, "to", buf_slice(&b));
	jo_kv_int(o, "confirm_minutes", s->confirm_minutes);
	jo_end_object(o);
}

static void put_ladders(struct visit *v, struct json_out *o)
{
	const struct ladder *l = v->h->ladder;

	jo_key(o, S("ladders"));
	jo_array(o);
	for (uint32_t i = 0; i < l->n; i++) {
		const struct rungs *r = &l->rungs[i];

		jo_object(o);
		jo_kv_text(o, "name", slice_of(!r->must ? say(v, "任意の義務", "What may be done") :
			r->days ? say(v, "日数の定めがある義務", "Duties with a last day") : say(v, "「速やかに」の義務", "Duties to be done promptly")));
		jo_key(o, S("steps"));
		jo_array(o);
		for (uint32_t k = 0; k < r->n; k++)
			put_step(v, o, &r->steps[k]);
		jo_end_array(o);
		jo_end_object(o);
	}
	jo_end_array(o);
}

static rc put_sections(struct visit *v, struct json_out *o, const slice *mine, size_t nmine)
{
	struct section *s;
	size_t n;

	TRY(people_sections(v->c, v->n, &s, &n));
	jo_key(o, S("sections"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		bool on = false;

		for (size_t k = 0; k < nmine; k++)
			on = on || slice_eq(mine[k], s[i].id);
		if (s[i].closed && !on)
			continue;
		m_option(o, s[i].id, s[i].name.len ? s[i].name : s[i].id, on);
	}
	jo_end_array(o);
	return OK;
}

rc page_settings(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "settings");
	bool four;

	TRY(visit_may(v, "page:settings", S_NONE));
	TRY(people_four_eyes(v->c, v->st, &four));
	jo_kv_text(o, "name", node_name(v->n));
	jo_kv_bool(o, "exercise", node_is_exercise(v->n));
	jo_kv_text(o, "vkey", node_vkey(v->n));
	jo_kv_int(o, "entries", node_size(v->n));
	jo_kv_bool(o, "four_eyes", four);
	jo_kv_bool(o, "may_policy", visit_can(v, "people.policy", S_NONE));
	jo_kv_bool(o, "may_people", visit_can(v, "page:people", S_NONE));
	jo_kv_bool(o, "may_section", visit_can(v, "section.close", S_NONE));
	put_ladders(v, o);
	return put_sections(v, o, NULL, 0);
}

rc page_settings_policy(struct visit *v, struct page *p)
{
	TRY(people_set_four_eyes(v->c, v->n, &v->actor, slice_is(visit_text(v, "four_eyes"), "on")));
	return page_go(v, p, "/settings");
}

/* ---- whose case it is ---- */

rc page_assign(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "assign");
	struct case_head h;
	slice *sections;
	size_t n;

	TRY(visit_case(v, &h));
	TRY(people_case_sections(v->c, v->st, h.id, &sections, &n));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "overview"));
	jo_kv_bool(o, "everybody", n == 0);
	return put_sections(v, o, sections, n);
}

#define SECTIONS_MOST 64u

rc page_assign_do(struct visit *v, struct page *p)
{
	slice sections[SECTIONS_MOST];
	struct case_head h;
	size_t n = 0;

	TRY(visit_case(v, &h));
	for (size_t i = 0; i < v->in->n; i++) {
		if (!slice_starts(v->in->pairs[i].name, S("section.")) || v->in->pairs[i].value.len == 0)
			continue;
		if (n == SECTIONS_MOST)
			return FAIL(v->c, E_LIMIT, "form.many");
		sections[n++] = slice_sub(v->in->pairs[i].name, 8, SIZE_MAX);
	}
	if (n == 0)
		return visit_wrong(v, S("section"), "課室を一つ以上選んでください。", "Choose a section.");
	TRY(case_assign(v->c, v->n, &v->actor, h.id, sections, n));
	return page_go(v, p, "/cases/%" S_FMT, S_ARG(h.num));
}
