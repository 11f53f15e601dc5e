#include <stdlib.h>

#include "base/limits.h"
#include "base/parse.h"
#include "base/width.h"
#include "door/cli/commands.h"
#include "door/cli/desk.h"
#include "door/cli/say_case.h"

#include "base/file.h"

#include "base/banned.h"

/* A word out of a list; *ret is as it was when the option was not given. */
static rc word_option(struct desk *d, const char *option, const char *const *words, unsigned n, unsigned *ret)
{
	rc r = OK;

	if (call_has(d->in, option))
		r = said_word(d->c, words, n, desk_option(d, option), ret);
	if (r != OK)
		fault_name(d->c, slice_of(option));
	return r;
}

/* What the options say of all statements of the call. */
static rc given_by_options(struct desk *d, struct statement *ret)
{
	struct statement s = { .known = { d->c->now, false } };
	struct when from;
	unsigned i = SURE_CONFIRMED;
	bool given;

	TRY(desk_when(d, "known-at", &s.known, &given));
	if (given && s.known.at > d->c->now) {
		(void)FAIL(d->c, E_INVALID, "fact.known_future");
		fault_name(d->c, S("known-at"));
		return E_INVALID;
	}
	TRY(word_option(d, "sure", said_sure_words, SAID_SURES, &i));
	s.sure = (enum said_sure)i;
	TRY(desk_when(d, "true-at", &from, &s.has_from));
	if (s.has_from)
		s.holds_from = from.at;
	*ret = s;
	return OK;
}

static slice either(slice a, slice b) { return a.len > 0 ? a : b; }

/* Statements of the call: --facts=FILE, then the words behind the case, which go before the file. */
static rc statements(struct desk *d, size_t first, const struct statement *given, struct facts_file *ret)
{
	const char *path = call_value(d->in, "facts");
	struct facts_file f = { 0 }, file = { 0 };
	const struct json *root;
	slice text;

	if (path) {
		TRY(file_read(d->c, path, LIMIT_FILE_SMALL, &text));
		TRY(json_parse(d->c, text, &root));
		TRY(case_facts_from_json(d->c, d->terms, root, given, &file));
	}
	TRY_ARRAY(d->c, f.s, file.n + d->in->nargs + 1);
	for (size_t i = first; i < d->in->nargs; i++)
		TRY(case_fact_from_word(d->c, d->terms, slice_of(d->in->args[i]), given, &f.s[f.n++]));
	for (size_t i = 0; i < file.n; i++) {
		bool there = false;

		for (size_t k = 0; k < f.n; k++)
			there = there || f.s[k].term == file.s[i].term;
		if (!there)
			f.s[f.n++] = file.s[i];
	}
	f.origin = (struct origin){ either(desk_option(d, "by"), file.origin.by),
		either(desk_option(d, "source"), file.origin.source), either(desk_option(d, "reason"), file.origin.reason) };
	*ret = f;
	return OK;
}

static rc run_open(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	struct statement given;
	struct facts_file f;
	struct followed followed;

	TRY(desk_open(c, in, out, DESK_ACTOR | DESK_PACKS, &d));
	TRY(given_by_options(&d, &given));
	TRY(statements(&d, 0, &given, &f));
	TRY(duty_open_case(c, d.node, d.terms, &d.actor, given.known, desk_option(&d, "title"), f.s, f.n, &f.origin,
	                   &followed));
	say_opened(&d, &followed, given.known, f.n);
	return desk_close(&d);
}

static rc run_state(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	struct statement given;
	struct facts_file f;
	struct followed followed;

	TRY(desk_open(c, in, out, DESK_ACTOR | DESK_PACKS, &d));
	TRY(given_by_options(&d, &given));
	TRY(statements(&d, 1, &given, &f));
	TRY(duty_state_facts(c, d.node, d.terms, &d.actor, slice_of(in->args[0]), f.s, f.n, &f.origin, &followed));
	say_stated(&d, &followed, f.n);
	return desk_close(&d);
}

