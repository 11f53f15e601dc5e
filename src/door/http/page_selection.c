/*
 * The officer's pages of selected documents: machine information that goes out on one side, personal information kept in on
 * the other, and the doubtful places decided, one by one or many at once. Each decision is an act; each showing is a look.
 */
#include "door/http/pages.h"

#include <stdio.h>

#include "base/parse.h"
#include "door/http/selection_pages.h"
#include "door/http/together.h"
#include "work/select/held.h"

#include "base/banned.h"

#define DOUBTS_PAGE 25u
#define ITEMS_PAGE 100u
#define PLACES_PAGE 100u
#define COPY_MOST ((size_t)1 << 20)     /* of a larger document the copy is a file, made when somebody asks for it */
#define TEXT_MOST ((size_t)200 << 10)

/* ---- all documents of a case ---- */

rc page_selections(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "selections");
	struct case_head h;
	struct held_doc *list;
	struct look look;
	size_t n;

	TRY(case_find(v->c, v->st, visit_text(v, "case"), &h));
	TRY(visit_may(v, "page:selection", h.id));
	look = visit_look(v);
	TRY(held_list(v->c, v->n, h.id, &list, &n));
	TRY(held_names(v->c, v->n, &look, h.id, list, n));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "selection"));
	jo_key(o, S("documents"));
	jo_array(o);
	for (size_t i = n; i > 0; i--) {
		const struct held_doc *d = &list[i - 1];

		jo_object(o);
		jo_kv_int(o, "document", d->seq);
		jo_kv_text(o, "name", d->name);
		jo_kv_bool(o, "gone", d->gone);
		jo_kv_int(o, "bytes", d->size);
		m_size(v, o, "bytes_said", d->size);
		jo_kv_text(o, "by", who_name(v->c, v->n, d->actor));
		m_time(v, o, "at", d->at);
		jo_kv_text(o, "digest", slice_sub(d->doc, 0, 16));
		jo_end_object(o);
	}
	jo_end_array(o);
	jo_kv_text(o, "text_given", given_or(v, "text", S_NONE));
	jo_kv_bool(o, "may_add", !h.closed && visit_can(v, "select.document", h.id));
	return OK;
}

/* What gives nothing at all (broken, encrypted, a picture) is said before it is put up; what cannot be taken apart, too. */
static rc try_document(struct visit *v, const struct case_head *h, slice name, slice bytes)
{
	struct select_review r;
	rc result = select_review_read(v->c, v->n, h->id, name, bytes, &r);

	if (result == E_BUG || result == E_NOMEM)
		return result;
	if (result == OK && !(r.unread && r.chars == 0))
		return OK;
	if (result != OK && strcmp(v->c->fault.key, "select.bomb") == 0)
		return visit_wrong_key(v, S("file"), "select.bomb");
	fault_clear(v->c);
	return visit_wrong_key(v, S("file"), "select.held_unread");
}

rc page_selection_add(struct visit *v, struct page *p)
{
	slice bytes, name = last_part(slice_trim(form_get(v->in, S("file.name"))));
	struct case_head h;
	struct act act;
	int64_t seq;

	TRY(visit_case(v, &h));
	TRY(visit_file(v, "file", &bytes));
	if (bytes.len == 0) {
		bytes = visit_text(v, "text");
		name = visit_text(v, "name").len ? visit_text(v, "name") : slice_of(say(v, "貼り付けた文章.txt", "text.txt"));
	}
	if (bytes.len == 0)
		return visit_wrong_key(v, S("file"), "select.held_empty");
	if (bytes.len > HELD_MOST)
		return visit_wrong_key(v, S("file"), "select.held_size");
	TRY(try_document(v, &h, name, bytes));
	TRY(held_act(v->c, &v->actor, h.id, name.len ? name : S("document"), bytes, &act));
	TRY(node_append(v->c, v->n, &act, &seq));
	return page_go(v, p, "/cases/%" S_FMT "/selection/%lld", S_ARG(h.num), (long long)seq);
}

/* ---- what goes out ---- */

