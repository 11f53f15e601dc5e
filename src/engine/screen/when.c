/* Conditions of rules: read into a tree once, asked of each line that was put by. */
#include "engine/screen/when.h"

#include "base/parse.h"
#include "engine/screen/model.h"

#include "base/banned.h"

#define PARTS_MOST 128u
#define DEPTH_MOST 16u

enum field { F_ACTION, F_REASON, F_ACCOUNT, F_QUERY, F_EXPLANATION, F_SYSTEM, F_DEPARTMENT, F_USER, F_TERMINAL,
	F_ROWS, F_HOUR, F_MINUTE, F_WEEKDAY, F_EXPLAINED };
enum flag { IS_WATCHED = 32, IS_PROTECTED, IS_COLLEAGUE, IS_SELF, IS_FAMILY, IS_PERSON, IS_NUMBERED, IS_SEARCHED,
	IS_ON_MEDIA_LIST, IS_ACCESS };
enum op { OP_FLAG, OP_IN, OP_NAMED, OP_NUMBER, OP_AND, OP_OR, OP_NOT };

struct when {
	enum op op;
	const struct when *a, *b;
	uint32_t what;         /* OP_FLAG: a mark's bit place or enum flag; else enum field */
	uint64_t set;          /* OP_IN */
	slice *names;          /* OP_NAMED */
	uint32_t nnames;
	int64_t least, most;   /* OP_NUMBER */
};

static const struct { const char *word; uint32_t what; } flags[] = {
	{ "unexplained", 0 }, { "off_hours", 1 }, { "night", 2 }, { "absent", 3 }, { "left", 4 }, { "dormant", 5 },
	{ "foreign", 6 }, { "login_failed", 7 }, { "windowed", 8 }, { "no_such_number", 9 }, { "away", 10 },
	{ "two_places", 11 }, { "fruitless", 12 }, { "backdated", 13 }, { "unlicensed", 14 }, { "stale", 15 },
	{ "watched", IS_WATCHED }, { "protected", IS_PROTECTED }, { "colleague", IS_COLLEAGUE }, { "self", IS_SELF },
	{ "family", IS_FAMILY }, { "person", IS_PERSON }, { "numbered", IS_NUMBERED }, { "searched", IS_SEARCHED },
	{ "medium_listed", IS_ON_MEDIA_LIST }, { "access", IS_ACCESS },
};

static const char *const fields[] = { "action", "reason", "account", "query", "explanation", "system", "department",
	"user", "terminal", "rows", "hour", "minute", "weekday", "explained", NULL };

struct reader {
	struct ctx *c;
	const struct pack *node;
	size_t at;
	slice word;            /* the next one; empty at the end */
	size_t word_at;
	bool quoted;
	uint32_t parts, depth;
};

static rc wrong(const struct reader *r, const char *key)
{
	struct pack place = *r->node;
	uint32_t chars = 0;

	for (size_t i = 0; i < r->word_at && i < r->node->text.len; i++)
		chars += ((unsigned char)r->node->text.p[i] & 0xc0) != 0x80;
	place.col += chars + (r->node->quoted ? 1 : 0);
	return PACK_FAIL(r->c, &place, key);
}

static bool is_sign(char ch) { return memchr("(),<>=!'", ch, 8) != NULL; }

/* Words, signs, and names in quotes. */
static rc next(struct reader *r)
{
	slice t = r->node->text;
	size_t i = r->at;

	while (i < t.len && (t.p[i] == ' ' || t.p[i] == '\n'))
		i++;
	r->word_at = i;
	r->quoted = i < t.len && t.p[i] == '\'';
	if (r->quoted) {
		size_t end = slice_find(t, S("'"), i + 1);

		if (end == SIZE_MAX)
			return wrong(r, "screen.when_form");
		r->word = slice_sub(t, i + 1, end - i - 1);
		r->at = end + 1;
		return OK;
	}
	if (i < t.len && is_sign(t.p[i])) {
		i++;
		if (i < t.len && t.p[i] == '=' && (t.p[i - 1] == '<' || t.p[i - 1] == '>' || t.p[i - 1] == '!'))
			i++;
	} else {
		while (i < t.len && t.p[i] != ' ' && t.p[i] != '\n' && !is_sign(t.p[i]))
			i++;
	}
	r->word = slice_sub(t, r->word_at, i - r->word_at);
	r->at = i;
	return OK;
}

static bool is_word(const struct reader *r, const char *word) { return !r->quoted && slice_is(r->word, word); }

static rc part(struct reader *r, enum op op, struct when **ret)
{
	struct when *w;

	if (++r->parts > PARTS_MOST)
		return wrong(r, "screen.when_long");
	TRY_NEW(r->c, w);
	w->op = op;
	*ret = w;
	return OK;
}