static rc run_show(struct ctx *c, const struct call *in, struct answer *out)
{
	struct case_picture p = { 0 };
	AUTO_DESK d = { 0 };
	struct look look;

	TRY(desk_open(c, in, out, DESK_PACKS, &d));
	TRY(case_find(c, d.st, slice_of(in->args[0]), &p.head));
	TRY(desk_moment(&d, &p.moment, &p.past));
	p.history = call_has(in, "history");
	if (p.history)
		TRY(case_facts_all(c, d.st, d.terms, p.head.id, S_NONE, &p.facts, &p.nfacts));
	else
		TRY(case_facts_at(c, d.st, d.terms, p.head.id, p.moment, &p.facts, &p.nfacts));
	TRY(duties_at(c, d.st, d.terms, &p.head, p.moment, &p.duties));
	case_known_set(&p.head, p.duties.known);
	TRY(filing_list(c, d.st, p.head.id, &p.filings, &p.nfilings));
	if (desk_may_look(&d)) {
		look = desk_look(&d);
		TRY(case_title_open(c, d.node, &look, &p.head, &p.title));
		TRY(case_facts_open(c, d.node, &look, p.head.id, p.facts, p.nfacts));
	}
	TRY(say_case(&d, &p));
	return desk_close(&d);
}

static rc page_size(struct desk *d, size_t *ret)
{
	uint32_t n = 50;

	TRY(call_u32(d->c, d->in, "limit", 1, CASE_PAGE_MOST, &n));
	*ret = n;
	return OK;
}

static rc run_list(struct ctx *c, const struct call *in, struct answer *out)
{
	struct case_head after, *page;
	AUTO_DESK d = { 0 };
	size_t most, n;

	TRY(desk_open(c, in, out, DESK_PACKS, &d));
	TRY(page_size(&d, &most));
	if (call_has(in, "after"))
		TRY(case_find(c, d.st, desk_option(&d, "after"), &after));
	TRY(case_page(c, d.st, call_has(in, "closed"), call_has(in, "after") ? &after : NULL, most, &page, &n));
	say_list(&d, page, n, n == most);
	return desk_close(&d);
}

static rc add_event(struct desk *d, const struct case_head *h)
{
	struct when at = { d->c->now, false };
	slice kind = desk_option(d, "kind");
	int64_t mends = -1, seq;
	struct act act;
	bool given;
	unsigned i;

	TRY(desk_when(d, "at", &at, &given));
	i = at.day_only ? EVENT_DAY : EVENT_MINUTE;
	TRY(word_option(d, "precision", event_precision_words, EVENT_PRECISIONS, &i));
	TRY(call_i64(d->c, d->in, "mends", 0, INT64_MAX, &mends));
	TRY(case_act_event(d->c, &d->actor, h, at, (enum event_precision)i, kind.len ? kind : S("event"), desk_option(d, "add"),
	                   desk_option(d, "by"), desk_option(d, "source"), mends, &act));
	return node_append(d->c, d->node, &act, &seq);
}

static rc run_timeline(struct ctx *c, const struct call *in, struct answer *out)
{
	struct event *events;
	AUTO_DESK d = { 0 };
	struct case_head h;
	struct moment m;
	struct look look;
	bool past;
	size_t n;

	TRY(desk_open(c, in, out, call_has(in, "add") ? DESK_ACTOR : 0, &d));
	TRY(case_find(c, d.st, slice_of(in->args[0]), &h));
	if (call_has(in, "add"))
		TRY(add_event(&d, &h));
	TRY(desk_moment(&d, &m, &past));
	TRY(case_events_at(c, d.st, h.id, m.stated, &events, &n));
	if (desk_may_look(&d)) {
		look = desk_look(&d);
		TRY(case_events_open(c, d.node, &look, h.id, events, n));
	}
	say_timeline(&d, &h, events, n);
	return desk_close(&d);
}

static rc close_or_reopen(struct ctx *c, const struct call *in, struct answer *out, bool reopen)
{
	AUTO_DESK d = { 0 };
	struct case_head h;
	struct act act;
	int64_t seq;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(case_find(c, d.st, slice_of(in->args[0]), &h));
	TRY(case_act_close(c, &d.actor, &h, reopen, reopen ? S("reopened") : S("settled"), desk_option(&d, "reason"), &act));
	TRY(node_append(c, d.node, &act, &seq));
	say_closed(&d, &h, reopen);
	return desk_close(&d);
}

