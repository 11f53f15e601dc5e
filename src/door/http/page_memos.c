/* Memoranda (覚書): what may be exchanged with whom, in which direction, up to which marking, from when to when. */
#include "door/http/pages.h"
#include "door/http/together.h"

#include "base/banned.h"

static const char *state_name(const struct visit *v, enum memo_state s)
{
	static const char *const ja[MEMO_STATES] = { "署名待ち", "当方のみ署名", "先方のみ署名", "開始前", "有効", "期間終了", "終了" };
	static const char *const en[MEMO_STATES] = { "not signed", "signed by us only", "signed by them only", "not in force yet", "in force", "over", "ended" };

	return say(v, ja[s], en[s]);
}

/* The word that a memorandum has to name for a kind. */
static slice memo_word(const struct thread_kind *k) { return k->memo.len ? k->memo : k->id; }

static slice function_title(struct visit *v, slice word)
{
	for (uint32_t i = 0; i < v->h->kinds->n; i++)
		if (slice_eq(memo_word(&v->h->kinds->v[i]), word))
			return kind_title(v, &v->h->kinds->v[i], word);
	return slice_is(word, "all") ? slice_of(say(v, "すべての種類", "all kinds")) : word;
}

static const char *direction_name(const struct visit *v, bool gives, bool takes)
{
	return gives && takes ? say(v, "双方向", "both ways") : gives ? say(v, "当方から先方へ", "from us to them") : say(v, "先方から当方へ", "from them to us");
}

static const char *tlp_label(slice tlp)
{
	for (unsigned i = 0; i < TLPS; i++)
		if (slice_is(tlp, tlp_words[i]))
			return tlp_labels[i];
	return "";
}

static slice kept_said(struct visit *v, slice word)
{
	int32_t i = gate_class_find(v->h->gate, word);

	return i < 0 ? word : word_name(v, &gate_class_at(v->h->gate, (uint32_t)i)->word);
}

static slice condition_said(struct visit *v, slice word)
{
	int32_t i = gate_condition_find(v->h->gate, word);

	return i < 0 ? word : word_name(v, gate_condition_at(v->h->gate, (uint32_t)i));
}

void memo_function_put(struct visit *v, struct json_out *o, const struct memo_function *f)
{
	jo_object(o);
	jo_kv_text(o, "kind", f->kind);
	jo_kv_text(o, "kind_name", function_title(v, f->kind));
	jo_kv_bool(o, "gives", f->gives);
	jo_kv_bool(o, "takes", f->takes);
	jo_kv_text(o, "direction", slice_of(direction_name(v, f->gives, f->takes)));
	jo_kv_text(o, "tlp_label", slice_of(tlp_label(f->tlp)));
	jo_key(o, S("kept"));
	jo_array(o);
	for (size_t i = 0; i < f->kept.n; i++)
		jo_text(o, kept_said(v, f->kept.v[i]));
	jo_end_array(o);
	jo_key(o, S("conditions"));
	jo_array(o);
	for (size_t i = 0; i < f->conditions.n; i++)
		jo_text(o, condition_said(v, f->conditions.v[i]));
	jo_end_array(o);
	jo_end_object(o);
}

static rc read_words(struct visit *v, const struct json *list, struct words *ret)
{
	size_t n = 0;
	slice *w;

	TRY_ARRAY(v->c, w, list ? list->count + 1 : 1);
	for JSON_EACH(x, list)
		w[n++] = json_text(x);
	*ret = (struct words){ w, n };
	return OK;
}

rc memo_function_read(struct visit *v, const struct json *f, struct memo_function *ret)
{
	const struct json *gives = json_get(f, S("gives")), *takes = json_get(f, S("takes"));

	*ret = (struct memo_function){ .kind = json_text(json_get(f, S("kind"))), .gives = json_is_true(gives),
		.takes = json_is_true(takes), .tlp = json_text(json_get(f, S("tlp"))) };
	TRY(read_words(v, json_get(f, S("kept")), &ret->kept));
	return read_words(v, json_get(f, S("conditions")), &ret->conditions);
}

