/*
 * Screening of access and operation logs: who looked at records without need. Streams of bytes and tables in, a
 * ranked list out. Numbers of persons, households, addresses and names become keyed tokens on the way in; none of
 * them is kept or comes out, and the list does not depend on the key.
 *
 *   screen_new → screen_table × n → screen_tables_end → (screen_open → screen_parse → screen_apply …) × n → screen_list
 *
 * screen_parse may run in many threads; screen_apply takes the parsed blocks in the order of the files.
 * Source: マイナンバーガイドライン(行政機関等編) 別添1 C b, C c (records are kept and analysed regularly).
 */
#ifndef ENGINE_SCREEN_SCREEN_H
#define ENGINE_SCREEN_SCREEN_H

#include "base/pack.h"
#include "base/rc.h"

#define SCREEN_TABLES 12
#define RULES_MOST 48
#define RULE_VALUES 24
#define SCREEN_EVENTS_MOST 200   /* record ids of an item */

struct screen;
struct source;

/* What one file was. Every line is one of good, empty, header, damaged, twice. */
struct screen_source {
	uint64_t bytes, lines, good, empty, header, damaged, damaged_numbered, twice, no_time;
	uint64_t first_rec, last_rec;
};

struct screen_told { uint64_t lines, good, damaged, twice, missing, accesses, open; };

struct screen_events;   /* lines of one block, parsed */

/* Files of a directory that are tables, by name without .csv; NULL ends it. In the order of the table numbers. */
extern const char *const screen_table_names[];

/*
 * words   screening/words.yaml: columns, actions, reasons and states as packages write them.
 * rules   screening/rules.yaml: thresholds, weights and sentences.
 * key     of the tokens; any 16 bytes.
 */
MUST_USE rc screen_new(struct ctx *c, const struct pack *words, const struct pack *rules, const unsigned char key[16],
	struct screen **ret);
/*
 * One table (CSV with a header, UTF-8 or CP932). Rows that cannot be read are counted. `work` is memory that may end,
 * with the bytes, when this returns: nothing of the text stays.
 */
MUST_USE rc screen_table(struct ctx *c, struct screen *s, unsigned table, slice bytes, struct arena *work);
MUST_USE rc screen_tables_end(struct ctx *c, struct screen *s);

/*
 * A log begins; `begin` is its first bytes (up to 64 KB), `org` the organisation when its lines do not say
 * (digits), or empty. E_INVALID "screen.layout" when no column could be understood.
 */
MUST_USE rc screen_open(struct ctx *c, struct screen *s, slice name, slice org, slice begin, struct source **ret);
/* How many of the bytes make whole lines. */
size_t screen_cut(const struct source *src, slice bytes);
/* What one parsing thread keeps: the names that it has met. Lives in c->a. */
struct screen_worker;
MUST_USE rc screen_worker_new(struct ctx *c, struct screen_worker **ret);
/* Thread-safe, each thread with its own worker. The events lie in c->a; the block may go when it returns. */
MUST_USE rc screen_parse(struct ctx *c, struct screen *s, struct screen_worker *w, const struct source *src,
	slice block, struct screen_events **ret);
MUST_USE rc screen_apply(struct ctx *c, struct screen *s, struct source *src, const struct screen_events *ev);

/* The list, one JSON object a line, at most `most` items. */
MUST_USE rc screen_list(struct ctx *c, struct screen *s, uint32_t most, struct buf *out, uint32_t *ret_items);
/* The page that shows what was done: read, damaged, twice, missing, tables, rules (JSON). Before it: screen_list. */
void screen_proof(const struct screen *s, struct buf *out);

#endif
