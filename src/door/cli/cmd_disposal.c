/* Retention periods, holds, and the disposal of personal content. */
#include "base/calendar.h"
#include "base/file.h"
#include "base/json.h"
#include "base/parse.h"
#include "door/cli/commands.h"
#include "door/cli/desk.h"
#include "work/disposal/disposal.h"

#include "base/banned.h"

#define PAGE 200

static rc open_desk(struct ctx *c, const struct call *in, struct answer *out, unsigned needs, struct desk *d, struct retention *r)
{
	TRY(desk_open(c, in, out, needs, d));
	return retention_load(c, c->app->data, r);
}

static rc read_seq(struct desk *d, int64_t *ret)
{
	slice text = slice_of(d->in->args[0]);

	if (slice_starts(text, S("#")))
		text = slice_sub(text, 1, text.len);
	return parse_i64(d->c, text, 0, INT64_MAX - 1, ret);
}

static const char *state_word(const struct desk *d, enum disposal_state s)
{
	static const char *const ja[DISPOSAL_STATES] = { "伺い中", "承認済み", "命令済み（未実施）", "廃棄済み" };
	static const char *const en[DISPOSAL_STATES] = { "proposed", "approved", "ordered", "done" };

	return d->ja ? ja[s] : en[s];
}

/* ---- due ---- */

static rc put_due(struct desk *d, const struct case_head *h, jday end, const struct period *p)
{
	struct json_out o = json_out_on(&d->out);
	int64_t hold;

	TRY(hold_of(d->c, d->st, h->id, &hold));
	if (d->json) {
		jo_object(&o);
		jo_kv_text(&o, "schema", S("renkei.disposal.due/1"));
		jo_kv_text(&o, "case", h->num);
		jo_kv_text(&o, "rule", p->id);
		desk_json_day(&o, "since", true, end);
		jo_kv_bool(&o, "hold", hold >= 0);
		jo_end_object(&o);
		buf_putc(&d->out, '\n');
		return OK;
	}
	buf_putf(&d->out, "%" S_FMT "  ", S_ARG(h->num));
	desk_put_day(d, end);
	buf_putf(&d->out, "%s%s\n", desk_say(d, " から廃棄できます", " onwards"), hold >= 0 ? desk_say(d, "（廃棄停止中）", " (on hold)") : "");
	return OK;
}

static rc run_due(struct ctx *c, const struct call *in, struct answer *out)
{
	struct case_head *v, last;
	const struct period *p;
	struct retention r;
	AUTO_DESK d = { 0 };
	size_t n, count = 0;
	bool more = false;

	TRY(open_desk(c, in, out, 0, &d, &r));
	TRY(retention_find(c, &r, desk_option(&d, "rule"), &p));
	do {
		TRY(case_page(c, d.st, true, more ? &last : NULL, PAGE, &v, &n));
		for (size_t i = 0; i < n; i++) {
			jday end;

			last = v[i];
			TRY(retention_end(c, p, v[i].changed, &end));
			if (end > d.today)
				continue;
			count++;
			TRY(put_due(&d, &v[i], end, p));
		}
		more = true;
	} while (n == PAGE);
	if (count == 0 && !d.json)
		buf_putf(&d.out, "%s\n", desk_say(&d, "保存期間が終わった事案はありません。", "No case is due."));
	return desk_close(&d);
}

/* ---- propose, approve, carry out ---- */

static rc run_propose(struct ctx *c, const struct call *in, struct answer *out)
{
	struct proposal p = { 0 };
	struct retention r;
	AUTO_DESK d = { 0 };
	struct case_head h;
	int64_t seq;
	slice code;

	TRY(open_desk(c, in, out, DESK_ACTOR, &d, &r));
	TRY(case_find(c, d.st, slice_of(in->args[0]), &h));
	TRY(retention_find(c, &r, desk_option(&d, "rule"), &p.rule));
	p.actor = d.actor;
	p.person = desk_option(&d, "person");
	p.early = call_has(in, "early");
	code = desk_option(&d, "early");
	p.code = (struct words){ &code, code.len > 0 };
	TRY(disposal_propose(c, d.node, &h, &p, &seq));
	if (!desk_json_done(&d, "renkei.disposal.proposed/1", seq))
		buf_putf(&d.out, d.ja ? "廃棄を伺いました: #%lld。別の人が renkei disposal approve %lld で承認します。\n"
		                      : "Proposed as #%lld. Somebody else approves it: renkei disposal approve %lld\n", (long long)seq, (long long)seq);
	return desk_close(&d);
}

static rc run_approve(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	int64_t proposal, seq;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(read_seq(&d, &proposal));
	TRY(disposal_approve(c, d.node, &d.actor, proposal, &seq));
	if (!desk_json_done(&d, "renkei.disposal.approved/1", seq))
		buf_putf(&d.out, d.ja ? "承認しました: #%lld。実施は renkei disposal carry-out %lld です。取り消せません。\n"
		                      : "Approved as #%lld. To carry it out, for good: renkei disposal carry-out %lld\n", (long long)seq, (long long)proposal);
	return desk_close(&d);
}

static rc run_carry_out(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	int64_t proposal, done;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(read_seq(&d, &proposal));
	TRY(disposal_carry_out(c, d.node, &d.actor, proposal, &done));
	if (!desk_json_done(&d, "renkei.disposal.done/1", done))
		buf_putf(&d.out, d.ja ? "廃棄しました: #%lld。証明書は renkei disposal certificate %lld FILE.pdf で作れます。\n"
		                      : "Disposed of: #%lld. For the certificate: renkei disposal certificate %lld FILE.pdf\n", (long long)done, (long long)proposal);
	return desk_close(&d);
}

