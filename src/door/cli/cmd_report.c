#include "base/file.h"
#include "base/limits.h"
#include "base/width.h"
#include "door/cli/commands.h"
#include "door/cli/desk.h"

#include "base/banned.h"

static void say_missing(struct desk *d, const struct sheet_missing *v, size_t n)
{
	if (n == 0) {
		buf_putf(&d->out, "%s\n", desk_say(d, "必要な欄は全て埋まっています。", "All required fields are filled."));
		return;
	}
	if (d->ja)
		buf_putf(&d->out, "必要なのに埋まっていない欄 %zu\n", n);
	else
		buf_putf(&d->out, "Required fields without a value: %zu\n", n);
	for (size_t i = 0; i < n; i++) {
		buf_putz(&d->out, "  ");
		buf_put_cell(&d->out, v[i].code, 10);
		buf_put(&d->out, v[i].ja);
		if (v[i].unknown)
			buf_putz(&d->out, desk_say(d, "（まだ分からない）", " (not known yet)"));
		buf_putc(&d->out, '\n');
	}
}

static void json_missing(struct json_out *o, const struct sheet_missing *v, size_t n)
{
	jo_key(o, S("missing"));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_text(o, "code", v[i].code);
		jo_kv_text(o, "label", v[i].ja);
		jo_kv_text(o, "why", v[i].unknown ? S("unknown") : S("absent"));
		jo_end_object(o);
	}
	jo_end_array(o);
}

static void json_filing(struct json_out *o, const char *schema, const struct filing *f, slice num)
{
	jo_object(o);
	jo_kv_text(o, "schema", slice_of(schema));
	jo_kv_text(o, "id", f->id);
	jo_kv_text(o, "case", num);
	jo_kv_int(o, "num", f->num);
	jo_kv_text(o, "form", f->form);
	jo_kv_text(o, "form_version", f->form_version);
	jo_kv_text(o, "kind", f->kind);
	if (f->rule.len > 0)
		jo_kv_text(o, "duty", f->rule);
	if (f->recipient.len > 0)
		jo_kv_text(o, "recipient", f->recipient);
	jo_kv_text(o, "state", slice_of(filing_state_words[f->state]));
	desk_json_msec(o, "drafted_at", f->drafted);
	if (f->state == FILING_SUBMITTED)
		desk_json_msec(o, "submitted_at", f->submitted);
}

static slice case_num(struct desk *d, slice case_id)
{
	struct case_head h;

	if (case_find(d->c, d->st, case_id, &h) != OK) {
		fault_clear(d->c);
		return S_NONE;
	}
	return h.num;
}

/* ---- draft ---- */

static rc run_draft(struct ctx *c, const struct call *in, struct answer *out)
{
	struct filing_request q;
	struct sheet_missing *missing;
	AUTO_DESK d = { 0 };
	struct case_head h;
	struct sheet *sheet;
	struct filing f;
	struct look look;
	size_t n;

	TRY(desk_open(c, in, out, DESK_ACTOR | DESK_PACKS, &d));
	q = (struct filing_request){ desk_option(&d, "duty"), desk_option(&d, "form"), desk_option(&d, "kind"),
		desk_option(&d, "to") };
	if (q.rule.len == 0 && q.form.len == 0)
		return FAIL(c, E_INVALID, "filing.duty_or_form");
	TRY(case_find(c, d.st, slice_of(in->args[0]), &h));
	look = desk_look(&d);
	TRY(filing_draft(c, d.node, d.terms, d.shelf, &look, &h, &q, &f, &sheet));
	TRY(sheet_missing(c, sheet, &missing, &n));
	if (d.json) {
		struct json_out o = json_out_on(&d.out);

		json_filing(&o, "renkei.report/1", &f, h.num);
		json_missing(&o, missing, n);
		jo_end_object(&o);
		buf_putc(&d.out, '\n');
		return desk_close(&d);
	}
	buf_putf(&d.out, "%s %" S_FMT "/%lld  %" S_FMT "（%s）\n", desk_say(&d, "報告書の下書き", "Draft"), S_ARG(h.num),
	         (long long)f.num, S_ARG(sheet_head(sheet).title), desk_kind(&d, f.kind));
	say_missing(&d, missing, n);
	return desk_close(&d);
}

/* ---- show, list ---- */

struct showing { struct desk *d; slice sheet; };

