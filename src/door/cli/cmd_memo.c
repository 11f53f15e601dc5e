#include "base/file.h"
#include "core/gate/gate.h"
#include "door/cli/commands.h"
#include "door/cli/desk.h"
#include "work/partner/partner.h"
#include "work/thread/kind.h"

#include "base/banned.h"

/* Cuts what stands behind the last `sign` off and adds it to `v` when the gate knows it. */
static rc cut_reserve(struct ctx *c, const struct gate *g, slice *word, struct memo_function *f)
{
	size_t at = word->len;
	struct words *to;
	slice *v, what;
	bool kept;

	while (at > 0 && word->p[at - 1] != '-' && word->p[at - 1] != '+')
		at--;
	NEVER(at == 0);
	kept = word->p[at - 1] == '-';
	what = slice_sub(*word, at, word->len);
	if (kept ? gate_class_find(g, what) < 0 : gate_condition_find(g, what) < 0)
		return FAIL(c, E_INVALID, "memo.reserve_word");
	to = kept ? &f->kept : &f->conditions;
	TRY_ARRAY(c, v, to->n + 1);
	v[0] = what;
	for (size_t i = 0; i < to->n; i++)
		v[i + 1] = to->v[i];
	*to = (struct words){ v, to->n + 1 };
	*word = slice_sub(*word, 0, at - 1);
	return OK;
}

/* KIND[:give|:take][@TLP][-CLASS …][+CONDITION …] */
static rc read_function(struct ctx *c, const struct gate *g, slice word, struct memo_function *ret)
{
	size_t at, colon;
	bool tlp = false;

	*ret = (struct memo_function){ .gives = true, .takes = true, .tlp = S("amber") };
	while (slice_find(word, S("-"), 0) != SIZE_MAX || slice_find(word, S("+"), 0) != SIZE_MAX)
		TRY(cut_reserve(c, g, &word, ret));
	at = slice_find(word, S("@"), 0);
	if (at != SIZE_MAX) {
		ret->tlp = slice_sub(word, at + 1, word.len);
		word = slice_sub(word, 0, at);
	}
	colon = slice_find(word, S(":"), 0);
	ret->kind = slice_sub(word, 0, colon == SIZE_MAX ? word.len : colon);
	if (colon != SIZE_MAX) {
		slice dir = slice_sub(word, colon + 1, word.len);

		ret->gives = slice_is(dir, "give");
		ret->takes = slice_is(dir, "take");
	}
	for (int i = 0; i < TLPS; i++)
		tlp = tlp || slice_is(ret->tlp, tlp_words[i]);
	return tlp && (ret->gives || ret->takes) && word_is_valid(ret->kind) ? OK : FAIL(c, E_INVALID, "memo.function");
}

/* A slip of the pen would be signed by both and cover nothing. */
static rc check_kind(struct ctx *c, const struct thread_kinds *kinds, slice kind)
{
	bool known = slice_is(kind, "all") || thread_kind_find(kinds, kind);

	for (uint32_t i = 0; i < kinds->n && !known; i++)
		known = slice_eq(kinds->v[i].memo, kind) && !slice_is(kind, "none");
	if (known)
		return OK;
	(void)FAIL(c, E_INVALID, "memo.kind");
	fault_name(c, kind);
	return E_INVALID;
}

static rc write_or_print(struct desk *d, slice file)
{
	if (call_has(d->in, "out"))
		return file_replace(d->c, call_value(d->in, "out"), file, 0644);
	buf_put(&d->out, file);
	return OK;
}

static rc run_draft(struct ctx *c, const struct call *in, struct answer *out)
{
	struct thread_kinds kinds;
	AUTO_KEYS keys = { 0 };
	struct memo m = { 0 };
	AUTO_DESK d = { 0 };
	struct act acts[2];
	const struct gate *g;
	struct partner p;
	int64_t seq;
	slice file;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(gate_load(c, in->app->data, &g));
	TRY(exchange_keys_open(c, in->app->store, &keys));
	TRY(partner_find(c, d.st, slice_of(in->args[0]), &p));
	m.kind = call_has(in, "contract") ? S("contract") : S("memorandum");
	TRY(thread_kinds_load(c, in->app->data, g, &kinds));
	m.from = d.today;
	TRY(desk_day(&d, "from", &m.from));
	m.to = m.from + 1095;
	TRY(desk_day(&d, "to", &m.to));
	m.review = m.from + 365;
	TRY(desk_day(&d, "review", &m.review));
	for (size_t i = 1; i < in->nargs && m.n < MEMO_FUNCTIONS_MOST; i++) {
		TRY(read_function(c, g, slice_of(in->args[i]), &m.functions[m.n]));
		TRY(check_kind(c, &kinds, m.functions[m.n++].kind));
	}
	TRY(memo_acts_draft(c, d.node, &d.actor, &keys, &p, &m, acts, &file));
	TRY(node_append_all(c, d.node, acts, 2, &seq));
	TRY(write_or_print(&d, file));
	return desk_close(&d);
}

