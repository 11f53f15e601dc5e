/* renkei review: the items of a screening on the record, who looks at them, what comes of it. */
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/parse.h"
#include "door/cli/commands.h"
#include "door/cli/desk.h"
#include "door/cli/say_case.h"
#include "door/cli/screen_look.h"
#include "door/cli/screen_read.h"
#include "work/screen/screening.h"

#include "base/banned.h"

#define LIST_MOST ((size_t)256 << 20)
#define STATES 5u
#define REASONS 6u

/* accounts.csv of a folder, also packed; nothing when it is not there. */
static rc table_of(struct ctx *c, slice dir, const char *name, slice *ret)
{
	static const char *const ends[] = { ".csv", ".csv.gz", ".csv.zst" };
	struct buf path;

	*ret = S_NONE;
	for (unsigned i = 0; dir.len && i < sizeof ends / sizeof *ends; i++) {
		buf_init(&path, c->a, 8192);
		buf_putf(&path, "%.*s/%s%s", S_ARG(dir), name, ends[i]);
		buf_putc(&path, '\0');
		if (path.full)
			return FAIL(c, E_LIMIT, "text.limit");
		if (access(path.p, R_OK) == 0)
			return screen_read_whole(c, path.p, ret);
	}
	return OK;
}

static rc run_keep(struct ctx *c, const struct call *in, struct answer *out)
{
	struct screening_list list = { .run = slice_of(in->args[0]) };
	AUTO_DESK d = { 0 };
	size_t kept, alone;

	TRY(file_read(c, in->args[1], LIST_MOST, &list.items));
	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	if (call_has(in, "proof"))
		TRY(file_read(c, call_value(in, "proof"), LIMIT_FILE_SMALL, &list.proof));
	TRY(table_of(c, desk_option(&d, "tables"), "accounts", &list.accounts));
	TRY(table_of(c, desk_option(&d, "tables"), "departments", &list.departments));
	TRY(screening_keep(c, d.node, &d.actor, &list, &kept, &alone));
	if (d.json)
		buf_putf(&d.out, "{\"schema\":\"renkei/review-kept/1\",\"kept\":%zu,\"without_reviewer\":%zu}\n", kept, alone);
	else
		buf_putf(&d.out, "%s %zu  %s %zu\n", desk_say(&d, "登録した項目：", "items kept:"), kept,
			desk_say(&d, "担当が決まらない項目：", "without a reviewer:"), alone);
	return desk_close(&d);
}

static rc run_reviewer(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	struct screening_reviewer r = { .auditor = call_has(in, "auditor") };
	int64_t seq;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	r.actor = slice_of(in->args[0]);
	r.account = desk_option(&d, "account");
	r.superior = desk_option(&d, "superior");
	TRY(screening_reviewer_set(c, d.node, &d.actor, &r, &seq));
	return desk_close(&d);
}

static void put_item(struct desk *d, const struct screening_item *i)
{
	if (d->json) {
		struct json_out o = json_out_on(&d->out);

		jo_object(&o);
		jo_kv_text(&o, "schema", S("renkei/review-item/1"));
		jo_kv_text(&o, "id", i->id);
		jo_kv_int(&o, "rank", i->rank);
		jo_kv_text(&o, "kind", i->kind);
		jo_kv_int(&o, "severity", i->severity);
		jo_kv_text(&o, "state", i->state);
		jo_kv_text(&o, "reason", i->reason);
		jo_kv_text(&o, "reviewer", i->reviewer);
		jo_kv_text(&o, "case", i->case_id);
		jo_end_object(&o);
		buf_putc(&d->out, '\n');
		return;
	}
	buf_putf(&d->out, "%4lld  %-20.*s  %-22.*s %-10.*s  %.*s\n", (long long)i->rank, S_ARG(i->id), S_ARG(i->kind), S_ARG(i->state),
		S_ARG(i->reviewer));
}

static rc run_items(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	int64_t rank = 0;
	size_t n;

	TRY(desk_open(c, in, out, 0, &d));
	do {
		struct screening_item *v;

		TRY(screening_page(c, d.st, slice_of(in->args[0]), rank, SCREENING_PAGE_MOST, &v, &n));
		for (size_t i = 0; i < n; i++)
			put_item(&d, &v[i]);
		rank = n ? v[n - 1].rank : rank;
	} while (n == SCREENING_PAGE_MOST);
	if (rank == 0)
		return FAIL(c, E_NOTFOUND, "screening.no_run");
	return desk_close(&d);
}