static void show_line(void *p, slice sheet, slice code, slice label, slice text, bool missing)
{
	struct showing *s = p;
	struct desk *d = s->d;

	if (!slice_eq(sheet, s->sheet)) {
		buf_putf(&d->out, "\n%" S_FMT "\n", S_ARG(sheet));
		s->sheet = sheet;
	}
	buf_putc(&d->out, missing ? '!' : ' ');
	buf_put_cell(&d->out, code, 8);
	buf_put_cell(&d->out, label, 34);
	buf_putc(&d->out, ' ');
	if (text.len > 0)
		buf_put_wrapped(&d->out, text, 44, 64);
	else
		buf_putz(&d->out, missing ? desk_say(d, "（足りない）", "(missing)") : "");
	buf_putc(&d->out, '\n');
}

static rc open_filing(struct desk *d, slice ref, struct filing *f, struct sheet **ret)
{
	struct look look = desk_look(d);

	TRY(filing_find(d->c, d->st, ref, f));
	return filing_open(d->c, d->node, d->shelf, &look, f, ret);
}

static const char *state_word(const struct desk *d, enum filing_state s)
{
	static const char *const ja[FILING_STATES] = {
		[FILING_DRAFT] = "下書き", [FILING_SUBMITTED] = "提出済み", [FILING_REPLACED] = "差し替え",
	};

	return d->ja ? ja[s] : filing_state_words[s];
}

static rc run_show(struct ctx *c, const struct call *in, struct answer *out)
{
	struct showing s = { 0 };
	AUTO_DESK d = { 0 };
	struct sheet *sheet;
	struct filing f;

	TRY(desk_open(c, in, out, DESK_ACTOR | DESK_PACKS, &d));
	TRY(open_filing(&d, slice_of(in->args[0]), &f, &sheet));
	if (d.json) {
		TRY(sheet_put_json(c, sheet, &d.out));
		buf_putc(&d.out, '\n');
		return desk_close(&d);
	}
	buf_putf(&d.out, "%" S_FMT "（%s） %s  %s %" S_FMT "\n", S_ARG(sheet_head(sheet).title), desk_kind(&d, f.kind),
	         state_word(&d, f.state),
	         desk_say(&d, "様式の版", "form version"), S_ARG(f.form_version));
	s.d = &d;
	TRY(sheet_each(c, sheet, show_line, &s));
	return desk_close(&d);
}

static rc run_list(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	struct case_head h;
	struct filing *v;
	size_t n;

	TRY(desk_open(c, in, out, 0, &d));
	TRY(case_find(c, d.st, slice_of(in->args[0]), &h));
	TRY(filing_list(c, d.st, h.id, &v, &n));
	for (size_t i = 0; i < n; i++) {
		struct json_out o = json_out_on(&d.out);

		if (d.json) {
			json_filing(&o, "renkei.report/1", &v[i], h.num);
			jo_end_object(&o);
			buf_putc(&d.out, '\n');
			continue;
		}
		buf_putf(&d.out, "%" S_FMT "/%-3lld ", S_ARG(h.num), (long long)v[i].num);
		buf_put_cell(&d.out, v[i].form, 5);
		buf_put_cell(&d.out, slice_of(desk_kind(&d, v[i].kind)), 13);
		buf_put_cell(&d.out, slice_of(state_word(&d, v[i].state)), 11);
		desk_put_when(&d, (struct when){ v[i].state == FILING_SUBMITTED ? v[i].submitted : v[i].drafted, false });
		buf_putc(&d.out, '\n');
	}
	if (n == 0 && !d.json)
		buf_putf(&d.out, "%s\n", desk_say(&d, "報告書はまだありません。", "There are no reports yet."));
	return desk_close(&d);
}

/* ---- approve, submit ---- */

static rc run_approve(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	struct filing f;
	int64_t seq;

	TRY(desk_open(c, in, out, DESK_ACTOR | DESK_PACKS, &d));
	TRY(filing_find(c, d.st, slice_of(in->args[0]), &f));
	if (f.state != FILING_DRAFT)
		return FAIL(c, E_CONFLICT, "filing.not_draft");
	TRY(approval_give(c, d.node, &d.actor, S("report.submit"), f.case_id, f.seq, &seq));
	buf_putf(&d.out, "%s %" S_FMT "%s\n", desk_say(&d, "報告書", "Report"), S_ARG(slice_of(in->args[0])),
	         desk_say(&d, "を承認しました。", " is approved."));
	return desk_close(&d);
}

