#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/parse.h"
#include "door/cli/deid_job.h"

#include "base/banned.h"

static rc bad_option(struct ctx *c, const char *option)
{
	(void)FAIL(c, E_INVALID, "deid.option");
	fault_name(c, slice_of(option));
	return E_INVALID;
}

/* A plain decimal number that fills the text. */
bool ask_decimal(const char *z, double *ret)
{
	char *end = NULL;
	size_t n = strspn(z, "0123456789.");

	if (n == 0 || (z[n] != '\0' && !(z[n] == '%' && z[n + 1] == '\0')))
		return false;
	*ret = strtod(z, &end);
	return end == z + n && isfinite(*ret);
}

/* "4", "4%": per cent; below 1 and without the sign: a share, 0.04. */
rc ask_share(struct ctx *c, const char *option, const char *z, double *ret)
{
	double v = 0;

	if (!ask_decimal(z, &v))
		return bad_option(c, option);
	if (v >= 1 || z[strlen(z) - 1] == '%')
		v /= 100;
	if (v > 1)
		return bad_option(c, option);
	*ret = v;
	return OK;
}

static rc read_word(struct ctx *c, const struct call *in, const char *option, const char *first, const char *second,
	bool *ret_second)
{
	const char *z = call_value(in, option);

	*ret_second = z && strcmp(z, second) == 0;
	return !z || *ret_second || strcmp(z, first) == 0 ? OK : bad_option(c, option);
}

/* --l=2, --l=entropy:2.5, --l=recursive:3:2 (c, then ℓ). */
rc ask_l(struct ctx *c, const char *z, struct model *m)
{
	const char *colon;

	m->l_kind = L_DISTINCT;
	if (strncmp(z, "entropy:", 8) == 0) {
		m->l_kind = L_ENTROPY;
		z += 8;
	} else if (strncmp(z, "recursive:", 10) == 0) {
		char *end = NULL;

		m->l_kind = L_RECURSIVE;
		m->c = strtod(z + 10, &end);
		colon = strrchr(z, ':');
		if (end != colon || !(m->c > 0))
			return bad_option(c, "l");
		z = colon + 1;
	}
	if (!ask_decimal(z, &m->l) || m->l < 1 || (m->l_kind != L_ENTROPY && floor(m->l) < m->l))
		return bad_option(c, "l");
	return OK;
}

rc ask_t(struct ctx *c, const char *z, struct model *m)
{
	m->t_kind = T_EQUAL;
	if (strncmp(z, "ordered:", 8) == 0) {
		m->t_kind = T_ORDERED;
		z += 8;
	} else if (strncmp(z, "hierarchical:", 13) == 0) {
		m->t_kind = T_HIERARCHICAL;
		z += 13;
	}
	if (!ask_decimal(z, &m->t) || m->t > 1)
		return bad_option(c, "t");
	return OK;
}

static bool is_frontier(const struct call *in) { return strcmp(in->cmd->verb, "frontier") == 0; }

static rc read_model(struct ctx *c, const struct call *in, struct asked *ask)
{
	const char *k = call_value(in, "k"), *l = call_value(in, "l"), *t = call_value(in, "t");

	/* of a frontier k and suppress are lists, which it reads itself */
	ask->model.k = 1;
	if (!k && !is_frontier(in))
		return bad_option(c, "k");
	if (!is_frontier(in))
		TRY(parse_u32(c, slice_of(k), 1, UINT32_MAX / 2, &ask->model.k));
	if (l)
		TRY(ask_l(c, l, &ask->model));
	if (t)
		TRY(ask_t(c, t, &ask->model));
	if ((l || t) && ask->sensitive.len == 0)
		return FAIL(c, E_INVALID, "deid.no_sensitive");
	return OK;
}