static rc run_show(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	struct screening_item i;
	const struct json *item;
	struct json_out o;
	struct look look;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(screening_find(c, d.st, slice_of(in->args[0]), &i));
	look = desk_look(&d);
	TRY(screening_open(c, d.node, &look, &i, &item));
	o = json_out_on(&d.out);
	jo_value(&o, item);
	buf_putc(&d.out, '\n');
	return desk_close(&d);
}

/* An incident: a case is opened, and the duties of the law begin with the moment of knowing. */
static rc become_case(struct desk *d, slice id)
{
	struct ctx *c = d->c;
	struct when known = { c->now, false };
	struct origin origin = { S("screening"), S_NONE, S_NONE };
	struct followed followed;

	TRY(duty_open_case(c, d->node, d->terms, &d->actor, known, S("操作ログの点検で確認した不正な閲覧の疑い"), NULL, 0, &origin,
		&followed));
	TRY(screening_case(c, d->node, &d->actor, id, followed.case_id));
	say_opened(d, &followed, known, 0);
	return OK;
}

static rc run_decide(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	slice id = slice_of(in->args[0]), result = slice_of(in->args[1]), note = S_NONE;
	int64_t seq;

	if (call_has(in, "note"))
		TRY(file_read(c, call_value(in, "note"), LIMIT_FILE_SMALL, &note));
	TRY(desk_open(c, in, out, DESK_ACTOR | DESK_PACKS, &d));
	/* auditors open no cases: said before the decision stands, which would be one without its case */
	if (slice_is(result, "incident") && slice_is(d.actor.role, "auditor"))
		return FAIL(c, E_DENIED, "screening.no_case");
	TRY(screening_review(c, d.node, &d.actor, id, result, call_has(in, "reason") ? desk_option(&d, "reason") : S("none"), note, &seq));
	if (slice_is(result, "incident"))
		TRY(become_case(&d, id));
	return desk_close(&d);
}

static rc run_weights(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	struct screening_weight *v;
	size_t n;

	TRY(desk_open(c, in, out, 0, &d));
	TRY(screening_weights(c, d.st, &v, &n));
	for (size_t i = 0; i < n; i++)
		buf_putf(&d.out, "{\"schema\":\"renkei/review-weight/1\",\"kind\":\"%.*s\",\"judged\":%lld,\"confirmed\":%lld,\"weight\":%lld}\n",
			S_ARG(v[i].kind), (long long)v[i].judged, (long long)v[i].confirmed, (long long)v[i].weight);
	return desk_close(&d);
}

static void told(struct json_out *o, const char *key, const int64_t *v, unsigned n, unsigned i)
{
	switch (screening_told(v, n, i)) {
	case TOLD_FEW: jo_kv_text(o, key, S("3未満")); return;
	case TOLD_HIDDEN: jo_kv_text(o, key, S("非公表")); return;
	case TOLD_NUMBER: break;
	}
	jo_kv_int(o, key, v[i]);
}

static rc run_stats(struct ctx *c, const struct call *in, struct answer *out)
{
	static const char *const states[STATES] = { "new", "reviewed", "justified", "needs_talk", "incident" };
	static const char *const reasons[REASONS] = { "case", "duty", "order", "test", "registered_late", "data" };
	AUTO_DESK d = { 0 };
	struct screening_count *v;
	struct json_out o;
	int64_t sum = 0, by_state[STATES] = { 0 }, by_reason[REASONS] = { 0 };
	size_t n;

	TRY(desk_open(c, in, out, 0, &d));
	TRY(screening_counts(c, d.st, slice_of(in->args[0]), &v, &n));
	o = json_out_on(&d.out);
	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei/review-stats/1"));
	for (size_t i = 0; i < n; i++)
		sum += v[i].n;
	told(&o, "items", &sum, 1, 0);
	for (unsigned k = 0; k < STATES; k++)
		for (size_t i = 0; i < n; i++)
			by_state[k] += slice_is(v[i].state, states[k]) ? v[i].n : 0;
	for (unsigned k = 0; k < STATES; k++)
		told(&o, states[k], by_state, STATES, k);
	for (unsigned k = 0; k < REASONS; k++)
		for (size_t i = 0; i < n; i++)
			by_reason[k] += slice_is(v[i].state, "justified") && slice_is(v[i].reason, reasons[k]) ? v[i].n : 0;
	jo_key(&o, S("justified_because"));
	jo_object(&o);
	for (unsigned k = 0; k < REASONS; k++)
		if (by_reason[k])
			told(&o, reasons[k], by_reason, REASONS, k);
	jo_end_object(&o);
	jo_end_object(&o);
	buf_putc(&d.out, '\n');
	return desk_close(&d);
}

