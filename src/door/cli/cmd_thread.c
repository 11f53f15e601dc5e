#include "base/file.h"
#include "base/limits.h"
#include "base/parse.h"
#include "door/cli/commands.h"
#include "door/cli/counter.h"
#include "door/cli/thread_look.h"
#include "work/thread/merge.h"
#include "work/thread/piece.h"

#include "base/banned.h"

/* ---- kinds ---- */

static void put_classes(struct buf *b, const struct gate *g, const char *label, uint64_t classes)
{
	buf_putz(b, label);
	for (uint32_t i = 0; i < gate_recipient_count(g); i++)
		if (classes >> i & 1)
			buf_putf(b, " %" S_FMT, S_ARG(gate_recipient_at(g, i)->id));
	buf_putc(b, '\n');
}

static void put_step(struct buf *b, const struct thread_kind *k, const struct thread_step *s)
{
	static const char *const by[STEP_BYS] = { [BY_OPENER] = "opener", [BY_PARTY] = "party", [BY_ANY] = "any" };

	buf_putf(b, "    %-10.*s %.*s:", S_ARG(s->id), S_ARG(s->ja));
	for (uint32_t f = 0; f < k->nfields; f++)
		if (s->fields >> f & 1)
			buf_putf(b, " %.*s%s", S_ARG(k->fields[f].id), s->need >> f & 1 ? "!" : "");
	buf_putf(b, "  (%s)\n", by[s->by]);
}

static void put_kind_line(struct buf *b, const struct thread_kind *k)
{
	buf_putf(b, "%-10.*s %.*s (%.*s)\n", S_ARG(k->id), S_ARG(k->ja), S_ARG(k->en));
}

/* One kind whole: who may open it, to whom, under which memorandum; its steps, fields (! must be there) and words. */
static void put_kind(struct buf *b, const struct gate *g, const struct thread_kind *k)
{
	put_kind_line(b, k);
	put_classes(b, g, "    opened by ", k->opens);
	put_classes(b, g, "    to        ", k->to);
	buf_putf(b, "    memorandum %" S_FMT "\n", S_ARG(k->memo.len > 0 ? k->memo : S("none")));
	for (uint32_t s = 0; s < k->nsteps; s++)
		put_step(b, k, &k->steps[s]);
	for (uint32_t f = 0; f < k->nfields; f++) {
		if (k->fields[f].nwords == 0)
			continue;
		buf_putf(b, "    %.*s:", S_ARG(k->fields[f].id));
		for (uint32_t w = 0; w < k->fields[f].nwords; w++)
			buf_putf(b, " %.*s", S_ARG(k->fields[f].words[w]));
		buf_putc(b, '\n');
	}
}

