/*
 * What the commands of cases, duties and reports share: the open node, the packs, who works, in which language, and
 * the way results are printed. Texts for people are Japanese unless --lang=en.
 */
#ifndef DOOR_CLI_DESK_H
#define DOOR_CLI_DESK_H

#include "base/when.h"
#include "door/cli/cli.h"
#include "work/case/case.h"
#include "work/duty/duty.h"
#include "work/report/filing.h"

struct desk {
	struct ctx *c;
	const struct call *in;
	struct node *node;              /* owned; desk_close */
	struct store *st;
	const struct law *law;
	const struct shelf *shelf;
	const struct terms *terms;
	struct actor actor;             /* id empty: nobody was named */
	bool ja, json, csv;
	jday today;
	struct buf out;
};

/* What a command needs; the node always. */
#define DESK_ACTOR 1u    /* --as or $RENKEI_AS must name somebody */
#define DESK_PACKS 2u    /* law, forms, terms */
#define DESK_NOBODY 4u   /* whoever holds the code acts: --as and $RENKEI_AS do not count */

#define DESK_OPTIONS \
	{ "as", "ID:ROLE", "Who works: op-7:lead or op-7:保護責任者 (default: $RENKEI_AS). Looking at sealed text is an act too." }, \
	{ "lang", "LANG", "Language of what people read: ja (default) or en." }, \
	{ "json", NULL, "One JSON object a line instead of text." }

/*
 * Opens the node of --store, reads what `needs` says. E_INVALID "node.no_store", "desk.no_actor", "desk.lang"; E_DENIED
 * "node.now": looking writes to the record too, so --now is for exercises only.
 */
MUST_USE rc desk_open(struct ctx *c, const struct call *in, struct answer *a, unsigned needs, struct desk *ret);
/* Writes the output and closes the node; the record is signed. */
MUST_USE rc desk_close(struct desk *d);
void desk_dropp(struct desk *d);
#define AUTO_DESK __attribute__((cleanup(desk_dropp))) struct desk

/* Value of an option as a slice; empty when not given. */
slice desk_option(const struct desk *d, const char *name);
/* A moment given by an option; *ret_given tells. The fault names the option. */
MUST_USE rc desk_when(struct desk *d, const char *option, struct when *ret, bool *ret_given);
/* A day given by an option; *ret is as it was when it was not. The fault names the option. */
MUST_USE rc desk_day(struct desk *d, const char *option, jday *ret);
/* --as-of and --in-record-at; a day alone means its last moment. */
MUST_USE rc desk_moment(struct desk *d, struct moment *ret, bool *ret_past);
/* Why this person looks: for acts item.view. */
struct look desk_look(const struct desk *d);
bool desk_may_look(const struct desk *d);

/* Text in the language of the desk. */
static inline const char *desk_say(const struct desk *d, const char *ja, const char *en) { return d->ja ? ja : en; }

/* ---- pieces of output; desk_say.c ---- */

void desk_put_rule(struct desk *d, size_t cols);
void desk_put_person(struct desk *d, slice id);
/* The day of a moment: 6月9日（金）. */
void desk_put_day(struct desk *d, jday day);
void desk_put_when(struct desk *d, struct when w);
/* 速報, 続報, 確報, 文書. */
const char *desk_kind(const struct desk *d, slice kind);
/* The most urgent thing that must be done, to whom, by when, and the command for it. */
void desk_put_next(struct desk *d, const struct case_head *h, const struct duty *v, size_t n, jday today);
/* Rows of the duties, aligned, with headings. `today` is the day that counts. */
void desk_put_duties(struct desk *d, const struct duty *v, size_t n, jday today, bool ended);
void desk_put_asks(struct desk *d, const struct duty_view *v, size_t most);
void desk_put_changes(struct desk *d, const struct followed *f);
rc desk_put_facts(struct desk *d, const struct fact *facts, size_t n);

/* A line of JSON: an object that begins with its schema; end it with desk_json_end(). */
struct json_out desk_json_begin(struct desk *d, const char *schema);
void desk_json_end(struct desk *d, struct json_out *o);
/* An act was done: with --json its entry under that schema; otherwise nothing, and false. */
bool desk_json_done(struct desk *d, const char *schema, int64_t seq);
void desk_json_when(struct json_out *o, const char *name, struct when w);
void desk_json_msec(struct json_out *o, const char *name, msec t);
void desk_json_day(struct json_out *o, const char *name, bool has, jday d);
void desk_json_duty(struct desk *d, struct json_out *o, const struct duty *x, const char *num, jday today);
void desk_json_fact(struct json_out *o, const struct fact *f, bool schema);
void desk_json_asks(struct json_out *o, const struct duty_view *v);
void desk_json_changes(struct desk *d, struct json_out *o, const struct followed *f);
/* A cell of a CSV row, quoted; never a formula. */
void desk_csv_cell(struct desk *d, slice s, bool last);

#endif
