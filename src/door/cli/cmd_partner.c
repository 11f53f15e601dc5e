#include "base/file.h"
#include "base/limits.h"
#include "base/parse.h"
#include "base/width.h"
#include "core/gate/gate.h"
#include "door/cli/commands.h"
#include "door/cli/desk.h"
#include "work/partner/partner.h"

#include "base/banned.h"

static rc read_card(struct desk *d, const char *path, struct card *ret)
{
	slice text;

	TRY(file_read(d->c, path, 65536, &text));
	return exchange_card_read(d->c, text, ret);
}

static rc check_class(struct desk *d, slice cls)
{
	const struct gate *g;

	TRY(gate_load(d->c, d->in->app->data, &g));
	return gate_recipient_find(g, cls) >= 0 ? OK : FAIL(d->c, E_INVALID, "partner.class");
}

static rc append_one(struct desk *d, const struct act *act)
{
	int64_t seq;

	return node_append(d->c, d->node, act, &seq);
}

/* ---- add, key ---- */

static rc run_add(struct ctx *c, const struct call *in, struct answer *out)
{
	struct act acts[GENERATIONS_MOST + 3];
	struct new_partner x = { 0 };
	struct partner p = { 0 };
	AUTO_DESK d = { 0 };
	struct card card;
	int64_t seq;
	size_t n;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(read_card(&d, in->args[0], &card));
	x.cls = desk_option(&d, "class");
	x.agency = desk_option(&d, "agency");
	x.exercise = node_is_exercise(d.node);   /* an exercise knows exercise partners only, and the other way round */
	TRY(check_class(&d, x.cls));
	TRY(partner_acts_add(c, &d.actor, &card, &x, acts, &n, &p.id));
	if (call_has(in, "name"))
		TRY(partner_act_person(c, &d.actor, &p, S("name"), 0, JDAY_LEAST, JDAY_MOST, desk_option(&d, "name"), &acts[n++]));
	if (call_has(in, "host")) {
		uint32_t port = 8443;

		TRY(call_u32(c, in, "port", 1, 65535, &port));
		TRY(partner_act_address(c, &d.actor, &p, desk_option(&d, "host"), port, 0, &acts[n++]));
	}
	TRY(node_append_all(c, d.node, acts, n, &seq));
	buf_putf(&d.out, "%.*s %.*s\n", S_ARG(p.id), S_ARG(card.node));
	return desk_close(&d);
}

static rc run_key(struct ctx *c, const struct call *in, struct answer *out)
{
	struct act acts[GENERATIONS_MOST];
	uint32_t days = 30;
	AUTO_DESK d = { 0 };
	struct partner p;
	struct card card;
	int64_t seq;
	size_t n;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(partner_find(c, d.st, slice_of(in->args[0]), &p));
	TRY(read_card(&d, in->args[1], &card));
	TRY(call_u32(c, in, "overlap", 0, 365, &days));
	TRY(partner_acts_roll(c, &d.actor, &p, &card, (msec)days * DAY_MSEC, acts, &n));
	TRY(node_append_all(c, d.node, acts, n, &seq));
	buf_putf(&d.out, "%.*s %.*s\n", S_ARG(p.node), S_ARG(card.keys[card.n - 1].id));
	return desk_close(&d);
}

/* ---- address, person, end ---- */

static rc run_address(struct ctx *c, const struct call *in, struct answer *out)
{
	struct when from = { c->now, false };
	AUTO_DESK d = { 0 };
	struct partner p;
	struct act act;
	uint32_t port;
	bool given;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(partner_find(c, d.st, slice_of(in->args[0]), &p));
	TRY(parse_u32(c, slice_of(in->args[2]), 1, 65535, &port));
	TRY(desk_when(&d, "from", &from, &given));
	TRY(partner_act_address(c, &d.actor, &p, slice_of(in->args[1]), port, from.at, &act));
	TRY(append_one(&d, &act));
	return desk_close(&d);
}

