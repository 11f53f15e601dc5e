/* A node with the packs of the house, for the tests of this floor. */
#ifndef TESTS_WORK_HOUSE_H
#define TESTS_WORK_HOUSE_H

#include "tests/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "work/notice/notice.h"
#include "work/report/filing.h"

struct house {
	char dir[64];
	struct node *node;
	const struct law *law;
	const struct shelf *shelf;
	const struct terms *terms;
};

static const struct act_kind *const kinds[] = { case_kinds, duty_kinds, notice_kinds, report_kinds, NULL };
static const struct actor lead = { S_INIT("op-2"), S_INIT("lead"), S_INIT("") };
__attribute__((unused)) static const struct actor chief = { S_INIT("op-1"), S_INIT("chief"), S_INIT("") };
__attribute__((unused)) static const struct actor reader = { S_INIT("op-9"), S_INIT("reader"), S_INIT("") };

static inline msec at(struct ctx *c, const char *z)
{
	struct when w;

	assert_ok(c, when_parse(c, slice_of(z), &w));
	return w.at;
}

static inline void packs(struct ctx *c, struct house *h)
{
	assert_ok(c, law_load(c, SOURCE_ROOT, &h->law));
	assert_ok(c, shelf_load(c, SOURCE_ROOT, &h->shelf));
	assert_ok(c, terms_make(c, h->law, shelf_record(h->shelf), &h->terms));
}

static inline void house_open(struct ctx *c, struct house *h)
{
	static int number;
	char name[40];
	struct node_options o = { .exercise = true };

	packs(c, h);
	(void)snprintf(h->dir, sizeof h->dir, "/tmp/renkei-work-XXXXXX");
	assert_non_null(mkdtemp(h->dir));
	(void)snprintf(name, sizeof name, "work-%d-%d.example", (int)getpid(), number++);
	o.name = slice_of(name);
	if (getenv("RENKEI_PG")) {
		o.backend = BACKEND_PG;
		o.conninfo = getenv("RENKEI_PG");
	}
	assert_ok(c, node_create(c, h->dir, &o));
	assert_ok(c, node_open(c, h->dir, kinds, &h->node));
}

/* Every test ends here: the tables are what the entries give. */
static inline void house_close(struct ctx *c, struct house *h)
{
	struct verdict v;
	char cmd[128];

	assert_ok(c, record_verify(c, h->node, &v));
	assert_true(v.good);
	assert_ok(c, node_close(c, h->node));
	(void)snprintf(cmd, sizeof cmd, "rm -rf '%s'", h->dir);
	assert_int_equal((system)(cmd), 0);
}

/* Statements out of "path=value" words, known at c->now unless told otherwise. */
static inline size_t words(struct ctx *c, const struct house *h, msec known, const char *const *text, struct statement *s)
{
	const struct statement given = { .known = { known, false } };
	size_t n = 0;

	for (; text[n]; n++)
		assert_ok(c, case_fact_from_word(c, h->terms, slice_of(text[n]), &given, &s[n]));
	return n;
}

#define WORDS_MOST 40
#define TEXTS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static inline struct followed opened(struct ctx *c, struct house *h, const char *known, const char *const *text)
{
	const struct origin o = { .by = S("somebody") };
	struct statement s[WORDS_MOST];
	struct followed f;
	size_t n = words(c, h, at(c, known), text, s);

	assert_ok(c, duty_open_case(c, h->node, h->terms, &lead, (struct when){ at(c, known), false }, S("title"), s, n, &o, &f));
	return f;
}

static inline struct followed stated(struct ctx *c, struct house *h, slice ref, const char *known, const char *const *text)
{
	const struct origin o = { .by = S("somebody") };
	struct statement s[WORDS_MOST];
	struct followed f;
	size_t n = words(c, h, known ? at(c, known) : c->now, text, s);

	assert_ok(c, duty_state_facts(c, h->node, h->terms, &lead, ref, s, n, &o, &f));
	return f;
}

__attribute__((unused)) static inline struct case_head head(struct ctx *c, struct house *h, slice ref)
{
	struct case_head x;

	assert_ok(c, case_find(c, node_store(h->node), ref, &x));
	return x;
}

/* The fact of that path at a moment, NULL for none. */
__attribute__((unused)) static inline const struct fact *fact_at(struct ctx *c, struct house *h, slice id, struct moment m,
                                                                 const char *path)
{
	struct fact *v;
	size_t n;

	assert_ok(c, case_facts_at(c, node_store(h->node), h->terms, id, m, &v, &n));
	for (size_t i = 0; i < n; i++)
		if (slice_is(v[i].term->path, path))
			return &v[i];
	return NULL;
}

__attribute__((unused)) static inline const struct duty *duty_of(const struct duty_view *v, const char *rule)
{
	for (size_t i = 0; i < v->n; i++)
		if (slice_is(v->duties[i].rule, rule))
			return &v->duties[i];
	return NULL;
}

/* A private company's ransomware case with everything that APPI 26 asks for. */
#define RANSOMWARE "org_type=private", "sector=general", "delegated_to=-", "processor_role=none", "handles_data=true", \
	"has_personal_data=true", "data_state=held", "cause=ransomware", "medium=electronic_file", "damage=confirmed", \
	"leak=suspected", "loss=none", "recovered_unviewed=false", "other_copy_exists=false", "dishonest_purpose=true", \
	"against_handler=true", "encryption=none", "key_compromised=false", "pseudonymized=false", "contactable=true", \
	"unauthorized_subdelegation=false"

#endif
