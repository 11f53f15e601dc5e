/* Building the acts of a case. */
#include "work/case/case.h"


#include "base/limits.h"
#include "base/parse.h"

#include "base/banned.h"

static void text_member(struct json_out *o, const char *name, slice s, bool *any)
{
	if (s.len == 0)
		return;
	jo_kv_text(o, name, s);
	*any = true;
}

/* ---- opening ---- */

static rc next_number(struct ctx *c, struct store *st, int32_t year, int64_t *ret_no)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_CASE_LAST_NO, v_int(year)));
	*ret_no = found ? query_int(&q, 0) + 1 : 1;
	return OK;
}

static rc open_members(struct ctx *c, slice num, int32_t year, int64_t no, struct when known, slice *ret)
{
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_int(&o, "known", known.at);
	jo_kv_bool(&o, "known_day", known.day_only);
	jo_kv_int(&o, "no", no);
	jo_kv_text(&o, "num", num);
	jo_kv_int(&o, "year", year);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

rc case_act_open(struct ctx *c, struct store *st, const struct actor *who, struct when known, slice title, int64_t no,
                 slice *ret_id, slice *ret_num, struct act *ret)
{
	struct act act = { .act = S("case.open"), .actor = *who };
	int32_t year = jday_ymd(msec_jday(c->now)).y;
	struct json_out o;
	struct buf b;
	slice num, bytes;

	if (known.at > c->now)
		return FAIL(c, E_INVALID, "case.known_future");
	TRY(free_text_check(c, "title", title, 1000));
	if (no == 0)
		TRY(next_number(c, st, year, &no));
	TRY(id_new(c, "c", &act.case_id));
	buf_init(&b, c->a, 64);
	buf_putf(&b, "%04d-%04lld", year, (long long)no);
	TRY(buf_keep(c, &b, &num));
	TRY(open_members(c, num, year, no, known, &act.members));
	if (title.len > 0) {
		buf_init(&b, c->a, 8192);
		o = json_out_on(&b);
		jo_object(&o);
		jo_kv_text(&o, "title", title);
		jo_end_object(&o);
		TRY(buf_keep(c, &b, &bytes));
		TRY(act_seal(c, &act, bytes));
	}
	*ret_id = act.case_id;
	*ret_num = num;
	*ret = act;
	return OK;
}

/* ---- facts ---- */

static rc fail_fact(struct ctx *c, rc code, const char *key, const struct term *t)
{
	(void)fault_set(c, code, key, __FILE__, __LINE__);
	fault_name(c, t->path);
	return code;
}

static bool is_sealed(const struct statement *s)
{
	return s->said.state == SAID_VALUE && (!term_is_clear(s->term) || s->said.json.p[0] == '{');
}

static void put_clear(struct json_out *o, const struct statement *s)
{
	if (s->term->type == TERM_INT)
		jo_kv_int(o, "num", s->said.num);
	else if (s->term->type == TERM_BOOL)
		jo_kv_int(o, "num", slice_is(s->said.json, "true"));
	else   /* a code, a day, an instant: text without escapes */
		jo_kv_text(o, "word", slice_sub(s->said.json, 1, s->said.json.len - 2));
}

static void put_fact(struct json_out *o, const struct statement *s, int64_t mends)
{
	jo_object(o);
	if (s->said.exact != EXACT)
		jo_kv_text(o, "exact", slice_of(said_exact_words[s->said.exact]));
	if (s->has_from)
		jo_kv_int(o, "holds_from", s->holds_from);
	jo_kv_int(o, "known", s->known.at);
	if (s->known.day_only)
		jo_kv_bool(o, "known_day", true);
	if (mends >= 0)
		jo_kv_int(o, "mends", mends);
	if (s->said.state == SAID_VALUE && !is_sealed(s))
		put_clear(o, s);
	jo_kv_text(o, "path", s->term->path);
	jo_kv_text(o, "said", slice_of(said_state_words[s->said.state]));
	if (is_sealed(s))
		jo_kv_bool(o, "sealed", true);
	jo_kv_text(o, "sure", slice_of(said_sure_words[s->sure]));
	jo_end_object(o);
}

static rc find_mended(struct ctx *c, const struct fact *before, size_t n, const struct statement *s, int64_t *ret)
{
	*ret = -1;
	for (size_t i = 0; i < n && s->mend; i++)
		if (before[i].term == s->term)
			*ret = before[i].seq;
	/* the moment of knowing was said first by the opening, which is no statement */
	if (slice_is(s->term->path, CASE_KNOWN_PATH))
		return OK;
	return s->mend && *ret < 0 ? fail_fact(c, E_INVALID, "fact.nothing_to_mend", s->term) : OK;
}

static rc check_statements(struct ctx *c, const struct statement *s, size_t n)
{
	if (n == 0)
		return FAIL(c, E_INVALID, "fact.none");
	if (n > LIMIT_STATEMENTS)
		return FAIL(c, E_LIMIT, "fact.many");
	for (size_t i = 0; i < n; i++) {
		if (s[i].known.at > c->now)
			return fail_fact(c, E_INVALID, "fact.known_future", s[i].term);
		for (size_t k = 0; k < i; k++)
			if (s[k].term == s[i].term)
				return fail_fact(c, E_INVALID, "fact.twice", s[i].term);
	}
	return OK;
}

/* The duties of a case count from one moment; to move it is a correction that says why. */
static rc check_known(struct ctx *c, const struct case_head *h, const struct statement *s, size_t n, const struct origin *o)
{
	for (size_t i = 0; i < n; i++) {
		struct when known;

		if (!slice_is(s[i].term->path, CASE_KNOWN_PATH))
			continue;
		if (h->last_seq < 0)
			return fail_fact(c, E_INVALID, "case.known_twice", s[i].term);
		if (s[i].said.state != SAID_VALUE)
			return fail_fact(c, E_INVALID, "case.known_value", s[i].term);
		TRY(when_parse(c, slice_sub(s[i].said.json, 1, s[i].said.json.len - 2), &known));
		if (known.at > h->opened)
			return fail_fact(c, E_INVALID, "case.known_opened", s[i].term);
		if (slice_trim(o->reason).len == 0)
			return fail_fact(c, E_INVALID, "case.known_reason", s[i].term);
	}
	return OK;
}

/* {"by":…,"reason":…,"source":…,"values":{path: value}}; nothing when there is nothing to seal. */
static rc seal_statements(struct ctx *c, const struct statement *s, size_t n, const struct origin *o, struct act *act)
{
	bool any = false, values = false;
	struct json_out out;
	struct buf b;
	slice bytes;

	TRY(free_text_check(c, "by", o->by, 1000));
	TRY(free_text_check(c, "source", o->source, LIMIT_VALUE_TEXT));
	TRY(free_text_check(c, "reason", o->reason, LIMIT_VALUE_TEXT));
	buf_init(&b, c->a, PAYLOAD_MOST);
	out = json_out_on(&b);
	jo_object(&out);
	text_member(&out, "by", o->by, &any);
	text_member(&out, "reason", o->reason, &any);
	text_member(&out, "source", o->source, &any);
	for (size_t i = 0; i < n; i++) {
		if (!is_sealed(&s[i]))
			continue;
		if (!values) {
			jo_key(&out, S("values"));
			jo_object(&out);
		}
		values = any = true;
		jo_key(&out, s[i].term->path);
		jo_raw(&out, s[i].said.json);
	}
	if (values)
		jo_end_object(&out);
	jo_end_object(&out);
	if (!any)
		return OK;
	TRY(buf_keep(c, &b, &bytes));
	return act_seal(c, act, bytes);
}

rc case_act_state(struct ctx *c, const struct actor *who, const struct case_head *h, const struct fact *before,
                  size_t nbefore, const struct statement *s, size_t n, const struct origin *o, struct act *ret)
{
	struct act act = { .act = S("fact.state"), .actor = *who, .case_id = h->id };
	struct json_out out;
	int64_t *refs, mends;
	size_t nrefs = 0;
	struct buf b;

	TRY(check_statements(c, s, n));
	TRY(check_known(c, h, s, n, o));
	TRY_ARRAY(c, refs, n);
	buf_init(&b, c->a, ENTRY_MOST);
	out = json_out_on(&b);
	jo_object(&out);
	jo_kv_int(&out, "after", h->last_seq);
	jo_key(&out, S("facts"));
	jo_array(&out);
	for (size_t i = 0; i < n; i++) {
		bool seen = false;

		TRY(find_mended(c, before, nbefore, &s[i], &mends));
		put_fact(&out, &s[i], mends);
		for (size_t k = 0; k < nrefs; k++)
			seen = seen || refs[k] == mends;
		if (mends >= 0 && !seen)
			refs[nrefs++] = mends;
	}
	jo_end_array(&out);
	jo_end_object(&out);
	TRY(buf_keep(c, &b, &act.members));
	act.ref = (struct ints){ refs, nrefs };
	TRY(seal_statements(c, s, n, o, &act));
	*ret = act;
	return OK;
}

/* ---- events, closing ---- */

rc case_act_event(struct ctx *c, const struct actor *who, const struct case_head *h, struct when at,
                  enum event_precision precision, slice kind, slice what, slice by, slice source, int64_t mends,
                  struct act *ret)
{
	struct act act = { .act = S("case.event"), .actor = *who, .case_id = h->id };
	struct json_out o;
	bool any = false;
	int64_t *ref;
	struct buf b;
	slice bytes;

	if (!word_is_valid(kind))
		return FAIL(c, E_INVALID, "event.kind");
	if (slice_trim(what).len == 0)
		return FAIL(c, E_INVALID, "event.empty");
	TRY(free_text_check(c, "what", what, LIMIT_VALUE_LONG));
	TRY(free_text_check(c, "who", by, 1000));
	TRY(free_text_check(c, "source", source, LIMIT_VALUE_TEXT));
	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "kind", kind);
	if (mends >= 0)
		jo_kv_int(&o, "mends", mends);
	jo_kv_text(&o, "precision", slice_of(event_precision_words[precision]));
	jo_kv_int(&o, "when", at.at);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &act.members));
	buf_init(&b, c->a, PAYLOAD_MOST);
	o = json_out_on(&b);
	jo_object(&o);
	text_member(&o, "source", source, &any);
	text_member(&o, "what", what, &any);
	text_member(&o, "who", by, &any);
	jo_end_object(&o);
	TRY(buf_keep(c, &b, &bytes));
	TRY(act_seal(c, &act, bytes));
	TRY_NEW(c, ref);
	*ref = mends;
	act.ref = (struct ints){ ref, mends >= 0 };
	*ret = act;
	return OK;
}

rc case_act_close(struct ctx *c, const struct actor *who, const struct case_head *h, bool reopen, slice code,
                  slice reason, struct act *ret)
{
	struct act act = { .act = reopen ? S("case.reopen") : S("case.close"), .actor = *who, .case_id = h->id };
	struct json_out o;
	struct buf b;
	slice *codes, bytes;

	TRY(free_text_check(c, "reason", reason, LIMIT_VALUE_TEXT));
	if (!word_is_valid(code))
		return FAIL(c, E_INVALID, "case.code");
	TRY_NEW(c, codes);
	*codes = code;
	act.code = (struct words){ codes, 1 };
	if (reason.len > 0) {
		buf_init(&b, c->a, 32768);
		o = json_out_on(&b);
		jo_object(&o);
		jo_kv_text(&o, "reason", reason);
		jo_end_object(&o);
		TRY(buf_keep(c, &b, &bytes));
		TRY(act_seal(c, &act, bytes));
	}
	*ret = act;
	return OK;
}
