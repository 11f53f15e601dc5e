/* Known indicators against logs and captures: hits as JSON Lines, evidence without personal information. */
#ifndef WORK_SELECT_WATCH_H
#define WORK_SELECT_WATCH_H

#include "engine/select/match_list.h"
#include "work/select/select.h"
#include "work/select/sighting.h"

struct watch;

/*
 * Reads the list: a file in any of the forms of match_list.h, or the folder of a MISP feed. Lies in c->a. E_INVALID "watch.list_empty"
 * when nothing of it can be met in a log, and those of match_list_read(). evidence: hits say when, who asked whom, and the line.
 */
MUST_USE rc watch_new(struct ctx *c, const char *list, size_t most, bool evidence, struct select_sink out, struct watch **ret);
/* On a list that was read; with evidence. */
MUST_USE rc watch_new_on(struct ctx *c, const struct match_list *list, struct select_sink out, struct watch **ret);
/* What evidence shows of persons and of our own addresses; as long as `w`. */
void watch_policy(struct watch *w, const struct select_policy *policy);
/* Every hit is counted there, too. */
void watch_count(struct watch *w, struct sightings *s);
/* What follows belongs to this document. */
void watch_document(struct watch *w, slice name);
/* A block of whole lines. */
MUST_USE rc watch_block(struct watch *w, struct ctx *work, slice block);
/* A capture, an event log of Windows, an archive, a document of OLE, text in UTF-16: by its beginning, as much as there is of it. */
#define WATCH_HEAD ((size_t)33 << 10)   /* images of discs say it at 32 KiB */
bool watch_is_container(slice head);
/* Such a file, taken apart in the cage. */
MUST_USE rc watch_container(struct watch *w, struct ctx *work, slice bytes);
/* The same where the caller is in a cage already, for a document of any kind. */
MUST_USE rc watch_within(struct watch *w, struct ctx *work, slice bytes);
/* Hits beyond `most` are counted and not written. */
void watch_limit(struct watch *w, uint64_t most);
/* The document goes on from one whose `lines` were read before. */
void watch_goes_on(struct watch *w, uint64_t lines);
uint64_t watch_lines(const struct watch *w);
const uint64_t *watch_types(const struct watch *w);
uint64_t watch_hits(const struct watch *w);
size_t watch_skipped(const struct watch *w);
/* Parts of containers that could not be opened. */
uint64_t watch_unread(const struct watch *w);

#endif