static rc put_items(struct visit *v, struct json_out *o, slice lines)
{
	slice type = visit_text(v, "type"), role = visit_text(v, "role"), line;
	struct listed w;

	TRY(listed_window(v, "items", ITEMS_PAGE, &w));
	jo_key(o, S("items"));
	jo_array(o);
	while (slice_next(&lines, '\n', &line)) {
		struct going g;

		if (line.len == 0 || (type.len && !slice_eq(line_word(line, "type"), type)) ||
				(role.len && slice_is(role, "attack") != slice_is(line_word(line, "role"), "ioc")) || !listed_in(&w))
			continue;
		TRY(going_read(v, line, &g));
		jo_object(o);
		jo_kv_text(o, "type", g.type);
		jo_kv_text(o, "type_name", indicator_name(v, g.type));
		jo_kv_text(o, "value", g.value);
		jo_kv_bool(o, "attack", g.attack);
		jo_end_object(o);
	}
	jo_end_array(o);
	listed_put(v, o, "items", &w);
	jo_kv_text(o, "type_given", type);
	jo_kv_text(o, "role_given", role);
	jo_key(o, S("roles"));
	jo_array(o);
	m_option(o, S("attack"), slice_of(say(v, "攻撃", "attack")), slice_is(role, "attack"));
	m_option(o, S("reference"), slice_of(say(v, "参照", "reference")), slice_is(role, "reference"));
	jo_end_array(o);
	return OK;
}

/* ---- what stays in: kinds and places, never content ---- */

static rc put_places(struct visit *v, struct json_out *o, slice lines)
{
	slice line;
	struct listed w;

	TRY(listed_window(v, "places", PLACES_PAGE, &w));
	jo_key(o, S("places"));
	jo_array(o);
	while (slice_next(&lines, '\n', &line)) {
		const struct json *x;

		if (line.len == 0 || !listed_in(&w))
			continue;
		TRY(json_parse(v->c, line, &x));
		jo_object(o);
		jo_kv_text(o, "name", pii_name(v, json_text(json_get(x, S("type")))));
		jo_kv_text(o, "part", json_text(json_get(x, S("part"))));
		jo_kv_int(o, "start", json_get(x, S("start"))->num + 1);
		jo_kv_int(o, "end", json_get(x, S("end"))->num);
		jo_kv_bool(o, "doubtful", json_is_true(json_get(x, S("doubtful"))));
		jo_end_object(o);
	}
	jo_end_array(o);
	listed_put(v, o, "places", &w);
	return OK;
}

/* ---- doubts ---- */

static const char *state_name(const struct visit *v, enum doubt_state s)
{
	static const char *const ja[DOUBT_STATES] = { "未判断", "伏せたまま", "外に出す" };
	static const char *const en[DOUBT_STATES] = { "not decided", "kept in", "released" };

	return say(v, ja[s], en[s]);
}

static bool same_text(const struct doubt *a, const struct doubt *b) { return a->type == b->type && slice_eq(a->value, b->value); }

/* How many other places that are not decided have the same text. */
static int64_t count_same(const struct select_review *r, const struct doubt *d)
{
	int64_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += &r->doubts[i] != d && r->doubts[i].state == DOUBT_OPEN && same_text(&r->doubts[i], d);
	return n;
}

static void put_doubt(struct visit *v, struct json_out *o, const struct select_review *r, size_t index)
{
	const struct doubt *d = &r->doubts[index];
	slice given = form_get(v->in, S("number"));
	int64_t number = 0;

	if (given.len && parse_i64(v->c, given, 1, 1000000, &number) != OK)
		fault_clear(v->c);
	jo_object(o);
	jo_kv_int(o, "number", (int64_t)index + 1);
	jo_kv_text(o, "type_name", pii_name(v, slice_of(pii_type_word(d->type))));
	jo_kv_text(o, "rule", slice_of(d->rule));
	jo_kv_text(o, "rule_name", rule_name(v, slice_of(d->rule)));
	jo_kv_bool(o, "check_failed", d->check_failed);
	jo_kv_text(o, "part", d->path);
	jo_kv_int(o, "line", (int64_t)d->line);
	jo_kv_text(o, "before", d->before);
	jo_kv_text(o, "value", d->value);
	jo_kv_text(o, "behind", d->behind);
	jo_kv_int(o, "same", count_same(r, d));
	jo_kv_text(o, "state", slice_of(doubt_state_word(d->state)));
	jo_kv_text(o, "state_name", slice_of(state_name(v, d->state)));
	jo_kv_bool(o, "open", d->state == DOUBT_OPEN);
	if (d->state != DOUBT_OPEN) {
		jo_kv_text(o, "by", who_name(v->c, v->n, d->actor));
		m_time(v, o, "at", d->at);
	}
	jo_kv_text(o, "reason_given", number == (int64_t)index + 1 ? given_or(v, "reason", S_NONE) : S_NONE);
	jo_end_object(o);
}