static rc run_submit(struct ctx *c, const struct call *in, struct answer *out)
{
	struct submission s = { .on = { c->now, false } };
	AUTO_DESK d = { 0 };
	struct filing f;
	bool given, discharged;
	int64_t *approvals;

	TRY(desk_open(c, in, out, DESK_ACTOR | DESK_PACKS, &d));
	TRY(filing_find(c, d.st, slice_of(in->args[0]), &f));
	TRY(desk_when(&d, "on", &s.on, &given));
	s.receipt = desk_option(&d, "receipt");
	s.channel = desk_option(&d, "channel");
	s.note = desk_option(&d, "note");
	s.incomplete = call_has(in, "incomplete");
	s.emergency = call_has(in, "emergency");
	TRY(approval_list(c, d.st, f.case_id, S("report.submit"), f.seq, &approvals, &s.napprovals));
	s.approvals = approvals;
	TRY(filing_submit(c, d.node, d.terms, &d.actor, &f, &s, &discharged));
	if (d.json) {
		struct json_out o = json_out_on(&d.out);

		f.state = FILING_SUBMITTED;
		f.submitted = s.on.at;
		json_filing(&o, "renkei.report.submitted/1", &f, case_num(&d, f.case_id));
		jo_kv_bool(&o, "duty_done", discharged);
		jo_end_object(&o);
		buf_putc(&d.out, '\n');
		return desk_close(&d);
	}
	buf_putf(&d.out, "%s %" S_FMT "（%s）%s%s\n", desk_say(&d, "報告書", "Report"), S_ARG(slice_of(in->args[0])),
	         desk_kind(&d, f.kind), desk_say(&d, "を提出済みと記録しました。", " is submitted."),
	         discharged ? desk_say(&d, "義務も済みました。", " Its duty is done.") : "");
	return desk_close(&d);
}

/* ---- diff ---- */

static rc previous_of(struct desk *d, const struct filing *f, struct filing *ret)
{
	if (d->in->nargs > 1)
		return filing_find(d->c, d->st, slice_of(d->in->args[1]), ret);
	if (f->previous.len == 0)
		return FAIL(d->c, E_NOTFOUND, "filing.no_previous");
	return filing_find(d->c, d->st, f->previous, ret);
}

static void put_change(struct desk *d, const struct sheet_change *ch)
{
	buf_putc(&d->out, ch->kind);
	buf_putf(&d->out, " %" S_FMT " %" S_FMT "\n", S_ARG(ch->code), S_ARG(ch->ja));
	if (ch->before.len > 0) {
		buf_putz(&d->out, desk_say(d, "    前：", "    was: "));
		buf_put_wrapped(&d->out, ch->before, 8, 90);
		buf_putc(&d->out, '\n');
	}
	if (ch->after.len > 0) {
		buf_putz(&d->out, desk_say(d, "    今：", "    now: "));
		buf_put_wrapped(&d->out, ch->after, 8, 90);
		buf_putc(&d->out, '\n');
	}
}

static void json_change(struct desk *d, const struct sheet_change *ch)
{
	struct json_out o = json_out_on(&d->out);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.report.change/1"));
	jo_kv_text(&o, "code", ch->code);
	jo_kv_text(&o, "label", ch->ja);
	jo_kv_text(&o, "change", ch->kind == '+' ? S("added") : ch->kind == '-' ? S("removed") : S("changed"));
	jo_kv_text(&o, "before", ch->before);
	jo_kv_text(&o, "after", ch->after);
	jo_end_object(&o);
	buf_putc(&d->out, '\n');
}

static rc run_diff(struct ctx *c, const struct call *in, struct answer *out)
{
	struct sheet *before, *now;
	struct sheet_change *v;
	AUTO_DESK d = { 0 };
	struct filing f, old;
	size_t n;

	TRY(desk_open(c, in, out, DESK_ACTOR | DESK_PACKS, &d));
	TRY(open_filing(&d, slice_of(in->args[0]), &f, &now));
	TRY(previous_of(&d, &f, &old));
	TRY(open_filing(&d, old.id, &old, &before));
	TRY(sheet_diff(c, before, now, &v, &n));
	for (size_t i = 0; i < n; i++) {
		if (d.json)
			json_change(&d, &v[i]);
		else
			put_change(&d, &v[i]);
	}
	if (n == 0 && !d.json)
		buf_putf(&d.out, "%s\n", desk_say(&d, "前回から変わったところはありません。", "Nothing changed since the previous one."));
	return desk_close(&d);
}

/* ---- print ---- */

static rc write_file(struct desk *d, const char *option, slice bytes)
{
	const char *path = call_value(d->in, option);

	TRY(file_replace(d->c, path, bytes, 0600));
	if (!d->json)
		buf_putf(&d->out, "%s\n", path);
	return OK;
}

