#include "door/cli/desk.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "door/cli/cli_node.h"

#include "base/banned.h"

#define OUT_MOST ((size_t)256 << 20)

slice desk_option(const struct desk *d, const char *name)
{
	return slice_of(call_value(d->in, name));
}

static bool has_option(const struct call *in, const char *name)
{
	for (const struct option_spec *o = in->cmd->options; o && o->name; o++)
		if (strcmp(o->name, name) == 0)
			return call_has(in, name);
	return false;
}

static rc fail_option(struct ctx *c, const char *key, const char *option)
{
	(void)fault_set(c, E_INVALID, key, __FILE__, __LINE__);
	fault_name(c, slice_of(option));
	return E_INVALID;
}

static rc set_language(struct ctx *c, const struct call *in, struct answer *a, struct desk *d)
{
	const char *lang = call_value(in, "lang");

	d->ja = !lang || strcmp(lang, "ja") == 0;
	a->ja = d->ja;
	if (lang && !d->ja && strcmp(lang, "en") != 0)
		return fail_option(c, "desk.lang", "lang");
	return OK;
}

static rc set_actor(struct ctx *c, const struct call *in, unsigned needs, struct desk *d)
{
	const char *as = call_value(in, "as");

	if (needs & DESK_NOBODY)
		return OK;
	if (!as)
		as = getenv("RENKEI_AS");
	if (as && as[0])
		return actor_parse(c, slice_of(as), &d->actor);
	return needs & DESK_ACTOR ? FAIL(c, E_INVALID, "desk.no_actor") : OK;
}

static rc load_packs(struct ctx *c, struct desk *d)
{
	TRY(law_load(c, c->app->data, &d->law));
	TRY(shelf_load(c, c->app->data, &d->shelf));
	return terms_make(c, d->law, shelf_record(d->shelf), &d->terms);
}

rc desk_open(struct ctx *c, const struct call *in, struct answer *a, unsigned needs, struct desk *ret)
{
	*ret = (struct desk){ .c = c, .in = in };
	TRY(set_language(c, in, a, ret));
	ret->json = has_option(in, "json");
	ret->csv = has_option(in, "csv");
	TRY(set_actor(c, in, needs, ret));
	if (needs & DESK_PACKS)
		TRY(load_packs(c, ret));
	TRY(cli_node_open(c, in, true, &ret->node));
	ret->st = node_store(ret->node);
	if (ret->actor.id.len)
		TRY(people_check_actor(c, ret->st, &ret->actor));
	ret->today = msec_jday(c->now);
	buf_init(&ret->out, c->a, OUT_MOST);
	return OK;
}

rc desk_close(struct desk *d)
{
	struct node *n = d->node;
	slice text;

	d->node = NULL;
	TRY(node_close(d->c, n));
	TRY(buf_done(d->c, &d->out, &text));
	return out_write(d->c, text);
}

void desk_dropp(struct desk *d)
{
	if (d->node)
		node_drop(d->node);
	d->node = NULL;
}

rc desk_when(struct desk *d, const char *option, struct when *ret, bool *ret_given)
{
	rc r;

	*ret_given = call_has(d->in, option);
	if (!*ret_given)
		return OK;
	r = when_parse(d->c, desk_option(d, option), ret);
	if (r != OK)
		fault_name(d->c, slice_of(option));
	return r;
}

rc desk_day(struct desk *d, const char *option, jday *ret)
{
	rc r = call_has(d->in, option) ? day_parse(d->c, desk_option(d, option), ret) : OK;

	if (r != OK)
		fault_name(d->c, slice_of(option));
	return r;
}

rc desk_moment(struct desk *d, struct moment *ret, bool *ret_past)
{
	struct moment m = MOMENT_NOW;
	struct when w;
	bool known, stated;

	TRY(desk_when(d, "as-of", &w, &known));
	if (known)
		m.known = w.day_only ? w.at + DAY_MSEC - 1 : w.at;
	TRY(desk_when(d, "in-record-at", &w, &stated));
	if (stated)
		m.stated = w.day_only ? w.at + DAY_MSEC - 1 : w.at;
	*ret = m;
	*ret_past = known || stated;
	return OK;
}

bool desk_may_look(const struct desk *d)
{
	return d->actor.id.len > 0 && !slice_is(d->actor.role, "reader");
}

struct look desk_look(const struct desk *d)
{
	static const slice code[] = { S_INIT("casework") };

	return (struct look){ .actor = d->actor, .code = { code, 1 } };
}
