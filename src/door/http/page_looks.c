/* Who looked at what is sealed of a case, when, and why: for the auditor, and for the answer to a person who asks. */
#include "door/http/pages.h"

#include "core/record/look.h"
#include "door/http/listing.h"

#include "base/banned.h"

struct seen { int64_t seq, entries; msec at; slice actor, role, via, code; };
struct seeing { struct seen *v; size_t n, room; };

static rc see(struct ctx *c, const struct look_seen *l, void *p)
{
	struct seeing *s = p;
	struct seen *x;

	TRY_ROOM(c, s->v, s->n, s->room, 64);
	x = &s->v[s->n++];
	*x = (struct seen){ .seq = l->seq, .entries = (int64_t)l->ref.n, .at = l->at };
	TRY(slice_keep(c, l->actor.id, &x->actor));
	TRY(slice_keep(c, l->actor.role, &x->role));
	TRY(slice_keep(c, l->actor.via, &x->via));
	return slice_keep(c, l->code.n ? l->code.v[0] : S_NONE, &x->code);
}

static slice reason_name(struct visit *v, slice code)
{
	static const struct { const char *word, *ja, *en; } names[] = {
		{ "casework", "事案の対応", "work on the case" }, { "report", "報告書の作成", "making a report" }, { "search", "検索", "search" },
		{ "audit", "監査", "audit" }, { "request", "本人からの請求", "a request of the person" },
		{ LOOK_KEYS_GIVEN, "監査人への鍵の引き渡し", "keys were given to an auditor" },
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (slice_is(code, names[i].word))
			return slice_of(say(v, names[i].ja, names[i].en));
	return code;
}

static void put_seen(struct visit *v, struct json_out *o, const struct seen *x)
{
	jo_object(o);
	jo_kv_int(o, "seq", x->seq);
	m_when(v, o, "at", (struct when){ x->at, false });
	jo_kv_text(o, "actor", x->actor);
	jo_kv_text(o, "name", who_name(v->c, v->n, x->actor));
	jo_kv_text(o, "role", slice_of(role_name(x->role, v->ja)));
	jo_kv_text(o, "why", reason_name(v, x->code));
	jo_kv_int(o, "entries", x->entries);
	jo_end_object(o);
}

#define SHOWN 500u

/* One line a person: how often, when last. */
static void put_persons(struct visit *v, struct json_out *o, const struct seeing *s)
{
	jo_key(o, S("persons"));
	jo_array(o);
	for (size_t i = s->n; i-- > 0;) {
		int64_t times = 0;
		bool later = false;

		for (size_t k = i + 1; k < s->n && !later; k++)
			later = slice_eq(s->v[k].actor, s->v[i].actor);
		if (later)
			continue;
		for (size_t k = 0; k <= i; k++)
			times += slice_eq(s->v[k].actor, s->v[i].actor);
		jo_object(o);
		jo_kv_text(o, "actor", s->v[i].actor);
		jo_kv_text(o, "name", who_name(v->c, v->n, s->v[i].actor));
		jo_kv_text(o, "role", slice_of(role_name(s->v[i].role, v->ja)));
		jo_kv_int(o, "times", times);
		m_when(v, o, "last", (struct when){ s->v[i].at, false });
		jo_end_object(o);
	}
	jo_end_array(o);
}

rc page_looks(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "looks");
	struct seeing s = { 0 };
	struct case_head h;

	TRY(visit_case(v, &h));
	TRY(looks_each(v->c, v->n, h.id, S_NONE, see, &s));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "record"));
	jo_kv_int(o, "times", (int64_t)s.n);
	put_persons(v, o, &s);
	jo_key(o, S("looks"));
	jo_array(o);
	for (size_t i = s.n; i-- > 0 && s.n - i <= SHOWN;)
		put_seen(v, o, &s.v[i]);
	jo_end_array(o);
	jo_kv_bool(o, "more", s.n > SHOWN);
	return OK;
}

rc page_looks_table(struct visit *v, struct page *p)
{
	struct seeing s = { 0 };
	struct case_head h;
	struct listing l;

	TRY(visit_case(v, &h));
	TRY(looks_each(v->c, v->n, h.id, S_NONE, see, &s));
	TRY(listing_begin(&l, v, say(v, "番号,日時,誰が,役割,理由,開いた項目", "seq,time,who,role,why,entries")));
	for (size_t i = 0; i < s.n; i++) {
		TRY(listing_int(&l, s.v[i].seq));
		TRY(listing_time(&l, true, s.v[i].at));
		TRY(listing_cell(&l, who_name(v->c, v->n, s.v[i].actor)));
		TRY(listing_cell(&l, slice_of(role_name(s.v[i].role, v->ja))));
		TRY(listing_cell(&l, reason_name(v, s.v[i].code)));
		TRY(listing_int(&l, s.v[i].entries));
	}
	return listing_done(&l, p, say(v, "閲覧の記録", "looks"));
}

/*
 * For the person concerned: when, in which role, why; not the names of staff. With a person's id only what is sealed for that
 * person, without it all of the case.
 */
rc page_looks_extract(struct visit *v, struct page *p)
{
	slice person = visit_text(v, "person"), unit = S_NONE;
	struct seeing s = { 0 };
	struct case_head h;
	struct listing l;
	struct buf b;

	TRY(visit_case(v, &h));
	if (person.len) {
		buf_init(&b, v->c->a, 256);
		buf_putf(&b, "%" S_FMT ".%" S_FMT, S_ARG(h.id), S_ARG(person));
		TRY(buf_keep(v->c, &b, &unit));
	}
	TRY(looks_each(v->c, v->n, h.id, unit, see, &s));
	TRY(listing_begin(&l, v, say(v, "日時,役割,理由,開いた項目", "time,role,why,entries")));
	for (size_t i = 0; i < s.n; i++) {
		TRY(listing_time(&l, true, s.v[i].at));
		TRY(listing_cell(&l, slice_of(role_name(s.v[i].role, v->ja))));
		TRY(listing_cell(&l, reason_name(v, s.v[i].code)));
		TRY(listing_int(&l, s.v[i].entries));
	}
	return listing_done(&l, p, say(v, "本人に渡す閲覧の記録", "extract-of-looks"));
}