static rc print_all(struct desk *d, struct sheet *sheet)
{
	slice bytes, blank;
	struct buf b;

	if (call_has(d->in, "pdf")) {
		TRY(sheet_pdf(d->c, sheet, &bytes));
		TRY(write_file(d, "pdf", bytes));
	}
	if (call_has(d->in, "xlsx")) {
		TRY(sheet_xlsx(d->c, sheet, &bytes));
		TRY(write_file(d, "xlsx", bytes));
	}
	if (call_has(d->in, "blank")) {
		TRY(file_read(d->c, call_value(d->in, "blank"), LIMIT_BLANK, &blank));
		TRY(sheet_blank(d->c, d->shelf, sheet, call_value(d->in, "map"), blank, &bytes));
		TRY(write_file(d, "filled", bytes));
	}
	if (call_has(d->in, "out")) {
		buf_init(&b, d->c->a, LIMIT_DOCUMENT);
		TRY(sheet_put_json(d->c, sheet, &b));
		buf_putc(&b, '\n');
		TRY(buf_done(d->c, &b, &bytes));
		TRY(write_file(d, "out", bytes));
	}
	return OK;
}

static rc run_print(struct ctx *c, const struct call *in, struct answer *out)
{
	struct sheet *sheet, *before;
	AUTO_DESK d = { 0 };
	struct filing f, old;

	TRY(desk_open(c, in, out, DESK_ACTOR | DESK_PACKS, &d));
	if (!call_has(in, "pdf") && !call_has(in, "xlsx") && !call_has(in, "out") && !call_has(in, "blank"))
		return FAIL(c, E_INVALID, "filing.format");
	if (call_has(in, "blank") != (call_has(in, "map") && call_has(in, "filled")))
		return FAIL(c, E_INVALID, "filing.blank_options");
	TRY(open_filing(&d, slice_of(in->args[0]), &f, &sheet));
	if (call_has(in, "for-nco")) {
		TRY(sheet_for_nco(c, sheet, &sheet));
	} else if (f.previous.len > 0 && !call_has(in, "no-changes")) {
		TRY(open_filing(&d, f.previous, &old, &before));
		TRY(sheet_mark_changes(c, before, sheet));
	}
	TRY(print_all(&d, sheet));
	return desk_close(&d);
}

static const struct option_spec draft_options[] = {
	{ "duty", "DUTY", "The duty that the report serves; it gives form, kind and addressee." },
	{ "form", "FORM", "Another form than the duty's first: PV, PB, MN, RW, PO, SN, PU …" },
	{ "kind", "WORD", "preliminary, follow_up, final, other (default: the duty's)." },
	{ "to", "TEXT", "Addressee as printed (default: the duty's)." },
	DESK_OPTIONS,
	{ 0 },
};

static const struct option_spec submit_options[] = {
	{ "on", "TIME", "When it was submitted (default: now); not in the future." },
	{ "receipt", "TEXT", "Receipt number; sealed." },
	{ "channel", "TEXT", "How it went: web form, mail, counter …; sealed." },
	{ "note", "TEXT", "Anything else; sealed." },
	{ "incomplete", NULL, "Submit a final report with fields missing; the rest follows later." },
	{ "emergency", NULL, "Nobody can be reached who would approve: it goes flagged, and somebody else reviews it." },
	DESK_OPTIONS,
	{ 0 },
};

static const struct option_spec print_options[] = {
	{ "pdf", "FILE", "Write a PDF." },
	{ "xlsx", "FILE", "Write a workbook." },
	{ "out", "FILE", "Write JSON." },
	{ "blank", "FILE", "Fill an agency's own blank workbook; needs --map and --filled." },
	{ "map", "FILE", "Cell map of the blank." },
	{ "filled", "FILE", "Where the filled blank goes." },
	{ "for-nco", NULL, "Leave out what may not be shared with the National Cybersecurity Office." },
	{ "no-changes", NULL, "Without the list of what changed since the previous report." },
	DESK_OPTIONS,
	{ 0 },
};

static const struct option_spec plain_options[] = {
	DESK_OPTIONS,
	{ 0 },
};

const struct command cmd_report[] = {
	{ "report", "draft", "CASE", 1, 1, "Draft a report from what is known, and list what is missing", draft_options, run_draft },
	{ "report", "list", "CASE", 1, 1, "List the reports of a case", plain_options, run_list },
	{ "report", "show", "REPORT", 1, 1, "Show a report as it was made", plain_options, run_show },
	{ "report", "approve", "REPORT", 1, 1, "Approve a draft that somebody else made", plain_options, run_approve },
	{ "report", "submit", "REPORT", 1, 1, "Note that a report was submitted; its duty is done", submit_options, run_submit },
	{ "report", "diff", "REPORT [EARLIER]", 1, 2, "Show what changed since the previous report", plain_options, run_diff },
	{ "report", "print", "REPORT", 1, 1, "Write a report as PDF, workbook or JSON", print_options, run_print },
	{ 0 },
};
