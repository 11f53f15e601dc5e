/* The expressions of the packs: read, checked against the types of the facts, kept as a tree. */
#include "core/law/law_in.h"

#include "base/parse.h"

#include "base/banned.h"

struct reader {
	struct ctx *c;
	const struct law *law;
	const struct pack *node;
	slice text;
	size_t i, at;          /* next byte, beginning of the last token */
	slice token;
	unsigned depth;
};

static rc bad(struct reader *r, const char *key)
{
	(void)PACK_FAIL(r->c, r->node, key);
	/* a quoted or folded text is not byte for byte what stands in the file; its beginning is place enough */
	if (!r->node->quoted)
		fault_place(r->c, r->node->row, r->node->col + (uint32_t)r->at);
	fault_name(r->c, r->token);
	return E_INVALID;
}

static bool is_word(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_' || ch == '-';
}

static void next(struct reader *r)
{
	const char *p = r->text.p;
	size_t n = 0;

	while (r->i < r->text.len && (p[r->i] == ' ' || p[r->i] == '\n'))
		r->i++;
	r->at = r->i;
	while (r->at + n < r->text.len && is_word(p[r->at + n]))
		n++;
	if (n == 0 && r->at < r->text.len) {
		bool two = r->at + 1 < r->text.len && p[r->at + 1] == '=' && strchr("=!<>", p[r->at]);

		n = two ? 2 : 1;
	}
	r->token = (slice){ p + r->at, n };
	r->i = r->at + n;
}

static bool take(struct reader *r, const char *what)
{
	if (!slice_is(r->token, what))
		return false;
	next(r);
	return true;
}

static rc make(struct reader *r, struct law_expr of, const struct law_expr **ret)
{
	struct law_expr *x;

	TRY_NEW(r->c, x);
	*x = of;
	*ret = x;
	return OK;
}

int32_t predicate_find(const struct law *law, slice id)
{
	for (uint32_t i = 0; i < law->npredicates; i++)
		if (slice_eq(law->predicates[i].id, id))
			return (int32_t)i;
	return -1;
}

static rc read_choice(struct reader *r, const struct law_fact *f, uint64_t *ret_mask)
{
	for (uint32_t i = 0; i < f->nchoices; i++)
		if (slice_eq(f->choices[i].id, r->token)) {
			uint64_t bit = (uint64_t)1 << i;

			if (*ret_mask & bit)
				return bad(r, "expr.twice");
			*ret_mask |= bit;
			next(r);
			return OK;
		}
	return bad(r, "expr.choice");
}

static rc read_in(struct reader *r, const struct law_fact *f, uint32_t fact, const struct law_expr **ret)
{
	uint64_t mask = 0;

	if (!take(r, "{"))
		return bad(r, "expr.syntax");
	do {
		TRY(read_choice(r, f, &mask));
	} while (take(r, ","));
	if (!take(r, "}"))
		return bad(r, "expr.syntax");
	return make(r, (struct law_expr){ .op = X_MASK, .fact = fact, .mask = mask }, ret);
}

enum compare { C_EQ, C_NE, C_LT, C_LE, C_GT, C_GE };

static bool read_compare(struct reader *r, enum compare *ret)
{
	static const char *const words[] = { "==", "!=", "<", "<=", ">", ">=" };

	for (unsigned i = 0; i < 6; i++)
		if (take(r, words[i])) {
			*ret = (enum compare)i;
			return true;
		}
	return false;
}

/* Values from `one` to `last` count as equal: the milliseconds of a day, or the number itself. */
static void range_of(enum compare cmp, int64_t one, int64_t last, int64_t *lo, int64_t *hi)
{
	*lo = LAW_NONE + 1;
	*hi = INT64_MAX;
	if (cmp == C_EQ || cmp == C_NE || cmp == C_GE)
		*lo = one;
	if (cmp == C_GT)
		*lo = last + 1;
	if (cmp == C_EQ || cmp == C_NE || cmp == C_LE)
		*hi = last;
	if (cmp == C_LT)
		*hi = one - 1;
}

static rc negated(struct reader *r, enum compare cmp, const struct law_expr *x, const struct law_expr **ret)
{
	if (cmp != C_NE) {
		*ret = x;
		return OK;
	}
	return make(r, (struct law_expr){ .op = X_NOT, .a = x }, ret);
}

static rc read_day(struct reader *r, jday *ret)
{
	if (jday_parse(r->c, r->token, ret) != OK)
		return bad(r, "expr.day");
	next(r);
	return OK;
}