static rc run_kinds(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct thread_kind *k;
	struct thread_kinds kinds;
	const struct gate *g;
	struct buf b;
	slice text;

	(void)out;
	TRY(gate_load(c, in->app->data, &g));
	TRY(thread_kinds_load(c, in->app->data, g, &kinds));
	buf_init(&b, c->a, (size_t)1 << 20);
	if (in->nargs > 0) {
		k = thread_kind_find(&kinds, slice_of(in->args[0]));
		if (!k) {
			(void)FAIL(c, E_NOTFOUND, "thread.kind");
			fault_name(c, slice_of(in->args[0]));
			return E_NOTFOUND;
		}
		put_kind(&b, g, k);
	}
	for (uint32_t i = 0; i < kinds.n && in->nargs == 0; i++)
		put_kind_line(&b, &kinds.v[i]);
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

/* ---- content ---- */

/* A whole number is one: counts are weighed as counts. */
static void put_value(struct ctx *c, struct json_out *o, const char *name, slice value)
{
	int64_t n;

	if (value.len <= 15 && parse_i64(c, value, 0, JSON_INT_MOST, &n) == OK) {
		jo_kv_int(o, name, n);
		return;
	}
	fault_clear(c);
	jo_kv_text(o, name, value);
}

/* Of a bundle of sightings (renkei watch match --sightings) the counts alone, by the ids that every house makes of the same value. */
static rc put_sightings(struct counter *k, struct json_out *o)
{
	struct ctx *c = k->d.c;
	const struct json *bundle;
	slice text;

	TRY(file_read(c, call_value(k->d.in, "sightings"), LIMIT_FILE_SMALL, &text));
	TRY(json_parse(c, text, &bundle));
	jo_key(o, S("seen"));
	jo_array(o);
	for JSON_EACH(v, json_get(bundle, S("objects"))) {
		const struct json *count = json_get(v, S("count"));

		if (!slice_is(json_text(json_get(v, S("type"))), "sighting"))
			continue;
		if (!word_is_valid(json_text(json_get(v, S("sighting_of_ref")))) || !count || count->type != JSON_INT)
			return FAIL(c, E_INVALID, "thread.content");
		jo_object(o);
		jo_kv_int(o, "count", count->num);
		jo_kv_text(o, "indicator", json_text(json_get(v, S("sighting_of_ref"))));
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

static bool is_given(const struct counter *k, size_t first, slice field)
{
	for (size_t i = first; i < k->d.in->nargs; i++) {
		slice word = slice_of(k->d.in->args[i]);

		if (slice_starts(word, field) && word.len > field.len && word.p[field.len] == '=')
			return true;
	}
	return false;
}

/* Lists that nobody gave are everybody's, put together. */
static rc put_merged(struct counter *k, struct json_out *o, const struct thread *t, const struct thread_step *s, size_t first)
{
	const struct thread_kind *kind = thread_kind_find(&k->kinds, t->kind);
	struct look look = desk_look(&k->d);
	struct merged *v;
	slice text;
	size_t n;

	for (uint32_t i = 0; i < kind->nfields; i++) {
		if (!kind->fields[i].list || !(s->fields >> i & 1) || is_given(k, first, kind->fields[i].id))
			continue;
		TRY(thread_merged(k->d.c, &k->x, &look, t, kind->fields[i].id, &v, &n));
		TRY(merged_text(k->d.c, v, n, &text));
		if (n > 0)
			jo_kv_text(o, arena_cstr(k->d.c->a, kind->fields[i].id), text);
	}
	return OK;
}

static rc find_step(struct counter *k, slice id, slice step, struct thread *t, const struct thread_step **ret)
{
	const struct thread_kind *kind;

	TRY(thread_find(k->d.c, k->d.st, id, t));
	kind = thread_kind_find(&k->kinds, t->kind);
	*ret = kind ? thread_step_find(kind, step) : NULL;
	return OK;
}

/* A file, or field=value words behind the arguments. */
static rc read_content(struct counter *k, size_t first, const struct thread *t, const struct thread_step *s, slice *ret)
{
	const struct call *in = k->d.in;
	struct json_out o;
	struct buf b;

	if (call_has(in, "content"))
		return file_read(k->d.c, call_value(in, "content"), LIMIT_FILE_SMALL, ret);
	buf_init(&b, k->d.c->a, LIMIT_FILE_SMALL);
	o = json_out_on(&b);
	jo_object(&o);
	jo_key(&o, S("fields"));
	jo_object(&o);
	if (call_has(in, "sightings"))
		TRY(put_sightings(k, &o));
	for (size_t i = first; i < in->nargs; i++) {
		slice word = slice_of(in->args[i]);
		size_t eq = slice_find(word, S("="), 0);

		if (eq == SIZE_MAX)
			return FAIL(k->d.c, E_INVALID, "thread.content");
		put_value(k->d.c, &o, arena_cstr(k->d.c->a, slice_sub(word, 0, eq)), slice_sub(word, eq + 1, word.len));
	}
	if (t && s && s->flags & STEP_MERGES)
		TRY(put_merged(k, &o, t, s, first));
	jo_end_object(&o);
	if (call_has(in, "tlp")) {
		jo_key(&o, S("mark"));
		jo_object(&o);
		jo_kv_text(&o, "tlp", desk_option(&k->d, "tlp"));
		jo_end_object(&o);
	}
	jo_end_object(&o);
	return buf_keep(k->d.c, &b, ret);
}

static rc read_times(struct counter *k, struct request *q)
{
	struct when w;
	bool given;

	TRY(desk_when(&k->d, "due", &w, &given));
	if (given)
		q->due = w.at;
	TRY(desk_when(&k->d, "embargo", &w, &given));
	if (given)
		q->embargo = w.at;
	TRY(desk_when(&k->d, "after", &w, &given));
	if (given)
		q->after = w.at;
	q->fix = desk_option(&k->d, "fix");
	return OK;
}

static void json_draft(struct counter *k, const struct draft *d)
{
	struct json_out o = json_out_on(&k->d.out);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.draft/1"));
	jo_kv_text(&o, "draft", d->id);
	jo_kv_text(&o, "thread", d->thread);
	jo_kv_text(&o, "kind", d->kind);
	jo_kv_text(&o, "step", d->step);
	jo_kv_bool(&o, "needs_approval", !d->free);
	jo_key(&o, S("recipients"));
	jo_array(&o);
	for (size_t i = 0; i < d->n; i++) {
		jo_object(&o);
		jo_kv_text(&o, "node", d->previews[i].to.node);
		jo_kv_int(&o, "kept", (int64_t)d->previews[i].kept);
		jo_key(&o, S("fields"));
		gate_put_reasons(k->g, &d->item, d->previews[i].outcomes, &o);
		jo_end_object(&o);
	}
	jo_end_array(&o);
	jo_end_object(&o);
	buf_putc(&k->d.out, '\n');
}

/* Prepared; a step that needs no second person goes at once. */
static rc prepare(struct counter *k, const struct request *q)
{
	struct draft d;
	slice thread;

	TRY(thread_prepare(k->d.c, &k->x, &k->d.actor, q, &d));
	if (k->d.json)
		json_draft(k, &d);
	else {
		buf_putf(&k->d.out, "%s %.*s  %s %.*s\n", desk_say(&k->d, "やりとり", "thread"), S_ARG(d.thread), desk_say(&k->d, "下書き", "draft"), S_ARG(d.id));
		counter_put_preview(k, &d);
	}
	if (d.free) {
		struct look look = desk_look(&k->d);

		TRY(thread_draft_open(k->d.c, &k->x, &look, d.id, &d));
		return thread_send(k->d.c, &k->x, &k->d.actor, &d, &thread);
	}
	if (!k->d.json)
		buf_putf(&k->d.out, k->d.ja ? "別の人の承認を待っています：renkei thread send %.*s\n" :
		         "waiting for somebody else's approval: renkei thread send %.*s\n", S_ARG(d.id));
	return OK;
}

static rc split_parties(struct counter *k, slice list, slice *ret, size_t *ret_n)
{
	slice one;

	*ret_n = 0;
	while (slice_next(&list, ',', &one)) {
		if (*ret_n == PARTIES_MOST)
			return FAIL(k->d.c, E_LIMIT, "thread.parties");
		ret[(*ret_n)++] = one;
	}
	return OK;
}

static rc run_open(struct ctx *c, const struct call *in, struct answer *out)
{
	struct request q = { 0 };
	slice parties[PARTIES_MOST];
	AUTO_COUNTER k = { 0 };

	TRY(counter_open(c, in, out, DESK_ACTOR | COUNTER_KEYS, &k));
	q.kind = slice_of(in->args[0]);
	TRY(split_parties(&k, slice_of(in->args[1]), parties, &q.nparties));
	q.parties = parties;
	TRY(counter_case(&k, "case", &q.home));
	TRY(read_content(&k, 2, NULL, NULL, &q.content));
	TRY(read_times(&k, &q));
	TRY(prepare(&k, &q));
	return counter_close(&k);
}

static rc run_step(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct thread_step *s;
	struct request q = { 0 };
	AUTO_COUNTER k = { 0 };
	struct thread t;

	TRY(counter_open(c, in, out, DESK_ACTOR | COUNTER_KEYS, &k));
	q.thread = slice_of(in->args[0]);
	q.step = slice_of(in->args[1]);
	TRY(find_step(&k, q.thread, q.step, &t, &s));
	TRY(read_content(&k, 2, &t, s, &q.content));
	TRY(read_times(&k, &q));
	TRY(prepare(&k, &q));
	return counter_close(&k);
}

/* ---- drafts ---- */

static rc run_preview(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct look look;
	struct draft d;

	TRY(counter_open(c, in, out, DESK_ACTOR | COUNTER_KEYS, &k));
	look = desk_look(&k.d);
	TRY(thread_draft_open(c, &k.x, &look, slice_of(in->args[0]), &d));
	if (k.d.json)
		json_draft(&k, &d);
	else
		counter_put_preview(&k, &d);
	return counter_close(&k);
}

static rc run_send(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct look look;
	struct draft d;
	slice thread;

	TRY(counter_open(c, in, out, DESK_ACTOR | COUNTER_KEYS, &k));
	look = desk_look(&k.d);
	TRY(thread_draft_open(c, &k.x, &look, slice_of(in->args[0]), &d));
	TRY(thread_send(c, &k.x, &k.d.actor, &d, &thread));
	if (!k.d.json)
		counter_put_preview(&k, &d);
	buf_putf(&k.d.out, k.d.json ? "{\"schema\":\"renkei.thread.sent/1\",\"thread\":\"%.*s\"}\n" : "%.*s\n", S_ARG(thread));
	return counter_close(&k);
}

static rc run_drop(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct look look;
	struct draft d;
	struct act act;
	int64_t seq;

	TRY(counter_open(c, in, out, DESK_ACTOR | COUNTER_KEYS, &k));
	look = desk_look(&k.d);
	TRY(thread_draft_open(c, &k.x, &look, slice_of(in->args[0]), &d));
	TRY(thread_act_drop(c, &k.d.actor, &d, &act));
	TRY(node_append(c, k.d.node, &act, &seq));
	return counter_close(&k);
}

static rc run_link(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct case_head h;
	struct thread t;
	struct act act;
	int64_t seq;

	TRY(counter_open(c, in, out, DESK_ACTOR, &k));
	TRY(thread_find(c, k.d.st, slice_of(in->args[0]), &t));
	TRY(case_find(c, k.d.st, slice_of(in->args[1]), &h));
	TRY(thread_act_link(c, &k.d.actor, &t, h.id, &act));
	TRY(node_append(c, k.d.node, &act, &seq));
	return counter_close(&k);
}

/* ---- documents ---- */

static rc run_attach(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct actor by;
	slice doc;
	size_t n;

	TRY(counter_open(c, in, out, DESK_ACTOR | COUNTER_KEYS, &k));
	if (!call_has(in, "by"))
		return FAIL(c, E_DENIED, "act.approval");
	TRY(actor_parse(c, desk_option(&k.d, "by"), &by));
	TRY(piece_send(c, &k.x, &k.d.actor, &by, slice_of(in->args[0]), in->args[1], &doc, &n));
	buf_putf(&k.d.out, "%.*s  %zu\n", S_ARG(doc), n);
	return counter_close(&k);
}

static rc run_fetch(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct look look;

	TRY(counter_open(c, in, out, DESK_ACTOR, &k));
	look = desk_look(&k.d);
	TRY(piece_fetch(c, &k.x, &look, slice_of(in->args[0]), slice_of(in->args[1]), in->args[2]));
	return counter_close(&k);
}

#define CONTENT_OPTIONS \
	{ "content", "FILE", "JSON: fields, mark, hold, received, secrecy, foreign, named; instead of FIELD=VALUE words." }, \
	{ "sightings", "FILE", "A bundle of sightings: its counts become the field `seen`." }, \
	{ "tlp", "TLP", "Marking of FIELD=VALUE words (default: the kind's)." }, \
	{ "due", "TIME", "When an answer is due (default: the kind's)." }, \
	{ "embargo", "TIME", "Nobody else may know before." }, \
	{ "after", "TIME", "Approved now, sent then (injects of an exercise, a joint publication)." }, \
	{ "fix", "ENVELOPE", "The envelope that this corrects." }

static const struct option_spec open_options[] = {
	{ "case", "CASE", "The case that it belongs to." },
	CONTENT_OPTIONS, DESK_OPTIONS, { 0 },
};
static const struct option_spec step_options[] = { CONTENT_OPTIONS, DESK_OPTIONS, { 0 } };
static const struct option_spec list_options[] = {
	{ "case", "CASE", "Those of a case." },
	{ "over", NULL, "Those that are over." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec attach_options[] = {
	{ "by", "ID:ROLE", "The second person, who approves." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec plain_options[] = { DESK_OPTIONS, { 0 } };

const struct command cmd_thread[] = {
	{ "thread", "kinds", "[KIND]", 0, 1, "List the kinds of threads, or the steps and fields of one", NULL, run_kinds },
	{ "thread", "open", "KIND PARTNER[,PARTNER …] [FIELD=VALUE …]", 2, 40, "Prepare the opening of a thread", open_options, run_open },
	{ "thread", "step", "THREAD STEP [FIELD=VALUE …]", 2, 40, "Prepare a step", step_options, run_step },
	{ "thread", "drafts", "", 0, 0, "List what waits for approval", plain_options, run_thread_drafts },
	{ "thread", "preview", "DRAFT", 1, 1, "Show what each recipient would get, and why not the rest", plain_options, run_preview },
	{ "thread", "send", "DRAFT", 1, 1, "Approve what somebody else prepared, and send it", plain_options, run_send },
	{ "thread", "drop", "DRAFT", 1, 1, "Drop a draft", plain_options, run_drop },
	{ "thread", "list", "", 0, 0, "List threads, the next due first", list_options, run_thread_list },
	{ "thread", "show", "THREAD", 1, 1, "Show parties, steps and receipts of a thread", plain_options, run_thread_show },
	{ "thread", "inbox", "THREAD", 1, 1, "List the envelopes that came in a thread", plain_options, run_thread_inbox },
	{ "thread", "merge", "THREAD [FIELD]", 1, 2, "Show everybody's entries of a list (questions of a hearing) in one, doubles folded", plain_options, run_thread_merge },
	{ "thread", "read", "ENVELOPE", 1, 1, "Read what an envelope brought, under its marking", plain_options, run_thread_read },
	{ "thread", "attach", "THREAD FILE", 2, 2, "Send a document in pieces to those in the thread; again: goes on where it stopped", attach_options, run_attach },
	{ "thread", "documents", "THREAD", 1, 1, "List documents and how much of each has arrived", plain_options, run_thread_documents },
	{ "thread", "fetch", "THREAD DOCUMENT FILE", 3, 3, "Write a document that came to a file", plain_options, run_fetch },
	{ "thread", "link", "THREAD CASE", 2, 2, "Hang a thread that came in on a case", plain_options, run_link },
	{ 0 },
};
