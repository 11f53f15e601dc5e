/* A MISP feed: a folder with one file for each event, manifest.json over all of them, and hashes.csv. */
#ifndef WORK_SELECT_FEED_H
#define WORK_SELECT_FEED_H

#include "work/select/select.h"

struct feed { const char *folder; int event, hashes; char id[37]; };

/*
 * Opens the event of now in `folder` (made when it is not there), and sets form and sinks of `opt`. The event counts only once
 * feed_end has put it into the manifest. E_IO. Close with feed_close.
 */
MUST_USE rc feed_begin(struct ctx *c, const char *folder, struct select_options *opt, struct feed *ret);
MUST_USE rc feed_end(struct ctx *c, const struct feed *f, const struct select_options *opt);
void feed_close(struct feed *f);
#define AUTO_FEED __attribute__((cleanup(feed_close))) struct feed

#endif