rc memo_conditions_put(struct visit *v, struct json_out *o, slice node, slice kind, bool gives, msec at)
{
	const struct thread_kind *k = thread_kind_find(v->h->kinds, kind);
	struct words w = { 0 };
	struct partner p;
	rc r = partner_find(v->c, v->st, node, &p);

	if (r == OK)
		TRY(memo_conditions(v->c, v->st, p.id, k ? memo_word(k) : kind, gives, msec_jday(at), &w));
	else if (r == E_NOTFOUND)
		fault_clear(v->c);
	else
		return r;
	jo_key(o, S("memo_conditions"));
	jo_array(o);
	for (size_t i = 0; i < w.n; i++)
		jo_text(o, condition_said(v, w.v[i]));
	jo_end_array(o);
	return OK;
}

static void put_memo(struct visit *v, struct json_out *o, const struct partner *p, const struct memo *m)
{
	enum memo_state s = memo_state(m, v->today);

	jo_kv_text(o, "memo", m->id);
	jo_kv_text(o, "partner", p->id);
	jo_kv_text(o, "partner_title", partner_title(v->h->law, p, v->today, v->ja));
	jo_kv_bool(o, "contract", slice_is(m->kind, "contract"));
	jo_kv_text(o, "state", slice_of(memo_state_words[s]));
	jo_kv_text(o, "state_name", slice_of(state_name(v, s)));
	jo_kv_bool(o, "ours", m->ours);
	jo_kv_bool(o, "theirs", m->theirs);
	jo_kv_bool(o, "ended", m->ended);
	m_day(v, o, "from", m->from);
	m_day(v, o, "to", m->to);
	m_day(v, o, "review", m->review);
	jo_kv_bool(o, "review_over", s == MEMO_IN_FORCE && m->review <= v->today);
	jo_key(o, S("functions"));
	jo_array(o);
	for (size_t i = 0; i < m->n; i++)
		memo_function_put(v, o, &m->functions[i]);
	jo_end_array(o);
}

static rc put_of(struct visit *v, struct json_out *o, const struct partner *p)
{
	struct memo *m;
	size_t n;

	TRY(memo_list(v->c, v->st, p->id, &m, &n));
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		put_memo(v, o, p, &m[i]);
		jo_end_object(o);
	}
	return OK;
}

rc memos_put(struct visit *v, struct json_out *o, const struct partner *p)
{
	jo_key(o, S("memos"));
	jo_array(o);
	TRY(put_of(v, o, p));
	jo_end_array(o);
	return OK;
}

/* ---- the form of a new one ---- */

/* Whether one of the two may open it to the other; all, while nobody said what this node is. */
static bool fits_both(const struct visit *v, const struct thread_kind *k, slice house, slice theirs)
{
	int32_t a = gate_recipient_find(v->h->gate, house), b = gate_recipient_find(v->h->gate, theirs);

	if (a < 0 || b < 0)
		return true;
	return (k->opens >> a & k->to >> b & 1) != 0 || (k->opens >> b & k->to >> a & 1) != 0;
}

/* Whether an earlier kind has the same word: a memorandum names it once. */
static bool named_before(const struct thread_kinds *k, uint32_t i)
{
	for (uint32_t n = 0; n < i; n++)
		if (slice_eq(memo_word(&k->v[n]), memo_word(&k->v[i])))
			return true;
	return false;
}

/* "dir.advice" */
static slice memo_field(struct visit *v, const char *prefix, slice kind, slice word)
{
	struct buf b;

	buf_init(&b, v->c->a, FORM_NAME_MOST);
	buf_putz(&b, prefix);
	buf_put(&b, kind);
	buf_put(&b, word);
	return buf_slice(&b);
}