/* Does it fit what was chosen above the list? */
static bool fits(const struct visit *v, const struct doubt *d)
{
	slice state = visit_text(v, "state"), kind = visit_text(v, "kind");

	return (state.len == 0 || slice_is(state, doubt_state_word(d->state))) && (kind.len == 0 || slice_is(kind, pii_type_word(d->type)));
}

static void put_states(struct visit *v, struct json_out *o, const uint64_t *sums)
{
	jo_key(o, S("states"));
	jo_array(o);
	for (unsigned s = 0; s < DOUBT_STATES; s++) {
		jo_object(o);
		jo_kv_text(o, "state", slice_of(doubt_state_word((enum doubt_state)s)));
		jo_kv_text(o, "name", slice_of(state_name(v, (enum doubt_state)s)));
		jo_kv_int(o, "count", (int64_t)sums[s]);
		jo_kv_bool(o, "here", slice_is(visit_text(v, "state"), doubt_state_word((enum doubt_state)s)));
		jo_end_object(o);
	}
	jo_end_array(o);
}

static rc put_doubts(struct visit *v, struct json_out *o, const struct select_review *r)
{
	uint64_t states[DOUBT_STATES] = { 0 }, kinds[PII_TYPES] = { 0 };
	size_t open = 0;
	struct listed w;

	TRY(listed_window(v, "from", DOUBTS_PAGE, &w));
	jo_key(o, S("doubts"));
	jo_array(o);
	for (size_t i = 0; i < r->n; i++) {
		const struct doubt *d = &r->doubts[i];

		states[d->state]++;
		kinds[d->type]++;
		if (!fits(v, d))
			continue;
		open += d->state == DOUBT_OPEN;
		if (listed_in(&w))
			put_doubt(v, o, r, i);
	}
	jo_end_array(o);
	listed_put(v, o, "doubts", &w);
	put_states(v, o, states);
	listed_sums(v, o, "kinds", kinds, PII_TYPES, true);
	jo_kv_int(o, "from_given", (int64_t)w.from);
	jo_kv_text(o, "state_given", visit_text(v, "state"));
	jo_kv_text(o, "kind_given", visit_text(v, "kind"));
	jo_kv_int(o, "doubts_all", (int64_t)r->n);
	jo_kv_int(o, "doubts_open", (int64_t)states[DOUBT_OPEN]);
	jo_kv_int(o, "doubts_left", (int64_t)r->left);
	jo_kv_int(o, "fit_open", (int64_t)open);
	jo_kv_bool(o, "many", open > 1);
	jo_kv_text(o, "many_reason", form_get(v->in, S("number")).len ? S_NONE : given_or(v, "reason", S_NONE));
	return OK;
}

/* ---- one document ---- */

static slice first_of(slice text, size_t most)
{
	while (most > 0 && most < text.len && ((unsigned char)text.p[most] & 0xc0) == 0x80)
		most--;
	return slice_sub(text, 0, most);
}

static rc put_copy(struct visit *v, struct json_out *o, const struct selected *s)
{
	static const struct select_options opt = { .form = SELECT_REDACT };
	struct select_tally tally;
	struct buf text;

	jo_kv_bool(o, "copy_left", s->review.chars > COPY_MOST);
	if (s->review.chars > COPY_MOST)
		return OK;
	TRY(selected_run(v, s, &opt, &text, NULL, &tally));
	jo_kv_text(o, "text", first_of(buf_slice(&text), TEXT_MOST));
	jo_kv_bool(o, "text_cut", text.len > TEXT_MOST);
	return OK;
}

