#include "door/serve/posting.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/wire.h"
#include "door/exchange/exchange.h"
#include "door/http/http.h"
#include "door/serve/outbox.h"
#include "door/serve/settings.h"

#include "base/banned.h"

#define EVERY ((msec)60000)
#define LOOKED_AT 512u       /* waiting envelopes that are looked at */
#define AWAY_MOST 8u         /* parcels that `out` has at a time; one for each way */
#define PLACE_MOST 300u
#define ID_MOST 64u

/* A parcel that `out` has; made again from the record when its answer comes. */
struct away { uint64_t number; size_t n; char place[PLACE_MOST], env[PARCEL_MOST][ID_MOST]; };

struct posting {
	struct arena *a;             /* owned */
	struct exchange_keys keys;   /* owned */
	struct thread_kinds kinds;
	struct exchange x;
	msec next;
	struct away away[AWAY_MOST];
	size_t naway;
};

static rc read_all(struct ctx *c, struct node *n, const struct packs *packs, const struct settings *s, struct posting *p)
{
	const struct gate *g;

	TRY(exchange_keys_open(c, s->dir, &p->keys));
	TRY(gate_load(c, s->data, &g));
	TRY(thread_kinds_load(c, s->data, g, &p->kinds));
	p->x = (struct exchange){ .n = n, .g = g, .kinds = &p->kinds, .keys = &p->keys, .terms = packs->terms };
	return OK;
}

rc posting_open(struct ctx *c, struct node *n, const struct packs *packs, const struct settings *s, struct posting **ret)
{
	struct arena *a = arena_new(LIMIT_ARENA_COMMAND);
	struct ctx own = { .a = a, .now = c->now, .app = c->app };
	struct posting *p = a ? arena_alloc(a, 1, sizeof *p) : NULL;
	rc r;

	*ret = NULL;
	if (!p)
		return FAIL(c, E_NOMEM, "memory.limit");
	*p = (struct posting){ .a = a };
	r = read_all(&own, n, packs, s, p);
	if (r == OK) {
		*ret = p;
		return OK;
	}
	if (own.fault.key && strcmp(own.fault.key, "exchange.no_keys") == 0)
		r = OK;
	else
		c->fault = own.fault;
	posting_close(p);
	return r;
}

void posting_close(struct posting *p)
{
	if (!p)
		return;
	exchange_keys_wipe(&p->keys);
	arena_free(p->a);
}

rc posting_turn(struct ctx *c, struct posting *p, msec mono)
{
	size_t n;

	if (p->next && mono < p->next)
		return OK;
	p->next = mono + EVERY;
	TRY(thread_tick(c, &p->x, &n));
	return outbox_expire(c, &p->x, &n);
}

/* ---- out ---- */

rc posting_url(struct ctx *c, const struct way *w, enum line_matter what, slice *ret)
{
	bool six = slice_find(w->host, S(":"), 0) != SIZE_MAX;
	struct buf b;

	for (size_t i = 0; i < w->host.len; i++) {
		char ch = w->host.p[i];

		if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '.' || ch == '-' || ch == ':'))
			return FAIL(c, E_NOTFOUND, "partner.no_address");
	}
	buf_init(&b, c->a, PLACE_MOST - 1);
	buf_putf(&b, six ? "https://[%" S_FMT "]:%lld%s" : "https://%" S_FMT ":%lld%s", S_ARG(w->host), (long long)w->port, line_path(what));
	return buf_done(c, &b, ret);
}

static bool is_away(const struct posting *p, slice place)
{
	for (size_t i = 0; i < p->naway; i++)
		if (slice_eq(slice_of(p->away[i].place), place))
			return true;
	return false;
}

rc posting_job(struct ctx *c, const struct way *w, slice url, slice type, slice body, slice *ret)
{
	struct fetch f = { .url = url, .method = S("POST"), .type = type, .body = body, .npins = w->npins, .as_node = true };
	struct buf b;

	_Static_assert(sizeof f.pins / sizeof *f.pins >= GENERATIONS_MOST, "a pin for each generation of keys");
	for (size_t i = 0; i < w->npins; i++)
		f.pins[i] = w->pins[i];
	buf_init(&b, c->a, FETCH_MOST + 8192);
	(void)buf_room(&b, f.body.len + 4096);
	outbox_put_fetch(&b, &f);
	return buf_done(c, &b, ret);
}

/* Those of `v` from `from` on that go the same way, one behind the other for each peer. */
static rc same_way(struct ctx *c, struct posting *p, const struct way *w, const struct sent *v, size_t n, size_t from, struct sent **ret,
                   size_t *ret_n)
{
	struct sent *own;
	size_t count = 0;
	struct way other;

	TRY_ARRAY(c, own, n - from);
	for (size_t i = from; i < n && count < PARCEL_MOST; i++)
		if (slice_eq(v[i].peer, v[from].peer) || (way_find(c, &p->x, v[i].peer, &other) == OK && way_same(w, &other)))
			own[count++] = v[i];
	fault_clear(c);
	*ret = own;
	*ret_n = count;
	return OK;
}

