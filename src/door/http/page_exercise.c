/* The board of an exercise (訓練): who answered what, how quickly, and the points. */
#include "door/http/pages.h"
#include "door/http/together.h"

#include "work/thread/drill.h"

#include "base/banned.h"

static void put_player(struct visit *v, struct json_out *o, const struct drill_player *p, size_t place)
{
	jo_object(o);
	jo_kv_int(o, "place", (int64_t)place);
	jo_kv_text(o, "node", p->node);
	jo_kv_text(o, "title", node_title(v, p->node));
	jo_kv_int(o, "score", p->score);
	jo_kv_int(o, "points", p->points);
	jo_kv_int(o, "given", p->given);
	jo_kv_int(o, "answered", p->answered);
	jo_kv_int(o, "in_time", p->in_time);
	jo_kv_int(o, "scored", p->scored);
	jo_end_object(o);
}

static void put_turn(struct visit *v, struct json_out *o, const struct drill_turn *t)
{
	jo_object(o);
	jo_kv_int(o, "number", t->number);
	jo_kv_text(o, "thread", t->thread);
	jo_kv_text(o, "title", node_title(v, t->node));
	jo_kv_text(o, "inject", t->inject);
	jo_kv_text(o, "expected", t->expected);
	m_time(v, o, "at", t->at);
	jo_kv_bool(o, "given", t->given > 0);
	jo_kv_bool(o, "answered", t->answered > 0);
	jo_kv_int(o, "minutes", t->answered > t->at ? (t->answered - t->at) / 60000 : 0);
	jo_kv_bool(o, "in_time", t->in_time);
	jo_kv_int(o, "points", t->points);
	jo_kv_bool(o, "scored", t->score >= 0);
	jo_kv_int(o, "score", t->score >= 0 ? t->score : 0);
	jo_end_object(o);
}

rc page_exercise(struct visit *v, struct page *p)
{
	struct json_out *o = page_view(p, "exercise");
	struct exchange x = together(v);
	struct look look;
	struct drill_board b;
	struct case_head h;

	TRY(visit_case(v, &h));
	look = visit_look(v);
	TRY(drill_read(v->c, &x, &look, h.id, &b));
	TRY(m_case(v, o, &h));
	TRY(m_tabs(v, o, &h, "room"));
	jo_kv_bool(o, "for_exercises", node_is_exercise(v->n));
	jo_key(o, S("players"));
	jo_array(o);
	for (size_t i = 0; i < b.nplayers; i++)
		put_player(v, o, &b.players[i], i + 1);
	jo_end_array(o);
	jo_key(o, S("turns"));
	jo_array(o);
	for (size_t i = 0; i < b.nturns; i++)
		put_turn(v, o, &b.turns[i]);
	jo_end_array(o);
	return OK;
}