static rc run_close(struct ctx *c, const struct call *in, struct answer *out) { return close_or_reopen(c, in, out, false); }
static rc run_reopen(struct ctx *c, const struct call *in, struct answer *out) { return close_or_reopen(c, in, out, true); }

#define STATEMENT_OPTIONS \
	{ "facts", "FILE", "Read statements from a JSON file; `-` is standard input." }, \
	{ "known-at", "TIME", "When the organisation came to know it (default: now); not in the future." }, \
	{ "true-at", "TIME", "Since when it has been so." }, \
	{ "by", "TEXT", "Who said it; sealed." }, \
	{ "source", "TEXT", "Where it stands or how it is known; sealed." }, \
	{ "reason", "TEXT", "Why an earlier statement is corrected; sealed." }, \
	{ "sure", "WORD", "How sure: confirmed (default), estimated, assumed, heard." }

static const struct option_spec open_options[] = {
	{ "title", "TEXT", "Title of the case for people; sealed." },
	STATEMENT_OPTIONS,
	DESK_OPTIONS,
	{ 0 },
};

static const struct option_spec state_options[] = {
	STATEMENT_OPTIONS,
	DESK_OPTIONS,
	{ 0 },
};

#define MOMENT_OPTIONS \
	{ "as-of", "TIME", "As it was known at TIME; a day means its end." }, \
	{ "in-record-at", "TIME", "As it stood in the record at TIME." }

static const struct option_spec show_options[] = {
	MOMENT_OPTIONS,
	{ "history", NULL, "Every statement ever made, not only those that hold." },
	DESK_OPTIONS,
	{ 0 },
};

static const struct option_spec list_options[] = {
	{ "closed", NULL, "Closed cases instead of open ones." },
	{ "limit", "N", "At most N cases (default 50, at most 500)." },
	{ "after", "CASE", "The page behind this case." },
	{ "csv", NULL, "Comma-separated values." },
	DESK_OPTIONS,
	{ 0 },
};

static const struct option_spec timeline_options[] = {
	{ "add", "TEXT", "Add an event; sealed." },
	{ "at", "TIME", "When it happened (default: now)." },
	{ "precision", "WORD", "minute, about, day or open (since then)." },
	{ "kind", "WORD", "Kind of event, a word of your own: detection, police, publication …" },
	{ "by", "TEXT", "Who did it; sealed." },
	{ "source", "TEXT", "Where it stands; sealed." },
	{ "mends", "SEQ", "Stands instead of the event of that entry." },
	MOMENT_OPTIONS,
	DESK_OPTIONS,
	{ 0 },
};

static const struct option_spec evidence_options[] = {
	{ "note", "TEXT", "What it is; sealed." },
	{ "person", "ID", "About this person alone, by an id (p-1): can be disposed of alone." },
	{ "save", "SEQ", "Write the file of that entry to FILE instead; that is a look." },
	DESK_OPTIONS,
	{ 0 },
};

static const struct option_spec close_options[] = {
	{ "reason", "TEXT", "Why; sealed." },
	DESK_OPTIONS,
	{ 0 },
};

const struct command cmd_case[] = {
	{ "case", "open", "[PATH=VALUE ...]", 0, 200, "Open a case, with what is known of it", open_options, run_open },
	{ "case", "state", "CASE [PATH=VALUE ...]", 1, 201, "State facts of a case; the duties follow", state_options, run_state },
	{ "case", "show", "CASE", 1, 1, "Show a case: what to do, what is not known, what is known", show_options, run_show },
	{ "case", "list", "", 0, 0, "List cases, the most urgent first", list_options, run_list },
	{ "case", "timeline", "CASE", 1, 1, "Show what happened when, or add to it", timeline_options, run_timeline },
	{ "case", "evidence", "CASE [FILE]", 1, 2, "List the files of a case, bring one in, or give one out", evidence_options, run_case_evidence },
	{ "case", "close", "CASE", 1, 1, "Close a case of which nothing is owed any more", close_options, run_close },
	{ "case", "reopen", "CASE", 1, 1, "Open a closed case again", close_options, run_reopen },
	{ 0 },
};
