/* screening/rules.yaml and own rules: what they look for, when they find something, what it weighs. */
#include "base/json.h"
#include "engine/screen/model.h"

#include "base/banned.h"

static const char *const value_keys[RULE_VALUES + 1] = {
	"day_begins", "day_ends", "night_begins", "night_ends", "counter_begins", "counter_ends", "approval_before",
	"approval_after", "case_days", "near_case_days", "dormant_days", "grace_days", "search_seconds", "follow_seconds",
	"export_rows", "clock_step", "missing_table_weight", "merge_days", "fold_share", "fold_gain", "evidence_gain",
	"chance_limit", "user_items", "usual_weeks", "many_tests", NULL };

static const char *const rule_keys[] = { "id", "kind", "base", "gain", "cap", "severity", "least", "days", "weight", "why",
	"ask", "needs", "when", "per", "count", "counted", "turn", "one_day", "hours", "soften", "claim_from", "strong",
	"weak", "lines", "usual", NULL };
static const char *const per_words[] = { "user", "person", "household", "terminal", "system", NULL };
static const char *const count_words[] = { "records", "persons", "households", "days", "users", "terminals", "systems",
	"rows", NULL };

static int place_in(const char *const *words, slice word)
{
	for (int i = 0; words[i]; i++)
		if (slice_is(word, words[i]))
			return i;
	return -1;
}

/* A list of words of which each has a bit. */
static rc bits_read(struct ctx *c, const struct pack *p, const char *key, const char *const *words, uint32_t *ret)
{
	const struct pack *list = pack_get(p, slice_of(key));

	if (!list)
		return OK;
	TRY(pack_is(c, list, PACK_LIST));
	*ret = 0;
	for PACK_EACH(one, list) {
		slice text;
		int at;

		TRY(pack_as_text(c, one, &text));
		at = place_in(words, text);
		if (at < 0)
			return PACK_FAIL(c, one, "screen.when_word");
		*ret |= 1u << at;
	}
	return OK;
}

static rc number_read(struct ctx *c, const struct pack *p, const char *key, int64_t most, int32_t *io)
{
	int64_t v;

	if (!pack_get(p, slice_of(key)))
		return OK;
	TRY(pack_int(c, p, key, 0, most, &v));
	*io = (int32_t)v;
	return OK;
}

static rc condition_read(struct ctx *c, const struct pack *p, const char *key, const struct when **ret)
{
	const struct pack *node = pack_get(p, slice_of(key));

	return node ? when_read(c, node, ret) : OK;
}

/* How the lines that the conditions pick become findings. */
static rc picking_read(struct ctx *c, const struct pack *p, struct rule *r)
{
	static const char *const lines[] = { "kept", "all", NULL };
	unsigned word;

	TRY(condition_read(c, p, "when", &r->when));
	TRY(condition_read(c, p, "counted", &r->counted));
	TRY(condition_read(c, p, "strong", &r->strong));
	if (r->when)
		TRY(pack_text(c, p, "when", &r->when_text));
	TRY(bits_read(c, p, "per", per_words, &r->per));
	if (pack_get(p, S("count"))) {
		TRY(pack_word(c, p, "count", count_words, &word));
		r->count = (enum count_of)word;
	}
	if (pack_get(p, S("lines"))) {
		TRY(pack_word(c, p, "lines", lines, &word));
		r->all_lines = word == 1;
	}
	TRY(pack_bool_or(c, p, "one_day", false, &r->one_day));
	TRY(number_read(c, p, "turn", RULE_TURNS, &r->turn));
	TRY(number_read(c, p, "hours", 24 * 366, &r->hours));
	TRY(number_read(c, p, "soften", 100, &r->soften));
	TRY(number_read(c, p, "claim_from", 101, &r->claim_from));
	TRY(number_read(c, p, "usual", 100, &r->usual));
	return number_read(c, p, "weak", 100, &r->weak);
}