static rc run_take(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_KEYS keys = { 0 };
	AUTO_DESK d = { 0 };
	struct act acts[3];
	slice text, id, file;
	int64_t seq;
	size_t n;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(exchange_keys_open(c, in->app->store, &keys));
	TRY(file_read(c, in->args[0], 65536, &text));
	TRY(memo_acts_take(c, d.node, &d.actor, &keys, text, acts, &n, &id, &file));
	if (n > 0)
		TRY(node_append_all(c, d.node, acts, n, &seq));
	if (file.len > 0)
		TRY(write_or_print(&d, file));
	else
		buf_putf(&d.out, "%.*s\n", S_ARG(id));
	return desk_close(&d);
}

static void put_reserves(struct desk *d, const struct gate *g, const struct memo_function *f)
{
	for (size_t i = 0; i < f->kept.n; i++) {
		int32_t cls = gate_class_find(g, f->kept.v[i]);
		const struct gate_word *w = cls < 0 ? NULL : &gate_class_at(g, (uint32_t)cls)->word;

		buf_putf(&d->out, "        %s %.*s\n", desk_say(d, "渡さない：", "kept back:"), S_ARG(!w ? f->kept.v[i] : d->ja ? w->ja : w->en));
	}
	for (size_t i = 0; i < f->conditions.n; i++) {
		int32_t k = gate_condition_find(g, f->conditions.v[i]);
		const struct gate_word *w = k < 0 ? NULL : gate_condition_at(g, (uint32_t)k);

		buf_putf(&d->out, "        %s %.*s\n", desk_say(d, "条件：", "condition:"), S_ARG(!w ? f->conditions.v[i] : d->ja ? w->ja : w->en));
	}
}

static void put_memo(struct desk *d, const struct gate *g, const struct partner *p, const struct memo *m)
{
	static const char *const ja[MEMO_STATES] = { "下書き", "当方のみ署名", "先方のみ署名", "開始前", "有効", "期間終了", "終了" };
	static const char *const en[MEMO_STATES] = { "draft", "signed by us only", "signed by them only", "not in force yet", "in force", "over", "ended" };
	enum memo_state s = memo_state(m, d->today);
	slice title = partner_title(d->law, p, d->today, d->ja);

	buf_putf(&d->out, "%.*s  %.*s  %s  ", S_ARG(m->id), S_ARG(title), d->ja ? ja[s] : en[s]);
	jday_put(&d->out, m->from);
	buf_putz(&d->out, d->ja ? "から" : " to ");
	jday_put(&d->out, m->to);
	buf_putz(&d->out, d->ja ? "まで  見直し " : "  review ");
	jday_put(&d->out, m->review);
	if (s == MEMO_IN_FORCE && m->review <= d->today)
		buf_putz(&d->out, desk_say(d, "（見直しの日を過ぎています）", " (review overdue)"));
	buf_putc(&d->out, '\n');
	for (size_t i = 0; i < m->n; i++) {
		const struct memo_function *f = &m->functions[i];

		buf_putf(&d->out, "    %-16.*s %-10s %.*s\n", S_ARG(f->kind), f->gives && f->takes ? desk_say(d, "双方向", "both ways") :
		         f->gives ? desk_say(d, "当方から", "from us") : desk_say(d, "先方から", "from them"), S_ARG(f->tlp));
		put_reserves(d, g, f);
	}
}

static void json_words(struct json_out *o, const char *name, const struct words *w)
{
	jo_key(o, slice_of(name));
	jo_array(o);
	for (size_t i = 0; i < w->n; i++)
		jo_text(o, w->v[i]);
	jo_end_array(o);
}

static void json_memo(struct desk *d, const struct partner *p, const struct memo *m)
{
	struct json_out o = json_out_on(&d->out);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.memo.state/1"));
	jo_kv_text(&o, "id", m->id);
	jo_kv_text(&o, "partner", p->node);
	jo_kv_text(&o, "kind", m->kind);
	jo_kv_text(&o, "state", slice_of(memo_state_words[memo_state(m, d->today)]));
	desk_json_day(&o, "from", true, m->from);
	desk_json_day(&o, "to", true, m->to);
	desk_json_day(&o, "review", true, m->review);
	jo_key(&o, S("functions"));
	jo_array(&o);
	for (size_t i = 0; i < m->n; i++) {
		jo_object(&o);
		jo_kv_text(&o, "kind", m->functions[i].kind);
		jo_kv_bool(&o, "gives", m->functions[i].gives);
		jo_kv_bool(&o, "takes", m->functions[i].takes);
		jo_kv_text(&o, "tlp", m->functions[i].tlp);
		json_words(&o, "kept", &m->functions[i].kept);
		json_words(&o, "conditions", &m->functions[i].conditions);
		jo_end_object(&o);
	}
	jo_end_array(&o);
	jo_end_object(&o);
	buf_putc(&d->out, '\n');
}

