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
#define RULES_MOST 128
#define RULE_VALUES 25
/* The kind of items that say nothing against anybody: explained accesses chosen by chance. */
#define SAMPLE_KIND "explained_sample"
#define SAMPLE_MOST 50
#define SCREEN_EXPLS 17
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
/* Rows of an own file beside the rules, each with `when` and a kind of its own. E_INVALID "screen.rule_twice" and others. */
MUST_USE rc screen_rules_add(struct ctx *c, struct screen *s, const struct pack *own);
/* The rules in force, one JSON object a line. */
void screen_rules_write(const struct screen *s, struct buf *out);
/* So many bytes of the table will come in all: room for its rows is taken at once. Only of one organisation (screen_only). */
void screen_expect(struct screen *s, unsigned table, uint64_t bytes);
/*
 * One table (CSV with a header, UTF-8 or CP932). Rows that cannot be read are counted. `work` is memory that may end,
 * with the bytes, when this returns: nothing of the text stays.
 */
MUST_USE rc screen_table(struct ctx *c, struct screen *s, unsigned table, slice bytes, struct arena *work);
MUST_USE rc screen_tables_end(struct ctx *c, struct screen *s);

/*
 * Descriptions of logs (map.h), of which each log gets the one that fits; `only` when the user names one, or NULL.
 * They stay the caller's.
 */
struct log_map;
void screen_maps(struct screen *s, const struct log_map *const *maps, uint32_t n, const struct log_map *only);

/* What reviews have shown a kind to be worth, hundredths, in place of the weight in the rules. False: no such rule. */
bool screen_weight(struct screen *s, slice kind, int32_t weight);

/*
 * A log begins; `begin` is its first bytes (up to 64 KB), `org` the organisation when its lines do not say
 * (digits), or empty. E_INVALID "screen.layout" when no column could be understood.
 */
MUST_USE rc screen_open(struct ctx *c, struct screen *s, slice name, slice org, slice begin, struct source **ret);
/* Its blocks have to be parsed one after the other by one worker. */
bool screen_in_order(const struct source *src);
/* How many of the bytes make whole lines. */
size_t screen_cut(const struct source *src, slice bytes);
/* What one parsing thread keeps: the names that it has met. Lives in c->a. */
struct screen_worker;
MUST_USE rc screen_worker_new(struct ctx *c, struct screen_worker **ret);
/* Before another file: what was met in one means nothing in the next. */
void screen_worker_forget(struct screen_worker *w);
/* The same, when it was another one before: then true. For a worker that takes turns between logs that live as long as it. */
bool screen_worker_turn(struct screen_worker *w, const struct source *src);
/* Thread-safe, each thread with its own worker. The events lie in c->a; the block may go when it returns. */
MUST_USE rc screen_parse(struct ctx *c, struct screen *s, struct screen_worker *w, const struct source *src,
	slice block, struct screen_events **ret);
MUST_USE rc screen_apply(struct ctx *c, struct screen *s, struct source *src, const struct screen_events *ev);

/*
 * Parsed lines as bytes, to be kept or sent (segment.c). from, to: which bytes of the unpacked log they are.
 * E_LIMIT "text.limit".
 */
struct screen_segment { uint64_t from, to; slice bytes; };
MUST_USE rc screen_segment_put(struct ctx *c, struct screen *s, const struct screen_events *ev, uint64_t from,
	uint64_t to, struct buf *out);
/* The segment that begins here; false when there is no whole one as it was written. */
bool screen_segment_at(slice bytes, struct screen_segment *ret);
/* As screen_apply; `work` may be reset afterwards. The key must be the one it was written with. E_INVALID "screen.segment". */
MUST_USE rc screen_segment_apply(struct ctx *c, struct screen *s, struct source *src, struct arena *work, slice bytes);
/* The log of a source that was made from segments goes on: its layout, from its first bytes. */
MUST_USE rc screen_reopen(struct ctx *c, struct screen *s, struct source *src, slice begin);
/* A log of which only segments come. */
MUST_USE rc screen_source_new(struct ctx *c, struct screen *s, slice name, slice org, struct source **ret);

/* Lines for each user, without any rule. */
struct screen_counts;
MUST_USE rc screen_counts_new(struct ctx *c, struct screen_counts **ret);
/* Before another file. */
void screen_counts_forget(struct screen_counts *k);
MUST_USE rc screen_count(struct ctx *c, struct screen_counts *k, struct screen_worker *w, const struct source *src,
	slice block);
/* One JSON object for each user, and one for all. */
void screen_counts_write(struct screen_counts *k, struct buf *out);

/*
 * Looks for one record and gives the number in it, as it stands in the block: for the act of two people that asks whose
 * it is. Nothing else gives a number out.
 */
bool screen_record_number(struct ctx *c, struct screen_worker *w, const struct source *src, slice block, slice record,
	slice *ret);

/*
 * The lines in which one person's number stands, for the person who asks: when, which system, what was done, one JSON
 * object a line; workers are numbered, or named with `accounts`. E_INVALID "screen.no_number".
 */
struct screen_person;
MUST_USE rc screen_person_new(struct ctx *c, const struct screen *s, slice number, bool accounts, struct buf *out,
	struct screen_person **ret);
MUST_USE rc screen_person_lines(struct ctx *c, struct screen_person *p, const struct screen *s, const struct source *src,
	slice block);
uint64_t screen_person_count(const struct screen_person *p);

/*
 * One item of the list, written but for its rank, so that lists of organisations that were screened apart can be
 * put together.
 */
struct screen_item { int32_t score; uint64_t first; slice org, kind, json; };

/* The items in their order, at most `most`; in c->a. */
MUST_USE rc screen_items(struct ctx *c, struct screen *s, uint32_t most, struct screen_item **ret, uint32_t *ret_n);
/* For qsort: the order of the list. */
int screen_item_order(const void *a, const void *b);
/*
 * At most `most` of items in their order stay, a tenth of them for accesses chosen by chance, where there are such. May be
 * done with parts of a list first.
 */
uint32_t screen_items_cut(struct screen_item *v, uint32_t n, uint32_t most);
/* One JSON object a line, with its rank. */
MUST_USE rc screen_items_write(struct ctx *c, const struct screen_item *v, uint32_t n, struct buf *out);
/* All of it: items and writing. */
MUST_USE rc screen_list(struct ctx *c, struct screen *s, uint32_t most, struct buf *out, uint32_t *ret_items);

/* What was done, over all organisations. Before it: screen_items. */
struct screen_sum {
	struct screen_told told;
	uint64_t expl[SCREEN_EXPLS], rows[SCREEN_TABLES], bad_rows[SCREEN_TABLES];
	bool have[SCREEN_TABLES];
	uint64_t orgs;
};

void screen_add(const struct screen *s, struct screen_sum *sum);
/* The sources as JSON objects, a comma before each but the first of the buffer. */
void screen_sources(const struct screen *s, struct buf *out);
/* The page that shows what was done: read, damaged, twice, missing, tables, rules (JSON). */
void screen_proof(const struct screen *s, const struct screen_sum *sum, slice sources, struct buf *out);

/*
 * Rows of other organisations are passed over, and all lines are taken for this one's. screen_mixed tells afterwards
 * whether some lines' numbers began with the organisation's digits and some did not: then the file held several.
 */
void screen_only(struct screen *s, slice org);
bool screen_mixed(const struct screen *s);

#endif