static void choice_put(struct json_out *o, const char *value, const char *label, slice now)
{
	m_option(o, slice_of(value), slice_of(label), slice_is(now, value));
}

static void tick_put(struct visit *v, struct json_out *o, slice start, const struct gate_word *w)
{
	slice field = memo_field(v, "", start, w->id);

	m_option(o, field, word_name(v, w), form_get(v->in, field).len > 0);
}

/* What the kinds of this word carry and a memorandum can keep back: no memorandum lets personal information go. */
static void put_kept_choices(struct visit *v, struct json_out *o, slice word)
{
	const struct thread_kinds *k = v->h->kinds;

	jo_key(o, S("kept"));
	jo_array(o);
	for (uint32_t c = 0; c < gate_class_count(v->h->gate); c++) {
		const struct gate_class *cls = gate_class_at(v->h->gate, c);
		bool carried = false;

		for (uint32_t i = 0; i < k->n; i++)
			for (uint32_t f = 0; slice_eq(memo_word(&k->v[i]), word) && f < k->v[i].nfields; f++)
				carried = carried || k->v[i].fields[f].cls == c;
		if (carried && !cls->personal && !slice_starts(cls->word.id, S("exchange.")))
			tick_put(v, o, memo_field(v, "kept_of.", word, S(".")), &cls->word);
	}
	jo_end_array(o);
}

static void put_kind_choices(struct visit *v, struct json_out *o, slice word)
{
	slice dir = form_get(v->in, memo_field(v, "dir.", word, S_NONE)), tlp = form_get(v->in, memo_field(v, "tlp.", word, S_NONE));

	jo_key(o, S("dirs"));
	jo_array(o);
	choice_put(o, "", say(v, "しない", "none"), dir);
	choice_put(o, "both", say(v, "双方向", "both ways"), dir);
	choice_put(o, "give", direction_name(v, true, false), dir);
	choice_put(o, "take", direction_name(v, false, true), dir);
	jo_end_array(o);
	jo_key(o, S("tlps"));
	jo_array(o);
	for (unsigned i = 0; i < TLPS; i++)
		choice_put(o, tlp_words[i], tlp_labels[i], tlp.len > 0 ? tlp : S("amber"));
	jo_end_array(o);
	put_kept_choices(v, o, word);
	jo_key(o, S("conditions"));
	jo_array(o);
	for (uint32_t i = 0; i < gate_condition_count(v->h->gate); i++) {
		const struct gate_word *w = gate_condition_at(v->h->gate, i);

		tick_put(v, o, memo_field(v, "condition_of.", word, S(".")), w);
	}
	jo_end_array(o);
}

rc memo_kinds_put(struct visit *v, struct json_out *o, const struct partner *p)
{
	const struct thread_kinds *k = v->h->kinds;
	slice house;

	TRY(house_class(v->c, v->st, &house));
	jo_key(o, S("kinds"));
	jo_array(o);
	for (uint32_t i = 0; i < k->n; i++) {
		if (named_before(k, i) || !fits_both(v, &k->v[i], house, p->cls) || (k->v[i].exercise && !p->exercise))
			continue;
		jo_object(o);
		jo_kv_text(o, "id", memo_word(&k->v[i]));
		jo_kv_text(o, "name", kind_title(v, &k->v[i], S_NONE));
		put_kind_choices(v, o, memo_word(&k->v[i]));
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

/* ---- the pages ---- */

rc page_memos(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "memos");
	slice after = S_NONE;
	struct partner *list;
	size_t n;

	jo_key(o, S("memos"));
	jo_array(o);
	do {
		TRY(partner_page(v->c, v->st, after, 500, &list, &n));
		for (size_t i = 0; i < n; i++) {
			TRY(put_of(v, o, &list[i]));
			after = list[i].node;
		}
	} while (n == 500);
	jo_end_array(o);
	jo_kv_text(o, "file_given", given_or(v, "file", S_NONE));
	jo_kv_bool(o, "may_take", visit_can(v, "memo.sign", S_NONE));
	return OK;
}

rc page_memo(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "memo");
	struct partner x;
	struct memo m;

	TRY(memo_find(v->c, v->st, visit_text(v, "memo"), &m));
	TRY(partner_find(v->c, v->st, m.partner, &x));
	put_memo(v, o, &x, &m);
	jo_kv_bool(o, "may_end", !m.ended && visit_can(v, "memo.end", S_NONE));
	return OK;
}