static rc put_of(struct desk *d, const struct gate *g, const struct partner *p)
{
	struct memo *v;
	size_t n;

	TRY(memo_list(d->c, d->st, p->id, &v, &n));
	for (size_t i = 0; i < n; i++) {
		if (d->json)
			json_memo(d, p, &v[i]);
		else
			put_memo(d, g, p, &v[i]);
	}
	return OK;
}

static rc run_list(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	struct partner *v, p;
	const struct gate *g;
	slice after = S_NONE;
	size_t n = 0;

	TRY(desk_open(c, in, out, DESK_PACKS, &d));
	TRY(gate_load(c, in->app->data, &g));
	if (in->nargs > 0) {
		TRY(partner_find(c, d.st, slice_of(in->args[0]), &p));
		TRY(put_of(&d, g, &p));
		return desk_close(&d);
	}
	do {
		TRY(partner_page(c, d.st, after, 500, &v, &n));
		for (size_t i = 0; i < n; i++) {
			TRY(put_of(&d, g, &v[i]));
			after = v[i].node;
		}
	} while (n == 500);
	return desk_close(&d);
}

static void put_cover(struct desk *d, const struct memo_cover *v)
{
	if (d->json) {
		struct json_out o = desk_json_begin(d, "renkei.memo.cover/1");

		jo_kv_bool(&o, "contract", v->contract);
		jo_kv_text(&o, "tlp", v->tlp);
		json_words(&o, "kept", &v->kept);
		json_words(&o, "conditions", &v->conditions);
		desk_json_end(d, &o);
		return;
	}
	buf_putf(&d->out, "%s %.*s", v->contract ? desk_say(d, "契約", "contract") : desk_say(d, "覚書", "memorandum"), S_ARG(v->tlp));
	for (size_t i = 0; i < v->kept.n; i++)
		buf_putf(&d->out, " -%.*s", S_ARG(v->kept.v[i]));
	for (size_t i = 0; i < v->conditions.n; i++)
		buf_putf(&d->out, " +%.*s", S_ARG(v->conditions.v[i]));
	buf_putc(&d->out, '\n');
}

static rc run_check(struct ctx *c, const struct call *in, struct answer *out)
{
	bool gives = !call_has(in, "take");
	struct memo_cover cover;
	AUTO_DESK d = { 0 };
	struct partner p;

	TRY(desk_open(c, in, out, 0, &d));
	TRY(partner_find(c, d.st, slice_of(in->args[0]), &p));
	TRY(memo_covers(c, d.st, p.id, slice_of(in->args[1]), gives, d.today, &cover));
	put_cover(&d, &cover);
	return desk_close(&d);
}

static rc run_end(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	struct act act;
	struct memo m;
	int64_t seq;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(memo_find(c, d.st, slice_of(in->args[0]), &m));
	TRY(memo_act_end(c, &d.actor, &m, &act));
	TRY(node_append(c, d.node, &act, &seq));
	return desk_close(&d);
}

static const struct option_spec draft_options[] = {
	{ "contract", NULL, "A contract between a principal and its processor instead of a memorandum." },
	{ "from", "DAY", "First day (default: today)." },
	{ "to", "DAY", "Last day (default: three years)." },
	{ "review", "DAY", "When it is to be looked at again (default: one year)." },
	{ "out", "FILE", "Write the file to hand over here (default: standard output)." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec take_options[] = {
	{ "out", "FILE", "Write the file to hand back here (default: standard output)." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec check_options[] = {
	{ "take", NULL, "Whether we may receive it (default: whether we may send it)." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec plain_options[] = { DESK_OPTIONS, { 0 } };

const struct command cmd_memo[] = {
	{ "memo", "draft", "PARTNER KIND …", 2, 65, "Draft a memorandum, sign it, write the file for the partner", draft_options, run_draft },
	{ "memo", "take", "FILE", 1, 1, "Take a memorandum that the partner signed; sign it if we have not", take_options, run_take },
	{ "memo", "list", "[PARTNER]", 0, 1, "List memoranda with what they cover", plain_options, run_list },
	{ "memo", "check", "PARTNER KIND", 2, 2, "Tell whether one covers a kind of exchange, or why not", check_options, run_check },
	{ "memo", "end", "MEMO", 1, 1, "End a memorandum: nothing rests on it any more", plain_options, run_end },
	{ 0 },
};