static rc run_note(struct ctx *c, const struct call *in, struct answer *out)
{
	jday from = JDAY_LEAST, to = JDAY_MOST;
	uint32_t place = 1;
	AUTO_DESK d = { 0 };
	struct partner p;
	struct act act;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(partner_find(c, d.st, slice_of(in->args[0]), &p));
	TRY(call_u32(c, in, "place", 1, 99, &place));
	TRY(desk_day(&d, "from", &from));
	TRY(desk_day(&d, "to", &to));
	TRY(partner_act_person(c, &d.actor, &p, slice_of(in->args[1]), place, from, to, slice_of(in->args[2]), &act));
	TRY(append_one(&d, &act));
	return desk_close(&d);
}

static rc run_end(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	struct partner p;
	struct act act;

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	TRY(partner_find(c, d.st, slice_of(in->args[0]), &p));
	TRY(partner_act_end(c, &d.actor, &p, &act));
	TRY(append_one(&d, &act));
	return desk_close(&d);
}

/* ---- list, show ---- */

static void json_partner(struct desk *d, const struct partner *p, jday day)
{
	struct json_out o = json_out_on(&d->out);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.partner/1"));
	jo_kv_text(&o, "id", p->id);
	jo_kv_text(&o, "node", p->node);
	jo_kv_text(&o, "class", p->cls);
	jo_kv_text(&o, "agency", p->agency);
	jo_kv_text(&o, "name", partner_title(d->law, p, day, d->ja));
	jo_kv_bool(&o, "exercise", p->exercise);
	jo_kv_bool(&o, "ended", p->ended);
	jo_end_object(&o);
	buf_putc(&d->out, '\n');
}

/* The class in words, as the gate has it. */
static slice class_label(const struct desk *d, const struct gate *g, slice cls)
{
	int32_t i = gate_recipient_find(g, cls);

	return i < 0 || !d->ja ? cls : gate_recipient_at(g, (uint32_t)i)->ja;
}

static void put_row(struct desk *d, const struct gate *g, const struct partner *p, slice title)
{
	buf_put_cell(&d->out, p->node, 28);
	buf_putc(&d->out, ' ');
	buf_put_cell(&d->out, class_label(d, g, p->cls), 14);
	buf_putf(&d->out, " %" S_FMT "%s\n", S_ARG(title), p->ended ? desk_say(d, "（終了）", " (ended)") : "");
}

static rc run_list(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_DESK d = { 0 };
	struct partner *v;
	const struct gate *g;
	slice after = S_NONE;
	size_t n;
	jday day;

	TRY(desk_open(c, in, out, DESK_PACKS, &d));
	TRY(gate_load(c, in->app->data, &g));
	day = d.today;
	TRY(desk_day(&d, "on", &day));
	do {
		TRY(partner_page(c, d.st, after, 500, &v, &n));
		for (size_t i = 0; i < n; i++) {
			slice title = partner_title(d.law, &v[i], day, d.ja);

			if (d.json)
				json_partner(&d, &v[i], day);
			else
				put_row(&d, g, &v[i], title);
			after = v[i].node;
		}
	} while (n == 500);
	return desk_close(&d);
}

static slice person_label(const struct desk *d, slice what)
{
	static const char *const ja[][2] = { { "name", "名称" }, { "contact", "窓口" }, { "deputy", "代理" }, { "duty", "当番" } };

	for (size_t i = 0; d->ja && i < sizeof ja / sizeof *ja; i++)
		if (slice_is(what, ja[i][0]))
			return slice_of(ja[i][1]);
	return what;
}

static rc put_persons(struct desk *d, const struct partner *p, jday day)
{
	struct look look = desk_look(d);
	struct partner_person *v;
	size_t n;

	TRY(partner_persons(d->c, d->st, p->id, &v, &n));
	if (n == 0 || !desk_may_look(d))
		return OK;
	TRY(partner_persons_open(d->c, d->node, &look, p->id, v, n));
	for (size_t i = 0; i < n; i++) {
		if (day < v[i].from || day > v[i].to)
			continue;
		buf_putf(&d->out, "%.*s %lld: %.*s\n", S_ARG(person_label(d, v[i].what)), (long long)v[i].place,
		         S_ARG(v[i].gone ? slice_of(desk_say(d, "廃棄済み", "shredded")) : v[i].text));
	}
	return OK;
}

