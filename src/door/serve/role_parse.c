/*
 * The role `parse`: takes one hostile file at a time and opens it in a cage (base/cage.h), a child that can only compute and
 * answer and dies after each file. The role itself may fork, wait and start pdftotext, and nothing else; a cage may not.
 */
#include "base/cage.h"
#include "base/limits.h"
#include "door/serve/parse.h"
#include "door/serve/station.h"
#include "work/report/blank_cage.h"
#include "work/select/pdf.h"
#include "work/select/take.h"
#include "work/select/watch_caged.h"

#include "base/banned.h"

#define SECONDS_MOST 15u       /* the node answers nobody else meanwhile */
#define ANSWER_MOST ((size_t)32 << 20)

static const struct cage_kind *const kinds[] = { &blank_cage, &document_cage, &pdf_cage, &watch_cage };

static const struct cage_kind *kind_of(slice name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (slice_is(name, kinds[i]->name))
			return kinds[i];
	return NULL;
}

static rc answer(struct ctx *c, void *to, uint32_t type, slice body, struct buf *reply)
{
	slice name, bytes, in, got;
	struct cage_limits limits;
	const struct cage_kind *k;
	const void *arg;

	if (type != MSG_PARSE)
		return FAIL(c, E_INVALID, "wire.form");
	TRY(wire_get_bytes(c, &body, 64, &name));
	TRY(wire_get_bytes(c, &body, CAGE_ARG_MOST, &bytes));
	TRY(wire_get_bytes(c, &body, WIRE_MOST, &in));
	TRY(wire_end(c, body));
	k = kind_of(name);
	if (!k)
		return FAIL(c, E_INVALID, "wire.form");
	TRY(k->get(c, bytes, &arg));
	limits = k->limits;
	limits.base = *(const size_t *)to;
	limits.seconds = limits.seconds < SECONDS_MOST ? limits.seconds : SECONDS_MOST;
	limits.answer = limits.answer < ANSWER_MOST ? limits.answer : ANSWER_MOST;
	if (k->program)
		TRY(k->program(c, &limits, in, &got));
	else
		TRY(cage_run(c, &limits, k->fn, arg, in, &got));
	buf_put(reply, got);
	return OK;
}

rc role_parse(struct ctx *c, struct station *s)
{
	size_t base = cage_address_space() + ((size_t)512 << 20);   /* with what one message may take */

	TRY(station_user(c, s));
	TRY(station_enter(c, s));
	TRY(station_ready(c, s));
	return station_serve(c, s, CHANNEL_PARSE, (size_t)256 << 20, answer, &base);
}

/* ---- the asking side, in core ---- */

static rc run(struct ctx *c, void *to, const char *kind, slice arg, slice in, slice *ret_answer)
{
	struct buf b;
	slice body;

	buf_init(&b, c->a, WIRE_MOST);
	wire_put_bytes(&b, slice_of(kind));
	wire_put_bytes(&b, arg);
	wire_put_bytes(&b, in);
	TRY(buf_done(c, &b, &body));
	if (body.len > channel_most(CHANNEL_PARSE))
		return FAIL(c, E_LIMIT, "cage.answer");
	return station_ask(c, to, CHANNEL_PARSE, MSG_PARSE, body, (int)(SECONDS_MOST + 5) * 1000, ret_answer);
}

struct cage_door parse_door(struct station *s)
{
	return (struct cage_door){ .to = s, .run = run };
}
