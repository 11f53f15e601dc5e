/* Exercises (訓練): a script of injects to the players, and the board. */
#include <stdio.h>

#include "base/width.h"
#include "door/cli/commands.h"
#include "door/cli/counter.h"
#include "work/thread/drill.h"

#include "base/banned.h"

/* A name stands for the file of exercises/ beside the other packs; what has a slash or a dot is a path. */
static rc load(struct counter *k, const char *name, struct drill *ret)
{
	slice word = slice_of(name);
	char path[4096];

	if (slice_find(word, S("/"), 0) != SIZE_MAX || slice_find(word, S("."), 0) != SIZE_MAX)
		return drill_load(k->d.c, name, k->g, ret);
	(void)snprintf(path, sizeof path, "%s/exercises/%s.yaml", k->d.in->app->data, name);
	return drill_load(k->d.c, path, k->g, ret);
}

static rc run_start(struct ctx *c, const struct call *in, struct answer *out)
{
	slice players[PARTIES_MOST], list = slice_of(in->args[2]), one;
	AUTO_COUNTER k = { 0 };
	struct case_head h;
	size_t n = 0, given;
	struct actor by;
	struct drill d;
	struct when w;
	bool at;

	TRY(counter_open(c, in, out, DESK_ACTOR | COUNTER_KEYS, &k));
	TRY(case_find(c, k.d.st, slice_of(in->args[0]), &h));
	TRY(load(&k, in->args[1], &d));
	for (; slice_next(&list, ',', &one); n++) {
		if (n == PARTIES_MOST)
			return FAIL(c, E_LIMIT, "thread.parties");
		players[n] = one;
	}
	if (!call_has(in, "by"))
		return FAIL(c, E_DENIED, "act.approval");
	TRY(actor_parse(c, desk_option(&k.d, "by"), &by));
	TRY(desk_when(&k.d, "from", &w, &at));
	TRY(drill_start(c, &k.x, &k.d.actor, &by, &d, h.id, players, n, at ? w.at : c->now, &given));
	buf_putf(&k.d.out, k.d.ja ? "「%.*s」を始めます。状況付与 %zu 件\n" : "%.*s begins: %zu injects\n", S_ARG(k.d.ja ? d.ja : d.en), given);
	return counter_close(&k);
}

static void json_turn(struct desk *d, const struct drill_turn *t)
{
	struct json_out o = json_out_on(&d->out);

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.exercise.turn/1"));
	jo_kv_text(&o, "node", t->node);
	jo_kv_int(&o, "number", t->number);
	jo_kv_text(&o, "thread", t->thread);
	jo_kv_text(&o, "inject", t->inject);
	jo_kv_text(&o, "expected", t->expected);
	jo_kv_int(&o, "at", t->at);
	if (t->given > 0)
		jo_kv_int(&o, "given", t->given);
	if (t->answered > 0)
		jo_kv_int(&o, "answered", t->answered);
	jo_kv_bool(&o, "in_time", t->in_time);
	jo_kv_int(&o, "points", t->points);
	if (t->score >= 0)
		jo_kv_int(&o, "score", t->score);
	jo_kv_bool(&o, "exercise", true);
	jo_end_object(&o);
	buf_putc(&d->out, '\n');
}

static void put_turn(struct counter *k, const struct drill_turn *t)
{
	struct desk *d = &k->d;

	buf_putf(&d->out, "  %2lld  ", (long long)t->number);
	counter_put_time(d, t->at);
	buf_putf(&d->out, "  %.*s  ", S_ARG(t->node));
	if (t->answered > 0)
		buf_putf(&d->out, d->ja ? "%lld分で対応%s" : "answered in %lld min%s", (long long)((t->answered - t->at) / 60000),
		         t->in_time ? "" : desk_say(d, "（時間切れ）", " (late)"));
	else
		buf_putz(&d->out, t->given > 0 ? desk_say(d, "対応なし", "no answer") : desk_say(d, "これから", "to come"));
	if (t->score >= 0)
		buf_putf(&d->out, "  %lld/%lld", (long long)t->score, (long long)t->points);
	buf_putf(&d->out, "  %.*s\n", S_ARG(text_cut(t->inject, 60)));
}

static void put_board(struct counter *k, const struct drill_board *b)
{
	struct desk *d = &k->d;

	buf_putf(&d->out, "%s\n", desk_say(d, "【訓練】得点表", "EXERCISE: the board"));
	for (size_t i = 0; i < b->nplayers; i++) {
		const struct drill_player *p = &b->players[i];

		buf_putf(&d->out, d->ja ? "%2zu  %-24.*s %lld点 / %lld点  対応 %lld/%lld（時間内 %lld）  評価済み %lld\n" :
		         "%2zu  %-24.*s %lld of %lld points, answered %lld of %lld (%lld in time), scored %lld\n", i + 1, S_ARG(p->node),
		         (long long)p->score, (long long)p->points, (long long)p->answered, (long long)p->given, (long long)p->in_time,
		         (long long)p->scored);
	}
	for (size_t i = 0; i < b->nturns; i++)
		put_turn(k, &b->turns[i]);
}

static rc run_board(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_COUNTER k = { 0 };
	struct drill_board b;
	struct case_head h;
	struct look look;

	TRY(counter_open(c, in, out, DESK_ACTOR, &k));
	TRY(case_find(c, k.d.st, slice_of(in->args[0]), &h));
	look = desk_look(&k.d);
	TRY(drill_read(c, &k.x, &look, h.id, &b));
	for (size_t i = 0; k.d.json && i < b.nturns; i++)
		json_turn(&k.d, &b.turns[i]);
	if (!k.d.json)
		put_board(&k, &b);
	return counter_close(&k);
}

static const struct option_spec start_options[] = {
	{ "by", "ID:ROLE", "The second person, who approves all injects." },
	{ "from", "TIME", "When it begins (default: now)." },
	DESK_OPTIONS,
	{ 0 },
};
static const struct option_spec plain_options[] = { DESK_OPTIONS, { 0 } };

const struct command cmd_exercise[] = {
	{ "exercise", "start", "CASE SCRIPT NODE,…", 3, 3, "Give the injects of a script to the players, each at its time", start_options, run_start },
	{ "exercise", "board", "CASE", 1, 1, "Who answered what, how quickly, and the points", plain_options, run_board },
	{ 0 },
};
