/* Tables and hierarchies of `renkei deid` from files: pieces of any size, UTF-8 or CP932, and never a half-written file. */
#ifndef DOOR_CLI_DEID_FILES_H
#define DOOR_CLI_DEID_FILES_H

#include "base/buf.h"
#include "base/rc.h"
#include "base/runner.h"

enum encoding { ENCODING_AUTO, ENCODING_UTF8, ENCODING_CP932 };

/* Takes whole rows from the window and says how many bytes it used; see table_feed(). */
typedef rc (*feed_fn)(struct ctx *c, void *to, const char *p, size_t len, bool final, size_t *ret_used);

/*
 * Shows the file to `feed` in pieces. ENCODING_AUTO: CP932 when the first piece is not UTF-8. ret_hash: SHA-256 of the
 * bytes as they stand in the file, in hexadecimal; may be NULL. With more than one thread the next piece is read meanwhile;
 * then c->a is used by two threads only when the file is not UTF-8, and before the first piece is shown.
 */
MUST_USE rc pump_file(struct ctx *c, const char *path, enum encoding enc, const struct runner *runner, feed_fn feed, void *to,
	char ret_hash[65]);
/* A whole small file as UTF-8. */
MUST_USE rc read_text(struct ctx *c, const char *path, enum encoding enc, slice *ret);

/* The same with the SHA-256 of its bytes. */
MUST_USE rc read_text_hash(struct ctx *c, const char *path, slice *ret, char ret_hash[65]);

/*
 * A file that comes to be under its name only when it is kept. Until then it has no name at all where the file system can do
 * that: a release that was not verified yet is gone with the process, however that ends.
 */
struct fresh {
	int fd;                /* owned; -1 none */
	bool nameless, closed;
	char *tmp, *path;      /* tmp: where it can be read until it is kept */
	void *cp932;           /* iconv to CP932; NULL: UTF-8 */
};

void fresh_drop(struct fresh *f);
#define AUTO_FRESH __attribute__((cleanup(fresh_drop))) struct fresh
/* cp932: E_INVALID "deid.not_in_cp932" when a text has characters that CP932 lacks. */
MUST_USE rc fresh_open(struct ctx *c, struct fresh *f, const char *path, bool cp932);
/* More of it: whole lines. */
MUST_USE rc fresh_write(struct ctx *c, struct fresh *f, slice text);
/* Everything is written; the file can be read as f->tmp. It is on the disk when it is kept. */
MUST_USE rc fresh_close(struct ctx *c, struct fresh *f);
MUST_USE rc fresh_keep(struct ctx *c, struct fresh *f);

#endif