/* count > 1000, day < 2024-04-01, instant >= 2024-04-01, instant > known_at */
static rc read_ordered(struct reader *r, const struct law_fact *f, uint32_t fact, const struct law_expr **ret)
{
	struct law_expr x = { .op = X_RANGE, .fact = fact };
	const struct law_expr *made = NULL;
	enum compare cmp;
	int64_t n = 0;
	jday d = 0;

	if (take(r, "is")) {
		if (f->type == FACT_COUNT)
			return bad(r, "expr.type");
		if (!take(r, "set"))
			return bad(r, "expr.syntax");
		x.lo = LAW_NONE + 1;
		x.hi = INT64_MAX;
		return make(r, x, ret);
	}
	if (f->type == FACT_CODE || !read_compare(r, &cmp))
		return bad(r, "expr.type");
	if (f->type == FACT_COUNT) {
		if (parse_i64(r->c, r->token, 0, JSON_INT_MOST, &n) != OK)
			return bad(r, "expr.number");
		next(r);
		range_of(cmp, n, n, &x.lo, &x.hi);
	} else if (slice_is(r->token, "known_at") || slice_is(r->token, "asked_at")) {
		x.op = X_AGAINST;
		x.instant = slice_is(r->token, "known_at") ? INSTANT_KNOWN : INSTANT_ASKED;
		next(r);
		range_of(cmp, 0, 0, &x.lo, &x.hi);
	} else {
		TRY(read_day(r, &d));
		if (f->type == FACT_DAY)
			range_of(cmp, d, d, &x.lo, &x.hi);
		else
			range_of(cmp, jday_msec(d), jday_msec(d + 1) - 1, &x.lo, &x.hi);
	}
	TRY(make(r, x, &made));
	return negated(r, cmp, made, ret);
}

static rc read_fact(struct reader *r, uint32_t fact, const struct law_expr **ret)
{
	const struct law_fact *f = &r->law->facts[fact];
	const struct law_expr *x = NULL;
	uint64_t mask = 0;
	bool ne;

	next(r);
	if (f->type == FACT_BOOL)
		return make(r, (struct law_expr){ .op = X_MASK, .fact = fact, .mask = 2 }, ret);
	if (f->type != FACT_CHOICE)
		return read_ordered(r, f, fact, ret);
	if (take(r, "in"))
		return read_in(r, f, fact, ret);
	ne = slice_is(r->token, "!=");
	if (!take(r, "==") && !take(r, "!="))
		return bad(r, "expr.type");
	TRY(read_choice(r, f, &mask));
	TRY(make(r, (struct law_expr){ .op = X_MASK, .fact = fact, .mask = mask }, &x));
	return negated(r, ne ? C_NE : C_EQ, x, ret);
}

/* known_at >= 2024-04-01: the day of the question itself */
static rc read_question(struct reader *r, const struct law_expr **ret)
{
	struct law_expr x = { .op = X_ASKED };
	const struct law_expr *made = NULL;
	enum compare cmp;
	jday d = 0;

	x.instant = slice_is(r->token, "known_at") ? INSTANT_KNOWN : INSTANT_ASKED;
	next(r);
	if (!read_compare(r, &cmp))
		return bad(r, "expr.syntax");
	TRY(read_day(r, &d));
	range_of(cmp, jday_msec(d), jday_msec(d + 1) - 1, &x.lo, &x.hi);
	TRY(make(r, x, &made));
	return negated(r, cmp, made, ret);
}

static rc read_or(struct reader *r, const struct law_expr **ret);

static rc read_one(struct reader *r, const struct law_expr **ret)
{
	const struct law_expr *a = NULL;
	int32_t i;

	if (take(r, "not")) {
		TRY(read_one(r, &a));
		return make(r, (struct law_expr){ .op = X_NOT, .a = a }, ret);
	}
	if (take(r, "(")) {
		TRY(read_or(r, ret));
		return take(r, ")") ? OK : bad(r, "expr.syntax");
	}
	if (r->token.len == 0 || !is_word(r->token.p[0]))
		return bad(r, "expr.syntax");
	if (slice_is(r->token, "known_at") || slice_is(r->token, "asked_at"))
		return read_question(r, ret);
	i = law_fact_find(r->law, r->token);
	if (i >= 0)
		return read_fact(r, (uint32_t)i, ret);
	i = predicate_find(r->law, r->token);
	if (i < 0)
		return bad(r, "expr.unknown");
	next(r);
	return make(r, (struct law_expr){ .op = X_PRED, .pred = (uint32_t)i }, ret);
}

static rc read_and(struct reader *r, const struct law_expr **ret)
{
	const struct law_expr *a = NULL, *b = NULL;

	TRY(read_one(r, &a));
	while (take(r, "and")) {
		TRY(read_one(r, &b));
		TRY(make(r, (struct law_expr){ .op = X_AND, .a = a, .b = b }, &a));
	}
	*ret = a;
	return OK;
}

static rc read_or(struct reader *r, const struct law_expr **ret)
{
	const struct law_expr *a = NULL, *b = NULL;

	if (++r->depth > LAW_EXPR_DEPTH)
		return bad(r, "expr.depth");
	TRY(read_and(r, &a));
	while (take(r, "or")) {
		TRY(read_and(r, &b));
		TRY(make(r, (struct law_expr){ .op = X_OR, .a = a, .b = b }, &a));
	}
	r->depth--;
	*ret = a;
	return OK;
}

rc expr_parse(struct ctx *c, const struct law *law, const struct pack *node, const struct law_expr **ret)
{
	struct reader r = { .c = c, .law = law, .node = node };
	const struct law_expr *x = NULL;

	TRY(pack_as_text(c, node, &r.text));
	if (r.text.len > 2000)
		return PACK_FAIL(c, node, "expr.depth");
	next(&r);
	TRY(read_or(&r, &x));
	if (r.token.len > 0)
		return bad(&r, "expr.syntax");
	*ret = x;
	return OK;
}