rc page_memo_file(struct visit *v, struct page *p)
{
	struct memo m;
	slice bytes, name;
	struct buf b;

	TRY(memo_find(v->c, v->st, visit_text(v, "memo"), &m));
	TRY(memo_file(v->c, v->n, &m, &bytes));
	buf_init(&b, v->c->a, 256);
	buf_putf(&b, "%" S_FMT ".json", S_ARG(m.id));
	TRY(buf_done(v->c, &b, &name));
	return page_bytes(p, "application/json", name, bytes);
}

/* ---- what is put before a second person ---- */

struct ticks { struct visit *v; struct json_out *o; bool kept; };

/* What was ticked under names that begin with `prefix`. */
static rc put_ticks(const struct ticks *k, slice prefix)
{
	const struct form *in = k->v->in;

	for (size_t i = 0; i < in->n; i++) {
		slice word = slice_sub(in->pairs[i].name, prefix.len, SIZE_MAX);

		if (!slice_starts(in->pairs[i].name, prefix) || in->pairs[i].value.len == 0)
			continue;
		if (k->kept ? gate_class_find(k->v->h->gate, word) < 0 : gate_condition_find(k->v->h->gate, word) < 0)
			return visit_wrong_key(k->v, prefix, "memo.reserve_word");
		jo_text(k->o, word);
	}
	return OK;
}

/* The reservations of one kind: those for all kinds (kept.<class>, condition.<word>) and its own (kept_of.<kind>.<class>, …). */
static rc put_reserves(struct visit *v, struct json_out *o, slice kind)
{
	static const char *const prefixes[][2] = { { "kept.", "kept_of." }, { "condition.", "condition_of." } };

	for (int p = 0; p < 2; p++) {
		const struct ticks k = { v, o, p == 0 };
		slice own = memo_field(v, prefixes[p][1], kind, S("."));

		jo_key(o, p == 0 ? S("kept") : S("conditions"));
		jo_array(o);
		TRY(put_ticks(&k, slice_of(prefixes[p][0])));
		TRY(put_ticks(&k, own));
		jo_end_array(o);
	}
	return OK;
}

/* A reservation of a kind that is not there is no reservation: nobody may believe that it was taken. */
static rc check_reserved_kinds(struct visit *v)
{
	static const char *const prefixes[] = { "kept_of.", "condition_of." };
	const struct thread_kinds *k = v->h->kinds;

	for (size_t i = 0; i < v->in->n; i++)
		for (size_t p = 0; p < sizeof prefixes / sizeof prefixes[0]; p++) {
			slice name = v->in->pairs[i].name;
			bool known = !slice_starts(name, slice_of(prefixes[p]));

			for (uint32_t n = 0; n < k->n && !known; n++)
				known = slice_starts(name, memo_field(v, prefixes[p], memo_word(&k->v[n]), S(".")));
			if (!known)
				return visit_wrong_key(v, slice_of(prefixes[p]), "memo.reserve_word");
		}
	return OK;
}