static int word_in(const char *const *list, unsigned n, slice word)
{
	for (unsigned i = 0; i < n && list[i]; i++)
		if (slice_is(word, list[i]))
			return (int)i;
	return -1;
}

/* One word of a field that has few, or one name. */
static rc value(struct reader *r, struct when *w)
{
	static const char *const queries[] = { "none", "number", "name", "name_birth", "kana", "prefix", "address", NULL };
	const char *const *lists[] = { screen_act_keys, screen_why_keys, screen_type_keys, queries, expl_ids };
	static const unsigned counts[] = { ACTS, WHYS, ACCOUNT_TYPES, 7, EXPLS };
	int at;

	if (w->op == OP_NAMED) {
		slice *more = arena_grow(r->c->a, w->names, w->nnames * sizeof *more, (w->nnames + 1) * sizeof *more);

		if (!more)
			return FAIL(r->c, E_LIMIT, "memory.limit");
		if (!r->quoted)
			return wrong(r, "screen.when_form");
		w->names = more;
		w->names[w->nnames++] = r->word;
		return next(r);
	}
	at = word_in(lists[w->what], counts[w->what], r->word);
	if (at < 0)
		return wrong(r, "screen.when_word");
	w->set |= (uint64_t)1 << at;
	return next(r);
}

static rc values(struct reader *r, struct when *w)
{
	if (is_word(r, "is")) {
		TRY(next(r));
		return value(r, w);
	}
	if (!is_word(r, "in"))
		return wrong(r, "screen.when_form");
	TRY(next(r));
	if (!is_word(r, "("))
		return wrong(r, "screen.when_form");
	do {
		TRY(next(r));
		TRY(value(r, w));
	} while (is_word(r, ","));
	return is_word(r, ")") ? next(r) : wrong(r, "screen.when_form");
}

static rc compared(struct reader *r, struct when *w)
{
	static const char *const signs[] = { "<", "<=", ">", ">=", "=", NULL };
	int sign = word_in(signs, 5, r->word);
	uint32_t v;

	if (sign < 0 || r->quoted)
		return wrong(r, "screen.when_form");
	TRY(next(r));
	if (parse_u32(r->c, r->word, 0, 1000000000, &v) != OK)
		return wrong(r, "screen.when_form");
	w->least = sign == 2 ? (int64_t)v + 1 : sign >= 3 ? v : INT64_MIN;
	w->most = sign == 0 ? (int64_t)v - 1 : sign == 1 || sign == 4 ? v : INT64_MAX;
	return next(r);
}

static rc either(struct reader *r, const struct when **ret);

static rc one(struct reader *r, const struct when **ret)
{
	struct when *w;
	int field;

	if (is_word(r, "not")) {
		TRY(part(r, OP_NOT, &w));
		TRY(next(r));
		if (++r->depth > DEPTH_MOST)
			return wrong(r, "screen.when_long");
		TRY(one(r, &w->a));
		r->depth--;
		*ret = w;
		return OK;
	}
	if (is_word(r, "(")) {
		TRY(next(r));
		TRY(either(r, ret));
		return is_word(r, ")") ? next(r) : wrong(r, "screen.when_form");
	}
	if (r->word.len == 0 || r->quoted)
		return wrong(r, "screen.when_form");
	for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++)
		if (is_word(r, flags[i].word)) {
			TRY(part(r, OP_FLAG, &w));
			w->what = flags[i].what;
			*ret = w;
			return next(r);
		}
	field = word_in(fields, 64, r->word);
	if (field < 0)
		return wrong(r, "screen.when_word");
	TRY(part(r, field <= F_EXPLANATION ? OP_IN : field <= F_TERMINAL ? OP_NAMED : OP_NUMBER, &w));
	w->what = (uint32_t)field;
	*ret = w;
	TRY(next(r));
	return w->op == OP_NUMBER ? compared(r, w) : values(r, w);
}

static rc both(struct reader *r, const struct when **ret)
{
	struct when *w;

	TRY(one(r, ret));
	while (is_word(r, "and")) {
		TRY(part(r, OP_AND, &w));
		TRY(next(r));
		w->a = *ret;
		TRY(one(r, &w->b));
		*ret = w;
	}
	return OK;
}

static rc either(struct reader *r, const struct when **ret)
{
	struct when *w;

	if (++r->depth > DEPTH_MOST)
		return wrong(r, "screen.when_long");
	TRY(both(r, ret));
	while (is_word(r, "or")) {
		TRY(part(r, OP_OR, &w));
		TRY(next(r));
		w->a = *ret;
		TRY(both(r, &w->b));
		*ret = w;
	}
	r->depth--;
	return OK;
}