static rc rule_read(struct ctx *c, const struct pack *p, struct rule *r)
{
	static const char *const numbers[] = { "base", "gain", "cap", "severity", "least", "days", "weight" };
	int32_t *into[] = { &r->base, &r->gain, &r->cap, &r->severity, &r->least, &r->days, &r->weight };

	*r = (struct rule){ .weight = 100, .per = PER_USER, .turn = TURN_OWN, .soften = 100, .weak = 100, .usual = 100, .least = 1 };
	TRY(pack_keys(c, p, rule_keys));
	TRY(pack_text(c, p, "id", &r->id));
	TRY(pack_text(c, p, "kind", &r->kind));
	TRY(pack_text(c, p, "why", &r->why));
	TRY(pack_text(c, p, "ask", &r->ask));
	for (unsigned i = 0; i < 7; i++)
		TRY(number_read(c, p, numbers[i], 1000000, into[i]));
	TRY(bits_read(c, p, "needs", screen_table_names, &r->needs));
	return picking_read(c, p, r);
}

static rc rows_read(struct ctx *c, const struct pack *p, struct rules *r, bool own)
{
	const struct pack *rules;

	TRY(pack_need(c, p, "rules", &rules));
	TRY(pack_is(c, rules, PACK_LIST));
	for PACK_EACH(one, rules) {
		struct rule *v = &r->v[r->n];

		if (r->n == RULES_MOST)
			return PACK_FAIL(c, one, "screen.rules");
		TRY(rule_read(c, one, v));
		if (own && !v->when)
			return PACK_FAIL(c, one, "screen.rule_own");
		for (uint32_t i = 0; i < r->n; i++)
			if (slice_eq(r->v[i].id, v->id) || slice_eq(r->v[i].kind, v->kind))
				return PACK_FAIL(c, one, "screen.rule_twice");
		r->all_lines = r->all_lines || v->all_lines;
		r->peers = r->peers || slice_is(v->kind, "new_peer_pattern");
		if (slice_is(v->kind, SAMPLE_KIND))
			r->sample = v->least < SAMPLE_MOST ? (uint32_t)v->least : (uint32_t)SAMPLE_MOST;
		r->n++;
	}
	return OK;
}

rc rules_read(struct ctx *c, const struct pack *p, struct rules *r)
{
	static const char *const keys[] = { "strength", "values", "rules", NULL };   /* strength: for those who show a list */
	const struct pack *values;
	int64_t v;

	TRY(pack_keys(c, p, keys));
	TRY(pack_need(c, p, "values", &values));
	TRY(pack_keys(c, values, value_keys));
	for (unsigned i = 0; i < RULE_VALUES; i++) {
		TRY(pack_int(c, values, value_keys[i], 0, 1000000, &v));
		r->value[i] = (int32_t)v;
	}
	return rows_read(c, p, r, false);
}

rc screen_rules_add(struct ctx *c, struct screen *s, const struct pack *own)
{
	static const char *const keys[] = { "rules", NULL };

	TRY(pack_keys(c, own, keys));
	return rows_read(c, own, &s->rules, true);
}

void screen_rules_write(const struct screen *s, struct buf *out)
{
	for (uint32_t i = 0; i < s->rules.n; i++) {
		const struct rule *r = &s->rules.v[i];
		struct json_out o = json_out_on(out);

		jo_object(&o);
		jo_kv_text(&o, "schema", S("renkei/screen-rule/1"));
		jo_kv_text(&o, "id", r->id);
		jo_kv_text(&o, "kind", r->kind);
		if (r->when)
			jo_kv_text(&o, "when", r->when_text);
		else
			jo_kv_text(&o, "measure", r->kind);
		jo_kv_int(&o, "base", r->base);
		jo_kv_int(&o, "cap", r->cap);
		jo_kv_int(&o, "least", r->least);
		jo_kv_int(&o, "weight", r->weight);
		jo_kv_text(&o, "why", r->why);
		jo_end_object(&o);
		buf_putc(out, '\n');
	}
}

/* A rule that was taken out of the file is off. */
const struct rule *rule_of(const struct rules *r, const char *kind)
{
	for (uint32_t i = 0; i < r->n; i++)
		if (slice_is(r->v[i].kind, kind))
			return &r->v[i];
	return NULL;
}