/* dir.<kind> "both", "give" or "take"; tlp.<kind> a marking. */
static rc put_functions(struct visit *v, struct json_out *o, size_t *ret_n)
{
	const struct thread_kinds *k = v->h->kinds;

	*ret_n = 0;
	jo_key(o, S("functions"));
	jo_array(o);
	for (uint32_t i = 0; i < k->n; i++) {
		slice word = memo_word(&k->v[i]), dir, tlp;
		char room[FORM_NAME_MOST];
		struct buf b = { .p = room, .cap = sizeof room, .max = sizeof room };

		buf_putf(&b, "dir.%" S_FMT, S_ARG(word));
		dir = form_get(v->in, buf_slice(&b));
		if (dir.len == 0)
			continue;
		buf_reset(&b);
		buf_putf(&b, "tlp.%" S_FMT, S_ARG(word));
		tlp = form_get(v->in, buf_slice(&b));
		if (!slice_is(dir, "both") && !slice_is(dir, "give") && !slice_is(dir, "take"))
			return visit_wrong_key(v, S("dir."), "memo.function");
		jo_object(o);
		jo_kv_text(o, "kind", word);
		jo_kv_bool(o, "gives", !slice_is(dir, "take"));
		jo_kv_bool(o, "takes", !slice_is(dir, "give"));
		jo_kv_text(o, "tlp", tlp_label(tlp)[0] ? tlp : S("amber"));
		TRY(put_reserves(v, o, word));
		jo_end_object(o);
		(*ret_n)++;
	}
	jo_end_array(o);
	return OK;
}

rc page_memo_draft(struct visit *v, struct page *p)
{
	jday from = v->today, to, review;
	struct json_out o;
	struct partner x;
	struct buf b;
	slice body;
	bool given;
	size_t n;

	TRY(partner_find(v->c, v->st, visit_text(v, "partner"), &x));
	TRY(form_day(v->c, v->in, "from", &from, &given));
	to = from + 1095;
	review = from + 365;
	TRY(form_day(v->c, v->in, "to", &to, &given));
	TRY(form_day(v->c, v->in, "review", &review, &given));
	if (to < from || review < from)
		return visit_wrong_key(v, to < from ? S("to") : S("review"), "memo.form");
	buf_init(&b, v->c->a, 65536);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "partner", x.id);
	jo_kv_text(&o, "kind", form_has(v->in, "contract") ? S("contract") : S("memorandum"));
	jo_kv_int(&o, "from", from);
	jo_kv_int(&o, "to", to);
	jo_kv_int(&o, "review", review);
	TRY(check_reserved_kinds(v));
	TRY(put_functions(v, &o, &n));
	jo_end_object(&o);
	if (n == 0)
		return visit_wrong(v, S("kinds"), "やりとりの種類を一つ以上選んでください。", "Choose at least one kind of exchange.");
	TRY(buf_done(v->c, &b, &body));
	return motion_put(v, p, x.id, "memo.draft", x.id, body);
}

/* A file that the partner handed over: whose signature it carries is checked when it is carried out. */
rc page_memo_take(struct visit *v, struct page *p)
{
	const struct json *file, *memo;
	struct partner x;
	struct json_out o;
	struct buf b;
	slice a, body;

	if (json_parse(v->c, slice_trim(visit_text(v, "file")), &file) != OK)
		return visit_wrong_key(v, S("file"), "memo.form");
	memo = json_get(file, S("memo"));
	a = json_text(json_get(memo, S("a")));
	if (slice_eq(a, node_name(v->n)))
		a = json_text(json_get(memo, S("b")));
	if (partner_find(v->c, v->st, a, &x) != OK)
		return visit_wrong_key(v, S("file"), "memo.other");
	buf_init(&b, v->c->a, (size_t)1 << 20);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "file", visit_text(v, "file"));
	jo_end_object(&o);
	TRY(buf_done(v->c, &b, &body));
	return motion_put(v, p, x.id, "memo.take", word_is_valid(json_text(json_get(memo, S("id")))) ? json_text(json_get(memo, S("id"))) : x.id, body);
}

rc page_memo_end(struct visit *v, struct page *p)
{
	struct memo m;

	TRY(memo_find(v->c, v->st, visit_text(v, "memo"), &m));
	return motion_put(v, p, m.partner, "memo.end", m.id, S("{}"));
}