rc when_read(struct ctx *c, const struct pack *node, const struct when **ret)
{
	struct reader r = { .c = c, .node = node };
	slice text;

	TRY(pack_as_text(c, node, &text));
	TRY(next(&r));
	TRY(either(&r, ret));
	return r.word.len == 0 && !r.quoted ? OK : wrong(&r, "screen.when_form");
}

static bool access_act(unsigned act)
{
	return act == ACT_VIEW || act == ACT_UPDATE || act == ACT_PRINT || act == ACT_CERT;
}

/* Who the person of the line is. */
static bool person_is(const struct screen *s, const struct cand *k, enum flag flag)
{
	const struct org *o = &s->org[k->org];
	const struct account *a = &s->account[k->account];
	uint32_t holder = a->owner != NONE ? a->owner : k->account, own = s->account[holder].subject;
	const struct resident *r;

	if (k->subject == NONE || k->subject >= o->nresidents)
		return flag == IS_PERSON && k->subject != NONE;
	r = &o->resident[k->subject];
	switch (flag) {
	case IS_WATCHED: return r->watch;
	case IS_PROTECTED: return r->protect;
	case IS_COLLEAGUE: return r->staff != NONE && r->staff != holder;
	case IS_SELF: return own == k->subject;
	case IS_FAMILY: return own != NONE && own != k->subject && r->household != NONE &&
		o->resident[own].household == r->household;
	case IS_PERSON: return true;
	case IS_NUMBERED:
	case IS_SEARCHED:
	case IS_ON_MEDIA_LIST:
	case IS_ACCESS: return false;
	}
	return false;
}

/* By now most cases of the person come from a department that uses the system: a move that nobody entered. */
static bool works_there(const struct screen *s, const struct cand *k)
{
	const struct account *a = &s->account[k->account];

	return a->home_dept != NONE && a->home_count >= 12 && k->sys < SYSTEMS_MOST &&
		(dept_systems(s, a->org, a->home_dept) >> k->sys & 1);
}

static bool flag_holds(uint32_t what, const struct screen *s, const struct cand *k)
{
	if (what < 32)
		return (k->mark >> what & 1) && (1u << what != MARK_FOREIGN || !works_there(s, k));
	switch ((enum flag)what) {
	case IS_NUMBERED: return k->token != 0 && k->act != ACT_SEARCH;
	case IS_SEARCHED: return k->search != 0;
	case IS_ON_MEDIA_LIST: return loan_at(s->media, s->nmedia, k->account, day_of(k->ts), NULL);
	case IS_ACCESS: return access_act(k->act);
	case IS_WATCHED:
	case IS_PROTECTED:
	case IS_COLLEAGUE:
	case IS_SELF:
	case IS_FAMILY:
	case IS_PERSON: return person_is(s, k, (enum flag)what);
	}
	return false;
}

static bool in_set(const struct when *w, const struct screen *s, const struct cand *k)
{
	unsigned v = w->what == F_ACTION ? k->act : w->what == F_REASON ? k->why :
		w->what == F_ACCOUNT ? s->account[k->account].type : w->what == F_QUERY ? k->query : k->expl;

	return w->set >> v & 1;
}

static bool named(const struct when *w, const struct screen *s, const struct cand *k)
{
	const struct account *a = &s->account[k->account];
	uint32_t name = w->what == F_SYSTEM ? (k->sys < s->nsystems ? s->system_name[k->sys] : NONE) :
		w->what == F_DEPARTMENT ? dept_at(s, a, k->account, day_of(k->ts)) : w->what == F_USER ? a->name : k->term;

	for (uint32_t i = 0; name != NONE && i < w->nnames; i++)
		if (slice_eq(w->names[i], s->names.v[name]))
			return true;
	return false;
}

static int64_t number_of(uint32_t what, const struct cand *k)
{
	if (what == F_ROWS)
		return k->n;
	if (what == F_EXPLAINED)
		return k->x > 0 ? k->x : 0;
	if (what == F_WEEKDAY)
		return (day_of(k->ts) + 3) % 7 + 1;   /* 1 Monday; 1970-01-01 was a Thursday */
	return what == F_HOUR ? k->ts % DAY_SECONDS / 3600 : k->ts % DAY_SECONDS / 60;
}

/* As deep as when_read allows, and as long as a row of conditions is. */
bool when_holds(const struct when *w, const struct screen *s, const struct cand *k)
{
	int64_t v;

	switch (w->op) {
	case OP_FLAG: return flag_holds(w->what, s, k);
	case OP_IN: return in_set(w, s, k);
	case OP_NAMED: return named(w, s, k);
	case OP_NUMBER: v = number_of(w->what, k); return w->least <= v && v <= w->most;
	case OP_AND: return when_holds(w->a, s, k) && when_holds(w->b, s, k);
	case OP_OR: return when_holds(w->a, s, k) || when_holds(w->b, s, k);
	case OP_NOT: return !when_holds(w->a, s, k);
	}
	return false;
}