static rc read_columns(struct ctx *c, const struct call *in, struct asked *ask)
{
	const char *qi = call_value(in, "qi"), *sensitive = call_value(in, "sensitive"), *person = call_value(in, "person");
	slice rest, name;
	uint32_t most = 3;

	if (!qi || !qi[0])
		return bad_option(c, "qi");
	for (const char *p = qi; *p; p++)
		most += *p == ',';
	for (const char *p = sensitive; p && *p; p++)
		most += *p == ',';
	TRY_ARRAY(c, ask->spec, most);
	rest = slice_of(qi);
	while (slice_next(&rest, ',', &name)) {
		for (uint32_t i = 0; i < ask->specs; i++)
			if (slice_eq(ask->spec[i].name, name))
				return bad_option(c, "qi");
		ask->spec[ask->specs++] = (struct column_spec){ .name = name, .role = ROLE_QUASI };
	}
	if (person) {
		for (uint32_t i = 0; i < ask->specs; i++)
			if (slice_eq(ask->spec[i].name, slice_of(person)))
				return bad_option(c, "person");
		ask->spec[ask->specs++] = (struct column_spec){ .name = slice_of(person), .role = ROLE_PERSON, .pseudonym = true };
	}
	if (!sensitive)
		return OK;
	rest = slice_of(sensitive);
	while (slice_next(&rest, ',', &name)) {
		for (uint32_t i = 0; i < ask->specs; i++)
			if (slice_eq(ask->spec[i].name, name))
				return bad_option(c, "sensitive");
		if (ask->sensitive.len == 0)
			ask->sensitive = name;
		ask->spec[ask->specs++] = (struct column_spec){ .name = name, .role = ROLE_SENSITIVE };
	}
	return OK;
}

rc ask_encoding(struct ctx *c, const struct call *in, enum encoding *ret)
{
	const char *z = call_value(in, "encoding");

	*ret = ENCODING_AUTO;
	if (!z || strcmp(z, "auto") == 0)
		return OK;
	*ret = strcmp(z, "cp932") == 0 ? ENCODING_CP932 : ENCODING_UTF8;
	return *ret == ENCODING_CP932 || strcmp(z, "utf-8") == 0 ? OK : bad_option(c, "encoding");
}

static rc read_threads(struct ctx *c, const struct call *in, uint32_t *ret)
{
	long here = sysconf(_SC_NPROCESSORS_ONLN);

	*ret = here < 1 ? 1 : here > 16 ? 16 : (uint32_t)here;
	return call_value(in, "threads") ? parse_u32(c, slice_of(call_value(in, "threads")), 1, 64, ret) : OK;
}

/* Everything that a spec says stands in options when there is none. */
static rc read_options(struct ctx *c, const struct call *in, struct asked *ask)
{
	bool global = false;

	ask->data = call_value(in, "data");
	if (!ask->data)
		return bad_option(c, "data");
	TRY(read_columns(c, in, ask));
	TRY(read_model(c, in, ask));
	if (call_value(in, "suppress") && !is_frontier(in))
		TRY(ask_share(c, "suppress", call_value(in, "suppress"), &ask->suppress));
	TRY(read_word(c, in, "labels", "hierarchy", "sets", &ask->sets));
	TRY(read_word(c, in, "recoding", "local", "global", &global));
	ask->global = global;
	if (ask->global && ask->sets)
		return FAIL(c, E_INVALID, "deid.global_sets");
	ask->effort = ask->sets ? EFFORT_SETS : EFFORT_LABELS;
	ask->order = ORDER_KEPT;
	return OK;
}

static rc no_option_with_spec(struct ctx *c, const struct call *in)
{
	static const char *const said[] = { "data", "qi", "sensitive", "person", "k", "l", "t", "suppress", "labels", "recoding", NULL };

	for (size_t i = 0; said[i]; i++)
		if (call_value(in, said[i]) && !(is_frontier(in) && (slice_is(slice_of(said[i]), "k") || slice_is(slice_of(said[i]), "suppress"))))
			return bad_option(c, said[i]);
	return call_value(in, "in") ? OK : bad_option(c, "in");
}

rc ask_read(struct ctx *c, const struct call *in, struct asked *ret)
{
	struct asked ask = { .in = call_value(in, "in") };
	const char *effort = call_value(in, "effort"), *seed = call_value(in, "seed"), *spec = call_value(in, "spec");

	if (spec) {
		TRY(no_option_with_spec(c, in));
		TRY(spec_read(c, spec, &ask));
	} else {
		TRY(read_options(c, in, &ask));
	}
	if (effort)
		TRY(parse_u32(c, slice_of(effort), 0, 1000, &ask.effort));
	TRY(read_threads(c, in, &ask.threads));
	if (seed) {
		TRY(parse_u64(c, slice_of(seed), 0, UINT64_MAX, &ask.seed));
		ask.has_seed = true;
	}
	if (is_frontier(in))
		return *ret = ask, ask_encoding(c, in, &ret->enc);
	if (call_has(in, "shuffle"))
		ask.order = ORDER_SHUFFLED;
	if (call_has(in, "keep-order"))
		ask.order = ORDER_KEPT;
	TRY(ask_encoding(c, in, &ask.enc));
	*ret = ask;
	return OK;
}