rc page_selection(struct visit *v, struct page *p)
{
	static const struct select_options opt = { .form = SELECT_JSONL };
	struct json_out *o = page_view(p, "selection");
	struct select_tally tally;
	struct buf out, withheld;
	struct selected s;
	uint64_t all = 0;
	int64_t done = 0;

	TRY(selected_open(v, "page:selection", &s));
	TRY(form_count(v->c, v->in, "done", 1000000, &done));
	TRY(selected_run(v, &s, &opt, &out, &withheld, &tally));
	TRY(m_case(v, o, &s.h));
	TRY(m_tabs(v, o, &s.h, "selection"));
	jo_kv_int(o, "document", s.seq);
	jo_kv_text(o, "name", s.name);
	jo_kv_int(o, "unread", (int64_t)tally.unread);
	jo_kv_int(o, "done", done);
	for (size_t t = 0; t < IND_TYPES; t++)
		all += tally.items[t];
	jo_kv_int(o, "items_all", (int64_t)all);
	listed_sums(v, o, "types", tally.items, IND_TYPES, false);
	TRY(put_items(v, o, buf_slice(&out)));
	jo_kv_int(o, "kept_all", (int64_t)tally.withheld);
	listed_sums(v, o, "kept", tally.held, PII_TYPES, true);
	TRY(put_places(v, o, buf_slice(&withheld)));
	TRY(put_doubts(v, o, &s.review));
	TRY(put_copy(v, o, &s));
	jo_kv_bool(o, "may_decide", !s.h.closed && visit_can(v, "select.decide", s.h.id));
	jo_kv_bool(o, "may_send", !s.h.closed && visit_can(v, "thread.prepare", s.h.id));
	return selected_put_sends(v, o);
}

/* ---- deciding ---- */

/* Which places are meant: one by its number, with those of the same text or not; those that were ticked; all that fit. */
static rc chosen(struct visit *v, const struct select_review *r, enum doubt_state to, uint32_t **ret, size_t *ret_n)
{
	int64_t number;
	uint32_t *list;
	size_t n = 0;

	TRY(form_count(v->c, v->in, "number", 1000000, &number));
	if (number > (int64_t)r->n)
		return FAIL(v->c, E_NOTFOUND, "select.review_none");
	TRY_ARRAY(v->c, list, r->n + 1);
	for (size_t i = 0; i < r->n; i++) {
		const struct doubt *d = &r->doubts[i];
		bool open = d->state == DOUBT_OPEN;
		char room[32];
		bool meant;

		snprintf(room, sizeof room, "n.%zu", i + 1);
		if (number > 0)
			meant = (int64_t)i + 1 == number || (form_has(v->in, "same") && open && same_text(d, &r->doubts[number - 1]));
		else if (form_has(v->in, "all"))
			meant = open && fits(v, d);
		else
			meant = form_has(v->in, room);
		if (meant && !(to == DOUBT_OPEN && open))
			list[n++] = (uint32_t)i + 1;
	}
	*ret = list;
	*ret_n = n;
	return OK;
}

rc page_selection_decide(struct visit *v, struct page *p)
{
	slice what = visit_text(v, "what");
	enum doubt_state to = slice_is(what, "release") ? DOUBT_RELEASED : slice_is(what, "keep") ? DOUBT_KEPT : DOUBT_OPEN;
	struct selected s;
	uint32_t *numbers;
	struct act *acts;
	int64_t seq, from;
	size_t n;

	TRY(selected_open(v, v->route->may, &s));
	TRY(chosen(v, &s.review, to, &numbers, &n));
	TRY(form_count(v->c, v->in, "from", 1000000, &from));
	if (n == 0)
		return visit_wrong_key(v, S("many"), "select.review_choose");
	if (to != DOUBT_OPEN && slice_trim(visit_text(v, "reason")).len == 0)
		return visit_wrong_key(v, form_get(v->in, S("number")).len ? S("reason") : S("many"), "select.review_reason");
	TRY(select_review_acts(v->c, &v->actor, &s.review, numbers, n, to, visit_text(v, "reason"), &acts));
	TRY(node_append_all(v->c, v->n, acts, n, &seq));
	return page_go(v, p, "/cases/%" S_FMT "/selection/%" S_FMT "?from=%lld&state=%" S_FMT "&kind=%" S_FMT "&done=%zu#doubts", S_ARG(s.h.num),
		S_ARG(visit_text(v, "document")), (long long)from, S_ARG(visit_text(v, "state")), S_ARG(visit_text(v, "kind")), n);
}
