/* The forms in which items leave. Only files of this folder include it. */
#ifndef WORK_SELECT_FORMS_H
#define WORK_SELECT_FORMS_H

#include "work/select/select.h"

struct item {
	slice doc, part;
	const struct indicator *it;
	slice time;            /* at the beginning of its line, or empty */
	slice context;         /* its line, masked; empty: not wanted */
	uint64_t offset;       /* characters from the beginning of the document or part */
};

/* JSON Lines: what nearly every line has in common with the one before. */
struct jsonl {
	slice heads[IND_TYPES];   /* how lines begin, of the block that is written; empty: not made yet */
	struct jsonl_role { const char *reason; char text[64]; size_t len, with_offset; } roles[IND_ROLES];   /* the last reason of each */
	struct { uint64_t from; char text[20]; size_t len; } high;   /* an offset without its last four digits */
};

struct form {
	const struct select_options *opt;
	uint64_t written;      /* items and what stands before them, the one that is written now, too */
	msec now;
	struct buf *hashes;    /* lines of hashes.csv, when they are wanted */
	struct jsonl jsonl;
};

void form_begin(struct form *f, struct buf *b);
/* JSON Lines are written by jsonl_item(). */
void form_item(struct form *f, struct buf *b, const struct item *item);
void form_end(struct form *f, struct buf *b);

/* RFC 4122 §4.3 (version 5) of `name` under the namespace. Writes 36 characters and a NUL. */
void uuid5(const unsigned char space[16], slice name, char out[37]);

/* STIX parts that sightings share. */
void stix_put_utc(struct buf *b, msec t);
/* The bundle up to and with its marking, and its end. */
void stix_open(struct buf *b, slice seed, enum tlp t);
void stix_close(struct buf *b);
const char *stix_marking(enum tlp t);
/* The pattern; false when the type is named and not matched (a vulnerability, a technique). */
bool stix_pattern(struct buf *b, enum ind_type type, slice value);
/* The id that the indicator has in every bundle of every house. */
void stix_id(slice key, char out[37]);

void jsonl_item(struct jsonl *f, struct buf *b, const struct item *item);
void stix_begin(struct form *f, struct buf *b);
void stix_item(struct form *f, struct buf *b, const struct item *item);
void stix_end(struct buf *b);
/* The id of the event written now, and of the organisation that wrote it. */
void misp_event_id(msec now, char out[37]);
void misp_org_id(slice org, char out[37]);
void misp_begin(struct form *f, struct buf *b);
void misp_item(struct form *f, struct buf *b, const struct item *item);
void misp_end(struct buf *b);

#endif