static rc make_parcel(struct ctx *c, struct posting *p, uint64_t number, const struct way *w, slice url, const struct sent *v, size_t n,
                      slice *ret_job)
{
	struct away *x = &p->away[p->naway];
	struct parcel *parcel;
	size_t used;
	slice body;

	TRY_NEW(c, parcel);
	TRY(parcel_fill(c, &p->x, v, n, parcel, &used));
	if (parcel->n == 0)
		return OK;
	*x = (struct away){ .number = number, .n = parcel->n };
	memcpy(x->place, url.p, url.len);
	for (size_t i = 0; i < parcel->n; i++) {
		NEVER(parcel->v[i].env.len >= ID_MOST);
		memcpy(x->env[i], parcel->v[i].env.p, parcel->v[i].env.len);
	}
	TRY(parcel_bytes(c, parcel, &body));
	TRY(posting_job(c, w, url, S("application/vnd.renkei.exchange"), body, ret_job));
	p->naway++;
	return OK;
}

/* No line to it: the paper way, or somebody sets an address. */
static rc note_no_way(struct ctx *c, struct posting *p, const struct sent *v)
{
	slice why = slice_of(c->fault.key);

	fault_clear(c);
	return outbox_failed(c, &p->x, v, 1, why);
}

rc posting_next(struct ctx *c, struct posting *p, uint64_t number, slice *ret_job)
{
	struct sent *v, *group;
	size_t n, count;

	*ret_job = S_NONE;
	if (p->naway == AWAY_MOST)
		return OK;
	TRY(outbox_waiting(c, node_store(p->x.n), c->now, LOOKED_AT, &v, &n));
	for (size_t i = 0; i < n && ret_job->len == 0; i++) {
		struct way w;
		slice url;
		rc r = way_find(c, &p->x, v[i].peer, &w);

		if (r == OK)
			r = posting_url(c, &w, LINE_EXCHANGE, &url);
		if (r == E_NOTFOUND) {
			TRY(note_no_way(c, p, &v[i]));
			continue;
		}
		TRY(r);
		if (is_away(p, url))
			continue;
		TRY(same_way(c, p, &w, v, n, i, &group, &count));
		TRY(make_parcel(c, p, number, &w, url, group, count, ret_job));
	}
	return OK;
}

static rc settle(struct ctx *c, struct posting *p, const struct away *x, rc result, slice answer)
{
	struct parcel *parcel;
	size_t settled = 0;
	unsigned status = 0;
	slice receipts = S_NONE;

	TRY_NEW(c, parcel);
	for (size_t i = 0; i < x->n; i++) {
		TRY(outbox_find(c, node_store(p->x.n), slice_of(x->env[i]), &parcel->v[i]));
		if (result == OK)
			TRY(outbox_bytes(c, &p->x, &parcel->v[i], &parcel->bytes[i]));
	}
	if (result == OK)
		TRY(outbox_get_answer(c, answer, &status, &receipts));
	if (result == OK && status == 200)
		return outbox_settle(c, &p->x, parcel->v, parcel->bytes, x->n, receipts, &settled);
	return outbox_failed(c, &p->x, parcel->v, x->n, status ? S("line.refused") : S("line.connect"));
}

rc posting_done(struct ctx *c, struct posting *p, uint64_t number, rc result, slice answer, bool *ret_mine)
{
	for (size_t i = 0; i < p->naway; i++) {
		struct away *x = &p->away[i];
		struct away *own;

		if (x->number != number)
			continue;
		*ret_mine = true;
		TRY_NEW(c, own);
		*own = *x;
		*x = p->away[--p->naway];
		return settle(c, p, own, result, answer);
	}
	*ret_mine = false;
	return OK;
}

void posting_lost(struct posting *p) { p->naway = 0; }

const struct exchange *posting_exchange(const struct posting *p) { return &p->x; }

/* ---- in ---- */

static void put_status(struct buf *reply, unsigned status, slice body)
{
	wire_put_u64(reply, status);
	wire_put_bytes(reply, body);
}

/* The alarm of a log that has shown two histories stays with the witness: node_tail() tells it, and all that show that. */
static rc cosign(struct ctx *c, struct posting *p, slice request, struct buf *reply)
{
	struct witness_answer a;

	TRY(witnessing_decide(c, p->x.n, request, &a));
	if (a.alarm)
		LOG("witness.fork", NUM("status", a.status));
	put_status(reply, (unsigned)a.status, a.body);
	return OK;
}

rc posting_receive(struct ctx *c, struct posting *p, slice body, struct buf *reply)
{
	slice pin, envelopes, peer, receipts;
	uint64_t what;
	rc r;

	TRY(wire_get_u64(c, &body, LINE_MATTERS - 1, &what));
	TRY(wire_get_bytes(c, &body, 43, &pin));
	TRY(wire_get_bytes(c, &body, LINE_BODY_MOST, &envelopes));
	TRY(wire_end(c, body));
	if (!p) {
		put_status(reply, 404, S("renkei: no exchange here\n"));
		return OK;
	}
	r = partner_by_pin(c, node_store(p->x.n), pin, c->now, &peer);
	if (r == OK && what == LINE_WITNESS)
		return cosign(c, p, envelopes, reply);
	if (r == OK)
		r = exchange_receive(c, &p->x, peer, envelopes, &receipts);
	switch (r) {
	case OK: put_status(reply, 200, receipts); break;
	case E_DENIED: put_status(reply, 403, S("renkei: not a partner\n")); break;
	case E_INVALID: case E_LIMIT: case E_TAMPER: put_status(reply, 400, S("renkei: not envelopes\n")); break;
	case E_BUSY: put_status(reply, 503, S("renkei: try again later\n")); break;
	case E_NOTFOUND: case E_CONFLICT: case E_IO: case E_NOMEM: case E_BUG: return r;
	}
	fault_clear(c);
	return OK;
}