static rc run_ask(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	int64_t seq;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(screening_ask(c, d.node, &d.actor, slice_of(in->args[0]), slice_of(in->args[1]), &seq));
	buf_putf(&d.out, "%lld\n", (long long)seq);
	return desk_close(&d);
}

/* The second person agrees, and only then the one record is looked up in the log. */
static rc run_reveal(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	slice event, number;
	int64_t ask;

	if (in->nargs < 2)
		return FAIL(c, E_INVALID, "screen.no_data");
	TRY(parse_i64(c, slice_of(in->args[0]), 0, INT64_MAX, &ask));
	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(screening_reveal(c, d.node, &d.actor, ask, &event));
	TRY(screen_number_of(c, in->args + 1, in->nargs - 1, event, &number));
	buf_put(&d.out, number);
	buf_putc(&d.out, '\n');
	return desk_close(&d);
}

/* The number comes from a file or standard input: on a command line everybody on the machine could read it. */
static rc run_person(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	slice number;
	int64_t ask;

	TRY(file_read(c, in->args[0], 4096, &number));
	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(screening_person(c, d.node, &d.actor, number, &ask));
	buf_putf(&d.out, "%lld\n", (long long)ask);
	return desk_close(&d);
}

static rc run_looked(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	slice number;
	int64_t ask;

	TRY(parse_i64(c, slice_of(in->args[0]), 0, INT64_MAX, &ask));
	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(screening_disclose(c, d.node, &d.actor, ask, &number));
	TRY(screen_looked_at(c, in->args + 1, in->nargs - 1, number, call_has(in, "accounts"), &d.out));
	if (call_has(in, "keep"))
		TRY(screening_answer(c, d.node, &d.actor, ask, buf_slice(&d.out)));
	return desk_close(&d);
}

static const struct option_spec options[] = {
	DESK_OPTIONS,
	{ 0 },
};

static const struct option_spec reviewer_options[] = {
	{ "account", "ID", "The account in the logs that is this person's." },
	{ "superior", "ID", "The account of the person's superior." },
	{ "auditor", NULL, "Takes the items about administrators and about the log." },
	DESK_OPTIONS,
	{ 0 },
};

static const struct option_spec keep_options[] = {
	{ "proof", "FILE", "The proof page of renkei screen --proof, for the page of inspectors." },
	{ "tables", "DIR", "Folder with the tables of the screening: accounts and departments tell the items apart by department." },
	DESK_OPTIONS,
	{ 0 },
};

static const struct option_spec looked_options[] = {
	{ "keep", NULL, "Keep the answer sealed on the record too, for the page and its printable extract." },
	{ "accounts", NULL, "Name the accounts instead of numbering those who looked." },
	DESK_OPTIONS,
	{ 0 },
};

static const struct option_spec decide_options[] = {
	{ "reason", "WORD", "Why it was in order: case, duty, order, test, registered_late, data." },
	{ "note", "FILE|-", "A text, which is sealed." },
	DESK_OPTIONS,
	{ 0 },
};

const struct command cmd_review[] = {
	{ "review", "keep", "RUN LIST", 2, 2, "Keep a list of renkei screen on the record and give its items out", keep_options, run_keep },
	{ "review", "reviewer", "ACTOR", 1, 1, "Say who reviews, and which account is theirs", reviewer_options, run_reviewer },
	{ "review", "items", "RUN", 1, 1, "List the items of a run", options, run_items },
	{ "review", "show", "ITEM", 1, 1, "Open an item; looking is an act", options, run_show },
	{ "review", "decide", "ITEM RESULT", 2, 2, "Say what came of an item; an incident opens a case", decide_options, run_decide },
	{ "review", "weights", "", 0, 0, "What reviews have shown the rules to be worth", options, run_weights },
	{ "review", "stats", "RUN", 1, 1, "Numbers for the staff, small ones hidden", options, run_stats },
	{ "review", "ask", "ITEM RECORD", 2, 2, "Ask whose record it is; another person must agree", options, run_ask },
	{ "review", "reveal", "ASKING LOG...", 2, 100, "Agree to an asking and look the number up in the log", options, run_reveal },
	{ "review", "person", "FILE|-", 1, 1, "Take in a person's question who looked at their record; FILE holds the number", options, run_person },
	{ "review", "looked", "ASKING LOG...", 2, 100, "Agree to a person's question and list the accesses", looked_options, run_looked },
	{ 0 },
};
