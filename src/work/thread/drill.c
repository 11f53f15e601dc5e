/* Exercises: the script goes out as threads, the board is read off them. */
#include "work/thread/drill.h"

#include <stdlib.h>

#include "base/pack.h"
#include "base/parse.h"
#include "work/thread/thread_inside.h"

#include "base/banned.h"

#define KIND S("exercise")

/* ---- the script ---- */

static rc read_to(struct ctx *c, const struct pack *v, const struct gate *g, uint64_t *ret)
{
	uint32_t n;
	slice *words;

	*ret = 0;
	TRY(pack_texts(c, v, "to", &words, &n));
	for (uint32_t i = 0; i < n; i++) {
		int32_t cls = gate_recipient_find(g, words[i]);

		if (cls < 0)
			return PACK_FAIL(c, v, "gate.word");
		*ret |= BIT(cls);
	}
	return OK;
}

rc drill_load(struct ctx *c, const char *path, const struct gate *g, struct drill *ret)
{
	static const char *const keys[] = { "exercise", "ja", "en", "injects", NULL };
	static const char *const of_inject[] = { "at", "within", "points", "to", "inject", "expected", NULL };
	const struct pack *root, *list;
	struct drill d = { 0 };

	TRY(pack_read(c, path, &root));
	TRY(pack_is(c, root, PACK_MAP));
	TRY(pack_keys(c, root, keys));
	TRY(pack_text(c, root, "exercise", &d.id));
	TRY(pack_text(c, root, "ja", &d.ja));
	TRY(pack_text(c, root, "en", &d.en));
	TRY(pack_need(c, root, "injects", &list));
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, d.v, DRILL_INJECTS_MOST);
	for PACK_EACH(v, list) {
		struct inject *x = &d.v[d.n];

		TRY(pack_keys(c, v, of_inject));
		if (d.n == DRILL_INJECTS_MOST)
			return PACK_FAIL(c, v, "gate.many");
		TRY(pack_int(c, v, "at", 0, 100000, &x->at));
		TRY(pack_int(c, v, "within", 1, 100000, &x->within));
		TRY(pack_int(c, v, "points", 0, 1000, &x->points));
		TRY(pack_text(c, v, "inject", &x->text));
		TRY(pack_text(c, v, "expected", &x->expected));
		TRY(read_to(c, v, g, &x->to));
		d.n++;
	}
	*ret = d;
	return OK;
}

/* ---- starting ---- */

/* `own` stays here: what is expected, and what it is worth. */
static rc inject_content(struct ctx *c, const struct drill *d, size_t i, slice *ret)
{
	const struct inject *v = &d->v[i];
	struct json_out o;
	struct buf b;

	buf_init(&b, c->a, 32768);
	o = json_out_on(&b);
	jo_object(&o);
	jo_key(&o, S("fields"));
	jo_object(&o);
	jo_kv_text(&o, "inject", v->text);
	jo_end_object(&o);
	jo_key(&o, S("own"));
	jo_object(&o);
	jo_kv_text(&o, "exercise", d->id);
	jo_kv_text(&o, "expected", v->expected);
	jo_kv_int(&o, "number", (int64_t)i + 1);
	jo_kv_int(&o, "points", v->points);
	jo_kv_int(&o, "within", v->within);
	jo_end_object(&o);
	jo_end_object(&o);
	return buf_keep(c, &b, ret);
}

static rc give(struct ctx *c, const struct exchange *x, const struct actor *who, const struct actor *by, const struct drill *d, size_t i,
               slice home, slice player, msec start)
{
	static const slice code[] = { S_INIT("casework") };
	const struct look look = { .actor = *by, .code = { code, 1 } };
	struct request q = { .kind = KIND, .home = home, .step = S("open"), .parties = &player, .nparties = 1 };
	struct draft draft;
	slice thread;

	q.after = start + d->v[i].at * 60000;
	q.due = q.after + d->v[i].within * 60000;
	if (q.after <= c->now)
		q.after = 0;
	TRY(inject_content(c, d, i, &q.content));
	TRY(thread_prepare(c, x, who, &q, &draft));
	TRY(thread_draft_open(c, x, &look, draft.id, &draft));
	return thread_send(c, x, by, &draft, &thread);
}

rc drill_start(struct ctx *c, const struct exchange *x, const struct actor *who, const struct actor *by, const struct drill *d, slice home,
               const slice *players, size_t n, msec start, size_t *ret_n)
{
	*ret_n = 0;
	if (!node_is_exercise(x->n))
		return FAIL(c, E_DENIED, "thread.drill");
	if (slice_eq(who->id, by->id))
		return FAIL(c, E_DENIED, "thread.self");
	for (size_t i = 0; i < d->n; i++)
		for (size_t p = 0; p < n; p++) {
			struct partner partner;
			int32_t cls;

			TRY(partner_find(c, node_store(x->n), players[p], &partner));
			cls = gate_recipient_find(x->g, partner.cls);
			if (d->v[i].to != 0 && (cls < 0 || !(d->v[i].to & BIT(cls))))
				continue;
			TRY(give(c, x, who, by, d, i, home, partner.node, start));
			(*ret_n)++;
		}
	return OK;
}