static rc put_keys(struct desk *d, const struct partner *p)
{
	struct partner_key *v;
	size_t n;

	TRY(partner_keys(d->c, d->st, p->id, &v, &n));
	for (size_t i = 0; i < n; i++) {
		buf_putf(&d->out, "%s %.*s  %.*s", desk_say(d, "鍵", "key"), S_ARG(v[i].id), S_ARG(v[i].tls));
		if (v[i].to != PARTNER_FOREVER) {
			buf_putz(&d->out, desk_say(d, "  終わり ", "  until "));
			msec_put(&d->out, v[i].to);
		}
		buf_putc(&d->out, '\n');
	}
	return OK;
}

static rc run_show(struct ctx *c, const struct call *in, struct answer *out)
{
	const struct gate *g;
	AUTO_DESK d = { 0 };
	struct partner p;
	slice host, title;
	int64_t port;
	jday day;

	TRY(desk_open(c, in, out, DESK_PACKS, &d));
	TRY(gate_load(c, in->app->data, &g));
	day = d.today;
	TRY(desk_day(&d, "on", &day));
	TRY(partner_find(c, d.st, slice_of(in->args[0]), &p));
	if (d.json) {
		json_partner(&d, &p, day);
		return desk_close(&d);
	}
	title = partner_title(d.law, &p, day, d.ja);
	buf_putf(&d.out, "%.*s  %.*s  %.*s\n", S_ARG(title), S_ARG(p.node), S_ARG(class_label(&d, g, p.cls)));
	if (partner_address(c, d.st, p.id, c->now, &host, &port) == OK)
		buf_putf(&d.out, "%s %.*s %lld\n", desk_say(&d, "接続先", "address"), S_ARG(host), (long long)port);
	else
		fault_clear(c);
	TRY(put_keys(&d, &p));
	TRY(put_persons(&d, &p, day));
	return desk_close(&d);
}

static const struct option_spec add_options[] = {
	{ "class", "CLASS", "Class of recipient, as `renkei gate rules` lists them: regulator, coordinator, police, advisor, principal, …" },
	{ "agency", "CODE", "Code in the agencies' list; its name then follows the list by date." },
	{ "name", "TEXT", "Name of an organisation that is not in the list; sealed." },
	{ "host", "HOST", "Where its node is reached." },
	{ "port", "N", "Port (default 8443)." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec key_options[] = {
	{ "overlap", "DAYS", "Days that the older keys stay good (default 30)." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec address_options[] = {
	{ "from", "TIME", "From when (default: now)." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec note_options[] = {
	{ "place", "N", "Order among several: who is asked first (default 1)." },
	{ "from", "DAY", "First day that it holds." },
	{ "to", "DAY", "Last day that it holds." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec show_options[] = {
	{ "on", "DAY", "Names and persons as of that day (default: today)." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec end_options[] = { DESK_OPTIONS, { 0 } };

const struct command cmd_partner[] = {
	{ "partner", "add", "CARD", 1, 1, "Take a node up as a partner, with the card that it handed over", add_options, run_add },
	{ "partner", "key", "PARTNER CARD", 2, 2, "Pin the keys of a new card; older ones end after an overlap", key_options, run_key },
	{ "partner", "address", "PARTNER HOST PORT", 3, 3, "Set where the partner's node is reached", address_options, run_address },
	{ "partner", "note", "PARTNER WHAT TEXT", 3, 3, "Note a name, contact, deputy or person on duty; sealed", note_options, run_note },
	{ "partner", "list", "", 0, 0, "List the partners", show_options, run_list },
	{ "partner", "show", "PARTNER", 1, 1, "Show a partner with keys, address and contacts", show_options, run_show },
	{ "partner", "end", "PARTNER", 1, 1, "End a partnership: nothing is sent or taken any more", end_options, run_end },
	{ 0 },
};