/* ---- holds ---- */

static rc run_hold(struct ctx *c, const struct call *in, struct answer *out)
{
	slice code;
	AUTO_DESK d = { 0 };
	struct case_head h;
	int64_t seq;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(case_find(c, d.st, slice_of(in->args[0]), &h));
	code = desk_option(&d, "code");
	TRY(hold_set(c, d.node, &d.actor, h.id, (struct words){ &code, code.len > 0 }, &seq));
	if (!desk_json_done(&d, "renkei.disposal.hold/1", seq))
		buf_putf(&d.out, d.ja ? "廃棄を止めました: #%lld\n" : "On hold: #%lld\n", (long long)seq);
	return desk_close(&d);
}

static rc run_release(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	struct case_head h;
	int64_t hold;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(case_find(c, d.st, slice_of(in->args[0]), &h));
	TRY(hold_of(c, d.st, h.id, &hold));
	if (hold < 0)
		return FAIL(c, E_NOTFOUND, "disposal.no_hold");
	TRY(hold_lift(c, d.node, &d.actor, h.id, hold));
	if (!desk_json_done(&d, "renkei.disposal.release/1", hold))
		buf_putf(&d.out, d.ja ? "廃棄の停止 #%lld を解きました。\n" : "The hold #%lld is lifted.\n", (long long)hold);
	return desk_close(&d);
}

/* ---- list, certificate ---- */

static rc list_one(struct ctx *c, const struct disposal *x, void *p)
{
	struct desk *d = p;
	struct case_head h;

	TRY(case_find(c, d->st, x->case_id, &h));
	if (d->json) {
		struct json_out o = json_out_on(&d->out);

		jo_object(&o);
		jo_kv_text(&o, "schema", S("renkei.disposal/1"));
		jo_kv_int(&o, "proposal", x->seq);
		jo_kv_text(&o, "case", h.num);
		jo_kv_text(&o, "rule", x->rule);
		jo_kv_int(&o, "keys", (int64_t)x->keys.n);
		jo_kv_int(&o, "items", x->items);
		jo_kv_text(&o, "proposer", x->proposer.id);
		jo_kv_text(&o, "approver", x->approver.id);
		jo_kv_bool(&o, "done", x->state == DISPOSAL_DONE);
		if (x->state == DISPOSAL_DONE)
			desk_json_msec(&o, "at", x->done);
		jo_end_object(&o);
		buf_putc(&d->out, '\n');
		return OK;
	}
	buf_putf(&d->out, "#%-6lld %" S_FMT "  %s  ", (long long)x->seq, S_ARG(h.num), state_word(d, x->state));
	desk_put_when(d, (struct when){ x->state == DISPOSAL_DONE ? x->done : x->proposed, false });
	buf_putf(&d->out, d->ja ? "  鍵%zu個・%lld件\n" : "  %zu keys, %lld items\n", x->keys.n, (long long)x->items);
	return OK;
}

static rc run_list(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };

	TRY(desk_open(c, in, out, 0, &d));
	TRY(disposal_each(c, d.node, list_one, &d));
	return desk_close(&d);
}

static rc run_certificate(struct ctx *c, const struct call *in, struct answer *out)
{
	struct retention r;
	AUTO_DESK d = { 0 };
	struct disposal x;
	int64_t proposal;
	slice pdf;

	TRY(open_desk(c, in, out, 0, &d, &r));
	TRY(read_seq(&d, &proposal));
	TRY(disposal_read(c, d.node, proposal, &x));
	TRY(disposal_certificate(c, d.node, &r, &x, &pdf));
	TRY(file_replace(c, in->args[1], pdf, 0600));
	return desk_close(&d);
}

#define O_RULE { "rule", "ID", "The retention period of retention/periods.yaml (default: the first one)." }

static const struct option_spec o_desk[] = { DESK_OPTIONS, { 0 } };
static const struct option_spec o_due[] = { O_RULE, DESK_OPTIONS, { 0 } };
static const struct option_spec o_propose[] = {
	{ "person", "ID", "Only what is sealed for this person." },
	{ "early", "CODE", "Before the period has ended, for this reason: a code such as request.of.person or recall." },
	O_RULE, DESK_OPTIONS, { 0 },
};
static const struct option_spec o_hold[] = { { "code", "CODE", "Why, as a code: dispute, inquiry, audit …" }, DESK_OPTIONS, { 0 } };

const struct command cmd_disposal[] = {
	{ "disposal", "approve", "PROPOSAL", 1, 1, "Approve a disposal that somebody else proposed", o_desk, run_approve },
	{ "disposal", "carry-out", "PROPOSAL", 1, 1, "Destroy the keys of an approved disposal, for good", o_desk, run_carry_out },
	{ "disposal", "certificate", "PROPOSAL FILE", 2, 2, "Write the certificate of a disposal as PDF", o_desk, run_certificate },
	{ "disposal", "due", "", 0, 0, "List closed cases whose retention period has ended", o_due, run_due },
	{ "disposal", "hold", "CASE", 1, 1, "Keep a case from being disposed of", o_hold, run_hold },
	{ "disposal", "list", "", 0, 0, "List proposed and carried out disposals", o_desk, run_list },
	{ "disposal", "propose", "CASE", 1, 1, "Propose the disposal of a case or of one person in it", o_propose, run_propose },
	{ "disposal", "release", "CASE", 1, 1, "Lift the hold on a case", o_desk, run_release },
	{ 0 },
};