/* ---- the board ---- */

static int64_t int_in(const struct json *o, const char *name)
{
	const struct json *v = json_get(o, slice_of(name));

	return v && v->type == JSON_INT ? v->num : 0;
}

/* Points as a number, however they were written; -1 when it is none. */
static int64_t points_of(struct ctx *c, const struct json *v)
{
	int64_t n;

	if (v && v->type == JSON_INT)
		return v->num;
	if (!v || parse_i64(c, slice_trim(json_text(v)), 0, 1000000, &n) != OK) {
		fault_clear(c);
		return -1;
	}
	return n;
}

static rc turn_of(struct ctx *c, const struct exchange *x, const struct look *look, const struct thread *t, slice node,
                  struct drill_turn *ret)
{
	const struct json **bodies, *own;
	struct thread_event *e;
	struct sent *sent;
	size_t n, ns;

	*ret = (struct drill_turn){ .thread = t->id, .node = node, .score = -1, .at = t->opened };
	TRY(thread_events(c, node_store(x->n), t->id, &e, &n));
	TRY_ARRAY(c, bodies, n + 1);
	TRY(thread_contents(c, x, look, e, n, bodies));
	own = n > 0 && bodies[0] ? json_get(json_get(bodies[0], S("content")), S("own")) : NULL;
	ret->number = int_in(own, "number");
	ret->points = int_in(own, "points");
	ret->expected = json_text(json_get(own, S("expected")));
	if (n > 0 && bodies[0])
		ret->inject = json_text(json_get(json_get(json_get(bodies[0], S("content")), S("fields")), S("inject")));
	TRY(outbox_of(c, node_store(x->n), t->id, S_NONE, &sent, &ns));
	for (size_t i = 0; i < ns && ret->given == 0; i++)
		if (slice_eq(sent[i].peer, node)) {
			ret->at = sent[i].after > ret->at ? sent[i].after : ret->at;
			ret->given = slice_is(sent[i].state, "accepted") ? (sent[i].received_at > ret->at ? sent[i].received_at : ret->at) : 0;
		}
	for (size_t i = 0; i < n; i++) {
		if (slice_is(e[i].step, "answer") && slice_eq(e[i].node, node) && ret->answered == 0)
			ret->answered = e[i].at;   /* the first one counts */
		if (slice_is(e[i].step, "score") && bodies[i])
			ret->score = points_of(c, json_get(json_get(json_get(bodies[i], S("content")), S("fields")), S("score")));
	}
	ret->in_time = ret->answered > 0 && (own ? ret->answered - ret->at <= int_in(own, "within") * 60000 : true);
	return OK;
}

static rc add_turn(struct ctx *c, struct drill_board *b, size_t *room, const struct drill_turn *t)
{
	struct drill_player *p = NULL;

	for (size_t i = 0; i < b->nplayers && !p; i++)
		if (slice_eq(b->players[i].node, t->node))
			p = &b->players[i];
	if (!p) {
		TRY_ROOM(c, b->players, b->nplayers, *room, 16);
		p = &b->players[b->nplayers++];
		*p = (struct drill_player){ .node = t->node };
	}
	p->given += t->given > 0;
	p->answered += t->answered > 0;
	p->in_time += t->in_time;
	p->spent += t->answered > t->at ? t->answered - t->at : 0;
	p->points += t->given > 0 ? t->points : 0;
	if (t->score >= 0) {
		p->scored++;
		p->score += t->score;
	}
	return OK;
}

/* More points first, then the quicker. */
static int by_score(const void *x, const void *y)
{
	const struct drill_player *a = x, *b = y;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	if (a->answered != b->answered)
		return a->answered > b->answered ? -1 : 1;
	if (a->spent != b->spent)
		return a->spent < b->spent ? -1 : 1;
	return slice_cmp(a->node, b->node);
}

static int by_number(const void *x, const void *y)
{
	const struct drill_turn *a = x, *b = y;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return slice_cmp(a->node, b->node);
}

rc drill_read(struct ctx *c, const struct exchange *x, const struct look *look, slice home, struct drill_board *ret)
{
	size_t nt, np, room = 0, players = 0;
	struct drill_board b = { 0 };
	struct thread_party *party;
	struct thread *t;

	TRY(thread_list(c, node_store(x->n), home, true, 5000, &t, &nt));
	for (size_t i = 0; i < nt; i++) {
		if (!slice_eq(t[i].kind, KIND) || !t[i].ours)
			continue;
		TRY(thread_parties(c, node_store(x->n), t[i].id, &party, &np));
		for (size_t p = 0; p < np; p++) {
			TRY_ROOM(c, b.turns, b.nturns, room, 64);
			TRY(turn_of(c, x, look, &t[i], party[p].node, &b.turns[b.nturns]));
			TRY(add_turn(c, &b, &players, &b.turns[b.nturns++]));
		}
	}
	if (b.nplayers > 1)
		qsort(b.players, b.nplayers, sizeof b.players[0], by_score);
	if (b.nturns > 1)
		qsort(b.turns, b.nturns, sizeof b.turns[0], by_number);
	*ret = b;
	return OK;
}
